"""One line that shows how far long work is, with a button that stops it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QProgressBar, QWidget

from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, label, row


class ProgressLine(QWidget):
    """Hidden while nothing is under way."""

    def __init__(self) -> None:
        super().__init__()
        self._text = label("", "muted")
        self._bar = QProgressBar()
        self._bar.setFixedHeight(8)
        self._bar.setTextVisible(False)
        self._stop = button(_("Stop"), self._on_stop, icon="x")
        self._what = ""
        self._asked = False
        self._cancel: Callable[[], object] | None = None
        line = row(self._text, self._bar, self._stop, spacing=10, margins=(10, 4, 10, 4))
        line.setStretch(1, 1)
        self.setLayout(line)
        self.hide()

    def begin(self, text: str, cancel: Callable[[], object] | None) -> None:
        """Work began; `cancel` asks it to stop, None when it cannot be stopped."""
        self._what, self._cancel = text, cancel
        self._text.setText(text)
        self._bar.setRange(0, 0)
        self._stop.setEnabled(True)
        self._stop.setVisible(cancel is not None)
        self._asked = False
        self.show()

    def step(self, done: int, total: int) -> None:
        """So much is done."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        if not self._asked:
            self._text.setText(f"{self._what} {done}/{total}")

    def stopping(self) -> None:
        """It was asked to stop; the line stays until it has."""
        self._stop.setEnabled(False)
        self.say(_("Stopping …"))

    def say(self, text: str) -> None:
        """Say this instead of how far it is."""
        self._asked = True
        self._text.setText(text)

    def end(self) -> None:
        """Nothing is under way any more."""
        self._cancel = None
        self.hide()

    def _on_stop(self) -> None:
        if self._cancel is not None:
            self.stopping()
            self._cancel()
