"""The words of checklist lines: hints, limits, units and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain.maintenance.checklist_lines import ChecklistLine, EntryForm, LineKind
from app.i18n import N_, Translator
from app.languages import LANGUAGES, NO_TEXT, LocalizedText
from app.texts import localized

LINE_HINTS: Mapping[LineKind, str] = {
    LineKind.NUMBER: N_("Reading"),
    LineKind.TEXT: N_("What was read or seen"),
    LineKind.PHOTO: N_("Name of the photo"),
    LineKind.SERIAL: N_("Scan or copy the label"),
    LineKind.SIGNATURE: N_("Name of who signed"),
}
"""What is to be entered, for every kind of line that takes a value."""

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
    if line.type.entry is EntryForm.CHOICE:
        chosen = (choice.text for choice in line.choices if choice.key == value)
        return next(chosen, None) or localized("(no such choice)")
    return with_unit(line, value)


TAMPERED = N_("Suspected tampering or attack")
"""What a failed line about the casing means, in words the catalogue takes for its hard stop; the
line itself says what should have been."""


def finding_text(
    t: Translator, line: ChecklistLine, value: str, remarks: Sequence[str], *, tampered: bool
) -> str:
    """What was found at a failed line: the suspicion, the answer, what people wrote."""
    suspicion = t(TAMPERED) if tampered else ""
    answer = answer_in_words(line, value).in_(t.language)
    return " · ".join(filter(None, (suspicion, answer, *remarks)))


def wrong_text(t: Translator, line: ChecklistLine) -> str:
    """What is wrong when a line fails: its own words; else that it failed, or, of a
    line that is answered by a value, what it asks for."""
    if said := line.fault.in_(t.language):
        return said
    states = line.type.entry is EntryForm.MARK or line.type.compares_serial
    asked = line.text.in_(t.language)
    return t("{line}: failed", line=asked) if states else asked


def failed_line_text(t: Translator, title: LocalizedText, line: ChecklistLine, found: str) -> str:
    """The symptom of an incident about a failed line: checklist, what is wrong or else the line,
    what was found."""
    said = line.fault.in_(t.language)
    rest = found.removeprefix(said).removeprefix(" · ") if said else found
    head = LANGUAGES[t.language].colon.join((title.in_(t.language), wrong_text(t, line)))
    return f"{head}\n{rest}" if rest else head


def limits_in_words(t: Translator, line: ChecklistLine) -> str:
    """The bounds of a line as the window asks for them; its unit where it has none."""
    if not line.type.limits:
        return ""
    unit = unit_in_words(line).in_(t.language)
    least, most = _bound(line.least), _bound(line.most)
    if least and most:
        return t("from {least} to {most} {unit}", least=least, most=most, unit=unit)
    if least:
        return t("at least {least} {unit}", least=least, unit=unit)
    return t("at most {most} {unit}", most=most, unit=unit) if most else unit


def standard_in_words(line: ChecklistLine) -> LocalizedText:
    """What a line asks for as paper prints it: its limits, or its help text."""
    least, most = _bound(line.least), _bound(line.most)
    if least and most:
        return with_unit(line, f"{least} – {most}")
    if least or most:
        return with_unit(line, f"≥ {least}" if least else f"≤ {most}")
    return line.help


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
