"""Where a service works: the database, the clock, the person and the device.

Services hold one `ServiceContext` and nothing else of the outside world.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from app.domain.documents import Letterhead
from app.domain.errors import Overtaken
from app.domain.event_data import FieldChange
from app.domain.incidents.lifecycle import Targets
from app.domain.incidents.service_hours import ServiceDays
from app.domain.people.rights import Standing
from app.domain.people.roles import SignedIn
from app.domain.register.identifiers import DocumentNumber
from app.services.core import operation_log, recording
from app.services.core.changes import Change, ChangeFeed, DoneHere, Touched
from app.services.core.running_operation import RecordChange, running_operation
from db import announcements
from db.bulk import rows_written
from db.engine import Database
from db.models.office import CounterRow
from db.prepared import PreparedStatement

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The computer's idea of now, in UTC."""
    return datetime.now(UTC)


ServiceDaysReader = Callable[[Session, tzinfo | None], ServiceDays]


def _no_calendar(_session: Session, zone: tzinfo | None) -> ServiceDays:
    """Weekends are off, nothing is known of holidays."""
    return ServiceDays(zone)


T = TypeVar("T")
TerminalsMoved = Callable[["UnitOfWork", Sequence[str]], None]


def _nothing_follows(_unit: UnitOfWork, _terminal_ids: Sequence[str]) -> None:
    """Nothing hangs on the place of a terminal."""


def _nobody_is_told(_refusal: Overtaken, _kind: str, _key: str) -> None:
    """Nobody says who came first."""


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
        self._named: dict[str, set[str]] = {}
        self._unnamed: set[str] = set()

    def touched(self, kind: str, ids: Iterable[str] = ()) -> None:
        """Note that records of `kind` changed."""
        self._kinds.add(kind)
        named = set(ids)
        self._named.setdefault(kind, set()).update(named)
        if not named:
            self._unnamed.add(kind)
        self._ids |= named

    def only_touched(self, kind: str) -> str:
        """The record of a kind that changed; empty when none is named, or several are."""
        named = self._named.get(kind, set())
        return next(iter(named)) if len(named) == 1 else ""

    def terminals_moved(self, terminal_ids: Sequence[str]) -> None:
        """What hangs on the place of terminals follows them, in this transaction."""
        self._follow(self, terminal_ids)

    def changed(self, kind: str, key: str, change: FieldChange) -> None:
        """Note a field of a record that changed, for the audit trail."""
        operation = running_operation()
        if operation is not None:
            operation.changes.append(RecordChange(kind, key, change))

    def records(self) -> Touched:
        """What changed, by kind."""
        named = {kind: frozenset(ids) for kind, ids in self._named.items()}
        return Touched(named, frozenset(self._unnamed))

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
    judged: bool = False
    """Whether operations of other computers are applied by the word of an office whose people sign
    in; who did them is what those computers say."""
    feed: ChangeFeed = field(default_factory=ChangeFeed)
    seat: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Tells this running program from others on the same database; made anew at each start."""
    done_here: DoneHere = field(default_factory=DoneHere)
    """The latest operations done by this running program."""
    letterhead: Letterhead = field(default_factory=Letterhead)
    wrote: bool = False
    """Whether an operation was done."""
    targets: Targets
    """The times the office promises by priority; while an operation is applied again, those of the
    computer it was done on."""
    tell_who: Callable[[Overtaken, str, str], None] = _nobody_is_told
    """Adds to a refusal what others did to the record of a kind and key.  Set where the services
    are put together: it reads the trail, which knows the operations."""
    terminals_moved: TerminalsMoved = _nothing_follows
    """Called in the transaction in which terminals change place.  Set where the services are put
    together: the register knows no maintenance."""
    trust_changes: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext
    """Around what changes whom this computer trusts, or which one it is.  Set where the services
    are put together: it is remembered outside the database."""
    read_service_days: ServiceDaysReader = _no_calendar
    """Reads which days are worked.  Set where the services are put together: incidents know no
    maintenance, which keeps the calendar."""

    def now(self) -> datetime:
        """Now, aware and in UTC; within an operation the moment it began."""
        operation = running_operation()
        return self.clock().astimezone(UTC) if operation is None else operation.at

    def today(self) -> date:
        """The calendar day where the work happens."""
        return self.now().astimezone(self.zone).date()

    def service_days(self, session: Session) -> ServiceDays:
        """The days and the zone in which agreed service hours lie."""
        return self.read_service_days(session, self.zone)

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one snapshot."""
        with self.database.read() as session:
            yield session

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """What services read inside sees one moment, in one transaction; nothing is written."""
        with self.database.snapshot():
            yield

    @contextlib.contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """The one transaction of an operation (`app.services.core.operations`), which is appended
        to the log with it unless nothing was written; its change is announced once it is safely
        stored.  One that is applied again is appended in any case: others count on its number.

        Raises `RuntimeError` for a use case that writes and does not say what: it would be missing
        in the log."""
        operation = running_operation()
        if operation is None or operation.written:
            raise RuntimeError("an operation writes, and in one transaction")
        operation.written = True
        with self.write_locally() as unit:
            recording.listen(unit.session, operation.changes)
            if operation.new is not None:
                operation_log.look_ahead(unit.session, operation.new.at)
            written = rows_written(unit.session)
            yield unit
            unit.session.flush()
            if not unit.change().kinds and rows_written(unit.session) != written:
                raise RuntimeError("rows were written and nothing was touched")
            # What is applied again has its place in the log, though it may change nothing here.
            if unit.change().kinds or operation.stored is not None:
                self.done_here.note(operation.id, unit.records())
                self.wrote = True
                operation_log.append(unit.session, operation, unit.only_touched)

    @contextlib.contextmanager
    def write_locally(self) -> Iterator[UnitOfWork]:
        """One transaction of what concerns this computer alone and is not logged: half-filled
        forms, marks, what can be worked out again."""
        with self.database.write() as session:
            unit = UnitOfWork(session, self.now(), self.today(), self.terminals_moved)
            yield unit
            change = unit.change()
            if change.kinds and not self.database.is_sqlite:
                announcements.announce(session, change.as_notice(self.seat, announcements.LONGEST))
        if change.kinds:
            self.feed.announce(change)

    @contextlib.contextmanager
    def write_trust(self) -> Iterator[UnitOfWork]:
        """As `write_locally`, of whom this computer trusts and which one it is: a check tells when
        anything else wrote that."""
        with self.trust_changes(), self.write_locally() as unit:
            operation_log.station_of(unit.session)
            yield unit

    def next_number(self, session: Session, kind: str = "") -> str:
        """The next document number of this device.  Never given out twice, even after a crash:
        the counter is part of the caller's transaction."""
        return self.next_numbers(session, 1, kind)[0]

    def next_numbers(self, session: Session, amount: int, kind: str = "") -> list[str]:
        """The next `amount` document numbers, in order."""
        operation = running_operation()
        given = operation.given_before(kind, amount) if operation is not None else []
        if operation is not None and given and self._taken(session, kind, given):
            # Another computer bears the same letter, and was first: the number is not unique.
            drawn = self._count(session, kind, len(given))
            for before, instead in zip(given, drawn, strict=True):
                old, new = (str(DocumentNumber(self.device, n, kind)) for n in (before, instead))
                operation.changes.append(RecordChange(NUMBER, kind, FieldChange(NUMBER, old, new)))
            given = drawn
        elif given:
            self._raise_to(session, kind, given[-1])
        if len(given) < amount:
            given = [*given, *self._count(session, kind, amount - len(given))]
        if operation is not None:
            operation.drawn.setdefault(kind, []).extend(given)
        return [str(DocumentNumber(self.device, n, kind)) for n in given]

    def raise_counter(self, session: Session, device: str, kind: str, last: int) -> None:
        """Never give out the numbers of a device up to `last` again."""
        statement = _raise_to(self.database.engine.dialect.name)
        statement.rows(session, device=device, kind=kind, amount=last)

    def spend_numbers(self, session: Session, numbers: Mapping[str, list[int]]) -> None:
        """Never give out the numbers of an operation that could not be applied: they may stand on
        paper."""
        for kind, given in sorted(numbers.items()):
            if given:
                self._raise_to(session, kind, max(given))

    def _taken(self, session: Session, kind: str, given: Sequence[int]) -> bool:
        """Whether another document bears one of the numbers."""
        numbers = [str(DocumentNumber(self.device, n, kind)) for n in given]
        if len(numbers) == 1:
            return _numbered(_NUMBERED[kind]).first(session, wanted=numbers[0]) is not None
        table = sa.table(_NUMBERED[kind], sa.column("number"))
        for part in chunks(numbers):
            wanted = sa.select(sa.literal(1)).select_from(table).where(table.c.number.in_(part))
            if session.execute(wanted.limit(1)).first() is not None:
                return True
        return False

    def _count(self, session: Session, kind: str, amount: int) -> list[int]:
        statement = _count(self.database.engine.dialect.name)
        (row,) = statement.rows(session, device=self.device, kind=kind, amount=amount)
        return list(range(row.last - amount + 1, row.last + 1))

    def _raise_to(self, session: Session, kind: str, number: int) -> None:
        self.raise_counter(session, self.device, kind, number)


_NUMBERED = {"": "incident", "H": "incident", "V": "visit", "C": "campaign"}
"""The table whose rows bear the numbers of a kind."""
NUMBER = "number"
"""The kind of record under which an operation notes that a document got another number than it was
given first, because that one was taken: both as text."""

LEFT_OUT = "left_out"
"""The kind of record under which an operation about many records notes one that it left as it is,
because it no longer fits: the field is what people call it, `new` its state."""


@functools.cache
def _numbered(table: str) -> PreparedStatement:
    """The query whether a document bears a number."""
    number: Any = sa.column("number", sa.Text)
    found = sa.select(sa.literal(1).label("one")).select_from(sa.table(table, number))
    return PreparedStatement(found.where(number == sa.bindparam("wanted")).limit(1))


@functools.cache
def _count(dialect: str) -> PreparedStatement:
    """The statement that gives out numbers."""
    return _counter(dialect, lambda table, amount: table.c.last + amount)


@functools.cache
def _raise_to(dialect: str) -> PreparedStatement:
    """The statement that lets a counter stand at least where it stood on another computer."""
    return _counter(
        dialect,
        lambda table, amount: sa.case((table.c.last > amount, table.c.last), else_=amount),
    )


def _counter(dialect: str, value: Callable[[Any, Any], Any]) -> PreparedStatement:
    insert = importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert
    table = CounterRow.__table__  # type: ignore[attr-defined]
    amount = sa.bindparam("amount", type_=sa.Integer)
    return PreparedStatement(
        insert(table)
        .values(device=sa.bindparam("device"), kind=sa.bindparam("kind"), last=amount)
        .on_conflict_do_update(
            index_elements=["device", "kind"], set_={"last": value(table, amount)}
        )
        .returning(table.c.last)
    )


def chunks(items: list[T], size: int = 500) -> Iterator[list[T]]:
    """`items` in pieces small enough for an IN list."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
