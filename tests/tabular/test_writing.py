"""Tables that open right in a spreadsheet program: text stays text, all or nothing is written."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from app.domain.errors import Unavailable
from app.tabular.reading import read_table
from app.tabular.writing import MOST_CELL, write_table, xlsx_bytes

TRICKY = ("=1+1", "+861380000", "-5", "@x", "#N/A", "'a", "00012", "两行\n文字", "", "8986 0073")


def test_a_workbook_keeps_every_text_as_text() -> None:
    content = xlsx_bytes("终端/一", ["列"], ([text] for text in TRICKY))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value or "" for cell in cells] == list(TRICKY)
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert (sheet.title, sheet.freeze_panes, sheet["A1"].font.bold) == ("终端 一", "A2", True)


@pytest.mark.parametrize("text", ["a\x00b\x07c", "\ud800x", "\ufffe\uffff", "a\x0bb\u2028c"])
def test_what_a_workbook_cannot_hold_does_not_stop_it(text: str) -> None:
    content = xlsx_bytes(text, [text], [[text], ["last"]])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet["A3"].value == "last"


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    content = xlsx_bytes("x", ["短", "长"], [["a", "浦东新区测试路一百号"], ["b", "x" * 300]])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet.column_dimensions["A"].width == 8
    assert sheet.column_dimensions["B"].width == 48


@pytest.mark.parametrize("name", ["x.csv", "x.XLSX"])
def test_a_table_written_is_the_table_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_table(path, "表", ["甲", "乙"], [["1", "二"], ["", "x"]])
    table = read_table(path)
    assert (table.header, [row.cells for row in table.rows]) == (
        ("甲", "乙"),
        [("1", "二"), ("", "x")],
    )


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    write_table(path, "表", ["甲"], [["1"]])

    def rows() -> object:
        yield ["2"]
        raise Unavailable("db.no_connection")

    with pytest.raises(Unavailable):
        write_table(path, "表", ["甲"], rows())  # type: ignore[arg-type]
    assert [row.cells for row in read_table(path).rows] == [("1",)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.csv"]


def test_a_cell_too_long_for_a_workbook_is_refused_not_cut() -> None:
    with pytest.raises(ValueError, match="characters"):
        xlsx_bytes("x", ["列"], [["x" * (MOST_CELL + 1)]])
