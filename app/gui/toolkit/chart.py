"""Charts painted from values: stacked bars over time, and ranked bars.

Readable without colour: every series has a pattern of its own and is named with its number.  The
arrow keys go from bar to bar; `current_changed` links a chart with the table beside it, which
holds the same numbers for a screen reader.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.toolkit.layout import plain_tip
from app.gui.toolkit.theme import SMALL, tokens, ui_font

_PATTERNS = (
    Qt.BrushStyle.NoBrush,
    Qt.BrushStyle.BDiagPattern,
    Qt.BrushStyle.Dense5Pattern,
    Qt.BrushStyle.HorPattern,
    Qt.BrushStyle.DiagCrossPattern,
    Qt.BrushStyle.VerPattern,
    Qt.BrushStyle.FDiagPattern,
    Qt.BrushStyle.CrossPattern,
    Qt.BrushStyle.Dense6Pattern,
    Qt.BrushStyle.NoBrush,
)


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One layer of stacked bars.  `style` chooses colour and pattern."""

    name: str
    style: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RankedBar:
    """One line of ranked bars: name, the parts of its bar as (value, style), and its figure."""

    name: str
    parts: tuple[tuple[float, int], ...]
    figure: str
    detail: str = ""


class Chart(QWidget):
    """A chart with bars one can go through."""

    current_changed = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._name = name
        self._current = -1

    def amount(self) -> int:
        """How many bars there are."""
        raise NotImplementedError

    def described(self, place: int) -> str:
        """A bar in words."""
        raise NotImplementedError

    def bar_at(self, point: QPointF) -> int:
        """The bar under a point, or -1."""
        raise NotImplementedError

    @property
    def current(self) -> int:
        """The marked bar, or -1."""
        return self._current

    def set_current(self, place: int) -> None:
        """Mark a bar."""
        if place == self._current or place >= self.amount():
            return
        self._current = place
        text = self.described(place) if place >= 0 else ""
        self.setAccessibleDescription(text)
        self.setToolTip(plain_tip(text))
        self.update()
        self.current_changed.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Home: -self.amount(),
            Qt.Key.Key_End: self.amount(),
        }.get(Qt.Key(event.key()))
        if step is None or not self.amount():
            super().keyPressEvent(event)
            return
        self.set_current(min(self.amount() - 1, max(0, self._current + step)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.bar_at(event.position())
        if place >= 0:
            self.set_current(place)
        super().mousePressEvent(event)

    def _frame_focus(self, painter: QPainter) -> None:
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class StackedBars(Chart):
    """Bars over time, stacked by series, with a legend that gives every total."""

    TOP, SIDE, BELOW = 10, 44, 24

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._labels: tuple[str, ...] = ()
        self._series: tuple[ChartSeries, ...] = ()
        self._unfinished = ""
        self.setMinimumSize(420, 260)

    def show_series(
        self, labels: Sequence[str], series: Sequence[ChartSeries], unfinished: str = ""
    ) -> None:
        """Show these numbers; `unfinished` says so of the last bar when its time is not over."""
        self._labels, self._series = tuple(labels), tuple(series)
        self._unfinished = unfinished
        self._current = -1
        self.setToolTip("")
        self.update()

    def amount(self) -> int:
        return len(self._labels)

    def described(self, place: int) -> str:
        lines = [f"{one.name} {one.values[place]}" for one in self._series if one.values[place]]
        if self._unfinished and place == self.amount() - 1:
            lines.append(self._unfinished)
        return "\n".join([f"{self._labels[place]} · {self._total(place)}", *lines])

    def bar_at(self, point: QPointF) -> int:
        area = self._area()
        if not self._labels or not area.adjusted(0, 0, 0, self.BELOW).contains(point):
            return -1
        return min(self.amount() - 1, int((point.x() - area.left()) / area.width() * self.amount()))

    def sizeHint(self) -> QSize:
        return QSize(680, 380)

    def _total(self, place: int) -> int:
        return sum(one.values[place] for one in self._series)

    def _area(self) -> QRectF:
        top = self.TOP + self._legend_height() + (18 if self._unfinished else 0)
        return QRectF(
            self.SIDE,
            top,
            max(10, self.width() - self.SIDE - 8),
            max(10, self.height() - top - self.BELOW),
        )

    # --- legend --------------------------------------------------------------------------------

    def _legend(self) -> list[tuple[QRectF, ChartSeries, str]]:
        metrics = QFontMetrics(ui_font(SMALL))
        height = metrics.height() + 4
        x, y = float(self.SIDE), float(self.TOP)
        placed = []
        for one in self._series:
            text = f"{one.name} {sum(one.values)}"
            width = metrics.horizontalAdvance(text) + 34
            if x + width > self.width() - 8 and x > self.SIDE:
                x, y = float(self.SIDE), y + height
            placed.append((QRectF(x, y, width, height), one, text))
            x += width
        return placed

    def _legend_height(self) -> float:
        placed = self._legend()
        return placed[-1][0].bottom() - self.TOP + 14 if placed else 0.0

    # --- painting ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(SMALL))
        area = self._area()
        top = nice_top(max((self._total(n) for n in range(self.amount())), default=0))
        for box, one, text in self._legend():
            swatch = QRectF(box.left(), box.center().y() - 6, 16, 12)
            fill(painter, swatch, one.style)
            painter.setPen(QColor(tokens().text))
            painter.drawText(box.adjusted(22, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
        self._paint_grid(painter, area, top)
        for place in range(self.amount()):
            self._paint_bar(painter, area, top, place)
        self._frame_focus(painter)
        painter.end()

    def _paint_grid(self, painter: QPainter, area: QRectF, top: int) -> None:
        for part in range(5):
            value = top * part / 4
            y = area.bottom() - area.height() * part / 4
            painter.setPen(QPen(QColor(tokens().line), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(tokens().muted))
            painter.drawText(
                QRectF(0, y - 10, self.SIDE - 8, 20),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{value:g}",
            )

    def _paint_bar(self, painter: QPainter, area: QRectF, top: int, place: int) -> None:
        slot = area.width() / self.amount()
        left = area.left() + slot * place
        width = min(46.0, slot * 0.68)
        if place == self._current:
            painter.fillRect(
                QRectF(left, area.top() - 2, slot, area.height() + self.BELOW),
                QColor(tokens().accent_soft),
            )
        bottom = area.bottom()
        for one in self._series:
            height = area.height() * one.values[place] / top
            if height > 0:
                bar = QRectF(left + (slot - width) / 2, bottom - height, width, height)
                fill(painter, bar, one.style)
                bottom -= height
        if self._unfinished and place == self.amount() - 1:
            self._mark_unfinished(
                painter, QRectF(left, area.top(), slot, area.bottom() - area.top())
            )
        painter.setPen(QColor(tokens().text))
        total = str(self._total(place))
        if QFontMetrics(painter.font()).horizontalAdvance(total) <= slot:
            painter.drawText(QRectF(left, bottom - 19, slot, 18), CENTER, total)
        self._paint_label(painter, QRectF(left, area.bottom() + 3, slot, self.BELOW - 4), place)

    def _mark_unfinished(self, painter: QPainter, box: QRectF) -> None:
        """A dashed frame up to the top, with the word in it: more will come."""
        painter.setPen(QPen(QColor(tokens().muted), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(2, 0, -2, 0))
        painter.setPen(QColor(tokens().muted))
        needed = QFontMetrics(painter.font()).horizontalAdvance(self._unfinished) + 4
        start = min(box.left(), self.width() - needed - 4.0)
        painter.drawText(QRectF(start, box.top() - 18, needed, 16), LEFT, self._unfinished)

    def _paint_label(self, painter: QPainter, box: QRectF, place: int) -> None:
        metrics = QFontMetrics(painter.font())
        needed = max(metrics.horizontalAdvance(text) for text in self._labels) + 8
        every = max(1, math.ceil(needed / box.width()))
        if place % every == 0:
            painter.setPen(QColor(tokens().muted))
            wide = box.adjusted(-needed, 0, needed, 0)
            painter.drawText(wide, CENTER, self._labels[place])


class RankedBars(Chart):
    """Bars one below another, longest first, each with its figure."""

    LINE = 44

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._rows: tuple[RankedBar, ...] = ()
        self.setMinimumWidth(380)

    def show_rows(self, rows: Sequence[RankedBar]) -> None:
        """Show these."""
        self._rows = tuple(rows)
        self._current = -1
        self.setToolTip("")
        self.setMinimumHeight(self.LINE * len(self._rows) + 12)
        self.update()

    def amount(self) -> int:
        return len(self._rows)

    def described(self, place: int) -> str:
        row = self._rows[place]
        return " · ".join(part for part in (row.name, row.figure, row.detail) if part)

    def bar_at(self, point: QPointF) -> int:
        place = int((point.y() - 6) // self.LINE)
        return place if 0 <= place < self.amount() else -1

    def sizeHint(self) -> QSize:
        return QSize(520, max(200, self.LINE * len(self._rows) + 12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        figures = QFontMetrics(_bold()).horizontalAdvance
        right = max((figures(row.figure) for row in self._rows), default=0) + 16
        most = max((sum(v for v, _s in row.parts) for row in self._rows), default=0) or 1
        for place, row in enumerate(self._rows):
            box = QRectF(12, 6 + place * self.LINE, self.width() - 24, self.LINE)
            if place == self._current:
                painter.fillRect(box.adjusted(-8, 0, 8, 0), QColor(tokens().accent_soft))
            self._paint_row(painter, box, row, most, right)
        self._frame_focus(painter)
        painter.end()

    def _paint_row(
        self, painter: QPainter, box: QRectF, row: RankedBar, most: float, right: float
    ) -> None:
        name = QRectF(box.left(), box.top() + 2, box.width(), 20)
        painter.setFont(ui_font())
        painter.setPen(QColor(tokens().text))
        painter.drawText(name, LEFT, row.name)
        painter.setFont(ui_font(SMALL))
        painter.setPen(QColor(tokens().muted))
        painter.drawText(name, RIGHT, row.detail)
        groove = QRectF(box.left(), box.top() + 25, box.width() - right, 12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().neutral_soft))
        painter.drawRoundedRect(groove, 3, 3)
        left = groove.left()
        for value, style in row.parts:
            width = groove.width() * value / most
            if width > 0:
                fill(painter, QRectF(left, groove.top(), max(2.0, width), groove.height()), style)
                left += width
        painter.setFont(_bold())
        painter.setPen(QColor(tokens().text))
        painter.drawText(
            QRectF(box.right() - right, groove.top() - 4, right, 20), RIGHT, row.figure
        )


CENTER = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _bold() -> QFont:
    return ui_font(bold=True)


def fill(painter: QPainter, box: QRectF, style: int) -> None:
    """A box in colour and pattern of a style, set off from its neighbours by a thin line."""
    colors = tokens()
    color = QColor(colors.series[style % len(colors.series)])
    painter.setPen(QPen(QColor(colors.surface), 1))
    painter.setBrush(color)
    painter.drawRect(box)
    pattern = _PATTERNS[style % len(_PATTERNS)]
    if pattern is not Qt.BrushStyle.NoBrush:
        lines = QColor(colors.surface)
        lines.setAlpha(150)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(lines, pattern))
        painter.drawRect(box)


def nice_top(most: int) -> int:
    """The top of an axis of four steps: a round number not below `most`."""
    if most <= 4:
        return 4
    step = most / 4
    size = 10 ** math.floor(math.log10(step))
    for factor in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10):
        if factor * size >= step and float(factor * size).is_integer():
            return int(factor * size * 4)
    return math.ceil(step) * 4
