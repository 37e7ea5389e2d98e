"""What the operation log says, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.domain.documents import SignerRole
from app.domain.event_data import FieldChange
from app.domain.incidents.targets import KEYS as TARGET_KEYS
from app.i18n import N_, Translator
from app.languages import LANGUAGES
from app.texts import field_label, review_reason, word
from app.texts.events import value_words

_FAULTS = {
    "changed": N_("its content was changed afterwards"),
    "broken": N_("it does not follow the one before"),
    "missing": N_("operations before it are missing"),
}

_LABELS = {("technician", "code"): N_("Staff code")}
"""Labels of fields whose name means something else in other records, by kind of record."""
_WORDS = {
    ("incident", "kind"): "work_kind",
    ("campaign", "kind"): "campaign_kind",
    ("contact", "role"): "contact_role",
    ("incident", "role"): "contact_role",
    ("visit", "role"): "signer_role",
    ("conflict", "how"): "settlement",
    ("checklist", "how"): "follow_up",
    ("occurrence", "how"): "catch_up",
    ("incident", "reason"): "given_reason",
    ("terminal", "reason"): "given_reason",
}
"""The enumerations of values whose field means something else in other records."""
_LEFT_OUT = "left_out"
"""Records that an operation about many left as they are (`app.services.core.context.LEFT_OUT`)."""
_STATES = {
    "terminal": "terminal_state",
    "incident": "incident_state",
    "visit": "visit_state",
    "campaign": "campaign_state",
    "warning": "warning_state",
}


class Changed(Protocol):
    """A field of a record that changed."""

    @property
    def kind(self) -> str:
        """The kind of record."""

    @property
    def about(self) -> str:
        """What people call it; empty when the operation is about it."""

    @property
    def change(self) -> FieldChange:
        """Which field, from what to what."""


def operation_title(t: Translator, kind: str) -> str:
    """What was done."""
    return word(t, "operation", kind)


def change_line(t: Translator, changed: Changed) -> str:
    """A field that changed, on one line, after the record it is of."""
    label, old, new = change_cells(t, changed)
    values = f"{old} → {new or '–'}" if old else new
    if changed.change.field == "state":
        # The words of the states say what they are.
        said = values
    else:
        said = t("{field}: {value}", field=label, value=values) if values else label
    return "  ".join(filter(None, (changed.about, said)))


def change_cells(t: Translator, changed: Changed) -> tuple[str, str, str]:
    """A field that changed: its label, what was there, what is there."""
    change, kind = changed.change, changed.kind
    words = "visit_state" if kind == _LEFT_OUT else _WORDS.get((kind, change.field), "")

    def shown(value: str) -> str:
        if words == "contact_role" and value in frozenset(SignerRole):
            # An incident is handed to a contact, and signed by a person.
            return word(t, "signer_role", value)
        if words:
            return word(t, words, value)
        return value_words(t, _STATES.get(kind, ""), change.field, value)

    own = _LABELS.get((kind, change.field))
    if kind == "settings":
        label = setting_label(t, change.field)
    elif kind == _LEFT_OUT:
        # Under the number of a visit that stayed where it was.
        label = "  ".join((change.field, word(t, "unsettled", _LEFT_OUT)))
    else:
        label = t(own) if own else field_label(t, change.field, kind)
    return label, shown(change.old), shown(change.new)


_HOURS = {
    "response_hours": N_("{priority}: work begins within hours"),
    "resolve_hours": N_("{priority}: resolved within hours"),
}
_IN_LANGUAGES = {
    "report_notice": N_("Foot, {language}"),
    "report_closing": N_("Above signatures, {language}"),
}
_SETTINGS = {
    "seal_certificate": N_("Certificate"),
    "lock_minutes": N_("Lock after minutes"),
    "silent_days": N_("Silent after days"),
    "seat_copy": N_("Copy of the server"),
    "first_steps": N_("First steps"),
}


def setting_label(t: Translator, name: str) -> str:
    """What a setting is called, by its name in the file."""
    if name in TARGET_KEYS:
        priority, field = TARGET_KEYS[name]
        return t(_HOURS[field], priority=word(t, "priority", priority))
    stem, _, code = name.rpartition("_")
    if stem in _IN_LANGUAGES:
        return t(_IN_LANGUAGES[stem], language=LANGUAGES[code].name)
    return t(_SETTINGS[name]) if name in _SETTINGS else field_label(t, name)


class Deed(Protocol):
    """What somebody did."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def actor(self) -> str:
        """The code of who did it."""

    @property
    def person(self) -> str:
        """The name; empty when it is not known here."""

    @property
    def device(self) -> str:
        """The letter of the computer."""

    @property
    def kind(self) -> str:
        """The kind of operation."""

    @property
    def changes(self) -> Sequence[Changed]:
        """The fields that changed."""


_MOST_CHANGES = 3


def deed_line(t: Translator, deed: Deed) -> str:
    """Who did what, when and on which computer, on one line."""
    who = " ".join(filter(None, (deed.actor, deed.person))) or "–"
    head = f"{t.moment(deed.at)}  {who} ({deed.device})  {operation_title(t, deed.kind)}"
    lines = [change_line(t, one) for one in deed.changes]
    more = ["…"] if len(lines) > _MOST_CHANGES else []
    told = "; ".join([*filter(None, lines[:_MOST_CHANGES]), *more])
    return t("{field}: {value}", field=head, value=told) if told else head


def outcome_line(t: Translator, review: str, *, withdrawn: bool) -> str:
    """What became of an operation that changed nothing; empty for one that was applied."""
    return t("Taken back before it was sent") if withdrawn else review_line(t, review)


def review_line(t: Translator, code: str) -> str:
    """Why an operation waits for review; empty when it does not."""
    return t("Not applied: {reason}", reason=review_reason(t, code)) if code else ""


def chain_fault(t: Translator, seq: int, why: str) -> str:
    """Where and why the log of a computer is not whole."""
    return t("Operation {number}: {fault}", number=seq, fault=t(_FAULTS[why]))
