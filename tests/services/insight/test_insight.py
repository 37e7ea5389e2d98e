"""Figures: counted once, by the local day, and only what a terminal itself did in the rates."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.domain.insight.figures import MonthCount, Period
from app.services import Services
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_terminal

YEAR = Period(date(2026, 1, 1), date(2026, 11, 23))
HEADER = "序列号,报修时间,显示代码,现象,确认故障类别,恢复时间,工程师,工时分钟\n"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _in_china(request: pytest.FixtureRequest) -> None:
    services: Services = request.getfixturevalue("any_services")
    services.context.zone = SHANGHAI


def finished(services: Services, tmp_path: Path, *rows: tuple[str, str, str]) -> None:
    """Finished incidents: serial number, reported (local), class."""
    path = tmp_path / "history.csv"
    lines = [
        f"{serial},{at},,现象{n},{name},2026-11-22 23:00,T01,10"
        for n, (serial, at, name) in enumerate(rows)
    ]
    path.write_text(HEADER + "\n".join(lines), encoding="utf-8")
    services.history_import.commit(services.history_import.preview(path), skip_bad=False)


def test_a_month_begins_at_local_midnight(any_services: Services, tmp_path: Path) -> None:
    make_terminal(any_services, serial="SN000001")
    finished(
        any_services,
        tmp_path,
        ("SN000001", "2026-02-28 23:59", "network"),
        ("SN000001", "2026-03-01 00:00", "network"),
        ("SN000001", "2026-03-31 23:59", "hardware"),
        ("SN000001", "2026-04-01 00:00", "operation"),
    )
    report = any_services.insight.report(Period(date(2026, 3, 1), date(2026, 4, 30)))
    assert report.months == (
        MonthCount(date(2026, 3, 1), {FaultClass.NETWORK: 1, FaultClass.HARDWARE: 1}, 1),
        MonthCount(date(2026, 4, 1), {FaultClass.OPERATION: 1}, 0),
    )
    one_day = any_services.insight.report(Period(date(2026, 3, 31), date(2026, 3, 31)))
    assert (one_day.incidents, one_day.item_failures) == (1, 1)


def test_what_is_no_case_of_its_own_counts_nowhere(any_services: Services) -> None:
    terminal = make_terminal(any_services)
    first = make_incident(any_services, terminal)
    second = make_incident(any_services, terminal)
    third = make_incident(any_services, terminal)
    any_services.incidents.mark_duplicate(second, first)
    any_services.incidents.cancel(third, "误报")
    report = any_services.insight.report(YEAR)
    assert report.incidents == 1
    assert report.months[-1].by_class == {None: 1}, "an open one stands as not classified"
    assert [group.incidents for group in (*report.areas, *report.models)] == [1, 1]


def test_rates_hold_failures_of_the_terminal_and_nothing_else(
    any_services: Services, tmp_path: Path
) -> None:
    for n in range(4):
        make_terminal(any_services, serial=f"SN00000{n}", area="昆山市" if n else "浦东新区")
    finished(
        any_services,
        tmp_path,
        ("SN000000", "2026-10-01 10:00", "hardware"),
        ("SN000000", "2026-10-02 10:00", "balance"),
        ("SN000001", "2026-10-03 10:00", "operation"),
        ("SN000002", "2026-10-04 10:00", "frozen"),
    )
    report = any_services.insight.report(YEAR)
    areas = {group.name: group for group in report.areas}
    assert (areas["浦东新区"].item_failures, areas["浦东新区"].per_100) == (1, 100)
    assert (areas["昆山市"].incidents, areas["昆山市"].item_failures) == (2, 0)
    (model,) = report.models
    assert (model.incidents, model.item_failures, model.terminals, model.per_100) == (4, 1, 4, 25)
    only = any_services.insight.report(YEAR, "昆山市")
    assert [group.name for group in only.areas] == ["昆山市"]
    assert (only.incidents, only.models[0].terminals) == (2, 3)


def test_a_terminal_that_keeps_failing_is_listed_with_its_incidents(
    any_services: Services, tmp_path: Path, clock: FrozenClock
) -> None:
    for n in range(3):
        make_terminal(any_services, serial=f"SN00000{n}")
    finished(
        any_services,
        tmp_path,
        ("SN000000", "2026-11-01 10:00", "hardware"),
        ("SN000000", "2026-11-20 10:00", "software"),
        ("SN000000", "2026-11-21 10:00", "operation"),
        ("SN000001", "2026-11-01 10:00", "network"),
        ("SN000001", "2026-11-20 10:00", "system"),
        ("SN000002", "2026-09-01 10:00", "hardware"),
        ("SN000002", "2026-11-20 10:00", "hardware"),
    )
    (warning,) = any_services.insight.report(YEAR).warnings
    assert warning.terminal.serial == "SN000000"
    assert [failure.fault_class for failure in warning.evidence] == ["software", "hardware"]
    assert [(rule.times, rule.days, count) for rule, count in warning.because] == [(2, 30, 2)]
    clock.forward(days=30)
    in_hindsight = any_services.insight.report(YEAR)
    assert [w.terminal.serial for w in in_hindsight.warnings] == ["SN000000"]


def test_a_report_asks_a_fixed_number_of_questions(any_services: Services, tmp_path: Path) -> None:
    def asked() -> int:
        counted = 0

        def count(*_args: object) -> None:
            nonlocal counted
            counted += 1

        engine = any_services.context.database.engine
        sa.event.listen(engine, "before_cursor_execute", count)
        any_services.insight.report(YEAR)
        sa.event.remove(engine, "before_cursor_execute", count)
        return counted

    make_terminal(any_services, serial="SN000000")
    empty = asked()
    for n in range(1, 6):
        make_terminal(any_services, serial=f"SN00000{n}", area=f"区{n}", model=f"M{n}")
    finished(
        any_services,
        tmp_path,
        *(
            (f"SN00000{n}", f"2026-{month:02}-1{n} 10:00", "hardware")
            for n in range(6)
            for month in range(1, 11)
        ),
    )
    assert asked() == empty


@pytest.mark.parametrize(
    ("period", "field"),
    [
        (Period(date(2026, 2, 1), date(2026, 1, 1)), "last"),
        (Period(date(1990, 1, 1), date(2026, 1, 1)), "first"),
    ],
)
def test_a_senseless_period_is_refused(any_services: Services, period: Period, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        any_services.insight.report(period)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_an_empty_register_gives_empty_figures(any_services: Services) -> None:
    report = any_services.insight.report(YEAR)
    assert (report.incidents, report.areas, report.models, report.warnings) == (0, (), (), ())
    assert len(report.months) == 11
