"""The columns all event logs share, written from and read as `FieldChange` and `Reference`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.event_data import NO_FACTS, EventFacts, FieldChange, Reference

_NAMES = ("field", "old", "new", "reason", "ref_kind", "ref_id", "remark")


def columns_of(facts: EventFacts = NO_FACTS) -> dict[str, Any]:
    """What an entry tells as columns."""
    change = facts.change or FieldChange("")
    refers = (facts.reference.kind, facts.reference.id) if facts.reference else ("", None)
    values = (change.field, change.old, change.new, facts.reason, *refers, facts.remark)
    return dict(zip(_NAMES, values, strict=True))


def event_columns(row: Any) -> tuple[Any, ...]:
    """These columns of a table, to be read by `told_by`."""
    return tuple(getattr(row, name) for name in _NAMES)


def told_by(values: Sequence[Any]) -> dict[str, Any]:
    """``change``, ``reason``, ``reference`` and ``remark`` from the values of `event_columns`."""
    field, old, new, reason, ref_kind, ref_id, remark = values
    return {
        "change": FieldChange(field, old, new) if field else None,
        "reason": reason,
        "reference": Reference(ref_kind, ref_id) if ref_kind and ref_id else None,
        "remark": remark,
    }
