"""The module for a workspace is typed, formatted, and works."""

from __future__ import annotations

import builtins
import importlib.util
import itertools
import json
import keyword
import re
import subprocess
import sys
import uuid
import warnings
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twenty_opportunity import SERVER, Opportunity, OpportunityCreate, Profile, UnrepresentableError, ValidationError
from twenty_opportunity.cli.models import module
from twenty_opportunity.strategies import documents
from twenty_opportunity.values.object_names import camel_case, snake_case

# Fewer examples than for invariants, which cover the code that these documents go through.
FEWER: Final = settings(max_examples=settings.get_profile(settings.get_current_profile_name()).max_examples // 5)
EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "workspace"
METADATA: Final = json.loads((EXAMPLE / "metadata.json").read_text("utf-8"))
RECORDS: Final = json.loads((EXAMPLE / "page.json").read_text("utf-8"))["data"]["opportunities"]
LONG: Final = f"aField{'WithAVeryLongName' * 3}"


def field(name: str, kind: str, *options: str, **rest: Any) -> dict[str, Any]:
    """Return the metadata of a field."""
    return {"name": name, "type": kind, "options": [{"value": option} for option in options], **rest}


NASTY: Final = {
    "nameSingular": "opportunity",
    "fields": [
        field("name", "TEXT"),
        field("stage", "SELECT", "NEW", "MRO", "NAME"),
        *(field(name, "TEXT") for name in ("class", "lambda", "str", "uuid", "dt", "extra", "closeDay", "annualURL")),
        field("fooBAR", "NUMBER", description="Ends in a backslash \\"),
        field("fooBar", "NUMBER", description='Has """ three quotes, a \u202e mark,\nand a "line" of its own"'),
        field("amounts", "CURRENCY", isNullable=False),
        field("files", "FILES", settings={"maxNumberOfValues": 3}),
        field("noFiles", "FILES", settings={"maxNumberOfValues": 0}),
        field("computed", "TEXT", writability="SYSTEM"),
        field("select", "SELECT", "A", "B", label="Größe 📐 " + "in many words " * 20),
        field("amount2", "SELECT", "ONLY"),
        field("unset", "SELECT", "ONLY"),
        field("dealUpdate", "MULTI_SELECT", "X", "Y_2", isNullable=False),
        field("rating", "RATING"),
        field("any", "RAW_JSON"),
        field("float", "NUMERIC"),
        field("position2", "POSITION"),
        field(LONG, "MULTI_SELECT", "X", "Y_2"),
        field(f"{LONG}URL", "SELECT", "X"),
        field(
            "owner2",
            "MORPH_RELATION",
            morphRelations=[
                {"type": "MANY_TO_ONE", "targetObjectMetadata": {"nameSingular": "person", "namePlural": "people"}},
                {"type": "MANY_TO_ONE", "targetObjectMetadata": {"nameSingular": "pet", "namePlural": "pets"}},
            ],
        ),
    ],
}
BARE: Final = {"nameSingular": "opportunity", "fields": [field("name", "TEXT")]}
MODULES: Final = {"example": METADATA, "nasty": NASTY, "bare": BARE}

# A field of every other type, after all fields whose names may hide what it needs.
LATER: Final = {
    "lateText": ("TEXT", "text"),
    "lateDate": ("DATE", "2026-01-31"),
    "lateInstant": ("DATE_TIME", "2026-01-31T08:30:00.000Z"),
    "lateUuid": ("UUID", "5d5cbf4a-0f0a-4a0e-8b1a-3f5f0c2f7d10"),
    "lateBoolean": ("BOOLEAN", True),
    "lateNumber": ("NUMBER", 1.5),
    "lateNumeric": ("NUMERIC", "1.25"),
    "lateOption": ("SELECT", "A"),
    "lateOptions": ("MULTI_SELECT", ["A"]),
    "lateAmount": ("CURRENCY", {"amountMicros": 1, "currencyCode": "EUR"}),
    "lateJSON": ("RAW_JSON", {"a": [1]}),
}


def names_with_a_meaning() -> list[str]:
    """List the names that have a meaning in Python, attrs or a generated module, and that a field can have."""
    code = Opportunity.__init__.__code__
    meant = {*dir(builtins), *keyword.kwlist, *keyword.softkwlist, *dir(Opportunity), *dir(type)}
    meant |= {*code.co_names, *code.co_varnames, *re.findall(r"\w+", module(NASTY))}
    found = {name for each in meant for name in (camel_case(each), each[:1].lower() + each[1:])}
    return sorted(
        name for name in found - SERVER.schema()["properties"].keys() if re.fullmatch("[a-z][A-Za-z0-9]*", name)
    )


MEANT: Final = {"TEXT": "text", "SELECT": "A", "RAW_JSON": {"b": None}}
COLLIDING: Final[dict[str, dict[str, Any]]] = {
    kind: {
        "nameSingular": "opportunity",
        "fields": [
            field("name", "TEXT"),
            *(field(name, kind, "A") for name in names_with_a_meaning() if name not in LATER),
            *(field(name, later, "A") for name, (later, _) in LATER.items()),
        ],
    }
    for kind in MEANT
}


def imported(text: str, folder: Path) -> Any:
    """Write a module into a folder, and import it under a unique name."""
    name = f"written_{uuid.uuid4().hex}"
    path = folder / f"{name}.py"
    path.write_text(text, "utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    sys.modules[name] = found
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Import the module for each metadata."""
    return {name: imported(module(found), tmp_path_factory.mktemp(name)) for name, found in MODULES.items()}


def run(*arguments: str, folder: Path | None = None) -> str:
    """Run a program of this environment; return its output if it fails."""
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


USE: Final = """
import datetime as dt
import uuid
from decimal import Decimal
from typing import assert_type

from example import PROFILE, Deal, DealStage, DealUpdate, LeadSource, PartialDeal, Products
from twenty_opportunity import Amount, OpportunityPage, Unset

deal = PROFILE.loads(b"{}", Deal)
assert_type(deal, Deal)
assert_type(deal.id, uuid.UUID)
assert_type(deal.stage, DealStage)
part = PROFILE.loads(b"{}", PartialDeal)
assert_type(part.stage, DealStage | Unset)
assert_type(part.budget, Amount | Unset | None)
assert_type(deal.margin_rate, Decimal | Unset | None)
assert_type(deal.monument_protected, bool | Unset)
assert_type(deal.erp_id, uuid.UUID | Unset | None)
assert_type(deal.offer_date, dt.date | Unset | None)
assert_type(deal.budget, Amount | Unset | None)
assert_type(deal.lead_source, LeadSource | Unset | None)
assert_type(deal.products, tuple[Products, ...] | Unset | None)
assert_type(DealUpdate.between(deal, deal), DealUpdate)
for each in PROFILE.loads(b"{}", OpportunityPage[Deal]):
    assert_type(each, Deal)
DealUpdate(roof_area="twelve")  # type: ignore[arg-type]
DealUpdate(stage="NEW")  # type: ignore[arg-type]
Deal(name="Roof")  # type: ignore[call-arg]
"""

USE_OPENED: Final = """
from typing import assert_type

from opened import PROFILE, Deal, DealStage, DealUpdate, PartialDeal, Products
from twenty_opportunity import Unset

deal = PROFILE.loads(b"{}")
assert_type(deal, Deal)
assert_type(deal.stage, DealStage | str)
part = PROFILE.loads(b"{}", PartialDeal)
assert_type(part.products, tuple[Products | str, ...] | Unset | None)
DealUpdate(stage=DealStage.SIGNED, products=(Products.PANELS,))
DealUpdate(stage="NEW")  # type: ignore[arg-type]
"""


@pytest.mark.slow
def test_mypy_accepts_the_module(tmp_path: Path) -> None:
    """Mypy in strict mode accepts modules and correct use, and refuses wrong use."""
    for name, metadata in itertools.chain(MODULES.items(), COLLIDING.items()):
        (tmp_path / f"{name}.py").write_text(module(metadata), "utf-8")
    (tmp_path / "loading.py").write_text(module(METADATA, file="metadata.json"), "utf-8")
    (tmp_path / "use.py").write_text(USE, "utf-8")
    (tmp_path / "opened.py").write_text(module(METADATA, open_options=True), "utf-8")
    (tmp_path / "use_opened.py").write_text(USE_OPENED, "utf-8")
    empty = tmp_path / "mypy.ini"
    empty.write_text("[mypy]\n", "utf-8")
    paths = [str(path) for path in tmp_path.glob("*.py")]
    cache = str(tmp_path / "cache")
    assert not run("mypy", "--strict", f"--config-file={empty}", f"--cache-dir={cache}", *paths)


@pytest.mark.parametrize("open_options", [False, True])
@pytest.mark.parametrize("width", [88, 120])
@pytest.mark.parametrize("name", MODULES)
def test_module_is_formatted(name: str, width: int, tmp_path: Path, *, open_options: bool) -> None:
    """Ruff format changes nothing at the given line length, nor at any other if names are short."""
    path = tmp_path / "deals.py"
    path.write_text(module(MODULES[name], line_length=width, open_options=open_options), "utf-8")
    for length in {width, 88, 120} if name != "nasty" else {width}:
        assert not run("ruff", "format", "--isolated", "--no-cache", "--diff", f"--line-length={length}", str(path))


@pytest.mark.parametrize("name", MODULES)
def test_module_passes_the_linter(name: str, tmp_path: Path) -> None:
    """Imports are sorted and used, and nothing is defined twice."""
    path = tmp_path / "deals.py"
    path.write_text(module(MODULES[name]), "utf-8")
    rules = "--select=A,B,E,F,I,N,PIE,RUF022,UP,W"
    command = ["ruff", "check", "--isolated", "--no-cache", rules, "--line-length=120", str(path)]
    assert not run(*command, folder=tmp_path)


@pytest.mark.parametrize("name", MODULES)
def test_profile_of_the_module(name: str, modules: dict[str, Any]) -> None:
    """The metadata in the module gives the same schemas as the whole metadata, for the class of the module."""
    written = modules[name]
    whole, kept = Profile.from_metadata(MODULES[name], record=written.Deal), written.PROFILE
    assert (kept.record, kept.partial) == (written.Deal, written.PartialDeal)
    assert (kept.create, kept.update) == (written.DealCreate, written.DealUpdate)
    assert {cl: whole.schema(cl) for cl in whole.document_classes} == {
        cl: kept.schema(cl) for cl in kept.document_classes
    }
    bare = Profile.from_metadata(MODULES[name])
    assert [*bare.schema()["properties"]] == [*kept.schema(Opportunity)["properties"]]


@pytest.mark.parametrize("form", ["Deal", "PartialDeal", "DealCreate", "DealUpdate"])
def test_open_options_of_the_module(form: str, modules: dict[str, Any], tmp_path: Path) -> None:
    """With open options, records hold new options as strings and known ones as enum options; bodies have only these."""
    opened, strict = imported(module(METADATA, open_options=True), tmp_path), modules["example"]
    cl = getattr(opened, form)
    others = REQUIRED if form == "Deal" else {"name": "A"}
    cases: dict[str, Any] = {"stage": "SIGNED", "leadSource": "WEBSITE", "products": ["PANELS", "WALLBOX"]}
    for name, known in cases.items():
        text = json.dumps({**others, name: known})
        record = opened.PROFILE.loads(text, cl)
        assert json.loads(opened.PROFILE.dumps(record)) == json.loads(text)
        value = getattr(record, snake_case(name))
        assert isinstance(value[0] if name == "products" else value, StrEnum)

        new = ["PANELS", "A_NEW_ONE"] if name == "products" else "A_NEW_ONE"
        text = json.dumps({**others, name: new})
        with pytest.raises(ValidationError) as refused:
            strict.PROFILE.loads(text, getattr(strict, form))
        if form in {"Deal", "PartialDeal"}:
            record = opened.PROFILE.loads(text, cl)
            assert json.loads(opened.PROFILE.dumps(record)) == json.loads(text)
            continue
        with pytest.raises(ValidationError) as raised:
            opened.PROFILE.loads(text, cl)
        assert raised.value.violations == refused.value.violations
        body = cl(**{snake_case(name): tuple(new) if name == "products" else new})
        with pytest.raises(ValidationError):
            opened.PROFILE.dumps(body)


@pytest.mark.parametrize("name", MODULES)
@FEWER
@given(data=st.data())
def test_documents_come_back(name: str, modules: dict[str, Any], data: st.DataObject) -> None:
    """Documents that are read through the classes are written with every property, and read as equal."""
    written = modules[name]
    profile = written.PROFILE
    document = data.draw(documents(Opportunity, profile))
    try:
        typed = profile.structure(document, written.Deal)
    except UnrepresentableError:
        return
    assert profile.unstructure(typed).keys() == document.keys()
    assert profile.loads(profile.dumps(typed), written.Deal) == typed


@pytest.mark.parametrize("name", MODULES)
@FEWER
@given(data=st.data())
def test_bodies_come_back(name: str, modules: dict[str, Any], data: st.DataObject) -> None:
    """Bodies are read back, too, and their classes fit the schemas for writing."""
    written = modules[name]
    for cl, base in ((written.DealCreate, OpportunityCreate), (written.DealUpdate, written.OpportunityUpdate)):
        document = data.draw(documents(base, written.PROFILE))
        try:
            typed = written.PROFILE.structure(document, cl)
        except UnrepresentableError:
            continue
        assert not typed.extra
        assert written.PROFILE.loads(written.PROFILE.dumps(typed), cl) == typed


REQUIRED: dict[str, Any] = {
    "id": "5c222222-0000-4000-8000-000000000001",
    "createdAt": "2026-03-01T08:00:00.000Z",
    "updatedAt": "2026-03-02T09:30:00.000Z",
    "name": "A",
    "stage": "LEAD",
}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["name"] or "unnamed")
def test_example_records_come_back(record: dict[str, Any], modules: dict[str, Any]) -> None:
    """The records of the example are typed, and are written back unchanged."""
    written = modules["example"]
    deal = written.PROFILE.loads(json.dumps(record), written.Deal)
    assert written.PROFILE.unstructure(deal) == record
    before = attrs.evolve(deal, margin_rate=Decimal("0.1"))
    changed = attrs.evolve(before, stage=written.DealStage.LOST, margin_rate=Decimal("0.21"))
    body = written.DealUpdate.between(before, changed)
    assert written.PROFILE.dumps(body) == b'{"stage":"LOST","marginRate":"0.21"}'


def test_module_reads_a_metadata_file(tmp_path: Path) -> None:
    """With a file name the module reads the metadata when it is imported."""
    (tmp_path / "metadata.json").write_text(json.dumps(METADATA), "utf-8")
    text = module(METADATA, name="Project", file="metadata.json")
    assert "nameSingular" not in text
    found = imported(text, tmp_path)
    assert found.PROFILE.is_valid({"stage": "SIGNED"}, found.ProjectUpdate)
    assert not found.PROFILE.is_valid({"stage": "NEW"}, found.ProjectUpdate)


def test_class_names_do_not_collide(modules: dict[str, Any]) -> None:
    """Fields with names that the module imports or defines get other enum names."""
    nasty = modules["nasty"]
    assert nasty.__all__ == sorted(nasty.__all__, key=lambda name: (not name.isupper(), name))
    assert [*nasty.DealUpdate2] == ["X", "Y_2"]
    assert [*nasty.Unset2] == [*nasty.Amount2] == ["ONLY"]
    assert nasty.DealStage.MRO == "MRO"
    deal = nasty.PROFILE.structure({**REQUIRED, "stage": "MRO", "fooBar": 1, "fooBAR": 2, "class": "a"}, nasty.Deal)
    assert (deal.foo_bar, deal.foo_bar_2, deal.class_, deal.extra) == (1, 2, "a", {})


@pytest.mark.parametrize("kind", COLLIDING)
def test_field_names_with_a_meaning(kind: str, tmp_path: Path) -> None:
    """Fields with names that mean something to Python, attrs or the module work."""
    written = imported(module(COLLIDING[kind]), tmp_path)
    fields = [field["name"] for field in COLLIDING[kind]["fields"]]
    assert {"self", "attrs", "true", "none", "str", "dt", "lambda", "match", "mro", "extra"} < {*fields}
    document = {name: LATER[name][1] if name in LATER else MEANT[kind] for name in fields} | {"name": "A"}
    for cl in (written.Deal, written.DealCreate, written.DealUpdate):
        instance = {**REQUIRED, **document} if cl is written.Deal else document
        typed = written.PROFILE.structure(instance, cl)
        assert not typed.extra
        assert written.PROFILE.unstructure(typed) == instance
        assert written.PROFILE.loads(written.PROFILE.dumps(typed), cl) == typed


def test_unknown_field_type_is_any(tmp_path: Path) -> None:
    """A field of an unknown type is an attribute that holds any value."""
    metadata = {**BARE, "fields": [field("name", "TEXT"), field("shape", "POLYGON")]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = imported(module(metadata), tmp_path)
    assert found.PROFILE.structure({**REQUIRED, "shape": [1, {}]}, found.Deal).shape == [1, {}]


@pytest.mark.parametrize(
    "name", ["deal", "my deal", "1Deal", "Déal", "None", "Amount", "Opportunity", "PROFILE", "_Deal"]
)
def test_wrong_class_name_is_refused(name: str) -> None:
    """A name that the module cannot use for the class is refused."""
    with pytest.raises(ValueError, match="a class cannot have the name"):
        module(BARE, name=name)


@pytest.mark.parametrize(
    "option", ["😀", "a\U0001f4d0b", "\U0001d518", '"', "'", "\"'", "\\", "\u202e", "\x1b", "\U000e0001", "é"]
)
def test_any_option_is_written_exactly(option: str, tmp_path: Path) -> None:
    """Options with emoji, quotes or invisible characters are read and written unchanged."""
    metadata = {**BARE, "fields": [*BARE["fields"], field("kind", "SELECT", option, "B")]}
    text = module(metadata)
    assert all(line.isprintable() for line in text.split("\n"))
    written = imported(text, tmp_path)
    assert [*written.Kind] == [option, "B"]
    update = written.PROFILE.loads(json.dumps({"kind": option}), written.DealUpdate)
    assert update.kind is next(iter(written.Kind))
    assert json.loads(written.PROFILE.dumps(update)) == {"kind": option}
    path = tmp_path / "formatted.py"
    path.write_text(text, "utf-8")
    assert not run("ruff", "format", "--isolated", "--no-cache", "--diff", str(path))


def test_any_metadata_file_name(tmp_path: Path) -> None:
    """The name of the metadata file may have emoji and quotes."""
    (tmp_path / '📐 "a".json').write_text(json.dumps(METADATA), "utf-8")
    found = imported(module(METADATA, file='📐 "a".json'), tmp_path)
    assert found.PROFILE.is_valid({"stage": "SIGNED"}, found.DealUpdate)
