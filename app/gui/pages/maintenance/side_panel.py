"""The side panel: visits of the chosen day, compliance, the rule of the chosen plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.maintenance.visits import VisitState, VisitSummary
from app.gui.pages.maintenance.read import PeriodView, SideView
from app.gui.toolkit.day_grid import start_drag
from app.gui.toolkit.day_grid_cells import GridCell
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import clear, column, label, panel, plain_tip, row
from app.gui.toolkit.share_bar import ShareBar
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.visit_badge import visit_badge
from app.texts.holidays import provisional_years
from app.texts.rules import plan_sentence

GOOD = 0.9
"""Compliance below this is shown as a warning."""
SHOWN = 6
"""Plans listed, the worst first; the compliance document has them all."""


class VisitTable(TableView):
    """Visits that can be dragged to another day of the calendar."""

    _begin: QPoint | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._begin = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        visit = self.current()
        if self._begin is None or not event.buttons() & Qt.MouseButton.LeftButton or visit is None:
            return
        far = (event.position().toPoint() - self._begin).manhattanLength()
        if far >= QApplication.startDragDistance() and visit.state is VisitState.PLANNED:
            self._begin = None
            start_drag(self, (visit.id,))


class SidePanel(QWidget):
    """`opened` carries the id of a visit to be shown."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._view: PeriodView | None = None
        self._names: dict[str, str] = {}
        self._title = label("", "section", wrap=True)
        self._load = label("", "muted", wrap=True)
        self.model = RowTableModel(self._columns(), self)
        self.table = VisitTable(
            self.model, two_lines=True, name="day", title=_("Visits of the day")
        )
        self.table.horizontalHeader().hide()
        self.table.opened.connect(lambda visit: self.opened.emit(visit.id))
        self._warning = label("", wrap=True)
        self._doubt = panel(row(self._warning, margins=(12, 8, 12, 8)), "warning")
        self._doubt.hide()
        day = panel(
            column(
                column(self._title, self._load, spacing=2, margins=(14, 10, 14, 6)),
                self.table,
                spacing=0,
                margins=(1, 1, 1, 1),
            )
        )
        self._figures = column(spacing=6)
        self._rule = column(spacing=4)
        self._rule_card = panel(self._rule)
        self._rule_card.hide()
        layout = column(
            self._doubt,
            day,
            panel(self._figures),
            self._rule_card,
            spacing=12,
            margins=(14, 14, 14, 14),
        )
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def _columns(self) -> tuple[TableColumn, ...]:
        return (
            TableColumn(title=_("Begin"), text=_begin, width=60),
            TableColumn(
                title=_("Visit"),
                text=lambda v: v.merchant_name or _("Office"),
                detail=self._tasks,
                width=140,
                stretch=True,
            ),
            TableColumn(title=_("State"), text=lambda _v: "", badge=self._badge, width=134),
        )

    def _tasks(self, visit: VisitSummary) -> str:
        return " · ".join(self._names.get(key, key) for key in visit.plans)

    def _badge(self, visit: VisitSummary) -> Any:
        return visit_badge(visit, self._view.today) if self._view else None

    def show_view(self, view: PeriodView) -> None:
        """Another period."""
        self._view = view
        self._names = {
            plan.key: plan.latest.contents.name.in_(words().language) for plan in view.plans
        }
        years = view.unknown_years
        self._doubt.setVisible(bool(years))
        if years:
            self._warning.setText(provisional_years(words(), years))

    def show_cell(self, cell: GridCell | None, day: Sequence[VisitSummary]) -> None:
        """The visits of a cell, among those of its day."""
        if self._view is None:
            return
        if cell is None:
            self.show_visits(_("Choose a day"), ())
            return
        visits = [v for v in day if cell.technician_id in (None, v.technician_id)]
        t = words()
        title = f"{t.day(cell.day)} {t.weekday(cell.day)}"
        if cell.technician_id is not None:
            names = {person.id: person.name for person in self._view.people}
            title += f" · {names.get(cell.technician_id, _('Nobody yet'))}"
        self.show_visits(title, visits)
        count = self._view.forecast.get(cell.day, 0)
        if count and not visits:
            self._load.setText(plural("{count} date to come", "{count} dates to come", count))

    def show_visits(self, title: str, visits: Sequence[VisitSummary]) -> None:
        """These visits under a title."""
        self._title.setText(title)
        minutes = sum(visit.minutes for visit in visits)
        self._load.setText(
            _(
                "{visits} visits · {time} of work",
                visits=len(visits),
                time=_("{hours} h", hours=f"{minutes / 60:.1f}"),
            )
            if visits
            else _("No visit is planned.")
        )
        self.model.set_rows(visits)
        # The room of times nobody gave is needed for the names.
        self.table.setColumnHidden(0, all(visit.start_minute is None for visit in visits))

    def show_side(self, side: SideView) -> None:
        """Compliance, and the rule of the chosen plan."""
        clear(self._figures)
        self._figures.addWidget(label(_("Compliance, last 90 days"), "section"))
        for item in sorted(side.compliance, key=lambda item: item.share or 0)[:SHOWN]:
            self._figures.addLayout(self._figure(item))
        if not side.compliance:
            self._figures.addWidget(label(_("No window has closed yet."), "muted"))
        self._figures.addWidget(label(_("done in the window ÷ windows closed"), "muted"))
        clear(self._rule)
        self._rule_card.setVisible(side.contents is not None)
        if side.contents is not None:
            self._show_rule(side)

    def _figure(self, item: Any) -> Any:
        share = item.share or 0.0
        full = self._names.get(item.key, item.key)
        name = label(self.fontMetrics().elidedText(full, Qt.TextElideMode.ElideRight, 128))
        name.setToolTip(plain_tip(full))
        name.setFixedWidth(132)
        bar = ShareBar()
        bar.set_share(share, "accent" if share >= GOOD else "warning")
        sign = "" if share >= GOOD else "!"
        return row(name, bar, label(f"{share:.0%}{sign}"), spacing=8)

    def _show_rule(self, side: SideView) -> None:
        assert side.contents is not None
        t = words()
        self._rule.addWidget(label(side.contents.name.in_(t.language), "section"))
        self._rule.addWidget(label(plan_sentence(t, side.contents), wrap=True))
        if side.dates:
            days = " · ".join(f"{t.day(d.on)}{'?' if d.uncertain else ''}" for d in side.dates)
            whose = f" ({side.example})" if side.example else ""
            text = _("Next dates") + f"{whose}: {days}"
            self._rule.addWidget(label(text, "muted", wrap=True))


def _begin(visit: VisitSummary) -> str:
    minute = visit.start_minute
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"
