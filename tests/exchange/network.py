"""An office and its laptops with real databases, and the packages on the way between them."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import bootstrap
from app.domain.errors import NotFound
from app.domain.operations.operation import Operation
from app.exchange import laptop, office, status
from app.exchange.intake import Intake
from app.exchange.package import Manifest, Package
from app.services import Services
from app.services.core import log_reading, operation_log
from app.settings import Settings
from db import restoring
from db.engine import Database
from db.locking import DatabaseLock
from db.migrate import HEAD
from tests.replaying import state_of

MORNING = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


class World:
    """The true time; it goes on a second with everything that is done."""

    def __init__(self) -> None:
        self.now = MORNING

    def tick(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**(span or {"seconds": 1}))


class Station:
    """One computer: its database, its clock, its person."""

    def __init__(self, world: World, folder: Path, template: Path, letter: str) -> None:
        self.letter = letter
        self.skew = timedelta()
        self.folder = folder
        self.path = folder / "poscare.db"
        self._world = world
        self.settings = Settings(technician=f"T{letter}", device=letter)
        folder.mkdir(parents=True, exist_ok=True)
        if not self.path.exists():
            shutil.copyfile(template, self.path)
        self.services = self._opened()

    @classmethod
    def over(cls, world: World, database: Database, letter: str) -> Station:
        """An office seat that works on a server's database."""
        made = cls.__new__(cls)
        made.letter, made.skew, made._world = letter, timedelta(), world
        made.settings = Settings(technician=f"T{letter}", device=letter)
        made.services = made.build(database)
        return made

    def clock(self) -> datetime:
        """What this computer takes for now."""
        return self._world.now + self.skew

    def build(self, database: Database) -> Services:
        """Services over a database of this computer."""
        return bootstrap.build(self.settings, clock=self.clock, database=database)

    def _opened(self) -> Services:
        return self.build(Database(self.path))

    def restart(self) -> None:
        """What a start of the program does after it was killed."""
        self.services.close()
        lock = DatabaseLock(self.path)
        try:
            with lock.gate():
                restoring.finish(lock)
        finally:
            lock.close()
        self.services = self._opened()

    @property
    def key(self) -> str:
        """The key of the station."""
        with self.services.context.write_locally() as unit:
            return operation_log.station_of(unit.session)

    def operations(self) -> list[Operation]:
        """The whole log here."""
        with self.services.context.read() as session:
            return list(operation_log.read_operations(session))

    def ids(self, table: str = "operation") -> set[str]:
        """The keys of the rows of a table here."""
        with self.services.context.database.connect() as connection:
            query = f"SELECT id FROM {table}"
            return set(connection.exec_driver_sql(query).scalars())

    def own(self) -> list[Operation]:
        """The operations done here."""
        with self.services.context.read() as session:
            return list(log_reading.of_station(session, operation_log.station_of(session)))

    def state(self) -> dict[str, list[dict[str, object]]]:
        """Every table but those of this computer alone."""
        return state_of(self.services.context.database)

    def confirmed_state(self) -> dict[str, list[dict[str, object]]]:
        """The same of the state the office confirmed."""
        database = Database(restoring.confirmed(self.path))
        try:
            return state_of(database)
        finally:
            database.close()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package as it is once its file was read and checked."""

    manifest: Manifest
    held: tuple[Operation, ...]
    state: bytes = b""
    files: tuple[tuple[str, bytes], ...] = ()

    @property
    def blobs(self) -> tuple[str, ...]:
        """The attachments inside."""
        return tuple(name for name, _ in self.files)

    def operations(self) -> Iterator[Operation]:
        """What was done."""
        return iter(self.held)

    def snapshot(self, target: Path) -> None:
        """Write the state inside."""
        if not self.state:
            raise NotFound("snapshot", self.manifest.id)
        target.write_bytes(self.state)

    def blob(self, sha256: str) -> bytes:
        """An attachment inside."""
        return dict(self.files)[sha256]


class Network:
    """One office and laptops; what is sent lies in `mail` until it is delivered."""

    def __init__(self, folder: Path, template: Path, laptops: int = 3) -> None:
        """What lies in `folder` already is opened again."""
        self.world = World()
        self.folder, self._template = folder, template
        self.office = Station(self.world, folder / "office", template, "A")
        office.begin(self.office.services)
        self.laptops = [self.new_laptop(n) for n in range(1, laptops + 1)]
        self._ids = itertools.count(1)
        self.packed: dict[tuple[str, datetime], set[str]] = {}

    def new_laptop(self, n: int) -> Station:
        """A laptop that has nothing yet."""
        return Station(self.world, self.folder / f"laptop{n}", self._template, f"L{n}")

    def join_all(self) -> None:
        """Every laptop gets the office's state."""
        for one in self.laptops:
            self.exchange(one)

    def close(self) -> None:
        """Let go of all databases."""
        for one in (self.office, *self.laptops):
            one.services.close()

    # --- packages ---------------------------------------------------------------------------

    def sent_by(self, one: Station) -> Parcel:
        """What a laptop sends now."""
        self.world.tick()
        going = laptop.outgoing(one.services)
        own = going.operations
        manifest = Manifest(
            id=f"p{next(self._ids)}",
            made_at=going.made_at,
            program="test",
            schema=HEAD,
            sender=one.key,
            sender_name=one.letter,
            sender_role="laptop",
            office=self.office.key,
            to=self.office.key,
            first_seq=own[0].station_seq if own else 0,
            last_seq=own[-1].station_seq if own else 0,
            acknowledged=going.acknowledged,
            anchor=going.anchor,
        )
        done = {operation.id for operation in one.own()}
        known = self.packed.get((one.key, manifest.made_at), done)
        self.packed[one.key, manifest.made_at] = known & done
        return Parcel(manifest, own)

    def answer_to(self, one: Station) -> Parcel:
        """What the office answers a laptop now."""
        self.world.tick()
        answer = office.answer_for(self.office.services, one.key)
        state = b""
        if answer.snapshot:
            path = self.folder / "answer.db"
            office.write_state(self.office.services, path)
            state = path.read_bytes()
            path.unlink()
        manifest = Manifest(
            id=f"p{next(self._ids)}",
            made_at=self.office.clock(),
            program="test",
            schema=HEAD,
            sender=self.office.key,
            sender_name="office",
            sender_role="office",
            office=self.office.key,
            to=one.key,
            head=answer.head,
            snapshot=answer.head if answer.snapshot else None,
            digest=answer.digest,
        )
        return Parcel(manifest, answer.operations, state)

    def deliver_to_office(self, parcel: Package, *, dry_run: bool = False) -> Intake:
        """The office takes a package in."""
        self.world.tick()
        station = self.office
        return office.take_in(station.services, parcel, build=station.build, dry_run=dry_run)

    def deliver_to(self, one: Station, parcel: Package) -> Intake:
        """A laptop takes the answer in."""
        self.world.tick()
        return laptop.take_answer(one.services, parcel, build=one.build)

    def exchange(self, one: Station) -> tuple[Intake, Intake]:
        """There and back."""
        there = self.deliver_to_office(self.sent_by(one))
        return there, self.deliver_to(one, self.answer_to(one))

    def settle_down(self) -> None:
        """Everything everybody did reaches everybody."""
        for _round in range(4):
            for one in self.laptops:
                self.deliver_to_office(self.sent_by(one))
            for one in self.laptops:
                self.deliver_to(one, self.answer_to(one))
            if not any(status.status(one.services).waiting for one in self.laptops):
                return


def altered(parcel: Parcel, **changes: object) -> Parcel:
    """A package whose manifest says something else."""
    return replace(parcel, manifest=replace(parcel.manifest, **changes))  # type: ignore[arg-type]
