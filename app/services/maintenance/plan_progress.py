"""How far each subject of a plan has come: the last work, the task that stands open, the counters.

A floating plan and a counter have one open task at a time; the next one counts from the day it was
settled.  Which work was the last is a question of days, never of numbers: an edit may number the
dates anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.domain.maintenance.meters import CounterReading, MeterKind
from app.domain.maintenance.occurrences import Occasion, OccurrenceOutcome
from db import bulk
from db.models.maintenance import MeterReadingRow, OccurrenceRow
from db.models.office import SharedFactRow

RESUMED = "maintenance_resumed"
"""Per plan (by id) the day it was last taken up again; its dates before that are not owed."""

_BY_RULE = (Occasion.CALENDAR, Occasion.METER)
_COUNTED = (
    OccurrenceOutcome.DONE,
    OccurrenceOutcome.PARTIAL,
    OccurrenceOutcome.SKIPPED,
    OccurrenceOutcome.MERGED,
    OccurrenceOutcome.SUPERSEDED,
)
"""Outcomes from which a floating plan or a counter goes on."""


@dataclass(frozen=True, slots=True)
class LastWork:
    """Where a floating plan or a counter stands for one subject.  `day` is the remembered day of
    the month, `nominal` the date of the rule that the work was for."""

    n: int
    on: date
    day: int
    nominal: date


@dataclass(frozen=True, slots=True)
class OpenTask:
    """The oldest undecided task of a subject."""

    version_id: str
    slot: str
    n: int


@dataclass(frozen=True, slots=True)
class Progress:
    """One plan's subjects by key; `highest` is the highest number anything settled had."""

    last: dict[str, LastWork]
    highest: dict[str, int]
    open: dict[str, OpenTask]

    def next_number(self, subject: str) -> int:
        """A number no settled task of the subject has."""
        return self.highest.get(subject, 0) + 1


Keys = Sequence[str] | None
"""Of which subjects; None for all."""


def _about(session: Session, column: Any, keys: Keys) -> sa.ColumnElement[bool]:
    return sa.true() if keys is None else bulk.among(session, column, keys)


def read_progress(session: Session, plan_id: str, keys: Keys = None) -> Progress:
    """Where subjects of a plan stand."""
    about = _about(session, col(OccurrenceRow.subject), keys)
    last: dict[str, LastWork] = {}
    highest: dict[str, int] = {}
    for row in session.execute(_last_work(plan_id, about)):
        last[row.subject] = LastWork(row.n, row.on, row.anchor_day, row.nominal_on)
        highest[row.subject] = row.highest
    return Progress(last, highest, _open_tasks(session, plan_id, about))


def _last_work(plan_id: str, about: sa.ColumnElement[bool]) -> Any:
    """Per subject the last task work went on from: on the day it was done, the day the work that
    included it was done, or its due date."""
    other = aliased(OccurrenceRow)
    on = sa.func.coalesce(col(OccurrenceRow.done_on), col(other.done_on), col(OccurrenceRow.due_on))
    subject = col(OccurrenceRow.subject)
    ranked = (
        sa.select(
            subject,
            col(OccurrenceRow.n),
            on.label("on"),
            col(OccurrenceRow.anchor_day),
            col(OccurrenceRow.nominal_on),
            sa.func.max(col(OccurrenceRow.n)).over(partition_by=subject).label("highest"),
            sa.func.row_number()
            .over(
                partition_by=subject,
                order_by=(on.desc(), col(OccurrenceRow.n).desc(), col(OccurrenceRow.id).desc()),
            )
            .label("rank"),
        )
        .outerjoin(other, col(other.id) == col(OccurrenceRow.replaced_by_id))
        .where(
            col(OccurrenceRow.plan_id) == plan_id,
            col(OccurrenceRow.outcome).in_(_COUNTED),
            col(OccurrenceRow.occasion).in_(_BY_RULE),
            about,
        )
        .subquery()
    )
    return sa.select(ranked).where(ranked.c.rank == 1)


def _open_tasks(
    session: Session, plan_id: str, about: sa.ColumnElement[bool]
) -> dict[str, OpenTask]:
    rows = session.execute(
        sa.select(
            col(OccurrenceRow.subject),
            col(OccurrenceRow.version_id),
            col(OccurrenceRow.slot),
            col(OccurrenceRow.n),
        )
        .where(
            col(OccurrenceRow.plan_id) == plan_id,
            col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
            col(OccurrenceRow.occasion).in_(_BY_RULE),
            about,
        )
        .order_by(col(OccurrenceRow.due_on).desc(), col(OccurrenceRow.id).desc())
    )
    return {subject: OpenTask(version, slot, n) for subject, version, slot, n in rows}


def read_readings(
    session: Session, kind: MeterKind, keys: Keys = None
) -> dict[str, list[CounterReading]]:
    """Per terminal the readings of a counter, oldest first."""
    found: dict[str, list[CounterReading]] = {}
    query: Any = (
        sa.select(
            col(MeterReadingRow.terminal_id),
            col(MeterReadingRow.read_on),
            col(MeterReadingRow.value),
        )
        .where(
            col(MeterReadingRow.kind) == kind,
            _about(session, col(MeterReadingRow.terminal_id), keys),
        )
        .order_by(col(MeterReadingRow.terminal_id), col(MeterReadingRow.read_on))
    )
    for terminal_id, read_on, value in session.execute(query):
        found.setdefault(terminal_id, []).append(CounterReading(read_on, value))
    return found


def read_resumed(session: Session) -> dict[str, date]:
    """Per plan the day it was last taken up again."""
    kept = session.get(SharedFactRow, RESUMED)
    if kept is None:
        return {}
    return {plan_id: date.fromisoformat(day) for plan_id, day in kept.value.items()}


def note_resumed(session: Session, plan_id: str, today: date) -> None:
    """Keep the day on which a plan is taken up again."""
    kept = session.get(SharedFactRow, RESUMED)
    if kept is None:
        kept = SharedFactRow(name=RESUMED, value={})
        session.add(kept)
    kept.value = {**kept.value, plan_id: today.isoformat()}
