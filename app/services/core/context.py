"""Where a service works: the database, the clock, the person and the device.

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
from app.domain.event_data import FieldChange
from app.domain.register.identifiers import DocumentNumber
from app.services.core import operation_log, recording
from app.services.core.changes import Change, ChangeFeed
from app.services.core.running_operation import RecordChange, running_operation
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

    def changed(self, kind: str, key: str, change: FieldChange) -> None:
        """Note a field of a record that changed, for the audit trail."""
        operation = running_operation()
        if operation is not None:
            operation.changes.append(RecordChange(kind, key, change))

    def change(self) -> Change:
        """What to announce after the commit."""
        return Change(frozenset(self._kinds), frozenset(self._ids))


@dataclass(slots=True, kw_only=True)
class ServiceContext:
    """`device` is the letter in front of numbers made here, `actor` the technician's code,
    `letterhead` what its documents show."""

    database: Database
    clock: Clock = system_clock
    zone: tzinfo | None = None
    device: str = "A"
    actor: str = ""
    feed: ChangeFeed = field(default_factory=ChangeFeed)
    letterhead: Letterhead = field(default_factory=Letterhead)
    terminals_moved: TerminalsMoved = _nothing_follows
    """Called in the transaction in which terminals change place.  Set where the services are put
    together: the register knows no maintenance."""

    def now(self) -> datetime:
        """Now, aware and in UTC; within an operation the moment it began."""
        operation = running_operation()
        return self.clock().astimezone(UTC) if operation is None else operation.at

    def today(self) -> date:
        """The calendar day where the work happens."""
        return self.now().astimezone(self.zone).date()

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one snapshot."""
        with self.database.read() as session:
            yield session

    @contextlib.contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """The one transaction of an operation (`app.services.core.operations`), which is appended
        to the log with it unless nothing was touched; its change is announced once it is safely
        stored."""
        operation = running_operation()
        if operation is None or operation.written:
            raise RuntimeError("an operation writes, and in one transaction")
        operation.written = True
        with self.write_locally() as unit:
            recording.listen(unit.session, operation.changes)
            yield unit
            # What is applied again has its place in the log, though it may change nothing here.
            if unit.change().kinds or operation.stored is not None:
                operation_log.append(unit.session, operation)

    @contextlib.contextmanager
    def write_locally(self) -> Iterator[UnitOfWork]:
        """One transaction of what concerns this computer alone and is not logged: half-filled
        forms, marks, what can be worked out again."""
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
        operation = running_operation()
        given = operation.given_before(kind, amount) if operation is not None else []
        if given:
            values["amount"] = given[-1]
            session.execute(_raise_to(self.database.engine.dialect.name), values)
        if len(given) < amount:
            values["amount"] = amount - len(given)
            last = session.execute(statement, values).scalar_one()
            given = [*given, *range(last - values["amount"] + 1, last + 1)]
        if operation is not None:
            operation.drawn.setdefault(kind, []).extend(given)
        return [str(DocumentNumber(self.device, n, kind)) for n in given]


@functools.cache
def _count(dialect: str) -> Any:
    """The statement that gives out numbers."""
    return _counter(dialect, lambda table, amount: table.c.last + amount)


@functools.cache
def _raise_to(dialect: str) -> Any:
    """The statement that lets a counter stand at least where it stood on another computer."""
    return _counter(
        dialect,
        lambda table, amount: sa.case((table.c.last > amount, table.c.last), else_=amount),
    )


def _counter(dialect: str, value: Callable[[Any, Any], Any]) -> Any:
    insert = importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert
    table = CounterRow.__table__  # type: ignore[attr-defined]
    amount = sa.bindparam("amount", type_=sa.Integer)
    return (
        insert(table)
        .values(device=sa.bindparam("device"), kind=sa.bindparam("kind"), last=amount)
        .on_conflict_do_update(
            index_elements=["device", "kind"], set_={"last": value(table, amount)}
        )
        .returning(table.c.last)
    )


def chunks(items: list[str], size: int = 500) -> Iterator[list[str]]:
    """`items` in pieces small enough for an IN list."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
