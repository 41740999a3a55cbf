"""`models --objects` and `--all` write one module with the typed classes of several objects."""

from __future__ import annotations

import copy
import datetime as dt
import difflib
import enum
import importlib
import json
import pickle
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Final, get_args

import attrs
import pytest

from twenty_opportunity import webhooks
from twenty_opportunity.cli import main
from twenty_opportunity.cli.models import workspace_module
from twenty_opportunity.records import Company, OpportunityUpdate, Page, Partial, Unset, Update, WebhookEvent
from twenty_opportunity.records.base import RELATED, attributes_of, type_hints_of
from twenty_opportunity.schemas.field_types import FIELD_TYPES
from twenty_opportunity.schemas.workspace import standard_objects
from twenty_opportunity.testing.fixtures import fixtures

COMMON: Final = [
    {"name": "id", "type": "UUID", "isNullable": False},
    {"name": "createdAt", "type": "DATE_TIME", "isNullable": False},
    {"name": "updatedAt", "type": "DATE_TIME", "isNullable": False},
    {"name": "position", "type": "POSITION", "isNullable": False},
]


def relation(name: str, target: str, targets: str, direction: str = "MANY_TO_ONE") -> dict[str, Any]:
    """Return the metadata of a relation, as GraphQL sends it."""
    settings = {"relationType": direction, "joinColumnName": f"{name}Id"}
    named = {"targetObjectMetadata": {"nameSingular": target, "namePlural": targets}}
    return {"name": name, "type": "RELATION", "settings": settings, "relation": named}


# Long names fill lines in every way.
LONG: Final = [
    relation(letter * length, "person", "people", direction)
    for letter, direction in (("a", "MANY_TO_ONE"), ("b", "ONE_TO_MANY"))
    for length in (3, 14, 20, 24, 26, 28, 30, 34, 40, 50, 58)
]
ROOM: Final[dict[str, Any]] = {
    "nameSingular": "dealRoom",
    "namePlural": "dealRooms",
    "fields": [
        *COMMON,
        {"name": "name", "type": "TEXT"},
        {"name": "stage", "type": "SELECT", "options": [{"value": "OPEN"}, {"value": "DONE"}]},
        {"name": "interest", "type": "RATING"},
        {"name": "budget", "type": "CURRENCY"},
        relation("opportunity", "opportunity", "opportunities"),
        relation("siteVisits", "siteVisit", "siteVisits", "ONE_TO_MANY"),
        relation("mainURL", "pet", "pets"),
        relation("mainPERSON", "person", "people"),
    ],
}
VISIT: Final[dict[str, Any]] = {
    "nameSingular": "siteVisit",
    "namePlural": "siteVisits",
    "fields": [
        *COMMON,
        {"name": "stage", "type": "SELECT", "options": [{"value": "PLANNED"}]},
        {"name": "impression", "type": "RATING"},
        {"name": "aNoteThatFillsNearlyAWholeLineOfTheWrittenModule", "type": "RICH_TEXT"},
        *LONG,
    ],
}
ODD: Final[dict[str, Any]] = {
    "nameSingular": "odd",
    "namePlural": "odds",
    "fields": [
        {"name": "id", "type": "UUID"},
        {"name": "createdAt", "type": "DATE_TIME"},
        {"name": "updatedAt", "type": "DATE_TIME", "isNullable": False},
        *({"name": f"a{each.title().replace('_', '')}", "type": each, "isNullable": False} for each in FIELD_TYPES),
        *({"name": f"b{each.title().replace('_', '')}", "type": each} for each in FIELD_TYPES),
    ],
}
METADATA: Final[list[dict[str, Any]]] = [*standard_objects(), ROOM, VISIT]
NAMES: Final[list[str]] = [each["nameSingular"] for each in METADATA]
CLASSES: Final = {
    "dealRoom": "DealRoom",
    "siteVisit": "SiteVisit",
    "opportunity": "Deal",
    "company": "WorkspaceCompany",
    "person": "WorkspacePerson",
    "note": "WorkspaceNote",
    "task": "WorkspaceTask",
    "noteTarget": "WorkspaceNoteTarget",
    "taskTarget": "WorkspaceTaskTarget",
    "workspaceMember": "WorkspaceWorkspaceMember",
}
NOW: Final = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
KEYS: Final = {"{}": "record", "Partial{}": "partial", "{}Create": "create", "{}Update": "update"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Write the module of all objects by the command, and import it."""
    folder = tmp_path_factory.mktemp("workspace")
    metadata = folder / "metadata.json"
    metadata.write_text(json.dumps({"data": {"objects": METADATA}}), "utf-8")
    assert main(["models", str(metadata), "--all", "-o", str(folder / "all_objects.py")]) == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        import all_objects  # type: ignore[import-not-found]  # pyright: ignore[reportMissingImports]

    return all_objects


@pytest.mark.parametrize("name", NAMES)
def test_a_page_of_each_object_is_read_changed_and_written(written: Any, name: str) -> None:
    """The records of a page are of the written class, and the update between two is of its class for updates."""
    record = getattr(written, CLASSES[name])
    profile = written.WORKSPACE[record]
    document = next(iter(fixtures(profile, profile.page, seed=3))).instance
    page = profile.loads(json.dumps(document), profile.page)
    found = next(iter(page))
    assert found.__class__ is record
    assert json.loads(profile.dumps(page)) == document
    changed = attrs.evolve(found, position=7.5)
    update = Update.between(attrs.evolve(found, position=1), changed)
    assert isinstance(update, getattr(written, f"{record.__name__}Update"))
    assert update.apply(found) == changed
    assert profile.dumps(update) == b'{"position":7.5}'
    assert pickle.loads(pickle.dumps([found, update])) == [found, update]  # noqa: S301 - pickled above


@pytest.mark.parametrize("name", NAMES)
def test_the_workspace_knows_its_classes(written: Any, name: str) -> None:
    """A profile has the classes of the module, under the name of the object and under each of its classes."""
    record: Any = getattr(written, CLASSES[name])
    workspace = written.WORKSPACE
    profile = workspace[name]
    assert profile.record is record
    forms = (profile.partial, profile.create, profile.update)
    assert forms == tuple(getattr(written, form.format(CLASSES[name])) for form in [*KEYS][1:])
    generics: tuple[Any, ...] = (Page, WebhookEvent)
    page, event = (generic[record] for generic in generics)
    keys = (record, *forms, page, event, profile.page, profile.event)
    assert all(workspace[key] is profile for key in keys)
    again = pickle.loads(pickle.dumps(workspace))  # noqa: S301 - pickled above
    assert again[name] == profile


def test_events_are_of_the_classes_of_the_module(written: Any) -> None:
    """`isinstance` and `match` find the class of the record, and an update of it can be built."""
    rooms = written.WORKSPACE["dealRoom"]
    document = next(iter(fixtures(rooms, rooms.event, seed=3))).instance
    document |= {"eventName": "dealRoom.updated"}
    body = json.dumps(document).encode()
    headers = webhooks.sign(body, "secret", timestamp=NOW)
    event = webhooks.receive(body, headers, "secret", workspace=written.WORKSPACE, now=NOW)
    assert isinstance(event.record, written.DealRoom)
    mine = attrs.evolve(event.record, name="mine")
    assert written.DealRoomUpdate.between(event.record, mine) == written.DealRoomUpdate(name="mine")
    with pytest.raises(TypeError, match="either a workspace or a profile and cl, not a workspace and cl=WebhookEvent"):
        webhooks.receive(body, headers, "secret", workspace=written.WORKSPACE, cl=WebhookEvent[written.Deal], now=NOW)


def test_relations_between_the_objects(written: Any) -> None:
    """Related records are of the classes of the module, complete in REST and partial in GraphQL."""
    document: dict[str, Any] = {}
    for name in ("dealRoom", "siteVisit", "opportunity", "company", "person"):
        profile = written.WORKSPACE[name]
        document[name] = next(iter(fixtures(profile, profile.record, seed=3))).instance
    visits = [document["siteVisit"]]
    instance = {**document["dealRoom"], "opportunity": document["opportunity"], "siteVisits": visits, "mainURL": {}}
    rooms = written.WORKSPACE["dealRoom"]
    room = rooms.structure({**instance, "mainPERSON": document["person"]}, written.DealRoom)
    assert isinstance(room.opportunity, written.Deal)
    assert isinstance(room.site_visits[0], written.SiteVisit)
    assert isinstance(room.main_person, written.WorkspacePerson)
    assert room.extra == {"mainURL": {}}
    assert rooms.unstructure(room) == {**instance, "mainPERSON": document["person"]}
    deals = written.WORKSPACE.opportunity
    deal = deals.structure({**document["opportunity"], "company": document["company"]}, written.Deal)
    assert isinstance(deal.company, written.WorkspaceCompany)
    selection = {"company": {"name": "x", "people": []}, "name": "y"}
    partial = deals.structure(selection, written.PartialDeal)
    assert partial.company.__class__ is written.PartialWorkspaceCompany
    assert deals.unstructure(partial) == selection
    nodes = {"siteVisits": {"edges": [{"node": {"stage": "PLANNED"}}]}}
    visit = rooms.structure(nodes, written.PartialDealRoom).site_visits.edges[0].node
    assert visit.__class__ is written.PartialSiteVisit
    assert visit.stage is written.SiteVisitStage.PLANNED


def test_classes_are_made_when_they_are_used(written: Any) -> None:
    """The classes of bodies and partial records exist under the names that type checkers know."""
    assert "DealRoomCreate" not in vars(written)
    assert written.DealRoomCreate is written.DealRoomCreate
    assert written.WORKSPACE["dealRoom"].dumps(written.DealRoomCreate(stage=written.DealRoomStage.DONE)) == (
        b'{"stage":"DONE"}'
    )
    assert issubclass(written.PartialDealRoom, Partial)
    assert issubclass(written.DealUpdate, OpportunityUpdate)
    assert issubclass(written.WorkspaceCompany, Company)
    assert all(hasattr(written, name) for name in written.__all__)
    with pytest.raises(AttributeError, match="module 'all_objects' has no attribute 'DealRoomDelete'"):
        written.DealRoomDelete  # noqa: B018 - the module makes its attributes


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Import the module as type checkers see it: with the classes that are made when it runs."""
    folder = tmp_path_factory.mktemp("checked")
    (folder / "checked_objects.py").write_text(as_checked(workspace_module(METADATA)), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        import checked_objects  # type: ignore[import-not-found]  # pyright: ignore[reportMissingImports]

    return checked_objects


def as_checked(text: str) -> str:
    """Return a written module as type checkers see it."""
    head, _, body = text.partition("if TYPE_CHECKING:")
    classes = textwrap.dedent(body.partition("else:  # made")[0])
    return f"{head}{classes}\n{body[body.index('_METADATA: Final') :]}"


def alternatives(cl: Any) -> dict[str, set[str]]:
    """Return the alternatives of each attribute's type; those of related records depend on the form at run time."""
    hints = type_hints_of(cl)
    own = {name for name, attribute in attributes_of(cl).items() if RELATED not in attribute.metadata}
    found = {name: {str(each) for each in get_args(hints[name] | Unset)} for name in own}
    without_modules = {name: {re.sub(r"[\w.]+[.](?=\w)", "", each) for each in types} for name, types in found.items()}
    return without_modules | {name: {"related records"} for name in attributes_of(cl).keys() - own}


@pytest.mark.parametrize("form", ["{}", "Partial{}", "{}Create", "{}Update"])
@pytest.mark.parametrize("name", NAMES)
def test_type_checkers_see_the_classes_of_the_run(written: Any, checked: Any, name: str, form: str) -> None:
    """A class has the attributes that type checkers see, of the same types."""
    title = form.format(CLASSES[name])
    ran, seen = getattr(written, title), getattr(checked, title)
    at_run, at_check = alternatives(ran), alternatives(seen)
    assert at_run == at_check
    profile = written.WORKSPACE[name]
    document = next(iter(fixtures(profile, getattr(profile, KEYS[form]), seed=3))).instance
    for module, cl in ((written, ran), (checked, seen)):
        profile = module.WORKSPACE[name]
        record = profile.structure(document, cl)
        given = {each: getattr(record, each) for each in at_check}
        assert json.loads(profile.dumps(cl(**given, extra=record.extra))) == document


@pytest.mark.parametrize("source", ["example", "odd", "open"])
def test_every_body_that_is_made_at_run_time_can_be_written(tmp_path: Path, source: str) -> None:
    """Whatever the types of the fields are, the class has the types that type checkers see, and the schema fits it."""
    example = json.loads(Path("examples/workspace/metadata.json").read_bytes())
    text = workspace_module([*METADATA, ODD] if source == "odd" else example, open_options=source == "open")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        for title, content in (("made", text), ("seen", as_checked(text))):
            (tmp_path / f"{source}_{title}.py").write_text(content, "utf-8")
        made, seen = (importlib.import_module(f"{source}_{title}") for title in ("made", "seen"))
    forms = re.findall(r"^    class (\w+)", text, re.MULTILINE)
    assert len(forms) >= 6
    for title in forms:
        assert alternatives(getattr(made, title)) == alternatives(getattr(seen, title))
    for title in (title for title in forms if not title.startswith("Partial")):
        body = getattr(made, title)()
        assert made.WORKSPACE[body.__object__.singular].dumps(body) == b"{}"


def test_open_options_of_a_workspace(tmp_path: Path) -> None:
    """With open options, the records of each object may have new options, as strings, and the bodies may not."""
    metadata, output = tmp_path / "metadata.json", tmp_path / "opened_objects.py"
    metadata.write_text(json.dumps(METADATA), "utf-8")
    assert main(["models", str(metadata), "--all", "--open-options", "-o", str(output)]) == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        opened: Any = importlib.import_module("opened_objects")
    for name in ("opportunity", "dealRoom", "siteVisit"):
        profile = opened.WORKSPACE[name]
        known = next(field for field in profile.fields if field.name == "stage").options[0]
        for option in (known, "A_NEW_ONE"):
            record = profile.loads(json.dumps({"stage": option}), profile.partial)
            assert record.stage == option
            assert isinstance(record.stage, enum.StrEnum) is (option == known)
            for body in (profile.create, profile.update):
                assert profile.is_valid({"stage": option}, body) is (option == known)
        assert {str}.isdisjoint(get_args(type_hints_of(profile.update)["stage"]))


def test_a_body_has_every_field_type(written: Any) -> None:
    """A position may be a word, and a class made of a written one is not made again."""
    update = written.SiteVisitUpdate(position="first")
    assert written.WORKSPACE["siteVisit"].dumps(update) == b'{"position":"first"}'
    assert written.SiteVisitUpdate.for_class(written.SiteVisit) is written.SiteVisitUpdate


def test_enums_of_several_objects(written: Any) -> None:
    """Each enum is named after its class; the enum of ratings exists once."""
    assert [*written.DealRoomStage] == ["OPEN", "DONE"]
    assert [*written.SiteVisitStage] == ["PLANNED"]
    assert len(written.Rating) == 5


def test_a_small_change_of_the_metadata_gives_a_small_diff() -> None:
    """Neither the order of the objects nor an additional field changes other lines."""
    before = workspace_module(METADATA).splitlines()
    assert workspace_module(METADATA[::-1]).splitlines() == before
    changed = copy.deepcopy(METADATA)
    changed[-1]["fields"].insert(4, {"name": "phase", "type": "SELECT", "options": [{"value": "A"}]})
    difference = difflib.unified_diff(before, workspace_module(changed).splitlines(), n=0)
    lines = [line for line in difference if line[:2] not in {"++", "--", "@@"}]
    assert {line[0] for line in lines} == {"+"}
    assert [added for line in lines if (added := line.strip("+ "))] == [
        '"SiteVisitPhase",',
        "class SiteVisitPhase(enum.StrEnum):",
        '"""The options of `phase`."""',
        'A = "A"',
        "phase: One of several options.",
        *["phase: SiteVisitPhase | Unset | None = UNSET"] * 4,
        '{"name": "phase", "type": "SELECT", "options": ["A"]},',
    ]


def test_some_objects() -> None:
    """The objects are listed by name, each once, in any order."""
    text = workspace_module(METADATA, ["siteVisit", "dealRoom", "siteVisit"])
    assert "class SiteVisit(" in text
    assert "class Deal(" not in text
    assert text == workspace_module(METADATA, ["dealRoom", "siteVisit"])


def test_relations_that_the_workspace_lacks() -> None:
    """The class for deals omits the relations of its base that the workspace lacks."""
    fields = [*COMMON, {"name": "name", "type": "TEXT"}, {"name": "stage", "type": "SELECT"}]
    bare = {"nameSingular": "opportunity", "namePlural": "opportunities", "fields": fields}
    text = workspace_module([bare, *METADATA[1:]], ["opportunity", "person"])
    assert "class Deal(" in text
    assert "point_of_contact: " not in text


def test_names_that_are_taken() -> None:
    """An object whose name the module needs, or which another class has, gets a class with a longer name."""
    others = ("deal", "rating", "partialDealRoom", "link", "page")
    objects = [{**VISIT, "nameSingular": name, "namePlural": f"{name}s"} for name in others]
    text = workspace_module([*METADATA, *objects])
    for name in ("Deal", "Rating", "PartialDealRoom", "Link", "Page", "Opportunity"):
        assert f"\nclass Workspace{name}(" in text
    assert "\nclass Deal(" not in text


def test_longer_names_that_are_taken() -> None:
    """A keyword is not the name of a class, and no two classes have one name, bodies included."""
    others = ("none", "deal", "workspaceDeal", "workspaceCompanyCreate", "workspaceCompany")
    objects = [{**VISIT, "nameSingular": name, "namePlural": f"{name}s"} for name in others]
    text = workspace_module([*METADATA, *objects])
    classes = re.findall(r"^ *class (\w+)", text, re.MULTILINE)
    assert len(classes) == len({*classes})
    assert {"WorkspaceNone", "WorkspaceDeal", "WorkspaceDeal2", "WorkspaceCompany2"} <= {*classes}
    compile(text, "all_objects.py", "exec")


def test_the_options_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Objects are separated by commas or given one by one; an unknown one and a name of a class are refused."""
    metadata, output = tmp_path / "metadata.json", tmp_path / "some.py"
    metadata.write_text(json.dumps(METADATA), "utf-8")
    options = ["models", str(metadata), "-o", str(output)]
    assert main([*options, "--objects", "dealRoom, siteVisit", "--objects", "note", "--load"]) == 0
    text = output.read_text("utf-8")
    assert (
        "WORKSPACE: Final = Workspace.from_metadata(\n    json.loads(_METADATA.read_bytes()),\n    records=[\n" in text
    )
    assert all(f"\nclass {CLASSES[name]}(" in text for name in ("dealRoom", "siteVisit", "note"))
    assert main([*options, "--objects", "room"]) == 2
    assert "unknown object 'room'; the workspace has" in capsys.readouterr().err
    assert main([*options, "--all", "--name", "Deal"]) == 2
    assert "each class has the name of its object" in capsys.readouterr().err
    for extra in (
        ["--all", "--object", "note"],
        ["--all", "--objects", "note"],
        ["--object", "note", "--objects", "task"],
    ):
        assert main([*options, *extra]) == 2
        assert "give only one of --object, --objects and --all" in capsys.readouterr().err


def test_a_small_object() -> None:
    """The bodies of an object whose fields have one type each have the types of the record, too."""
    fields = [{"name": "name", "type": "TEXT"}, {"name": "budget", "type": "CURRENCY"}]
    small = {"nameSingular": "small", "namePlural": "smalls", "fields": [*COMMON[:3], *fields]}
    assert "    budget: Amount | Unset | None = UNSET\n\n    __body_types__ = {}\n" in workspace_module([small])


USE: Final = """
from typing import assert_type

from all_objects import WORKSPACE, Deal, DealRoom, DealRoomUpdate, DealUpdate, WorkspaceCompany, WorkspaceCompanyUpdate
from twenty_opportunity import Profile
from twenty_opportunity.records import Page

def use(room: DealRoom, deal: Deal, company: WorkspaceCompany) -> None:
    assert_type(DealRoomUpdate.between(room, room), DealRoomUpdate)
    assert_type(DealUpdate.between(deal, deal).apply(deal), Deal)
    WorkspaceCompanyUpdate.between(company, company)
    assert_type(WORKSPACE[Deal], Profile[Deal])
    assert_type(WORKSPACE[DealRoom].loads(b""), DealRoom)
    assert_type(WORKSPACE[WorkspaceCompany].loads(b"", Page[WorkspaceCompany]).records, tuple[WorkspaceCompany, ...])
"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [88, 120])
def test_type_checkers_and_formatters_accept_the_module(tmp_path: Path, width: int) -> None:
    """The module passes mypy in strict mode, with a program that uses it, and is formatted as by ruff."""
    path, empty = tmp_path / "all_objects.py", tmp_path / "mypy.ini"
    use = tmp_path / "use.py"
    use.write_text(USE, "utf-8")
    path.write_text(workspace_module(METADATA, line_length=width), "utf-8")
    opened = tmp_path / "opened_objects.py"
    opened.write_text(workspace_module(METADATA, line_length=width, open_options=True), "utf-8")
    empty.write_text("[mypy]\n", "utf-8")
    options = ("--strict", f"--config-file={empty}", f"--cache-dir={tmp_path / 'cache'}")
    formatting = ("format", "--isolated", "--no-cache", "--diff", f"--line-length={width}")
    for command in (("mypy", *options, use), ("ruff", *formatting)):
        program = [sys.executable, "-m", *command, path, opened]
        done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
