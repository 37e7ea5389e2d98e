"""What the operation log says, in words: one name for every kind of operation."""

from __future__ import annotations

from typing import Protocol

from app.domain.event_data import FieldChange
from app.i18n import N_, Translator
from app.texts import sentence
from app.texts.events import change_words

KINDS = {
    "incident.open": N_("Incident reported"),
    "incident.edit": N_("Report corrected"),
    "incident.triage": N_("Diagnosis taken over"),
    "incident.assign": N_("Technician assigned"),
    "incident.start": N_("Work begun"),
    "incident.hold": N_("Put on hold"),
    "incident.resume": N_("Work taken up again"),
    "incident.resolve": N_("Incident resolved"),
    "incident.close": N_("Incident closed"),
    "incident.reopen": N_("Incident reopened"),
    "incident.cancel": N_("Report withdrawn"),
    "incident.mark_duplicate": N_("Joined to an earlier report"),
    "incident.add_work": N_("Work noted"),
    "incident.note_check": N_("Check noted"),
    "incident.remove_check": N_("Check taken back"),
    "incident.note_stop_withdrawn": N_("Safety stop withdrawn"),
    "incident.add_part": N_("Part noted"),
    "incident.remove_part": N_("Part taken back"),
    "incident.hand_over": N_("Handed on to a contact"),
    "incident.add_addendum": N_("Addendum written"),
    "terminal.register": N_("Terminal registered"),
    "terminal.update": N_("Terminal corrected"),
    "terminal.relocate": N_("Terminal moved"),
    "terminal.swap": N_("Terminal swapped"),
    "terminal.change_state": N_("State of a terminal changed"),
    "technician.save": N_("Person saved"),
    "contact.save": N_("Contact saved"),
}

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
    def change(self) -> FieldChange:
        """Which field, from what to what."""


def operation_title(t: Translator, kind: str) -> str:
    """What was done."""
    return t(KINDS[kind]) if kind in KINDS else kind


def change_line(t: Translator, changed: Changed) -> str:
    """A field that changed, on one line."""
    return change_words(t, _STATES.get(changed.kind, ""), changed.change)


def review_line(t: Translator, code: str) -> str:
    """Why an operation waits for review; empty when it does not."""
    return t("Not applied: {reason}", reason=sentence(t, code, {})) if code else ""


def chain_fault(t: Translator, seq: int, why: str) -> str:
    """Where and why the log of a computer is not whole."""
    return t("Operation {number}: {fault}", number=seq, fault=t(_FAULTS[why]))
