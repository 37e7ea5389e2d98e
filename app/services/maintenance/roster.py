"""Who serves which area, and a first technician and day for new visits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.visits import VisitGroup, VisitState, best_day
from app.domain.register.people import Technician
from app.services.maintenance.working_times import capacities
from app.services.register.directory import read_technicians
from db.models.maintenance import VisitRow


class Roster:
    """Who serves which area, and how full their days are already."""

    def __init__(self, session: Session, first: date, last: date) -> None:
        self._people = [p for p in read_technicians(session) if p.fieldwork]
        self._days = capacities(session, self._people, first, last)
        self._office = sorted({day for days in self._days.values() for day in days})
        if not self._office:
            self._office = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self._load: dict[str, dict[date, int]] = {p.id: {} for p in self._people}
        self._total = dict.fromkeys(self._load, 0)
        for person, day, minutes in _planned_load(session, first, last):
            if person in self._load:
                self._load[person][day] = self._load[person].get(day, 0) + minutes
                self._total[person] += minutes

    def serving(self, area: str) -> list[Technician]:
        """Who serves an area: those named for it, else those who serve everywhere."""
        named = [p for p in self._people if area in p.areas]
        return named or [p for p in self._people if not p.areas]

    def place(self, group: VisitGroup, minutes: int) -> tuple[str | None, date]:
        """A first technician and day for a visit; levelling improves on it."""
        span = (group.window_from, group.window_until)
        due = sorted(item.due_on for item in group.occurrences)
        wished = min(max(due[len(due) // 2], span[0]), span[1])
        if group.place is WorkPlace.OFFICE:
            return None, best_day(span, wished, 0, self._office, {}, 0)
        people = [
            person
            for person in self.serving(group.occurrences[0].area)
            if any(span[0] <= day <= span[1] for day in self._days[person.id])
        ]
        if not people:
            # Nobody who serves the area works inside the window: it waits to be placed.
            return None, best_day(span, wished, 0, self._office, {}, 0)
        person = min(people, key=lambda p: (self._total[p.id], p.code))
        load = self._load[person.id]
        worked = list(self._days[person.id])
        day = best_day(span, wished, minutes, worked, load, person.capacity_minutes)
        load[day] = load.get(day, 0) + minutes
        self._total[person.id] += minutes
        return person.id, day


def _planned_load(session: Session, first: date, last: date) -> Iterable[tuple[str, date, int]]:
    rows = session.execute(
        sa.select(
            col(VisitRow.technician_id),
            col(VisitRow.planned_on),
            sa.func.sum(col(VisitRow.minutes)),
        )
        .where(
            col(VisitRow.state).in_((VisitState.PLANNED, VisitState.IN_PROGRESS)),
            col(VisitRow.planned_on).between(first, last),
            col(VisitRow.technician_id).is_not(None),
        )
        .group_by(col(VisitRow.technician_id), col(VisitRow.planned_on))
    )
    return [(person, day, int(minutes)) for person, day, minutes in rows]
