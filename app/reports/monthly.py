"""月报: the figures of a month for managers, each with the formula and the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from app.i18n import N_
from app.reports.blocks import section
from app.reports.charts import Bar, columns, side_by_side
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import said
from app.reports.pen import Pen
from app.reports.sheets import Bilingual
from app.reports.signing import Place, signatures
from app.reports.story import Story, Strip
from app.reports.style import FIGURE, LABEL, LINE, MM, NOTE, QUIET, SMALL, STRONG, THIN
from app.reports.tables import Column, table
from app.reports.text import Line, Span, lay
from app.reports.words import Speech, Words


@dataclass(frozen=True, slots=True)
class Figure:
    """One key figure: its value as printed, last month's, and how it is worked out."""

    name: Bilingual
    value: str
    before: str = ""
    formula: Bilingual = field(default_factory=Bilingual)


@dataclass(frozen=True, slots=True)
class Count:
    """How often something occurred; `kind` says which enumeration `name` is a word of."""

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


@dataclass(frozen=True, slots=True)
class MonthlySheet:
    """Everything the monthly figures say."""

    number: str
    made_at: datetime
    since: date
    until: date
    scope: str = ""
    figures: tuple[Figure, ...] = ()
    by_day: tuple[int, ...] = ()
    by_class: tuple[Count, ...] = ()
    by_area: tuple[Count, ...] = ()
    by_model: tuple[Count, ...] = ()
    by_code: tuple[Count, ...] = ()
    technicians: tuple[TechnicianLine, ...] = ()
    remarks: str = ""


def _head(sheet: MonthlySheet, t: Speech) -> Head:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    meta = Words(f"{period} · {sheet.scope}" if sheet.scope else period)
    return Head(t("Monthly figures"), sheet.number, meta)


def _compose(sheet: MonthlySheet, story: Story) -> None:
    t = story.t
    _figures(story, sheet.figures)
    days = [Bar(str(i + 1), count) for i, count in enumerate(sheet.by_day)]
    columns(story, t("Incidents reported by day"), days)
    side_by_side(story, [
        (t("By fault class"), _bars(t, sheet.by_class)),
        (t("By area"), _bars(t, sheet.by_area)),
    ])  # fmt: skip
    side_by_side(story, [
        (t("By model"), _bars(t, sheet.by_model)),
        (t("By displayed code"), _bars(t, sheet.by_code)),
    ])  # fmt: skip
    section(story, t("Technicians"))
    _technicians(sheet, story)
    section(story, t("How the figures are worked out"))
    for figure in sheet.figures:
        for name, formula in zip(said(t, figure.name).lines, said(t, figure.formula).lines,
                                 strict=False):  # fmt: skip
            story.text([Span(f"{name}\u3000", SMALL), Span(formula, NOTE)], NOTE)
    if sheet.remarks:
        section(story, t("Remarks"))
        story.text(sheet.remarks)
    signatures(story, [Place(t("Prepared")), Place(t("Checked")), Place(t("Approved"))])


def _bars(t: Speech, counts: Sequence[Count]) -> list[Bar]:
    return [Bar("\n".join(_name(t, item).lines), item.count) for item in counts]


def _name(t: Speech, item: Count) -> Words:
    if not item.name:
        return t("not yet decided") if item.kind else t("none given")
    return t.word(item.kind, item.name) if item.kind else Words(item.name)


def _figures(story: Story, figures: Sequence[Figure]) -> None:
    """Cards in rows of four: the name, the value in large type, last month's."""
    gap, per_row = 4 * MM, 4
    width = (story.width - gap * (per_row - 1)) / per_row
    for begin in range(0, len(figures), per_row):
        cards = [_card(story.t, figure, width) for figure in figures[begin : begin + per_row]]
        height = max(sum(line.leading for line in lines) for lines in cards) + 4 * MM
        story.add(_cards(cards, width, gap, height))


_VALUE_SIZES = (20, 17, 14, 12)
"""A value takes the largest type in which it stays on one line."""


def _card(t: Speech, figure: Figure, width: float) -> list[Line]:
    inner = width - 5 * MM
    lines = [line for text in said(t, figure.name).lines for line in lay(text, inner, LABEL)]
    lines += next(
        (value for size in _VALUE_SIZES
         if len(value := lay(figure.value, inner, replace(FIGURE, size=size))) == 1),
        lay(figure.value, inner, STRONG),
    )  # fmt: skip
    if figure.before:
        lines += lay(str(t("Month before: {value}", value=figure.before).first), inner, NOTE)
    return lines


def _cards(cards: Sequence[Sequence[Line]], width: float, gap: float, height: float) -> Strip:
    def draw(pen: Pen, x: float, top: float) -> None:
        for lines in cards:
            pen.box((x, top), (width, height), stroke=LINE, width=THIN, radius=3)
            y = top + 2 * MM
            for line in lines:
                line.draw(pen, x + 2.5 * MM, y)
                y += line.leading
            x += width + gap

    return Strip(height, draw, before=3 * MM)


def _technicians(sheet: MonthlySheet, story: Story) -> None:
    t = story.t
    heads = (
        Column(t("Technician"), 2), Column(t("Resolved"), align="right"),
        Column(t("Hours logged"), align="right"), Column(t("Fixed the first time"), align="right"),
        Column(t("Reopened"), align="right", style=QUIET),
    )  # fmt: skip
    rows = [
        [
            line.name, str(line.resolved), f"{line.minutes / 60:.1f}" if line.minutes else "—",
            f"{line.first_time} / {line.resolved}", str(line.reopened),
        ]
        for line in sheet.technicians
    ]  # fmt: skip
    table(story, heads, rows, empty=t("Nothing was resolved in this month."))


KIND = Kind("monthly", N_("Monthly figures"), MonthlySheet, _head, _compose)
