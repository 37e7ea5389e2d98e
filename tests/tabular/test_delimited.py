"""Text files: no line is lost behind a quotation mark, no shifted cell stored, nothing guessed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import Unavailable
from app.tabular.cells import CellKind
from app.tabular.delimited import SEPARATORS, read_lines
from app.tabular.encodings import judge_encoding
from app.tabular.reading import read_table

HEADER = "序列号,商户名称,厂商,型号,地址"


def rows(*lines: str) -> list[tuple[int, tuple[str, ...], str]]:
    found = read_lines("\n".join(lines) + "\n").rows
    return [(row.number, row.cells, row.fault.code if row.fault else "") for row in found]


def test_an_open_quotation_mark_takes_only_its_own_line() -> None:
    found = rows(
        HEADER, 'S1,"测试店,百富,A920,路1号', "S2,店,百富,A920,路2号", "S3,店,百富,A920,路3号"
    )
    assert [(number, fault) for number, _cells, fault in found] == [
        (1, ""),
        (2, "row.quote_open"),
        (3, ""),
        (4, ""),
    ]
    assert found[2][1][0] == "S2"


def test_the_line_of_an_open_quotation_mark_is_named() -> None:
    fault = read_lines(f'{HEADER}\n"a\nb",x,y,z,q\nS1,"店,百富,A920,路').rows[2].fault
    assert fault is not None
    assert fault.params["line"] == 4, "as an editor counts"


def test_two_open_quotation_marks_do_not_swallow_the_rows_between() -> None:
    found = rows(
        HEADER,
        'S1,"测试店,百富,A920,路',
        "S2,店,百富,A920,路",
        'S3,"店,百富,A920,路',
        "S4,店,百富,A920,路",
    )
    assert [fault for _number, _cells, fault in found] == [
        "",
        "row.quote_open",
        "",
        "row.quote_open",
        "",
    ]


def test_rows_between_marks_that_fit_by_chance_are_refused_one_by_one() -> None:
    """``"店,…`` opened in one row and ``屏5"`` closing it in a later one make a row of the right
    width: whether the lines between are text or rows cannot be told."""
    found = rows(HEADER, 'S1,"店,百富,A920,路', "S2,店,百富,A920,路", 'S3,屏5",百富,A920,路')
    assert [fault for _number, _cells, fault in found] == ["", *["row.behind_quote"] * 3]


def test_a_quotation_mark_inside_quoted_text_is_named() -> None:
    found = rows(HEADER, 'S1,"5"屏",百富,A920,路', "S2,店,百富,A920,路")
    assert [fault for _number, _cells, fault in found] == ["", "row.quote_stray", ""]


@settings(max_examples=150, deadline=None)
@given(
    table=st.lists(
        st.lists(st.text('ab店,;\t|"\n 1', max_size=6), min_size=4, max_size=4),
        min_size=1,
        max_size=8,
    ),
    separator=st.sampled_from(SEPARATORS),
)
def test_what_is_written_well_is_read_back_or_named(table: list[list[str]], separator: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(table)
    found = read_lines(f"sep={separator}\n{out.getvalue()}").rows
    if not any(row.fault for row in found):
        assert [list(row.cells) for row in found] == table
    else:
        # Text with as many separators as a row, over several lines, may be rows.
        assert '"' in out.getvalue()
        assert all(row.fault or list(row.cells) in table for row in found)


@settings(max_examples=150, deadline=None)
@given(
    names=st.lists(
        st.sampled_from(["店", '"店', '店"', '"店"', '5"屏', '"a"b"']), min_size=1, max_size=12
    ),
)
def test_every_line_of_a_table_without_line_breaks_is_told_once(names: list[str]) -> None:
    lines = [f"S{n},{name},百富,A920,路" for n, name in enumerate(names)]
    found = read_lines("\n".join((HEADER, *lines))).rows[1:]
    assert len(found) == len(lines)
    for n, (row, name) in enumerate(zip(found, names, strict=True)):
        if row.fault is None:
            assert row.cells[0] == f"S{n}"
            assert len(row.cells) == 5
        else:
            assert any('"' in other for other in names)
        if '"' not in "".join(names):
            assert row.cells[1] == name


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("S1,店,百富,A920,路,二楼", "row.too_many_cells"),
        ("S1,店,百富,A920,路,", "row.too_many_cells"),
    ],
)
def test_a_shifted_row_is_refused_even_when_its_end_is_empty(
    tmp_path: Path, line: str, code: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{HEADER}\nS0,店,百富,A920,路\nS2,店,百富,A920,路\n{line}\n", encoding="utf-8")
    faults = [row.fault.code if row.fault else "" for row in read_table(path).rows]
    assert faults == ["", "", code]


def test_empty_cells_behind_every_row_shift_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{HEADER}\nS0,店,百富,A920,路,\nS2,店,百富,A920,路,\n", encoding="utf-8")
    assert [row.fault for row in read_table(path).rows] == [None, None]


def test_a_row_that_ends_early_is_doubted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{HEADER}\nS0,店,百富,A920\n", encoding="utf-8")
    assert [doubt.code for doubt in read_table(path).rows[0].doubts] == ["row.too_few_cells"]


def test_forced_text_formulas_and_errors_of_a_text_file() -> None:
    row = read_lines('a,b,c,d\n="0012","=""0""",=A1+1,#n/a\n').rows[1]
    assert row.cells[:2] == ("0012", "0")
    assert [row.cell(place).kind for place in range(4)] == [
        CellKind.TEXT,
        CellKind.TEXT,
        CellKind.FORMULA,
        CellKind.ERROR,
    ]


def test_nul_and_other_invisible_characters_are_removed_with_a_word() -> None:
    row = read_lines("a,b\nS\0001,商\u200b户\n").rows[1]
    assert row.cells == ("S1", "商户")
    assert [mark.doubts[0].code for mark in row.marks.values()] == ["cell.invisible"] * 2


def test_the_separator_is_found_below_a_title_and_beside_decimal_commas() -> None:
    assert read_lines("台账,2024\na;b;c\n1,5;2,5;x\n3,5;4,5;y\n").separator == ";"
    assert read_lines("sep=|\na,b|c\n").rows[0].cells == ("a,b", "c")


CHINESE = "序列号,商户名称,厂商\nS1,测试水果店,百富\nS2,江宁区鼓楼路测试商户,新大陆\n"
TRADITIONAL = "序號,商戶名稱,廠商\nS1,測試水果店,百富\nS2,臺北市中正區測試商戶,新大陸\n"
GERMAN = "serial,merchant,maker\nS1,Café Müller,PAX\nS2,Bäckerei Größe,PAX\n"
CZECH = "serial,merchant,maker\nS1,Žižkov řeznictví,PAX\nS2,Kavárna Dvořák,PAX\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "gb18030"),
        (CHINESE, "utf-8"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "utf-16-le"),
        ("a,b\n1,2\n", "utf-8"),
        ("a,b\n1,2\n", "utf-16-le"),
    ],
)
def test_an_encoding_that_shows_itself_is_known(text: str, encoding: str) -> None:
    judged = judge_encoding(text.encode(encoding))
    assert (judged.encoding, judged.rivals) == (encoding, ())


@pytest.mark.parametrize(
    ("text", "encoding"), [(GERMAN, "cp1252"), (CZECH, "cp1250"), ("a\nMüller\n", "cp1252")]
)
def test_a_european_file_is_never_read_as_chinese(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    judged = judge_encoding(content)
    right = content.decode(judged.encoding) == text
    assert right or encoding in judged.rivals
    assert judged.encoding not in ("gb18030", "big5")


@pytest.mark.parametrize("content", [b"\x81\x31,\xff", b"a,b\n\xfc\xe9\xf8\xd0,\x9d\x8f\n"])
def test_bytes_that_are_no_writing_are_doubted_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    if judge_encoding(content).rivals == ("utf-8",):
        with pytest.raises(Unavailable):
            read_table(path, "utf-8")
    else:
        table = read_table(path)
        assert table.rivals
        assert [doubt.code for doubt in table.doubts] == ["encoding.doubtful"]


@pytest.mark.parametrize("text", ["<html><table><tr><td>1</td></tr>", "<?xml version='1.0'?>"])
def test_markup_under_another_name_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.xls"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unavailable) as refused:
        read_table(path)
    assert refused.value.code == "file.markup"
