"""A terminal, typed or corrected: device at the left, position and merchant at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.register.terminals import DRAFT_FIELDS, Link, TerminalDraft, TerminalKind
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices, Field, word_choices
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, scrolled
from app.texts import field_label

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
        self.setMinimumWidth(920)
        # Every field may be marked at once; the buttons have to stay in sight then.
        self.layout_.removeWidget(self.form)
        inside = boxed(column(self.form, None, margins=(0, 0, 10, 0)))
        place = scrolled(inside)
        place.setMinimumHeight(min(620, inside.sizeHint().height() + 8))
        self.insert(place)
        self.form.widget("manufacturer" if known else "serial").setFocus()
        self.fill({name: getattr(draft, name) for name in DRAFT_FIELDS})

    def _draft(self, values: dict[str, Any]) -> TerminalDraft:
        given = {name: getattr(self._given, name) for name in DRAFT_FIELDS}
        return TerminalDraft(**{**given, **values})


def names_choices(names: Names, field: str) -> Choices:
    """Completions for a field of names."""
    return [(name, name) for name in names.get(field, ())]


def _fields(names: Names, *, known: bool) -> list[Field]:
    return [*_device(names, known=known), *_position(names)]


def _named(name: str, column: int, **options: Any) -> Field:
    return Field(name, field_label(words(), name), column=column, **options)


def _device(names: Names, *, known: bool) -> list[Field]:
    fixed = _("A device keeps its serial number; put in another one with “Swap”.") if known else ""
    fields = [
        _named(
            "serial",
            0,
            required=True,
            editable=not known,
            help=fixed,
            heading=_("Device"),
            hint=_("on the label, or scan it"),
        ),
        _named("manufacturer", 0, required=True, choices=names_choices(names, "manufacturer")),
        _named("model", 0, required=True, choices=names_choices(names, "model")),
        _named(
            "kind",
            0,
            kind="choice",
            choices=word_choices("terminal_kind", TerminalKind),
            help=_("Only a model not known yet takes it from here."),
        ),
        _named("firmware", 0),
        _named("app_version", 0),
        _named("installed_on", 0, kind="day"),
        _named("warranty_until", 0, kind="day"),
        _named("seal_no", 0),
        _named(
            "link", 0, kind="choice", choices=word_choices("link", Link), heading=_("Communication")
        ),
        _named("iccid", 0, hint=_("18 to 20 digits on the SIM card")),
        _named("imei", 0, hint=_("15 digits")),
    ]
    return [field for field in fields if not (known and field.name == "kind")]


def _position(names: Names) -> list[Field]:
    return [
        _named(
            "tid",
            1,
            heading=_("Position"),
            hint=_("8 letters or digits"),
            help=_("Leave position and merchant empty for a device in stock."),
        ),
        _named("mid", 1, hint=_("15 digits")),
        _named("merchant_name", 1),
        _named("acquirer", 1, choices=names_choices(names, "acquirer")),
        _named("area", 1, choices=names_choices(names, "area")),
        _named("address", 1),
        _named("contact_name", 1, heading=_("Merchant")),
        _named("contact_phone", 1),
        _named("uscc", 1),
        _named("latitude", 1, hint="31.2304"),
        _named("longitude", 1, hint="121.4737"),
        _named("notes", 1, kind="text", rows=2),
    ]
