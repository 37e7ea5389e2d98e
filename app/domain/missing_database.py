"""A missing database: the backups and leftovers it could be restored from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.errors import Unavailable

WINDOW = "window"
"""The name of the window among those who have a database open; others go by their command."""


class LeftoverKind(StrEnum):
    """How a piece came to be where it is."""

    BACKUP = "backup"
    INCOMING = "incoming"
    """The copy a restore was about to put in place."""
    REPLACED = "replaced"
    """What an earlier restore moved aside."""
    DAMAGED = "damaged"
    """A copy of a damaged database; not a backup, but perhaps better than none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One database file that could be put back: `incidents` and `last` say what is in it, None and
    empty when it cannot be read."""

    kind: LeftoverKind
    path: str
    made_at: datetime
    incidents: int | None = None
    last: str = ""
    """Number of the incident opened last."""
    needs: str = ""
    """The key it is encrypted with, as people read it, where that is not unlocked."""

    @property
    def readable(self) -> bool:
        """Whether it can be opened now."""
        return self.incidents is not None

    @property
    def restorable(self) -> bool:
        """Whether it can be put back, if need be after its key was unlocked."""
        return self.readable or bool(self.needs)


class DatabaseMissing(Unavailable):
    """A database that was here is not: ``db.vanished``, or empty: ``db.empty_file``."""

    def __init__(self, code: str, path: str, remains: tuple[Leftover, ...]) -> None:
        super().__init__(code, path=path, found=remains)
        self.path = path
        self.remains = remains
