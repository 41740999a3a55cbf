"""What CONTRIBUTING.md says of the tree is so: which module imports which, and where something new goes."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

import twenty_opportunity
from twenty_opportunity import Opportunity, answers, records
from twenty_opportunity.conversion import Conversion
from twenty_opportunity.description import describe
from twenty_opportunity.fields import COMPOSITES, definitions
from twenty_opportunity.hooks import HookedConverter
from twenty_opportunity.metadata import STANDARD, schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twenty_opportunity.codecs import Codec

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = Path(twenty_opportunity.__file__).parent
MODULES: Final = {
    path.name if path.is_dir() else path.stem: path
    for path in PACKAGE.iterdir()
    if path.suffix == ".py" or (path / "__init__.py").is_file()
}
TABLE: Final = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## The map")[2].partition("\n\nWhere ")[0]
MAP: Final = [name for row in re.findall(r"^\| (`.*?`) \|", TABLE, re.MULTILINE) for name in re.findall(r"\w+", row)]
BODIES: Final = ("OpportunityCreate", "OpportunityUpdate")
CONVERSION: Final = Conversion(HookedConverter(), milliseconds=False)


def imported(name: str) -> set[str]:
    """Name the modules that one imports, wherever in it: at its top, in functions, and for type checkers alone."""
    path = MODULES[name]
    found: set[str] = set()
    for file in path.rglob("*.py") if path.is_dir() else [path]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                package, *inner = (node.module or "").split(".")
                named = inner[:1] or [alias.name for alias in node.names]
                found.update(named if package == PACKAGE.name else ())
            elif isinstance(node, ast.Import):
                parts = [alias.name.split(".") for alias in node.names]
                found.update(each[1] if each[1:] else "__init__" for each in parts if each[0] == PACKAGE.name)
    return {each if each in MODULES else "__init__" for each in found} - {name}


def test_the_map_has_every_module() -> None:
    """Each module of the package stands in one row of the map, and nothing else does."""
    assert sorted(MAP) == sorted(MODULES), "the table under `The map` of CONTRIBUTING.md has other modules"


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_down_the_map(name: str) -> None:
    """A module imports only from those that come after it in the map."""
    after = MAP[MAP.index(name) + 1 :]
    wrong = imported(name).difference(after)
    assert not wrong, f"{name} imports {', '.join(sorted(wrong))}, which the map of CONTRIBUTING.md has before it"


def inner(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Follow references and arrays to the schema of an object."""
    while "properties" not in schema:
        name = schema.get("$ref", "").rpartition("/")[2]
        schema = root["$defs"][name] if name else schema["items"]
    return schema


def classes_in(codec: Codec) -> Iterator[Any]:
    """List the record classes that a value may be of, or an array of."""
    if codec.record:
        yield codec.record
    for part in (*codec.parts, *([codec.item] if codec.item else [])):
        yield from classes_in(part)


def differences(cl: Any, schema: dict[str, Any], root: dict[str, Any]) -> Iterator[str]:
    """Say where the attributes of a record class are not the members of its schema, those of parts included."""
    described = inner(schema, root)["properties"]
    members = {member.wire: member for member in CONVERSION.members(cl)}
    yield from (f"{cl.__name__} has no attribute for {wire}" for wire in described if wire not in members)
    for wire, member in members.items():
        if wire not in described:
            yield f"{cl.__name__}.{member.attribute} stands for {wire}, which the schema has not"
            continue
        for part in classes_in(member.codec):
            if part is not Opportunity:
                yield from differences(part, described[wire], root)


@pytest.mark.parametrize("name", COMPOSITES)
def test_a_composite_has_its_class(name: str) -> None:
    """The record class of a composite is offered, and its attributes are the composite's parts, of types that fit."""
    homes = [importlib.import_module(f"twenty_opportunity.records.{module}") for module in ("parts", "composites")]
    assert any(hasattr(home, name) for home in homes), f"records/composites.py has no class {name}"
    assert name in records.__all__, f"records/__init__.py: {name} is missing under TYPE_CHECKING and in __all__"
    root: dict[str, Any] = {"$defs": definitions(writing=False)}
    cl, schema = getattr(records, name), root["$defs"][name]
    assert [*differences(cl, schema, root)] == [], f"the class {name} and its row of FIELD_TYPES in fields.py differ"
    assert describe(CONVERSION, cl, cl, {**schema, **root})["properties"] == schema["properties"]


def defined(module: str) -> dict[str, ast.ClassDef]:
    """List the record classes that a module of `records` defines."""
    tree = ast.parse((PACKAGE / "records" / f"{module}.py").read_text("utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def names_in(node: ast.AST) -> set[str]:
    """List the names that are used in a piece of code."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def test_every_class_of_a_composite_has_its_row() -> None:
    """No class waits in records/composites.py for a field type that does not have it."""
    left = defined("composites").keys() - COMPOSITES.keys()
    assert not left, f"no row of FIELD_TYPES in fields.py has the composite {', '.join(left)}"


def test_document_classes_are_listed_everywhere() -> None:
    """A class of records/documents.py is a part of another, or a document: listed, offered, and with its schema."""
    classes = defined("documents")
    parts = {name for node in classes.values() for each in node.body for name in names_in(each)}
    unlisted = classes.keys() - parts - {*records.DOCUMENTS}
    assert not unlisted, f"records/__init__.py: DOCUMENTS has no {', '.join(unlisted)}"
    offered = {*records.DOCUMENTS} - {*records.__all__}
    assert not offered, f"records/__init__.py: {', '.join(offered)} is missing under TYPE_CHECKING and in __all__"
    described = {Opportunity.__name__, *BODIES, *answers.DOCUMENTS}
    undescribed = {*records.DOCUMENTS} - described
    assert not undescribed, f"answers.py: DOCUMENTS has no schema of {', '.join(undescribed)}"
    unknown = described - {*records.DOCUMENTS}
    assert not unknown, f"records/__init__.py: DOCUMENTS has no {', '.join(unknown)}, of which answers.py has a schema"


def test_type_checkers_know_the_generic_documents() -> None:
    """What is asked for as a bare generic class is one of opportunities to mypy, which it is by `DocumentT` alone."""
    tree = ast.parse((PACKAGE / "records" / "documents.py").read_text("utf-8"))
    generic = {name for name, node in defined("documents").items() if "Generic" in names_in(node)}
    wanted = generic & {*records.DOCUMENTS}
    (known,) = [
        names_in(node) for node in ast.walk(tree) if isinstance(node, ast.Assign) and "DocumentT" in names_in(node)
    ]
    missing = wanted - known
    assert not missing, f"records/documents.py: DocumentT has no {', '.join(missing)}"


@pytest.mark.parametrize("name", answers.DOCUMENTS)
def test_a_document_has_its_class(name: str) -> None:
    """The attributes of a document class, and of the classes of its parts, are the members of its schema."""
    schema = schemas(STANDARD, open_options=True)[name]
    assert [*differences(getattr(records, name), schema, schema)] == []


@pytest.mark.parametrize("name", records.DOCUMENTS)
def test_the_schema_of_server_is_written(name: str) -> None:
    """Each document class has its file in `schemas/server`."""
    file = ROOT / "schemas" / "server" / f"{name}.json"
    assert file.is_file(), f'{file.name} is missing: write them again, metadata.write(Path("schemas/server"))'
