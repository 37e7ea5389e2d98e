"""One photo, as large as the screen allows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, column, label, row
from app.gui.toolkit.manual_window import bind_help


class PictureDialog(QDialog):
    """Shows a picture; `save` saves the copy without the data its camera wrote into it."""

    def __init__(
        self, title: str, about: str, picture: QImage, save: Callable[[], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        bind_help(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._picture = QPixmap.fromImage(picture)
        self._shown = QLabel()
        self._shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shown.setMinimumSize(320, 240)
        saved = button(
            _("Save a copy …"), save, icon="save", tip=_("Without place and device data")
        )
        layout = column(
            self._shown,
            row(
                label(about, "muted", copy=True),
                None,
                saved,
                button(_("Close"), self.accept, role="primary"),
            ),
            margins=(12, 12, 12, 12),
        )
        layout.setStretch(0, 1)
        self.setLayout(layout)
        room = parent.window().size()
        self.resize(
            picture.size().scaled(room * 0.85, Qt.AspectRatioMode.KeepAspectRatio) + QSize(24, 70)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shown.setPixmap(
            self._picture.scaled(
                self._shown.size(),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
