"""A sheet of labels as a small picture: click the first one that is still there."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.gui.toolkit.language import _
from app.gui.toolkit.theme import tokens


class LabelGrid(QWidget):
    """`start` counts from 1; labels before it are taken."""

    changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.columns, self.rows, self.start = 3, 8, 1
        self.setFixedSize(QSize(150, 206))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("First free label"))
        self.setToolTip(_("Click the first label that is still on the sheet."))

    def show_sheet(self, columns: int, rows: int) -> None:
        """Show a sheet of this many labels."""
        self.columns, self.rows = columns, rows
        self.start = min(self.start, columns * rows)
        self.update()

    def show_start(self, start: int) -> None:
        """Mark the first free label."""
        self.start = start
        self.update()

    def _choose(self, start: int) -> None:
        self.start = min(max(start, 1), self.columns * self.rows)
        self.update()
        self.changed.emit(self.start)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        column = int(event.position().x() / self.width() * self.columns)
        row = int(event.position().y() / self.height() * self.rows)
        self._choose(row * self.columns + column + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
        }.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose(self.start + step)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colors.accent if self.hasFocus() else colors.line_strong))
        painter.setBrush(QColor(colors.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        width, height = (self.width() - 6) / self.columns, (self.height() - 6) / self.rows
        for number in range(self.columns * self.rows):
            row, column = divmod(number, self.columns)
            place = QRectF(3 + column * width + 1, 3 + row * height + 1, width - 2, height - 2)
            free = number + 1 >= self.start
            first = number + 1 == self.start
            painter.setPen(QColor(colors.accent if free else colors.line))
            painter.setBrush(
                QColor(
                    colors.accent if first else colors.accent_soft if free else colors.neutral_soft
                )
            )
            painter.drawRoundedRect(place, 2, 2)
        painter.end()
