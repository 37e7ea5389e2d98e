"""The files of a journal: one folder a series, in it a copy of the database and a file a day.

A day's file has a line that says where it begins, then one operation a line as in packages between
computers (`app.services.core.operation_lines`).  Each file names the SHA-256 of the one before, the
first one that of the copy, so that no file can be changed or left out unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app import files
from app.domain.errors import InvalidInput, Unavailable
from app.domain.operations.operation import Operation, canonical
from app.encryption.sealed_files import opened_line, sealed_lines
from app.services.core.log_beginning import RESTORED_COPY
from app.services.core.operation_lines import line_of, operation_in
from app.services.keeping.journal_place import JournalPlace, place_in_json
from db import copying

FORMAT = 1
BEGINNING = "beginning.db"
"""The copy of the database a series begins with."""
_SERIES = re.compile(r"\d{8}T\d{6}(_\d+)?")
_DAY = re.compile(r"\d{8}\.jsonl")


@dataclass(frozen=True, slots=True)
class JournalFault:
    """Something wrong in the files of a series: ``beginning`` (the copy is lost or damaged),
    ``chain`` (a file is changed, or one before it is missing), ``line`` (an operation is changed);
    the name of the file and the line, 0 for the whole."""

    why: str
    file: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class OperationLine:
    """Where an operation stands in a journal: the file, the number of its line, and the byte that
    begins at."""

    path: Path
    number: int
    place: int

    @property
    def fault(self) -> JournalFault:
        """That it is changed."""
        return JournalFault("line", self.path.name, self.number)

    def read(self) -> Operation:
        """The operation.  Raises `InvalidInput`, `ValueError`, `OSError`."""
        with self.path.open("rb") as file:
            file.seek(self.place)
            return operation_in(opened_line(file.readline()))


class Began(StrEnum):
    """Why a series began: there was none; another version of the program or its tables; the
    database was put back from a backup, or put together anew with what the office sent; the one
    before was proved, and long; the files were encrypted with another key, or made plain.  The
    other two are never right: operations went missing in the log, or the journal was changed."""

    FIRST = "first"
    VERSION = "version"
    RESTORED = "restored"
    EXCHANGE = "exchange"
    PROVED = "proved"
    CONVERTED = "converted"
    LOG_LACKS = "log_lacks"
    JOURNAL_CHANGED = "journal_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHead:
    """The first line of a day's file: the `place` it begins behind, the SHA-256 of the file before,
    the program and the revision of its tables that wrote it, and why the series began."""

    place: JournalPlace
    previous: str
    program: str
    schema: str
    began: Began

    def line(self) -> bytes:
        """As a line, its end included."""
        value = {
            "journal": FORMAT,
            "program": self.program,
            "schema": self.schema,
            "began": self.began,
            "previous": self.previous,
            "after": self.place.as_json(),
        }
        return canonical(value) + b"\n"


def head_in(line: bytes) -> DayHead:
    """What a first line says.  Raises `ValueError`."""
    try:
        value = json.loads(line)
        if value["journal"] != FORMAT:
            raise ValueError("another format")
        return DayHead(
            place=place_in_json(value["after"]),
            previous=value["previous"],
            program=value["program"],
            schema=value["schema"],
            began=Began(value["began"]),
        )
    except (KeyError, TypeError, UnicodeDecodeError) as failure:
        raise ValueError("no beginning of a journal") from failure


class Series:
    """One series of a journal on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def beginning(self) -> Path:
        """The copy of the database it begins with."""
        return self.folder / BEGINNING

    def days(self) -> list[Path]:
        """The files of the days, oldest first."""
        return sorted(path for path in self.folder.iterdir() if _DAY.fullmatch(path.name))

    def hash_before(self, day: Path | None) -> str:
        """The SHA-256 a file that follows on `day` names; without one, that of the copy."""
        path = day or self.beginning
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def newest_lines(self) -> tuple[DayHead, list[Operation]]:
        """What the newest file says; a line a crash left half written is cut off.  Raises
        `InvalidInput`, `ValueError`, `OSError`."""
        days = self.days()
        if not days:
            raise ValueError("a series without a file")
        content = days[-1].read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) != len(content):
            files.cut(days[-1], len(whole))
        first, *others = map(opened_line, whole.splitlines(keepends=True) or [b""])
        return head_in(first), [operation_in(line) for line in others]

    def began(self) -> Began:
        """Why it began.  Raises `ValueError`, `OSError`."""
        with self.days()[0].open("rb") as file:
            return head_in(opened_line(file.readline())).began

    def restored_before(self) -> frozenset[str]:
        """The operations of the copy that say it was put back from another one.  Raises `OSError`;
        nothing when the copy cannot be read."""
        from sqlcipher3 import dbapi2

        try:
            with copying.opened(self.beginning) as copy:
                query = "SELECT id FROM operation WHERE kind = ?"
                return frozenset(key for (key,) in copy.execute(query, (RESTORED_COPY,)))
        except (dbapi2.Error, Unavailable):
            return frozenset()

    def append(self, day: str, head: DayHead, operations: list[Operation]) -> Path:
        """Write operations behind the others, in the file of `day` (``20261129``) or in the newest
        one when the clock was set back; returns the file.  Raises `OSError`."""
        days = self.days()
        path = max(self.folder / f"{day}.jsonl", days[-1] if days else self.folder)
        lines = b"".join(map(line_of, operations))
        if path not in days:
            lines = head.line() + lines
        files.append(path, sealed_lines(lines))
        return path

    def read(self, faults: list[JournalFault]) -> Iterator[Operation]:
        """Every operation of the series as it was written; what is wrong is added to `faults`.
        Raises `OSError`."""
        return (operation for operation, _line in self.read_with_lines(faults))

    def read_with_lines(
        self, faults: list[JournalFault]
    ) -> Iterator[tuple[Operation, OperationLine]]:
        """As `read`, each with the line it stands in.  One line is held at a time."""
        if not copying.is_unchanged(self.beginning):
            faults.append(JournalFault("beginning", BEGINNING))
        before: Path | None = None
        days = self.days()
        for path in days:
            with path.open("rb") as file:
                first = _whole(file.readline(), is_last=path == days[-1])
                if not first or not self._follows(first, before):
                    faults.append(JournalFault("chain", path.name))
                place = len(first)
                for number, raw in enumerate(file, 2):
                    if not (text := _whole(raw, is_last=path == days[-1])):
                        break
                    line = OperationLine(path, number, place)
                    place += len(raw)
                    try:
                        yield operation_in(opened_line(text)), line
                    except (InvalidInput, ValueError):
                        faults.append(line.fault)
            before = path

    def _follows(self, first: bytes, before: Path | None) -> bool:
        try:
            return head_in(opened_line(first)).previous == self.hash_before(before)
        except (ValueError, OSError):
            return False


def _whole(line: bytes, *, is_last: bool) -> bytes:
    """The line, or nothing of one that a crash cut short, which only the last of all can be."""
    return b"" if is_last and not line.endswith(b"\n") else line


def all_series(folder: Path) -> list[Series]:
    """The series in the folder of a journal, oldest first."""
    if not folder.is_dir():
        return []
    named = (path for path in folder.iterdir() if _SERIES.fullmatch(path.name) and path.is_dir())
    return [Series(path) for path in sorted(named)]
