"""What the maintenance schedules share: the signs of the grid, their legend, the closing rows."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.occurrences import SYMBOLS, State
from app.reports.signing import Place, signatures
from app.reports.story import Story
from app.reports.style import BODY, NOTE, SMALL, STRONG
from app.reports.text import Span
from app.reports.words import Speech, Words

LEGEND = (State.SCHEDULED, State.DONE, State.MISSED, State.PARTIAL, State.SKIPPED,
          State.SUPERSEDED)  # fmt: skip
"""States a grid explains, in order."""


MISSED = SYMBOLS[State.MISSED]


_SYMBOLS: dict[str, str] = {str(state): mark for state, mark in SYMBOLS.items()}


def symbol(state: str) -> str:
    """The sign of a state; a question mark for one this version does not know."""
    return _SYMBOLS.get(state, "?")


def sign(states: Sequence[str]) -> list[Span]:
    """The signs of what is due in one cell: one each, or with a count when there are several; what
    was missed in bold."""
    signs: dict[str, int] = {}
    for state in states:
        mark = symbol(state)
        signs[mark] = signs.get(mark, 0) + 1
    return [
        Span(mark if count == 1 else f"{mark}{count}", STRONG if mark == MISSED else BODY)
        for mark, count in signs.items()
    ]


def state_sign(t: Speech, state: str) -> Words:
    """The sign of a state and its word; one sign for both languages."""
    word = t.word("occurrence_state", state)
    return Words(f"{symbol(state)} {word.first}", word.second)


def legend(story: Story) -> None:
    """What the signs mean."""
    t = story.t
    words = [state_sign(t, state) for state in LEGEND]
    story.text("　".join(word.first for word in words), SMALL, before=4)
    if len(t.languages) > 1:
        story.text(
            "　".join(f"{symbol(state)} {word.second}"
                      for state, word in zip(LEGEND, words, strict=True)),
            NOTE,
        )  # fmt: skip


def unknown_years(story: Story, years: Sequence[int]) -> None:
    """Says for which years the holidays were not known when the schedule was made."""
    if years:
        listed = ", ".join(str(year) for year in years)
        story.words(
            story.t("The holidays of {years} are not published yet: only weekends were counted as"
                    " days off, and dates may still move.", years=listed),
            NOTE, before=3,
        )  # fmt: skip


def approvals(story: Story) -> None:
    """编制 / 审核 / 批准."""
    t = story.t
    signatures(story, [Place(t("Prepared")), Place(t("Checked")), Place(t("Approved"))])


def scope_line(t: Speech, scope: Words, period: str) -> Words:
    """Period and what was selected, for the head."""
    return t.same(period).joined(scope) if scope.first else t.same(period)
