"""Shows a text as a QR code for a phone, with what it holds below, to be copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from app.gui.toolkit.dialog import Dialog, room_for
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, column, label, row
from app.gui.toolkit.manual_window import bind_help
from app.gui.toolkit.qr_code import qr_pixmap

_SIDE = 320
"""Pixels: modules of a long text are still large enough to be read from a screen."""
_LEAST, _AROUND = 160, 110
"""Pixels of the code on the smallest screens, and of the margins and buttons around it."""


class QrDialog(Dialog):
    """The code of `text`; `told` says what a phone does with it, `shown` what it holds in words."""

    def __init__(self, parent: QWidget, title: str, text: str, told: str, shown: str = "") -> None:
        super().__init__(parent)
        bind_help(self)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._text = text
        code = QLabel()
        # A phone reads it whole or not at all: it never has to be scrolled.
        side = max(_LEAST, min(_SIDE, room_for(parent).height() - _AROUND))
        code.setPixmap(qr_pixmap(text, side))
        code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        code.setAccessibleName(f"{title}: {shown or text}")
        what = label(shown or text, wrap=True, copy=True)
        what.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = label(told, "muted", wrap=True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        copied = button(_("Copy"), self.copy, icon="copy")
        close = button(_("Close"), self.accept, role="primary")
        close.setDefault(True)
        self.arrange(column(code, what, hint, spacing=10), row(copied, None, close))
        self.prefer(_SIDE + 60)

    def copy(self) -> None:
        """Put the text on the clipboard."""
        QGuiApplication.clipboard().setText(self._text)
