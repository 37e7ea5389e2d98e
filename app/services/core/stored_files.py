"""Photos and files that records name, and what has become of them in the folder of files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.domain.documents import FaultyFile
from app.services.core.blobs import BlobStore
from db import copying

_NAMED = (
    "SELECT coalesce(i.number, ''), a.name, a.sha256, a.size, a.print_sha256"
    " FROM attachment a LEFT JOIN incident i ON i.id = a.incident_id"
    " ORDER BY i.number, a.added_at, a.id"
)
_HANDED_OUT = "SELECT number, file_name, file_sha256, size FROM hand_out ORDER BY at, id"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFile:
    """A photo or file as its record names it, with the number of its incident if it has one.  A
    document that another computer handed out `may_lack` here: it stays where it was made."""

    number: str
    name: str
    sha256: str
    size: int
    print_sha256: str = ""
    may_lack: bool = False


def _handed_out(row: Sequence[Any]) -> NamedFile:
    number, name, sha256, size = row
    return NamedFile(number=number, name=name, sha256=sha256, size=size, may_lack=True)


def _kept(row: Sequence[Any]) -> NamedFile:
    number, name, sha256, size, printed = row
    return NamedFile(number=number, name=name, sha256=sha256, size=size, print_sha256=printed)


def named_files(session: Session) -> tuple[NamedFile, ...]:
    """All that the records of an open database name."""
    kept = (_kept(row) for row in session.execute(sa.text(_NAMED)))
    handed = (_handed_out(row) for row in session.execute(sa.text(_HANDED_OUT)))
    return (*kept, *handed)


def named_files_in(copy: Path) -> tuple[NamedFile, ...]:
    """All that the records of a database file nobody has open name.  Raises the driver's errors."""
    with copying.opened(copy) as connection:
        kept = [_kept(row) for row in connection.execute(_NAMED)]
        handed = [_handed_out(row) for row in connection.execute(_HANDED_OUT)]
    return (*kept, *handed)


def faulty_files(
    named: Iterable[NamedFile],
    blobs: BlobStore,
    *,
    thorough: bool = False,
    damaged: Collection[str] = (),
    sound: Collection[str] = (),
) -> tuple[FaultyFile, ...]:
    """Those of the `named` files that are lost or damaged; `thorough` reads all but those already
    known to be `damaged` or `sound`.  Raises `Unavailable`."""

    def fault(sha256: str, size: int | None) -> str:
        if sha256 in damaged:
            return "damaged"
        return "" if sha256 in sound else blobs.fault(sha256, size, thorough=thorough)

    found = []
    for file in named:
        wrong = fault(file.sha256, file.size)
        if wrong == "lost" and file.may_lack:
            continue
        if not wrong and file.print_sha256:
            wrong = fault(file.print_sha256, None)
        if wrong:
            found.append(FaultyFile(file.number, file.name, wrong))
    return tuple(dict.fromkeys(found))
