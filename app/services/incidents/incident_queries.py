"""How incidents are listed and counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.dispatch.dispatches import WorkType
from app.domain.faults import FaultClass
from app.domain.incidents.incidents import NEVER, IncidentSummary
from app.domain.incidents.lifecycle import (
    OPEN_STATES,
    STATE_GROUPS,
    UNFINISHED_STATES,
    HoldReason,
    IncidentState,
    Priority,
)
from app.domain.register.firmware import looks_like_version
from app.services.core.dispatches import waits_for_answer
from app.services.core.keyset import ListQuery
from db import search
from db.deadlines import STOPPED_SINCE, overdue
from db.models.incident import (
    IncidentRow,
)
from db.models.register import (
    AreaRow,
    MerchantRow,
    TechnicianRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import (
    AREA,
    FAULT_CLASS,
    FIRMWARE_THEN,
    MODEL,
    UNFINISHED,
    Join,
    merchant_of,
    technician_of,
)

_WHOLE_NUMBER = re.compile(r"[A-Z0-9]+-[0-9]{3,}")
"""How numbers of incidents are written: the computer's letters and a count."""
NEWEST_FOUND = 1_000
"""Incidents a search among all shows: whoever looks for an older one says more about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFilter:
    """Which incidents to list; empty fields do not restrict."""

    words: str = ""
    states: str = ""
    fault_class: str = ""
    area: str = ""
    model: str = ""
    technician_id: str = ""
    terminal_id: str = ""
    merchant_id: str = ""
    parent_id: str = ""
    firmware: str = ""
    overdue_at: datetime | None = None
    reported_from: datetime | None = None
    reported_until: datetime | None = None
    order: str = "due"


def only_searched(wanted: IncidentFilter) -> bool:
    """Whether words alone say which incidents: then only the newest that were found are listed."""
    return bool(wanted.words.strip()) and wanted == IncidentFilter(
        words=wanted.words, order=wanted.order
    )


_DUE: Any = col(IncidentRow.resolve_due_at)
"""By when to resolve; a case nobody promised anything about has none and comes last."""
_DUE_OR_NEVER: Any = sa.func.coalesce(_DUE, sa.literal(NEVER, _DUE.type), type_=_DUE.type)

_ORDERS: dict[str, tuple[Any, ...]] = {
    "due": (_DUE, col(IncidentRow.id)),
    "reported": (col(IncidentRow.reported_at), col(IncidentRow.id)),
    "number": (col(IncidentRow.number), col(IncidentRow.id)),
    "merchant": (col(MerchantRow.name), col(IncidentRow.id)),
    "class": (FAULT_CLASS, col(IncidentRow.id)),
    "state": (col(IncidentRow.state), col(IncidentRow.id)),
    "priority": (col(IncidentRow.priority), _DUE_OR_NEVER, col(IncidentRow.id)),
}

_COLUMNS: tuple[Any, ...] = (
    col(IncidentRow.id),
    col(IncidentRow.number),
    col(IncidentRow.state),
    col(IncidentRow.priority),
    col(MerchantRow.name).label("merchant_name"),
    col(AreaRow.name).label("area"),
    col(TerminalModelRow.name).label("model"),
    col(IncidentRow.tid),
    col(IncidentRow.unknown_serial),
    col(IncidentRow.displayed_code),
    col(IncidentRow.symptom),
    col(IncidentRow.provisional_class),
    col(IncidentRow.confirmed_class),
    col(IncidentRow.provisional_share),
    col(TechnicianRow.name).label("technician"),
    col(IncidentRow.hold_reason),
    col(IncidentRow.reported_at),
    col(IncidentRow.resolve_due_at),
    STOPPED_SINCE.label("stopped_since"),
    waits_for_answer(WorkType.INCIDENT, IncidentRow.id, IncidentRow.technician_id).label(
        "newly_given"
    ),
)

_JOINS: tuple[Join, ...] = (
    merchant_of(IncidentRow.merchant_id),
    AREA,
    (TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id)),
    MODEL,
    technician_of(IncidentRow.technician_id),
)


def list_query(
    session: Session, wanted: IncidentFilter, now: datetime
) -> ListQuery[IncidentSummary]:
    """The filtered list as SQL; what is overdue is so `now`, unless another moment is asked for.
    A whole number finds its incident whatever the filters of the list say."""
    if _is_a_number(session, wanted.words):
        wanted = IncidentFilter(
            words=wanted.words,
            terminal_id=wanted.terminal_id,
            merchant_id=wanted.merchant_id,
            parent_id=wanted.parent_id,
            order=wanted.order,
        )
    if wanted.states == "overdue" and wanted.overdue_at is None:
        wanted = replace(wanted, overdue_at=now)
    order = wanted.order.removeprefix("-")
    return ListQuery(
        columns=_COLUMNS,
        source=IncidentRow,
        key=col(IncidentRow.id),
        joins=_JOINS,
        conditions=tuple(_conditions(session, wanted)),
        order=_ORDERS[order],
        make=_summary,
        descending=wanted.order.startswith("-"),
        empty_last=order in ("due", "merchant"),
    )


def _is_a_number(session: Session, words: str) -> bool:
    """Whether the words are the whole number of an incident there is."""
    number = words.strip().upper()
    if _WHOLE_NUMBER.fullmatch(number) is None:
        return False
    known = sa.select(sa.literal(1)).where(col(IncidentRow.number) == number)
    return session.execute(known).first() is not None


def _conditions(session: Session, wanted: IncidentFilter) -> list[Any]:
    found: list[Any] = [
        col(column) == value
        for column, value in (
            (AreaRow.name, wanted.area),
            (TerminalModelRow.name, wanted.model),
            (IncidentRow.technician_id, wanted.technician_id),
            (IncidentRow.terminal_id, wanted.terminal_id),
            (IncidentRow.merchant_id, wanted.merchant_id),
            (IncidentRow.parent_id, wanted.parent_id),
        )
        if value
    ]
    if wanted.states:
        found += _in_states(STATE_GROUPS[wanted.states])
    if wanted.firmware:
        found.append(wanted.firmware == FIRMWARE_THEN)
    if wanted.fault_class:
        found.append(wanted.fault_class == FAULT_CLASS)
    if wanted.overdue_at is not None:
        found.append(overdue(wanted.overdue_at))
    if wanted.reported_from is not None:
        found.append(col(IncidentRow.reported_at) >= wanted.reported_from)
    if wanted.reported_until is not None:
        found.append(col(IncidentRow.reported_at) < wanted.reported_until)
    if wanted.words.strip():
        most = NEWEST_FOUND if only_searched(wanted) else 0
        owners = search.matching(session, "incident", wanted.words, most)
        few = STATE_GROUPS.get(wanted.states, frozenset(IncidentState)) <= UNFINISHED_STATES
        called: Any = sa.false()
        if owners is not None:
            called = search.one_of_them(session, col(IncidentRow.id), owners, tested=few)
        version = text.compact(wanted.words)
        if looks_like_version(version):
            called = sa.or_(called, version == FIRMWARE_THEN)
        found.append(called)
    return found


def _in_states(states: frozenset[IncidentState]) -> list[Any]:
    """Of several states those the others leave: by the states themselves an index of states would
    be asked, and what it finds sorted."""
    if len(states) == 1:
        return [col(IncidentRow.state) == next(iter(states))]
    others = sorted(set(IncidentState) - states)
    found: list[Any] = [col(IncidentRow.state).not_in(others)]
    return [UNFINISHED, *found] if states <= UNFINISHED_STATES else found


def _summary(row: Any) -> IncidentSummary:
    fault_class = row.confirmed_class or row.provisional_class
    return IncidentSummary(
        id=row.id,
        number=row.number,
        state=IncidentState(row.state),
        priority=Priority(row.priority),
        merchant_name=row.merchant_name or "",
        area=row.area or "",
        model=row.model or "",
        tid=row.tid,
        displayed_code=row.displayed_code,
        symptom=row.symptom,
        fault_class=FaultClass(fault_class) if fault_class else None,
        share=row.provisional_share,
        confirmed=row.confirmed_class is not None,
        technician=row.technician or "",
        hold_reason=HoldReason(row.hold_reason) if row.hold_reason else None,
        reported_at=row.reported_at,
        resolve_due_at=row.resolve_due_at,
        stopped_since=row.stopped_since,
        newly_given=bool(row.newly_given),
        unknown_serial=row.unknown_serial,
    )


@dataclass(frozen=True, slots=True)
class IncidentCounts:
    """How many incidents wait for what."""

    open: int
    overdue: int
    on_hold: int
    to_confirm: int


def read_counts(session: Session, now: datetime, technician_id: str = "") -> IncidentCounts:
    """Counts of unfinished incidents, of everybody or of one technician."""
    late = sa.case((overdue(now), 1), else_=0)
    query: Any = (
        sa.select(col(IncidentRow.state), sa.func.count(), sa.func.sum(late))
        .where(col(IncidentRow.state).in_(UNFINISHED_STATES))
        .group_by(col(IncidentRow.state))
    )
    if technician_id:
        query = query.where(col(IncidentRow.technician_id) == technician_id)
    found = {row[0]: (row[1], int(row[2] or 0)) for row in session.execute(query)}
    opened = [found.get(state, (0, 0)) for state in OPEN_STATES]
    return IncidentCounts(
        open=sum(amount for amount, _ in opened),
        overdue=sum(late for _, late in opened),
        on_hold=found.get(IncidentState.ON_HOLD, (0, 0))[0],
        to_confirm=found.get(IncidentState.RESOLVED, (0, 0))[0],
    )
