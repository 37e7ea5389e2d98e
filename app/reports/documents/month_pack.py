"""月度汇总: every key figure of a month on one page for the house or one acquirer, with interval,
number of cases and the period before; the definitions behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from app.domain.insight.figure_kinds import Compared, FigureKind
from app.i18n import N_, Translator
from app.reports.data.sheets import ADDED_LATER
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.printed_figure import (
    KINDS,
    PrintedFigure,
    compared_with,
    defined,
    definitions,
    name_of,
)
from app.reports.documents.shared_blocks import listed
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import section
from app.reports.typeset.style import NOTE, QUIET
from app.reports.typeset.tables import CLOSE, SMALLER, PrintColumn, Row, table
from app.texts.insight_figures import (
    bare_interval,
    cases_text,
    figure_name,
    interval_text,
    value_text,
)

MODEL_COLUMNS = (
    FigureKind.REPORTED,
    FigureKind.ITEM_FAILURES,
    FigureKind.MTBF,
    FigureKind.RESTORATION,
    FigureKind.FIRST_TIME,
)
"""What is printed of each model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackGroup:
    """The figures of one model."""

    name: str
    terminals: int
    figures: tuple[PrintedFigure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPackSheet:
    """Everything the pack of a month says."""

    number: str
    made_at: datetime
    since: date
    until: date
    compared: Compared
    before_since: date
    before_until: date
    known_until: date
    scope: str = ""
    figures: tuple[PrintedFigure, ...] = ()
    models: tuple[PackGroup, ...] = ()
    models_left: int = field(default=0, metadata=ADDED_LATER)


def _head(sheet: MonthPackSheet, t: DocumentLanguages) -> DocumentHead:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    return DocumentHead(
        title=t("Month pack"), number=sheet.number, meta=Words(listed(period, sheet.scope))
    )


def _compose(sheet: MonthPackSheet, flow: DocumentFlow) -> None:
    t = flow.t
    size = CLOSE if flow.house.saves_pages else SMALLER
    heads = (
        PrintColumn(t("Figure"), 2.2),
        PrintColumn(t("Value"), 1.1, align="right"),
        PrintColumn(t("95 % interval"), 1.6, align="right", style=QUIET),
        PrintColumn(t("Number of cases"), 1.3, align="right", style=QUIET),
        PrintColumn(t("Earlier period"), 1.1, align="right", style=QUIET),
    )
    table(flow, heads, [_row(flow, one) for one in sheet.figures], size=size)
    span = (sheet.before_since, sheet.before_until)
    flow.words(t.each(lambda one: compared_with(one, sheet.compared, span)), NOTE)
    if sheet.models:
        section(flow, t("By model"))
        columns = [
            PrintColumn(t("Model"), 1.6),
            PrintColumn(t("Terminals"), align="right"),
            *(
                PrintColumn(t.each(partial(name_of, kind=kind)), align="right")
                for kind in MODEL_COLUMNS
            ),
        ]
        table(flow, columns, [_model(t, one) for one in sheet.models], size=size)
        if left := sheet.models_left:
            flow.words(t.plural("{count} more model", "{count} more models", left), NOTE)
    definitions(flow, [defined(t, one.kind) for one in sheet.figures], running=True)
    flow.words(t("Reports are known until {day}.", day=t.day(sheet.known_until)), NOTE)


def _row(flow: DocumentFlow, one: PrintedFigure) -> Row:
    t = flow.t
    if one.kind not in KINDS:
        return [str(one.kind), "", "", str(one.n), ""]
    figure, lead = one.figure, t.first
    name = t.each(lambda lang: figure_name(lang, figure.kind))
    return [
        name.spans() if flow.house.saves_pages else name.first,
        value_text(lead, figure.unit, figure.value),
        interval_text(lead, figure),
        cases_text(lead, figure),
        value_text(lead, figure.unit, one.before),
    ]


def _model(t: DocumentLanguages, group: PackGroup) -> list[str]:
    return [group.name or "—", str(group.terminals), *(_short(t.first, f) for f in group.figures)]


def _short(t: Translator, one: PrintedFigure) -> str:
    if one.kind not in KINDS:
        return str(one.kind)
    interval = bare_interval(one.figure)
    value = value_text(t, one.figure.unit, one.value)
    return f"{value}\n{interval}" if interval else value


KIND = DocumentKind(
    id="month_pack",
    title=N_("Month pack"),
    sheet=MonthPackSheet,
    head=_head,
    compose=_compose,
    code="MP",
)
