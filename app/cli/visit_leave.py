"""``poscare visit leave``: enter a technician's leave and move the visits it affects."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from app.cli import visit_work
from app.cli.context import Context, day_of, table
from app.cli.parser import names
from app.domain.errors import NotFound
from app.domain.register.people import Technician
from app.i18n import Translator
from app.texts import word
from app.texts.proposals import leave_outcome

if TYPE_CHECKING:
    from app.services.maintenance.leave import HitVisit, LeaveOption, LeavePreview


def configure(verbs: Any, t: Translator) -> None:
    """The options of the verb."""
    from app.domain.maintenance.leave_choice import LeaveChoice

    leave: argparse.ArgumentParser = verbs.add_parser(
        "leave", help=t("note that a technician is away, and what becomes of the visits")
    )
    leave.add_argument("technician", metavar="CODE")
    leave.add_argument("--from", dest="since", default="", metavar="YYYY-MM-DD")
    leave.add_argument("--to", dest="until", default="", metavar="YYYY-MM-DD")
    leave.add_argument("--reason", default="")
    leave.add_argument(
        "--visits",
        choices=names(LeaveChoice),
        default=LeaveChoice.KEEP,
        help=t(
            "reassign: to somebody else, the same day first; move: to another day of the same"
            " technician; keep: they stay and are shown as standing on a leave"
        ),
    )
    leave.add_argument(
        "--withdraw",
        action="store_true",
        help=t("take back the leaves that lie in these days; visits moved meanwhile stay moved"),
    )
    leave.add_argument("--preview", action="store_true", help=t("only show which visits it hits"))


def enter(context: Context) -> None:
    """Enter a leave; the visits it hits are always shown."""
    from app.domain.maintenance.leave_choice import LeaveChoice

    options, service = context.options, context.services.leave
    person = visit_work.person(context, options.technician)
    first = day_of("first_on", options.since) or context.services.context.today()
    last = day_of("last_on", options.until) or first
    if options.withdraw:
        _withdraw(context, person, first, last)
        return
    found = service.preview(person.id, first, last)
    choice = LeaveChoice(options.visits)
    key = (
        ""
        if options.preview
        else service.enter(
            found, options.reason, dict.fromkeys((item.id for item in found.hit), choice)
        )
    )
    people = {p.id: p.name for p in context.services.directory.technicians()}
    value = {
        "id": key,
        "technician": person.code,
        "first": first,
        "last": last,
        "choice": choice,
        "visits": [_plain(item) for item in found.hit],
    }
    context.emit(value, lambda: _told(context, person.name, found, people))


def _withdraw(context: Context, person: Technician, first: date, last: date) -> None:
    t, work_days = context.t, context.services.work_days
    inside = [
        item
        for item in work_days.absences(first, last)
        if item.technician_id == person.id and first <= item.first_on and item.last_on <= last
    ]
    if not inside:
        raise NotFound("absence", f"{person.code} {t.day(first)} – {t.day(last)}")
    for item in inside:
        work_days.remove_absence(item.id)
    said = [f"{person.name}  {t.day(item.first_on)} – {t.day(item.last_on)}" for item in inside]
    context.emit(inside, lambda: "\n".join([t("Taken back"), *said]))


def _plain(item: HitVisit) -> dict[str, Any]:
    return {
        "number": item.visit.number,
        "day": item.visit.planned_on,
        "merchant": item.visit.merchant_name,
        "held": item.held,
        "reassign": item.reassign,
        "move": item.move,
    }


def _told(context: Context, name: str, found: LeavePreview, people: dict[str, str]) -> str:
    from app.domain.maintenance.leave_choice import LeaveChoice

    t, options = context.t, context.options
    head = t(
        "{name} is away from {first} to {last}",
        name=name,
        first=t.day(found.first_on),
        last=t.day(found.last_on),
    )
    if not found.hit:
        return head
    rows = [
        (
            item.visit.number,
            t.day(item.visit.planned_on),
            item.visit.merchant_name,
            way_text(t, item.reassign, people),
            way_text(t, item.move, people),
        )
        for item in found.hit
    ]
    header = (t("Number"), t("Day"), t("Merchant"), t("Somebody else"), t("Another day"))
    hit = t.plural(
        "{count} visit is planned for these days",
        "{count} visits are planned for these days",
        len(rows),
    )
    lines = [head, hit, table(header, rows)]
    if options.preview or options.visits == LeaveChoice.KEEP:
        lines.append(
            t(
                "They stay where they are. To place them elsewhere: {command}",
                command="poscare visit leave … --visits reassign|move",
            )
        )
    else:
        ends = found.outcome(LeaveChoice(options.visits))
        lines.append(leave_outcome(t, ends.placed, ends.waiting, ends.held))
    return "\n".join(lines)


def way_text(t: Translator, way: LeaveOption, people: dict[str, str]) -> str:
    """Where a visit would go, or why nowhere."""
    if way.why:
        return word(t, "why", way.why)
    return f"{t.day(way.day)} {people.get(way.technician_id, '')}".strip()
