"""Custody: who holds a device, from when, in a sealed pack or not (PCI PIN 30-1, P2PE 1C).

The ledger is a chain of holdings: one is open, those before ended when the next began.  A device
nobody is known to hold for longer than `GRACE` is unaccounted for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain import parsing, text
from app.domain.errors import Problems


class HolderKind(StrEnum):
    """Who may hold a device."""

    MERCHANT = "merchant"
    TECHNICIAN = "technician"
    WAREHOUSE = "warehouse"
    SUPPLIER = "supplier"
    COURIER = "courier"
    UNKNOWN = "unknown"


class Pack(StrEnum):
    """Whether a device is still in its sealed pack."""

    UNOPENED = "unopened"
    OPENED = "opened"
    UNKNOWN = "unknown"


class CustodyCause(StrEnum):
    """Why the ledger has an entry."""

    REGISTERED = "registered"
    IMPORTED = "imported"
    MOVED = "moved"
    SWAPPED = "swapped"
    STATE = "state"
    HANDED_OVER = "handed_over"
    TAKEN_OVER = "taken_over"
    """Written when the ledger began, from what the register knew."""


GRACE = timedelta(hours=24)
"""A device may be in transit for so long before it counts as unaccounted for."""

NAMED = frozenset({HolderKind.TECHNICIAN, HolderKind.SUPPLIER, HolderKind.COURIER})
"""Holders of whom a name is needed: there are many of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverDraft:
    """Somebody takes a device: text as typed, nothing checked yet."""

    holder_kind: str = HolderKind.TECHNICIAN
    holder: str = ""
    pack: str = Pack.OPENED
    reference: str = ""
    expected_on: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A checked draft.  `reference`: number of the consignment or bag; `expected_on`: the day a
    courier brings it."""

    kind: HolderKind
    name: str = ""
    pack: Pack = Pack.OPENED
    reference: str = ""
    expected_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One entry of the ledger, open while `until` is None."""

    id: str
    terminal_id: str
    kind: HolderKind
    name: str
    pack: Pack
    reference: str
    expected_on: date | None
    cause: CustodyCause
    note: str
    by: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unaccounted:
    """A device nobody is known to hold, and since when."""

    terminal_id: str
    serial: str
    state: str
    reason: str
    """``nobody``, ``unnamed``, ``overdue`` (with a courier), ``not_there`` (said to be at a
    merchant where it does not stand) or ``elsewhere`` (in service, but held by somebody else)."""
    kind: HolderKind
    name: str
    since: datetime


def check_handover(draft: HandoverDraft, today: date) -> Handover:
    """The draft as a hand-over.  Raises `InvalidInput`.  A merchant gets a device by moving it or
    taking it into service, so that register and ledger cannot disagree."""
    problems = Problems()
    kind = draft.holder_kind if draft.holder_kind in set(HolderKind) else ""
    if not kind:
        problems.add("holder_kind", "choice.unknown", value=draft.holder_kind)
    elif kind == HolderKind.MERCHANT:
        problems.add("holder_kind", "custody.merchant_by_move")
    if draft.pack not in set(Pack):
        problems.add("pack", "choice.unknown", value=draft.pack)
    name = reference = note = ""
    expected: date | None = None
    with problems.field("holder"):
        name = text.free_line(draft.holder)
        if kind in NAMED:
            text.required(name)
    with problems.field("reference"):
        reference = text.line(draft.reference)
    with problems.field("note"):
        note = text.note(draft.note, 2_000)
    with problems.field("expected_on"):
        expected = parsing.parse_date(draft.expected_on)
    if kind == HolderKind.COURIER and expected is None and not draft.expected_on.strip():
        problems.add("expected_on", "custody.expected_missing")
    if expected is not None and expected < today:
        problems.add("expected_on", "date.past")
    problems.raise_if_any()
    return Handover(
        kind=HolderKind(kind),
        name=name,
        pack=Pack(draft.pack),
        reference=reference,
        expected_on=expected,
        note=note,
    )
