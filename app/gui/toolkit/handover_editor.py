"""Handing a case over: to whom, and the text, ready to be copied or changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QWidget

from app import files
from app.domain.faults import ContactRole
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import button, label, row
from app.texts import word


class HandoverEditor(DraftDialog):
    """The draft is (role, text).  `text_for` writes the text of a role, `reach` says how to reach
    whoever it is."""

    def __init__(
        self,
        roles: Sequence[ContactRole],
        text_for: Callable[[ContactRole], str],
        reach: Callable[[ContactRole], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            _("Hand over"),
            [
                Field(
                    name="role",
                    label=_("To"),
                    kind="choice",
                    choices=[(str(r), word(words(), "contact_role", r)) for r in roles],
                ),
                Field(name="remark", label=_("Text"), kind="text", required=True, rows=13),
            ],
            lambda v: (ContactRole(v["role"]), v["remark"]),
            action=_("Copy and record"),
            parent=parent,
        )
        self.prefer(620)
        self._text_for, self._reach = text_for, reach
        self._written = ""
        self._reach_label = label("", "muted", wrap=True, copy=True)
        copy = button(_("Copy"), self.copy, icon="copy")
        save = button(_("Save as …"), self.ask_where, icon="save")
        line = row(self._reach_label, copy, save)
        line.setStretch(0, 1)
        self.layout_.insertLayout(1, line)
        role = self.form.widget("role")
        assert isinstance(role, QComboBox)
        role.currentIndexChanged.connect(self._on_role)
        self._on_role()

    def _on_role(self) -> None:
        """Fill in the text for the chosen role, unless the text was edited."""
        role = ContactRole(self.form.value("role"))
        self._reach_label.setText(self._reach(role))
        if self.form.value("remark") in ("", self._written):
            self._written = self._text_for(role)
            self.form.fill({"remark": self._written})

    def copy(self) -> None:
        """Put the text on the clipboard."""
        QGuiApplication.clipboard().setText(self.form.value("remark"))

    def ask_where(self) -> None:
        """Ask where to, then save the text."""
        ask_new_file(self, _("Save"), _("Text files (*.txt)"), _("Hand-over") + ".txt", self.save)

    def save(self, path: Path) -> None:
        """Save the text.  A place that cannot be written is told, and the text stays."""
        try:
            # Windows reads a text file without the mark in the encoding of the machine.
            files.write(path, self.form.value("remark").encode("utf-8-sig"))
        except OSError as failure:
            self.show_problem(files.unavailable(failure, path))

    def submit(self) -> None:
        self.copy()
        super().submit()
