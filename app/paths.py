"""Paths of shipped resources (source tree, wheel, frozen build) and of the user's data."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

from app import portable

LOCK = "poscare.lock"
"""The file in a data folder whose holder has it: see `app.gui.shell.single_instance`."""

HOME_VARIABLE = "POSCARE_HOME"
"""Environment variable that moves all user data, for tests, demos and USB sticks."""


def resources() -> Path:
    """The folder of shipped, read-only files."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / "resources"
    here = Path(__file__).resolve().parent
    in_wheel = here / "_resources"
    return in_wheel if in_wheel.is_dir() else here.parent / "resources"


def moved() -> bool:
    """Whether the user's data are where the environment variable says, or beside the program: not
    at the one place this person has on this computer."""
    return bool(os.environ.get(HOME_VARIABLE)) or portable.base() is not None


def home() -> Path:
    """The folder of everything this program writes; not created here."""
    moved = os.environ.get(HOME_VARIABLE)
    if moved:
        return Path(moved).expanduser().absolute()
    if (beside := portable.base()) is not None:
        return beside / portable.DATA
    return platformdirs.user_data_path("POSCare", appauthor=False)


def settings_file() -> Path:
    """The settings of this machine."""
    return home() / "settings.toml"


def database_file() -> Path:
    """The database, unless settings name another."""
    return home() / "poscare.db"


def known_databases() -> Path:
    """The list of databases that were once opened from here."""
    return home() / "databases.txt"


def backups() -> Path:
    """Verified copies of the database."""
    return home() / "backups"


def attachments() -> Path:
    """Photos and other files, by content hash."""
    return home() / "blobs"


def keys() -> Path:
    """Private keys and passwords of this user, as far as the system has no store for them."""
    return home() / "keys"


def encryption_keys() -> Path:
    """The wrapped keys of encrypted data, where encryption was ever on."""
    return home() / "encryption.json"


def window_places() -> Path:
    """Where the window was, and how it looked."""
    return home() / "window"


def seat() -> Path:
    """What tells this computer from others that work on the same server."""
    return home() / "seat.txt"


def seat_copy() -> Path:
    """The copy of the office's server that is read while it is away."""
    return home() / "seat-copy"


def hub() -> Path:
    """Parcels on their way to and from the exchange server."""
    return home() / "hub"


def logs() -> Path:
    """Log and crash files."""
    return home() / "logs"
