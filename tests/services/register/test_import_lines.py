"""Lines read are rows told: every line is added, updated, unchanged, refused with a reason or
blank, and what is stored is what the sheet shows."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.domain.errors import InvalidInput
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from app.tabular.reading import ReadingChoice
from tests.factories import make_terminal

TITLES = (
    "序列号",
    "终端号",
    "商户号",
    "商户名称",
    "厂商",
    "型号",
    "安装地址",
    "联系电话",
    "安装日期",
)
FIELDS = (
    "serial",
    "tid",
    "mid",
    "merchant_name",
    "manufacturer",
    "model",
    "address",
    "contact_phone",
    "installed_on",
)


def good_row(n: int, dice: random.Random) -> list[str]:
    return [
        f"{n:010d}" if dice.random() < 0.5 else f"SN{n:06d}",
        f"{50000000 + n}",
        f"{848290058120000 + n}",
        dice.choice(["测试店", '店"甲"', "店,乙", "店\n丙"]) + str(n),
        "百富",
        "A920",
        dice.choice(["路1号", "", "路2号,二楼"]),
        f"025{52000000 + n}",
        f"2024-0{dice.randint(1, 9)}-1{dice.randint(0, 9)}",
    ]


def bad_row(n: int, dice: random.Random) -> list[str]:
    row = good_row(n, dice)
    place, value = dice.choice([(0, ""), (0, "#N/A"), (1, "5"), (3, "#REF!"), (4, "")])
    row[place] = value
    return row


def table(dice: random.Random) -> tuple[list[list[str]], dict[str, list[str]], int]:
    """Lines, the good ones by serial number, and how many are blank."""
    lines, good, blank = [], {}, 0
    for n in range(1, 41):
        lot = dice.random()
        if lot < 0.15:
            lines.append(["", " ", ""] + [""] * 6)
            blank += 1
        elif lot < 0.3:
            lines.append(bad_row(n, dice))
        else:
            row = good_row(n, dice)
            lines.append(row)
            good[row[0]] = row
    last = good_row(99, dice)
    return [*lines, last], {**good, last[0]: last}, blank


def as_csv(path: Path, lines: list[list[str]], dice: random.Random) -> None:
    out = io.StringIO(newline="")
    separator = dice.choice(",;\t|")
    if dice.random() < 0.3:
        out.write(f"sep={separator}\r\n")
    writer = csv.writer(out, delimiter=separator, quoting=dice.choice([csv.QUOTE_ALL, 0]))
    writer.writerow([dice.choice([t, f"*{t}", f"{t}（必填）", f"{t}\n(x)"]) for t in TITLES])
    writer.writerows(lines)
    encoding = dice.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
    path.write_bytes(out.getvalue().encode(encoding))


def as_xlsx(path: Path, lines: list[list[str]], dice: random.Random) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    top = dice.choice([0, 2])
    if top:
        sheet["A1"] = "终端台账"
    for column, title in enumerate(TITLES, start=1):
        sheet.cell(top + 1, column, title)
    for line, row in enumerate(lines, start=top + 2):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(line, column, text or None)
            if text.startswith("#"):
                cell.data_type = "e"
            elif text.isdigit() and dice.random() < 0.6:
                cell.value, cell.number_format = int(text), "0" * len(text)  # type: ignore[assignment]
        sheet.row_dimensions[line].hidden = dice.random() < 0.1
    book.save(path)


def stored(services: Services) -> dict[str, Any]:
    found = services.terminals.first(TerminalFilter(), 1000)
    return {item.serial: services.terminals.by_serial(item.serial) for item in found}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("seed", range(4))
def test_every_line_is_told_once_and_stored_as_the_sheet_shows_it(
    services: Services, tmp_path: Path, kind: str, seed: int
) -> None:
    dice = random.Random(seed * 2 + (kind == "csv"))
    lines, good, blank = table(dice)
    path = tmp_path / f"t.{kind}"
    (as_csv if kind == "csv" else as_xlsx)(path, lines, dice)
    importer = services.terminal_import
    preview = importer.preview(path)
    told = (preview.added, preview.updated, preview.unchanged, preview.refused, preview.blank)
    assert sum(told) == len(preview.table.rows) == len(lines)
    assert told == (len(good), 0, 0, len(lines) - len(good) - blank, blank)
    assert all(item.row for item in preview.problems)
    result = importer.commit(preview, skip_bad=True)
    assert (result.added, result.updated, result.unchanged, result.skipped, result.blank) == told
    there = stored(services)
    assert there.keys() == good.keys()
    for serial, row in good.items():
        shown = [str(getattr(there[serial], name)) for name in FIELDS]
        assert shown == [" ".join(cell.split()) for cell in row]
    again = importer.preview(path)
    assert (again.added, again.updated, again.unchanged) == (0, 0, len(good))


def written(tmp_path: Path, *lines: str, name: str = "t.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


HEADER = "序列号,厂商,型号,终端号,商户号,商户名称,联系电话,安装日期,ICCID,通讯方式"

PLACE = "50000001,848290058120001,店"


@pytest.mark.parametrize(
    ("cells", "code", "field", "kept"),
    [
        ("13812345678/13912345678,,,", "phone.several", "contact_phone", "13812345678"),
        ("02552000001 02552000002,,,", "phone.several", "contact_phone", "02552000001"),
        ("无,,,", "phone.malformed", "contact_phone", ""),
        (",05/03/2024,,", "date.ambiguous", "installed_on", "None"),
        (",45356,,", "date.day_number", "installed_on", "None"),
        (",2024-03-05T16:00:00Z,,", "date.zone", "installed_on", "2024-03-05"),
        (",#N/A,,", "cell.error", "installed_on", "None"),
        (",,8.98601E+19,", "cell.digits_lost", "iccid", ""),
        (",,,卫星", "link.unknown", "link", "unknown"),
        (",,898600730\u200b4828991589,", "cell.invisible", "iccid", "8986007304828991589"),
    ],
)
def test_a_doubt_about_a_field_one_can_do_without_is_said_and_the_row_taken(
    services: Services, tmp_path: Path, cells: str, code: str, field: str, kept: str
) -> None:
    importer = services.terminal_import
    preview = importer.preview(written(tmp_path, HEADER, f"SN000001,百富,A920,{PLACE},{cells}"))
    assert preview.problems == ()
    assert [(item.row, item.problem.field, item.problem.code) for item in preview.warnings] == [
        (2, field, code)
    ]
    importer.commit(preview, skip_bad=False)
    assert str(getattr(services.terminals.by_serial("SN000001"), field)) == kept


def test_what_a_device_in_stock_cannot_keep_is_said(services: Services, tmp_path: Path) -> None:
    path = written(tmp_path, "序列号,厂商,型号,联系人,纬度", "SN000001,百富,A920,王先生,31.2")
    preview = services.terminal_import.preview(path)
    assert [(item.problem.field, item.problem.code) for item in preview.warnings] == [
        ("contact_name", "stock.not_kept"),
        ("latitude", "stock.not_kept"),
    ]


def test_other_rows_tell_which_part_of_a_date_is_the_day(
    services: Services, tmp_path: Path
) -> None:
    lines = ("SN000001,百富,A920,,,,,05/03/2024,,", "SN000002,百富,A920,,,,,25/03/2024,,")
    preview = services.terminal_import.preview(written(tmp_path, HEADER, *lines))
    assert [item.problem.code for item in preview.doubts] == ["date.day_first"]
    services.terminal_import.commit(preview, skip_bad=False)
    assert str(services.terminals.by_serial("SN000001").installed_on) == "2024-03-05"


def test_columns_nobody_knows_and_columns_known_twice_are_listed(
    services: Services, tmp_path: Path
) -> None:
    header = "序列号,厂商,型号,机房,电话,手机,厂商,空"
    path = written(tmp_path, header, "SN000001,百富,A920,B1,025,139,联迪,")
    preview = services.terminal_import.preview(path)
    assert [(item.title, item.samples) for item in preview.unused] == [
        ("机房", ("B1",)),
        ("手机", ("139",)),
        ("厂商", ("联迪",)),
    ]
    assert [(item.problem.field, item.problem.code) for item in preview.doubts] == [
        ("contact_phone", "column.twice"),
        ("manufacturer", "column.twice"),
    ]


def test_a_file_whose_encoding_is_in_doubt_is_not_stored_until_somebody_says_it(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"serial,maker,model,notes\nSN000001,PAX,A920,\xd8\xe5x \xf8z\xf0\n")
    importer = services.terminal_import
    preview = importer.preview(path)
    assert preview.table.rivals
    assert "encoding.doubtful" in [item.problem.code for item in preview.doubts]
    with pytest.raises(InvalidInput) as refused:
        importer.commit(preview, skip_bad=True)
    assert refused.value.code == "encoding.undecided"
    assert stored(services) == {}
    chosen = importer.check(importer.read(path, choice=ReadingChoice("cp1252")), preview.mapping)
    importer.commit(chosen, skip_bad=False)
    assert services.terminals.by_serial("SN000001").notes == "Øåx øzð"


HISTORY = "序列号,报修时间,显示代码,现象,故障类别,恢复时间,工程师,工时分钟"


def test_every_line_of_a_history_is_told_once(services: Services, tmp_path: Path) -> None:
    make_terminal(services, serial="SN000001")
    lines = [
        "SN000001,2026-10-01 10:20,A0,黑屏,硬件,2026-10-01 12:00,T02,95",
        "",
        "SN000001,2026-10-01 10:20,A0,黑屏,硬件,2026-10-01 12:00,T02,95",
        "SN000001,2026-10-01 10:20,A0,黑屏,软件,2026-10-01 12:00,T02,95",
        'SN000001,2026-10-02 10:20,A0,"黑屏,硬件,2026-10-02 12:00,T02,95',
        "SN000001,2026-10-03 10:20,A0,黑屏,闪屏,硬件,2026-10-03 12:00,T02,95",
        "SN000001,2026/10/4 下午3:20,A0,卡纸,硬件,2026/10/4 16:00,T02,95",
        "SN000001,05/10/2026 10:00,A0,卡纸,硬件,2026-10-05 16:00,T02,95",
        "SN000001,#VALUE!,A0,卡纸,硬件,2026-10-05 16:00,T02,95",
    ]
    importer = services.history_import
    preview = importer.preview(written(tmp_path, HISTORY, *lines))
    assert [(item.row, item.problem.code) for item in preview.problems] == [
        (5, "history.conflicting"),
        (6, "row.quote_open"),
        (7, "row.too_many_cells"),
        (9, "date.ambiguous"),
        (10, "cell.error"),
    ]
    told = (preview.added, preview.unchanged, preview.refused, preview.blank)
    assert told == (2, 1, 5, 1)
    assert sum(told) == len(preview.table.rows) == len(lines)
    assert [item.problem.code for item in preview.warnings] == ["history.repeated"]
    result = importer.commit(preview, skip_bad=True)
    assert (result.added, result.unchanged, result.skipped, result.blank) == told
    assert len(services.incidents.first(IncidentFilter(), 100)) == preview.added
