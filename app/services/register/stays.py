"""When the stay of a device at a merchant ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from db.models.register import PlacementRow


def ended(now: datetime) -> sa.ColumnElement[Any]:
    """The end of a stay that ends now: never before it began, whatever the clock says."""
    since = PlacementRow.__table__.c.since  # type: ignore[attr-defined]
    return sa.case((since > now, since), else_=sa.literal(now, since.type))
