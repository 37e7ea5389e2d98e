"""How far the exchange is: what waits here, and what is known of every other computer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.exchange import contacts
from app.exchange.contacts import MOST_AHEAD, Contact
from app.exchange.reading import READ, readable_sides
from app.exchange.stations import Station
from app.services import Services
from app.services.core import log_reading, operation_log
from app.services.core.log_reading import ChainEnd
from app.services.core.rights import current
from db.models.exchange import StationRow
from db.stations import STATION


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherComputer:
    """What is known of another computer.

    All its operations up to the number `last_seq` are here; `missing` is the range of those missing
    before later ones.  `last_contact` is when a package of it was last taken in.  `complete_until`
    is when it made the package up to which all it did is here, by its own clock: whoever sets that
    back does later work under an earlier time, but never under a lower number.  `to_get` is how
    many operations of others it does not have yet, as far as it told; None when it never did.
    `clock_ahead` is how far its clock was ahead of ours (zero unless it is wrong).  `revoked_at` is
    None as long as it is trusted, or for one that never was."""

    station: str
    name: str
    last_seq: int
    missing: tuple[int, int] | None
    last_contact: datetime | None
    complete_until: datetime | None
    to_get: int | None = None
    clock_ahead: timedelta = timedelta()
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeStatus:
    """`waiting` are the own operations the office has not placed in its order, `waiting_since` the
    earliest moment of one: the office has everything done here before, by the clock of this
    computer.  It has all up to the number `office_has`, and that is true whatever the clocks say.

    `everything_until` is the moment until which everything is in the office.  On a laptop
    everything done there before it, by its clock; None as long as it belongs to no office.  In the
    office: of every other computer that is not revoked everything up to a package it made at this
    moment by its clock, or later; None when of one of them nothing is known."""

    office: bool
    waiting: int
    waiting_since: datetime | None
    office_has: int
    devices: tuple[OtherComputer, ...]
    everything_until: datetime | None


def status(services: Services) -> ExchangeStatus:
    """How far the exchange is."""
    with services.context.read() as session:
        office = operation_log.fact(session, operation_log.OFFICE) is not None
        own = operation_log.fact(session, STATION) or ""
        waiting = log_reading.waiting(session, own)
        known = {one.station: one for one in contacts.all_contacts(session)}
        chains = log_reading.stations_in(session)
        office_has = log_reading.placed_until(session, own)
        now = services.context.now()
        lacking = {
            one.station: log_reading.others_after(session, one.acknowledged, one.station)
            for one in known.values()
            if office
        }
    others = sorted((set(known) | set(chains)) - {own})
    devices = tuple(
        _device(one, known.get(one), chains.get(one, ChainEnd()), lacking.get(one))
        for one in others
    )
    return ExchangeStatus(
        office=office,
        waiting=waiting.amount,
        waiting_since=waiting.since,
        office_has=office_has,
        devices=tuple(sorted(devices, key=lambda one: (one.name, one.station))),
        everything_until=_barrier(devices, now) if office else waiting.since or now,
    )


def with_trusted(
    found: ExchangeStatus, trusted: Sequence[Station], now: datetime
) -> ExchangeStatus:
    """With the computers under the names they are known by here, those trusted that never sent
    anything, and those revoked marked as such: nothing more is waited for from them."""
    known = {one.key.station: one for one in trusted}
    heard = [
        replace(one, name=known[one.station].name, revoked_at=known[one.station].revoked_at)
        if one.station in known
        else replace(one, name=one.name or one.station)
        for one in found.devices
    ]
    silent = known.keys() - {one.station for one in heard}
    unheard = [_never_heard(known[key]) for key in silent if known[key].revoked_at is None]
    devices = (*heard, *sorted(unheard, key=lambda one: (one.name, one.station)))
    if found.office:
        return replace(found, devices=devices, everything_until=_barrier(devices, now))
    home = any(one.is_office and one.revoked_at is None for one in trusted)
    return replace(
        found, devices=devices, everything_until=found.everything_until if home else None
    )


def only_home(found: ExchangeStatus, trusted: Sequence[Station]) -> ExchangeStatus:
    """What everybody may read: what waits here, and of other computers the office of this one."""
    home = {one.key.station for one in trusted if one.is_office}
    devices = tuple(one for one in found.devices if one.station in home)
    until = None if found.office else found.everything_until
    return replace(found, devices=devices, everything_until=until)


def _barrier(devices: Sequence[OtherComputer], now: datetime) -> datetime | None:
    """Until when everything of others is in the office; what is done there is there at once."""
    moments = [one.complete_until for one in devices if one.revoked_at is None]
    return None if None in moments else min((m for m in moments if m), default=now)


def _never_heard(one: Station) -> OtherComputer:
    return OtherComputer(
        station=one.key.station,
        name=one.name,
        last_seq=0,
        missing=None,
        last_contact=None,
        complete_until=None,
    )


def waiting_here(services: Services) -> int:
    """How many own operations the office has not placed in its order."""
    with services.context.read() as session:
        own = operation_log.fact(session, STATION) or ""
        return log_reading.waiting(session, own).amount


@dataclass(frozen=True, slots=True)
class ToDo:
    """What the exchange asks of the person: operations of this computer the office lacks (0 where
    there is no office), what waits for a decision, and in the office the names of computers nothing
    came from for long."""

    waiting: int
    undecided: int
    silent: tuple[str, ...] = ()


def to_do(services: Services, silent_after: timedelta) -> ToDo:
    """What the exchange asks of the person; a computer is silent when the last package of it was
    taken in longer ago than `silent_after`, or none since it is trusted.  Nothing is asked of
    nobody, and of those who may not read it nothing about others."""
    standing = current(services.context)
    if standing.refusal(READ, own=True) is not None:
        return ToDo(0, 0)
    with services.context.read() as session:
        laptop = operation_log.fact(session, operation_log.OFFICE) is None and bool(
            session.execute(
                sa.select(sa.func.count()).where(
                    col(StationRow.role) == "office", col(StationRow.revoked_at).is_(None)
                )
            ).scalar()
        )
        own = operation_log.fact(session, STATION) or ""
        waiting = log_reading.waiting(session, own).amount if laptop and own else 0
        office = operation_log.fact(session, operation_log.OFFICE) is not None
        late = services.context.now() - silent_after
        silent = _silent(session, late) if office and not standing.asks_whose(READ) else ()
    return ToDo(waiting, len(readable_sides(services)), silent)


def _silent(session: Session, late: datetime) -> tuple[str, ...]:
    heard = {one.station: one.at for one in contacts.all_contacts(session)}
    trusted = session.execute(
        sa.select(StationRow).where(
            col(StationRow.role) != "office", col(StationRow.revoked_at).is_(None)
        )
    ).scalars()
    return tuple(sorted(one.name for one in trusted if heard.get(one.id, one.trusted_at) < late))


def _device(
    station: str, contact: Contact | None, chain: ChainEnd, to_get: int | None
) -> OtherComputer:
    if contact is None:
        return OtherComputer(
            station=station,
            name="",
            last_seq=chain.seq,
            missing=None,
            last_contact=None,
            complete_until=None,
        )
    ahead = contact.made_at - contact.at
    return OtherComputer(
        station=station,
        name=contact.name,
        last_seq=chain.seq,
        missing=contact.missing,
        last_contact=contact.at,
        complete_until=contact.complete_until,
        to_get=to_get,
        clock_ahead=ahead if ahead > MOST_AHEAD else timedelta(),
    )
