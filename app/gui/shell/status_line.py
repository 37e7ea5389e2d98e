"""The line below the pages: where the data live, whether they are saved, who works here."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel

from app.gui.toolkit.language import _
from app.gui.toolkit.layout import label, plain_tip, row
from app.gui.toolkit.theme import pixmap


class StatusLine(QFrame):
    """Where the data lives, whether it is saved, who works here."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statusbar")
        self.setFixedHeight(26)
        self._saved = label(_("Opening …"))
        self._symbol = QLabel()
        self._who = label()
        self._exchange = label()
        self._exchange_symbol = QLabel()
        parts = (self._exchange_symbol, self._exchange, self._who)
        self.setLayout(
            row(self._symbol, self._saved, None, *parts, spacing=6, margins=(16, 0, 16, 0))
        )

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

    def saved(self) -> None:
        """Something was stored."""
        self._saved.setText(_("Saved · {place}", place=self._place))
