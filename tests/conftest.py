"""The Hypothesis profiles of the test suite."""

from __future__ import annotations

import os

from hypothesis import settings

IN_CI = bool(os.environ.get("CI"))

# For sessions that repeat the tests with another Python or other versions of the dependencies.
settings.register_profile("quick", max_examples=20, deadline=None, derandomize=True)
# In CI, the same examples in every run; for developers, other examples in each run.
settings.register_profile("dev", max_examples=100, deadline=None, derandomize=IN_CI)
# For the invariants: at least 1,000 examples of each.
settings.register_profile("ci", max_examples=1_000, deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "dev")
