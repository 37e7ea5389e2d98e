"""The states of a view: loading, empty with the next action, failed with retry, content."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QProgressBar, QStackedWidget, QWidget

from app.domain.errors import AppError
from app.domain.people.rights import Refusal
from app.gui.toolkit.announce import announce
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, button, column, label, row, scrolled
from app.gui.toolkit.permission import permit
from app.gui.toolkit.problems import message
from app.gui.toolkit.theme import pixmap

SLOW = 150
"""Milliseconds before a wait is worth showing; quicker answers would only flicker."""


class StateStack(QStackedWidget):
    """Shows its content, or why there is none."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self._loading = self._make_loading()
        self._empty: QWidget | None = None
        self._failed: QWidget | None = None
        self._late = QTimer(self, singleShot=True, interval=SLOW)
        self._late.timeout.connect(lambda: self.setCurrentWidget(self._loading))
        self.addWidget(content)
        self.addWidget(self._loading)

    def _make_loading(self) -> QWidget:
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setFixedSize(160, 6)
        text = label(_("Loading …"), "muted")
        return _centred(text, bar)

    def show_loading(self) -> None:
        """Say so, if it takes long enough to notice."""
        if self.currentWidget() is not self._loading:
            self._late.start()

    def show_content(self) -> None:
        """Show the content."""
        self._late.stop()
        self.setCurrentWidget(self.content)

    def show_empty(
        self,
        text: str,
        hint: str = "",
        action: str = "",
        clicked: Callable[[], object] | None = None,
        icon: str = "inbox",
        refusal: Refusal | None = None,
    ) -> None:
        """Say that there is nothing and what to do next; with a `refusal` that it may not be done,
        and why."""
        self._late.stop()
        pieces: list[QWidget] = [_picture(icon), label(text, "section")]
        if hint:
            pieces.append(label(hint, "muted", wrap=True))
        if action and clicked is not None:
            doing = button(action, clicked, role="primary")
            permit(doing, refusal)
            pieces.append(doing)
        self._empty = self._replace(self._empty, _centred(*pieces))

    def show_failed(self, error: AppError, retry: Callable[[], object]) -> None:
        """Say what failed and offer to try again."""
        self._late.stop()
        self._failed = self._replace(
            self._failed,
            _centred(
                _picture("triangle-alert", "danger"),
                label(message(error), wrap=True),
                button(_("Try again"), retry, icon="refresh-cw"),
            ),
        )
        announce(self, message(error), urgent=True)

    def _replace(self, old: QWidget | None, new: QWidget) -> QWidget:
        if old is not None:
            self.removeWidget(old)
            old.deleteLater()
        self.addWidget(new)
        self.setCurrentWidget(new)
        return new


def _picture(name: str, token: str = "line_strong") -> QLabel:
    made = QLabel()
    made.setPixmap(pixmap(name, token, 40))
    return made


def _centred(*pieces: QWidget) -> QWidget:
    for piece in pieces:
        if isinstance(piece, QLabel):
            piece.setAlignment(Qt.AlignmentFlag.AlignCenter)
            if piece.wordWrap():
                piece.setMinimumWidth(320)
    lines = [row(None, piece, None) for piece in pieces]
    content = column(None, *lines, None, spacing=12, margins=(24, 16, 24, 16))
    return scrolled(boxed(content))
