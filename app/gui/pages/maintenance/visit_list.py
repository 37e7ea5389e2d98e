"""The maintenance page as a list: which columns a visit has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.maintenance.visits import VisitSummary
from app.gui.toolkit.language import _, words
from app.gui.toolkit.tables import TableColumn


def visit_columns(
    plan_names: Callable[[VisitSummary], str], badge: Callable[[VisitSummary], Any]
) -> tuple[TableColumn, ...]:
    """The columns of the list of visits."""
    t = words()
    return (
        TableColumn(
            title=_("Day"), text=lambda v: t.day(v.planned_on), detail=lambda v: v.number, width=112
        ),
        TableColumn(
            title=_("Merchant"),
            text=lambda v: v.merchant_name or _("Office"),
            detail=lambda v: v.address,
            width=180,
            stretch=True,
        ),
        TableColumn(title=_("Tasks"), text=plan_names, width=190),
        TableColumn(
            title=_("Technician"),
            text=lambda v: v.crew or "–",
            detail=lambda v: v.area,
            width=100,
        ),
        TableColumn(title=_("Window until"), text=lambda v: t.day(v.window_until), width=110),
        TableColumn(title=_("State"), text=lambda _v: "", badge=badge, width=124),
    )
