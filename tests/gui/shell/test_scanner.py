"""A scanner opens the terminal from any page and presses nothing on its way; a person's keys and
text fields are left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from app.gui.pages.incidents.diagnosis_panel import ToldEntry
from app.gui.pages.incidents.incident_editor import IncidentEditor
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.terminals.page import TerminalsPage
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.shell.page import Note
from app.gui.shell.scanner import WAIT, ScannerWatch, searches, takes_text
from app.gui.toolkit.key_burst import GAP, LEAST, KeyBurst
from app.services import Services
from tests.factories import make_incident, make_terminal
from tests.gui.conftest import Settled

TID = "50000412"

gaps = st.integers(min_value=0, max_value=3 * GAP)
typing = st.lists(st.tuples(st.sampled_from("A5yn7"), gaps), max_size=30)


@given(typing, gaps)
def test_whatever_the_timing_no_key_is_lost_swapped_or_done_twice(
    keys: list[tuple[str, int]], before_enter: int
) -> None:
    burst: KeyBurst[str] = KeyBurst()
    at, typed = 0, []
    for text, gap in keys:
        at += gap
        typed += burst.press(text, text, at)
    scanned = burst.enter(at + before_enter)
    if not scanned:
        typed += burst.release()
    assert "".join(typed) + scanned == "".join(text for text, _gap in keys)
    # A scan is the run of quick keys that ends with Enter, and only when it is long enough.
    run = 0
    for _text, gap in keys:
        run = run + 1 if run and gap <= GAP else 1
    quick = run >= LEAST and before_enter <= GAP
    assert scanned == ("".join(text for text, _gap in keys)[len(keys) - run :] if quick else "")


@given(st.lists(st.integers(min_value=GAP + 1, max_value=10 * GAP), min_size=1, max_size=30))
def test_a_person_never_scans(pauses: list[int]) -> None:
    burst: KeyBurst[str] = KeyBurst()
    at = 0
    for pause in pauses:
        at += pause
        burst.press("5", "5", at)
    assert burst.enter(at + pauses[0]) == ""


@given(
    st.lists(st.integers(min_value=0, max_value=GAP), min_size=LEAST - 1, max_size=30), st.data()
)
def test_keys_let_go_meanwhile_belong_to_the_scan_all_the_same(
    quick: list[int], data: st.DataObject
) -> None:
    """A busy window: what is held was let go before the rest came, and the moments decide."""
    burst: KeyBurst[str] = KeyBurst()
    at, typed, text = 0, [], ""
    for gap in [0, *quick]:
        at += gap
        text += "57A"[at % 3]
        typed += burst.press(text[-1], text[-1], at)
        if data.draw(st.booleans()):
            typed += burst.release()
    assert "".join(typed) == text[: len(typed)]
    assert burst.enter(at) == text


def scan(text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    """As a scanner types into whatever has the focus."""
    for character in text:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, character)
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, end)


@pytest.fixture
def terminal(services: Services) -> str:
    make_incident(services, make_terminal(services, tid=TID), displayed_code="", symptom="机器坏了")
    return TID


def test_a_scan_on_every_page_opens_the_terminal(
    window: MainWindow, terminal: str, settled: Settled
) -> None:
    window.activateWindow()
    for spec in PAGES:
        page = window.show_page(spec.id)
        assert page is not None
        settled()
        window.activateWindow()
        QApplication.processEvents()
        focus = QApplication.focusWidget()
        if focus is None or takes_text(focus):
            page.setFocus()
        scan(TID)
        settled()
        shown = window._pages["terminals"]
        assert isinstance(shown, TerminalsPage)
        assert window.current == "terminals", spec.id
        assert shown.detail.view is not None
        assert shown.detail.view.terminal.tid == TID
        shown.detail.view = None


def test_digits_of_a_scan_tick_no_check_and_a_person_s_do(
    window: MainWindow, services: Services, terminal: str, settled: Settled
) -> None:
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.setFocus()
    assert page.diagnosis.consultation is not None
    before = page.diagnosis.consultation.session
    scan("123456")
    settled()
    assert page.diagnosis.consultation.session == before
    window.show_page("incidents")
    settled()
    page.setFocus()
    QTest.keyClick(page, "u")
    settled()
    assert page.diagnosis.consultation.session != before, "don't know was answered"


def test_inside_a_field_it_stays_text(window: MainWindow, terminal: str, settled: Settled) -> None:
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    (entry,) = page.findChildren(ToldEntry)
    entry.setFocus()
    for character in TID:
        QTest.keyClick(entry, character)
    settled()
    assert entry.text() == TID
    assert window.current == "incidents"


def test_a_scan_in_a_search_field_opens_the_terminal_and_leaves_the_search_as_it_was(
    window: MainWindow, terminal: str, settled: Settled
) -> None:
    window.activateWindow()
    fields = 0
    for spec in PAGES:
        page = window.show_page(spec.id)
        assert page is not None
        settled()
        window.activateWindow()
        for field in page.findChildren(QLineEdit):
            if not searches(field) or not field.isVisible():
                continue
            field.setFocus()
            field.setText("")
            QTest.keyClick(field, "a")
            QTest.qWait(2 * GAP)
            scan(TID)
            settled()
            assert window.current == "terminals", spec.id
            assert field.text() == "a", spec.id
            field.setText("")
            fields += 1
            window.show_page(spec.id)
            settled()
    assert fields > 4


def test_what_is_typed_fast_into_a_search_field_is_there_once(
    window: MainWindow, terminal: str, settled: Settled
) -> None:
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page._search.setFocus()
    scan("UNKNOWN777")
    settled()
    page.setFocus()
    settled()
    assert page._search.text() == "UNKNOWN777"
    assert window.current == "incidents"


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
def test_a_scanner_may_end_with_any_of_the_usual_keys(
    window: MainWindow, terminal: str, settled: Settled, end: Qt.Key
) -> None:
    page = window.show_page("today")
    assert page is not None
    settled()
    window.activateWindow()
    page.setFocus()
    scan(TID, end)
    settled()
    assert window.current == "terminals"


def scan_by_events(text: str, *ends: QKeyEvent) -> None:
    """As a keyboard does it: Shift is pressed before each capital letter."""
    for character in text:
        target = QApplication.focusWidget()
        assert target is not None
        if character.isupper():
            QTest.keyPress(target, Qt.Key.Key_Shift)
            QTest.keyClick(target, character, Qt.KeyboardModifier.ShiftModifier)
            QTest.keyRelease(target, Qt.Key.Key_Shift)
        else:
            QTest.keyClick(target, character)
    for end in ends:
        target = QApplication.focusWidget()
        assert target is not None
        QApplication.sendEvent(target, end)


def ends_with(key: Qt.Key, text: str, *held: Qt.Key) -> list[QKeyEvent]:
    """A key that ends a scan, with Ctrl when that is `held`; first what asks shortcuts."""
    ctrl = Qt.KeyboardModifier.ControlModifier if held else Qt.KeyboardModifier.NoModifier
    asked = QEvent.Type.ShortcutOverride
    return [
        *(QKeyEvent(QEvent.Type.KeyPress, one, ctrl & ~ctrl) for one in held),
        QKeyEvent(asked, key, ctrl, text),
        QKeyEvent(QEvent.Type.KeyPress, key, ctrl, text),
    ]


ENDS = {
    "return": (Qt.Key.Key_Return, "\r"),
    "line feed": (Qt.Key.Key_unknown, "\n"),
    "line feed as Ctrl+J": (Qt.Key.Key_J, "\n", Qt.Key.Key_Control),
    "return as Ctrl+M": (Qt.Key.Key_M, "\r", Qt.Key.Key_Control),
}


@pytest.mark.parametrize("in_search", [False, True], ids=["page", "search"])
@pytest.mark.parametrize("end", list(ENDS))
def test_capital_letters_and_line_feeds_of_a_scanner(
    window: MainWindow, services: Services, settled: Settled, end: str, in_search: bool
) -> None:
    make_terminal(services, tid="50000412", serial="NQX7A000412")
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    window.activateWindow()
    page._search.setFocus() if in_search else page.setFocus()
    events = ends_with(*ENDS[end])
    scan_by_events("NQX7A000412", *events)
    settled()
    assert window.current == "terminals"
    assert page._search.text() == ""
    # No shortcut of the same keys comes first.
    assert events[-2].isAccepted()


def test_a_busy_window_loses_no_scan_and_presses_nothing(
    window: MainWindow, services: Services, terminal: str, settled: Settled
) -> None:
    """Keys come in late, after the window was busy for longer than it waits for a scanner."""
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    window.activateWindow()
    page.setFocus()
    assert page.diagnosis.consultation is not None
    before = page.diagnosis.consultation.session
    watch = window.findChild(ScannerWatch)
    assert watch is not None
    now = time.monotonic_ns() // 1_000_000
    for number, character in enumerate(TID):
        if number == 3:
            time.sleep(3 * WAIT / 1000)
            QApplication.processEvents()  # what waits for a pause is told of it now
            assert len(watch._burst.held) == 3, "nothing is pressed while keys may wait"
        key = QKeyEvent(
            QEvent.Type.KeyPress, ord(character), Qt.KeyboardModifier.NoModifier, character
        )
        key.setTimestamp(now + 5 * number)
        QApplication.sendEvent(page, key)
    end = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")
    end.setTimestamp(now + 5 * len(TID))
    QApplication.sendEvent(page, end)
    assert page.diagnosis.consultation.session == before
    settled()
    assert window.current == "terminals"


def test_a_scan_goes_on_when_what_had_the_keys_is_taken_away(
    window: MainWindow, terminal: str, settled: Settled
) -> None:
    """As when a page that was being read is filled in the middle of a scan."""
    for gone in ("deleted", "other list"):
        page = window.show_page("incidents")
        assert isinstance(page, IncidentsPage)
        settled()
        window.activateWindow()
        passing = QPushButton("…", page)
        passing.show()
        passing.setFocus()
        for character in TID[:4]:
            QTest.keyClick(passing, character)
        if gone == "deleted":
            passing.clearFocus()
            assert QApplication.focusWidget() is None
        else:
            page._table.setFocus()
        passing.deleteLater()
        for character in TID[4:]:
            QTest.keyClick(QApplication.focusWidget() or window, character)
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Return)
        settled()
        assert window.current == "terminals", gone


def test_a_scan_where_the_keys_are_after_coming_to_a_page(
    window: MainWindow, terminal: str, settled: Settled
) -> None:
    """As a person comes there, by Ctrl and a digit, and not by setting the focus."""
    for number, spec in enumerate(PAGES, 1):
        window.activateWindow()
        settled()
        QTest.keyClick(
            QApplication.focusWidget() or window, str(number), Qt.KeyboardModifier.ControlModifier
        )
        settled()
        assert window.current == spec.id
        window.activateWindow()  # as the window manager does where a page takes it away
        QApplication.processEvents()
        scan(TID)
        settled()
        assert window.current == "terminals", spec.id


def test_what_is_not_registered_is_said_and_can_be_reported(
    window: MainWindow, terminal: str, settled: Settled
) -> None:
    notes: list[Note] = []
    window.context.noted.connect(notes.append)
    page = window.show_page("incidents")
    assert page is not None
    settled()
    page.setFocus()
    scan("UNKNOWN777")
    settled()
    assert notes[-1].text == "“UNKNOWN777” 没有登记"
    assert notes[-1].clicked is not None
    notes[-1].clicked()
    settled()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, IncidentEditor)
    assert dialog.picker.text() == "UNKNOWN777"
    dialog.close()
