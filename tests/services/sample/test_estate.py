"""The sample estate has a past worth looking at, made through the services, the same every time."""

from __future__ import annotations

from datetime import timedelta

from app import bootstrap
from app.domain.maintenance.compliance import Compliance
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.visits import VisitState
from app.services import Services
from app.services.sample.history import EACH, PAST, live_through, take_in_all
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.maintenance import TODAY, planned, tasks
from tests.services.sample.conftest import AREAS, estate

FOUND = (129, 110, 5, 6, 8)
"""Windows closed, and of them in time, late, skipped and missed.

The past draws lots from seeds of its own, one for each visit in the order of the plan: a change of
how visits are planned moves these figures, the machine and the order of the tests do not.
"""


def total(services: Services) -> Compliance:
    return services.compliance.view(TODAY - PAST, TODAY).total


def test_the_past_has_work_done_in_time_late_skipped_and_missed(lived: Services) -> None:
    found = total(lived)
    assert found.closed > 60
    assert min(found.late, found.skipped, found.missed) > 0
    assert 0.75 < (found.share or 0) < 0.98
    skipped = [t for t in tasks(lived) if t.outcome is OccurrenceOutcome.SKIPPED]
    assert all(task.reason for task in skipped)
    assert lived.context.today() == TODAY, "the clock is the computer's again"


def test_the_past_was_lived_in_order_and_by_whoever_serves_the_area(lived: Services) -> None:
    for task in tasks(lived):
        if task.outcome is OccurrenceOutcome.DONE:
            assert task.done_on is not None
            assert task.done_on < TODAY
            assert task.done_by == f"T{AREAS.index(task.area)}"
    for visit in planned(lived, PAST.days):
        if visit.state is VisitState.DONE:
            moments = [event.at for event in lived.visits.get(visit.id).events]
            assert moments == sorted(moments)
            assert moments[-1].date() < TODAY


def story(services: Services) -> list[tuple[object, ...]]:
    """What became of every task, without numbers and keys."""
    serials = sorted({task.serial for task in tasks(services)})
    return sorted(
        (
            *(serials.index(task.serial), task.plan_key, task.due_on),
            *(task.outcome, str(task.done_on), str(task.done_by), task.reason),
        )
        for task in tasks(services)
    )


def test_the_past_is_the_same_every_time(lived: Services, database: Database) -> None:
    """On another engine, of terminals with other numbers, at another hour of the same day."""
    hour = FrozenClock()
    hour.forward(hours=7)
    other = bootstrap.build(Settings(technician="T02", device="L8"), clock=hour, database=database)
    estate(other)
    live_through(other)
    found = total(other)
    assert (found.closed, found.on_time, found.late, found.skipped, found.missed) == FOUND
    assert story(other) == story(lived)
    other.close()


def test_from_today_on_every_terminal_is_covered_and_nothing_past_is_asked_for(
    lived: Services,
) -> None:
    before = {task.id for task in tasks(lived)}
    take_in_all(lived)
    lived.generation.generate()
    fresh = [task for task in tasks(lived) if task.id not in before]
    covered = {task.serial for task in fresh if task.plan_key == "net"}
    assert len(covered) == len(AREAS) * (EACH + 1)
    assert all(task.due_on >= TODAY for task in fresh)


def test_some_counters_were_read(lived: Services) -> None:
    terminals = {task.terminal_id for task in tasks(lived) if task.terminal_id}
    read = [found for key in terminals if (found := lived.meters.of(key))]
    assert read
    for found in read:
        assert [r.read_on for r in found] == [TODAY - timedelta(weeks=n) for n in (1, 5, 9)]
        assert [r.value for r in found] == sorted((r.value for r in found), reverse=True)


def test_nobody_asks_where_a_device_of_the_past_is(lived: Services) -> None:
    assert lived.custody.unaccounted() == ()
