"""The cases of odd and hostile tables, by their numbers in the list of faults."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from app.domain.errors import Unavailable
from app.tabular.reading import Table, read_table
from app.tabular.writing import xlsx_bytes

HEADER = "序列号;商户名称"


def table(folder: Path, content: bytes, name: str = "a.csv") -> Table:
    """The content read as a file."""
    (folder / name).write_bytes(content)
    return read_table(folder / name)


def refusal(folder: Path, content: bytes, name: str = "a.xlsx") -> str:
    """Why a file is not read."""
    with pytest.raises(Unavailable) as refused:
        table(folder, content, name)
    return refused.value.code


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\nA1;王\n".encode("utf-8-sig"),
        f"{HEADER}\r\nA1;王\r\n".encode("utf-16"),
        f"{HEADER}\nA1;王\n".encode("gb18030"),
        f"{HEADER}\rA1;王\r".encode(),
        f'{HEADER}\n"A1";"王"\n'.encode(),
    ],
)
def test_case_43_marks_encodings_and_line_ends(tmp_path: Path, content: bytes) -> None:
    found = table(tmp_path, content)
    assert found.header == ("序列号", "商户名称")
    assert [row.cells for row in found.rows if not row.blank] == [("A1", "王")]


def test_case_43_central_europe(tmp_path: Path) -> None:
    found = table(tmp_path, "název;město\nŽižka;Plzeň\nČerný;Příbram\n".encode("cp1250"))
    assert found.rows[0].cells == ("Žižka", "Plzeň")


def test_case_43_a_quoted_line_break_and_a_cell_of_200_000_characters(tmp_path: Path) -> None:
    found = table(tmp_path, f'{HEADER}\n"A\n1";{"x" * 200_000}\n'.encode())
    assert found.rows[0].cells == ("A\n1", "x" * 200_000)


def test_case_43_missing_and_extra_cells_and_a_header_twice(tmp_path: Path) -> None:
    found = table(tmp_path, b"a;b;a\n1;2;3\n4;5\n6;7;8;9\n")
    assert found.header == ("a", "b", "a")
    whole, short, long = found.rows
    assert (whole.fault, whole.doubts) == (None, ())
    assert [doubt.code for doubt in short.doubts] == ["row.too_few_cells"]
    assert long.fault is not None
    assert long.fault.code == "row.too_many_cells"


def test_case_43_the_same_file_twice_is_the_same(tmp_path: Path) -> None:
    content = f"{HEADER}\nA1;王\n".encode()
    assert table(tmp_path, content) == table(tmp_path, content)


def packed(changes: dict[str, bytes], sheet: bytes | None = None) -> bytes:
    """A workbook of ours with parts added or replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes("表", ("a", "b"), [("1", "2")]))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in changes:
                part = sheet if sheet and name.endswith("sheet1.xml") else source.read(name)
                target.writestr(name, part)
        for name, content in changes.items():
            target.writestr(name, content)
    return out.getvalue()


def far(cell: str) -> bytes:
    """A sheet with one cell far out."""
    row = "".join(char for char in cell if char.isdigit())
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="{row}"><c r="{cell}" t="inlineStr"><is><t>x</t></is></c></row>'
        "</sheetData></worksheet>"
    ).encode()


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD1", "ZZZZZZ1", "A99999999999"])
def test_case_44_a_cell_far_out_is_refused_at_once(tmp_path: Path, cell: str) -> None:
    assert refusal(tmp_path, packed({}, far(cell))) == "file.extent"


def test_case_44_bombs_are_refused_before_they_unfold(tmp_path: Path) -> None:
    big = {"xl/media/x.bin": b"0" * 60_000_000}
    assert refusal(tmp_path, packed(big)) == "file.bomb"
    many = {f"xl/media/{n}": b"" for n in range(6_000)}
    assert refusal(tmp_path, packed(many)) == "file.bomb"
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + far("A1").replace(b">x<", b">&a;&a;<")
    assert refusal(tmp_path, packed({}, entities)) == "file.not_a_workbook"


def test_case_44_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = bytearray(packed({"xl/worksheets/sheet1.xml": b" " * 30_000_000 + far("A1")}))
    for sign, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = content.index(b"xl/worksheets/sheet1.xml") if sign == b"PK\x03\x04" else 0
        place = content.rfind(sign, 0, start) if start else content.rfind(sign)
        content[place + at : place + at + 4] = (5_000).to_bytes(4, "little")
    assert refusal(tmp_path, bytes(content)) in {"file.not_a_workbook", "file.bomb"}


def test_case_44_macros_and_links_to_elsewhere_are_not_followed(tmp_path: Path) -> None:
    parts = {
        "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"0" * 100,
        "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
        "xl/connections.xml": b'<connections><connection id="1" odcFile="//h/x"/></connections>',
    }
    found = table(tmp_path, packed(parts), "a.xlsm")
    assert found.rows[0].cells == ("1", "2")


def test_case_44_a_password_and_other_workbooks_are_told(tmp_path: Path) -> None:
    assert refusal(tmp_path, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)) == "file.protected"
    assert refusal(tmp_path, packed({"xl/workbook.bin": b"x"})) == "file.other_workbook"
    locked = bytearray(packed({}))
    place = locked.index(b"PK\x01\x02")
    locked[place + 8] |= 1
    assert refusal(tmp_path, bytes(locked)) == "file.protected"
