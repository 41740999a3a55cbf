"""The envelopes in which Twenty's metadata comes, and the objects and their fields inside of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from twenty_opportunity.errors import TwentyOpportunityError, legible, listed
from twenty_opportunity.schemas.field_types import NAME_LENGTH, NAME_PATTERN, Field
from twenty_opportunity.values.object_names import OPPORTUNITY, ObjectName
from twenty_opportunity.values.python_json import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_NAME: Final = re.compile(NAME_PATTERN[:-1] + r"\Z", re.ASCII)
_AROUND_OBJECTS: Final = ("data", "objects", "object", "edges", "node")
_DEEPEST: Final = 8  # levels of envelopes; the deepest of those known, GraphQL's, has six
_SHOWN: Final = 60  # characters of a name from the metadata in an error
_LISTED: Final = 8  # names that an error lists

_EXPECTED: Final = (
    'expected the metadata of the object "opportunity": an object with nameSingular and its fields (a list, '
    "fieldsList, edges of nodes, or keyed by name), alone, in a list, or in an answer of REST (data, data.objects, "
    "data.object) or GraphQL (data.objects.edges)"
)

_NEXT_PAGE: Final = "hasNextPage is true; fetch the next page, too, and join the pages in one list"
_TELLTALE: Final = frozenset({"stage", "closeDate", "pointOfContact"})  # only an opportunity has all of these fields


class MetadataError(TwentyOpportunityError, ValueError):
    """The argument is not the metadata of an object. The message has the expected and the actual form."""


class ObjectMetadata(NamedTuple):
    """
    The metadata of one object of a workspace.

    Attributes:
        name: The object's name, singular and plural.
        metadata: Its metadata, as the server sent it.
    """

    name: ObjectName
    metadata: dict[str, Any]


def objects_of(metadata: object) -> list[ObjectMetadata]:
    """
    Find the active objects of a workspace.

    Args:
        metadata: Decoded JSON, or a list of pages of it; it is not changed.

    Returns:
        The objects in their order, each once.

    Raises:
        MetadataError: Every object is missing, or a page of them, or the name of an object; or two have one name.
    """
    found: dict[ObjectName, dict[str, Any]] = {}
    for index, each in enumerate(_objects(metadata, _DEEPEST)):
        singular, plural = (
            _name(each.get(key), f"the object {index} has the {key}", NAME_LENGTH)
            for key in ("nameSingular", "namePlural")
        )
        found.setdefault(ObjectName(singular, plural), each)
    _refuse_missing_page([*_list(metadata)] or [metadata], len(found))
    if not found:
        raise MetadataError(f"expected objects with nameSingular, namePlural and fields; found {_kind(metadata)}")
    active = [ObjectMetadata(*each) for each in found.items() if each[1].get("isActive") is not False]
    for names in zip(*(each.name for each in active), strict=True):
        refuse_repeated("objects", names)
    return active


def refuse_repeated(kind: str, names: Iterable[str]) -> None:
    """
    Raise an error if two active fields or objects have the same name.

    Args:
        kind: The word for them in the message.
        names: Their names.

    Raises:
        MetadataError: Two have the same name.
    """
    seen = set[str]()
    for name in names:
        if name in seen:
            shown = legible(name, _SHOWN)
            raise MetadataError(f"the metadata has two active {kind} with the name {shown}; deactivate one of them")
        seen.add(name)


def _refuse_missing_page(pages: list[Any], found: int) -> None:
    """Refuse pages of which the last one says that another follows, or which have fewer objects than they count."""
    if _has_next_page(pages[-1]):
        raise MetadataError(f"page {len(pages) + 1} of the objects is missing: in page {len(pages)}, {_NEXT_PAGE}")
    total = _dict(pages[-1]).get("totalCount")
    if type(total) is int and found < total:
        follows = [_has_next_page(page) for page in pages]
        place = f"after one of the pages 1 to {len(pages) - 1}" if any(follows) else "before the first one"
        raise MetadataError(f"a page of the objects is missing {place}: {found} of {total} objects were found")


def object_fields(metadata: object, name: ObjectName = OPPORTUNITY) -> list[Field]:
    """
    Find the active fields of an object.

    Args:
        metadata: Decoded JSON; it is not changed.
        name: The name of the object.

    Returns:
        The fields that are not inactive, in their order.

    Raises:
        MetadataError: The object is missing, or its fields, or all but the first page of them, or the name or type
            of a field.
    """
    found = _object_named(metadata, name)
    expected = name.renamed(_EXPECTED)
    key = _key_of_fields(found)
    if key is None:
        raise MetadataError(f"{expected}; found it without fields")
    if _has_next_page(_dict(found[key])):
        raise MetadataError(f"some {key} of the object are missing: {_NEXT_PAGE}")
    rows = [*_rows(found[key], key)]
    if "nameSingular" not in found:
        _refuse_other_objects([row for row, _ in rows], name, is_answer=key in _dict(_dict(metadata).get("data")))
    return [_field(row, place) for row, place in rows if row.get("isActive") is not False]


def field_rows(metadata: Mapping[str, Any]) -> list[tuple[Field, dict[str, Any]]]:
    """
    List the active fields of an object with their metadata.

    Args:
        metadata: The metadata of the object.

    Returns:
        Each field with its metadata, as the server sent it; none if the object lacks fields.

    Raises:
        MetadataError: The metadata of a field is not an object, or lacks the name or type.
    """
    key = _key_of_fields(metadata)
    rows = _rows(metadata[key], key) if key else ()
    return [(_field(row, place), row) for row, place in rows if row.get("isActive") is not False]


def field_metadata(field: Field) -> dict[str, Any]:
    """Return metadata that is read as a field: the form that servers send, without what is not needed."""
    settings = {
        "relationType": field.relation_type,
        "joinColumnName": field.join_column,
        "maxNumberOfValues": field.most_values,
    }
    morphs = [
        {"targetObjectMetadata": {"nameSingular": target.singular, "namePlural": target.plural}}
        for target in field.targets
    ]
    row = {
        "name": field.name,
        "type": field.type,
        "description": field.description,
        "isNullable": field.nullable,
        "options": field.options,
        "settings": {key: value for key, value in settings.items() if value is not None},
        "morphRelations": morphs,
        "writability": None if field.writable else "SYSTEM",
    }
    return {key: value for key, value in row.items() if value is False or value}


def _key_of_fields(metadata: Mapping[str, Any]) -> str | None:
    return next((key for key in ("fieldsList", "fields") if _holds_something(metadata.get(key))), None)


def _refuse_other_objects(rows: list[dict[Any, Any]], name: ObjectName, *, is_answer: bool) -> None:
    """Refuse the fields of an answer that has those of any object, unless they are those of the object."""
    ids = {_text(row["objectMetadataId"]) for row in rows if "objectMetadataId" in row}
    names = {_text(_dict(row.get("object")).get("nameSingular")) for row in rows}
    if not (ids or is_answer) or names == {name.singular}:
        return
    if len(ids) > 1 or name != OPPORTUNITY or not {_text(row.get("name")) for row in rows} >= _TELLTALE:
        raise MetadataError(
            f"{name.renamed(_EXPECTED)}; found fields without the object that they belong to; ask for the objects "
            "and not for the fields, as in GET /rest/metadata/objects"
        )


def _dict(value: Any) -> dict[Any, Any]:
    """Return a copy of a dict, and an empty dict for any other value."""
    # A method of a subclass may do anything, so call that of dict.
    return dict(dict[Any, Any].items(value)) if issubclass(type(value), dict) else {}


def _list(value: Any) -> list[Any]:
    """Return a copy of a list, and an empty list for any other value."""
    return list[Any].copy(value) if issubclass(type(value), list) else []


def _text(value: object) -> str:
    """Return a text in a form that UTF-8 can encode, and an empty text for any other value."""
    return str.__str__(value).encode(errors="replace").decode() if isinstance(value, str) else ""


def _shown(names: Iterable[object]) -> str:
    shown = [legible(name, _SHOWN) if isinstance(name, str) else type(name).__name__ for name in names]
    return listed(shown, _LISTED)


def _holds_something(value: object) -> bool:
    return bool(_dict(value) or _list(value))


def _object_named(metadata: object, name: ObjectName) -> dict[Any, Any]:
    expected = name.renamed(_EXPECTED)
    objects = [*_objects(metadata, _DEEPEST)]
    named = [found for found in objects if _text(found.get("nameSingular")) == name.singular]
    if named:
        return named[0]
    if len(objects) == 1 and "nameSingular" not in objects[0]:
        return objects[0]
    more = f"; {_NEXT_PAGE}" if _has_next_page(metadata) else ""
    if objects:
        names = _shown([found.get("nameSingular") for found in objects])
        raise MetadataError(f"{expected}; found objects, but none of that name: {names}{more}")
    raise MetadataError(f"{expected}; found {_kind(metadata)}{more}")


def _has_next_page(answer: object) -> bool:
    """Check whether an answer, or an envelope in it, says that it is not the last page."""
    around = _dict(answer)
    for _ in range(_DEEPEST):
        if _dict(around.get("pageInfo")).get("hasNextPage") is True:
            return True
        around = _dict(around.get("data")) or _dict(around.get("objects"))
    return False


def _objects(value: object, levels: int) -> Iterator[dict[Any, Any]]:
    """Find what could be an object's metadata in the envelopes that are known."""
    if not levels:
        return
    for item in _list(value):
        yield from _objects(item, levels - 1)
    properties = _dict(value)
    if properties.keys() & {"nameSingular", "fields", "fieldsList"}:
        yield properties
        return
    for key in _AROUND_OBJECTS:
        if key in properties:
            yield from _objects(properties[key], levels - 1)


def _kind(value: object) -> str:
    if isinstance(value, (str, bytes, bytearray)):
        return f"{type(value).__name__}, which has to be decoded first"
    if is_dict(value):
        return f"an object with {_shown(_dict(value)) or 'no properties'}"
    return f"a list of {len(_list(value))} without it" if is_list(value) else type(value).__name__


def _rows(fields: object, key: str) -> Iterator[tuple[dict[Any, Any], str]]:
    """List the fields' metadata, each with its place."""
    by_name = _dict(fields)
    if is_list(by_name.get("edges")):
        fields, key = by_name["edges"], f"{key}.edges"
    if is_dict(fields):
        rows = [({"name": name, **_dict(row)}, row, f"{key}.{_shown([name])}") for name, row in by_name.items()]
    else:
        bare = [_dict(item).get("node", item) for item in _list(fields)]
        rows = [(_dict(row), row, f"{key}[{index}]") for index, row in enumerate(bare)]
    for row, given, place in rows:
        if not is_dict(given):
            raise MetadataError(f"{_EXPECTED}; found {place} of type {type(given).__name__}")
        yield row, place


def _field(row: dict[Any, Any], place: str) -> Field:
    kind = _text(row.get("type"))
    if not kind:
        raise MetadataError(f"{place} lacks a type; a field has a name and a type")
    settings = _settings(row.get("settings"))
    most_values = settings.get("maxNumberOfValues")
    join_column = _text(settings.get("joinColumnName"))
    nullable = row.get("isNullable")
    return Field(
        name=_name(row.get("name"), f"{place} has the name", NAME_LENGTH),
        type="RICH_TEXT" if kind == "RICH_TEXT_V2" else kind,  # its name until early 2026
        description=_text(row.get("description")).strip() or _text(row.get("label")).strip(),
        nullable=nullable if isinstance(nullable, bool) else None,
        options=_options(row.get("options"), place),
        relation_type=_relation_type(row, settings),
        join_column=_name(join_column, f"{place} has the joinColumnName", None) if join_column else None,
        targets=tuple(_targets(row)),
        most_values=most_values if type(most_values) is int and most_values >= 0 else None,
        writable=row.get("writability") is None or _text(row["writability"]) == "OPEN",
    )


def _settings(settings: object) -> dict[Any, Any]:
    """Return the settings of a field, which some exports have as JSON text."""
    if not isinstance(settings, str):
        return _dict(settings)
    try:
        return _dict(msgspec.json.decode(_text(settings)))
    except (msgspec.DecodeError, RecursionError):
        return {}


def _name(value: object, subject: str, longest: int | None) -> str:
    name = _text(value)
    if _NAME.match(name) and len(name) <= (longest or len(name)):
        return name
    grammar = f"{NAME_PATTERN} of 1 to {longest} characters" if longest else NAME_PATTERN
    raise MetadataError(f"{subject} {_shown([value])}; Twenty's names match {grammar}")


def _options(options: object, place: str) -> tuple[str, ...] | None:
    values = [_dict(option).get("value", option) for option in _list(options)]
    if not values:
        return None
    for value in values:
        text = str.__str__(value) if isinstance(value, str) else ""
        if not text or _text(text) != text:
            raise MetadataError(f"{place} has an option without a value; each option has a value, which is text")
    return tuple(map(_text, values))


def _relation_type(row: dict[Any, Any], settings: dict[Any, Any]) -> str | None:
    known = {"MANY_TO_ONE", "ONE_TO_MANY"}
    first = _dict(next(iter(_list(row.get("morphRelations"))), None))
    said = (
        settings.get("relationType"),
        _dict(row.get("relation")).get("type"),
        first.get("type"),
        # Servers before 2025 describe a relation from both ends.
        _dict(row.get("relationDefinition")).get("direction"),
        "MANY_TO_ONE" if _dict(row.get("toRelationMetadata")) else None,
        "ONE_TO_MANY" if _dict(row.get("fromRelationMetadata")) else None,
    )
    found = next((name for name in said if isinstance(name, str) and name in known), None)
    return found or ("MANY_TO_ONE" if _text(settings.get("joinColumnName")) else None)


def _targets(row: dict[Any, Any]) -> Iterator[ObjectName]:
    for morph in [*_list(row.get("morphRelations")), row.get("relation")]:
        target = _dict(_dict(morph).get("targetObjectMetadata"))
        singular, plural = _text(target.get("nameSingular")), _text(target.get("namePlural"))
        if _NAME.match(singular) and _NAME.match(plural):
            yield ObjectName(singular, plural)
