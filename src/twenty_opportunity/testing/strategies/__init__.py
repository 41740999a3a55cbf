"""
Hypothesis strategies for documents and records of every profile, built from the profile's own schemas.

They need Hypothesis: `pip install "twenty-opportunity[strategies]"`. Then `st.from_type(Opportunity)` works, too. The
package may import what `testing` may, and the faults and samples there.
"""

from __future__ import annotations

import itertools
import typing
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, overload

import attrs

from twenty_opportunity.errors import UnsupportedSchemaError, pointer, required

with required("strategies", "twenty_opportunity.strategies"):
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy

from twenty_opportunity.profiles import PUBLISHED, SERVER, Profile, profile_for
from twenty_opportunity.records import (
    UNSET,
    Answer,
    BatchAnswer,
    Connection,
    Create,
    GraphQLPage,
    Opportunity,
    Page,
    Partial,
    Record,
    Unset,
    Update,
    wire_name,
)
from twenty_opportunity.records.base import origin_of
from twenty_opportunity.schemas.composites import definitions
from twenty_opportunity.testing.faults import breakages
from twenty_opportunity.testing.keyword_properties import json_of_none, named
from twenty_opportunity.testing.samples import Sampler, smallest
from twenty_opportunity.testing.schema_alternatives import Resolver, accepts
from twenty_opportunity.testing.strategies.generator import from_schema
from twenty_opportunity.testing.strategies.raw import malformed, raw
from twenty_opportunity.testing.strategies.scalars import Form, choose, constant, drawn, ready, strategy_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hypothesis.strategies import DrawFn

__all__ = [
    "InvalidDocument",
    "documents",
    "invalid_documents",
    "malformed_documents",
    "of_type",
    "raw_documents",
    "records",
]

RecordT = TypeVar("RecordT", bound=Record)

_SAMPLES: Final = 6  # of each schema
_SAMPLED: Final = 3  # times, for each time that a document is drawn instead
_RARELY: Final = 6  # times is a relation left out for each time that its records are drawn
_ranges = itertools.count(0, 1_000)  # Hypothesis takes equal draws for one another, so none of these equals another


@attrs.frozen
class InvalidDocument:
    """
    A document with a single fault.

    Attributes:
        instance: The document.
        pointer: The JSON Pointer of the fault, also if it is a missing or an unexpected property.
        keyword: The schema keyword that is violated there.
        description: The change in words.
    """

    instance: Any
    pointer: str
    keyword: str
    description: str


def documents(
    cl: Any = Opportunity, profile: Profile[Any] = PUBLISHED, **properties: Any
) -> SearchStrategy[dict[str, Any]]:
    """
    Make valid documents, as decoded JSON: valid by JSON Schema Draft 2020-12, formats included.

    They contain everything that the schema allows: absent, null and undescribed properties, leap seconds, the year
    0000, integers of any size. They shrink to documents that a person would write.

    Args:
        cl: The document class: a class for which the profile has a schema, a subclass of one, or a generic one with
            its argument.
        profile: The profile for which the documents are valid. Default: `PUBLISHED`; for classes of
            other standard objects, the profile of the object.
        properties: Values for some of the properties, or strategies for them, typed or as in JSON, by attribute or
            property name. None for a composite of an update clears it. UNSET leaves a property out. `extra` is a
            mapping of properties that the profile does not know.

    Returns:
        The strategy.

    Raises:
        TypeError: The profile does not know the class or a property.
        UnsupportedSchemaError: The schema has a keyword, format or combination that is not supported.
        ValidationError: A given value is not valid. Raised in the test that draws it.
    """
    return _documents(cl, profile_for(cl, profile), properties, representable=False)


@overload
def records(*, profile: Profile[Any] = PUBLISHED, **properties: Any) -> SearchStrategy[Opportunity]: ...
@overload
def records(cl: type[RecordT], profile: Profile[Any] = PUBLISHED, **properties: Any) -> SearchStrategy[RecordT]: ...
def records(cl: Any = Opportunity, profile: Profile[Any] = PUBLISHED, **properties: Any) -> SearchStrategy[Any]:
    """
    Make typed records that the profile can dump and load.

    Args:
        cl: The document class, as for `documents`.
        profile: The profile of the records.
        properties: Values for some of the properties, or strategies for them, as for `documents`.

    Returns:
        The strategy.

    Raises:
        TypeError: The profile does not know the class or a property.
        UnsupportedSchemaError: The schema has a keyword, format or combination that is not supported.
        ValidationError: A given value is not valid. Raised in the test that draws it.
    """
    profile = profile_for(cl, profile)
    instances = _documents(cl, profile, properties, representable=True)
    return instances.map(lambda instance: profile.structure(instance, cl))


@lru_cache(maxsize=128)
def invalid_documents(cl: Any = Opportunity, profile: Profile[Any] = PUBLISHED) -> SearchStrategy[InvalidDocument]:
    """
    Make documents with exactly one fault.

    Args:
        cl: The document class, as for `documents`.
        profile: The profile for which the documents are invalid.

    Returns:
        The strategy. Each keyword at each place of the schema is as likely to be broken as any other.

    Raises:
        TypeError: The profile does not know the class.
        UnsupportedSchemaError: The schema has a keyword, format or combination that is not supported.
    """
    return invalid_from_schema(profile_for(cl, profile).schema(cl))


@lru_cache(maxsize=128)
def raw_documents(cl: Any = Opportunity, profile: Profile[Any] = PUBLISHED) -> SearchStrategy[bytes]:
    """
    Make JSON texts of valid documents, written in every way that RFC 8259 allows.

    Args:
        cl: The document class, as for `documents`.
        profile: The profile for which the documents are valid.

    Returns:
        The strategy of texts in UTF-8: any order of properties, white space, escapes, `1E5`, repeated properties.

    Raises:
        TypeError: The profile does not know the class.
        UnsupportedSchemaError: The schema has a keyword, format or combination that is not supported.
    """
    return raw(documents(cl, profile))


@lru_cache(maxsize=128)
def malformed_documents(cl: Any = Opportunity, profile: Profile[Any] = PUBLISHED) -> SearchStrategy[bytes]:
    """
    Make texts that are not JSON (RFC 8259), or that Python cannot decode.

    Args:
        cl: The document class of the original documents, as for `documents`.
        profile: The profile of the original documents.

    Returns:
        The strategy of texts: truncated, in a wrong encoding, with NaN or trailing garbage, nested too deeply.

    Raises:
        TypeError: The profile does not know the class.
        UnsupportedSchemaError: The schema has a keyword, format or combination that is not supported.
    """
    return malformed(ready(strategy_of(_mostly_samples(profile_for(cl, profile).schema(cl)), "document")))


def of_type(cl: Any) -> SearchStrategy[Any]:
    """
    Make records of a class.

    Args:
        cl: A document class of `PUBLISHED` or else `SERVER`, a subclass of one, or the class of a part, such as
            `Amount`. A class for every object is used for opportunities. Options are those of the class's enums.

    Returns:
        The strategy.

    Raises:
        TypeError: No schema describes the class, or the type of one of its attributes fits none of them.
    """
    if cl in {Partial, Create, Update}:
        cl = cl.for_class(Opportunity)
    elif cl in {Page, Answer, BatchAnswer}:
        cl = cl.__template__
    misfit: TypeError | None = None
    for profile in dict.fromkeys((PUBLISHED, profile_for(cl, SERVER), SERVER)):
        if any(issubclass(origin_of(cl), known) for known in profile.document_classes):
            try:
                return records(cl, profile)
            except TypeError as error:  # PUBLISHED has certain stages, and SERVER any
                misfit = error
                continue
        part = next(_parts_of_type(cl, profile), None)
        if part is not None:
            return _parts(cl, profile, part)
    if cl is Connection:
        page = SERVER.schema(GraphQLPage)
        return _parts(cl, SERVER, {**page["properties"]["data"]["properties"]["opportunities"], "$defs": page["$defs"]})
    schemas = (SERVER.schema(document).get("$defs", {}) for document in SERVER.document_classes)
    known = next((found for found in schemas if cl.__name__ in found), definitions(writing=False))
    if misfit is None and cl.__name__ in known:
        return _parts(cl, SERVER, {"$ref": f"#/$defs/{cl.__name__}", "$defs": known})
    try:
        SERVER.base_of(cl)
    except TypeError as error:
        misfit = error
    message = f"{misfit}; make records for the profile of your workspace: strategies.records({cl.__name__}, PROFILE)"
    raise TypeError(message)


def invalid_from_schema(schema: Mapping[str, Any]) -> SearchStrategy[InvalidDocument]:
    """
    Make the strategy of documents that break a schema in one way each.

    Every keyword at every place is about as likely to be broken as any other. A schema that accepts everything raises
    ValueError.
    """
    found = breakages(schema)
    if not found:
        raise ValueError("the schema accepts everything, so no document is invalid")
    mistakes = {breakage: st.sampled_from(breakage.usual) for breakage in found}
    choices, base = st.sampled_from(found), _mostly_samples(schema)

    def form(draw: DrawFn) -> InvalidDocument:
        def pick(options: Sequence[Any]) -> Any:
            return draw(st.sampled_from(options))

        breakage = draw(choices)
        mistake, document = draw(mistakes[breakage]), base(draw)
        instance, place = breakage.applied(document, breakage.place(document, pick), mistake)
        return InvalidDocument(instance, pointer(*place), breakage.keyword, mistake.description)

    return ready(strategy_of(form, "invalid_document"))


def _mostly_samples(schema: Mapping[str, Any]) -> Form:
    """
    Make the form of documents that are mostly samples, the smallest first.

    Hypothesis makes several variants of whatever takes many draws, which would all break the same thing. A sample
    takes one draw, so that everything that can be broken is broken soon.
    """
    fits = accepts(schema)
    samples = [sample for sample in _samples(schema) if fits(sample)] * _SAMPLED
    anything = from_schema(schema)
    first = next(_ranges)
    index = st.sampled_from(range(first, first + len(samples) + 1))

    def form(draw: DrawFn) -> Any:
        at = draw(index) - first
        return deepcopy(samples[at]) if at < len(samples) else draw(anything)

    return form


def _samples(schema: Mapping[str, Any]) -> Iterator[Any]:
    try:
        yield smallest(schema, (), Resolver(schema))
        sampler = Sampler(schema, "")
        yield from (sampler.document() for _ in range(_SAMPLES))
    except UnsupportedSchemaError:
        return


def _documents(
    cl: Any, profile: Profile[Any], properties: Mapping[str, Any], *, representable: bool
) -> SearchStrategy[dict[str, Any]]:
    if not properties:
        return _any_documents(cl, profile, representable=representable)
    schema = profile.schema(cl)
    forms = _related_forms(cl, profile, schema, representable=representable)
    for name, value in named(properties, cl, profile).items():
        forms[name] = _form(value, profile, json_of_none(name, cl, profile))

    def validated(instance: dict[str, Any]) -> dict[str, Any]:
        profile.validate(instance, cl)
        return instance

    return from_schema(schema, representable=representable, replaced=forms).map(validated)


@lru_cache(maxsize=128)
def _any_documents(
    cl: Any, profile: Profile[Any], *, representable: bool, related: bool = True
) -> SearchStrategy[dict[str, Any]]:
    schema = profile.schema(cl)
    if related:
        forms = _related_forms(cl, profile, schema, representable=representable)
    else:
        forms = dict.fromkeys(profile.related(cl), constant(UNSET))
    return from_schema(schema, representable=representable, replaced=forms)


def _related_forms(
    cl: Any, profile: Profile[Any], schema: Mapping[str, Any], *, representable: bool
) -> dict[str, Form]:
    """Make the forms of the related records that a schema allows, without their own related records."""
    forms: dict[str, Form] = {}
    for name, each in profile.related(cl).items():
        if name in schema.get("properties", {}):
            record = _any_documents(each.record, each.profile, representable=representable, related=False)
            records = st.lists(record, max_size=2) if each.several else st.none() | record
            forms[name] = choose([(_RARELY, constant(UNSET)), (1, drawn(records))])
    return forms


def _form(value: Any, profile: Profile[Any], instead_of_none: Any) -> Form:
    strategy: SearchStrategy[Any] = cast("Any", value) if isinstance(value, SearchStrategy) else st.just(value)
    unstructure = profile.converter.unstructure
    return drawn(strategy, lambda each: unstructure(instead_of_none if each is None else each))


def _parts_of_type(cl: type, profile: Profile[Any]) -> Iterator[dict[str, Any]]:
    """Find the schemas of properties whose values are records of a class."""
    for document in profile.document_classes:
        schema, hints = profile.schema(document), typing.get_type_hints(document)
        for attribute in attrs.fields(document):
            part = schema.get("properties", {}).get(wire_name(attribute))
            if part and cl in typing.get_args(hints[attribute.name] | Unset):
                yield {**part, "$defs": schema.get("$defs", {})}


def _parts(cl: Any, profile: Profile[Any], schema: dict[str, Any]) -> SearchStrategy[Any]:
    instances = from_schema({**schema, "type": "object"}, representable=True)
    return instances.map(lambda instance: profile.converter.structure(instance, cl))
