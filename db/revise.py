"""Drafts a migration from the difference between schema and table classes.

``python -m db.revise 0041 "what changes"``; ``python -m db.revise newest`` prints the schema new
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


def print_newest() -> None:
    """Print what belongs into the file of `db.newest`, from the migrations."""
    database = Database(":memory:")
    migrate.upgrade(database, step_by_step=True)
    with database.engine.connect() as connection:
        sys.stdout.write(newest.written(connection, migrate.HEAD))


if __name__ == "__main__":
    if sys.argv[1:] == ["newest"]:
        print_newest()
    else:
        main(*sys.argv[1:3])
