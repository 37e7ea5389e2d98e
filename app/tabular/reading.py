"""Reads CSV and XLSX files as rows of text, whatever their encoding, and refuses hostile ones.

A file is limited in size, rows and columns, and a workbook also in how far it unpacks (a "zip
bomb" is refused before it is opened).  No formula, macro or link is followed.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.domain.errors import Unavailable

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELL = 1_000_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
MOST_ENTRIES = 5_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its number as a person counts (the header is row 1), and its cells."""

    number: int
    cells: tuple[str, ...]

    @property
    def blank(self) -> bool:
        """Whether nothing is written in it."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A file's header and rows, all cells text."""

    file_name: str
    sha256: str
    encoding: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path, encoding: str | None = None) -> Table:
    """The first table of a CSV or XLSX file.

    `encoding` overrides the guess (UTF-8 with or without mark, UTF-16 with mark, GB18030).
    Raises `Unavailable`: ``file.missing``, ``file.unreadable``, ``file.too_large``,
    ``file.empty``, ``file.encoding``, ``file.protected``, ``file.not_a_workbook``,
    ``file.bomb``, ``file.too_many_rows``.
    """
    content = _bytes(path)
    if content.startswith(_OLE):
        raise Unavailable("file.protected", name=path.name)
    if content.startswith(_ZIP):
        used, lines = "xlsx", _workbook_lines(content, path.name)
    else:
        used = encoding or guess_encoding(content)
        lines = _csv_lines(content, used, path.name)
    return _table(path.name, content, used, lines)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unavailable("file.too_large", name=path.name, limit=MOST_BYTES // 1024**2)
        return path.read_bytes()
    except FileNotFoundError:
        raise Unavailable("file.missing", name=str(path)) from None
    except OSError as failure:
        raise Unavailable("file.unreadable", name=str(path)) from failure


def guess_encoding(content: bytes) -> str:
    """UTF-8 where the bytes are valid UTF-8, UTF-16 with a mark, else GB18030."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return name
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _csv_lines(content: bytes, encoding: str, name: str) -> Iterator[list[str]]:
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise Unavailable("file.encoding", name=name, encoding=encoding) from None
    head = text[:20_000]
    first_line = head.partition("\n")[0]
    delimiter = max(",;\t|", key=first_line.count)
    before = csv.field_size_limit(MOST_CELL)
    try:
        yield from csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
    except csv.Error as failure:
        raise Unavailable("file.not_a_table", name=name, detail=str(failure)) from failure
    finally:
        csv.field_size_limit(before)


def _workbook_lines(content: bytes, name: str) -> Iterator[list[str]]:
    _refuse_bomb(content, name)
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile) as failure:
        raise Unavailable("file.not_a_workbook", name=name) from failure
    try:
        sheet = next((s for s in book.worksheets if s.sheet_state == "visible"), None)
        if sheet is None:
            return
        for row in sheet.iter_rows(values_only=True):
            yield [_cell(value) for value in row]
    finally:
        book.close()


def _refuse_bomb(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as failure:
        raise Unavailable("file.not_a_workbook", name=name) from failure
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if (
        len(entries) > MOST_ENTRIES
        or unpacked > MOST_UNPACKED
        or (unpacked > 10 * 1024**2 and unpacked / packed > MOST_RATIO)
    ):
        raise Unavailable("file.bomb", name=name)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _table(name: str, content: bytes, encoding: str, lines: Iterator[list[str]]) -> Table:
    header: tuple[str, ...] | None = None
    rows: list[Row] = []
    for number, cells in enumerate(lines, start=1):
        if header is None:
            if any(cell.strip() for cell in cells):
                header = tuple(cells[:MOST_COLUMNS])
            continue
        if len(rows) >= MOST_ROWS:
            raise Unavailable("file.too_many_rows", name=name, limit=MOST_ROWS)
        rows.append(Row(number, tuple(cells[:MOST_COLUMNS])))
    if header is None:
        raise Unavailable("file.empty", name=name)
    return Table(name, hashlib.sha256(content).hexdigest(), encoding, header, tuple(rows))
