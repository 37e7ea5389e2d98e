"""Tells a scanner from a person by how fast keys follow one another.

A USB scanner is a keyboard that types within milliseconds and ends with Enter.  Keys are held until
it is clear who typed them, so that a scanned number never presses what single keys mean; what a
person typed is let go in its order.  Only the moments of the keys decide: a window that was busy
gets them late, and they are a scan all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

GAP = 40
"""Milliseconds at most between two keys of a scanner: they need 1 to 20, fast typists 60 and more,
two keys rolled over each other 30."""
LEAST = 6
"""Characters at least: no serial number or TID is shorter."""

Key = TypeVar("Key")
"""Whatever stands for a key press."""


@dataclass(slots=True)
class KeyBurst(Generic[Key]):
    """Keys that are held; moments are milliseconds of one clock."""

    held: list[Key] = field(default_factory=list)
    run: str = ""
    """The characters that followed one another quickly, also those that were let go meanwhile."""
    last: int = 0

    def press(self, text: str, key: Key, at: int) -> list[Key]:
        """A character was typed; returns the keys that turned out to be a person's."""
        typed: list[Key] = []
        if self.run and at - self.last > GAP:
            typed = self.forget()
        self.held.append(key)
        self.run += text
        self.last = at
        return typed

    def is_scan(self, at: int) -> bool:
        """Whether Enter at that moment ends a scan."""
        return len(self.run) >= LEAST and at - self.last <= GAP

    def enter(self, at: int) -> str:
        """Enter was pressed; returns what was scanned, empty when a person pressed it: then what
        is held is to be released before."""
        if not self.is_scan(at):
            return ""
        scanned = self.run
        self.forget()
        return scanned

    def release(self) -> list[Key]:
        """The keys that were held: nobody waits for them any longer."""
        released, self.held = self.held, []
        return released

    def forget(self) -> list[Key]:
        """The keys that were held, a person's after all: what follows begins anew."""
        self.run = ""
        return self.release()
