"""Where a service works: the database, the clock, and whose hands these are.

Services hold one `ServiceContext` and nothing else of the outside world.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.domain.documents import Letterhead
from app.domain.people.rights import Standing
from app.domain.people.roles import SignedIn
from app.domain.register.identifiers import DocumentNumber
from app.services.core.changes import Change, ChangeFeed
from db.engine import Database
from db.models.office import CounterRow

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The computer's idea of now, in UTC."""
    return datetime.now(UTC)


TerminalsMoved = Callable[["UnitOfWork", Sequence[str]], None]


def _nothing_follows(_unit: UnitOfWork, _terminal_ids: Sequence[str]) -> None:
    """Nothing hangs on the place of a terminal."""


class UnitOfWork:
    """One write transaction and the notes for its `Change`."""

    def __init__(
        self, session: Session, now: datetime, today: date, follow: TerminalsMoved
    ) -> None:
        self.session = session
        self.now = now
        self.today = today
        self._follow = follow
        self._kinds: set[str] = set()
        self._ids: set[str] = set()

    def touched(self, kind: str, ids: Iterable[str] = ()) -> None:
        """Note that records of `kind` changed."""
        self._kinds.add(kind)
        self._ids.update(ids)

    def terminals_moved(self, terminal_ids: Sequence[str]) -> None:
        """What hangs on the place of terminals follows them, in this transaction."""
        self._follow(self, terminal_ids)

    def change(self) -> Change:
        """What to announce after the commit."""
        return Change(frozenset(self._kinds), frozenset(self._ids))


@dataclass(slots=True, kw_only=True)
class ServiceContext:
    """`device` is the letter in front of numbers made here, `actor` the technician's code,
    `letterhead` what its documents show, `person` who signed in, `standing` whose rights count
    (kept up to date by `app.services.core.rights`)."""

    database: Database
    clock: Clock = system_clock
    zone: tzinfo | None = None
    device: str = "A"
    actor: str = ""
    person: SignedIn | None = None
    standing: Standing = field(default_factory=Standing)
    standing_read_at: datetime | None = None
    feed: ChangeFeed = field(default_factory=ChangeFeed)
    letterhead: Letterhead = field(default_factory=Letterhead)
    terminals_moved: TerminalsMoved = _nothing_follows
    """Called in the transaction in which terminals change place.  Set where the services are put
    together: the register knows no maintenance."""

    def now(self) -> datetime:
        """Now, aware and in UTC."""
        return self.clock().astimezone(UTC)

    def today(self) -> date:
        """The calendar day where the work happens."""
        return self.clock().astimezone(self.zone).date()

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one snapshot."""
        with self.database.read() as session:
            yield session

    @contextlib.contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """One transaction; its change is announced once it is safely stored."""
        with self.database.write() as session:
            unit = UnitOfWork(session, self.now(), self.today(), self.terminals_moved)
            yield unit
        change = unit.change()
        if change.kinds:
            self.feed.announce(change)

    def next_number(self, session: Session, kind: str = "") -> str:
        """The next document number of this device.  Never given out twice, even after a crash:
        the counter is part of the caller's transaction."""
        return self.next_numbers(session, 1, kind)[0]

    def next_numbers(self, session: Session, amount: int, kind: str = "") -> list[str]:
        """The next `amount` document numbers, in order."""
        statement = _count(self.database.engine.dialect.name)
        values = {"device": self.device, "kind": kind, "amount": amount}
        last = session.execute(statement, values).scalar_one()
        first = last - amount + 1
        return [str(DocumentNumber(self.device, n, kind)) for n in range(first, last + 1)]


@functools.cache
def _count(dialect: str) -> Any:
    """The statement that gives out numbers."""
    insert = importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert
    table = CounterRow.__table__  # type: ignore[attr-defined]
    amount = sa.bindparam("amount", type_=sa.Integer)
    return (
        insert(table)
        .values(device=sa.bindparam("device"), kind=sa.bindparam("kind"), last=amount)
        .on_conflict_do_update(
            index_elements=["device", "kind"], set_={"last": table.c.last + amount}
        )
        .returning(table.c.last)
    )


def chunks(items: list[str], size: int = 500) -> Iterator[list[str]]:
    """`items` in pieces small enough for an IN list."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
