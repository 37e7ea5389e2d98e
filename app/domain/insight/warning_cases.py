"""Warnings that somebody works on: states, what each step needs, when one may come again, and how
often the warnings of a rule were right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from app.domain import text
from app.domain.errors import NotAllowed, Problems
from app.domain.event_data import FieldChange, Reference
from app.domain.insight.warnings import (
    MOST_EVIDENCE,
    Severity,
    StandingWarning,
    WarningRule,
)
from app.domain.parsing import parse_date

LONGEST_NOTE = 2_000
LONGEST_HAND_OVER = 20_000
"""A text for somebody outside names the incidents, a line each."""


class WarningState(StrEnum):
    """How far a warning is.  Nobody has looked at a new one yet: it has no case."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ACTING = "acting"
    PROVEN_RIGHT = "proven_right"
    PROVEN_WRONG = "proven_wrong"
    DISMISSED = "dismissed"


ENDED = (WarningState.PROVEN_RIGHT, WarningState.PROVEN_WRONG, WarningState.DISMISSED)


class WarningAction(StrEnum):
    """What a person may do about a warning; each is one kind of entry of its log."""

    ACKNOWLEDGE = "acknowledge"
    ACT = "act"
    PLAN = "plan"
    NOTE = "note"
    MAKE = "make"
    CLOSE = "close"
    REOPEN = "reopen"


_STEPS = frozenset(WarningAction) - {WarningAction.REOPEN}
_AFTERWARDS = frozenset({WarningAction.NOTE, WarningAction.REOPEN})
_ALLOWED: dict[WarningState, frozenset[WarningAction]] = {
    WarningState.NEW: _STEPS - {WarningAction.PLAN},
    WarningState.ACKNOWLEDGED: _STEPS - {WarningAction.ACKNOWLEDGE},
    WarningState.ACTING: _STEPS - {WarningAction.ACKNOWLEDGE, WarningAction.ACT},
    WarningState.PROVEN_RIGHT: _AFTERWARDS,
    WarningState.PROVEN_WRONG: _AFTERWARDS,
    WarningState.DISMISSED: _AFTERWARDS,
}


def may(state: WarningState, action: WarningAction) -> bool:
    """Whether the action may be done in this state."""
    return action in _ALLOWED[state]


def allow(state: WarningState, action: WarningAction) -> None:
    """Raises `NotAllowed` unless the action may be done in this state."""
    if not may(state, action):
        raise NotAllowed(action, state)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningDraft:
    """What is entered with a step: whose the warning is, until when, what is to be said."""

    owner_id: str = ""
    due_on: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningPlan:
    """The draft checked."""

    owner_id: str
    due_on: date | None
    note: str


def check_warning(
    draft: WarningDraft, *, reason_needed: bool = False, longest: int = LONGEST_NOTE
) -> WarningPlan:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    due_on, note = None, ""
    with problems.field("due_on"):
        due_on = parse_date(draft.due_on)
    with problems.field("note"):
        note = text.note(draft.note, longest)
        if reason_needed:
            text.required(note)
    problems.raise_if_any()
    return WarningPlan(owner_id=draft.owner_id, due_on=due_on, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningAssignment:
    """Whose a warning is, and until when, as entered."""

    owner_id: str = ""
    due_on: str = ""


def check_assignment(draft: WarningAssignment) -> tuple[str, date | None]:
    """The owner and the day.  Raises `InvalidInput`."""
    plan = check_warning(WarningDraft(owner_id=draft.owner_id, due_on=draft.due_on))
    return plan.owner_id, plan.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningEntry:
    """One entry of a warning's log.  `reference` is what was made of it: a campaign, a visit, an
    incident."""

    at: datetime
    by: str
    action: WarningAction
    change: FieldChange | None = None
    reason: str = ""
    reference: Reference | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRate:
    """How the warnings of a rule that were judged turned out; dismissed ones are not judged."""

    right: int = 0
    wrong: int = 0

    @property
    def judged(self) -> int:
        """How many were found right or wrong."""
        return self.right + self.wrong

    @property
    def expected(self) -> float:
        """The share to be expected of the next one: Laplace's rule of succession, so that a rule
        nobody has judged yet stands at one half and one case alone moves little."""
        return (self.right + 1) / (self.judged + 2)


NEVER_JUDGED = HitRate()


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningCase:
    """A warning with what people did about it.

    `warning` is what the data say now, or said when it was last looked at; `standing` whether they
    still do.  `id` is empty while nobody has done anything: the warning is new.
    """

    warning: StandingWarning
    state: WarningState = WarningState.NEW
    standing: bool = True
    id: str = ""
    version: int = 0
    owner_id: str = ""
    owner: str = ""
    due_on: date | None = None
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    times: int = 0
    rate: HitRate = NEVER_JUDGED
    entries: tuple[WarningEntry, ...] = ()

    @property
    def key(self) -> str:
        """What it is known by, whatever happens to it."""
        return self.warning.key

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state not in ENDED

    def overdue(self, today: date) -> bool:
        """Whether its day has passed and it is still open."""
        return self.is_open and self.due_on is not None and self.due_on < today


def kept(warning: StandingWarning) -> StandingWarning:
    """A warning as its case keeps it: of the records behind it the newest, and of what it explains
    the names alone."""
    return replace(
        warning,
        incidents=warning.incidents[:MOST_EVIDENCE],
        incident_ids=warning.incident_ids[:MOST_EVIDENCE],
        explains=tuple(
            replace(one, incidents=(), incident_ids=(), terminal_ids=(), explains=())
            for one in warning.explains
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedWarning:
    """What was known of a warning when it was last ended."""

    count: int
    incidents: frozenset[str]


def is_new_again(ended: EndedWarning, now: StandingWarning) -> bool:
    """Whether an ended warning may come again: there is evidence nobody knew then.

    Of single findings (no expected number) one is enough; of a statistic it takes a quarter of what
    was known, at least two, so that it does not come back with the next ticket.
    """
    fresh = len(set(now.incidents[:MOST_EVIDENCE]) - ended.incidents)
    needed = 1
    if now.expected is not None:
        needed = min(MOST_EVIDENCE, max(2, math.ceil(ended.count / 4)))
    more = now.count - ended.count >= needed if not now.incidents else False
    return fresh >= needed or more


def by_worth(
    cases: Iterable[WarningCase], rates: Mapping[WarningRule, HitRate]
) -> tuple[WarningCase, ...]:
    """Most serious first; then those of rules that were right more often; then as the rules gave
    them."""
    severities = list(Severity)

    def worth(case: WarningCase) -> tuple[int, float]:
        rate = rates.get(case.warning.rule, NEVER_JUDGED)
        return severities.index(case.warning.severity), -rate.expected

    return tuple(sorted(cases, key=worth))
