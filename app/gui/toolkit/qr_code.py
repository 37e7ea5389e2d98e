"""A QR code as a picture: black on white in either theme, for scanners look for that."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPixmap

_QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""


def qr_pixmap(text: str, side: int) -> QPixmap:
    """The code of a text, at most `side` pixels wide; every module the same whole number of
    pixels."""
    import segno  # not needed to open the window

    matrix = segno.make(text, error="m", micro=False).matrix
    across = len(matrix) + 2 * _QUIET
    module = max(1, side // across)
    made = QPixmap(across * module, across * module)
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    for down, line in enumerate(matrix, _QUIET):
        for right, dark in enumerate(line, _QUIET):
            if dark:
                place = QRect(right * module, down * module, module, module)
                painter.fillRect(place, Qt.GlobalColor.black)
    painter.end()
    return made
