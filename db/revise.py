"""Drafts a migration from the difference between schema and table classes.

``python -m db.revise 0016 "what changes"``; ``python -m db.revise newest`` writes the schema new
files are made from.

The script is a draft: read it and complete it.  `HEAD` in `db.migrate` follows from its name.
"""

from __future__ import annotations

import sys

from db import migrate, newest
from db.engine import Database


def main(revision: str, message: str) -> None:
    """Compare the newest schema with the tables and write the difference."""
    from alembic import command

    database = Database(":memory:")
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        config = migrate.alembic_config(connection)
        command.revision(config, message=message, autogenerate=True, rev_id=revision)


def write_newest() -> None:
    """Write `db.newest`'s file from the migrations."""
    database = Database(":memory:")
    migrate.upgrade(database, step_by_step=True)
    with database.engine.connect() as connection:
        newest.FILE.write_text(newest.written(connection, migrate.HEAD), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["newest"]:
        write_newest()
    else:
        main(*sys.argv[1:3])
