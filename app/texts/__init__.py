"""Every sentence behind a code and every word behind an enumeration, in one place.

Errors, states and classes travel as codes; window, command line and documents turn them into words
here, in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from app.domain.cardguard import mask_cards
from app.domain.errors import AppError, InvalidInput, Overtaken, Problem
from app.domain.missing_database import Leftover
from app.i18n import Translator, translator
from app.languages import LocalizedText
from app.texts import (
    campaigns,
    dispatch,
    encryption,
    event_words,
    exchange,
    field_labels,
    hub,
    imports,
    maintenance,
    parts,
    people,
    phrases,
    proof_words,
    reminders,
    server,
    storage,
    terminals,
    updates,
)
from app.texts.problems import PROBLEMS as _PROBLEMS
from app.texts.words import FIELDS as _FIELDS
from app.texts.words import WORDS as _WORDS

FIELDS = (
    field_labels.FIELDS
    | maintenance.FIELDS
    | imports.FIELDS
    | event_words.FIELDS
    | terminals.FIELDS
    | exchange.FIELDS
    | hub.FIELDS
    | people.FIELDS
    | parts.FIELDS
    | phrases.FIELDS
    | reminders.FIELDS
    | dispatch.FIELDS
    | campaigns.FIELDS
    | encryption.FIELDS
    | updates.FIELDS
    | _FIELDS
)
PROBLEMS = (
    _PROBLEMS
    | maintenance.PROBLEMS
    | imports.PROBLEMS
    | server.PROBLEMS
    | storage.PROBLEMS
    | encryption.PROBLEMS
    | terminals.PROBLEMS
    | exchange.PROBLEMS
    | hub.PROBLEMS
    | people.PROBLEMS
    | parts.PROBLEMS
    | phrases.PROBLEMS
    | reminders.PROBLEMS
    | dispatch.PROBLEMS
    | campaigns.PROBLEMS
    | updates.PROBLEMS
)
WORDS = (
    _WORDS
    | maintenance.WORDS
    | storage.WORDS
    | proof_words.WORDS
    | event_words.WORDS
    | terminals.WORDS
    | exchange.WORDS
    | people.WORDS
    | parts.WORDS
    | dispatch.WORDS
    | campaigns.WORDS
)
WORDS["terminal_event"] |= maintenance.TERMINAL_EVENTS
WORDS["kind"] |= maintenance.KINDS | exchange.KINDS | dispatch.KINDS | parts.KINDS | campaigns.KINDS
WORDS["why"] |= dispatch.WHY
WORDS["review"] |= dispatch.REVIEW
# What a warning is about, and what sort of campaign is made of it.
WORDS["warning_kind"] = WORDS["warning_about"] | WORDS["campaign_kind"]
# What a hold or a swap is for, where only the argument of the operation is known.
WORDS["given_reason"] = WORDS["swap_reason"] | WORDS["hold_reason"]

_CLASS_BREAK = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PARAMETER_WORDS = {
    "action": (
        *("action", "visit_action", "terminal_state"),
        *("campaign_action", "warning_action"),
    ),
    "state": (
        *("incident_state", "visit_state", "occurrence_state", "terminal_state"),
        *("campaign_state", "campaign_task_state", "warning_state"),
    ),
    "kind": ("kind",),
    "operation": ("operation",),
    "fault_class": ("fault_class",),
}


def word(t: Translator, kind: str, value: str | StrEnum | None) -> str:
    """The word for a value of an enumeration; the value itself when there is none."""
    if value is None or value == "":
        return ""
    found = WORDS[kind].get(str(value))
    return t(found) if found else str(value)


def localized(message: str, **values: object) -> LocalizedText:
    """The message in every language, for what is kept and read in another one later."""
    return LocalizedText.made(lambda language: translator(language)(message, **values))


_NUMBERED = re.compile(r"_\d+")


RECORDS: Mapping[str, Mapping[str, str]] = {
    "plan": maintenance.FIELDS,
    "campaign": campaigns.FIELDS,
    "station": exchange.FIELDS,
    "area": field_labels.FIELDS,
}
"""The key of a plan and that of a computer are different things: whose fields come first."""


def field_label(t: Translator, name: str, record: str = "") -> str:
    """The label of a field; one of several alike (``other_0_why``) has that of its kind
    (``other_why``).  The kind of `record` (as the log names it) tells fields of one name apart."""
    kind = _NUMBERED.sub("", name)
    label = RECORDS.get(record, {}).get(kind) or FIELDS.get(kind)
    return t(label) if label is not None else name


def sentence(t: Translator, code: str, params: Mapping[str, object]) -> str:
    """What a problem or error code says, with its parameters in words."""
    message = PROBLEMS.get(code)
    if message is None:
        return f"{code} {dict(params)}" if params else code
    return t(message, **{name: _shown(t, name, value) for name, value in params.items()})


def _shown(t: Translator, name: str, value: object) -> object:
    kinds = _PARAMETER_WORDS.get(name, ())
    # Calling off a campaign and withdrawing an incident are both "cancel": the class tells.
    of_class = _CLASS_BREAK.sub("_", type(value).__name__).lower()
    for kind in sorted(kinds, key=lambda one: one != of_class):
        if str(value) in WORDS[kind]:
            return word(t, kind, str(value))
    if isinstance(value, datetime):
        return t.moment(value)
    if isinstance(value, date):
        return t.day(value)
    if name == "who" and isinstance(value, tuple):
        return people.role_words(t, value) if value else ""
    if isinstance(value, tuple) and all(isinstance(item, Leftover) for item in value):
        return storage.remain_lines(t, value)
    if isinstance(value, tuple):
        return t(", ").join(map(str, value))
    if isinstance(value, LocalizedText):
        return mask_cards(value.in_(t.language))
    # What was refused or doubted may be a card's number; a sentence is shown, logged and sent.
    return mask_cards(value) if isinstance(value, str) else value


def problem_text(t: Translator, problem: Problem) -> str:
    """What is wrong with one field."""
    return sentence(t, problem.code, problem.params)


def unsettled_text(t: Translator, entry: exchange.UnsettledEntry) -> str:
    """What waits for a decision after an exchange, in a sentence."""
    from app.texts.operations import unsettled_values

    reason, values = review_reason(t, entry.code), unsettled_values(t, entry)
    left_out = entry.sort == "left_out"
    label = word(t, "visit_state", entry.kept) if left_out else field_label(t, entry.field)
    return exchange.unsettled_text(t, entry, label, reason, values)


def review_reason(t: Translator, code: str) -> str:
    """Why an operation could not be applied, in words without a full stop."""
    reasons = WORDS["review"]
    plain = PROBLEMS.get(code, "{")
    # Of a refusal only the code is kept: a sentence with places cannot be filled.
    known = t(reasons[code]) if code in reasons else ""
    return known or (t(reasons["other"]) if "{" in plain else t(plain).rstrip("。."))


def error_text(t: Translator, error: AppError) -> str:
    """What an error says, every problem of an `InvalidInput` with its field."""
    if isinstance(error, InvalidInput):
        return "\n".join(
            f"{field_label(t, problem.field)}: {problem_text(t, problem)}"
            if problem.field
            else problem_text(t, problem)
            for problem in error.problems
        )
    said = sentence(t, error.code, error.params)
    if isinstance(error, Overtaken) and error.meanwhile:
        from app.texts.operations import deed_line

        return "\n".join((said, *(deed_line(t, deed) for deed in error.meanwhile)))
    return said
