"""How visits and maintenance tasks stand, as badges."""

from __future__ import annotations

from datetime import date

from app.domain.occurrences import State
from app.domain.visits import VisitSummary
from app.gui.language import _, words
from app.gui.theme import Badge
from app.texts import word

_OCCURRENCE = {
    State.FORECAST: ("neutral", "circle"),
    State.DUE: ("accent", "circle-dot"),
    State.SCHEDULED: ("accent", "circle"),
    State.LAST_DAY: ("warning", "clock"),
    State.MISSED: ("danger", "x"),
    State.DONE: ("ok", "circle-check"),
    State.DONE_LATE: ("warning", "circle-check"),
    State.PARTIAL: ("warning", "circle-pause"),
    State.SKIPPED: ("neutral", "chevron-right"),
    State.MERGED: ("neutral", "x"),
    State.SUPERSEDED: ("neutral", "archive"),
    State.VOID: ("neutral", "ban"),
}


def occurrence_badge(state: State) -> Badge:
    """How a maintenance task stands."""
    tone, icon = _OCCURRENCE[state]
    return Badge(word(words(), "occurrence_state", state), tone, icon)


def visit_badge(visit: VisitSummary, today: date) -> Badge:
    """How a visit stands; missed and overdue before everything else."""
    state = visit.shown_state(today)
    if visit.on_leave:
        return Badge(_("Technician away"), "danger", "triangle-alert")
    if state is State.MISSED and visit.planned_on >= today:
        # Put off beyond its window, yet still to come: "missed" would be read as over.
        return Badge(_("Past its window"), "danger", "triangle-alert")
    if state is State.SCHEDULED and visit.overdue(today):
        return Badge(_("Overdue"), "warning", "triangle-alert")
    if visit.state == "in_progress" and state is not State.MISSED:
        return Badge(word(words(), "visit_state", visit.state), "accent", "play")
    return occurrence_badge(state)
