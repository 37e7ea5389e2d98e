"""Parts of a generation run that give dates their visits, each an operation of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.event_data import EventFacts, FieldChange, Reference
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.plans import Scope
from app.domain.maintenance.visits import VisitAction, VisitState, combined_minutes, common_window
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import operation
from app.services.maintenance.generation_dates import (
    insert_new,
    known_tasks,
    missing,
    write_rows,
)
from app.services.maintenance.planned_work import DueTask, JoiningTask, PlacedVisit, RunKey
from app.services.maintenance.visit_log import FURTHER_NUMBER, VisitLog
from db import bulk
from db.models.maintenance import GenerationRow, OccurrenceRow, VisitEventRow, VisitRow
from db.models.register import TechnicianRow


@dataclass(slots=True)
class _RunPart:
    """One part of a run being written.  The row of the run is there while it is, and stays when the
    part made something."""

    unit: UnitOfWork
    context: ServiceContext
    run: RunKey
    fresh: bool = False

    def begin(self) -> None:
        """The row of the run, which what it makes refers to."""
        row = {
            "id": self.run.id,
            "at": self.unit.now,
            "actor": self.context.actor,
            "device": self.context.device,
            "from_on": self.run.first,
            "until_on": self.run.last,
            "occurrences": 0,
            "visits": 0,
            "undone_at": None,
            "undone_by": "",
        }
        statement = insert_new(self.unit.session, GenerationRow, col(GenerationRow.id))
        self.fresh = bool(self.unit.session.execute(statement, [row]).scalars().all())

    def end(self, occurrences: int, visits: int, joins: int = 0) -> int:
        """Add to what the run says it made; returns how much that was."""
        table = GenerationRow.__table__  # type: ignore[attr-defined]
        made = occurrences + visits + joins
        if made:
            self.unit.session.execute(
                sa.update(table)
                .where(table.c.id == self.run.id)
                .values(
                    occurrences=table.c.occurrences + occurrences, visits=table.c.visits + visits
                )
            )
        elif self.fresh:
            self.unit.session.execute(sa.delete(table).where(table.c.id == self.run.id))
        self.unit.touched("visit")
        self.unit.touched("occurrence")
        return made


@dataclass(frozen=True, slots=True)
class _Ready:
    """Keys of the tasks that can go onto a visit, and how many of them got their row now."""

    keys: frozenset[str]
    written: int


def _ready(part: _RunPart, tasks: Sequence[DueTask]) -> _Ready:
    """New rows, and those still open without a visit."""
    session = part.unit.session
    fresh = known_tasks(session, [task for task in tasks if not task.id])
    written = write_rows(part.unit, part.run.id, fresh)
    waiting = {task.row_id for task in tasks} - written
    still = session.execute(
        sa.select(col(OccurrenceRow.id))
        .where(
            col(OccurrenceRow.id).in_(waiting),
            col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
            col(OccurrenceRow.visit_id).is_(None),
        )
        .with_for_update()
    ).scalars()
    return _Ready(frozenset(written).union(still), len(written))


def _put(unit: UnitOfWork, visit_of: dict[str, str]) -> None:
    """Tasks onto visits."""
    table = OccurrenceRow.__table__  # type: ignore[attr-defined]
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("key"))
        .values(visit_id=sa.bindparam("visit"))
    )
    rows = [{"key": key, "visit": visit_id} for key, visit_id in visit_of.items()]
    if rows:
        unit.session.execute(statement, rows)


def _planned(session: Session, keys: Iterable[str]) -> set[str]:
    """Which of these visits are still to be made."""
    query = sa.select(col(VisitRow.id)).where(
        col(VisitRow.id).in_(sorted(set(keys))), col(VisitRow.state) == VisitState.PLANNED
    )
    return set(session.execute(query.with_for_update()).scalars())


@operation("generation.join_visits")
def join_visits(context: ServiceContext, run: RunKey, joins: tuple[JoiningTask, ...]) -> int:
    """Tasks onto visits there are, as long as those are still to be made; returns how much was
    made."""
    with context.write() as unit:
        planned = _planned(unit.session, (one.visit_id for one in joins))
        part = _RunPart(unit, context, run)
        part.begin()
        ready = _ready(part, [one.task for one in joins])
        chosen = [one for one in joins if one.visit_id in planned and one.task.row_id in ready.keys]
        _put(unit, {one.task.row_id: one.visit_id for one in chosen})
        made = part.end(ready.written, 0, len(chosen))
        log = VisitLog(context)
        _log(unit, [_added(unit, log, one.visit_id, one.task) for one in chosen])
        visits = {one.visit_id for one in joins}
        log.refresh(unit, visits, context.today(), "generation.changed")
    return made


def _added(unit: UnitOfWork, log: VisitLog, visit_id: str, task: DueTask) -> dict[str, Any]:
    facts = EventFacts(
        change=FieldChange("plan", "", task.plan_key), reference=Reference("plan", task.plan_id)
    )
    return log.entry(unit, visit_id, VisitAction.ADD, facts)


@operation("generation.add_visits")
def add_visits(context: ServiceContext, run: RunKey, visits: tuple[PlacedVisit, ...]) -> int:
    """New visits for the tasks that still need one; returns how much was made.  One that another
    computer made first takes what it lacks, while it is still to be made."""
    with context.write() as unit:
        session, today, log = unit.session, context.today(), VisitLog(context)
        # One for each, whatever becomes of it: the same visit has the same number everywhere.
        numbers = context.next_numbers(session, len(visits), "V")
        gone = missing(session, col(TechnicianRow.id), (one.technician_id for one in visits))
        part = _RunPart(unit, context, run)
        part.begin()
        ready = _ready(part, [task for visit in visits for task in visit.tasks])
        rows = []
        for visit, number in zip(visits, numbers, strict=True):
            tasks = [task for task in visit.tasks if task.row_id in ready.keys]
            if tasks:
                row = _visit_row(visit, tasks, number, today)
                known = None if visit.technician_id in gone else visit.technician_id
                rows.append(row | {"technician_id": known, "generation_id": run.id})
        made: set[str] = set()
        if rows:
            made.update(
                session.execute(insert_new(session, VisitRow, col(VisitRow.id)), rows).scalars()
            )
        there = made | _planned(session, {visit.id for visit in visits} - made)
        visit_of = {
            task.row_id: visit.id
            for visit in visits
            for task in visit.tasks
            if visit.id in there and task.row_id in ready.keys
        }
        _put(unit, visit_of)
        created = [row["id"] for row in rows if row["id"] in made]
        _log(unit, [log.entry(unit, key, VisitAction.CREATE) for key in created])
        filled = set(visit_of.values()) - made
        _log(unit, _further_numbers(unit, log, zip(visits, numbers, strict=True), made))
        log.refresh(unit, filled, today, "generation.changed")
        return part.end(ready.written, len(made), len(filled))


def _visit_row(
    visit: PlacedVisit, tasks: Sequence[DueTask], number: str, today: date
) -> dict[str, Any]:
    opens, closes = common_window([task.window for task in tasks], today)
    merchant = None if tasks[0].scope is Scope.ESTATE else tasks[0].merchant_id or None
    return {
        "id": visit.id,
        "version": 1,
        "number": number,
        "state": VisitState.PLANNED,
        "place": visit.place,
        "merchant_id": merchant,
        "planned_on": visit.planned_on,
        "window_from": opens,
        "window_until": closes,
        "minutes": combined_minutes(task.minutes for task in tasks),
        "day_order": 0,
        "start_minute": None,
        "locked": False,
        "remark": "",
        "started_at": None,
        "finished_at": None,
    }


def _further_numbers(
    unit: UnitOfWork, log: VisitLog, wanted: Iterable[tuple[PlacedVisit, str]], made: set[str]
) -> list[dict[str, Any]]:
    """Entries that keep the numbers of visits another computer made first: they may stand on paper
    already."""
    numbers = {visit.id: number for visit, number in wanted if visit.id not in made}
    rows = unit.session.execute(
        sa.select(col(VisitRow.id))
        .where(col(VisitRow.id).in_(sorted(numbers)))
        .order_by(col(VisitRow.id))
    ).scalars()
    return [
        log.entry(
            unit,
            key,
            VisitAction.CREATE,
            EventFacts(change=FieldChange(FURTHER_NUMBER, "", numbers[key])),
        )
        for key in rows
    ]


def _log(unit: UnitOfWork, entries: list[dict[str, Any]]) -> None:
    bulk.insert(unit.session, VisitEventRow.__table__, entries)  # type: ignore[attr-defined]
