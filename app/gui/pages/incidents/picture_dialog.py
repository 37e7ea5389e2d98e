"""One photo, as large as the screen allows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, label, row
from app.gui.toolkit.manual_window import bind_help


class PictureDialog(Dialog):
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
        self._shown.setMinimumSize(160, 120)
        saved = button(
            _("Save a copy …"), save, icon="save", tip=_("Without place and device data")
        )
        foot = row(
            label(about, "muted", wrap=True, copy=True),
            saved,
            button(_("Close"), self.accept, role="primary"),
        )
        foot.setStretch(0, 1)
        self.arrange(self._shown, foot, margins=(12, 12, 12, 12))
        most = picture.size().scaled(
            parent.window().size() * 0.85, Qt.AspectRatioMode.KeepAspectRatio
        ) + QSize(24, 70)
        self.prefer(most.width(), most.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shown.setPixmap(
            self._picture.scaled(
                self._shown.size(),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
