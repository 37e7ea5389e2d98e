"""``poscare log``: who did what, when, and which fields changed; and whether the log is whole."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.context import Context, Verb, day_of
from app.i18n import Translator
from app.texts.operations import chain_fault, change_line, operation_title, outcome_line

if TYPE_CHECKING:
    from app.services.core.audit import TrailFilter
    from app.services.core.trail_entries import TrailEntry

MOST_CHANGES = 5
"""Changed fields of one operation in the list; the export has all."""


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="step", required=True)
    listing = verbs.add_parser("list", help=t("what was done, newest first"))
    _filters(listing, t)
    listing.add_argument("--limit", type=int, default=50)
    export = verbs.add_parser("export", help=t("write what was done as a table"))
    _filters(export, t)
    export.add_argument("-o", "--output", required=True, metavar="FILE.xlsx")
    verbs.add_parser("verify", help=t("whether the log is whole and unchanged"))


def _filters(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("--since", default="", metavar="YYYY-MM-DD")
    parser.add_argument("--until", default="", metavar="YYYY-MM-DD")
    parser.add_argument("--by", default="", help=t("only by this person"))
    parser.add_argument("--kind", default="", help=t("only about this kind of record"))
    parser.add_argument(
        "--about", default="", help=t("only about this record: its number, serial number or name")
    )
    parser.add_argument(
        "--text", default="", help=t("only with this in the record's name or in a changed value")
    )
    parser.add_argument(
        "--unsent", action="store_true", help=t("only what the office does not have yet")
    )
    parser.add_argument(
        "--waiting", action="store_true", help=t("only what could not be applied here")
    )


def _wanted(context: Context) -> TrailFilter:
    from app.services.core.audit import TrailFilter

    options = context.options
    return TrailFilter(
        since=day_of("since", options.since) if options.since else None,
        until=day_of("until", options.until) if options.until else None,
        actor=options.by.strip().upper(),
        kind=options.kind,
        subject=options.about,
        text=options.text,
        unsent=options.unsent,
        waiting=options.waiting,
    )


def _run(context: Context) -> int:
    steps = {"list": _list, "export": _export, "verify": _verify}
    return steps[context.options.step](context)


def _list(context: Context) -> int:
    t = context.t
    found = context.services.audit.first(_wanted(context), context.options.limit)
    context.emit(
        [
            {
                "id": entry.id,
                "at": entry.at,
                "by": entry.actor,
                "person": entry.person,
                "device": entry.device,
                "number": entry.seq,
                "kind": entry.kind,
                "about": entry.subject,
                "review": entry.review,
                "changes": [
                    {
                        "about": one.about,
                        "field": one.change.field,
                        "old": one.change.old,
                        "new": one.change.new,
                    }
                    for one in entry.changes
                ],
                "text": operation_title(t, entry.kind),
            }
            for entry in found
        ],
        lambda: "\n".join(_lines(t, entry) for entry in found) or t("Nothing was done yet."),
    )
    return 0


def _lines(t: Translator, entry: TrailEntry) -> str:
    who = f"{entry.actor or '–'} ({entry.device})"
    head = "  ".join(
        part
        for part in (t.moment(entry.at), who, operation_title(t, entry.kind), entry.subject)
        if part
    )
    details = [change_line(t, one) for one in entry.changes[:MOST_CHANGES]]
    if len(entry.changes) > MOST_CHANGES:
        left = len(entry.changes) - MOST_CHANGES
        details.append(t.plural("… and {count} more change", "… and {count} more changes", left))
    details.append(outcome_line(t, entry.review, withdrawn=entry.withdrawn))
    return "\n    ".join([head, *filter(None, details)])


def _export(context: Context) -> int:
    t = context.t
    path = Path(context.options.output)
    count = context.services.audit.export(path, _wanted(context), t, progress=context.progress)
    text = t.plural("{path}: {count} operation", "{path}: {count} operations", count, path=path)
    context.emit({"file": str(path), "operations": count}, text)
    return 0


def _verify(context: Context) -> int:
    t, faults = context.t, context.services.audit.faults()
    context.emit(
        {"whole": not faults, "faults": list(faults)},
        lambda: (
            "\n".join(chain_fault(t, one.seq, one.why) for one in faults)
            or t("The log is whole and unchanged.")
        ),
    )
    return 1 if faults else 0


VERB = Verb(_configure, _run)
"""The verb."""
