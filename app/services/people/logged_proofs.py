"""Notes in the log of a server what people sign in with, so that a check can tell.

Many computers change the passwords of one server, so what one of them remembers would not be all.
Each change appends an operation with what is known of the new hash (`known_proofs`), in the same
transaction; seats cannot take it back (`db.server_rights`).  Whoever owns the tables can change a
row, but not without an entry that everybody sees in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlmodel import Session

from app.domain.errors import NotPermitted
from app.services.core import log_reading
from app.services.core.context import ServiceContext
from app.services.core.operations import append_done, operation
from app.services.people.known_proofs import (
    NOTHING,
    Digests,
    Shown,
    codes_altered,
    digest,
    digests_in,
    may_be_known,
)

NOTED = "technician.sign_in_noted"
"""The kind of operation that says what somebody signs in with from now on."""


@operation(NOTED)
def _noted(place: ServiceContext, technician_id: str, digests: dict[str, str]) -> None:
    """Changes nothing: passwords stay where they are set.  `digests` are those of the parts that
    were changed.  Raises `NotPermitted` for what another computer says."""
    if place.judged:
        raise NotPermitted("permission.only_here", NOTED, ())
    with place.write() as unit:
        unit.touched("technician", [technician_id])


class LoggedProofs:
    """What the log knows of the people of one server."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def expect(
        self, technician_id: str, given: Mapping[str, bytes], shown: Shown
    ) -> Callable[[Session], None]:
        """As in `KnownProofs`."""
        with self._context.read() as session:
            people, there = _known(session), digests_in(session)
        if not may_be_known(people, there, technician_id, shown):
            return _nothing
        digests = {part: digest(proof) for part, proof in given.items()}

        def note(session: Session) -> None:
            append_done(
                _noted, self._context, session, technician_id=technician_id, digests=digests
            )

        return note

    def settle(self, technician_id: str, given: Mapping[str, bytes]) -> None:
        """The transaction said it."""

    def altered(self) -> list[str] | None:
        """As in `KnownProofs`."""
        with self._context.read() as session:
            return codes_altered(session, _known(session))


def _nothing(_session: Session) -> None:
    """What a password that was put in let somebody do is not noted."""


def _known(session: Session) -> dict[str, Digests]:
    people: dict[str, Digests] = {}
    for one in log_reading.applied_of_kind(session, NOTED):
        changed = {part: (known,) for part, known in one.payload["digests"].items()}
        people[one.subject_id] = {**people.get(one.subject_id, NOTHING), **changed}
    return people
