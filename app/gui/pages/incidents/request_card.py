"""The card of a business request: its steps in order, and the way into the register."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.diagnosis.requests import BusinessRequest
from app.domain.register.terminal_actions import TerminalAction
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import column, label, row
from app.texts import word


class RequestCard(QWidget):
    """Shows the first request of a session; there is seldom a second."""

    register_wanted = Signal(TerminalAction)
    """What the request ends with in the register is to be entered."""

    def __init__(self) -> None:
        super().__init__()
        self._change: TerminalAction | None = None
        self._title = label("", "question", wrap=True)
        self._why = label(_("A business request, no fault. In this order:"), "muted", wrap=True)
        self._steps = label("", wrap=True, copy=True)
        self.enter = action_button(UserAction.ENTER_REQUEST, self.press, role="primary", bind=False)
        self.setLayout(
            column(self._title, self._why, self._steps, row(self.enter, None), spacing=8)
        )

    def press(self) -> None:
        """Ask for the dialog of the register that the request ends with."""
        if self._change is not None and self.isVisible() and self.enter.isEnabled():
            self.register_wanted.emit(self._change)

    def show_requests(self, requests: Sequence[BusinessRequest], *, known_terminal: bool) -> None:
        """Show what is wanted; without a terminal in the register there is nothing to enter."""
        self.setVisible(bool(requests))
        self._change = requests[0].change if requests and known_terminal else None
        if not requests:
            return
        language = words().language
        self._title.setText(" · ".join(each.text.in_(language) for each in requests))
        steps = [step.in_(language) for each in requests for step in each.steps]
        self._steps.setText("\n".join(f"{place}. {step}" for place, step in enumerate(steps, 1)))
        self.enter.setVisible(self._change is not None)
        if self._change is not None:
            name = word(words(), "terminal_action", self._change)
            self.enter.setText(_("In the register: {action} …", action=name))
