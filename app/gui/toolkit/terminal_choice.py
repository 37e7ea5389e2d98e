"""The choice of one terminal: search, result, and the problem with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.register.terminals import TerminalSummary
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, button, clear, column, label, panel, row
from app.gui.toolkit.terminal_picker import TerminalPicker, described


class TerminalChoice(QWidget):
    """The page answers `picker.searched` through `picker.show_found`; `chosen` carries the
    terminal, or None when another is looked for."""

    chosen = Signal(TerminalSummary)

    def __init__(self, title: str, settled: Callable[[], object]) -> None:
        super().__init__()
        self.terminal: TerminalSummary | None = None
        self._settled = settled
        self.picker = TerminalPicker()
        self.picker.picked.connect(self.choose)
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        self._shown = column(spacing=4)
        self.setLayout(
            column(label(title, "section"), self.picker, self._shown, self._problem, spacing=6)
        )

    def choose(self, item: TerminalSummary | None) -> None:
        """Take this terminal, or none."""
        self.terminal = item
        clear(self._shown)
        self.show_problem("")
        self.picker.setVisible(item is None)
        if item is None:
            self.picker.setFocus()
        else:
            change = button(_("Change"), lambda: self.choose(None), role="link")
            lines = column(
                label(described(item), "strong", wrap=True),
                label(item.address, "muted", wrap=True),
                spacing=2,
            )
            self._shown.addWidget(panel(row(boxed(lines), None, change), "note"))
        self._settled()
        self.chosen.emit(item)

    def show_problem(self, text: str) -> None:
        """What is wrong with the choice; nothing is when empty."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        if text and self.terminal is None:
            self.picker.setFocus()
