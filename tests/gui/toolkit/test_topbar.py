"""The bar above a page takes one line; filters give way, and say so where they narrow the list."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.gui.pages.incidents.page import IncidentsPage
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.topbar import FilterBox, SearchBox, TopBar
from app.services import Services
from app.settings import Settings
from tests.factories import make_incident, make_terminal
from tests.gui.conftest import Settled
from tests.gui.fitting import SCALES, room_at


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return replace(settings, language=getattr(request, "param", settings.language))


def bar_of(names: tuple[str, ...]) -> tuple[TopBar, list[FilterBox], QPushButton]:
    bar = TopBar("异常")
    boxes = [FilterBox(name, [("one", "甲"), ("two", "乙乙乙乙乙乙")]) for name in names]
    bar.add_left(SearchBox("编号"), *boxes)
    new = QPushButton("新建异常")
    bar.add_right(new)
    bar.show()
    return bar, boxes, new


def fit(bar: TopBar, width: int) -> None:
    bar.resize(width, bar.heightForWidth(width))
    QApplication.processEvents()
    bar.resize(width, bar.heightForWidth(width))
    QApplication.processEvents()


def test_filters_are_put_away_from_the_last_and_come_back(application: QApplication) -> None:
    bar, boxes, new = bar_of(("状态", "类别", "区域", "工程师", "固件"))
    seen = set()
    for width in [*range(1400, 480, -20), *range(480, 1400, 20)]:
        fit(bar, width)
        shown = [box for box in boxes if box.isVisible()]
        assert shown == boxes[: len(shown)], width
        assert bar._more.isVisible() == (len(shown) < len(boxes)), width
        lines = {one.geometry().center().y() // 20 for one in (new, *shown)}
        assert len(lines) == 1, width
        seen.add(len(shown))
    assert seen == set(range(6))
    bar.close()


def test_what_is_put_away_is_counted_where_it_narrows_and_shown_on_request(
    application: QApplication,
) -> None:
    bar, boxes, _new = bar_of(("状态", "类别", "区域", "工程师", "固件"))
    fit(bar, 800)
    away = [box for box in boxes if not box.isVisible()]
    assert 0 < len(away) < len(boxes)
    assert bar._more.text() == "更多筛选"
    asked: list[str] = []
    away[-1].chosen.connect(asked.append)
    away[-1].put("one")
    assert asked == []
    assert bar._more.text() == "更多筛选：已选 1 项"
    bar._more.setFocus()
    QTest.keyClick(bar._more, Qt.Key.Key_Space)
    fit(bar, 800)
    assert all(box.isVisible() for box in boxes)
    away[-1].choose("")
    assert asked == [""]
    assert bar._more.text() == "更多筛选"
    bar._more.click()
    fit(bar, 800)
    assert [box for box in boxes if not box.isVisible()] == away
    fit(bar, 520)
    assert bar._more.text() == "筛选"
    bar.close()


@pytest.mark.parametrize("settings", ["zh", "en"], indirect=True)
@pytest.mark.parametrize("scale", SCALES)
def test_the_incidents_page_keeps_one_bar_and_the_name_of_its_merchant(
    window: MainWindow, services: Services, settled: Settled, scale: float
) -> None:
    make_incident(services, make_terminal(services), displayed_code="A0", symptom="")
    window.resize(*room_at(scale))
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    tools = [one for one in (page._search, page._states, page._firmware) if one.isVisible()]
    assert len({one.geometry().center().y() // 20 for one in tools}) == 1
    assert page.topbar.height() < 2 * page._search.height()
    title = page.detail._title
    whole = title.fontMetrics().horizontalAdvance(title.text())
    assert title.width() >= min(whole, title._least)
