"""Occurrences: one due date of a plan for one subject, and its state.

Only what people decided (done, skipped, merged …) is kept; missed, overdue, due and forecast are
read off the dates, so nothing can be "too late to be done".
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.maintenance.plans import Scope, WorkPlace
from app.languages import LocalizedText


class OccurrenceOutcome(StrEnum):
    """What people decided about an occurrence."""

    OPEN = "open"
    DONE = "done"
    PARTIAL = "partial"
    SKIPPED = "skipped"
    MERGED = "merged"
    SUPERSEDED = "superseded"
    VOID = "void"


SETTLED = frozenset(OccurrenceOutcome) - {OccurrenceOutcome.OPEN}
"""Outcomes after which nothing more is to be done."""


class Occasion(StrEnum):
    """Why it is due."""

    CALENDAR = "calendar"
    METER = "meter"
    EVENT = "event"
    EXTRA = "extra"


class OccurrenceState(StrEnum):
    """How an occurrence stands on a day."""

    FORECAST = "forecast"
    DUE = "due"
    SCHEDULED = "scheduled"
    LAST_DAY = "last_day"
    MISSED = "missed"
    DONE = "done"
    DONE_LATE = "done_late"
    PARTIAL = "partial"
    SKIPPED = "skipped"
    MERGED = "merged"
    SUPERSEDED = "superseded"
    VOID = "void"


SYMBOLS: Mapping[OccurrenceState, str] = {
    OccurrenceState.FORECAST: "○",
    OccurrenceState.DUE: "○",
    OccurrenceState.SCHEDULED: "○",
    OccurrenceState.LAST_DAY: "◷",
    OccurrenceState.MISSED: "×",
    OccurrenceState.DONE: "●",
    OccurrenceState.DONE_LATE: "●",
    OccurrenceState.PARTIAL: "◐",
    OccurrenceState.SKIPPED: "–",
    OccurrenceState.MERGED: "△",
    OccurrenceState.SUPERSEDED: "◇",
    OccurrenceState.VOID: "∅",
}
"""The sign of each state, on screen and paper; the word stands beside it wherever there is room."""


def state_of(
    outcome: OccurrenceOutcome,
    window: tuple[date, date],
    today: date,
    *,
    done_on: date | None = None,
    planned_on: date | None = None,
) -> OccurrenceState:
    """How it stands: a pure function of what was decided and the dates."""
    opens, closes = window
    if outcome is OccurrenceOutcome.DONE:
        return (
            OccurrenceState.DONE_LATE
            if done_on is not None and done_on > closes
            else OccurrenceState.DONE
        )
    if outcome is not OccurrenceOutcome.OPEN:
        return OccurrenceState(outcome)
    if today > closes:
        return OccurrenceState.MISSED
    if today == closes:
        return OccurrenceState.LAST_DAY
    if planned_on is not None:
        return OccurrenceState.SCHEDULED
    return OccurrenceState.DUE if opens <= today else OccurrenceState.FORECAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One due date of a plan for one subject.  `id` is empty while it is only computed."""

    id: str
    plan_id: str
    plan_key: str
    plan_name: LocalizedText
    version_id: str
    scope: Scope
    place: WorkPlace
    subject: str
    slot: str
    n: int
    occasion: Occasion
    nominal_on: date
    due_on: date
    window_from: date
    window_until: date
    minutes: int
    terminal_id: str = ""
    merchant_id: str = ""
    merchant_name: str = ""
    serial: str = ""
    tid: str = ""
    area: str = ""
    outcome: OccurrenceOutcome = OccurrenceOutcome.OPEN
    reason: str = ""
    done_on: date | None = None
    done_by: str = ""
    visit_id: str = ""
    planned_on: date | None = None
    technician: str = ""
    uncertain: bool = False
    version: int = 0

    @property
    def window(self) -> tuple[date, date]:
        """First and last day on which doing it counts as on time."""
        return self.window_from, self.window_until

    def state(self, today: date) -> OccurrenceState:
        """How it stands on a day."""
        return state_of(
            self.outcome, self.window, today, done_on=self.done_on, planned_on=self.planned_on
        )


# The same few words stand in hundreds of thousands of dates.
@functools.lru_cache(maxsize=4_096)
def calendar_slot(n: int) -> str:
    """The slot of the n-th date of a rule: with the plan's version and the subject it is unique,
    which makes generation idempotent."""
    return f"n{n}"


def event_slot(event_id: str) -> str:
    """The slot of an occasion other than a date."""
    return f"e{event_id}"


def meter_slot(count: int) -> str:
    """The slot of the next time a counter reaches its limit, after `count` times before."""
    return f"m{count}"


def window(due_on: date, early_days: int, late_days: int) -> tuple[date, date]:
    """First and last day on which doing it counts as on time."""
    return due_on - timedelta(days=early_days), due_on + timedelta(days=late_days)


# --- several missed ----------------------------------------------------------------------------


class CatchUp(StrEnum):
    """What becomes of several missed occurrences of one plan and subject."""

    MERGE = "merge"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Backlog:
    """The missed occurrences of one plan for one subject, oldest first; doing the newest once is
    enough when they are merged."""

    plan_id: str
    subject: str
    occurrences: tuple[Occurrence, ...]

    @property
    def into(self) -> Occurrence:
        """The one that stays."""
        return self.occurrences[-1]

    @property
    def merged(self) -> tuple[Occurrence, ...]:
        """Those the newest makes unnecessary.  They stay visible, as missed and merged."""
        return self.occurrences[:-1]


def backlogs(occurrences: Iterable[Occurrence], today: date) -> tuple[Backlog, ...]:
    """Every plan and subject with more than one missed calendar date, largest backlog first."""
    groups: dict[tuple[str, str], list[Occurrence]] = {}
    for item in occurrences:
        if item.occasion is Occasion.CALENDAR and item.state(today) is OccurrenceState.MISSED:
            groups.setdefault((item.plan_id, item.subject), []).append(item)
    found = [
        Backlog(plan_id, subject, tuple(sorted(group, key=lambda item: item.due_on)))
        for (plan_id, subject), group in groups.items()
        if len(group) > 1
    ]
    return tuple(sorted(found, key=lambda b: (-len(b.occurrences), b.plan_id, b.subject)))


# --- completion --------------------------------------------------------------------------------


class Timing(StrEnum):
    """How a completion lies to its window."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


def timing(done_on: date, span: tuple[date, date]) -> Timing:
    """Whether work on `done_on` was on time.  Early work is an extra visit unless it is accepted
    as this occurrence."""
    if done_on < span[0]:
        return Timing.EARLY
    return Timing.LATE if done_on > span[1] else Timing.ON_TIME
