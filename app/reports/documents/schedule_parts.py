"""What the maintenance schedules share: the signs of the grid, their legend, the closing rows."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.maintenance.occurrences import SYMBOLS, OccurrenceState
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.line_breaking import TextSpan
from app.reports.typeset.style import BODY, NOTE, SMALL, STRONG
from app.texts.holidays import PROVISIONAL

LEGEND = (
    OccurrenceState.SCHEDULED,
    OccurrenceState.DONE,
    OccurrenceState.MISSED,
    OccurrenceState.PARTIAL,
    OccurrenceState.SKIPPED,
    OccurrenceState.SUPERSEDED,
)
"""States a grid explains, in order."""


MISSED = SYMBOLS[OccurrenceState.MISSED]


_SYMBOLS: dict[str, str] = {str(state): mark for state, mark in SYMBOLS.items()}


def symbol(state: str) -> str:
    """The sign of a state; a question mark for one this version does not know."""
    return _SYMBOLS.get(state, "?")


def sign(states: Sequence[str]) -> list[TextSpan]:
    """The signs of what is due in one cell: one each, or with a count when there are several; what
    was missed in bold."""
    signs: dict[str, int] = {}
    for state in states:
        mark = symbol(state)
        signs[mark] = signs.get(mark, 0) + 1
    return [
        TextSpan(mark if count == 1 else f"{mark}{count}", STRONG if mark == MISSED else BODY)
        for mark, count in signs.items()
    ]


def state_sign(t: DocumentLanguages, state: str) -> Words:
    """The sign of a state and its word; one sign for both languages."""
    word = t.word("occurrence_state", state)
    return Words(f"{symbol(state)} {word.first}", word.second)


def legend(flow: DocumentFlow) -> None:
    """What the signs mean."""
    t = flow.t
    words = [state_sign(t, state) for state in LEGEND]
    flow.text("　".join(word.first for word in words), SMALL, before=4)
    if len(t.languages) > 1:
        flow.text(
            "　".join(
                f"{symbol(state)} {word.second}" for state, word in zip(LEGEND, words, strict=True)
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
