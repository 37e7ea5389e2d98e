"""``poscare terminal custody``: who holds a device; hand it over; devices unaccounted for."""

from __future__ import annotations

import argparse

from app.cli.context import Context, table
from app.cli.parser import names
from app.domain.errors import InvalidInput
from app.domain.register.custody import HandoverDraft, HolderKind, Holding, Pack, Unaccounted
from app.i18n import Translator
from app.texts import field_label, word


def configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    """Options of the verb."""
    parser.add_argument("serial", nargs="?", default="", help=t("serial number or TID"))
    parser.add_argument(
        "--unaccounted",
        action="store_true",
        help=t("list devices nobody is known to hold for more than 24 hours; exit code 1 if any"),
    )
    takers = [kind for kind in names(HolderKind) if kind != HolderKind.MERCHANT]
    parser.add_argument("--to", choices=takers, help=t("who takes the device now"))
    parser.add_argument("--holder", default="", help=t("name of the person or company"))
    parser.add_argument(
        "--pack",
        default=str(Pack.OPENED),
        choices=names(Pack),
        help=t("whether it lies in its sealed pack, unopened"),
    )
    parser.add_argument("--reference", default="", help=t("consignment or bag number"))
    parser.add_argument("--expected", default="", help=t("day a courier should deliver it"))
    parser.add_argument("--note", default="", help=t("a remark"))


def run(context: Context) -> int | None:
    """Do what the options ask for."""
    options = context.options
    if options.unaccounted:
        return _unaccounted(context)
    if not options.serial:
        raise InvalidInput.of("serial", "serial.missing")
    terminal = context.services.terminals.by_serial(options.serial)
    if options.to:
        draft = HandoverDraft(
            holder_kind=options.to,
            holder=options.holder,
            pack=options.pack,
            reference=options.reference,
            expected_on=options.expected,
            note=options.note,
        )
        context.services.custody.hand_over(terminal.id, draft)
    ledger = context.services.custody.of(terminal.id)
    context.emit(
        {"serial": terminal.serial, "state": terminal.state, "custody": ledger},
        lambda: _ledger(context.t, ledger),
    )
    return None


def _ledger(t: Translator, ledger: tuple[Holding, ...]) -> str:
    header = (
        t("From"),
        t("Until"),
        *(field_label(t, name) for name in ("holder_kind", "holder", "pack", "reference")),
        t("Because"),
        t("By"),
        field_label(t, "note"),
    )
    rows = [
        (
            t.moment(item.since),
            t.moment(item.until),
            word(t, "holder_kind", item.kind),
            item.name,
            word(t, "pack", item.pack),
            item.reference,
            word(t, "custody_cause", item.cause),
            item.by,
            item.note,
        )
        for item in ledger
    ]
    return table(header, rows) if rows else t("Nobody is known to hold it")


def _unaccounted(context: Context) -> int:
    t, found = context.t, context.services.custody.unaccounted()
    context.emit({"count": len(found), "devices": found}, lambda: _missing(t, found))
    return 1 if found else 0


def _missing(t: Translator, found: tuple[Unaccounted, ...]) -> str:
    if not found:
        return t("Every device is accounted for.")
    header = (field_label(t, "serial"), t("State"), t("Because"), t("Held by"), t("Since"))
    rows = [
        (
            item.serial,
            word(t, "terminal_state", item.state),
            word(t, "unaccounted", item.reason),
            " ".join(part for part in (word(t, "holder_kind", item.kind), item.name) if part),
            t.moment(item.since) if item.since.year > 1 else "",
        )
        for item in found
    ]
    return table(header, rows)
