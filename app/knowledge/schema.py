"""The file format of the fault catalogue: what an entry may say, strictly.

Unknown keys are refused, so that a typing error in a file is found and not ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

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


class BilingualEntry(StrictEntry):
    """A text in both languages."""

    zh: Sentence
    en: Sentence


class SourceEntry(BilingualEntry):
    """Where entries come from."""

    kind: Literal["article", "published", "own"]


class RemedyEntry(BilingualEntry):
    """What puts it right."""

    source: Id


class CauseEntry(BilingualEntry):
    """Why."""

    share: Literal["often", "sometimes", "rare"] = "sometimes"
    item: bool = False
    remedies: Annotated[list[Id], Field(min_length=1)]
    source: Id


class ClassEntry(StrictEntry):
    """A fault class as a whole."""

    share: Annotated[float, Field(gt=0, le=100)]
    contact: ContactRole
    visit: bool
    meaning: BilingualEntry
    say: BilingualEntry
    source: Id


class ModeEntry(BilingualEntry):
    """How it shows."""

    fault_class: Annotated[FaultClass, Field(alias="class")]
    share: Literal["often", "sometimes", "rare"] = "sometimes"
    causes: Annotated[list[Id], Field(min_length=1)]
    say: BilingualEntry | None = None
    contact: ContactRole | None = None
    source: Id


class ProfileEntry(BilingualEntry):
    """A platform of codes."""

    acquirers: list[Sentence] = []
    models: list[Sentence] = []
    general: bool = False
    source: Id


class CodeEntry(BilingualEntry):
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
    note: BilingualEntry | None = None
    source: Id


class Settles(StrictEntry):
    """The answer of a question that a sign or circumstance already gives."""

    question: Id
    answer: Id


class StopEntry(BilingualEntry):
    """A hard stop."""

    kind: StopKind
    do: BilingualEntry
    tell: BilingualEntry
    log: BilingualEntry
    contacts: Annotated[list[ContactRole], Field(min_length=1)]
    confirm: Id
    rules_out: Annotated[list[Act], Field(min_length=1)]
    source: Id


class SignEntry(BilingualEntry):
    """A message, symptom or circumstance and the ways it is written."""

    kind: SignKind
    says: Annotated[list[Sentence], Field(min_length=1)]
    points: Points = {}
    against: Points = {}
    doubt: Doubt = Doubt.FAIR
    answers: Settles | None = None
    stop: Id | Literal[""] = ""
    thing: bool = False
    unknown_result: bool = False
    source: Id


class AnswerEntry(BilingualEntry):
    """One answer and how often it is given: per class, with exceptions per mode."""

    usual: Level = Level.HALF
    when: Chances = {}


class QuestionEntry(BilingualEntry):
    """Something worth asking.  A yes/no question needs only `yes`; its `no` is the rest."""

    kind: QuestionKind
    why: BilingualEntry
    seconds: Annotated[int, Field(ge=1, le=3600)]
    about: list[FaultClass] = []
    yes: Chances = {}
    usual: Level = Level.HALF
    answers: dict[Id, AnswerEntry] = {}
    bounds: list[float] = []
    stops: dict[Id, Id] = {}
    does: list[Act] | None = None
    source: Id


class CheckEntry(BilingualEntry):
    """A step that may put it right."""

    minutes: Annotated[int, Field(ge=1, le=600)]
    tools: list[BilingualEntry] = []
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
    ask: BilingualEntry
    source: Id


class CircumstanceEntry(BilingualEntry):
    """What the register or the history knows."""

    points: Points = {}
    against: Points = {}
    doubt: Doubt = Doubt.VAGUE
    answers: Settles | None = None
    source: Id


class WordingEntry(StrictEntry):
    """How texts are folded, and groups of words that stand for one idea."""

    groups: dict[Id, list[Sentence]] = {}
    denials: dict[DenialList, list[Sentence]] = {}
    words: list[Sentence] = []
    fillers: list[Sentence] = []
    same: dict[str, str] = {}
    traditional: str = ""
    code_before: list[str] = []
    code_after: list[str] = []
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
    sign: dict[Id, SignEntry] = {}
    question: dict[Id, QuestionEntry] = {}
    check: dict[Id, CheckEntry] = {}
    contact: dict[ContactRole, ContactEntry] = {}
    circumstance: dict[Id, CircumstanceEntry] = {}
    phrase: dict[Id, BilingualEntry] = {}
    wording: WordingEntry = WordingEntry()
