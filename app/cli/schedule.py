"""``poscare schedule``: the maintenance schedule as PDF, calendar or spreadsheet."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.context import Context, Verb, day_of
from app.domain.errors import InvalidInput
from app.i18n import Translator
from app.languages import DOCUMENT_LANGUAGES

if TYPE_CHECKING:
    from app.services.documents.requests import Request

KINDS = {
    "year": "schedule_year",
    "month": "schedule_month",
    "week": "schedule_week",
    "route": "route",
    "compliance": "compliance",
    "evidence": "evidence",
}
"""What can be printed, and the kind of document that is."""
FORMATS = ("pdf", "ics", "xlsx", "csv")


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "--from",
        dest="since",
        default="",
        metavar="YYYY-MM-DD",
        help=t("first day; today unless said, for a week its Monday"),
    )
    parser.add_argument(
        "--to",
        dest="until",
        default="",
        metavar="YYYY-MM-DD",
        help=t("last day; as long as the kind is unless said"),
    )
    parser.add_argument(
        "--kind",
        choices=list(KINDS),
        default="month",
        help=t(
            "year: twelve months as a grid; month: by technician; week: days as columns;"
            " route: a technician's day; compliance: done inside the window; evidence: devices and"
            " their inspections (PCI DSS 9.5.1)"
        ),
    )
    parser.add_argument("--area", default="", help=t("only this area"))
    parser.add_argument("--technician", default="", metavar="CODE", help=t("only this technician"))
    parser.add_argument("--plan", default="", metavar="PLAN", help=t("only this plan"))
    parser.add_argument("--basis", default="", help=t("the risk analysis behind the interval"))
    parser.add_argument(
        "--language",
        choices=tuple(DOCUMENT_LANGUAGES),
        default="",
        help=t("language of the document"),
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="", help=t("unless the name of the file says it")
    )
    parser.add_argument(
        "-o",
        "--output",
        default="",
        metavar="FILE",
        help=t("PDF, .ics (one calendar for each technician), .xlsx or .csv"),
    )


def _run(context: Context) -> None:
    options = context.options
    kind = options.format or Path(options.output).suffix.lower().lstrip(".") or "pdf"
    if kind not in FORMATS:
        raise InvalidInput.of("format", "choice.unknown", value=kind)
    path = Path(options.output or f"schedule-{options.kind}.{kind}")
    if kind == "pdf":
        _print(context, path)
    elif kind == "ics":
        _calendars(context, path)
    else:
        _table(context, path)


def _request(context: Context, kind: str) -> Request:
    from app.services.documents.requests import Request
    from app.services.register.terminal_queries import TerminalFilter

    options = context.options
    return Request(
        kind=kind,
        language=options.language,
        since=day_of("since", options.since),
        until=day_of("until", options.until),
        area=options.area,
        terminals=TerminalFilter(area=options.area),
        scope=options.area,
        basis=options.basis,
        technician=options.technician,
        plan=options.plan,
    )


def _print(context: Context, path: Path) -> None:
    t, reporting = context.t, context.services.reporting
    wanted = _request(context, KINDS[context.options.kind])
    printed = reporting.pdf(wanted, progress=context.progress)
    reporting.save(printed, path)
    text = t.plural("{path}: {count} page", "{path}: {count} pages", printed.pages, path=path)
    context.emit({"file": str(path), "pages": printed.pages, "kind": wanted.kind}, text)


def _calendars(context: Context, path: Path) -> None:
    schedules = context.services.schedule_export
    written = schedules.write_calendars(path, _request(context, ""), context.t)
    context.emit([{"file": str(file)} for file in written], "\n".join(map(str, written)))


def _table(context: Context, path: Path) -> None:
    t, kind = context.t, context.options.kind
    if kind == "evidence":
        raise InvalidInput.of("format", "choice.unknown", value=path.suffix.lstrip("."))
    rows = context.services.schedule_export.write_table(path, kind, _request(context, ""), t)
    context.emit(
        {"file": str(path), "rows": rows},
        t.plural("{path}: {count} row", "{path}: {count} rows", rows, path=path),
    )


VERB = Verb(_configure, _run)
