"""What is made of a warning with one click: a campaign, visits, a parent incident, a hand-over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.campaigns.campaigns import (
    CampaignDraft,
    CampaignFacts,
    CampaignScope,
    CampaignState,
    ShopVisit,
    VisitPlan,
    check_campaign,
    check_terminals,
)
from app.domain.errors import InvalidInput
from app.domain.event_data import EventFacts, FieldChange, Reference
from app.domain.faults import ContactRole
from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.incidents import IncidentSummary
from app.domain.incidents.lifecycle import OPEN_STATES
from app.domain.insight.warning_cases import (
    LONGEST_HAND_OVER,
    WarningAction,
    WarningCase,
    WarningDraft,
    check_warning,
    kept,
)
from app.domain.insight.warnings import StandingWarning, SubjectKind
from app.domain.register.terminal_states import KEPT_UP
from app.services.campaigns.campaign_visits import CampaignVisits
from app.services.campaigns.campaigns import Campaigns
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.core.running_operation import applied_again
from app.services.incidents.incident_queries import IncidentFilter, list_query
from app.services.incidents.incidents import Incidents
from app.services.incidents.parents import IncidentParents
from app.services.insight.warning_work import WarningWork
from db import bulk
from db.models.campaigns import CampaignRow
from db.models.incident import IncidentRow
from db.models.register import MerchantRow, PlacementRow, TerminalModelRow, TerminalRow
from db.queries import FAULT_CLASS, PLACED_NOW


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignWork:
    """What a campaign is about: the filter, the terminals found by it, and the visits to be planned
    at their shops where `visits` says when."""

    scope: CampaignScope
    terminal_ids: tuple[str, ...]
    visits: VisitPlan | None = None
    shops: tuple[ShopVisit, ...] = ()


class WarningMaking:
    """Use cases that answer a warning with work."""

    def __init__(
        self,
        context: ServiceContext,
        work: WarningWork,
        incidents: Incidents,
        campaigns: Campaigns,
        visits: CampaignVisits,
    ) -> None:
        self._context = context
        self._work = work
        self._incidents = incidents
        self._campaigns = campaigns
        self._visits = visits
        self._parents = IncidentParents(context)

    # --- what it would be about ----------------------------------------------------------------

    def scope_of(self, warning: StandingWarning) -> CampaignScope:
        """Which terminals a campaign about a warning is for: all that share what it is about, not
        only those that failed already."""
        subject = warning.subject
        with self._context.read() as session:
            match subject.kind:
                case SubjectKind.MODEL:
                    return CampaignScope(model=_model_name(session, subject.key))
                case SubjectKind.FIRMWARE:
                    named = dict(subject.named)
                    return CampaignScope(
                        model=named.get("model", ""), firmware=named.get("firmware", "")
                    )
                case SubjectKind.MERCHANT:
                    return CampaignScope(merchant=_mid(session, subject.key))
                case _:
                    return CampaignScope(terminal_ids=warning.terminal_ids)

    def to_join(self, warning: StandingWarning) -> tuple[IncidentSummary, ...]:
        """The open incidents a parent incident would be for: of the warning's terminals and class,
        since it began, without a parent yet; and those it names."""
        context = self._context
        with context.read() as session:
            query = list_query(session, IncidentFilter(order="reported"), context.now())
            since = warning.since
            alike: list[Any] = [
                bulk.among(session, col(IncidentRow.terminal_id), warning.terminal_ids)
            ]
            if since is not None:
                alike.append(col(IncidentRow.reported_at) >= since)
            if warning.fault_class is not None:
                alike.append(FAULT_CLASS.in_((warning.fault_class, "")))
            named = bulk.among(session, col(IncidentRow.number), warning.incidents)
            return query.where(
                col(IncidentRow.state).in_(OPEN_STATES),
                col(IncidentRow.parent_id).is_(None),
                sa.or_(named, sa.and_(*alike)),
            ).all(session)

    def shops_of(self, terminal_ids: Sequence[str]) -> tuple[ShopVisit, ...]:
        """The shops at which terminals stand."""
        with self._context.read() as session:
            query: Any = (
                sa.select(col(PlacementRow.merchant_id), col(PlacementRow.terminal_id))
                .join(TerminalRow, col(TerminalRow.id) == col(PlacementRow.terminal_id))
                .where(
                    PLACED_NOW,
                    col(TerminalRow.state).in_(KEPT_UP),
                    bulk.among(session, col(PlacementRow.terminal_id), terminal_ids),
                )
                .order_by(col(PlacementRow.merchant_id), col(PlacementRow.terminal_id))
            )
            found: dict[str, list[str]] = {}
            for merchant_id, terminal_id in session.execute(query):
                found.setdefault(merchant_id, []).append(terminal_id)
        return tuple(
            ShopVisit(merchant_id=merchant, terminal_ids=tuple(terminals))
            for merchant, terminals in found.items()
        )

    # --- making --------------------------------------------------------------------------------

    def campaign(
        self, case: WarningCase, draft: CampaignDraft, visits: VisitPlan | None = None
    ) -> str:
        """A campaign for everything that shares what the warning is about, with a visit at every
        shop when `visits` says when; returns its id.  Raises `InvalidInput`, `NotFound`,
        `NotAllowed`."""
        scope = self.scope_of(case.warning)
        found = tuple(one.id for one in self._campaigns.meant(scope))
        shops = self.shops_of(found) if visits is not None else ()
        work = CampaignWork(scope=scope, terminal_ids=found, visits=visits, shops=shops)
        return self._campaign(case.key, kept(case.warning), draft, work)

    @operation("warning.make_campaign")
    def _campaign(
        self,
        warning_key: str,
        warning: StandingWarning,
        draft: CampaignDraft,
        work: CampaignWork,
    ) -> str:
        facts = check_campaign(draft, self._context.today())
        chosen = check_terminals(work.terminal_ids)
        with self._context.write() as unit:
            if not applied_again():
                _refuse_twice(unit.session, facts)
            key = self._campaigns.create_within(unit, facts, work.scope, chosen)
            row = unit.session.get_one(CampaignRow, key)
            if work.visits is not None:
                self._visits.plan_within(unit, row, work.visits, work.shops)
            made = Reference("campaign", key)
            self._work.made_within(unit, warning, made, row.number)
            return key

    def parent(self, case: WarningCase, draft: IncidentDraft) -> str:
        """One incident for all that are open for the same cause; they join it.  Returns its id.
        Raises `InvalidInput`, `NotFound`, `NotAllowed`."""
        others = tuple(one.id for one in self.to_join(case.warning))
        return self._parent(case.key, kept(case.warning), draft, others)

    @operation("warning.make_parent", promises=True)
    def _parent(
        self,
        warning_key: str,
        warning: StandingWarning,
        draft: IncidentDraft,
        incident_ids: tuple[str, ...],
    ) -> str:
        with self._context.write() as unit:
            key = self._incidents.open_within(unit, draft)
            if incident_ids:
                self._parents.join_within(unit, key, incident_ids)
            number = unit.session.get_one(IncidentRow, key).number
            self._work.made_within(unit, warning, Reference("incident", key), number)
            return key

    def hand_over(self, case: WarningCase, to: ContactRole, draft: WarningDraft) -> None:
        """Note that the text of the draft was handed to somebody outside.  Raises `InvalidInput`,
        `NotAllowed`."""
        self._hand_over(case.key, kept(case.warning), to, draft)

    @operation("warning.hand_over")
    def _hand_over(
        self, warning_key: str, warning: StandingWarning, to: ContactRole, draft: WarningDraft
    ) -> None:
        said = check_warning(draft, reason_needed=True, longest=LONGEST_HAND_OVER)
        with self._context.write() as unit:
            row = self._work.case_within(unit, warning, WarningAction.MAKE)
            change = FieldChange("handed_to", "", to)
            facts = EventFacts(change=change, remark=said.note)
            self._work.act_within(unit, row, facts)


def _refuse_twice(session: Session, facts: CampaignFacts) -> None:
    """The same work is not asked for again while it is being done.  Two computers that did not
    know of each other may both have made it: that is seen in the list, and one is ended.  Raises
    `InvalidInput`."""
    query = sa.select(col(CampaignRow.number)).where(
        col(CampaignRow.warning) == facts.warning,
        col(CampaignRow.warning) != "",
        col(CampaignRow.kind) == facts.kind,
        col(CampaignRow.state) == CampaignState.OPEN,
    )
    if (number := session.execute(query.limit(1)).scalar()) is not None:
        raise InvalidInput.of("kind", "campaign.made_already", number=number)


def _model_name(session: Session, model_id: str) -> str:
    row = session.get(TerminalModelRow, model_id)
    return row.name if row is not None else ""


def _mid(session: Session, merchant_id: str) -> str:
    row = session.get(MerchantRow, merchant_id)
    return row.mid if row is not None else ""
