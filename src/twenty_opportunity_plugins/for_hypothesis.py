"""The Hypothesis plugin: `st.from_type(Opportunity)` works without setup, whichever package is imported first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def register() -> None:
    """
    Register the record classes with Hypothesis.

    Hypothesis calls this when it is imported. Record classes that are made later register themselves.
    """
    record: type | None = getattr(sys.modules.get("twenty_opportunity.records.base"), "Record", None)
    found: list[type] = record.__subclasses__() if record else []
    for cl in found:  # which grows on the way
        register_class(cl)
        found += cl.__subclasses__()


def register_class(cl: type) -> None:
    """Register a record class with Hypothesis, if that is imported."""
    register_type_strategy = getattr(sys.modules.get("hypothesis.strategies"), "register_type_strategy", None)
    if register_type_strategy:
        register_type_strategy(cl, _of_type)


def _of_type(cl: Any) -> SearchStrategy[Any]:
    # Late, because making the strategies takes time, unlike registering.
    from hypothesis import strategies as st
    from hypothesis.errors import InvalidArgument

    from twenty_opportunity.testing.strategies import of_type

    try:
        return of_type(cl)
    except TypeError as error:
        refusal = InvalidArgument(str(error))

    def refuse() -> NoReturn:
        raise refusal

    # Hypothesis ignores a TypeError that is raised here, and would fail for another reason later.
    return st.builds(refuse)
