"""Knows what people sign in with from outside the database, so that a check can tell.

No operation of the log tells of a password, so rebuilding the database does not show that somebody
put another into the file.  Of each person the SHA-256 of each hash is remembered, which proves
nothing to anybody; both the old and the new one while they are exchanged, for a program can die in
between.  What is changed with a password or code that was put in is not remembered, so whoever got
in that way cannot hide it.  A server's are not remembered: many computers change them.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import Session, col

from app.services.core import log_reading, operation_log
from app.services.core.context import ServiceContext
from app.services.core.log_beginning import RESTORED_COPY
from app.services.core.outside_memory import OutsideMemory
from db.models.people import CredentialRow
from db.models.register import TechnicianRow
from db.stations import STATION

PARTS = ("password", "pin", "code")
_lock = threading.Lock()
Digests = dict[str, list[str]]
"""What each part may be."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The kept hash that let somebody make a change: whose, and of which of `PARTS`; empty where
    nobody has to sign in."""

    technician_id: str
    part: str
    proof: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Remembered:
    """Of which station, how often a copy of it was put back, and of whom what: what was given after
    that copy was made is not in it."""

    station: str
    restored: int
    people: dict[str, Digests]


class KeptProofs:
    """What is remembered of the people of one database; nothing on a server, or where `memory`
    remembers nothing."""

    def __init__(self, context: ServiceContext, memory: OutsideMemory | None = None) -> None:
        self._context = context
        self._memory = (memory or OutsideMemory()) if context.database.path else OutsideMemory()

    def expect(self, technician_id: str, given: Mapping[str, bytes], shown: Shown) -> None:
        """Somebody will sign in with these hashes, by part, or those until now: to be said before
        they are kept."""
        if self._memory.forgets:
            return
        with _lock:
            with self._context.read() as session:
                known, there = self._recalled(session), _digests(session)
            people = known.people or {
                key: {part: [one] for part, one in parts.items()} for key, parts in there.items()
            }
            is_first = not people.keys() | there.keys()
            allowed = _of(people, shown.technician_id).get(shown.part, ())
            was_put_in = technician_id in there and technician_id not in people
            if was_put_in or not (is_first or _digest(shown.proof) in allowed):
                return
            parts = people.setdefault(technician_id, {part: [_digest(b"")] for part in PARTS})
            for part, proof in given.items():
                parts[part] = [*parts[part], _digest(proof)]
            self._keep(known, people)

    def settle(self, technician_id: str, given: Mapping[str, bytes]) -> None:
        """They are kept now, and those before count no longer."""
        if self._memory.forgets:
            return
        with _lock:
            with self._context.read() as session:
                known = self._recalled(session)
            parts = _of(known.people, technician_id)
            for part, proof in given.items():
                if _digest(proof) in parts.get(part, ()):
                    parts[part] = [_digest(proof)]
            self._keep(known, known.people)

    def altered(self) -> list[str] | None:
        """The codes of those whose password, PIN or one-time code is not what was given here, or is
        gone; None where nothing is remembered."""
        with self._context.read() as session:
            people = self._recalled(session).people
            if not people:
                return None
            there = _digests(session)
            # What was never given here may be a row that somebody put in.
            wrong = {
                key
                for key in people.keys() | there.keys()
                if key not in there or not _is_known(there[key], _of(people, key))
            }
            named = sa.select(col(TechnicianRow.code)).where(col(TechnicianRow.id).in_(wrong))
            return sorted(session.execute(named).scalars())

    def _recalled(self, session: Session) -> _Remembered:
        station = str(operation_log.fact(session, STATION) or "")
        restored = len(log_reading.keys_of_kind(session, RESTORED_COPY))
        found = self._memory.recall(station)
        people = found.get("people") if found.get("restored") == restored else None
        return _Remembered(station, restored, people if isinstance(people, dict) else {})

    def _keep(self, known: _Remembered, people: Mapping[str, Digests]) -> None:
        fact = {"people": people, "restored": known.restored}
        self._memory.keep(known.station, fact)


def _of(people: Mapping[str, Digests], technician_id: str) -> Digests:
    return people.get(technician_id, {})


def _digest(proof: bytes) -> str:
    return hashlib.sha256(proof).hexdigest()


def _is_known(parts: Mapping[str, str], known: Digests) -> bool:
    return all(one in known.get(part, ()) for part, one in parts.items())


def _digests(session: Session) -> dict[str, dict[str, str]]:
    rows = session.execute(sa.select(CredentialRow)).scalars()
    return {
        row.technician_id: {part: _digest(getattr(row, part)) for part in PARTS} for row in rows
    }
