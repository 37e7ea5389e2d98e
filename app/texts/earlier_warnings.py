"""What warnings said on paper of format 2, which is printed again word by word."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.insight.repeats import RepeatRule
from app.i18n import N_, Translator
from app.texts.insight import repeat_text

_TITLES = {
    "substituted": N_("Suspected substitution"),
    "overdue": N_("Incidents past their deadline"),
    "keeps_failing": N_("The same terminal fails again and again"),
    "warranty_ends": N_("Warranty ends soon"),
}
_ADVICE = {
    "substituted": N_("Stop using it today and tell the acquirer."),
    "overdue": N_("Settle today who does each, and when."),
    "keeps_failing": N_("Swap the terminal and have it examined."),
    "warranty_ends": N_("Have them examined before it ends."),
}
_DAYS = 30


def earlier_title(t: Translator, kind: str) -> str:
    """What was warned of."""
    return t(_TITLES[kind])


def earlier_advice(t: Translator, kind: str) -> str:
    """What to do about it."""
    return t(_ADVICE[kind])


def earlier_reason(
    t: Translator, kind: str, count: int, found: str, rules: Sequence[tuple[RepeatRule, int]]
) -> str:
    """Why the warning stood."""
    if kind == "substituted":
        return t("Serial number {found} found there differs from the list.", found=found)
    if kind == "overdue":
        return t.plural("{count} not resolved in time.", "{count} not resolved in time.", count)
    if kind == "keeps_failing":
        return t("; ").join(repeat_text(t, rule, met) for rule, met in rules)
    return t.plural("{count} within {days} days.", "{count} within {days} days.", count, days=_DAYS)
