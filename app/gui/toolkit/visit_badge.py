"""How visits and maintenance tasks stand, as badges."""

from __future__ import annotations

from datetime import date

from app.domain.maintenance.occurrences import OccurrenceState
from app.domain.maintenance.visits import VisitStanding
from app.gui.toolkit.badge import new_work_badge
from app.gui.toolkit.language import _, words
from app.gui.toolkit.theme import Badge
from app.texts import word

_OCCURRENCE = {
    OccurrenceState.FORECAST: ("neutral", "circle"),
    OccurrenceState.DUE: ("accent", "circle-dot"),
    OccurrenceState.SCHEDULED: ("accent", "circle"),
    OccurrenceState.LAST_DAY: ("warning", "clock"),
    OccurrenceState.MISSED: ("danger", "x"),
    OccurrenceState.DONE: ("ok", "circle-check"),
    OccurrenceState.DONE_LATE: ("warning", "circle-check"),
    OccurrenceState.PARTIAL: ("warning", "circle-pause"),
    OccurrenceState.SKIPPED: ("neutral", "chevron-right"),
    OccurrenceState.MERGED: ("neutral", "x"),
    OccurrenceState.SUPERSEDED: ("neutral", "archive"),
    OccurrenceState.VOID: ("neutral", "ban"),
}


def occurrence_badge(state: OccurrenceState) -> Badge:
    """How a maintenance task stands."""
    tone, icon = _OCCURRENCE[state]
    return Badge(word(words(), "occurrence_state", state), tone, icon)


def visit_badge(visit: VisitStanding, today: date) -> Badge:
    """How a visit stands; missed and overdue before everything else."""
    state = visit.shown_state(today)
    if visit.on_leave:
        return Badge(_("Technician away"), "danger", "triangle-alert")
    if state is OccurrenceState.MISSED and visit.planned_on >= today:
        # Put off beyond its window, yet still to come: "missed" would be read as over.
        return Badge(_("Past its window"), "danger", "triangle-alert")
    if state is OccurrenceState.SCHEDULED and visit.overdue(today):
        return Badge(_("Overdue"), "warning", "triangle-alert")
    if visit.state == "in_progress" and state is not OccurrenceState.MISSED:
        return Badge(word(words(), "visit_state", visit.state), "accent", "play")
    if visit.newly_given and state is OccurrenceState.SCHEDULED:
        return new_work_badge()
    return occurrence_badge(state)
