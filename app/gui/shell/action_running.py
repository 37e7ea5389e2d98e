"""Does an action of the table wherever the person is: goes to its page, brings the tab or section
that has it into sight, and presses what is bound to it there."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QStackedWidget, QTabWidget, QWidget

from app.gui.actions import UserAction
from app.gui.shell.page import AppContext
from app.gui.toolkit.action_buttons import bound, can_be_done, press
from app.gui.toolkit.language import _

LOOK_EVERY = 40
"""Milliseconds between two looks whether the page has come to rest."""
LOOKS, QUIET = 75, 8
"""How often at most while something is read, and at least: then the action is not possible."""


class ActionRun(QObject):
    """One action on its way below `scope`, the window or the page that has it; gone once it was
    done or found not to be possible."""

    def __init__(self, scope: QWidget, context: AppContext, action: UserAction) -> None:
        super().__init__(scope)
        self._scope, self._context, self._action = scope, context, action
        self._looks = 0
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self._look)
        if not self._attempt():
            self._timer.start()

    def _look(self) -> None:
        self._looks += 1
        busy = not self._context.tasks.idle
        if (busy and self._looks < LOOKS) or self._attempt():
            return
        if self._looks >= QUIET:
            words = _(self._action.row.words).rstrip("… ")
            self._context.note(_("“{action}” is not possible at the moment.", action=words))
            self._end()

    def _attempt(self) -> bool:
        """Do it, if it can be done now."""
        targets = [one for action, one in bound(self._scope) if action is self._action]
        for one in targets:
            if isinstance(one, QAbstractButton) and not one.isVisible() and one.isEnabled():
                reveal(one)
        for one in targets:
            if can_be_done(one):
                self._end()
                press(one)
                return True
        return False

    def _end(self) -> None:
        self._timer.stop()
        self.deleteLater()


def reveal(widget: QWidget) -> None:
    """Bring the tabs into sight that hold a widget."""
    child = widget
    while (parent := child.parentWidget()) is not None:
        tabs = parent.parentWidget()
        if isinstance(parent, QStackedWidget) and isinstance(tabs, QTabWidget):
            tabs.setCurrentWidget(child)
        child = parent
