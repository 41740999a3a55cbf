"""One schema, both ways: the compiled check that accepts, and the walk that explains what was refused."""

from __future__ import annotations

import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

from twenty_opportunity.errors import ValidationError, Violation, legible
from twenty_opportunity.schemas.reading import check as check_dialect
from twenty_opportunity.validation import compile as accepting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Validator:
    """
    Holds instances against a schema of Draft 2020-12, its formats asserted.

    The schema is compiled when it is first needed, once. Threads may share a validator.

    Args:
        schema: A schema that needs no other: its references lead to places within it. It is copied.

    Raises:
        UnsupportedSchemaError: The schema has something that one side would read otherwise than the other.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = copy.deepcopy(dict(schema))
        check_dialect(self._schema)

    def __reduce__(self) -> tuple[type[Validator], tuple[dict[str, Any]]]:
        """Pickle the schema: what it was compiled to stays behind."""
        return type(self), (self._schema,)

    @cached_property
    def accepts(self) -> Callable[[Any], bool]:
        """
        The compiled check alone, for what a JSON decoder has just made.

        It raises `ValueError` for most of what is no JSON value, and takes a tuple for an array.
        """
        return accepting.compiled(self._schema)

    @cached_property
    def check(self) -> Callable[[Any], bool]:
        """The check that takes no tuple for an array. Where it raises `ValueError`, `is_valid` has to be asked."""
        return accepting.exact(self.accepts, self._schema)

    @cached_property
    def is_valid(self) -> Callable[[object], bool]:
        """The check whether an instance is valid. Takes any object, and raises nothing."""
        return accepting.tolerant(self.check)

    def iter_violations(self, instance: object) -> Iterator[Violation]:
        """
        Find everything that is wrong with an instance.

        Args:
            instance: Any object; what is no JSON value is refused wherever the schema describes it.

        Returns:
            The violations in the order of the schema, found as they are asked for; none where the instance is valid.
            Where the compiled check refuses what the other side finds faultless there is one at the root that says
            so, its `keyword` empty.
        """
        return iter(()) if self.is_valid(instance) else self._violations(instance)

    def validate(self, instance: object) -> None:
        """
        Refuse an instance that is not valid.

        Args:
            instance: Any object.

        Raises:
            ValidationError: It is not valid. Has every violation.
        """
        if not self.is_valid(instance):
            raise ValidationError(self._violations(instance))

    @cached_property
    def _explain(self) -> Callable[[object], Iterator[Violation]]:
        from twenty_opportunity.validation.explain import explainer  # imports jsonschema

        return explainer(self._schema)

    def _violations(self, instance: object) -> Iterator[Violation]:
        explained = False
        for violation in self._explain(instance):
            explained = True
            yield violation
        if not explained:
            yield self._unexplained(instance)

    def _unexplained(self, instance: object) -> Violation:
        complaint = accepting.complaint(self.accepts, instance)
        if complaint is None:
            message = (
                "the compiled validator refuses this instance, but no violated keyword was found; please report it"
            )
        else:
            message = f"holds something that is no JSON value: {legible(complaint, 100)}"
        return Violation("", "", "", message)
