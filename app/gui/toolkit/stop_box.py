"""The box of the safety stops: red, above what scrolls, read out when it appears."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.diagnosis.catalogue import Stop
from app.domain.incidents.terminal_stops import OpenStop
from app.gui.toolkit.announce import announce
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import button, clear, column, label, panel
from app.texts.safety_stops import open_stop_text


class StopBox(QWidget):
    """Hidden while nothing is to be stopped."""

    opened = Signal(str)
    """The id of the incident in which a stop of the terminal can be lifted."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.do = label("", "question", wrap=True), label("", wrap=True)
        self._links = column(spacing=2)
        self._box = panel(column(self.title, self.do, self._links, spacing=4), "danger")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._box)
        self.hide()

    def show_stops(self, stops: Sequence[Stop], standing: Sequence[OpenStop] = ()) -> None:
        """Show what is stopped and what to do at once: `stops` called for here, and those that
        stand at the terminal since another incident, each with the way to that incident."""
        language = words().language
        heads = [
            *(stop.text.in_(language) for stop in stops),
            *(open_stop_text(words(), stop) for stop in standing),
        ]
        title = "\n".join(heads) if standing else " · ".join(heads)
        asked = [stop.do for stop in stops] + [stop.do for stop in standing]
        self.do.setText(
            "\n\n".join(filter(None, (do.in_(language) for do in dict.fromkeys(asked))))
        )
        self.do.setVisible(bool(self.do.text()))
        clear(self._links)
        for one in {stop.incident_id: stop for stop in standing}.values():
            text = _("Open {incident}", incident=one.number)
            self._links.addWidget(
                button(text, partial(self.opened.emit, one.incident_id), role="link")
            )
        if title != self.title.text():
            announce(self, f"{title}\n{self.do.text()}".strip(), urgent=True)
        self.title.setText(title)
        self._box.setAccessibleName(title)
        self.setVisible(bool(heads))
