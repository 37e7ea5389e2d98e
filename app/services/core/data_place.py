"""What can be told of the place the data lie in before any service is built."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.errors import Unavailable

if TYPE_CHECKING:
    from db.engine import Database

log = logging.getLogger(__name__)

# The window asks before it is painted and mostly needs none of it, so SQL is loaded only here
# below.


def is_shared(folder: Path) -> bool:
    """Whether other computers reach the folder too."""
    from db import storage

    return storage.file_system(folder) in storage.NETWORK_FILE_SYSTEMS


def letter_in_use(target: str) -> str:
    """The letter that numbers made in the database file `target` carry, or empty.

    A server is shared by many letters and one that cannot be read tells nothing: both give empty.
    """
    # A file that is not there must not be made by asking.
    if "://" in target or not Path(target).is_file():
        return ""
    from sqlalchemy.exc import SQLAlchemyError

    from db.engine import Database

    database = Database(target)
    try:
        return _letter(database)
    except (Unavailable, SQLAlchemyError) as failure:
        log.warning("letter not found in the database: %s", type(failure).__name__)
        return ""
    finally:
        with contextlib.suppress(Unavailable):
            database.close()


def needs_sign_in(target: str) -> bool:
    """Whether somebody has a password in the database file `target`; of one that is missing or
    damaged nobody knows, and whoever puts a copy back must be able to.  A server restores itself.
    """
    if "://" in target or not Path(target).is_file():
        return False
    from sqlalchemy.exc import SQLAlchemyError

    from app.services.core.rights import is_guarded
    from db.engine import Database

    database = Database(target)
    try:
        with database.read() as session:
            return is_guarded(session)
    except (Unavailable, SQLAlchemyError) as failure:
        log.warning("rights not found in the database: %s", type(failure).__name__)
        return False
    finally:
        with contextlib.suppress(Unavailable):
            database.close()


def _letter(database: Database) -> str:
    from app.services.core.letters import letter_here

    with database.read() as session:
        return letter_here(session)
