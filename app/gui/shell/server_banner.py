"""Says above the pages that the server is away, since when, and how old what is shown is."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QFrame, QLabel

from app.gui.shell.page import AppContext
from app.gui.toolkit import language
from app.gui.toolkit.announce import announce
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, label, row
from app.gui.toolkit.theme import pixmap


class ServerBanner(QFrame):
    """Hidden while the server is there."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.setObjectName("serverbanner")
        picture = QLabel()
        picture.setPixmap(pixmap("triangle-alert", "warning", 16))
        self._text = label(wrap=True)
        self._copy = button(_("Show the last copy"), context.copy_wanted.emit)
        again = button(_("Try again"), context.server_wanted.emit, icon="refresh-cw")
        layout = row(picture, self._text, self._copy, again, spacing=8, margins=(16, 6, 16, 6))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        context.server_changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        """As it is now."""
        away = self._context.away
        self.setVisible(away is not None)
        if away is None:
            return
        since = self._told(away.since)
        if away.data_of is None:
            text = _(
                "Server away since {since}. Nothing can be saved; what you typed stays here and"
                " work goes on when the server answers.",
                since=since,
            )
        else:
            text = _(
                "Server away since {since}; data of {at}, read-only. Work goes on by itself when"
                " the server answers.",
                since=since,
                at=self._told(away.data_of),
            )
        if away.problem:
            text += " " + _("It answers again, but: {problem}", problem=away.problem)
        self._copy.setVisible(away.data_of is None)
        if text != self._text.text():
            self._text.setText(text)
            announce(self._text, text)

    def _told(self, moment: datetime) -> str:
        """The time of day, with the day where that is another than today."""
        words, today = language.words(), self._context.now().astimezone().date()
        if moment.astimezone().date() == today:
            return words.clock(moment)
        return words.short_moment(moment, today)
