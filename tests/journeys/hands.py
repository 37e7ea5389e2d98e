"""A technician at the keyboard of the real window: every key goes to whatever has the focus, and is
counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFileDialog, QPlainTextEdit, QWidget

from app.domain.incidents.lifecycle import IncidentState
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.resolve_editor import ResolveEditor
from app.gui.shell.main_window import MainWindow
from app.gui.shell.scanner import ScannerWatch
from app.gui.shell.screens import settle
from app.gui.toolkit.signature_dialog import SignatureDialog
from tests.gui.fitting import primary_hidden, room_at, wrong

CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE = 60.0
"""Seconds until what a key leads to must be there."""


class Hands:
    """`keys` counts key presses; Chinese counts its characters and one key that ends the input
    method.  A signature is drawn, and counts nothing."""

    def __init__(self, window: MainWindow, folder: Path | None = None) -> None:
        self.window, self.folder = window, folder
        self.keys = 0
        self.clicks = 0
        self._pictures = 0
        window.resize(*room_at(window.devicePixelRatioF()))
        self._rest()

    def _rest(self) -> None:
        settle(self.window.context, calm=60)

    @property
    def focus(self) -> QWidget:
        """What the next key goes to."""
        top = QApplication.activeModalWidget() or self.window
        top.activateWindow()
        QApplication.processEvents()
        focus = QApplication.focusWidget()
        assert focus is not None, f"the keys go to nothing after {self.keys} of them"
        return focus

    def press(self, key: Qt.Key | str, modifier: Qt.KeyboardModifier = CTRL & ~CTRL) -> None:
        """One key."""
        QTest.keyClick(self.focus, key, modifier)
        self.keys += 1
        scanner = self.window.findChild(ScannerWatch)
        assert scanner is not None
        scanner.let_go()
        self._rest()

    def ctrl(self, key: Qt.Key) -> None:
        """A key with Ctrl."""
        self.press(key, CTRL)

    def type(self, text: str) -> None:
        """Text into the field with the focus."""
        if text.isascii():
            for character in text:
                QTest.keyClick(self.focus, character)
            self.keys += len(text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(self.focus, event)
            self.keys += len(text) + 1
        self._rest()

    def wait_for(self, there: Callable[[], bool], what: str) -> None:
        """Let the window work until something is there."""
        until = time.monotonic() + PATIENCE
        while not there():
            assert time.monotonic() < until, f"{what} did not come"
            self._rest()

    def dialog(self) -> QDialog:
        """The dialog that is open."""
        self.wait_for(lambda: isinstance(QApplication.activeModalWidget(), QDialog), "a dialog")
        found = QApplication.activeModalWidget()
        assert isinstance(found, QDialog)
        return found

    def picture(self, name: str) -> None:
        """Everything in sight can be read and reached; leave a picture of it, when asked for."""
        shown = QApplication.activeModalWidget() or self.window
        if self.folder is not None:
            self._pictures += 1
            self.folder.mkdir(parents=True, exist_ok=True)
            shown.grab().save(str(self.folder / f"{name}_{self._pictures}.png"))
        found = [*wrong(shown), *primary_hidden(shown)]
        assert found == [], f"{name}, {shown.width()}×{shown.height()}: {found}"

    # --- parts of every journey ----------------------------------------------------------------

    def report(self, terminal: str, code: str = "", symptom: str = "") -> None:
        """From anywhere to the diagnosis of a new incident."""
        self.ctrl(Qt.Key.Key_N)
        self.dialog()
        self.type(terminal)
        self.press(Qt.Key.Key_Return)
        self.picture("new")
        if symptom:
            self.press(Qt.Key.Key_Tab)
            self.type(symptom)
            self.picture("symptom")
            self.ctrl(Qt.Key.Key_Return)
        else:
            self.type(code)
            self.press(Qt.Key.Key_Return)
        self.wait_for(lambda: self.shown_state == IncidentState.NEW, "the incident")

    @property
    def shown_state(self) -> IncidentState | None:
        """The state of the incident in sight, once no dialog is before it."""
        page = self.window._pages.get("incidents")
        if QApplication.activeModalWidget() is not None or not isinstance(page, IncidentsPage):
            return None
        return page.detail.view.incident.state if page.detail.view is not None else None

    def start(self) -> None:
        """Begin work."""
        self.ctrl(Qt.Key.Key_Return)
        self.wait_for(lambda: self.shown_state == IncidentState.IN_PROGRESS, "the beginning")

    def resolve(self, done: str, *, mends: bool) -> None:
        """Go from missing field to missing field; `done` where work has to be written, `mends`
        whether everything that fits works now, or the device goes to the workshop."""
        self.ctrl(Qt.Key.Key_Return)
        editor = self.dialog()
        assert isinstance(editor, ResolveEditor)
        passed = False
        for _step in range(12):
            focus = self.focus
            if isinstance(focus, QComboBox) and focus.objectName() != "result":
                self.press("1")
            elif isinstance(focus, QPlainTextEdit):
                self.type(done)
                self.ctrl(Qt.Key.Key_T) if mends else self.press(Qt.Key.Key_Tab)
                passed = mends
            elif mends and not passed:
                self.ctrl(Qt.Key.Key_T)
                passed = True
            elif isinstance(focus, QComboBox) and not editor.form.value("result"):
                if mends:
                    self.ctrl(Qt.Key.Key_T)
                    break
                self.press("2")  # to the workshop
            else:
                break
            if passed or editor.form.value("result"):
                break
        self.picture("resolve")
        self.ctrl(Qt.Key.Key_Return)
        self.picture("resolved")

    def sign(self) -> None:
        """The merchant signs on the pad, and has nothing to add: the case is closed with it."""
        self.wait_for(lambda: isinstance(self.dialog(), SignatureDialog), "the signature")
        dialog = self.dialog()
        assert isinstance(dialog, SignatureDialog)
        if not dialog.form.value("signer"):
            self.type("王")
        dialog.pad.begin(QPointF(20, 20))
        dialog.pad.move_to(QPointF(200, 120))
        dialog.pad.end()
        self.picture("sign")
        self.press(Qt.Key.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier)

    def save_closed(self, folder: Path) -> Path:
        """Save the report of the closed case; returns the file."""
        self.wait_for(lambda: self.shown_state == IncidentState.CLOSED, "the closed case")
        self.picture("report")
        self.press(Qt.Key.Key_Return)
        self.wait_for(
            lambda: isinstance(QApplication.activeModalWidget(), QFileDialog), "where to save"
        )
        self.press(Qt.Key.Key_Return)
        self.wait_for(lambda: any(folder.glob("*.pdf")), "the file")
        return next(folder.glob("*.pdf"))
