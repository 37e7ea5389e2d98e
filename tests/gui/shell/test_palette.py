"""The palette finds by keyboard alone, does what was chosen, and answers only the last question."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from app.gui.actions import UserAction
from app.gui.pages.incidents.incident_editor import IncidentEditor
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.terminals.page import TerminalsPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.palette import Palette
from app.gui.shell.palette_entries import PaletteEntry
from app.gui.toolkit.action_buttons import bound
from app.services import Services
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled


@pytest.fixture
def palette(window: MainWindow, services: Services, settled: Settled) -> Palette:
    """Open over Today, with a shop, its terminal and a withdrawn incident."""
    make_technician(services)
    terminal = make_terminal(services, tid="50000412", merchant_name="银杏便利店")
    services.incidents.cancel(make_incident(services, terminal), "打错了")
    settled()
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    settled()
    (opened,) = window.findChildren(Palette)
    return opened


def entries(palette: Palette) -> list[PaletteEntry]:
    found = (palette._entry(place) for place in range(palette.list.count()))
    return [entry for entry in found if entry is not None]


def type_(palette: Palette, settled: Settled, text: str) -> list[PaletteEntry]:
    palette.box.insert(text)  # as an input method does
    settled()
    return entries(palette)


def test_nothing_typed_shows_what_can_be_done_here_with_its_keys(palette: Palette) -> None:
    shown = {entry.wanted: entry.keys for entry in entries(palette)}
    assert shown[UserAction.NEW_INCIDENT] == "Ctrl+N"
    assert UserAction.SWAP not in shown, "an action of another page"


def test_a_finished_incident_is_opened_by_its_number(
    palette: Palette, window: MainWindow, settled: Settled
) -> None:
    first = type_(palette, settled, "L7-000001")[0]
    assert first.badge is not None
    assert first.badge.text == "已取消"
    QTest.keyClick(palette.box, Qt.Key.Key_Return)
    settled()
    page = window._pages["incidents"]
    assert isinstance(page, IncidentsPage)
    assert page.detail.view is not None
    assert page.detail.view.incident.number == "L7-000001"


def test_enter_right_after_typing_takes_what_was_typed(
    palette: Palette, window: MainWindow, settled: Settled
) -> None:
    """A scanner does not wait for the answer."""
    QTest.keyClicks(palette.box, "50000412")
    QTest.keyClick(palette.box, Qt.Key.Key_Return)
    settled()
    page = window._pages["terminals"]
    assert isinstance(page, TerminalsPage)
    assert page.detail.view is not None
    assert page.detail.view.terminal.tid == "50000412"


def test_only_the_answer_to_the_last_question_is_shown(palette: Palette, settled: Settled) -> None:
    for typed in ("5", "50", "5000", "换机"):
        palette.box.setText(typed)
        palette._ask()
    settled()
    assert palette._shown_for == "换机"
    assert entries(palette)[0].wanted is UserAction.SWAP


def test_arrows_pass_over_headings(palette: Palette, settled: Settled) -> None:
    found = type_(palette, settled, "银杏")
    assert len({entry.group for entry in found}) > 1
    seen = [palette._current()]
    for _step in found[1:]:
        QTest.keyClick(palette.box, Qt.Key.Key_Down)
        seen.append(palette._current())
    assert seen == found
    QTest.keyClick(palette.box, Qt.Key.Key_PageUp)
    assert palette._current() == found[0]


def test_an_action_of_another_page_is_done_there(
    palette: Palette, window: MainWindow, settled: Settled
) -> None:
    type_(palette, settled, "换机")
    QTest.keyClick(palette.box, Qt.Key.Key_Return)
    settled()
    assert window.current == "terminals"
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    assert "50000412" in dialog.windowTitle() or "换机" in dialog.windowTitle()
    dialog.close()


def test_a_code_begins_a_report_with_it(palette: Palette, settled: Settled) -> None:
    first = type_(palette, settled, "51")[0]
    assert first.title == "51"
    QTest.keyClick(palette.box, Qt.Key.Key_Return)
    settled()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, IncidentEditor)
    assert dialog.form.value("displayed_code") == "51"
    dialog.close()


def test_what_is_not_possible_now_is_said(
    window: MainWindow, services: Services, settled: Settled
) -> None:
    told: list[str] = []
    window.context.noted.connect(lambda note: told.append(note.text))
    window.finder.perform(UserAction.REOPEN)
    settled()
    QTest.qWait(600)
    assert told == ["现在不能“重新打开”。"]


def test_every_action_of_the_palette_is_bound_on_the_page_it_leads_to(
    window: MainWindow, services: Services, settled: Settled
) -> None:
    """Or in what is chosen there: a visit, its checklist, somebody's new work, an operation."""
    make_technician(services)
    make_incident(services)
    services.plans.install_pack()
    chosen_first = {"Visit", "Checklist", "New work", "Audit trail", "In date fields"}
    for action in UserAction:
        row = action.row
        if not row.in_palette or not row.place.pages or row.place.title in chosen_first:
            continue
        page = window.show_page(row.place.pages[0])
        assert page is not None
        page.reach(action)
        settled_once(settled, row.place.pages[0])
        assert any(one is action for one, _bound in bound(page)), action.name


_seen: set[str] = set()


def settled_once(settled: Settled, page: str) -> None:
    if page not in _seen:
        _seen.add(page)
        settled()
