"""The custody ledger: who holds each device, from when, and which nobody is known to hold.

Registering, importing, moving, swapping and changes of state write it themselves, in their own
transaction; what else happens to a device is a hand-over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput, NotAllowed
from app.domain.register.custody import (
    GRACE,
    NAMED,
    CustodyCause,
    HandoverDraft,
    HolderKind,
    Holding,
    Pack,
    Unaccounted,
    check_handover,
)
from app.domain.register.terminal_actions import TerminalAction, allowed_on
from app.domain.register.terminal_states import KEPT_UP, STATES, TerminalState
from app.domain.register.terminals import Terminal
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import operation
from app.services.register.origin import WriteOrigin
from app.services.register.terminal_queries import read_terminal
from db import bulk
from db.keys import new_key
from db.models.register import CustodyRow, PlacementRow, TerminalRow
from db.queries import present_placement

MOST = 500
"""Entries of one ledger and devices of one list that are shown."""

_OPEN = sa.and_(col(CustodyRow.terminal_id) == col(TerminalRow.id), col(CustodyRow.until).is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHolding:
    """Somebody has a device from `since` (None: now) on."""

    terminal_id: str
    kind: HolderKind
    cause: CustodyCause
    name: str = ""
    pack: Pack = Pack.UNKNOWN
    since: datetime | None = None
    reference: str = ""
    expected_on: date | None = None
    note: str = ""


class Custody:
    """Use cases of the ledger."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def of(self, terminal_id: str) -> tuple[Holding, ...]:
        """Who has had a device, latest first."""
        with self._context.read() as session:
            return _holdings(session, terminal_id)

    @operation("custody.hand_over")
    def hand_over(self, terminal_id: str, draft: HandoverDraft) -> None:
        """Somebody else takes the device.  One in service is at its merchant: it is swapped,
        moved or put into another state.

        Raises `InvalidInput`, `NotFound`, `NotAllowed` (retired, in service)."""
        given = check_handover(draft, self._context.today())
        with self._context.write() as unit:
            terminal = read_terminal(unit.session, terminal_id)
            if TerminalAction.HAND_OVER not in allowed_on(terminal):
                raise NotAllowed(TerminalAction.HAND_OVER, terminal.state)
            before = _open(unit.session, [terminal_id]).get(terminal_id)
            resealed = given.pack is Pack.UNOPENED and before is not None and _opened(before)
            if resealed and not given.reference:
                raise InvalidInput.of("reference", "custody.resealed")
            fresh = NewHolding(
                terminal_id=terminal_id,
                kind=given.kind,
                cause=CustodyCause.HANDED_OVER,
                name=given.name,
                pack=given.pack,
                reference=given.reference,
                expected_on=given.expected_on,
                note=given.note,
            )
            write_holdings(unit, [fresh], self._origin())
            unit.touched("terminal", [terminal_id])

    def unaccounted(self) -> tuple[Unaccounted, ...]:
        """Devices nobody is known to hold for longer than `GRACE`, longest first."""
        place = self._context
        with place.read() as session:
            return _unaccounted(session, place.now(), place.today())

    def doubt_about(self, terminal_id: str) -> str:
        """Why one device is unaccounted for, as a code; empty when it is not."""
        place = self._context
        with place.read() as session:
            found = _unaccounted(session, place.now(), place.today(), terminal_id)
        return found[0].reason if found else ""

    def _origin(self) -> WriteOrigin:
        return WriteOrigin(self._context.actor, self._context.device, "handed_over")


def write_holdings(unit: UnitOfWork, fresh: Sequence[NewHolding], origin: WriteOrigin) -> None:
    """End the open entry of each device and begin the new one, inside a larger step.  An entry
    never begins before the one it follows, whatever the clock of the laptop says."""
    before = _open(unit.session, [item.terminal_id for item in fresh])
    table = CustodyRow.__table__  # type: ignore[attr-defined]
    rows = []
    for item in fresh:
        since, open_ = item.since or unit.now, before.get(item.terminal_id)
        if open_ is not None:
            since = max(since, open_.since)
            unit.session.execute(sa.update(table).where(table.c.id == open_.id).values(until=since))
        rows.append(
            {
                "id": new_key(),
                "terminal_id": item.terminal_id,
                "kind": item.kind,
                "holder": item.name,
                "pack": item.pack,
                "reference": item.reference,
                "expected_on": item.expected_on,
                "since": since,
                "cause": item.cause,
                "note": item.note,
                "actor": origin.actor,
                "device": origin.device,
            }
        )
    bulk.insert(unit.session, table, rows)


def write_state(
    unit: UnitOfWork, terminal: Terminal, state: TerminalState, origin: WriteOrigin, why: str
) -> None:
    """The entry of a change of state: who has the device then, as `STATES` says; where that says
    nothing, whoever had it before."""
    kind = STATES[state].holder
    names = {HolderKind.MERCHANT: terminal.merchant_name, HolderKind.TECHNICIAN: origin.actor}
    before = _open(unit.session, [terminal.id]).get(terminal.id)
    if kind is None and before is not None:
        kind, name = HolderKind(before.kind), before.holder
    else:
        kind = kind or HolderKind.UNKNOWN
        name = names.get(kind, "")
    pack = Pack(before.pack) if before is not None else Pack.UNKNOWN
    if kind is HolderKind.MERCHANT:
        pack = Pack.OPENED
    fresh = NewHolding(
        terminal_id=terminal.id, kind=kind, cause=CustodyCause.STATE, name=name, pack=pack, note=why
    )
    write_holdings(unit, [fresh], origin)


def write_taken_out(unit: UnitOfWork, terminal_id: str, origin: WriteOrigin, why: str) -> None:
    """The entry of a device that a swap took out: the technician has it in hand."""
    fresh = NewHolding(
        terminal_id=terminal_id,
        kind=HolderKind.TECHNICIAN,
        cause=CustodyCause.SWAPPED,
        name=origin.actor,
        pack=Pack.OPENED,
        note=why,
    )
    write_holdings(unit, [fresh], origin)


def _opened(row: Any) -> bool:
    return bool(row.pack == Pack.OPENED)


def _open(session: Session, ids: list[str]) -> dict[str, Any]:
    """The open entry of each device."""
    if not ids:
        return {}
    table = CustodyRow.__table__  # type: ignore[attr-defined]
    query = sa.select(table).where(
        table.c.until.is_(None), bulk.among(session, col(CustodyRow.terminal_id), ids)
    )
    return {row.terminal_id: row for row in session.execute(query)}


def _holdings(session: Session, terminal_id: str) -> tuple[Holding, ...]:
    query = (
        sa.select(CustodyRow)
        .where(col(CustodyRow.terminal_id) == terminal_id)
        .order_by(col(CustodyRow.since).desc(), col(CustodyRow.id).desc())
        .limit(MOST)
    )
    return tuple(
        Holding(
            id=row.id,
            terminal_id=row.terminal_id,
            kind=HolderKind(row.kind),
            name=row.holder,
            pack=Pack(row.pack),
            reference=row.reference,
            expected_on=row.expected_on,
            cause=CustodyCause(row.cause),
            note=row.note,
            by=row.actor,
            since=row.since,
            until=row.until,
        )
        for row in session.execute(query).scalars()
    )


def _unaccounted(
    session: Session, now: datetime, today: date, only: str = ""
) -> tuple[Unaccounted, ...]:
    kind, long_ago = col(CustodyRow.kind), col(CustodyRow.since) < now - GRACE
    at_merchant = [state for state, rule in STATES.items() if rule.placed]
    reasons = (
        (col(CustodyRow.id).is_(None), "nobody"),
        (sa.and_(kind == HolderKind.UNKNOWN, long_ago), "nobody"),
        (sa.and_(kind.in_(sorted(NAMED)), col(CustodyRow.holder) == "", long_ago), "unnamed"),
        (
            sa.and_(
                kind == HolderKind.COURIER,
                sa.func.coalesce(col(CustodyRow.expected_on), today) < today - timedelta(days=1),
            ),
            "overdue",
        ),
        (
            sa.and_(kind == HolderKind.MERCHANT, col(PlacementRow.id).is_(None), long_ago),
            "not_there",
        ),
        (
            sa.and_(kind != HolderKind.MERCHANT, col(TerminalRow.state).in_(at_merchant), long_ago),
            "elsewhere",
        ),
    )
    query: Any = (
        sa.select(
            col(TerminalRow.id),
            col(TerminalRow.serial),
            col(TerminalRow.state),
            sa.case(*reasons).label("reason"),
            kind.label("kind"),
            col(CustodyRow.holder),
            col(CustodyRow.since),
        )
        .select_from(TerminalRow)
        .outerjoin(CustodyRow, _OPEN)
        .outerjoin(*present_placement())
        .where(
            col(TerminalRow.state).in_(KEPT_UP), sa.or_(*(condition for condition, _ in reasons))
        )
        .order_by(col(CustodyRow.since), col(TerminalRow.serial_key))
        .limit(MOST)
    )
    if only:
        query = query.where(col(TerminalRow.id) == only)
    return tuple(
        Unaccounted(
            terminal_id=row.id,
            serial=row.serial,
            state=row.state,
            reason=row.reason,
            kind=HolderKind(row.kind or HolderKind.UNKNOWN),
            name=row.holder or "",
            since=row.since or datetime.min.replace(tzinfo=UTC),
        )
        for row in session.execute(query)
    )
