"""A key figure as documents print it: one definition of name, value, interval and what is beside
it, for every document that has figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.insight.figure_kinds import Compared, Figure, FigureKind
from app.i18n import Translator
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


def definition_of(t: Translator, kind: FigureKind) -> str:
    """How it is worked out."""
    return figure_definition(t, kind) if kind in KINDS else ""
