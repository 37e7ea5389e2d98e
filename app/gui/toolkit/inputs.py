"""Inputs Qt does not have: a day that may be typed any way, several choices at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QCalendarWidget,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
)

from app.domain.errors import BadValue
from app.domain.parsing import parse_date
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import bind_keys, tooltip
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import plain_tip
from app.gui.toolkit.theme import icon

_VALUE = Qt.ItemDataRole.UserRole


class DayEdit(QLineEdit):
    """A day as text, with a calendar to choose from.

    What is typed stays as typed: a date that does not exist is refused beside the field, not
    turned into another one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(_("year-month-day"))
        action = UserAction.OPEN_CALENDAR
        choose = self.addAction(
            icon(action.row.icon, "muted", 15), QLineEdit.ActionPosition.TrailingPosition
        )
        choose.setToolTip(tooltip(action, _(action.row.words)))
        choose.triggered.connect(self.open_calendar)
        bind_keys(self, action, self.open_calendar, context=Qt.ShortcutContext.WidgetShortcut)

    def open_calendar(self) -> QFrame:
        """Let a day be chosen; Escape leaves the text alone."""
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setProperty("role", "card")
        calendar = QCalendarWidget()
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setSelectedDate(self._day())
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(calendar)

        def take(day: QDate) -> None:
            self.setText(day.toString(Qt.DateFormat.ISODate))
            popup.close()

        calendar.clicked.connect(take)
        calendar.activated.connect(take)
        popup.move(self.mapToGlobal(QPoint(0, self.height() + 2)))
        popup.show()
        calendar.setFocus()
        return popup

    def _day(self) -> QDate:
        try:
            found = parse_date(self.text())
        except BadValue:
            found = None
        return QDate(found.year, found.month, found.day) if found else QDate.currentDate()


class CheckList(QListWidget):
    """Several of a few choices."""

    changed = Signal()

    def __init__(self, choices: Sequence[tuple[str, str]], rows: int) -> None:
        super().__init__()
        self.setProperty("role", "checks")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for value, shown in choices:
            item = QListWidgetItem(shown)
            item.setToolTip(plain_tip(shown))
            item.setData(_VALUE, value)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.addItem(item)
        line = self.fontMetrics().lineSpacing() + 8
        self.setFixedHeight(line * max(2, min(rows, len(choices) or 1)) + 12)
        self.itemChanged.connect(lambda: self.changed.emit())

    def values(self) -> tuple[str, ...]:
        """The checked ones."""
        items = (self.item(place) for place in range(self.count()))
        return tuple(i.data(_VALUE) for i in items if i.checkState() is Qt.CheckState.Checked)

    def check(self, values: Iterable[str] | None) -> None:
        """Check these and no others."""
        wanted = set(values or ())
        for place in range(self.count()):
            item = self.item(place)
            on = item.data(_VALUE) in wanted
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
