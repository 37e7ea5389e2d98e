"""Half-filled forms and dialogs, kept in the database while they are typed and offered again.

Only what differs from the beginning is kept, so that a record changed meanwhile shows its new
facts with one's own words on top.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from app.domain.errors import AppError
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Form
from app.gui.toolkit.language import _, words


class AutosavedForm(QObject):
    """Watches one form or dialog and keeps what is typed under `key`; a child of it."""

    def __init__(self, page: Page, form: Form | DraftDialog, key: str) -> None:
        super().__init__(form)
        self._page, self._form, self._key = page, form, key
        self._saved_forms = page.context.services.saved_forms
        self._start = form.content()
        form.edited.connect(self._keep)

    def offer(self, offered: Callable[[str], None]) -> None:
        """Put back what was kept, if anything, and say since when it waited."""

        def found(kept: Any) -> None:
            if kept is not None and self._form.content() == self._start:
                self._form.restore(kept.content)
                offered(words().moment(kept.saved_at))

        self._page.run(lambda: self._saved_forms.kept(self._key), found, owner=self)

    def changed(self) -> dict[str, Any]:
        """What differs from the beginning."""
        now = self._form.content()
        return {name: value for name, value in now.items() if value != self._start[name]}

    def _keep(self) -> None:
        content, key, saved_forms = self.changed(), self._key, self._saved_forms
        if content:
            self._page.run(lambda: saved_forms.keep(key, content), _nothing)
        else:
            self._page.run(lambda: saved_forms.discard(key), _nothing)

    def restart(self) -> None:
        """What stands in the form now is its beginning; nothing is kept any more."""
        self._start = self._form.content()
        self._form.flush()
        saved_forms, key = self._saved_forms, self._key
        self._page.run(lambda: saved_forms.discard(key), _nothing)

    def discard(self) -> None:
        """Back to the beginning; what was kept is forgotten."""
        self._form.restore(self._start)
        self._form.flush()


def submit_autosaved(
    page: Page,
    dialog: DraftDialog,
    key: str,
    save: Callable[[Any], Any],
    done: Callable[[Any], None],
) -> None:
    """`Page.submit` for a dialog whose content is kept over a crash, a power cut and Escape."""
    kept = AutosavedForm(page, dialog, key)
    kept.offer(lambda since: dialog.say_restored(since, kept.discard))
    saved_forms = page.context.services.saved_forms

    def forget() -> None:
        # The record is saved; failing to forget its draft must not look like failing to save.
        with contextlib.suppress(AppError):
            saved_forms.discard(key)

    def saved(draft: Any) -> Any:
        result = save(draft)
        forget()
        return result

    def left() -> None:
        dialog.flush()
        # While the program is leaving nobody can read it; the next start offers it again.
        if kept.changed() and page.context.is_ready:
            page.context.note(
                _("What you typed is kept and offered again next time."),
                _("Discard"),
                lambda: page.run(forget, _nothing),
            )

    dialog.rejected.connect(left)
    page.submit(dialog, saved, done)


def _nothing(_result: object) -> None:
    """Nothing follows after the write."""
