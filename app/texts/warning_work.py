"""Warnings somebody works on, in words: how often a rule was right, until when, what was done."""

from __future__ import annotations

from datetime import date

from app.domain.insight.warning_cases import HitRate, WarningCase, WarningEntry
from app.domain.insight.warnings import StandingWarning
from app.i18n import Translator
from app.texts import field_label, word
from app.texts.warnings import warning_title

LINES_IN_LOG = 6
"""Lines of a remark that the log of a warning shows."""


def rate_of_rule(t: Translator, rate: HitRate) -> str:
    """How often the warnings of a rule were right."""
    if not rate.judged:
        return t("not judged yet")
    return t("right {right} of {judged} times", right=rate.right, judged=rate.judged)


def called(t: Translator, warning: StandingWarning) -> str:
    """What a warning is about, and what is warned of, on one line."""
    return " · ".join(filter(None, (warning.subject.name, warning_title(t, warning))))


def due_line(t: Translator, case: WarningCase, today: date) -> str:
    """Until when somebody has to see to it."""
    if case.due_on is None:
        return ""
    day = t.day(case.due_on)
    return t("{day}, overdue", day=day) if case.overdue(today) else day


def entry_line(t: Translator, entry: WarningEntry) -> str:
    """One entry of the log of a warning: what was done, what changed, what was said."""
    change = entry.change
    said = ""
    if change is not None and change.field == "state":
        said = word(t, "warning_state", change.new)
    elif change is not None:
        made = entry.reference
        label = word(t, "kind", made.kind) if made is not None else field_label(t, change.field)
        shown = word(t, "contact_role", change.new) if change.field == "handed_to" else change.new
        said = f"{label} {shown or '–'}"
    remark = _first_lines(t, entry.remark)
    return " · ".join(filter(None, (word(t, "warning_action", entry.action), said, remark)))


def _first_lines(t: Translator, remark: str) -> str:
    """A remark as it stands in the log: of a text that was handed over how it begins."""
    lines = remark.splitlines()
    more = len(lines) - LINES_IN_LOG
    if more <= 0:
        return remark
    rest = t.plural("and {count} more line", "and {count} more lines", more)
    return "\n".join([*lines[:LINES_IN_LOG], rest])
