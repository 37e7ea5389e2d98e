"""Reads a shop with its terminals, incidents and visits: a fixed number of queries, one moment."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.dispatch.shop import Shop
from app.domain.errors import NotFound
from app.domain.incidents.incidents import IncidentSummary
from app.domain.maintenance.visits import VisitSummary
from app.domain.parsing import EARLIEST, LATEST
from app.services.campaigns.campaign_queries import open_at_merchant, read_tasks
from app.services.core.context import ServiceContext
from app.services.incidents import incident_queries
from app.services.incidents.incident_queries import IncidentFilter
from app.services.incidents.terminal_stops import TerminalStops, stops_at_shops
from app.services.maintenance.visit_queries import COORDINATES, VisitFilter, visits_between
from app.services.register import terminal_queries
from app.services.register.terminal_queries import TerminalFilter
from db.models.incident import IncidentRow
from db.models.register import AreaRow, MerchantRow
from db.queries import AREA

MOST = 100
"""Terminals, incidents and visits of one shop that are listed."""
RECENT = 10
"""Finished incidents that are listed after the open ones."""


def shop_of_incident(
    context: ServiceContext, stops: TerminalStops, incident_id: str
) -> Shop | None:
    """The shop an incident is at; None when that is not known."""
    with context.read() as session:
        query = sa.select(col(IncidentRow.merchant_id)).where(col(IncidentRow.id) == incident_id)
        merchant_id = session.execute(query).scalar()
        return _read(session, context, stops, merchant_id) if merchant_id else None


def read_shop(context: ServiceContext, stops: TerminalStops, merchant_id: str) -> Shop:
    """A shop with everything at hand.  Raises `NotFound`."""
    with context.read() as session:
        return _read(session, context, stops, merchant_id)


def _read(
    session: Session, context: ServiceContext, stops: TerminalStops, merchant_id: str
) -> Shop:
    query: Any = (
        sa.select(
            MerchantRow,
            col(AreaRow.name),
            sa.func.coalesce(COORDINATES.c.address, col(MerchantRow.address)),
            sa.func.coalesce(COORDINATES.c.latitude, col(MerchantRow.latitude)),
            sa.func.coalesce(COORDINATES.c.longitude, col(MerchantRow.longitude)),
        )
        .outerjoin(*AREA)
        .outerjoin(COORDINATES, COORDINATES.c.merchant_id == col(MerchantRow.id))
        .where(col(MerchantRow.id) == merchant_id)
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound("merchant", merchant_id)
    row, area, address, latitude, longitude = found
    terminals = terminal_queries.list_query(session, TerminalFilter(merchant_id=merchant_id))
    return Shop(
        id=row.id,
        mid=row.mid,
        name=row.name,
        contact_name=row.contact_name,
        phone=row.phone,
        address=address or "",
        area=area or "",
        opening_hours=row.opening_hours,
        latitude=latitude,
        longitude=longitude,
        terminals=terminals.first(session, MOST),
        incidents=_incidents(session, context, merchant_id),
        visits=_visits(session, context, merchant_id),
        campaign_tasks=read_tasks(session, *open_at_merchant(merchant_id)),
        stops=stops.with_do(stops_at_shops(session, (merchant_id,)).get(merchant_id, ())),
    )


def _visits(
    session: Session, context: ServiceContext, merchant_id: str
) -> tuple[VisitSummary, ...]:
    """Those still to be made, overdue ones first."""
    wanted = VisitFilter(merchant_id=merchant_id, states="open")
    return visits_between(session, EARLIEST, LATEST, wanted, context.today())[:MOST]


def _incidents(
    session: Session, context: ServiceContext, merchant_id: str
) -> tuple[IncidentSummary, ...]:
    """The open ones by deadline, then the latest others."""
    now = context.now()
    unfinished = IncidentFilter(merchant_id=merchant_id, states="unfinished", order="due")
    closed = IncidentFilter(merchant_id=merchant_id, states="closed", order="-reported")
    opened = incident_queries.list_query(session, unfinished, now).first(session, MOST)
    recent = incident_queries.list_query(session, closed, now).first(session, RECENT)
    return (*opened, *recent)
