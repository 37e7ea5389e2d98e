"""What the operation log says, in words."""

from __future__ import annotations

from typing import Protocol

from app.domain.event_data import FieldChange
from app.i18n import N_, Translator
from app.texts import sentence, word
from app.texts.events import change_words

_FAULTS = {
    "changed": N_("its content was changed afterwards"),
    "broken": N_("it does not follow the one before"),
    "missing": N_("operations before it are missing"),
}

_STATES = {"terminal": "terminal_state", "incident": "incident_state", "visit": "visit_state"}


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
    words = change_words(t, _STATES.get(changed.kind, ""), changed.change)
    return "  ".join(filter(None, (changed.about, words)))


def review_line(t: Translator, code: str) -> str:
    """Why an operation waits for review; empty when it does not."""
    return t("Not applied: {reason}", reason=sentence(t, code, {})) if code else ""


def chain_fault(t: Translator, seq: int, why: str) -> str:
    """Where and why the log of a computer is not whole."""
    return t("Operation {number}: {fault}", number=seq, fault=t(_FAULTS[why]))
