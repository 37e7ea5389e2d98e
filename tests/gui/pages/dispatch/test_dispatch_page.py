"""The dispatch board: work is dragged or given by keyboard, with doubts said beside the drop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.dispatch.board import BoardItem
from app.gui.pages.dispatch.assign_dialog import AssignDialog
from app.gui.pages.dispatch.page import DispatchMode, DispatchPage
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.day_grid import MIME
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from tests.factories import make_incident, make_technician
from tests.gui.conftest import Settled
from tests.maintenance import TODAY

TOMORROW = TODAY + timedelta(days=1)
Opened = Callable[[], QDialog]


@pytest.fixture
def wang(services: Services) -> str:
    return make_technician(services, "T02", name="王师傅", areas=("浦东新区",))


@pytest.fixture
def incident(services: Services, wang: str) -> str:
    return make_incident(services)


@pytest.fixture
def page(window: MainWindow, settled: Settled, incident: str) -> DispatchPage:
    found = window.show_page("dispatch")
    assert isinstance(found, DispatchPage)
    settled()
    return found


def item_of(services: Services, key: str) -> BoardItem:
    board = services.dispatching.board(TODAY, TODAY + timedelta(days=6))
    return next(item for item in board.items if item.id == key)


def drop_at(target: QWidget, point: QPoint, key: str) -> None:
    """What a mouse that carries the work lets go of there."""
    data = QMimeData()
    data.setData(MIME, key.encode())
    action, button = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    for event in (
        QDragEnterEvent(point, action, data, button, keys),
        QDragMoveEvent(point, action, data, button, keys),
        QDropEvent(QPointF(point), action, data, button, keys),
    ):
        QApplication.sendEvent(target, event)


def drop_on(page: DispatchPage, key: str, who: str, day: date) -> None:
    place = page.grid.model_.place_of(day, who)
    assert place is not None, "the day is not in sight"
    rect = page.grid.visualRect(page.grid.model_.index(*place))
    drop_at(page.grid.viewport(), rect.center(), key)


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_work_dropped_on_a_day_is_the_technicians(
    page: DispatchPage, services: Services, settled: Settled, wang: str, incident: str
) -> None:
    assert page.pool.model().rowCount() == 1

    drop_on(page, incident, wang, TOMORROW)
    settled()

    given = item_of(services, incident)
    assert (given.technician_id, given.day, given.is_new) == (wang, TOMORROW, True)
    assert page.pool.model().rowCount() == 0
    place = page.grid.model_.place_of(TOMORROW, wang)
    assert place is not None
    cell = page.grid.model_.cell(*place)
    assert [chip.ids for chip in cell.chips] == [(incident,)]
    assert "新派" in cell.spoken
    assert "王师傅" in cell.spoken


def test_what_speaks_against_a_drop_is_said_and_can_be_overruled(
    page: DispatchPage,
    services: Services,
    settled: Settled,
    opened: Opened,
    incident: str,
    wang: str,
) -> None:
    liu = make_technician(services, "T03", name="刘师傅", areas=("昆山",))
    settled()

    drop_on(page, incident, liu, TOMORROW)
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    assert "昆山" in texts(dialog)
    dialog.submit()
    settled()
    assert dialog.isVisible(), "refused without a reason"
    assert item_of(services, incident).technician_id == ""
    dialog.fill({"overruling": "王师傅在培训"})
    dialog.submit()
    settled()

    given = item_of(services, incident)
    assert given.technician_id == liu
    assert given.dispatch is not None
    assert given.dispatch.overruling == "王师傅在培训"


def test_work_dropped_on_the_pool_is_taken_back(
    page: DispatchPage, services: Services, settled: Settled, wang: str, incident: str
) -> None:
    drop_on(page, incident, wang, TODAY)
    settled()

    drop_at(page.pool.viewport(), QPoint(40, 20), incident)
    settled()

    assert item_of(services, incident).technician_id == ""
    assert page.pool.model().rowCount() == 1


def test_the_same_by_keyboard(
    page: DispatchPage,
    services: Services,
    settled: Settled,
    opened: Opened,
    qtbot: QtBot,
    wang: str,
    incident: str,
) -> None:
    make_technician(services, "T03", name="刘师傅", areas=("昆山",))
    settled()
    page.grid.choose(TOMORROW, wang)
    page.pool.setFocus()
    qtbot.keyClick(page.pool, Qt.Key.Key_Down)
    qtbot.keyClick(page.pool, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    dialog = opened()
    assert isinstance(dialog, AssignDialog)
    names = [dialog.table.model().index(row, 0).data() for row in range(2)]
    assert names == ["王师傅", "刘师傅"]
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    settled()
    assert item_of(services, incident).technician_id == wang

    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    assert page.of_cell.current().id == incident
    # Offscreen no window becomes active when a dialog closes.
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page.of_cell, Qt.Key.Key_G, both)
    settled()
    assert item_of(services, incident).technician_id == ""


def test_work_stays_chosen_while_a_day_is_looked_for(
    page: DispatchPage,
    services: Services,
    settled: Settled,
    opened: Opened,
    wang: str,
    incident: str,
) -> None:
    other = make_incident(services)
    services.dispatching.dispatch(item_of(services, other), wang, TODAY)
    settled()
    page.grid.choose(TODAY, wang)
    page.of_cell.select_first()
    assert page._chosen is not None
    assert page._chosen.id == other
    page.pool.select_first()
    page.grid.choose(TOMORROW, wang)
    page.refresh()
    settled()

    page.ask()
    dialog = opened()
    assert isinstance(dialog, AssignDialog)
    assert dialog.form.content()["planned_on"] == TOMORROW.isoformat()
    dialog.submit()
    settled()

    given = item_of(services, incident)
    assert (given.technician_id, given.day) == (wang, TOMORROW)


def test_refused_work_stands_first_with_its_reason(
    page: DispatchPage, services: Services, settled: Settled, wang: str, incident: str
) -> None:
    make_incident(services)
    services.dispatching.dispatch(item_of(services, incident), wang, TODAY)
    actor, services.context.actor = services.context.actor, "T02"
    services.dispatching.refuse(item_of(services, incident), "车坏了")
    services.context.actor = actor
    settled()

    page.pool.select_first()

    assert page.pool.current().id == incident
    assert "已拒" in page.pool.model().index(0, 2).data()
    assert "车坏了" in texts(page)


def test_leave_and_overload_are_words_not_only_colours(
    page: DispatchPage, services: Services, settled: Settled, wang: str, incident: str
) -> None:
    short = make_technician(services, "T04", name="陈师傅", capacity_minutes=30)
    services.leave.enter(services.leave.preview(wang, TOMORROW, TOMORROW), "年假", {})
    services.dispatching.dispatch(item_of(services, incident), short, TOMORROW, "急")
    settled()

    def cell(who: str, day: date) -> str:
        place = page.grid.model_.place_of(day, who)
        assert place is not None
        return page.grid.model_.cell(*place).spoken

    assert "请假" in cell(wang, TOMORROW)
    assert "超负荷" in cell(short, TOMORROW)
    assert "/30" in cell(short, TOMORROW)


def test_a_day_or_a_week_is_in_sight(page: DispatchPage, settled: Settled) -> None:
    assert page.grid.model_.columnCount() == 5, "nobody works at the weekend"
    page._narrow(mode=DispatchMode.DAY)
    settled()
    assert page.grid.model_.columnCount() == 1
    page.step(1)
    settled()
    assert page.view is not None
    assert page.view.board.first == TOMORROW


def test_a_card_says_where_first_and_a_day_off_says_so(
    page: DispatchPage, services: Services, settled: Settled, wang: str, incident: str
) -> None:
    merchant = item_of(services, incident).title
    drop_on(page, incident, wang, TOMORROW)
    settled()
    place = page.grid.model_.place_of(TOMORROW, wang)
    assert place is not None
    (chip,) = page.grid.model_.cell(*place).chips
    assert chip.badge.text.startswith(f"{merchant} · 浦东新区")
    assert (chip.badge.icon, "新派" in chip.badge.text) == ("bell", True)

    # Sunday is not in sight while nobody works and nothing is planned; with one's work it is.
    sunday = TODAY + timedelta(days=6)
    item = item_of(services, incident)
    services.dispatching.dispatch(item, wang, sunday, "他愿意来")
    settled()
    place = page.grid.model_.place_of(sunday, wang)
    assert place is not None
    assert page.grid.model_.cell(*place).note.startswith("休息 · ")
    other = make_technician(services, "T03", name="刘师傅")
    settled()
    place = page.grid.model_.place_of(sunday, other)
    assert place is not None
    assert page.grid.model_.cell(*place).note == "休息"


def test_for_a_day_nobody_works_the_next_one_is_proposed(
    page: DispatchPage, services: Services, settled: Settled, opened: Opened, incident: str
) -> None:
    page.pool.select_first()
    page.ask()
    dialog = opened()
    assert isinstance(dialog, AssignDialog)
    assert not dialog._nobody_works.isVisible()
    sunday = TODAY + timedelta(days=6)
    dialog.fill({"planned_on": sunday.isoformat()})
    dialog._ask_again()
    settled()
    assert dialog._nobody_works.isVisible()
    assert "2026-11-30 周一" in texts(dialog)
    dialog._on_take()
    settled()
    assert not dialog._nobody_works.isVisible()
    assert dialog.form.content()["planned_on"] == "2026-11-30"
    dialog.reject()
