"""The fault catalogue as the program uses it: immutable, complete, with a hash of its content.

`app.knowledge` reads it from files; nothing else makes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.faults import FaultClass, Text

OTHER = "other"
"""The id that is always allowed as mode, cause or remedy, and then needs text."""


@dataclass(frozen=True, slots=True)
class FailureMode:
    """How the trouble shows, within one fault class."""

    id: str
    fault_class: FaultClass
    text: Text
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why.  `item_failure` marks a network cause that lies in the terminal itself."""

    id: str
    text: Text
    remedies: tuple[str, ...]
    item_failure: bool = False


@dataclass(frozen=True, slots=True)
class Remedy:
    """What puts it right."""

    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The whole catalogue."""

    hash: str
    modes: Mapping[str, FailureMode] = field(default_factory=dict)
    causes: Mapping[str, Cause] = field(default_factory=dict)
    remedies: Mapping[str, Remedy] = field(default_factory=dict)

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
        if (cause not in ("", OTHER) and mode != OTHER
                and cause not in {c.id for c in self.causes_of(mode)}):  # fmt: skip
            return "cause", "resolution.cause_foreign"
        if (remedy not in ("", OTHER) and cause not in ("", OTHER)
                and remedy not in {r.id for r in self.remedies_of(cause)}):  # fmt: skip
            return "remedy", "resolution.remedy_foreign"
        return None
