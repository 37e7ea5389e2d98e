"""Knows what people sign in with from outside the database, so that a check can tell.

No operation of the log of a file tells of a password, so rebuilding the database does not show that
somebody put another into it.  What is known of each hash (`known_proofs`) is remembered, both of
the old and the new one while they are exchanged, for a program can die in between.  A server's are
in its log (`logged_proofs`): many computers change them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from app.services.core import log_reading, operation_log
from app.services.core.context import ServiceContext
from app.services.core.log_beginning import RESTORED_COPY
from app.services.core.outside_memory import OutsideMemory
from app.services.people.known_proofs import (
    NOTHING,
    Shown,
    codes_altered,
    digest,
    digests_in,
    may_be_known,
)
from db.stations import STATION

_lock = threading.Lock()
_Lists = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Remembered:
    """Of which station, how often a copy of it was put back, and of whom what: what was given after
    that copy was made is not in it."""

    station: str
    restored: int
    people: dict[str, _Lists]


class KeptProofs:
    """What is remembered of the people of one database file; nothing where `memory` remembers
    nothing."""

    def __init__(self, context: ServiceContext, memory: OutsideMemory | None = None) -> None:
        self._context = context
        self._memory = memory or OutsideMemory()

    def expect(
        self, technician_id: str, given: Mapping[str, bytes], shown: Shown
    ) -> Callable[[Session], None]:
        """As in `KnownProofs`; both count until it is settled."""
        if not self._memory.forgets:
            self._expect(technician_id, given, shown)
        return _nothing_more

    def _expect(self, technician_id: str, given: Mapping[str, bytes], shown: Shown) -> None:
        with _lock:
            with self._context.read() as session:
                known, there = self._recalled(session), digests_in(session)
            people = known.people or {
                key: {part: [one] for part, one in parts.items()} for key, parts in there.items()
            }
            if not may_be_known(people, there, technician_id, shown):
                return
            parts = people.setdefault(technician_id, {part: [*NOTHING[part]] for part in NOTHING})
            for part, proof in given.items():
                parts[part] = [*parts[part], digest(proof)]
            self._keep(known, people)

    def settle(self, technician_id: str, given: Mapping[str, bytes]) -> None:
        """As in `KnownProofs`."""
        if self._memory.forgets:
            return
        with _lock:
            with self._context.read() as session:
                known = self._recalled(session)
            parts = known.people.get(technician_id, {})
            for part, proof in given.items():
                if digest(proof) in parts.get(part, ()):
                    parts[part] = [digest(proof)]
            self._keep(known, known.people)

    def altered(self) -> list[str] | None:
        """As in `KnownProofs`."""
        with self._context.read() as session:
            people = self._recalled(session).people
            return codes_altered(session, people) if people else None

    def _recalled(self, session: Session) -> _Remembered:
        station = str(operation_log.fact(session, STATION) or "")
        restored = len(log_reading.keys_of_kind(session, RESTORED_COPY))
        found = self._memory.recall(station)
        people = found.get("people") if found.get("restored") == restored else None
        return _Remembered(station, restored, people if isinstance(people, dict) else {})

    def _keep(self, known: _Remembered, people: Mapping[str, _Lists]) -> None:
        fact = {"people": people, "restored": known.restored}
        self._memory.keep(known.station, fact)


def _nothing_more(_session: Session) -> None:
    """All was said before."""
