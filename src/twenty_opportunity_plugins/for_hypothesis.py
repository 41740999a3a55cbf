"""The Hypothesis plugin: `st.from_type(Opportunity)` works by itself, whichever package is imported first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def register() -> None:
    """
    Register the record classes with Hypothesis, where both packages are imported.

    Hypothesis calls this when it is imported, and the package calls it where Hypothesis was first.
    """
    package = sys.modules.get("twenty_opportunity")
    if package is None or not hasattr(package, "__all__"):  # it is not imported, or not to its end yet
        return
    from hypothesis.strategies import register_type_strategy

    from twenty_opportunity import records

    for cl in (getattr(records, name) for name in records.__all__):
        if isinstance(cl, type) and issubclass(cl, records.Record) and cl is not records.Record:
            register_type_strategy(cl, _of_type)


def _of_type(cl: Any) -> SearchStrategy[Any]:
    # Late: registering takes no time, making the strategies does.
    from twenty_opportunity.testing.strategies import of_type

    return of_type(cl)
