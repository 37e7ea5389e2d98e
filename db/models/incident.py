"""Tables of incidents: the incident, its event log, work, parts, function tests and diagnosis.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.domain.faults import ContactRole, FaultClass
from app.domain.incidents.incidents import Confirmation, Result, TestOutcome, WorkKind
from app.domain.incidents.lifecycle import (
    UNFINISHED_STATES,
    Action,
    Detection,
    HoldReason,
    Impact,
    IncidentState,
    Priority,
    Urgency,
)
from db.models.shape import (
    EventRow,
    Row,
    Versioned,
    document,
    event_limits,
    flag,
    lines,
    moment,
    notes,
    one_of,
    optional_day,
    optional_moment,
    optional_real,
    optional_reference,
    optional_words,
    reference,
    required_words,
    table,
    within,
    words,
)

_FINISHED = ", ".join(repr(state.value) for state in sorted(set(IncidentState) - UNFINISHED_STATES))
_UNFINISHED = sa.text(f"state NOT IN ({_FINISHED})")


class IncidentRow(Versioned, table=True):
    """An abnormal state of a terminal, from report to closing.

    Overdue and breached are not columns: they follow from the log and the clock.  What was promised
    stands in the row, as hours of `service_hours` (round the clock when empty) and the name of the
    agreement: later changes of settings and agreements change no promise.  Imported history has no
    promise and no deadline.
    """

    __tablename__ = "incident"
    __table_args__ = table(
        lines(
            "number",
            "tid",
            "unknown_serial",
            "displayed_code",
            "code_profile",
            "reporter_name",
            "reporter_phone",
            "mode",
            "cause",
            "remedy",
            "firmware_before",
            "firmware_after",
            "confirmed_by",
            "satisfaction",
            "service_hours",
            "agreement",
        ),
        notes(
            "symptom", "other_text", "work_done", "advice", "closing_remark", "waiting_reference"
        ),
        one_of("state", IncidentState),
        one_of("detection", Detection),
        one_of("impact", Impact),
        one_of("urgency", Urgency),
        one_of("priority", Priority),
        one_of("provisional_class", FaultClass, optional=True),
        one_of("confirmed_class", FaultClass, optional=True),
        one_of("hold_reason", HoldReason, optional=True),
        one_of("confirmation", Confirmation, optional=True),
        one_of("result", Result, optional=True),
        one_of("handed_to", ContactRole, optional=True),
        within("provisional_share", 0, 1),
        within("response_hours", 0, 2_160),
        within("resolve_hours", 0, 2_160),
        within("callout_fee_cents", 0, 100_000_000),
        within("labour_fee_cents", 0, 100_000_000),
        sa.CheckConstraint("terminal_id IS NOT NULL OR unknown_serial <> ''", name="about"),
        sa.CheckConstraint(
            "restored_at IS NULL OR down_from IS NULL OR restored_at >= down_from",
            name="restored_after_down",
        ),
        sa.CheckConstraint("(state = 'on_hold') = (hold_reason IS NOT NULL)", name="hold"),
        sa.UniqueConstraint("number"),
        sa.Index("ix_incident_state_resolve_due_at", "state", "resolve_due_at"),
        sa.Index("ix_incident_resolve_due_at_id", "resolve_due_at", "id"),
        # Those that are open are few of many, and looked at all day.
        sa.Index(
            "ix_incident_unfinished",
            "resolve_due_at",
            "id",
            sqlite_where=_UNFINISHED,
        ),
        sa.Index(
            "ix_incident_unfinished_terminal_id_state",
            "terminal_id",
            "state",
            sqlite_where=_UNFINISHED,
        ),
        sa.Index("ix_incident_state_id", "state", "id"),
        sa.Index("ix_incident_displayed_code_id", "displayed_code", "id"),
        sa.Index("ix_incident_terminal_id_reported_at", "terminal_id", "reported_at"),
        sa.Index("ix_incident_reported_at_id", "reported_at", "id"),
        # Whoever counts a million of them reads this, not the rows.
        sa.Index(
            "ix_incident_counted",
            "reported_at",
            "state",
            "terminal_id",
            "merchant_id",
            "confirmed_class",
            "provisional_class",
            "technician_id",
            "remedy",
        ),
        sa.Index("ix_incident_resolved_at", "resolved_at"),
        sa.Index("ix_incident_technician_id_state", "technician_id", "state"),
    )

    number: str = required_words()
    state: str = required_words()
    terminal_id: str | None = optional_reference("terminal.id", index=False)
    merchant_id: str | None = optional_reference("merchant.id")
    tid: str = words(index=True)
    unknown_serial: str = words()
    displayed_code: str = words()
    code_profile: str = words()
    symptom: str = words()
    detection: str = required_words()
    impact: str = required_words()
    urgency: str = required_words()
    priority: str = required_words()
    reporter_name: str = words()
    reporter_phone: str = words()
    reported_at: datetime = moment()
    response_due_at: datetime | None = optional_moment()
    resolve_due_at: datetime | None = optional_moment()
    response_hours: int | None = None
    resolve_hours: int | None = None
    service_hours: str = words()
    agreement: str = words()
    promised_at: datetime | None = optional_moment()
    down_from: datetime | None = optional_moment()
    restored_at: datetime | None = optional_moment()
    resolved_at: datetime | None = optional_moment()
    closed_at: datetime | None = optional_moment()
    technician_id: str | None = optional_reference("technician.id", index=False)
    provisional_class: str | None = optional_words()
    provisional_share: float | None = optional_real()
    confirmed_class: str | None = optional_words(index=True)
    mode: str = words()
    cause: str = words()
    remedy: str = words()
    other_text: str = words()
    work_done: str = words()
    advice: str = words()
    result: str | None = optional_words()
    item_failure: bool = flag()
    firmware_before: str = words()
    firmware_after: str = words()
    waiting_reference: str = words()
    fee_cents: int = 0
    callout_fee_cents: int = 0
    labour_fee_cents: int = 0
    hold_reason: str | None = optional_words()
    hold_expected_on: date | None = optional_day()
    confirmation: str | None = optional_words()
    confirmed_by: str = words()
    closing_remark: str = words()
    satisfaction: str = words()
    reopen_count: int = 0
    repeat_of_id: str | None = optional_reference("incident.id", index=False)
    duplicate_of_id: str | None = optional_reference("incident.id", index=False)
    parent_id: str | None = optional_reference("incident.id")
    visit_id: str | None = optional_words(index=True)
    handed_to: str | None = optional_words()


class IncidentEventRow(EventRow, table=True):
    """One row of the log.  `said_zh` and `said_en` are what the catalogue said at the time."""

    __tablename__ = "incident_event"
    __table_args__ = table(
        event_limits(),
        notes("said_zh", "said_en"),
        one_of("action", Action),
        one_of("from_state", IncidentState, optional=True),
        one_of("to_state", IncidentState, optional=True),
        sa.UniqueConstraint("incident_id", "seq"),
        sa.CheckConstraint("seq >= 1", name="seq"),
        sa.Index("ix_incident_event_at", "at"),
    )

    incident_id: str = reference("incident.id", index=False)
    seq: int
    action: str = required_words()
    from_state: str | None = optional_words()
    to_state: str | None = optional_words()
    said_zh: str = words()
    said_en: str = words()


class WorkEntryRow(Row, table=True):
    """A line of the work log: a check with its result, travel, a call, a note."""

    __tablename__ = "work_entry"
    __table_args__ = table(
        lines("actor", "check_id"),
        notes("summary", "outcome"),
        one_of("kind", WorkKind),
        within("minutes", 0, 1440),
        sa.Index("ix_work_entry_incident_id_at", "incident_id", "at"),
    )

    incident_id: str = reference("incident.id", index=False)
    at: datetime = moment()
    actor: str = required_words()
    kind: str = required_words()
    summary: str = required_words()
    outcome: str = words()
    minutes: int = 0
    check_id: str = words()


class PartUsedRow(Row, table=True):
    """A part fitted, with old and new serial number.  `part_kind_id` is empty for one that is not
    in the catalogue."""

    __tablename__ = "part_used"
    __table_args__ = table(
        lines("name", "part_no", "old_serial", "new_serial"),
        within("quantity", 1, 999),
        within("unit_price_cents", 0, 100_000_000),
    )

    incident_id: str = reference("incident.id")
    part_kind_id: str | None = optional_reference("part_kind.id")
    name: str = required_words()
    part_no: str = words()
    old_serial: str = words()
    new_serial: str = words()
    quantity: int = 1
    unit_price_cents: int = 0
    in_warranty: bool = flag()


class IncidentTestRow(Row, table=True):
    """A line of the function test or the security check after a repair."""

    __tablename__ = "incident_test"
    __table_args__ = table(
        lines("item", "slip_no"),
        one_of("outcome", TestOutcome),
        sa.CheckConstraint("part IN ('function', 'security')", name="part"),
        sa.UniqueConstraint("incident_id", "part", "item"),
    )

    incident_id: str = reference("incident.id", index=False)
    part: str = required_words()
    item: str = required_words()
    outcome: str = required_words()
    slip_no: str = words()
    position: int = 0


class DiagnosisRow(Row, table=True):
    """One guided session: evidence, ranking, knowledge hash.  Appended, not edited."""

    __tablename__ = "diagnosis"
    __table_args__ = table(
        lines("knowledge_hash"),
        sa.Index("ix_diagnosis_incident_id_at", "incident_id", "at"),
    )

    incident_id: str = reference("incident.id", index=False)
    at: datetime = moment()
    knowledge_hash: str = required_words()
    trail: Any = document()
