"""A terminal's code scanned on any page opens that terminal.

Keys are watched on the widget that has the focus, as long as that is none one writes into.  In the
search field of a page they are written as they come; when they turn out to be the scan of one
terminal, the field is as it was and the terminal opens.  In other fields, and in every dialog, a
scanner writes like any keyboard.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from app.gui.shell.navigate import ReportIncident, ShowTerminal
from app.gui.shell.page import AppContext
from app.gui.toolkit.action_buttons import bound, can_be_done, press
from app.gui.toolkit.key_burst import GAP, KeyBurst
from app.gui.toolkit.language import _

if TYPE_CHECKING:
    from app.domain.register.terminals import TerminalSummary

WAIT = GAP + 20
"""Milliseconds after the last key after which what is held is let go."""
LATE = WAIT // 2
"""Milliseconds of delay from which the window was busy: keys may wait for it."""
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_END_TEXTS = ("\n", "\r")
"""Keys a scanner ends with, as it is set up; some send a line feed, which a keyboard makes with the
control key and a letter."""
_HELD_DOWN = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
)
"""Keys that only change what others mean: a scanner presses Shift before each capital letter."""
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class ScannerWatch(QObject):
    """Watches one window."""

    def __init__(self, window: QWidget, context: AppContext) -> None:
        super().__init__(window)
        self._window, self._context = window, context
        self._burst: KeyBurst[QKeyEvent] = KeyBurst()
        self._watched: QWidget | None = None
        self._before = ""
        """What stood in the search field before the keys that follow one another."""
        self._wait = QTimer(self, singleShot=True, interval=WAIT)
        self._wait.timeout.connect(self._waited)
        self._waiting = QElapsedTimer()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and shiboken6.isValid(self._watched):
            self._watched.removeEventFilter(self)
        if isinstance(self._watched, QLineEdit):
            self._burst.forget()  # written already
        self._watched = None
        if now is None:
            if not shiboken6.isValid(self._window):
                return  # the focus went because the window is being taken down
            # What had the focus is gone, as when a list is filled anew: the window gets the keys.
            now = self._window
        if now.window() is not self._window or (takes_text(now) and not searches(now)):
            self.let_go()
            return
        if isinstance(now, QLineEdit):
            self._before = now.text()
            self._replay(self._burst.release())
        self._watched = now
        now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.key() in _HELD_DOWN:
            return False
        if event.type() == QEvent.Type.ShortcutOverride and self._overrides(event):
            event.accept()
            return True
        if isinstance(watched, QLineEdit):
            return event.type() == QEvent.Type.KeyPress and self._on_searched(watched, event)
        if event.type() == QEvent.Type.KeyPress:
            return self._on_press(event)
        return False

    def _overrides(self, event: QKeyEvent) -> bool:
        """Whether the key press that follows is ours: a shortcut would not wait for it."""
        if _ends(event):
            return self._burst.is_scan(_moment(event))
        return self._is_character(event) and not isinstance(self._watched, QLineEdit)

    def _on_press(self, event: QKeyEvent) -> bool:
        at = _moment(event)
        if self._is_character(event):
            typed = self._burst.press(event.text(), event.clone(), at)
            self._begin_to_wait()
            self._replay(typed)
            return True
        if _ends(event) and (scanned := self._burst.enter(at)):
            self._wait.stop()
            self._look_up(scanned)
            return True
        self.let_go()
        return False

    def _on_searched(self, field: QLineEdit, event: QKeyEvent) -> bool:
        """A key in a search field: it is written, and remembered."""
        at = _moment(event)
        if self._is_character(event):
            self._burst.press(event.text(), event.clone(), at)
            if len(self._burst.run) == 1:
                self._before = field.text()
            return False
        if _ends(event) and (scanned := self._burst.enter(at)):
            self._look_up(scanned, field, self._before)
            return True
        self._burst.forget()
        return False

    def _is_character(self, event: QKeyEvent) -> bool:
        text = event.text()
        plain = not event.modifiers() & ~_PLAIN
        return plain and len(text) == 1 and text.isprintable() and not text.isspace()

    # --- a person's keys -----------------------------------------------------------------------

    def let_go(self) -> None:
        """A person typed what is held: do it now."""
        self._wait.stop()
        held = self._burst.forget()
        if not isinstance(self._watched, QLineEdit):
            self._replay(held)

    def _begin_to_wait(self) -> None:
        self._wait.start()
        self._waiting.start()

    def _waited(self) -> None:
        """No key followed for a while, unless the window was too busy to be given it."""
        if self._waiting.elapsed() > WAIT + LATE:
            self._begin_to_wait()
            return
        held = self._burst.release()
        if not isinstance(self._watched, QLineEdit):
            self._replay(held)

    def _replay(self, keys: Sequence[QKeyEvent]) -> None:
        """Do what these keys would have done at once: a shortcut of the table, else a key of the
        widget with the focus."""
        for key in keys:
            focus = QApplication.focusWidget() or self._window
            if focus.window() is not self._window or not self._window.isActiveWindow():
                return
            if not self._shortcut(key, focus):
                focus.removeEventFilter(self)
                QApplication.sendEvent(focus, key)
                if shiboken6.isValid(focus) and focus is self._watched:
                    focus.installEventFilter(self)

    def _shortcut(self, key: QKeyEvent, focus: QWidget) -> bool:
        typed = {QKeySequence(key.keyCombination()), QKeySequence(key.text())}
        for _action, one in bound(self._window):
            if typed & set(_keys(one)) and can_be_done(one) and _reaches(one, focus):
                press(one)
                return True
        return False

    # --- a scanner's ---------------------------------------------------------------------------

    def _look_up(self, scanned: str, field: QLineEdit | None = None, before: str = "") -> None:
        """Look for the terminal; from a search `field` that held other words `before`."""
        if self._context.is_ready:
            terminals = self._context.services.terminals
            self._context.tasks.run(
                lambda: terminals.find(scanned, 2),
                lambda found: self._found(scanned, found, field, before),
                owner=self,
            )

    def _found(
        self,
        scanned: str,
        found: Sequence[TerminalSummary],
        field: QLineEdit | None,
        before: str,
    ) -> None:
        if len(found) == 1:
            if field is not None and shiboken6.isValid(field):
                field.setText(before)
            self._context.go(ShowTerminal(found[0].id))
            return
        if field is not None:
            return  # the list shows what is found, or that nothing is
        self._context.note(
            _("“{scanned}” is not registered", scanned=scanned),
            _("Report a fault"),
            lambda: self._context.go(ReportIncident(searched=scanned)),
        )


def searches(widget: QWidget) -> bool:
    """Whether it is a search field, whose words are no content of anything."""
    return isinstance(widget, QLineEdit) and widget.property("role") == "search"


def _moment(event: QKeyEvent) -> int:
    """When a key was pressed, whenever the window came to be given it; milliseconds."""
    return event.timestamp() or time.monotonic_ns() // 1_000_000


def _ends(event: QKeyEvent) -> bool:
    return event.key() in _ENDS or event.text() in _END_TEXTS


def takes_text(widget: QWidget) -> bool:
    """Whether keys write into a widget."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    written = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
    return isinstance(widget, written) or bool(
        widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    )


def _keys(one: QObject) -> list[QKeySequence]:
    if isinstance(one, QAction):
        return list(one.shortcuts())
    if isinstance(one, QShortcut):
        return [one.key()]
    return [one.shortcut()] if isinstance(one, QAbstractButton) else []


def _reaches(one: QObject, focus: QWidget) -> bool:
    """Whether a shortcut that belongs to a part of the window alone counts for the focus."""
    parts = (
        Qt.ShortcutContext.WidgetShortcut,
        Qt.ShortcutContext.WidgetWithChildrenShortcut,
    )
    if not isinstance(one, QShortcut) or one.context() not in parts:
        return True
    owner = one.parent()
    return owner is focus or (
        isinstance(owner, QWidget)
        and one.context() is not Qt.ShortcutContext.WidgetShortcut
        and owner.isAncestorOf(focus)
    )
