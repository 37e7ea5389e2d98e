"""The file format of the fault catalogue: what an entry may say, strictly.

Unknown keys are refused, so that a typing error in a file is found and not ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.domain.diagnosis.catalogue import (
    Act,
    CodeAct,
    Doubt,
    Level,
    QuestionKind,
    SignKind,
    StopKind,
    Strength,
)
from app.domain.faults import ContactRole, FaultClass
from app.domain.register.terminal_actions import TerminalAction
from app.languages import LANGUAGES, LocalizedText

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=60)]
Points = dict[Id, Strength]
Chances = dict[Id, Level]


DenialList = Literal[
    "explicit",
    "absences",
    "bridges",
    "joints",
    "gone",
    "none",
    "affirmations",
    "turns",
    "questions",
    "askings",
    "asking_first",
    "worries",
    "open_questions",
]


class StrictEntry(BaseModel):
    """What all entries share: nothing unknown, nothing changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LocalizedEntry(StrictEntry):
    """A text in Chinese and English; further languages of `LANGUAGES` as they are translated."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Sentence]

    zh: Sentence
    en: Sentence

    @model_validator(mode="after")
    def _knows_its_keys(self) -> LocalizedEntry:
        unknown = sorted(self.__pydantic_extra__.keys() - LANGUAGES.keys())
        if unknown:
            raise ValueError(f"{unknown[0]}: Extra inputs are not permitted")
        return self

    @property
    def localized(self) -> LocalizedText:
        """The text as the program uses it."""
        return LocalizedText(self.zh, self.en, **self.__pydantic_extra__)


class SourceEntry(LocalizedEntry):
    """A source that entries cite."""

    kind: Literal["article", "published", "own"]


class RemedyEntry(LocalizedEntry):
    """A remedy: what puts a cause right."""

    source: Id


class CauseEntry(LocalizedEntry):
    """A cause of a failure mode."""

    share: Literal["often", "sometimes", "rare"] = "sometimes"
    item: bool = False
    stop: Id | Literal[""] = ""
    remedies: Annotated[list[Id], Field(min_length=1)]
    source: Id


class ClassEntry(StrictEntry):
    """A fault class as a whole."""

    share: Annotated[float, Field(gt=0, le=100)]
    contact: ContactRole
    visit: bool
    meaning: LocalizedEntry
    say: LocalizedEntry
    source: Id


class ModeEntry(LocalizedEntry):
    """A failure mode: how a fault shows."""

    fault_class: Annotated[FaultClass, Field(alias="class")]
    share: Literal["often", "sometimes", "rare"] = "sometimes"
    causes: Annotated[list[Id], Field(min_length=1)]
    proof: list[Id] = []
    say: LocalizedEntry | None = None
    contact: ContactRole | None = None
    source: Id


class ProfileEntry(LocalizedEntry):
    """A table of response codes, as one platform or maker uses them."""

    acquirers: list[Sentence] = []
    models: list[Sentence] = []
    called: list[Sentence] = []
    general: bool = False
    source: Id


class CodeEntry(LocalizedEntry):
    """One meaning of a code."""

    profile: Id
    code: Annotated[str, StringConstraints(pattern=r"^-?[0-9A-Z]{2,5}$")]
    act: CodeAct
    handling: Literal["", "A", "B", "C", "D", "E"] = ""
    points: Points = {}
    doubt: Doubt
    contacts: list[ContactRole] = []
    confidence: Literal["H", "M", "L"]
    unknown_result: bool = False
    note: LocalizedEntry | None = None
    source: Id


class Settles(StrictEntry):
    """The answer of a question that a sign or circumstance already gives."""

    question: Id
    answer: Id


class StopEntry(LocalizedEntry):
    """A hard stop."""

    kind: StopKind
    do: LocalizedEntry
    say: LocalizedEntry
    tell: LocalizedEntry
    log: LocalizedEntry
    contacts: Annotated[list[ContactRole], Field(min_length=1)]
    confirm: Id
    rules_out: Annotated[list[Act], Field(min_length=1)]
    source: Id


class RequestEntry(LocalizedEntry):
    """A business request."""

    say: LocalizedEntry
    steps: Annotated[list[LocalizedEntry], Field(min_length=1)]
    contacts: Annotated[list[ContactRole], Field(min_length=1)]
    change: TerminalAction | None = None
    mode: Id
    source: Id


class SignEntry(LocalizedEntry):
    """A message, symptom or circumstance and the ways it is written."""

    kind: SignKind
    says: Annotated[list[Sentence], Field(min_length=1)]
    asks: list[Sentence] = []
    points: Points = {}
    against: Points = {}
    doubt: Doubt = Doubt.FAIR
    answers: Settles | None = None
    stop: Id | Literal[""] = ""
    request: Id | Literal[""] = ""
    thing: bool = False
    unknown_result: bool = False
    source: Id


class AnswerEntry(LocalizedEntry):
    """One answer and how often it is given: per class, with exceptions per mode."""

    usual: Level = Level.HALF
    when: Chances = {}


class QuestionEntry(LocalizedEntry):
    """Something worth asking.  A yes/no question needs only `yes`; its `no` is the rest."""

    kind: QuestionKind
    why: LocalizedEntry
    seconds: Annotated[int, Field(ge=1, le=3600)]
    about: list[FaultClass] = []
    yes: Chances = {}
    usual: Level = Level.HALF
    answers: dict[Id, AnswerEntry] = {}
    bounds: list[float] = []
    stops: dict[Id, Id] = {}
    general: bool = False
    does: list[Act] | None = None
    source: Id


class CheckEntry(LocalizedEntry):
    """A step that may put it right."""

    minutes: Annotated[int, Field(ge=1, le=600)]
    tools: list[LocalizedEntry] = []
    fixes: Chances
    after: list[Id] = []
    allowed_after_stop: bool = False
    only_after: list[Id] = []
    instruction: bool = False
    does: list[Act] | None = None
    source: Id


class ContactEntry(StrictEntry):
    """What to have ready for a call."""

    ready: Annotated[list[Id], Field(min_length=1)]
    ask: LocalizedEntry
    source: Id


class CircumstanceEntry(LocalizedEntry):
    """A fact of the register or the history that speaks for or against modes."""

    points: Points = {}
    against: Points = {}
    doubt: Doubt = Doubt.VAGUE
    answers: Settles | None = None
    rules_out: dict[Act, list[Id]] = {}
    unlike: list[Sentence] = []
    source: Id


class WordingEntry(StrictEntry):
    """How texts are folded, and groups of words that stand for one idea."""

    groups: dict[Id, list[Sentence]] = {}
    denials: dict[DenialList, list[Sentence]] = {}
    words: list[Sentence] = []
    fillers: list[Sentence] = []
    nouns: list[Sentence] = []
    same: dict[str, str] = {}
    traditional: str = ""
    code_before: list[str] = []
    code_after: list[str] = []
    additions: list[str] = []
    units: list[str] = []


class KnowledgeFile(StrictEntry):
    """One file: any sections, usually one."""

    source: dict[Id, SourceEntry] = {}
    remedy: dict[Id, RemedyEntry] = {}
    cause: dict[Id, CauseEntry] = {}
    classes: Annotated[dict[FaultClass, ClassEntry], Field(alias="class")] = {}
    mode: dict[Id, ModeEntry] = {}
    profile: dict[Id, ProfileEntry] = {}
    code: list[CodeEntry] = []
    stop: dict[Id, StopEntry] = {}
    request: dict[Id, RequestEntry] = {}
    sign: dict[Id, SignEntry] = {}
    question: dict[Id, QuestionEntry] = {}
    check: dict[Id, CheckEntry] = {}
    contact: dict[ContactRole, ContactEntry] = {}
    circumstance: dict[Id, CircumstanceEntry] = {}
    phrase: dict[Id, LocalizedEntry] = {}
    wording: WordingEntry = WordingEntry()
