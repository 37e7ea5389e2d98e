"""Connections to database files, encrypted or not (SQLCipher).

The first 16 bytes of an encrypted file are what SQLCipher calls its salt.  Ours say that the file
is ours and which key it needs, and are random for the rest: the key is 256 random bits and needs no
salt against guessing (https://www.zetetic.net/sqlcipher/design/).  Without derivation from a
password, opening a file costs no time.

Whether a file is encrypted is found out by trying, never by reading it: plain file access would
drop this process's locks on a file another connection has open (`db.copying`).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app import files
from app.domain.errors import Unavailable
from app.encryption.keys import ID_LENGTH, DataKey, unlocked

MARK = b"PCK1"
_SALT = 16
PLAIN = b"SQLite format 3\0"
_NOT_A_DATABASE = "file is not a database"
_DAMAGED = "database disk image is malformed"


def connect(path: Path, name: str | None = None, *, plain: bool = False, **options: Any) -> Any:
    """A driver connection to a database file; one that is made is encrypted with the current key,
    if there is one, unless it is to be `plain`.  `name` is what the driver gets in its place, a URI
    say.

    Raises the driver's errors; `Unavailable`: ``encryption.locked``, ``encryption.other_key``.
    """
    from sqlcipher3 import dbapi2

    for key in [None] if plain else _candidates(path):
        connection = dbapi2.connect(name or str(path), **options)
        try:
            _give(connection, key, fresh=_is_fresh(path))
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except dbapi2.DatabaseError as failure:
            if _NOT_A_DATABASE not in str(failure):
                # Not about the key: it comes again where it is understood.
                return connection
            connection.close()
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise _refusal(path)


def begin(path: Path, key: DataKey) -> None:
    """Make the database file `path`, which holds nothing yet, encrypted with a key of its own.
    Raises the driver's errors."""
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(str(path), isolation_level=None)
    try:
        _give(connection, key, fresh=True)
        connection.execute("CREATE TABLE begun (n)")
        connection.execute("DROP TABLE begun")
    finally:
        connection.close()


def _candidates(path: Path) -> list[DataKey | None]:
    current, known = unlocked.current, unlocked.all()
    if _is_fresh(path):
        return [current]
    return list(dict.fromkeys([current, None, *known]))


def _is_fresh(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return True


def _give(connection: Any, key: DataKey | None, *, fresh: bool) -> None:
    # It would write to standard error whenever another key was tried.
    connection.execute("PRAGMA cipher_log_level = NONE")
    if key is not None:
        connection.execute(f'PRAGMA key = "{_spelled(key, fresh=fresh)}"')


def _spelled(key: DataKey | None, *, fresh: bool) -> str:
    """A key as SQLCipher takes it, for a new file with its first bytes; empty for none."""
    if key is None:
        return ""
    return f"x'{key.secret.hex()}{_first_bytes(key).hex() if fresh else ''}'"


def _first_bytes(key: DataKey) -> bytes:
    return MARK + key.id + os.urandom(_SALT - len(MARK) - ID_LENGTH)


def _refusal(path: Path) -> Exception:
    """Why no key opens a file; nobody of this process has it open, so it may be read."""
    from sqlcipher3 import dbapi2

    found, said = key_of(path), _NOT_A_DATABASE
    if found is not None:
        try:
            unlocked.of(found)
        except Unavailable as locked:
            return locked
        # The key is right, so the file is not.
        said = _DAMAGED
    refusal: Exception = dbapi2.DatabaseError(said)
    return refusal


def key_of(path: Path) -> bytes | None:
    """The identifier of the key a database file needs that nobody of this process has open; None
    when it is plain or no database.  Raises `OSError`."""
    with files.open_chosen(path) as file:
        first = file.read(_SALT)
    is_ours = len(first) == _SALT and first.startswith(MARK)
    return first[len(MARK) : len(MARK) + ID_LENGTH] if is_ours else None


def is_database(path: Path) -> bool:
    """Whether a file that nobody has open looks like a database, encrypted or not.  Raises
    `OSError`."""
    if key_of(path) is not None:
        return True
    with path.open("rb") as file:
        return file.read(_SALT) == PLAIN


def is_encrypted(connection: Any) -> bool:
    """Whether what a connection reads is encrypted."""
    return bool(connection.execute("PRAGMA cipher_provider").fetchall())


def is_as_wanted(path: Path) -> bool:
    """Whether a database file that nobody has open is encrypted with the current key, or plain
    while there is none.  Raises `OSError`."""
    current = unlocked.current
    return key_of(path) == (current.id if current is not None else None)


@contextlib.contextmanager
def attached(connection: Any, path: Path) -> Iterator[str]:
    """Attach an existing database file, under whichever key it has; gives its name in SQL.  Raises
    as `connect`."""
    from sqlcipher3 import dbapi2

    for key in _candidates(path):
        spelled = _spelled(key, fresh=False)
        try:
            connection.execute(f'ATTACH ? AS source KEY "{spelled}"', (str(path),))
        except dbapi2.DatabaseError as failure:
            if _NOT_A_DATABASE not in str(failure):
                raise
            continue
        try:
            yield "source"
        finally:
            connection.execute("DETACH source")
        return
    raise _refusal(path)
