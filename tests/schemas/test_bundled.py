"""The bundled schemas: their origin, how they are read, and the schemas for writing that are derived from them."""

from __future__ import annotations

import hashlib
import json
import pickle
import socket
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import jsonschema
import pytest
import referencing.exceptions

from twenty_opportunity import schemas
from twenty_opportunity.schemas import REGISTRY, bundled, create_schema, published, read, read_json, update_schema

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
SHA256 = "443af5a94e95473de31831019db541bee83a18c4985f212cec914209ecd93a63"
WRITABLE = {
    "name",
    "stage",
    "amount",
    "closeDate",
    "position",
    "companyId",
    "pointOfContactId",
    "ownerId",
    "createdBy",
    "updatedBy",
}
BOTH = pytest.mark.parametrize("derive", [create_schema, update_schema])


def run_python(code: str) -> str:
    """Run code in a fresh interpreter and return its output."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return done.stdout.strip()


def test_the_published_schema_is_what_was_published() -> None:
    """The bundled file is identical to the file in its repository."""
    assert hashlib.sha256(read("twenty-opportunity.json")).hexdigest() == SHA256


def test_the_published_schema_stands_in_the_tree_once() -> None:
    """The schema exists once, so that no copy can become outdated."""
    folders = ("benchmarks", "docs", "examples", "schemas", "src", "tests")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file()]
    copies = [file for file in files if hashlib.sha256(file.read_bytes()).hexdigest() == SHA256]
    assert copies == [ROOT / "schemas" / "twenty-opportunity.json"]


def test_every_bundled_file_has_its_provenance() -> None:
    """`schemas/README.md` names the source of each file."""
    provenance = (ROOT / "schemas" / "README.md").read_text("utf-8")
    assert all(f"`{file.name}`" in provenance for file in (ROOT / "schemas").glob("*.json"))
    assert SHA256 in provenance


def test_the_published_schema_says_the_id_it_is_registered_under() -> None:
    """`PUBLISHED_ID` is the `$id` of the file."""
    assert published()["$id"] == schemas.PUBLISHED_ID


def test_a_wheel_serves_the_schemas_from_inside_the_package(tmp_path: Path) -> None:
    """The folder in the package comes first; only a package without one, in a source tree, uses the top of the tree."""
    package = tmp_path / "src" / "twenty_opportunity"
    package.mkdir(parents=True)
    assert bundled._folder(package) == package / ".." / ".." / "schemas"  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    (package / "bundled").mkdir()
    assert bundled._folder(package) == package / "bundled"  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def test_a_package_in_a_zip_file_has_the_same_schemas(tmp_path: Path) -> None:
    """Without a folder on disk, the files are read through the loader of the package."""
    read_all = bundled._read_all  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    assert read_all(str(tmp_path / "a.zip" / "b" / "c")) == read_all(str(Path(bundled.__file__).parents[1]))


def test_a_file_that_is_not_bundled_is_named_with_those_that_are() -> None:
    """A misspelled file name raises an error with the correct name."""
    with pytest.raises(LookupError, match=r"'opportunity\.json'; choose from .*twenty-opportunity\.json"):
        read("opportunity.json")


@pytest.mark.parametrize("copy", [published, lambda: read_json("twenty-opportunity.json")])
def test_each_copy_is_the_callers_own(copy: Callable[[], Any]) -> None:
    """Changing a returned schema does not affect the next one."""
    copy()["properties"]["stage"]["enum"].append("WON")
    assert "WON" not in copy()["properties"]["stage"]["enum"]


def test_importing_the_schemas_leaves_referencing_out() -> None:
    """Programs that do not use the registry do not import it."""
    code = "import sys; import twenty_opportunity.schemas; print('referencing' in sys.modules)"
    assert run_python(code) == "False"


def test_no_file_is_read_after_the_import() -> None:
    """The schemas are read while the module is imported, and no call opens a file afterwards."""
    code = """
import sys, referencing.jsonschema, twenty_opportunity.schemas as schemas
opened = []
sys.addaudithook(lambda event, arguments: opened.append(arguments) if event == "open" else None)
schemas.create_schema(schemas.published()), schemas.read("twenty-opportunity.json"), schemas.REGISTRY
print(opened)
"""
    assert run_python(code) == "[]"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a socket fails the test."""

    def refuse(*_: object, **__: object) -> NoReturn:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("offline")
def test_a_schema_of_ones_own_can_refer_to_the_published_one_offline() -> None:
    """Plain `jsonschema` resolves a `$ref` to the published `$id`, and into it, with our registry alone."""
    own = {
        "properties": {
            "deal": {"$ref": schemas.PUBLISHED_ID},
            "author": {"$ref": f"{schemas.PUBLISHED_ID}#/$defs/ActorMetadata"},
        },
    }
    validator = jsonschema.Draft202012Validator(own, registry=REGISTRY)
    example = published()["examples"][0]
    assert validator.is_valid({"deal": example, "author": example["createdBy"]})
    errors = validator.iter_errors({"deal": {**example, "stage": "WON"}, "author": {"source": "PIGEON"}})
    assert {error.json_path for error in errors} == {"$.deal.stage", "$.author.source"}


@pytest.mark.usefixtures("offline")
def test_a_schema_that_is_not_bundled_is_never_fetched() -> None:
    """An unknown `$ref` raises an error of `referencing`; it is never fetched."""
    validator = jsonschema.Draft202012Validator({"$ref": "https://example.com/deal.json"}, registry=REGISTRY)
    with pytest.raises(referencing.exceptions.Unresolvable, match=r"example\.com/deal\.json"):
        validator.is_valid({})


def test_the_registry_is_made_once() -> None:
    """The registry is the same object for every caller."""
    assert schemas.REGISTRY is REGISTRY


def test_the_module_has_no_other_lazy_name() -> None:
    """A misspelled attribute of the module raises an `AttributeError`, as in any module."""
    with pytest.raises(AttributeError, match="REGISTERY"):
        getattr(schemas, "REGISTERY")  # noqa: B009  (a type checker knows better)


@BOTH
def test_a_body_describes_what_is_not_read_only(derive: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """The body has exactly the writable properties of the record, unchanged."""
    body = derive(published())
    assert body["properties"].keys() == WRITABLE
    assert body["properties"]["stage"] == published()["properties"]["stage"]


@BOTH
def test_a_body_refuses_unknown_members_wherever_members_are_described(
    derive: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """A typo is refused in the root, in the amount and in an actor; an actor's context stays open."""
    validator = jsonschema.Draft202012Validator(derive(published()))
    body: dict[str, Any] = {"name": "Refit", "stage": "NEW"}
    assert validator.is_valid({**body, "amount": {"amountMicros": 1}, "createdBy": {"context": {"provider": "google"}}})
    assert not validator.is_valid({**body, "stages": "NEW"})
    assert not validator.is_valid({**body, "amount": {"micros": 1}})
    assert not validator.is_valid({**body, "updatedBy": {"sauce": "API"}})


def test_create_requires_what_remains_required() -> None:
    """Properties that the server fills in are optional in a body; the other required properties stay required."""
    assert create_schema(published())["required"] == ["name", "stage"]


def test_update_requires_nothing() -> None:
    """A body without properties changes nothing, and is valid."""
    assert "required" not in update_schema(published())
    assert jsonschema.Draft202012Validator(update_schema(published())).is_valid({})


@pytest.mark.parametrize(
    ("derive", "title"), [(create_schema, "OpportunityCreate"), (update_schema, "OpportunityUpdate")]
)
def test_a_body_is_a_schema_of_its_own(derive: Callable[[dict[str, Any]], dict[str, Any]], title: str) -> None:
    """A body has a new title, and lacks the `$id` and the examples of the record."""
    body = derive(published())
    jsonschema.Draft202012Validator.check_schema(body)
    assert body["title"] == title
    assert body["$schema"] == published()["$schema"]
    assert not {"$id", "examples"} & body.keys()


@BOTH
def test_deriving_changes_nothing_and_shares_nothing(derive: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """The given schema does not change, even when the body is changed later."""
    given = published()
    body = derive(given)
    body["properties"]["stage"]["enum"].clear()
    body["$defs"]["ActorMetadata"]["properties"].clear()
    assert given == published()


def test_every_place_of_a_schema_that_holds_schemas_is_closed() -> None:
    """Below every keyword, read-only properties are removed and unknown ones refused, even if named like a keyword."""
    part = {"properties": {"a": {"readOnly": True}, "properties": True}, "required": ["a", "properties"]}
    closed = {"properties": {"properties": True}, "required": ["properties"], "additionalProperties": False}
    holders: dict[str, tuple[Any, Any]] = {
        "items": (part, closed),
        "allOf": ([part, True], [closed, True]),
        "anyOf": ([part], [closed]),
        "oneOf": ([part], [closed]),
        "$defs": ({"items": part}, {"items": closed}),
    }
    schema = {"title": "Deal", **{keyword: deepcopy(before) for keyword, (before, _) in holders.items()}}
    body = create_schema(schema)
    assert {keyword: body[keyword] for keyword in holders} == {
        keyword: after for keyword, (_, after) in holders.items()
    }


def test_what_only_looks_like_a_schema_stays_as_it_is() -> None:
    """The values of `const` and `enum` are instances: a property `properties` in them does not describe anything."""
    schema = {"title": "Deal", "const": {"properties": {"a": {"readOnly": True}}}}
    assert json.dumps(create_schema(schema)["const"]) == json.dumps(schema["const"])


def test_the_format_checker_can_be_pickled() -> None:
    """A process pool pickles it."""
    copied = pickle.loads(pickle.dumps(schemas.FORMAT_CHECKER))  # noqa: S301 - our own
    assert [copied.conforms(text, "date") for text in ("2026-02-28", "2026-02-29", 5)] == [True, False, True]
