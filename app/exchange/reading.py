"""Who may read what of the exchange: the office and auditors everything, everybody else what
waits on their own computer and what they themselves have to do with."""

from __future__ import annotations

from app.domain.people.roles import SignedIn
from app.exchange.conflict_sides import ConflictSides, sides_of
from app.exchange.conflicts import listed
from app.services import Services
from app.services.core.context import ServiceContext
from app.services.core.rights import current, require

READ = "exchange.read"
"""The right to read how far the exchange is, and what waits for a decision."""


def exchange_reader(context: ServiceContext) -> SignedIn | None:
    """Who may read only what is their own and works here now; None for everybody who may read all
    of it.  Raises `NotPermitted` while nobody is signed in who has to be."""
    require(context, READ, own=True)
    return context.person if current(context).asks_whose(READ) else None


def readable_sides(services: Services) -> tuple[ConflictSides, ...]:
    """What waits for a decision and whoever works here may read, with what both sides said.
    Raises `NotPermitted`."""
    whose = exchange_reader(services.context)
    found = sides_of(services, listed(services))
    return found if whose is None else tuple(one for one in found if _has_part(whose, one))


def _has_part(person: SignedIn, one: ConflictSides) -> bool:
    """Whether somebody did what waits, or what it met."""
    sides = {side.actor for side in (one.now, one.other) if side is not None}
    return person.code in sides | {one.unsettled.operation.actor}
