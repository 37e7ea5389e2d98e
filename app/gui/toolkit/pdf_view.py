"""Shows a PDF: pages one below another, zoom, fit, marks of what was searched, small pages.

Qt's own PDF view is not part of the Qt packages this program stands on; the pages are drawn by
PDFium on workers (`pdf_pages`) and only painted here.
"""

from __future__ import annotations

import bisect

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QListWidget, QListWidgetItem, QScroller

from app.gui.toolkit.language import _
from app.gui.toolkit.pdf_pages import PageSource
from app.gui.toolkit.theme import tokens
from app.reports.media.raster import Box

GAP = 14
"""Pixels between pages and around them."""
POINT = 96 / 72
"""Pixels of a point at 100 %."""
LEAST, MOST = 0.2, 6.0
STEPS = (0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0)
WIDTH, WHOLE = "width", "page"
"""Ways to fit a page to the window."""


class PdfView(QAbstractScrollArea):
    """The pages.  `fit` is ``width``, ``page`` or empty for the chosen `zoom`."""

    page_changed = Signal(int)
    """The page most in sight, from 0."""
    zoom_changed = Signal(float)

    def __init__(self, source: PageSource) -> None:
        super().__init__()
        self._source = source
        self.zoom = 1.0
        self.fit = WIDTH
        self._tops: list[float] = []
        self._page = 0
        self._held: QPointF | None = None
        self.marks: list[Box] = []
        self.mark = -1
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Pages"))
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        source.opened.connect(self._on_opened)
        source.arrived.connect(lambda _page: self.viewport().update())
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    # --- measures ------------------------------------------------------------------------------

    def _on_opened(self) -> None:
        self.marks, self.mark = [], -1
        self._measure()

    def _measure(self, wanted: float = 0.0) -> None:
        """Lay the pages out anew, staying at the same place of the same page."""
        page, share = self._place()
        if wanted:
            self._set_zoom(wanted)
        sizes = self._source.sizes
        if sizes and self.fit:
            self._set_zoom(self._fitting(sizes[min(page, len(sizes) - 1)]))
        scale = self.zoom * POINT
        self._tops, top = [], float(GAP)
        for _width, height in sizes:
            self._tops.append(top)
            top += height * scale + GAP
        widest = max((width for width, _height in sizes), default=0) * scale + 2 * GAP
        area = self.viewport().size()
        for bar, length, seen in (
            (self.verticalScrollBar(), top, area.height()),
            (self.horizontalScrollBar(), widest, area.width()),
        ):
            bar.setPageStep(seen)
            bar.setSingleStep(40)
            bar.setRange(0, max(0, round(length - seen)))
        if sizes:
            page = min(page, len(sizes) - 1)
            height = sizes[page][1] * scale
            self.verticalScrollBar().setValue(round(self._tops[page] - GAP + share * height))
        self._on_scrolled()
        self.viewport().update()

    def _place(self) -> tuple[int, float]:
        """The page at the upper edge and how much of it is above."""
        if not self._tops:
            return 0, 0.0
        top = self.verticalScrollBar().value() + GAP
        page = max(0, bisect.bisect_right(self._tops, top) - 1)
        sizes = self._source.sizes
        if page >= len(sizes):
            return page, 0.0
        return page, min(1.0, (top - self._tops[page]) / (sizes[page][1] * self.zoom * POINT))

    def _fitting(self, size: tuple[float, float]) -> float:
        area = self.viewport().size()
        across = (area.width() - 2 * GAP) / (size[0] * POINT)
        if self.fit == WIDTH:
            return across
        return min(across, (area.height() - 2 * GAP) / (size[1] * POINT))

    def _set_zoom(self, zoom: float) -> None:
        zoom = min(max(zoom, LEAST), MOST)
        if abs(zoom - self.zoom) > 0.001:
            self.zoom = zoom
            self.zoom_changed.emit(zoom)

    def page_rect(self, page: int) -> QRectF:
        """The rectangle of a page in the viewport."""
        width, height = self._source.sizes[page]
        scale = self.zoom * POINT
        room = max(
            self.viewport().width(), self.horizontalScrollBar().maximum() + self.viewport().width()
        )
        left = (room - width * scale) / 2 - self.horizontalScrollBar().value()
        top = self._tops[page] - self.verticalScrollBar().value()
        return QRectF(round(left), round(top), round(width * scale), round(height * scale))

    # --- moving --------------------------------------------------------------------------------

    def set_fit(self, fit: str) -> None:
        """Fit the page to the window from now on."""
        self.fit = fit
        self._measure()

    def set_zoom(self, zoom: float) -> None:
        """Show the pages at this size."""
        self.fit = ""
        self._measure(zoom)

    def zoom_by(self, steps: int) -> None:
        """The next larger or smaller of the usual sizes."""
        if steps > 0:
            found = [step for step in STEPS if step > self.zoom + 0.01]
            self.set_zoom(found[0] if found else MOST)
        else:
            found = [step for step in STEPS if step < self.zoom - 0.01]
            self.set_zoom(found[-1] if found else LEAST)

    def go_to(self, page: int) -> None:
        """Show the top of a page."""
        if 0 <= page < len(self._tops):
            self.verticalScrollBar().setValue(round(self._tops[page] - GAP))

    def show_marks(self, marks: list[Box], current: int) -> None:
        """Mark these places and bring the current one into sight."""
        self.marks, self.mark = marks, current
        if 0 <= current < len(marks):
            box, scale = marks[current], self.zoom * POINT
            top = self._tops[box.page] + box.top * scale
            seen = self.verticalScrollBar().value()
            if not seen + 40 < top < seen + self.viewport().height() - 60:
                self.verticalScrollBar().setValue(round(top - self.viewport().height() / 3))
        self.viewport().update()

    def _on_scrolled(self) -> None:
        middle = self.verticalScrollBar().value() + self.viewport().height() / 2
        page = max(0, bisect.bisect_right(self._tops, middle) - 1)
        if page != self._page:
            self._page = page
            self.page_changed.emit(page)

    # --- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(tokens().neutral_soft))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.viewport().rect())
        scale = round(self.zoom * POINT * self.devicePixelRatioF(), 3)
        wishes = []
        for page in self._in_sight():
            place = self.page_rect(page)
            painter.fillRect(place, Qt.GlobalColor.white)
            wishes.append((page, scale))
            picture = self._source.picture(page, scale)
            if picture is not None:
                painter.drawImage(place, picture)
            painter.setPen(QColor(tokens().line_strong))
            painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))
            self._paint_marks(painter, page, place, area)
        painter.end()
        self._source.want("view", wishes)

    def _in_sight(self) -> range:
        first = self._place()[0] if self._tops else 0
        bottom = self.verticalScrollBar().value() + self.viewport().height()
        return range(first, bisect.bisect_right(self._tops, bottom))

    def _paint_marks(self, painter: QPainter, page: int, place: QRectF, area: QRectF) -> None:
        scale = self.zoom * POINT
        for number, box in enumerate(self.marks):
            if box.page != page:
                continue
            where = QRectF(
                place.left() + box.left * scale,
                place.top() + box.top * scale,
                (box.right - box.left) * scale,
                (box.bottom - box.top) * scale,
            )
            if where.intersects(area):
                current = number == self.mark
                painter.fillRect(
                    where, QColor(255, 150, 0, 120) if current else QColor(255, 220, 0, 90)
                )
                if current:
                    painter.setPen(QColor(200, 90, 0))
                    painter.drawRect(where)

    # --- input ---------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        bar = self.verticalScrollBar()
        if event.key() in (key.Key_Plus, key.Key_Equal):
            self.zoom_by(1)
        elif event.key() == key.Key_Minus:
            self.zoom_by(-1)
        elif event.key() == key.Key_Home:
            bar.setValue(0)
        elif event.key() == key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._held = event.position()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            moved = event.position() - self._held
            self._held = event.position()
            for bar, way in (
                (self.horizontalScrollBar(), moved.x()),
                (self.verticalScrollBar(), moved.y()),
            ):
                bar.setValue(bar.value() - round(way))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)


class PageList(QListWidget):
    """All pages, small; the chosen one is shown large."""

    page_chosen = Signal(int)
    SMALL = 104

    def __init__(self, source: PageSource) -> None:
        super().__init__()
        self._source = source
        self.setAccessibleName(_("All pages, small"))
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setFlow(QListWidget.Flow.TopToBottom)
        self.setWrapping(False)
        self.setMovement(QListWidget.Movement.Static)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(self.SMALL, 148))
        self.setFixedWidth(self.SMALL + 36)
        self.setSpacing(4)
        source.opened.connect(self._on_opened)
        source.arrived.connect(self._on_arrived)
        self.verticalScrollBar().valueChanged.connect(self._ask)
        self.currentRowChanged.connect(self.page_chosen)

    def _scale(self, page: int) -> float:
        return round(self.SMALL * self.devicePixelRatioF() / self._source.sizes[page][0], 3)

    def _on_opened(self) -> None:
        count = len(self._source.sizes)
        if self.count() != count:
            self.blockSignals(True)
            self.clear()
            blank = QPixmap(self.iconSize())
            blank.fill(Qt.GlobalColor.white)
            for number in range(count):
                item = QListWidgetItem(QIcon(blank), str(number + 1))
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                item.setSizeHint(QSize(self.SMALL + 12, self.iconSize().height() + 26))
                self.addItem(item)
            self.setCurrentRow(0)
            self.blockSignals(False)
        self._ask()

    def _ask(self) -> None:
        if not self.isVisible() or not self.count():
            return
        middle = self.viewport().width() // 2
        first = self.indexAt(self.viewport().rect().topLeft() + QPoint(middle, 8)).row()
        last = self.indexAt(self.viewport().rect().bottomLeft() + QPoint(middle, -8)).row()
        last = last if last >= 0 else self.count() - 1
        pages = range(max(first, 0), min(last + 1, self.count()))
        self._source.want("list", [(page, self._scale(page)) for page in pages])
        for page in pages:
            self._on_arrived(page)

    def _on_arrived(self, page: int) -> None:
        if page >= self.count() or not self.isVisible():
            return
        picture = self._source.picture(page, self._scale(page))
        if picture is not None:
            small = QPixmap.fromImage(picture)
            made = QIcon(small)
            made.addPixmap(small, QIcon.Mode.Selected)
            self.item(page).setIcon(made)

    def show_page(self, page: int) -> None:
        """Mark the page that is shown large."""
        self.blockSignals(True)
        self.setCurrentRow(page)
        self.blockSignals(False)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask()
