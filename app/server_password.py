"""Keeps the password of the office's server apart from the settings: with the secrets of this user.

A settings file is copied, mailed to whoever helps and put into backups; an address in it holds no
password.  The libraries of a server are loaded only where there is one.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace

from app import paths
from app import settings as settings_file
from app.domain.errors import AppError, Problem, Unavailable
from app.secret_store import of_this_user
from app.settings import Settings, SettingsReading

log = logging.getLogger(__name__)


def read_settings() -> SettingsReading:
    """The settings at a start, mended where that can be.  A password in the address of a server is
    moved to the secrets and taken out of the file, which is said.

    Raises what `app.settings.recover` raises.
    """
    found = settings_file.recover(paths.settings_file())
    try:
        apart = kept_apart(found.settings)
        if apart == found.settings:
            return found
        settings_file.save(apart, paths.settings_file())
    except AppError as failure:
        # It works as before, and is tried again at the next start.
        log.warning("the password stays in the settings: %s", failure.code)
        return found
    said = Problem("database", "settings.password_moved", {})
    return replace(found, settings=apart, problems=(*found.problems, said))


def kept_apart(settings: Settings) -> Settings:
    """Settings as they may be saved: a password in the address of the database is kept with the
    secrets.  Raises `Unavailable`, also ``db.bad_address``."""
    if "://" not in settings.database:
        return settings
    from db.server import password_of, without_password

    password = password_of(settings.database)
    if not password:
        return settings
    address = without_password(settings.database)
    of_this_user().set(_name(address), password)
    return replace(settings, database=address)


def with_password(target: str) -> str:
    """The address of a database with the password that was kept for it; a path, or an address that
    brings its own, as it is.  Raises `Unavailable` (``secrets.no_key_store``)."""
    if "://" not in target:
        return target
    from db.server import password_of, without_password
    from db.server import with_password as filled

    try:
        if password_of(target):
            return target
        address = without_password(target)
    except Unavailable:
        # Whoever opens it says what is wrong with the address.
        return target
    kept = of_this_user().get(_name(address))
    return filled(target, kept) if kept else target


def _name(address: str) -> str:
    return f"database-{hashlib.sha256(address.encode('utf-8', 'surrogateescape')).hexdigest()[:24]}"
