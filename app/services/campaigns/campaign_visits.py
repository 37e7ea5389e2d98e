"""Visits for the terminals of a campaign at whose shops nobody has to go anyway."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.campaigns.campaigns import (
    MINUTES_EACH,
    CampaignAction,
    CampaignState,
    CampaignTask,
    ShopVisit,
    TaskState,
    VisitPlan,
    allow,
    check_visit_plan,
)
from app.domain.errors import InvalidInput, NotFound
from app.domain.event_data import EventFacts
from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.visits import VisitAction, VisitState, combined_minutes
from app.services.campaigns.campaign_queries import next_visits
from app.services.campaigns.campaigns import Campaigns
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import operation
from app.services.core.running_operation import applied_again
from app.services.maintenance.visit_log import VisitLog
from app.services.maintenance.working_times import leave_on
from db import bulk
from db.keys import new_key
from db.models.campaigns import CampaignRow, CampaignTaskRow
from db.models.maintenance import VisitRow
from db.models.register import MerchantRow, TechnicianRow


def shops_to_visit(tasks: Iterable[CampaignTask]) -> tuple[ShopVisit, ...]:
    """The shops at which work is left and nobody has to go by the day of the campaign; what rides
    on another visit needs none of its own."""
    found: dict[str, list[str]] = {}
    for task in tasks:
        rides = task.visit_on is not None and task.visit_on <= task.due_on
        if task.state is TaskState.OPEN and task.merchant_id and not rides:
            found.setdefault(task.merchant_id, []).append(task.terminal_id)
    return tuple(
        ShopVisit(merchant_id=merchant, terminal_ids=tuple(terminals))
        for merchant, terminals in found.items()
    )


class CampaignVisits:
    """Use cases of visits for campaigns."""

    def __init__(self, context: ServiceContext, campaigns: Campaigns) -> None:
        self._context = context
        self._campaigns = campaigns
        self._log = VisitLog(context)

    def plan(self, campaign_id: str, draft: VisitPlan) -> int:
        """Plan a visit at every shop where work is left and nobody has to go anyway; returns how
        many.  Raises `InvalidInput`, `NotAllowed`, `NotFound`."""
        check_visit_plan(draft, self._context.today())
        allow(self._campaigns.get(campaign_id).state, CampaignAction.PLAN_VISITS)
        shops = shops_to_visit(self._campaigns.tasks(campaign_id))
        if not shops:
            raise InvalidInput.of("planned_on", "campaign.all_ride")
        return self._plan(campaign_id, draft, shops)

    @operation("campaign.plan_visits")
    def _plan(self, campaign_id: str, draft: VisitPlan, shops: tuple[ShopVisit, ...]) -> int:
        with self._context.write() as unit:
            row = unit.session.get(CampaignRow, campaign_id)
            if row is None:
                raise NotFound("campaign", campaign_id)
            allow(CampaignState(row.state), CampaignAction.PLAN_VISITS)
            # Somebody else may have planned them since they were looked up.
            rides = next_visits(unit.session, [shop.merchant_id for shop in shops])
            needed = {
                shop.merchant_id
                for shop in shops
                if shop.merchant_id not in rides or rides[shop.merchant_id][2] > row.due_on
            }
            if not needed and not applied_again():
                raise InvalidInput.of("planned_on", "campaign.all_ride")
            return len(self.plan_within(unit, row, draft, shops, needed))

    def plan_within(
        self,
        unit: UnitOfWork,
        campaign: CampaignRow,
        draft: VisitPlan,
        shops: Sequence[ShopVisit],
        needed: Container[str] | None = None,
    ) -> tuple[str, ...]:
        """The visits, in the transaction of a larger step; returns their keys.  With `needed` only
        those at these merchants.  Raises `InvalidInput`, `NotFound`."""
        session, day = unit.session, check_visit_plan(draft, self._context.today())
        _refuse_away(session, draft.technician_id, day)
        # A key and a number for each, known here or not: elsewhere the same shop gets the same.
        keys = [new_key() for _ in shops]
        numbers = self._context.next_numbers(session, len(shops), "V")
        made = []
        for key, number, shop in zip(keys, numbers, shops, strict=True):
            skipped = needed is not None and shop.merchant_id not in needed
            if skipped or session.get(MerchantRow, shop.merchant_id) is None:
                continue
            session.add(
                VisitRow(
                    id=key,
                    number=number,
                    state=VisitState.PLANNED,
                    place=WorkPlace.SITE,
                    merchant_id=shop.merchant_id,
                    technician_id=draft.technician_id or None,
                    planned_on=day,
                    window_from=day,
                    window_until=max(day, campaign.due_on),
                    minutes=combined_minutes([MINUTES_EACH] * len(shop.terminal_ids)),
                )
            )
            session.flush()
            told = EventFacts(remark=f"{campaign.number} {campaign.title}")
            self._log.note(unit, key, VisitAction.CREATE, told)
            session.execute(
                sa.update(CampaignTaskRow)
                .where(
                    col(CampaignTaskRow.campaign_id) == campaign.id,
                    bulk.among(session, col(CampaignTaskRow.terminal_id), shop.terminal_ids),
                )
                .values(visit_id=key)
            )
            made.append(key)
        unit.touched("visit", made)
        unit.touched("campaign", [campaign.id])
        return tuple(made)


def _refuse_away(session: Session, technician_id: str, day: date) -> None:
    if not technician_id:
        return
    if session.get(TechnicianRow, technician_id) is None:
        raise NotFound("technician", technician_id)
    if day in leave_on(session, technician_id, day):
        raise InvalidInput.of("planned_on", "visit.on_leave", day=day)
