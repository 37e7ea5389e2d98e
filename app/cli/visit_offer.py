"""``poscare visit offer``: when somebody can come, and promising it."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.context import Context
from app.domain.errors import InvalidInput
from app.i18n import Translator
from app.texts.offers import offer_text


def configure(verbs: Any, t: Translator) -> None:
    """The options of the verb."""
    sub: argparse.ArgumentParser = verbs.add_parser(
        "offer", help=t("three days and times somebody can come, with the driving they add")
    )
    sub.add_argument("number", metavar="NUMBER")
    sub.add_argument(
        "--take", type=int, choices=(1, 2, 3), default=0, help=t("promise this one and lock it")
    )
    sub.add_argument("--reason", default="", help=t("needed outside the window"))


def offer(context: Context) -> None:
    """Print the offers, or take one."""
    t, options, service = context.t, context.options, context.services.balancing.offers
    visit = context.services.visits.by_number(options.number).summary
    found = service.find(visit.id)
    if options.take > len(found):
        raise InvalidInput.of("take", "choice.unknown", value=str(options.take))
    if options.take:
        service.take(visit, found[options.take - 1], options.reason)
    lines = [
        f"{place}  "
        + offer_text(t, o.day, o.start_minute, o.technician, o.added_minutes, o.late)
        + ("  " + t("promised") if place == options.take else "")
        for place, o in enumerate(found, 1)
    ]
    empty = t("Nobody has room on a day ahead.")
    context.emit(
        {"number": visit.number, "offers": found, "taken": options.take},
        lambda: "\n".join(lines) or empty,
    )
