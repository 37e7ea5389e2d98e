"""Places that scroll what does not fit, and keep what has the keys in sight."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.gui.toolkit.focus_changes import follow_focus

LEAST = QSize(240, 96)
"""What a place that scrolls needs at least to be of use."""
AROUND = 28
"""Pixels above and below what has the keys: its caption, and what is wrong with it."""


class ScrollBody(QScrollArea):
    """As large as its content where there is room for it, with scroll bars where there is not.

    What gets the keys is scrolled to.  The place takes them by itself only when it has a `title`
    (for a screen reader).
    """

    def __init__(self, content: QWidget, title: str = "") -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if title else Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(content)
        self._content = content
        follow_focus(_reveal_focus)

    def sizeHint(self) -> QSize:
        content = self._content.sizeHint().expandedTo(self._content.minimumSizeHint())
        frame = 2 * self.frameWidth()
        width = content.width() + frame
        return QSize(width, max(content.height() + frame, self.height_for(width)))

    def minimumSizeHint(self) -> QSize:
        return LEAST.boundedTo(self._content.minimumSizeHint())

    def height_for(self, width: int) -> int:
        """How high it would have to be at this width to show everything without scrolling."""
        content, frame = self._content, 2 * self.frameWidth()
        if content.hasHeightForWidth():
            return content.heightForWidth(width - frame) + frame
        return content.sizeHint().height() + frame

    def drop_needless_bar(self) -> None:
        """After the place has grown: Qt keeps a bar that is needed only beside itself, because
        words wrap once more there."""
        policy = self.verticalScrollBarPolicy()
        if self.height() >= self.height_for(self.width()):
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setVerticalScrollBarPolicy(policy)

    def holds(self, widget: QWidget) -> bool:
        """Whether the widget is a part of what scrolls."""
        return self._content.isAncestorOf(widget)

    def reveal(self, widget: QWidget) -> None:
        """Scroll as little as shows the widget; of one larger than the place, its beginning."""
        seen, corner = self.viewport().size(), widget.mapTo(self._content, QPoint(0, 0))
        width = min(widget.width(), seen.width())
        height = min(widget.height() + 2 * AROUND, seen.height())
        self.ensureVisible(
            corner.x() + width // 2,
            corner.y() - AROUND + height // 2,
            width // 2,
            max(0, height // 2 - 1),
        )


def _reveal_focus(_before: QWidget | None, now: QWidget | None) -> None:
    """Scroll every place around what has the keys now.  Under a pressed mouse button it would move
    away from the pointer."""
    if now is not None and QApplication.mouseButtons() == Qt.MouseButton.NoButton:
        bring_into_sight(now)


def bring_into_sight(widget: QWidget) -> None:
    """Scroll every place around a widget so that it is seen."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, ScrollBody) and around.holds(widget):
            around.reveal(widget)
        around = around.parentWidget()


def lay_out_now() -> None:
    """What was shown, hidden or filled a moment ago takes its place before the next line runs."""
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
