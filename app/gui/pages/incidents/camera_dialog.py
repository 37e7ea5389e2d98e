"""The newest pictures in the camera's folder, to choose some of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, column, label, row
from app.gui.toolkit.manual_window import bind_help

THUMB = QSize(150, 112)


class CameraDialog(Dialog):
    """`chosen` carries the paths; `folder_wanted` asks for another folder."""

    chosen = Signal(list)
    """Each a `Path`."""
    folder_wanted = Signal()

    def __init__(self, folder: Path, files: Sequence[Path], parent: QWidget) -> None:
        super().__init__(parent)
        bind_help(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Photos of the camera folder"))
        self.prefer(880, 560)
        self._files = tuple(files)
        self.list = QListWidget()
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setSelectionMode(QListWidget.SelectionMode.MultiSelection)
        self.list.setIconSize(THUMB)
        self.list.setSpacing(6)
        blank = QPixmap(THUMB)
        blank.fill(Qt.GlobalColor.lightGray)
        for path in files:
            item = QListWidgetItem(QIcon(blank), path.name[:22])
            item.setSizeHint(QSize(THUMB.width() + 14, THUMB.height() + 32))
            self.list.addItem(item)
        self._take = button(_("Add"), self._on_take, role="primary")
        self._take.setDefault(True)
        self.list.itemSelectionChanged.connect(self._on_selected)
        place = label(str(folder), "muted", wrap=True, copy=True)
        said = _("Newest first. Click those to take.") if files else _("No photos in this folder.")
        head = row(
            label(said, wrap=True),
            place,
            button(_("Another folder …"), self._other, icon="folder-open"),
        )
        head.setStretch(0, 1)
        self.arrange(
            column(head, self.list, spacing=10),
            row(None, button(_("Cancel"), self.reject), self._take),
            margins=(16, 14, 16, 14),
        )
        self._on_selected()

    def show_picture(self, path: Path, picture: QImage) -> None:
        """The small picture of a file."""
        if path in self._files and not picture.isNull():
            place = self._files.index(path)
            self.list.item(place).setIcon(QIcon(QPixmap.fromImage(picture)))

    def _on_selected(self) -> None:
        count = len(self.list.selectedItems())
        self._take.setEnabled(bool(count))
        self._take.setText(_("Add {count}", count=count) if count else _("Add"))

    def _on_take(self) -> None:
        rows = sorted(self.list.row(item) for item in self.list.selectedItems())
        self.chosen.emit([self._files[place] for place in rows])
        self.accept()

    def _other(self) -> None:
        self.folder_wanted.emit()
        self.reject()
