"""What the operation log says, in words."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from app.domain.documents import SignerRole
from app.domain.event_data import LIST_MARK, FieldChange
from app.domain.incidents.targets import KEYS as TARGET_KEYS
from app.i18n import N_, Translator
from app.languages import LANGUAGES
from app.texts import field_label, review_reason, word
from app.texts.events import value_words
from app.texts.exchange import UnsettledEntry

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
    ("document", "how"): "hand_out",
    ("occurrence", "how"): "catch_up",
    ("incident", "reason"): "given_reason",
    ("terminal", "reason"): "given_reason",
    ("technician", "role"): "technician_role",
    ("technician", "skills"): "fault_class",
    ("incident", "result"): "result",
    ("incident", "outcome"): "test_outcome",
    ("visit", "place"): "place",
    ("visit", "scope"): "scope",
    ("model", "kind"): "terminal_kind",
    ("register", "kind"): "terminal_kind",
    ("calendar", "kind"): "day_kind",
    ("checklist", "kind"): "line_kind",
    ("plan", "kind"): "line_kind",
    ("generation", "scope"): "scope",
    ("generation", "outcome"): "occurrence_state",
    ("knowledge", "part"): "knowledge_part",
    ("warning", "rule"): "warning_rule",
    ("warning", "kind"): "warning_kind",
    ("warning", "outcome"): "warning_state",
    ("warning", "to"): "contact_role",
    ("custody", "holder_kind"): "holder_kind",
    ("custody", "pack"): "pack",
    ("plan", "scope"): "scope",
    ("plan", "place"): "place",
    ("plan", "anchor"): "anchor",
    ("plan", "confidence"): "confidence",
    ("plan", "meter_kind"): "meter_kind",
    ("plan", "event"): "plan_event",
    ("plan", "classes"): "fault_class",
    ("plan", "skills"): "fault_class",
    ("plan", "kinds"): "terminal_kind",
    ("plan", "states"): "terminal_state",
    ("plan", "unit"): "unit",
    ("plan", "basis"): "basis",
    ("plan", "on"): "day_of",
    ("plan", "shift"): "shift",
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
    own = _LABELS.get((kind, change.field))
    if kind == "settings":
        label = setting_label(t, change.field)
    elif kind == _LEFT_OUT:
        # Under the number of a visit that stayed where it was.
        label = "  ".join((change.field, word(t, "unsettled", _LEFT_OUT)))
    else:
        label = t(own) if own else field_label(t, change.field, kind)
    old, new = (_value(t, kind, change.field, value) for value in (change.old, change.new))
    return label, old, new


def unsettled_values(t: Translator, entry: UnsettledEntry) -> tuple[str, str]:
    """What stands and what gave way, where two people changed one field."""
    kind = entry.operation.subject_kind
    kept, lost = (
        t("nothing") if value in (None, "", []) else _members(t, kind, entry.field, value)
        for value in (entry.kept, entry.lost)
    )
    return kept, lost


def _value(t: Translator, kind: str, field: str, value: str) -> str:
    """A value of a field of a kind of record."""
    if value[:1] in ("{", "["):
        with contextlib.suppress(ValueError):
            return _members(t, kind, field, json.loads(value))
    words = "visit_state" if kind == _LEFT_OUT else _WORDS.get((kind, field), "")
    if words == "contact_role" and value in frozenset(SignerRole):
        # An incident is handed to a contact, and signed by a person.
        return word(t, "signer_role", value)
    if words:
        return LIST_MARK.join(word(t, words, one) for one in value.split(LIST_MARK))
    return value_words(t, _STATES.get(kind, ""), field, value)


def _members(t: Translator, kind: str, field: str, value: Any) -> str:
    """A rule or a list, kept as JSON (`app.domain.event_data.change_of`): what it holds, with a
    label for each part; what is empty says nothing."""
    if isinstance(value, dict):
        told = {name: _members(t, kind, name, one) for name, one in value.items()}
        parts = []
        for name, one in told.items():
            label = field_label(t, name, kind)
            named = label != name  # a part without a label is told alone
            parts += (
                [t("{field}: {value}", field=label, value=one) if named else one] if one else []
            )
        return ", ".join(parts)
    if isinstance(value, list):
        return LIST_MARK.join(filter(None, (_members(t, kind, field, one) for one in value)))
    return "" if value is None else _value(t, kind, field, str(value))


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
