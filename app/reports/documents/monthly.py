"""月报: the figures of a month for managers, each with the formula and the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

from app.domain.insight.figure_kinds import Compared, FigureUnit
from app.i18n import N_
from app.languages import NO_TEXT, LocalizedText
from app.reports.data.earlier_formats import monthly_figures_in_words
from app.reports.data.sheets import ADDED_LATER, EARLIER_ONLY
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
from app.reports.documents.shared_blocks import said
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import section
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.charts import Bar, columns, side_by_side
from app.reports.typeset.flow import FlowItem
from app.reports.typeset.line_breaking import TextLine, break_lines
from app.reports.typeset.style import FIGURE, LABEL, LINE, MM, NOTE, QUIET, STRONG, THIN
from app.reports.typeset.tables import PrintColumn, table
from app.texts.figures import KEY_FIGURES
from app.texts.insight_figures import bare_interval, cases_text, value_text


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A key figure of documents that had definitions of their own: which of
    `app.texts.figures.KEY_FIGURES`, its value, and the one before.

    `unit` is ``count``, ``percent`` or ``hours``; no value where there was nothing to divide by.
    The rest is what documents of format 1 said in words.
    """

    id: str
    value: float | None
    before: float | None = None
    unit: str = "count"
    name: LocalizedText = field(default=NO_TEXT, metadata=EARLIER_ONLY)
    formula: LocalizedText = field(default=NO_TEXT, metadata=EARLIER_ONLY)
    value_said: str = field(default="", metadata=EARLIER_ONLY)
    before_said: str = field(default="", metadata=EARLIER_ONLY)


REST = "rest"


@dataclass(frozen=True, slots=True)
class Count:
    """How often something occurred; `kind` says which enumeration `name` is a word of.  Of the kind
    `REST` it is all that has no bar of its own, and `name` how many those are."""

    name: str
    count: int
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicianLine:
    """The month of one technician; `judged` is of how many cases `first_time` is, which were old
    enough; all resolved ones in documents that did not ask so."""

    name: str
    resolved: int
    minutes: int
    first_time: int
    reopened: int
    judged: int | None = field(default=None, metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlySheet:
    """Everything the monthly figures say."""

    EARLIER = (monthly_figures_in_words,)

    number: str
    made_at: datetime
    since: date
    until: date
    scope: str = ""
    measured: tuple[PrintedFigure, ...] = field(default=(), metadata=ADDED_LATER)
    compared: Compared | None = field(default=None, metadata=ADDED_LATER)
    before_since: date | None = field(default=None, metadata=ADDED_LATER)
    before_until: date | None = field(default=None, metadata=ADDED_LATER)
    figures: tuple[KeyFigure, ...] = field(default=(), metadata=EARLIER_ONLY)
    by_day: tuple[int, ...] = ()
    by_class: tuple[Count, ...] = ()
    by_area: tuple[Count, ...] = ()
    by_model: tuple[Count, ...] = ()
    by_code: tuple[Count, ...] = ()
    technicians: tuple[TechnicianLine, ...] = ()
    remarks: str = ""


def _head(sheet: MonthlySheet, t: DocumentLanguages) -> DocumentHead:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    meta = Words(f"{period} · {sheet.scope}" if sheet.scope else period)
    return DocumentHead(title=t("Monthly figures"), number=sheet.number, meta=meta)


def _compose(sheet: MonthlySheet, flow: DocumentFlow) -> None:
    t = flow.t
    _figures(flow, [_measured_card(t, figure) for figure in sheet.measured])
    _figures(flow, [_earlier_card(t, figure) for figure in sheet.figures])
    if sheet.compared is not None and sheet.before_since and sheet.before_until:
        span = (sheet.before_since, sheet.before_until)
        compared = t.each(partial(compared_with, compared=sheet.compared, span=span))
        flow.words(compared, NOTE, before=2 * MM)
    days = [Bar(str(i + 1), count) for i, count in enumerate(sheet.by_day)]
    columns(flow, t("Incidents reported by day"), days)
    side_by_side(
        flow,
        [
            (t("By fault class"), _bars(t, sheet.by_class)),
            (t("By area"), _bars(t, sheet.by_area)),
        ],
    )
    side_by_side(
        flow,
        [
            (t("By model"), _bars(t, sheet.by_model)),
            (t("By displayed code"), _bars(t, sheet.by_code)),
        ],
    )
    section(flow, t("Technicians"))
    _technicians(sheet, flow)
    earlier = [(_named(t, figure), _explained(t, figure)) for figure in sheet.figures]
    definitions(flow, [*(defined(t, one.kind) for one in sheet.measured), *earlier])
    if sheet.remarks:
        section(flow, t("Remarks"))
        flow.text(sheet.remarks)
    signatures(
        flow,
        [
            SignaturePlace(t("Prepared")),
            SignaturePlace(t("Checked")),
            SignaturePlace(t("Approved")),
        ],
    )


def _bars(t: DocumentLanguages, counts: Sequence[Count]) -> list[Bar]:
    return [Bar("\n".join(_name(t, item).lines), item.count) for item in counts]


def _name(t: DocumentLanguages, item: Count) -> Words:
    if not item.name:
        return t("not yet decided") if item.kind else t("none given")
    if item.kind == REST:
        return t("the other {count}", count=item.name)
    return t.word(item.kind, item.name) if item.kind else Words(item.name)


_PER_ROW, _GAP = 4, 4 * MM


def _figures(flow: DocumentFlow, cards: Sequence[_Card]) -> None:
    """Cards in rows of four: the name, the value in large type, what stands beside it."""
    width = (flow.width - _GAP * (_PER_ROW - 1)) / _PER_ROW
    for begin in range(0, len(cards), _PER_ROW):
        lines = [_card(one, width) for one in cards[begin : begin + _PER_ROW]]
        height = max(sum(line.leading for line in card) for card in lines) + 4 * MM
        flow.add(_cards(lines, width, _GAP, height))


@dataclass(frozen=True, slots=True)
class _Card:
    name: Words
    value: str
    beside: tuple[str, ...]


def _measured_card(t: DocumentLanguages, one: PrintedFigure) -> _Card:
    lead, figure = t.first, one.figure
    name = t.each(partial(name_of, kind=one.kind))
    if one.kind not in KINDS:
        return _Card(name, "—", ())
    before = value_text(lead, figure.unit, one.before)
    beside = [t("Earlier period: {value}", value=before).first]
    if figure.unit is not FigureUnit.COUNT:
        beside.insert(0, t("Cases: {n}", n=cases_text(lead, figure)).first)
    if interval := bare_interval(figure):
        beside.insert(0, t("95 %: {interval}", interval=interval).first)
    return _Card(name, value_text(lead, figure.unit, figure.value), tuple(beside))


_VALUE_SIZES = (20, 17, 14, 12)
"""A value takes the largest type in which it stays on one line."""


def _worded(t: DocumentLanguages, value: float | None, unit: str) -> str:
    """A figure with its unit, in the leading language."""
    if value is None:
        return "—"
    if unit == "hours":
        return t("{hours} h", hours=f"{value:.1f}").first
    return f"{value:.0f}%" if unit == "percent" else f"{value:.0f}"


def _named(t: DocumentLanguages, figure: KeyFigure) -> Words:
    known = KEY_FIGURES.get(figure.id)
    if figure.name or known is None:
        return said(t, figure.name or LocalizedText.same(figure.id))
    return t(known.name)


def _explained(t: DocumentLanguages, figure: KeyFigure) -> Words:
    known = KEY_FIGURES.get(figure.id)
    return said(t, figure.formula) if figure.name or known is None else t(known.formula)


def _earlier_card(t: DocumentLanguages, figure: KeyFigure) -> _Card:
    past = figure.before_said or _worded(t, figure.before, figure.unit)
    shown = figure.value_said or _worded(t, figure.value, figure.unit)
    return _Card(_named(t, figure), shown, (t("Month before: {value}", value=past).first,))


def _card(card: _Card, width: float) -> list[TextLine]:
    inner = width - 5 * MM
    lines = [line for text in card.name.lines for line in break_lines(text, inner, LABEL)]
    lines += next(
        (
            value
            for size in _VALUE_SIZES
            if len(value := break_lines(card.value, inner, replace(FIGURE, size=size))) == 1
        ),
        break_lines(card.value, inner, STRONG),
    )
    return lines + [line for text in card.beside for line in break_lines(text, inner, NOTE)]


def _cards(
    cards: Sequence[Sequence[TextLine]], width: float, gap: float, height: float
) -> FlowItem:
    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        for lines in cards:
            canvas.box((x, top), (width, height), stroke=LINE, width=THIN, radius=3)
            y = top + 2 * MM
            for line in lines:
                line.draw(canvas, x + 2.5 * MM, y)
                y += line.leading
            x += width + gap

    return FlowItem(height=height, draw=draw, before=3 * MM)


def _technicians(sheet: MonthlySheet, flow: DocumentFlow) -> None:
    t = flow.t
    # Earlier documents count how often, those of today how many cases.
    reopened = t("Reopened cases") if sheet.measured else t("Reopened")
    heads = (
        PrintColumn(t("Technician"), 2),
        PrintColumn(t("Resolved"), align="right"),
        PrintColumn(t("Hours logged"), align="right"),
        PrintColumn(t("Fixed the first time"), align="right"),
        PrintColumn(reopened, align="right", style=QUIET),
    )
    rows = [
        [
            line.name,
            str(line.resolved),
            f"{line.minutes / 60:.1f}" if line.minutes else "—",
            f"{line.first_time} / {line.resolved if line.judged is None else line.judged}",
            str(line.reopened),
        ]
        for line in sheet.technicians
    ]
    table(flow, heads, rows, empty=t("Nothing was resolved in this month."))


KIND = DocumentKind(
    id="monthly",
    title=N_("Monthly figures"),
    sheet=MonthlySheet,
    head=_head,
    compose=_compose,
    code="MF",
)
