"""What was imported on one computer keeps its keys and numbers when it is applied after others'
work, so that what was done with it since still means the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import bootstrap
from app.domain.register.equipment import ModelDraft
from app.services import Services
from app.services.core.operation_log import read_operations
from app.services.incidents.incident_queries import IncidentFilter
from app.services.replay import Replay
from app.settings import Settings
from db.engine import Database
from tests.factories import make_incident, make_terminal

TERMINALS = """序列号,终端号,商户号,商户名称,厂商,型号,安装地址
SN000001,50000001,848290058120001,一号店,新大陆,N910,测试路 1 号
SN000002,50000002,848290058120002,二号店,新大陆,N900,测试路 2 号
SN000003,50000003,848290058120003,三号店,联迪,A8,测试路 3 号
"""
HISTORY = """序列号,报修时间,显示代码,现象,确认故障类别,恢复时间,工程师,工时分钟
SN000001,2026-10-01 10:20,A0,重新签到后仍然,software,2026-10-01 12:00,T03,95
SN000002,2026-10-02 10:20,,打印空白,hardware,2026-10-02 12:00,T04,30
SN000003,2026-10-03 10:20,,通讯失败,network,2026-10-03 12:00,T05,20
"""


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Services]:
    """Another computer, where some of it is known already, under other keys."""
    shutil.copyfile(template, tmp_path / "office.db")
    services = bootstrap.build(
        Settings(technician="M01", device="A"), database=Database(tmp_path / "office.db")
    )
    yield services
    services.close()


def take_in(services: Services, tmp_path: Path, *, history: str) -> None:
    for name, text, importer in (
        ("terminals.csv", TERMINALS, services.terminal_import),
        ("history.csv", history, services.history_import),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        importer.commit(importer.preview(tmp_path / name), skip_bad=False)


def finished(services: Services) -> dict[str, tuple[str, str]]:
    """Key and number of each closed incident, by what was reported."""
    found = services.incidents.first(IncidentFilter(), 20)
    return {one.symptom: (one.id, one.number) for one in found if one.state == "closed"}


def test_records_keep_their_keys_and_numbers_where_others_are_known_already(
    services: Services, office: Services, tmp_path: Path
) -> None:
    make_terminal(office, serial="SN000001", tid="50000001", mid="848290058120001")
    (tmp_path / "some.csv").write_text("\n".join(HISTORY.splitlines()[:2]) + "\n", encoding="utf-8")
    past = office.history_import
    past.commit(past.preview(tmp_path / "some.csv"), skip_bad=False)

    take_in(services, tmp_path, history=HISTORY)
    last = services.terminals.by_serial("SN000003")
    reported = make_incident(services, last.id)
    model = next(one for one in services.models.listed() if one.name == "A8")
    draft = ModelDraft(manufacturer="联迪", name="A8", required_firmware="2.0")
    services.models.save(draft, model.id, model.version)
    with services.context.read() as session:
        mine = list(read_operations(session))
    done = Replay(office).apply_all(mine)

    assert [one.outcome for one in done] == ["applied"] * len(mine)
    assert office.terminals.by_serial("SN000003").id == last.id
    assert office.terminals.by_serial("SN000003").merchant_id == last.merchant_id
    assert office.incidents.get(reported).terminal_id == last.id
    assert next(m for m in office.models.listed() if m.name == "A8").required_firmware == "2.0"
    here, there = finished(services), finished(office)
    assert here.keys() == there.keys()
    first = "重新签到后仍然"
    assert {s: here[s] for s in here if s != first} == {s: there[s] for s in there if s != first}
    assert there[first][1] == "A-H000001", "known to the office before, and not doubled"


def test_a_history_of_unknown_terminals_waits_for_a_decision(
    services: Services, office: Services, tmp_path: Path
) -> None:
    take_in(services, tmp_path, history=HISTORY)
    with services.context.read() as session:
        imported = [one for one in read_operations(session) if one.kind == "incident.import"]
    (refused,) = Replay(office).apply_all(imported)
    assert refused.review == "not_found"
    assert finished(office) == {}
