"""The capacity view: hours the plans need against hours there are, before anything is committed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.maintenance.capacity import AreaMonth, MonthCapacity, PlanCost, Saving
from app.gui.pages.maintenance.proposals import ProposalDialog
from app.gui.shell.page import Page
from app.gui.toolkit.language import _, words
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.wheel_safe import Tabs
from app.gui.toolkit.working_dialog import WaitDialog, WorkManner
from app.services.core.import_columns import stopping
from app.services.maintenance.capacity import AS_IT_IS, CapacityView, PlanChange
from app.texts.capacity import headline, hours, not_foreseen, standing, suggestions


def capacity_dialog(parent: QWidget, title: str, found: CapacityView) -> ProposalDialog:
    """Months, areas and plans on tabs, with what is missing and what would save hours."""
    t, capacity = words(), found.capacity
    dialog = ProposalDialog(
        parent,
        title,
        _month_columns(),
        capacity.months,
        summary=headline(t, capacity),
        notes=[*suggestions(t, capacity, found.names), not_foreseen(t)],
    )
    dialog.prefer(900, 600)
    tabs = Tabs()
    dialog.shown.replaceWidget(dialog.table, tabs)
    tabs.addTab(dialog.table, _("Months"))
    tabs.addTab(_table(dialog, _area_columns(), capacity.areas, "areas", _("Areas")), _("Areas"))
    plans = _table(dialog, _plan_columns(found), capacity.plans, "plans", _("Plans"))
    plans.verticalHeader().setDefaultSectionSize(46)
    tabs.addTab(plans, _("Plans"))
    return dialog


def _table(
    dialog: ProposalDialog,
    columns: Sequence[TableColumn],
    rows: Sequence[Any],
    name: str,
    title: str,
) -> TableView:
    model = RowTableModel(columns, dialog)
    model.set_rows(rows)
    return TableView(model, name=name, title=title)


def _number(title: str, value: Callable[[Any], int], width: int = 96) -> TableColumn:
    return TableColumn(title=title, text=lambda i: str(value(i)), width=width, right=True)


def _month_columns() -> tuple[TableColumn, ...]:
    t = words()
    return (
        TableColumn(title=_("Month"), text=lambda m: t.month(m.month), width=90),
        _number(_("Visits"), lambda m: m.visits, 80),
        _number(_("Hours needed"), lambda m: hours(m.needed)),
        _number(_("Hours there"), lambda m: hours(m.available)),
        _number(_("People needed"), lambda m: m.people_needed),
        _number(_("People there"), lambda m: m.people),
        TableColumn(
            title=_("State"), text=lambda _m: "", badge=_month_badge, width=200, stretch=True
        ),
    )


def _month_badge(month: MonthCapacity) -> Badge:
    text = standing(words(), month)
    if not month.short:
        return Badge(text, "ok", "circle-check")
    if month.needed <= month.available:
        return Badge(text, "warning", "triangle-alert")
    return Badge(text, "danger", "triangle-alert")


def _area_columns() -> tuple[TableColumn, ...]:
    t = words()
    return (
        TableColumn(title=_("Month"), text=lambda a: t.month(a.month), width=90),
        TableColumn(
            title=_("Area"), text=lambda a: a.area or _("Without an area"), width=160, stretch=True
        ),
        _number(_("Visits"), lambda a: a.visits, 80),
        _number(_("Work (h)"), lambda a: hours(a.work)),
        _number(_("Trips (h)"), lambda a: hours(a.travel)),
        _number(_("Hours there"), lambda a: hours(a.available)),
        TableColumn(title=_("State"), text=lambda _a: "", badge=_area_badge, width=130),
    )


def _area_badge(item: AreaMonth) -> Badge:
    if hours(item.short) < 1:
        return Badge(_("enough"), "ok", "circle-check")
    return Badge(_("{hours} h short", hours=hours(item.short)), "danger", "triangle-alert")


def _plan_columns(found: CapacityView) -> tuple[TableColumn, ...]:
    language = words().language

    def name(cost: PlanCost) -> str:
        return found.names[cost.plan].in_(language)

    return (
        TableColumn(title=_("Plan"), text=name, detail=lambda c: c.plan, width=180, stretch=True),
        _number(_("Dates"), lambda c: c.tasks, 80),
        _number(_("Hours it adds"), lambda c: hours(c.minutes), 110),
        _number(_("Half as often saves"), lambda c: hours(c.savings[Saving.HALF_AS_OFTEN]), 140),
        _number(_("Done remotely saves"), lambda c: hours(c.savings[Saving.REMOTE]), 140),
    )


def show_capacity(
    page: Page,
    change: Callable[[], PlanChange] = lambda: AS_IT_IS,
    ask: Callable[[CapacityView], None] | None = None,
) -> None:
    """Work the view out, then show it, or let `ask` show it with what is to be decided."""
    services = page.context.services

    def read(progress: Any, cancelled: Any) -> CapacityView:
        return services.plans.capacity.view(change(), progress=stopping(progress, cancelled))

    def shown(found: CapacityView) -> None:
        dialog = capacity_dialog(page, _("Capacity"), found)
        dialog.offer(_("Close"))
        page.submit(dialog, lambda _none: None, lambda _none: None, WorkManner(reads=True))

    WaitDialog(page, _("Capacity"), page.context).wait_for(
        read, ask or shown, WorkManner(_("Working out hours and people …"), reads=True)
    )
