"""``poscare parts``: the catalogue, the price list, and the stock of store and vans."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.context import Context, Verb, table
from app.cli.imports import mapping_of, reading_choice, reading_options
from app.domain.errors import BadValue, InvalidInput, NotFound, Problems
from app.domain.incidents.drafts import PartDraft
from app.domain.parsing import parse_cents
from app.domain.parts.catalogue import PartKind, PartKindDraft, draft_of_part
from app.domain.parts.stock import OFFICE, StockLevel, StockMovement, check_quantity
from app.i18n import Translator
from app.texts import problem_text, word
from app.texts.parts import place_name

if TYPE_CHECKING:
    from app.services.parts.price_list import PricePreview


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    verbs.add_parser("list", help=t("the catalogue with what is in stock"))
    save = verbs.add_parser("save", help=t("add a part, or change the one with this number"))
    save.add_argument("part", metavar="PART", help=t("part number"))
    save.add_argument("--name", help=t("name of the part"))
    save.add_argument("--unit", help=t("unit it is counted in"))
    save.add_argument("--price", help=t("list price in yuan"))
    save.add_argument("--warranty", type=int, metavar="N", help=t("months of warranty"))
    save.add_argument("--fits", metavar="MODEL[,MODEL]", help=t("models it fits; empty: all"))
    save.add_argument("--retire", action="store_true", help=t("no longer offered"))
    prices = verbs.add_parser("import", help=t("take in a price list"))
    prices.add_argument("file", help=t("CSV or XLSX file"))
    prices.add_argument("--dry-run", action="store_true", help=t("only say what would happen"))
    prices.add_argument("--skip-bad", action="store_true", help=t("leave out rows with errors"))
    reading_options(prices, t)
    stock = verbs.add_parser("stock", help=t("how many are where"))
    stock.add_argument("--place", default="", help=_place_help(t))
    log = verbs.add_parser("moves", help=t("the latest entries of the stock ledger"))
    log.add_argument("--place", default="", help=_place_help(t))
    for name, text in (
        ("receive", t("parts came in")),
        ("load", t("from the office store into a van")),
        ("unload", t("from a van back to the office store")),
        ("count", t("so many were counted; the reason is kept")),
    ):
        move = verbs.add_parser(name, help=text)
        move.add_argument("part", metavar="PART", help=t("part number"))
        move.add_argument("quantity", metavar="QUANTITY", type=int, help=t("how many"))
        move.add_argument("--place", default="", help=_place_help(t))
        move.add_argument("--reason", default="", help=t("why"))
    use = verbs.add_parser("use", help=t("fit a part on an incident, out of one's own van"))
    use.add_argument("number", metavar="NUMBER", help=t("number of the incident"))
    use.add_argument("part", metavar="PART", help=t("part number"))
    use.add_argument("--quantity", metavar="QUANTITY", type=int, default=1, help=t("how many"))
    use.add_argument("--old-serial", default="", help=t("serial number of the part taken out"))
    use.add_argument("--new-serial", default="", help=t("serial number of the part put in"))
    use.add_argument("--reason", default="", help=t("why it was there although stock says no"))


def _place_help(t: Translator) -> str:
    return t("“office”, or the staff code of whose van it is; unless given: one's own van")


def _run(context: Context) -> int | None:
    return _VERBS[context.options.what](context)


def _list(context: Context) -> None:
    t, services = context.t, context.services
    there: dict[str, int] = {}
    for one in services.stock.levels():
        there[one.part_id] = there.get(one.part_id, 0) + one.quantity
    found = services.parts.listed()
    header = (
        t("Part number"),
        t("Part"),
        t("List price"),
        t("Warranty"),
        t("Fits"),
        t("All stock"),
    )
    rows = [
        (
            part.number,
            part.name if part.active else t("{name} (no longer offered)", name=part.name),
            _yuan(part.list_price_cents),
            t.plural("{count} month", "{count} months", part.warranty_months)
            if part.warranty_months
            else "",
            t(", ").join(part.fits) or t("all models"),
            there.get(part.id, 0),
        )
        for part in found
    ]
    value = [{**_value(part), "in_stock": there.get(part.id, 0)} for part in found]
    context.emit(value, lambda: table(header, rows) if rows else t("The catalogue is empty."))


def _value(part: PartKind) -> dict[str, object]:
    return {
        "number": part.number,
        "name": part.name,
        "unit": part.unit_name,
        "list_price_cents": part.list_price_cents,
        "warranty_months": part.warranty_months,
        "fits": list(part.fits),
        "active": part.active,
    }


def _yuan(cents: int) -> str:
    return f"¥{cents / 100:,.2f}" if cents else ""


def _save(context: Context) -> None:
    options, services = context.options, context.services
    try:
        known: PartKind | None = services.parts.by_number(options.part)
    except NotFound:
        known = None
    draft = draft_of_part(known) if known else PartKindDraft(number=options.part)
    if options.name is not None:
        draft = replace(draft, name=options.name)
    if options.unit is not None:
        draft = replace(draft, unit_name=options.unit)
    if options.price is not None:
        draft = replace(draft, list_price_cents=_cents(options.price))
    if options.warranty is not None:
        draft = replace(draft, warranty_months=options.warranty)
    if options.fits is not None:
        draft = replace(draft, models=_models(context, options.fits))
    draft = replace(draft, active=not options.retire)
    services.parts.save(draft, *((known.id, known.version) if known else ()))
    _list(context)


def _cents(raw: str) -> int:
    try:
        return parse_cents(raw) or 0
    except BadValue as refusal:
        raise InvalidInput.of("list_price_cents", refusal.code, **refusal.params) from None


def _models(context: Context, raw: str) -> tuple[str, ...]:
    known: dict[str, list[str]] = {}
    for model in context.services.models.listed():
        known.setdefault(model.name.casefold(), []).append(model.id)
    found: list[str] = []
    for name in filter(None, (one.strip() for one in raw.split(","))):
        if name.casefold() not in known:
            raise NotFound("terminal_model", name)
        found += known[name.casefold()]
    return tuple(found)


def _import(context: Context) -> int:
    from app.services.parts.price_list import COLUMNS, PriceList

    options, importing = context.options, PriceList(context.services.context)
    table = importing.read(Path(options.file), reading_choice(options))
    preview = importing.check(table, mapping_of(table.header, COLUMNS, options.column))
    refused = (preview.problems and not options.skip_bad) or bool(preview.table.rivals)
    committed = not options.dry_run and not refused
    if committed:
        importing.commit(preview, skip_bad=options.skip_bad, progress=context.progress)
    value = {
        "committed": committed,
        "added": preview.added,
        "updated": preview.updated,
        "unchanged": preview.unchanged,
        "refused": preview.refused,
        "problems": [
            {
                "row": one.row,
                "field": one.problem.field,
                "code": one.problem.code,
                "reason": problem_text(context.t, one.problem),
            }
            for one in (*preview.problems, *preview.doubts, *preview.warnings)
        ],
    }
    context.emit(value, lambda: _told(context.t, preview, committed=committed))
    return 0 if committed or options.dry_run else 2


def _told(t: Translator, preview: PricePreview, *, committed: bool) -> str:
    lines = [
        t(
            "{added} new, {updated} changed, {unchanged} unchanged, {refused} with errors",
            added=preview.added,
            updated=preview.updated,
            unchanged=preview.unchanged,
            refused=preview.refused,
        )
    ]
    found = (*preview.problems, *preview.doubts, *preview.warnings)
    if found:
        rows = [(one.row or "", one.value, problem_text(t, one.problem)) for one in found]
        lines += ["", table((t("Row"), t("In the file"), t("Problem")), rows)]
    if not committed:
        lines += ["", t("Nothing was imported.")]
    return "\n".join(lines)


def _place(context: Context, given: str) -> str:
    """The place an option names; one's own van for none."""
    if not given:
        return context.services.stock.own_place()
    return given if given == OFFICE else context.services.directory.technician(given).id


def _stock(context: Context) -> None:
    place = _place(context, context.options.place) if context.options.place else ""
    _show_levels(context, context.services.stock.levels(place))


def _show_levels(context: Context, levels: Sequence[StockLevel]) -> None:
    t = context.t
    header = (t("Place"), t("Part number"), t("Part"), t("Quantity"))
    rows = [
        (
            place_name(t, one.place, one.name),
            one.number,
            one.part,
            f"{one.quantity} {one.unit_name}",
        )
        for one in levels
    ]
    context.emit(list(levels), lambda: table(header, rows) if rows else t("Nothing in stock."))


def _moves(context: Context) -> None:
    t = context.t
    place = _place(context, context.options.place) if context.options.place else ""
    found: Sequence[StockMovement] = context.services.stock.movements(place)
    header = (t("Time"), t("Place"), t("Part"), t("Quantity"), t("Because"), t("By"), t("Reason"))
    rows = [
        (
            t.moment(one.at),
            place_name(t, one.place, one.name),
            one.part,
            f"{one.quantity:+d}",
            " ".join(filter(None, (word(t, "stock_cause", one.cause), one.incident))),
            one.by,
            one.reason,
        )
        for one in found
    ]
    context.emit(list(found), lambda: table(header, rows) if rows else t("Nothing in stock."))


def _refuse_no_van(context: Context) -> None:
    """Loading and unloading need a van; without one named, whoever works here has to have one.
    Raises `InvalidInput`, about the quantity too."""
    options, problems = context.options, Problems()
    with problems.field("place"):
        if not options.place and context.services.stock.own_place() == OFFICE:
            raise BadValue("stock.no_own_van", person=context.services.context.actor)
    try:
        check_quantity(options.quantity)
    except InvalidInput as refusal:
        for one in refusal.problems:
            problems.add(one.field, one.code, **one.params)
    problems.raise_if_any()


def _move(context: Context) -> None:
    options, stock = context.options, context.services.stock
    if options.what in ("load", "unload"):
        _refuse_no_van(context)
    place = _place(context, options.place)
    part = context.services.parts.by_number(options.part)
    steps: dict[str, Callable[[str, str, int, str], object]] = {
        "receive": stock.receive,
        "load": stock.load_van,
        "unload": stock.unload_van,
        "count": stock.count,
    }
    steps[options.what](place, part.id, options.quantity, options.reason)
    _show_levels(context, stock.levels(part_id=part.id))


def _use(context: Context) -> None:
    from app.services.incidents.part_choices import part_choices

    options, services = context.options, context.services
    incident = services.incidents.by_number(options.number)
    part = services.parts.by_number(options.part)
    found = part_choices(services.context, incident.id)
    choice = next((one for one in found.choices if one.part.id == part.id), None)
    if choice is None:
        raise InvalidInput.of("part_kind_id", "part.does_not_fit", value=part.number)
    draft = PartDraft(
        name=part.name,
        part_no=part.number,
        old_serial=options.old_serial,
        new_serial=options.new_serial,
        quantity=options.quantity,
        unit_price_cents=part.list_price_cents,
        in_warranty=choice.warranty.covers,
        part_kind_id=part.id,
        taken_from=found.place,
        stock_reason=options.reason,
    )
    services.work_log.add_part(incident.id, draft)
    _show_levels(context, services.stock.levels(found.place, part.id))


_VERBS = {
    "list": _list,
    "save": _save,
    "import": _import,
    "stock": _stock,
    "moves": _moves,
    "receive": _move,
    "load": _move,
    "unload": _move,
    "count": _move,
    "use": _use,
}

VERB = Verb(_configure, _run)
