"""Transactions that are flushed together with a later one, and those that are not."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from db.durability import flushed_together
from db.engine import Database

FULL, NORMAL = 2, 1


def _level(database: Database) -> int:
    with database.write() as session:
        return int(session.execute(sa.text("PRAGMA synchronous")).scalar_one())


def test_only_what_is_inside_waits_for_the_next_one(tmp_path: Path) -> None:
    """The first transaction after it flushes the log with everything before."""
    database = Database(tmp_path / "a.db")
    assert _level(database) == FULL
    with flushed_together():
        assert _level(database) == NORMAL
    assert _level(database) == FULL
    database.close()
