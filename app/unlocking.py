"""Unlocks the data of this user: by the key store of the system, a passphrase, a recovery code."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from app import files, paths
from app.domain.errors import InvalidInput, Unavailable
from app.encryption import key_file
from app.encryption.key_file import KeyFile, Vault
from app.encryption.keys import shown_id, unlocked
from app.encryption.opened import opened
from app.secret_store import of_this_user

log = logging.getLogger(__name__)


class EncryptionLocked(Unavailable):
    """Somebody has to unlock the key file `keys` first: that of the data folder, or that of a
    backup, whose secrets may be others."""

    def __init__(self, keys: Path, key: str) -> None:
        self.keys = keys
        self.of_backup = keys != paths.encryption_keys()
        code = "encryption.backup_locked" if self.of_backup else "encryption.locked"
        super().__init__(code, key=key, path=str(keys))


def unlock_by_key_store() -> None:
    """Open the key file of the data folder, if there is one, with what the key store of the system
    keeps; nothing to do when it is open already or encryption is off.

    Raises `EncryptionLocked`, `Unavailable`.
    """
    found = key_file.read(paths.encryption_keys())
    if found is None:
        opened.hold(None)
        return
    vault = opened.vault
    if vault is not None and vault.id == found.id:
        return
    if not found.is_needed:
        opened.hold(None)
        return
    kept = _kept(found)
    if kept is None:
        raise EncryptionLocked(found.path, shown_id(found.key_ids[0]))
    opened.hold(kept)


def _kept(found: KeyFile) -> Vault | None:
    """What the key store of the system opens; None when it keeps nothing that does."""
    try:
        secret = of_this_user().get(found.stored_as)
        return found.by_access(bytes.fromhex(secret)) if secret else None
    except Unavailable as refusal:
        if refusal.code == "encryption.key_file_damaged":
            raise
        log.warning("key store: %s", refusal.code)
    except ValueError:
        log.warning("key store: not what was kept")
    return None


def unlock(keys: Path, open_it: Callable[[KeyFile], Vault]) -> Vault:
    """Open a key file, that of the data folder or the copy beside a backup, by passphrase or
    recovery code.  A copy becomes that of the data folder where there is none; else its keys are
    lent, to read the backup with.

    Raises `InvalidInput` for what does not open it, `Unavailable`.
    """
    found = key_file.read(keys)
    if found is None:
        raise Unavailable("encryption.key_file_missing", path=str(keys), key="?", found="–")
    vault = open_it(found)
    own = paths.encryption_keys()
    if keys != own and own.is_file():
        unlocked.lend(vault.keys)
        return vault
    if keys != own:
        try:
            files.private_folder(own.parent)
            files.write_private(own, keys.read_bytes())
        except OSError as failure:
            raise files.unavailable(failure, own) from failure
    opened.hold(vault)
    log.info("unlocked")
    return vault


def bring_back(source: Path, database: Path | None) -> None:
    """Put the copy of a key file in the place of the lost or damaged one of the data folder; it is
    locked then.

    Raises `Unavailable`; `InvalidInput` (``encryption.key_file_of_others``) unless it holds the key
    of the file `database`, which nobody has open.
    """
    from db import cipher

    found = key_file.read(source)
    if found is None:
        raise Unavailable("file.unreadable", name=str(source))
    own = paths.encryption_keys()
    try:
        needed = cipher.key_of(database) if database is not None and database.is_file() else None
        if needed is not None and needed not in found.key_ids:
            raise InvalidInput.of("", "encryption.key_file_of_others", path=str(source))
        content = source.read_bytes()
        files.private_folder(own.parent)
        key_file.keep_aside(own, found.key_ids)
        files.write_private(own, content)
    except OSError as failure:
        raise files.unavailable(failure, own) from failure


def needed_for(copy: Path) -> None:
    """See to it that a backup can be read.  Raises `EncryptionLocked` naming the key file beside
    it that has to be unlocked; `Unavailable`: ``encryption.key_file_missing``."""
    from db import cipher

    unlock_by_key_store()
    try:
        needed = cipher.key_of(copy)
    except OSError:
        return  # said by whoever wants to restore it
    if needed is None or any(key.id == needed for key in unlocked.all()):
        return
    # A copy of a journal lies two folders deeper than the key file.
    folders = dict.fromkeys((paths.home(), *list(copy.absolute().parents)[:3]))
    for folder in folders:
        for found in key_file.all_in(folder):
            if needed in found.key_ids:
                raise EncryptionLocked(found.path, shown_id(needed))
    raise Unavailable(
        "encryption.key_file_missing",
        path=str(copy.parent / key_file.NAME),
        key=shown_id(needed),
        found="–",
    )


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """An encrypted database without its key file: say which one is missing, and where copies of it
    lie."""
    try:
        yield
    except Unavailable as refusal:
        own = paths.encryption_keys()
        if refusal.code != "encryption.locked" or own.is_file():
            raise
        copy = paths.backups() / key_file.NAME
        raise Unavailable(
            "encryption.key_file_missing",
            path=str(own),
            key=refusal.params["key"],
            found=str(copy) if copy.is_file() else "–",
        ) from refusal


def prove(passphrase: str, field: str = "passphrase") -> Vault:
    """Whoever changes what opens the data knows the passphrase, also where the key store opens it.
    Raises `InvalidInput` about `field`, `Unavailable`."""
    found = key_file.read(paths.encryption_keys())
    if found is None:
        raise InvalidInput.of("", "encryption.is_off")
    try:
        return found.by_passphrase(passphrase)
    except InvalidInput as refusal:
        raise InvalidInput.of(field, refusal.code) from refusal


def new_keys(passphrase: str, now: datetime, *, proof: str | None) -> tuple[Vault, str]:
    """Keys nobody has and their recovery code; with the `proof` of the passphrase until now, the
    keys until now go along.  Nothing is written.  Raises `InvalidInput`, `Unavailable`."""
    before = prove(proof, "old_passphrase") if proof is not None else None
    return key_file.new_vault(passphrase, now, before)


def unlock_anew(keys: Path, passphrase: str) -> None:
    """Set a new passphrase after the recovery code opened a key file; a copy beside a backup stays
    as it is.  Raises `InvalidInput`, `Unavailable`."""
    own, vault = paths.encryption_keys(), opened.vault
    checked = key_file.check_passphrase(passphrase)
    found = key_file.read(own)
    if vault is None or found is None or found.id != vault.id:
        return
    changed = key_file.with_passphrase(vault, checked)
    try:
        key_file.write(own, changed)
    except OSError as failure:
        raise files.unavailable(failure, keys) from failure
    opened.hold(changed)
