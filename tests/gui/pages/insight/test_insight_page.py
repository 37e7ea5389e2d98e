"""The insight page: chart and table say the same, and every warning shows what is behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.cli.insight_figures import plain_report
from app.domain.campaigns.campaigns import CampaignDraft, CampaignKind, CampaignScope
from app.domain.insight.figure_kinds import FigureKind
from app.gui.actions import UserAction
from app.gui.pages.insight.page import InsightPage
from app.gui.pages.insight.tabs import ChartTab, ModelTab, TimeTab
from app.gui.pages.insight.trend_tabs import AreaMonthsTab, FirmwareRatesTab, GrowthTab
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.reports.documents.month_pack import MonthPackSheet
from app.reports.documents.monthly import MonthlySheet
from app.services import Services
from app.services.documents.month_figures import PRINTED
from app.services.documents.requests import Request
from app.tabular.reading import read_table
from tests.factories import make_technician, make_terminal
from tests.gui.conftest import Settled

HEADER = "序列号,报修时间,显示代码,现象,故障类别,恢复时间\n"


@pytest.fixture
def page(window: MainWindow, settled: Settled, services: Services, tmp_path: Path) -> InsightPage:
    for n, area in enumerate(("浦东新区", "昆山市")):
        make_terminal(services, serial=f"SN00000{n}", area=area)
    path = tmp_path / "history.csv"
    path.write_text(
        HEADER
        + "SN000000,2026-11-02 10:00,,黑屏,hardware,2026-11-02 12:00\n"
        + "SN000000,2026-11-12 10:00,A0,x,software,2026-11-12 12:00\n"
        + "SN000001,2026-10-12 10:00,51,x,balance,2026-10-12 12:00\n",
        encoding="utf-8",
    )
    services.history_import.commit(services.history_import.preview(path), skip_bad=False)
    found = window.show_page("insight")
    assert isinstance(found, InsightPage)
    settled()
    return found


def chart(page: InsightPage, kind: type[ChartTab]) -> ChartTab:
    """One of the charts, brought into sight."""
    page.tabs.setCurrentWidget(page.charts)
    found = next(one for one in page.charts.all if isinstance(one, kind))
    page.charts.box.setCurrentIndex(page.charts.all.index(found))
    return found


def test_chart_and_table_hold_the_same_months(page: InsightPage, qtbot: QtBot) -> None:
    time = chart(page, TimeTab)
    assert time.chart.amount() == 12
    assert time.table is not None
    time.chart.setFocus()
    qtbot.keyClick(time.chart, Qt.Key.Key_End)
    assert time.chart.current == 11
    assert time.table.currentIndex().row() == 11
    assert time.chart.accessibleDescription() == "2026-11 · 2\n硬件故障 1\n软件问题 1\n本月未完"
    time.table.selectRow(10)
    assert time.chart.accessibleDescription() == "2026-10 · 1\n账户余额不足 1"


def test_what_the_terminal_did_not_cause_is_not_in_its_rate(page: InsightPage) -> None:
    model = chart(page, ModelTab).model
    assert [model.index(0, n).data() for n in range(5)] == [
        "新大陆 N910",
        "3",
        "2",
        "2",
        "100.0（台数少）",
    ]


def test_period_and_area_narrow_everything(
    page: InsightPage, settled: Settled, opened: Callable[[], QDialog]
) -> None:
    page.area_box.choose("昆山市")
    settled()
    assert "异常 1 条" in page._summary.text()
    page.area_box.choose("")
    page.period_box.setCurrentIndex(page.period_box.count() - 1)
    page.period_box.activated.emit(page.period_box.currentIndex())
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill({"first": "2026-11-30", "last": "2026-11-01"})
    dialog.submit()
    settled()
    assert dialog.form.widget("last").property("wrong") == "true"
    dialog.fill({"first": "2026年11月1日", "last": "2026/11/10"})
    dialog.submit()
    settled()
    assert page._summary.text().startswith("2026-11-01 至 2026-11-10 · 异常 1 条")
    assert chart(page, TimeTab).chart.amount() == 1
    page.refresh()
    settled()
    assert page._summary.text().startswith("2026-11-01 至 2026-11-10"), "kept when read again"


def test_every_tab_has_a_key_and_no_title_stands_twice(page: InsightPage) -> None:
    titles = [page.tabs.tabText(place) for place in range(page.tabs.count())]
    titles += [page.charts.box.itemText(place) for place in range(page.charts.box.count())]
    assert page.tabs.count() <= len(UserAction.SHOW_TAB.row.keys)
    assert sorted(set(titles)) == sorted(titles)


def test_the_numbers_of_each_tab_can_be_saved(
    page: InsightPage, settled: Settled, services: Services, tmp_path: Path
) -> None:
    make_technician(services)
    update = CampaignDraft(
        title="升级", kind=CampaignKind.FIRMWARE, due_on="2026-12-20", target="9.9.9"
    )
    services.campaigns.create(update, CampaignScope(model="N910"))
    page.refresh()
    settled()
    headers = []
    for shown in (*page.tabs.all, *page.charts.all):
        if isinstance(shown, ChartTab) and shown is not page.load_tab:
            chart(page, type(shown))
        else:
            page.tabs.setCurrentWidget(shown)
        settled()
        path = tmp_path / f"{len(headers)}.xlsx"
        page.export_to(path)
        settled()
        table = read_table(path)
        headers.append(table.header[0])
        assert table.rows, table.header
    assert headers[:6] == ["预警内容", "专项", "指标", "月份", "工程师", "厂商"]
    assert headers[6:] == ["月份", "区域", "区域", "厂商", "型号", "故障模式", "月份"]


def test_charts_are_saved_as_pictures(page: InsightPage, settled: Settled, tmp_path: Path) -> None:
    for kind in (TimeTab, AreaMonthsTab, FirmwareRatesTab, GrowthTab):
        chart(page, kind)
        settled()
        for suffix, begin in ((".png", b"\x89PNG"), (".svg", b"<?xml")):
            path = tmp_path / f"{kind.__name__}{suffix}"
            page.export_to(path)
            settled()
            assert path.read_bytes().startswith(begin)
            assert path.stat().st_size > 2_000


def test_window_command_line_and_paper_show_the_same_figures(
    page: InsightPage, settled: Settled, services: Services
) -> None:
    found = page.figures
    page.tabs.setCurrentWidget(found)
    settled()
    period = page.period()
    said = plain_report(services.figures.report(period))["figures"]
    assert isinstance(said, dict)
    request = Request(kind="month_pack", since=period.first, until=period.last)
    pack = _sheet(services, request)
    assert isinstance(pack, MonthPackSheet)
    printed = {one.kind: one for one in pack.figures}
    month = _sheet(services, replace(request, kind="monthly"))
    assert isinstance(month, MonthlySheet)
    assert [one.kind for one in month.measured] == list(PRINTED)
    assert all(one == printed[one.kind] for one in month.measured)
    assert (month.compared, month.before_since) == (pack.compared, pack.before_since)
    for line in found.lines():
        figure = line.figure
        spoken, paper = said[str(figure.kind)], printed[str(figure.kind)]
        assert (spoken["value"], spoken["n"]) == (figure.value, figure.n)
        assert (paper.value, paper.n, paper.low) == (figure.value, figure.n, figure.low)
    place = [line.figure.kind for line in found.lines()].index(FigureKind.ITEM_FAILURES)
    found.table.selectRow(place)
    settled()
    assert len(found.cases_model.rows()) == said["item_failures"]["n"] == 2
    found.by_box.setCurrentIndex(1)
    found.by_box.activated.emit(1)
    settled()
    assert [line.name for line in found.lines()] == ["全部", "新大陆 N910"]


def _sheet(services: Services, request: Request) -> object:
    (printed,) = services.reporting.documents(request)
    return printed.sheet


def test_a_period_without_incidents_says_so(
    page: InsightPage, settled: Settled, services: Services
) -> None:
    services.context.clock = lambda: datetime(2029, 1, 1, tzinfo=UTC)
    page.refresh()
    settled()
    assert not chart(page, TimeTab).chart.isVisible()


def test_charts_paint_whatever_they_are_given(page: InsightPage, qtbot: QtBot) -> None:
    from app.gui.toolkit.chart import ChartSeries, RankedBar, RankedBars, StackedBars, nice_top

    bars, ranked = StackedBars("x"), RankedBars("y")
    qtbot.addWidget(bars)
    qtbot.addWidget(ranked)
    for labels, series in (
        ((), ()),
        (("一月",), (ChartSeries("甲", 0, (0,)),)),
        (tuple(str(n) for n in range(120)), (ChartSeries("甲", 12, tuple(range(120))),)),
    ):
        bars.show_series(labels, series)
        bars.grab()
        qtbot.keyClick(bars, Qt.Key.Key_Right)
    for rows in ((), (RankedBar("甲", (), "—"),), (RankedBar("乙", ((1.0, 0), (2.0, 8)), "3"),)):
        ranked.show_rows(rows)
        ranked.grab()
    assert [nice_top(n) for n in (0, 3, 5, 543, 1000, 1001)] == [4, 4, 8, 600, 1000, 1200]


@pytest.mark.parametrize("months", [3, 12, 24])
def test_no_table_beside_a_chart_is_wider_than_its_place(
    page: InsightPage, settled: Settled, months: int
) -> None:
    """In the window of 1366 pixels, however long the period is."""
    page.period_box.setCurrentIndex(page.period_box.findData(months))
    page.refresh()
    page.tabs.setCurrentWidget(page.charts)
    settled()
    for place, one in enumerate(page.charts.all):
        page.charts.box.setCurrentIndex(place)
        settled()
        if one.table is not None:
            assert one.table.horizontalScrollBar().maximum() == 0, one.chart.accessibleName()


def test_a_row_of_a_month_marks_its_area(page: InsightPage, settled: Settled) -> None:
    tab = chart(page, AreaMonthsTab)
    settled()
    assert tab.table is not None
    assert tab.model.rowCount() == 2 * 12
    tab.table.selectRow(14)
    assert tab.chart.current == 1
    tab.chart.set_current(0)
    assert tab.table.currentIndex().row() == 0
