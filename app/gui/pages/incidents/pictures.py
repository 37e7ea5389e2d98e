"""Photos made small for the window, and pictures written as files.  For workers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from app.gui.pages.incidents.photo_strip import THUMB


def small(content: bytes) -> QImage:
    """A small picture of a large one."""
    picture = QImage.fromData(content)
    return picture.scaled(
        THUMB * 2, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def small_file(path: Path) -> QImage:
    """A small picture of a file, without unpacking it whole."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    if reader.size().isValid():
        reader.setScaledSize(
            reader.size().scaled(QSize(300, 224), Qt.AspectRatioMode.KeepAspectRatio)
        )
    return reader.read()


def png(picture: QImage) -> bytes:
    """A picture as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub knows bytes only
    return bytes(buffer.data().data())
