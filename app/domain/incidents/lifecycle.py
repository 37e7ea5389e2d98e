"""States and actions of an abnormal-status incident, its priority, target times and hold reasons.

new → triaged → assigned → in_progress ⇄ on_hold → resolved → closed, with cancelled and duplicate
as side exits.  How long it took and whether it is late is `app.domain.incidents.clocks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.errors import NotAllowed
from app.domain.event_data import FieldChange, Reference
from app.domain.incidents.service_hours import ROUND_THE_CLOCK, ServiceHours
from app.languages import NO_TEXT, LocalizedText


class IncidentState(StrEnum):
    """Where an incident is on its way."""

    NEW = "new"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"


OPEN_STATES = frozenset(
    {
        IncidentState.NEW,
        IncidentState.TRIAGED,
        IncidentState.ASSIGNED,
        IncidentState.IN_PROGRESS,
        IncidentState.ON_HOLD,
    }
)
"""States in which somebody still has to do something about the fault."""

UNFINISHED_STATES = OPEN_STATES | {IncidentState.RESOLVED}
"""Open states and those that only wait for the merchant's confirmation."""
STATE_GROUPS: dict[str, frozenset[IncidentState]] = {
    "open": OPEN_STATES,
    "overdue": OPEN_STATES,
    "unfinished": UNFINISHED_STATES,
    "resolved": frozenset({IncidentState.RESOLVED}),
    "on_hold": frozenset({IncidentState.ON_HOLD}),
    "closed": frozenset({IncidentState.CLOSED, IncidentState.CANCELLED, IncidentState.DUPLICATE}),
}
"""Groups of states a list can be narrowed to; `overdue` asks for a moment (`overdue_at`), too."""

NOT_COUNTED = frozenset({IncidentState.CANCELLED, IncidentState.DUPLICATE})
"""States of reports that turned out to be no case of their own; they enter no figure."""


class Action(StrEnum):
    """What a person may do to an incident; each is one kind of event."""

    REPORT = "report"
    TRIAGE = "triage"
    ASSIGN = "assign"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    MARK_DUPLICATE = "mark_duplicate"
    EDIT = "edit"
    HANDOVER = "handover"
    ADDENDUM = "addendum"
    SWAP = "swap"


_S = IncidentState
BEFORE_WORK = frozenset({_S.NEW, _S.TRIAGED, _S.ASSIGNED})
"""States in which nobody has begun to work on it."""

TRANSITIONS: dict[Action, tuple[frozenset[IncidentState], IncidentState]] = {
    Action.TRIAGE: (frozenset({_S.NEW}), _S.TRIAGED),
    Action.ASSIGN: (frozenset({_S.NEW, _S.TRIAGED, _S.ASSIGNED}), _S.ASSIGNED),
    Action.START: (BEFORE_WORK, _S.IN_PROGRESS),
    Action.HOLD: (frozenset({_S.IN_PROGRESS}), _S.ON_HOLD),
    Action.RESUME: (frozenset({_S.ON_HOLD}), _S.IN_PROGRESS),
    Action.RESOLVE: (frozenset({_S.IN_PROGRESS}), _S.RESOLVED),
    Action.CLOSE: (frozenset({_S.RESOLVED}), _S.CLOSED),
    Action.REOPEN: (frozenset({_S.RESOLVED, _S.CLOSED}), _S.IN_PROGRESS),
    Action.CANCEL: (BEFORE_WORK, _S.CANCELLED),
    Action.MARK_DUPLICATE: (BEFORE_WORK, _S.DUPLICATE),
}
"""For each action that changes the state: the states it starts from and the one it leads to."""

_ANYTIME: dict[Action, frozenset[IncidentState]] = {
    Action.EDIT: OPEN_STATES,
    Action.HANDOVER: OPEN_STATES,
    Action.SWAP: frozenset({_S.IN_PROGRESS}),
    Action.ADDENDUM: frozenset({_S.RESOLVED, _S.CLOSED, _S.CANCELLED, _S.DUPLICATE}),
}


def allowed_actions(state: IncidentState) -> tuple[Action, ...]:
    """What may be done in `state`, in the order buttons and menus show it."""
    by_state = [action for action, (sources, _) in TRANSITIONS.items() if state in sources]
    return (*by_state, *(action for action, states in _ANYTIME.items() if state in states))


def steps(state: IncidentState, action: Action) -> tuple[Action, ...]:
    """The transitions that lead from `state` through `action`, implied ones included.

    Starting work on a new incident implies that it was triaged and assigned; the log then holds
    those steps too.  Raises `NotAllowed`.
    """
    if action not in TRANSITIONS or state not in TRANSITIONS[action][0]:
        raise NotAllowed(action, state)
    if action is Action.START:
        implied = {
            _S.NEW: (Action.TRIAGE, Action.ASSIGN),
            _S.TRIAGED: (Action.ASSIGN,),
        }.get(state, ())
        return (*implied, action)
    if action is Action.ASSIGN and state is _S.NEW:
        return (Action.TRIAGE, action)
    return (action,)


class Detection(StrEnum):
    """How the fault was found (ISO 14224 detection method, for this trade)."""

    MERCHANT_CALL = "merchant_call"
    ON_SITE = "on_site"
    INSPECTION = "inspection"
    MONITORING = "monitoring"
    ACQUIRER_NOTICE = "acquirer_notice"
    WARNING = "warning"


class Impact(StrEnum):
    """Whether the merchant can still take payments."""

    STOPPED = "stopped"
    PARTLY = "partly"
    TRADING = "trading"


class Urgency(StrEnum):
    """How much trade depends on the terminal."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Priority(StrEnum):
    """Rank of work, most urgent first."""

    P1 = "p1"
    P2 = "p2"
    P3 = "p3"
    P4 = "p4"


URGENT = (Priority.P1, Priority.P2)
"""Priorities that come before planned work."""


def priority_of(impact: Impact, urgency: Urgency, *, stopped: bool = False) -> Priority:
    """Priority from impact × urgency; a hard stop (danger, tampering) is always the first."""
    if stopped:
        return Priority.P1
    rank = list(Impact).index(impact) + list(Urgency).index(urgency)
    return (Priority.P1, Priority.P2, Priority.P3, Priority.P4, Priority.P4)[rank]


@dataclass(frozen=True, slots=True)
class Target:
    """How soon work must begin and the merchant must trade again, in hours from the report of
    which those of `hours` count."""

    response_hours: int
    resolve_hours: int
    hours: ServiceHours = ROUND_THE_CLOCK


Targets = Mapping[Priority, Target]
"""The agreed times of every priority."""

DEFAULT_TARGETS: Targets = {
    Priority.P1: Target(1, 4),
    Priority.P2: Target(4, 24),
    Priority.P3: Target(8, 48),
    Priority.P4: Target(24, 120),
}
"""Our own defaults; no public figure for POS maintenance was found, so they are settings."""


class HoldReason(StrEnum):
    """Why work waits."""

    PARTS = "parts"
    MERCHANT_ABSENT = "merchant_absent"
    CARRIER = "carrier"
    ISSUER_ACQUIRER = "issuer_acquirer"
    VENDOR_RMA = "vendor_rma"
    ACCESS = "access"
    OTHER = "other"


OUTSIDE_CONTROL = frozenset(
    {
        HoldReason.MERCHANT_ABSENT,
        HoldReason.CARRIER,
        HoldReason.ISSUER_ACQUIRER,
        HoldReason.ACCESS,
    }
)
"""Reasons for which the resolution clock stands still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of the log: who did what, when, and where it led.

    `reason` is a code, `remark` what a person wrote, `said` what the catalogue said then."""

    seq: int
    at: datetime
    by: str
    device: str
    action: Action
    from_state: IncidentState | None
    to_state: IncidentState | None
    reason: str = ""
    remark: str = ""
    change: FieldChange | None = None
    reference: Reference | None = None
    said: LocalizedText = NO_TEXT


class EditReason(StrEnum):
    """Why the rank of an incident was changed by the program."""

    HARD_STOP = "hard_stop"
    STOP_WITHDRAWN = "stop_withdrawn"
    SIGN_WITHDRAWN = "sign_withdrawn"


def stop_of(events: Sequence[Event]) -> LocalizedText:
    """Why a hard stop makes the incident urgent, from its log; empty when none does any more."""
    ranked = (EditReason.HARD_STOP, EditReason.STOP_WITHDRAWN)
    last = next((event for event in reversed(events) if event.reason in ranked), None)
    return last.said if last is not None and last.reason == EditReason.HARD_STOP else NO_TEXT
