"""
Data for tests: realistic documents, deliberate faults, Hypothesis strategies, matchers and the pytest plugin.

It may import `profiles`, `validation`, `schemas`, `records`, `errors` and `values`. Only `strategies` imports
Hypothesis, and only `pytest_plugin` imports pytest.
"""

from __future__ import annotations
