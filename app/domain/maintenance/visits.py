"""Visits: one trip (or remote session, or office work) that does several due tasks at one site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain import text
from app.domain.errors import BadValue, NotAllowed, Problems
from app.domain.event_data import FieldChange, Reference
from app.domain.maintenance.occurrences import Occurrence, OccurrenceState
from app.domain.maintenance.plans import WorkPlace
from app.domain.parsing import parse_date
from app.languages import NO_TEXT, LocalizedText


class VisitState(StrEnum):
    """Where a visit is on its way."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    PARTIAL = "partial"
    CANCELLED = "cancelled"


FINISHED = frozenset({VisitState.DONE, VisitState.PARTIAL, VisitState.CANCELLED})


class VisitAction(StrEnum):
    """What a person may do to a visit; each is one kind of log entry."""

    CREATE = "create"
    SCHEDULE = "schedule"
    ASSIGN = "assign"
    LOCK = "lock"
    UNLOCK = "unlock"
    START = "start"
    FINISH = "finish"
    CANCEL = "cancel"
    ADD = "add"


_ALLOWED: dict[VisitState, tuple[VisitAction, ...]] = {
    VisitState.PLANNED: (
        VisitAction.START,
        VisitAction.SCHEDULE,
        VisitAction.ASSIGN,
        VisitAction.LOCK,
        VisitAction.UNLOCK,
        VisitAction.ADD,
        VisitAction.CANCEL,
    ),
    VisitState.IN_PROGRESS: (VisitAction.FINISH, VisitAction.ASSIGN, VisitAction.ADD),
    VisitState.DONE: (),
    VisitState.PARTIAL: (),
    VisitState.CANCELLED: (),
}


def allowed_actions(state: VisitState, *, locked: bool) -> tuple[VisitAction, ...]:
    """What may be done in this state, in the order buttons show it."""
    hidden = VisitAction.LOCK if locked else VisitAction.UNLOCK
    return tuple(action for action in _ALLOWED[state] if action is not hidden)


def allow(state: VisitState, action: VisitAction) -> None:
    """Raises `NotAllowed` unless the action may be done in this state."""
    if action not in _ALLOWED[state]:
        raise NotAllowed(action, state)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNote:
    """An open incident at the site: what can be settled while one is there."""

    id: str
    number: str
    serial: str
    symptom: str
    displayed_code: str
    taken_along: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEvent:
    """One entry of a visit's log.  `reason` is a code, `remark` what a person wrote, `said` the
    plan's name where the entry is about one."""

    at: datetime
    by: str
    action: VisitAction
    change: FieldChange | None = None
    reason: str = ""
    reference: Reference | None = None
    remark: str = ""
    said: LocalizedText = NO_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitStanding:
    """What says how a visit stands on a day."""

    state: VisitState
    planned_on: date
    window_until: date
    on_leave: bool = False
    """Open, and whoever has it is away on its day."""
    newly_given: bool = False
    """Whether whoever has it has not said yet whether they take it."""

    def shown_state(self, today: date) -> OccurrenceState:
        """How it stands on a day, in the words of its occurrences."""
        if self.state is VisitState.DONE:
            return OccurrenceState.DONE
        if self.state is VisitState.PARTIAL:
            return OccurrenceState.PARTIAL
        if self.state is VisitState.CANCELLED:
            return OccurrenceState.VOID
        if today > self.window_until:
            return OccurrenceState.MISSED
        return OccurrenceState.LAST_DAY if today == self.window_until else OccurrenceState.SCHEDULED

    def overdue(self, today: date) -> bool:
        """Whether its day has passed without it being done, though its window may be open."""
        return self.state not in FINISHED and self.planned_on < today


@dataclass(frozen=True, slots=True, kw_only=True)
class DayVisits(VisitStanding):
    """The visits of one day and technician that stand alike.  `window_until` is the earliest of
    theirs."""

    place: WorkPlace
    technician_id: str
    technician: str
    ids: tuple[str, ...]
    minutes: int
    locked: bool
    """Whether any of them is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSummary(VisitStanding):
    """One visit in the calendar and in lists."""

    id: str
    version: int
    number: str
    place: WorkPlace
    window_from: date
    technician_id: str
    technician: str
    technician_code: str
    merchant_id: str
    merchant_name: str
    area: str
    address: str
    latitude: float | None
    longitude: float | None
    minutes: int
    order: int
    start_minute: int | None
    locked: bool
    plans: tuple[str, ...] = ()
    tasks: int = 0
    companion_id: str = ""
    companion: str = ""
    """The second person of a visit for two."""
    companion_order: int = 0
    """Which stop of that person's day it is."""

    @property
    def goers(self) -> tuple[str, ...]:
        """Who goes: the technician ("": nobody yet), and who comes along."""
        return (self.technician_id, *filter(None, [self.companion_id]))

    def seen_by(self, technician_id: str) -> VisitSummary:
        """The visit as a stop of somebody's day: for the second person, in their own order."""
        if technician_id and technician_id == self.companion_id:
            return replace(self, order=self.companion_order)
        return self

    @property
    def crew(self) -> str:
        """The names of who goes; empty while nobody does."""
        return " + ".join(filter(None, (self.technician, self.companion)))

    def beside(self, technician_id: str) -> str:
        """The name of who else goes, for one of the two; empty when nobody does."""
        second = technician_id and technician_id == self.companion_id
        return self.technician if second else self.companion

    @property
    def window(self) -> tuple[date, date]:
        """First and last day on which every task of it is on time."""
        return self.window_from, self.window_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Everything about one visit."""

    summary: VisitSummary
    contact_name: str
    contact_phone: str
    remark: str
    started_at: datetime | None
    finished_at: datetime | None
    occurrences: tuple[Occurrence, ...]
    incidents: tuple[IncidentNote, ...]
    events: tuple[VisitEvent, ...]
    actions: tuple[VisitAction, ...]

    @property
    def waits_because(self) -> str:
        """Why it was taken off whoever had it, while nobody has it; empty when nobody ever had or
        a person took it off without a word."""
        if self.summary.technician_id or self.summary.state is not VisitState.PLANNED:
            return ""
        given = [event for event in self.events if event.action is VisitAction.ASSIGN]
        return given[-1].reason or given[-1].remark if given else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDraft:
    """Another day, technician or place in the day's order for a visit.  None leaves as it is;
    a technician of "" takes the visit from whoever had it, a companion of "" lets one go alone.
    `reason` is what a person wrote, `cause` the code of what the program did it for."""

    planned_on: date | None = None
    technician_id: str | None = None
    order: int | None = None
    start_minute: int | None = None
    reason: str = ""
    lock: bool | None = None
    cause: str = ""
    companion_id: str | None = None
    companion_order: int = 0


def check_schedule(
    draft: ScheduleDraft, summary: VisitSummary, today: date, leave: frozenset[date] = frozenset()
) -> ScheduleDraft:
    """The draft cleaned.  Raises `InvalidInput`.

    A day outside an open window needs a reason (it will count as early or late for good), and
    nothing is planned into the past or onto a day on which the technician (`leave`) is away.
    """
    problems = Problems()
    reason = ""
    with problems.field("reason"):
        reason = text.note(draft.reason, 2_000)
    day = draft.planned_on
    if day is not None and day != summary.planned_on:
        if day < today:
            problems.add("planned_on", "date.past")
        opens, closes = summary.window
        if today <= closes and not opens <= day <= closes and not reason:
            problems.add("reason", "visit.outside_window", opens=opens, closes=closes)
    if (day or summary.planned_on) in leave and _moves(draft, summary):
        problems.add("planned_on", "visit.on_leave", day=day or summary.planned_on)
    person = summary.technician_id if draft.technician_id is None else draft.technician_id
    if draft.companion_id and draft.companion_id == person:
        problems.add("companion_id", "visit.same_person")
    if draft.start_minute is not None and not 0 <= draft.start_minute < 1440:
        problems.add(
            "start_minute", "number.out_of_range", value=draft.start_minute, least=0, most=1439
        )
    problems.raise_if_any()
    return ScheduleDraft(
        planned_on=day,
        technician_id=draft.technician_id,
        order=draft.order,
        start_minute=draft.start_minute,
        reason=reason,
        lock=draft.lock,
        companion_id=draft.companion_id,
        companion_order=draft.companion_order,
    )


@dataclass(frozen=True, slots=True)
class ExtraDraft:
    """A visit no calendar asked for, as entered: which plans' work, where, when, by whom, why."""

    plan_keys: tuple[str, ...] = ()
    terminal_id: str = ""
    planned_on: str = ""
    technician_id: str = ""
    reason: str = ""


def check_extra(draft: ExtraDraft, today: date) -> tuple[date, str]:
    """Its day and reason.  Raises `InvalidInput`."""
    problems = Problems()
    day, reason = today, ""
    if not draft.plan_keys:
        problems.add("plan_keys", "text.missing")
        if not draft.terminal_id:
            problems.add("terminal_id", "text.missing")
    with problems.field("planned_on"):
        found = parse_date(draft.planned_on)
        if found is None:
            raise BadValue("text.missing")
        if found < today:
            raise BadValue("date.past")
        day = found
    with problems.field("reason"):
        reason = text.note(draft.reason, 2_000)
    problems.raise_if_any()
    return day, reason


def _moves(draft: ScheduleDraft, summary: VisitSummary) -> bool:
    """Whether the visit gets another day or technician."""
    asked = draft.planned_on, draft.technician_id
    is_so = summary.planned_on, summary.technician_id
    return any(new is not None and new != old for new, old in zip(asked, is_so, strict=True))


# --- grouping ----------------------------------------------------------------------------------


GRACE_DAYS = 7
"""How soon something missed should be made up for."""


def live_window(item: Occurrence, today: date) -> tuple[date, date]:
    """When a task can still be done well: inside its window, or within days when that is over."""
    if item.window_until < today:
        return today, today + timedelta(days=GRACE_DAYS)
    return max(item.window_from, today), item.window_until


@dataclass(frozen=True, slots=True)
class VisitGroup:
    """Due tasks of one site that one visit can do, and the days on which it can do all of them."""

    site: str
    place: WorkPlace
    occurrences: tuple[Occurrence, ...]
    window_from: date
    window_until: date


def group(
    occurrences: Iterable[Occurrence],
    today: date,
    worked: Callable[[date], bool] = lambda day: True,
) -> tuple[VisitGroup, ...]:
    """The fewest visits that do everything on time: per site and kind of place, a visit as late as
    the first closing window allows takes along all whose windows are open then, as long as a
    worked day is left on which all of it can be done."""
    sites: dict[tuple[str, WorkPlace], list[Occurrence]] = {}
    for item in occurrences:
        sites.setdefault((item.merchant_id or item.subject, item.place), []).append(item)
    groups: list[VisitGroup] = []
    for (site, place), items in sites.items():
        waiting = sorted(
            ((live_window(item, today), item) for item in items),
            key=lambda pair: (pair[0][1], pair[1].due_on, pair[1].plan_key, pair[1].subject),
        )
        while waiting:
            (opens, closes), first = waiting[0]
            taken, left = [first], []
            for span, item in waiting[1:]:
                begins = max(opens, span[0])
                if _any_worked(begins, closes, worked):
                    taken.append(item)
                    opens = begins
                else:
                    left.append((span, item))
            waiting = left
            groups.append(VisitGroup(site, place, tuple(taken), opens, closes))
    return tuple(sorted(groups, key=lambda g: (g.window_until, g.site, g.place)))


def _any_worked(first: date, last: date, worked: Callable[[date], bool]) -> bool:
    return any(worked(last - timedelta(days=n)) for n in range((last - first).days + 1))


def combined_minutes(minutes: Iterable[int]) -> int:
    """Working time of several tasks at one site: each after the longest is a fifth shorter, for
    the terminal is already in hand."""
    longest = sorted(minutes, reverse=True)
    return round(longest[0] + 0.8 * sum(longest[1:])) if longest else 0


def common_window(windows: Sequence[tuple[date, date]], today: date) -> tuple[date, date]:
    """The days on which everything that can still be on time is; when all is late already, the
    window that closed last."""
    live = [window for window in windows if window[1] >= today]
    if not live:
        return max(windows, key=lambda window: window[1])
    opens, closes = max(w[0] for w in live), min(w[1] for w in live)
    return min(opens, closes), closes
