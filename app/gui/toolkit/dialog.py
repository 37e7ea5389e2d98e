"""The base class of dialogs: never larger than the screen.  What does not fit is scrolled, the
buttons below it stay in sight."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLayout, QVBoxLayout, QWidget

from app.gui.toolkit import theme
from app.gui.toolkit.layout import Margins, Piece, boxed, column
from app.gui.toolkit.reading_order import set_reading_order
from app.gui.toolkit.scroll_body import ScrollBody, bring_into_sight, lay_out_now

FRAME = QSize(16, 40)
"""Pixels that the frame and the title bar of a window take of the screen."""
ROUNDED = 8
"""Pixels by which a desktop may make a window smaller than it was told to be."""


def room_for(widget: QWidget) -> QSize:
    """How large a window may be on the screen a widget is on."""
    return widget.screen().availableSize() - FRAME


class Dialog(QDialog):
    """Opens as large as what it shows, or as it would `prefer`; `arrange` fills it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.style_window(self)
        self._preferred = QSize()
        self._own_size = QSize()
        """The size it gave itself last."""
        self._body: ScrollBody | None = None
        self._chain: list[QWidget] = []

    def prefer(self, width: int, height: int = 0) -> None:
        """Open at least so large, where the screen has room for it."""
        self._preferred = QSize(width, height)

    def prefer_most_of(self, window: QWidget, share: float) -> None:
        """Open at this share of a window."""
        self._preferred = window.size() * share

    def arrange(
        self,
        content: QWidget | QLayout,
        *foot: Piece,
        margins: Margins = (20, 16, 20, 16),
        spacing: int = 12,
        title: str = "",
    ) -> None:
        """The content, which scrolls, and below it what stays in sight: trouble, progress,
        buttons.  With a `title` the content takes the keys, where nothing in it does."""
        inner = boxed(content) if isinstance(content, QLayout) else content
        left, top, right, bottom = margins
        # The content keeps its distance to the edges, the scroll bar stands at the edge.
        inner.setContentsMargins(left, top, right, 0 if foot else bottom)
        self._body = ScrollBody(inner, title)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(spacing)
        whole.addWidget(self._body, 1)
        for piece in foot:
            line = column(piece, margins=(left, 0, right, 0))
            whole.addLayout(line)
        if foot:
            whole.addSpacing(max(0, bottom - spacing))

    def fit(self) -> None:
        """Grow (never shrink, never past the screen) to what is shown now, unless somebody made it
        smaller; what has the keys stays in sight."""
        QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        lay_out_now()
        if self._body is not None:
            # A place that scrolls does not tell when its content needs more.
            self._body.updateGeometry()
        by_hand = self._own_size - self.size()
        if max(by_hand.width(), by_hand.height()) <= ROUNDED:
            self.resize(self.size().expandedTo(self._needed()).boundedTo(room_for(self)))
            self._own_size = self.size()
        lay_out_now()
        if self._body is not None:
            self._body.drop_needless_bar()
        self._come_onto_the_screen()
        if (focus := self.focusWidget()) is not None:
            lay_out_now()
            bring_into_sight(focus)

    def _needed(self) -> QSize:
        """What everything in it needs without scrolling; wrapped texts have to be asked for
        their height."""
        hint = super().sizeHint()
        wanted = hint.expandedTo(self._preferred)
        if self._body is None:
            return wanted
        wide = min(max(wanted.width(), self.width()), room_for(self).width())
        more = self._body.height_for(wide) - self._body.sizeHint().height()
        return wanted.expandedTo(QSize(0, hint.height() + more))

    def sizeHint(self) -> QSize:
        return self._needed().boundedTo(room_for(self))

    def setVisible(self, visible: bool) -> None:
        if visible and not self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            # Qt itself would take two thirds of the screen at most.
            self.resize(self.sizeHint())
        super().setVisible(visible)

    def showEvent(self, event: QShowEvent) -> None:
        if not event.spontaneous():
            self._chain = set_reading_order(self)
        super().showEvent(event)
        if not event.spontaneous():
            self._come_onto_the_screen()
            self.fit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        set_reading_order(self)
        return super().focusNextPrevChild(forward)

    def _come_onto_the_screen(self) -> None:
        """A dialog in the middle of a window that stands at the edge would stand out."""
        seen, place = self.screen().availableGeometry(), self.frameGeometry()
        left = max(seen.left(), min(place.left(), seen.right() - place.width() + 1))
        top = max(seen.top(), min(place.top(), seen.bottom() - place.height() + 1))
        if (left, top) != (place.left(), place.top()):
            self.move(left, top)
