"""``poscare insight figures``: every figure of a period with the cases behind it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from app import chosen_files
from app.cli.context import Context, table
from app.domain.errors import InvalidInput
from app.domain.insight.figure_kinds import (
    CaseBehind,
    Figure,
    FigureGroup,
    FigureKind,
    FigureReport,
    GroupedBy,
)
from app.domain.insight.figures import Period
from app.i18n import Translator
from app.texts import word
from app.texts.insight_figures import (
    GROUPED_BY,
    cases_text,
    compared_text,
    doubt_text,
    figure_definition,
    figure_name,
    interval_text,
    value_text,
)

SHORT = (
    FigureKind.REPORTED,
    FigureKind.ITEM_FAILURES,
    FigureKind.MTBF,
    FigureKind.RESTORATION,
    FigureKind.RESOLVED_ON_TIME,
    FigureKind.FIRST_TIME,
    FigureKind.BACKLOG,
)
"""What a line of a group shows as text; JSON has all."""


def configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    """What only this one takes."""
    known = [str(by) for by in GroupedBy if by]
    parser.add_argument("--by", default="", choices=["", *known], metavar="|".join(known))
    parser.add_argument("--acquirer", default="", help=t("only this acquirer"))
    parser.add_argument(
        "--cases", default="", metavar="FIGURE", help=t("list the cases behind this figure")
    )
    parser.add_argument(
        "--xlsx", default="", metavar="FILE.xlsx", help=t("write it as a workbook with filters")
    )


def run(context: Context, period: Period) -> None:
    """Show the figures, or the cases behind one."""
    from app.services.insight.figure_workbook import figure_workbook

    options, figures = context.options, context.services.figures
    by = GroupedBy(options.by)
    if options.xlsx:
        book = figure_workbook(figures, context.t, period, by, options.area, options.acquirer)
        chosen_files.write(Path(options.xlsx), book)
        context.emit({"path": options.xlsx}, options.xlsx)
        return
    if options.cases:
        kind = _kind(options.cases)
        cases = figures.cases(kind, period, area=options.area, acquirer=options.acquirer)
        context.emit(cases, lambda: _cases(context.t, cases))
        return
    report = figures.report(period, by, options.area, options.acquirer)
    context.emit(plain_report(report), lambda: _text(context.t, report))


def _kind(raw: str) -> FigureKind:
    try:
        return FigureKind(raw)
    except ValueError:
        raise InvalidInput.of("cases", "choice.unknown", value=raw) from None


def plain_report(report: FigureReport) -> dict[str, object]:
    """The figures as JSON has them."""
    return {
        "period": report.period,
        "area": report.area,
        "acquirer": report.acquirer,
        "known_until": report.known_until,
        "figures": _figures(report.whole),
        "compared": {
            "as": report.compared,
            "period": report.before_period,
            "figures": _figures(report.before),
        },
        "by": report.by,
        "groups": [
            {
                "key": group.key,
                "name": group.name,
                "terminals": group.terminals,
                "running_days": round(group.running_days, 2),
                "figures": _figures(group),
            }
            for group in report.groups
        ],
    }


def _figures(group: FigureGroup) -> dict[str, object]:
    return {str(kind): _plain(figure) for kind, figure in group.figures.items()}


def _plain(figure: Figure) -> dict[str, object]:
    return {
        "value": figure.value,
        "unit": figure.unit,
        "n": figure.n,
        "low": figure.low,
        "high": figure.high,
        "hits": figure.hits,
        "mean": figure.mean,
        "immature": figure.immature,
    }


def _text(t: Translator, report: FigureReport) -> str:
    heading = t(
        "{first} to {last}, beside {before}",
        first=t.day(report.period.first),
        last=t.day(report.period.last),
        before=compared_text(t, report),
    )
    parts = [heading, _table(t, report)]
    if report.groups:
        parts.append(_groups(t, report))
    parts.append(
        "\n".join(f"{figure_name(t, kind)}: {figure_definition(t, kind)}" for kind in FigureKind)
    )
    return "\n\n".join(parts)


def _table(t: Translator, report: FigureReport) -> str:
    header = (
        t("Figure"),
        t("Value"),
        t("95 % interval"),
        t("Number of cases"),
        t("Earlier period"),
    )
    rows = [
        (
            figure_name(t, kind),
            value_text(t, figure.unit, figure.value),
            interval_text(t, figure) or doubt_text(t, figure),
            cases_text(t, figure),
            value_text(t, figure.unit, report.before[kind].value),
        )
        for kind, figure in report.whole.figures.items()
    ]
    return table(header, rows)


def _groups(t: Translator, report: FigureReport) -> str:
    header = (t(GROUPED_BY[report.by]), *(figure_name(t, kind) for kind in SHORT))
    rows = [
        (group.name or "—", *(_short(t, group[kind]) for kind in SHORT)) for group in report.groups
    ]
    return table(header, rows)


def _short(t: Translator, figure: Figure) -> str:
    interval = interval_text(t, figure)
    value = value_text(t, figure.unit, figure.value)
    return f"{value} ({interval})" if interval else value


def _cases(t: Translator, cases: Sequence[CaseBehind]) -> str:
    header = (
        t("Number"),
        t("Reported"),
        t("Resolved"),
        t("Serial number"),
        t("Merchant"),
        t("Class"),
        t("Amount"),
        t("Counts"),
    )
    rows = [
        (
            case.number,
            t.day(case.reported_on),
            t.day(case.resolved_on),
            case.serial,
            case.merchant,
            word(t, "fault_class", case.fault_class) if case.fault_class else "",
            "" if case.amount is None else f"{case.amount:.2f}",
            "" if case.hit is None else (t("yes") if case.hit else t("no")),
        )
        for case in cases
    ]
    return table(header, rows)
