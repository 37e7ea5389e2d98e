"""A database that cannot be written, opened to be looked at: as a copy that is thrown away.

SQLite needs to write beside a database even to read it (its index of the write-ahead log), so a
folder or drive without the right to write is read into a folder of this user's own.  Half-filled
forms and the like go into the copy; operations are refused (`app.services.core.rights`).
"""

from __future__ import annotations

import logging
from pathlib import Path

from app import files
from app.domain.errors import Unavailable
from app.working_folders import WorkingFolder
from db.engine import Database
from db.storage import can_only_be_read

log = logging.getLogger(__name__)

_PARTS = ("", "-wal")


class ViewedDatabase(Database):
    """A throwaway copy of the database file `original`, which is that of a server where `of_server`
    says so.  Raises `Unavailable`."""

    def __init__(self, original: Path, name: str = "POSCare", *, of_server: bool = False) -> None:
        self.original, self.of_server = original, of_server
        try:
            self._folder = WorkingFolder("view")
        except OSError as failure:
            raise files.unavailable(failure, original) from failure
        try:
            copy = self._folder.path / original.name
            for part in _PARTS:
                source = original.with_name(original.name + part)
                if source.is_file():
                    files.copy(source, copy.with_name(copy.name + part))
            super().__init__(copy, name)
        except OSError as failure:
            self._folder.close()
            otherwise = Unavailable("file.unreadable", name=str(original))
            raise files.full_or(otherwise, failure, original) from failure
        except BaseException:
            self._folder.close()
            raise
        log.info("opened to be looked at only: %s", original)

    def __str__(self) -> str:
        return str(self.original)

    def close(self) -> None:
        """Close every connection, and throw the copy away."""
        super().close()
        self._folder.close()


def open_to_ask(path: Path) -> Database:
    """A database file for a question, whether it can be written or not.  Raises `Unavailable`."""
    return ViewedDatabase(path) if can_only_be_read(path) else Database(path)
