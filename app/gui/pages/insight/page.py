"""The insight page: figures of a period, three charts with tables, terminals that keep failing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QMenu

from app.domain.errors import BadValue, Problems
from app.domain.insight.figures import InsightReport, Period, trailing
from app.domain.parsing import parse_date
from app.gui.actions import UserAction
from app.gui.pages.insight.campaigns import CampaignsTab
from app.gui.pages.insight.firmware import FirmwareTab
from app.gui.pages.insight.tabs import AreaTab, InsightTab, ModelTab, TimeTab
from app.gui.pages.insight.warnings import WarningsTab
from app.gui.shell.navigate import Navigate, ShowCampaign, ShowWarnings
from app.gui.shell.page import AppContext, Page
from app.gui.toolkit.action_buttons import fill_menu
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

TABS: tuple[Callable[[], InsightTab], ...] = (TimeTab, AreaTab, ModelTab)
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
        self.firmware = FirmwareTab(self)
        for tab in (self.warnings, self.campaigns, self.firmware):
            self.tabs.add(tab)
        for make in TABS:
            self.tabs.add(make())
        self.set_content(
            boxed(column(self._summary, self.tabs, spacing=6, margins=(16, 10, 16, 10)))
        )

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
        insight, area = self.context.services.insight, self.area_box.value()

        def read(values: dict[str, str]) -> InsightReport:
            return insight.report(_checked_period(values), area)

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
            lambda: (services.insight.report(period, area), services.terminals.choices().areas),
            lambda found: self._show(*found),
        )

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

    # --- export --------------------------------------------------------------------------------

    def export(self, kind: str) -> None:
        """Ask where to, then write the numbers of the tab in sight."""
        title = self.tabs.tabText(self.tabs.currentIndex()).rstrip(" 0123456789")
        period = self.period()
        name = f"{title} {period.first} {period.last}.{kind}"
        filters = _("CSV files (*.csv)") if kind == "csv" else _("Excel files (*.xlsx)")
        ask_new_file(self, _("Export"), filters, name, self.export_to)

    def export_to(self, path: Path) -> None:
        """Write the numbers of the tab in sight."""
        report = self._report
        if report is None:
            return
        header, rows = self.tabs.current().sheet(report)
        title = self.tabs.tabText(self.tabs.currentIndex())
        self.run(
            lambda: write_table(path, title, header, rows),
            lambda _none: self.context.note(_("Saved: {name}", name=path.name)),
            lane="io",
        )


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
