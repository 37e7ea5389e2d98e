"""What the maintenance schedules share: the signs of the grid, their legend, the closing rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from string import ascii_uppercase

from app.domain.maintenance.occurrences import SYMBOLS, OccurrenceState
from app.languages import LocalizedText
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.shared_blocks import said
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.style import NOTE, SMALL
from app.texts.holidays import PROVISIONAL

LEGEND = (
    OccurrenceState.SCHEDULED,
    OccurrenceState.LAST_DAY,
    OccurrenceState.DONE,
    OccurrenceState.PARTIAL,
    OccurrenceState.MISSED,
    OccurrenceState.MERGED,
    OccurrenceState.SKIPPED,
    OccurrenceState.SUPERSEDED,
    OccurrenceState.VOID,
)
"""One state for each sign a grid may hold, in the order it explains them."""


MISSED = SYMBOLS[OccurrenceState.MISSED]
PLANNED = SYMBOLS[OccurrenceState.SCHEDULED]


_SYMBOLS: dict[str, str] = {str(state): mark for state, mark in SYMBOLS.items()}


def symbol(state: str) -> str:
    """The sign of a state; a question mark for one this version does not know."""
    return _SYMBOLS.get(state, "?")


def plan_letters(t: DocumentLanguages, plans: Iterable[LocalizedText]) -> dict[LocalizedText, str]:
    """A letter for each plan, in the order of their names: A … Z, AA …"""
    named = sorted(set(plans), key=lambda plan: said(t, plan).first)
    return {plan: _letter(place) for place, plan in enumerate(named)}


def _letter(place: int) -> str:
    first, last = divmod(place, len(ascii_uppercase))
    return (_letter(first - 1) if first else "") + ascii_uppercase[last]


def state_sign(t: DocumentLanguages, state: str) -> Words:
    """The sign of a state and its word; one sign for both languages."""
    word = t.word("occurrence_state", state)
    return Words(f"{symbol(state)} {word.first}", word.second)


def signs_used(states: Iterable[str]) -> list[OccurrenceState]:
    """The states of `LEGEND` whose signs stand for one of these."""
    used = {symbol(state) for state in states}
    return [state for state in LEGEND if SYMBOLS[state] in used]


def signs_explained(t: DocumentLanguages, states: Iterable[str]) -> list[str]:
    """The signs of these states with what they mean, but for the one of work that is planned."""
    words = [state_sign(t, state) for state in signs_used(states) if SYMBOLS[state] != PLANNED]
    return [" ".join(filter(None, (word.first, word.second))) for word in words]


def legend(flow: DocumentFlow, states: Iterable[str]) -> None:
    """What the signs of these states mean."""
    t = flow.t
    shown = signs_used(states)
    words = [state_sign(t, state) for state in shown]
    if not shown:
        return
    flow.text("　".join(word.first for word in words), SMALL, before=4)
    if len(t.languages) > 1:
        flow.text(
            "　".join(
                f"{symbol(state)} {word.second}" for state, word in zip(shown, words, strict=True)
            ),
            NOTE,
        )


def years_without_notice(
    flow: DocumentFlow, unknown: Sequence[int], provisional: Sequence[int]
) -> None:
    """Says for which years the notice on holidays was not known when the schedule was made.  In
    `unknown` ones, of documents made before days off by law were counted, only weekends were."""
    if unknown:
        flow.words(
            flow.t(
                "The holidays of {years} are not published yet: only weekends were counted as"
                " days off, and dates may still move.",
                years=", ".join(map(str, unknown)),
            ),
            NOTE,
            before=3,
        )
    if provisional:
        listed = ", ".join(map(str, provisional))
        flow.words(flow.t(PROVISIONAL, years=listed), NOTE, before=3)


def approvals(flow: DocumentFlow) -> None:
    """编制 / 审核 / 批准."""
    t = flow.t
    signatures(
        flow,
        [
            SignaturePlace(t("Prepared")),
            SignaturePlace(t("Checked")),
            SignaturePlace(t("Approved")),
        ],
    )


def scope_line(t: DocumentLanguages, scope: Words, period: str) -> Words:
    """Period and what was selected, for the head."""
    return t.same(period).joined(scope) if scope.first else t.same(period)
