"""Files of every kind are read as text, and hostile ones are refused before they are opened."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Unavailable
from app.tabular import reading
from app.tabular.encodings import judge_encoding
from app.tabular.reading import read_table
from app.tabular.writing import csv_bytes, guarded, strip_guard, xlsx_bytes

TEXT = "序列号,商户\r\nSN0001,测试䶮𬭎㛃\r\n"


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_every_encoding_of_chinese_is_recognised(tmp_path: Path, encoding: str, named: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TEXT.encode(encoding))
    table = read_table(path)
    assert (table.header, table.rows[0].cells, table.encoding) == (
        ("序列号", "商户"),
        ("SN0001", "测试䶮𬭎㛃"),
        named,
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_separator_is_recognised(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'a{delimiter}b\n"x\ny"{delimiter}2\n', encoding="utf-8")
    assert read_table(path).rows[0].cells == ("x\ny", "2")


def test_rows_are_numbered_as_a_person_counts_and_blank_ones_known(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n , \n3,4\n", encoding="utf-8")
    table = read_table(path)
    assert [(row.number, row.blank) for row in table.rows] == [(2, False), (3, True), (4, False)]


def test_a_workbook_gives_the_text_people_see(tmp_path: Path) -> None:
    import datetime

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序列号", "商户号", "安装日期", "备注"])
    sheet.append(["007", 848290058120000, datetime.date(2025, 6, 30), "=1+1"])
    sheet["D2"].data_type = "s"
    path = tmp_path / "t.xlsx"
    book.save(path)
    assert read_table(path).rows[0].cells == ("007", "848290058120000", "2025-06-30", "=1+1")


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 52_000_000)
    with pytest.raises(Unavailable) as refused:
        read_table(path)
    assert refused.value.code == "file.bomb"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"\n\n  \n", "file.empty"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "file.protected"),
        (b"PK\x03\x04 not a zip", "file.not_a_workbook"),
    ],
)
def test_what_is_no_table_is_said_so(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(Unavailable) as refused:
        read_table(path)
    assert refused.value.code == code


def test_a_zip_that_is_no_workbook_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(Unavailable) as refused:
        read_table(path)
    assert refused.value.code == "file.not_a_workbook"


def test_a_missing_file_a_wrong_encoding_and_too_many_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unavailable) as refused:
        read_table(tmp_path / "no.csv")
    assert refused.value.code == "file.missing"
    path = tmp_path / "t.csv"
    path.write_bytes(TEXT.encode("gb18030"))
    with pytest.raises(Unavailable) as refused:
        read_table(path, "utf-8")
    assert refused.value.code == "file.encoding"
    monkeypatch.setattr(reading, "MOST_ROWS", 0)
    with pytest.raises(Unavailable) as refused:
        read_table(path)
    assert refused.value.code == "file.too_many_rows"


def test_a_very_long_cell_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "长" * 200_000 + ",2\n", encoding="utf-8")
    assert len(read_table(path).rows[0].cells[0]) == 200_000


NASTY = [
    '=HYPERLINK("x")',
    "@SUM(A1)",
    "+1+1",
    "-2+3",
    "\t=1",
    "＝1",
    "'quoted",
    "-5",
    "1.5",
    "+8613812345678",
    "plain",
    "",
    "'=x",
]


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_becomes_a_formula_and_the_guard_comes_off_again(text: str) -> None:
    shown = guarded(text)
    assert strip_guard(shown) == text or not shown.startswith("'")
    assert not (
        shown[:1] in "=+-@\t＝" and shown and not shown.strip("+-").replace(".", "").isdigit()
    )


@given(st.lists(st.text(max_size=40).filter(lambda s: "\r" not in s and "\0" not in s), min_size=1))
def test_what_is_written_is_read_back(cells: list[str]) -> None:
    import csv

    content = csv_bytes(["h"] * len(cells), [cells]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert [strip_guard(cell) for cell in rows[1]] == cells


def test_a_workbook_we_write_keeps_everything_as_text(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows = [[text] for text in NASTY if text.strip()]
    path.write_bytes(xlsx_bytes("终端/台账", ["列"], rows))
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    values = [sheet.cell(n + 2, 1) for n in range(len(rows))]
    assert [cell.value for cell in values] == [row[0] for row in rows]
    assert {cell.data_type for cell in values} == {"s"}
    with pytest.raises(ValueError, match="32768"):
        xlsx_bytes("t", ["h"], [["x" * 32_768]])


def test_a_file_of_two_encodings_is_in_doubt() -> None:
    gbk = "序列号,商户名称,安装地址\nA0001,测试便利店,历下区泺源大街一号\n".encode("gb18030")
    assert judge_encoding(gbk).rivals == ()
    mixed = gbk + "A0002,测试超市,市中区经四路二号\n".encode()
    assert judge_encoding(mixed).rivals == ("utf-8",)
