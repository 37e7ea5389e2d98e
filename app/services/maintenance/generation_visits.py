"""Parts of a generation run that give dates their visits, each an operation of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
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
from app.services.maintenance.planned_work import (
    DueTask,
    JoiningTask,
    RunKey,
    TaskKind,
    VisitBatch,
    WrittenVisit,
    kept_at_length,
    occurrence_key,
)
from app.services.maintenance.slots import day_of
from app.services.maintenance.visit_log import FURTHER_NUMBER, VisitLog
from db import bulk
from db.models.maintenance import (
    GenerationRow,
    OccurrenceRow,
    PlanVersionRow,
    VisitEventRow,
    VisitRow,
)
from db.models.register import MerchantRow, TechnicianRow, TerminalRow


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


def _put(session: Session, visit_of: dict[str, str]) -> None:
    """Tasks onto visits."""
    table = OccurrenceRow.__table__  # type: ignore[attr-defined]
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("key"))
        .values(visit_id=sa.bindparam("visit"))
    )
    rows = [{"key": key, "visit": visit_id} for key, visit_id in visit_of.items()]
    if rows:
        session.execute(statement, rows)


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
        _put(unit.session, {one.task.row_id: one.visit_id for one in chosen})
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


# --- new visits -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Made:
    """A visit of a batch while it is written, with the rows of its tasks by their keys."""

    id: str
    row: dict[str, Any]
    tasks: dict[str, dict[str, Any]]
    minutes: dict[str, int]
    fresh: frozenset[str]
    """Keys of the tasks that have no row yet."""

    def only(self, keys: Collection[str], today: date) -> dict[str, Any]:
        """What the visit is when it does these of its tasks: its days and minutes."""
        some = [self.tasks[key] for key in keys]
        opens, closes = common_window(
            [(task["window_from"], task["window_until"]) for task in some], today
        )
        took = combined_minutes(self.minutes[key] for key in keys)
        return {"window_from": opens, "window_until": closes, "minutes": took}


@operation("generation.add_visits", schema=2, upgrade=kept_at_length)
def add_visits(context: ServiceContext, run: RunKey, visits: VisitBatch) -> int:
    """New visits for the tasks that still need one; returns how much was made.  One that another
    computer made first takes what it lacks, while it is still to be made."""
    with context.write() as unit:
        session, today, log = unit.session, context.today(), VisitLog(context)
        # One for each, whatever becomes of it: the same visit has the same number everywhere.
        numbers = context.next_numbers(session, len(visits.visits), "V")
        part = _RunPart(unit, context, run)
        part.begin()
        found = _to_be_made(session, run, visits, numbers, today)
        rows = [visit.row for visit in found]
        made = bulk.insert_missing(session, VisitRow.__table__, rows)  # type: ignore[attr-defined]
        there = made | _planned(session, {visit.id for visit in found} - made)
        ready, written = _tasks_ready(session, found, there)
        made -= _without_what_is_missing(session, found, made, ready, today)
        _log(unit, [log.entry(unit, v.id, VisitAction.CREATE) for v in found if v.id in made])
        filled = {v.id for v in found if v.id in there - made and not ready.isdisjoint(v.tasks)}
        ordered = [(visit.id, number) for visit, number in zip(found, numbers, strict=True)]
        _log(unit, _further_numbers(unit, log, ordered, made))
        log.refresh(unit, filled, today, "generation.changed")
        return part.end(written, len(made), len(filled))


def _to_be_made(
    session: Session, run: RunKey, visits: VisitBatch, numbers: Sequence[str], today: date
) -> list[_Made]:
    """The visits of a batch with what their rows would be, and those of their tasks; what refers
    to something that is not there is left out.  Raises `ValueError` for a visit without tasks, and
    for a task of a kind the batch does not have: no program of ours writes one."""
    there = range(len(visits.kinds))
    if not all(v.tasks and all(task.kind in there for task in v.tasks) for v in visits.visits):
        raise ValueError("a visit without tasks, or a task of no kind")
    people = missing(
        session, col(TechnicianRow.id), (visit.technician_id for visit in visits.visits)
    )
    gone = missing(session, col(PlanVersionRow.id), (kind.version_id for kind in visits.kinds))
    gone |= missing(session, col(MerchantRow.id), (visit.merchant_id for visit in visits.visits))
    subjects = (
        task.subject
        for visit in visits.visits
        for task in visit.tasks
        if visits.kinds[task.kind].scope is Scope.TERMINAL
    )
    gone |= missing(session, col(TerminalRow.id), subjects)
    shared = [_row_of_kind(kind, run) for kind in visits.kinds]
    found = []
    for visit, number in zip(visits.visits, numbers, strict=True):
        key, place, merchant_id, person, day, tasks = visit
        rows = _rows_of_tasks(visits.kinds, visit, shared)
        fresh = frozenset(
            row_id
            for (row_id, row), task in zip(rows.items(), tasks, strict=True)
            if not task.id and gone.isdisjoint((row["version_id"], merchant_id, row["terminal_id"]))
        )
        minutes = {
            row_id: visits.kinds[task.kind].minutes
            for row_id, task in zip(rows, tasks, strict=True)
        }
        made = _Made(key, {}, rows, minutes, fresh)
        is_estate = visits.kinds[tasks[0].kind].scope is Scope.ESTATE
        made.row.update(
            {
                "id": key,
                "version": 1,
                "number": number,
                "state": VisitState.PLANNED,
                "place": place,
                "merchant_id": None if is_estate or merchant_id in gone else merchant_id or None,
                "technician_id": None if person in people else person,
                "planned_on": day_of(day),
                "day_order": 0,
                "locked": False,
                "remark": "",
                "generation_id": run.id,
                **made.only(rows, today),
            }
        )
        found.append(made)
    return found


def _rows_of_tasks(
    kinds: Sequence[TaskKind], visit: WrittenVisit, shared: Sequence[dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """What the rows of a visit's tasks would be, by their keys."""
    rows = {}
    for kind_number, subject, slot, n, nominal, due, known in visit.tasks:
        kind = kinds[kind_number]
        row_id = known or occurrence_key((kind.version_id, subject, slot))
        rows[row_id] = shared[kind_number] | {
            "id": row_id,
            "subject": subject,
            "terminal_id": subject if kind.scope is Scope.TERMINAL else None,
            "merchant_id": visit.merchant_id or None,
            "slot": slot,
            "n": n,
            "nominal_on": day_of(nominal),
            "due_on": day_of(due),
            "window_from": day_of(due - kind.early),
            "window_until": day_of(due + kind.late),
            "visit_id": visit.id,
        }
    return rows


def _row_of_kind(kind: TaskKind, run: RunKey) -> dict[str, Any]:
    """What the rows of all tasks of a kind have in common."""
    return {
        "version": 1,
        "plan_id": kind.plan_id,
        "version_id": kind.version_id,
        "scope": kind.scope,
        "occasion": kind.occasion,
        "uncertain": kind.uncertain,
        "outcome": OccurrenceOutcome.OPEN,
        "reason": "",
        "done_by": "",
        "anchor_day": 0,
        "generation_id": run.id,
    }


def _tasks_ready(
    session: Session, found: Sequence[_Made], there: Collection[str]
) -> tuple[set[str], int]:
    """The tasks that are on their visits now, and how many of them got their row: new ones, and
    those still open without a visit."""
    rows = [
        row if visit.id in there else row | {"visit_id": None}
        for visit in found
        for key, row in visit.tasks.items()
        if key in visit.fresh
    ]
    written = bulk.insert_missing(session, OccurrenceRow.__table__, rows)  # type: ignore[attr-defined]
    visit_of = {key: visit.id for visit in found for key in visit.tasks}
    waiting = visit_of.keys() - written
    still: set[str] = set()
    if waiting:
        query = sa.select(col(OccurrenceRow.id)).where(
            col(OccurrenceRow.id).in_(sorted(waiting)),
            col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
            col(OccurrenceRow.visit_id).is_(None),
        )
        still.update(session.execute(query.with_for_update()).scalars())
        _put(session, {key: visit_of[key] for key in sorted(still) if visit_of[key] in there})
    return written | still, len(written)


def _without_what_is_missing(
    session: Session,
    found: Sequence[_Made],
    made: Collection[str],
    ready: Collection[str],
    today: date,
) -> set[str]:
    """Make the new visits what they are for the tasks they have; returns those that have none,
    and are not made."""
    table = VisitRow.__table__  # type: ignore[attr-defined]
    empty: set[str] = set()
    for visit in found:
        keys = [key for key in visit.tasks if key in ready]
        if visit.id not in made or len(keys) == len(visit.tasks):
            continue
        mine = table.c.id == visit.id
        if keys:
            session.execute(sa.update(table).where(mine).values(**visit.only(keys, today)))
        else:
            session.execute(sa.delete(table).where(mine))
            empty.add(visit.id)
    return empty


def _further_numbers(
    unit: UnitOfWork, log: VisitLog, wanted: Iterable[tuple[str, str]], made: Collection[str]
) -> list[dict[str, Any]]:
    """Entries that keep the numbers of visits another computer made first: they may stand on paper
    already."""
    numbers = {key: number for key, number in wanted if key not in made}
    if not numbers:
        return []
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
