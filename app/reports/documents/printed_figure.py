"""A key figure as documents print it: one definition of name, value, interval and what is beside
it, for every document that has figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from app.domain.insight.figure_kinds import Compared, Figure, FigureKind
from app.i18n import Translator
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import section
from app.reports.typeset.line_breaking import TextSpan
from app.reports.typeset.style import NOTE, SMALL
from app.texts.insight_figures import (
    compared_span_text,
    figure_definition,
    figure_name,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedFigure:
    """A figure as `app.domain.insight.figure_kinds.Figure` has it, with the value before."""

    kind: FigureKind
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    hits: int | None = None
    immature: int = 0
    before: float | None = None

    @property
    def figure(self) -> Figure:
        """The figure its words are made of."""
        return Figure(
            kind=self.kind,
            value=self.value,
            n=self.n,
            low=self.low,
            high=self.high,
            hits=self.hits,
            immature=self.immature,
        )


COMPARISONS, KINDS = frozenset(Compared), frozenset(FigureKind)
"""What this version knows; anything else is printed as it stands, and judged so."""


def printed_figure(figure: Figure, before: float | None = None) -> PrintedFigure:
    """A figure with the value before."""
    return PrintedFigure(
        kind=figure.kind,
        value=figure.value,
        n=figure.n,
        low=figure.low,
        high=figure.high,
        hits=figure.hits,
        immature=figure.immature,
        before=before,
    )


def compared_with(t: Translator, compared: Compared, span: tuple[date, date]) -> str:
    """What the values before are of, as what it is."""
    what = compared_span_text(t, compared, *span) if compared in COMPARISONS else str(compared)
    return t("Before: {what}.", what=what)


def name_of(t: Translator, kind: FigureKind) -> str:
    """What it is called."""
    return figure_name(t, kind) if kind in KINDS else str(kind)


def defined(t: DocumentLanguages, kind: FigureKind) -> tuple[Words, Words]:
    """What it is called, and how it is worked out."""
    known = kind in KINDS
    said = t.each(lambda one: figure_definition(one, kind) if known else "")
    return t.each(partial(name_of, kind=kind)), said


def definitions(
    flow: DocumentFlow, defined: Iterable[tuple[Words, Words]], *, running: bool = False
) -> None:
    """How each figure is worked out, by its name; those of both languages stay on one page.  Where
    there are many they are set `running` on, a paragraph for each language."""
    section(flow, flow.t("How the figures are worked out"))
    if running and flow.house.saves_pages:
        _running(flow, defined)
        return
    for name, formula in defined:
        pairs = list(zip(name.lines, formula.lines, strict=False))
        for i, (title, text) in enumerate(pairs):
            said = [TextSpan(f"{title}\u3000", SMALL), TextSpan(text, NOTE)]
            flow.text(said, NOTE, keep=flow.house.holds_together and i < len(pairs) - 1)


def _running(flow: DocumentFlow, defined: Iterable[tuple[Words, Words]]) -> None:
    lines: list[list[TextSpan]] = [[] for _ in flow.t.languages]
    for name, formula in defined:
        for spans, title, text in zip(lines, name.lines, formula.lines, strict=False):
            term = TextSpan(f"{title}\u00a0", SMALL, whole=True)
            spans += [*([TextSpan("  ", NOTE)] if spans else []), term, TextSpan(text, NOTE)]
    for spans in lines:
        flow.text(spans, NOTE)
