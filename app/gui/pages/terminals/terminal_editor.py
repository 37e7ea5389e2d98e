"""A terminal, typed or corrected: device at the left, position and merchant at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.register.terminal_field import (
    GROUP_LABELS,
    FieldGroup,
    FieldKind,
    TerminalField,
)
from app.domain.register.terminal_fields import DRAFT_FIELDS, TERMINAL_FIELDS, TerminalDraft
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices, Field, word_choices
from app.gui.toolkit.language import _, words
from app.texts.terminal_facts import fact_text

Names = Mapping[str, Sequence[str]]
"""Names in use, by the field they complete: ``area``, ``acquirer``, ``manufacturer``, ``model``."""


class TerminalEditor(DraftDialog):
    """The draft is a `TerminalDraft`.  `known` locks what a correction may not change."""

    def __init__(
        self,
        names: Names,
        draft: TerminalDraft,
        *,
        known: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        title = _("Edit terminal {serial}", serial=draft.serial) if known else _("Add terminal")
        super().__init__(title, _fields(names, known=known), self._draft, parent=parent)
        self._given = draft
        self.prefer(920)
        self.form.widget("manufacturer" if known else "serial").setFocus()
        self.fill({item.name: _as_typed(item, draft) for item in TERMINAL_FIELDS})

    def _draft(self, values: dict[str, Any]) -> TerminalDraft:
        given = {name: getattr(self._given, name) for name in DRAFT_FIELDS}
        return TerminalDraft(**{**given, **values})


def _as_typed(item: TerminalField, draft: TerminalDraft) -> str:
    """What stands in the form at first; connections in the words people write."""
    value: str = getattr(draft, item.name)
    return fact_text(words(), item, value) if item.kind is FieldKind.PORTS else value


def names_choices(names: Names, field: str) -> Choices:
    """Completions for a field of names."""
    return [(name, name) for name in names.get(field, ())]


_COLUMNS = (
    (FieldGroup.DEVICE, FieldGroup.LINK),
    (FieldGroup.POSITION, FieldGroup.MERCHANT, FieldGroup.NOTES),
)
"""The groups at the left and at the right."""
_INPUTS = {FieldKind.CHOICE: "choice", FieldKind.DAY: "day", FieldKind.NOTE: "text"}
"""The input of each sort of fact; a line for the others."""


def _fields(names: Names, *, known: bool) -> list[Field]:
    fields = []
    for column_no, groups in enumerate(_COLUMNS):
        for group in groups:
            asked = [
                item
                for item in TERMINAL_FIELDS
                # The type belongs to the model: a correction changes the model.
                if item.group is group and not (known and item.name == "kind")
            ]
            fields += [
                _field(item, names, column_no, known=known, first=item is asked[0])
                for item in asked
            ]
    return fields


def _field(item: TerminalField, names: Names, column_no: int, *, known: bool, first: bool) -> Field:
    t = words()
    fixed = known and item.name == "serial"
    choices = names_choices(names, item.name)
    if item.choices is not None:
        choices = word_choices(item.words, item.choices)
    help_ = _("A device keeps its serial number; put in another one with “Swap”.")
    return Field(
        name=item.name,
        label=t(item.label),
        kind=_INPUTS.get(item.kind, "line"),
        required=item.required,
        editable=not fixed,
        help=help_ if fixed else t(item.help),
        choices=choices,
        rows=item.rows,
        hint=t(item.hint),
        heading=t(GROUP_LABELS[item.group]) if first and item.rows == 0 else "",
        column=column_no,
    )
