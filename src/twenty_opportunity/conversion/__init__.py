"""
Instance to record and back: the plain way, and the same as generated code.

It may import `records`, `errors` and `values`; it does not know schemas of Twenty or profiles.
"""

from __future__ import annotations
