"""Charts painted from measured values: rates with intervals, areas by month, a curve.

Every value is written, so that they are read without colour; the table beside a chart holds the
same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF

from app.gui.toolkit.chart import CENTER, LEFT, RIGHT, Chart
from app.gui.toolkit.theme import SMALL, tokens, ui_font


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredBar:
    """A value between its limits, with its name and what is written beside it."""

    name: str
    value: float
    low: float
    high: float
    figure: str
    doubtful: bool = False


class IntervalBars(Chart):
    """Values as points with their intervals as lines, one below another."""

    LINE = 40

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._rows: tuple[MeasuredBar, ...] = ()
        self._level: tuple[float, str] | None = None
        self.setMinimumWidth(380)

    def show_rows(self, rows: Sequence[MeasuredBar], level: tuple[float, str] | None) -> None:
        """Show these, and a line at the value of all with its name."""
        self._rows, self._level = tuple(rows), level
        self._current = -1
        self.setMinimumHeight(self.LINE * len(self._rows) + 40)
        self.update()

    def amount(self) -> int:
        return len(self._rows)

    def described(self, place: int) -> str:
        row = self._rows[place]
        return f"{row.name} · {row.figure}"

    def bar_at(self, point: QPointF) -> int:
        place = int((point.y() - 24) // self.LINE)
        return place if 0 <= place < self.amount() else -1

    def sizeHint(self) -> QSize:
        return QSize(520, max(200, self.minimumHeight()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(SMALL))
        # A few values known by next to nothing must not press all others together.
        known = [row.high for row in self._rows if not row.doubtful] or [
            row.high for row in self._rows
        ]
        most = max([*known, *(row.value for row in self._rows)], default=1.0) or 1.0
        left, width = 12.0, self.width() - 24.0
        if self._level is not None:
            x = left + width * min(1.0, self._level[0] / most)
            painter.setPen(QPen(QColor(tokens().accent), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, 20), QPointF(x, self.LINE * len(self._rows) + 26))
            painter.setPen(QColor(tokens().accent))
            needed = QFontMetrics(painter.font()).horizontalAdvance(self._level[1])
            start = min(max(left, x - needed / 2), left + width - needed)
            painter.drawText(QRectF(start, 2, needed + 2, 18), LEFT, self._level[1])
        for place, row in enumerate(self._rows):
            box = QRectF(left, 24 + place * self.LINE, width, self.LINE)
            if place == self._current:
                painter.fillRect(box.adjusted(-8, 0, 8, 0), QColor(tokens().accent_soft))
            self._paint_row(painter, box, row, most)
        self._frame_focus(painter)
        painter.end()

    def _paint_row(self, painter: QPainter, box: QRectF, row: MeasuredBar, most: float) -> None:
        text = QRectF(box.left(), box.top() + 2, box.width(), 18)
        figures = QFontMetrics(painter.font()).horizontalAdvance(row.figure) + 12
        name = QFontMetrics(painter.font()).elidedText(
            row.name, Qt.TextElideMode.ElideRight, int(box.width() - figures)
        )
        painter.setPen(QColor(tokens().text))
        painter.drawText(text, LEFT, name)
        painter.setPen(QColor(tokens().muted))
        painter.drawText(text, RIGHT, row.figure)
        y = box.top() + 28

        def at(value: float) -> float:
            return box.left() + box.width() * min(1.0, value / most)

        style = Qt.PenStyle.DotLine if row.doubtful else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(tokens().text), 2, style))
        painter.drawLine(QPointF(at(row.low), y), QPointF(at(row.high), y))
        painter.setPen(QPen(QColor(tokens().text), 2))
        ends = [row.low] if row.high > most else [row.low, row.high]
        for end in ends:
            painter.drawLine(QPointF(at(end), y - 4), QPointF(at(end), y + 4))
        painter.setBrush(QColor(tokens().surface if row.doubtful else tokens().text))
        painter.drawEllipse(QPointF(at(row.value), y), 4.5, 4.5)


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A line of the grid: its name, and in each column a value, what is written, what is told."""

    name: str
    cells: tuple[tuple[float | None, str], ...]


class HeatGrid(Chart):
    """A table whose cells are the darker the more there was; the number stands in every cell."""

    ROW, HEAD = 30, 26

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._columns: tuple[str, ...] = ()
        self._rows: tuple[HeatRow, ...] = ()
        self.setMinimumWidth(420)

    def show_grid(self, columns: Sequence[str], rows: Sequence[HeatRow]) -> None:
        """Show these."""
        self._columns, self._rows = tuple(columns), tuple(rows)
        self._current = -1
        self.setMinimumHeight(self.HEAD + self.ROW * len(self._rows) + 12)
        self.update()

    def amount(self) -> int:
        return len(self._rows)

    def described(self, place: int) -> str:
        row = self._rows[place]
        told = (f"{c} {text}" for c, (_v, text) in zip(self._columns, row.cells, strict=True))
        return "\n".join([row.name, *told])

    def bar_at(self, point: QPointF) -> int:
        place = int((point.y() - self.HEAD) // self.ROW)
        return place if 0 <= place < self.amount() else -1

    def sizeHint(self) -> QSize:
        return QSize(640, max(200, self.minimumHeight()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(ui_font(SMALL))
        metrics = QFontMetrics(painter.font())
        names = min(
            self.width() // 3,
            max((metrics.horizontalAdvance(row.name) for row in self._rows), default=0) + 16,
        )
        width = (self.width() - names - 12) / max(1, len(self._columns))
        most = max((v or 0.0 for row in self._rows for v, _t in row.cells), default=0.0) or 1.0
        painter.setPen(QColor(tokens().muted))
        needed = max((metrics.horizontalAdvance(c) for c in self._columns), default=0) + 6
        every = max(1, int(-(-needed // max(1.0, width))))
        for place, column in enumerate(self._columns):
            if place % every == 0:
                box = QRectF(names + place * width, 2, width * every, self.HEAD - 4)
                painter.drawText(box, CENTER if every == 1 else LEFT, column)
        for place, row in enumerate(self._rows):
            top = self.HEAD + place * self.ROW
            if place == self._current:
                painter.fillRect(
                    QRectF(0, top, self.width(), self.ROW), QColor(tokens().accent_soft)
                )
            painter.setPen(QColor(tokens().text))
            shown = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, names - 12)
            painter.drawText(QRectF(8, top, names - 12, self.ROW), LEFT, shown)
            for number, (value, text) in enumerate(row.cells):
                self._paint_cell(
                    painter,
                    QRectF(names + number * width, top, width, self.ROW).adjusted(1, 1, -1, -1),
                    (value or 0.0) / most,
                    text,
                )
        self._frame_focus(painter)
        painter.end()

    def _paint_cell(self, painter: QPainter, box: QRectF, share: float, text: str) -> None:
        colour = QColor(tokens().series[0])
        colour.setAlphaF(0.06 + 0.54 * share)
        painter.fillRect(box, colour)
        painter.setPen(QColor(tokens().text))
        if QFontMetrics(painter.font()).horizontalAdvance(text) <= box.width():
            painter.drawText(box, CENTER, text)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A measured point, the expected value beside it, and what is told of it."""

    x: float
    y: float
    expected: float | None
    told: str


class CurveChart(Chart):
    """Measured points with the curve expected through them."""

    LEFT_SIDE, BELOW, TOP = 52, 40, 14

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._points: tuple[CurvePoint, ...] = ()
        self._axes = ("", "")
        self.setMinimumSize(420, 260)

    def show_points(self, points: Sequence[CurvePoint], axes: tuple[str, str]) -> None:
        """Show these; `axes` name what lies along and up."""
        self._points, self._axes = tuple(points), axes
        self._current = -1
        self.update()

    def amount(self) -> int:
        return len(self._points)

    def described(self, place: int) -> str:
        return self._points[place].told

    def bar_at(self, point: QPointF) -> int:
        if not self._points:
            return -1
        area, right, top = self._area(), self._points[-1].x or 1.0, self._most()
        near = [self._at(area, p.x, p.y, right, top) - point for p in self._points]
        return min(range(len(near)), key=lambda n: near[n].manhattanLength())

    def sizeHint(self) -> QSize:
        return QSize(680, 380)

    def _most(self) -> float:
        return max([1.0, *(max(p.y, p.expected or 0.0) for p in self._points)])

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(self.LEFT_SIDE, self.TOP + 18, -16, -self.BELOW)

    def _at(self, area: QRectF, x: float, y: float, right: float, top: float) -> QPointF:
        return QPointF(
            area.left() + area.width() * x / right, area.bottom() - area.height() * y / top
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(SMALL))
        area = self._area()
        right = self._points[-1].x if self._points and self._points[-1].x > 0 else 1.0
        top = self._most()
        self._paint_axes(painter, area, right, top)
        curve = [
            self._at(area, p.x, p.expected, right, top)
            for p in self._points
            if p.expected is not None
        ]
        painter.setPen(QPen(QColor(tokens().accent), 2, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF([self._at(area, 0, 0, right, top), *curve]))
        for place, point in enumerate(self._points):
            marked = place == self._current
            painter.setPen(QPen(QColor(tokens().text), 2))
            painter.setBrush(QColor(tokens().accent if marked else tokens().surface))
            size = 6.5 if marked else 4.0
            painter.drawEllipse(self._at(area, point.x, point.y, right, top), size, size)
        self._frame_focus(painter)
        painter.end()

    def _paint_axes(self, painter: QPainter, area: QRectF, right: float, top: float) -> None:
        along, up = self._axes
        for part in range(5):
            y, x = (
                area.bottom() - area.height() * part / 4,
                area.left() + area.width() * part / 4,
            )
            painter.setPen(QPen(QColor(tokens().line), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(tokens().muted))
            painter.drawText(
                QRectF(0, y - 10, self.LEFT_SIDE - 8, 20), RIGHT, f"{top * part / 4:,.0f}"
            )
            side = RIGHT if part == 4 else CENTER
            start = x - 80 if part == 4 else x - 40
            painter.drawText(
                QRectF(start, area.bottom() + 3, 80, 16), side, f"{right * part / 4:,.0f}"
            )
        painter.drawText(QRectF(8, 6, area.width(), 18), LEFT, up)
        painter.drawText(QRectF(area.left(), area.bottom() + 19, area.width(), 18), RIGHT, along)
