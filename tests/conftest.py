"""What the whole test suite shares: how hard Hypothesis looks for a counterexample."""

from __future__ import annotations

import os

from hypothesis import settings

IN_CI = bool(os.environ.get("CI"))

# For what was seen to hold elsewhere: another interpreter, other versions of what the package depends on.
settings.register_profile("quick", max_examples=20, deadline=None, derandomize=True)
# What is derandomized fails for everybody or for nobody; whoever develops gets other examples each time.
settings.register_profile("dev", max_examples=100, deadline=None, derandomize=IN_CI)
# The laws promise at least 2,000 examples a run; `.ci/run` asks for them by name, and no other test needs them.
settings.register_profile("ci", max_examples=2_000, deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "dev")
