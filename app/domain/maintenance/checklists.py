"""Checklists: lines a technician works through, and what an answer means.

A failed line is never silent: it was put right on the spot (with a note) or became an incident.
Lines about tampering and identity open an incident at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain import text
from app.domain.errors import BadValue, InvalidInput, Problems
from app.domain.faults import FaultClass
from app.domain.parsing import parse_decimal
from app.domain.register import identifiers
from app.languages import NO_TEXT, LocalizedText


class LineKind(StrEnum):
    """What a line asks for."""

    CHECK = "check"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"
    PHOTO = "photo"
    SERIAL = "serial"
    SIGNATURE = "signature"


class LineVerdict(StrEnum):
    """What an answer amounts to."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "na"


class FollowUp(StrEnum):
    """What was done about a failed line."""

    FIXED_NOW = "fixed_now"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class LineChoice:
    """One answer of a CHOICE line; a `fails` answer fails the line."""

    key: str
    text: LocalizedText
    fails: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistLine:
    """One line.  `least` and `most` bound a NUMBER; `alarm` names the class of the incident a
    failure opens at once."""

    key: str
    kind: LineKind
    text: LocalizedText
    help: LocalizedText = NO_TEXT
    unit: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[LineChoice, ...] = ()
    required: bool = True
    alarm: FaultClass | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """One edition of a checklist; results keep pointing at the edition they were made with."""

    id: str
    key: str
    edition: int
    title: LocalizedText
    lines: tuple[ChecklistLine, ...]

    def line(self, key: str) -> ChecklistLine:
        """The line with this key.  Raises `InvalidInput`."""
        for line in self.lines:
            if line.key == key:
                return line
        raise InvalidInput.of("line", "choice.unknown", value=key)


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """An answer as entered: a verdict (CHECK, PHOTO), or a value, or "not applicable"."""

    verdict: LineVerdict | None = None
    value: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """A checked answer: the verdict, what was entered, the number read."""

    verdict: LineVerdict
    value: str = ""
    number: float | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """A line's answer with what followed from it."""

    line: str
    answer: LineAnswer
    follow_up: FollowUp | None = None
    note: str = ""
    incident_id: str = ""
    incident_number: str = ""

    @property
    def settled(self) -> bool:
        """Whether nothing is left open about it."""
        return self.answer.verdict is not LineVerdict.FAIL or self.follow_up is not None


def judge(line: ChecklistLine, draft: AnswerDraft, serial: str = "") -> LineAnswer:
    """What an answer means for a line; `serial` is the registered serial number of the device.

    Raises `InvalidInput`: an answer of the wrong kind, nothing entered, or evidence called not
    applicable without saying why.
    """
    problems = Problems()
    answer = LineAnswer(LineVerdict.PASS)
    with problems.field(line.key):
        remark = text.note(draft.remark, 2_000)
        if draft.verdict is LineVerdict.NOT_APPLICABLE:
            if _needs_reason(line) and not remark:
                raise BadValue("checklist.why_not_applicable")
            answer = LineAnswer(LineVerdict.NOT_APPLICABLE, "", None, remark)
        else:
            answer = _judged(line, draft, remark, serial)
    problems.raise_if_any()
    return answer


def _needs_reason(line: ChecklistLine) -> bool:
    """Evidence is not waived without saying why; that a terminal has no printer needs no words."""
    return line.required and (line.alarm is not None or line.kind in _EVIDENCE)


_EVIDENCE = frozenset({LineKind.SERIAL, LineKind.PHOTO, LineKind.SIGNATURE, LineKind.NUMBER})


def _judged(line: ChecklistLine, draft: AnswerDraft, remark: str, serial: str) -> LineAnswer:
    value = text.free_line(draft.value, 500)
    if line.kind is LineKind.CHECK:
        if draft.verdict is None:
            raise BadValue("checklist.answer_missing")
        return LineAnswer(draft.verdict, "", None, remark)
    if draft.verdict is LineVerdict.FAIL and not value:
        return LineAnswer(LineVerdict.FAIL, "", None, remark)
    text.required(value)
    if line.kind is LineKind.NUMBER:
        number = parse_decimal(value)
        assert number is not None
        inside = (line.least is None or number >= line.least) and (
            line.most is None or number <= line.most
        )
        return LineAnswer(LineVerdict.PASS if inside else LineVerdict.FAIL, value, number, remark)
    if line.kind is LineKind.CHOICE:
        chosen = next((choice for choice in line.choices if choice.key == value), None)
        if chosen is None:
            raise BadValue("choice.unknown", value=value)
        return LineAnswer(
            LineVerdict.FAIL if chosen.fails else LineVerdict.PASS, value, None, remark
        )
    if line.kind is LineKind.SERIAL:
        found = identifiers.serial_key(text.compact(value))
        matches = found == identifiers.serial_key(serial)
        return LineAnswer(LineVerdict.PASS if matches else LineVerdict.FAIL, value, None, remark)
    return LineAnswer(draft.verdict or LineVerdict.PASS, value, None, remark)


def missing(checklist: Checklist, results: Mapping[str, LineResult]) -> tuple[ChecklistLine, ...]:
    """Required lines without an answer, in order."""
    return tuple(line for line in checklist.lines if line.required and line.key not in results)


def unsettled(results: Sequence[LineResult]) -> tuple[LineResult, ...]:
    """Failed lines about which nothing was decided yet."""
    return tuple(result for result in results if not result.settled)


def passed(checklist: Checklist, results: Mapping[str, LineResult]) -> bool:
    """Whether the device may be used: every required line answered, and every failure put right
    on the spot."""
    return not missing(checklist, results) and all(
        result.answer.verdict is not LineVerdict.FAIL or result.follow_up is FollowUp.FIXED_NOW
        for result in results.values()
    )
