"""The list of entries of a package's zip, looked at before anything of it is unpacked."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from app.domain.errors import InvalidInput

OPERATIONS, SNAPSHOT, BLOBS = "operations.jsonl", "snapshot.db", "blobs/"
MANIFEST, SIGNATURE = "manifest.json", "signature"
_NAMES = re.compile(r"operations\.jsonl|snapshot\.db|blobs/[0-9a-f]{64}|manifest\.json|signature")
_SMALL = 1 << 20
"""Bytes of an entry of which it does not matter how much it grew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is refused before anything is unpacked: bytes of the file, entries, bytes unpacked of
    the manifest, of the operations, of one attachment and of everything, and how many times larger
    an entry may get.  Operations and an attachment are held in memory while they are taken in."""

    package: int = 4 << 30
    entries: int = 50_000
    manifest: int = 16 << 20
    operations: int = 1 << 30
    blob: int = 256 << 20
    total: int = 8 << 30
    ratio: int = 250


DEFAULT_LIMITS = Limits()


_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")


def check_directory(file: IO[bytes], limits: Limits) -> None:
    """The list of entries at the end says how long it is: `zipfile` would read it whole
    (APPNOTE.TXT 4.3.14 to 4.3.16).  We write no comment, so it stands at a fixed place."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - _LOCATOR_64.size - _END_64.size))
    tail = file.read()
    if len(tail) < _END.size:
        raise InvalidInput.of("file", "exchange.altered")
    mark, *_disks, entries, length, _offset, comment = _END.unpack(tail[-_END.size :])
    if mark != b"PK\x05\x06" or comment:
        raise InvalidInput.of("file", "exchange.altered")
    locator = tail[-_END.size - _LOCATOR_64.size : -_END.size]
    if locator.startswith(b"PK\x06\x07"):
        if len(tail) < _END.size + _LOCATOR_64.size + _END_64.size:
            raise InvalidInput.of("file", "exchange.altered")
        *_others, entries, length, _offset = _END_64.unpack(tail[: _END_64.size])
    if entries > limits.entries or length > limits.entries * 1024:
        raise InvalidInput.of("file", "exchange.too_large", size=length)


def checked_entries(archive: zipfile.ZipFile, limits: Limits) -> Mapping[str, zipfile.ZipInfo]:
    entries = archive.infolist()
    names = {entry.filename: entry for entry in entries}
    if len(names) < len(entries) or not all(map(_NAMES.fullmatch, names)):
        raise InvalidInput.of("file", "exchange.altered")
    if not {OPERATIONS, MANIFEST, SIGNATURE} <= set(names):
        raise InvalidInput.of("file", "exchange.altered")
    if len(entries) > limits.entries:
        raise InvalidInput.of("file", "exchange.too_large", size=len(entries))
    for name, entry in names.items():
        if entry.file_size > _most(name, limits):
            raise InvalidInput.of("file", "exchange.too_large", size=entry.file_size)
    total = sum(entry.file_size for entry in entries)
    grows = any(
        entry.file_size > _SMALL and entry.file_size > limits.ratio * entry.compress_size
        for entry in entries
    )
    if total > limits.total or grows:
        raise InvalidInput.of("file", "exchange.too_large", size=total)
    return names


def _most(name: str, limits: Limits) -> int:
    """Bytes an entry may have unpacked."""
    own = {MANIFEST: limits.manifest, SIGNATURE: limits.manifest, OPERATIONS: limits.operations}
    return own.get(name, limits.blob if name.startswith(BLOBS) else limits.total)
