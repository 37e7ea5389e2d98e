"""Whom this computer trusts: the stations whose packages it takes in and makes packages for.

Trust is each computer's own decision, so it is neither an operation nor part of what others get.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.domain.errors import InvalidInput, NotFound, as_problem
from app.domain.text import line, required
from app.exchange.keys import PublicKey
from app.exchange.package import Role
from app.services.core import operation_log
from app.services.core.context import ServiceContext
from app.services.core.letters import check_letter
from app.services.core.rights import require
from db.models.exchange import StationRow

ARRANGE = "exchange.arrange"
"""The right to decide with whom this computer exchanges."""
CHANGED = "exchange"
"""The kind of the change that is announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """Another computer.  `revoked_at` is None as long as it is trusted."""

    key: PublicKey
    trusted_at: datetime
    revoked_at: datetime | None

    @property
    def name(self) -> str:
        """What it is called here."""
        return self.key.name

    @property
    def is_office(self) -> bool:
        """Whether it is the office this computer belongs to."""
        return self.key.role == "office"


class Stations:
    """Use cases of trust."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def listed(self) -> tuple[Station, ...]:
        """Everybody ever trusted, by name; also those revoked."""
        with self._context.read() as session:
            rows = session.exec(select(StationRow).order_by(col(StationRow.name)))
            return tuple(_station(row) for row in rows)

    def trust(self, key: PublicKey, *, office: bool = False, name: str = "") -> Station:
        """Take in packages of a computer from now on, under the `name` it gives itself or another
        one; with `office` it is the one this computer sends its work to.  A name that is taken is
        given a number.

        Raises `InvalidInput`: ``exchange.own_key``, ``exchange.key_changed``,
        ``exchange.second_office``, ``exchange.is_the_office``,
        ``device.of_another``; `NotPermitted`.
        """
        require(self._context, ARRANGE)
        with as_problem("name"):
            wanted = required(line(name or key.name))
        with self._context.write_locally() as unit:
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
            unit.touched(CHANGED, [key.station])
            return _station(row)

    def revoke(self, name: str) -> Station:
        """Trust a computer no longer: its packages are refused, and none is made for it.  What it
        sent before stays.  Raises `NotFound`, `InvalidInput`, `NotPermitted`."""
        require(self._context, ARRANGE)
        found = self.named(name)
        with self._context.write_locally() as unit:
            row = unit.session.get(StationRow, found.key.station)
            assert row is not None
            if row.revoked_at is None:
                row.revoked_at = unit.now
            unit.touched(CHANGED, [row.id])
            return _station(row)

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
            return _station(row).key


def _check_letter(session: Session, key: PublicKey, own: str) -> None:
    if key.letter == own:
        raise InvalidInput.of("key", "exchange.same_letter", device=own, name=key.name)
    check_letter(session, key.letter, key.station, "key")


def _check_only_office(session: Session, station: str) -> None:
    if operation_log.fact(session, operation_log.OFFICE) is not None:
        raise InvalidInput.of("office", "exchange.is_the_office")
    other = session.exec(
        select(StationRow).where(
            col(StationRow.role) == "office",
            col(StationRow.revoked_at).is_(None),
            col(StationRow.id) != station,
        )
    ).first()
    if other is not None:
        raise InvalidInput.of("office", "exchange.second_office", name=other.name)


def _free_name(session: Session, wanted: str, station: str) -> str:
    taken: Sequence[str] = (
        session.execute(sa.select(col(StationRow.name)).where(col(StationRow.id) != station))
        .scalars()
        .all()
    )
    names = itertools.chain([wanted], (f"{wanted} ({n})" for n in itertools.count(2)))
    return next(name for name in names if name not in taken)


def _station(row: StationRow) -> Station:
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
    )
