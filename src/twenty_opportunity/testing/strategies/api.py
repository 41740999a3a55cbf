"""The strategies that tests ask for: documents and records of every profile, valid, invalid, or no JSON at all."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from twenty_opportunity.profiles import PUBLISHED, Profile
from twenty_opportunity.records import Opportunity, Record
from twenty_opportunity.testing.keyword_members import as_json, named
from twenty_opportunity.testing.strategies.documents import from_schema
from twenty_opportunity.testing.strategies.forms import Form, drawn
from twenty_opportunity.testing.strategies.invalid import InvalidDocument, invalid_from_schema
from twenty_opportunity.testing.strategies.raw import malformed, raw
from twenty_opportunity.testing.strategies.surroundings import mostly_samples

if TYPE_CHECKING:
    from collections.abc import Mapping

RecordT = TypeVar("RecordT", bound=Record)


def documents(cl: Any = Opportunity, profile: Profile = PUBLISHED, **members: Any) -> SearchStrategy[dict[str, Any]]:
    """
    Make valid documents, as decoded JSON: valid by a JSON Schema of Draft 2020-12, formats included.

    They hold whatever the schema allows: members absent, null and undescribed, leap seconds, the year 0000, integers
    of any size. They shrink to what a person would write.

    Args:
        cl: The document class: any class that the profile has a schema for, a subclass of one, or a generic one with
            its argument.
        profile: The profile whose schema the documents fit.
        members: Values for some of the members, or strategies of them, typed or as in JSON, by attribute or member
            name. UNSET leaves a member out.

    Returns:
        The strategy.

    Raises:
        TypeError: The profile offers no such class, or its documents have no such member.
        UnsupportedSchemaError: The schema has a keyword, format or combination that no document can be made for.
        ValidationError: A given value is not valid. Only the test that draws it can tell.
    """
    return _documents(cl, profile, members, representable=False)


@overload
def records(*, profile: Profile = PUBLISHED, **members: Any) -> SearchStrategy[Opportunity]: ...
@overload
def records(cl: type[RecordT], profile: Profile = PUBLISHED, **members: Any) -> SearchStrategy[RecordT]: ...
def records(cl: Any = Opportunity, profile: Profile = PUBLISHED, **members: Any) -> SearchStrategy[Any]:
    """
    Make typed records that the profile can dump and load.

    Args:
        cl: The document class, as in `documents`.
        profile: The profile that the records are of.
        members: Values for some of the members, or strategies of them, as in `documents`.

    Returns:
        The strategy.

    Raises:
        TypeError: The profile offers no such class, or its documents have no such member.
        UnsupportedSchemaError: The schema has a keyword, format or combination that no document can be made for.
        ValidationError: A given value is not valid. Only the test that draws it can tell.
    """
    instances = _documents(cl, profile, members, representable=True)
    return instances.map(lambda instance: profile.structure(instance, cl))


@lru_cache(maxsize=128)
def invalid_documents(cl: Any = Opportunity, profile: Profile = PUBLISHED) -> SearchStrategy[InvalidDocument]:
    """
    Make documents with exactly one thing broken.

    Args:
        cl: The document class, as in `documents`.
        profile: The profile whose schema the documents break.

    Returns:
        The strategy. Each keyword at each place of the schema is as likely to be broken as any other.

    Raises:
        TypeError: The profile offers no such class.
        UnsupportedSchemaError: The schema has a keyword, format or combination that no document can be made for.
    """
    return invalid_from_schema(profile.schema(cl))


@lru_cache(maxsize=128)
def raw_documents(cl: Any = Opportunity, profile: Profile = PUBLISHED) -> SearchStrategy[bytes]:
    """
    Make JSON texts of valid documents, written in every way that RFC 8259 allows.

    Args:
        cl: The document class, as in `documents`.
        profile: The profile whose schema the documents fit.

    Returns:
        The strategy of texts in UTF-8: any order of members, white space, escapes, `1E5`, members of the same name.

    Raises:
        TypeError: The profile offers no such class.
        UnsupportedSchemaError: The schema has a keyword, format or combination that no document can be made for.
    """
    return raw(documents(cl, profile))


@lru_cache(maxsize=128)
def malformed_documents(cl: Any = Opportunity, profile: Profile = PUBLISHED) -> SearchStrategy[bytes]:
    """
    Make texts that are no JSON (RFC 8259), or none that Python can hold.

    Args:
        cl: The document class that was meant, as in `documents`.
        profile: The profile whose schema the documents were to fit.

    Returns:
        The strategy of texts: truncated, in a wrong encoding, with NaN or trailing garbage, nested too deeply.

    Raises:
        TypeError: The profile offers no such class.
        UnsupportedSchemaError: The schema has a keyword, format or combination that no document can be made for.
    """
    return malformed(mostly_samples(profile.schema(cl)))


def _documents(
    cl: Any, profile: Profile, members: Mapping[str, Any], *, representable: bool
) -> SearchStrategy[dict[str, Any]]:
    if not members:
        return _any_documents(cl, profile, representable)
    forms = {name: _form(value, profile) for name, value in named(members, cl, profile).items()}

    def validated(instance: dict[str, Any]) -> dict[str, Any]:
        profile.validate(instance, cl)
        return instance

    return from_schema(profile.schema(cl), representable=representable, replaced=forms).map(validated)


@lru_cache(maxsize=128)
def _any_documents(cl: Any, profile: Profile, representable: bool) -> SearchStrategy[dict[str, Any]]:  # noqa: FBT001 - a part of the key
    return from_schema(profile.schema(cl), representable=representable)


def _form(value: Any, profile: Profile) -> Form:
    strategy: SearchStrategy[Any] = cast("Any", value) if isinstance(value, SearchStrategy) else st.just(value)
    return drawn(strategy, lambda typed: as_json(typed, profile))
