"""How the office judges what another computer says was done: by its own roles and rights, and by
who works at that computer.  What the computer itself says of roles does not count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.operations.clock import reading_of
from app.domain.operations.operation import SETTLE, Operation
from app.domain.people.at_computers import PersonAtComputer, Speaker, why_silent
from app.domain.people.rights import OF_THE_PROGRAM, RIGHTS, Refusal, Standing
from app.domain.people.roles import Role, SignedIn
from app.services.core import log_reading
from app.services.core.ownership import is_own
from app.services.core.rights import is_guarded
from db.models.exchange import StationPersonRow
from db.models.register import TechnicianRow


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the operations of one computer are judged by: whether people sign in here, and who was
    ever named as working there.  Read once from the office's own database, for a copy of it to try
    a package on holds neither.  `first_heard` is the reading of the moment its first package
    arrived."""

    guarded: bool
    people: tuple[PersonAtComputer, ...]
    first_heard: int = 0

    def refusal(self, session: Session, operation: Operation) -> Refusal | None:
        """Why an operation waits for review instead of being applied; None when it is not for
        want of a right."""
        kind = operation.kind
        if kind not in RIGHTS or kind in OF_THE_PROGRAM:
            return None
        if not self.guarded and not self.people:
            return None
        person = _person(session, operation.actor)
        speaker = (
            Speaker(person.code, person.id, person.role) if person else Speaker(operation.actor)
        )
        after = 0
        if any(one.until for one in self.people):
            after = log_reading.clock_before(session, operation.station, operation.station_seq)
        silent = why_silent(
            self.people,
            speaker,
            clock=operation.clock,
            after=after,
            first_heard=self.first_heard,
            guarded=self.guarded,
        )
        if silent:
            return Refusal(silent, kind)
        if not self.guarded:
            return None
        return _by_role(session, person, operation)


def judgement_of(session: Session, station: str, first_heard: datetime | None) -> Judgement:
    """What the operations of a computer are judged by in this database; `first_heard` is when its
    first package arrived, None where nobody remembers."""
    heard = reading_of(first_heard) if first_heard is not None else 0
    return Judgement(is_guarded(session), people_at(session, station), heard)


def people_at(session: Session, station: str) -> tuple[PersonAtComputer, ...]:
    """Everybody ever named for a computer, in the order they were."""
    return everybody_named(session).get(station, ())


def everybody_named(session: Session) -> dict[str, tuple[PersonAtComputer, ...]]:
    """Everybody ever named for any computer, by its key, in the order they were."""
    rows = session.execute(
        sa.select(StationPersonRow).order_by(
            col(StationPersonRow.since), col(StationPersonRow.code)
        )
    ).scalars()
    found: dict[str, list[PersonAtComputer]] = {}
    for row in rows:
        found.setdefault(row.station_id, []).append(
            PersonAtComputer(
                code=row.code,
                technician_id=row.technician_id or "",
                since=row.since,
                named_by=row.named_by,
                until=row.until,
                ended_by=row.ended_by,
                ended=reading_of(row.until) if row.until else None,
            )
        )
    return {station: tuple(people) for station, people in found.items()}


def may_settle(session: Session, actor: str, about: Operation) -> Refusal | None:
    """Why the person with the code `actor` may not do again what `about` would have done; None
    when they may.  What each does for themselves only, the office settles for them."""
    if about.kind not in RIGHTS or not RIGHTS[about.kind].roles:
        return None
    person = _person(session, actor)
    return Standing(guarded=True, role=person.role if person else None).refusal(about.kind)


def _by_role(session: Session, person: SignedIn | None, operation: Operation) -> Refusal | None:
    kind, key = operation.kind, operation.subject_id
    if RIGHTS[kind].roles >= frozenset(Role):
        return None
    standing = Standing(guarded=True, role=person.role if person else None)
    asks = person is not None and bool(key) and standing.asks_whose(kind)
    own = asks and person is not None and is_own(session, person, kind, key)
    refused = standing.refusal(kind, own=own)
    if refused is None and kind == SETTLE:
        return _by_what_is_taken(session, operation)
    return refused


def _by_what_is_taken(session: Session, operation: Operation) -> Refusal | None:
    payload: Mapping[str, Any] = operation.payload
    if payload.get("how") != "take":
        return None
    wanted = str(payload.get("unsettled_id", "")).partition("/")[0]
    about = log_reading.operations_by_id(session, [wanted]).get(wanted)
    return None if about is None else may_settle(session, operation.actor, about)


def _person(session: Session, code: str) -> SignedIn | None:
    """Whoever has a code and works here."""
    query = sa.select(TechnicianRow).where(
        col(TechnicianRow.code) == code, col(TechnicianRow.active).is_(True)
    )
    row = session.execute(query).scalars().first()
    if row is None:
        return None
    return SignedIn(id=row.id, code=row.code, name=row.name, role=Role(row.role))
