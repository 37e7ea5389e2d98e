"""Files of days off and days worked: tables with a header in any order, the public list
``holiday-cn`` as table or JSON, and the template people fill in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import chosen_files, files
from app.domain.errors import BadValue, InvalidInput, Problem, Unavailable
from app.domain.parsing import parse_date
from app.services.core.import_columns import map_columns
from app.tabular.cells import FileRow
from app.tabular.reading import Table, read_table

COLUMNS = {
    "day": ("日期", "day", "date"),
    "kind": ("类型", "类型（休/班）", "休班", "是否放假", "kind", "type", "isOffDay"),
    "name": ("名称", "节日", "节假日", "name", "holiday"),
}
"""Names of columns in files of holidays; those of the public list ``holiday-cn`` among them."""

TEMPLATE = "日期,类型（休/班）,名称\r\n"
"""The header alone: an example left in it would be taken in as a day off."""

Entry = tuple[int, str, str, str]
"""Row number, day, kind and name."""


@dataclass(frozen=True, slots=True)
class HolidayFile:
    """What a file says, as written."""

    name: str
    rows: tuple[Entry, ...]


def read_holidays(path: Path) -> HolidayFile:
    """Read a table or a JSON file of ``holiday-cn``.  Raises `InvalidInput`.

    Columns are found by their names in the header, in any order; without a known name the first
    three are day, kind and name, and a first line that is a day itself is no header.
    """
    if path.suffix.casefold() == ".json":
        return HolidayFile(path.name[:200], tuple(_json_rows(path)))
    table = read_table(path)
    return HolidayFile(table.file_name[:200], tuple(_table_rows(table)))


def write_template(path: Path) -> None:
    """Write an empty table to be filled in.  Raises `Unavailable` (``file.unwritable``)."""
    chosen_files.write(path, TEMPLATE.encode("utf-8-sig"))


def _json_rows(path: Path) -> list[Entry]:
    try:
        found: Any = json.loads(files.read_chosen(path).decode("utf-8-sig"))
        days = found["days"] if isinstance(found, dict) else found
        return [
            (n, str(one["date"]), str(one["isOffDay"]), str(one.get("name", "")))
            for n, one in enumerate(days, start=1)
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        raise InvalidInput.of("file", "calendar.json", name=path.name) from wrong
    except OSError as failure:
        raise Unavailable("file.unreadable", name=str(path)) from failure


def _table_rows(table: Table) -> list[Entry]:
    mapping = map_columns(table.header, COLUMNS)
    rows = [row for row in table.rows if not row.blank]
    if "day" not in mapping:
        mapping = {name: place for place, name in enumerate(COLUMNS)}
        if _is_day(table.header[0]):
            rows.insert(0, FileRow(number=table.header_row, cells=table.header))
    missing = [name for name in ("day", "kind") if name not in mapping]
    if missing:
        raise InvalidInput([Problem(name, "import.column_missing") for name in missing])
    faults = [row for row in rows if row.fault is not None]
    if faults:
        raise InvalidInput(
            [
                Problem(f"row {row.number}", row.fault.code, dict(row.fault.params))
                for row in faults
                if row.fault
            ]
        )
    places = [mapping.get(name, -1) for name in COLUMNS]
    return [
        (row.number, *(row.cell(place).shown for place in places))  # type: ignore[misc]
        for row in rows
    ]


def _is_day(cell: str) -> bool:
    try:
        return parse_date(cell) is not None
    except BadValue:
        return False
