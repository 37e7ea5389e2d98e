"""The entries of the fault catalogue that diagnosis reasons with: codes, signs, questions, checks.

They are values read from files by `app.knowledge`; what follows from them is decided in `bayes`.
Likelihoods are named strengths that a person can read, argue and correct; their numbers stand here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.faults import ContactRole, FaultClass
from app.languages import LocalizedText


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
    factors below one for modes it is evidence against.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A platform inside which codes have their meaning; `called` are further names of it."""

    id: str
    text: LocalizedText
    acquirers: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    general: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One meaning of a code, in one profile."""

    profile: str
    code: str
    text: LocalizedText
    act: CodeAct
    handling: str
    leaning: Leaning
    contacts: tuple[ContactRole, ...]
    confidence: str
    unknown_result: bool
    note: LocalizedText
    source: str

    @property
    def from_host(self) -> bool:
        """Whether a host sent it, which proves that the terminal's own link works."""
        return self.act is not CodeAct.LOCAL


class StopKind(StrEnum):
    """What a hard stop protects from."""

    DANGER = "danger"
    TAMPER = "tamper"


class Act(StrEnum):
    """What a check, or finding out an answer, makes somebody do to the terminal."""

    POWER = "power"
    CHARGE = "charge"
    OPEN = "open"
    CARD = "card"
    HANDLE = "handle"
    PACK = "pack"
    RESET = "reset"
    SIM = "sim"
    SIGNAL = "signal"
    WIFI = "wifi"
    LINE = "line"
    BLUETOOTH = "bluetooth"
    PRINTER = "printer"


EVERYTHING = frozenset(Act)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A hard stop: what must be done at once, whatever the shares are.

    `do` is what to do at once, `say` what the merchant is told, `log` why the incident is urgent,
    `tell` what a handover says.
    `confirm` is the question that settles it while it was only asked about or feared.  Nothing
    that does one of the acts of `rules_out` may be proposed.
    """

    id: str
    kind: StopKind
    text: LocalizedText
    do: LocalizedText
    say: LocalizedText
    log: LocalizedText
    tell: LocalizedText
    contacts: tuple[ContactRole, ...]
    confirm: str
    rules_out: frozenset[Act]
    source: str = ""


class SignKind(StrEnum):
    """Where a sign is met; a request is no trouble but something the merchant wants done."""

    MESSAGE = "message"
    SYMPTOM = "symptom"
    CIRCUMSTANCE = "circumstance"
    REQUEST = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A message on the screen, a symptom, or a circumstance people mention.

    `says` are the ways it is written: parts joined by ``+`` must all be met in one sentence,
    ``<name>`` is any word of that group, ``^`` means that it must be all that is said.  `asks` only
    raise the question of a danger, which `confirm` of the stop settles.  `answers` names what it
    settles.  A `thing` names no trouble: "no network" denies nothing, "it is not the network" does.
    """

    id: str
    kind: SignKind
    text: LocalizedText
    says: tuple[str, ...]
    leaning: Leaning
    asks: tuple[str, ...] = ()
    answers: tuple[str, str] | None = None
    stop: str = ""
    request: str = ""
    thing: bool = False
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
    text: LocalizedText


class QuestionKind(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something worth asking.

    `chances` holds, per answer, how often it is given under each failure mode.  `seconds` is what
    it costs to find out.  A number is put into an answer by `bounds` (below the first bound is the
    first answer).  It is asked only while one of `about` is still in play (all classes if empty).
    `heard` is `chances` with room for an answer that is simply wrong (`SLIP`).  `stops` are the
    answers that are a hard stop, with its id; `does` is what finding out makes somebody do.  A
    `general` one is asked of anything, and less readily once a clear symptom was told.
    """

    id: str
    kind: QuestionKind
    text: LocalizedText
    why: LocalizedText
    answers: tuple[Answer, ...]
    chances: Mapping[str, Mapping[str, float]]
    seconds: int
    about: frozenset[FaultClass] = frozenset()
    bounds: tuple[float, ...] = ()
    stops: Mapping[str, str] = field(default_factory=dict)
    does: frozenset[Act] = EVERYTHING
    general: bool = False
    source: str = ""
    heard: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def answer(self, answer_id: str) -> Answer | None:
        """The answer with this id."""
        return next((answer for answer in self.answers if answer.id == answer_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A step that may put it right, what it costs, and which causes it mends.

    `fixes` holds the chance that the step ends the trouble when that cause is the case.  `does` is
    what it makes somebody do; after a hard stop only what `allowed_after_stop` is proposed, and
    what names stops in `only_after` not before one of them.  An `instruction` (isolating,
    reporting, comparing) is carried out or not; whether that ended the trouble is no question.
    """

    id: str
    text: LocalizedText
    minutes: int
    tools: tuple[LocalizedText, ...]
    fixes: Mapping[str, float]
    after: tuple[str, ...] = ()
    allowed_after_stop: bool = False
    only_after: tuple[str, ...] = ()
    does: frozenset[Act] = EVERYTHING
    source: str = ""
    instruction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassNote:
    """What belongs to a fault class as a whole."""

    fault_class: FaultClass
    share: float
    meaning: LocalizedText
    say: LocalizedText
    contact: ContactRole
    visit: bool
    source: str


@dataclass(frozen=True, slots=True)
class ContactGuide:
    """What to have ready before calling somebody, as labels of facts, and what to ask for."""

    role: ContactRole
    ready: tuple[str, ...]
    ask: LocalizedText
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """What the register or the history knows of a terminal; nobody can do what it `rules_out`, each
    act with the modes that, when told, show it is out of date, as do words of `unlike`."""

    id: str
    text: LocalizedText
    leaning: Leaning
    answers: tuple[str, str] | None = None
    source: str = ""
    rules_out: Mapping[Act, frozenset[str]] = field(default_factory=dict)
    unlike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry comes from."""

    id: str
    kind: str
    text: LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Denials:
    """Words that say whether something is so.

    Before it: `explicit` deny anything ("it is not the"), `absences` what would be a trouble ("no",
    "没有"), reaching over `bridges` ("任何", "sign of") and, by `joints` ("or"), to what is listed
    with it.  Behind it: `gone` deny ("已排除"), `none` only as the last word, `affirmations` say
    that it is in order unless one of `turns` leads to another subject.  `questions` before it,
    `askings` behind it, `asking_first` at the head of a clause and `worries` leave it open;
    `open_questions` ("why", "怎么办") take it for granted.
    """

    explicit: tuple[str, ...] = ()
    absences: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    joints: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    affirmations: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    askings: tuple[str, ...] = ()
    asking_first: tuple[str, ...] = ()
    worries: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How texts are folded before they are compared, and the words that stand for one idea.

    No phrase is cut out of ordinary `words` ("没收" out of "没收到").  `fillers` say nothing,
    `nouns` are bare names, `additions` ("also") tell of something more.  `code_before` and
    `code_after` make a number beside them a code, `units` after it an amount."""

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    denials: Denials = field(default_factory=Denials)
    words: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    traditional: Mapping[int, str] = field(default_factory=dict)
    code_before: tuple[str, ...] = ()
    code_after: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    additions: tuple[str, ...] = ()
