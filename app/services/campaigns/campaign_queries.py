"""How campaigns, their terminals and their progress are read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.campaigns.campaigns import (
    Campaign,
    CampaignKind,
    CampaignScope,
    CampaignState,
    CampaignTask,
    TaskState,
)
from app.domain.errors import NotFound
from app.domain.maintenance.visits import VisitState
from app.domain.register.equipment import firmware_older
from app.domain.register.terminal_states import KEPT_UP
from app.domain.register.terminals import TerminalSummary
from app.services.maintenance.plan_queries import read_plan
from app.services.maintenance.plan_subjects import PlanSubjects
from app.services.register.terminal_queries import TerminalFilter, list_query
from db import bulk
from db.models.campaigns import CampaignRow, CampaignTaskRow
from db.models.maintenance import VisitRow
from db.models.register import (
    AreaRow,
    MerchantRow,
    PlacementRow,
    TechnicianRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import AREA, MODEL, PLACED_NOW, merchant_of, present_placement, technician_of

_TASK: Any = CampaignTaskRow.__table__  # type: ignore[attr-defined]
_OPEN_VISITS = (VisitState.PLANNED, VisitState.IN_PROGRESS)


def terminals_meant(
    session: Session, scope: CampaignScope, today: date
) -> tuple[TerminalSummary, ...]:
    """The terminals of a filter that are kept up, by serial number.  Raises `NotFound` (a merchant
    or plan that is not known)."""
    wanted = TerminalFilter(
        model=scope.model,
        firmware=scope.firmware,
        app_version=scope.app_version,
        area=scope.area,
        acquirer=scope.acquirer,
        merchant_id=_merchant_id(session, scope.merchant) if scope.merchant else "",
    )
    query = list_query(session, wanted).where(col(TerminalRow.state).in_(KEPT_UP))
    if scope.terminal_ids:
        query = query.where(bulk.among(session, col(TerminalRow.id), scope.terminal_ids))
    found = list(query.all(session))
    if scope.older_than:
        found = [one for one in found if firmware_older(one.firmware, scope.older_than)]
    if scope.plan:
        plan = read_plan(session, scope.plan)
        covered = PlanSubjects(session, today, [plan]).covered(plan.at(today).contents)
        terminals = {one.terminal_id for one in covered if one.terminal_id}
        merchants = {one.merchant_id for one in covered if not one.terminal_id}
        places = _merchants_of(session, [one.id for one in found]) if merchants else {}
        found = [one for one in found if one.id in terminals or places.get(one.id) in merchants]
    return tuple(found)


def _merchant_id(session: Session, mid: str) -> str:
    query = sa.select(col(MerchantRow.id)).where(col(MerchantRow.mid) == mid)
    key = session.execute(query).scalar()
    if key is None:
        raise NotFound("merchant", mid)
    return str(key)


def _merchants_of(session: Session, terminal_ids: list[str]) -> dict[str, str]:
    query: Any = sa.select(col(PlacementRow.terminal_id), col(PlacementRow.merchant_id)).where(
        PLACED_NOW,
        bulk.among(session, col(PlacementRow.terminal_id), terminal_ids),
    )
    return dict(map(tuple, session.execute(query)))


def read_campaigns(session: Session, *where: Any) -> tuple[Campaign, ...]:
    """Campaigns, those with work left first, by their day."""
    counts = (
        sa.select(
            _TASK.c.campaign_id,
            sa.func.count().label("total"),
            sa.func.sum(sa.case((_TASK.c.state == TaskState.DONE, 1), else_=0)).label("done"),
            sa.func.sum(sa.case((_TASK.c.state == TaskState.EXCUSED, 1), else_=0)).label("excused"),
        )
        .group_by(_TASK.c.campaign_id)
        .subquery()
    )
    query: Any = (
        sa.select(
            CampaignRow,
            col(TechnicianRow.name),
            counts.c.total,
            counts.c.done,
            counts.c.excused,
        )
        .outerjoin(*technician_of(CampaignRow.owner_id))
        .outerjoin(counts, counts.c.campaign_id == col(CampaignRow.id))
        .where(*where)
        .order_by(
            sa.case((col(CampaignRow.state) == CampaignState.OPEN, 0), else_=1),
            col(CampaignRow.due_on),
            col(CampaignRow.number),
        )
    )
    return tuple(_campaign(*row) for row in session.execute(query))


def _campaign(row: CampaignRow, owner: str | None, *counts: int | None) -> Campaign:
    total, done, excused = (int(count or 0) for count in counts)
    listed = {**row.scope, "terminal_ids": tuple(row.scope.get("terminal_ids", ()))}
    return Campaign(
        id=row.id,
        version=row.version,
        number=row.number,
        title=row.title,
        kind=CampaignKind(row.kind),
        state=CampaignState(row.state),
        due_on=row.due_on,
        owner_id=row.owner_id or "",
        owner=owner or "",
        instructions=row.instructions,
        target=row.target,
        warning=row.warning,
        scope=CampaignScope(**listed),
        made_at=row.made_at,
        made_by=row.made_by,
        ended_at=row.ended_at,
        reason=row.reason,
        total=total,
        done=done,
        excused=excused,
    )


def read_campaign(session: Session, campaign_id: str) -> Campaign:
    """One campaign.  Raises `NotFound`."""
    found = read_campaigns(session, col(CampaignRow.id) == campaign_id)
    if not found:
        raise NotFound("campaign", campaign_id)
    return found[0]


def read_tasks(session: Session, *where: Any) -> tuple[CampaignTask, ...]:
    """Terminals of campaigns: what is left first, then by area and shop; each with the next open
    visit at its shop."""
    query: Any = (
        sa.select(
            CampaignTaskRow,
            CampaignRow,
            col(TerminalRow.serial),
            col(TerminalRow.firmware),
            col(TerminalModelRow.name).label("model"),
            col(PlacementRow.tid),
            col(PlacementRow.address),
            col(MerchantRow.id).label("merchant_id"),
            col(MerchantRow.name).label("merchant_name"),
            col(AreaRow.name).label("area"),
        )
        .join(CampaignRow, col(CampaignRow.id) == _TASK.c.campaign_id)
        .join(TerminalRow, col(TerminalRow.id) == _TASK.c.terminal_id)
        .join(*MODEL)
        .outerjoin(*present_placement())
        .outerjoin(*merchant_of(PlacementRow.merchant_id))
        .outerjoin(*AREA)
        .where(*where)
        .order_by(
            sa.case((_TASK.c.state == TaskState.OPEN, 0), else_=1),
            sa.func.coalesce(col(AreaRow.name), ""),
            sa.func.coalesce(col(MerchantRow.name), ""),
            col(TerminalRow.serial_key),
            _TASK.c.id,
        )
    )
    rows = session.execute(query).all()
    visits = next_visits(session, {row.merchant_id for row in rows if row.merchant_id})
    return tuple(_task(row, visits) for row in rows)


def _task(row: Any, visits: dict[str, tuple[str, str, date, str]]) -> CampaignTask:
    task, campaign = row[0], row[1]
    open_here = task.state == TaskState.OPEN and row.merchant_id
    visit = visits.get(row.merchant_id) if open_here else None
    key, number, day, technician = visit or ("", "", None, "")
    return CampaignTask(
        id=task.id,
        campaign_id=campaign.id,
        campaign_number=campaign.number,
        campaign_title=campaign.title,
        kind=CampaignKind(campaign.kind),
        due_on=campaign.due_on,
        instructions=campaign.instructions,
        target=campaign.target,
        terminal_id=task.terminal_id,
        serial=row.serial,
        tid=row.tid or "",
        model=row.model,
        firmware=row.firmware,
        merchant_id=row.merchant_id or "",
        merchant_name=row.merchant_name or "",
        address=row.address or "",
        area=row.area or "",
        state=TaskState(task.state),
        reason=task.reason,
        done_at=task.done_at,
        done_by=task.done_by,
        visit_id=key,
        visit_number=number,
        visit_on=day,
        visit_technician=technician,
    )


def next_visits(
    session: Session, merchant_ids: Iterable[str]
) -> dict[str, tuple[str, str, date, str]]:
    """The next open visit at each merchant: key, number, day, who goes."""
    query: Any = (
        sa.select(
            col(VisitRow.merchant_id),
            col(VisitRow.id),
            col(VisitRow.number),
            col(VisitRow.planned_on),
            col(TechnicianRow.name),
        )
        .outerjoin(*technician_of(VisitRow.technician_id))
        .where(
            col(VisitRow.state).in_(_OPEN_VISITS),
            bulk.among(session, col(VisitRow.merchant_id), sorted(merchant_ids)),
        )
        .order_by(col(VisitRow.planned_on), col(VisitRow.number))
    )
    found: dict[str, tuple[str, str, date, str]] = {}
    for merchant_id, key, number, day, name in session.execute(query):
        found.setdefault(merchant_id, (key, number, day, name or ""))
    return found


def open_at_merchant(merchant_id: str) -> tuple[Any, ...]:
    """The condition that a task is still to be done, at a terminal that stands at a merchant."""
    return (
        _TASK.c.state == TaskState.OPEN,
        col(CampaignRow.state) == CampaignState.OPEN,
        col(MerchantRow.id) == merchant_id,
    )
