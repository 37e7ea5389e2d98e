"""Generating visits: previewed, repeated without effect, undone, caught up after weeks off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.errors import Cancelled, InvalidInput, NotFound
from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import Impact
from app.domain.maintenance.occurrences import CatchUp, Occasion, OccurrenceOutcome, OccurrenceState
from app.domain.maintenance.plan_drafts import EventDraft
from app.domain.maintenance.plans import PlanEvent, Subjects
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.domain.maintenance.statutory_days import statutory_days
from app.domain.maintenance.visits import ScheduleDraft, VisitState
from app.domain.maintenance.workdays import CalendarDay
from app.domain.register.terminals import TerminalState
from app.services import Services
from app.services.maintenance.holiday_files import HolidayFile
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal, terminal_draft
from tests.maintenance import MONTHLY, TODAY, make_plan, plan_draft, planned, ready, tasks


def snapshot(services: Services) -> tuple[object, ...]:
    """Everything generation writes, as values."""
    return planned(services), tasks(services)


def test_every_due_date_gets_a_visit_up_to_the_horizon(any_services: Services) -> None:
    make_terminal(any_services)
    first = ready(any_services)
    assert [task.due_on for task in tasks(any_services)] == [
        date(2026, 11, 23),
        date(2026, 12, 23),
        date(2027, 1, 23),
    ]
    assert len(planned(any_services)) == 3
    assert (first.window_from, first.window_until) == (date(2026, 11, 16), date(2026, 11, 30))
    assert {visit.technician for visit in planned(any_services)} == {"张工"}


def test_generating_again_changes_nothing(any_services: Services) -> None:
    for _ in range(3):
        make_terminal(any_services)
    ready(any_services)
    before = snapshot(any_services)
    assert any_services.generation.preview().empty
    assert any_services.generation.generate() == ""
    assert snapshot(any_services) == before


def test_the_preview_says_what_will_be_written_and_writes_nothing(any_services: Services) -> None:
    make_terminal(any_services)
    make_plan(any_services)
    make_plan(any_services, "empty", subjects=Subjects(areas=("无此区",)))
    preview = any_services.generation.preview()
    assert (preview.occurrences, preview.visits, preview.by_plan) == (3, 3, {"care": 3})
    assert preview.unassigned == 3
    assert preview.idle_plans == ("empty",)
    assert planned(any_services) == ()
    any_services.generation.generate()
    assert (len(tasks(any_services)), len(planned(any_services))) == (3, 3)


def test_a_longer_horizon_adds_and_leaves_the_rest(any_services: Services) -> None:
    make_terminal(any_services)
    ready(any_services)
    before = {task.id for task in tasks(any_services)}
    any_services.generation.generate(TODAY + timedelta(days=150))
    after = {task.id for task in tasks(any_services)}
    assert before < after
    assert len(after) == 5


def test_a_run_is_undone_as_a_whole_except_what_people_touched(any_services: Services) -> None:
    make_terminal(any_services)
    ready(any_services)
    run = any_services.generation.runs()[0]
    moved = planned(any_services)[1]
    any_services.visits.schedule(
        moved.id, moved.version, ScheduleDraft(planned_on=date(2026, 12, 22))
    )
    undone = any_services.generation.undo(run.id)
    assert (undone.visits, undone.occurrences, undone.kept) == (2, 2, 1)
    assert [visit.id for visit in planned(any_services)] == [moved.id]
    with pytest.raises(InvalidInput):
        any_services.generation.undo(run.id)
    with pytest.raises(NotFound):
        any_services.generation.undo("01a20574-0000-7000-8000-000000000000")
    # what was undone comes back when asked for
    any_services.generation.generate()
    assert len(tasks(any_services)) == 3


def test_three_weeks_switched_off_lose_nothing(any_services: Services, clock: FrozenClock) -> None:
    make_terminal(any_services)
    make_technician(any_services)
    make_plan(any_services, rule=RuleDraft(every="1", unit="week", late_days="2"))
    any_services.generation.generate(TODAY + timedelta(days=7))
    clock.forward(days=23)
    report = any_services.generation.catch_up()
    missed = [
        t for t in tasks(any_services) if t.state(date(2026, 12, 16)) is OccurrenceState.MISSED
    ]
    assert [task.due_on for task in missed] == [
        date(2026, 11, 23),
        date(2026, 11, 30),
        date(2026, 12, 7),
    ]
    assert all(task.visit_id for task in missed)
    (backlog,) = any_services.generation.backlogs()
    assert report.missed == 1
    assert [item.due_on for item in backlog.merged] == [date(2026, 11, 23), date(2026, 11, 30)]


def test_missed_dates_are_merged_or_kept_by_choice(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    ready(any_services)
    clock.forward(days=65)
    today = any_services.context.today()
    assert any_services.generation.catch_up().missed == 1
    (backlog,) = any_services.generation.backlogs()
    assert any_services.generation.settle_backlogs([backlog], CatchUp.MERGE) == 1
    states = {task.due_on: task.state(today) for task in tasks(any_services)}
    assert states[date(2026, 11, 23)] is OccurrenceState.MERGED
    assert states[date(2026, 12, 23)] is OccurrenceState.MISSED
    assert any_services.generation.backlogs() == ()
    # the visit that had only the merged task is called off
    assert all(visit.tasks for visit in planned(any_services))


def test_kept_backlogs_are_not_asked_about_again(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    ready(any_services)
    clock.forward(days=65)
    any_services.generation.catch_up()
    found = any_services.generation.backlogs()
    any_services.generation.settle_backlogs(found, CatchUp.KEEP)
    assert any_services.generation.backlogs() == ()
    today = any_services.context.today()
    assert sum(t.state(today) is OccurrenceState.MISSED for t in tasks(any_services)) == 2


@pytest.mark.parametrize("how", list(CatchUp))
def test_missed_dates_are_decided_once(
    any_services: Services, clock: FrozenClock, how: CatchUp
) -> None:
    make_terminal(any_services)
    ready(any_services)
    clock.forward(days=65)
    generation = any_services.generation
    generation.catch_up()
    found = generation.backlogs()
    seen: list[tuple[int, int]] = []
    assert generation.settle_backlogs(found, how, lambda *step: seen.append(step)) > 0
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]
    before = [(v.id, v.version, v.state) for v in planned(any_services)]
    settled = [(t.id, t.outcome, t.reason, t.visit_id) for t in tasks(any_services)]
    generation.settle_backlogs(found, how)
    assert [(v.id, v.version, v.state) for v in planned(any_services)] == before
    assert [(t.id, t.outcome, t.reason, t.visit_id) for t in tasks(any_services)] == settled


def test_deciding_about_missed_dates_that_is_stopped_decides_nothing(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    ready(any_services)
    clock.forward(days=65)
    generation = any_services.generation
    generation.catch_up()
    found = generation.backlogs()
    with pytest.raises(Cancelled):
        generation.settle_backlogs(found, CatchUp.MERGE, cancelled=lambda: True)
    assert generation.backlogs() == found


def test_a_visit_that_lost_its_tasks_says_why_it_was_called_off(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    task = ready(any_services)
    clock.forward(days=65)
    generation = any_services.generation
    generation.catch_up()
    generation.settle_backlogs(generation.backlogs(), CatchUp.MERGE)
    visit = any_services.visits.get(task.visit_id)
    assert visit.summary.state is VisitState.CANCELLED
    assert [(e.action, e.reason) for e in visit.events][-1] == ("cancel", "catch_up.merged")


def test_several_tasks_of_a_site_become_one_visit(any_services: Services) -> None:
    key = make_terminal(any_services)
    merchant = any_services.terminals.get(key)
    make_terminal(any_services, mid=merchant.mid, merchant_name=merchant.merchant_name)
    make_plan(any_services, "one", minutes="30")
    make_plan(any_services, "two", minutes="20")
    any_services.generation.generate(TODAY + timedelta(days=20))
    (visit,) = planned(any_services)
    assert (visit.tasks, visit.plans) == (4, ("one", "two"))
    assert visit.minutes == round(30 + 0.8 * (30 + 20 + 20))


def test_a_new_task_joins_a_visit_planned_at_the_site(any_services: Services) -> None:
    make_terminal(any_services)
    ready(any_services)
    make_plan(any_services, "later", minutes="15")
    preview = any_services.generation.preview(TODAY + timedelta(days=20))
    assert (preview.visits, preview.joined) == (0, 1)
    any_services.generation.generate(TODAY + timedelta(days=20))
    assert planned(any_services)[0].plans == ("care", "later")


# --- terminals that come and go ----------------------------------------------------------------


def test_a_retired_terminal_has_nothing_due(any_services: Services) -> None:
    key = make_terminal(any_services)
    ready(any_services)
    any_services.terminals.change_state(key, TerminalState.RETIRED, "报废")
    preview = any_services.generation.preview()
    assert preview.voided == 3
    any_services.generation.generate()
    assert {task.outcome for task in tasks(any_services)} == {OccurrenceOutcome.VOID}
    assert planned(any_services) == ()


def test_a_terminal_back_from_repair_has_its_future_dates_again(any_services: Services) -> None:
    key = make_terminal(any_services)
    ready(any_services)
    any_services.terminals.change_state(key, TerminalState.IN_REPAIR, "送修")
    any_services.generation.generate()
    assert planned(any_services) == ()
    any_services.terminals.change_state(key, TerminalState.IN_SERVICE, "修好")
    any_services.generation.generate()
    assert sum(task.outcome is OccurrenceOutcome.OPEN for task in tasks(any_services)) == 3
    assert len(planned(any_services)) == 3


def test_a_terminal_registered_later_owes_nothing_from_before(
    any_services: Services, clock: FrozenClock
) -> None:
    ready_plan = make_plan(any_services, rule=MONTHLY, anchor="installed")
    assert ready_plan
    clock.forward(days=100)
    make_terminal(any_services, installed_on="2024-05-31")
    any_services.generation.generate()
    assert min(task.due_on for task in tasks(any_services)) >= any_services.context.today()


def test_the_anchor_stays_when_the_installation_date_is_corrected(any_services: Services) -> None:
    key = make_terminal(any_services, installed_on="2024-05-31")
    make_plan(any_services, anchor="installed")
    any_services.generation.generate()
    before = [task.due_on for task in tasks(any_services)]
    assert before == [date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 31)]
    seen = any_services.terminals.get(key)
    draft = terminal_draft(**{**_fields(seen), "installed_on": "2024-05-10"})
    any_services.terminals.update(key, seen.version, draft)
    any_services.generation.generate(TODAY + timedelta(days=120))
    assert [task.due_on for task in tasks(any_services)] == [*before, date(2027, 2, 28)]


def _fields(terminal: object) -> dict[str, str]:
    from app.domain.register.terminals import draft_of

    draft = draft_of(terminal)  # type: ignore[arg-type]
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


# --- the calendar and the clock ----------------------------------------------------------------


def test_years_without_holiday_data_are_named(any_services: Services) -> None:
    make_terminal(any_services)
    make_plan(any_services, rule=RuleDraft(every="1", unit="month", shift="after"))
    assert any_services.generation.preview().unknown_years == (2027,)
    any_services.generation.generate()
    assert [task.uncertain for task in tasks(any_services)] == [False, False, True]


def test_dates_move_when_the_holidays_become_known(any_services: Services) -> None:
    make_terminal(any_services)
    make_plan(any_services, rule=RuleDraft(every="1", unit="month", shift="after", late_days="10"))
    any_services.generation.generate()
    assert tasks(any_services)[-1].due_on == date(2027, 1, 25)
    notice = [(0, day.isoformat(), "休", name) for day, name in statutory_days(2027).items()]
    notice += [(0, "2027-01-25", "休", "春节"), (0, "2027/1/30", "班", "春节调休")]
    loaded = any_services.work_days.load_years(HolidayFile("2027.csv", tuple(notice)))
    assert (loaded.years, loaded.provisional) == ((2027,), ())
    preview = any_services.generation.preview()
    assert (preview.moved, preview.unknown_years) == (1, ())
    any_services.generation.generate()
    assert tasks(any_services)[-1].due_on == date(2027, 1, 26)
    assert any_services.work_days.calendar().holiday(date(2027, 1, 25)) == "春节"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("2027-02-30", "休", ""), "date.impossible"),
        (("2027-02-03", "班", ""), "calendar.not_a_weekend"),
        (("2027-02-06", "?", ""), "choice.unknown"),
        (("", "休", ""), "text.missing"),
    ],
)
def test_a_wrong_calendar_file_changes_nothing(
    services: Services, cells: tuple[str, str, str], code: str
) -> None:
    file = HolidayFile("x.csv", ((2, "2027-02-05", "休", ""), (3, *cells)))
    with pytest.raises(InvalidInput) as refused:
        services.work_days.load_years(file)
    assert [(p.field, p.code) for p in refused.value.problems] == [("row 3", code)]
    assert services.work_days.calendar().unknown_years(date(2027, 1, 1), date(2027, 1, 1)) == (
        2027,
    )


def test_a_clock_ten_years_ahead_is_not_believed(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    ready(any_services)
    before = snapshot(any_services)
    real, clock.now = clock.now, datetime(2036, 11, 23, tzinfo=UTC)
    report = any_services.generation.catch_up()
    assert (report.preview.clock, report.generation_id, report.missed) == ("clock.jumped", "", 0)
    with pytest.raises(InvalidInput):
        any_services.generation.generate()
    clock.now = real
    assert snapshot(any_services) == before
    assert any_services.generation.preview().empty


def test_a_clock_set_back_doubles_nothing(any_services: Services, clock: FrozenClock) -> None:
    make_terminal(any_services)
    ready(any_services)
    count = len(tasks(any_services))
    clock.now -= timedelta(days=3650)
    preview = any_services.generation.preview()
    assert preview.clock == "clock.back"
    any_services.generation.generate()
    clock.now += timedelta(days=3650)
    assert len(tasks(any_services)) == count


def test_a_horizon_in_the_past_is_refused(services: Services) -> None:
    with pytest.raises(InvalidInput):
        services.generation.preview(date(2026, 11, 22))


# --- longer plans include shorter ones ---------------------------------------------------------


def test_a_longer_plan_swallows_the_shorter_one_in_its_window(any_services: Services) -> None:
    make_terminal(any_services)
    make_technician(any_services)
    make_plan(any_services, "month")
    make_plan(
        any_services,
        "quarter",
        covers=("month",),
        rule=RuleDraft(every="3", unit="month", early_days="5", late_days="5"),
    )
    any_services.generation.generate(TODAY + timedelta(days=100))
    due = {(task.plan_key, task.due_on) for task in tasks(any_services)}
    assert due == {
        ("quarter", date(2026, 11, 23)),
        ("month", date(2026, 12, 23)),
        ("month", date(2027, 1, 23)),
        ("quarter", date(2027, 2, 23)),
    }


# --- events ------------------------------------------------------------------------------------


def events_plan(services: Services, *rules: EventDraft, **changes: object) -> None:
    """A plan that falls due on events only."""
    make_plan(services, "event", rule=None, events=rules, **changes)
    services.generation.generate()


def due_events(services: Services) -> list[tuple[Occasion, date]]:
    """Tasks made by events."""
    services.generation.generate()
    return [(t.occasion, t.due_on) for t in tasks(services) if t.plan_key == "event"]


def test_a_repair_makes_the_check_due(any_services: Services, clock: FrozenClock) -> None:
    key = make_terminal(any_services)
    events_plan(any_services, EventDraft("repaired"))
    any_services.terminals.change_state(key, TerminalState.IN_REPAIR, "送修")
    assert due_events(any_services) == []
    clock.forward(days=2)
    any_services.terminals.change_state(key, TerminalState.IN_SERVICE, "修好")
    assert due_events(any_services) == [(Occasion.EVENT, date(2026, 11, 25))]
    assert due_events(any_services) == [(Occasion.EVENT, date(2026, 11, 25))]


@pytest.mark.parametrize("event", [PlanEvent.INSTALLED, PlanEvent.RELOCATED, PlanEvent.UPDATED])
def test_what_happens_to_a_terminal_makes_its_plan_due(
    any_services: Services, clock: FrozenClock, event: PlanEvent
) -> None:
    key = make_terminal(any_services)
    clock.forward(hours=1)
    events_plan(any_services, EventDraft(event))
    clock.forward(hours=1)
    seen = any_services.terminals.get(key)
    if event is PlanEvent.INSTALLED:
        make_terminal(any_services)
    elif event is PlanEvent.RELOCATED:
        elsewhere = {**_fields(seen), "tid": "59999999", "mid": "848290058999999"}
        any_services.terminals.relocate(key, terminal_draft(**elsewhere), "搬迁")
    else:
        newer = {**_fields(seen), "firmware": "4.0.0"}
        any_services.terminals.update(key, seen.version, terminal_draft(**newer))
    assert due_events(any_services) == [(Occasion.EVENT, TODAY)]


def test_repeated_incidents_make_the_plan_due_once(
    any_services: Services, clock: FrozenClock
) -> None:
    key = make_terminal(any_services)
    rule = EventDraft("incidents", ("network",), "2")
    events_plan(any_services, rule)
    for _ in range(2):
        clock.forward(days=3)
        incident = make_incident(any_services, key, impact=Impact.TRADING)
        _classify(any_services, incident)
    assert due_events(any_services) == [(Occasion.EVENT, date(2026, 11, 29))]
    clock.forward(days=1)
    assert len(due_events(any_services)) == 1


def _classify(services: Services, incident_id: str) -> None:
    from app.services.incidents.resolution import SessionOutcome

    services.incidents.triage(
        incident_id,
        SessionOutcome(fault_class=FaultClass.NETWORK, share=0.9, knowledge_hash="", trail={}),
    )


def test_what_happened_before_the_plan_was_made_does_not_count(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    clock.forward(days=1)
    events_plan(any_services, EventDraft("installed"))
    assert due_events(any_services) == []


def test_what_happened_before_a_plan_was_given_the_event_does_not_count(
    any_services: Services, clock: FrozenClock
) -> None:
    key = make_terminal(any_services)
    make_plan(any_services, "event", rule=None, events=(EventDraft("swapped"),))
    clock.forward(days=1)
    any_services.terminals.change_state(key, TerminalState.IN_REPAIR, "送修")
    any_services.terminals.change_state(key, TerminalState.IN_SERVICE, "修好")
    clock.forward(days=1)
    plan = any_services.plans.get("event")
    both = plan_draft("event", rule=None, events=(EventDraft("swapped"), EventDraft("repaired")))
    any_services.plans.save(both, plan.id, plan.version)
    assert due_events(any_services) == []
    clock.forward(days=1)
    plan = any_services.plans.get("event")
    any_services.terminals.change_state(key, TerminalState.IN_REPAIR, "送修")
    any_services.terminals.change_state(key, TerminalState.IN_SERVICE, "修好")
    longer = plan_draft("event", rule=None, events=both.events, event_late_days="9")
    any_services.plans.save(longer, plan.id, plan.version)
    assert due_events(any_services) == [(Occasion.EVENT, TODAY + timedelta(days=3))]


# --- cost --------------------------------------------------------------------------------------


def test_the_cost_of_a_run_does_not_grow_with_history(
    services: Services, clock: FrozenClock
) -> None:
    import sqlalchemy as sa

    make_terminal(services)
    ready(services)
    counts = []
    for _ in range(3):
        rows = 0

        def count(*_: object) -> None:
            nonlocal rows
            rows += 1

        sa.event.listen(services.context.database.engine, "after_cursor_execute", count)
        services.generation.generate()
        sa.event.remove(services.context.database.engine, "after_cursor_execute", count)
        counts.append(rows)
        for task in tasks(services):
            if (
                task.outcome is OccurrenceOutcome.OPEN
                and task.window_from <= services.context.today()
            ):
                services.visits.complete(task.id)
        clock.forward(days=60)
    assert counts[2] <= counts[1] + 5


def test_states_of_a_visit_are_read_off_the_dates(services: Services) -> None:
    make_terminal(services)
    ready(services)
    visit = planned(services)[0]
    assert visit.shown_state(date(2026, 11, 24)) is OccurrenceState.SCHEDULED
    assert visit.shown_state(date(2026, 11, 30)) is OccurrenceState.LAST_DAY
    assert visit.shown_state(date(2026, 12, 1)) is OccurrenceState.MISSED
    assert visit.overdue(date(2026, 11, 24)) is (visit.planned_on < date(2026, 11, 24))
    assert visit.state is VisitState.PLANNED


def test_plans_resting_make_nothing_due(any_services: Services) -> None:
    make_terminal(any_services)
    ready(any_services)
    plan = any_services.plans.get("care")
    any_services.plans.set_active(plan.id, active=False)
    assert planned(any_services) == ()
    assert any_services.generation.preview().occurrences == 0
    any_services.plans.set_active(plan.id, active=True)
    assert CalendarDay is not None
    assert any_services.plans.preview(plan_draft()).covered == 1
