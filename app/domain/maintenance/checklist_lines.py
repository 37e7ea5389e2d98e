"""Lines of a checklist: the table of their kinds, what an answer is and how it is judged.

A kind is a member of `LineKind` and its row in `LINE_TYPES`.  Window, command line, paper, sample
data and warnings ask that row, so none of them names a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain import text
from app.domain.errors import BadValue, Problems
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


@dataclass(frozen=True, slots=True)
class LineChoice:
    """One answer of a line with choices; a `fails` answer fails the line."""

    key: str
    text: LocalizedText
    fails: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistLine:
    """One line.  `least` and `most` bound a number; `alarm` names the class of the incident a
    failure opens at once, `fault_class` that of one opened on purpose, `fault` what is then wrong
    in words (the line itself says what should have been)."""

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
    fault_class: FaultClass | None = None
    fault: LocalizedText = NO_TEXT

    @property
    def failure_class(self) -> FaultClass | None:
        """The class of a failure of this line, where the line tells; never a guess."""
        return self.alarm or self.fault_class

    @property
    def type(self) -> LineType:
        """What its kind means."""
        return LINE_TYPES[self.kind]

    @property
    def only_notes(self) -> bool:
        """Whether an answer is kept and measured against nothing: a version, a name, a number
        without limits.  That it was given is no pass."""
        bounded = self.least is not None or self.most is not None
        return self.type.judge is _noted or (self.type.limits and not bounded)


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """An answer as entered: a verdict, or a value, or "not applicable"."""

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


class EntryForm(StrEnum):
    """How an answer is entered: passed or failed, one of the choices, or a value typed in."""

    MARK = "mark"
    CHOICE = "choice"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class ValueGiven:
    """A value to be judged; `verdict` is what the person said about it, `serial` the registered
    serial number of the device."""

    value: str
    verdict: LineVerdict | None
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineType:
    """What a kind of line means.

    `judge` says what a value means and raises `BadValue` (a MARK has none, its verdict is given);
    `evidence` is not waived without a reason; `limits` says that a line may have bounds;
    `fails_unread` that it may be failed without a value by a button; `compares_serial` that it
    proves the identity of the device; `listed` that it stands among the lines of the paper.
    """

    entry: EntryForm
    judge: Callable[[ChecklistLine, ValueGiven], LineAnswer] | None = None
    evidence: bool = False
    limits: bool = False
    fails_unread: bool = False
    compares_serial: bool = False
    listed: bool = True


def _verdict(*, passes: bool) -> LineVerdict:
    return LineVerdict.PASS if passes else LineVerdict.FAIL


def _noted(_line: ChecklistLine, given: ValueGiven) -> LineAnswer:
    return LineAnswer(given.verdict or LineVerdict.PASS, given.value)


def _within_limits(line: ChecklistLine, given: ValueGiven) -> LineAnswer:
    number = parse_decimal(given.value)
    assert number is not None
    inside = (line.least is None or number >= line.least) and (
        line.most is None or number <= line.most
    )
    return LineAnswer(_verdict(passes=inside), given.value, number)


def _one_of_choices(line: ChecklistLine, given: ValueGiven) -> LineAnswer:
    chosen = next((choice for choice in line.choices if choice.key == given.value), None)
    if chosen is None:
        raise BadValue("choice.unknown", value=given.value)
    return LineAnswer(_verdict(passes=not chosen.fails), given.value)


def _same_serial(_line: ChecklistLine, given: ValueGiven) -> LineAnswer:
    found = identifiers.serial_key(text.compact(given.value))
    same = found == identifiers.serial_key(given.serial)
    return LineAnswer(_verdict(passes=same), given.value)


LINE_TYPES: Mapping[LineKind, LineType] = {
    LineKind.CHECK: LineType(entry=EntryForm.MARK),
    LineKind.NUMBER: LineType(
        entry=EntryForm.VALUE, judge=_within_limits, evidence=True, limits=True
    ),
    LineKind.CHOICE: LineType(entry=EntryForm.CHOICE, judge=_one_of_choices),
    LineKind.TEXT: LineType(entry=EntryForm.VALUE, judge=_noted),
    LineKind.PHOTO: LineType(entry=EntryForm.VALUE, judge=_noted, evidence=True, fails_unread=True),
    LineKind.SERIAL: LineType(
        entry=EntryForm.VALUE, judge=_same_serial, evidence=True, compares_serial=True
    ),
    # Signatures have their own boxes at the foot of the paper.
    LineKind.SIGNATURE: LineType(entry=EntryForm.VALUE, judge=_noted, evidence=True, listed=False),
}
"""Every kind of line."""

SERIAL_KINDS = tuple(kind for kind, about in LINE_TYPES.items() if about.compares_serial)
"""Kinds whose value is the serial number read off the device (PCI DSS 9.5.1.2)."""


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
            answer = LineAnswer(LineVerdict.NOT_APPLICABLE)
        else:
            answer = _judged(line, draft, serial)
        answer = replace(answer, remark=remark)
    problems.raise_if_any()
    return answer


def _needs_reason(line: ChecklistLine) -> bool:
    """Evidence is not waived without saying why; that a terminal has no printer needs no words."""
    return line.required and (line.alarm is not None or line.type.evidence)


def _judged(line: ChecklistLine, draft: AnswerDraft, serial: str) -> LineAnswer:
    value = text.free_line(draft.value, 500)
    if line.type.judge is None:
        if draft.verdict is None:
            raise BadValue("checklist.answer_missing")
        return LineAnswer(draft.verdict)
    if draft.verdict is LineVerdict.FAIL and not value:
        return LineAnswer(LineVerdict.FAIL)
    text.required(value)
    return line.type.judge(line, ValueGiven(value, draft.verdict, serial))
