"""The sample estate has a past worth looking at, made through the services, the same every time."""

from __future__ import annotations

from datetime import timedelta

from app.domain.maintenance.compliance import Compliance
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.visits import VisitState
from app.services import Services
from app.services.sample.history import EACH, PAST, live_through, take_in_all
from tests.factories import make_technician, make_terminal
from tests.maintenance import TODAY, planned, tasks

AREAS = ("浦东新区", "昆山市", "江宁区", "姑苏区")


SAME = (129, 109, 3, 8, 9)
"""Windows closed: in time, late, skipped, missed."""


def estate(services: Services) -> None:
    """Four areas with a technician each, and terminals installed over the year."""
    for n, area in enumerate(AREAS):
        make_technician(services, code=f"T{n}", name=f"{n}工", areas=(area,))
        for k in range(EACH + 1):
            make_terminal(services, area=area, installed_on=f"2025-0{1 + n}-{10 + 3 * k}")


def total(services: Services) -> Compliance:
    return services.compliance.view(TODAY - PAST, TODAY).total


def test_the_past_has_work_done_in_time_late_skipped_and_missed(services: Services) -> None:
    estate(services)
    live_through(services)
    found = total(services)
    assert found.closed > 60
    assert min(found.late, found.skipped, found.missed) > 0
    assert 0.75 < (found.share or 0) < 0.98
    skipped = [t for t in tasks(services) if t.outcome is OccurrenceOutcome.SKIPPED]
    assert all(task.reason for task in skipped)
    assert services.context.today() == TODAY, "the clock is the computer's again"


def test_the_past_was_lived_in_order_and_by_whoever_serves_the_area(services: Services) -> None:
    estate(services)
    live_through(services)
    for task in tasks(services):
        if task.outcome is OccurrenceOutcome.DONE:
            assert task.done_on is not None
            assert task.done_on < TODAY
            assert task.done_by == f"T{AREAS.index(task.area)}"
    for visit in planned(services, PAST.days):
        if visit.state is VisitState.DONE:
            moments = [event.at for event in services.visits.get(visit.id).events]
            assert moments == sorted(moments)
            assert moments[-1].date() < TODAY


def test_the_past_is_the_same_every_time(any_services: Services) -> None:
    estate(any_services)
    live_through(any_services)
    found = total(any_services)
    assert (found.closed, found.on_time, found.late, found.skipped, found.missed) == SAME


def test_from_today_on_every_terminal_is_covered_and_nothing_past_is_asked_for(
    services: Services,
) -> None:
    estate(services)
    live_through(services)
    before = {task.id for task in tasks(services)}
    take_in_all(services)
    services.generation.generate()
    fresh = [task for task in tasks(services) if task.id not in before]
    covered = {task.serial for task in fresh if task.plan_key == "net"}
    assert len(covered) == len(AREAS) * (EACH + 1)
    assert all(task.due_on >= TODAY for task in fresh)


def test_some_counters_were_read(services: Services) -> None:
    estate(services)
    live_through(services)
    terminals = {task.terminal_id for task in tasks(services) if task.terminal_id}
    read = [found for key in terminals if (found := services.meters.of(key))]
    assert read
    for found in read:
        assert [r.read_on for r in found] == [TODAY - timedelta(weeks=n) for n in (1, 5, 9)]
        assert [r.value for r in found] == sorted((r.value for r in found), reverse=True)


def test_nobody_asks_where_a_device_of_the_past_is(services: Services) -> None:
    estate(services)
    live_through(services)
    assert services.custody.unaccounted() == ()
