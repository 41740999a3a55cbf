"""Record class to strategy, for `st.from_type`: documents by their schemas, parts of them by the part of a schema."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any

import attrs

from twenty_opportunity.profiles import PUBLISHED, SERVER
from twenty_opportunity.records import wire_name
from twenty_opportunity.schemas.field_types import definitions
from twenty_opportunity.testing.strategies.api import records
from twenty_opportunity.testing.strategies.documents import from_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import SearchStrategy

    from twenty_opportunity.profiles import Profile


def of_type(cl: Any) -> SearchStrategy[Any]:
    """
    Make records of a class.

    Args:
        cl: A record class of this package: of a document, as `PUBLISHED` has it or else `SERVER`, or of a part of one.

    Returns:
        The strategy.

    Raises:
        TypeError: Nothing describes the class.
    """
    for profile in (PUBLISHED, SERVER):
        if (typing.get_origin(cl) or cl) in profile.document_classes:
            return records(cl, profile)
        member = next(_members_of_type(cl, profile), None)
        if member is not None:
            return _parts(cl, profile, member)
    return _parts(cl, SERVER, {"$ref": f"#/$defs/{cl.__name__}", "$defs": definitions(writing=False)})


def _members_of_type(cl: type, profile: Profile) -> Iterator[dict[str, Any]]:
    """Find the schemas of the members of documents that are records of a class."""
    for document in profile.document_classes:
        schema, hints = profile.schema(document), typing.get_type_hints(document)
        for attribute in attrs.fields(document):
            member = schema["properties"].get(wire_name(attribute))
            if member and cl in typing.get_args(hints[attribute.name]):
                yield {**member, "$defs": schema.get("$defs", {})}


def _parts(cl: Any, profile: Profile, schema: dict[str, Any]) -> SearchStrategy[Any]:
    instances = from_schema({**schema, "type": "object"}, representable=True)
    return instances.map(lambda instance: profile.converter.structure(instance, cl))
