"""A share as a bar: class probabilities, compliance, progress of a plan."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.toolkit.theme import tokens


class ShareBar(QWidget):
    """A rounded bar filled to a share between 0 and 1, in the colour of a token."""

    HEIGHT = 8

    def __init__(self, share: float = 0.0, token: str = "accent") -> None:
        super().__init__()
        self._share = share
        self._token = token
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float, token: str | None = None) -> None:
        """Show another share."""
        self._share = min(1.0, max(0.0, share))
        self._token = token or self._token
        self.setAccessibleName(f"{self._share:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self.HEIGHT + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - self.HEIGHT) / 2
        groove = QRectF(0.5, top, self.width() - 1, self.HEIGHT)
        painter.setPen(QColor(colors.line))
        painter.setBrush(QColor(colors.background))
        painter.drawRoundedRect(groove, self.HEIGHT / 2, self.HEIGHT / 2)
        if self._share > 0:
            filled = QRectF(groove)
            filled.setWidth(max(float(self.HEIGHT), groove.width() * self._share))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(colors, self._token)))
            painter.drawRoundedRect(filled, self.HEIGHT / 2, self.HEIGHT / 2)
        painter.end()
