"""Rules: what records and their documents are held to, in a form that travels to other processes."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import msgspec

from twenty_opportunity.bulk.record_paths import FORMS
from twenty_opportunity.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Callable

    from twenty_opportunity.bulk.record_paths import Form
    from twenty_opportunity.profiles import Profile


class Rules:
    """
    The schemas of a profile, by the names of their document classes.

    A process compiles each once, however often the rules come along with a piece of work.

    Args:
        schemas: The JSON text of each schema by the name of its document class.
        form: The name of the only form that documents have; None to find out the form of each.
    """

    form: Form | None
    passes: Callable[[Any], bool]

    def __init__(self, schemas: tuple[tuple[str, bytes], ...], form: str | None = None) -> None:
        self._schemas = schemas
        self._by_name = dict(schemas)
        self._form = form
        self.form = FORMS[form] if form else None
        self.passes = self._first_sight()

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as the texts."""
        return Rules, (self._schemas, self._form)

    def _first_sight(self) -> Callable[[Any], bool]:
        """Make a check that tells of what a decoder made that it is a valid record; what it refuses may yet be one."""
        form = self.form or FORMS["record"]
        if form.document_class:
            return _refuses
        schema = self._by_name[form.record_class.__name__]
        return _compiled(_of_objects(schema, *([] if self.form else ["id"]))).accepts

    def validator(self, cl: type) -> Validator | None:
        """Give the validator of a document class; None where the profile does not offer it."""
        schema = self._by_name.get(cl.__name__)
        return _compiled(schema) if schema else None


def _refuses(_: object) -> bool:
    return False


def _of_objects(schema: bytes, *names: str) -> bytes:
    """Narrow a schema to objects with some members: what has an id is a record whatever else it has."""
    whole = msgspec.json.decode(schema)
    required = dict.fromkeys([*whole.get("required", ()), *names])
    return msgspec.json.encode({**whole, "type": "object", "required": [*required]})


@functools.lru_cache(maxsize=32)
def _compiled(schema: bytes) -> Validator:
    return Validator(msgspec.json.decode(schema))


def rules_of(profile: Profile, as_: str | None = None) -> Rules:
    """
    Take the rules from a profile.

    Args:
        profile: The profile.
        as_: The name of the only form that documents have, one of `FORMS`; None to find out the form of each.

    Returns:
        The rules.

    Raises:
        ValueError: There is no form of that name; says which there are.
    """
    if as_ is not None and as_ not in FORMS:
        raise ValueError(f"{as_!r} is no form of documents; there are {', '.join(FORMS)}")
    schemas = ((cl.__name__, msgspec.json.encode(profile.schema(cl))) for cl in profile.document_classes)
    return Rules(tuple(schemas), as_)
