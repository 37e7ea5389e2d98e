"""What the maintenance schedules share: the signs of the grid, their legend, the closing rows."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.occurrences import SYMBOLS, State
from app.reports.signing import Place, signatures
from app.reports.story import Story
from app.reports.style import NOTE, SMALL
from app.reports.words import Speech, Words

LEGEND = (State.SCHEDULED, State.DONE, State.MISSED, State.PARTIAL, State.SKIPPED,
          State.SUPERSEDED)  # fmt: skip
"""States a grid explains, in order."""


def sign(states: Sequence[str]) -> str:
    """The signs of what is due in one cell: one each, or with a count when there are several."""
    signs: dict[str, int] = {}
    for state in states:
        mark = SYMBOLS[State(state)]
        signs[mark] = signs.get(mark, 0) + 1
    return " ".join(mark if count == 1 else f"{mark}{count}" for mark, count in signs.items())


def legend(story: Story) -> None:
    """What the signs mean."""
    t = story.t
    parts = [Words(SYMBOLS[state]).first for state in LEGEND]
    words = [t.word("occurrence_state", state) for state in LEGEND]
    firsts = [f"{mark} {word.first}" for mark, word in zip(parts, words, strict=True)]
    story.text("　".join(firsts), SMALL, before=4)
    if any(word.second for word in words):
        seconds = [f"{mark} {word.second}" for mark, word in zip(parts, words, strict=True)]
        story.text("　".join(seconds), NOTE)


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
