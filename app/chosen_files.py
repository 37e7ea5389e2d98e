"""Files people choose to write, at a place and under a name of their own: documents, tables, keys,
packages.

Such a name is written to disk like what is in the file, and what lies there already gives way to
it.  So every one of them passes `check`, wherever it was chosen: a name holds no card number, and
nothing the program keeps is replaced by a table somebody saves.
"""

from __future__ import annotations

import os
from pathlib import Path

from app import files, paths
from app.domain.cardguard import find_secrets, mask_cards
from app.domain.errors import InvalidInput, Unavailable

_BESIDE_DATABASES = ("", "-wal", "-shm", "-journal", "-lock")
"""What SQLite and the locks of `db.locking` add to the name of a database."""
_HASHED = ".sha256"
"""What the file beside a backup adds to its name."""


def check_name(path: Path) -> None:
    """Raises `InvalidInput` (``file.name_card_number``) when a file that is not there yet would
    bear a card number or the like in its name."""
    if find_secrets(path.name) and not path.exists():
        raise InvalidInput.of("file", "file.name_card_number", name=mask_cards(path.name))


def check(path: Path) -> None:
    """Whether a file may be written there.  Raises `InvalidInput`: ``file.name_card_number``,
    ``file.is_own`` for a file of the program itself; `Unavailable` (``file.unwritable``) for a
    device or pipe, which a file would replace."""
    check_name(path)
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise Unavailable("file.unwritable", path=str(path))
    if _is_own(Path(os.path.realpath(path))):
        raise InvalidInput.of("file", "file.is_own", path=str(path))


def _is_own(path: Path) -> bool:
    """Whether something of the program is there: in the folder of its data, a database elsewhere
    that was ever opened, or a backup.  Nothing is opened for that: closing a database once more
    would drop the locks of whoever works in it (`db.locking`)."""
    if path.is_file() and path.is_relative_to(os.path.realpath(paths.home())):
        return True
    if not path.name:
        return False
    bases = (path.name.removesuffix(end) for end in _BESIDE_DATABASES if path.name.endswith(end))
    if any(path.with_name(f"{base}-lock").exists() for base in bases):
        return True
    return path.with_name(path.name.removesuffix(_HASHED) + _HASHED).exists()


def write(path: Path, content: bytes) -> None:
    """Write a file, all of it or nothing.  Raises `InvalidInput` as `check`; `Unavailable`
    (``files.disk_full``, ``file.unwritable``)."""
    check(path)
    try:
        files.write(path, content)
    except OSError as failure:
        otherwise = Unavailable("file.unwritable", path=str(path))
        raise files.full_or(otherwise, failure, path) from failure
