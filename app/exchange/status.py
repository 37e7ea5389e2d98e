"""How far the exchange is: what waits here, and what is known of every other computer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from app.exchange import contacts
from app.exchange.conflicts import listed
from app.exchange.contacts import Contact
from app.exchange.office import MOST_AHEAD
from app.services import Services
from app.services.core import log_reading, operation_log
from app.services.core.log_reading import ChainEnd
from db.models.exchange import StationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherComputer:
    """What is known of another computer: the number of its last operation here, the range of those
    missing before later ones, when a package of it was last taken in, the moment until which all
    it did is here, and how far its clock was ahead of ours (zero unless it is wrong)."""

    station: str
    name: str
    last_seq: int
    missing: tuple[int, int] | None
    last_contact: datetime | None
    complete_until: datetime | None
    clock_ahead: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeStatus:
    """`waiting` are the own operations the office has not placed in its order, `waiting_since` the
    moment of the first.  `everything_until` is the moment until which all that every known
    computer did is in this database; None when that cannot be said."""

    office: bool
    waiting: int
    waiting_since: datetime | None
    devices: tuple[OtherComputer, ...]
    everything_until: datetime | None


def status(services: Services) -> ExchangeStatus:
    """How far the exchange is."""
    with services.context.read() as session:
        office = operation_log.fact(session, operation_log.OFFICE) is not None
        own = operation_log.fact(session, operation_log.STATION) or ""
        waiting = log_reading.waiting(session, own)
        known = {one.station: one for one in contacts.all_contacts(session)}
        chains = log_reading.stations_in(session)
    others = sorted((set(known) | set(chains)) - {own})
    devices = tuple(_device(one, known.get(one), chains.get(one, ChainEnd())) for one in others)
    moments = [one.complete_until for one in devices]
    complete = None if not moments or None in moments else min(m for m in moments if m)
    return ExchangeStatus(
        office=office,
        waiting=waiting.amount,
        waiting_since=waiting.since,
        devices=tuple(sorted(devices, key=lambda one: (one.name, one.station))),
        everything_until=complete if office else None,
    )


@dataclass(frozen=True, slots=True)
class ToDo:
    """What the exchange asks of the person: operations of this computer the office lacks (0 where
    there is no office), and what waits for a decision."""

    waiting: int
    undecided: int


def to_do(services: Services) -> ToDo:
    """What the exchange asks of the person."""
    with services.context.read() as session:
        laptop = operation_log.fact(session, operation_log.OFFICE) is None and bool(
            session.execute(
                sa.select(sa.func.count()).where(
                    col(StationRow.role) == "office", col(StationRow.revoked_at).is_(None)
                )
            ).scalar()
        )
        own = operation_log.fact(session, operation_log.STATION) or ""
        waiting = log_reading.waiting(session, own).amount if laptop and own else 0
    return ToDo(waiting, len(listed(services)))


def _device(station: str, contact: Contact | None, chain: ChainEnd) -> OtherComputer:
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
        clock_ahead=ahead if ahead > MOST_AHEAD else timedelta(),
    )
