"""Plain cattrs on attrs classes with the same attributes: no schema, no extra properties."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override

from benchmarks import inputs


@attrs.frozen(kw_only=True)
class Amount:
    """An amount."""

    amount_micros: int | None = None
    currency_code: str | None = None


@attrs.frozen(kw_only=True)
class Actor:
    """An actor."""

    source: str | None = None
    workspace_member_id: UUID | None = None
    name: str | None = None
    context: dict[str, Any] | None = None


@attrs.frozen(kw_only=True)
class Opportunity:
    """An opportunity of the published schema."""

    id: UUID
    created_at: dt.datetime
    updated_at: dt.datetime
    name: str
    stage: str
    deleted_at: dt.datetime | None = None
    amount: Amount | None = None
    close_date: dt.date | None = None
    position: float | None = None
    company_id: UUID | None = None
    point_of_contact_id: UUID | None = None
    owner_id: UUID | None = None
    created_by: Actor | None = None
    updated_by: Actor | None = None


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)


def works() -> dict[str, Any]:
    """List what is measured, by work and input."""
    converter = Converter(detailed_validation=False)
    converter.register_structure_hook(UUID, lambda text, _: UUID(text))
    converter.register_structure_hook(dt.datetime, lambda text, _: dt.datetime.fromisoformat(text))
    converter.register_structure_hook(dt.date, lambda text, _: dt.date.fromisoformat(text))
    for cl in (Amount, Actor, Opportunity):
        names: Any = {a.name: override(rename=_camel(a.name)) for a in attrs.fields(cl)}
        converter.register_structure_hook(cl, make_dict_structure_fn(cl, converter, **names))
    record = inputs.record()
    return {"structure: record": lambda: converter.structure(record, Opportunity)}
