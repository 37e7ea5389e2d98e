"""No due task is lost, doubled or blocked: each way it used to happen, by name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.maintenance.meters import ReadingDraft
from app.domain.maintenance.occurrences import CatchUp, OccurrenceOutcome, OccurrenceState
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.domain.register.terminals import TerminalState
from app.services import Services
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal
from tests.maintenance import (
    MONTHLY,
    TODAY,
    make_plan,
    open_task,
    plan_draft,
    planned,
    ready,
    tasks,
)

FLOATING = RuleDraft(every="1", unit="month", basis="floating", early_days="7", late_days="7")
YEARLY = RuleDraft(every="12", unit="month", basis="floating")


def still_open(services: Services, key: str = "care") -> list[date]:
    """Due dates of a plan's open tasks."""
    found = tasks(services, days=800, plan_key=key)
    return [task.due_on for task in found if task.outcome is OccurrenceOutcome.OPEN]


def edit(services: Services, key: str = "care", **changes: object) -> None:
    """Give a plan new contents from today on."""
    plan = services.plans.get(key)
    services.plans.save(plan_draft(key, **changes), plan.id, plan.version)


def test_a_plan_taken_up_again_has_its_dates_and_visits_back(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    ready(any_services)
    before = [(task.id, task.due_on) for task in tasks(any_services)]
    plan = any_services.plans.get("care")
    assert any_services.plans.ahead(plan.id) == 3
    any_services.plans.set_active(plan.id, active=False)
    any_services.generation.generate()
    assert still_open(any_services) == []
    any_services.plans.set_active(plan.id, active=True)
    assert any_services.generation.preview().revived == 3
    any_services.generation.generate()
    assert [(task.id, task.due_on) for task in tasks(any_services)] == before
    assert [visit.tasks for visit in planned(any_services)] == [1, 1, 1]
    assert any_services.generation.preview().empty


def test_what_passed_while_a_plan_rested_is_not_owed(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    ready(any_services)
    plan = any_services.plans.get("care")
    any_services.plans.set_active(plan.id, active=False)
    clock.forward(days=150)
    any_services.plans.set_active(plan.id, active=True)
    any_services.generation.generate()
    # today is 22 April 2027
    assert still_open(any_services) == [
        date(2027, 4, 23),
        date(2027, 5, 23),
        date(2027, 6, 23),
    ]


def test_a_counter_task_past_its_day_stops_no_other_plan(
    any_services: Services, clock: FrozenClock
) -> None:
    key = make_terminal(any_services)
    make_plan(any_services, "use", rule=None, meter_kind="prints", meter_every="1000")
    make_plan(any_services)
    any_services.meters.record(key, ReadingDraft("prints", "10"))
    any_services.generation.generate()
    clock.forward(days=5)
    any_services.meters.record(key, ReadingDraft("prints", "1500"))
    any_services.generation.generate()
    (due,) = still_open(any_services, "use")
    for _ in range(3):
        clock.forward(days=20)
        any_services.generation.catch_up()
        assert still_open(any_services, "use") == [due]
    assert len(still_open(any_services)) == 6


def test_an_edit_does_not_set_a_counter_back(any_services: Services, clock: FrozenClock) -> None:
    key = make_terminal(any_services)
    changes = {"rule": None, "meter_kind": "prints", "meter_every": "1000"}
    make_plan(any_services, "use", **changes)
    any_services.meters.record(key, ReadingDraft("prints", "0"))
    any_services.generation.generate()
    clock.forward(days=10)
    any_services.meters.record(key, ReadingDraft("prints", "900"))
    edit(any_services, "use", **changes, minutes="45")
    clock.forward(days=1)
    any_services.meters.record(key, ReadingDraft("prints", "1100"))
    any_services.generation.generate()
    assert still_open(any_services, "use") == [any_services.context.today()]


def test_a_floating_plan_added_late_finds_every_terminal(
    any_services: Services, clock: FrozenClock
) -> None:
    for month in (2, 6, 11):
        make_terminal(any_services, installed_on=f"2025-{month:02}-24")
    make_plan(any_services, "first", anchor="installed")
    any_services.generation.generate()
    clock.forward(days=335)
    today = any_services.context.today()
    make_plan(any_services, rule=YEARLY, anchor="installed", starts_on=today.isoformat())
    any_services.generation.generate()
    # today is 24 October 2027: two of them should have been seen in spring and summer
    assert still_open(any_services) == [date(2026, 11, 24), date(2027, 2, 24), date(2027, 6, 24)]
    found = tasks(any_services, days=800, plan_key="care")
    assert {task.state(today) for task in found} == {OccurrenceState.MISSED}
    assert all(task.planned_on and today <= task.planned_on for task in found)
    assert any_services.compliance.view(TODAY, today).total.missed == sum(
        task.window_until < today for task in tasks(any_services, days=800, plan_key="first")
    ), "nobody missed what no plan asked for"
    assert any_services.generation.preview().empty


def test_a_shortened_floating_plan_is_overdue_now(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    ready(any_services, rule=YEARLY)
    any_services.visits.complete(tasks(any_services)[0].id)
    clock.forward(days=200)
    edit(any_services, rule=RuleDraft(every="3", unit="month", basis="floating"))
    any_services.generation.generate()
    assert still_open(any_services) == [date(2027, 2, 23)]


@pytest.mark.parametrize("how", ["skipped", "entered late"])
def test_the_next_floating_date_may_have_passed(
    any_services: Services, clock: FrozenClock, how: str
) -> None:
    make_terminal(any_services)
    task = ready(any_services, rule=FLOATING)
    clock.forward(days=100)
    any_services.generation.catch_up()
    if how == "skipped":
        any_services.visits.skip(task.id, "商户停业")
    else:
        any_services.visits.complete(task.id, TODAY)
    any_services.generation.catch_up()
    assert still_open(any_services) == [date(2026, 12, 23)]


def test_work_of_a_longer_plan_moves_a_floating_one_on(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    make_technician(any_services)
    make_plan(any_services, rule=FLOATING)
    make_plan(any_services, "long", covers=("care",), rule=RuleDraft(every="6", unit="month"))
    any_services.generation.generate(TODAY)
    (whole,) = tasks(any_services)
    any_services.visits.complete(whole.id)
    any_services.generation.generate()
    assert still_open(any_services) == [date(2026, 12, 23)]


def test_undoing_an_old_run_keeps_what_was_missed(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    ready(any_services)
    clock.forward(days=40)
    any_services.generation.catch_up()
    today = any_services.context.today()
    before = any_services.compliance.view(TODAY, today).total
    (run, *_) = reversed(any_services.generation.runs())
    undone = any_services.generation.undo(run.id)
    assert (undone.occurrences, undone.kept) == (1, 2)
    assert any_services.compliance.view(TODAY, today).total == before
    assert before.missed == 2
    any_services.generation.catch_up()
    assert [day.month for day in still_open(any_services)] == [11, 12, 1, 2, 3]


def test_a_run_is_undone_though_dates_were_merged_into_its_own(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    ready(any_services)
    clock.forward(days=65)
    generation = any_services.generation
    generation.catch_up()
    generation.settle_backlogs(generation.backlogs(), CatchUp.MERGE)
    for run in generation.runs():
        generation.undo(run.id)
    generation.catch_up()
    assert still_open(any_services)[0] == date(2026, 12, 23)


def test_retirement_leaves_what_was_missed_and_sends_nobody(
    any_services: Services, clock: FrozenClock
) -> None:
    key = make_terminal(any_services)
    ready(any_services)
    clock.forward(days=40)
    any_services.generation.catch_up()
    any_services.terminals.change_state(key, TerminalState.RETIRED, "报废")
    any_services.generation.catch_up()
    today = any_services.context.today()
    assert any_services.compliance.view(TODAY, today).total.missed == 2
    assert planned(any_services) == ()


def test_work_done_early_counts_for_the_changed_plan(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    ready(any_services)
    any_services.visits.complete(tasks(any_services)[0].id)
    clock.forward(days=25)
    any_services.generation.catch_up()
    december = next(task for task in tasks(any_services) if task.due_on == date(2026, 12, 23))
    any_services.visits.complete(december.id)
    edit(any_services, rule=MONTHLY, minutes="45")
    for _ in range(2):
        any_services.generation.catch_up()
        assert still_open(any_services)[0] == date(2027, 1, 23)


def test_a_floating_plan_counts_from_the_last_work_whatever_its_number(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services, installed_on="2024-12-10")
    ready(any_services, anchor="installed")
    first = tasks(any_services)[0]
    clock.forward(days=17)
    any_services.visits.complete(first.id)
    # counted from the start, the numbers begin again
    edit(any_services, anchor="start", starts_on="2026-12-10", rule=FLOATING)
    any_services.generation.generate()
    assert still_open(any_services) == [date(2027, 1, 10)]
    clock.forward(days=20)
    any_services.visits.complete(open_task(any_services).id, accept_early=True)
    any_services.generation.generate()
    assert still_open(any_services) == [date(2027, 1, 30)]


def test_a_start_with_the_clock_set_back_blocks_nothing(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    ready(any_services)
    clock.now -= timedelta(days=3650)
    assert any_services.generation.catch_up().preview.clock == "clock.back"
    any_services.generation.generate()
    clock.now += timedelta(days=3651)
    assert any_services.generation.preview().clock == ""
    any_services.generation.generate(TODAY + timedelta(days=130))
    assert len(still_open(any_services)) == 5


def test_a_terminal_that_comes_while_a_plan_changes_is_seen_once(
    any_services: Services, clock: FrozenClock
) -> None:
    """Both versions of the plan name a date for it in one and the same run, their windows meet."""
    make_technician(any_services)
    rule = RuleDraft(every="20", unit="day", early_days="4", late_days="4")
    make_plan(any_services, rule=rule)
    any_services.generation.generate()
    later = TODAY + timedelta(days=4)
    plan, start = any_services.plans.get("care"), TODAY + timedelta(days=7)
    changed = plan_draft(
        "care",
        rule=RuleDraft(every="12", unit="day", early_days="3", late_days="3"),
        starts_on=start.isoformat(),
    )
    any_services.plans.save(changed, plan.id, plan.version, later)
    make_terminal(any_services)
    any_services.generation.generate()
    assert still_open(any_services)[:2] == [TODAY, start + timedelta(days=12)]
    assert any_services.generation.preview().empty


def test_a_terminal_back_in_service_owes_what_passed_while_the_program_was_off(
    any_services: Services, clock: FrozenClock
) -> None:
    """Visits were made farther ahead than the horizon; those beyond it are void when the terminal
    comes back, and pass before the program is started again."""
    key = make_terminal(any_services)
    make_technician(any_services)
    make_plan(any_services)
    any_services.generation.generate(TODAY + timedelta(days=150))
    any_services.terminals.change_state(key, TerminalState.IN_REPAIR, "送修")
    any_services.generation.catch_up()
    assert still_open(any_services) == []
    any_services.terminals.change_state(key, TerminalState.IN_SERVICE, "修好")
    any_services.generation.catch_up()
    clock.forward(days=130)
    any_services.generation.catch_up()
    # today is 2 April 2027
    assert [day.month for day in still_open(any_services)] == [11, 12, 1, 2, 3, 4, 5, 6]
