"""How incidents are read: the list, one incident with its log, work and proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import NotFound
from app.domain.faults import ContactRole, FaultClass
from app.domain.incidents.incidents import (
    Confirmation,
    Incident,
    IncidentSummary,
    PartUsed,
    Result,
    TestLine,
    TestOutcome,
    WorkEntry,
    WorkKind,
)
from app.domain.incidents.lifecycle import (
    OPEN_STATES,
    UNFINISHED_STATES,
    Action,
    Detection,
    Event,
    HoldReason,
    Impact,
    IncidentState,
    Priority,
    Urgency,
    allowed_actions,
)
from app.languages import LocalizedText
from app.services.core.event_rows import event_columns, told_by
from app.services.core.keyset import ListQuery
from app.services.incidents.deadlines import STOPPED_SINCE, overdue
from app.services.register.terminal_queries import Position
from db import search
from db.models.incident import (
    DiagnosisRow,
    IncidentEventRow,
    IncidentRow,
    IncidentTestRow,
    PartUsedRow,
    WorkEntryRow,
)
from db.models.register import (
    AreaRow,
    MerchantRow,
    TechnicianRow,
    TerminalModelRow,
    TerminalRow,
)
from db.types import Key

STATE_GROUPS: dict[str, frozenset[IncidentState]] = {
    "open": OPEN_STATES,
    "overdue": OPEN_STATES,
    "unfinished": UNFINISHED_STATES,
    "resolved": frozenset({IncidentState.RESOLVED}),
    "on_hold": frozenset({IncidentState.ON_HOLD}),
    "closed": frozenset({IncidentState.CLOSED, IncidentState.CANCELLED, IncidentState.DUPLICATE}),
}
"""Groups of states a list can be narrowed to; `overdue` asks for a moment (`overdue_at`), too."""


@dataclass(frozen=True, slots=True)
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
    overdue_at: datetime | None = None
    reported_from: datetime | None = None
    reported_until: datetime | None = None
    order: str = "due"


_CLASS = sa.func.coalesce(col(IncidentRow.confirmed_class), col(IncidentRow.provisional_class), "")
_ORDERS: dict[str, tuple[Any, ...]] = {
    "due": (col(IncidentRow.resolve_due_at), col(IncidentRow.id)),
    "reported": (col(IncidentRow.reported_at), col(IncidentRow.id)),
    "number": (col(IncidentRow.number), col(IncidentRow.id)),
    "merchant": (sa.func.coalesce(col(MerchantRow.name), ""), col(IncidentRow.id)),
    "class": (_CLASS, col(IncidentRow.id)),
    "state": (col(IncidentRow.state), col(IncidentRow.id)),
    "priority": (col(IncidentRow.priority), col(IncidentRow.resolve_due_at), col(IncidentRow.id)),
}


def list_query(
    session: Session, wanted: IncidentFilter, now: datetime
) -> ListQuery[IncidentSummary]:
    """The filtered list as SQL; what is overdue is so `now`, unless another moment is asked for."""
    if wanted.states == "overdue" and wanted.overdue_at is None:
        wanted = replace(wanted, overdue_at=now)
    query: Any = (
        sa.select(
            col(IncidentRow.id),
            col(IncidentRow.number),
            col(IncidentRow.state),
            col(IncidentRow.priority),
            col(MerchantRow.name).label("merchant_name"),
            col(AreaRow.name).label("area"),
            col(TerminalModelRow.name).label("model"),
            col(IncidentRow.tid),
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
        )
        .select_from(IncidentRow)
        .outerjoin(MerchantRow, col(MerchantRow.id) == col(IncidentRow.merchant_id))
        .outerjoin(AreaRow, col(AreaRow.id) == col(MerchantRow.area_id))
        .outerjoin(TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id))
        .outerjoin(TerminalModelRow, col(TerminalModelRow.id) == col(TerminalRow.model_id))
        .outerjoin(TechnicianRow, col(TechnicianRow.id) == col(IncidentRow.technician_id))
    )
    for condition in _conditions(session, wanted):
        query = query.where(condition)
    order = wanted.order.removeprefix("-")
    return ListQuery(query, _ORDERS[order], _summary, descending=wanted.order.startswith("-"))


def _conditions(session: Session, wanted: IncidentFilter) -> list[Any]:
    found: list[Any] = [
        col(column) == value
        for column, value in (
            (AreaRow.name, wanted.area),
            (TerminalModelRow.name, wanted.model),
            (IncidentRow.technician_id, wanted.technician_id),
            (IncidentRow.terminal_id, wanted.terminal_id),
            (IncidentRow.merchant_id, wanted.merchant_id),
        )
        if value
    ]
    if wanted.states:
        found.append(col(IncidentRow.state).in_(STATE_GROUPS[wanted.states]))
    if wanted.fault_class:
        found.append(wanted.fault_class == _CLASS)
    if wanted.overdue_at is not None:
        found.append(overdue(wanted.overdue_at))
    if wanted.reported_from is not None:
        found.append(col(IncidentRow.reported_at) >= wanted.reported_from)
    if wanted.reported_until is not None:
        found.append(col(IncidentRow.reported_at) < wanted.reported_until)
    if wanted.words.strip():
        owners = search.matching(session, "incident", wanted.words)
        found.append(sa.false() if owners is None else col(IncidentRow.id).in_(owners))
    return found


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


# --- one incident --------------------------------------------------------------------------------


def load(session: Session, incident_id: str) -> IncidentRow:
    """The row to work on.  Raises `NotFound`."""
    row = session.get(IncidentRow, incident_id)
    if row is None:
        raise NotFound("incident", incident_id)
    return row


def read_trail(session: Session, incident_id: str) -> dict[str, Any] | None:
    """The latest diagnosis trail stored with an incident."""
    return read_trails(session, [incident_id]).get(incident_id)


def read_trails(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The latest diagnosis trail of each of these incidents that has one."""
    found = _of_each(session, _TRAILS, ids)
    return {key: rows[-1].trail for key, rows in found.items() if isinstance(rows[-1].trail, dict)}


def read_incident(session: Session, incident_id: str) -> Incident:
    """Everything about one incident, in an open session.  Raises `NotFound`."""
    found = read_incidents(session, [incident_id])
    if not found:
        raise NotFound("incident", incident_id)
    return found[0]


def read_incidents(session: Session, ids: Sequence[str]) -> list[Incident]:
    """Everything about each of these incidents that is there, in as many queries as for one."""
    if not ids:
        return []
    rows = session.connection().execute(_INCIDENTS, {"ids": list(ids)}).all()
    events, work, parts, tests = (
        _of_each(session, query, ids) for query in (_EVENTS, _WORK, _PARTS, _TESTS)
    )
    return [
        Incident(
            **_columns(row),
            technician=row.technician or "",
            events=tuple(map(_event, events.get(row.id, ()))),
            work=tuple(map(_work_entry, work.get(row.id, ()))),
            parts=tuple(map(_part, parts.get(row.id, ()))),
            tests=_lines(tests.get(row.id, ()), "function"),
            security=_lines(tests.get(row.id, ()), "security"),
            actions=allowed_actions(IncidentState(row.state)),
        )
        for row in rows
    ]


def _columns(row: Any) -> dict[str, Any]:
    """The values of an incident that stand in its own row."""
    values = {name: getattr(row, name) for name in _PLAIN}
    values |= {name: _word(words, getattr(row, name)) for name, words in _WORDS.items()}
    return values | {name: getattr(row, column) or "" for name, column in _KEYS.items()}


_PLAIN = (
    "id",
    "version",
    "number",
    "tid",
    "unknown_serial",
    "displayed_code",
    "code_profile",
    "symptom",
    "reporter_name",
    "reporter_phone",
    "reported_at",
    "response_due_at",
    "resolve_due_at",
    "promised_at",
    "down_from",
    "restored_at",
    "resolved_at",
    "closed_at",
    "provisional_share",
    "mode",
    "cause",
    "remedy",
    "other_text",
    "work_done",
    "advice",
    "item_failure",
    "firmware_before",
    "firmware_after",
    "waiting_reference",
    "fee_cents",
    "hold_expected_on",
    "confirmed_by",
    "closing_remark",
    "satisfaction",
    "reopen_count",
)
_WORDS: dict[str, Any] = {
    "state": IncidentState,
    "detection": Detection,
    "impact": Impact,
    "urgency": Urgency,
    "priority": Priority,
    "provisional_class": FaultClass,
    "confirmed_class": FaultClass,
    "result": Result,
    "hold_reason": HoldReason,
    "confirmation": Confirmation,
    "handed_to": ContactRole,
}
_KEYS = {
    "terminal_id": "terminal_id",
    "merchant_id": "merchant_id",
    "technician_id": "technician_id",
    "repeat_of": "repeat_of_id",
    "duplicate_of": "duplicate_of_id",
    "visit_id": "visit_id",
}


def _word(words: Any, value: str | None) -> Any:
    return None if value is None else words(value)


def read_events(session: Session, incident_id: str) -> tuple[Event, ...]:
    """The log, oldest first."""
    found = _of_each(session, _EVENTS, [incident_id])
    return tuple(map(_event, found.get(incident_id, ())))


def _of_each(session: Session, query: Any, ids: Sequence[str]) -> dict[str, list[Any]]:
    """Rows that belong to incidents, by incident."""
    found: dict[str, list[Any]] = {}
    if ids:
        for row in session.connection().execute(query, {"ids": list(ids)}):
            found.setdefault(row.incident_id, []).append(row)
    return found


def _event(row: Any) -> Event:
    return Event(
        seq=row.seq,
        at=row.at,
        by=row.actor,
        device=row.device,
        action=Action(row.action),
        from_state=_word(IncidentState, row.from_state),
        to_state=_word(IncidentState, row.to_state),
        **told_by([row._mapping[column] for column in _TOLD]),
        said=LocalizedText(row.said_zh, row.said_en),
    )


def _work_entry(row: Any) -> WorkEntry:
    return WorkEntry(
        row.id,
        row.at,
        row.actor,
        WorkKind(row.kind),
        row.summary,
        row.outcome,
        row.minutes,
        row.check_id,
    )


def _part(row: Any) -> PartUsed:
    return PartUsed(
        row.id,
        row.name,
        row.part_no,
        row.old_serial,
        row.new_serial,
        row.quantity,
        row.unit_price_cents,
        row.in_warranty,
    )


def _lines(rows: Iterable[Any], part: str) -> tuple[TestLine, ...]:
    return tuple(
        TestLine(row.item, TestOutcome(row.outcome), row.slip_no)
        for row in rows
        if row.part == part
    )


def _belonging(table: Any, *order: str) -> Any:
    """A query for the rows of many incidents, put together once."""
    columns = table.__table__.c
    ids = sa.bindparam("ids", type_=columns.incident_id.type, expanding=True)
    query = sa.select(*columns).where(columns.incident_id.in_(ids))
    return query.order_by(*(columns[name] for name in order))


_TOLD = event_columns(IncidentEventRow.__table__.c)  # type: ignore[attr-defined]
_EVENTS = _belonging(IncidentEventRow, "seq")
_WORK = _belonging(WorkEntryRow, "at", "id")
_PARTS = _belonging(PartUsedRow, "id")
_TESTS = _belonging(IncidentTestRow, "position")
_TRAILS = _belonging(DiagnosisRow, "at", "id")
_INCIDENTS: Any = (
    sa.select(*IncidentRow.__table__.c, col(TechnicianRow.name).label("technician"))  # type: ignore[attr-defined]
    .select_from(IncidentRow)
    .outerjoin(TechnicianRow, col(TechnicianRow.id) == col(IncidentRow.technician_id))
    .where(col(IncidentRow.id).in_(sa.bindparam("ids", type_=Key, expanding=True)))
)


CALLED = (
    "number",
    "tid",
    "unknown_serial",
    "displayed_code",
    "symptom",
    "reporter_name",
    "reporter_phone",
    "work_done",
)
"""What an incident itself says that it may be found by."""


def index_incident(
    session: Session, incident_id: str, called: Iterable[str], position: Position | None
) -> None:
    """Make an incident findable by everything people call it and the terminal it is about."""
    about = (position.serial, position.merchant_name, position.contact_phone) if position else ()
    words = " ".join(filter(None, (*called, *about)))
    search.put(session, "incident", {incident_id: words})
