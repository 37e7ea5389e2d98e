"""``poscare plan territories``: who looks after which sites, and a proposal for the others."""

from __future__ import annotations

import argparse

from app.cli import visit_work
from app.cli.context import Context, table
from app.domain.errors import InvalidInput, NotFound
from app.domain.maintenance.territories import TerritoryMap, TerritoryShare
from app.i18n import Translator


def configure(t: Translator, verbs: argparse._SubParsersAction) -> None:  # type: ignore[type-arg]
    """The options of the verb."""
    sites = verbs.add_parser("territories", help=t("who looks after which sites"))
    sites.add_argument("--anew", action="store_true", help=t("propose for all sites, not the new"))
    change = sites.add_mutually_exclusive_group()
    change.add_argument("--adopt", action="store_true", help=t("take the proposal over"))
    change.add_argument(
        "--give", default="", metavar="CODE", help=t("give sites to this technician")
    )
    sites.add_argument("--area", default="", help=t("with --give: all sites of this area"))
    sites.add_argument("--mid", default="", help=t("with --give: the site of this merchant"))


def run(context: Context) -> None:
    """Change what was asked for, then say who has how much."""
    options, service = context.options, context.services.territories
    if bool(options.give) != bool(options.area or options.mid):
        # Sites of nobody in particular, or somebody without sites: nothing is guessed.
        raise InvalidInput.of("area" if options.give else "--give", "text.missing")
    found = service.map(anew=options.anew)
    if options.give:
        person = visit_work.person(context, options.give)
        if person.id not in found.people:
            raise InvalidInput.of("--give", "choice.unknown", value=person.code)
        wanted = tuple(
            site.merchant_id
            for site in found.sites
            if (options.mid and site.mid == options.mid)
            or (options.area and site.area == options.area)
        )
        if not wanted:
            raise NotFound("merchant", options.mid or options.area)
        service.keep([TerritoryShare(person.id, wanted)])
        found = service.map()
    elif options.adopt:
        service.keep(found.shares)
        found = service.map()
    context.emit(_plain(found), lambda: _told(context.t, found))


def _plain(found: TerritoryMap) -> dict[str, object]:
    return {
        "people": [
            {
                "name": name,
                "sites": found.count(key),
                "minutes_needed": round(found.minutes(key)),
                "minutes_there": found.room.get(key, 0),
            }
            for key, name in found.people.items()
        ],
        "sites": [
            {
                "mid": site.mid,
                "merchant": site.name,
                "area": site.area,
                "kept": found.people.get(site.kept, ""),
                "proposed": found.people.get(site.proposed, ""),
            }
            for site in found.sites
        ],
    }


def _told(t: Translator, found: TerritoryMap) -> str:
    rows = [
        (
            name,
            found.count(key),
            f"{found.minutes(key) / 60:.0f}",
            f"{found.room.get(key, 0) / 60:.0f}",
        )
        for key, name in found.people.items()
    ]
    header = (t("Technician"), t("Sites"), t("Hours of work a year"), t("Working hours a year"))
    lines = [table(header, rows)]
    if found.new:
        lines.append(
            t.plural(
                "{count} site is only proposed; “--adopt” takes the proposal over.",
                "{count} sites are only proposed; “--adopt” takes the proposal over.",
                len(found.new),
            )
        )
    nobody = sum(not site.proposed for site in found.sites)
    if nobody:
        lines.append(
            t.plural(
                "{count} site lies in an area nobody serves.",
                "{count} sites lie in areas nobody serves.",
                nobody,
            )
        )
    return "\n".join(lines)
