"""Campaigns: made from a filter, worked terminal by terminal, ended when nothing is left."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.campaigns.campaigns import (
    Campaign,
    CampaignAction,
    CampaignDraft,
    CampaignFacts,
    CampaignScope,
    CampaignState,
    CampaignTask,
    TaskState,
    allow,
    check_campaign,
    check_reason,
    check_scope,
    check_terminals,
)
from app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.domain.event_data import EventFacts, FieldChange
from app.domain.register.terminals import TerminalEventKind, TerminalSummary
from app.services.campaigns.campaign_queries import (
    open_at_merchant,
    read_campaign,
    read_campaigns,
    read_tasks,
    terminals_meant,
)
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.event_rows import columns_of
from app.services.core.operations import Merge, operation
from app.services.core.running_operation import applied_again
from db import bulk
from db.keys import new_key
from db.models.campaigns import CampaignRow, CampaignTaskRow
from db.models.register import TechnicianRow, TerminalEventRow, TerminalRow

_TASK: Any = CampaignTaskRow.__table__  # type: ignore[attr-defined]
_EVENT: Any = TerminalEventRow.__table__  # type: ignore[attr-defined]


def draft_of_campaign(campaign: Campaign) -> CampaignDraft:
    """The campaign as an editable draft; saved unchanged it stays as it is."""
    return CampaignDraft(
        title=campaign.title,
        kind=campaign.kind,
        due_on=campaign.due_on.isoformat(),
        owner_id=campaign.owner_id,
        instructions=campaign.instructions,
        target=campaign.target,
        warning=campaign.warning,
    )


class Campaigns:
    """Use cases of campaigns."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    # --- reading -------------------------------------------------------------------------------

    def listed(self, *, everything: bool = True) -> tuple[Campaign, ...]:
        """Every campaign, those with work left first; without `everything` only those."""
        where = () if everything else (col(CampaignRow.state) == CampaignState.OPEN,)
        with self._context.read() as session:
            return read_campaigns(session, *where)

    def get(self, campaign_id: str) -> Campaign:
        """One campaign.  Raises `NotFound`."""
        with self._context.read() as session:
            return read_campaign(session, campaign_id)

    def by_number(self, number: str) -> Campaign:
        """The campaign with this number.  Raises `NotFound`."""
        wanted = text.compact(number).upper()
        with self._context.read() as session:
            found = read_campaigns(session, col(CampaignRow.number) == wanted)
        if not found:
            raise NotFound("campaign", number)
        return found[0]

    def tasks(self, campaign_id: str) -> tuple[CampaignTask, ...]:
        """The terminals of a campaign, what is left first."""
        with self._context.read() as session:
            return read_tasks(session, _TASK.c.campaign_id == campaign_id)

    def tasks_at(self, merchant_id: str) -> tuple[CampaignTask, ...]:
        """What campaigns still want done at a shop."""
        with self._context.read() as session:
            return read_tasks(session, *open_at_merchant(merchant_id))

    def of_terminal(self, terminal_id: str) -> tuple[CampaignTask, ...]:
        """The campaigns a terminal is or was part of."""
        with self._context.read() as session:
            return read_tasks(session, _TASK.c.terminal_id == terminal_id)

    def meant(self, scope: CampaignScope) -> tuple[TerminalSummary, ...]:
        """The terminals a campaign with this filter would have.  Raises `InvalidInput` (no filter),
        `NotFound`."""
        checked = check_scope(scope)
        with self._context.read() as session:
            return terminals_meant(session, checked, self._context.today())

    # --- making --------------------------------------------------------------------------------

    def create(self, draft: CampaignDraft, scope: CampaignScope) -> str:
        """Make a campaign of all terminals of a filter as they are now; returns its id.  Raises
        `InvalidInput`, `NotFound`."""
        check_campaign(draft, self._context.today())
        found = self.meant(scope)
        kept = dataclasses.replace(scope, terminal_ids=())
        return self.create_for(draft, kept, check_terminals(tuple(one.id for one in found)))

    @operation("campaign.create")
    def create_for(
        self, draft: CampaignDraft, scope: CampaignScope, terminal_ids: tuple[str, ...]
    ) -> str:
        """Make a campaign of these terminals; `scope` says how they were found.  Raises
        `InvalidInput`, `NotFound`."""
        facts, chosen = check_campaign(draft, self._context.today()), check_terminals(terminal_ids)
        with self._context.write() as unit:
            return self.create_within(unit, facts, scope, chosen)

    def create_within(
        self,
        unit: UnitOfWork,
        facts: CampaignFacts,
        scope: CampaignScope,
        terminal_ids: Sequence[str],
    ) -> str:
        """`create_for` inside a larger step."""
        session, key = unit.session, new_key()
        if facts.owner_id and session.get(TechnicianRow, facts.owner_id) is None:
            raise NotFound("technician", facts.owner_id)
        row = CampaignRow(
            id=key,
            number=self._context.next_number(session, "C"),
            state=CampaignState.OPEN,
            scope=dataclasses.asdict(scope),
            made_at=unit.now,
            made_by=self._context.actor,
            **_columns(facts),
        )
        session.add(row)
        session.flush()
        # A key for each, known here or not: elsewhere the same terminal gets the same key.
        keys = {terminal_id: new_key() for terminal_id in terminal_ids}
        known = _known_terminals(session, terminal_ids)
        made = {"campaign_id": key, "state": TaskState.OPEN}
        tasks = [
            {"id": task_id, "terminal_id": terminal_id, **made}
            for terminal_id, task_id in keys.items()
            if terminal_id in known
        ]
        bulk.insert(session, _TASK, tasks)
        unit.touched("campaign", [key])
        return key

    def _as_it_stands(self, given: Mapping[str, Any]) -> tuple[CampaignDraft, int]:
        """A campaign as it is, for a change to be merged with."""
        known = self.get(given["campaign_id"])
        return draft_of_campaign(known), known.version

    @operation(
        "campaign.edit",
        merge=Merge(
            draft="draft",
            version="version",
            read=_as_it_stands,
            notes=frozenset({"instructions"}),
        ),
    )
    def edit(self, campaign_id: str, version: int, draft: CampaignDraft) -> None:
        """Change what a campaign says; its terminals stay.  Raises `InvalidInput`, `NotAllowed`,
        `NotFound`, `Conflict`."""
        with self._context.write() as unit:
            row = _load(unit.session, campaign_id)
            allow(CampaignState(row.state), CampaignAction.EDIT)
            if row.version != version:
                raise Conflict("campaign", row.number)
            facts = check_campaign(draft, self._context.today(), row.due_on)
            for name, value in _columns(facts).items():
                setattr(row, name, value)
            unit.touched("campaign", [campaign_id])

    # --- working -------------------------------------------------------------------------------

    @operation("campaign.do")
    def do(self, campaign_id: str, terminal_ids: tuple[str, ...], remark: str = "") -> None:
        """The work is done at these terminals; a firmware campaign notes its firmware in the
        register.  What is settled already stays as it is.  Raises `InvalidInput`, `NotAllowed`,
        `NotFound`."""
        said = check_reason(remark, needed=False)
        with self._context.write() as unit:
            row = _load(unit.session, campaign_id)
            allow(CampaignState(row.state), CampaignAction.DO)
            done = self._settle(unit, row, terminal_ids, TaskState.DONE, said)
            if row.target:
                self._note_firmware(unit, done, row.target)

    @operation("campaign.excuse")
    def excuse(self, campaign_id: str, terminal_ids: tuple[str, ...], reason: str) -> None:
        """It need not be done at these terminals, for a reason.  Raises as `do`."""
        why = check_reason(reason)
        with self._context.write() as unit:
            row = _load(unit.session, campaign_id)
            allow(CampaignState(row.state), CampaignAction.EXCUSE)
            self._settle(unit, row, terminal_ids, TaskState.EXCUSED, why)

    @operation("campaign.take_up")
    def take_up(self, campaign_id: str, terminal_ids: tuple[str, ...], reason: str) -> None:
        """It has to be done at these terminals after all; a finished campaign goes on.  Raises
        `InvalidInput`, `NotAllowed`, `NotFound`."""
        check_reason(reason)
        with self._context.write() as unit:
            row = _load(unit.session, campaign_id)
            allow(CampaignState(row.state), CampaignAction.TAKE_UP)
            tasks = _tasks(unit.session, campaign_id, terminal_ids)
            settled = [one for one in tasks if one.state != TaskState.OPEN]
            if not settled and not applied_again():
                raise NotAllowed(CampaignAction.TAKE_UP, TaskState.OPEN)
            for task in settled:
                task.state, task.reason, task.done_at, task.done_by = TaskState.OPEN, "", None, ""
            if settled:
                row.state, row.ended_at = CampaignState.OPEN, None
            unit.touched("campaign", [campaign_id])

    @operation("campaign.cancel")
    def cancel(self, campaign_id: str, reason: str) -> None:
        """Call a campaign off.  Raises `InvalidInput`, `NotAllowed`, `NotFound`."""
        why = check_reason(reason)
        with self._context.write() as unit:
            row = _load(unit.session, campaign_id)
            allow(CampaignState(row.state), CampaignAction.CANCEL)
            row.state, row.ended_at, row.reason = CampaignState.CANCELLED, unit.now, why
            unit.touched("campaign", [campaign_id])

    def _settle(
        self,
        unit: UnitOfWork,
        row: CampaignRow,
        terminal_ids: Sequence[str],
        state: TaskState,
        reason: str,
    ) -> list[str]:
        """Settle those that are open; returns their terminals.  Once nothing is left the campaign
        is finished."""
        session = unit.session
        tasks = _tasks(session, row.id, terminal_ids)
        left = [one for one in tasks if one.state == TaskState.OPEN]
        if not left and not applied_again():
            raise NotAllowed(
                CampaignAction.DO if state is TaskState.DONE else CampaignAction.EXCUSE,
                tasks[0].state,
            )
        for task in left:
            task.state, task.reason = state, reason
            task.done_at, task.done_by = unit.now, self._context.actor
        session.flush()
        open_now = sa.select(_TASK.c.id).where(
            _TASK.c.campaign_id == row.id, _TASK.c.state == TaskState.OPEN
        )
        if session.execute(open_now.limit(1)).first() is None:
            row.state, row.ended_at = CampaignState.FINISHED, unit.now
        unit.touched("campaign", [row.id])
        return [one.terminal_id for one in left]

    def _note_firmware(self, unit: UnitOfWork, terminal_ids: Sequence[str], firmware: str) -> None:
        """The devices have this firmware now; each change stands in the device's log, so that the
        firmware at the time of an incident can be told."""
        session = unit.session
        query = sa.select(TerminalRow).where(
            bulk.among(session, col(TerminalRow.id), terminal_ids),
            col(TerminalRow.firmware) != firmware,
        )
        entries = []
        for row in session.execute(query.order_by(col(TerminalRow.id))).scalars():
            facts = EventFacts(change=FieldChange("firmware", row.firmware, firmware))
            row.firmware = firmware
            entries.append(
                {
                    "id": new_key(),
                    "terminal_id": row.id,
                    "at": unit.now,
                    "actor": self._context.actor,
                    "device": self._context.device,
                    "kind": TerminalEventKind.EDITED_UPDATE,
                    **columns_of(facts),
                }
            )
        session.flush()
        bulk.insert(session, _EVENT, entries)
        unit.touched("terminal", [entry["terminal_id"] for entry in entries])


def _columns(facts: CampaignFacts) -> dict[str, Any]:
    values = {one.name: getattr(facts, one.name) for one in dataclasses.fields(facts)}
    return values | {"owner_id": facts.owner_id or None}


def _load(session: Session, campaign_id: str) -> CampaignRow:
    row = session.get(CampaignRow, campaign_id)
    if row is None:
        raise NotFound("campaign", campaign_id)
    return row


def _tasks(
    session: Session, campaign_id: str, terminal_ids: Sequence[str]
) -> list[CampaignTaskRow]:
    """The rows of terminals of a campaign, in the order of their keys.  Raises `InvalidInput`
    (none was named), `NotFound` (one is no part of it)."""
    if not terminal_ids:
        raise InvalidInput.of("terminal_ids", "text.missing")
    query = sa.select(CampaignTaskRow).where(
        col(CampaignTaskRow.campaign_id) == campaign_id,
        bulk.among(session, col(CampaignTaskRow.terminal_id), terminal_ids),
    )
    found = list(session.execute(query.order_by(col(CampaignTaskRow.id))).scalars())
    if missing := set(terminal_ids) - {one.terminal_id for one in found}:
        raise NotFound("terminal", min(missing))
    return found


def _known_terminals(session: Session, terminal_ids: Sequence[str]) -> set[str]:
    """Those that are in the register here: one of another computer may be missing."""
    query = sa.select(col(TerminalRow.id)).where(
        bulk.among(session, col(TerminalRow.id), terminal_ids)
    )
    return {str(key) for key in session.execute(query).scalars()}
