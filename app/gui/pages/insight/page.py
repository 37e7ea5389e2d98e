"""The insight page: figures of a period, three charts with tables, terminals that keep failing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from app import chosen_files
from app.domain.errors import BadValue, Problems
from app.domain.insight.figure_kinds import CaseBehind
from app.domain.insight.figures import InsightReport, Period, trailing
from app.domain.parsing import parse_date
from app.gui.actions import UserAction
from app.gui.pages.insight.campaigns import CampaignsTab
from app.gui.pages.insight.charts import ChartsTab
from app.gui.pages.insight.figures_tab import Asked, FiguresTab
from app.gui.pages.insight.firmware import FirmwareTab
from app.gui.pages.insight.load_tab import LoadTab
from app.gui.pages.insight.tabs import AreaTab, ChartTab, InsightTab, ModelTab, TimeTab
from app.gui.pages.insight.trend_tabs import (
    AreaMonthsTab,
    FirmwareRatesTab,
    GrowthTab,
    ModesTab,
)
from app.gui.pages.insight.warnings import WarningsTab
from app.gui.shell.navigate import Navigate, ShowCampaign, ShowWarnings
from app.gui.shell.page import AppContext, Page
from app.gui.toolkit.action_buttons import fill_menu
from app.gui.toolkit.chart_pictures import picture_of
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, button, column, label
from app.gui.toolkit.topbar import FilterBox
from app.gui.toolkit.view_tabs import ViewTabs
from app.gui.toolkit.wheel_safe import ComboBox
from app.gui.toolkit.working_dialog import READING
from app.tabular.writing import write_table

if TYPE_CHECKING:
    from app.services import Services

CHARTS: tuple[Callable[[], ChartTab], ...] = (
    TimeTab,
    AreaTab,
    AreaMonthsTab,
    ModelTab,
    FirmwareRatesTab,
    ModesTab,
    GrowthTab,
)
MONTHS = (3, 6, 12, 24)
USUAL = 12
OWN = 0
"""The choice of a period by its days."""


class InsightPage(Page):
    """One period at a time; everything on the page is about it."""

    kinds = ("incident", "terminal", "warning", "campaign", "visit")

    def __init__(self, context: AppContext) -> None:
        super().__init__(context, _("Insight"))
        self._report: InsightReport | None = None
        self._own: Period | None = None
        self._cases_asked: Asked | None = None
        self.period_box = ComboBox()
        self.period_box.setAccessibleName(_("Time span"))
        for months in MONTHS:
            self.period_box.addItem(
                plural("last {count} month", "last {count} months", months), months
            )
        self.period_box.addItem(_("from – until …"), OWN)
        self.period_box.setCurrentIndex(MONTHS.index(USUAL))
        self.period_box.activated.connect(self._on_period)
        self.area_box = FilterBox(_("Area"))
        self.area_box.chosen.connect(lambda _area: self.refresh())
        self.topbar.add_left(self.period_box, self.area_box)
        giving = button(_("Export"), icon="download", tip=_("The numbers of this tab"))
        giving.setMenu(self._export_menu())
        self.topbar.add_right(giving)
        self._summary = label("", "muted")
        self.tabs: ViewTabs[InsightTab] = ViewTabs()
        self.tabs.wanted.connect(context.go)
        self.warnings, self.campaigns = WarningsTab(self), CampaignsTab(self)
        self.figures, self.charts = FiguresTab(), ChartsTab([make() for make in CHARTS])
        self.load_tab, self.firmware = LoadTab(), FirmwareTab(self)
        self.warnings.listed.connect(self.firmware.mark)
        self.figures.ask_cases, self.figures.ask_groups = self._read_cases, self._read_figures
        for tab in self._tabs_in_order():
            self.tabs.add(tab)
        self.tabs.currentChanged.connect(lambda _place: self._read_figures_if_seen())
        self.set_content(
            boxed(column(self._summary, self.tabs, spacing=6, margins=(16, 10, 16, 10)))
        )

    def _tabs_in_order(self) -> tuple[InsightTab, ...]:
        """What asks for an answer first, then how it goes, last what there is."""
        acted_on = (self.warnings, self.campaigns)
        return (*acted_on, self.figures, self.charts, self.load_tab, self.firmware)

    def activate(self, target: Navigate) -> None:
        if isinstance(target, ShowWarnings):
            self.tabs.setCurrentWidget(self.warnings)
            if target.key:
                self.warnings.show_warning(target.key)
        elif isinstance(target, ShowCampaign):
            self.tabs.setCurrentWidget(self.campaigns)
            self.campaigns.show_campaign(target.campaign_id)
        else:
            super().activate(target)

    def _export_menu(self) -> QMenu:
        return fill_menu(
            QMenu(self),
            self,
            (UserAction.EXPORT_FIGURES_CSV, partial(self.export, "csv")),
            (UserAction.EXPORT_FIGURES_EXCEL, partial(self.export, "xlsx")),
            (UserAction.EXPORT_CHART_PNG, partial(self.export, "png")),
            (UserAction.EXPORT_CHART_SVG, partial(self.export, "svg")),
        )

    # --- the period ----------------------------------------------------------------------------

    def period(self) -> Period:
        """What is shown."""
        months = self.period_box.currentData()
        if months == OWN and self._own is not None:
            return self._own
        return trailing(self.context.services.context.today(), months or USUAL)

    def _on_period(self) -> None:
        if self.period_box.currentData() == OWN:
            self._ask_period()
        else:
            self._own = None
            self.refresh()

    def _ask_period(self) -> None:
        shown = self._report.period if self._report else self.period()
        dialog = DraftDialog(
            _("Time span"),
            [
                Field(name="first", label=_("From"), kind="day", required=True),
                Field(name="last", label=_("Until"), kind="day", required=True),
            ],
            lambda values: values,
            action=_("Show this period"),
            parent=self,
        )
        dialog.fill({"first": words().day(shown.first), "last": words().day(shown.last)})
        services, area = self.context.services, self.area_box.value()

        def read(values: dict[str, str]) -> InsightReport:
            return _read(services, _checked_period(values), area)

        def show(report: InsightReport) -> None:
            self._own = report.period
            self._show(report)

        dialog.rejected.connect(self._back_to_months)
        self.submit(dialog, read, show, READING)

    def _back_to_months(self) -> None:
        if self._own is None:
            self.period_box.setCurrentIndex(MONTHS.index(USUAL))
            self.refresh()

    # --- reading -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the period again."""
        services = self.context.services
        period, area = self.period(), self.area_box.value()
        self.load(
            lambda: (
                _read(services, period, area),
                services.terminals.choices().areas,
                _mode_names(services),
            ),
            lambda found: self._show_read(*found),
        )

    def _show_read(
        self, report: InsightReport, areas: tuple[str, ...], modes: Mapping[str, str]
    ) -> None:
        for chart in self.charts.all:
            if isinstance(chart, ModesTab):
                chart.names = modes
        self._show(report, areas)

    def _read_figures_if_seen(self) -> None:
        if self._report is not None and self.tabs.current() is self.figures:
            self._read_figures()

    def _read_figures(self) -> None:
        """The figures take longer than the charts: they are read when they are looked at."""
        tab, figures = self.figures, self.context.services.figures
        period, area, by = self.period(), self.area_box.value(), tab.by
        self.run(lambda: figures.report(period, by, area), tab.show_figures)

    def _read_cases(self, asked: Asked) -> None:
        tab, figures = self.figures, self.context.services.figures
        period, area = self.period(), self.area_box.value()
        kind, by, key = asked
        self._cases_asked = asked

        def show(found: tuple[CaseBehind, ...]) -> None:
            if self._cases_asked == asked:
                tab.show_cases(found)

        self.run(lambda: figures.cases(kind, period, by, key, area), show)

    def _show(self, report: InsightReport, areas: tuple[str, ...] | None = None) -> None:
        self._report = report
        if areas is not None:
            self.area_box.set_choices([(area, area) for area in areas])
        t = words()
        self._summary.setText(
            _(
                "{first} to {last} · {incidents} incidents, {failures} of them failures of the"
                " terminal itself",
                first=t.day(report.period.first),
                last=t.day(report.period.last),
                incidents=report.incidents,
                failures=report.item_failures,
            )
        )
        self.tabs.show_view(report)
        self._read_figures_if_seen()

    def _write_workbook(self, tab: FiguresTab, path: Path) -> None:
        """The figures with real numbers and dates, and the cases of the period."""
        from app.services.insight.figure_workbook import figure_workbook

        figures, period, area, by = (
            self.context.services.figures,
            self.period(),
            self.area_box.value(),
            tab.by,
        )
        self.run(
            lambda: chosen_files.write(path, figure_workbook(figures, words(), period, by, area)),
            lambda _none: self.context.note(_("Saved: {name}", name=path.name)),
            lane="io",
        )

    # --- export --------------------------------------------------------------------------------

    def export(self, kind: str) -> None:
        """Ask where to, then write the numbers of the tab in sight."""
        tab = self.tabs.current().in_sight()
        title = tab.title(self._report).rstrip(" 0123456789")
        period = self.period()
        name = f"{title} {period.first} {period.last}.{kind}"
        filters = {
            "csv": _("CSV files (*.csv)"),
            "xlsx": _("Excel files (*.xlsx)"),
            "png": _("PNG pictures (*.png)"),
            "svg": _("SVG drawings (*.svg)"),
        }
        if kind in ("png", "svg") and not isinstance(tab, ChartTab):
            self.context.note(_("This tab has no chart; its numbers can be exported."))
            return
        ask_new_file(self, _("Export"), filters[kind], name, self.export_to)

    def export_to(self, path: Path) -> None:
        """Write the numbers of the tab in sight, or its chart."""
        report, tab = self._report, self.tabs.current().in_sight()
        if report is None:
            return
        if path.suffix.lower() in (".png", ".svg"):
            assert isinstance(tab, ChartTab)
            picture = picture_of(tab.chart, path.suffix.lower())
            self.run(
                lambda: chosen_files.write(path, picture),
                lambda _none: self.context.note(_("Saved: {name}", name=path.name)),
                lane="io",
            )
            return
        if isinstance(tab, FiguresTab) and path.suffix.lower() == ".xlsx":
            self._write_workbook(tab, path)
            return
        header, rows = tab.sheet(report)
        title = tab.title(report)
        self.run(
            lambda: write_table(path, title, header, rows),
            lambda _none: self.context.note(_("Saved: {name}", name=path.name)),
            lane="io",
        )


def _read(services: Services, period: Period, area: str) -> InsightReport:
    """The counts and the charts of a period."""
    trends = services.figures.trends(period, area)
    return replace(services.insight.report(period, area), trends=trends)


def _mode_names(services: Services) -> Mapping[str, str]:
    """What the catalogue calls the modes, in the language of the window."""
    modes = services.diagnosis.knowledge.modes
    return {key: mode.text.in_(words().language) for key, mode in modes.items()}


def _checked_period(values: dict[str, str]) -> Period:
    problems = Problems()
    days = {}
    for name in ("first", "last"):
        with problems.field(name):
            day = parse_date(values[name])
            if day is None:
                raise BadValue("text.missing")
            days[name] = day
    problems.raise_if_any()
    return Period(**days)
