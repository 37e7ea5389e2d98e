"""``poscare areas`` and ``poscare vehicles``: where people work, and what they drive."""

from __future__ import annotations

import argparse

from app.cli import visit_work
from app.cli.context import Context, Verb, table
from app.domain.errors import NotFound
from app.domain.register.areas import AreaDraft
from app.domain.register.vehicles import VehicleDraft
from app.i18n import Translator


def _configure_areas(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    verbs.add_parser("list", help=t("all areas as a tree, with shops, terminals and people"))
    save = verbs.add_parser("save", help=t("add an area, rename it, or put it inside another"))
    save.add_argument("area", metavar="AREA")
    save.add_argument("--name", default="", help=t("its new name"))
    save.add_argument("--inside", default=None, metavar="AREA", help=t("empty: in none"))
    merge = verbs.add_parser("merge", help=t("make an area part of another; its name is gone"))
    merge.add_argument("area", metavar="AREA")
    merge.add_argument("into", metavar="AREA", help=t("the area that stays"))


def _run_areas(context: Context) -> None:
    options, areas = context.options, context.services.areas
    if options.what == "save":
        try:
            known = areas.by_name(options.area)
            key, parent = known.id, known.parent
        except NotFound:
            key, parent = "", ""
        inside = parent if options.inside is None else options.inside
        areas.save(AreaDraft(name=options.name or options.area, parent=inside), key)
    elif options.what == "merge":
        areas.merge(areas.by_name(options.area).id, areas.by_name(options.into).id)
    t, found = context.t, areas.listed()
    header = (t("Area"), t("Lies in"), t("Shops"), t("Terminals"), t("People"))
    rows = [
        ("  " * a.depth + a.name, a.parent, a.merchants, a.terminals, t(", ").join(a.people))
        for a in found
    ]
    context.emit(found, lambda: table(header, rows))


def _configure_vehicles(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    verbs.add_parser("list", help=t("all vehicles and whose they are"))
    save = verbs.add_parser("save", help=t("add a vehicle, or change the one with this plate"))
    save.add_argument("plate", metavar="PLATE", help=t("its number plate"))
    save.add_argument("--description", default=None, help=t("make and colour of it"))
    whose = save.add_mutually_exclusive_group()
    whose.add_argument("--of", default="", metavar="CODE", help=t("it belongs to this technician"))
    whose.add_argument("--shared", action="store_true", help=t("it is shared"))
    save.add_argument(
        "--active", action=argparse.BooleanOptionalAction, default=None, help=t("in use")
    )


def _run_vehicles(context: Context) -> None:
    options, vehicles = context.options, context.services.vehicles
    if options.what == "save":
        _save_vehicle(context)
    t, found = context.t, vehicles.listed()
    header = (t("Plate"), t("Description"), t("Whose"), t("In use"))
    rows = [
        (v.plate, v.description, v.technician or t("shared"), "✓" if v.active else "")
        for v in found
    ]
    context.emit(found, lambda: table(header, rows))


def _save_vehicle(context: Context) -> None:
    options, vehicles = context.options, context.services.vehicles
    try:
        known = vehicles.by_plate(options.plate)
        key, version, who = known.id, known.version, known.technician_id
        description, active = known.description, known.active
    except NotFound:
        key, version, who, description, active = "", 0, "", "", True
    if options.of:
        who = visit_work.person(context, options.of).id
    draft = VehicleDraft(
        plate=options.plate,
        description=description if options.description is None else options.description,
        technician_id="" if options.shared else who,
        active=active if options.active is None else options.active,
    )
    vehicles.save(draft, key, version)


AREAS = Verb(_configure_areas, _run_areas)
VEHICLES = Verb(_configure_vehicles, _run_vehicles)
