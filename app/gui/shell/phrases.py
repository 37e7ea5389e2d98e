"""Reads the quick phrases of who works here for every field, and lets them be changed."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.actions import UserAction
from app.gui.shell.page import AppContext
from app.gui.toolkit.action_buttons import key_hint
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, words
from app.gui.toolkit.quick_phrases import BOOK
from app.texts.phrases import starters


class PhraseKeeper(QObject):
    """Lives as long as the window."""

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        context.ready.connect(self.read)
        context.person_changed.connect(self.read)
        BOOK.edit_wanted.connect(self.edit)
        # A window made anew, in another language, finds the services there.
        self.read()

    def read(self) -> None:
        """Those of who works here; until there are any, some to begin with."""
        if self._context.is_ready:
            services = self._context.services
            self._context.tasks.run(lambda: services.phrases.mine(), self._take, owner=self)

    def _take(self, found: tuple[str, ...] | None) -> None:
        BOOK.phrases = starters(words()) if found is None else found

    def edit(self) -> None:
        """Change them, also from within another dialog."""
        if not self._context.is_ready:
            return
        above = QApplication.activeModalWidget() or self._window
        dialog = DraftDialog(
            _("Quick phrases"),
            [
                Field(
                    name="phrases",
                    label=_("Quick phrases"),
                    kind="text",
                    rows=10,
                    help=_(
                        "One a line. In any note {keys} offers them.",
                        keys=key_hint(UserAction.INSERT_PHRASE),
                    ),
                )
            ],
            lambda v: v["phrases"],
            parent=above,
        )
        dialog.prefer(620)
        dialog.fill({"phrases": "\n".join(BOOK.phrases)})
        phrases = self._context.services.phrases

        def saved(kept: tuple[str, ...]) -> None:
            self._take(kept)
            dialog.accept()

        dialog.submitted.connect(
            lambda lines: dialog.carry_out(self._context, lambda: phrases.save(lines), saved)
        )
        dialog.open()
