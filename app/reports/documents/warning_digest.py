"""预警摘要: what the data warns of, each with the evidence behind it and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.faults import FaultClass
from app.domain.insight.repeats import RepeatRule
from app.domain.insight.warnings import (
    MOST_EVIDENCE,
    Severity,
    StandingWarning,
    SubjectKind,
    WarningRule,
    WarningSubject,
)
from app.i18n import N_
from app.languages import NO_TEXT, LocalizedText
from app.reports.data.earlier_formats import warnings_by_kind, warnings_in_words
from app.reports.data.sheets import EARLIER_ONLY
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.shared_blocks import listed, said
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import EMPTY, LabelledFact, facts
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.flow import FlowCell, FlowItem, row_items
from app.reports.typeset.line_breaking import TextLine, TextSpan, break_lines
from app.reports.typeset.style import BODY, LINE, MM, NOTE, QUIET, STRONG, THIN
from app.texts.earlier_warnings import earlier_advice, earlier_reason, earlier_title
from app.texts.warnings import warning_advice, warning_reason, warning_since, warning_title

SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class RuleMet:
    """A rule of repeated failures a terminal meets: `count` failures within `days`, where `times`
    are worth a warning."""

    times: int
    days: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningLine:
    """One warning as `StandingWarning` has it: by which rule, how serious, about what, the figures
    and the records behind it.  The rest is what documents of format 1 said in words, and those of
    format 2 by kinds that are no more."""

    severity: str
    rule: str = ""
    subject_kind: str = ""
    subject: str = ""
    fault_class: str = ""
    count: int = 0
    expected: float | None = None
    confidence: float = 1.0
    days: int = 0
    out_of: int = 0
    terminals: int = 0
    detail: str = ""
    due: date | None = None
    evidence: tuple[str, ...] = ()
    since: datetime | None = None
    explained: int = 0
    state: str = ""
    owner: str = ""
    to_do_by: date | None = None
    standing_now: bool = True
    kind: str = field(default="", metadata=EARLIER_ONLY)
    found: str = field(default="", metadata=EARLIER_ONLY)
    rules: tuple[RuleMet, ...] = field(default=(), metadata=EARLIER_ONLY)
    title: LocalizedText = field(default=NO_TEXT, metadata=EARLIER_ONLY)
    because: LocalizedText = field(default=NO_TEXT, metadata=EARLIER_ONLY)
    advice: LocalizedText = field(default=NO_TEXT, metadata=EARLIER_ONLY)

    @property
    def standing(self) -> StandingWarning:
        """The warning its words are made of."""
        return StandingWarning(
            rule=WarningRule(self.rule),
            subject=WarningSubject(
                SubjectKind(self.subject_kind), named=((self.subject_kind, self.subject),)
            ),
            fault_class=FaultClass(self.fault_class) if self.fault_class else None,
            since=self.since,
            seen=self.count,
            expected=self.expected,
            confidence=self.confidence,
            days=self.days,
            out_of=self.out_of,
            terminals=self.terminals,
            detail=self.detail,
            due=self.due,
            incidents=self.evidence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningDigestSheet:
    """The warnings to be seen to at a moment, most serious first; `ended` are those that stand and
    were ended before.  Documents of format 1 counted some as `dismissed`."""

    EARLIER = (warnings_in_words, warnings_by_kind)

    number: str
    made_at: datetime
    scope: str = ""
    warnings: tuple[WarningLine, ...] = ()
    dismissed: int = 0
    ended: int = 0


def _head(sheet: WarningDigestSheet, t: DocumentLanguages) -> DocumentHead:
    meta = Words(listed(t.moment(sheet.made_at), sheet.scope))
    return DocumentHead(title=t("Warning digest"), number=sheet.number, meta=meta)


def _compose(sheet: WarningDigestSheet, flow: DocumentFlow) -> None:
    t = flow.t
    counts = {
        severity: sum(item.severity == severity for item in sheet.warnings)
        for severity in SEVERITIES
    }
    pairs = [LabelledFact(t.word("severity", s), str(counts[s])) for s in SEVERITIES]
    if sheet.dismissed:
        pairs.append(LabelledFact(t("Dismissed"), str(sheet.dismissed)))
    if sheet.ended:
        pairs.append(LabelledFact(t("Ended, no new evidence"), str(sheet.ended)))
    facts(flow, pairs)
    if not sheet.warnings:
        flow.words(t("Nothing to warn of."), BODY, before=4 * MM)
    for severity in SEVERITIES:
        for item in sheet.warnings:
            if item.severity == severity:
                _warning(item, flow)
    if sheet.warnings:
        signatures(flow, [SignaturePlace(t("Prepared")), SignaturePlace(t("Checked"))])


def _warning(item: WarningLine, flow: DocumentFlow) -> None:
    t = flow.t
    mark = {"high": "▲▲", "medium": "▲", "low": "△"}[item.severity]
    wide = flow.width - 26 * MM
    left = break_lines(
        [TextSpan(mark + " ", STRONG), *t.word("severity", item.severity).spans(STRONG)], 24 * MM
    )
    title, because, advice = _words(t, item)
    lines = break_lines([*title.spans(STRONG), TextSpan(f"  {item.subject}")], wide)
    lines += _said(because, "", wide)
    if item.evidence:
        evidence = [TextSpan(f" {t.names(item.evidence).first}", QUIET)]
        if len(item.evidence) >= MOST_EVIDENCE and item.count > len(item.evidence):
            whole = t("and more; {count} in all", count=item.count)
            evidence += [TextSpan(" ", QUIET), *whole.spans(QUIET)]
        lines += break_lines([*t("Related records").spans(QUIET), *evidence], wide)
    lines += _said(advice, f"{EMPTY} ", wide)
    since = []
    if item.since is not None:
        begun = t.moment(item.since)
        if flow.house.tells_days:
            begun = warning_since(t.first, item.since, item.since.tzinfo)
        since = list(t("since {moment}", moment=begun).spans(NOTE))
    held = TextSpan(_held(item, t), STRONG)
    if flow.house.saves_pages:
        between = [TextSpan(" · ", NOTE)] if held.text and since else []
        lines += break_lines([held, *between, *since], wide)
    else:
        lines += break_lines(since, wide)
        lines += break_lines(held, wide)

    def under(canvas: PageCanvas, x: float, top: float) -> None:
        canvas.rule(x, top, flow.width, width=THIN, colour=LINE)

    cells = [FlowCell(0, 24 * MM, left), FlowCell(26 * MM, wide, lines)]
    items: list[FlowItem] = row_items(cells, padding=1.6 * MM, under=under, tallest=flow.tallest)
    flow.extend(items)


def _held(item: WarningLine, t: DocumentLanguages) -> str:
    """What became of it, with whom it is and by when; empty for one nobody could take up."""
    if not item.state:
        return ""
    state = t.word("warning_state", item.state).first
    silent = "" if item.standing_now else t("the data no longer show it").first
    return listed(state, item.owner, t.day(item.to_do_by), silent)


def _words(t: DocumentLanguages, item: WarningLine) -> tuple[Words, Words, Words]:
    """What is warned of, why, and what to do."""
    if item.kind:
        met = [(RepeatRule(r.times, r.days), r.count) for r in item.rules]
        return (
            t.each(lambda one: earlier_title(one, item.kind)),
            t.each(lambda one: earlier_reason(one, item.kind, item.count, item.found, met)),
            t.each(lambda one: earlier_advice(one, item.kind)),
        )
    if not item.rule:
        return said(t, item.title), said(t, item.because), said(t, item.advice)
    try:
        standing = item.standing
        return (
            t.each(lambda one: warning_title(one, standing)),
            t.each(lambda one: warning_reason(one, standing)),
            t.each(lambda one: warning_advice(one, standing)),
        )
    except (KeyError, ValueError):
        # A rule or value this version does not know is printed as it stands, and judged so.
        raw = listed(item.rule, item.subject_kind, item.fault_class, item.subject)
        return t.same(raw), t.same(item.detail), t.same("")


def _said(words: Words, box: str, room: float) -> list[TextLine]:
    """A sentence, and quieter in the second language; one box to tick for both."""
    first, *rest = words.lines or ("",)
    lines = break_lines(f"{box}{first}", room, BODY) if first else []
    return lines + [line for text in rest for line in break_lines(text, room, QUIET)]


KIND = DocumentKind(
    id="warning_digest",
    title=N_("Warning digest"),
    sheet=WarningDigestSheet,
    head=_head,
    compose=_compose,
    code="WD",
)
