"""The fault catalogue as this house has it: entries to add, change and retire, and what people
wrote that was not understood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout

from app import chosen_files
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.knowledge_edits import KnowledgePart
from app.gui.actions import UserAction
from app.gui.pages.settings.knowledge_editor import Change, KnowledgeEntryDialog
from app.gui.pages.settings.section import ListSection
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, panel
from app.gui.toolkit.permission import permit
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.topbar import FilterBox
from app.gui.toolkit.wrapping import wrapping
from app.i18n import N_
from app.services.diagnosis.living_knowledge import KnowledgeItem
from app.services.diagnosis.not_understood import NotUnderstood
from app.texts import word

_ORIGINS = ("added", "changed", "retired", "shipped")


class CatalogueSection(ListSection):
    """The catalogue above, what was not understood below."""

    title = N_("Fault catalogue")

    def __init__(self, page: Page) -> None:
        self._entries: tuple[KnowledgeItem, ...] = ()
        super().__init__(
            page,
            _columns(),
            _(
                "Entries of this house lie over the shipped catalogue, outlast upgrades and reach"
                " the other computers by exchange. Signs of safety stops cannot be changed."
            ),
            "catalogue",
        )
        self._missed: tuple[NotUnderstood, ...] = ()
        self.missed_model = RowTableModel(_missed_columns(), self)
        self.missed = TableView(self.missed_model, name="not_understood", title=_("Not understood"))
        self._export = action_button(UserAction.EXPORT_CASES, self.export_cases)
        below = boxed(
            column(
                wrapping(label(_("Not understood"), "section"), None, self._export),
                panel(column(self.missed, margins=(1, 1, 1, 1))),
                spacing=8,
            )
        )
        below.setMaximumHeight(240)
        below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, wrapping(self.part, self.origin, None))
        layout.addWidget(below)

    def buttons(self) -> list[QPushButton]:
        """Filters, and what is done to an entry."""
        parts = [(str(p), word(words(), "knowledge_part", p)) for p in KnowledgePart]
        origins = [(one, word(words(), "knowledge_origin", one)) for one in _ORIGINS]
        self.part = FilterBox(_("Kind of entry"), parts)
        self.origin = FilterBox(_("Origin"), origins)
        for box in (self.part, self.origin):
            box.chosen.connect(lambda _value: self._show_entries())
        self._retire = action_button(UserAction.RETIRE_ENTRY, self.retire)
        self._undo = action_button(UserAction.UNDO_ENTRY, self.undo)
        return [self._retire, self._undo]

    def _on_current(self, value: Any) -> None:
        super()._on_current(value)
        standing = self.context.services.context.standing
        edit, there = standing.refusal("knowledge.edit"), value is not None
        permit(self._add, edit)
        permit(self._edit, edit, enabled=there)
        stays = not there or value.origin == "retired" or value.part is KnowledgePart.CONTACT
        permit(self._retire, standing.refusal("knowledge.retire"), enabled=not stays)
        changed = there and value.edit is not None
        permit(self._undo, standing.refusal("knowledge.undo"), enabled=changed)

    def called(self, value: Any) -> str:
        """The name of the entry."""
        return str(value.entry)

    def refresh(self) -> None:
        """Read the entries, then what was not understood, which takes longer."""
        living = self.context.services.living_knowledge

        def read() -> tuple[KnowledgeItem, ...]:
            return tuple(one for part in KnowledgePart for one in living.entries(part))

        self.page.run(read, self._show)
        self.page.run(living.not_understood, self._show_missed, lane="io")

    def _show(self, found: tuple[KnowledgeItem, ...]) -> None:
        self._entries = found
        self._show_entries()

    def _show_entries(self) -> None:
        part, origin = self.part.value(), self.origin.value()
        rows = [
            one for one in self._entries if part in ("", one.part) and origin in ("", one.origin)
        ]
        self.show_rows(rows, _("No such entry"))

    def _show_missed(self, found: tuple[NotUnderstood, ...]) -> None:
        self._missed = found
        self.missed_model.set_rows(found)
        self._export.setEnabled(bool(found))

    def add(self) -> None:
        """Add an entry of the part in sight, a sign where that is all of them."""
        part = KnowledgePart(self.part.value() or KnowledgePart.SIGN)
        self._open(KnowledgePart.SIGN if part is KnowledgePart.CONTACT else part, None)

    def edit(self, value: Any) -> None:
        """Change an entry."""
        self._open(value.part, value)

    def _open(self, part: KnowledgePart, known: KnowledgeItem | None) -> None:
        living = self.context.services.living_knowledge

        def try_out(change: Change, tell: Callable[[Any], None]) -> None:
            self.page.run(
                lambda: living.preview(part, *change), tell, failed=tell, lane="io", owner=dialog[0]
            )

        dialog: list[KnowledgeEntryDialog] = []

        def ask(knowledge: Knowledge) -> None:
            dialog.append(KnowledgeEntryDialog(self.page, knowledge, part, known, try_out))
            self.page.submit(
                dialog[0],
                lambda change: living.edit(part, *change),
                lambda _id: self._changed(),
            )

        self.page.run(lambda: living.reasoner().knowledge, ask)

    def retire(self) -> None:
        """Take the current entry out of use; undoing brings it back."""
        value = self.table.current()
        if value is not None:
            living = self.context.services.living_knowledge
            self.page.run(
                lambda: living.retire(value.part, value.entry), lambda _id: self._changed()
            )

    def undo(self) -> None:
        """Take back the change of the current entry."""
        value = self.table.current()
        if value is not None and value.edit is not None:
            living, key = self.context.services.living_knowledge, value.edit.id
            self.page.run(lambda: living.undo(key), lambda _none: self._changed())

    def _changed(self) -> None:
        self.page.tell_saved(_(self.title))
        self.refresh()

    def export_cases(self) -> None:
        """Write what was not understood as cases."""
        ask_new_file(
            self.page, _("Cases"), _("Cases (*.jsonl)"), "cases.jsonl", self.export_cases_to
        )

    def export_cases_to(self, path: Path) -> None:
        """Write them there."""
        lines = "".join(one.as_case(n) + "\n" for n, one in enumerate(self._missed, 1))

        def write() -> None:
            chosen_files.write(path, lines.encode("utf-8"))

        self.page.run(write, self.page.saved(path.name), lane="io")


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Meaning"), text=_meaning, detail=lambda one: one.entry, width=240, stretch=True
        ),
        TableColumn(
            title=_("Kind of entry"),
            text=lambda one: word(words(), "knowledge_part", one.part),
            width=110,
        ),
        TableColumn(
            title=_("Origin"),
            text=lambda one: word(words(), "knowledge_origin", one.origin),
            width=110,
        ),
        TableColumn(
            title=_("Changed"),
            text=lambda one: words().moment(one.edit.made_at) if one.edit else "",
            detail=lambda one: one.edit.made_by if one.edit else "",
            width=150,
        ),
    )


def _meaning(one: KnowledgeItem) -> str:
    said = one.content.get("ask", one.content)
    return str(said.get(words().language) or said.get("en", ""))


def _missed_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("How often"), text=lambda one: str(one.times), width=60),
        TableColumn(title=_("Code"), text=lambda one: one.code, width=90),
        TableColumn(
            title=_("What was written"), text=lambda one: one.text, width=280, stretch=True
        ),
        TableColumn(
            title=_("Confirmed class"),
            text=lambda one: word(words(), "fault_class", one.label) if one.label else "",
            width=130,
        ),
    )
