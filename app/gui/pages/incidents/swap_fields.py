"""The part of the resolution for a device that was swapped on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QWidget,
)

from app.domain.errors import Problem
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import TerminalState
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, panel
from app.texts import problem_text


class SwapFields(QWidget):
    """The part of the dialog for a device that was replaced on the spot."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._wanted = QCheckBox(_("The device was swapped"))
        self._serial = QLineEdit()
        self._serial.setPlaceholderText(_("Serial number of the new device"))
        self._reason = QLineEdit()
        self._reason.setPlaceholderText(_("Why it was swapped"))
        self._cleared = QCheckBox(_("No unsent transactions are left on the old device"))
        self._wrong = label("", "error", wrap=True)
        self._wrong.hide()
        more = boxed(column(self._serial, self._reason, self._cleared, self._wrong, spacing=6))
        more.hide()
        self._wanted.toggled.connect(more.setVisible)
        for box in (self._wanted, self._cleared):
            box.toggled.connect(lambda _on: self.changed.emit())
        for typed in (self._serial, self._reason):
            typed.textEdited.connect(lambda _typed: self.changed.emit())
        self.setLayout(column(panel(column(self._wanted, more, spacing=6))))

    @property
    def wanted(self) -> bool:
        """Whether the device is said to have been swapped."""
        return self._wanted.isChecked()

    def content(self) -> list[Any]:
        """The inputs as JSON values."""
        return [
            self._wanted.isChecked(),
            self._serial.text(),
            self._reason.text(),
            self._cleared.isChecked(),
        ]

    def restore(self, content: Sequence[Any]) -> None:
        """Put back what `content` gave."""
        wanted, serial, reason, cleared = content
        self._serial.setText(serial)
        self._reason.setText(reason)
        self._cleared.setChecked(cleared)
        self._wanted.setChecked(wanted)

    def draft(self) -> SwapDraft | None:
        """The swap that was entered, or None."""
        if not self._wanted.isChecked():
            return None
        return SwapDraft(
            new_serial=self._serial.text(),
            reason=self._reason.text(),
            old_state=TerminalState.IN_REPAIR,
            unsent_cleared=self._cleared.isChecked(),
        )

    def place(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """Show the problems of the swap; returns those of other fields."""
        about = {"new_serial", "unsent_cleared", "reason", "serial"}
        mine = [problem for problem in problems if problem.field in about]
        self._wrong.setText("\n".join(problem_text(words(), problem) for problem in mine))
        self._wrong.setVisible(bool(mine))
        return [problem for problem in problems if problem not in mine]
