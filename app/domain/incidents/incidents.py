"""An abnormal-status incident as it is read: summary, record, work, tests, results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from app.domain.faults import ITEM_FAILURES, ContactRole, FaultClass
from app.domain.incidents.clocks import Light, is_overdue, light, stopped_since
from app.domain.incidents.lifecycle import (
    OPEN_STATES,
    Action,
    Detection,
    Event,
    HoldReason,
    Impact,
    IncidentState,
    Priority,
    Target,
    Urgency,
)

_NOTHING = timedelta()
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""Later than every deadline; far enough from the last moment there is for any time zone."""


class Result(StrEnum):
    """How a piece of work ended, as box 9 of the service report prints it."""

    SOLVED = "solved"
    WORKSHOP = "workshop"
    WAITING = "waiting"
    UNSOLVED = "unsolved"


class TestOutcome(StrEnum):
    """Outcome of one line of the function test or security check."""

    __test__ = False  # the name is the trade's; pytest must not collect it

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "na"


FUNCTION_TESTS = (
    "sign_in",
    "swipe",
    "chip",
    "contactless",
    "scan",
    "print",
    "test_sale",
    "test_void",
    "settle",
)
"""The function test after a repair, in the order of the service report."""

SECURITY_CHECKS = ("serial_matches", "seals_intact", "no_attachments", "location_registered")
"""The surface check of PCI DSS 9.5.1.2 and the location rule of 银发〔2021〕259号."""


class WorkKind(StrEnum):
    """What a line of the work log records."""

    CHECK = "check"
    MEASURE = "measure"
    TRAVEL = "travel"
    WAIT = "wait"
    CONTACT = "contact"
    NOTE = "note"


class Confirmation(StrEnum):
    """How the merchant confirmed, or why not."""

    SIGNED = "signed"
    BY_PHONE = "by_phone"
    REFUSED = "refused"
    ABSENT = "absent"


def is_item_failure(fault_class: FaultClass, *, cause_is_item: bool = False) -> bool:
    """Whether the case counts in reliability figures: the class is the terminal's own failure, or
    it is a network fault whose cause is the terminal's modem or SIM slot."""
    return fault_class in ITEM_FAILURES or (fault_class is FaultClass.NETWORK and cause_is_item)


_REQUEST = "rq."
"""How the names of modes begin under which business requests are filed."""


def is_request(mode: str) -> bool:
    """Whether a mode is that of a business request: nothing failed, nothing was down."""
    return mode.startswith(_REQUEST)


NOT_THE_TERMINAL = frozenset({FaultClass.BALANCE, FaultClass.FROZEN})
"""Classes about somebody's account: the terminal did what it should all the while."""


def down_since(
    down_from: datetime | None,
    reported_at: datetime,
    impact: Impact | str,
    confirmed: FaultClass | str | None,
    mode: str,
) -> datetime | None:
    """Since when the terminal was down, as far as anybody said so; None when it was not.

    A terminal that partly works or still trades is not down merely because it was reported, which
    is what earlier versions stored; one whose fault turned out to lie in an account never was, nor
    one that something was only asked for."""
    if confirmed in NOT_THE_TERMINAL or is_request(mode):
        return None
    if impact != Impact.STOPPED and down_from == reported_at:
        return None
    return down_from


@dataclass(frozen=True, slots=True)
class TestLine:
    """One line of the function test or security check, with the slip number where there is one."""

    __test__ = False

    item: str
    outcome: TestOutcome
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEntry:
    """One line of the work log."""

    id: str
    at: datetime
    by: str
    kind: WorkKind
    summary: str
    outcome: str
    minutes: int
    check_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartUsed:
    """A part fitted."""

    id: str
    name: str
    part_no: str
    old_serial: str
    new_serial: str
    quantity: int
    unit_price_cents: int
    in_warranty: bool
    part_kind_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSummary:
    """One row of the incident list."""

    id: str
    number: str
    state: IncidentState
    priority: Priority
    merchant_name: str
    area: str
    model: str
    tid: str
    displayed_code: str
    symptom: str
    fault_class: FaultClass | None
    share: float | None
    confirmed: bool
    technician: str
    hold_reason: HoldReason | None
    reported_at: datetime
    resolve_due_at: datetime | None
    stopped_since: datetime | None = None
    """When the clock stopped, while the incident is held outside our control."""
    newly_given: bool = False
    """Whether whoever has it has not said yet whether they take it."""
    unknown_serial: str = ""
    """The serial number of a terminal nobody has registered yet."""

    @property
    def of_whom(self) -> str:
        """What it is known by in a list: the merchant, else the terminal's number."""
        return self.merchant_name or self.tid or self.unknown_serial or "—"

    def overdue(self, now: datetime) -> bool:
        """Whether work is late now.  Derived, so a late incident can still be finished."""
        return is_overdue(self.state, self.resolve_due_at, self.stopped_since, now)

    def due_at(self, now: datetime) -> datetime:
        """The deadline if work went on now; what nobody promised anything about comes last."""
        if self.resolve_due_at is None:
            return NEVER
        return self.resolve_due_at + (now - self.stopped_since if self.stopped_since else _NOTHING)

    def light(self, now: datetime) -> Light:
        """How it stands to its deadline."""
        return light(self.state, self.reported_at, self.resolve_due_at, self.stopped_since, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Everything about one incident.  `agreed` are the times promised about it, `agreement` the
    name of the agreement they come from; imported history has neither."""

    id: str
    version: int
    number: str
    state: IncidentState
    terminal_id: str
    merchant_id: str
    tid: str
    unknown_serial: str
    displayed_code: str
    code_profile: str
    symptom: str
    detection: Detection
    impact: Impact
    urgency: Urgency
    priority: Priority
    reporter_name: str
    reporter_phone: str
    reported_at: datetime
    response_due_at: datetime | None
    resolve_due_at: datetime | None
    agreed: Target | None
    agreement: str
    promised_at: datetime | None
    down_from: datetime | None
    restored_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    technician_id: str
    technician: str
    provisional_class: FaultClass | None
    provisional_share: float | None
    confirmed_class: FaultClass | None
    mode: str
    cause: str
    remedy: str
    other_text: str
    work_done: str
    advice: str
    result: Result | None
    item_failure: bool
    firmware_before: str
    firmware_after: str
    waiting_reference: str
    fee_cents: int
    callout_fee_cents: int
    labour_fee_cents: int
    hold_reason: HoldReason | None
    hold_expected_on: date | None
    confirmation: Confirmation | None
    confirmed_by: str
    closing_remark: str
    satisfaction: str
    reopen_count: int
    repeat_of: str
    duplicate_of: str
    parent: str
    visit_id: str
    handed_to: ContactRole | None
    events: tuple[Event, ...] = ()
    work: tuple[WorkEntry, ...] = ()
    parts: tuple[PartUsed, ...] = ()
    tests: tuple[TestLine, ...] = ()
    security: tuple[TestLine, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def down_since(self) -> datetime | None:
        """Since when the terminal was down, as far as anybody said so."""
        return down_since(
            self.down_from, self.reported_at, self.impact, self.confirmed_class, self.mode
        )

    @property
    def fault_class(self) -> FaultClass | None:
        """The confirmed class, or the provisional one while there is no other."""
        return self.confirmed_class or self.provisional_class

    @property
    def stopped_since(self) -> datetime | None:
        """When the clock stopped, while the incident is held outside our control."""
        return stopped_since(self.events) if self.state in OPEN_STATES else None

    def overdue(self, now: datetime) -> bool:
        """Whether work is late now, by the same rule as the list."""
        return is_overdue(self.state, self.resolve_due_at, self.stopped_since, now)
