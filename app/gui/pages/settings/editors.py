"""Editors of what an office sets up: people, contacts, models of terminals, acquirers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.faults import ContactRole, FaultClass
from app.domain.people.roles import Role
from app.domain.register.equipment import Acquirer, ModelDraft, TerminalModel
from app.domain.register.people import (
    ContactDraft,
    SupportContact,
    Technician,
    TechnicianDraft,
    read_home,
)
from app.domain.register.terminals import TerminalKind
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices, Field, word_choices
from app.gui.toolkit.language import _, words
from app.texts import field_label


def technician_editor(
    parent: QWidget, areas: Sequence[str], known: Technician | None = None
) -> DraftDialog:
    """A technician.  The draft is a `TechnicianDraft`."""
    title = _("Edit technician {code}", code=known.code) if known else _("Add technician")
    listed = sorted({*areas, *(known.areas if known else ())})
    fields = [
        Field(
            name="code",
            label=_("Code"),
            required=True,
            hint="T01",
            help=_("As on the badge; it stands in every log entry."),
        ),
        Field(name="name", label=_("Name"), required=True, help=_("Printed on service reports.")),
        Field(
            name="role",
            label=_("Role"),
            kind="choice",
            choices=word_choices("technician_role", Role),
        ),
        Field(name="phone", label=_("Phone")),
        Field(name="email", label=_("E-mail")),
        Field(name="badge_no", label=_("Badge number")),
        Field(
            name="capacity_minutes",
            label=_("Working day"),
            kind="number",
            most=1440,
            unit=_("min"),
            help=_("Without breaks; plans are balanced by it."),
        ),
        Field(name="active", label=_("Working here"), kind="check", unit=_("can be given work")),
        Field(
            name="fieldwork",
            label=_("Goes on visits"),
            kind="check",
            unit=_("visits are planned for this person"),
        ),
        Field(
            name="home",
            label=_("Home place"),
            hint="31.2304, 121.4737",
            help=_("Degrees north and east, as a map copies them: where the day begins and ends."),
        ),
        *_suited_for(listed),
    ]
    dialog = DraftDialog(title, fields, _technician_draft, parent=parent)
    dialog.prefer(820)
    before = known or TechnicianDraft()
    dialog.fill({f.name: getattr(before, f.name) for f in fields if f.name != "more_areas"})
    return dialog


def _suited_for(areas: Sequence[str]) -> tuple[Field, ...]:
    """Where somebody works, and what they can do."""
    return (
        Field(
            name="areas", label=_("Areas"), kind="checks", choices=_same(areas), rows=6, column=1
        ),
        Field(
            name="more_areas",
            label=_("Other areas"),
            column=1,
            hint=_("separated by commas"),
            help=_("Areas no terminal stands in yet."),
        ),
        Field(
            name="skills",
            label=_("Trained for"),
            kind="checks",
            choices=word_choices("fault_class", FaultClass),
            rows=4,
            column=1,
            help=_("Nothing ticked: for everything."),
        ),
    )


def _technician_draft(values: dict[str, Any]) -> TechnicianDraft:
    more = [part.strip() for part in re.split(r"[,，、;；]", values.pop("more_areas"))]
    areas = tuple(dict.fromkeys((*values.pop("areas"), *(part for part in more if part))))
    skills = tuple(FaultClass(word) for word in values.pop("skills"))
    latitude, longitude = read_home(values.pop("home"))
    return TechnicianDraft(
        areas=areas, skills=skills, latitude=latitude, longitude=longitude, **values
    )


def contact_editor(
    parent: QWidget, names: dict[str, Sequence[str]], known: SupportContact | None = None
) -> DraftDialog:
    """A contact of the support directory.  The draft is a `ContactDraft`."""
    everybody = _("everybody")
    fields = [
        Field(
            name="role",
            label=_("Kind of contact"),
            kind="choice",
            choices=word_choices("contact_role", ContactRole),
        ),
        Field(name="organisation", label=_("Organisation"), required=True),
        Field(name="phone", label=_("Phone")),
        Field(name="email", label=_("E-mail")),
        Field(name="hours", label=_("Hours"), hint="08:00–22:00"),
        Field(name="languages", label=_("Languages")),
        Field(
            name="active",
            label=_("In use"),
            kind="check",
            unit=_("offered when somebody has to act"),
        ),
        Field(name="last_verified_on", label=_("Last verified"), kind="date"),
        Field(name="answered_by", label=_("Answered by")),
        *(
            Field(
                name=name,
                label=field_label(words(), name),
                choices=_same(names.get(name, ())),
                column=1,
                hint=everybody,
                heading=_("For terminals of") if name == "acquirer" else "",
            )
            for name in ("acquirer", "manufacturer", "area")
        ),
        Field(
            name="prepare",
            label=_("Have ready"),
            kind="text",
            rows=3,
            column=1,
            heading=_("When calling"),
            hint=_("TID, serial number, code …"),
        ),
        Field(name="escalation", label=_("If nobody helps"), kind="text", rows=3, column=1),
    ]
    title = _("Edit contact") if known else _("Add contact")
    dialog = DraftDialog(title, fields, _contact_draft, parent=parent)
    dialog.prefer(860)
    before = known or ContactDraft()
    dialog.fill({field.name: getattr(before, field.name) for field in fields})
    return dialog


def _contact_draft(values: dict[str, Any]) -> ContactDraft:
    return ContactDraft(**{**values, "role": ContactRole(values["role"])})


def _model_fields(makers: Sequence[str], profiles: Iterable[str], *, fixed: bool) -> list[Field]:
    return [
        Field(
            name="manufacturer",
            label=_("Manufacturer"),
            required=True,
            choices=_same(makers),
            editable=fixed,
        ),
        Field(name="name", label=_("Model"), required=True, editable=fixed),
        Field(
            name="kind",
            label=_("Type"),
            kind="choice",
            choices=word_choices("terminal_kind", TerminalKind),
        ),
        Field(
            name="required_firmware",
            label=_("Required firmware"),
            hint="3.2.1",
            help=_("Terminals with an older one are pointed out."),
        ),
        Field(
            name="code_profile",
            label=_("Code table"),
            choices=_same(profiles),
            help=_("Empty: that of the acquirer."),
        ),
        Field(name="pts_version", label=_("PTS version"), hint="PCI PTS 5.x"),
        Field(
            name="pts_expires_on",
            label=field_label(words(), "pts_expires_on"),
            kind="date",
            help=_("After that day no device of this model may be newly placed."),
        ),
        Field(
            name="pts_use_until",
            label=field_label(words(), "pts_use_until"),
            kind="date",
            help=_("After that day devices that stand already must be gone too."),
        ),
        Field(
            name="battery_life_months",
            label=_("Battery life"),
            kind="number",
            most=240,
            unit=_("months"),
            help=_("0: unknown, or no battery."),
        ),
    ]


def model_editor(
    parent: QWidget,
    makers: Sequence[str],
    profiles: Iterable[str],
    known: TerminalModel | None = None,
) -> DraftDialog:
    """A model of terminals.  The draft is a `ModelDraft`."""
    fields = _model_fields(makers, profiles, fixed=known is None)
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
                name="code_profile",
                label=_("Code table"),
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
