"""Writes tables that open right in Excel: UTF-8 with mark, and no cell that becomes a formula.

A cell whose first visible character would start a formula is written with an apostrophe in front
in CSV (`strip_guard` takes exactly that off again) and as plain text in XLSX.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

MOST_CELL = 32_767
"""Characters an Excel cell holds; openpyxl would cut longer text silently."""

_FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"\s*[+-]?\d+(?:[.,]\d+)?\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


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


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file as bytes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(cell) for cell in header])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet as bytes, every cell text.  Raises `ValueError` for a cell longer
    than a spreadsheet can hold: cutting it would lose something silently."""
    import openpyxl
    from openpyxl.styles import Alignment, Font

    book = openpyxl.Workbook(write_only=False)
    sheet = book.active
    assert sheet is not None
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Sheet"
    sheet.append([_clean(cell) for cell in header])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, row in enumerate(rows, start=2):
        for place, text in enumerate(row, start=1):
            cell = sheet.cell(number, place)
            cell.value = _clean(text)
            cell.data_type = "s"
            cell.quotePrefix = bool(_FORMULA.match(text))
            cell.alignment = Alignment(vertical="top", wrap_text="\n" in text)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _clean(text: str) -> str:
    if len(text) > MOST_CELL:
        raise ValueError(f"cell of {len(text)} characters")
    return _CONTROL.sub("", text)
