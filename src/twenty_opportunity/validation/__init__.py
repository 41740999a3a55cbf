"""
Validate instances against a schema: accept in a microsecond, and explain refusals.

`Validator` is the class that others use. `compile` builds the check, with jsonschema-rs; `explain` turns its errors
into violations, and `messages` writes their sentences. The package knows neither Twenty nor the record classes.
It may import `values`, `errors`, and of `schemas` the reader.
"""

from __future__ import annotations

import copy
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from twenty_opportunity.errors import ValidationError, Violation
from twenty_opportunity.values.memo import cached_property

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jsonschema_rs import Draft202012Validator

__all__ = ["Validator"]


class Validator:
    """
    Validates instances against a Draft 2020-12 schema, with formats asserted.

    The schema is compiled once, on first use. Threads may share a validator.

    Args:
        schema: A self-contained schema: its references lead to places within it. It is copied.
        patterns: The meaning of patterns, in words for messages: "three capital letters".
        read_only: The properties of a record that its bodies, which the schema describes, cannot have.

    Raises:
        UnsupportedSchemaError: The schema has a keyword, format, pattern or reference that is not supported.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        patterns: Mapping[str, str] = MappingProxyType({}),
        read_only: frozenset[str] = frozenset(),
    ) -> None:
        self._schema = copy.deepcopy(dict(schema))
        self._patterns = patterns
        self._read_only = read_only
        from twenty_opportunity.validation.compile import check  # late: takes milliseconds to import

        check(self._schema)

    def __reduce__(self) -> tuple[type[Validator], tuple[dict[str, Any], dict[str, str], frozenset[str]]]:
        """Pickle the schema: what it was compiled to stays behind."""
        return type(self), (self._schema, dict(self._patterns), self._read_only)

    @cached_property
    def _for_copies(self) -> Draft202012Validator:
        from twenty_opportunity.validation.compile import compiled

        return compiled(self._schema, stand_ins=True)

    @cached_property
    def _check_of_copies(self) -> Callable[[Any], bool]:
        from twenty_opportunity.validation.compile import exact

        return exact(self._for_copies.is_valid, self._schema)

    @cached_property
    def accepts(self) -> Callable[[Any], bool]:
        """
        The compiled check alone, for instances that a JSON decoder has just made.

        It raises `ValueError` for most objects that are not JSON values, and takes a tuple for an array.
        """
        from twenty_opportunity.validation.compile import compiled

        return compiled(self._schema).is_valid

    @cached_property
    def check(self) -> Callable[[Any], bool]:
        """The check that refuses tuples, too. If it raises `ValueError`, call `is_valid`."""
        from twenty_opportunity.validation.compile import exact

        return exact(self.accepts, self._schema)

    @cached_property
    def is_valid(self) -> Callable[[object], bool]:
        """The check whether an instance is valid. It accepts any object and never raises an exception."""
        from twenty_opportunity.validation.compile import tolerant

        return tolerant(self.check, lambda copied: self._check_of_copies(copied))  # noqa: PLW0108 - compiled late

    def iter_violations(self, instance: object) -> Iterator[Violation]:
        """
        Find everything that is wrong with an instance.

        Args:
            instance: Any object. An object that is not a JSON value is refused if the schema describes its place.

        Returns:
            The violations in the order of the schema; none if the instance is valid. The `keyword` of a violation is
            empty if an object is not a JSON value and no keyword of the schema refuses it.
        """
        return iter(()) if self.is_valid(instance) else self.explain(instance)

    def validate(self, instance: object) -> None:
        """
        Raise an error if an instance is not valid.

        Args:
            instance: Any object.

        Raises:
            ValidationError: The instance is not valid. The error has every violation.
        """
        if not self.is_valid(instance):
            raise ValidationError(self.explain(instance))

    @cached_property
    def _explain(self) -> Callable[[object], Iterator[Violation]]:
        from twenty_opportunity.validation.explain import Explainer  # only a refusal needs it

        return Explainer(self._schema, self._for_copies, patterns=self._patterns, read_only=self._read_only)

    def explain(self, instance: object) -> Iterator[Violation]:
        """Yield everything that is wrong with an instance that `is_valid` refuses, as `iter_violations` does."""
        explained = False
        for violation in self._explain(instance):
            explained = True
            yield violation
        if not explained:
            # Only nesting deeper than 255 levels is known to get here.
            yield Violation("", "", "", "is nested too deeply, or has values that cannot be compared")
