"""Compliance: what was done inside its window, by plan, area or technician, and what was not."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from app.domain.errors import AppError
from app.domain.maintenance.compliance import Compliance
from app.domain.maintenance.occurrences import Occurrence
from app.gui.pages.maintenance.read import PeriodView
from app.gui.shell.page import Page
from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import button, column, label, row
from app.gui.toolkit.manual_window import bind_help
from app.gui.toolkit.problems import message
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.visit_badge import occurrence_badge
from app.gui.toolkit.wheel_safe import ComboBox
from app.gui.toolkit.wrapping import wrapping
from app.services.maintenance.compliance import ComplianceView
from app.services.maintenance.occurrence_queries import OccurrenceFilter
from app.texts import word

PERIODS = (30, 90, 180, 365)
USUAL = 90


class ComplianceDialog(Dialog):
    """Figures above, the cases behind them below; narrowed by the page's filters."""

    def __init__(self, page: Page, view: PeriodView) -> None:
        super().__init__(page)
        bind_help(self)
        self.setWindowTitle(_("Compliance"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.prefer(980, 620)
        self._page, self._wanted, self._today = page, view.wanted, view.today
        language = words().language
        self._names = {p.key: p.latest.contents.name.in_(language) for p in view.plans}
        self._names |= {p.code: p.name for p in view.people}
        self.by = _box(
            (("plan", _("by plan")), ("area", _("by area")), ("technician", _("by technician")))
        )
        self.period = _box(
            [(days, plural("last {count} day", "last {count} days", days)) for days in PERIODS]
        )
        self.period.setCurrentIndex(PERIODS.index(USUAL))
        self._summary = label("", "strong")
        self._trouble = label("", "error", wrap=True)
        self._trouble.hide()
        self.figures = RowTableModel(self._figure_columns(), self)
        self.cases = RowTableModel(self._case_columns(), self)
        self._arrange()
        for box in (self.by, self.period):
            box.currentIndexChanged.connect(lambda _index: self.read())
        self.read()

    def _arrange(self) -> None:
        formula = label(_("done in the window ÷ windows closed"), "muted")
        above = TableView(self.figures, name="compliance", title=_("Compliance"))
        below = TableView(
            self.cases, two_lines=True, name="cases", title=_("Cases behind the figures")
        )
        for table in (above, below):
            table.setMinimumHeight(120)
        layout = column(
            wrapping(self.by, self.period, None, self._summary, formula),
            above,
            label(_("Not done in the window"), "section"),
            below,
        )
        layout.setStretch(1, 2)
        layout.setStretch(3, 3)
        self.arrange(layout, self._trouble, row(None, button(_("Close"), self.reject)))

    def _figure_columns(self) -> tuple[TableColumn, ...]:
        return (
            TableColumn(title=_("Group"), text=self._name, width=200, stretch=True),
            *(
                TableColumn(title=title, text=partial(_count, name), width=90, right=True)
                for name, title in (
                    ("closed", _("Due")),
                    ("on_time", _("Done in window")),
                    ("late", _("Late")),
                    ("partial", _("Partly done")),
                    ("skipped", _("Skipped")),
                )
            ),
            TableColumn(
                title=_("Missed"), text=lambda i: str(i.missed + i.merged), width=80, right=True
            ),
            TableColumn(title=_("On time"), text=lambda i: _share(i.share), width=90, right=True),
        )

    def _case_columns(self) -> tuple[TableColumn, ...]:
        t = words()
        return (
            TableColumn(
                title=_("Due"),
                text=lambda i: t.day(i.due_on),
                detail=lambda i: t.day(i.window_until),
                width=110,
            ),
            TableColumn(title=_("Plan"), text=lambda i: i.plan_name.in_(t.language), width=160),
            TableColumn(
                title=_("Merchant"),
                text=lambda i: i.merchant_name,
                detail=lambda i: i.serial,
                width=180,
                stretch=True,
            ),
            TableColumn(
                title=_("Technician"),
                text=lambda i: i.technician or i.done_by,
                detail=lambda i: i.area,
                width=100,
            ),
            TableColumn(title=_("State"), text=lambda _i: "", badge=self._badge, width=130),
            TableColumn(title=_("Reason"), text=lambda i: word(t, "why", i.reason), width=170),
        )

    def _badge(self, item: Occurrence) -> Any:
        return occurrence_badge(item.state(self._today))

    def _name(self, item: Compliance) -> str:
        return self._names.get(item.key, item.key) or _("none")

    def read(self) -> None:
        """Read the figures of the period."""
        book, wanted = self._page.context.services.compliance, self._wanted
        by, days = str(self.by.currentData()), int(self.period.currentData())
        first: date = self._today - timedelta(days=days - 1)
        chosen = OccurrenceFilter(
            area=wanted.area, technician_id=wanted.technician_id, plan_key=wanted.plan_key
        )
        self._page.context.tasks.run(
            lambda: book.view(first, self._today, by, chosen),
            self._show,
            owner=self,
            failed=self._failed,
        )

    def _failed(self, error: AppError) -> None:
        self._trouble.setText(message(error))
        self._trouble.show()

    def _show(self, view: ComplianceView) -> None:
        self.figures.set_rows(view.groups)
        self.cases.set_rows(view.not_on_time)
        self._summary.setText(
            _("{share} of {count}", share=_share(view.total.share), count=view.total.closed)
            if view.total.closed
            else _("No window has closed yet.")
        )


def _count(name: str, item: Compliance) -> str:
    return str(getattr(item, name))


def _box(choices: Any) -> QComboBox:
    box = ComboBox()
    for value, shown in choices:
        box.addItem(shown, value)
    return box


def _share(share: float | None) -> str:
    """A share; one below the usual ninety per cent is marked."""
    if share is None:
        return "–"
    return f"{share:.1%}" if share >= 0.9 else f"! {share:.1%}"
