"""A picture chosen from a file, shown as it will be printed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.domain.documents import PICTURE_PATTERNS
from app.gui.toolkit.files import ask_file
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, label, row

SHOWN = QSize(200, 56)


class PictureEdit(QWidget):
    """The value is the path of a picture, or empty."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._path = ""
        self._picture = QLabel()
        self._text = label(_("none"), "muted")
        self._choose = button(_("Choose …"), self._ask, icon="image")
        self._remove = button(_("Remove"), lambda: self.show_path(""), role="quiet")
        self._remove.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self._choose)
        self.setLayout(row(self._picture, self._text, None, self._remove, self._choose))

    def path(self) -> str:
        """The chosen file."""
        return self._path

    def show_path(self, path: str | None) -> None:
        """Show this picture."""
        before, self._path = self._path, path or ""
        picture = _read(Path(self._path), self.devicePixelRatioF()) if self._path else QPixmap()
        self._picture.setPixmap(picture)
        self._picture.setVisible(not picture.isNull())
        self._text.setText(_("This picture cannot be read.") if self._path else _("none"))
        self._text.setVisible(picture.isNull())
        self._remove.setVisible(bool(self._path))
        if before != self._path:
            self.changed.emit()

    def _ask(self) -> None:
        ask_file(
            self,
            _("Choose a picture"),
            _("Pictures ({patterns})", patterns=PICTURE_PATTERNS),
            lambda path: self.show_path(str(path)),
        )


def _read(path: Path, ratio: float) -> QPixmap:
    """The picture at the size it is shown: a photograph is not unpacked for a preview."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        most = QSize(round(SHOWN.width() * ratio), round(SHOWN.height() * ratio))
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    made = QPixmap.fromImage(reader.read())
    made.setDevicePixelRatio(ratio)
    return made
