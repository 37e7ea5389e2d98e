"""Reads repairs warnings are about: parts that were fitted, and devices that came back from a
supplier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.domain.incidents.lifecycle import NOT_COUNTED
from app.domain.insight.part_rule import FittedPart
from app.domain.insight.supplier_rule import HOLDS_DAYS, RepairedDevice
from app.domain.register.custody import HolderKind
from app.services.insight.as_of import AsOf
from db.models.incident import IncidentRow, PartUsedRow
from db.models.register import AreaRow, CustodyRow, PlacementRow
from db.queries import AREA, merchant_of, present_placement

FITTED_DAYS = 365
"""How long ago a part may have been fitted to be looked at."""
REPAIRED_DAYS = 730
"""How long ago a device may have come back to be looked at: repairs are few."""


def in_area(query: Any, area: str) -> Any:
    """A query of areas narrowed to one, unless that is empty."""
    return query.where(col(AreaRow.name) == area) if area else query


def fitted(session: Session, when: AsOf, area: str) -> Iterator[FittedPart]:
    """Parts fitted within a year."""
    query: Any = (
        sa.select(
            sa.func.coalesce(sa.cast(col(PartUsedRow.part_kind_id), sa.Text()), "").label("kind"),
            col(PartUsedRow.name),
            col(IncidentRow.terminal_id),
            col(IncidentRow.id),
            col(IncidentRow.number),
            col(IncidentRow.reported_at),
        )
        .select_from(PartUsedRow)
        .join(IncidentRow, col(IncidentRow.id) == col(PartUsedRow.incident_id))
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .outerjoin(*AREA)
        .where(
            col(IncidentRow.reported_at).between(when.days_ago(FITTED_DAYS), when.moment),
            col(IncidentRow.terminal_id).is_not(None),
        )
        .order_by(col(IncidentRow.reported_at), col(PartUsedRow.id))
    )
    for row in session.execute(in_area(query, area)):
        yield FittedPart(
            part=row.kind or row.name,
            name=row.name,
            terminal_id=row.terminal_id,
            incident_id=row.id,
            number=row.number,
            at=row.reported_at,
        )


def repaired(session: Session, when: AsOf, area: str) -> Iterator[RepairedDevice]:
    """Devices that came back from a supplier, each with its first own failure since."""
    case: Any = aliased(IncidentRow)
    back, until = col(CustodyRow.until), timedelta(days=HOLDS_DAYS)
    query: Any = (
        sa.select(
            col(CustodyRow.id),
            col(CustodyRow.holder),
            col(CustodyRow.terminal_id),
            back.label("back_at"),
            case.id.label("incident_id"),
            case.number,
            case.reported_at,
        )
        .outerjoin(
            case,
            sa.and_(
                case.terminal_id == col(CustodyRow.terminal_id),
                case.item_failure.is_(True),
                case.state.not_in(sorted(NOT_COUNTED)),
                case.reported_at >= back,
                case.reported_at <= when.moment,
            ),
        )
        .outerjoin(*present_placement(CustodyRow.terminal_id))
        .outerjoin(*merchant_of(PlacementRow.merchant_id))
        .outerjoin(*AREA)
        .where(
            col(CustodyRow.kind) == HolderKind.SUPPLIER,
            col(CustodyRow.holder) != "",
            back.between(when.days_ago(REPAIRED_DAYS), when.moment),
        )
        .order_by(back, col(CustodyRow.id), case.reported_at, case.id)
    )
    before = ""
    for row in session.execute(in_area(query, area)):
        if row.id == before:
            continue
        before = row.id
        failed = row.reported_at is not None and row.reported_at - row.back_at <= until
        yield RepairedDevice(
            supplier=row.holder,
            terminal_id=row.terminal_id,
            back_at=row.back_at,
            incident_id=row.incident_id if failed else "",
            number=row.number if failed else "",
        )
