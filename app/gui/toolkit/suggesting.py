"""Suggestions under a field while somebody types."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from app.gui.toolkit import theme


def suggest(edit: QLineEdit, source: QAbstractItemModel | Sequence[str]) -> QCompleter:
    """Suggest what contains the typed text, in upper or lower case, from a model or from texts."""
    completer = QCompleter(source, edit)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    edit.setCompleter(completer)

    def style() -> None:
        popup = completer.popup()
        if popup is not None:
            theme.style_window(popup)

    # The list is a window of its own, made when it is first asked for.
    edit.textEdited.connect(style, Qt.ConnectionType.SingleShotConnection)
    return completer
