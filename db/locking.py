"""Locks on a database file: who has it open, and exclusive access for replacing it.

Everybody who opens a database holds a lock of the operating system on one byte of the file
``NAME-lock`` beside it, and writes there who that is; whoever replaces or rebuilds the file needs
all the others gone, and keeps newcomers waiting at a first byte, the gate, meanwhile.  The system
drops the locks of a process that dies, however it dies, so nothing can be left behind by a crash;
the file itself stays and means nothing.

Why not a library: portalocker shares a lock on Windows only through pywin32, and the shared lock of
filelock opens a second SQLite in the process, which must never be (`db.backup`).  Exclusive locks
on single bytes are all this needs, and both systems' standard modules have them.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.domain.errors import Unavailable
from app.domain.missing_database import WINDOW

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

GATE_WAIT = 5.0
"""Seconds to wait while somebody else opens, upgrades or replaces the database."""

_SLOTS = 64
_RECORD = 256
_FIRST_BYTE = 1 << 30
"""Where the locked bytes begin: far behind the text, for Windows lets nobody read a locked byte."""
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has the database open: a command or `WINDOW`, its process, and since when."""

    name: str
    process: int
    since: datetime | None

    def refusal(self) -> Unavailable:
        """The error that names this holder."""
        code = "db.open_in_window" if self.name == WINDOW else "db.open_elsewhere"
        return Unavailable(code, program=self.name, process=self.process, since=self.since or "-")


class _LockFile:
    """One lock file as this process has it open.

    Only one handle a process: POSIX drops all locks of a process on a file when *any* of its
    handles is closed.  For the same reason nothing else in the program may open the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.users = 0
        self.members = 0
        self.gate = threading.RLock()
        self.gate_depth = 0
        self._slot = 0
        self._io = threading.Lock()
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)

    def close(self) -> None:
        os.close(self._handle)

    def join(self, name: str) -> bool:
        """Take the slot of this process; returns whether one was free."""
        if self.members == 0:
            free = (slot for slot in range(1, _SLOTS + 1) if self.try_lock(slot))
            self._slot = next(free, 0)
            if not self._slot:
                return False
            self.write(self._slot, name)
        self.members += 1
        return True

    def leave(self) -> None:
        self.members -= 1
        if self.members == 0:
            self.unlock(self._slot)
            self._slot = 0

    def others(self, members: int) -> Holder | None:
        """Somebody who has it open beside `members` of this process."""
        if self.members > members:
            return self.read(self._slot)
        for slot in range(1, _SLOTS + 1):
            if slot == self._slot:
                continue
            if not self.try_lock(slot):
                return self.read(slot)
            self.unlock(slot)
        return None

    def write(self, place: int, name: str) -> None:
        text = f"{name}\n{os.getpid()}\n{datetime.now(UTC).isoformat()}\n".encode()
        # The lock is what counts; on a full disk only the name of its holder is missing.
        with self._io, contextlib.suppress(OSError):
            os.lseek(self._handle, place * _RECORD, os.SEEK_SET)
            os.write(self._handle, text[: _RECORD - 1].ljust(_RECORD, b"\0"))

    def read(self, place: int) -> Holder:
        with self._io:
            os.lseek(self._handle, place * _RECORD, os.SEEK_SET)
            text = os.read(self._handle, _RECORD).rstrip(b"\0").decode("utf-8", "replace")
        lines = [*text.splitlines(), "", "", ""]
        since = None
        with contextlib.suppress(ValueError):
            since = datetime.fromisoformat(lines[2])
        return Holder(lines[0] or "POSCare", int(lines[1]) if lines[1].isdecimal() else 0, since)

    def try_lock(self, place: int) -> bool:
        with self._io:
            try:
                if sys.platform == "win32":
                    os.lseek(self._handle, _FIRST_BYTE + place, os.SEEK_SET)
                    msvcrt.locking(self._handle, msvcrt.LK_NBLCK, 1)
                else:
                    operation = fcntl.LOCK_EX | fcntl.LOCK_NB
                    fcntl.lockf(self._handle, operation, 1, _FIRST_BYTE + place)
            except (BlockingIOError, PermissionError):
                return False
            return True

    def unlock(self, place: int) -> None:
        with self._io:
            if sys.platform == "win32":
                os.lseek(self._handle, _FIRST_BYTE + place, os.SEEK_SET)
                msvcrt.locking(self._handle, msvcrt.LK_UNLCK, 1)
            else:
                fcntl.lockf(self._handle, fcntl.LOCK_UN, 1, _FIRST_BYTE + place)


_GATE = 0
_open_files: dict[str, _LockFile] = {}
_registry = threading.Lock()


class DatabaseLock:
    """One user of a database file: may `join` those who have it open, or be `alone` with it.

    Raises `Unavailable` wherever it is refused: ``db.open_in_window``, ``db.open_elsewhere``,
    ``db.being_changed``; and when made, ``db.folder_unwritable``, ``db.cannot_open``.
    """

    def __init__(self, database: Path, name: str = "POSCare") -> None:
        self.database = database
        self.name = name
        self._joined = False
        self._alone = False
        real = Path(os.path.realpath(database))
        self._key = str(real.with_name(real.name + "-lock"))
        with _registry:
            if self._key not in _open_files:
                _open_files[self._key] = self._opened(Path(self._key))
            self._file = _open_files[self._key]
            self._file.users += 1
        self._closed = False

    def _opened(self, path: Path) -> _LockFile:
        try:
            return _LockFile(path)
        except FileNotFoundError as failure:
            raise Unavailable("db.cannot_open") from failure
        except OSError as failure:
            raise Unavailable("db.folder_unwritable", path=str(path.parent)) from failure

    @property
    def is_alone(self) -> bool:
        """Whether nobody else has the database open, nor can open it."""
        return self._alone

    def join(self) -> None:
        """Be one of those who have the database open, until `close`."""
        with self.gate():
            with self._usable():
                if not self._file.join(self.name):
                    raise Unavailable("db.locked")
            self._joined = True

    @contextlib.contextmanager
    def gate(self) -> Iterator[None]:
        """Nobody else can begin to use the database while inside; a thread may enter again.

        Waits `GATE_WAIT` seconds for one who is inside already, then is refused.
        """
        file, until = self._file, time.monotonic() + GATE_WAIT
        if not file.gate.acquire(timeout=GATE_WAIT):
            raise self._waited()
        try:
            if file.gate_depth == 0:
                with self._usable():
                    while not file.try_lock(_GATE):
                        if time.monotonic() > until:
                            raise self._waited()
                        time.sleep(_PAUSE)
                file.write(_GATE, self.name)
            file.gate_depth += 1
            try:
                yield
            finally:
                file.gate_depth -= 1
                if file.gate_depth == 0:
                    file.unlock(_GATE)
        finally:
            file.gate.release()

    def _waited(self) -> Unavailable:
        holder = self._file.read(_GATE)
        return Unavailable("db.being_changed", program=holder.name, process=holder.process)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only user of the database file while inside."""
        with self.gate():
            with self._usable():
                holder = self._file.others(1 if self._joined else 0)
            if holder is not None:
                raise holder.refusal()
            before, self._alone = self._alone, True
            try:
                yield
            finally:
                self._alone = before

    @contextlib.contextmanager
    def _usable(self) -> Iterator[None]:
        """A file system that knows no locks is no place for a database."""
        try:
            yield
        except OSError as failure:
            raise Unavailable("db.no_wal", mode=failure.strerror or "lock") from failure

    def close(self) -> None:
        """Use the database no more.  May be called again."""
        with _registry:
            if self._closed:
                return
            self._closed = True
            if self._joined:
                self._joined = False
                self._file.leave()
            self._file.users -= 1
            if self._file.users == 0:
                del _open_files[self._key]
                self._file.close()
