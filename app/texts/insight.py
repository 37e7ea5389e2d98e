"""Words and sentences of figures, the same in window, command line and documents."""

from __future__ import annotations

from app.domain.insight.figures import GroupCount
from app.domain.insight.repeats import RepeatRule, RepeatWarning
from app.i18n import Translator


def rate_text(t: Translator, group: GroupCount) -> str:
    """The rate per 100 terminals, marked where chance rules it."""
    if group.per_100 is None:
        return "—"
    rate = f"{group.per_100:.1f}"
    return t("{rate} (few terminals)", rate=rate) if group.doubtful else rate


def because_text(t: Translator, warning: RepeatWarning) -> list[str]:
    """Why a terminal is listed as failing again and again, one sentence a rule."""
    return [repeat_text(t, rule, count) for rule, count in warning.because]


def repeat_text(t: Translator, rule: RepeatRule, count: int) -> str:
    """How often a terminal failed where so many failures are one too many."""
    return t.plural(
        "{count} failure of the terminal itself in the last {days} days (limit: {times})",
        "{count} failures of the terminal itself in the last {days} days (limit: {times})",
        count,
        days=rule.days,
        times=rule.times,
    )
