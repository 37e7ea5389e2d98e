"""Encryption switched on, its key changed, and switched off, as jobs of `tests.faulting`.

Whatever the fault, the data open with the secret of before or the new one, every row, photo,
backup and line of the journal is there as it was, and once the change is carried to its end
nothing readable is left (or, switched off, nothing that needs a key).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import paths
from app.encryption import key_file, sealed_files
from app.encryption.key_file import Vault, new_vault
from app.encryption.opened import opened as vaults
from app.services import Services
from app.services.keeping.encryption import Converted
from db import cipher, copying
from tests.fault_job import NOW, Job, Told, attach, opened, with_incident

BEFORE, AFTER = "冬天的白马 eats 3 苹果", "夏天的黑马 eats 5 梨子"
TABLES = ("terminal", "incident", "incident_event", "attachment", "operation", "operation_change")
READABLE = (cipher.PLAIN, "现场说明".encode(), b"incident.open")
"""What shows that a file is not encrypted: the head of a database, a photo's text, a line of the
journal."""
Change = Callable[[Services, Vault], Converted]


@dataclass(slots=True)
class EncryptionFault:
    """One way to change the encryption: from `encrypted` or not, by `change`."""

    encrypted: bool
    change: Change
    vaults: dict[str, Vault] = field(default_factory=dict)
    kept: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    photos: list[bytes] = field(default_factory=list)

    def prepare(self, home: Path) -> None:
        """An estate with an incident, a photo, a backup and a journal."""
        vaults.hold(None)
        with_incident(home)
        attach(home, lambda _what: None)
        before = None
        with opened(home) as services:
            services.backups.back_up()
            services.care.journal.catch_up()
            if self.encrypted:
                before, _code = new_vault(BEFORE, NOW)
                services.encryption.turn_on(before)
                services.care.journal.catch_up()
            self.kept = dict(_rows(services))
            self.photos = _photos(services)
        made, _code = new_vault(AFTER, NOW, before)
        self.vaults = {one.id: one for one in (before, made) if one is not None}

    def act(self, home: Path, told: Told) -> None:
        """Change it; tells whether everything could be written anew."""
        self._unlock()
        with opened(home) as services:
            done = self.change(services, list(self.vaults.values())[-1])
            told("changed" if not done.left else "in part")

    def judge(self, home: Path, told: list[str]) -> tuple[int, int, str]:
        """How many rows, photos and copies are lost; what is half done after the next start
        finished it; what is wrong."""
        try:
            self._unlock()
            with opened(home) as services:
                lost = self._lost(services)
                services.encryption.go_on()
                lost += self._lost(services)
                state = services.encryption.state()
                wrong = _journal_faults(services)
            lost += int("changed" in told and not self._is_changed())
            half = len(state.left) + int(state.unfinished) + len(list(_as_before(home, state.on)))
            return lost, half, wrong
        finally:
            vaults.hold(None)

    def _is_changed(self) -> bool:
        found = key_file.read(paths.encryption_keys())
        if found is None or found.is_on == (self.change is _off):
            return False
        return self.change is _off or found.id == list(self.vaults)[-1]

    def _unlock(self) -> None:
        """By the secret of before or the new one, whichever the key file has."""
        found = key_file.read(paths.encryption_keys())
        needed = found is not None and found.is_needed
        vaults.hold(found.by_access(self.vaults[found.id].access) if needed and found else None)

    def _lost(self, services: Services) -> int:
        there = dict(_rows(services))
        lost = sum(len(set(rows) - set(there[table])) for table, rows in self.kept.items())
        lost += int(_photos(services) != self.photos)
        copies = [copy.path for copy in services.backups.backups()]
        whole = sum(bool(copying.check_file(one)) and _holds_incident(one) for one in copies)
        return lost + max(0, 1 - whole)


def _rows(services: Services) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    with services.context.database.connect() as connection:
        for table in TABLES:
            found = connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2")
            yield table, [tuple(row) for row in found]


def _photos(services: Services) -> list[bytes]:
    blobs = services.backups.blobs
    return [blobs.get(path.name) for path in sorted(blobs.paths())]


def _holds_incident(copy: Path) -> bool:
    with copying.opened(copy) as connection:
        return bool(connection.execute("SELECT count(*) FROM incident").fetchone()[0] == 1)


def _journal_faults(services: Services) -> str:
    faults: list[Any] = []
    for one in services.care.journal.series:
        list(one.read(faults))
    return ", ".join(map(str, faults))


def _as_before(home: Path, on: bool) -> Iterator[Path]:
    """Files that show what they hold while encryption is on, or need a key while it is off."""
    for path in home.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        if any(one in content for one in READABLE) if on else _needs_a_key(content):
            yield path


def _needs_a_key(content: bytes) -> bool:
    return content.startswith((cipher.MARK, sealed_files.MAGIC)) or b"sealed:" in content


def _on(services: Services, made: Vault) -> Converted:
    return services.encryption.turn_on(made)


def _renew(services: Services, made: Vault) -> Converted:
    return services.encryption.change_key(made)


def _off(services: Services, _made: Vault) -> Converted:
    return services.encryption.turn_off()


def _job(encrypted: bool, change: Change) -> Job:
    fault = EncryptionFault(encrypted, change)
    return Job(fault.prepare, fault.act, fault.judge)


ENCRYPTED, REKEYED, DECRYPTED = _job(False, _on), _job(True, _renew), _job(True, _off)
