"""How incidents are read whole: each with its log, its work and the proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import NotFound
from app.domain.faults import ContactRole, FaultClass
from app.domain.incidents.incidents import (
    Confirmation,
    Incident,
    PartUsed,
    Result,
    TestLine,
    TestOutcome,
    WorkEntry,
    WorkKind,
)
from app.domain.incidents.lifecycle import (
    Action,
    Detection,
    Event,
    HoldReason,
    Impact,
    IncidentState,
    Priority,
    Target,
    Urgency,
    allowed_actions,
)
from app.domain.incidents.service_hours import ROUND_THE_CLOCK, hours_written
from app.languages import LocalizedText
from app.services.core.event_rows import event_columns, told_by
from app.services.incidents.incident_index import remember_called
from db.models.incident import (
    DiagnosisRow,
    IncidentEventRow,
    IncidentRow,
    IncidentTestRow,
    PartUsedRow,
    WorkEntryRow,
)
from db.models.register import (
    TechnicianRow,
)
from db.prepared import PreparedStatement
from db.queries import technician_of
from db.together import send_ahead, together
from db.types import Key


def load(session: Session, incident_id: str) -> IncidentRow:
    """The row to work on.  Raises `NotFound`."""
    row = session.get(IncidentRow, incident_id)
    if row is None:
        raise NotFound("incident", incident_id)
    remember_called(session, row)
    return row


_INCIDENT: Any = IncidentRow.__table__  # type: ignore[attr-defined]
_STATE = PreparedStatement(
    sa.select(_INCIDENT.c.id, _INCIDENT.c.state).where(_INCIDENT.c.id == sa.bindparam("wanted"))
)


def read_state(session: Session, incident_id: str) -> Any:
    """The key and the state of an incident whose own row stays as it is.  Raises `NotFound`."""
    row = _STATE.first(session, wanted=incident_id)
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
    about = {"ids": list(ids)}
    rows, *belonging = together(
        session, *((query, about) for query in (_INCIDENTS, _EVENTS, _WORK, _PARTS, _TESTS))
    )
    events, work, parts, tests = map(_by_incident, belonging)
    return [
        Incident(
            **_columns(row),
            agreed=agreed_of(row),
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
    "agreement",
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
    "callout_fee_cents",
    "labour_fee_cents",
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
    "parent": "parent_id",
    "visit_id": "visit_id",
}


def _word(words: Any, value: str | None) -> Any:
    return None if value is None else words(value)


def agreed_of(row: Any) -> Target | None:
    """The times that were promised about an incident; None of imported history."""
    if row.response_hours is None or row.resolve_hours is None:
        return None
    hours = hours_written(row.service_hours) or ROUND_THE_CLOCK
    return Target(row.response_hours, row.resolve_hours, hours)


def look_for_log(session: Session, incident_id: str) -> None:
    """Send the questions for the log and the trails of an incident ahead (`send_ahead`)."""
    ids = {"ids": [incident_id]}
    send_ahead(session, (_EVENTS, ids), (_TRAILS, ids))


def read_events(session: Session, incident_id: str) -> tuple[Event, ...]:
    """The log, oldest first."""
    found = _of_each(session, _EVENTS, [incident_id])
    return tuple(map(_event, found.get(incident_id, ())))


def read_work(session: Session, incident_id: str) -> tuple[WorkEntry, ...]:
    """The work log, oldest first."""
    found = _of_each(session, _WORK, [incident_id])
    return tuple(map(_work_entry, found.get(incident_id, ())))


def _of_each(session: Session, query: Any, ids: Sequence[str]) -> dict[str, list[Any]]:
    """Rows that belong to incidents, by incident."""
    return _by_incident(together(session, (query, {"ids": list(ids)}))[0] if ids else ())


def _by_incident(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
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
        id=row.id,
        at=row.at,
        by=row.actor,
        kind=WorkKind(row.kind),
        summary=row.summary,
        outcome=row.outcome,
        minutes=row.minutes,
        check_id=row.check_id,
    )


def _part(row: Any) -> PartUsed:
    return PartUsed(
        id=row.id,
        name=row.name,
        part_no=row.part_no,
        old_serial=row.old_serial,
        new_serial=row.new_serial,
        quantity=row.quantity,
        unit_price_cents=row.unit_price_cents,
        in_warranty=row.in_warranty,
        part_kind_id=row.part_kind_id or "",
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
    .outerjoin(*technician_of(IncidentRow.technician_id))
    .where(col(IncidentRow.id).in_(sa.bindparam("ids", type_=Key, expanding=True)))
)


_TECHNICIAN: Any = TechnicianRow.__table__  # type: ignore[attr-defined]
_BY_CODE = PreparedStatement(
    sa.select(_TECHNICIAN.c.id, _TECHNICIAN.c.code, _TECHNICIAN.c.name).where(
        _TECHNICIAN.c.code == sa.bindparam("wanted")
    )
)


def look_for_technician(session: Session, code: str) -> None:
    """Ask what `technician_by_code` will, with the next query."""
    send_ahead(session, (_BY_CODE, {"wanted": code}))


def technician_by_code(session: Session, code: str) -> Any:
    """Key, code and name of the technician with this code; None when there is none."""
    (found,) = together(session, (_BY_CODE, {"wanted": code}))
    return found[0] if found else None
