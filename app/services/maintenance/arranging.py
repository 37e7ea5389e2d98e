"""Visits for the tasks that have none: planned ones of the same site, or the fewest new ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.occurrences import Occurrence
from app.domain.maintenance.visits import (
    VisitGroup,
    VisitState,
    combined_minutes,
    group,
    live_window,
)
from app.services.core.context import chunks
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.planned_work import (
    JoiningTask,
    PlannedWork,
    VisitToMake,
    due_task,
    visit_key,
)
from app.services.maintenance.roster import Roster
from db.models.maintenance import VisitRow


def arrange(
    session: Session, due_dates: DueDates, work: PlannedWork, waiting: Iterable[Occurrence]
) -> None:
    """Put tasks without a visit on planned visits of the same site where their windows allow, the
    rest into the fewest new visits."""
    today, calendar = due_dates.today, due_dates.calendar
    planned = _planned_visits(session, today)
    work.counted.update(item.plan_key for item in work.fresh)
    fresh, work.fresh = work.fresh, []
    loose = []
    for item in itertools.chain(fresh, waiting):
        opens, closes = live_window(item, today)
        site = (item.merchant_id or item.subject, item.place)
        match = next(
            (key for key, day in planned.get(site, ()) if opens <= day <= closes),
            None,
        )
        if match is None:
            loose.append(item)
        else:
            work.joins.append(JoiningTask(visit_id=match, task=due_task(item)))
    groups = group(loose, today, lambda day: calendar.is_workday(day.toordinal()))
    if not groups:
        return
    roster = Roster(session, due_dates, max(found.window_until for found in groups))
    taking = [(g, combined_minutes(item.minutes for item in g.occurrences)) for g in groups]
    places = roster.place(taking)
    for key, found, (technician_id, day) in zip(
        _visit_keys(session, groups), groups, places, strict=True
    ):
        work.placed.append(VisitToMake(key, found, technician_id, day))


def _visit_keys(session: Session, groups: Sequence[VisitGroup]) -> list[str]:
    """The key of each new visit."""
    names = [
        (item.version_id, item.subject, item.slot) for item in (g.occurrences[0] for g in groups)
    ]
    keys = [""] * len(groups)
    waiting, before = list(range(len(groups))), 0
    while waiting:
        for place in waiting:
            keys[place] = visit_key(names[place], before)
        taken: set[str] = set()
        for part in chunks([keys[place] for place in waiting]):
            known = sa.select(col(VisitRow.id)).where(col(VisitRow.id).in_(part))
            taken.update(session.execute(known).scalars())
        waiting = [place for place in waiting if keys[place] in taken]
        before += 1
    return keys


def _planned_visits(session: Session, today: date) -> dict[tuple[str, str], list[tuple[str, date]]]:
    rows = session.execute(
        sa.select(
            col(VisitRow.id),
            col(VisitRow.merchant_id),
            col(VisitRow.place),
            col(VisitRow.planned_on),
        )
        .where(
            col(VisitRow.state) == VisitState.PLANNED,
            col(VisitRow.planned_on) >= today,
            col(VisitRow.merchant_id).is_not(None),
        )
        .order_by(col(VisitRow.planned_on), col(VisitRow.id))
    )
    found: dict[tuple[str, str], list[tuple[str, date]]] = {}
    for key, merchant_id, place, planned_on in rows:
        found.setdefault((merchant_id, place), []).append((key, planned_on))
    return found
