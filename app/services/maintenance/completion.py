"""What follows when an occurrence is settled: the next date of a floating plan, shorter plans it
includes, early work that counts as extra."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import NotAllowed, NotFound
from app.domain.maintenance.occurrences import (
    Occasion,
    OccurrenceOutcome,
    Timing,
    timing,
)
from app.domain.maintenance.plans import Contents
from app.domain.maintenance.recurrence import next_anchor_day
from app.domain.maintenance.recurrence_rule import Basis
from app.services.core.context import UnitOfWork
from app.services.maintenance.plan_queries import read_version
from app.services.maintenance.planned_work import DueTask
from db.keys import new_key
from db.models.maintenance import (
    AnchorRow,
    OccurrenceRow,
    PlanRow,
    PlanVersionRow,
    VisitRow,
)
from db.together import together
from db.types import Key


def load_open(session: Session, occurrence_id: str) -> OccurrenceRow:
    """The row of an undecided occurrence.  Its version of the plan and its visit, which who settles
    it needs, are read with it and kept in the session.  Raises `NotFound`, `NotAllowed`."""
    found = session.execute(_WITH_VISIT, {"wanted": occurrence_id}).first()
    if found is None:
        raise NotFound("occurrence", occurrence_id)
    # A session forgets a row that nobody holds.
    session.info.setdefault(_HELD, []).append(found)
    row: OccurrenceRow = found[0]
    if row.outcome != OccurrenceOutcome.OPEN:
        raise NotAllowed("settle", row.outcome)
    return row


_HELD = "poscare_tasks"
"""Under this name a session keeps what was read with the tasks it works on."""
_WITH_VISIT = (
    sa.select(OccurrenceRow, PlanVersionRow, VisitRow)
    .select_from(OccurrenceRow)
    .join(PlanVersionRow, col(PlanVersionRow.id) == col(OccurrenceRow.version_id))
    .outerjoin(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
    .where(col(OccurrenceRow.id) == sa.bindparam("wanted", type_=Key))
)


def materialise(unit: UnitOfWork, item: DueTask) -> OccurrenceRow:
    """A row for a computed date; a void one that stands for it is taken up again.  Raises
    `NotAllowed` when the date got a row meanwhile."""
    session = unit.session
    row = session.execute(
        sa.select(OccurrenceRow).where(
            col(OccurrenceRow.version_id) == item.version_id,
            col(OccurrenceRow.subject) == item.subject,
            col(OccurrenceRow.slot) == item.slot,
        )
    ).scalar()
    if row is not None and row.outcome != OccurrenceOutcome.VOID:
        raise NotAllowed("add", "open")
    if row is None:
        row = OccurrenceRow(
            id=item.row_id,
            plan_id=item.plan_id,
            version_id=item.version_id,
            scope=item.scope,
            subject=item.subject,
            terminal_id=item.terminal_id or None,
            slot=item.slot,
            n=item.n,
            occasion=item.occasion,
            nominal_on=item.nominal_on,
            due_on=item.due_on,
            window_from=item.window_from,
            window_until=item.window_until,
            outcome=OccurrenceOutcome.OPEN,
        )
        session.add(row)
    row.outcome, row.reason, row.merchant_id = OccurrenceOutcome.OPEN, "", item.merchant_id or None
    row.nominal_on, row.due_on, row.uncertain = item.nominal_on, item.due_on, item.uncertain
    row.window_from, row.window_until = item.window_from, item.window_until
    session.flush()
    return row


def contents_of(session: Session, row: OccurrenceRow) -> Contents:
    """What the plan said when this date was generated."""
    return read_version(session, row.version_id)


def complete(
    unit: UnitOfWork,
    row: OccurrenceRow,
    done_on: date,
    by: str,
    *,
    whole: bool,
    accept_early: bool,
) -> OccurrenceRow:
    """Settle an occurrence as done (or partly); returns the row that now says so.

    Work before the window is an extra one, and the date stays due, unless it is accepted as this
    occurrence.
    """
    session = unit.session
    if timing(done_on, (row.window_from, row.window_until)) is Timing.EARLY and not accept_early:
        row = _extra(session, row, done_on)
    row.outcome = OccurrenceOutcome.DONE if whole else OccurrenceOutcome.PARTIAL
    row.done_on, row.done_at, row.done_by = done_on, unit.now, by
    row.anchor_day = _anchor_day(session, row, done_on)
    session.flush()
    if whole:
        _supersede(session, row, done_on)
    unit.touched("occurrence", [row.id])
    return row


def _extra(session: Session, planned: OccurrenceRow, done_on: date) -> OccurrenceRow:
    key = new_key()
    extra = OccurrenceRow(
        id=key,
        plan_id=planned.plan_id,
        version_id=planned.version_id,
        scope=planned.scope,
        subject=planned.subject,
        terminal_id=planned.terminal_id,
        merchant_id=planned.merchant_id,
        slot=f"x{key}",
        n=planned.n,
        occasion=Occasion.EXTRA,
        nominal_on=done_on,
        due_on=done_on,
        window_from=done_on,
        window_until=done_on,
        outcome=OccurrenceOutcome.OPEN,
        visit_id=planned.visit_id,
    )
    session.add(extra)
    # The date itself is still due: it loses this visit and is planned anew.
    planned.visit_id = None
    session.flush()
    return extra


def _anchor_day(session: Session, row: OccurrenceRow, done_on: date) -> int:
    contents = contents_of(session, row)
    if contents.rule is None or contents.rule.basis is not Basis.FLOATING:
        return 0
    if row.occasion == Occasion.EXTRA:
        return 0
    last = (
        sa.select(col(OccurrenceRow.anchor_day))
        .where(
            col(OccurrenceRow.plan_id) == row.plan_id,
            col(OccurrenceRow.subject) == row.subject,
            col(OccurrenceRow.anchor_day) > 0,
            col(OccurrenceRow.id) != row.id,
            col(OccurrenceRow.done_on) <= done_on,
        )
        .order_by(col(OccurrenceRow.done_on).desc(), col(OccurrenceRow.id).desc())
        .limit(1)
    )
    anchor = sa.select(col(AnchorRow.anchor_on)).where(col(AnchorRow.subject) == row.subject)
    before, kept = together(session, (last, {}), (anchor, {}))
    if before:
        return next_anchor_day(before[0].anchor_day, done_on)
    begun = contents.starts_on if contents.anchor == "start" or not kept else kept[0].anchor_on
    return next_anchor_day(begun.day, done_on)


def _supersede(session: Session, row: OccurrenceRow, done_on: date) -> None:
    """Shorter plans' dates whose window holds this work need none of their own."""
    covers = contents_of(session, row).covers
    if not covers:
        return
    session.execute(
        sa.update(OccurrenceRow)
        .where(
            col(OccurrenceRow.plan_id).in_(
                sa.select(col(PlanRow.id)).where(col(PlanRow.key).in_(covers))
            ),
            col(OccurrenceRow.subject) == row.subject,
            col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
            col(OccurrenceRow.window_from) <= done_on,
            col(OccurrenceRow.window_until) >= done_on,
        )
        .values(
            outcome=OccurrenceOutcome.SUPERSEDED,
            replaced_by_id=row.id,
            visit_id=None,
            version=col(OccurrenceRow.version) + 1,
        )
        .execution_options(synchronize_session="fetch")
    )
