"""Today: what is urgent first, and every figure leads to its list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.domain.people.roles import Role
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.today.page import TodayPage
from app.gui.shell.main_window import MainWindow
from app.services import Services
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled


@pytest.fixture
def page(window: MainWindow, settled: Settled) -> TodayPage:
    found = window.show_page("today")
    assert isinstance(found, TodayPage)
    settled()
    return found


def numbers(page: TodayPage) -> list[str]:
    model = page._model
    return [model.index(row, 0).data().split(" ")[0] for row in range(model.rowCount())]


def test_the_most_urgent_comes_first_and_only_mine_until_asked(
    page: TodayPage, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    make_technician(services)
    other = make_technician(services, "T02", name="李工")
    slow = make_incident(services, impact="trading", urgency="low")
    fast = make_incident(services, impact="stopped", urgency="high")
    for key in (slow, fast):
        services.incidents.start(key)
    services.incidents.assign(make_incident(services), other)
    settled()
    assert numbers(page) == ["L7-000002", "L7-000001"]
    qtbot.mouseClick(page._whose, Qt.MouseButton.LeftButton)
    settled()
    assert sorted(numbers(page)) == ["L7-000001", "L7-000002", "L7-000003"]


def test_figures_count_and_lead_to_their_list(
    window: MainWindow,
    page: TodayPage,
    settled: Settled,
    services: Services,
    clock: FrozenClock,
    qtbot: QtBot,
) -> None:
    make_technician(services)
    key = make_incident(services)
    services.incidents.start(key)
    clock.forward(days=30)
    page.refresh()
    settled()
    shown = {name: figure.accessibleName() for name, figure in page._figures.items()}
    assert "1" in shown["open"], shown
    assert "1" in shown["overdue"]
    assert "0" in shown["on_hold"]
    figure = page._figures["open"]
    figure.setFocus()
    qtbot.keyClick(figure, Qt.Key.Key_Return)
    settled()
    assert window.current == "incidents"
    incidents = window.show_page("incidents")
    assert isinstance(incidents, IncidentsPage)
    settled()
    assert incidents._model.rowCount() == 1


def test_warnings_are_counted_and_lead_to_where_they_are_seen_to(
    window: MainWindow,
    page: TodayPage,
    settled: Settled,
    services: Services,
    clock: FrozenClock,
    qtbot: QtBot,
) -> None:
    make_incident(services, make_terminal(services, warranty_until="2026-12-20"))
    clock.forward(days=20)
    page.refresh()
    settled()
    amount = len(services.insight.warnings())
    qtbot.waitUntil(lambda: page._warnings.accessibleName().endswith(f" {amount}"))
    assert amount == 2
    page._warnings.setFocus()
    qtbot.keyClick(page._warnings, Qt.Key.Key_Return)
    settled()
    assert window.current == "insight"


def test_a_row_opens_its_incident(
    window: MainWindow, page: TodayPage, settled: Settled, services: Services
) -> None:
    make_technician(services)
    key = make_incident(services)
    services.incidents.start(key)
    settled()
    page._table.opened.emit(page._model.value(0))
    settled()
    incidents = window.show_page("incidents")
    assert isinstance(incidents, IncidentsPage)
    assert incidents.detail.view is not None
    assert incidents.detail.view.incident.id == key


def test_an_empty_day_says_what_to_do_next(
    window: MainWindow, page: TodayPage, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    assert "先把终端台账导进来" in shown(page)
    make_terminal(services)
    make_technician(services)
    page.refresh()
    settled()
    assert "没有待您处理的异常" in shown(page)
    services.incidents.start(make_incident(services))
    settled()
    qtbot.mouseClick(page._whose, Qt.MouseButton.LeftButton)
    settled()
    assert page.listed.currentWidget() is page._table


def shown(page: TodayPage) -> str:
    return " ".join(one.text() for one in page.listed.currentWidget().findChildren(QLabel))


@pytest.mark.parametrize(
    ("role", "begins"),
    [
        (Role.TECHNICIAN, "我的异常"),
        (Role.LEAD, "我的异常"),
        (Role.MANAGER, "全部未解决异常"),
        (Role.ADMINISTRATOR, "全部未解决异常"),
    ],
)
def test_who_hands_out_the_work_begins_with_everybodys(
    page: TodayPage, settled: Settled, services: Services, role: Role, begins: str
) -> None:
    make_technician(services, "T01", role=role)
    make_incident(services)
    settled()
    page.refresh()
    settled()
    assert page._heading.text().startswith(begins)
    page._whose.click()
    settled()
    assert not page._heading.text().startswith(begins), "and may choose"
