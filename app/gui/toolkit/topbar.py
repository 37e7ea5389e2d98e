"""The bar above every page: title, search, filters at the left, actions at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QWidget

from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import bind_keys
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import Button, label, plain_tip
from app.gui.toolkit.theme import icon
from app.gui.toolkit.wheel_safe import ComboBox
from app.gui.toolkit.wrapping import WrappingRow


class SearchBox(QLineEdit):
    """A search field; `searched` comes when typing pauses or Enter is pressed."""

    searched = Signal(str)

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder.rstrip("… "))
        self.setProperty("role", "search")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(150)
        self.setMaximumWidth(340)
        self.addAction(icon("search", "muted", 15), QLineEdit.ActionPosition.LeadingPosition)
        self._pause = QTimer(self, singleShot=True, interval=180)
        self._pause.timeout.connect(self._send)
        self._sent = ""
        self.textChanged.connect(lambda: self._pause.start())
        self.returnPressed.connect(self._send)
        bind_keys(self, UserAction.FIND, self._focus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Searching is all it does: a scanner's Enter must not press a dialog's button.
            event.accept()

    def put(self, words: str) -> None:
        """Show these words without searching for them."""
        self._sent = words
        self.setText(words)
        self._pause.stop()

    def _focus(self) -> None:
        self.setFocus()
        self.selectAll()

    def _send(self) -> None:
        self._pause.stop()
        if self.text() != self._sent:
            self._sent = self.text()
            self.searched.emit(self._sent)


class FilterBox(ComboBox):
    """A filter: its name and the chosen value, "all" first."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._name = name
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.set_choices(choices)
        self._put = False
        self.currentIndexChanged.connect(self._tell)

    def _tell(self) -> None:
        if not self._put:
            self.chosen.emit(self.value())

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these (value, word) pairs below "all", keeping the chosen one."""
        kept = self.value()
        self.blockSignals(True)
        self.clear()
        self.addItem(_("{name}: all", name=self._name), "")
        for value, word in choices:
            self.addItem(_("{name}: {value}", name=self._name, value=word), value)
        self.setCurrentIndex(max(0, self.findData(kept)))
        self.blockSignals(False)

    def value(self) -> str:
        """The chosen value; empty for all."""
        return str(self.currentData() or "")

    def choose(self, value: str) -> None:
        """Choose a value."""
        self.setCurrentIndex(max(0, self.findData(value)))

    def put(self, value: str) -> None:
        """Show this value without saying that it was chosen."""
        self._put = True
        self.choose(value)
        self._put = False


class TopBar(QFrame):
    """Title and tools of a page.  Where they need more than one line, the last filters are put away
    behind a button that says how many of them narrow the list; other tools go on in a further
    line."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setMinimumHeight(52)
        self._layout = WrappingRow()
        self._layout.setContentsMargins(16, 8, 12, 8)
        self._layout.addWidget(label(title, "title"))
        self._layout.add_gap()
        self.setLayout(self._layout)
        self._left = 1
        self._filters: list[FilterBox] = []
        self._away: list[FilterBox] = []
        self._more = Button()
        self._more.setCheckable(True)
        self._more.toggled.connect(self._show_filters)
        self._more.hide()

    def add_left(self, *widgets: QWidget) -> None:
        """Put tools beside the title."""
        for widget in widgets:
            self._layout.insert(self._left, widget)
            self._left += 1
            if isinstance(widget, FilterBox):
                self._filters.append(widget)
                widget.currentIndexChanged.connect(self._name_more)
        if len(self._filters) > 1 and self._more.parent() is None:
            self._layout.insert(self._layout.indexOf(self._filters[-1]) + 1, self._more)
            self._left += 1
            self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
        return done

    def _fold(self) -> None:
        """Put away as many filters, the last first, as it takes for one line."""
        if self._more.parent() is None:
            return
        items = [self._layout.itemAt(place) for place in range(self._layout.count())]
        tools = [item.widget() for item in items if item is not None]
        others = [
            one
            for one in tools
            if one is not None and one is not self._more and one not in self._filters
        ]
        margins, gap = self._layout.contentsMargins(), self._layout.spacing()
        room = self.width() - margins.left() - margins.right() + gap
        room -= sum(_least(one) + gap for one in others if not one.isHidden())
        away: list[FilterBox] = []
        while self._filters[len(away) :]:
            shown = self._filters[: len(self._filters) - len(away)]
            button = _least(self._more) + gap if away else 0
            if sum(_least(one) + gap for one in shown) + button <= room:
                break
            away = [shown[-1], *away]
        if away != self._away:
            self._away = away
            self._name_more()
            self._show_filters()

    def _show_filters(self) -> None:
        self._more.setVisible(bool(self._away))
        for one in self._filters:
            one.setVisible(one not in self._away or self._more.isChecked())

    def _name_more(self) -> None:
        """Say what is put away, and how many of it narrow the list."""
        narrowing = sum(1 for one in self._away if one.value())
        if len(self._away) == len(self._filters):
            words = _("Filters: {count}", count=narrowing) if narrowing else _("Filters")
        else:
            words = _("More filters: {count}", count=narrowing) if narrowing else _("More filters")
        self._more.setText(words)
        self._more.setToolTip(plain_tip(", ".join(one.accessibleName() for one in self._away)))

    def add_right(self, *widgets: QWidget) -> None:
        """Put actions at the right end."""
        for widget in widgets:
            self._layout.addWidget(widget)


def _least(tool: QWidget) -> int:
    """Pixels of width a tool needs."""
    return max(tool.minimumWidth(), tool.minimumSizeHint().width())
