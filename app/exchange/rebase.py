"""Puts a laptop's database together anew: what the office confirmed, the own work on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.domain.errors import InvalidInput, Unavailable
from app.domain.operations.operation import CARRIED, WITHDRAW, WITHDRAWN, Operation, hash_of
from app.exchange import contacts
from app.exchange.conflicts import Unsettled, listed
from app.exchange.contacts import Contact
from app.exchange.intake import GAP, Build, Cancelled, Intake, Progress, Refused
from app.exchange.office import BELONGS_TO
from app.exchange.package import Manifest, Package
from app.exchange.record_counts import RecordCounts, count_records
from app.services import Services
from app.services.core import log_reading, operation_log
from app.services.core.changes import Change
from app.services.core.log_reading import ChainEnd, Head
from app.services.joining.joining import carried
from app.services.replay import Diverged, Replay
from db import contents, copying, migrate, newest, restoring, snapshots
from db.copying import working_copy
from db.durability import flushed_together
from db.engine import Database
from db.keys import first_key
from db.stations import STATION

START_ANEW = "exchange:start_anew"
"""The fact that asks the office for its whole state, because ours was found to differ."""
EVERYTHING = frozenset(
    {"incident", "terminal", "visit", "plan", "technician", "contact", "model", "exchange"}
)
"""The kinds of records of which any may have changed."""


def file_of_laptop(services: Services) -> Path:
    """The database file of a laptop.  Raises `Unavailable` on a server."""
    path = services.context.database.path
    if path is None:
        raise Unavailable("exchange.not_a_file")
    return path


def confirmed_head(services: Services) -> Head:
    """How far in the office's order this computer is; 0 when it has nothing from it.  Raises
    `Unavailable`."""
    from sqlcipher3 import dbapi2

    path = restoring.confirmed(file_of_laptop(services))
    with services.context.read() as session:
        if operation_log.fact(session, START_ANEW):
            return Head()
    try:
        return Head(*snapshots.head_in(path)) if path.is_file() else Head()
    except (dbapi2.Error, Unavailable):
        # Damaged: the office sends its state again.
        return Head()


class Rebase:
    """Puts the new state together in files of its own, then swaps it in."""

    def __init__(self, services: Services, build: Build, folder: Path) -> None:
        self._services = services
        self._build = build
        self._live = file_of_laptop(services)
        self._confirmed = folder / "confirmed.db"
        self._new = folder / "live.db"
        self._first = not restoring.confirmed(self._live).is_file()
        self._own: list[Operation] = []
        self._seen: frozenset[str] = frozenset()
        self._station = ""
        self._end = ChainEnd()
        self.unsent: set[str] = set()
        self.renewed = False
        self.sent_again = 0
        self.others_lost = 0
        self._since: datetime | None = None
        self._in_state: tuple[int, int] | None = None
        """How many operations the state of the office holds, and how many of them are new here."""

    def confirm(
        self,
        package: Package,
        operations: tuple[Operation, ...],
        progress: Progress,
        cancelled: Cancelled,
    ) -> int | Refused:
        """The confirmed state moved on; returns how many operations that took.  Raises `Diverged`,
        `Unavailable`."""
        manifest = package.manifest
        if manifest.snapshot is not None:
            package.snapshot(self._confirmed)
            restoring.convert_aside(self._confirmed)
        elif self._first or confirmed_head(self._services).seq == 0:
            return Refused(GAP, 1, max(manifest.head, 1))
        else:
            working_copy(restoring.confirmed(self._live), self._confirmed)
        database = self._opened()
        if manifest.snapshot is not None:
            _check_made_by_us(database)
        applying = self._build(database)
        try:
            fresh = _following(database, operations, manifest.id)
            if isinstance(fresh, Refused):
                return fresh
            self._since = min((one.at for one in fresh), default=None)
            replay = Replay(applying)
            with flushed_together():  # a file of our own, which is copied into place
                for done, one in enumerate(fresh, 1):
                    if cancelled():
                        return Refused("cancelled")
                    replay.follow(one)
                    progress(done, len(fresh))
            if manifest.schema == migrate.HEAD:
                _compare(database, manifest.head, manifest.digest)
            self._take_own(database)
            if manifest.snapshot is not None:
                self._in_state = self._count_operations(database)
        finally:
            applying.close()
        return len(fresh)

    def _count_operations(self, confirmed: Database) -> tuple[int, int]:
        with confirmed.read() as session:
            inside = log_reading.placed_ids(session)
        with self._services.context.read() as session:
            known = log_reading.known_among(session, sorted(inside))
        return len(inside), len(inside) - len(known)

    def confirm_nothing(self, brought: Sequence[Operation] = ()) -> None:
        """The confirmed state as it is, and own operations `brought` from elsewhere.  Raises
        `InvalidInput` (``exchange.no_office_yet``)."""
        if self._first:
            raise InvalidInput.of("office", "exchange.no_office_yet")
        working_copy(restoring.confirmed(self._live), self._confirmed)
        database = self._opened()
        try:
            self._take_own(database, brought)
        finally:
            database.close()

    def _opened(self) -> Database:
        """The confirmed state, brought to this program's version: an older one wrote it, or the
        office has an older one.  Raises `Unavailable`."""
        database = Database(self._confirmed)
        try:
            migrate.prepare(database)
        except BaseException:
            database.close()
            raise
        return database

    def _take_own(self, confirmed: Database, brought: Sequence[Operation] = ()) -> None:
        """The own operations the office has not placed.  What the live database calls placed and
        the confirmed one does not know was lost by the office: it is sent again."""
        with self._services.context.read() as session:
            self._station = operation_log.station_of(session)
            own = [*log_reading.of_station(session, self._station), *brought]
            placed = log_reading.placed_ids(session)
        own.sort(key=lambda one: (one.clock, one.station_seq))
        with confirmed.read() as session:
            known = log_reading.known_among(session, [one.id for one in own])
            self._end = log_reading.end_of_chain(session, self._station)
            lost = placed - log_reading.placed_ids(session)
        self._seen = frozenset(one.id for one in own)
        self._own = [one for one in own if one.id not in known]
        self.sent_again = len(lost & self._seen)
        self.others_lost = len(lost - self._seen)
        if not _is_chain(self._end, self._own):
            # Another computer works under the same identity, or this one was put back to an older
            # state: from now on it has a new one.
            self.renewed = True
            self._station, self._end = first_key(), ChainEnd()

    def told(self, intake: Intake, taken: int) -> Intake:
        """With what was found out about the office and this computer on the way; of the operations
        inside `taken` were new, of a state those it was found to hold."""
        inside, new = self._in_state or (intake.operations, taken)
        return replace(
            intake,
            operations=inside,
            applied=new,
            already=inside - new,
            put_back=self.sent_again + self.others_lost > 0,
            sent_again=self.sent_again,
            others_lost=self.others_lost,
            renewed=self.renewed,
        )

    def tried(
        self, fresh: frozenset[str], without: str = ""
    ) -> tuple[tuple[Unsettled, ...], RecordCounts]:
        """What would wait for a decision, about the operations `fresh` and the own ones, but for
        the one `without`, applied on top in a file of their own; and how many records there would
        be.  Raises `Unavailable`."""
        working_copy(self._confirmed, self._new)
        applying = self._build(Database(self._new))
        try:
            self._apply(Replay(applying), [one for one in self._own if one.id != without])
            return listed(applying, fresh | self.unsent), count_records(applying)
        finally:
            applying.close()

    def swap(self, answer: Manifest | None = None) -> None:
        """Apply the own operations on top, and put both files in place.  Raises `Unavailable`."""
        working_copy(self._confirmed, self._new)
        new = Database(self._new)
        applying = self._build(new)
        try:
            self._apply(Replay(applying), self._own)
            context = self._services.context
            with context.trust_changes(), context.database.replacing(waiting=True) as lock:
                # What was saved meanwhile; from now on nobody can save.
                self._apply(Replay(applying), self._saved_meanwhile())
                snapshots.carry_own(self._live, self._new)
                self._keep_facts(new, answer)
                if self._since is not None:
                    applying.generation.look_again(self._since)
                applying.close()
                restoring.replace(
                    self._new,
                    self._confirmed,
                    lock,
                    self._services.context.now(),
                    keep=self._first or self.others_lost > 0,
                )
        finally:
            applying.close()
        self._services.context.feed.announce(Change(EVERYTHING))

    def _apply(self, replay: Replay, own: list[Operation]) -> None:
        withdrawn = {one.subject_id for one in own if one.kind == WITHDRAW}
        brought = carried(own)
        with flushed_together():
            self._apply_one_by_one(replay, own, withdrawn, brought)

    def _apply_one_by_one(
        self,
        replay: Replay,
        own: list[Operation],
        withdrawn: set[str],
        brought: frozenset[str],
    ) -> None:
        for one in own:
            waiting = self._chained(replace(one, office_seq=None))
            if one.id in withdrawn:
                replay.keep(waiting, WITHDRAWN)
            elif one.id in brought:
                replay.keep(waiting, CARRIED)
            else:
                replay.apply(waiting)
            self.unsent.add(one.id)

    def _chained(self, one: Operation) -> Operation:
        """The operation as the next one of the new identity, if there is one."""
        if not self.renewed:
            return one
        again = replace(
            one,
            station=self._station,
            station_seq=self._end.seq + 1,
            prev_hash=self._end.hash,
        )
        again = replace(again, hash=hash_of(again))
        self._end = ChainEnd(again.station_seq, again.hash)
        return again

    def _saved_meanwhile(self) -> list[Operation]:
        old = Database(self._live)
        try:
            with old.read() as session:
                own = list(log_reading.unsent(session, operation_log.station_of(session)))
        finally:
            old.close()
        return [one for one in own if one.id not in self._seen]

    def _keep_facts(self, new: Database, answer: Manifest | None) -> None:
        with new.write() as session:
            operation_log.keep_fact(session, STATION, self._station)
            operation_log.keep_fact(session, START_ANEW, value=False)
            if answer is not None:
                operation_log.keep_fact(session, BELONGS_TO, answer.sender)
                contact = Contact(
                    station=answer.sender,
                    name=answer.sender_name,
                    at=self._services.context.now(),
                    made_at=answer.made_at,
                )
                contacts.remember(session, contact)


def _following(
    database: Database, operations: tuple[Operation, ...], package: str
) -> list[Operation] | Refused:
    """The operations that come next in the office's order.  Raises `Diverged` when one that should
    be known is another."""
    with database.read() as session:
        head = log_reading.head_of(session)
        known = log_reading.known_among(session, [one.id for one in operations])
    fresh = [one for one in operations if (one.office_seq or 0) > head.seq]
    if len(operations) - len(fresh) != len(known):
        raise Diverged(package)
    for at, one in enumerate(fresh, head.seq + 1):
        if one.office_seq != at:
            return Refused(GAP, at, (one.office_seq or 0) - 1)
    return fresh


def _check_made_by_us(database: Database) -> None:
    """Whether a state that came in a package is whole and has the tables and rules of ours: another
    rule would change what is written later.  Closes it and raises `InvalidInput` when not."""
    with database.connect() as connection:
        try:
            copying.examine(connection.connection.dbapi_connection)
            sound = not newest.deviations(connection)
        except (copying.Damaged, Unavailable):
            sound = False
    if not sound:
        database.close()
        raise InvalidInput.of("file", "exchange.altered")


def _compare(database: Database, head: int, digest: str) -> None:
    with database.read() as session:
        here = log_reading.head_of(session)
        if digest and here.seq == head and contents.digest(session.connection()) != digest:
            raise Diverged(here.hash)


def _is_chain(end: ChainEnd, own: Sequence[Operation]) -> bool:
    """Whether each operation follows on the one before, the first on `end`."""
    for one in own:
        if (one.station_seq, one.prev_hash) != (end.seq + 1, end.hash):
            return False
        end = ChainEnd(one.station_seq, one.hash)
    return True
