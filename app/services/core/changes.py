"""What a write changed, and who wants to know.

Every service call that writes announces a `Change` after its commit; screens that show such things
ask their service again.  Nothing is announced when a transaction fails.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """Kinds are domain words (``incident``, ``terminal`` …); `ids` the records touched, empty when
    too many to name; with `everything` nobody knows what changed."""

    kinds: frozenset[str]
    ids: frozenset[str] = frozenset()
    everything: bool = False

    def concerns(self, *kinds: str) -> bool:
        """Whether any of these kinds changed, or may have."""
        return self.everything or not self.kinds.isdisjoint(kinds)

    def as_notice(self, by: str, longest: int) -> str:
        """The change made by the seat `by` as a notice to others, of at most `longest` bytes: then
        without the records."""
        told = {"by": by, "kinds": sorted(self.kinds), "ids": sorted(self.ids)}
        notice = json.dumps(told)
        return notice if len(notice) <= longest else json.dumps({**told, "ids": []})


EVERYTHING = Change(frozenset(), everything=True)
"""Anything may have changed."""


@dataclass(frozen=True, slots=True)
class Touched:
    """The records an operation changed, by kind; `unnamed` are the kinds of which there were more
    than it named."""

    named: Mapping[str, frozenset[str]]
    unnamed: frozenset[str] = frozenset()

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind of record it changed."""
        return self.unnamed.union(self.named)


class DoneHere(dict[str, Touched]):
    """The latest operations done by this running program, by their keys, with what they changed."""

    def note(self, key: str, touched: Touched) -> None:
        """One more was done; the oldest is forgotten."""
        self[key] = touched
        while len(self) > MOST_DONE:
            del self[next(iter(self))]


MOST_DONE = 500


class ChangeFeed:
    """Plain callbacks, called on the thread that wrote."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Change], None]] = []
        self._lock = threading.Lock()

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call `listener` with every change from now on; returns how to stop."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def announce(self, change: Change) -> None:
        """Tell everybody."""
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(change)
