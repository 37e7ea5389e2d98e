"""``poscare exchange``: packages of work between laptops and office, and what waits."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli import exchange_trust
from app.cli.context import Context, Verb, table
from app.cli.parser import names
from app.domain.errors import AppError
from app.i18n import Translator
from app.texts import error_text, unsettled_text
from app.texts.exchange import operation_word
from app.texts.intake import (
    brought_line,
    intake_lines,
    refusal_text,
    unsettled_line,
    what_the_office_has,
)

if TYPE_CHECKING:
    from app.exchange.conflicts import SettledTogether, Unsettled
    from app.exchange.exchange import Exchange
    from app.exchange.intake import Intake
    from app.exchange.status import ExchangeStatus


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    from app.domain.operations.settlement import Settlement

    verbs = parser.add_subparsers(dest="what", required=True)
    exchange_trust.configure(verbs, t)
    export = verbs.add_parser("export", help=t("write a package for the office or a laptop"))
    export.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.posx")
    export.add_argument("--to", default="", metavar="NAME", help=t("the computer it is for"))
    imports = verbs.add_parser("import", help=t("take a package in"))
    imports.add_argument("file", type=Path, metavar="FILE.posx")
    imports.add_argument(
        "--dry-run", action="store_true", help=t("only show what it would do; change nothing")
    )
    verbs.add_parser("status", help=t("what waits here, and how far the others are"))
    verbs.add_parser("conflicts", help=t("what waits for a decision"))
    settle = verbs.add_parser("settle", help=t("decide about a conflict"))
    which = settle.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "conflict", metavar="ID", nargs="?", help=t("its id in “poscare exchange conflicts”")
    )
    which.add_argument(
        "--by", metavar="CODE", help=t("everything of the person with this code that waits")
    )
    settle.add_argument(
        "decision",
        choices=names(Settlement),
        help=t("keep: leave it as it is; take: take what gave way"),
    )
    verbs.add_parser("pending", help=t("what was done here and the office does not have yet"))
    withdraw = verbs.add_parser("withdraw", help=t("take back something that was not sent yet"))
    withdraw.add_argument("operation", metavar="ID", help=t("its id in “poscare exchange pending”"))
    before = verbs.add_parser(
        "before", help=t("what this computer held before it joined the office")
    )
    before.add_argument("--leave", action="store_true", help=t("do not bring it to the office"))
    back = verbs.add_parser(
        "bring-back", help=t("do again the unsent work of a database that a backup replaced")
    )
    back.add_argument(
        "file", type=Path, metavar="FILE.db", help=t("the database that was replaced")
    )


def _run(context: Context) -> int | None:
    from app import bootstrap

    exchange = bootstrap.exchange(context.services, context.settings)
    return _ACTIONS[context.options.what](context, exchange)


# --- packages -------------------------------------------------------------------------------------


def _export(context: Context, exchange: Exchange) -> None:
    t, options = context.t, context.options
    made = exchange.export(options.output, options.to, progress=context.progress)
    package = made.package
    said = [
        t("Package for {name}: {path}", name=made.to, path=package.path),
        t(
            "Operations: {operations}, files: {files}, {size} KB",
            operations=package.operations,
            files=package.blobs,
            size=-(-package.size // 1024),
        ),
    ]
    if made.snapshot:
        said.append(t("With the whole state of the office."))
    if made.brought:
        said.append(brought_line(t, made.brought))
    if made.lacking:
        said.append(
            t.plural(
                "{count} photo or file is lost here and not inside.",
                "{count} photos or files are lost here and not inside.",
                made.lacking,
            )
        )
    value = {
        "file": package.path,
        "to": made.to,
        "operations": package.operations,
        "files": package.blobs,
        "size": package.size,
        "snapshot": made.snapshot,
        "lacking": made.lacking,
        "brought": made.brought,
    }
    context.emit(value, "\n".join(said))


def _import(context: Context, exchange: Exchange) -> int:
    from app.exchange.intake import FATAL

    options = context.options
    try:
        found = exchange.take_in(options.file, dry_run=options.dry_run, progress=context.progress)
    except AppError as refusal:
        context.besides_refusal |= _nothing_taken_in(context.t, refusal)
        raise
    context.emit(
        _intake(context, exchange, found),
        lambda: _intake_text(context.t, exchange, found, dry_run=options.dry_run),
    )
    fatal = any(one.code in FATAL for one in found.refused)
    return 2 if fatal or (found.refused and not found.applied) else 0


def _nothing_taken_in(t: Translator, refusal: AppError) -> dict[str, Any]:
    """A package that is refused as a whole, in the shape of one that was taken in."""
    why = {"code": refusal.code, "first": None, "last": None, "text": error_text(t, refusal)}
    nothing = dict.fromkeys(("operations", "applied", "already"), 0)
    return {"from": "", **nothing, "conflicts": [], "refused": [why]}


def _intake(context: Context, exchange: Exchange, found: Intake) -> dict[str, Any]:
    return {
        "from": found.sender_name,
        "operations": found.operations,
        "applied": found.applied,
        "already": found.already,
        "conflicts": _entries(context.t, exchange, found.conflicts),
        "refused": [
            {
                "code": one.code,
                "first": one.first,
                "last": one.last,
                "text": refusal_text(context.t, one),
            }
            for one in found.refused
        ],
        "lacking": found.lacking,
        "complete_until": found.complete_until,
        "brought": found.brought,
        "records": {
            name: {"before": found.before[name], "after": after}
            for name, after in found.after.items()
        },
        "put_back": found.put_back,
        "sent_again": found.sent_again,
        "others_lost": found.others_lost,
        "renewed": found.renewed,
        "state": found.state,
        "dry_run": context.options.dry_run,
    }


def _intake_text(t: Translator, exchange: Exchange, found: Intake, *, dry_run: bool) -> str:
    lines = intake_lines(t, found, dry_run=dry_run)
    if found.conflicts:
        lines += [t("To be decided:"), *_unsettled_lines(t, exchange, found.conflicts)]
    return "\n".join(lines)


# --- status and conflicts -------------------------------------------------------------------------


def _status(context: Context, exchange: Exchange) -> None:
    t, found = context.t, exchange.status()
    value = {
        "office": found.office,
        "waiting": found.waiting,
        "waiting_since": found.waiting_since,
        "everything_until": found.everything_until,
        "devices": [
            {
                "name": one.name,
                "station": one.station,
                "last_seq": one.last_seq,
                "missing": list(one.missing or ()),
                "last_contact": one.last_contact,
                "complete_until": one.complete_until,
                "clock_ahead": one.clock_ahead,
                "revoked_at": one.revoked_at,
            }
            for one in found.devices
        ],
    }
    rows = [
        (
            one.name,
            one.last_seq,
            "–".join(map(str, one.missing)) if one.missing else "",
            t.moment(one.last_contact),
            t("no longer trusted since {moment}", moment=t.moment(one.revoked_at))
            if one.revoked_at
            else "",
        )
        for one in found.devices
    ]
    header = (t("Computer"), t("Last number"), t("Missing"), t("Last contact"), t("State"))
    lines = _how_far(t, exchange, found)
    if found.office and found.devices and found.everything_until:
        moment = t.moment(found.everything_until)
        lines.append(t("Everything all computers did until {moment} is here.", moment=moment))
    if rows:
        lines.append(table(header, rows))
    context.emit(value, "\n".join(lines))


def _how_far(t: Translator, exchange: Exchange, found: ExchangeStatus) -> list[str]:
    if found.office:
        return [t("This computer is the office.")]
    office = exchange.stations.office()
    if office is None:
        return [t.plural("{count} operation waits", "{count} operations wait", found.waiting)]
    return [*what_the_office_has(t, office.name, found.waiting, found.waiting_since)]


def _entries(t: Translator, exchange: Exchange, found: Sequence[Unsettled]) -> list[dict[str, Any]]:
    called = exchange.record_names(found)
    return [
        {
            "id": one.id,
            "sort": one.sort,
            "kind": one.operation.kind,
            "record": called.get(one.subject_id, ""),
            "record_id": one.subject_id,
            "by": one.operation.actor,
            "device": one.operation.device,
            "at": one.operation.at,
            "code": one.code,
            "field": one.field,
            "kept": one.kept,
            "lost": one.lost,
            "text": unsettled_text(t, one),
        }
        for one in found
    ]


def _unsettled_lines(t: Translator, exchange: Exchange, found: Sequence[Unsettled]) -> list[str]:
    called = exchange.record_names(found)
    return [f"{one.id}  {unsettled_line(t, one, called)}" for one in found]


def _conflicts(context: Context, exchange: Exchange) -> None:
    found = exchange.conflicts()
    lines = _unsettled_lines(context.t, exchange, found)
    none = context.t("Nothing waits for a decision.")
    context.emit(_entries(context.t, exchange, found), "\n".join(lines) or none)


def _settle(context: Context, exchange: Exchange) -> int:
    from app.domain.operations.settlement import Settlement

    options, t = context.options, context.t
    how = Settlement(options.decision)
    if options.by:
        return _settle_all(context, exchange.settle_all_of(options.by, how))
    exchange.settle(options.conflict, how)
    value = {"id": options.conflict, "decision": options.decision}
    context.emit(value, t("Decided. The others get it with the next package."))
    return 0


def _settle_all(context: Context, done: SettledTogether) -> int:
    t, decision = context.t, context.options.decision
    refused = [{"id": key, "code": why.code} for key, why in done.refused]
    lines = [f"{key}  {error_text(t, why)}" for key, why in done.refused]
    lines.append(t.plural("{count} decided.", "{count} decided.", len(done.settled)))
    value = {"decision": decision, "settled": done.settled, "refused": refused}
    context.emit(value, "\n".join(lines))
    return 1 if refused else 0


# --- own work that was not sent -------------------------------------------------------------------


def _pending(context: Context, exchange: Exchange) -> None:
    t, found = context.t, exchange.pending()
    called = exchange.names_of(found)
    entries = [
        {
            "id": one.id,
            "kind": one.kind,
            "record": called.get(one.subject_id, ""),
            "record_id": one.subject_id,
            "by": one.actor,
            "at": one.at,
            "entered": one.payload,
            "code": one.review,
        }
        for one in found
    ]
    lines = [
        f"{one.id}  {t.moment(one.at)}  {called.get(one.subject_id, '')}"
        f"  {operation_word(t, one.kind)}"
        for one in found
    ]
    context.emit(entries, "\n".join(lines) or t("Nothing waits to be sent."))


def _withdraw(context: Context, exchange: Exchange) -> None:
    exchange.withdraw(context.options.operation)
    context.emit({"id": context.options.operation}, context.t("Taken back."))


def _before(context: Context, exchange: Exchange) -> None:
    t, left = context.t, context.options.leave
    found = exchange.before_joining(leave=left)
    said = t("Nothing from before this computer joined the office waits.")
    if found and left:
        said = t("It stays behind, in the old database file beside this one.")
    elif found:
        said = brought_line(t, found)
    context.emit({"records": found, "left": left}, said)


def _bring_back(context: Context, exchange: Exchange) -> None:
    amount = exchange.bring_back(context.options.file)
    said = context.t.plural(
        "{count} operation brought back", "{count} operations brought back", amount
    )
    context.emit({"brought_back": amount}, said)


_ACTIONS = {
    **exchange_trust.ACTIONS,
    "export": _export,
    "import": _import,
    "status": _status,
    "conflicts": _conflicts,
    "settle": _settle,
    "pending": _pending,
    "withdraw": _withdraw,
    "before": _before,
    "bring-back": _bring_back,
}

VERB = Verb(_configure, _run)
