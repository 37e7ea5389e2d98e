"""预警摘要: what the data warns of, each with the evidence behind it and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.i18n import N_
from app.reports.blocks import EMPTY, Fact, facts
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import listed, said
from app.reports.pen import Pen
from app.reports.sheets import Bilingual
from app.reports.signing import Place, signatures
from app.reports.story import Cell, Story, Strip, row_strips
from app.reports.style import BODY, LINE, MM, NOTE, QUIET, STRONG, THIN
from app.reports.text import Line, Span, lay
from app.reports.words import Speech, Words

SEVERITIES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning: how serious, about what, why, with which records as evidence."""

    severity: str
    title: Bilingual
    subject: str = ""
    because: Bilingual = field(default_factory=Bilingual)
    evidence: tuple[str, ...] = ()
    advice: Bilingual = field(default_factory=Bilingual)
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class WarningDigestSheet:
    """The warnings that stand at a moment, most serious first."""

    number: str
    made_at: datetime
    scope: str = ""
    warnings: tuple[Warned, ...] = ()
    dismissed: int = 0


def _head(sheet: WarningDigestSheet, t: Speech) -> Head:
    meta = Words(listed(t.moment(sheet.made_at), sheet.scope))
    return Head(t("Warning digest"), sheet.number, meta)


def _compose(sheet: WarningDigestSheet, story: Story) -> None:
    t = story.t
    counts = {
        severity: sum(item.severity == severity for item in sheet.warnings)
        for severity in SEVERITIES
    }
    pairs = [Fact(t.word("severity", s), str(counts[s])) for s in SEVERITIES]
    if sheet.dismissed:
        pairs.append(Fact(t("Dismissed"), str(sheet.dismissed)))
    facts(story, pairs)
    if not sheet.warnings:
        story.words(t("Nothing to warn of."), BODY, before=4 * MM)
    for severity in SEVERITIES:
        for item in sheet.warnings:
            if item.severity == severity:
                _warning(item, story)
    if sheet.warnings:
        signatures(story, [Place(t("Prepared")), Place(t("Checked"))])


def _warning(item: Warned, story: Story) -> None:
    t = story.t
    mark = {"high": "▲▲", "medium": "▲", "low": "△"}[item.severity]
    wide = story.width - 26 * MM
    left = lay([Span(mark + " ", STRONG), *t.word("severity", item.severity).spans(STRONG)],
               24 * MM)  # fmt: skip
    lines = lay([*said(t, item.title).spans(STRONG), Span(f"  {item.subject}")], wide)
    lines += _said(said(t, item.because), "", wide)
    if item.evidence:
        evidence = "、".join(item.evidence)
        lines += lay([*t("Related records").spans(QUIET), Span(f" {evidence}", QUIET)], wide)
    lines += _said(said(t, item.advice), f"{EMPTY} ", wide)
    if item.since is not None:
        lines += lay([*t("since {moment}", moment=t.moment(item.since)).spans(NOTE)], wide)

    def under(pen: Pen, x: float, top: float) -> None:
        pen.rule(x, top, story.width, width=THIN, colour=LINE)

    cells = [Cell(0, 24 * MM, left), Cell(26 * MM, wide, lines)]
    strips: list[Strip] = row_strips(cells, padding=1.6 * MM, under=under, tallest=story.tallest)
    story.extend(strips)


def _said(words: Words, box: str, room: float) -> list[Line]:
    """A sentence, and quieter in the second language; one box to tick for both."""
    first, *rest = words.lines or ("",)
    lines = lay(f"{box}{first}", room, BODY) if first else []
    return lines + [line for text in rest for line in lay(text, room, QUIET)]


KIND = Kind("warning_digest", N_("Warning digest"), WarningDigestSheet, _head, _compose)
