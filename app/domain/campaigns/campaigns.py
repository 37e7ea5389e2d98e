"""Campaigns (专项): the same work at every terminal of a filter, until each is done or excused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain import text
from app.domain.errors import BadValue, InvalidInput, NotAllowed, Problems
from app.domain.parsing import parse_date

MOST_TERMINALS = 20_000
"""Terminals of one campaign; each is a row, and their keys travel in one operation."""
LONGEST_REASON = 500
MINUTES_EACH = 20
"""How long the work at one terminal is taken to last when a visit is planned for it."""


class CampaignKind(StrEnum):
    """What is done at each terminal."""

    FIRMWARE = "firmware"
    RECALL = "recall"
    TRAINING = "training"
    SIM_SWAP = "sim_swap"
    INSPECTION = "inspection"


class CampaignState(StrEnum):
    """Whether there is anything left to do."""

    OPEN = "open"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class TaskState(StrEnum):
    """How the work at one terminal stands."""

    OPEN = "open"
    DONE = "done"
    EXCUSED = "excused"


class CampaignAction(StrEnum):
    """What a person may do to a campaign."""

    EDIT = "edit"
    DO = "do"
    EXCUSE = "excuse"
    TAKE_UP = "take_up"
    CANCEL = "cancel"
    PLAN_VISITS = "plan_visits"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignScope:
    """Which terminals a campaign is about; empty fields do not restrict.

    `firmware` and `app_version` are versions as they stand in the register; `older_than` a firmware
    that every terminal meant is older than; `plan` the key of a maintenance plan that covers them;
    `merchant` a MID.  `terminal_ids` are terminals chosen one by one, which the other fields
    narrow.
    """

    model: str = ""
    firmware: str = ""
    app_version: str = ""
    older_than: str = ""
    area: str = ""
    acquirer: str = ""
    merchant: str = ""
    plan: str = ""
    terminal_ids: tuple[str, ...] = ()

    @property
    def restricts(self) -> bool:
        """Whether it says anything at all."""
        return self != CampaignScope()


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignDraft:
    """A campaign as entered.  `target` is the firmware that a firmware campaign brings; `warning`
    the key of the warning it answers."""

    title: str = ""
    kind: CampaignKind = CampaignKind.INSPECTION
    due_on: str = ""
    owner_id: str = ""
    instructions: str = ""
    target: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopVisit:
    """A visit that is planned for a campaign: the shop, and its terminals that are to be done."""

    merchant_id: str
    terminal_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPlan:
    """When the visits of a campaign are planned, and for whom, as entered."""

    planned_on: str = ""
    technician_id: str = ""


def check_visit_plan(draft: VisitPlan, today: date) -> date:
    """The day.  Raises `InvalidInput`."""
    problems = Problems()
    day = today
    with problems.field("planned_on"):
        found = parse_date(draft.planned_on)
        if found is None:
            raise BadValue("text.missing")
        if found < today:
            raise BadValue("date.past")
        day = found
    problems.raise_if_any()
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """What a checked draft says."""

    title: str
    kind: CampaignKind
    due_on: date
    owner_id: str
    instructions: str
    target: str
    warning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign with how far it is."""

    id: str
    version: int
    number: str
    title: str
    kind: CampaignKind
    state: CampaignState
    due_on: date
    owner_id: str
    owner: str
    instructions: str
    target: str
    warning: str
    scope: CampaignScope
    made_at: datetime
    made_by: str
    ended_at: datetime | None
    reason: str
    total: int
    done: int
    excused: int

    @property
    def left(self) -> int:
        """Terminals at which it is still to be done."""
        return self.total - self.done - self.excused

    @property
    def share(self) -> float:
        """How much of it is done or excused, 0 to 1."""
        return (self.done + self.excused) / self.total if self.total else 1.0

    def overdue(self, today: date) -> bool:
        """Whether its day has passed with work left."""
        return self.state is CampaignState.OPEN and self.due_on < today

    def allows(self, action: CampaignAction) -> bool:
        """Whether this may be done in its state."""
        return action in _ALLOWED[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTask:
    """The work of a campaign at one terminal.

    `visit_number` and `visit_on` are of the next open visit at the shop, on which it can be done
    along the way; empty when there is none.  `firmware` is what the register says now.
    """

    id: str
    campaign_id: str
    campaign_number: str
    campaign_title: str
    kind: CampaignKind
    due_on: date
    instructions: str
    target: str
    terminal_id: str
    serial: str
    tid: str
    model: str
    firmware: str
    merchant_id: str
    merchant_name: str
    address: str
    area: str
    state: TaskState
    reason: str
    done_at: datetime | None
    done_by: str
    visit_id: str = ""
    visit_number: str = ""
    visit_on: date | None = None
    visit_technician: str = ""


_ALLOWED: dict[CampaignState, frozenset[CampaignAction]] = {
    CampaignState.OPEN: frozenset(CampaignAction),
    CampaignState.FINISHED: frozenset({CampaignAction.TAKE_UP}),
    CampaignState.CANCELLED: frozenset(),
}


def allow(state: CampaignState, action: CampaignAction) -> None:
    """Raises `NotAllowed` unless the action may be done in this state."""
    if action not in _ALLOWED[state]:
        raise NotAllowed(action, state)


def check_campaign(draft: CampaignDraft, today: date, stood: date | None = None) -> CampaignFacts:
    """The draft cleaned; a day that has passed is taken only when it stood already.  Raises
    `InvalidInput`."""
    problems = Problems()
    title = instructions = target = warning = ""
    due_on = today
    with problems.field("title"):
        title = text.required(text.line(draft.title))
    with problems.field("due_on"):
        found = parse_date(draft.due_on)
        if found is None:
            raise BadValue("text.missing")
        if found < today and found != stood:
            raise BadValue("date.past")
        due_on = found
    with problems.field("instructions"):
        instructions = text.note(draft.instructions, 4_000)
    with problems.field("target"):
        target = text.line(draft.target)
        if draft.kind is CampaignKind.FIRMWARE:
            text.required(target)
    with problems.field("warning"):
        warning = text.line(draft.warning)
    problems.raise_if_any()
    return CampaignFacts(
        title=title,
        kind=draft.kind,
        due_on=due_on,
        owner_id=draft.owner_id,
        instructions=instructions,
        target=target if draft.kind is CampaignKind.FIRMWARE else "",
        warning=warning,
    )


def check_scope(scope: CampaignScope) -> CampaignScope:
    """A filter that says something.  Raises `InvalidInput`: without one every terminal would be
    meant, which is never what was asked for."""
    if not scope.restricts:
        raise InvalidInput.of("scope", "campaign.no_filter")
    return scope


def check_terminals(terminal_ids: tuple[str, ...]) -> tuple[str, ...]:
    """The terminals of a new campaign, each once.  Raises `InvalidInput`."""
    found = tuple(dict.fromkeys(terminal_ids))
    if not found:
        raise InvalidInput.of("scope", "campaign.nothing_found")
    if len(found) > MOST_TERMINALS:
        raise InvalidInput.of("scope", "campaign.too_many", count=len(found), most=MOST_TERMINALS)
    return found


def check_reason(raw: str, *, needed: bool = True) -> str:
    """Why a terminal is excused, or a campaign is called off.  Raises `InvalidInput`."""
    problems = Problems()
    cleaned = ""
    with problems.field("reason"):
        cleaned = text.free_line(raw, LONGEST_REASON)
        if needed:
            text.required(cleaned)
    problems.raise_if_any()
    return cleaned
