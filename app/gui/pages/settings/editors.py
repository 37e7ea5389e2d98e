"""Editors of what an office sets up: people, contacts, models of terminals, acquirers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.faults import ContactRole
from app.domain.register.equipment import Acquirer, ModelDraft, TerminalModel
from app.domain.register.people import (
    ROLES,
    ContactDraft,
    SupportContact,
    Technician,
    TechnicianDraft,
)
from app.domain.register.terminals import TerminalKind
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices, Field, word_choices
from app.gui.toolkit.language import _, words
from app.texts import field_label, word


def technician_editor(
    parent: QWidget, areas: Sequence[str], known: Technician | None = None
) -> DraftDialog:
    """A technician.  The draft is a `TechnicianDraft`."""
    title = _("Edit technician {code}", code=known.code) if known else _("Add technician")
    listed = sorted({*areas, *(known.areas if known else ())})
    fields = [
        Field(
            "code",
            _("Code"),
            required=True,
            hint="T01",
            help=_("As on the badge; it stands in every log entry."),
        ),
        Field("name", _("Name"), required=True, help=_("Printed on service reports.")),
        Field(
            "role",
            _("Role"),
            "choice",
            choices=[(role, word(words(), "technician_role", role)) for role in ROLES],
        ),
        Field("phone", _("Phone")),
        Field("email", _("E-mail")),
        Field("badge_no", _("Badge number")),
        Field(
            "capacity_minutes",
            _("Working day"),
            "number",
            most=1440,
            unit=_("min"),
            help=_("Without breaks; plans are balanced by it."),
        ),
        Field("active", _("Working here"), "check", unit=_("can be given work")),
        Field("areas", _("Areas"), "checks", choices=_same(listed), rows=6, column=1),
        Field(
            "more_areas",
            _("Other areas"),
            column=1,
            hint=_("separated by commas"),
            help=_("Areas no terminal stands in yet."),
        ),
    ]
    dialog = DraftDialog(title, fields, _technician_draft, parent=parent)
    dialog.setMinimumWidth(820)
    before = known or TechnicianDraft()
    dialog.fill({f.name: getattr(before, f.name) for f in fields if f.name != "more_areas"})
    return dialog


def _technician_draft(values: dict[str, Any]) -> TechnicianDraft:
    more = [part.strip() for part in re.split(r"[,，、;；]", values.pop("more_areas"))]
    areas = tuple(dict.fromkeys((*values.pop("areas"), *(part for part in more if part))))
    return TechnicianDraft(areas=areas, **values)


def contact_editor(
    parent: QWidget, names: dict[str, Sequence[str]], known: SupportContact | None = None
) -> DraftDialog:
    """A contact of the support directory.  The draft is a `ContactDraft`."""
    everybody = _("everybody")
    fields = [
        Field(
            "role",
            _("Kind of contact"),
            "choice",
            choices=word_choices("contact_role", ContactRole),
        ),
        Field("organisation", _("Organisation"), required=True),
        Field("phone", _("Phone")),
        Field("email", _("E-mail")),
        Field("hours", _("Hours"), hint="08:00–22:00"),
        Field("languages", _("Languages")),
        Field("active", _("In use"), "check", unit=_("offered when somebody has to act")),
        Field("last_verified_on", _("Last verified"), "date"),
        Field("answered_by", _("Answered by")),
        *(
            Field(
                name,
                field_label(words(), name),
                choices=_same(names.get(name, ())),
                column=1,
                hint=everybody,
                heading=_("For terminals of") if name == "acquirer" else "",
            )
            for name in ("acquirer", "manufacturer", "area")
        ),
        Field(
            "prepare",
            _("Have ready"),
            "text",
            rows=3,
            column=1,
            heading=_("When calling"),
            hint=_("TID, serial number, code …"),
        ),
        Field("escalation", _("If nobody helps"), "text", rows=3, column=1),
    ]
    title = _("Edit contact") if known else _("Add contact")
    dialog = DraftDialog(title, fields, _contact_draft, parent=parent)
    dialog.setMinimumWidth(860)
    before = known or ContactDraft()
    dialog.fill({field.name: getattr(before, field.name) for field in fields})
    return dialog


def _contact_draft(values: dict[str, Any]) -> ContactDraft:
    return ContactDraft(**{**values, "role": ContactRole(values["role"])})


def model_editor(
    parent: QWidget,
    makers: Sequence[str],
    profiles: Iterable[str],
    known: TerminalModel | None = None,
) -> DraftDialog:
    """A model of terminals.  The draft is a `ModelDraft`."""
    fixed = known is None
    fields = [
        Field(
            "manufacturer", _("Manufacturer"), required=True, choices=_same(makers), editable=fixed
        ),
        Field("name", _("Model"), required=True, editable=fixed),
        Field("kind", _("Type"), "choice", choices=word_choices("terminal_kind", TerminalKind)),
        Field(
            "required_firmware",
            _("Required firmware"),
            hint="3.2.1",
            help=_("Terminals with an older one are pointed out."),
        ),
        Field(
            "code_profile",
            _("Code table"),
            choices=_same(profiles),
            help=_("Empty: that of the acquirer."),
        ),
        Field("pts_version", _("PTS version"), hint="PCI PTS 5.x"),
        Field(
            "pts_expires_on",
            field_label(words(), "pts_expires_on"),
            "date",
            help=_("After that day no device of this model may be newly placed."),
        ),
        Field(
            "pts_use_until",
            field_label(words(), "pts_use_until"),
            "date",
            help=_("After that day devices that stand already must be gone too."),
        ),
        Field(
            "battery_life_months",
            _("Battery life"),
            "number",
            most=240,
            unit=_("months"),
            help=_("0: unknown, or no battery."),
        ),
    ]
    title = _("Edit model {name}", name=known.name) if known else _("Add model")
    dialog = DraftDialog(title, fields, _model_draft, parent=parent)
    before = known or ModelDraft()
    dialog.fill({field.name: getattr(before, field.name) for field in fields})
    return dialog


def _model_draft(values: dict[str, Any]) -> ModelDraft:
    return ModelDraft(**{**values, "kind": TerminalKind(values["kind"])})


def acquirer_editor(parent: QWidget, profiles: Iterable[str], known: Acquirer) -> DraftDialog:
    """Which table the codes of an acquirer are read from.  The draft is its name."""
    dialog = DraftDialog(
        known.name,
        [
            Field(
                "code_profile",
                _("Code table"),
                choices=_same(profiles),
                help=_(
                    "A code only has a meaning inside its table. Empty: all meanings are shown."
                ),
            )
        ],
        lambda v: v["code_profile"],
        parent=parent,
    )
    dialog.fill({"code_profile": known.code_profile})
    return dialog


def _same(names: Iterable[str]) -> Choices:
    return [(name, name) for name in names]
