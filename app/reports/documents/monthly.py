"""月报: the figures of a month for managers, each with the formula and the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from app.i18n import N_
from app.languages import NO_TEXT, LocalizedText
from app.reports.data.earlier_formats import monthly_figures_in_words
from app.reports.data.sheets import EARLIER_ONLY
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.shared_blocks import said
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import section
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.charts import Bar, columns, side_by_side
from app.reports.typeset.flow import FlowItem
from app.reports.typeset.line_breaking import TextLine, TextSpan, break_lines
from app.reports.typeset.style import FIGURE, LABEL, LINE, MM, NOTE, QUIET, SMALL, STRONG, THIN
from app.reports.typeset.tables import PrintColumn, table
from app.texts.figures import KEY_FIGURES


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One key figure: which of `app.texts.figures.KEY_FIGURES`, its value, and the one before.

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


@dataclass(frozen=True, slots=True)
class TechnicianLine:
    """The month of one technician."""

    name: str
    resolved: int
    minutes: int
    first_time: int
    reopened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlySheet:
    """Everything the monthly figures say."""

    EARLIER = (monthly_figures_in_words,)

    number: str
    made_at: datetime
    since: date
    until: date
    scope: str = ""
    figures: tuple[KeyFigure, ...] = ()
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
    _figures(flow, sheet.figures)
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
    section(flow, t("How the figures are worked out"))
    for figure in sheet.figures:
        for name, formula in zip(
            _named(t, figure).lines, _explained(t, figure).lines, strict=False
        ):
            flow.text([TextSpan(f"{name}\u3000", SMALL), TextSpan(formula, NOTE)], NOTE)
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


def _figures(flow: DocumentFlow, figures: Sequence[KeyFigure]) -> None:
    """Cards in rows of four: the name, the value in large type, last month's."""
    gap, per_row = 4 * MM, 4
    width = (flow.width - gap * (per_row - 1)) / per_row
    for begin in range(0, len(figures), per_row):
        cards = [_card(flow.t, figure, width) for figure in figures[begin : begin + per_row]]
        height = max(sum(line.leading for line in lines) for lines in cards) + 4 * MM
        flow.add(_cards(cards, width, gap, height))


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


def _card(t: DocumentLanguages, figure: KeyFigure, width: float) -> list[TextLine]:
    inner = width - 5 * MM
    lines = [line for text in _named(t, figure).lines for line in break_lines(text, inner, LABEL)]
    shown = figure.value_said or _worded(t, figure.value, figure.unit)
    lines += next(
        (
            value
            for size in _VALUE_SIZES
            if len(value := break_lines(shown, inner, replace(FIGURE, size=size))) == 1
        ),
        break_lines(shown, inner, STRONG),
    )
    past = figure.before_said or _worded(t, figure.before, figure.unit)
    before = t("Month before: {value}", value=past)
    return lines + break_lines(before.first, inner, NOTE)


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
    heads = (
        PrintColumn(t("Technician"), 2),
        PrintColumn(t("Resolved"), align="right"),
        PrintColumn(t("Hours logged"), align="right"),
        PrintColumn(t("Fixed the first time"), align="right"),
        PrintColumn(t("Reopened"), align="right", style=QUIET),
    )
    rows = [
        [
            line.name,
            str(line.resolved),
            f"{line.minutes / 60:.1f}" if line.minutes else "—",
            f"{line.first_time} / {line.resolved}",
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
