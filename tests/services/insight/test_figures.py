"""Key figures by hand-computed cases: what enters each, and the rows that are listed behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.faults import FaultClass
from app.domain.incidents.drafts import HoldDraft, ResolutionDraft, WorkEntryDraft
from app.domain.incidents.incidents import Result, TestLine, TestOutcome, WorkKind
from app.domain.incidents.lifecycle import HoldReason, Impact, Urgency
from app.domain.insight.figure_kinds import FigureKind, GroupedBy
from app.domain.insight.figures import Period
from app.domain.insight.intervals import poisson_interval
from app.domain.register.terminals import draft_of
from app.i18n import translator
from app.services import Services
from app.services.insight.figure_workbook import figure_workbook
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal

SHANGHAI = ZoneInfo("Asia/Shanghai")
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
HEADER = "序列号,报修时间,显示代码,现象,确认故障类别,恢复时间,工程师,工时分钟\n"


@pytest.fixture(autouse=True)
def _in_china(request: pytest.FixtureRequest) -> None:
    services: Services = request.getfixturevalue("any_services")
    services.context.zone = SHANGHAI


def imported(services: Services, tmp_path: Path, *rows: str) -> None:
    """Finished incidents: serial number, reported, restored (local), class."""
    path = tmp_path / "history.csv"
    lines = []
    for n, row in enumerate(rows):
        serial, reported, restored, name = row.split(",")
        lines.append(f"{serial},{reported},,现象{n},{name},{restored},T01,10")
    path.write_text(HEADER + "\n".join(lines), encoding="utf-8")
    services.history_import.commit(services.history_import.preview(path), skip_bad=False)


@pytest.fixture
def estate(any_services: Services, tmp_path: Path) -> Services:
    """Two terminals for a year, ten finished cases in October, one of November."""
    for n, model in enumerate(("N910", "A8")):
        make_terminal(any_services, serial=f"SN00000{n}", model=model, installed_on="2025-10-01")
    imported(
        any_services,
        tmp_path,
        "SN000000,2026-10-01 08:00,2026-10-01 10:00,hardware",
        "SN000000,2026-10-03 08:00,2026-10-03 12:00,hardware",
        "SN000000,2026-10-05 08:00,2026-10-05 16:00,software",
        "SN000001,2026-10-07 08:00,2026-10-07 20:00,hardware",
        "SN000001,2026-10-09 08:00,2026-10-10 08:00,hardware",
        "SN000001,2026-10-11 08:00,2026-10-11 14:00,software",
        "SN000001,2026-10-13 08:00,2026-10-13 08:30,balance",
        "SN000001,2026-10-15 08:00,2026-10-15 08:30,operation",
        "SN000000,2026-10-17 08:00,2026-10-17 09:00,network",
        "SN000000,2026-10-31 20:00,2026-11-01 06:00,hardware",
        "SN000000,2026-11-22 08:00,2026-11-22 10:00,hardware",
    )
    return any_services


def test_every_figure_is_what_a_hand_computes(estate: Services) -> None:
    figures = estate.figures.report(OCTOBER).whole
    assert figures[FigureKind.REPORTED].value == 10
    assert figures[FigureKind.ITEM_FAILURES].value == 7
    assert figures[FigureKind.RESOLVED].value == 9, "one was resolved in November"
    # Two terminals, 31 days each, seven failures.
    between = figures[FigureKind.MTBF]
    low, high = poisson_interval(7)
    assert between.value == pytest.approx(62 / 7)
    assert (between.low, between.high) == pytest.approx((62 / high, 62 / low))
    # Hardware and software alone, in hours: 2 4 6 8 12 24; declined cards are not among them.
    restored = figures[FigureKind.RESTORATION]
    assert (restored.value, restored.n) == (pytest.approx(7), 6)
    assert restored.mean == pytest.approx(56 / 6)
    assert (restored.low, restored.high) == pytest.approx((2, 24))
    settled = figures[FigureKind.SETTLED]
    assert (settled.value, settled.n) == (pytest.approx(0.5), 3)
    # Down: 56 h of failures, 1 h of network, .5 h of operation, 4 h of the case of 31 October until
    # midnight; the account case was none.
    down = (56 + 1 + 0.5 + 4) / 24
    assert figures[FigureKind.AVAILABILITY].value == pytest.approx(1 - down / 62)
    assert figures[FigureKind.AVAILABILITY].n == 9
    # The last report known is of 22 November: until 23 October a case can be judged.  Hardware came
    # back on both terminals within 30 days.
    first = figures[FigureKind.FIRST_TIME]
    assert (first.hits, first.n, first.immature) == (6, 9, 0)


def test_imported_history_has_no_promise_and_no_score(estate: Services) -> None:
    figures = estate.figures.report(OCTOBER).whole
    on_time = figures[FigureKind.RESOLVED_ON_TIME]
    assert (on_time.value, on_time.n) == (None, 0)
    key = estate.figures.cases(FigureKind.REPORTED, OCTOBER)[0].id
    incident = estate.incidents.get(key)
    assert (incident.agreed, incident.resolve_due_at, incident.response_due_at) == (None,) * 3
    assert not estate.incidents.clocks_of(incident).breached


def test_young_cases_are_marked_and_not_judged(estate: Services) -> None:
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    first = estate.figures.report(november).whole[FigureKind.FIRST_TIME]
    assert (first.value, first.n, first.immature) == (None, 0, 2)


@pytest.mark.parametrize("by", [by for by in GroupedBy if by])
def test_groups_hold_all_cases_and_every_figure_lists_its_rows(
    estate: Services, by: GroupedBy
) -> None:
    report = estate.figures.report(OCTOBER, by)
    counted = (FigureKind.REPORTED, FigureKind.RESOLVED, FigureKind.RESTORATION)
    for kind in counted:
        assert sum(group[kind].n for group in report.groups) == report.whole[kind].n
    for kind in FigureKind:
        if kind is FigureKind.MAINTENANCE:
            continue
        assert len(estate.figures.cases(kind, OCTOBER)) == report.whole[kind].n, kind
        for group in report.groups:
            rows = estate.figures.cases(kind, OCTOBER, by, group.key)
            assert len(rows) == group[kind].n, (kind, group.name)
            if group[kind].hits is not None:
                assert sum(bool(row.hit) for row in rows) == group[kind].hits


def test_one_failure_is_no_mean(any_services: Services, tmp_path: Path) -> None:
    make_terminal(any_services, serial="SN000000", installed_on="2025-10-01")
    imported(any_services, tmp_path, "SN000000,2026-10-01 08:00,2026-10-01 10:00,hardware")
    found = any_services.figures.report(OCTOBER).whole[FigureKind.MTBF]
    assert (found.value, found.low, found.n) == (None, None, 1)


def test_the_parts_of_a_repair_are_told_apart(any_services: Services, clock: FrozenClock) -> None:
    services = any_services
    make_technician(services)
    clock.now = datetime(2026, 10, 5, 1, tzinfo=UTC)
    key = make_incident(services, impact=Impact.PARTLY, urgency=Urgency.HIGH)
    clock.forward(hours=2)
    services.incidents.start(key)
    for kind, minutes in ((WorkKind.TRAVEL, 30), (WorkKind.TRAVEL, 15), (WorkKind.CHECK, 12)):
        draft = WorkEntryDraft(kind=kind, summary="记录", minutes=minutes)
        services.work_log.add_work(key, draft)
    for reason, hours in ((HoldReason.PARTS, 5), (HoldReason.CARRIER, 3), (HoldReason.PARTS, 1)):
        services.incidents.hold(key, HoldDraft(reason, services.context.today()))
        clock.forward(hours=hours)
        services.incidents.resume(key)
    clock.forward(hours=1)
    _resolve(services, key)
    figures = services.figures.report(OCTOBER).whole
    assert figures[FigureKind.RESPONSE].value == pytest.approx(2)
    assert figures[FigureKind.TRAVEL].value == pytest.approx(0.75)
    assert figures[FigureKind.DIAGNOSIS].value == pytest.approx(0.2)
    assert figures[FigureKind.WAIT_PARTS].value == pytest.approx(6)
    assert figures[FigureKind.WAIT_OUTSIDE].value == pytest.approx(3)
    assert figures[FigureKind.WAIT_OTHER].value is None
    assert figures[FigureKind.REPAIR].value == pytest.approx(1)
    repeated, avoidable = figures[FigureKind.REPEATED], figures[FigureKind.AVOIDABLE]
    assert (repeated.hits, repeated.n) == (1, 1)
    assert (avoidable.hits, avoidable.n) == (1, 1), "an operating error ends at a desk"
    assert figures[FigureKind.RESPONSE_ON_TIME].hits == 1
    assert figures[FigureKind.RESOLVED_ON_TIME].hits == 1
    backlog = services.figures.report(OCTOBER).before
    assert backlog[FigureKind.BACKLOG].value == 0


def _resolve(services: Services, key: str) -> None:
    draft = ResolutionDraft(
        fault_class=FaultClass.OPERATION,
        other_text="操作不当",
        mode="other",
        cause="other",
        remedy="other",
        work_done="教商户操作",
        result=Result.SOLVED,
        restored_at=services.context.now(),
        tests=(TestLine("test_sale", TestOutcome.PASSED, "000123"),),
    )
    services.incidents.resolve(key, draft)


def test_the_workbook_has_numbers_dates_and_filters(estate: Services, tmp_path: Path) -> None:
    import openpyxl

    path = tmp_path / "month.xlsx"
    t = translator("en")
    path.write_bytes(figure_workbook(estate.figures, t, OCTOBER, GroupedBy.MODEL))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Key figures", "Model", "Reported"]
    figures, _models, cases = book.worksheets
    values = {row[0].value: row[2].value for row in figures.iter_rows(min_row=2)}
    assert values["Restoration of terminals"] == pytest.approx(7)
    assert cases["B2"].is_date
    assert [sheet.auto_filter.ref for sheet in book.worksheets][2] == "A1:G11"


def test_shorter_periods_than_a_day_apart_do_not_mix(estate: Services) -> None:
    halves = [
        Period(date(2026, 10, 1), date(2026, 10, 9)),
        Period(date(2026, 10, 10), OCTOBER.last),
    ]
    counts = [estate.figures.report(half).whole[FigureKind.REPORTED].n for half in halves]
    assert counts == [5, 5]
    days = [estate.figures.report(half).whole.running_days for half in halves]
    assert sum(days) == pytest.approx(62)
    assert timedelta(days=days[0]) == timedelta(days=18)


def test_days_and_failures_count_for_the_firmware_of_then(
    any_services: Services, tmp_path: Path, clock: FrozenClock
) -> None:
    clock.now = datetime(2026, 10, 20, 16, tzinfo=UTC)  # 21 October in China
    key = make_terminal(any_services, serial="SN000000", firmware="1.0", installed_on="2025-10-01")
    terminal = any_services.terminals.get(key)
    any_services.terminals.update(
        key, terminal.version, replace(draft_of(terminal), firmware="2.0")
    )
    clock.now = datetime(2026, 11, 20, tzinfo=UTC)
    imported(
        any_services,
        tmp_path,
        "SN000000,2026-10-05 08:00,2026-10-05 10:00,hardware",
        "SN000000,2026-10-25 08:00,2026-10-25 10:00,hardware",
        "SN000000,2026-10-26 08:00,2026-10-26 10:00,hardware",
    )
    report = any_services.figures.report(OCTOBER, GroupedBy.FIRMWARE)
    found = {
        group.key.partition("|")[2]: (group[FigureKind.ITEM_FAILURES].n, group.running_days)
        for group in report.groups
    }
    assert found == {"1.0": (1, pytest.approx(20)), "2.0": (2, pytest.approx(11))}


def test_work_on_incidents_tells_what_is_known_and_taking_in_a_history_does_not(
    estate: Services, clock: FrozenClock
) -> None:
    assert estate.figures.report(OCTOBER).known_until == date(2026, 11, 22)
    open_case = make_incident(estate)
    assert open_case
    clock.forward(days=40)
    estate.incidents.start(open_case)
    worked_on = estate.context.today()
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    report = estate.figures.report(november)
    assert report.known_until == worked_on
    first = report.whole[FigureKind.FIRST_TIME]
    assert (first.n, first.immature) == (2, 0), "nothing came back in forty days"
