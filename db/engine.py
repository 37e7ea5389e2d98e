"""Opens the database of a URL: connections, read and write sessions.

`Database.read()` and `Database.write()` are the only ways to a session, and the only ones to
driver errors as our own (`db.driver_errors`).
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import event, exc
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import QueuePool, StaticPool
from sqlmodel import Session

from app.domain.errors import AppError, Unavailable
from app.domain.still_wanted import nobody_waits
from db import cipher, write_turns
from db.dialects import create_engine
from db.driver_errors import translated
from db.locking import DatabaseLock
from db.server import without_secrets
from db.server_engine import READS, WRITES, server_engine
from db.sessions import DatabaseSession

APPLICATION_ID = 0x504F5354
"""Marks an SQLite file as ours ("POST" in ASCII), so that nobody else's file is ever written."""

_DRIVERS = frozenset({"sqlite", "postgresql+psycopg"})
OLDEST_SQLITE = (3, 51, 3)
"""Older versions can corrupt a WAL database that two connections checkpoint at once."""

_PRAGMAS = (
    "foreign_keys=ON",
    "synchronous=FULL",
    "busy_timeout=5000",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=FAST",
    "temp_store=MEMORY",
    "mmap_size=0",
    "fullfsync=ON",
    "wal_autocheckpoint=1000",
)
"""Set on every connection.  FULL, because NORMAL loses acknowledged rows at a power cut."""


_OF_A_BUG_OR_DAMAGE = (
    *(exc.IntegrityError, exc.InvalidRequestError),
    *(ValueError, TypeError, LookupError, AttributeError),
)
"""What rows end in that the schema does not allow: references to nothing, NULL where there is
always something, two of what there is one."""


def database_url(target: str | Path | URL) -> URL:
    """The URL of a path or URL text.  ``postgresql://`` gets the psycopg driver.  Raises
    `Unavailable` (``db.bad_address``), also for what is neither a file nor PostgreSQL."""
    if isinstance(target, URL):
        return target
    text = str(target)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (exc.ArgumentError, ValueError):
        # What the library says would repeat the password.
        raise Unavailable("db.bad_address") from None
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    # A file takes no options; SQLAlchemy would hand them on to a driver that knows none.  A second
    # address in an address would be taken for the name of a folder.
    is_file = url.drivername == "sqlite"
    if url.drivername not in _DRIVERS or (is_file and (url.query or "://" in (url.database or ""))):
        raise Unavailable("db.bad_address")
    return url


def file_of(target: str | Path | URL) -> Path | None:
    """The database file a path or URL names, or None for memory and servers."""
    url = database_url(target)
    name = url.database
    sqlite = url.get_backend_name() == "sqlite"
    return Path(name) if sqlite and name and name != ":memory:" else None


_LOOK_EVERY = 20_000
"""Steps of SQLite's machine, about a millisecond, after which a query asks whether to go on."""
_FINISHING = 5.0
"""Seconds a replacement waits for work under way to end."""
_REPLACING = 60.0
"""Seconds work waits for a replacement to end that lets it wait."""


class Database:
    """An open database.  Thread-safe; a session belongs to the thread that opened it.

    Everybody who opens a file is known by `name` to whoever wants to replace it (`db.locking`).
    Raises `Unavailable` when somebody is replacing or upgrading the file now.
    """

    def __init__(self, target: str | Path, name: str = "POSCare") -> None:
        self.url = database_url(target)
        self.path = file_of(self.url)
        """The database file, or None for memory and servers."""
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else server_engine(self.url)
        self.lock = DatabaseLock(self.path, name) if self.path is not None else None
        self._inside = 0
        self._shut = False
        self._waiting = False
        self._changed = threading.Condition()
        self._identity: tuple[int, int] | None = None
        self._here = threading.local()
        if self.lock is not None:
            event.listen(self.engine, "do_connect", self._connect)
            event.listen(self.engine, "connect", self._after_connection)
            try:
                self.lock.join()
            except BaseException:
                self.lock.close()
                raise
        self._writer = self.engine.execution_options(**{WRITES: True})
        self._reader = self.engine.execution_options(**{READS: True})

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file (or memory) of ours rather than a server."""
        return self.url.get_backend_name() == "sqlite"

    def __str__(self) -> str:
        return without_secrets(self.url).render_as_string(hide_password=True)

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent snapshot, inside `snapshot` on that; whatever it changes is
        thrown away.  In a file a query ends when nobody waits for it any more
        (`app.domain.still_wanted`).

        Raises `Unavailable`, `Cancelled`.
        """
        shared: Session | None = getattr(self._here, "session", None)
        if shared is not None:
            yield shared
            return
        with (
            self._working(),
            translated(self.url),
            DatabaseSession(self._reader, autoflush=False) as session,
            self._given_up(session),
            self._as_damage(session),
        ):
            yield session
            session.expunge_all()
            # On a server a commit is one round trip less; its transaction can write nothing.
            session.commit()

    @contextlib.contextmanager
    def _as_damage(self, session: Session) -> Iterator[None]:
        """What only a bug could do in a whole file is told as damage where the file is damaged: a
        page in another one's place may hold well-formed rows."""
        try:
            yield
        except (AppError, UnicodeError):
            raise
        except _OF_A_BUG_OR_DAMAGE as failure:
            session.rollback()
            if self.is_sqlite and not _is_sound(session):
                raise Unavailable("db.damaged") from failure
            raise

    @contextlib.contextmanager
    def _given_up(self, session: Session) -> Iterator[None]:
        unwanted = nobody_waits()
        if unwanted is None or not self.is_sqlite:
            yield
            return
        driver: Any = session.connection().connection.dbapi_connection
        driver.set_progress_handler(unwanted, _LOOK_EVERY)
        try:
            yield
        finally:
            driver.set_progress_handler(None, 0)

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything this thread reads inside sees one moment, in one transaction.

        Raises `Unavailable`; `RuntimeError` when something is written inside, which what is read
        afterwards would not see.
        """
        if getattr(self._here, "session", None) is not None:
            yield
            return
        with self.read() as session:
            self._here.session = session
            try:
                yield
            finally:
                self._here.session = None

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: all of it is stored when the block ends, none of it when it raises.

        Raises `Unavailable`, or `Conflict` when somebody changed the same row first;
        ``db.file_gone`` when the file is no longer where it was opened, for what is written to a
        file without a name is lost.
        """
        if getattr(self._here, "session", None) is not None:
            raise RuntimeError("written while one moment is read")
        with (
            self._working(),
            translated(self.url),
            DatabaseSession(self._writer, expire_on_commit=False) as session,
            self._as_damage(session),
        ):
            self._same_file()
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextlib.contextmanager
    def connect(self) -> Iterator[Connection]:
        """A bare connection, for pragmas and the catalogue.  Raises `Unavailable`."""
        with self._working(), translated(self.url), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """No other program has the file open while inside; nothing to do with a server.

        Raises `Unavailable`: ``db.open_in_window``, ``db.open_elsewhere``, ``db.being_changed``.
        """
        with self.lock.alone() if self.lock is not None else contextlib.nullcontext():
            yield

    @contextlib.contextmanager
    def replacing(self, *, waiting: bool = False) -> Iterator[DatabaseLock]:
        """The file may be replaced while inside: nobody else has it open, work of this program
        has ended, every connection is closed and no new one is made.  What comes afterwards
        works on the new file.  Whatever else of this program wants to begin meanwhile is refused;
        with `waiting` it waits, because the new file goes on where the old one was.

        Raises `Unavailable` as `alone` does, ``db.locked``, ``backup.not_a_file``.
        """
        if self.lock is None:
            raise Unavailable("backup.not_a_file")
        with self.lock.alone():
            with self._changed:
                self._shut, self._waiting = True, waiting
            try:
                with self._changed:
                    if not self._changed.wait_for(lambda: self._inside == 0, _FINISHING):
                        raise Unavailable("db.locked")
                self._let_go()
                self._identity = None
                yield self.lock
            finally:
                with self._changed:
                    self._shut = False
                    self._changed.notify_all()

    def close(self) -> None:
        """Write the write-ahead log back into the file and close every connection."""
        self._let_go()
        if self.lock is not None:
            self.lock.close()

    def _let_go(self) -> None:
        if self.path is not None and self._identity == _identity_of(self.path):
            with (
                contextlib.suppress(exc.DBAPIError, Unavailable),
                translated(self.url),
                self.engine.connect() as connection,
            ):
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.engine.dispose()

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        with self._changed:
            if self._shut and self._waiting:
                self._changed.wait_for(lambda: not self._shut, _REPLACING)
            if self._shut:
                raise Unavailable("db.being_replaced")
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def _same_file(self) -> None:
        """Refuse when the name stands for another file than the one that is open, or for none."""
        path = self.path
        if path is not None and self._identity not in {None, _identity_of(path)}:
            raise Unavailable("db.file_gone", path=str(path))

    def _connect(self, _dialect: object, _record: object, _names: Any, options: Any) -> Any:
        # SQLite would make a new, empty file.
        self._same_file()
        assert self.path is not None
        return cipher.connect(self.path, **options)

    def _after_connection(self, *_details: object) -> None:
        if self._identity is None and self.path is not None:
            self._identity = _identity_of(self.path)


def _identity_of(path: Path) -> tuple[int, int] | None:
    """What tells one file from another of the same name; None when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _sqlite_engine(url: URL) -> Engine:
    from sqlcipher3 import dbapi2

    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise Unavailable("db.old_sqlite", version=dbapi2.sqlite_version)
    memory = url.database in (None, "", ":memory:")
    engine = create_engine(
        url,
        module=dbapi2,
        poolclass=StaticPool if memory else QueuePool,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", write_turns.begin)
    return engine


def _prepare_connection(connection: Any, _record: object) -> None:
    # The driver must not open or end transactions by itself: migrations have to be atomic and
    # a writer has to take its lock before it reads.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode not in {"wal", "memory"}:
        raise Unavailable("db.no_wal", mode=mode)


def _is_sound(session: Session) -> bool:
    connection = session.connection()
    verdict = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    return verdict == "ok" and orphan is None
