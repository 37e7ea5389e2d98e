"""Writes what a generation run found, in short transactions between which others can save.

Nothing is worked out here.  What somebody did since the run was planned wins: a date that got its
row meanwhile is left alone, a row or visit that was changed is not touched.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.event_data import EventFacts, FieldChange, Reference
from app.domain.maintenance.occurrences import Occurrence, OccurrenceOutcome
from app.domain.maintenance.plans import Scope
from app.domain.maintenance.visits import VisitAction, VisitState, combined_minutes, common_window
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.maintenance.planned_work import PlacedVisit, PlannedWork, RowChange
from app.services.maintenance.visit_log import VisitLog
from db.keys import new_key
from db.models.maintenance import (
    AnchorRow,
    GenerationRow,
    OccurrenceRow,
    VisitEventRow,
    VisitRow,
)

CHUNK = 100
"""Visits or tasks of one transaction: some tens of milliseconds on a slow disk."""
LONGEST_PAUSE = 0.05
"""Seconds; whoever waits for SQLite's lock looks for it again and again, not all the time."""

Step = Callable[[int, int], None]
_Part = Callable[[UnitOfWork], None]


@dataclass(slots=True, kw_only=True)
class _GenerationWrite:
    """One run being written."""

    context: ServiceContext
    log: VisitLog
    work: PlannedWork
    id: str = ""
    made: int = 0
    joined: set[str] = field(default_factory=set)


def write_work(context: ServiceContext, log: VisitLog, work: PlannedWork, step: Step) -> str:
    """Write everything; returns the id of the run, empty when no date got a row or a visit.

    `step` is told how many of how many parts are written, before the first one, too; it may stop
    the run, which leaves whole parts.
    """
    run = _GenerationWrite(
        context=context, log=log, work=work, joined={key for key, _ in work.joins}
    )
    parts = list(_parts(run))
    for done, part in enumerate(parts):
        step(done, len(parts))
        began = time.monotonic()
        with context.write() as unit:
            part(unit)
        # A pause as long as the work: a save that waits finds a gap soon.
        time.sleep(min(LONGEST_PAUSE, time.monotonic() - began))
    if parts:
        step(len(parts), len(parts))
    return _kept(run)


def _kept(run: _GenerationWrite) -> str:
    """The id of the run; one that came second everywhere made nothing and leaves nothing."""
    if run.id and not run.made:
        table = GenerationRow.__table__  # type: ignore[attr-defined]
        with run.context.write() as unit:
            unit.session.execute(sa.delete(table).where(table.c.id == run.id))
        return ""
    return run.id


def _parts(run: _GenerationWrite) -> list[_Part]:
    work = run.work
    found: list[_Part] = []
    everything: tuple[tuple[Callable[..., None], Sequence[Any], int], ...] = (
        (_write_anchors, work.anchors, 10 * CHUNK),
        (_write_changes, list(work.changes.values()), CHUNK),
        (_write_answered, work.answered, CHUNK),
        (_write_joins, work.joins, CHUNK),
        (_write_visits, work.placed, CHUNK),
    )
    for write, items, size in everything:
        for start in range(0, len(items), size):
            found.append(partial(write, run=run, items=items[start : start + size]))
    return found


# --- the run -----------------------------------------------------------------------------------


def _begin(unit: UnitOfWork, run: _GenerationWrite) -> None:
    """The row of the run, which what it makes refers to."""
    if run.id:
        return
    row = GenerationRow(
        at=unit.now,
        actor=run.context.actor,
        device=run.context.device,
        from_on=run.work.first,
        until_on=run.work.last,
    )
    unit.session.add(row)
    unit.session.flush()
    run.id = row.id


def _count(
    unit: UnitOfWork, run: _GenerationWrite, occurrences: int, visits: int, joins: int = 0
) -> None:
    """Add to what the run says it made."""
    run.made += occurrences + visits + joins
    table = GenerationRow.__table__  # type: ignore[attr-defined]
    unit.session.execute(
        sa.update(table)
        .where(table.c.id == run.id)
        .values(occurrences=table.c.occurrences + occurrences, visits=table.c.visits + visits)
    )
    unit.touched("visit")
    unit.touched("occurrence")


# --- rows there are ----------------------------------------------------------------------------


def _insert(session: Session, row: type[Any], *returning: Any) -> Any:
    """An insert that leaves alone what another station wrote first."""
    dialect = importlib.import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")
    statement = dialect.insert(row.__table__).on_conflict_do_nothing()
    return statement.returning(*returning) if returning else statement


def _write_anchors(
    unit: UnitOfWork, run: _GenerationWrite, items: Sequence[tuple[Any, ...]]
) -> None:
    """What subjects count from; another station may have kept it first."""
    names = ("subject", "anchor_on", "since")
    rows = [{"id": new_key(), **dict(zip(names, item, strict=True))} for item in items]
    unit.session.execute(_insert(unit.session, AnchorRow), rows)


def _write_changes(unit: UnitOfWork, run: _GenerationWrite, items: Sequence[RowChange]) -> None:
    """Change the rows nobody else changed since they were read."""
    session, table = unit.session, OccurrenceRow.__table__  # type: ignore[attr-defined]
    for change in items:
        session.execute(
            sa.update(table)
            .where(table.c.id == change.id, table.c.version == change.version)
            .values(**change.values, version=change.version + 1)
        )
    # A visit that tasks are about to join is not called off for having lost its own.
    left = {change.visit_id for change in items if change.visit_id} - run.joined
    run.log.refresh(unit, left, run.context.today(), "generation.changed")
    unit.touched("occurrence")


# --- dates that get a row ----------------------------------------------------------------------


def _write_rows(
    unit: UnitOfWork, run: _GenerationWrite, items: Sequence[tuple[str, Occurrence]], **values: Any
) -> set[str]:
    """Rows for dates, by the keys given to them; returns the keys of those that had none yet."""
    rows = [
        {
            "id": key,
            "version": 1,
            "plan_id": item.plan_id,
            "version_id": item.version_id,
            "scope": item.scope,
            "subject": item.subject,
            "terminal_id": item.terminal_id or None,
            "merchant_id": item.merchant_id or None,
            "slot": item.slot,
            "n": item.n,
            "occasion": item.occasion,
            "nominal_on": item.nominal_on,
            "due_on": item.due_on,
            "window_from": item.window_from,
            "window_until": item.window_until,
            "uncertain": item.uncertain,
            "outcome": OccurrenceOutcome.OPEN,
            "reason": "",
            "done_on": None,
            "done_at": None,
            "done_by": "",
            "anchor_day": 0,
            "visit_id": None,
            "replaced_by_id": None,
            "generation_id": run.id or None,
            **values,
        }
        for key, item in items
    ]
    if not rows:
        return set()
    statement = _insert(unit.session, OccurrenceRow, col(OccurrenceRow.id))
    return set(unit.session.execute(statement, rows).scalars())


def _write_answered(
    unit: UnitOfWork, run: _GenerationWrite, items: Sequence[tuple[Occurrence, str]]
) -> None:
    """Dates other work answers for: kept, so that the work answers for no other one."""
    wanted = {task_id for _, task_id in items}
    tasks = sa.select(col(OccurrenceRow.id)).where(col(OccurrenceRow.id).in_(wanted))
    there = set(unit.session.execute(tasks.with_for_update()).scalars())
    for item, task_id in items:
        if task_id in there:
            _write_rows(
                unit,
                run,
                [(new_key(), item)],
                outcome=OccurrenceOutcome.SUPERSEDED,
                replaced_by_id=task_id,
                generation_id=None,
            )
    unit.touched("occurrence")


def _ready(
    unit: UnitOfWork, run: _GenerationWrite, items: Sequence[Occurrence]
) -> list[tuple[str, Occurrence]]:
    """The tasks that can go onto a visit, by id: new rows, and those still open without one."""
    fresh = [(new_key(), item) for item in items if not item.id]
    written = _write_rows(unit, run, fresh)
    waiting = [item.id for item in items if item.id]
    still = set(
        unit.session.execute(
            sa.select(col(OccurrenceRow.id))
            .where(
                col(OccurrenceRow.id).in_(waiting),
                col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
                col(OccurrenceRow.visit_id).is_(None),
            )
            .with_for_update()
        ).scalars()
    )
    return [
        *((key, item) for key, item in fresh if key in written),
        *((item.id, item) for item in items if item.id in still),
    ]


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


def _write_joins(
    unit: UnitOfWork, run: _GenerationWrite, items: Sequence[tuple[str, Occurrence]]
) -> None:
    """Tasks onto visits there are, as long as those are still to be made."""
    session = unit.session
    planned = set(
        session.execute(
            sa.select(col(VisitRow.id))
            .where(
                col(VisitRow.id).in_({key for key, _ in items}),
                col(VisitRow.state) == VisitState.PLANNED,
            )
            .with_for_update()
        ).scalars()
    )
    _begin(unit, run)
    visit_of_item = {_key(item): visit_id for visit_id, item in items if visit_id in planned}
    ready = _ready(unit, run, [item for _, item in items])
    chosen = [(key, item) for key, item in ready if _key(item) in visit_of_item]
    _put(unit, {key: visit_of_item[_key(item)] for key, item in chosen})
    _count(unit, run, sum(not item.id for _, item in ready), 0, len(chosen))
    _log(
        unit,
        run,
        [
            run.log.entry(
                unit,
                visit_of_item[_key(item)],
                VisitAction.ADD,
                EventFacts(
                    change=FieldChange("plan", "", item.plan_key),
                    reference=Reference("plan", item.plan_id),
                ),
            )
            for _, item in chosen
        ],
    )
    run.log.refresh(unit, {key for key, _ in items}, run.context.today(), "generation.changed")


def _key(item: Occurrence) -> tuple[str, str, str]:
    return item.version_id, item.subject, item.slot


def _write_visits(unit: UnitOfWork, run: _GenerationWrite, items: Sequence[PlacedVisit]) -> None:
    """New visits for the tasks that still need one."""
    session, today = unit.session, run.context.today()
    _begin(unit, run)
    ready = _ready(unit, run, [i for item in items for i in item.group.occurrences])
    by_item = {_key(item): key for key, item in ready}
    kept = [
        (item, tasks)
        for item in items
        if (tasks := [i for i in item.group.occurrences if _key(i) in by_item])
    ]
    if not kept:
        return
    numbers = run.context.next_numbers(session, len(kept), "V")
    rows: list[dict[str, Any]] = []
    visit_of: dict[str, str] = {}
    for (item, tasks), number in zip(kept, numbers, strict=True):
        key = new_key()
        visit_of |= {by_item[_key(i)]: key for i in tasks}
        opens, closes = common_window([i.window for i in tasks], today)
        merchant = None if tasks[0].scope is Scope.ESTATE else tasks[0].merchant_id or None
        rows.append(
            {
                "id": key,
                "version": 1,
                "number": number,
                "state": VisitState.PLANNED,
                "place": item.group.place,
                "merchant_id": merchant,
                "technician_id": item.technician_id,
                "planned_on": item.planned_on,
                "window_from": opens,
                "window_until": closes,
                "minutes": combined_minutes(i.minutes for i in tasks),
                "day_order": 0,
                "start_minute": None,
                "locked": False,
                "remark": "",
                "started_at": None,
                "finished_at": None,
                "generation_id": run.id,
            }
        )
    session.execute(sa.insert(VisitRow.__table__), rows)  # type: ignore[attr-defined]
    _put(unit, visit_of)
    _log(unit, run, [run.log.entry(unit, row["id"], VisitAction.CREATE) for row in rows])
    _count(unit, run, sum(not item.id for _, item in ready), len(rows))


def _log(unit: UnitOfWork, run: _GenerationWrite, entries: list[dict[str, Any]]) -> None:
    if entries:
        unit.session.execute(sa.insert(VisitEventRow.__table__), entries)  # type: ignore[attr-defined]
