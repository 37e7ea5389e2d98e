"""What the logs of terminals, incidents and visits say, in words: one module for every reader.

An entry carries data (`app.domain.event_data`); window, documents and command line show it in the
reader's language.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from app.domain.event_data import FieldChange
from app.domain.incidents.lifecycle import Action, Event
from app.domain.maintenance.visits import VisitEvent
from app.i18n import N_, Translator
from app.languages import NO_TEXT, LocalizedText
from app.texts import field_label, word


@dataclass(frozen=True, slots=True)
class EventWords:
    """An entry in words: what happened, and the particulars."""

    title: str
    detail: str = ""

    @property
    def line(self) -> str:
        """Both on one line."""
        return "  ".join(part for part in (self.title, self.detail) if part)


class DeviceEntry(Protocol):
    """An entry of a terminal's log, as it is stored or printed."""

    @property
    def kind(self) -> str:
        """The kind of event."""

    @property
    def change(self) -> FieldChange | None:
        """The field that changed."""

    @property
    def reason(self) -> str:
        """Why: a code."""

    @property
    def remark(self) -> str:
        """What a person wrote."""


def terminal_event(t: Translator, entry: DeviceEntry) -> EventWords:
    """An entry of a terminal's log."""
    return EventWords(
        word(t, "terminal_event", entry.kind),
        _joined(
            change_words(t, "terminal_state", entry.change),
            word(t, "why", entry.reason),
            entry.remark,
        ),
    )


def incident_event(t: Translator, event: Event) -> EventWords:
    """An entry of an incident's log."""
    title = word(t, "action", event.action)
    if event.to_state:
        title = f"{title} → {word(t, 'incident_state', event.to_state)}"
    return EventWords(
        title,
        _joined(
            change_words(t, "incident_state", event.change),
            word(t, _REASONS.get(event.action, "why"), event.reason),
            event.said.in_(t.language),
            event.remark,
        ),
    )


def visit_event(t: Translator, event: VisitEvent) -> EventWords:
    """An entry of a visit's log."""
    return EventWords(
        word(t, "visit_action", event.action),
        _joined(
            change_words(t, "visit_state", event.change, event.said),
            word(t, "why", event.reason),
            event.remark,
        ),
    )


_REASONS = {
    Action.REPORT: "detection",
    Action.HOLD: "hold_reason",
    Action.RESOLVE: "result",
    Action.CLOSE: "confirmation",
    Action.HANDOVER: "contact_role",
    Action.EDIT: "edit_reason",
}
"""Of which enumeration the reason of an action is."""


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def change_words(
    t: Translator, states: str, change: FieldChange | None, said: LocalizedText = NO_TEXT
) -> str:
    """A field that changed; `states` is the enumeration of the record's own states, `said` what
    the new value is called."""
    if change is None:
        return ""
    old = value_words(t, states, change.field, change.old)
    new = said.in_(t.language) or value_words(t, states, change.field, change.new)
    if change.field == "technician" and not new:
        new = t("Nobody yet")
    # A stop is logged also where it finds the incident as urgent as it makes it.
    values = f"{old} → {new or '–'}" if old and old != new else new
    if change.field in _PLAIN:
        return values
    label = field_label(t, change.field)
    return t("{field}: {value}", field=label, value=values) if values else label


_PLAIN = frozenset({"state", "plan", "incident"})
"""Fields whose value needs no label: the step says what it is."""

_WORDS = {
    "priority": "priority",
    "link": "link",
    "impact": "impact",
    "urgency": "urgency",
    "detection": "detection",
    "fault_class": "fault_class",
    "confirmed_class": "fault_class",
    "provisional_class": "fault_class",
    "hold_reason": "hold_reason",
    "confirmation": "confirmation",
    "satisfaction": "satisfaction",
    "signer_role": "signer_role",
    "stage": "photo_stage",
    "dispatch": "dispatch_state",
}


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?([+-]\d{2}:\d{2}|Z)")
"""How days and moments are written into the log (`app.domain.event_data.change_of`)."""


def _when(t: Translator, value: str) -> str | None:
    """A day or a moment as people read it; None for anything else."""
    with contextlib.suppress(ValueError):
        if _DAY.fullmatch(value):
            return t.day(date.fromisoformat(value))
        if _MOMENT.fullmatch(value):
            return t.moment(datetime.fromisoformat(value))
    return None


def _time_of_day(minutes: str) -> str:
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


_ANSWERS = {"True": N_("Yes"), "False": N_("No")}
_MONEY = "_cents"
"""How the names of amounts end, which are kept in hundredths of a yuan."""


def value_words(t: Translator, states: str, field: str, value: str) -> str:
    """A value of a field as people read it; `states` is the enumeration of the record's own
    states."""
    if not value:
        return ""
    if (when := _when(t, value)) is not None:
        return when
    if field == "start_minute" and value.isdigit():
        return _time_of_day(value)
    if value in _ANSWERS:
        return t(_ANSWERS[value])
    if field.endswith(_MONEY) and value.lstrip("-").isdigit():
        return f"¥{int(value) / 100:,.2f}"
    kind = states if field == "state" else _WORDS.get(field, "")
    return word(t, kind, value) if kind else value
