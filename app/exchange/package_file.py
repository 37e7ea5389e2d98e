"""The file a package is carried in, ``.posx``: a zip, signed by its sender and encrypted to its
recipient.

In the zip are ``operations.jsonl``, perhaps ``snapshot.db`` and ``blobs/<SHA-256>``, then
``manifest.json``, which says the size and SHA-256 of each of them, and ``signature``: Ed25519 over
the bytes of the manifest, which names sender and recipient.  Around it is the format of
`app.exchange.encryption`.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from app import files
from app.domain.errors import InvalidInput, NotFound, Unavailable
from app.domain.operations.operation import Operation, canonical
from app.domain.text import LINE_LIMIT
from app.exchange.encryption import EncryptedReader, EncryptedWriter
from app.exchange.keys import KeyPair, PublicKey
from app.exchange.package import Manifest
from app.exchange.package_entries import (
    BLOBS,
    DEFAULT_LIMITS,
    MANIFEST,
    OPERATIONS,
    SIGNATURE,
    SNAPSHOT,
    Limits,
    check_directory,
    checked_entries,
)
from app.services.core.operation_lines import LONGEST_LINE, line_of, operation_in
from db.types import check_inside

_PIECE = 1 << 20
_MOST = (1 << 63) - 1
"""The highest number of an operation, or place in the office's order, the log has room for."""
_BAD_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    UnicodeDecodeError,
)
"""What `zipfile` raises for what is not a sound zip."""

Step = Callable[[int, int], None]
"""Told how far the work is, of how much; raises `Cancelled` to stop it."""


@dataclass(frozen=True, slots=True)
class WrittenPackage:
    """What was written: bytes of the file, operations and attachments inside."""

    path: Path
    size: int
    operations: int
    blobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageContents:
    """What goes into a package.  `blobs` are the SHA-256 of attachments, `read_blob` gives the
    content of one; `snapshot` is a file with the state of a database."""

    operations: Sequence[Operation] = ()
    snapshot: Path | None = None
    blobs: Sequence[str] = ()
    read_blob: Callable[[str], bytes] = lambda _sha256: b""


# --- writing ------------------------------------------------------------------------------------


def write_package(
    path: Path,
    manifest: Manifest,
    contents: PackageContents,
    *,
    key: KeyPair,
    to: PublicKey,
    step: Step = lambda _done, _total: None,
) -> WrittenPackage:
    """Write a package to a file, whole or not at all.

    Raises `Unavailable` (disk full, not writable), what `read_blob` raises, and `Cancelled`.
    """
    try:
        with files.writing(path) as file:
            encrypted = EncryptedWriter(file, to)
            with zipfile.ZipFile(encrypted, "w") as archive:
                _fill(archive, manifest, contents, key, step)
            encrypted.finish()
        size = path.stat().st_size
    except OSError as failure:
        raise files.unavailable(failure, path) from failure
    return WrittenPackage(path, size, len(contents.operations), len(contents.blobs))


def _fill(
    archive: zipfile.ZipFile,
    manifest: Manifest,
    contents: PackageContents,
    key: KeyPair,
    step: Step,
) -> None:
    total = len(contents.operations) + len(contents.blobs) + 1
    parts: dict[str, Any] = {}

    def put(name: str, pieces: Iterator[bytes], method: int = zipfile.ZIP_DEFLATED) -> None:
        info = zipfile.ZipInfo(name)
        info.compress_type = method
        digest, size = hashlib.sha256(), 0
        with archive.open(info, "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
                digest.update(piece)
                size += len(piece)
        parts[name] = {"sha256": digest.hexdigest(), "size": size}

    def lines() -> Iterator[bytes]:
        for done, operation in enumerate(contents.operations):
            if done % 100 == 0:
                step(done, total)
            yield line_of(operation)

    put(OPERATIONS, lines())
    for done, sha256 in enumerate(contents.blobs, len(contents.operations)):
        step(done, total)
        # Photos are compressed already.
        put(BLOBS + sha256, iter((contents.read_blob(sha256),)), zipfile.ZIP_STORED)
    if contents.snapshot is not None:
        with contents.snapshot.open("rb") as state:
            put(SNAPSHOT, iter(lambda: state.read(_PIECE), b""))
    named = replace(manifest, signing=key.signing.public_key().public_bytes_raw().hex())
    said = canonical(_manifest_type().dump_python(named, mode="json") | {"parts": parts})
    put(MANIFEST, iter((said,)))
    put(SIGNATURE, iter((key.signing.sign(said),)))
    step(total, total)


@functools.cache
def _manifest_type() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Manifest)


# --- reading ------------------------------------------------------------------------------------


class PackageReader:
    """A package that was checked; use it in a ``with`` block.

    Reading on may still raise `InvalidInput` (``exchange.altered``) when the file is changed
    meanwhile.
    """

    def __init__(self, file: IO[bytes], archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._file, self._archive = file, archive

    def __enter__(self) -> PackageReader:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()
        self._file.close()

    @property
    def blobs(self) -> tuple[str, ...]:
        """The SHA-256 of every attachment inside, in hexadecimal digits."""
        names = self._archive.namelist()
        return tuple(name.removeprefix(BLOBS) for name in names if name.startswith(BLOBS))

    def operations(self) -> Iterator[Operation]:
        """What was done, in the order it was put in."""
        with self._archive.open(OPERATIONS) as part:
            while line := part.readline(LONGEST_LINE):
                yield operation_in(line)

    def snapshot(self, target: Path) -> None:
        """Write the state inside to a new file.  Raises `NotFound` when there is none,
        `Unavailable`."""
        if self.manifest.snapshot is None:
            raise NotFound("snapshot", self.manifest.id)
        try:
            with self._archive.open(SNAPSHOT) as part, files.writing(target) as file:
                while piece := part.read(_PIECE):
                    file.write(piece)
        except OSError as failure:
            raise files.unavailable(failure, target) from failure

    def blob(self, sha256: str) -> bytes:
        """The content of an attachment inside.  Raises `NotFound`."""
        try:
            return self._archive.read(BLOBS + sha256)
        except KeyError:
            raise NotFound("attachment", sha256[:12]) from None


def open_package(
    path: Path,
    *,
    own: KeyPair,
    trusted: Callable[[str, str], PublicKey],
    renewed_at: datetime | None = None,
    limits: Limits = DEFAULT_LIMITS,
    step: Step = lambda _done, _total: None,
) -> PackageReader:
    """Check a file and everything in it.

    `trusted` gives the public keys of the station it is said to come from, by its key and the name
    it calls itself; it raises for one that is not trusted, or no longer.  `renewed_at` is when this
    computer made new keys, if it ever did.
    Raises `InvalidInput`: ``exchange.not_a_package``, ``exchange.not_for_us``,
    ``exchange.altered``, ``exchange.other_key``, ``exchange.old_key``, ``exchange.newer``,
    ``exchange.too_large``; `NotFound`, `Unavailable`, `Cancelled`.
    """
    try:
        file = files.open_chosen(path)
    except FileNotFoundError:
        raise NotFound("file", str(path)) from None
    except OSError as failure:
        raise Unavailable("file.unreadable", name=str(path)) from failure
    try:
        if path.stat().st_size > limits.package:
            raise InvalidInput.of("file", "exchange.too_large", size=path.stat().st_size)
        decrypted = io.BufferedReader(_decrypted(file, own, renewed_at), _PIECE)
        check_directory(decrypted, limits)
        archive = zipfile.ZipFile(decrypted)
        entries = checked_entries(archive, limits)
        manifest, parts = _manifest(archive, own, trusted)
        _check_parts(archive, entries, parts, step)
    except _BAD_ZIP:
        file.close()
        raise InvalidInput.of("file", "exchange.altered") from None
    except OSError as failure:
        file.close()
        raise Unavailable("file.unreadable", name=str(path)) from failure
    except BaseException:
        file.close()
        raise
    return PackageReader(file, archive, manifest)


def _decrypted(file: IO[bytes], own: KeyPair, renewed_at: datetime | None) -> EncryptedReader:
    try:
        return EncryptedReader(file, own)
    except InvalidInput as refusal:
        if refusal.code != "exchange.altered" or renewed_at is None:
            raise
        # Nothing tells an old key from damage, and whoever made it may not know of the new one.
        raise InvalidInput.of("file", "exchange.old_key", since=renewed_at) from None


def _check_signed(key: PublicKey, signature: bytes, said: bytes, named: object) -> None:
    """Raises `InvalidInput` unless the trusted key signed it; `named` is the one it says it is
    signed with, in hexadecimal digits."""
    if key.verify(signature, said):
        return
    try:
        other = replace(key, signing=bytes.fromhex(str(named)))
        renewed = other.signing != key.signing and other.verify(signature, said)
    except ValueError:
        renewed = False
    code = "exchange.other_key" if renewed else "exchange.altered"
    raise InvalidInput.of("file", code, name=key.name)


def _manifest(
    archive: zipfile.ZipFile, own: KeyPair, trusted: Callable[[str, str], PublicKey]
) -> tuple[Manifest, Mapping[str, Any]]:
    said = archive.read(MANIFEST)
    try:
        values = json.loads(said)
        sender, name = str(values["sender"]), str(values["sender_name"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InvalidInput.of("file", "exchange.altered") from None
    named = values.get("signing", "")
    _check_signed(trusted(sender, name), archive.read(SIGNATURE), said, named)
    try:
        manifest: Manifest = _manifest_type().validate_python(values)
        parts = dict(values["parts"])
        _check_said(manifest)
    except (ValueError, KeyError, TypeError, InvalidInput):
        # Signed by somebody trusted, so it is not damage: a program we do not know wrote it.
        raise InvalidInput.of("file", "exchange.newer") from None
    if manifest.to != own.station:
        raise InvalidInput.of("file", "exchange.not_for_us")
    return manifest, parts


def _check_said(manifest: Manifest) -> None:
    """What a manifest says is kept, shown and compared as it is.  Raises `ValueError`, also for
    what must not be stored."""
    for name, value in dataclasses.asdict(manifest).items():
        if isinstance(value, str):
            if len(value) > LINE_LIMIT:
                raise ValueError(name)
            check_inside(name, value)
        elif isinstance(value, int) and not 0 <= value <= _MOST:
            raise ValueError(name)
    if manifest.made_at.tzinfo is None:
        raise ValueError("made_at")


def _check_parts(
    archive: zipfile.ZipFile,
    entries: Mapping[str, zipfile.ZipInfo],
    parts: Mapping[str, Any],
    step: Step,
) -> None:
    if set(parts) != set(entries) - {MANIFEST, SIGNATURE}:
        raise InvalidInput.of("file", "exchange.altered")
    for done, (name, said) in enumerate(parts.items()):
        step(done, len(parts))
        digest = hashlib.sha256()
        with archive.open(name) as part:
            while piece := part.read(_PIECE):
                digest.update(piece)
        found = {"sha256": digest.hexdigest(), "size": entries[name].file_size}
        named = name.removeprefix(BLOBS)
        if found != said or (named != name and named != found["sha256"]):
            raise InvalidInput.of("file", "exchange.altered")
    step(len(parts), len(parts))
