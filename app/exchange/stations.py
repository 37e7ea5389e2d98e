"""Whom this computer trusts: the stations whose packages it takes in and makes packages for.

Trust is each computer's own decision, so it is neither an operation nor part of what others get.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.domain.errors import InvalidInput, NotFound, as_problem
from app.domain.people.at_computers import PersonAtComputer
from app.domain.text import compact, line, required
from app.exchange.keys import PublicKey
from app.exchange.package import Role
from app.services.core import operation_log
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.judgement import everybody_named
from app.services.core.letters import check_letter
from app.services.core.rights import require
from db.models.exchange import StationPersonRow, StationRow
from db.models.register import TechnicianRow

ARRANGE = "exchange.arrange"
"""The right to decide with whom this computer exchanges."""
CARRY = "exchange.carry"
"""The right to write packages and to take them in."""
CHANGED = "exchange"
"""The kind of the change that is announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """Another computer.  `revoked_at` is None as long as it is trusted.  `people` are all who were
    ever named as working there."""

    key: PublicKey
    trusted_at: datetime
    revoked_at: datetime | None
    people: tuple[PersonAtComputer, ...] = ()

    @property
    def name(self) -> str:
        """What it is called here."""
        return self.key.name

    @property
    def is_office(self) -> bool:
        """Whether it is the office this computer belongs to."""
        return self.key.role == "office"

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of those who work there now; empty when nobody was ever named."""
        return tuple(sorted(one.code for one in self.people if one.until is None))


class Stations:
    """Use cases of trust."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def listed(self) -> tuple[Station, ...]:
        """Everybody ever trusted, by name; also those revoked."""
        with self._context.read() as session:
            rows = session.exec(select(StationRow).order_by(col(StationRow.name))).all()
            people = everybody_named(session)
            return tuple(_station(row, people.get(row.id, ())) for row in rows)

    def trust(
        self,
        key: PublicKey,
        *,
        office: bool = False,
        name: str = "",
        people: Iterable[str] | None = None,
    ) -> Station:
        """Take in packages of a computer from now on, under the `name` it gives itself or another
        one; with `office` it is the one this computer sends its work to.  A name that is taken is
        given a number.  `people` are named as by `name_people`; None leaves them as they are.

        Raises `InvalidInput`: ``exchange.own_key``, ``exchange.key_changed``,
        ``exchange.second_office``, ``exchange.is_the_office``,
        ``device.of_another``, those of `name_people`; `NotPermitted`.
        """
        require(self._context, ARRANGE)
        with as_problem("name"):
            wanted = required(line(name or key.name))
        with self._context.write_trust() as unit:
            session = unit.session
            if key.station == operation_log.station_of(session):
                raise InvalidInput.of("key", "exchange.own_key")
            if office:
                _check_only_office(session, key.station)
            _check_letter(session, key, self._context.device)
            row = session.get(StationRow, key.station)
            if row is None:
                row = StationRow(
                    id=key.station,
                    name=_free_name(session, wanted, key.station),
                    role="laptop",
                    signing=key.signing,
                    encryption=key.encryption,
                    trusted_at=unit.now,
                )
                session.add(row)
            elif row.revoked_at is None and row.signing != key.signing:
                raise InvalidInput.of("key", "exchange.key_changed", name=row.name)
            row.signing, row.encryption = key.signing, key.encryption
            row.letter = key.letter
            row.role = "office" if office else row.role
            if name:
                row.name = _free_name(session, wanted, key.station)
            row.trusted_at, row.revoked_at = unit.now, None
            session.flush()
            if people is not None:
                self._name(unit, row, people)
            unit.touched(CHANGED, [key.station])
            return _station(row, everybody_named(session).get(row.id, ()))

    def name_people(self, name: str, codes: Iterable[str]) -> Station:
        """Say who works at a computer: the office takes in work from there in the name of these
        people only (`app.domain.people.at_computers`).  Who is left out counts for what was done
        until now.  A code nobody has here yet may be named: its person comes with the package.

        Raises `NotFound`, `InvalidInput` (``exchange.people_of_office``,
        ``exchange.nobody_left``), `NotPermitted`.
        """
        require(self._context, ARRANGE)
        found = self.named(name)
        with self._context.write_trust() as unit:
            row = unit.session.get_one(StationRow, found.key.station)
            self._name(unit, row, codes)
            unit.touched(CHANGED, [row.id])
            return _station(row, everybody_named(unit.session).get(row.id, ()))

    def unknown_codes(self, station: Station) -> tuple[str, ...]:
        """The codes named for a computer that nobody has here."""
        with self._context.read() as session:
            return tuple(code for code in station.codes if code not in _ids_of(session))

    def _name(self, unit: UnitOfWork, row: StationRow, codes: Iterable[str]) -> None:
        wanted = set(filter(None, (compact(code).upper() for code in codes)))
        if row.role == "office" and wanted:
            raise InvalidInput.of("people", "exchange.people_of_office", name=row.name)
        query = select(StationPersonRow).where(col(StationPersonRow.station_id) == row.id)
        before = unit.session.exec(query).all()
        if before and not wanted:
            # With nobody named it would speak for every technician again.
            raise InvalidInput.of("people", "exchange.nobody_left", name=row.name)
        now = {one.code: one for one in before if one.until is None}
        known = _ids_of(unit.session)
        for code in now.keys() - wanted:
            now[code].until, now[code].ended_by = unit.now, self._context.actor
        for code in sorted(wanted - now.keys()):
            unit.session.add(
                StationPersonRow(
                    station_id=row.id,
                    code=code,
                    technician_id=known.get(code),
                    since=unit.now,
                    named_by=self._context.actor,
                )
            )
        unit.session.flush()

    def revoke(self, name: str) -> Station:
        """Trust a computer no longer: its packages are refused, and none is made for it.  What it
        sent before stays.  Raises `NotFound`, `InvalidInput`, `NotPermitted`."""
        require(self._context, ARRANGE)
        found = self.named(name)
        with self._context.write_trust() as unit:
            row = unit.session.get(StationRow, found.key.station)
            assert row is not None
            if row.revoked_at is None:
                row.revoked_at = unit.now
            unit.touched(CHANGED, [row.id])
            return _station(row, found.people)

    def named(self, name: str) -> Station:
        """The computer called so; a word of its name or its key will do when only one has it.

        Raises `NotFound`; `InvalidInput` (``exchange.name_unclear``).
        """
        wanted = " ".join(name.split()).casefold()
        everybody = self.listed()
        exact = [one for one in everybody if wanted in (one.name.casefold(), one.key.station)]
        partly = [one for one in everybody if wanted in one.name.casefold().split()]
        for found in (exact, [one for one in partly if one.revoked_at is None], partly):
            if len(found) == 1:
                return found[0]
            if found:
                names = ", ".join(one.name for one in found)
                raise InvalidInput.of("name", "exchange.name_unclear", value=name, names=names)
        raise NotFound("station", name)

    def office(self) -> Station | None:
        """The office this computer belongs to."""
        offices = (one for one in self.listed() if one.is_office and one.revoked_at is None)
        return next(offices, None)

    def sender(self, station: str, called: str) -> PublicKey:
        """The keys of a computer a package says it is from, which calls itself `called`.

        Raises `InvalidInput`: ``exchange.unknown_sender``, ``exchange.revoked``.
        """
        with self._context.read() as session:
            row = session.exec(select(StationRow).where(col(StationRow.id) == station)).first()
            if row is None:
                raise InvalidInput.of("file", "exchange.unknown_sender", name=called)
            if row.revoked_at is not None:
                raise InvalidInput.of(
                    "file", "exchange.revoked", name=row.name, since=row.revoked_at
                )
            return _station(row, ()).key


def _check_letter(session: Session, key: PublicKey, own: str) -> None:
    if key.letter == own:
        raise InvalidInput.of("key", "exchange.same_letter", device=own, name=key.name)
    check_letter(session, key.letter, key.station, "key")


def office_of(session: Session) -> StationRow | None:
    """The office this computer belongs to; there is never more than one."""
    offices = select(StationRow).where(
        col(StationRow.role) == "office", col(StationRow.revoked_at).is_(None)
    )
    return session.exec(offices).first()


def _check_only_office(session: Session, station: str) -> None:
    if operation_log.fact(session, operation_log.OFFICE) is not None:
        raise InvalidInput.of("office", "exchange.is_the_office")
    other = office_of(session)
    if other is not None and other.id != station:
        raise InvalidInput.of("office", "exchange.second_office", name=other.name)


def _free_name(session: Session, wanted: str, station: str) -> str:
    taken: Sequence[str] = (
        session.execute(sa.select(col(StationRow.name)).where(col(StationRow.id) != station))
        .scalars()
        .all()
    )
    names = itertools.chain([wanted], (f"{wanted} ({n})" for n in itertools.count(2)))
    return next(name for name in names if name not in taken)


def _ids_of(session: Session) -> dict[str, str]:
    """The keys of the people here by their codes."""
    query = sa.select(col(TechnicianRow.code), col(TechnicianRow.id))
    return {code: key for code, key in session.execute(query)}


def _station(row: StationRow, people: tuple[PersonAtComputer, ...]) -> Station:
    role = cast("Role", row.role)
    return Station(
        key=PublicKey(
            station=row.id,
            name=row.name,
            role=role,
            signing=row.signing,
            encryption=row.encryption,
            letter=row.letter,
        ),
        trusted_at=row.trusted_at,
        revoked_at=row.revoked_at,
        people=people,
    )
