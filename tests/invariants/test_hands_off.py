"""Law 6, hands off: no call changes its argument, opens a socket, or reads a file after import."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, Opportunity, OpportunityUpdate, Profile
from twenty_opportunity.strategies import documents, raw_documents, records


def remembered(value: Any) -> Any:
    """Remember what an instance holds, which objects hold it, and in which order."""
    if isinstance(value, dict):
        return id(value), [(name, remembered(member)) for name, member in value.items()]
    if isinstance(value, list):
        return id(value), [remembered(item) for item in value]
    return id(value), repr(value)


@given(st.data())
@settings.get_profile("each case")
def test_instances_are_left_as_they_are(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """Validating and structuring leave an instance as it was: the same objects, holding the same, in the same order."""
    profile, cl = case
    valid = data.draw(documents(cl, profile))
    name = data.draw(st.sampled_from([*valid] or ["name"]))
    for instance in (valid, {**valid, name: data.draw(st.sampled_from([5, "", [], {}, None, [valid], {"x": valid}]))}):
        before = remembered(instance)
        for call in (profile.is_valid, lambda *given: [*profile.iter_violations(*given)], profile.validate):
            _ignoring(call, instance, cl)
        record = _ignoring(profile.structure, instance, cl)
        assert remembered(instance) == before
        if record is not None:
            profile.unstructure(record)
            assert remembered(instance) == before


def _ignoring(call: Any, *given: Any) -> Any:
    try:
        return call(*given)
    except ValueError:
        return None


@given(st.data())
@settings.get_profile("each case")
def test_records_and_texts_are_left_as_they_are(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """Writing leaves a record as it was, and reading the bytes that it was given."""
    profile, cl = case
    record = data.draw(records(cl, profile))
    before = pickle.dumps(record)
    instance = profile.unstructure(record)
    profile.dumps(record)
    instance["added"] = 1
    assert pickle.dumps(record) == before
    text = bytearray(data.draw(raw_documents(cl, profile)))
    as_it_was = bytes(text)
    _ignoring(profile.loads, text, cl)
    assert text == as_it_was


@given(records(profile=SERVER), records(profile=SERVER))
def test_updates_leave_both_records_as_they_are(before: Opportunity, after: Opportunity) -> None:
    """Neither comparing two records nor applying an update changes them."""
    remembered_as = pickle.dumps((before, after))
    update = _ignoring(OpportunityUpdate.between, before, after)
    if update is not None:
        update.apply(before)
    assert pickle.dumps((before, after)) == remembered_as


def test_what_is_given_away_is_a_copy(case: tuple[Profile, Any]) -> None:
    """A schema that a user changes is the user's own: the profile's stays."""
    profile, cl = case
    schema = profile.schema(cl)
    as_it_was = copy.deepcopy(schema)
    schema["properties"].clear()
    schema.clear()
    assert profile.schema(cl) == as_it_was


def test_a_record_does_not_follow_what_it_was_made_of() -> None:
    """The mapping that extra members were given in can be changed afterwards; the record's own cannot."""
    extra = {"a": 1}
    record = Opportunity(extra=extra)
    extra["b"] = 2
    assert record.extra == {"a": 1}
    assert not hasattr(record.extra, "__setitem__")


WATCHED = """
import json, pathlib, sys
import twenty_opportunity as t
from twenty_opportunity import schemas, records

opened, reached = [], []

def watch(event, arguments):
    if event == "open":
        opened.append(str(arguments[0]))
    elif event in {"os.listdir", "os.scandir"} or event.startswith(("socket.", "subprocess.", "os.exec", "urllib.")):
        reached.append(event)

metadata = json.loads(pathlib.Path(sys.argv[1]).read_bytes())
sys.addaudithook(watch)

def everything():
    workspace = t.Profile.from_metadata(metadata)
    for profile in (t.PUBLISHED, t.SERVER, workspace):
        for cl in profile.document_classes:
            profile.schema(cl)
            for data in (b'{"data": {}}', b'{"data": {"opportunities": []}}', b"{}", b"[", b"[1e999]", b'"\\\\ud800"'):
                try:
                    profile.dumps(profile.loads(data, cl))
                except t.TwentyOpportunityError as error:
                    str(error)
            list(profile.iter_violations({"name": 5, "amount": {"currencyCode": "usd"}, "stage": ""}, cl))
    deal = t.Opportunity(name="a", amount=t.Amount.of("1.5", "USD"), stage=t.Stage.NEW, extra={"x": [1]})
    t.SERVER.loads(t.SERVER.dumps(deal)).amount.value
    t.OpportunityUpdate.between(deal, t.Opportunity(name="b", amount=None, stage="NEW", extra={"x": 1})).apply(deal)
    t.SERVER.converter.structure({"name": "a"}, t.Opportunity)
    schemas.published(), schemas.REGISTRY

everything()
first = [*opened]
opened.clear()
everything()
print(json.dumps({"first": first, "later": opened, "reached": reached}))
"""


def test_nothing_is_opened_after_import(examples: Any) -> None:
    """
    No call opens a file or a socket, starts a program or looks into a folder.

    An audit hook sees all of that, cannot be removed again, and would see the imports of a whole test run: so a fresh
    interpreter has it. Modules that few calls need are imported by the first call that does, which opens their files.
    Hence all is done twice: the first time nothing but what modules consist of may be opened, the second time nothing.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore::UserWarning", "-c", WATCHED, str(examples / "workspace" / "metadata.json")],
        capture_output=True,
        check=True,
        text=True,
    )
    seen = json.loads(done.stdout)
    assert seen["later"] == []
    assert [event for event in seen["reached"] if not event.startswith("os.")] == []
    ours = [path for path in seen["first"] if "twenty" in path or "schemas/" in path]
    assert [path for path in ours if not path.endswith((".py", ".pyc")) and "jsonschema" not in path] == []


def test_profiles_are_told_apart_by_nothing_that_was_called_before() -> None:
    """What one profile was asked first does not change what another says."""
    instance = {"closeDate": "2026-01-01T00:00:00.000Z"}
    assert SERVER.is_valid(instance)
    assert not PUBLISHED.is_valid(instance)
    assert SERVER.unstructure(SERVER.structure(instance)) == instance
