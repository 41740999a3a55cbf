"""
Schema to verdict: accept fast, explain slowly.

`validator` ties the two sides together. `accepting` compiles a schema into the check that says yes in a microsecond;
`explaining` walks what was refused and is imported only then; `messages` puts a fault into one sentence. Both sides
read schemas of the one `dialect`, patterns as ECMA-262 has them (`patterns`), and the same Python objects as JSON
values (`instances`), so that they come to one verdict.
"""

from __future__ import annotations

from twenty_opportunity.validation.validator import Validator

__all__ = ["Validator"]
