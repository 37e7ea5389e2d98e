"""What a check of passwords compares: digests of the hashes people sign in with.

The SHA-256 of a hash with its own salt proves nothing to anybody, and lets nobody try passwords.
What is changed with a password or code that was put in is not taken for known, so whoever got in
that way cannot hide it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Session, col

from db.models.people import CredentialRow
from db.models.register import TechnicianRow

PARTS = ("password", "pin", "code")
Digests = Mapping[str, Sequence[str]]
"""What each of `PARTS` may be."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The kept hash that let somebody make a change: whose, and of which of `PARTS`; empty where
    nobody has to sign in."""

    technician_id: str
    part: str
    proof: bytes = field(repr=False)


class KnownProofs(Protocol):
    """What is known of the people of one database beside the rows that let them in."""

    def expect(
        self, technician_id: str, given: Mapping[str, bytes], shown: Shown
    ) -> Callable[[Session], None]:
        """Somebody will sign in with these hashes, by part, or those until now: to be said before
        they are kept.  What is returned is to be called in the transaction that keeps them."""

    def settle(self, technician_id: str, given: Mapping[str, bytes]) -> None:
        """They are kept now, and those before count no longer."""

    def altered(self) -> list[str] | None:
        """The codes of those whose password, PIN or one-time code is not what was given in the
        program, or is gone; None where nothing is known."""


def digest(proof: bytes) -> str:
    """What is known of a hash, in hexadecimal."""
    return hashlib.sha256(proof).hexdigest()


NOTHING: Digests = {part: (digest(b""),) for part in PARTS}
"""Of somebody who can sign in with nothing."""


def digests_in(session: Session) -> dict[str, dict[str, str]]:
    """What the rows hold, by the id of the technician and by part."""
    rows = session.execute(sa.select(CredentialRow)).scalars()
    return {row.technician_id: {part: digest(getattr(row, part)) for part in PARTS} for row in rows}


def may_be_known(
    people: Mapping[str, Digests], there: Iterable[str], technician_id: str, shown: Shown
) -> bool:
    """Whether a change is one that those known may make: the first of all, or by somebody who
    `shown` what is known.  `there` are those of whom there are rows."""
    rows = frozenset(there)
    if not people.keys() | rows:
        return True
    if technician_id in rows and technician_id not in people:
        return False
    return digest(shown.proof) in people.get(shown.technician_id, {}).get(shown.part, ())


def codes_altered(session: Session, people: Mapping[str, Digests]) -> list[str]:
    """The codes of those whose rows are not what is known of them."""
    there = digests_in(session)
    # What was never given in the program may be a row that somebody put in.
    wrong = {
        key
        for key in people.keys() | there.keys()
        if key not in there or not _is_known(there[key], people.get(key, {}))
    }
    named = sa.select(col(TechnicianRow.code)).where(col(TechnicianRow.id).in_(wrong))
    return sorted(session.execute(named).scalars())


def _is_known(parts: Mapping[str, str], known: Digests) -> bool:
    return all(one in known.get(part, ()) for part, one in parts.items())
