"""What this computer remembers of its exchanges with each other one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.domain.errors import DamagedValue
from app.services.core.operation_log import fact, facts_under, keep_fact

_FACT = "contact:"
_MOMENTS = ("at", "made_at", "complete_until", "first_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The last package of a station, by the moment it was taken in (`at`) and made (`made_at`).

    `last_seq` is the number of its last operation here; `missing` is the range of its operations
    that are not, when it sent later ones.  `acknowledged` and `anchor` are as in its `Manifest`.
    `first_at` is when its first package was taken in, None where that was not remembered yet.
    """

    station: str
    name: str
    at: datetime
    made_at: datetime
    last_seq: int = 0
    missing: tuple[int, int] | None = None
    acknowledged: int = 0
    anchor: str = ""
    complete_until: datetime | None = None
    first_at: datetime | None = None


MOST_AHEAD = timedelta(minutes=10)
"""A package made later than this after now comes from a clock that is wrong: how far its sender's
work is here is not told by it, and what comes later is no older for it."""


def is_later(made_at: datetime, before: Contact, now: datetime) -> bool:
    """Whether a package that was made at a moment follows on the last one that was taken in."""
    return made_at >= before.made_at or before.made_at > now + MOST_AHEAD


def remember(session: Session, contact: Contact) -> None:
    """Keep the last contact with a station, and when the first one was."""
    before = contact_with(session, contact.station)
    values = asdict(replace(contact, first_at=before.first_at if before else contact.at))
    for name in _MOMENTS:
        moment = values[name]
        values[name] = moment.isoformat() if moment else None
    keep_fact(session, _FACT + contact.station, values)


def contact_with(session: Session, station: str) -> Contact | None:
    """The last contact with a station."""
    found = fact(session, _FACT + station)
    return _contact(found) if found else None


def all_contacts(session: Session) -> tuple[Contact, ...]:
    """The last contact with every station, by name."""
    found = [_contact(value) for value in facts_under(session, _FACT)]
    return tuple(sorted(found, key=lambda one: (one.name, one.station)))


def _contact(kept: dict[str, Any]) -> Contact:
    try:
        moments = {
            name: datetime.fromisoformat(kept[name]) if kept.get(name) else None
            for name in _MOMENTS
        }
        missing = tuple(kept["missing"]) if kept["missing"] else None
        return Contact(**{**kept, **moments, "missing": missing})
    except (AttributeError, KeyError, TypeError, ValueError) as failure:
        raise DamagedValue from failure
