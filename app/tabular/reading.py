"""Reads CSV and XLSX files as rows of text, whatever their encoding, and refuses hostile ones.

A file is limited in size, rows and columns, and a workbook also in how far it unpacks (a "zip
bomb" is refused before it is opened).  No formula, macro or link is followed.  Every line of the
file is in the table: above the header, the header, or a row; what is odd about the file as a whole
is among its doubts.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app import files
from app.domain.errors import InvalidInput, Unavailable
from app.tabular.cells import CellDoubt, FileRow
from app.tabular.delimited import read_lines, usual_width
from app.tabular.encodings import differing_lines, judge_encoding
from app.tabular.sheet import Extent, WorkbookSheet
from app.tabular.workbook import SheetName, Workbook

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
HEADER_WITHIN = 30
"""Written rows among which a header is looked for."""
SURE_OF_HEADER = 2
"""Known names a row further down must have to be taken for the header."""
CERTAIN_HEADER = 5
"""Known names that, being half of a row, need no look further down."""
WORKBOOK = "xlsx"
"""What stands for the encoding of a workbook."""

Recognise = Callable[[Sequence[str]], int]
"""How many of a row's cells are known names of columns."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_MARKUP = re.compile(rb"\s*<(?:\?xml|!doctype|html|table|\w+:?workbook)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file's header and rows, all cells text.

    `header_row` is the header's number, `above` what stands over it, `sheets` the names of the
    sheets to choose from.  With `rivals` the encoding is only the likeliest: those others are
    possible too.
    """

    file_name: str
    sha256: str
    encoding: str
    header: tuple[str, ...]
    rows: tuple[FileRow, ...]
    header_row: int = 1
    above: tuple[FileRow, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    doubts: tuple[CellDoubt, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """What a person chose about a file: its encoding, its sheet, the row of its header.  None
    means that it is found."""

    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What was read, before the header is known."""

    rows: tuple[FileRow, ...]
    encoding: str
    separated: bool = False
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    rivals: tuple[str, ...] = ()
    doubts: tuple[CellDoubt, ...] = ()


def read_table(
    path: Path,
    encoding: str | None = None,
    *,
    choice: ReadingChoice | None = None,
    recognise: Recognise | None = None,
) -> Table:
    """The table of a CSV or XLSX file.

    `encoding`, or a `choice`, overrides what is found.  With `recognise` the header is the row
    that has most known names, without it the first row that is not blank.
    Raises `Unavailable`: ``file.missing``, ``file.unreadable``, ``file.too_large``,
    ``file.empty``, ``file.encoding``, ``file.protected``, ``file.not_a_workbook``,
    ``file.other_workbook``, ``file.markup``, ``file.bomb``, ``file.extent``,
    ``file.too_many_rows``; `InvalidInput` for a sheet or a header row that is not there.
    """
    chosen = choice or ReadingChoice(encoding)
    content = _bytes(path)
    known = recognise or (lambda _cells: 0)
    if content.startswith(_OLE):
        raise Unavailable("file.protected", name=path.name)
    if content.startswith(_ZIP):
        written = _workbook(Workbook(content, path.name), path.name, chosen, known)
    else:
        written = _text(content, path.name, chosen.encoding)
    return _table(path.name, content, written, chosen.header_row, known)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unavailable("file.too_large", name=path.name, limit=MOST_BYTES // 1024**2)
        return files.read_chosen(path, MOST_BYTES)
    except FileNotFoundError:
        raise Unavailable("file.missing", name=str(path)) from None
    except OSError as failure:
        raise Unavailable("file.unreadable", name=str(path)) from failure


_OTHER_FILES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF-", b"RIFF", b"Rar!", b"7z\xbc\xaf")
"""How files begin that are no text, whatever they are called: pictures, PDF, archives."""


def _text(content: bytes, name: str, encoding: str | None) -> _Written:
    if content.startswith(_OTHER_FILES):
        raise Unavailable("file.other_kind", name=name)
    rivals: tuple[str, ...] = ()
    used = encoding
    if used is None:
        judged = judge_encoding(content)
        used, rivals = judged.encoding, judged.rivals
    try:
        text = content.decode(used).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError):
        raise Unavailable("file.encoding", name=name, encoding=used) from None
    if _MARKUP.match(text[:200].encode()):
        raise Unavailable("file.markup", name=name)
    doubts: tuple[CellDoubt, ...] = ()
    if rivals:
        here, there = differing_lines(content, used, rivals[0])
        doubt = {"encoding": used, "value": here, "other": rivals[0], "text": there}
        doubts = (CellDoubt("encoding.doubtful", doubt),)
    return _Written(
        rows=read_lines(text).rows, encoding=used, separated=True, rivals=rivals, doubts=doubts
    )


# --- workbooks ---------------------------------------------------------------------------------


def _workbook(book: Workbook, name: str, chosen: ReadingChoice, known: Recognise) -> _Written:
    """The chosen sheet, or of those to be seen the one whose header is known best."""
    extent = Extent(MOST_ROWS + HEADER_WITHIN, MOST_COLUMNS)
    visible = [sheet for sheet in book.sheets if not sheet.hidden]
    if chosen.sheet is not None:
        names = [sheet for sheet in book.sheets if sheet.title == chosen.sheet]
        if not names:
            raise InvalidInput.of("sheet", "choice.unknown", value=chosen.sheet)
        visible = names
    if not visible:
        raise Unavailable("file.empty", name=name)
    read = {sheet: book.read(sheet, extent) for sheet in visible}
    best = max(visible, key=lambda s: (_best(read[s].rows, known)[1], bool(read[s].rows)))
    doubts = _sheet_doubts(best, read, book.sheets, chosen)
    return _Written(
        rows=read[best].rows,
        encoding=WORKBOOK,
        sheet=best.title,
        sheets=tuple(sheet.title for sheet in book.sheets),
        hidden_columns=read[best].hidden_columns,
        doubts=doubts,
    )


def _sheet_doubts(
    best: SheetName,
    read: dict[SheetName, WorkbookSheet],
    sheets: Sequence[SheetName],
    chosen: ReadingChoice,
) -> tuple[CellDoubt, ...]:
    """Which sheets are not read, unless one was chosen."""
    if chosen.sheet is not None:
        return ()
    others = [
        sheet.title for sheet in sheets if sheet is not best and (sheet.hidden or read[sheet].rows)
    ]
    if not others:
        return ()
    return (CellDoubt("sheet.others", {"value": best.title, "others": ", ".join(others)}),)


# --- the table ---------------------------------------------------------------------------------


def _best(rows: Sequence[FileRow], known: Recognise) -> tuple[int, int]:
    """The place of the header among rows, and how many names in it are known."""
    filled = (place for place, row in enumerate(rows) if not row.blank)
    written = list(itertools.islice(filled, HEADER_WITHIN))
    if not written:
        return -1, 0
    counts: dict[int, int] = {}
    for place in written:
        counts[place] = known(rows[place].cells)
        if counts[place] >= CERTAIN_HEADER and counts[place] * 2 >= len(rows[place].cells):
            break
    place = max(counts, key=lambda place: (counts[place], -place))
    if counts[place] < SURE_OF_HEADER:
        # One known word may stand in any row.
        place = written[0]
    return place, counts[place]


def _table(
    name: str, content: bytes, written: _Written, header_row: int | None, known: Recognise
) -> Table:
    rows = written.rows
    if header_row is None:
        place, _count = _best(rows, known)
        if place < 0:
            raise Unavailable("file.empty", name=name)
    else:
        place = next((p for p, row in enumerate(rows) if row.number == header_row), -1)
        if place < 0 or rows[place].blank:
            raise InvalidInput.of("header_row", "header.blank", value=header_row)
    header, body = rows[place], rows[place + 1 :]
    if len(body) > MOST_ROWS:
        raise Unavailable("file.too_many_rows", name=name, limit=MOST_ROWS)
    if written.separated:
        body = _checked_widths(header, body, name)
    above = tuple(row for row in rows[:place] if not row.blank)
    return Table(
        file_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        encoding=written.encoding,
        header=header.cells,
        rows=body,
        header_row=header.number,
        above=above,
        sheet=written.sheet,
        sheets=written.sheets,
        rivals=written.rivals,
        doubts=(*written.doubts, *_doubts(header, above, body, written.hidden_columns)),
    )


def _doubts(
    header: FileRow,
    above: Sequence[FileRow],
    body: Sequence[FileRow],
    hidden_columns: frozenset[int],
) -> list[CellDoubt]:
    doubts = []
    if above:
        sample = " ".join(cell for cell in above[0].cells if cell.strip())[:80]
        doubts.append(
            CellDoubt("header.below", {"row": header.number, "count": len(above), "value": sample})
        )
    hidden = [str(row.number) for row in body if row.hidden]
    if hidden:
        doubts.append(CellDoubt("rows.hidden", {"count": len(hidden), "value": _few(hidden)}))
    columns = [title for place, title in enumerate(header.cells) if place in hidden_columns]
    if columns:
        doubts.append(CellDoubt("columns.hidden", {"count": len(columns), "value": _few(columns)}))
    return doubts


def _few(values: Sequence[str]) -> str:
    return ", ".join(values[:10]) + (" …" if len(values) > 10 else "")


def _checked_widths(header: FileRow, body: tuple[FileRow, ...], name: str) -> tuple[FileRow, ...]:
    """Rows of a text whose number of cells is not the header's: with more, a separator inside a
    cell has moved the cells behind it; with fewer, cells are missing at an unknown place."""
    widths = [len(row.cells) for row in body if row.cells and row.fault is None]
    width = len(header.cells)
    named = max((place for place, cell in enumerate(header.cells, 1) if cell.strip()), default=0)
    if named > MOST_COLUMNS:
        raise Unavailable(
            "file.extent", name=name, cell=named, limit=MOST_ROWS, columns=MOST_COLUMNS
        )
    usual = usual_width(widths)
    if usual > width and not any(
        any(cell.strip() for cell in row.cells[width:])
        for row in body
        if len(row.cells) == usual and row.fault is None
    ):
        # Every row ends with empty cells the header does not have.
        width = usual
    return tuple(
        row if len(row.cells) == width or row.blank or row.fault else _misfit(row, width)
        for row in body
    )


def _misfit(row: FileRow, width: int) -> FileRow:
    found = len(row.cells)
    params = {"cells": found, "header": width, "value": " | ".join(row.cells)[:80]}
    if found > width:
        return replace(row, fault=CellDoubt("row.too_many_cells", params))
    return replace(row, doubts=(CellDoubt("row.too_few_cells", params),))
