"""A text that gives way: it takes so many lines at most, the whole of it is in its tooltip."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy

from app.gui.toolkit.language import _
from app.gui.toolkit.layout import plain_tip

LEAST, USUAL = 180, 420
"""Pixels of width it needs, and those it asks for when it has several lines."""
TITLE = USUAL
"""Pixels a heading keeps, number and merchant: buttons go on in the next line before it is cut."""


class ElidedLabel(QLabel):
    """Plain text in at most `lines` lines, never made narrower than `least` pixels.  `text` is
    always the whole of it, as are its tooltip and what a screen reader says; it is copied from its
    menu."""

    def __init__(self, role: str = "", *, lines: int = 1, least: int = LEAST) -> None:
        super().__init__()
        self._lines, self._least = lines, least
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(lines > 1)
        self.setSizePolicy(policy)

    def setText(self, text: str) -> None:
        """Show a text; line breaks are spaces."""
        super().setText(" ".join(text.split()))
        self.setToolTip(plain_tip(self.text()))
        self.updateGeometry()

    def _laid_out(self, width: int) -> QTextLayout:
        """The lines at a width, as many as may be shown; the last holds the rest."""
        made = QTextLayout(self.text(), self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        made.setTextOption(option)
        made.beginLayout()
        while made.lineCount() < self._lines:
            line = made.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(1, width))
        made.endLayout()
        return made

    def _whole_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(self.text()) + 2

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        wide = self._whole_width() if self._lines == 1 else min(self._whole_width(), USUAL)
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(min(self._whole_width(), self._least), self.fontMetrics().height())

    def hasHeightForWidth(self) -> bool:
        return self._lines > 1

    def heightForWidth(self, width: int) -> int:
        shown = 1 if self._lines == 1 else max(1, self._laid_out(width).lineCount())
        metrics = self.fontMetrics()
        return metrics.height() + (shown - 1) * metrics.lineSpacing()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics, laid_out = self.fontMetrics(), self._laid_out(self.width())
        count = laid_out.lineCount()
        top = (self.height() - metrics.height() - (count - 1) * metrics.lineSpacing()) / 2
        for place in range(count):
            line = laid_out.lineAt(place)
            shown = self.text()[line.textStart() : line.textStart() + line.textLength()]
            if place == count - 1:
                shown = metrics.elidedText(
                    self.text()[line.textStart() :], Qt.TextElideMode.ElideRight, self.width()
                )
            at = QPointF(0, top + place * metrics.lineSpacing() + metrics.ascent())
            painter.drawText(at, shown.rstrip())
        painter.end()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        text = self.text()
        if text:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, USUAL)
            menu.addAction(
                _("Copy “{value}”", value=shown),
                lambda: QGuiApplication.clipboard().setText(text),
            )
            menu.popup(event.globalPos())
