"""Quick phrases: offered by a key in any field of several lines, put in where the cursor stands."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QPlainTextEdit

from app.gui.toolkit.language import _

_BY_NUMBER = 9
"""Phrases that also go by their number."""


class PhraseBook(QObject):
    """The phrases of who works here; `edit_wanted` asks to change them."""

    edit_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.phrases: tuple[str, ...] = ()

    def offer(self, edit: QPlainTextEdit) -> QMenu:
        """Show them below the cursor of a field."""
        menu = QMenu(edit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, phrase in enumerate(self.phrases, start=1):
            shown = phrase.replace("&", "&&")
            by_number = f"&{number}  " if number <= _BY_NUMBER else ""
            menu.addAction(by_number + shown, partial(put_in, edit, phrase))
        menu.addSeparator()
        menu.addAction(_("Edit the phrases …"), self.edit_wanted.emit)
        menu.popup(edit.mapToGlobal(edit.cursorRect().bottomLeft()))
        return menu


def put_in(edit: QPlainTextEdit, phrase: str) -> None:
    """Put a phrase where the cursor stands, as one step to undo."""
    edit.insertPlainText(phrase)
    edit.setFocus()


BOOK = PhraseBook()
"""That of this window: every field of several lines asks it."""
