"""One window for each data folder: a lock file, and a local socket to bring it to the front."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QDir, QLockFile, QSysInfo
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication

from app import files, paths
from app.domain.errors import Unavailable

ANSWER_WITHIN = 1_000
"""Milliseconds a running window has to answer."""
_LONGEST_SOCKET = 100
"""Bytes; Unix gives the path of a socket 104 to 108 (``sun_path`` in unix(7))."""


@dataclass(frozen=True, slots=True)
class WindowHolder:
    """Who has the data folder, as far as its lock says."""

    process: int = 0
    host: str = ""
    program: str = ""


class SingleInstance:
    """Holds the data folder for this process.  Raises `Unavailable` when there can be none."""

    def __init__(self) -> None:
        self._home = paths.home()
        try:
            files.private_folder(self._home)
        except OSError as failure:
            raise Unavailable("db.folder_unwritable", path=str(self._home)) from failure
        self._path = self._home / paths.LOCK
        self._lock = QLockFile(str(self._path))
        # The lock of a running process is valid however old it is.
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None
        self._raise: Callable[[], None] = _raise_all
        self.waiting: QLocalSocket | None = None
        """The question put to the holder, on which it may still answer."""

    def claim(self) -> bool:
        """Take the folder; False when another process has it.  What a process of this computer
        left behind when it died is taken over.  A folder that can only be read is nobody's.
        Raises `Unavailable` (not writable)."""
        if self._lock.tryLock(0):
            self._listen()
            return True
        if self._home.is_dir() and not os.access(self._home, os.W_OK):
            return True
        if self._lock.error() != QLockFile.LockError.LockFailedError or self._path.is_dir():
            raise Unavailable("db.folder_unwritable", path=str(self._path))
        return False

    def ask(self) -> bool:
        """Ask the holder to show its window; whether it answered."""
        limit = QDeadlineTimer(ANSWER_WITHIN)
        self.waiting = socket = QLocalSocket()
        socket.connectToServer(socket_name(self._home))
        return socket.waitForConnected(limit.remainingTime()) and (
            socket.bytesAvailable() > 0 or socket.waitForReadyRead(limit.remainingTime())
        )

    def holder(self) -> WindowHolder:
        """Who has it."""
        process, host, program = self._lock.getLockInfo()
        return WindowHolder(process, host, program)

    def claim_from_dead(self) -> bool:
        """Take the folder when nobody has its lock open any more, whatever host it names: the
        computer was renamed, or the folder copied from another.  On a folder that other computers
        reach that cannot be told, so it is left to the person."""
        holder = self.holder()
        if holder.host and holder.host != QSysInfo.machineHostName():
            from app.services.core.data_place import is_shared

            if is_shared(self._home):
                return False
        # Removes it only if no running process holds it.
        return self._lock.removeStaleLockFile() and self.claim()

    def take_over(self) -> bool:
        """Take the folder although its lock is held: the person says that nobody uses it.
        Raises `Unavailable`."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as failure:
            # Windows removes no file that a running process has open.
            raise Unavailable("start.cannot_take_over") from failure
        return self.claim()

    def on_second_start(self, raise_window: Callable[[], None]) -> None:
        """Call this when somebody starts the program again."""
        self._raise = raise_window

    def release(self) -> None:
        """Release the folder."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _listen(self) -> None:
        # From the first moment on, also while the first questions are asked.
        name = socket_name(self._home)
        QLocalServer.removeServer(name)
        self._server = QLocalServer()
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        self._server.listen(name)

    def _answer(self) -> None:
        server = self._server
        while server is not None and (socket := server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.write(b"here\n")
            socket.flush()
            socket.disconnectFromServer()
        self._raise()


def socket_name(home: Path) -> str:
    """A name of fixed length for a folder of any length, the same by whatever way it is
    reached."""
    place = os.path.normcase(home.resolve())
    name = f"poscare-{hashlib.sha256(os.fsencode(place)).hexdigest()[:24]}"
    # Qt puts it into the folder of temporary files, whose path can be too long by itself.
    if os.name == "posix" and len(os.fsencode(QDir.tempPath())) + len(name) >= _LONGEST_SOCKET:
        return f"/tmp/{name}"  # noqa: S108 - a socket only this user may use
    return name


def _raise_all() -> None:
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            with contextlib.suppress(RuntimeError):
                window.raise_()
                window.activateWindow()
