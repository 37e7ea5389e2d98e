"""What was found out about the data last, kept in a file beside the backups.

Not in the database: looking after it is no change of it, and what is known of a damaged one must
not lie in it.
"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app import files

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When the data were checked, and thoroughly, and the codes of what was not well; when a
    restore was rehearsed, and whether it went well; since when a window has them open."""

    checked_at: datetime | None = None
    thorough_at: datetime | None = None
    wrong: tuple[str, ...] = ()
    rehearsed_at: datetime | None = None
    rehearsal_well: bool = False
    open_since: datetime | None = None


class ConditionFile:
    """The conditions of the databases opened from one data folder, by their names."""

    def __init__(self, path: Path, database: str) -> None:
        self._path = path
        self._database = database
        self._lock = threading.Lock()

    def read(self) -> Condition:
        """What is known; nothing when the file is lost or cannot be read: it is found out again."""
        found = self._all().get(self._database)
        try:
            return _condition(found) if isinstance(found, dict) else Condition()
        except (TypeError, ValueError):
            return Condition()

    def keep(self, **values: Any) -> None:
        """Change some of the fields of `Condition`.  Where that cannot be kept it is found out
        again."""
        with self._lock:
            everything = self._all()
            before = everything.get(self._database)
            now = {name: _plain(value) for name, value in values.items()}
            everything[self._database] = (before if isinstance(before, dict) else {}) | now
            try:
                files.private_folder(self._path.parent)
                content = json.dumps(everything, ensure_ascii=False, indent=1)
                files.write_private(self._path, content.encode("utf-8", "surrogateescape"))
            except OSError as failure:
                log.warning("not kept what was found out about the data: %s", failure)

    def _all(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8", errors="surrogateescape"))
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _condition(found: dict[str, Any]) -> Condition:
    return Condition(
        checked_at=_moment(found.get("checked_at")),
        thorough_at=_moment(found.get("thorough_at")),
        wrong=tuple(str(code) for code in found.get("wrong") or ()),
        rehearsed_at=_moment(found.get("rehearsed_at")),
        rehearsal_well=bool(found.get("rehearsal_well")),
        open_since=_moment(found.get("open_since")),
    )


def _moment(value: Any) -> datetime | None:
    """Raises `ValueError`, `TypeError`."""
    moment = datetime.fromisoformat(value) if value else None
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment
