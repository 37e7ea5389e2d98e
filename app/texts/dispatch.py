"""What is said about handing work to technicians."""

from __future__ import annotations

from app.domain.dispatch.board import BoardItem
from app.domain.dispatch.dispatches import DispatchState, WorkType
from app.i18n import N_, Translator

PROBLEMS: dict[str, str] = {
    "dispatch.leave": N_("{name} is on leave on {day}."),
    "dispatch.day_off": N_("{name} does not work on {day}."),
    "dispatch.full": N_("{name} would have {minutes} of {room} minutes on {day}."),
    "dispatch.area": N_("{area} is outside the areas of {name}: {areas}."),
    "dispatch.not_fieldwork": N_("{name} does not go on visits."),
    "dispatch.skill": N_("{name} is not trained for faults of the class {fault_class}."),
    "dispatch.late": N_("{day} is after the day it is due, {due}."),
    "dispatch.early": N_("{day} is before the first day of its window, {opens}."),
    "dispatch.locked": N_("{number} is locked to its day and technician."),
    "dispatch.why_overrule": N_("Say why it should be done all the same."),
    "dispatch.reassigned": N_("{number} was given to {name} meanwhile; the office's word counts."),
    "dispatch.nobodys": N_("{number} was taken back meanwhile; the office's word counts."),
    "dispatch.not_yours": N_("{number} was given to {name}, not to you."),
}

REVIEW: dict[str, str] = {
    "dispatch.reassigned": N_("the office gave the work to somebody else meanwhile"),
    "dispatch.nobodys": N_("the office took the work back meanwhile"),
    "dispatch.not_yours": N_("the work was given to somebody else"),
}

WHY: dict[str, str] = {
    "dispatch.refused": N_("refused by the technician"),
    "dispatch.taken_back": N_("taken back"),
}

FIELDS: dict[str, str] = {
    "dispatch": N_("Assignment"),
    "technician_id": N_("Technician"),
    "overruling": N_("Why all the same"),
    "refusal": N_("Why refused"),
    "skills": N_("Trained for"),
}

WORDS: dict[str, dict[str, str]] = {
    "dispatch_state": {
        DispatchState.ASSIGNED: N_("Newly assigned"),
        DispatchState.SEEN: N_("Seen"),
        DispatchState.ACCEPTED: N_("Accepted"),
        DispatchState.REFUSED: N_("Refused"),
    },
}

KINDS: dict[str, str] = {"dispatch": N_("Assignment")}


def work_place(t: Translator, item: BoardItem) -> str:
    """Where work is to be done: the merchant, of a visit without one the office, of an incident
    nobody knows the place of a dash."""
    return item.title or (t("Office") if item.type is WorkType.VISIT else "—")
