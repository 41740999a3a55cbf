"""Invariant 6: no call changes its argument, opens a socket, or reads a file after import."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import PUBLISHED, SERVER, Opportunity, OpportunityUpdate, PartialOpportunity, Profile
from twenty_opportunity.strategies import documents, raw_documents, records


def remembered(value: Any) -> Any:
    """Return the identity and the content of every value in an instance, in order."""
    if isinstance(value, dict):
        return id(value), [(name, remembered(member)) for name, member in value.items()]
    if isinstance(value, list):
        return id(value), [remembered(item) for item in value]
    return id(value), repr(value)


@given(st.data())
@settings.get_profile("each case")
def test_instances_do_not_change(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """Validating and structuring change no object in an instance, and no order of properties."""
    profile, cl = case
    valid: Any = data.draw(documents(cl, profile))
    odd = data.draw(st.sampled_from([5, "", [], {}, None, [valid], {"x": valid}]))
    if isinstance(valid, dict):
        invalid: Any = {**valid, data.draw(st.sampled_from([*valid] or ["name"])): odd}
    else:
        invalid = [*valid, odd]
    for instance in (valid, invalid):
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
def test_records_and_texts_do_not_change(case: tuple[Profile, Any], data: st.DataObject) -> None:
    """Writing does not change the record, and reading does not change the bytes."""
    profile, cl = case
    record = data.draw(records(cl, profile))
    before = pickle.dumps(record)
    instance: Any = profile.unstructure(record)
    profile.dumps(record)
    instance.clear()
    assert pickle.dumps(record) == before
    text = bytearray(data.draw(raw_documents(cl, profile)))
    as_it_was = bytes(text)
    _ignoring(profile.loads, text, cl)
    assert text == as_it_was


@given(records(profile=SERVER), records(profile=SERVER))
def test_updates_change_neither_record(before: Opportunity, after: Opportunity) -> None:
    """Neither `between` nor `apply` changes the records."""
    remembered_as = pickle.dumps((before, after))
    update = _ignoring(OpportunityUpdate.between, before, after)
    if update is not None:
        update.apply(before)
    assert pickle.dumps((before, after)) == remembered_as


def test_schema_is_a_copy(case: tuple[Profile, Any]) -> None:
    """Changing a returned schema does not change the profile."""
    profile, cl = case
    schema = profile.schema(cl)
    as_it_was = copy.deepcopy(schema)
    next(value for value in schema.values() if isinstance(value, dict)).clear()
    schema.clear()
    assert profile.schema(cl) == as_it_was


def test_extra_is_copied() -> None:
    """Changing the mapping passed as `extra` does not change the record, and its own mapping is read-only."""
    extra = {"a": 1}
    record = PartialOpportunity(extra=extra)
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
    deal = t.PartialOpportunity(name="a", amount=t.Amount.of("1.5", "USD"), stage=t.Stage.NEW, extra={"x": [1]})
    t.SERVER.loads(t.SERVER.dumps(deal), t.PartialOpportunity).amount.value
    other = t.PartialOpportunity(name="b", amount=None, stage="NEW", extra={"x": 1})
    t.OpportunityUpdate.between(deal, other).apply(deal)
    t.SERVER.converter.structure({"name": "a"}, t.PartialOpportunity)
    schemas.published(), schemas.REGISTRY

everything()
first = [*opened]
opened.clear()
everything()
print(json.dumps({"first": first, "later": opened, "reached": reached}))
"""


def test_nothing_is_opened_after_import(examples: Any) -> None:
    """
    No call opens a file or a socket, starts a program or lists a folder.

    An audit hook observes all of these. It cannot be removed, so it runs in a fresh interpreter. The first call that
    needs a rare module imports it, so everything runs twice: the first run may open only module files, the second none.
    """
    done = subprocess.run(
        [sys.executable, "-BWignore::UserWarning", "-c", WATCHED, str(examples / "workspace" / "metadata.json")],
        capture_output=True,
        check=True,
        text=True,
    )
    seen = json.loads(done.stdout)
    assert seen["later"] == []
    assert [event for event in seen["reached"] if not event.startswith("os.")] == []
    ours = [path for path in seen["first"] if "twenty" in path or "schemas/" in path]
    assert [path for path in ours if not path.endswith((".py", ".pyc")) and "jsonschema" not in path] == []


def test_profiles_are_independent() -> None:
    """A call of one profile does not change the results of another."""
    instance = {"closeDate": "2026-01-01T00:00:00.000Z"}
    assert SERVER.is_valid(instance, PartialOpportunity)
    assert not PUBLISHED.is_valid(instance, PartialOpportunity)
    assert SERVER.unstructure(SERVER.structure(instance, PartialOpportunity)) == instance
