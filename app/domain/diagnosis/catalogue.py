"""The entries of the fault catalogue that diagnosis reasons with: codes, signs, questions, checks.

They are values read from files by `app.knowledge`; what follows from them is decided in
`app.domain.diagnosis.bayes`.  Likelihoods are not numbers typed into files but named strengths, so
that a person can read, argue and correct them; the numbers behind the names stand here, in one
place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.faults import ContactRole, FaultClass, Text


class Strength(StrEnum):
    """How strongly a sign points at something, next to what else it points at."""

    CERTAIN = "certain"
    STRONG = "strong"
    LIKELY = "likely"
    POSSIBLE = "possible"
    SLIGHT = "slight"


WEIGHTS: Mapping[Strength, float] = {
    Strength.CERTAIN: 60.0,
    Strength.STRONG: 20.0,
    Strength.LIKELY: 8.0,
    Strength.POSSIBLE: 3.0,
    Strength.SLIGHT: 1.0,
}
"""Relative weights of what one sign points at."""


class Doubt(StrEnum):
    """How much a sign leaves to everything it does not name."""

    FIRM = "firm"
    FAIR = "fair"
    LOOSE = "loose"
    VAGUE = "vague"
    HOLLOW = "hollow"


DOUBTS: Mapping[Doubt, float] = {
    Doubt.FIRM: 0.055,
    Doubt.FAIR: 0.11,
    Doubt.LOOSE: 0.22,
    Doubt.VAGUE: 0.43,
    Doubt.HOLLOW: 0.72,
}
"""The share of belief a sign leaves as it was; a hollow one says only that something is wrong."""


class Level(StrEnum):
    """How often something holds when a given fault is the case."""

    ALWAYS = "always"
    MOSTLY = "mostly"
    OFTEN = "often"
    HALF = "half"
    SOMETIMES = "sometimes"
    RARELY = "rarely"
    NEVER = "never"


LEVELS: Mapping[Level, float] = {
    Level.ALWAYS: 0.985,
    Level.MOSTLY: 0.88,
    Level.OFTEN: 0.68,
    Level.HALF: 0.50,
    Level.SOMETIMES: 0.28,
    Level.RARELY: 0.08,
    Level.NEVER: 0.01,
}
"""Never and always leave little room: that people mistake what they see is `SLIP`."""


SLIP = 0.12
"""How often an answer is simply wrong: misheard, guessed, pressed by mistake."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a sign says about the failure modes.

    `points` are shares over modes that sum to one, `doubt` the part it leaves open, `against`
    factors below one for modes it speaks against.
    """

    points: Mapping[str, float] = field(default_factory=dict)
    doubt: float = 1.0
    against: Mapping[str, float] = field(default_factory=dict)

    @property
    def silent(self) -> bool:
        """Whether it says nothing at all."""
        return not self.points and not self.against


class CodeAct(StrEnum):
    """What an answer code does to the transaction."""

    APPROVE = "approve"
    DOUBTFUL = "doubtful"
    DECLINE = "decline"
    CAPTURE = "capture"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Profile:
    """A platform inside which codes have their meaning."""

    id: str
    text: Text
    acquirers: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    general: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """One meaning of a code, in one profile."""

    profile: str
    code: str
    text: Text
    act: CodeAct
    handling: str
    leaning: Leaning
    contacts: tuple[ContactRole, ...]
    confidence: str
    unknown_result: bool
    note: Text
    source: str

    @property
    def from_host(self) -> bool:
        """Whether a host sent it, which proves that the terminal's own link works."""
        return self.act is not CodeAct.LOCAL


class SignKind(StrEnum):
    """Where a sign is met."""

    MESSAGE = "message"
    SYMPTOM = "symptom"
    CIRCUMSTANCE = "circumstance"


@dataclass(frozen=True, slots=True)
class Sign:
    """A message on the screen, a symptom, or a circumstance people mention.

    `says` are the ways it is written; several parts joined by ``+`` must all be met in one
    sentence, ``<name>`` stands for any word of that group.  `answers` names the question and
    answer it settles.  `stop` is the hard stop of a tamper sign.
    """

    id: str
    kind: SignKind
    text: Text
    says: tuple[str, ...]
    leaning: Leaning
    answers: tuple[str, str] | None = None
    stop: bool = False
    unknown_result: bool = False
    source: str = ""

    @property
    def hollow(self) -> bool:
        """Whether it says hardly more than that something is wrong."""
        return bool(self.leaning.points) and self.leaning.doubt >= DOUBTS[Doubt.HOLLOW]


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer of a question."""

    id: str
    text: Text


class QuestionKind(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Question:
    """Something worth asking.

    `chances` holds, per answer, how often it is given under each failure mode.  `seconds` is what
    it costs to find out.  A number is put into an answer by `bounds` (below the first bound is the
    first answer).  It is asked only while one of `about` is still in play (all classes if empty).
    `heard` is `chances` with room for an answer that is simply wrong (`SLIP`).
    """

    id: str
    kind: QuestionKind
    text: Text
    why: Text
    answers: tuple[Answer, ...]
    chances: Mapping[str, Mapping[str, float]]
    seconds: int
    about: frozenset[FaultClass] = frozenset()
    bounds: tuple[float, ...] = ()
    stop_on: str = ""
    source: str = ""
    heard: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def answer(self, answer_id: str) -> Answer | None:
        """The answer with this id."""
        return next((answer for answer in self.answers if answer.id == answer_id), None)


@dataclass(frozen=True, slots=True)
class Check:
    """A step that may put it right, what it costs, and which causes it mends.

    `fixes` holds the chance that the step ends the trouble when that cause is the case.
    """

    id: str
    text: Text
    minutes: int
    tools: tuple[Text, ...]
    fixes: Mapping[str, float]
    after: tuple[str, ...] = ()
    allowed_after_stop: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class ClassNote:
    """What belongs to a fault class as a whole."""

    fault_class: FaultClass
    share: float
    meaning: Text
    say: Text
    contact: ContactRole
    visit: bool
    source: str


@dataclass(frozen=True, slots=True)
class ContactGuide:
    """What to have ready before calling somebody, as labels of facts, and what to ask for."""

    role: ContactRole
    ready: tuple[str, ...]
    ask: Text
    source: str


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What the register or the history knows of a terminal, and what it says."""

    id: str
    text: Text
    leaning: Leaning
    answers: tuple[str, str] | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry comes from."""

    id: str
    kind: str
    text: Text


@dataclass(frozen=True, slots=True)
class Wording:
    """How texts are folded before they are compared, and the words that stand for one idea.

    `fillers` are words that say nothing ("what shall I do", "please help").  `code_before` and
    `code_after` are words that make a number beside them a code, `units` words
    after it that make it an amount.
    """

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    negations: tuple[str, ...] = ()
    affirmations: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    traditional: Mapping[int, str] = field(default_factory=dict)
    code_before: tuple[str, ...] = ()
    code_after: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
