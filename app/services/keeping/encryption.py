"""Encryption of what lies on this computer's disk: switched on and off, key and passphrase changed.

The key file is written first: whatever is encrypted with a key can be opened from then on.  The
database is written anew in one step (`db.restoring.convert`); after that come photos, backups and
what was moved aside, file by file.  All of it can be read meanwhile, because every file says which
key it needs, so a run that was broken off is finished later.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app import files
from app.domain.errors import InvalidInput, Unavailable
from app.encryption import key_file, sealed_files
from app.encryption.key_file import Vault
from app.encryption.keys import unlocked
from app.encryption.opened import opened
from app.secret_store import SecretStore
from app.services.core import blobs
from app.services.core.backups import JOURNAL, Backups
from app.services.core.context import ServiceContext
from app.services.core.rights import require
from app.services.keeping.encrypted_files import EncryptedFiles, is_so, remove
from app.services.keeping.journal import Journal
from app.services.keeping.journal_files import all_series
from db import backup, cipher, restoring
from db.locking import DatabaseLock

log = logging.getLogger(__name__)

CHANGE = "encryption.change"
_TOLD = {"db.no_space": "encryption.no_space", "restore.failed": "encryption.not_written"}
"""What a failure to write the database anew is called here: it is no restore, and no upgrade."""
Progress = Callable[[int, int], object]
"""Told how many files of how many were looked at so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptionState:
    """Whether new files are encrypted, with which key since when; whether the recovery code was
    typed back, whether the key store of the system opens the data, whether a change was broken off,
    and the files that are not what they should be: plain while encryption is on."""

    on: bool
    key: str = ""
    since: datetime | None = None
    confirmed: bool = False
    in_key_store: bool = False
    unfinished: bool = False
    left: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftFile:
    """A file that could not be written anew, and the code of the reason."""

    path: Path
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """How many files were written anew, and those that could not be."""

    files: int
    left: tuple[LeftFile, ...]


def unmoved(_done: int, _total: int) -> None:
    """Tells nobody."""


class Encryption:
    """Use cases of encryption.  The data have to be unlocked."""

    def __init__(
        self,
        context: ServiceContext,
        backups: Backups,
        journal: Journal,
        secrets: SecretStore,
    ) -> None:
        self._context = context
        self._backups = backups
        self._journal = journal
        self._secrets = secrets
        self._path = backups.key_file
        self._kept = EncryptedFiles(context.database.path, backups)

    # --- looking ---------------------------------------------------------------------------------

    def state(self) -> EncryptionState:
        """How things stand.  Looks into the first bytes of every file; raises `Unavailable`."""
        vault = self._held()
        if vault is None or vault.current is None:
            kept = vault.unfinished if vault is not None else False
            return EncryptionState(on=False, unfinished=kept)
        return EncryptionState(
            on=True,
            key=vault.current.name,
            since=datetime.fromisoformat(vault.since),
            confirmed=vault.confirmed,
            in_key_store=self._secrets.place(vault.stored_as) is not None,
            unfinished=vault.unfinished,
            left=tuple(self._kept.not_as_wanted()),
        )

    # --- switching -------------------------------------------------------------------------------

    def turn_on(self, made: Vault, progress: Progress = unmoved) -> Converted:
        """Encrypt everything with the current key of a new vault.

        Raises `NotPermitted`, `InvalidInput` when it is on already, `Unavailable`: also while any
        other program has the database open; everything is as it was then.
        """
        if self.state().on:
            raise InvalidInput.of("", "encryption.is_on")
        return self._switch(made, progress)

    def change_key(self, made: Vault, progress: Progress = unmoved) -> Converted:
        """Encrypt everything with the current key of a new vault, which holds the keys until now.
        Raises as `turn_on`; `InvalidInput` when encryption is off."""
        before = self._vault()
        result = self._switch(made, progress)
        self._forget(before)
        return result

    def turn_off(self, progress: Progress = unmoved) -> Converted:
        """Write everything anew in plain.  The keys stay in the key file, for copies that lie
        elsewhere.  Raises as `change_key`."""
        before = self._vault()
        off = replace(before, current=None, unfinished=True, since=self._now())
        result = self._switch(off, progress)
        self._forget(before)
        return result

    def finish(self, progress: Progress = unmoved) -> Converted:
        """Write anew what is not yet as it should be: a change was broken off, or a folder of
        backups could not be reached.  Raises as `change_key`."""
        require(self._context, CHANGE)
        vault = self._held()
        if vault is None:
            return Converted(files=0, left=())
        return self._go_on(vault, progress)

    def go_on(self) -> Converted | None:
        """Finish a change that was broken off; None when none was.  Whoever began it might, so
        nobody is asked again.  Raises `Unavailable`."""
        vault = self._held()
        return self._go_on(vault, unmoved) if vault is not None and vault.unfinished else None

    def _go_on(self, vault: Vault, progress: Progress) -> Converted:
        with self._alone() as lock:
            done = self._converted(lock)
        return self._finished(vault, progress, done)

    def _switch(self, made: Vault, progress: Progress) -> Converted:
        require(self._context, CHANGE)
        # Refused now where secrets cannot be looked at, not when everything is written anew.
        self._secrets.place(made.stored_as)
        before = opened.vault
        with self._alone() as lock:
            try:
                self._write(made)
                opened.hold(made)
                done = self._converted(lock)
            except Unavailable as refusal:
                if refusal.code != "restore.unfinished":
                    self._put_back(before, made)
                raise
        return self._finished(made, progress, done)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[DatabaseLock | None]:
        """Nobody else has the database open; None for a server, which encrypts its own disk."""
        if self._context.database.path is None:
            yield None
            return
        with self._context.database.replacing(waiting=True) as lock:
            yield lock

    def _converted(self, lock: DatabaseLock | None) -> int:
        """Write the database anew; returns how many files that were.  Raises `Unavailable`:
        ``encryption.no_space``, ``encryption.not_written`` with everything as it was."""
        if lock is None:
            return 0
        try:
            return int(restoring.convert(lock, self._context.now()))
        except Unavailable as refusal:
            told = _TOLD.get(refusal.code)
            if told is None:
                raise
            raise Unavailable(told, **refusal.params) from refusal

    def _put_back(self, before: Vault | None, made: Vault) -> None:
        """The key file as it was; photos that were stored meanwhile are written anew."""
        opened.hold(before)
        unlocked.lend(made.keys)
        for path in self._kept.sealed():
            if not is_so(sealed_files.is_as_wanted, path):
                blobs.convert(path)
        opened.hold(before)
        if before is not None:
            self._write(before)
            return
        try:
            self._path.unlink(missing_ok=True)
        except OSError as failure:
            raise files.unavailable(failure, self._path) from failure

    def _finished(self, vault: Vault, progress: Progress, done: int) -> Converted:
        left, work = [], list(self._work())
        for at, (path, convert) in enumerate(work, 1):
            progress(at, len(work))
            try:
                done += convert(path)
            except Unavailable as refusal:
                left.append(LeftFile(path=path, code=refusal.code))
            except OSError as failure:
                left.append(LeftFile(path=path, code=files.unavailable(failure, path).code))
        # The database is written anew by now: that is what is told, with what else is left.
        left += self._begin_journals()
        self._hold(vault, left)
        if unkept := [*self._keep_keys()]:
            left += unkept
            self._hold(vault, left)
        log.info("%d files written anew, %d left", done, len(left))
        return Converted(files=done, left=tuple(left))

    def _work(self) -> Iterator[tuple[Path, Callable[[Path], bool]]]:
        for path in self._kept.databases():
            if path.parent.parent.name == JOURNAL or path == self._confirmed():
                continue
            of_backup = path.parent in self._backups.folders
            yield path, backup.convert if of_backup else restoring.convert_aside
        for path in self._kept.sealed():
            yield path, blobs.convert

    def _confirmed(self) -> Path | None:
        live = self._context.database.path
        return restoring.confirmed(live) if live is not None else None

    def _hold(self, vault: Vault, left: Sequence[LeftFile]) -> None:
        """Keep the vault, and whether there is something left that may be done later."""
        held = replace(vault, unfinished=any(_may_pass(one.code) for one in left))
        self._write(held)
        opened.hold(held)

    def _begin_journals(self) -> Iterator[LeftFile]:
        """A journal names the hashes of its files, so it is begun anew; those of before go.  Yields
        those that could not be."""
        for folder in self._kept.folders():
            journal = folder / JOURNAL
            try:
                series = all_series(journal)
                if series and not all(is_so(cipher.is_as_wanted, one.beginning) for one in series):
                    self._journal.begin_after_conversion(journal)
                if folder == self._backups.second_folder and journal.is_dir():
                    self._journal.copy_to(journal)
            except Unavailable as refusal:
                yield LeftFile(path=journal, code=refusal.code)

    def _keep_keys(self) -> Iterator[LeftFile]:
        """Bring the key file beside the backups up to date; yields the folders where it is not."""
        for folder in self._kept.folders():
            try:
                self._backups.keep_keys_in(folder)
            except Unavailable as refusal:
                yield LeftFile(path=folder, code=refusal.code)

    # --- what could not be encrypted -------------------------------------------------------------

    def removable(self) -> tuple[Path, ...]:
        """Copies of the database that are left as they were and that nothing needs: damaged or
        changed backups, what a restore moved aside; none while encryption is off."""
        return self._kept.removable() if self.state().on else ()

    def remove(self, paths: Sequence[Path]) -> tuple[LeftFile, ...]:
        """Remove those of `paths` that are `removable`; returns what could not be.  What a disk
        remembers of removed files is beyond this program.

        Raises `NotPermitted`; `InvalidInput` (``encryption.no_other_backup``) unless there is an
        encrypted backup that is whole.
        """
        require(self._context, CHANGE)
        wanted = [path for path in self.removable() if path in paths]
        if wanted and not self._kept.has_whole_backup():
            raise InvalidInput.of("", "encryption.no_other_backup")
        left = []
        for path in wanted:
            try:
                remove(path)
            except OSError as failure:
                left.append(LeftFile(path=path, code=files.unavailable(failure, path).code))
        log.info("%d copies removed that were not encrypted", len(wanted) - len(left))
        return tuple(left)

    # --- what opens the data ---------------------------------------------------------------------

    def set_passphrase(self, passphrase: str) -> None:
        """Open the data with another passphrase.  Raises `InvalidInput`, `NotPermitted`,
        `Unavailable`."""
        require(self._context, CHANGE)
        self._keep(key_file.with_passphrase(self._vault(), passphrase))

    def new_recovery_code(self) -> str:
        """Another recovery code; the one of before opens nothing any more.  Raises as
        `set_passphrase`."""
        require(self._context, CHANGE)
        vault, code = key_file.with_new_recovery(self._vault())
        self._keep(vault)
        return code

    def confirm_recovery(self) -> None:
        """The recovery code was written down and typed back.  Raises as `set_passphrase`."""
        self._keep(replace(self._vault(), confirmed=True))

    def remember(self) -> bool:
        """Let the key store of the system open the data at the start; returns whether it can.
        Raises as `set_passphrase`."""
        require(self._context, CHANGE)
        vault = self._vault()
        return self._secrets.set_in_key_store(vault.stored_as, vault.access.hex())

    def ask_always(self) -> None:
        """Let only passphrase and recovery code open the data.  Raises as `set_passphrase`."""
        require(self._context, CHANGE)
        self._secrets.delete(self._vault().stored_as)

    def _held(self) -> Vault | None:
        """What was unlocked, as its key file is now: another command may have set a passphrase."""
        vault, found = opened.vault, key_file.read(self._path)
        if vault is None or found is None or found.id != vault.id:
            return vault
        now = found.by_access(vault.access)
        if now != vault:
            opened.hold(now)
        return now

    def _vault(self) -> Vault:
        vault = self._held()
        if vault is None or vault.current is None:
            raise InvalidInput.of("", "encryption.is_off")
        return vault

    def _keep(self, vault: Vault) -> None:
        self._write(vault)
        opened.hold(vault)
        for folder in self._kept.folders():
            self._backups.keep_keys_in(folder)

    def _write(self, vault: Vault) -> None:
        try:
            key_file.keep_aside(self._path, [key.id for key in vault.keys])
            key_file.write(self._path, vault)
        except OSError as failure:
            raise files.unavailable(failure, self._path) from failure

    def _forget(self, before: Vault) -> None:
        """Remove the access key of before from the key store, and keep the new one there if that
        was wanted."""
        if self._secrets.place(before.stored_as) is None:
            return
        self._secrets.delete(before.stored_as)
        vault = opened.vault
        if vault is not None and vault.current is not None:
            self._secrets.set_in_key_store(vault.stored_as, vault.access.hex())

    def _now(self) -> str:
        return self._context.now().isoformat()


def _may_pass(code: str) -> bool:
    """Whether a file that could not be written anew can be later: a damaged one never can."""
    return code in _PASSING


_PASSING = frozenset(
    {
        *("files.disk_full", "files.unwritable", "files.failed"),
        *("backup.disk_full", "backup.unwritable", "backup.failed"),
        *("db.disk_full", "db.storage_failed", "restore.failed", "file.unreadable"),
        "journal.not_begun",
    }
)
