"""Parts of a generation run about rows of dates, each an operation of its own."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import operation
from app.services.core.running_operation import applied_again
from app.services.maintenance.planned_work import (
    AnsweredDate,
    DueTask,
    NewAnchor,
    RowChange,
)
from app.services.maintenance.visit_log import VisitLog
from db.keys import new_key
from db.models.maintenance import AnchorRow, OccurrenceRow, PlanVersionRow
from db.models.register import MerchantRow, TerminalRow


def insert_new(session: Session, row: type[Any], *returning: Any) -> Any:
    """An insert that leaves alone what another station wrote first."""
    dialect = importlib.import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")
    statement = dialect.insert(row.__table__).on_conflict_do_nothing()
    return statement.returning(*returning) if returning else statement


def missing(session: Session, column: Any, keys: Iterable[str | None]) -> set[str]:
    """Which of these records there are not: what made them may wait for somebody's decision here.
    Where the operation is done first none is, for they were read just before."""
    wanted = sorted({key for key in keys if key}) if applied_again() else []
    if not wanted:
        return set()
    return set(wanted).difference(
        session.execute(sa.select(column).where(column.in_(wanted))).scalars()
    )


@operation("generation.keep_anchors")
def keep_anchors(context: ServiceContext, anchors: tuple[NewAnchor, ...]) -> int:
    """What subjects count from; another station may have kept it first."""
    with context.write() as unit:
        rows = [
            {
                "id": new_key(),
                "subject": one.subject,
                "anchor_on": one.anchor_on,
                "since": one.since,
            }
            for one in anchors
        ]
        unit.session.execute(insert_new(unit.session, AnchorRow), rows)
        unit.touched("occurrence")
    return 0


@operation("generation.change_dates")
def change_dates(
    context: ServiceContext, changes: tuple[RowChange, ...], kept: tuple[str, ...] = ()
) -> int:
    """Change the rows nobody else changed since they were read.  Visits that lost their tasks are
    called off, but for those named in `kept`."""
    with context.write() as unit:
        session, table = unit.session, OccurrenceRow.__table__  # type: ignore[attr-defined]
        gone = missing(session, col(OccurrenceRow.id), (one.answered_by for one in changes))
        gone |= missing(session, col(MerchantRow.id), (one.merchant_id for one in changes))
        for change in changes:
            if not gone.isdisjoint((change.answered_by, change.merchant_id)):
                continue
            session.execute(
                sa.update(table)
                .where(table.c.id == change.id, table.c.version == change.version)
                .values(**change.values, version=change.version + 1)
            )
        left = {change.visit_id for change in changes if change.visit_id} - set(kept)
        VisitLog(context).refresh(unit, left, context.today(), "generation.changed")
        unit.touched("occurrence")
    return 0


def known_tasks(session: Session, tasks: Sequence[DueTask]) -> list[DueTask]:
    """Those whose plan, terminal and merchant there are."""
    gone = missing(session, col(PlanVersionRow.id), (task.version_id for task in tasks))
    gone |= missing(session, col(TerminalRow.id), (task.terminal_id for task in tasks))
    gone |= missing(session, col(MerchantRow.id), (task.merchant_id for task in tasks))
    return [
        task
        for task in tasks
        if gone.isdisjoint((task.version_id, task.terminal_id, task.merchant_id))
    ]


def write_rows(
    unit: UnitOfWork, run_id: str | None, tasks: Sequence[DueTask], **values: Any
) -> set[str]:
    """Rows for dates; returns the keys of those that had none yet."""
    rows = [
        {
            "id": task.row_id,
            "version": 1,
            "plan_id": task.plan_id,
            "version_id": task.version_id,
            "scope": task.scope,
            "subject": task.subject,
            "terminal_id": task.terminal_id or None,
            "merchant_id": task.merchant_id or None,
            "slot": task.slot,
            "n": task.n,
            "occasion": task.occasion,
            "nominal_on": task.nominal_on,
            "due_on": task.due_on,
            "window_from": task.window_from,
            "window_until": task.window_until,
            "uncertain": task.uncertain,
            "outcome": OccurrenceOutcome.OPEN,
            "reason": "",
            "done_on": None,
            "done_at": None,
            "done_by": "",
            "anchor_day": 0,
            "visit_id": None,
            "replaced_by_id": None,
            "generation_id": run_id,
            **values,
        }
        for task in tasks
    ]
    if not rows:
        return set()
    statement = insert_new(unit.session, OccurrenceRow, col(OccurrenceRow.id))
    return set(unit.session.execute(statement, rows).scalars())


@operation("generation.answer_dates")
def answer_dates(context: ServiceContext, answered: tuple[AnsweredDate, ...]) -> int:
    """Dates other work answers for: kept, so that the work answers for no other one."""
    with context.write() as unit:
        tasks = sa.select(col(OccurrenceRow.id)).where(
            col(OccurrenceRow.id).in_({one.by for one in answered})
        )
        there = set(unit.session.execute(tasks.with_for_update()).scalars())
        known = {task.row_id for task in known_tasks(unit.session, [one.task for one in answered])}
        for one in answered:
            if one.by in there and one.task.row_id in known:
                write_rows(
                    unit,
                    None,
                    [one.task],
                    outcome=OccurrenceOutcome.SUPERSEDED,
                    replaced_by_id=one.by,
                )
        unit.touched("occurrence")
    return 0
