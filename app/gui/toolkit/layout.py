"""Small building blocks all pages are made of: texts, buttons, cards, rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6 import QtGui
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.toolkit.kept_together import kept_together
from app.gui.toolkit.scroll_body import ScrollBody
from app.gui.toolkit.theme import icon as themed_icon


class _WrappedLabel(QLabel):
    """Breaks its lines where they may be broken."""

    def __init__(self, *, copied: bool) -> None:
        super().__init__()
        self._copied, self._said = copied, ""

    def setText(self, text: str) -> None:
        """Show this."""
        self._said = text
        super().setText(kept_together(text, copied=self._copied))

    def text(self) -> str:
        """What it was told to show."""
        return self._said


def label(text: str = "", role: str = "", *, wrap: bool = False, copy: bool = False) -> QLabel:
    """Plain text in a role of the style sheet (title, section, muted, strong, error, question)."""
    made = _WrappedLabel(copied=copy) if wrap else QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if copy:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


class Button(QPushButton):
    """A button that Enter presses only while it has the focus.

    Qt lets Enter in any field of a dialog press the first button it finds, "Quit" or "Close"
    among them; here a dialog names its default button itself, or has none.
    """

    reworded = Signal()
    """It says something else; Qt takes its keys away with the words."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setAutoDefault(False)

    def setText(self, text: str) -> None:
        """Show other words."""
        super().setText(text)
        self.reworded.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
        ):
            self.click()
        else:
            super().keyPressEvent(event)


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property the style sheet depends on, and apply the style sheet again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def button(
    text: str,
    clicked: Callable[[], object] | None = None,
    *,
    role: str = "",
    icon: str = "",
    tip: str = "",
    made: Button | None = None,
) -> Button:
    """A button, or `made` as one.  One that a key may be given to is made by `action_button`."""
    made = made or Button()
    # Qt leaves too little room between icon and text.
    made.setText(f" {text}" if icon else text)
    if role:
        made.setProperty("role", role)
    if icon:
        made.setIcon(themed_icon(icon, "on_accent" if role == "primary" else "text", 16))
    if tip:
        made.setToolTip(tip)
    if clicked is not None:
        made.clicked.connect(lambda: clicked())
    return made


def plain_tip(text: str) -> str:
    """Text of people as a tooltip: Qt takes one for markup when it looks so."""
    # Of the two halves of Qt's name space, PySide6 has these in QtGui only.
    markup = QtGui.Qt
    return markup.convertFromPlainText(text) if markup.mightBeRichText(text) else text


def icon_button(name: str, tip: str, clicked: Callable[[], object] | None = None) -> QToolButton:
    """A button of one icon; its meaning is in tooltip and accessible name."""
    made = QToolButton()
    made.setIcon(themed_icon(name, "text", 16))
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    if clicked is not None:
        made.clicked.connect(lambda: clicked())
    return made


Piece = QWidget | QLayout | int | None
"""A widget, a layout, a gap in pixels, or a stretch (None)."""

Margins = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


def row(*pieces: Piece, spacing: int = 8, margins: Margins = (0, 0, 0, 0)) -> QBoxLayout:
    """Pieces side by side."""
    return _filled(QHBoxLayout(), pieces, spacing, margins)


def column(*pieces: Piece, spacing: int = 8, margins: Margins = (0, 0, 0, 0)) -> QBoxLayout:
    """Pieces one below another."""
    return _filled(QVBoxLayout(), pieces, spacing, margins)


def _filled(
    layout: QBoxLayout, pieces: Iterable[Piece], spacing: int, margins: Margins
) -> QBoxLayout:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    for piece in pieces:
        if piece is None:
            layout.addStretch(1)
        elif isinstance(piece, int):
            layout.addSpacing(piece)
        elif isinstance(piece, QLayout):
            layout.addLayout(piece)
        else:
            layout.addWidget(piece)
    return layout


def boxed(layout: QLayout, name: str = "") -> QWidget:
    """A bare widget around a layout."""
    made = QWidget()
    if name:
        made.setObjectName(name)
    made.setLayout(layout)
    return made


def panel(layout: QLayout, role: str = "card") -> QFrame:
    """A framed surface around a layout: card, note, warning, danger or ok."""
    made = QFrame()
    made.setProperty("role", role)
    if layout.contentsMargins().isNull():
        layout.setContentsMargins(14, 12, 14, 12)
    made.setLayout(layout)
    return made


def rule() -> QFrame:
    """A thin line."""
    made = QFrame()
    made.setProperty("role", "line")
    return made


def scrolled(content: QWidget, title: str = "") -> ScrollBody:
    """The content with scroll bars when it is larger than its place.

    What stands in it is scrolled to when it gets the keys.  Where nothing in it does, a `title`
    (for a screen reader) lets the place itself have them.
    """
    return ScrollBody(content, title)


def facts(pairs: Iterable[tuple[str, str]], columns: int = 1) -> QWidget:
    """Labels with values that can be copied; pairs without a value are left out."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    shown = [(name, value) for name, value in pairs if value]
    for place, (name, value) in enumerate(shown):
        line, side = divmod(place, columns)
        caption = label(name, "muted")
        caption.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(caption, line, 2 * side)
        grid.addWidget(label(value, wrap=True, copy=True), line, 2 * side + 1)
    for side in range(columns):
        grid.setColumnStretch(2 * side + 1, 1)
    made = QWidget()
    made.setLayout(grid)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
