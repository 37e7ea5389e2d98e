"""The section of support: what a support bundle holds, to be read before it is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QListWidget, QPlainTextEdit

from app import support
from app.gui.pages.settings.section import Section
from app.gui.shell.page import Page
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, column, label, row
from app.i18n import N_


class SupportSection(Section):
    """The parts of the bundle at the left, the text of the chosen one at the right."""

    title = N_("Support")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._parts: tuple[support.SupportPart, ...] = ()
        hint = label(
            _(
                "When something goes wrong, send this to those who maintain POSCare. It holds"
                " versions, figures and log lines, and no names, numbers or texts of customers."
                " Read it here first; nothing leaves this computer by itself."
            ),
            "muted",
            wrap=True,
        )
        self.names = QListWidget()
        self.names.setFixedWidth(220)
        self.names.setAccessibleName(_("Files of the bundle"))
        self.names.currentRowChanged.connect(self._show)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(_("Text of the file"))
        self.keep = button(_("Save …"), self._ask, role="primary")
        self.keep.setEnabled(False)
        head = row(hint, self.keep, spacing=16)
        head.setStretch(0, 1)
        both = row(self.names, self.text, spacing=12)
        both.setStretch(1, 1)
        self.setLayout(column(head, both, spacing=12))

    def refresh(self) -> None:
        """Collect it anew."""
        services, settings = self.context.services, self.context.settings
        self.page.run(
            lambda: support.support_parts(settings, lambda: services), self._shown, lane="io"
        )

    def _shown(self, parts: Any) -> None:
        place = max(0, self.names.currentRow())
        self._parts = parts
        self.names.clear()
        self.names.addItems([part.name for part in parts])
        self.names.setCurrentRow(min(place, len(parts) - 1))
        self.keep.setEnabled(True)

    def _show(self, place: int) -> None:
        self.text.setPlainText(self._parts[place].text if place >= 0 else "")

    def _ask(self) -> None:
        ask_new_file(
            self.page,
            _("Save the support bundle"),
            _("ZIP files (*.zip)"),
            support.BUNDLE_NAME,
            self.save,
        )

    def save(self, path: Path) -> None:
        """Write what is shown."""
        parts = self._parts
        self.page.run(
            lambda: support.save_bundle(path, parts),
            lambda _none: self.context.note(_("Saved: {path}", path=path)),
            lane="io",
        )
