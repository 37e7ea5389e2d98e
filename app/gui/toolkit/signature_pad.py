"""A place to sign with finger, pen or mouse; strokes are kept with the time of every point.

The pad takes and shows `Ink`; who signs and what for is up to the dialog.
"""

from __future__ import annotations

import itertools

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.documents import LARGEST_INK, Ink, Point
from app.gui.toolkit.language import _
from app.gui.toolkit.theme import SMALL, tokens, ui_font

HEIGHT = 1000
"""Units the pad is high; coordinates are kept in these."""
NEAR = 3
"""Units a point must be away from the last one to be kept."""


def ink_path(ink: Ink, scale: float, left: float = 0, top: float = 0) -> QPainterPath:
    """The strokes as curves through their points."""
    path = QPainterPath()
    for stroke in ink.strokes:
        points = [QPointF(left + x * scale, top + y * scale) for x, y, _t in stroke]
        path.moveTo(points[0])
        if len(points) == 1:
            path.lineTo(points[0] + QPointF(0.5, 0.5))
        for before, after in itertools.pairwise(points):
            path.quadTo(before, (before + after) / 2)
        path.lineTo(points[-1])
    return path


def paint_ink(painter: QPainter, ink: Ink, area: QRectF) -> None:
    """Draw a signature as large as fits, in the middle."""
    points = [point for stroke in ink.strokes for point in stroke]
    if not points:
        return
    left, right = min(p[0] for p in points), max(p[0] for p in points)
    top, bottom = min(p[1] for p in points), max(p[1] for p in points)
    scale = min(area.width() / max(right - left, 1), area.height() / max(bottom - top, 1), 0.2)
    x = area.center().x() - (left + right) / 2 * scale
    y = area.center().y() - (top + bottom) / 2 * scale
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.strokePath(ink_path(ink, scale, x, y), _pen(1.6))


def _pen(width: float) -> QPen:
    pen = QPen(QColor(tokens().text), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


class SignaturePad(QWidget):
    """Draw here.  A second finger is not taken for a pen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._strokes: list[list[Point]] = []
        self._drawing = False
        self._finger: int | None = None
        self._clock = QElapsedTimer()
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(_("Place to sign"))
        self.setMinimumSize(480, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(720, 260)

    def ink(self) -> Ink | None:
        """What was drawn; None when nothing was."""
        if not self._strokes:
            return None
        width = round(HEIGHT * self.width() / max(self.height(), 1))
        return Ink(width, tuple(tuple(stroke) for stroke in self._strokes))

    def clear(self) -> None:
        """Begin again."""
        self._strokes, self._drawing = [], False
        self._told()

    def undo(self) -> None:
        """Take back the last stroke."""
        if self._strokes:
            self._strokes.pop()
        self._drawing = False
        self._told()

    def _told(self) -> None:
        self.update()
        self.changed.emit()

    # --- drawing -------------------------------------------------------------------------------

    def begin(self, place: QPointF) -> None:
        """The pen touches the pad."""
        if not self._clock.isValid():
            self._clock.start()
        self._drawing = True
        self._strokes.append([])
        self.move_to(place)

    def move_to(self, place: QPointF) -> None:
        """The pen moves; outside the pad it stays at the edge."""
        if not self._drawing or sum(map(len, self._strokes)) >= LARGEST_INK:
            return
        unit = HEIGHT / max(self.height(), 1)
        x = round(min(max(place.x(), 0), self.width()) * unit)
        y = round(min(max(place.y(), 0), self.height()) * unit)
        stroke = self._strokes[-1]
        if stroke and abs(stroke[-1][0] - x) + abs(stroke[-1][1] - y) < NEAR:
            return
        stroke.append((x, y, int(self._clock.elapsed())))
        self._told()

    def end(self) -> None:
        """The pen leaves the pad."""
        self._drawing = False

    # --- input ---------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and _is_mouse(event):
            self.begin(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if _is_mouse(event):
            self.move_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if _is_mouse(event):
            self.end()

    def tabletEvent(self, event: QTabletEvent) -> None:
        kind = event.type()
        if kind == QEvent.Type.TabletPress:
            self.begin(event.position())
        elif kind == QEvent.Type.TabletMove and self._drawing:
            self.move_to(event.position())
        elif kind == QEvent.Type.TabletRelease:
            self.end()
        event.accept()

    def event(self, event: QEvent) -> bool:
        kinds = QEvent.Type
        if event.type() in (kinds.TouchBegin, kinds.TouchUpdate, kinds.TouchEnd, kinds.TouchCancel):
            assert isinstance(event, QTouchEvent)
            self._on_touch(event)
            event.accept()
            return True
        return super().event(event)

    def _on_touch(self, event: QTouchEvent) -> None:
        if event.type() in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel):
            self._finger = None
            self.end()
            return
        for point in event.points():
            if self._finger is None:
                self._finger = point.id()
                self.begin(point.position())
            elif point.id() == self._finger:
                self.move_to(point.position())

    # --- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.line_strong), 1))
        painter.setBrush(QColor(colors.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        foot = self.height() * 0.76
        painter.setPen(QPen(QColor(colors.line_strong), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(28, foot), QPointF(self.width() - 28, foot))
        if not self._strokes:
            painter.setFont(ui_font(SMALL))
            painter.setPen(QColor(colors.muted))
            painter.drawText(
                QRectF(28, foot + 4, self.width() - 56, 24),
                Qt.AlignmentFlag.AlignLeft,
                _("Sign here with finger, pen or mouse"),
            )
        ink = self.ink()
        if ink is not None:
            painter.strokePath(ink_path(ink, self.height() / HEIGHT), _pen(2.2))
        painter.end()


def _is_mouse(event: QMouseEvent) -> bool:
    """Whether the event comes from a mouse; Qt repeats those of finger and pen as mouse events."""
    device = event.pointingDevice()
    kind = QPointingDevice.PointerType
    return device is None or device.pointerType() not in (kind.Finger, kind.Pen, kind.Eraser)


class InkView(QWidget):
    """Shows a signature."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self.setFixedHeight(64)
        self.setMinimumWidth(120)
        self.setAccessibleName(_("Signature"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_ink(painter, self._ink, QRectF(self.rect()).adjusted(4, 4, -4, -4))
        painter.end()
