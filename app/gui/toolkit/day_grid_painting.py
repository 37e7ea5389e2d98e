"""Paints a cell of the calendar: day, load, chips; finds the chip under a point."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from app.gui.toolkit.day_grid_cells import Chip, GridCell
from app.gui.toolkit.language import _
from app.gui.toolkit.theme import BODY, SMALL, Badge, pixmap, tokens, tone_colors, ui_font

CellRole = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
GAP = 2


class GridDelegate(QStyledItemDelegate):
    """Paints a cell and finds the chip under a point.  `target` is the cell a drag hovers over."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self.target: QPersistentModelIndex | None = None

    def chip_height(self) -> int:
        """The height of a chip with its gap."""
        return QFontMetrics(ui_font(SMALL)).height() + 1 + GAP

    def head_height(self) -> int:
        """The height of a cell's head."""
        return QFontMetrics(ui_font(BODY)).height() + 5

    def shown(self, cell: GridCell, height: int) -> int:
        """How many chips a cell of this height shows; one line is kept for how many are left."""
        room = max(0, (height - self.head_height() - 2) // self.chip_height())
        return len(cell.chips) if room >= len(cell.chips) else max(0, room - 1)

    def chip_at(self, cell: GridCell, rect: QRect, point: QPoint) -> Chip | None:
        """The chip under a point."""
        line = (point.y() - rect.top() - self.head_height()) // self.chip_height()
        if 0 <= line < self.shown(cell, rect.height()):
            return cell.chips[line]
        return None

    def needed(self, cell: GridCell) -> int:
        """The height at which every chip is shown."""
        return self.head_height() + len(cell.chips) * self.chip_height() + 8

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        if not index.isValid():
            return False
        chip = self.chip_at(index.data(CellRole), option.rect, event.pos())
        QToolTip.showText(event.globalPos(), chip.hint if chip else "", view)
        return True

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: GridCell = index.data(CellRole)
        rect, colors = option.rect, tokens()
        painter.save()
        painter.setClipRect(rect)
        quiet = cell.off or cell.outside
        painter.fillRect(rect, QColor(colors.background if quiet else colors.surface))
        if cell.away:
            painter.fillRect(rect, QBrush(QColor(colors.line), Qt.BrushStyle.BDiagPattern))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        elif self.target is not None and self.target == index:
            painter.setPen(QPen(QColor(colors.accent), 2, Qt.PenStyle.DashLine))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.setPen(QColor(colors.line))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        self._paint_head(painter, rect, cell)
        self._paint_chips(painter, rect, cell)
        painter.restore()

    def _paint_head(self, painter: QPainter, rect: QRect, cell: GridCell) -> None:
        colors = tokens()
        head = QRect(rect.left() + 8, rect.top() + 2, rect.width() - 16, self.head_height() - 4)
        painter.setFont(ui_font(BODY, bold=True))
        left = 0
        if cell.today and not cell.title:
            painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 3), QColor(colors.accent))
        elif cell.today:
            wide = max(26, painter.fontMetrics().horizontalAdvance(cell.title) + 14)
            pill = QRect(head.left() - 3, head.top(), wide, head.height())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent))
            painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
            painter.setPen(QColor(colors.on_accent))
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, cell.title)
            left = wide + 4
        elif cell.title:
            painter.setPen(QColor(colors.muted if cell.outside or cell.off else colors.text))
            painter.drawText(head, int(_LEFT), cell.title)
            left = painter.fontMetrics().horizontalAdvance(cell.title) + 8
        painter.setFont(ui_font(SMALL))
        over = cell.load is not None and cell.load > 1
        painter.setPen(QColor(colors.danger if over else colors.muted))
        note = f"! {cell.note}" if over else cell.note
        room = head.adjusted(left, 0, 0, 0)
        shown = painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(_RIGHT), shown)

    def _paint_chips(self, painter: QPainter, rect: QRect, cell: GridCell) -> None:
        step = self.chip_height()
        top = rect.top() + self.head_height()
        count = self.shown(cell, rect.height())
        # Of a long week only what is in sight is painted.
        clip = self._view.viewport().rect()
        first = max(0, (clip.top() - top) // step)
        last = min(count, (clip.bottom() - top) // step + 1)
        for line in range(first, last):
            box = QRect(rect.left() + 6, top + line * step, rect.width() - 12, step - GAP)
            paint_chip(painter, box, cell.chips[line].badge, faint=cell.outside)
        if count < len(cell.chips):
            painter.setPen(QColor(tokens().muted))
            painter.setFont(ui_font(SMALL))
            box = QRect(rect.left() + 10, top + count * step, rect.width() - 16, step)
            left = len(cell.chips) - count
            painter.drawText(box, int(_LEFT), _("{count} more", count=left))


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_chip(painter: QPainter, box: QRect, badge: Badge, *, faint: bool = False) -> None:
    """A tinted bar over the whole width: symbol and words."""
    ink, tint = tone_colors(badge.tone)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if not faint:
        painter.setBrush(tint)
        painter.drawRoundedRect(box, 5, 5)
    if badge.tone == "danger":
        painter.setBrush(ink)
        painter.drawRoundedRect(QRect(box.left(), box.top(), 3, box.height()), 1, 1)
    token = badge.tone if badge.tone != "neutral" else "muted"
    painter.drawPixmap(box.left() + 7, box.center().y() - 6, pixmap(badge.icon, token, 13))
    painter.setPen(ink)
    painter.setFont(ui_font(SMALL))
    inside = box.adjusted(24, 0, -4, 0)
    shown = painter.fontMetrics().elidedText(
        badge.text, Qt.TextElideMode.ElideRight, inside.width()
    )
    painter.drawText(inside, int(_LEFT), shown)
