"""``poscare terminal``: find a terminal, show it, swap it; write the register as a spreadsheet."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli import terminal_custody as custody
from app.cli.context import Context, Verb, plain, table, told
from app.cli.parser import names
from app.cli.standing_stops import standing_lines
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminal_field import Place
from app.domain.register.terminal_fields import TERMINAL_FIELDS
from app.domain.register.terminals import TerminalState
from app.i18n import Translator
from app.texts import field_label, word
from app.texts.events import terminal_event
from app.texts.terminal_facts import shown_fact


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    find = verbs.add_parser("find", help=t("search by serial, TID, merchant, address or phone"))
    find.add_argument("words", nargs="+")
    find.add_argument("--limit", type=int, default=20)
    show = verbs.add_parser("show", help=t("everything about one terminal"))
    show.add_argument("serial", help=t("serial number or TID"))
    swap = verbs.add_parser("swap", help=t("put another device in the same position"))
    swap.add_argument("serial", help=t("serial number or TID"))
    swap.add_argument("new_serial", help=t("serial number of the new device"))
    swap.add_argument("--reason", required=True)
    swap.add_argument("--old-state", default="in_repair", choices=names(TerminalState))
    swap.add_argument(
        "--unsent-cleared", action="store_true", help=t("unsent transactions were uploaded")
    )
    export = verbs.add_parser("export", help=t("write terminals as a CSV or Excel file"))
    export.add_argument("file", type=Path, help=t("a file ending in .csv or .xlsx"))
    export.add_argument("--words", default="", help=t("only those found by these words"))
    export.add_argument("--state", default="", choices=["", *names(TerminalState)])
    for name in ("area", "acquirer", "model"):
        export.add_argument(f"--{name}", default="")
    export.add_argument("--firmware", default="", help=t("only those on this version"))

    custody.configure(verbs.add_parser("custody", help=t("who holds a device; hand it over")), t)


def _run(context: Context) -> int | None:
    what = context.options.what
    if what == "custody":
        return custody.run(context)
    {"find": _find, "show": _show, "swap": _swap, "export": _export}[what](context)
    return None


def _find(context: Context) -> None:
    t = context.t
    found = context.services.terminals.find(" ".join(context.options.words), context.options.limit)
    header = [field_label(t, name) for name in ("serial", "tid", "merchant_name", "model", "area")]
    rows = [(f.serial, f.tid, f.merchant_name, f.model, f.area) for f in found]
    context.emit(found, lambda: table(header, rows) if rows else t("No terminal found."))


def _show(context: Context) -> None:
    t = context.t
    terminal = context.services.terminals.by_serial(context.options.serial)
    rows = [
        (t(item.label), shown_fact(t, item, getattr(terminal, item.name)))
        for item in TERMINAL_FIELDS
        if Place.CLI in item.shown
    ]
    rows.insert(0, (t("State"), word(t, "terminal_state", terminal.state)))
    log = [f"  {t.moment(e.at)}  {e.by}  {terminal_event(t, e).line}" for e in terminal.log]
    stops = context.services.terminal_stops.at(terminal.id)
    lines = [
        *standing_lines(t, stops),
        *(f"{label}: {value}" for label, value in rows),
        "",
        t("Log"),
        *log,
    ]
    value = {**plain(terminal), "log": told(t, terminal.log, terminal_event), "stops": plain(stops)}
    context.emit(value, lambda: "\n".join(lines))


def _swap(context: Context) -> None:
    options, terminals = context.options, context.services.terminals
    old = terminals.by_serial(options.serial)
    draft = SwapDraft(
        new_serial=options.new_serial,
        reason=options.reason,
        old_state=TerminalState(options.old_state),
        unsent_cleared=options.unsent_cleared,
    )
    new = terminals.get(terminals.swap(old.id, draft))
    context.emit(
        new,
        context.t(
            "{old} was replaced by {new}; the TID is still {tid}.",
            old=old.serial,
            new=new.serial,
            tid=new.tid,
        ),
    )


def _export(context: Context) -> None:
    from app.services.register.terminal_queries import TerminalFilter

    options = context.options
    wanted = TerminalFilter(
        words=options.words,
        state=options.state,
        area=options.area,
        acquirer=options.acquirer,
        model=options.model,
        firmware=options.firmware,
    )
    written = context.services.terminal_export.export(
        options.file, wanted, context.t, context.progress
    )
    context.emit(
        {"file": options.file, "terminals": written},
        context.t.plural(
            "{count} terminal written to {path}",
            "{count} terminals written to {path}",
            written,
            path=options.file,
        ),
    )


VERB = Verb(_configure, _run)
