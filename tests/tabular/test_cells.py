"""Cells as the sheet shows them: number formats, kinds, merged and hidden cells, extents."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from app.domain.errors import InvalidInput, Unavailable
from app.tabular.cells import CellKind, cleaned
from app.tabular.number_formats import shown_number
from app.tabular.reading import ReadingChoice, Table, read_table

Fill = Callable[[Worksheet], None]


def saved(tmp_path: Path, fill: Fill) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(sheet)
    path = tmp_path / "t.xlsx"
    book.save(path)
    return path


def replaced(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The workbook with its parts rewritten."""
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return path


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (123456, "0000000000", "0000123456"),
        (2552000001, "00000000000", "02552000001"),
        (2552000001, "000\\-00000000", "025-52000001"),
        (12, '"SN"0000', "SN0012"),
        (-7, "000", "-007"),
        (-7, "000;(000)", "(007)"),
        (0, "000;-000;0", "0"),
        (5551234, "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", "555-1234"),
        (1234, "#,##0", "1234"),
        (31.37309, "0.00", "31.37309"),
        (848290058120000, "General", "848290058120000"),
        (848290058120000, "0.00E+00", "848290058120000"),
        (0.1 + 0.2, "General", "0.3"),
    ],
)
def test_zeros_and_letters_of_a_format_are_shown_and_no_digit_is_hidden(
    value: float, code: str, shown: str
) -> None:
    text, mark = shown_number(repr(value), code, since_1904=False)
    assert (text, mark.kind, mark.doubts) == (shown, CellKind.NUMBER, ())


@given(st.integers(0, 10**15 - 1), st.integers(1, 15))
def test_every_number_is_padded_as_the_sheet_does(number: int, places: int) -> None:
    shown, mark = shown_number(str(number), "0" * places, since_1904=False)
    assert shown == f"{number:0{places}d}"
    assert mark.value == str(number)


def test_a_number_longer_than_a_sheet_keeps_is_doubted() -> None:
    for raw in ("8.93901010235847E+18", "1000000000000000"):
        _shown, mark = shown_number(raw, "General", since_1904=False)
        assert [doubt.code for doubt in mark.doubts] == ["cell.digits_lost"]


def test_days_and_times_are_read_from_every_kind_of_date_cell(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["day", "moment", "clock", "chinese"])
        sheet.append([date(2024, 3, 5), datetime(2024, 3, 5, 8, 30), time(8, 30), 45356])  # noqa: DTZ001
        sheet["D2"].number_format = 'yyyy"年"m"月"d"日"'

    row = read_table(saved(tmp_path, fill)).rows[0]
    assert row.cells == ("2024-03-05", "2024-03-05 08:30:00", "08:30:00", "2024-03-05")
    assert {mark.kind for mark in row.marks.values()} == {CellKind.DATE}


def test_a_format_a_chinese_excel_names_by_number_only_is_a_date(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["d"])
        sheet.append([45356])
        sheet["A2"].number_format = "0.000"

    def change(name: str, content: bytes) -> bytes:
        return content.replace(b'numFmtId="164"', b'numFmtId="31"') if "styles" in name else content

    path = replaced(saved(tmp_path, fill), change)
    content = zipfile.ZipFile(path).read("xl/styles.xml")
    if b"<numFmt " in content:  # the definition itself must not name the number
        replaced(
            path,
            lambda name, part: (
                part.replace(b'formatCode="0.000"', b"") if "styles" in name else part
            ),
        )
    assert read_table(path).rows[0].cells == ("2024-03-05",)


def test_errors_and_formulas_without_result_are_no_text(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["a", "b", "c"])
        sheet.append(["#N/A", "=A1&1", "#REF!"])

    row = read_table(saved(tmp_path, fill)).rows[0]
    assert [row.cell(place).kind for place in range(3)] == [
        CellKind.ERROR,
        CellKind.FORMULA,
        CellKind.ERROR,
    ]
    assert not row.blank


def test_a_merged_cell_holds_for_its_rows_but_not_for_other_columns(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for line in (["a", "b", "c"], ["店", None, "1"], [None, None, "2"], [None, None, None]):
            sheet.append(line)
        sheet.append(["x", "y", "z"])
        sheet.merge_cells("A2:B4")

    table = read_table(saved(tmp_path, fill))
    assert [row.cells for row in table.rows] == [
        ("店", "", "1"),
        ("店", "", "2"),
        (),
        ("x", "y", "z"),
    ]
    assert [doubt.code for doubt in table.rows[1].marks[0].doubts] == ["cell.merged"]
    assert table.rows[2].blank, "a row with nothing of its own stays blank"


def test_hidden_rows_columns_and_sheets_are_read_and_said(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for line in (["a", "b"], ["1", "2"], ["3", "4"]):
            sheet.append(line)
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        assert sheet.parent is not None
        sheet.parent.create_sheet("藏").sheet_state = "hidden"

    table = read_table(saved(tmp_path, fill))
    assert len(table.rows) == 2
    assert [doubt.code for doubt in table.doubts] == [
        "sheet.others",
        "rows.hidden",
        "columns.hidden",
    ]


def test_a_wrong_or_missing_dimension_hides_nothing(tmp_path: Path) -> None:
    import re

    for claim in (b'<dimension ref="A1"/>', b"", b'<dimension ref="A1:XFD1048576"/>'):
        path = saved(tmp_path, lambda sheet: [sheet.append([str(n), "x"]) for n in range(5)])  # type: ignore[arg-type,func-returns-value]
        replaced(path, lambda _name, part, claim=claim: re.sub(b"<dimension [^>]*/>", claim, part))  # type: ignore[misc]
        assert len(read_table(path).rows) == 4


def test_a_strict_workbook_reads_like_any_other(tmp_path: Path) -> None:
    path = saved(tmp_path, lambda sheet: [sheet.append(["a"]), sheet.append(["值"])])  # type: ignore[arg-type,func-returns-value]
    replaced(
        path,
        lambda _name, part: part.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )
    assert read_table(path).rows[0].cells == ("值",)


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD2"])
def test_a_cell_far_outside_is_refused_before_the_room_between_is_read(
    tmp_path: Path, cell: str
) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet[cell] = "a", "x"

    with pytest.raises(Unavailable) as refused:
        read_table(saved(tmp_path, fill))
    assert (refused.value.code, refused.value.params["cell"]) == ("file.extent", cell)


def test_a_format_far_outside_is_no_content(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["a"])
        sheet.append(["1"])
        sheet["XFD1048576"].number_format = "0000"

    assert len(read_table(saved(tmp_path, fill)).rows) == 1


def test_entities_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, lambda sheet: sheet.append(["a"]))
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'
    replaced(
        path,
        lambda name, part: part.replace(b"<worksheet", doctype, 1) if "sheet1" in name else part,
    )
    with pytest.raises(Unavailable) as refused:
        read_table(path)
    assert refused.value.code == "file.not_a_workbook"


def known(cells: object) -> int:
    return len({"序列号", "厂商"} & set(cells))  # type: ignore[call-overload]


def test_the_header_is_found_below_titles_and_can_be_moved(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for line in (["2024年终端台账"], [], ["序列号", "厂商"], ["S1", "百富"]):
            sheet.append(line)

    path = saved(tmp_path, fill)
    table = read_table(path, recognise=known)
    assert (table.header_row, len(table.rows), len(table.above)) == (3, 1, 1)
    assert [doubt.code for doubt in table.doubts] == ["header.below"]
    moved = read_table(path, recognise=known, choice=ReadingChoice(header_row=4))
    assert (moved.header, moved.rows) == (("S1", "百富"), ())
    for row in (2, 9):
        with pytest.raises(InvalidInput):
            read_table(path, recognise=known, choice=ReadingChoice(header_row=row))


def test_the_sheet_with_the_header_is_found_and_another_can_be_chosen(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["说明"])
        assert sheet.parent is not None
        other = sheet.parent.create_sheet("台账")
        other.append(["序列号", "厂商"])
        other.append(["S1", "百富"])

    path = saved(tmp_path, fill)
    found: Table = read_table(path, recognise=known)
    assert (found.sheet, found.sheets) == ("台账", ("Sheet", "台账"))
    assert [doubt.code for doubt in found.doubts] == ["sheet.others"]
    assert read_table(path, choice=ReadingChoice(sheet="Sheet")).header == ("说明",)
    with pytest.raises(InvalidInput):
        read_table(path, choice=ReadingChoice(sheet="没有"))


VISIBLE_FORMATS = {
    0x0600,
    0x0601,
    0x0602,
    0x0603,
    0x0604,
    0x0605,
    0x06DD,
    0x070F,
    0x0890,
    0x0891,
    0x08E2,
    0x110BD,
    0x110CD,
}
"""Format characters with a form of their own (Arabic, Syriac, Kaithi)."""


def test_invisible_characters_are_known_by_their_category() -> None:
    kept = VISIBLE_FORMATS | set(map(ord, "\t\n\r")) | set(range(0x13430, 0x13440))
    for point in range(0x110000):
        char = chr(point)
        if unicodedata.category(char) in ("Cc", "Cf") and point not in kept:
            assert cleaned(f"商{char}户")[0] == "商户", hex(point)
    assert cleaned("👨\u200d👩\u200d👧")[0] == "👨\u200d👩\u200d👧", "a joiner is part of an emoji"
