"""
Tools for tests: realistic documents, deliberate faults, Hypothesis strategies, matchers, and a Twenty server.

One sampler makes realistic documents, and one list of faults breaks them: the command `generate`, the pytest fixtures
and the strategies use both. This package may import `profiles`, `validation`, `schemas`, `records`, `errors` and
`values`, but not `conversion` or the other doors. Only `strategies` imports Hypothesis, and only
`twenty_opportunity_plugins` imports pytest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twenty_opportunity.testing.server import Delivery, Request, TwentyServer

__all__ = ["Delivery", "Request", "TwentyServer"]


def __getattr__(name: str) -> Any:
    """Import the server on first use, because strategies and matchers do not need it."""
    if name in __all__:
        from twenty_opportunity.testing import server

        return getattr(server, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
