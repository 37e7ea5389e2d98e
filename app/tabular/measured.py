"""Workbooks of measured values: real numbers and dates in their formats, filters in the heads."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.tabular.writing import width

Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class MeasuredSheet:
    """One sheet: its title, heads, rows, and the number format of each column (empty: as it is)."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    formats: tuple[str, ...] = ()


def workbook_bytes(sheets: Sequence[MeasuredSheet]) -> bytes:
    """The sheets as a workbook.  Text never becomes a formula."""
    import openpyxl
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for wanted in sheets:
        sheet = book.create_sheet(wanted.title[:31])
        sheet.append(wanted.header)
        for cell in sheet[1]:
            cell.font, cell.alignment = Font(bold=True), Alignment(vertical="top", wrap_text=True)
        for row in wanted.rows:
            sheet.append(row)
            for place, cell in enumerate(sheet[sheet.max_row]):
                if isinstance(cell.value, str):
                    cell.data_type = "s"
                elif place < len(wanted.formats) and wanted.formats[place]:
                    cell.number_format = wanted.formats[place]
                elif isinstance(cell.value, date):
                    cell.number_format = "yyyy-mm-dd"
        sheet.freeze_panes = "A2"
        last = get_column_letter(len(wanted.header))
        sheet.auto_filter.ref = f"A1:{last}{max(1, sheet.max_row)}"
        for place, head in enumerate(wanted.header):
            shown = [head, *(str(row[place] or "") for row in wanted.rows[:200])]
            wide = max(width(text) for text in shown)
            sheet.column_dimensions[get_column_letter(place + 1)].width = min(60, max(9, wide + 3))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
