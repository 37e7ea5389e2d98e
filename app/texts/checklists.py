"""How the lines of a checklist and their answers are said."""

from __future__ import annotations

from app.domain.maintenance.checklists import ChecklistLine, LineKind
from app.i18n import N_
from app.languages import NO_TEXT, LocalizedText
from app.texts import localized

_UNITS = {
    "days": N_("days"),
    "months": N_("months"),
    "minutes": N_("minutes"),
    "times": N_("times"),
    "items": N_("items"),
}
"""Units that are words, with which the recommended checklists are stored."""


def unit_in_words(line: ChecklistLine) -> LocalizedText:
    """The unit of a line; one that is written alike everywhere (dBm, %) stays."""
    known = _UNITS.get(line.unit)
    return LocalizedText.same(line.unit) if known is None else localized(known)


def with_unit(line: ChecklistLine, figure: str) -> LocalizedText:
    """A figure of a line with its unit."""
    return LocalizedText.joined((LocalizedText.same(figure), unit_in_words(line)), " ")


def answer_in_words(line: ChecklistLine, value: str) -> LocalizedText:
    """What was entered for a line, as it may be read: the words of a choice, a number with its
    unit.  A choice this edition does not have is said to be none."""
    if not value:
        return NO_TEXT
    if line.kind is LineKind.CHOICE:
        chosen = (choice.text for choice in line.choices if choice.key == value)
        return next(chosen, None) or localized("(no such choice)")
    return with_unit(line, value)
