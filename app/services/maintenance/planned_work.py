"""What a generation run found to be done, before anything is written: values an operation keeps, so
they hold what is written and nothing that is only shown."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from app.domain.maintenance.occurrences import Occasion, Occurrence, OccurrenceOutcome
from app.domain.maintenance.plans import Scope, WorkPlace
from app.domain.maintenance.visits import VisitGroup, combined_minutes
from app.services.maintenance.slots import SlotKey
from db.keys import derived_key_after


# Asked for several times while the part of a run is written that the date is in.
@functools.lru_cache(maxsize=4_096)
def occurrence_key(key: SlotKey) -> str:
    """The key of the row of a date: the same whichever computer writes it first."""
    return derived_key_after(_number(key), key[1], "occurrence", *key)


def visit_key(first: SlotKey, before: int) -> str:
    """The key of a visit: the same whichever computer makes it, from the first of its dates and how
    many visits were made for that before."""
    return derived_key_after(_number(first), first[1], "visit", *first, str(before))


def _number(key: SlotKey) -> int:
    """Which of its plan's dates for the subject it is; 0 for other occasions."""
    counted = key[2][1:]
    return int(counted) if counted.isdigit() else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTask:
    """A date to be done on a visit.  `id` is that of its row; empty while it has none."""

    id: str = ""
    plan_id: str
    plan_key: str
    version_id: str
    scope: Scope
    subject: str
    slot: str
    n: int = 0
    occasion: Occasion = Occasion.CALENDAR
    nominal_on: date
    due_on: date
    window_from: date
    window_until: date
    minutes: int
    terminal_id: str = ""
    merchant_id: str = ""
    uncertain: bool = False

    @property
    def row_id(self) -> str:
        """The key its row has or will get."""
        return self.id or occurrence_key((self.version_id, self.subject, self.slot))

    @property
    def window(self) -> tuple[date, date]:
        """First and last day on which doing it counts as on time."""
        return self.window_from, self.window_until


def due_task(item: Occurrence) -> DueTask:
    """What is written of an occurrence."""
    return DueTask(
        id=item.id,
        plan_id=item.plan_id,
        plan_key=item.plan_key,
        version_id=item.version_id,
        scope=item.scope,
        subject=item.subject,
        slot=item.slot,
        n=item.n,
        occasion=item.occasion,
        nominal_on=item.nominal_on,
        due_on=item.due_on,
        window_from=item.window_from,
        window_until=item.window_until,
        minutes=item.minutes,
        terminal_id=item.terminal_id,
        merchant_id=item.merchant_id,
        uncertain=item.uncertain,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDates:
    """When a row is due from now on; None leaves as it is."""

    due_on: date
    window_from: date
    window_until: date
    nominal_on: date | None = None
    occasion: Occasion | None = None
    uncertain: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """What becomes of a row, unless somebody changed it since it was read (`version`).  `visit_id`
    is the visit it was on.

    `outcome` comes with its `reason` and the task that answers for it, if any.  `merchant_id` is
    where it is done from now on, empty for nowhere.  None leaves as it is.
    """

    id: str
    version: int
    visit_id: str = ""
    outcome: OccurrenceOutcome | None = None
    reason: str = ""
    answered_by: str = ""
    dates: NewDates | None = None
    merchant_id: str | None = None
    off_visit: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """The columns that change."""
        found: dict[str, Any] = {}
        if self.outcome is not None:
            found |= {"outcome": self.outcome, "reason": self.reason}
            found["replaced_by_id"] = self.answered_by or None
        if self.dates is not None:
            given = {name: getattr(self.dates, name) for name in NewDates.__dataclass_fields__}
            found |= {name: value for name, value in given.items() if value is not None}
        if self.merchant_id is not None:
            found["merchant_id"] = self.merchant_id or None
        if self.off_visit:
            found["visit_id"] = None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnchor:
    """The day a subject's plans count from, kept from `since` on."""

    subject: str
    anchor_on: date
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredDate:
    """A date the task `by` answers for."""

    task: DueTask
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningTask:
    """A task for a visit there is."""

    visit_id: str
    task: DueTask


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskKind:
    """What many tasks of a run have in common; their windows open `early` days before their due
    dates and close `late` days after them."""

    plan_id: str
    plan_key: str
    version_id: str
    scope: Scope
    occasion: Occasion
    minutes: int
    early: int
    late: int
    uncertain: bool


class NewTask(NamedTuple):
    """A task of a visit to be made, in few words: a run of a large estate has hundreds of
    thousands.  `id` is that of its row; empty while it has none."""

    kind: TaskKind
    subject: str
    slot: str
    n: int
    nominal_on: date
    due_on: date
    id: str

    @property
    def key(self) -> SlotKey:
        """What makes its row unique."""
        return self.kind.version_id, self.subject, self.slot

    @property
    def row_id(self) -> str:
        """The key its row has or will get."""
        return self.id or occurrence_key(self.key)


class UnplacedVisit(NamedTuple):
    """A visit to be made: what it does at one site, and the days on which it can do all of it."""

    place: WorkPlace
    merchant_id: str
    area: str
    tasks: tuple[NewTask, ...]
    window_from: date
    window_until: date

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return combined_minutes(task.kind.minutes for task in self.tasks)


class TaskNotes:
    """Puts tasks into few words, what they have in common only once."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[Any, ...], TaskKind] = {}

    def visit(self, made: VisitGroup) -> UnplacedVisit:
        """A group of tasks as the visit that does them."""
        first = made.occurrences[0]
        return UnplacedVisit(
            place=made.place,
            merchant_id=first.merchant_id,
            area=first.area,
            tasks=tuple(self._task(item) for item in made.occurrences),
            window_from=made.window_from,
            window_until=made.window_until,
        )

    def _task(self, item: Occurrence) -> NewTask:
        early, late = item.due_on - item.window_from, item.window_until - item.due_on
        key = (item.version_id, item.scope, item.occasion, early, late, item.uncertain)
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kinds[key] = TaskKind(
                plan_id=item.plan_id,
                plan_key=item.plan_key,
                version_id=item.version_id,
                scope=item.scope,
                occasion=item.occasion,
                minutes=item.minutes,
                early=early.days,
                late=late.days,
                uncertain=item.uncertain,
            )
        return NewTask(kind, item.subject, item.slot, item.n, item.nominal_on, item.due_on, item.id)


class VisitToMake(NamedTuple):
    """A new visit with its first technician (none: nobody serves the area) and day.  Its key
    follows from its first task, so that two computers make the same visit."""

    id: str
    visit: UnplacedVisit
    technician_id: str | None
    planned_on: date


class WrittenTask(NamedTuple):
    """A `NewTask` as an operation keeps it; days are ordinals."""

    kind: int
    """Its place in `VisitBatch.kinds`."""
    subject: str
    slot: str
    n: int
    nominal_on: int
    due_on: int
    id: str
    """The key of its row; empty while it has none."""


class WrittenVisit(NamedTuple):
    """A `VisitToMake` as an operation keeps it."""

    id: str
    place: WorkPlace
    merchant_id: str
    technician_id: str | None
    planned_on: int
    """The ordinal of its day."""
    tasks: tuple[WrittenTask, ...]


@dataclass(frozen=True, slots=True)
class VisitBatch:
    """New visits of one part of a run as an operation keeps them: much shorter than with every
    field of every task by name."""

    kinds: tuple[TaskKind, ...]
    visits: tuple[WrittenVisit, ...]


def batch(some: Iterable[VisitToMake]) -> VisitBatch:
    """Visits as an operation keeps them."""
    kinds: dict[int, tuple[int, TaskKind]] = {}

    def number(kind: TaskKind) -> int:
        return kinds.setdefault(id(kind), (len(kinds), kind))[0]

    visits = tuple(
        WrittenVisit(
            made.id,
            made.visit.place,
            made.visit.merchant_id,
            made.technician_id,
            made.planned_on.toordinal(),
            tuple(
                WrittenTask(
                    number(task.kind),
                    task.subject,
                    task.slot,
                    task.n,
                    task.nominal_on.toordinal(),
                    task.due_on.toordinal(),
                    task.id,
                )
                for task in made.visit.tasks
            ),
        )
        for made in some
    )
    return VisitBatch(tuple(kind for _, kind in kinds.values()), visits)


def kept_at_length(_schema: int, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Before schema 2 an operation held every field of every task by its name."""
    kinds: dict[str, tuple[int, dict[str, Any]]] = {}
    visits = []
    for visit in payload["visits"]:
        tasks = []
        for task in visit["tasks"]:
            nominal, due, opens, closes = (
                date.fromisoformat(task[name]).toordinal()
                for name in ("nominal_on", "due_on", "window_from", "window_until")
            )
            kind = {name: task[name] for name in ("plan_id", "plan_key", "version_id", "scope")} | {
                "occasion": task.get("occasion", Occasion.CALENDAR.value),
                "minutes": task["minutes"],
                "early": due - opens,
                "late": closes - due,
                "uncertain": task.get("uncertain", False),
            }
            number, _ = kinds.setdefault(repr(kind), (len(kinds), kind))
            key = task.get("id", "")
            tasks.append(
                [number, task["subject"], task["slot"], task.get("n", 0), nominal, due, key]
            )
        day = date.fromisoformat(visit["planned_on"]).toordinal()
        merchant = visit["tasks"][0].get("merchant_id", "")
        visits.append(
            [visit["id"], visit["place"], merchant, visit.get("technician_id"), day, tasks]
        )
    found = {"kinds": [kind for _, kind in kinds.values()], "visits": visits}
    return {"run": payload["run"], "visits": found}


@dataclass(frozen=True, slots=True)
class RunKey:
    """One run: its key, made before its first part, and the days it is about."""

    id: str
    first: date
    last: date


@dataclass(slots=True, kw_only=True)
class PlannedWork:
    """Everything a run would do.  `counted` says how many new dates each plan has.  `answered` are
    dates with the task that answers for them; once that is written, further dates may follow from
    it (`again`).  `seen` says in few words what was looked at."""

    first: date
    last: date
    counted: Counter[str] = field(default_factory=Counter)
    answered: list[AnsweredDate] = field(default_factory=list)
    notes: TaskNotes = field(default_factory=TaskNotes)
    placed: list[VisitToMake] = field(default_factory=list)
    joins: list[JoiningTask] = field(default_factory=list)
    changes: dict[str, RowChange] = field(default_factory=dict)
    moved: int = 0
    voided: int = 0
    revived: int = 0
    relocated: int = 0
    idle: tuple[str, ...] = ()
    unknown_years: tuple[int, ...] = ()
    anchors: list[NewAnchor] = field(default_factory=list)
    again: bool = False
    seen: Mapping[str, Any] = field(default_factory=dict)
