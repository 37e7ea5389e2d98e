"""Importing an acquirer's export: looked at first, all or nothing, the same twice is nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.domain.errors import Cancelled, InvalidInput
from app.domain.register.terminals import TerminalState, draft_of
from app.paths import resources
from app.services import Services
from app.services.register.importing import HEADERS, guess_mapping, template
from app.services.register.terminal_queries import TerminalFilter
from app.texts import FIELDS
from tests.factories import make_terminal

EXPORT = resources() / "sample" / "terminals.csv"
HEADER = "序列号,终端号,商户号,商户名称,厂商,型号,安装地址\n"


def written(tmp_path: Path, *lines: str, header: str = HEADER) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def count(services: Services) -> int:
    return services.terminals.listing(TerminalFilter()).count


def test_the_messy_export_goes_in_as_it_is(any_services: Services) -> None:
    importer = any_services.terminal_import
    preview = importer.preview(EXPORT)
    assert (preview.added, preview.updated, preview.blank, preview.refused) == (2000, 0, 9, 18)
    assert Counter(item.problem.code for item in preview.problems) == {
        "serial.missing": 5,
        "serial.twice": 6,
        "tid.malformed": 4,
        "date.impossible": 3,
    }
    assert count(any_services) == 0, "a preview writes nothing"
    with pytest.raises(InvalidInput):
        importer.commit(preview, skip_bad=False)
    assert count(any_services) == 0, "all or nothing"
    result = importer.commit(preview, skip_bad=True)
    assert (result.added, result.skipped, result.blank) == (2000, 18, 9)
    padded = any_services.terminals.by_serial("TESTN91000000005")
    assert padded.merchant_name == "测试永晖酒店"
    full_width = any_services.terminals.by_serial("TESTN85000000011")
    assert full_width.tid == "90000011"
    slashes = any_services.terminals.by_serial("TESTA92000000003")
    assert str(slashes.installed_on) == "2023-10-19"


def test_the_same_file_again_changes_nothing(any_services: Services) -> None:
    importer = any_services.terminal_import
    importer.commit(importer.preview(EXPORT), skip_bad=True)
    again = importer.preview(EXPORT)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2000)
    before = any_services.terminals.by_serial("TESTN91000000005")
    importer.commit(again, skip_bad=True)
    assert any_services.terminals.by_serial("TESTN91000000005") == before


def test_a_known_serial_is_updated_and_an_empty_cell_keeps_what_is_known(
    any_services: Services, tmp_path: Path
) -> None:
    make_terminal(
        any_services,
        serial="KNOWN001",
        tid="50000001",
        mid="848290058120001",
        merchant_name="旧名",
        firmware="1.0",
        iccid="8986007304828991589",
    )
    header = "序列号,终端号,商户号,商户名称,厂商,型号,固件版本,ICCID\n"
    path = written(
        tmp_path, "known001,50000001,848290058120001,新名,新大陆,N910,2.0,", header=header
    )
    preview = any_services.terminal_import.preview(path)
    assert (preview.added, preview.updated) == (0, 1)
    any_services.terminal_import.commit(preview, skip_bad=False)
    now = any_services.terminals.by_serial("KNOWN001")
    assert (now.merchant_name, now.firmware, now.iccid) == ("新名", "2.0", "8986007304828991589")
    assert any_services.terminals.find("新名")
    assert any_services.terminals.find("旧名") == ()


def test_a_terminal_that_moved_keeps_its_history(any_services: Services, tmp_path: Path) -> None:
    make_terminal(any_services, serial="MOVED001", tid="50000001", mid="848290058120001")
    path = written(tmp_path, "MOVED001,50000002,848290058120002,新店,新大陆,N910,新址")
    any_services.terminal_import.commit(any_services.terminal_import.preview(path), skip_bad=False)
    now = any_services.terminals.by_serial("MOVED001")
    assert (now.tid, now.merchant_name) == ("50000002", "新店")
    assert [p.tid for p in now.placements] == ["50000002", "50000001"]


def test_two_terminals_that_exchange_places_are_accepted(
    any_services: Services, tmp_path: Path
) -> None:
    make_terminal(any_services, serial="DEVICE01", tid="50000001", mid="848290058120001")
    make_terminal(any_services, serial="DEVICE02", tid="50000002", mid="848290058120002")
    path = written(
        tmp_path,
        "DEVICE01,50000002,848290058120002,乙店,新大陆,N910,乙",
        "DEVICE02,50000001,848290058120001,甲店,新大陆,N910,甲",
    )
    preview = any_services.terminal_import.preview(path)
    assert preview.problems == ()
    any_services.terminal_import.commit(preview, skip_bad=False)
    assert any_services.terminals.by_serial("50000001").serial == "DEVICE02"


def test_a_tid_that_belongs_to_another_terminal_is_refused_by_row(
    any_services: Services, tmp_path: Path
) -> None:
    make_terminal(any_services, serial="HOLDER01", tid="50000001")
    path = written(
        tmp_path,
        "OTHER001,50000001,848290058120002,乙店,新大陆,N910,乙",
        "OTHER002,50000003,848290058120003,丙店,新大陆,N910,丙",
        "OTHER003,50000003,848290058120003,丙店,新大陆,N910,丙",
    )
    preview = any_services.terminal_import.preview(path)
    assert [(item.row, item.problem.code) for item in preview.problems] == [
        (2, "tid.taken"),
        (4, "tid.twice"),
    ]


def test_a_retired_serial_is_not_taken_up_again(any_services: Services, tmp_path: Path) -> None:
    key = make_terminal(any_services, serial="RETIRED1", tid="50000001")
    any_services.terminals.change_state(key, TerminalState.RETIRED, "报废")
    path = written(tmp_path, "RETIRED1,50000001,848290058120001,店,新大陆,N910,址")
    preview = any_services.terminal_import.preview(path)
    assert [item.problem.code for item in preview.problems] == ["serial.retired"]


def test_doubtful_numbers_warn_but_do_not_stop(any_services: Services, tmp_path: Path) -> None:
    header = HEADER.rstrip("\n") + ",ICCID,统一社会信用代码\n"
    path = written(
        tmp_path,
        "DEVICE01,50000001,848290058120001,甲店,新大陆,N910,甲,1234567890123456789,91350100M000100Y44",
        "DEVICE02,50000002,848290058120001,甲二店,新大陆,N910,甲,,",
        header=header,
    )
    preview = any_services.terminal_import.preview(path)
    assert preview.added == 2
    assert {(w.row, w.problem.code) for w in preview.warnings} == {
        (2, "iccid.doubtful"),
        (2, "uscc.check"),
        (2, "merchant.conflicting"),
    }


def test_columns_are_guessed_in_both_languages_and_can_be_corrected(
    any_services: Services, tmp_path: Path
) -> None:
    assert guess_mapping(["S/N", "Terminal ID", "商户号：", "店 名", "x"]) == {
        "serial": 0,
        "tid": 1,
        "mid": 2,
        "merchant_name": 3,
    }
    path = written(tmp_path, "DEVICE01,新大陆,N910", header="设备编码,厂商,型号\n")
    with pytest.raises(InvalidInput) as refused:
        any_services.terminal_import.preview(path)
    assert [problem.field for problem in refused.value.problems] == ["serial"]
    preview = any_services.terminal_import.preview(
        path, {"serial": 0, "manufacturer": 1, "model": 2}
    )
    assert preview.added == 1


def test_stopping_at_once_changes_nothing(any_services: Services) -> None:
    importer = any_services.terminal_import
    with pytest.raises(Cancelled):
        importer.commit(importer.preview(EXPORT), skip_bad=True, cancelled=lambda: True)
    assert count(any_services) == 0


def test_stopping_half_way_tells_what_is_left_and_goes_on(any_services: Services) -> None:
    importer = any_services.terminal_import
    preview = importer.preview(EXPORT)
    seen: list[int] = []
    stopped = importer.commit(
        preview,
        skip_bad=True,
        cancelled=lambda: len(seen) > 2,
        progress=lambda done, _total: seen.append(done),
    )
    assert 0 < count(any_services) == stopped.added < preview.added
    assert stopped.left == seen[0] + len(preview.checked.records) - seen[2]
    rest = importer.commit(importer.preview(EXPORT), skip_bad=True)
    assert (rest.added + stopped.added, rest.left) == (preview.added, 0)


def test_devices_without_a_place_go_into_stock(any_services: Services, tmp_path: Path) -> None:
    path = written(tmp_path, "SPARE001,,,,百富,A920,")
    any_services.terminal_import.commit(any_services.terminal_import.preview(path), skip_bad=False)
    assert any_services.terminals.by_serial("SPARE001").state is TerminalState.SPARE


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_empty_template_is_understood_again(tmp_path: Path, kind: str) -> None:
    from app.tabular.reading import read_table

    titles = {name: FIELDS[name] for name in HEADERS}
    path = tmp_path / f"template.{kind}"
    path.write_bytes(template(kind, titles))
    assert guess_mapping(read_table(path).header).keys() >= {"serial", "tid", "mid"}


def _facts_file(folder: Path, *rows: str) -> Path:
    path = folder / "seen.csv"
    header = "SN,厂商,型号,最后交易时间,最近在线,盘点日期,硬件版本,外接接口,隐蔽标记"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def test_an_older_file_does_not_undo_what_a_newer_one_said(
    any_services: Services, tmp_path: Path
) -> None:
    importer, terminals = any_services.terminal_import, any_services.terminals
    newer = "SN000001,M,N,2026-11-20 13:20:11,2026-11-21,2026-10-01,V2.1,2个USB、串口,UV-7"
    older = "SN000001,M,N,2026-11-01 08:00,2026-11-22,2026-09-01,V2.2,,"
    for row in (newer, older):
        preview = importer.preview(_facts_file(tmp_path, row))
        importer.commit(preview, skip_bad=False)
    kept = {(p.problem.field, p.problem.code) for p in preview.warnings}
    assert {
        ("last_transaction_on", "fact.newer_kept"),
        ("counted_on", "fact.newer_kept"),
    } <= kept, "what was not taken is said"
    now = terminals.by_serial("SN000001")
    assert (now.last_transaction_on, now.counted_on) == (date(2026, 11, 20), date(2026, 10, 1))
    assert (now.last_seen_on, now.hardware_version) == (date(2026, 11, 22), "V2.2")
    assert (now.ports, now.hidden_marks) == ("serial 1, usb 2", "UV-7")
    again = importer.preview(_facts_file(tmp_path, older))
    assert (again.updated, again.unchanged) == (0, 1)
    corrected = replace(draft_of(now), last_transaction_on="2026-11-02")
    terminals.update(now.id, now.version, corrected)
    assert terminals.get(now.id).last_transaction_on == date(2026, 11, 2), "a person may"


def test_a_day_that_has_not_come_is_left_out_with_a_word(
    any_services: Services, tmp_path: Path
) -> None:
    row = "SN000001,M,N,2062-11-20,2026-11-21,,,不明口,"
    preview = any_services.terminal_import.preview(_facts_file(tmp_path, row))
    assert {(p.problem.field, p.problem.code) for p in preview.warnings} == {
        ("last_transaction_on", "date.in_future"),
        ("ports", "port.unknown"),
    }
    any_services.terminal_import.commit(preview, skip_bad=False)
    now = any_services.terminals.by_serial("SN000001")
    assert (now.last_transaction_on, now.last_seen_on) == (None, date(2026, 11, 21))


def test_opening_hours_that_are_not_understood_are_kept_and_told(
    services: Services, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        "TESTH00000001,50000001,848290058120001,测试甲店,新大陆,N910,测试路1号,9:00-18:00",
        "TESTH00000002,50000002,848290058120002,测试乙店,新大陆,N910,测试路2号,找老板电话约",
        header=HEADER.rstrip() + ",营业时间\n",
    )
    preview = services.terminal_import.preview(path)
    assert preview.problems == ()
    assert [(w.row, w.problem.code, w.value) for w in preview.warnings] == [
        (3, "hours.not_understood", "找老板电话约")
    ]
    services.terminal_import.commit(preview, skip_bad=False)
    assert services.terminals.by_serial("TESTH00000002").opening_hours == "找老板电话约"
