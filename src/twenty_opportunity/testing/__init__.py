"""
Data for tests: realistic documents, deliberate faults, Hypothesis strategies, and matchers for assertions.

One sampler makes realistic documents, and one list of faults breaks them: the command `generate`, the pytest fixtures
and the strategies use both. It may import `profiles`, `validation`, `schemas`, `records`, `errors` and `values`. Only
`strategies` imports Hypothesis; pytest is imported by `twenty_opportunity_plugins` alone.
"""

from __future__ import annotations
