"""Tables of maintenance: plans and their versions, occurrences people decided about, visits,
checklists and their results, the working calendar.

Due dates nobody has touched are computed, not stored: an occurrence has a row once it belongs to a
visit or somebody decided about it.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa

from app.domain.faults import FaultClass
from app.domain.maintenance.checklist_lines import LineKind, LineVerdict
from app.domain.maintenance.checklists import FollowUp
from app.domain.maintenance.meters import MeterKind
from app.domain.maintenance.occurrences import Occasion, OccurrenceOutcome
from app.domain.maintenance.plans import AnchorKind, Confidence, Scope, WorkPlace
from app.domain.maintenance.visits import VisitAction, VisitState
from app.domain.maintenance.workdays import DayKind
from db.models.shape import (
    EventRow,
    Row,
    Versioned,
    day,
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


class PlanRow(Versioned, table=True):
    """维护计划: a plan, whatever its present contents."""

    __tablename__ = "plan"
    __table_args__ = table(lines("key", limit=40), sa.UniqueConstraint("key"))

    audited: ClassVar[str] = "plan"

    key: str = required_words()
    active: bool = flag(default=True)
    changed_at: datetime = moment()


class PlanVersionRow(Row, table=True):
    """What a plan says from a day on.  Never changed once its day has come."""

    __tablename__ = "plan_version"
    __table_args__ = table(
        lines("name_zh", "name_en", "checklist", "source", "actor"),
        notes("basis_zh", "basis_en"),
        one_of("scope", Scope),
        one_of("place", WorkPlace),
        one_of("anchor", AnchorKind),
        one_of("confidence", Confidence),
        within("minutes", 1, 1440),
        within("event_late_days", 0, 366),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="order"),
        sa.UniqueConstraint("plan_id", "number"),
    )

    plan_id: str = reference("plan.id", index=False)
    number: int
    valid_from: date = day()
    made_at: datetime = moment()
    actor: str = required_words()
    name_zh: str = required_words()
    name_en: str = required_words()
    scope: str = required_words()
    place: str = required_words()
    anchor: str = required_words()
    starts_on: date = day()
    ends_on: date | None = optional_day()
    checklist: str = words()
    minutes: int
    event_late_days: int
    gate: bool = flag()
    basis_zh: str = words()
    basis_en: str = words()
    source: str = words()
    confidence: str = required_words()
    contents: Any = document()


class AnchorRow(Row, table=True):
    """The day a terminal's or merchant's plans count from, kept once it was used: a date of
    installation corrected later must not renumber what was done."""

    __tablename__ = "maintenance_anchor"
    __table_args__ = table(lines("subject"), sa.UniqueConstraint("subject"))

    subject: str = required_words()
    anchor_on: date = day()
    since: date = day()


class GenerationRow(Row, table=True):
    """One run that turned due dates into visits; undone as a whole."""

    __tablename__ = "generation"
    __table_args__ = table(
        lines("actor", "device", "undone_by"),
        sa.CheckConstraint("until_on >= from_on", name="order"),
        sa.Index("ix_generation_at", "at"),
    )

    at: datetime = moment()
    actor: str = words()
    device: str = words()
    from_on: date = day()
    until_on: date = day()
    occurrences: int = 0
    visits: int = 0
    undone_at: datetime | None = optional_moment()
    undone_by: str = words()


class VisitRow(Versioned, table=True):
    """上门/巡检: one trip that does several tasks at one site."""

    __tablename__ = "visit"
    __table_args__ = table(
        lines("number"),
        notes("remark"),
        one_of("state", VisitState),
        one_of("place", WorkPlace),
        within("minutes", 0, 10_000),
        within("start_minute", 0, 1439),
        sa.CheckConstraint("window_until >= window_from", name="window"),
        sa.UniqueConstraint("number"),
        sa.Index("ix_visit_planned_on_technician_id", "planned_on", "technician_id"),
        sa.Index("ix_visit_merchant_id_state", "merchant_id", "state"),
        sa.Index("ix_visit_state_planned_on", "state", "planned_on"),
    )

    audited: ClassVar[str] = "visit"

    number: str = required_words()
    state: str = required_words()
    place: str = required_words()
    merchant_id: str | None = optional_reference("merchant.id", index=False)
    technician_id: str | None = optional_reference("technician.id")
    planned_on: date = day()
    window_from: date = day()
    window_until: date = day()
    minutes: int = 0
    day_order: int = 0
    start_minute: int | None = None
    locked: bool = flag()
    remark: str = words()
    started_at: datetime | None = optional_moment()
    finished_at: datetime | None = optional_moment()
    generation_id: str | None = optional_reference("generation.id")


class VisitEventRow(EventRow, table=True):
    """One row of a visit's log."""

    __tablename__ = "visit_event"
    __table_args__ = table(
        event_limits(),
        one_of("action", VisitAction),
        sa.Index("ix_visit_event_visit_id_at", "visit_id", "at"),
    )

    visit_id: str = reference("visit.id", index=False)
    action: str = required_words()


class OccurrenceRow(Versioned, table=True):
    """计划项: one due date somebody has committed to or decided about."""

    __tablename__ = "occurrence"
    __table_args__ = table(
        lines("subject", "slot", "done_by"),
        notes("reason"),
        one_of("scope", Scope),
        one_of("occasion", Occasion),
        one_of("outcome", OccurrenceOutcome),
        within("anchor_day", 0, 31),
        sa.CheckConstraint("window_from <= due_on AND due_on <= window_until", name="window"),
        sa.CheckConstraint(
            "(outcome IN ('done', 'partial')) = (done_on IS NOT NULL)", name="done_on"
        ),
        sa.CheckConstraint("scope <> 'terminal' OR terminal_id IS NOT NULL", name="terminal"),
        sa.UniqueConstraint("version_id", "subject", "slot"),
        sa.Index("ix_occurrence_due_on", "due_on"),
        sa.Index("ix_occurrence_nominal_on", "nominal_on"),
        sa.Index("ix_occurrence_terminal_id_due_on", "terminal_id", "due_on"),
        sa.Index("ix_occurrence_plan_id_subject_done_on", "plan_id", "subject", "done_on"),
        sa.Index("ix_occurrence_outcome_window_until", "outcome", "window_until"),
    )

    plan_id: str = reference("plan.id", index=False)
    version_id: str = reference("plan_version.id", index=False)
    scope: str = required_words()
    subject: str = required_words()
    terminal_id: str | None = optional_reference("terminal.id", index=False)
    merchant_id: str | None = optional_reference("merchant.id")
    slot: str = required_words()
    n: int
    occasion: str = required_words()
    nominal_on: date = day()
    due_on: date = day()
    window_from: date = day()
    window_until: date = day()
    uncertain: bool = flag()
    outcome: str = required_words()
    reason: str = words()
    done_on: date | None = optional_day()
    done_at: datetime | None = optional_moment()
    done_by: str = words()
    anchor_day: int = 0
    visit_id: str | None = optional_reference("visit.id")
    replaced_by_id: str | None = optional_reference("occurrence.id")
    generation_id: str | None = optional_reference("generation.id")


class ChecklistRow(Row, table=True):
    """检查表: one edition of a checklist.  A changed checklist is a new edition."""

    __tablename__ = "checklist"
    __table_args__ = table(
        lines("key", "title_zh", "title_en"),
        sa.CheckConstraint("edition >= 1", name="edition"),
        sa.UniqueConstraint("key", "edition"),
    )

    key: str = required_words()
    edition: int
    title_zh: str = required_words()
    title_en: str = required_words()
    made_at: datetime = moment()


class ChecklistLineRow(Row, table=True):
    """One line of a checklist."""

    __tablename__ = "checklist_line"
    __table_args__ = table(
        lines("key", "unit"),
        notes("text_zh", "text_en", "help_zh", "help_en", "fault_zh", "fault_en"),
        one_of("kind", LineKind),
        one_of("alarm", FaultClass, optional=True),
        one_of("fault_class", FaultClass, optional=True),
        sa.CheckConstraint("least IS NULL OR most IS NULL OR least <= most", name="limits"),
        sa.UniqueConstraint("checklist_id", "key"),
        sa.UniqueConstraint("checklist_id", "position"),
    )

    checklist_id: str = reference("checklist.id", index=False)
    position: int
    key: str = required_words()
    kind: str = required_words()
    text_zh: str = required_words()
    text_en: str = required_words()
    help_zh: str = words()
    help_en: str = words()
    unit: str = words()
    least: float | None = optional_real()
    most: float | None = optional_real()
    choices: Any = document()
    required: bool = flag(default=True)
    alarm: str | None = optional_words()
    fault_class: str | None = optional_words()
    fault_zh: str = words()
    fault_en: str = words()


class ChecklistRunRow(Versioned, table=True):
    """A checklist being worked through, or worked through, for one occurrence."""

    __tablename__ = "checklist_run"
    __table_args__ = table(
        lines("actor", "serial"),
        sa.UniqueConstraint("occurrence_id"),
        sa.Index("ix_checklist_run_terminal_id_finished_at", "terminal_id", "finished_at"),
    )

    occurrence_id: str = reference("occurrence.id", index=False)
    checklist_id: str = reference("checklist.id")
    terminal_id: str | None = optional_reference("terminal.id", index=False)
    serial: str = words()
    started_at: datetime = moment()
    finished_at: datetime | None = optional_moment()
    actor: str = words()
    passed: bool = flag()
    gate: bool = flag()


class ChecklistResultRow(Versioned, table=True):
    """The answer to one line, and what followed from it."""

    __tablename__ = "checklist_result"
    __table_args__ = table(
        lines("line", "actor"),
        notes("value", "remark", "note"),
        one_of("verdict", LineVerdict),
        one_of("follow_up", FollowUp, optional=True),
        sa.CheckConstraint("follow_up IS NULL OR verdict = 'fail'", name="follow_up_of_failure"),
        sa.UniqueConstraint("run_id", "line"),
    )

    run_id: str = reference("checklist_run.id", index=False)
    line: str = required_words()
    verdict: str = required_words()
    value: str = words()
    number: float | None = optional_real()
    remark: str = words()
    follow_up: str | None = optional_words()
    note: str = words()
    incident_id: str | None = optional_reference("incident.id")
    at: datetime = moment()
    actor: str = words()


class MeterReadingRow(Row, table=True):
    """A counter of a terminal as read on a day."""

    __tablename__ = "meter_reading"
    __table_args__ = table(
        lines("actor"),
        one_of("kind", MeterKind),
        sa.CheckConstraint("value >= 0", name="value"),
        sa.UniqueConstraint("terminal_id", "kind", "read_on"),
    )

    terminal_id: str = reference("terminal.id", index=False)
    kind: str = required_words()
    read_on: date = day()
    value: int
    actor: str = words()


class CalendarDayRow(Row, table=True):
    """A day off, or a weekend day worked, loaded over the shipped statutory calendar."""

    __tablename__ = "calendar_day"
    __table_args__ = table(
        lines("name", "source"), one_of("kind", DayKind), sa.UniqueConstraint("day")
    )

    day: date = day()
    kind: str = required_words()
    name: str = words()
    source: str = words()


class AbsenceRow(Row, table=True):
    """Days on which a technician is away."""

    __tablename__ = "absence"
    __table_args__ = table(
        lines("reason"),
        sa.CheckConstraint("last_on >= first_on", name="order"),
        sa.Index("ix_absence_technician_id_last_on", "technician_id", "last_on"),
    )

    technician_id: str = reference("technician.id", index=False)
    first_on: date = day()
    last_on: date = day()
    reason: str = words()


class WorkingWeekRow(Row, table=True):
    """Minutes a technician works on a weekday (0 Monday), where it is not the usual capacity on
    every working day."""

    __tablename__ = "working_week"
    __table_args__ = table(
        within("weekday", 0, 6),
        within("minutes", 0, 1440),
        sa.UniqueConstraint("technician_id", "weekday"),
    )

    technician_id: str = reference("technician.id", index=False)
    weekday: int
    minutes: int
