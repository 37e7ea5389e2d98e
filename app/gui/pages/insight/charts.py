"""The tab of the charts: one at a time, chosen by its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QStackedWidget

from app.domain.insight.figures import InsightReport
from app.gui.pages.insight.tabs import ChartTab, InsightTab, Sheet
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import column, label, row
from app.gui.toolkit.wheel_safe import ComboBox


class ChartsTab(InsightTab):
    """Every chart of the period; a box above says which one is in sight.

    A tab each would be more tabs than there are keys for.
    """

    def __init__(self, charts: Sequence[ChartTab]) -> None:
        super().__init__()
        self.all = tuple(charts)
        self.box = ComboBox()
        self.box.setAccessibleName(_("Chart"))
        self._stack = QStackedWidget()
        for chart in self.all:
            self.box.addItem(chart.title(None))
            self._stack.addWidget(chart)
        self.box.currentIndexChanged.connect(self._stack.setCurrentIndex)
        choose = row(label(_("Chart")), self.box, None)
        self.setLayout(column(choose, self._stack, margins=(0, 12, 0, 0), spacing=0))

    def title(self, view: InsightReport | None) -> str:
        return _("Charts")

    def show_view(self, view: InsightReport) -> None:
        for chart in self.all:
            chart.show_view(view)

    def in_sight(self) -> ChartTab:
        return self.all[self._stack.currentIndex()]

    def sheet(self, report: InsightReport) -> Sheet:
        return self.in_sight().sheet(report)
