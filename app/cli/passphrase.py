"""The passphrase and the recovery code on the command line: typed unseen, from the environment or
from a file, never among the arguments, which every user of a computer can read."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app import files
from app.domain.errors import InvalidInput
from app.encryption.key_file import check_passphrase
from app.unlocking import EncryptionLocked, unlock

if TYPE_CHECKING:
    from app.i18n import Translator

PASSPHRASE = "POSCARE_PASSPHRASE"
PASSPHRASE_FILE = "POSCARE_PASSPHRASE_FILE"
NEW_PASSPHRASE = "POSCARE_NEW_PASSPHRASE"
RECOVERY = "POSCARE_RECOVERY_CODE"
BACKUP_PASSPHRASE = "POSCARE_BACKUP_PASSPHRASE"
BACKUP_PASSPHRASE_FILE = "POSCARE_BACKUP_PASSPHRASE_FILE"
BACKUP_RECOVERY = "POSCARE_BACKUP_RECOVERY_CODE"
_FILES = {PASSPHRASE: PASSPHRASE_FILE, BACKUP_PASSPHRASE: BACKUP_PASSPHRASE_FILE}
"""Which variable names a file with the passphrase instead."""


def _given(variable: str, file: Path | None) -> str | None:
    """From the environment or the first line of a file; None when there is neither.  Raises
    `Unavailable`."""
    named = os.environ.get(_FILES[variable]) if file is None and variable in _FILES else None
    if named:
        file = Path(named)
    if file is None:
        return os.environ.get(variable)
    try:
        text = files.read_chosen(file).decode("utf-8-sig")
        return text.partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as failure:
        fault = failure if isinstance(failure, OSError) else OSError()
        raise files.unavailable(fault, file) from failure


def _asked(variable: str, prompt: str, file: Path | None) -> str:
    """Raises `InvalidInput` (``encryption.no_passphrase``), `Unavailable`."""
    given = _given(variable, file)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise InvalidInput.of("passphrase", "encryption.no_passphrase", variable=variable)
    return getpass.getpass(prompt, sys.stderr)


def passphrase(t: Translator, file: Path | None = None) -> str:
    """The passphrase until now.  Raises `InvalidInput`, `Unavailable`."""
    return _asked(PASSPHRASE, t("Passphrase: "), file)


def new_passphrase(t: Translator, file: Path | None = None, variable: str = NEW_PASSPHRASE) -> str:
    """A new passphrase, typed twice where somebody types it.  Raises `InvalidInput`,
    `Unavailable`."""
    given = _given(variable, file)
    if given is not None:
        return check_passphrase(given)
    first = check_passphrase(_asked(variable, t("New passphrase: "), None))
    if getpass.getpass(t("The same again: "), sys.stderr) != first:
        raise InvalidInput.of("passphrase", "password.differs")
    return first


def recovery_code(t: Translator) -> str:
    """The recovery code.  Raises `InvalidInput`."""
    return _asked(RECOVERY, t("Recovery code: "), None)


def unlock_for(locked: EncryptionLocked, t: Translator) -> None:
    """Unlock what a verb found locked; a backup by the variables of its own, else by those of the
    data folder.  Which key file is meant is said on standard error where somebody is asked, and
    where what was given does not open it.

    Raises `locked` where nobody can be asked, `InvalidInput`, `Unavailable`.
    """
    whose = t("Key file of this data folder: {path}", path=locked.keys)
    given = None
    if locked.of_backup:
        whose = t(
            "Key file of the backup: {path} (its own passphrase or code: {names})",
            path=locked.keys,
            names=", ".join((BACKUP_PASSPHRASE, BACKUP_PASSPHRASE_FILE, BACKUP_RECOVERY)),
        )
        given = _secret(BACKUP_PASSPHRASE, BACKUP_RECOVERY)
    given = given or _secret(PASSPHRASE, RECOVERY)
    if given is None:
        if not sys.stdin.isatty():
            raise locked
        print(whose, file=sys.stderr)
        given = _typed(t)
    words, code = given
    try:
        unlock(
            locked.keys,
            lambda found: found.by_recovery(code) if code else found.by_passphrase(words),
        )
    except InvalidInput:
        print(whose, file=sys.stderr)
        raise


def _secret(words: str, code: str) -> tuple[str, str] | None:
    """Passphrase and recovery code from the variables of these names; None when neither is given.
    Raises `Unavailable`."""
    found, typed_off = _given(words, None), os.environ.get(code, "")
    return (found or "", typed_off) if typed_off or found is not None else None


def _typed(t: Translator) -> tuple[str, str]:
    words = getpass.getpass(t("Passphrase (empty: recovery code): "), sys.stderr)
    return words, "" if words else recovery_code(t)
