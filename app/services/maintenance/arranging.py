"""Visits for the tasks that have none: planned ones of the same site, or the fewest new ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.occurrences import Occurrence
from app.domain.maintenance.visits import VisitState, group, live_window
from app.services.core.context import chunks
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.planned_work import (
    JoiningTask,
    PlannedWork,
    UnplacedVisit,
    VisitToMake,
    due_task,
    visit_key,
)
from app.services.maintenance.roster import Roster
from db import bulk
from db.models.maintenance import VisitRow


def arrange(
    session: Session, part: DueDates, work: PlannedWork, waiting: Sequence[Occurrence]
) -> list[UnplacedVisit]:
    """Put tasks without a visit on planned visits of the same site where their windows allow;
    returns the fewest new visits for the rest.  All of a site's are in one part of the estate."""
    today, calendar = part.today, part.calendar
    planned = _planned_visits(session, today, {item.merchant_id for item in waiting} - {""})
    loose = []
    for item in waiting:
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
    return [work.notes.visit(found) for found in groups]


def place(session: Session, estate: DueDates, visits: list[UnplacedVisit]) -> list[VisitToMake]:
    """New visits of all parts with their keys, a first technician and a day, by the day their
    windows close and then site by site, as they are written."""
    if not visits:
        return []
    visits.sort(key=lambda v: (v.window_until, v.merchant_id or v.tasks[0].subject, v.place))
    roster = Roster(session, estate, max(visit.window_until for visit in visits))
    places = roster.place(visits)
    return [
        VisitToMake(key, visit, technician_id, day)
        for key, visit, (technician_id, day) in zip(
            _visit_keys(session, visits), visits, places, strict=True
        )
    ]


def _visit_keys(session: Session, visits: Sequence[UnplacedVisit]) -> list[str]:
    """The key of each new visit."""
    names = [visit.tasks[0].key for visit in visits]
    keys = [""] * len(visits)
    waiting, before = list(range(len(visits))), 0
    while waiting:
        for number in waiting:
            keys[number] = visit_key(names[number], before)
        taken: set[str] = set()
        for part in chunks([keys[number] for number in waiting], 5_000):
            known = sa.select(col(VisitRow.id)).where(bulk.among(session, col(VisitRow.id), part))
            taken.update(session.execute(known).scalars())
        waiting = [number for number in waiting if keys[number] in taken]
        before += 1
    return keys


def _planned_visits(
    session: Session, today: date, merchants: set[str]
) -> dict[tuple[str, str], list[tuple[str, date]]]:
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
            bulk.among(session, col(VisitRow.merchant_id), sorted(merchants)),
        )
        .order_by(col(VisitRow.planned_on), col(VisitRow.id))
    )
    found: dict[tuple[str, str], list[tuple[str, date]]] = {}
    for key, merchant_id, place, planned_on in rows:
        found.setdefault((merchant_id, place), []).append((key, planned_on))
    return found
