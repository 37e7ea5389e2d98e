"""The joins that several queries share, each defined once.

A join is a table with its condition, to be spread into the query that needs it::

    sa.select(...).select_from(IncidentRow)
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .outerjoin(*AREA)

Whether a row without a partner stays is said by the query (`join` or `outerjoin`), not here.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.domain.incidents.lifecycle import UNFINISHED_STATES, IncidentState
from db.models.incident import IncidentRow
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TechnicianRow,
    TerminalEventRow,
    TerminalModelRow,
    TerminalRow,
)

Join = tuple[Any, Any]
"""A table and the condition it is joined by."""

PLACED_NOW: Any = col(PlacementRow.until).is_(None)
"""Whether a placement is the present one: the terminal has not left that position."""


def numbered_exactly(number: Any) -> Any:
    """Whether a terminal has this serial number or stands in for this TID.  Each half has an index
    of its own; an OR over two tables would have none."""
    return col(TerminalRow.id).in_(
        sa.union_all(
            sa.select(col(TerminalRow.id)).where(col(TerminalRow.serial_key) == number),
            sa.select(col(PlacementRow.terminal_id)).where(
                col(PlacementRow.tid) == number, PLACED_NOW
            ),
        )
    )


UNFINISHED: Any = col(IncidentRow.state).not_in(
    [
        sa.literal_column(f"'{state.value}'")
        for state in sorted(set(IncidentState) - UNFINISHED_STATES)
    ]
)
"""Whether an incident is unfinished, in the very words of the index that holds those alone: a
database uses such an index only where it can see that nothing else is asked for."""

FAULT_CLASS: Any = sa.func.coalesce(
    col(IncidentRow.confirmed_class), col(IncidentRow.provisional_class), ""
)
"""The class of an incident: the confirmed one, else the provisional one, else empty."""


def _firmware_change(value: Any, *where: Any, newest: bool) -> Any:
    """What stood in the device's log about its firmware, nearest to the report."""
    at = col(TerminalEventRow.at)
    return (
        sa.select(value)
        .where(
            col(TerminalEventRow.terminal_id) == col(IncidentRow.terminal_id),
            col(TerminalEventRow.field) == "firmware",
            *where,
        )
        .order_by(at.desc() if newest else at)
        .limit(1)
        .correlate(IncidentRow)
        .scalar_subquery()
    )


FIRMWARE_THEN: Any = sa.func.coalesce(
    sa.func.nullif(col(IncidentRow.firmware_before), ""),
    _firmware_change(
        col(TerminalEventRow.new),
        col(TerminalEventRow.at) <= col(IncidentRow.reported_at),
        newest=True,
    ),
    _firmware_change(
        col(TerminalEventRow.old),
        col(TerminalEventRow.at) > col(IncidentRow.reported_at),
        newest=False,
    ),
    col(TerminalRow.firmware),
    "",
)
"""The firmware a device had when an incident was reported: noted then, else told by the device's
log, else what it has now.  The query joins the terminal."""

MODEL: Join = (TerminalModelRow, col(TerminalModelRow.id) == col(TerminalRow.model_id))
"""The model of a terminal."""

MANUFACTURER: Join = (
    ManufacturerRow,
    col(ManufacturerRow.id) == col(TerminalModelRow.manufacturer_id),
)
"""The maker of a model."""

AREA: Join = (AreaRow, col(AreaRow.id) == col(MerchantRow.area_id))
"""The area of a merchant."""

ACQUIRER: Join = (AcquirerRow, col(AcquirerRow.id) == col(PlacementRow.acquirer_id))
"""The acquirer of a position."""


def present_placement(terminal_id: Any = TerminalRow.id) -> Join:
    """Where a terminal stands now; `terminal_id` is the column that names it.

    At most one row: the database keeps a terminal from standing in two places."""
    return PlacementRow, sa.and_(col(PlacementRow.terminal_id) == col(terminal_id), PLACED_NOW)


def merchant_of(merchant_id: Any) -> Join:
    """The merchant a column names."""
    return MerchantRow, col(MerchantRow.id) == col(merchant_id)


def technician_of(technician_id: Any) -> Join:
    """The technician a column names."""
    return TechnicianRow, col(TechnicianRow.id) == col(technician_id)
