"""Who was handed work sees it on Today, is told of it anywhere, and answers it by key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.domain.dispatch.dispatches import DispatchState
from app.gui.pages.dispatch.page import DispatchPage
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.today.page import TodayPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext, Note
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from tests.factories import make_incident, make_technician
from tests.gui.conftest import Settled
from tests.maintenance import TODAY

Opened = Callable[[], QDialog]


def hand_out(services: Services, key: str, who: str) -> None:
    """As the lead would, at another seat of the same database."""
    actor, services.context.actor = services.context.actor, "T09"
    services.dispatching.dispatch(
        next(item for item in services.dispatching.board(TODAY, TODAY).pool if item.id == key),
        who,
        TODAY + timedelta(days=1),
        "他熟悉",
    )
    services.context.actor = actor


def standing(services: Services, key: str) -> tuple[str, DispatchState | None]:
    board = services.dispatching.board(TODAY, TODAY + timedelta(days=6))
    item = next(item for item in board.items if item.id == key)
    return item.technician_id, item.dispatch.state if item.dispatch else None


@pytest.fixture
def page(window: MainWindow, settled: Settled, services: Services) -> TodayPage:
    make_technician(services, "T09", name="李组长", fieldwork=False)
    found = window.show_page("today")
    assert isinstance(found, TodayPage)
    settled()
    return found


def test_new_work_is_marked_seen_and_accepted_by_key(
    page: TodayPage, services: Services, settled: Settled, qtbot: QtBot
) -> None:
    me, key = make_technician(services), make_incident(services)
    settled()
    assert page.new_work.isHidden()
    hand_out(services, key, me)
    settled()

    qtbot.waitUntil(page.new_work.isVisible)
    assert "新派" in page.new_work.model.index(0, 0).data()
    assert "新派" in page._model.index(0, 0).data()
    qtbot.waitUntil(lambda: standing(services, key) == (me, DispatchState.SEEN))
    qtbot.keyClick(page, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    settled()

    assert standing(services, key) == (me, DispatchState.ACCEPTED)
    qtbot.waitUntil(page.new_work.isHidden)
    # The list is read again after the box was.
    qtbot.waitUntil(lambda: "新派" not in page._model.index(0, 0).data())


def test_work_is_refused_with_a_reason_by_key(
    page: TodayPage, services: Services, settled: Settled, opened: Opened, qtbot: QtBot
) -> None:
    me, key = make_technician(services), make_incident(services)
    hand_out(services, key, me)
    qtbot.waitUntil(page.new_work.isVisible)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page, Qt.Key.Key_Y, modifiers)
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.submit()
    settled()
    assert dialog.isVisible(), "refused without a reason"
    dialog.fill({"reason": "在外地"})
    dialog.submit()
    settled()

    assert standing(services, key) == ("", DispatchState.REFUSED)


def test_new_work_is_told_once_on_whatever_page(
    window: MainWindow,
    page: TodayPage,
    context: AppContext,
    services: Services,
    settled: Settled,
    qtbot: QtBot,
) -> None:
    me, key = make_technician(services), make_incident(services)
    window.show_page("terminals")
    settled()
    told: list[Note] = []
    context.noted.connect(told.append)
    with qtbot.waitSignal(context.noted):
        hand_out(services, key, me)
    make_incident(services)
    settled()

    assert [note.text for note in told] == ["有 1 项新派给您的工作"]
    assert told[0].clicked is not None
    told[0].clicked()
    settled()
    assert window.current == "today"


def test_new_work_is_answered_where_it_is_looked_at(
    window: MainWindow,
    services: Services,
    settled: Settled,
    opened: Opened,
    qtbot: QtBot,
) -> None:
    make_technician(services, "T09", name="李组长", fieldwork=False)
    me, first, second = make_technician(services), make_incident(services), make_incident(services)
    found = window.show_page("incidents")
    assert isinstance(found, IncidentsPage)
    settled()
    for key in (first, second):
        hand_out(services, key, me)
    found.show_incident(first)
    settled()

    qtbot.waitUntil(found.answer.isVisible)
    assert "李组长 T09 新派给您" in found.answer._text.text()
    assert standing(services, first) == (me, DispatchState.SEEN)
    qtbot.keyClick(found, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    settled()
    assert standing(services, first) == (me, DispatchState.ACCEPTED)
    qtbot.waitUntil(found.answer.isHidden)

    found.show_incident(second)
    qtbot.waitUntil(found.answer.isVisible)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(found, Qt.Key.Key_Y, modifiers)
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill({"reason": "在外地"})
    dialog.submit()
    settled()
    assert standing(services, second) == ("", DispatchState.REFUSED)
    assert found.answer.isHidden()

    # Whoever hands out the work sees it at once, first among what waits.
    board = window.show_page("dispatch")
    assert isinstance(board, DispatchPage)
    settled()
    refused = board._pool_model.value(0)
    assert (refused.id, refused.refused.refusal) == (second, "在外地")
    board.pool.select_first()
    assert "在外地" in board._about.text()
