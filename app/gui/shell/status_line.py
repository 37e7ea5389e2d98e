"""The line below the pages: what was saved, where the data live, who works here.

What was done is said in this line, which covers nothing: a note that floats hides what it lies on.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from app.gui.toolkit.announce import announce
from app.gui.toolkit.elided import ElidedLabel
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, button, column, icon_button, label, plain_tip, row
from app.gui.toolkit.theme import pixmap

SHOWN = 6_000
"""Milliseconds a note stands there, and as much again for every `LONG` characters."""
LONG = 60
MOST = 3
"""Notes at once; the oldest gives way."""
READ = 2_000
"""Milliseconds after which a note that leads nowhere gives way to a newer one: the page above is
not made lower for what was read."""


class SavedNote(QFrame):
    """What was done, whole, with a button where there is a next step.  Never takes the focus."""

    gone = Signal()
    """It was read for long enough, or closed."""

    def __init__(
        self,
        text: str,
        action: str = "",
        clicked: Callable[[], object] | None = None,
        *,
        due: bool = False,
    ) -> None:
        super().__init__()
        self.setProperty("role", "due" if due else "saved")
        self.leads_on = bool(action)
        symbol = QLabel()
        symbol.setPixmap(pixmap(*(("clock", "warning") if due else ("circle-check", "ok")), 14))
        self.said = label(text, wrap=True)
        self.said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        pieces: list[QWidget] = [symbol, self.said]
        if action and clicked is not None:
            following = button(action, clicked, role="link")
            following.clicked.connect(self.close)
            pieces.append(following)
        pieces.append(icon_button("x", _("Close"), self.close))
        line = row(*pieces, spacing=8, margins=(10, 1, 4, 1))
        line.setStretch(1, 1)
        self.setLayout(line)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._since = QElapsedTimer()
        self._since.start()
        whole = SHOWN * (1 + len(text) // LONG)
        self._rest = QTimer(self, singleShot=True, interval=whole)
        self._rest.timeout.connect(self.close)
        self._rest.start()

    def give_way(self) -> None:
        """A newer note has come: go as soon as this one was read."""
        left = max(0, READ - self._since.elapsed())
        if left < self._rest.remainingTime():
            self._rest.start(left)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._rest.stop()
        self.gone.emit()


class StatusLine(QFrame):
    """Grows by a line where there is more than one thing to say at once."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statusbar")
        self.setMinimumHeight(28)
        self._place = ""
        self._saved = ElidedLabel()
        self._saved.setText(_("Opening …"))
        self._symbol = QLabel()
        self._who = ElidedLabel()
        self._exchange = ElidedLabel()
        self._exchange_symbol = QLabel()
        self._notes = column(spacing=2)
        self._told: list[SavedNote] = []
        standing = row(self._symbol, self._saved, spacing=6)
        standing.setStretch(1, 1)
        self._standing = boxed(standing)
        line = row(
            self._standing,
            self._notes,
            self._exchange_symbol,
            self._exchange,
            self._who,
            spacing=6,
            margins=(16, 0, 16, 0),
        )
        line.setStretch(0, 1)
        line.setStretch(1, 4)
        self.setLayout(line)

    def show_place(self, place: str, actor: str, device: str) -> None:
        """The database is open."""
        self._place = place
        self._symbol.setPixmap(pixmap("circle-check", "ok", 13))
        self._saved.setText(place)
        self._who.setText(" · ".join(part for part in (actor, device) if part))

    def show_exchange(self, text: str, sentence: str, *, wrong: bool) -> None:
        """How far the exchange through the server is; nothing when there is none."""
        self._exchange.setText(f"{text}  " if text else "")
        self._exchange.setToolTip(plain_tip(sentence))
        self._exchange_symbol.setVisible(bool(text))
        look = ("triangle-alert", "warning") if wrong else ("arrow-right-left", "muted")
        self._exchange_symbol.setPixmap(pixmap(*look, 13))

    def say(self, text: str) -> None:
        """How far opening the database is."""
        self._saved.setText(text)

    def tell(
        self,
        text: str,
        action: str = "",
        clicked: Callable[[], object] | None = None,
        *,
        due: bool = False,
    ) -> None:
        """Say for a while what was done, or is `due`; afterwards, that all is saved."""
        made = SavedNote(text, action, clicked, due=due)
        made.gone.connect(lambda: self._rest(made))
        for before in self._told:
            if not before.leads_on:
                before.give_way()
        self._told.append(made)
        for old in self._told[:-MOST]:
            old.close()
        self._notes.addWidget(made)
        self._standing.hide()
        self._saved.setText(_("Saved · {place}", place=self._place))
        announce(made, text)

    def _rest(self, gone: SavedNote) -> None:
        self._told.remove(gone)
        if not self._told:
            self._standing.show()
