"""A chart as a file for reports and slides: pixels or a drawing, on white or the dark surface."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap

from app.gui.toolkit.chart import Chart
from app.gui.toolkit.theme import tokens

SCALE = 2
"""Pixels for one of the screen, so that it is sharp on paper."""


def picture_of(chart: Chart, suffix: str) -> bytes:
    """The chart as large as it is on the screen: ``.svg`` as a drawing, else PNG."""
    content = QByteArray()
    target = QBuffer(content)
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    if suffix == ".svg":
        from PySide6.QtSvg import QSvgGenerator

        drawing = QSvgGenerator()
        drawing.setOutputDevice(target)
        drawing.setSize(chart.size())
        drawing.setViewBox(QRectF(chart.rect()))
        drawing.setTitle(chart.accessibleName())
        painter = QPainter(drawing)
        painter.fillRect(chart.rect(), QColor(tokens().surface))
        chart.render(painter, QPoint())
        painter.end()
    else:
        pixels = QPixmap(chart.size() * SCALE)
        pixels.setDevicePixelRatio(SCALE)
        pixels.fill(QColor(tokens().surface))
        chart.render(pixels)
        pixels.save(target, "PNG")
    target.close()
    return bytes(content.data())
