"""Drafts a migration from the difference between schema and table classes.

``python -m db.revise 0016 "what changes"``

The script is a draft: read it and complete it.  `HEAD` in `db.migrate` follows from its name.
"""

from __future__ import annotations

import sys

from db import migrate
from db.engine import Database


def main(revision: str, message: str) -> None:
    """Compare the newest schema with the tables and write the difference."""
    from alembic import command

    database = Database(":memory:")
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        config = migrate.alembic_config(connection)
        command.revision(config, message=message, autogenerate=True, rev_id=revision)


if __name__ == "__main__":
    main(*sys.argv[1:3])
