"""Applies the log of a database to an empty one and compares every table."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from app import bootstrap
from app.services import Services
from app.services.core.operation_log import read_operations
from app.services.replay import Replay
from app.settings import Settings
from db.contents import LOG, rows_of, tables
from db.engine import Database


def state_of(database: Database, *, log: bool = True) -> dict[str, list[dict[str, Any]]]:
    """Every table of the state with its rows; with `log` the operation log, too."""
    with database.connect() as connection:
        return {
            table.name: list(rows_of(connection, table))
            for table in tables()
            if log or table.name not in LOG
        }


def differences(one: Database, other: Database) -> list[str]:
    """The rows that are in one database and not in the other, as lines; at most 40."""
    mine, theirs = state_of(one), state_of(other)
    found = []
    for name, rows in mine.items():
        if rows != theirs[name]:
            found += [f"{name} only here:  {row}" for row in rows if row not in theirs[name]]
            found += [f"{name} only there: {row}" for row in theirs[name] if row not in rows]
    return found[:40]


def opened_from(template: Path, target: Path) -> Database:
    """An empty database of its own."""
    shutil.copyfile(template, target)
    return Database(target)


def replayed(services: Services, template: Path, target: Path) -> Database:
    """A database made from nothing but the log of another."""
    database = opened_from(template, target)
    other = bootstrap.build(
        Settings(technician="nobody", device="Z9"),
        clock=services.context.clock,
        database=database,
    )
    with services.context.database.read() as session:
        operations = list(read_operations(session))
    Replay(other).apply_all(operations)
    return database


def assert_replays(services: Services, template: Path, folder: Path) -> None:
    """The log applied to an empty database gives the same in every table."""
    database = replayed(services, template, folder / "replayed.db")
    try:
        found = differences(services.context.database, database)
    finally:
        database.close()
    assert not found, "\n".join(found)
