"""How proposals are put into words: what generating, levelling and leave would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.maintenance.leave_choice import LeaveChoice
from app.domain.maintenance.occurrences import Backlog
from app.domain.maintenance.workload_figures import WorkloadFigures
from app.gui.toolkit.language import _, words
from app.services.maintenance.balancing import BalancingProposal
from app.services.maintenance.generation import GenerationPreview
from app.services.maintenance.leave import HitVisit, LeaveOption, LeavePreview
from app.texts import sentence, word
from app.texts.holidays import provisional_years
from app.texts.proposals import homes_unknown, hours_unread, leave_outcome, out_of_territory

SHOWN_MISFITS = 6


@dataclass(frozen=True, slots=True)
class ShownDate:
    """A figure before and after, or a name with a count."""

    name: str
    before: str
    after: str = ""


def way_text(way: LeaveOption, people: dict[str, str], today: date) -> str:
    """Where a visit would go, or why nowhere."""
    if way.why:
        return word(words(), "why", way.why)
    return f"{words().short_day(way.day, today)} {people.get(way.technician_id, '')}".strip()


def better_choice(found: LeavePreview) -> LeaveChoice:
    """Which choice finds a place for more of the visits a leave hits."""
    return max(
        (LeaveChoice.REASSIGN, LeaveChoice.MOVE), key=lambda choice: found.outcome(choice).placed
    )


def outcome_text(found: LeavePreview, choice: LeaveChoice, chosen: Sequence[HitVisit] = ()) -> str:
    """What became of the visits a choice was made for."""
    ends = found.outcome(choice, chosen)
    return leave_outcome(words(), ends.placed, ends.waiting, ends.held)


def dates_text(backlog: Backlog, today: date) -> str:
    days = [words().short_day(item.due_on, today) for item in backlog.occurrences]
    return "  ".join(days if len(days) <= 5 else [*days[:2], "…", *days[-2:]])


def foreseen(found: GenerationPreview, names: dict[str, str]) -> list[str]:
    t = words()
    notes = [
        text
        for count, text in (
            (found.moved, _("dates that move: {count}", count=found.moved)),
            (found.voided, _("dates no longer due: {count}", count=found.voided)),
            (found.revived, _("dates due again: {count}", count=found.revived)),
            (
                found.relocated,
                _("tasks that follow their terminal: {count}", count=found.relocated),
            ),
            (found.unassigned, _("visits nobody serves: {count}", count=found.unassigned)),
        )
        if count
    ]
    if found.idle_plans:
        idle = ", ".join(names[key] for key in found.idle_plans)
        notes.append(_("plans that cover nothing: {plans}", plans=idle))
    if found.unknown_years:
        notes.append(provisional_years(t, found.unknown_years))
    if found.clock:
        notes.append(sentence(t, found.clock, {"day": found.last}))
    return notes


def figures(before: WorkloadFigures, after: WorkloadFigures) -> list[ShownDate]:
    pairs: tuple[tuple[str, Any, Any], ...] = (
        (_("Late visits"), before.late, after.late),
        (_("Kilometres"), f"{before.kilometres:.0f}", f"{after.kilometres:.0f}"),
        (_("Busiest day (minutes)"), before.busiest_minutes, after.busiest_minutes),
        (_("Overfull days"), before.overfull_days, after.overfull_days),
        (_("Without a place"), before.unassigned, after.unassigned),
    )
    return [ShownDate(name, str(one), str(other)) for name, one, other in pairs]


def misfits(found: BalancingProposal) -> list[str]:
    """What does not fit and why, by reason with the first few."""
    reasons: dict[str, list[str]] = {}
    for item in found.proposal.assignments:
        if item.misfit:
            reasons.setdefault(item.misfit, []).append(found.visits[item.visit_id].number)
    for left in found.proposal.unplaced:
        reasons.setdefault(left.why, []).append(found.visits[left.visit_id].number)
    said = [
        _(
            "{count} do not fit, {why}: {numbers}",
            count=len(numbers),
            why=word(words(), "misfit", why),
            numbers=", ".join(numbers[:SHOWN_MISFITS])
            + ("…" if len(numbers) > SHOWN_MISFITS else ""),
        )
        for why, numbers in reasons.items()
    ]
    t = words()
    more = (
        out_of_territory(t, found.away),
        hours_unread(t, found.hours_unread),
        homes_unknown(t, found.no_home),
    )
    return [*said, *filter(None, more)]
