"""Dialogs of trust: the key of another computer, who works there, and what this one is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from app import files
from app.domain.errors import InvalidInput
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.files import ask_file
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, button, column, label, row
from app.gui.toolkit.problems import message

if TYPE_CHECKING:
    from app.domain.register.people import Technician
    from app.exchange.stations import Station


def name_editor(parent: QWidget, name: str) -> DraftDialog:
    """What this computer is called.  The draft is the name."""
    fields = [Field(name="name", label=_("Name of the computer"), required=True)]
    dialog = DraftDialog(_("Rename"), fields, lambda values: values["name"], parent=parent)
    dialog.fill({"name": name})
    return dialog


@dataclass(frozen=True, slots=True)
class TrustDraft:
    """A key as text, what its computer is called here, whether that is the office of this one,
    whether the fingerprint was compared, and the codes of those who work there."""

    key: str
    name: str
    office: bool
    compared: bool
    people: tuple[str, ...] = ()


def _people_fields(people: Sequence[Technician]) -> list[Field]:
    choices = [(one.code, f"{one.code} {one.name}") for one in people]
    return [
        Field(
            name="people",
            label=_("People who work there"),
            kind="checks",
            choices=choices,
            rows=6,
            help=_(
                "Work from there counts in the name of these people only. Tick a team lead, too,"
                " who signs in there now and then."
            ),
        ),
        Field(
            name="more_people",
            label=_("Other codes"),
            hint=_("separated by commas"),
            help=_("Of people who are not entered here yet."),
        ),
    ]


def _codes(values: dict[str, Any]) -> tuple[str, ...]:
    """The codes ticked and typed; takes them out of the values."""
    typed = re.split(r"[,，、;；\s]+", values.pop("more_people"))
    return (*values.pop("people"), *filter(None, typed))


def people_editor(parent: QWidget, station: Station, people: Sequence[Technician]) -> DraftDialog:
    """Who works at a computer.  The draft is a tuple of codes."""
    dialog = DraftDialog(
        _("Who works at {name}", name=station.name), _people_fields(people), _codes, parent=parent
    )
    here = {one.code for one in people}
    others = ", ".join(code for code in station.codes if code not in here)
    dialog.fill({"people": station.codes, "more_people": others})
    return dialog


_LONGEST_KEY = 4096


def _trust_fields(*, office: bool) -> list[Field]:
    return [
        Field(
            name="key",
            label=_("Key"),
            kind="text",
            required=True,
            rows=4,
            help=_("Paste the line, scan the QR code into this field, or choose the file."),
        ),
        Field(name="name", label=_("Name of the computer"), help=_("Empty: what it calls itself.")),
        *(
            # The office itself belongs to none.
            []
            if office
            else [
                Field(
                    name="office",
                    label=_("The office"),
                    kind="check",
                    unit=_("this computer belongs to it"),
                )
            ]
        ),
        Field(
            name="compared",
            label=_("Compared"),
            kind="check",
            unit=_("the other side reads out the same fingerprint"),
        ),
    ]


def _trust_draft(values: dict[str, Any]) -> TrustDraft:
    people = _codes(values) if "people" in values else ()
    return TrustDraft(**{"office": False, **values}, people=people)


def trust_editor(
    parent: QWidget, people: Sequence[Technician] = (), *, office: bool = False
) -> DraftDialog:
    """A computer to be trusted.  The draft is a `TrustDraft`.  With `office` this computer is the
    office: it belongs to none, and says which of its `people` work at the other."""
    dialog = DraftDialog(
        _("Trust a computer"),
        [*_trust_fields(office=office), *(_people_fields(people) if office else ())],
        _trust_draft,
        action=_("Trust"),
        parent=parent,
    )
    dialog.prefer(620)
    shown = label("", "figure", copy=True)
    shown.setAccessibleName(_("Fingerprint"))
    told = label(_("The fingerprint appears here."), "muted", wrap=True)

    def look() -> None:
        from app.exchange.keys import read_key

        text = str(dialog.form.value("key"))
        try:
            key = read_key(text)
        except InvalidInput as refusal:
            shown.setText("")
            told.setText(message(refusal) if text.strip() else _("The fingerprint appears here."))
            return
        if shown.text() != key.fingerprint:
            shown.setText(key.fingerprint)
            told.setText(_("Key of “{name}”", name=key.name))
            dialog.fill({"office": key.role == "office", "compared": False})

    def take(path: Path) -> None:
        try:
            text = files.read_chosen(path, _LONGEST_KEY).decode("ascii", "replace")
            dialog.fill({"key": text.strip()})
        except OSError:
            dialog.show_problem(InvalidInput.of("key", "file.unreadable", name=path.name))
        look()

    def choose() -> None:
        pattern = _("Keys ({pattern})", pattern="*.poskey")
        ask_file(dialog, _("Choose a key"), f"{pattern};;{_('All files (*)')}", take)

    dialog.edited.connect(look)
    dialog.insert(boxed(row(button(_("Choose a file …"), choose, icon="folder-open"), None)))
    dialog.insert(boxed(column(told, shown, spacing=4)), 2)
    return dialog
