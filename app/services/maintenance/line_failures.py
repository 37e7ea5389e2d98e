"""What a failed line of a checklist says in the incident it leads to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.faults import FaultClass
from app.domain.maintenance.checklist_lines import ChecklistLine, LineVerdict
from app.domain.maintenance.checklists import Checklist, FollowUp, LineResult
from app.i18n import Translator
from app.languages import LocalizedText
from app.texts.checklists import failed_line_text, finding_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFailure:
    """The words of the incident, and why the catalogue calls it urgent, as the program they were
    entered in has them.  `said` is what the catalogue has not looked at yet."""

    symptom: str = ""
    said: str = ""
    stops: tuple[LocalizedText, ...] = ()


def tampered(line: ChecklistLine, fault_class: FaultClass | None) -> bool:
    """Whether a failure of the line means that somebody tampered with the device."""
    return line.alarm is not None and fault_class is FaultClass.HARDWARE


def tell(
    t: Translator,
    title: LocalizedText,
    line: ChecklistLine,
    fault_class: FaultClass | None,
    answered: tuple[str, ...],
) -> ToldFailure:
    """A failure in words, from its answer: the value, then remarks."""
    said = _said(t, line, fault_class, answered)
    return ToldFailure(symptom=failed_line_text(t, title, line, said), said=said)


def failures_in_words(
    t: Translator, checklist: Checklist, results: Iterable[LineResult]
) -> tuple[str, ...]:
    """What the failed lines say that were not put right on the spot, as their incidents say it."""
    failed = [
        result
        for result in results
        if result.answer.verdict is LineVerdict.FAIL and result.follow_up is not FollowUp.FIXED_NOW
    ]
    found = []
    for result in failed:
        line = checklist.line(result.line)
        answered = result.answer.value, result.answer.remark
        found.append(_said(t, line, line.failure_class, answered))
    return tuple(found)


def _said(
    t: Translator,
    line: ChecklistLine,
    fault_class: FaultClass | None,
    answered: tuple[str, ...],
) -> str:
    """What is wrong at a line: its words for it, the answer, then remarks."""
    value, *remarks = answered
    said = finding_text(t, line, value, remarks, tampered=tampered(line, fault_class))
    return " · ".join(filter(None, (line.fault.in_(t.language), said)))
