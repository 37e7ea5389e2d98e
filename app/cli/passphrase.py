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


def _given(variable: str, file: Path | None) -> str | None:
    """From the environment or the first line of a file; None when there is neither.  Raises
    `Unavailable`."""
    if file is None and variable == PASSPHRASE and os.environ.get(PASSPHRASE_FILE):
        file = Path(os.environ[PASSPHRASE_FILE])
    if file is None:
        return os.environ.get(variable)
    try:
        return file.read_text(encoding="utf-8-sig").partition("\n")[0].rstrip("\r")
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
    """Unlock what a verb found locked.  Raises `locked` where nobody can be asked, `InvalidInput`,
    `Unavailable`."""
    code = os.environ.get(RECOVERY, "")
    given = _given(PASSPHRASE, None)
    if not code and given is None:
        if not sys.stdin.isatty():
            raise locked
        given = getpass.getpass(t("Passphrase (empty: recovery code): "), sys.stderr)
        code = "" if given else recovery_code(t)
    words = given or ""
    if code:
        unlock(locked.keys, lambda found: found.by_recovery(code))
    else:
        unlock(locked.keys, lambda found: found.by_passphrase(words))
