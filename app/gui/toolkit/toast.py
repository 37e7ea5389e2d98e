"""A short note that something was done, with a button where there is a next step; it disappears
by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from app.gui.toolkit.announce import announce
from app.gui.toolkit.layout import button, label, row

ASIDE, LEAST = 140, 240
"""Pixels: left and right of the words, a button among them, and of the words at least."""


class Toast(QFrame):
    """Floats above the lower edge of its parent.  Never takes the focus."""

    SHOWN = 5_000

    def __init__(
        self,
        parent: QWidget,
        text: str,
        action: str = "",
        clicked: Callable[[], object] | None = None,
        role: str = "ok",
    ) -> None:
        super().__init__(parent)
        self._below = parent
        self._lifted = 0
        self.setProperty("role", role)
        said = label(text, wrap=True)
        # As wide as its words, in several lines where the window is narrower than they are.
        room = max(LEAST, parent.width() - 2 * ASIDE)
        said.setFixedWidth(min(room, said.fontMetrics().horizontalAdvance(text) + 4))
        layout = row(said, spacing=12, margins=(14, 8, 14, 8))
        if action and clicked is not None:
            undo = button(action, clicked, role="link")
            undo.clicked.connect(self.close)
            layout.addWidget(undo)
        self.setLayout(layout)
        self.adjustSize()
        # Above those that are still to be read.
        others = (one for one in parent.findChildren(Toast) if one is not self and one.isVisible())
        self._lifted = max((one._lifted + one.height() + 6 for one in others), default=0)
        parent.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()
        announce(self, text)
        QTimer.singleShot(self.SHOWN, self, self.deleteLater)

    def _place(self) -> None:
        below = self._below
        top = below.height() - self.height() - 44 - self._lifted
        self.move((below.width() - self.width()) // 2, top)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
