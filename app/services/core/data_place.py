"""What can be told of the place the data lie in before any service is built."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.domain.errors import Unavailable

if TYPE_CHECKING:
    from db.engine import Database

log = logging.getLogger(__name__)

T = TypeVar("T")

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
    return _answer(target, _letter, "")


def needs_sign_in(target: str) -> bool:
    """Whether somebody has a password in the database file `target`; of one that is missing or
    damaged nobody knows, and whoever puts a copy back must be able to.  A server restores itself.
    """
    if "://" in target or not Path(target).is_file():
        return False
    return _answer(target, _is_guarded, False)


def _answer(target: str, ask: Callable[[Database], T], unknown: T) -> T:
    from sqlalchemy.exc import SQLAlchemyError

    from db.viewing import open_to_ask

    database: Database | None = None
    try:
        database = open_to_ask(Path(target))
        return ask(database)
    except (Unavailable, SQLAlchemyError) as failure:
        log.warning("nothing found out of the database: %s", type(failure).__name__)
        return unknown
    finally:
        if database is not None:
            with contextlib.suppress(Unavailable):
                database.close()


def _is_guarded(database: Database) -> bool:
    from app.services.core.rights import is_guarded

    with database.read() as session:
        return is_guarded(session)


def _letter(database: Database) -> str:
    from app.services.core.letters import letter_here

    with database.read() as session:
        return letter_here(session)
