"""A first technician and day for new visits: whoever looks after the site, on a day inside the
window that has room and lies near."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.first_days import PersonDays, VisitToPlace, in_order
from app.domain.maintenance.job_needs import NOTHING_NEEDED, JobNeeds, together
from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.territories import Service
from app.domain.maintenance.travel import Plane, Point, Spot, kilometres
from app.domain.maintenance.visits import VisitState
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.planned_work import UnplacedVisit
from app.services.maintenance.site_facts import read_fleet
from app.services.maintenance.territories import (
    MerchantPlace,
    keepers,
    read_kept,
    read_owners,
    read_places,
)
from app.services.maintenance.working_times import read_working_times
from app.services.register.areas import read_area_tree
from app.services.register.directory import read_technicians
from db.models.maintenance import VisitRow

NO_PLACE = Spot(None, None)
FURTHER = 3
"""How many others are asked when whoever looks after a site has no room in the window."""


class Roster:
    """The people, whose sites are whose, and how full their days are already."""

    def __init__(self, session: Session, due_dates: DueDates, last: date) -> None:
        first = due_dates.today
        people = [p for p in read_technicians(session) if p.fieldwork]
        kept = read_kept(session)
        self._places = read_places(session)
        tree = read_area_tree(session)
        self._owners = read_owners(due_dates, self._places, people, kept, tree)
        self._service = Service(keepers(people, tree))
        self._needs = {
            version.id: version.contents.needs
            for plan in due_dates.plans
            for version in plan.versions
            if version.contents.needs != NOTHING_NEEDED
        }
        self._people, self._fleet = {p.id: p for p in people}, read_fleet(session)
        times = read_working_times(session, first, last + timedelta(days=_BEYOND))
        days = times.capacities(people)
        worked = {day for theirs in days.values() for day in theirs if day <= last}
        self._office = sorted(worked) or _workdays(due_dates, first, last)
        self._after = sorted({day for theirs in days.values() for day in theirs}) or _workdays(
            due_dates, first, last + timedelta(days=_BEYOND)
        )
        spots = [place.spot for place in self._places.values()]
        homes = {p.id: Spot(p.latitude, p.longitude) for p in people if p.latitude is not None}
        self._plane = Plane([*spots, *homes.values()])
        self._days = {
            p.id: PersonDays(days[p.id], self._plane.point(homes[p.id]) if p.id in homes else None)
            for p in people
        }
        for person, day, minutes, merchant_id, place in _planned(session, first, last):
            if person in self._days:
                point = self._point(merchant_id) if place == WorkPlace.SITE else None
                self._days[person].add(day, minutes, point)
        self._waiting: dict[date, int] = {}
        self._middles = self._middles_of_territories()

    def _point(self, merchant_id: str) -> Point:
        place: MerchantPlace | None = self._places.get(merchant_id)
        return self._plane.point(NO_PLACE if place is None else place.spot)

    def _middles_of_territories(self) -> dict[str, Point]:
        sums: dict[str, tuple[float, float, int]] = {}
        for merchant_id, person in self._owners.items():
            x, y = self._point(merchant_id)
            east, north, count = sums.get(person, (0.0, 0.0, 0))
            sums[person] = east + x, north + y, count + 1
        return {key: (x / count, y / count) for key, (x, y, count) in sums.items()}

    def place(self, groups: Sequence[UnplacedVisit]) -> list[tuple[str | None, date]]:
        """A first technician and day for visits; levelling improves on it.
        Nobody where nobody may be sent, or nobody has room in the window: it waits to be placed."""
        own: dict[str, list[VisitToPlace]] = {}
        for number, group in enumerate(groups):
            person = self._owner(group)
            if person is not None:
                own.setdefault(person, []).append(self._new_visit(str(number), group))
        found: dict[str, tuple[str | None, date]] = {}
        left = []
        for person, visits in sorted(own.items()):
            self._days[person].expect(visits)
            for visit in in_order(visits, self._plane):
                day = self._days[person].place(visit, self._at(visit))
                if day is None:
                    left.append((person, visit))
                else:
                    found[visit.id] = person, day
        for person, visit in left:
            helped = self._elsewhere(person, visit, groups[int(visit.id)])
            if helped is not None:
                found[visit.id] = helped
        return [
            found.get(str(number)) or (None, self._waiting_day(group))
            for number, group in enumerate(groups)
        ]

    def _new_visit(self, key: str, group: UnplacedVisit) -> VisitToPlace:
        spot = None
        if group.place is WorkPlace.SITE:
            place = self._places.get(group.merchant_id)
            spot = NO_PLACE if place is None else place.spot
        return VisitToPlace(key, spot, group.minutes, group.window_from, group.window_until)

    def _at(self, visit: VisitToPlace) -> Point | None:
        return None if visit.spot is None else self._plane.point(visit.spot)

    def _owner(self, group: UnplacedVisit) -> str | None:
        if group.place is WorkPlace.OFFICE:
            return None
        needs = self._needs_of(group)
        if needs.people > 1:
            # Two have to be free at once: levelling looks for that.
            return None
        owner = self._owners.get(group.merchant_id)
        if owner is None or not self._can_do(owner, needs):
            # Work no plan asks for every year, at a site without any, or work whoever looks after
            # the site cannot do: whoever is nearest.
            near = self._by_distance(group.area, self._point(group.merchant_id), "")
            owner = next((person for person in near if self._can_do(person, needs)), None)
        return owner

    def _needs_of(self, group: UnplacedVisit) -> JobNeeds:
        wanted = (self._needs.get(task.kind.version_id) for task in group.tasks)
        return together(filter(None, wanted)) if self._needs else NOTHING_NEEDED

    def _can_do(self, person: str, needs: JobNeeds) -> bool:
        """Whether somebody is trained for it and can have the vehicle it needs."""
        skills = self._people[person].skills
        has_vehicle = person in self._fleet.own or self._fleet.pool > 0
        trained = not skills or set(skills) >= set(needs.skills)
        return trained and (has_vehicle or not needs.vehicle)

    def _by_distance(self, area: str, point: Point, without: str) -> list[str]:
        def away(person: str) -> tuple[float, str]:
            return kilometres(self._middles.get(person, point), point), person

        return sorted((p for p in self._service.of(area) if p != without), key=away)

    def _elsewhere(
        self, owner: str, visit: VisitToPlace, group: UnplacedVisit
    ) -> tuple[str, date] | None:
        """Whoever else serves the area, can do it and has room, the nearest first."""
        point, needs = self._at(visit), self._needs_of(group)
        near = self._by_distance(group.area, point or (0.0, 0.0), owner)
        for person in [p for p in near if self._can_do(p, needs)][:FURTHER]:
            day = self._days[person].place(visit, point)
            if day is not None:
                return person, day
        return None

    def _waiting_day(self, group: UnplacedVisit) -> date:
        """A worked day for what nobody is named for: the least burdened one in the window, else
        the next one after it."""
        span = group.window_from, group.window_until
        due = sorted(task.due_on for task in group.tasks)
        wished = min(max(due[len(due) // 2], span[0]), span[1])
        open_days = self._office[
            bisect_left(self._office, span[0]) : bisect_right(self._office, span[1])
        ]
        if not open_days:
            return next((day for day in self._after if day > span[1]), span[1])

        def burden(day: date) -> tuple[int, int, date]:
            return self._waiting.get(day, 0), abs((day - wished).days), day

        chosen = min(open_days, key=burden)
        self._waiting[chosen] = self._waiting.get(chosen, 0) + group.minutes
        return chosen


_BEYOND = 14
"""Days after the last window that are looked at for a worked day: longer than any holiday."""


def _workdays(due_dates: DueDates, first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if due_dates.calendar.is_workday(day.toordinal())]


def _planned(
    session: Session, first: date, last: date
) -> Iterable[tuple[str, date, int, str, str]]:
    """Open visits of a period: whose, when, how long, where."""
    rows: Any = session.execute(
        sa.select(
            col(VisitRow.technician_id),
            col(VisitRow.planned_on),
            col(VisitRow.minutes),
            col(VisitRow.merchant_id),
            col(VisitRow.place),
        )
        .where(
            col(VisitRow.state).in_((VisitState.PLANNED, VisitState.IN_PROGRESS)),
            col(VisitRow.planned_on).between(first, last),
            col(VisitRow.technician_id).is_not(None),
        )
        .order_by(col(VisitRow.planned_on), col(VisitRow.id))
    )
    return ((person, day, int(took), key or "", place) for person, day, took, key, place in rows)
