"""Keys always go to something: on every page, in every tab, in every dialog and after it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QDialog, QWidget

from app.domain.incidents.lifecycle import Action
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.landing import can_land
from app.services import Services
from tests.factories import make_incident, make_technician
from tests.gui.conftest import Settled


def focus_in(scope: QWidget) -> QWidget:
    scope.window().activateWindow()  # which a window manager does when a dialog closes
    QApplication.processEvents()
    focus = QApplication.focusWidget()
    assert focus is not None, "keys go to nothing"
    assert focus is not scope, "keys go to the page, which does nothing with them"
    assert scope.isAncestorOf(focus), f"keys go elsewhere: {focus}"
    return focus


def test_every_page_gives_the_keyboard_to_its_list_or_first_field(
    window: MainWindow, services: Services, settled: Settled
) -> None:
    make_technician(services)
    make_incident(services)
    window.activateWindow()
    settled()
    for place, spec in enumerate(PAGES):
        QTest.keyClick(window, Qt.Key(Qt.Key.Key_1 + place), Qt.KeyboardModifier.ControlModifier)
        settled()
        focus = focus_in(window._pages[spec.id])
        assert can_land(focus), spec.id
        if spec.id in {"incidents", "terminals"}:
            assert isinstance(focus, QAbstractItemView), spec.id


def test_every_tab_is_reached_by_its_key_and_takes_the_keyboard(
    window: MainWindow, services: Services, settled: Settled
) -> None:
    make_incident(services)
    window.activateWindow()
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    tabs = page.detail.tabs
    for place in range(tabs.count()):
        key = Qt.Key(Qt.Key.Key_1 + place)
        QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
        settled()
        assert tabs.currentIndex() == place
        assert tabs.tabToolTip(place) == f"Alt+{place + 1}"
        focus_in(page)


def test_every_dialog_of_an_incident_begins_in_it_and_leads_to_the_next_step(
    window: MainWindow, services: Services, settled: Settled, opened: Callable[[], QDialog]
) -> None:
    make_technician(services)
    key = make_incident(services)
    services.incidents.start(key)
    window.activateWindow()
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    for action in services.incidents.get(key).actions:
        if action is Action.SWAP:
            continue  # a part of the resolution
        page.steps.take(action)
        dialog = opened()
        assert isinstance(dialog, DraftDialog), action
        assert not isinstance(focus_in(dialog), QAbstractButton) or action is Action.RESOLVE
        dialog.reject()
        settled()
        focus_in(page)
    page.steps.take(Action.EDIT)
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill({"symptom": "打印空白"})
    dialog.submit()
    settled()
    assert focus_in(page) is page.detail.primary


def test_a_list_that_takes_the_keyboard_chooses_no_row_by_itself(
    window: MainWindow, services: Services, settled: Settled
) -> None:
    make_technician(services)
    make_incident(services)
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page._table.choose_none()
    window._pages["incidents"].topbar.setFocus()
    page.land()
    assert page._table.current() is None
    QTest.keyClick(page._table, Qt.Key.Key_Down)
    assert page._table.current() is not None


def test_an_answer_leaves_the_keys_to_what_is_asked_or_done_next(
    window: MainWindow, services: Services, settled: Settled
) -> None:
    make_technician(services)
    key = make_incident(services, displayed_code="", symptom="打印机卡纸，另外网也连不上")
    window.activateWindow()
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    page.show_incident(key)
    settled()
    panel = page.diagnosis.panel
    page.detail.tabs.setCurrentWidget(page.diagnosis)
    panel.begin()
    asked = []
    while panel.question.question is not None and panel.question.isVisible():
        asked.append(panel.question.question.id)
        focus = focus_in(panel)
        assert focus is panel.landing(), asked
        assert isinstance(focus, QAbstractButton)
        focus.click()
        settled()
    assert len(asked) > 1
    focus_in(panel)


def test_what_vanishes_with_the_keys_leaves_them_on_its_page(
    window: MainWindow, services: Services, settled: Settled
) -> None:
    make_incident(services)
    window.activateWindow()
    settled()
    for spec in PAGES:
        page = window.show_page(spec.id)
        settled()
        for one in page.findChildren(QWidget):
            if can_land(one) and isinstance(one, QAbstractButton):
                one.setFocus()
                one.hide()
                QApplication.processEvents()
                focus_in(page)
                break
        else:
            raise AssertionError(f"{spec.id} has no button")
