"""What a failed line of a checklist says in the incident it leads to."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.faults import FaultClass
from app.domain.maintenance.checklists import ChecklistLine
from app.i18n import N_
from app.languages import SOURCE, LocalizedText
from app.texts import localized
from app.texts.checklists import answer_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFailure:
    """The words of the incident, and why the catalogue calls it urgent, as the program they were
    entered in has them.  `said` is what the catalogue has not looked at yet."""

    symptom: str = ""
    said: str = ""
    stops: tuple[LocalizedText, ...] = ()


_TAMPERED = N_("Suspected tampering or attack")
"""What a failed line about the casing means, in words the catalogue takes for its hard stop; the
line itself says what should have been."""


def tampered(line: ChecklistLine, fault_class: FaultClass | None) -> bool:
    """Whether a failure of the line means that somebody tampered with the device."""
    return line.alarm is not None and fault_class is FaultClass.HARDWARE


def tell(
    title: LocalizedText, line: ChecklistLine, fault_class: FaultClass, answered: tuple[str, ...]
) -> ToldFailure:
    """A failure in words, from its answer: the value, then remarks."""
    value, *remarks = answered
    why = localized(_TAMPERED).all_of_it if tampered(line, fault_class) else ""
    # An answer in both languages where they differ; a choice is stored by its key.
    given = answer_in_words(line, value).all_of_it
    said = " · ".join(part for part in (why, given, *remarks) if part)
    symptom = f"{title.in_(SOURCE)}：{line.text.all_of_it}\n{said}"
    return ToldFailure(symptom=symptom, said=said)
