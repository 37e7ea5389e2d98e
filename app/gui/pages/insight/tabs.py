"""The tabs of the insight page: a chart with the numbers behind it, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.faults import FaultClass
from app.domain.insight.figures import GroupCount, InsightReport, MonthCount, share_by_class
from app.gui.shell.navigate import Navigate
from app.gui.toolkit.chart import Chart, ChartSeries, RankedBar, RankedBars, StackedBars
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, column, label, panel, scrolled
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.view_tabs import ViewTab
from app.texts import word
from app.texts.insight import rate_text

CLASSES: tuple[FaultClass | None, ...] = (*FaultClass, None)
FAILURE, OTHER_CASE = 0, 8
"""Styles of failures of the terminal itself, and of cases it did not cause."""

Sheet = tuple[tuple[str, ...], list[tuple[str, ...]]]
"""A table for export: header and rows."""


class InsightTab(ViewTab[InsightReport, Navigate]):
    """One tab of the figures."""

    def in_sight(self) -> InsightTab:
        """Whose numbers are looked at: the tab, or the one of several it shows."""
        return self

    def sheet(self, report: InsightReport) -> Sheet:
        """The numbers for a file."""
        raise NotImplementedError


class ChartTab(InsightTab):
    """A chart at the left and its table at the right, each with its share of the width; the marked
    bar is the marked row, or the first of the rows that tell of it."""

    def __init__(self, chart: Chart, note: str, shares: tuple[int, int] = (1, 1)) -> None:
        super().__init__()
        self._rows_a_bar = 1
        self.chart = chart
        self.model = RowTableModel((), self)
        self.table: TableView | None = None
        self._holder = column()
        self.note = label(note, "muted", wrap=True)
        drawn = panel(column(scrolled(chart, chart.accessibleName()), margins=(8, 8, 8, 8)))
        numbers = panel(column(boxed(self._holder), margins=(1, 1, 1, 1)))
        for one in (drawn, numbers):
            one.setMinimumHeight(240)
        both = FoldingRow(drawn, numbers, spacing=12, least=300, stretches=shares)
        shown = column(both, self.note, spacing=8)
        shown.setStretch(0, 1)
        self._states = StateStack(boxed(shown))
        self.setLayout(column(self._states, margins=(0, 12, 0, 0)))
        chart.current_changed.connect(self._mark_row)

    def show_table(
        self, columns: Sequence[TableColumn], rows: Sequence[object], rows_a_bar: int = 1
    ) -> None:
        """Make the table again: which columns there are depends on the figures; so many rows tell
        of a bar of the chart."""
        self._rows_a_bar = max(1, rows_a_bar)
        if self.table is not None:
            self.table.deleteLater()
        self.model = RowTableModel(columns, self)
        self.table = TableView(self.model)
        self.table.setAccessibleName(self.chart.accessibleName())
        self.table.selectionModel().currentRowChanged.connect(
            lambda now, _before: self.chart.set_current(now.row() // self._rows_a_bar)
        )
        self._holder.addWidget(self.table)
        self.model.set_rows(rows)

    def show_state(self, report: InsightReport) -> None:
        """Show the figures, or that the period has no incident."""
        if report.incidents:
            self._states.show_content()
        else:
            self._states.show_empty(_("No incident in this period"), icon="chart-line")

    def show_now(self) -> None:
        """Show what does not hang on the period."""
        self._states.show_content()

    def _mark_row(self, place: int) -> None:
        if self.table is None:
            return
        if self.table.currentIndex().row() // self._rows_a_bar != place:
            self.table.selectRow(place * self._rows_a_bar)


class TimeTab(ChartTab):
    """Incidents reported a month, stacked by class."""

    def __init__(self) -> None:
        super().__init__(
            StackedBars(_("Incidents a month by class")),
            _("By the month of the report; cancelled reports and duplicates are left out."),
            shares=(2, 3),
        )

    def title(self, view: InsightReport | None) -> str:
        return _("Over time")

    def show_view(self, view: InsightReport) -> None:
        assert isinstance(self.chart, StackedBars)
        months = view.months
        used = share_by_class(months)
        self.chart.show_series(
            [words().month(m.month) for m in months],
            [
                ChartSeries(
                    class_name(c), CLASSES.index(c), tuple(m.by_class.get(c, 0) for m in months)
                )
                for c in used
            ],
            _("month not over") if view.trends.unfinished else "",
        )
        self.show_table([_month_column(), *map(_class_column, used), _failure_column()], months)
        self.show_state(view)

    def sheet(self, report: InsightReport) -> Sheet:
        header = (_("Month"), _("All"), *map(class_name, CLASSES), _("Failures"))
        rows = [
            (
                words().month(m.month),
                str(m.total),
                *(str(m.by_class.get(c, 0)) for c in CLASSES),
                str(m.item_failures),
            )
            for m in report.months
        ]
        return header, rows


def class_name(fault_class: FaultClass | None) -> str:
    """The class in words; an incident may not have one yet."""
    return word(words(), "fault_class", fault_class) if fault_class else _("not classified")


def _month_column() -> TableColumn:
    return TableColumn(
        title=_("Month"), text=lambda m: words().month(m.month), width=78, stretch=False
    )


def _class_column(fault_class: FaultClass | None) -> TableColumn:
    def amount(month: MonthCount) -> str:
        return str(month.by_class.get(fault_class, 0) or "")

    short = word(words(), "fault_class_short", fault_class) if fault_class else _("none yet")
    return TableColumn(title=short, text=amount, width=64, right=True)


def _failure_column() -> TableColumn:
    return TableColumn(
        title=_("Failures"), text=lambda m: str(m.item_failures or ""), width=82, right=True
    )


class AreaTab(ChartTab):
    """Incidents by area: failures of the terminal, and cases it did not cause."""

    def __init__(self) -> None:
        super().__init__(
            RankedBars(_("Incidents by area")),
            _(
                "Red: failures of the terminal itself. Grey and dotted: cases it did not cause, and"
                " those not resolved yet. Rate: failures per 100 terminals in use today."
            ),
        )

    def title(self, view: InsightReport | None) -> str:
        return _("By area")

    def show_view(self, view: InsightReport) -> None:
        assert isinstance(self.chart, RankedBars)
        self.chart.show_rows(
            [
                RankedBar(
                    area_name(g),
                    ((g.item_failures, FAILURE), (g.others, OTHER_CASE)),
                    str(g.incidents),
                    _failures(g),
                )
                for g in view.areas
            ]
        )
        self.show_table(_group_columns(_("Area"), area_name), view.areas)
        self.show_state(view)

    def sheet(self, report: InsightReport) -> Sheet:
        return _group_sheet(_("Area"), [(area_name(g),) for g in report.areas], report.areas)


class ModelTab(ChartTab):
    """Failures per 100 terminals by model: the figure that makes models comparable."""

    def __init__(self) -> None:
        super().__init__(
            RankedBars(_("Failures per 100 terminals by model")),
            _(
                "Failures of the terminal itself in the period ÷ terminals in use today × 100."
                " A model with few terminals is dotted: chance rules its rate."
            ),
        )

    def title(self, view: InsightReport | None) -> str:
        return _("By model")

    def show_view(self, view: InsightReport) -> None:
        assert isinstance(self.chart, RankedBars)
        self.chart.show_rows(
            [
                RankedBar(
                    model_name(g),
                    ((g.per_100 or 0.0, OTHER_CASE if g.doubtful else FAILURE),),
                    rate_text(words(), g),
                    _of_terminals(g),
                )
                for g in view.models
            ]
        )
        self.show_table(_group_columns(_("Model"), model_name), view.models)
        self.show_state(view)

    def sheet(self, report: InsightReport) -> Sheet:
        names = [(g.manufacturer, g.name) for g in report.models]
        header, rows = _group_sheet(_("Model"), names, report.models)
        return (_("Manufacturer"), *header), rows


def area_name(group: GroupCount) -> str:
    """The area; incidents of unregistered terminals have none."""
    return group.name or _("no area")


def model_name(group: GroupCount) -> str:
    """Maker and model."""
    return f"{group.manufacturer} {group.name}".strip()


def _failures(group: GroupCount) -> str:
    return plural("{count} failure", "{count} failures", group.item_failures)


def _of_terminals(group: GroupCount) -> str:
    return _(
        "{failures} failures, {terminals} terminals",
        failures=group.item_failures,
        terminals=group.terminals,
    )


def _group_columns(title: str, name: object) -> tuple[TableColumn, ...]:
    assert callable(name)
    return (
        TableColumn(title=title, text=name, width=120, stretch=True),
        TableColumn(title=_("Incidents"), text=lambda g: str(g.incidents), width=76, right=True),
        TableColumn(title=_("Failures"), text=lambda g: str(g.item_failures), width=76, right=True),
        TableColumn(title=_("Terminals"), text=lambda g: str(g.terminals), width=76, right=True),
        TableColumn(title=_("per 100"), text=lambda g: rate_text(words(), g), width=96, right=True),
    )


def _group_sheet(
    title: str, names: Sequence[tuple[str, ...]], groups: Sequence[GroupCount]
) -> Sheet:
    header = (title, _("Incidents"), _("Failures"), _("Terminals"), _("per 100"))
    rows = [
        (
            *name,
            str(g.incidents),
            str(g.item_failures),
            str(g.terminals),
            "" if g.per_100 is None else f"{g.per_100:.2f}",
        )
        for name, g in zip(names, groups, strict=True)
    ]
    return header, rows
