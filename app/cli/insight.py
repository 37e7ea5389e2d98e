"""``poscare insight``: incidents over time, by area and model, and terminals that keep failing."""

from __future__ import annotations

import argparse

from app.cli import insight_figures
from app.cli.context import Context, Verb, day_of, table
from app.cli.insight_levels import configure_levels, run_levels
from app.cli.insight_warning import configure_warning, run_warning
from app.cli.warnings import configure_warnings, run_warnings
from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.domain.insight.figures import (
    GroupCount,
    InsightReport,
    Period,
    share_by_class,
    trailing,
)
from app.domain.insight.repeats import RepeatWarning
from app.i18n import Translator
from app.texts import word
from app.texts.insight import because_text, rate_text

MONTHS = 12


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parts = parser.add_subparsers(dest="part")
    configure_warnings(
        parts.add_parser("warnings", help=t("what the data warns of, now or as of a day")), t
    )
    configure_warning(parts.add_parser("warning", help=t("see to a warning, act on it, end it")), t)
    levels = parts.add_parser(
        "levels", help=t("how sure warnings must be, and a year at each level")
    )
    configure_levels(levels, t)
    figures = parts.add_parser("figures", help=t("every figure of a period with its cases"))
    insight_figures.configure(figures, t)
    for one in (parser, figures):
        _configure_period(one, t)


def _configure_period(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("--from", dest="first", default="", metavar="YYYY-MM-DD")
    parser.add_argument("--to", dest="last", default="", metavar="YYYY-MM-DD")
    parser.add_argument(
        "--months", type=int, default=MONTHS, help=t("the month it ends in and those before it")
    )
    parser.add_argument("--area", default="", help=t("only this area"))


def _run(context: Context) -> None:
    if context.options.part == "warnings":
        run_warnings(context)
        return
    if context.options.part == "figures":
        insight_figures.run(context, _period(context))
        return
    if context.options.part == "levels":
        run_levels(context)
        return
    if context.options.part == "warning":
        run_warning(context)
        return
    report = context.services.insight.report(_period(context), context.options.area)
    context.emit(_plain(report), lambda: _text(context.t, report))


def _period(context: Context) -> Period:
    options, today = context.options, context.services.context.today()
    if not 1 <= options.months <= MONTHS * 10:
        raise InvalidInput.of(
            "months", "number.out_of_range", value=options.months, least=1, most=MONTHS * 10
        )
    last = day_of("last", options.last) or today
    return Period(day_of("first", options.first) or trailing(last, options.months).first, last)


def _plain(report: InsightReport) -> dict[str, object]:
    return {
        "period": report.period,
        "area": report.area,
        "incidents": report.incidents,
        "item_failures": report.item_failures,
        "months": [
            {
                "month": Translator.month(month.month),
                "incidents": month.total,
                "item_failures": month.item_failures,
                "by_class": {str(name or ""): n for name, n in month.by_class.items()},
            }
            for month in report.months
        ],
        "areas": [_group(group) for group in report.areas],
        "models": [_group(group) for group in report.models],
        "warnings": report.warnings,
    }


def _group(group: GroupCount) -> dict[str, object]:
    return {
        "name": group.name,
        "manufacturer": group.manufacturer,
        "incidents": group.incidents,
        "item_failures": group.item_failures,
        "terminals": group.terminals,
        "per_100": None if group.per_100 is None else round(group.per_100, 2),
    }


def _text(t: Translator, report: InsightReport) -> str:
    parts = [
        t(
            "{first} to {last}: {incidents} incidents, {failures} of them failures of the terminal",
            first=t.day(report.period.first),
            last=t.day(report.period.last),
            incidents=report.incidents,
            failures=report.item_failures,
        ),
        _months(t, report),
        _groups(t, t("Area"), report.areas),
        _groups(t, t("Model"), report.models),
        t("Rate: failures of the terminal itself in the period, per 100 terminals in use today."),
        _warnings(t, report.warnings),
    ]
    return "\n\n".join(parts)


def _months(t: Translator, report: InsightReport) -> str:
    classes: list[FaultClass | None] = list(share_by_class(report.months))
    header = [t("Month"), t("All")]
    header += [word(t, "fault_class", c) if c else t("not classified") for c in classes]
    header.append(t("Failures"))
    rows = [
        (t.month(m.month), m.total, *(m.by_class.get(c, 0) for c in classes), m.item_failures)
        for m in report.months
    ]
    return table(header, rows)


def _groups(t: Translator, title: str, groups: tuple[GroupCount, ...]) -> str:
    header = (title, t("Incidents"), t("Failures"), t("Terminals"), t("per 100"))
    rows = [
        (
            f"{g.manufacturer} {g.name}".strip() or "—",
            g.incidents,
            g.item_failures,
            g.terminals,
            rate_text(t, g),
        )
        for g in groups
    ]
    return table(header, rows)


def _warnings(t: Translator, warnings: tuple[RepeatWarning, ...]) -> str:
    if not warnings:
        return t("No terminal keeps failing.")
    lines = [t("Terminals that keep failing")]
    for warning in warnings:
        terminal = warning.terminal
        lines.append("")
        lines.append(
            " · ".join(
                part
                for part in (
                    terminal.serial,
                    terminal.tid,
                    terminal.merchant_name,
                    terminal.area,
                    f"{terminal.manufacturer} {terminal.model}",
                )
                if part
            )
        )
        lines += [f"  {line}" for line in because_text(t, warning)]
        lines += [
            f"    {failure.number}  {t.moment(failure.reported_at)}"
            f"  {word(t, 'fault_class', failure.fault_class)}"
            f"  {failure.displayed_code} {failure.symptom}".rstrip()
            for failure in warning.evidence
        ]
    return "\n".join(lines)


VERB = Verb(_configure, _run)
