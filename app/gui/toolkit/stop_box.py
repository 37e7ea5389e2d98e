"""The box of the safety stops: red, above what scrolls, read out when it appears."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.diagnosis.catalogue import Stop
from app.gui.toolkit.announce import announce
from app.gui.toolkit.language import words
from app.gui.toolkit.layout import column, label, panel


class StopBox(QWidget):
    """Hidden while nothing is to be stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.do = label("", "question", wrap=True), label("", wrap=True)
        self._box = panel(column(self.title, self.do, spacing=4), "danger")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._box)
        self.hide()

    def show_stops(self, stops: Sequence[Stop]) -> None:
        """Show what is stopped and what to do at once."""
        language = words().language
        title = " · ".join(stop.text.in_(language) for stop in stops)
        self.do.setText("\n\n".join(stop.do.in_(language) for stop in stops))
        if title != self.title.text():
            announce(self, f"{title}\n{self.do.text()}".strip(), urgent=True)
        self.title.setText(title)
        self._box.setAccessibleName(title)
        self.setVisible(bool(stops))
