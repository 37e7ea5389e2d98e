"""Looks whether a newer version is offered, and brings its installer here; only when asked to.

Where to look is a setting: a folder, a share or an ``https`` address with a file `OFFER` and the
installers beside it (`resources/packaging/offer.py` writes it).  The file names the version, what
changed, and of each installer size and SHA-256; nothing is started, and an older version is
refused, because it could not open the data of this one.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app import __version__, chosen_files, files
from app.domain.errors import Cancelled, InvalidInput, Unavailable
from app.languages import LocalizedText

OFFER = "poscare-update.json"
"""The file that tells what is offered."""

LARGEST_OFFER = 1_000_000
"""Bytes of that file."""
LARGEST_INSTALLER = 600_000_000
"""Bytes; the packages weigh 60 to 100 million."""
PATIENCE = 20
"""Seconds a server may be silent."""

_BLOCK = 1 << 18
_VERSION = re.compile(r"\d{1,5}(\.\d{1,5}){0,3}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][\w.+~-]{0,120}", re.ASCII)
_SYSTEMS = {"win32": "windows", "darwin": "macos", "linux": "debian"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFile:
    """An installer of this system.  `size` in bytes, `sha256` in small hexadecimal digits."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedVersion:
    """What is offered in a place; `file` is None when there is nothing for this system."""

    place: str
    version: str
    published: str
    changes: LocalizedText
    file: OfferedFile | None

    @property
    def is_newer(self) -> bool:
        """Whether it is newer than what runs here."""
        return version_order(self.version) > version_order(__version__)

    @property
    def is_older(self) -> bool:
        """Whether it is older than what runs here, which is never installed over it."""
        return version_order(self.version) < version_order(__version__)


def version_order(version: str) -> tuple[int, ...]:
    """By which versions are compared: numbers, so that 1.10 comes after 1.9 and 1.0 is 1.0.0."""
    found = _VERSION.match(version)
    numbers = [int(number) for number in found[0].split(".")] if found else []
    return tuple((*numbers, 0, 0, 0, 0)[:4])


def system_name() -> str:
    """The name of this system in the file: of installers there are some for x86-64 only."""
    name = _SYSTEMS.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    return name if machine in {"x86_64", "amd64"} else f"{name}-{machine}"


def check_source(source: str) -> str:
    """The place as given, when one can look there.  Raises `InvalidInput`."""
    place = source.strip()
    if "://" in place and not place.lower().startswith("https://"):
        # Over plain http anybody on the way could put another program in its place.
        raise InvalidInput.of("update_source", "update.not_https", place=place)
    return place


def look(source: str) -> OfferedVersion:
    """What is offered.  Raises `InvalidInput` (no place is set), `Unavailable` (it cannot be
    reached, or tells nothing that can be read)."""
    place = check_source(source)
    if not place:
        raise InvalidInput.of("update_source", "update.no_source")
    with closing(_opened(place, OFFER)) as stream:
        try:
            raw = stream.read(LARGEST_OFFER + 1)
        except OSError as failure:
            raise Unavailable("update.unreachable", place=place) from failure
    try:
        if len(raw) > LARGEST_OFFER:
            raise ValueError("too large")
        return _read(place, json.loads(raw.decode("utf-8-sig")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        raise Unavailable("update.unreadable", place=place) from wrong


def _read(place: str, told: dict[str, Any]) -> OfferedVersion:
    version = str(told["version"])
    if not _VERSION.fullmatch(version):
        raise ValueError(version)
    changes = {
        code: text for code, text in dict(told.get("changes", {})).items() if isinstance(text, str)
    }
    return OfferedVersion(
        place=place,
        version=version,
        published=str(told.get("published", "")),
        changes=LocalizedText.of(changes),
        file=_file(told["files"].get(system_name())),
    )


def _file(told: dict[str, Any] | None) -> OfferedFile | None:
    if told is None:
        return None
    name, size, sha256 = str(told["name"]), told["size"], str(told["sha256"])
    # A bare name: nothing outside the place is read, nothing outside the chosen folder written.
    if not _FILE_NAME.fullmatch(name) or not _SHA256.fullmatch(sha256):
        raise ValueError(name)
    if type(size) is not int or not 0 < size <= LARGEST_INSTALLER:
        raise ValueError(size)
    return OfferedFile(name=name, size=size, sha256=sha256)


def fetch(
    offered: OfferedVersion,
    folder: Path,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Path:
    """Copy the installer into a folder and check it; where it is.  Progress is in bytes.

    Raises `Unavailable` (not reached, not what was offered, not written), `Cancelled`,
    `InvalidInput` (older than this version, or nothing for this system).
    """
    file = offered.file
    if offered.is_older:
        raise InvalidInput.of("version", "update.older", offered=offered.version, here=__version__)
    if file is None:
        raise InvalidInput.of("version", "update.no_file", offered=offered.version)
    target = folder / file.name
    chosen_files.check(target)
    try:
        with closing(_opened(offered.place, file.name)) as stream, files.writing(target) as into:
            digest = hashlib.sha256()
            done = 0
            for block in _blocks(stream, offered.place):
                if cancelled():
                    raise Cancelled
                done += len(block)
                if done > file.size:
                    break
                digest.update(block)
                into.write(block)
                progress(done, file.size)
            if (done, digest.hexdigest()) != (file.size, file.sha256):
                raise Unavailable("update.damaged", name=file.name)
    except OSError as failure:
        refusal = Unavailable("file.unwritable", path=str(target))
        raise files.full_or(refusal, failure, target) from failure
    return target


def _blocks(stream: IO[bytes], place: str) -> Iterator[bytes]:
    while True:
        try:
            block = stream.read(_BLOCK)
        except OSError as failure:
            raise Unavailable("update.unreachable", place=place) from failure
        if not block:
            return
        yield block


def _opened(place: str, name: str) -> IO[bytes]:
    """A file in the place, to be read.  Raises `Unavailable`."""
    try:
        if "://" not in place:
            return files.open_chosen(Path(place).expanduser() / name)
        address = urllib.parse.urljoin(place.rstrip("/") + "/", name)
        # The proxy is that of the system (`urllib.request.getproxies`).
        opener = urllib.request.build_opener(_OnlyHttps())
        stream: IO[bytes] = opener.open(address, timeout=PATIENCE)
    except (OSError, ValueError) as failure:
        raise Unavailable("update.unreachable", place=place) from failure
    return stream


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    """Follows no answer that leads away from an encrypted connection."""

    def redirect_request(self, *given: Any) -> urllib.request.Request | None:
        if not str(given[-1]).lower().startswith("https://"):
            raise urllib.error.URLError("redirected to a place without encryption")
        return super().redirect_request(*given)
