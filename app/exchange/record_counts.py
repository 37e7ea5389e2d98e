"""How many records of each sort people know a database holds: before and after a package."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlmodel import Session

from app.services import Services
from app.services.joining.records import COUNTED, table_of

SORTS = (*COUNTED, "plan", "technician")
"""The tables that are counted, by what people call their records."""

RecordCounts = Mapping[str, int]
"""Records by sort; every sort is named."""


def count_records(services: Services) -> RecordCounts:
    """How many records there are now."""
    with services.context.read() as session:
        return counts_in(session)


def counts_in(session: Session) -> RecordCounts:
    """How many records there are now, in one query."""
    amounts = [
        sa.select(sa.func.count()).select_from(table_of(name)).scalar_subquery().label(name)
        for name in SORTS
    ]
    row = session.execute(sa.select(*amounts)).one()
    return dict(zip(SORTS, row, strict=True))
