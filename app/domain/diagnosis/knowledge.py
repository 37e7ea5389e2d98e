"""The fault catalogue as the program uses it: immutable, complete, with a hash of its content.

`app.knowledge` reads it from files; nothing else makes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.diagnosis.catalogue import (
    Check,
    Circumstance,
    ClassNote,
    Code,
    ContactGuide,
    Profile,
    Question,
    Sign,
    Source,
    Stop,
    Wording,
)
from app.domain.diagnosis.requests import BusinessRequest
from app.domain.diagnosis.word_weights import WordWeights
from app.domain.faults import ContactRole, FaultClass
from app.languages import LocalizedText

OTHER = "other"
"""The id that is always allowed as mode, cause or remedy, and then needs text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureMode:
    """How the trouble shows, within one fault class.

    `share` is how often it is met within its class; `say` (what to tell the merchant), `contact`
    and `proof` (the tests that show it is put right) are empty where the class's own are right.
    """

    id: str
    fault_class: FaultClass
    text: LocalizedText
    causes: tuple[str, ...]
    share: float = 1.0
    say: LocalizedText | None = None
    contact: ContactRole | None = None
    source: str = ""
    proof: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why.  `item_failure` marks a network cause that lies in the terminal itself; `stop` names the
    hard stop it is behind: while that holds the cause comes before harmless ones."""

    id: str
    text: LocalizedText
    remedies: tuple[str, ...]
    item_failure: bool = False
    stop: str = ""
    share: float = 1.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What puts it right."""

    id: str
    text: LocalizedText
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """The whole catalogue.  `unfit` names the entries of the house that no longer fit it and are
    left out."""

    hash: str
    modes: Mapping[str, FailureMode] = field(default_factory=dict)
    causes: Mapping[str, Cause] = field(default_factory=dict)
    remedies: Mapping[str, Remedy] = field(default_factory=dict)
    classes: Mapping[FaultClass, ClassNote] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    codes: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)
    stops: Mapping[str, Stop] = field(default_factory=dict)
    requests: Mapping[str, BusinessRequest] = field(default_factory=dict)
    signs: Mapping[str, Sign] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)
    contacts: Mapping[ContactRole, ContactGuide] = field(default_factory=dict)
    circumstances: Mapping[str, Circumstance] = field(default_factory=dict)
    phrases: Mapping[str, LocalizedText] = field(default_factory=dict)
    wording: Wording = field(default_factory=Wording)
    sources: Mapping[str, Source] = field(default_factory=dict)
    words: WordWeights | None = None
    unfit: tuple[str, ...] = ()

    # --- the tree ------------------------------------------------------------------------------

    def modes_of(self, fault_class: FaultClass) -> tuple[FailureMode, ...]:
        """The failure modes of a class."""
        return tuple(mode for mode in self.modes.values() if mode.fault_class is fault_class)

    def causes_of(self, mode: str) -> tuple[Cause, ...]:
        """The causes a mode may have."""
        found = self.modes.get(mode)
        return tuple(self.causes[cause] for cause in found.causes) if found else ()

    def remedies_of(self, cause: str) -> tuple[Remedy, ...]:
        """The remedies of a cause."""
        found = self.causes.get(cause)
        return tuple(self.remedies[remedy] for remedy in found.remedies) if found else ()

    def cause_is_item(self, cause: str) -> bool:
        """Whether the cause lies in the terminal itself."""
        found = self.causes.get(cause)
        return found is not None and found.item_failure

    def chain_problem(
        self, fault_class: FaultClass, mode: str, cause: str, remedy: str
    ) -> tuple[str, str] | None:
        """The first of mode, cause and remedy that does not belong to the one above it, as
        (field, code); None when the chain is sound.  Empty links and ``other`` fit anywhere."""
        if mode not in ("", OTHER) and mode not in {m.id for m in self.modes_of(fault_class)}:
            return "mode", "resolution.mode_foreign"
        if (
            cause not in ("", OTHER)
            and mode != OTHER
            and cause not in {c.id for c in self.causes_of(mode)}
        ):
            return "cause", "resolution.cause_foreign"
        if (
            remedy not in ("", OTHER)
            and cause not in ("", OTHER)
            and remedy not in {r.id for r in self.remedies_of(cause)}
        ):
            return "remedy", "resolution.remedy_foreign"
        return None

    # --- codes ---------------------------------------------------------------------------------

    def profile_for(self, acquirer: str, model: str) -> str:
        """The profile of a terminal by its model, else by its acquirer; empty when unknown."""
        for profile in self.profiles.values():
            if model and model in profile.models:
                return profile.id
        for profile in self.profiles.values():
            if acquirer and acquirer in profile.acquirers:
                return profile.id
        return ""

    def meanings(self, code: str, profile: str = "") -> tuple[Code, ...]:
        """What a code means: one meaning inside a known profile, all of them otherwise.

        A profile that does not define the code falls back to the general table, from which
        platforms differ only where they say so.
        """
        known = self.codes.get(code, ())
        inside = tuple(meaning for meaning in known if meaning.profile == profile)
        if inside or not profile:
            return inside or known
        general = tuple(m for m in known if self.profiles[m.profile].general)
        return general or known

    def text_of(self, phrase: str, **values: LocalizedText | str | int) -> LocalizedText:
        """A phrase of the catalogue with its placeholders filled, in every language."""
        return self.phrases[phrase].filled(values)
