"""The copy an office seat keeps of its server, to be read while that does not answer.

It is a database file of this seat: the state of the server once, then every operation applied
that the server took in since, as a laptop does.  It is encrypted, with the key of the data folder
or, where that has none, with a key of its own among the secrets of this user.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from app import files, working_folders
from app.domain import errors
from app.domain.errors import AppError, Unavailable
from app.domain.operations.operation import Operation
from app.encryption.keys import ID_LENGTH, DataKey, new_data_key, unlocked
from app.exchange.intake import Build, Cancelled, never
from app.exchange.office import write_state
from app.secret_store import SecretStore
from app.services import Services
from app.services.core import log_reading, operation_log, rights
from app.services.keeping import journal_place
from app.services.keeping.journal_place import JournalPlace, place_in_json
from app.services.replay import Diverged, Replay
from app.working_folders import WorkingFolder
from db import cipher, copying, migrate
from db.engine import Database
from db.models.people import CredentialRow
from db.viewing import ViewedDatabase

log = logging.getLogger(__name__)

_TOLD = "seat_copy"
"""The fact of a copy that says what it is: see `CopyState`."""
_KEY = "seat-copy"
"""The name of the copy's own key among the secrets."""
MOST_APPLIED = 1_000
"""Operations that are applied one by one; behind by more, the whole state is copied."""
WHOLE_AGAIN = timedelta(days=7)
"""So often the whole state is copied, whatever was applied."""

_turn = threading.Lock()
"""A file is copied only while nobody of this process has it open: plain access to a file drops the
process's locks on it."""


@dataclass(frozen=True, slots=True)
class CopyState:
    """What a copy says of itself: how far in the log it is, the moment of its data, when the whole
    state was copied last, and whether people sign in at the server."""

    place: JournalPlace
    at: datetime
    whole_at: datetime
    guarded: bool


class SeatCopy:
    """The copy of one server in `folder`, where those of other servers are removed.  `build` makes
    services over a file, for nothing but applying operations."""

    def __init__(self, folder: Path, address: str, build: Build, secrets: SecretStore) -> None:
        name = hashlib.sha256(address.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self.path = folder / f"{name}.db"
        self._build, self._secrets = build, secrets

    # --- keeping -------------------------------------------------------------------------------

    def refresh(self, services: Services, cancelled: Cancelled = never) -> None:
        """Bring the copy up to what the server of `services` holds now.  Nothing happens where
        people sign in and nobody has.

        Raises `Unavailable`, `errors.Cancelled`; the copy is as it was, or further.
        """
        context = services.context
        guarded = rights.current(context).guarded
        if guarded and context.person is None:
            return
        self._hold_key()
        at, told = context.now(), self.state()
        fresh: list[Operation] | None = None
        with context.read() as session:
            place = journal_place.end_of(session)
            if told is not None and self._goes_on(session, told, place, at):
                fresh = list(journal_place.behind(session, told.place))
        try:
            if told is not None and fresh is not None:
                self._apply(services, CopyState(place, at, told.whole_at, guarded), fresh)
                return
        except (Diverged, AppError, SQLAlchemyError) as failure:
            # Whatever it is about the copy, a new one has it no more.
            log.warning("the copy of the server is made anew: %s", type(failure).__name__)
        self._copy_whole(services, at, cancelled)

    def _goes_on(
        self, session: Session, told: CopyState, place: JournalPlace, at: datetime
    ) -> bool:
        if not timedelta() <= at - told.whole_at < WHOLE_AGAIN:
            return False
        ahead = (place.own.seq - told.place.own.seq) + (place.office.seq - told.place.office.seq)
        return ahead <= MOST_APPLIED and journal_place.holds(session, told.place)

    def _apply(self, services: Services, told: CopyState, fresh: list[Operation]) -> None:
        let_in = self._let_in(services)
        with _turn:
            database = Database(self.path, "seat copy")
            applying: Services | None = None
            try:
                if fresh:
                    applying = self._build(database)
                    with database.read() as session:
                        known = log_reading.known_among(session, [one.id for one in fresh])
                    replay = Replay(applying)
                    for one in fresh:
                        if one.id not in known:
                            replay.follow(one)
                with database.write() as session:
                    _tell(session, told, let_in)
            finally:
                database.close() if applying is None else applying.close()

    def _copy_whole(self, services: Services, at: datetime, cancelled: Cancelled) -> None:
        with services.context.read() as session:
            station = journal_place.end_of(session).station
        let_in = self._let_in(services)
        with copying.explained():
            files.private_folder(self.path.parent)
            working_folders.sweep(beside=self.path)
            with WorkingFolder("copy", beside=self.path) as folder:
                made = folder / self.path.name
                files.create_private(made)
                if unlocked.current is None:
                    cipher.begin(made, self._own_key())
                write_state(services, made, cancelled)
                database = Database(made, "seat copy")
                try:
                    with database.write() as session:
                        own = log_reading.end_of_chain(session, station)
                        place = JournalPlace(
                            station=station, office=log_reading.head_of(session), own=own
                        )
                        guarded = services.context.standing.guarded
                        _tell(session, CopyState(place, at, at, guarded), let_in)
                finally:
                    database.close()
                if cancelled():
                    raise errors.Cancelled
                files.sync(made)
                with _turn:
                    files.move(made, self.path)
        forget(self.path.parent, but=self.path.name)
        log.info("the server was copied for reading")

    def _let_in(self, services: Services) -> list[dict[str, Any]]:
        """With what those sign in who did so at this seat: the person who works here now and those
        the copy knows already.  One-time codes stay on the server, where they are used up."""
        person, table = services.context.person, _CREDENTIAL
        wanted = {person.id} if person is not None else set()
        if self.state() is not None:
            wanted |= self._asked(lambda session: set(session.scalars(_KNOWN_HERE)), set())
        if not wanted:
            return []
        query = sa.select(table).where(table.c.technician_id.in_(wanted))
        with services.context.read() as session:
            rows = [dict(row) for row in session.execute(query).mappings()]
        return [{**row, "code": b"", "code_until": None, "pin_failures": 0} for row in rows]

    # --- reading -------------------------------------------------------------------------------

    def state(self) -> CopyState | None:
        """What the copy says of itself; None where there is none of this version that can be
        read."""
        value = self._asked(lambda session: operation_log.fact(session, _TOLD), None)
        try:
            return None if value is None else _state_of(value)
        except (ValueError, KeyError, TypeError):
            return None

    def open(self, build: Build) -> tuple[Services, datetime] | None:
        """Services over the copy, which write nothing that stays, and the moment of its data; None
        where there is none, or none that keeps out whom the server would.  Raises `Unavailable`."""
        self._hold_key()
        told = self.state()
        if told is None:
            return None
        with _turn:
            database = ViewedDatabase(self.path, "seat copy", of_server=True)
        try:
            with database.read() as session:
                open_to_all = told.guarded and not rights.is_guarded(session)
            if not open_to_all:
                return build(database), told.at
        except BaseException:
            database.close()
            raise
        database.close()
        return None

    def _asked(self, ask: Any, unknown: Any) -> Any:
        if not self.path.is_file():
            return unknown
        with _turn:
            database: Database | None = None
            try:
                self._hold_key()
                database = Database(self.path, "seat copy")
                if migrate.revision_of(database) != migrate.HEAD:
                    return unknown
                with database.read() as session:
                    return ask(session)
            except (Unavailable, SQLAlchemyError) as failure:
                log.warning("the copy of the server cannot be read: %s", type(failure).__name__)
                return unknown
            finally:
                if database is not None:
                    database.close()

    # --- key and file --------------------------------------------------------------------------

    def _hold_key(self) -> None:
        """Read with the copy's own key, where it has one.  Raises `Unavailable`."""
        kept = self._secrets.get(_KEY)
        if kept:
            unlocked.hold_for_file(_key_in(kept))

    def _own_key(self) -> DataKey:
        kept = self._secrets.get(_KEY)
        key = _key_in(kept) if kept else new_data_key()
        if not kept:
            self._secrets.set(_KEY, (key.id + key.secret).hex())
        unlocked.hold_for_file(key)
        return key


_CREDENTIAL: Any = CredentialRow.__table__  # type: ignore[attr-defined]
_KNOWN_HERE = sa.select(col(CredentialRow.technician_id))


def _tell(session: Session, told: CopyState, let_in: list[dict[str, Any]]) -> None:
    """Say in a copy what it is, and with what people sign in."""
    value = {
        "place": told.place.as_json(),
        "at": told.at.isoformat(),
        "whole_at": told.whole_at.isoformat(),
        "guarded": told.guarded,
    }
    operation_log.keep_fact(session, _TOLD, value)
    found = [dict(row) for row in session.execute(sa.select(_CREDENTIAL)).mappings()]
    if found != let_in:
        session.execute(sa.delete(_CREDENTIAL))
        if let_in:
            session.execute(sa.insert(_CREDENTIAL), let_in)


def _state_of(value: Any) -> CopyState:
    return CopyState(
        place_in_json(value["place"]),
        datetime.fromisoformat(value["at"]),
        datetime.fromisoformat(value["whole_at"]),
        bool(value["guarded"]),
    )


def _key_in(kept: str) -> DataKey:
    """Raises `Unavailable` (``secrets.unreadable``)."""
    try:
        content = bytes.fromhex(kept)
    except ValueError:
        raise Unavailable("secrets.unreadable", path=_KEY) from None
    return DataKey(content[:ID_LENGTH], content[ID_LENGTH:])


def forget(folder: Path, but: str = "\0") -> None:
    """Remove the copies there are, `but` that whose file has this name: this computer works
    elsewhere now.  What cannot be removed goes another time."""
    for path in folder.glob("*.db*"):
        if not path.name.startswith(but):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
