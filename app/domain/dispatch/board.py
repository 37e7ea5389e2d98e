"""The dispatch board: technicians and days, the work on them, the pool, and what speaks against
giving somebody a piece of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.dispatch.dispatches import Dispatch, DispatchState, WorkType
from app.domain.errors import Problem
from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import URGENT, Priority
from app.domain.maintenance.planned_stops import PlannedStop, Worker
from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.travel import Spot
from app.domain.maintenance.workload_figures import DayLoad, day_loads
from app.domain.register.people import Technician


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardItem:
    """An open incident or visit on the board.

    `day` is the day it is planned for, None for an incident nobody gave a day; `due_on` the last
    day on time (of an incident the day of `due_at`; far away when nothing was promised), `opens_on`
    the first; `begun` says that work began, `locked` that a visit should stay where it is; `tasks`
    are those of a visit.  `minutes` are those on site.
    """

    type: WorkType
    id: str
    number: str
    title: str
    detail: str
    area: str
    spot: Spot
    minutes: int
    technician_id: str
    technician: str
    day: date | None
    due_on: date
    due_at: datetime | None = None
    opens_on: date | None = None
    priority: Priority | None = None
    fault_class: FaultClass | None = None
    place: WorkPlace = WorkPlace.SITE
    begun: bool = False
    locked: bool = False
    order: int = 0
    tasks: int = 0
    dispatch: Dispatch | None = None

    @property
    def key(self) -> tuple[WorkType, str]:
        """Which work it is."""
        return self.type, self.id

    @property
    def refused(self) -> Dispatch | None:
        """Who refused it last and why, while nobody else was given it."""
        given = self.dispatch
        return given if given is not None and given.state is DispatchState.REFUSED else None

    @property
    def is_new(self) -> bool:
        """Whether whoever has it still owes an answer."""
        return self.dispatch is not None and self.dispatch.is_new and not self.begun

    def given_to(self, technician_id: str, day: date) -> BoardItem:
        """The work as it would stand."""
        return replace(self, technician_id=technician_id, day=day, order=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A span of days.  `rooms` are minutes per technician and worked day, before any work, from
    today on or the first day of the span; `leave` the days on which somebody is away; `workers`
    those people with what is left of each day for work on site."""

    first: date
    last: date
    today: date
    people: tuple[Technician, ...]
    workers: tuple[Worker, ...]
    leave: Mapping[str, frozenset[date]]
    rooms: Mapping[str, Mapping[date, int]]
    items: tuple[BoardItem, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the span."""
        count = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(days=n) for n in range(count))

    @property
    def pool(self) -> tuple[BoardItem, ...]:
        """Work nobody here has: what was refused first, then by when it is due."""
        known = {person.id for person in self.people}
        waiting = [item for item in self.items if item.technician_id not in known]
        return tuple(sorted(waiting, key=_urgency))

    def day_of(self, item: BoardItem) -> date:
        """The day somebody's work is to be done on: when its day has passed, or it has none, the
        first day from today on on which they work."""
        if item.day is not None and item.day >= self.today:
            return item.day
        worked = self.rooms.get(item.technician_id, {})
        return min((day for day in worked if day >= self.today), default=self.today)

    def cells(self) -> dict[tuple[str, date], tuple[BoardItem, ...]]:
        """The work of each day somebody has any on: what is urgent first, then visits in the order
        they are driven, then the rest."""
        found: dict[tuple[str, date], list[BoardItem]] = {}
        for item in self.items:
            found.setdefault((item.technician_id, self.day_of(item)), []).append(item)
        return {key: tuple(sorted(work, key=_order)) for key, work in found.items()}

    def cell(self, technician_id: str, day: date) -> tuple[BoardItem, ...]:
        """The work of somebody's day, in the order it should be done."""
        return self.cells().get((technician_id, day), ())

    def loads(self) -> dict[tuple[str, date], DayLoad]:
        """What every day holds that holds something on site, driving included."""
        known = {person.id for person in self.people}
        given = [item for item in self.items if item.technician_id in known]
        return _loads(self, given)

    def load_with(self, item: BoardItem, technician_id: str, day: date) -> DayLoad:
        """What somebody's day would hold with a piece of work more."""
        others = [one for one in self.cell(technician_id, day) if one.key != item.key]
        moved = item.given_to(technician_id, day)
        return _loads(self, [*others, moved])[technician_id, day]


def _loads(board: Board, items: Iterable[BoardItem]) -> dict[tuple[str, date], DayLoad]:
    stops = [
        PlannedStop(
            visit_id=item.id,
            spot=item.spot,
            minutes=item.minutes,
            window_from=board.first,
            window_until=board.last,
            planned_on=board.day_of(item),
            technician_id=item.technician_id,
            order=item.order,
        )
        for item in items
        if item.place is WorkPlace.SITE
    ]
    return {(load.technician_id, load.day): load for load in day_loads(stops, board.workers)}


def _order(item: BoardItem) -> tuple[Any, ...]:
    return item.priority not in URGENT, not item.order, item.order, _urgency(item)


def _urgency(item: BoardItem) -> tuple[bool, str, date, str]:
    return item.refused is None, item.priority or Priority.P4, item.due_on, item.number


# --- what speaks against it ---------------------------------------------------------------------


def doubts(board: Board, item: BoardItem, technician: Technician, day: date) -> tuple[Problem, ...]:
    """What speaks against giving a piece of work to somebody on a day; it may be overruled with a
    reason.  Codes are ``dispatch.…`` of `app.texts`; the field says what to change."""
    when = _when(board, item, technician, day)
    return (*when, *_whom(item, technician), *_too_late_or_early(board, item, day))


def _when(board: Board, item: BoardItem, technician: Technician, day: date) -> list[Problem]:
    found, who = [], {"name": technician.name, "day": day}
    if day in board.leave.get(technician.id, frozenset()):
        found.append(Problem("planned_on", "dispatch.leave", {**who}))
    elif not board.rooms.get(technician.id, {}).get(day):
        found.append(Problem("planned_on", "dispatch.day_off", {**who}))
    elif item.place is WorkPlace.SITE and technician.fieldwork:
        load = board.load_with(item, technician.id, day)
        if load.overfull:
            params = {**who, "minutes": round(load.minutes), "room": load.room}
            found.append(Problem("planned_on", "dispatch.full", params))
    if item.locked and (item.technician_id, item.day) != (technician.id, day):
        found.append(Problem("planned_on", "dispatch.locked", {"number": item.number}))
    return found


def _whom(item: BoardItem, technician: Technician) -> list[Problem]:
    found, name = [], technician.name
    if not technician.fieldwork:
        found.append(Problem("technician_id", "dispatch.not_fieldwork", {"name": name}))
    if item.area and technician.areas and item.area not in technician.areas:
        params = {"name": name, "area": item.area, "areas": technician.areas}
        found.append(Problem("technician_id", "dispatch.area", {**params}))
    if item.fault_class and technician.skills and item.fault_class not in technician.skills:
        skill = {"name": name, "fault_class": item.fault_class}
        found.append(Problem("technician_id", "dispatch.skill", {**skill}))
    return found


def _too_late_or_early(board: Board, item: BoardItem, day: date) -> list[Problem]:
    if board.today <= item.due_on < day:
        return [Problem("planned_on", "dispatch.late", {"day": day, "due": item.due_on})]
    if item.opens_on is not None and day < item.opens_on:
        return [Problem("planned_on", "dispatch.early", {"day": day, "opens": item.opens_on})]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Somebody a piece of work could go to, and on which day; `doubts` speak against it."""

    technician: Technician
    day: date
    minutes: int
    """What is planned on site and driven on that day already."""
    room: int
    doubts: tuple[Problem, ...]


def suggestions(board: Board, item: BoardItem, day: date) -> tuple[Suggestion, ...]:
    """Everybody who goes on visits, the most suitable for the day first: who serves the area and
    can do the work, then who has the most time left."""
    loads = board.loads()
    rooms = {worker.id: worker.days for worker in board.workers}
    found = []
    for person in board.people:
        load = loads.get((person.id, day))
        found.append(
            Suggestion(
                technician=person,
                day=day,
                minutes=round(load.minutes) if load is not None else 0,
                room=rooms.get(person.id, {}).get(day, 0),
                doubts=doubts(board, item, person, day),
            )
        )
    return tuple(sorted(found, key=lambda one: _fit(one, item)))


def _fit(one: Suggestion, item: BoardItem) -> tuple[int, bool, float, str]:
    named = bool(item.area) and item.area in one.technician.areas
    return len(one.doubts), not named, one.minutes - one.room, one.technician.code


def people_of(board_people: Sequence[Technician], holders: Iterable[str]) -> tuple[Technician, ...]:
    """The rows of a board: who goes on visits, and whoever else holds work."""
    holding = frozenset(holders)
    return tuple(p for p in board_people if p.fieldwork or p.id in holding)
