"""Writes tables that open right in Excel: UTF-8 with mark, and no cell that becomes a formula.

A text whose first visible character would start a formula is written with an apostrophe in front
in CSV (`strip_guard` takes exactly that off again) and as plain text in XLSX.  Numbers, days and
moments are such in a workbook, so that people can add, sort and filter them.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app import chosen_files

Cell = str | int | float | date | datetime | None
"""What a table holds; a moment is one of the wall clock, without a zone, as in spreadsheets."""

MOST_CELL = 32_767
"""Characters an Excel cell holds; openpyxl would cut longer text silently."""

SAMPLED = 200
"""Rows looked at to find how wide a column has to be."""

_FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"\s*[+-]?\d+(?:[.,]\d+)?\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What a workbook cannot hold."""


def guarded(text: str) -> str:
    """The text as a CSV cell that no spreadsheet takes for a formula."""
    bare = text.lstrip("'")
    if _FORMULA.match(bare) and not _NUMBER.fullmatch(bare):
        # Text that already starts so gets one more, so that taking one off gives it back.
        return "'" + text
    return text


def strip_guard(text: str) -> str:
    """The text without the apostrophe `guarded` put in front."""
    if text.startswith("'") and guarded(text[1:]) == text:
        return text[1:]
    return text


def cell_text(value: Cell) -> str:
    """A cell as text: days and moments as ISO 8601 writes them, moments to the minute."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file as bytes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(cell) for cell in header])
    writer.writerows(
        [guarded(cell) if isinstance(cell, str) else cell_text(cell) for cell in row]
        for row in rows
    )
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet as bytes, its header fixed and with filters.  Raises `ValueError`
    for a text longer than a spreadsheet can hold: cutting it would lose something silently."""
    import openpyxl
    from openpyxl.utils import get_column_letter

    # Rows go out as they come: a workbook kept in memory takes a gigabyte for a large estate.
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", _clean(title))[:31] or "Sheet")
    sheet.freeze_panes = "A2"
    rows = iter(rows)
    first = [tuple(row) for row in itertools.islice(rows, SAMPLED)]
    for place, width in enumerate(_widths(header, first), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_sheet_text(sheet, text, bold=True) for text in header])
    count = 1
    try:
        for row in itertools.chain(first, rows):
            sheet.append([_sheet_cell(sheet, cell) for cell in row])
            count += 1
    except BaseException:
        # The half-written sheet would complain when it is collected, long after the cause.
        sheet.close()
        raise
    if header:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{count}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_cell(sheet: Any, value: Cell) -> object:
    """A cell as openpyxl writes it."""
    if isinstance(value, str):
        return _sheet_text(sheet, value)
    if not isinstance(value, date):
        return value
    from openpyxl.cell import WriteOnlyCell

    made = WriteOnlyCell(sheet)
    made.value = value
    made.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
    return made


def _sheet_text(sheet: Any, text: str, *, bold: bool = False) -> object:
    """A text as openpyxl writes it, never taken for a formula or an error value."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    plain = _clean(text)
    if not (bold or "\n" in plain or plain.startswith(("=", "#")) or _FORMULA.match(plain)):
        return plain
    made = WriteOnlyCell(sheet, plain)
    made.data_type = "s"
    made.quotePrefix = bool(_FORMULA.match(plain))
    made.alignment = Alignment(vertical="top", wrap_text="\n" in plain)
    if bold:
        made.font = Font(bold=True)
    return made


def width(text: str) -> int:
    """Columns a text takes where Chinese characters take two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _widths(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Columns wide enough for what stands in them, within reason."""
    longest = [
        max(width(cell_text(line[place])) for line in (header, *rows) if place < len(line))
        for place in range(len(header))
    ]
    return [min(48, max(8, columns + 2)) for columns in longest]


def write_table(
    path: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write a table as the file's name says, ``.xlsx`` or CSV: all of it or nothing.

    Raises `Unavailable` (``file.unwritable``).
    """
    xlsx = path.suffix.lower() == ".xlsx"
    chosen_files.write(path, xlsx_bytes(title, header, rows) if xlsx else csv_bytes(header, rows))


def _clean(text: str) -> str:
    if len(text) > MOST_CELL:
        raise ValueError(f"cell of {len(text)} characters")
    return _CONTROL.sub("", text)
