"""The bundled schema files, and the registry and the format checker for them and for any other schema."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, Final

import msgspec

from twenty_opportunity.schemas.field_types import Field
from twenty_opportunity.values.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from importlib.resources.abc import Traversable

    from jsonschema import FormatChecker
    from referencing import Registry

PUBLISHED_ID: Final = "https://raw.githubusercontent.com/api-evangelist/twenty/main/json-schema/twenty-opportunity.json"
"""The `$id` of the published schema. It is only a name; nothing is fetched from it."""

_PUBLISHED_NAME: Final = "twenty-opportunity.json"

PUBLISHED_FIELDS: Final = (
    Field("id", "UUID", nullable=False),
    Field("createdAt", "DATE_TIME", nullable=False),
    Field("updatedAt", "DATE_TIME", nullable=False),
    Field("deletedAt", "DATE_TIME", nullable=True),
    Field("name", "TEXT", nullable=False),
    Field("stage", "SELECT", nullable=False, options=("NEW", "SCREENING", "MEETING", "PROPOSAL", "CUSTOMER")),
    Field("amount", "CURRENCY", nullable=True),
    Field("closeDate", "DATE", nullable=True),
    Field("position", "POSITION", nullable=False),
    Field("companyId", "UUID", nullable=True),
    Field("pointOfContactId", "UUID", nullable=True),
    Field("ownerId", "UUID", nullable=True),
    Field("createdBy", "ACTOR", nullable=False),
    Field("updatedBy", "ACTOR", nullable=False),
)
"""The field types of the published schema, for which metadata does not exist."""


def _folder(package: Traversable) -> Traversable:
    """Return the folder of the schemas: in the package in a wheel, at the top of the tree in an editable install."""
    bundled = package / "bundled"
    return bundled if bundled.is_dir() else package / ".." / ".." / "schemas"


def _files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """List the schema files of a folder and of the folders in it, by their paths within it."""
    for file in folder.iterdir():
        if file.name.endswith(".json"):
            yield prefix + file.name, file.read_bytes()
        elif file.is_dir():
            yield from _files(file, f"{prefix}{file.name}/")


# ruff: noqa: PTH112, PTH120, PTH123
# pathlib and importlib.resources take ten times as long to import as these two functions to run.
def _files_on_disk(folder: str, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in os.scandir(folder):
        if entry.name.endswith(".json"):
            with open(entry.path, "rb") as file:
                yield prefix + entry.name, file.read()
        elif entry.is_dir():
            yield from _files_on_disk(entry.path, f"{prefix}{entry.name}/")


def _read_all(package: str) -> Mapping[str, bytes]:
    for folder in (f"{package}/bundled", f"{package}/../../schemas"):
        if os.path.isdir(folder):
            return dict(_files_on_disk(folder))
    from importlib.resources import files  # the package is in a zip file

    return dict(_files(_folder(files("twenty_opportunity"))))


# Read once, here: no call reads a file after the import.
_FILES: Final[Mapping[str, bytes]] = _read_all(os.path.dirname(os.path.dirname(__file__)))


def read(name: str) -> bytes:
    """
    Return the bytes of a bundled file, exactly as published.

    Args:
        name: The file's path in `schemas/`: `"twenty-opportunity.json"`, `"server/objects.metadata.json"`.

    Returns:
        The bytes of the file.

    Raises:
        LookupError: A file with this name is not bundled; the message lists the bundled files.
    """
    try:
        return _FILES[name]
    except KeyError:
        message = f"unknown schema {name!r}; choose from {', '.join(sorted(_FILES))}"
        raise LookupError(message) from None


def read_json(name: str) -> Any:
    """
    Decode a bundled file.

    Args:
        name: The file's path in `schemas/`: `"twenty-opportunity.json"`, `"server/objects.metadata.json"`.

    Returns:
        The decoded file, a new copy each time.

    Raises:
        LookupError: A file with this name is not bundled.
    """
    return msgspec.json.decode(read(name))


def published() -> dict[str, Any]:
    """
    Return the published schema of an opportunity, JSON Schema Draft 2020-12.

    Returns:
        The schema, a new copy each time.
    """
    schema: dict[str, Any] = read_json(_PUBLISHED_NAME)
    return schema


def _registry() -> Registry[Any]:
    import referencing

    return (
        referencing.Registry[Any]()
        .with_contents((schema["$id"], schema) for schema in map(read_json, _FILES) if "$id" in schema)
        .crawl()
    )


def _format_checker() -> FormatChecker:
    from jsonschema import FormatChecker

    checker = FormatChecker()
    for name, is_right in FORMATS.items():
        checker.checks(name)(functools.partial(_has_format, is_right))
    return checker


def _has_format(is_right: Callable[[str], bool], instance: object) -> bool:
    """Check a format. A function of the module, so that the format checker can be pickled."""
    return not isinstance(instance, str) or is_right(instance)


if TYPE_CHECKING:
    REGISTRY: Registry[Any]
    """A `referencing.Registry` of the bundled schemas by `$id`, so that your own schemas can `$ref` them offline."""
    FORMAT_CHECKER: FormatChecker
    """
    A `jsonschema.FormatChecker` for any schema. It checks `date` and `date-time` exactly as RFC 3339 defines them,
    `uuid` as RFC 9562 does, and the other formats like jsonschema.
    """
else:

    def __getattr__(name: str) -> Any:
        # Late, because `referencing` takes a tenth of the time to import this package, and few calls need it.
        make = {"FORMAT_CHECKER": _format_checker, "REGISTRY": _registry}.get(name)
        if make is not None:
            return globals().setdefault(name, make())
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
