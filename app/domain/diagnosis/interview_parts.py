"""The values a guided session is made of, and how what people enter is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain import text as texts
from app.domain.diagnosis.catalogue import Question, QuestionKind
from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass, Text

UNKNOWN = ""
"""The value of "don't know"."""


class CheckOutcome(StrEnum):
    """What became of a check that was done.

    `DONE` says only that it was carried out, which is all there is to say of an instruction, a
    report or an isolation; only the other two tell anything about the cause.
    """

    DONE = "done"
    HELPED = "helped"
    NOT_HELPED = "not_helped"


BARE_TICK = "no_help"
"""What a check was stored with before there were three outcomes.  A plain tick left it as well as
a check that had been of no use; which of the two cannot be known any more."""


def check_outcome(stored: str) -> CheckOutcome:
    """The outcome a value stands for; a bare tick of old counts as carried out and no more.

    Raises `InvalidInput`."""
    if stored == BARE_TICK:
        return CheckOutcome.DONE
    try:
        return CheckOutcome(stored)
    except ValueError:
        raise InvalidInput.of("result", "choice.unknown", value=stored) from None


@dataclass(frozen=True, slots=True)
class RankedClass:
    """One fault class, its share, and why."""

    fault_class: FaultClass
    share: float
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class LikelyEntry:
    """A failure mode or cause of the likeliest class, with its share within that class."""

    id: str
    text: Text
    share: float


@dataclass(frozen=True, slots=True)
class InterviewStep:
    """One thing done in the session: ``answer``, ``withdraw``, ``tick`` or ``tell``."""

    kind: str
    ref: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class InterviewOutcome:
    """What an accepted session says; `app.services` stores it as a verdict."""

    fault_class: FaultClass
    share: float
    mode: str
    knowledge_hash: str
    trail: dict[str, object]


def clean(raw: str) -> str:
    """A report masked before anything keeps it, and no longer than is worth keeping."""
    return texts.note(raw[: texts.NOTE_LIMIT // 2])


def filled(template: Text, values: Mapping[str, str | int | Text]) -> Text:
    """A sentence with its placeholders filled in both languages."""

    def words(language: str) -> dict[str, object]:
        return {
            name: value.in_(language) if isinstance(value, Text) else value
            for name, value in values.items()
        }

    return Text(template.zh.format(**words("zh")), template.en.format(**words("en")))


def answer_id(question: Question, value: str | float) -> str | None:
    """The id of the answer a value stands for; None when it is something typed instead."""
    given = str(value).strip()
    if given == UNKNOWN or question.answer(given) is not None:
        return given
    if question.kind is QuestionKind.CODE:
        return None
    if question.kind is QuestionKind.NUMBER:
        try:
            number = float(given)
        except ValueError:
            raise InvalidInput.of("value", "number.malformed", value=given) from None
        place = sum(number >= bound for bound in question.bounds)
        return question.answers[place].id
    raise InvalidInput.of("value", "choice.unknown", value=given)
