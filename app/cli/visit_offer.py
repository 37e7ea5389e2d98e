"""``poscare visit offer``: when somebody can come, and promising it."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from app.cli import visit_work
from app.cli.context import Context
from app.domain.errors import InvalidInput
from app.domain.maintenance.offers import Offer
from app.i18n import Translator
from app.texts.offers import offer_text


def configure(verbs: Any, t: Translator) -> None:
    """The options of the verb."""
    sub: argparse.ArgumentParser = verbs.add_parser(
        "offer", help=t("three days and times somebody can come, with the driving they add")
    )
    sub.add_argument("number", metavar="NUMBER")
    sub.add_argument(
        "--take",
        default="",
        metavar="SLOT",
        help=t("promise this one, named as it was offered, and lock it"),
    )
    sub.add_argument("--reason", default="", help=t("needed outside the window"))


def offer(context: Context) -> None:
    """Print the offers, or take one."""
    t, options, service = context.t, context.options, context.services.balancing.offers
    visit = context.services.visits.by_number(options.number).summary
    people = {p.id: p for p in context.services.directory.technicians()}
    if options.take:
        taken = _offered(context, options.take)
        service.take(visit, taken, options.reason)
        who = people[taken.technician_id].name
        said = t(
            "Promised: {day} {weekday} {time} {name}",
            day=t.day(taken.day),
            weekday=t.weekday(taken.day),
            time=options.take.partition("/")[0].partition("T")[2],
            name=who,
        )
        context.emit({"number": visit.number, "taken": options.take}, said)
        return
    found = service.find(visit.id)
    slots = [offer.slot(people[offer.technician_id].code) for offer in found]
    lines = [
        f"{slot}  " + offer_text(t, o.day, o.start_minute, o.technician, o.added_minutes, o.late)
        for slot, o in zip(slots, found, strict=True)
    ]
    empty = t("Nobody has room on a day ahead.")
    context.emit(
        {"number": visit.number, "offers": found, "slots": slots},
        lambda: "\n".join(lines) or empty,
    )


def _offered(context: Context, slot: str) -> Offer:
    """The offer a text names.  Raises `InvalidInput`, `NotFound`."""
    moment, _mark, code = slot.partition("/")
    try:
        at = datetime.strptime(moment, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - of the office, as told
    except ValueError:
        raise InvalidInput.of("take", "offer.malformed", value=slot) from None
    return Offer(
        technician_id=visit_work.person(context, code).id,
        technician="",
        day=at.date(),
        start_minute=at.hour * 60 + at.minute,
        added_minutes=0,
    )
