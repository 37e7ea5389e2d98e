"""Finished incidents of another system: every problem of a row is named, and twice is once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import Cancelled, InvalidInput
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from tests.factories import make_terminal

HEADER = "序列号,报修时间,显示代码,现象,确认故障类别,恢复时间,工程师,工时分钟\n"
GOOD = "SN000001,2026-10-01 10:20,A0,重新签到后仍然,software,2026-10-01 12:00,t02,95"


def written(tmp_path: Path, *lines: str, header: str = HEADER) -> Path:
    path = tmp_path / "history.csv"
    path.write_text(header + "\n".join(lines) + "\n", encoding="gb18030")
    return path


@pytest.fixture(autouse=True)
def _terminal(request: pytest.FixtureRequest) -> None:
    make_terminal(request.getfixturevalue("any_services"), serial="SN000001")


def test_a_row_becomes_a_closed_incident_with_its_log(
    any_services: Services, tmp_path: Path
) -> None:
    importer = any_services.history_import
    preview = importer.preview(written(tmp_path, GOOD, "", GOOD))
    assert (preview.added, preview.unchanged, preview.blank) == (1, 1, 1), "the same row twice"
    result = importer.commit(preview, skip_bad=False)
    assert (result.added, result.unchanged, result.blank) == (1, 1, 1)
    (item,) = any_services.incidents.first(IncidentFilter(), 10)
    incident = any_services.incidents.get(item.id)
    assert (incident.state, incident.confirmed_class, incident.item_failure) == (
        "closed",
        "software",
        True,
    )
    assert [event.action for event in incident.events] == ["report", "resolve", "close"]
    assert incident.work[0].minutes == 95
    assert [person.code for person in any_services.directory.technicians()] == ["T02"]
    again = importer.preview(written(tmp_path, GOOD))
    assert (again.added, again.unchanged) == (0, 1)


def test_every_wrong_field_of_a_row_is_named_with_its_value(
    any_services: Services, tmp_path: Path
) -> None:
    bad = "NOSUCH,gestern,,黑屏,kaputt,2026-13-01,T02,viele"
    early = "SN000001,2026-10-01 10:20,,x,hardware,2026-10-01 10:19,T02,5"
    future = "SN000001,2026-10-01 10:20,,x,hardware,2027-01-01 10:19,T02,5"
    preview = any_services.history_import.preview(written(tmp_path, GOOD, bad, early, future))
    found = [(p.row, p.problem.field, p.problem.code, p.value) for p in preview.problems]
    assert found == [
        (3, "serial", "history.unknown_terminal", "NOSUCH"),
        (3, "reported_at", "date.malformed", "gestern"),
        (3, "fault_class", "choice.unknown", "kaputt"),
        (3, "restored_at", "date.impossible", "2026-13-01"),
        (3, "minutes", "number.malformed", "viele"),
        (4, "restored_at", "date.before", "2026-10-01 10:19"),
        (5, "restored_at", "date.in_future", "2027-01-01 10:19"),
    ]
    assert preview.refused == 3
    with pytest.raises(InvalidInput):
        any_services.history_import.commit(preview, skip_bad=False)
    assert any_services.incidents.first(IncidentFilter(), 10) == ()
    assert any_services.history_import.commit(preview, skip_bad=True).skipped == 3


@pytest.mark.parametrize(
    ("word", "fault_class"),
    [
        ("硬件故障", "hardware"),
        ("用户操作不当", "operation"),
        ("NETWORK", "network"),
        ("账户被冻结", "frozen"),
    ],
)
def test_a_class_may_be_written_as_people_do(
    any_services: Services, tmp_path: Path, word: str, fault_class: str
) -> None:
    row = GOOD.replace("software", word)
    preview = any_services.history_import.preview(written(tmp_path, row))
    assert [item.fault_class for item in preview.good] == [fault_class]


def test_columns_can_be_named_by_hand(any_services: Services, tmp_path: Path) -> None:
    header = HEADER.replace("报修时间", "什么时候")
    importer = any_services.history_import
    with pytest.raises(InvalidInput) as refused:
        importer.preview(written(tmp_path, GOOD, header=header))
    assert [problem.field for problem in refused.value.problems] == ["reported_at"]
    table = importer.read(written(tmp_path, GOOD, header=header))
    mapping = {"serial": 0, "reported_at": 1, "fault_class": 4, "restored_at": 5}
    preview = importer.check(table, mapping)
    assert (preview.added, preview.good[0].symptom) == (1, "")


def test_stopping_changes_nothing(any_services: Services, tmp_path: Path) -> None:
    importer = any_services.history_import
    preview = importer.preview(written(tmp_path, GOOD))
    with pytest.raises(Cancelled):
        importer.commit(preview, skip_bad=False, cancelled=lambda: True)
    assert any_services.incidents.first(IncidentFilter(), 10) == ()
    with pytest.raises(Cancelled):
        importer.preview(written(tmp_path, GOOD), cancelled=lambda: True)
