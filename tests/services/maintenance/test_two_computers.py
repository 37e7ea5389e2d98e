"""Two computers plan the same maintenance without knowing of each other: put together, in either
order, every date and every visit is there once."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app import bootstrap
from app.domain.maintenance.occurrences import CatchUp, Occasion, OccurrenceOutcome
from app.domain.maintenance.plan_drafts import EventDraft, draft_of_plan
from app.domain.maintenance.visits import ScheduleDraft, VisitState
from app.domain.operations.operation import APPLIED, Operation
from app.domain.register.people import TechnicianDraft
from app.services import Services
from app.services.core.operation_log import read_operations
from app.services.replay import Replay
from app.settings import Settings
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal
from tests.maintenance import TODAY, make_checklist, make_plan, pass_all, planned, tasks
from tests.replaying import differences, opened_from

Batch = list[Operation]


def log_of(services: Services) -> Batch:
    """What was done."""
    with services.context.read() as session:
        return list(read_operations(session))


@dataclass
class Office:
    """Makes computers from nothing but operations."""

    template: Path
    folder: Path
    clock: FrozenClock
    opened: list[Services] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def computer(self, device: str, *batches: Batch) -> Services:
        """A computer that knows these operations."""
        path = self.folder / f"computer{next(self.numbers)}.db"
        settings = Settings(technician=f"T{device}", device=device)
        found = bootstrap.build(
            settings, clock=self.clock, database=opened_from(self.template, path)
        )
        self.opened.append(found)
        if batches:
            place = found.context
            actor, zone = place.actor, place.zone
            Replay(found).apply_all([one for batch in batches for one in batch])
            place.actor, place.device, place.zone = actor, device, zone
        return found

    def both_ways(self, base: Batch, first: Batch, second: Batch) -> tuple[Services, Services]:
        """Two computers that learned the same in another order."""
        return (
            self.computer("X", base, first, second),
            self.computer("Y", base, second, first),
        )


@pytest.fixture
def office(template: Path, tmp_path: Path, clock: FrozenClock) -> Iterator[Office]:
    """An office without computers."""
    made = Office(template, tmp_path, clock)
    yield made
    for services in made.opened:
        services.close()


def own(services: Services, base: Batch) -> Batch:
    """What a computer did beside what it was given."""
    known = {one.id for one in base}
    return [one for one in log_of(services) if one.id not in known]


@pytest.fixture
def base(office: Office) -> Batch:
    """Three terminals, a technician, a monthly plan; nothing generated."""
    services = office.computer("L0")
    for _ in range(3):
        make_terminal(services)
    make_technician(services)
    make_plan(services)
    return log_of(services)


def outcomes(services: Services) -> dict[str, str]:
    """How every operation was taken in."""
    return {one.id: one.outcome for one in log_of(services)}


def assert_once(services: Services) -> None:
    """Every date has one row, every open one a visit, every visit its tasks; and there is nothing
    left to generate."""
    found = tasks(services)
    dates = Counter((t.plan_key, t.subject, t.nominal_on) for t in found)
    assert set(dates.values()) == {1}
    assert all(t.visit_id for t in found if t.outcome is OccurrenceOutcome.OPEN)
    visits = [v for v in planned(services) if v.state is VisitState.PLANNED]
    assert all(visit.tasks for visit in visits)
    assert services.generation.preview().empty


def test_what_both_generated_is_there_once(office: Office, base: Batch) -> None:
    one, other = office.computer("L1", base), office.computer("L2", base)
    assert one.generation.generate()
    assert other.generation.generate()
    assert len(planned(one)) == len(planned(other)) == 9
    for first, second in (office.both_ways(base, own(one, base), own(other, base)),):
        for merged, winner in ((first, one), (second, other)):
            assert {t.id for t in tasks(merged)} == {t.id for t in tasks(one)}
            assert {v.id for v in planned(merged)} == {v.id for v in planned(other)}
            assert [v.number for v in planned(merged)] == [v.number for v in planned(winner)]
            assert len(merged.generation.runs()) == 1
            assert_once(merged)
            # What the other one printed is still found.
            for visit in (*planned(one), *planned(other)):
                assert merged.visits.by_number(visit.number).summary.id == visit.id


def test_a_visit_done_on_one_computer_is_done_on_both(
    office: Office, base: Batch, clock: FrozenClock
) -> None:
    one, other = office.computer("L1", base), office.computer("L2", base)
    one.generation.generate()
    other.generation.generate()
    visit = planned(other)[0]
    clock.forward(hours=1)
    other.visits.schedule(visit.id, visit.version, ScheduleDraft(start_minute=600))
    other.visits.start(visit.id)
    for task in other.visits.get(visit.id).occurrences:
        other.visits.complete(task.id)
    other.visits.finish(visit.id)
    for merged in office.both_ways(base, own(one, base), own(other, base)):
        assert set(outcomes(merged).values()) == {APPLIED}
        assert merged.visits.get(visit.id).summary.state is VisitState.DONE
        assert_once(merged)


def test_a_checklist_two_worked_through_is_said_and_kept_once(
    office: Office, clock: FrozenClock
) -> None:
    services = office.computer("L0")
    make_terminal(services, serial="TESTN91099999")
    make_technician(services)
    make_checklist(services)
    make_plan(services, checklist="short")
    base = log_of(services)
    one, other = office.computer("L1", base), office.computer("L2", base)
    for computer in (one, other):
        computer.generation.generate()
        run = computer.checklists.begin(tasks(computer)[0].id)
        pass_all(computer, run, "TESTN91099999")
        computer.checklists.finish(run.id)
    for merged in office.both_ways(base, own(one, base), own(other, base)):
        refused = [one for one in log_of(merged) if one.review]
        assert {one.kind for one in refused} == {"checklist.answer", "checklist.finish"}
        assert len({one.device for one in refused}) == 1
        done = [t for t in tasks(merged) if t.outcome is OccurrenceOutcome.DONE]
        assert len(done) == 1
        assert_once(merged)


def test_runs_that_saw_different_things_meet(
    office: Office, base: Batch, clock: FrozenClock
) -> None:
    """One looks less far ahead and knows a plan the other does not."""
    one, other = office.computer("L1", base), office.computer("L2", base)
    one.generation.generate(TODAY + timedelta(days=100))
    make_plan(other, "deep", minutes="60", starts_on=(TODAY + timedelta(days=10)).isoformat())
    other.generation.generate(TODAY + timedelta(days=40))
    called_off = planned(other)[0]
    other.visits.cancel(called_off.id, "商户停业")
    clock.forward(days=1)
    other.generation.generate(TODAY + timedelta(days=40))
    for merged in office.both_ways(base, own(one, base), own(other, base)):
        assert merged.visits.get(called_off.id).summary.state is VisitState.CANCELLED
        merged.generation.generate(TODAY + timedelta(days=100))
        merged.generation.generate()
        assert_once(merged)


def test_the_shipped_plans_installed_twice_are_the_same_plans(
    office: Office, clock: FrozenClock
) -> None:
    services = office.computer("L0")
    make_terminal(services)
    make_technician(services)
    base = log_of(services)
    one, other = office.computer("L1", base), office.computer("L2", base)
    one.plans.install_pack()
    one.generation.generate()
    clock.forward(days=1)
    other.plans.install_pack()
    other.generation.generate()
    assert [plan.id for plan in one.plans.listed()] == [plan.id for plan in other.plans.listed()]
    for merged in office.both_ways(base, own(one, base), own(other, base)):
        merged.generation.generate()
        assert len(merged.plans.listed()) == len(one.plans.listed())
        assert_once(merged)


def test_a_plan_both_added_is_one_plan_with_its_dates_once(office: Office, base: Batch) -> None:
    """Both add a plan of one name: the first one stays, nothing waits, nothing is due twice."""
    one, other = office.computer("L1", base), office.computer("L2", base)
    for computer in (one, other):
        make_plan(computer, "deep")
        computer.generation.generate()
    for merged in office.both_ways(base, own(one, base), own(other, base)):
        assert [op.kind for op in log_of(merged) if op.review] == []
        assert [plan.key for plan in merged.plans.listed()].count("deep") == 1
        merged.generation.generate()
        assert_once(merged)
        assert len(tasks(merged)) == len(tasks(one))


def test_two_people_change_different_things_of_a_visit(
    office: Office, base: Batch, clock: FrozenClock
) -> None:
    services = office.computer("L3", base)
    services.generation.generate()
    base = log_of(services)
    visit = planned(services)[0]
    one, other = office.computer("L1", base), office.computer("L2", base)
    day = visit.planned_on + timedelta(days=1)
    one.visits.schedule(visit.id, visit.version, ScheduleDraft(planned_on=day))
    other.visits.schedule(visit.id, visit.version, ScheduleDraft(lock=True))
    for merged in office.both_ways(base, own(one, base), own(other, base)):
        assert set(outcomes(merged).values()) == {APPLIED}
        found = merged.visits.get(visit.id).summary
        assert (found.planned_on, found.locked) == (day, True)


def test_two_people_edit_different_fields_of_a_plan(office: Office, base: Batch) -> None:
    one, other = office.computer("L1", base), office.computer("L2", base)
    plan = one.plans.get("care")
    draft = draft_of_plan("care", plan.versions[-1].contents)
    one.plans.save(replace(draft, minutes="45"), plan.id, plan.version)
    other.plans.save(replace(draft, name_zh="每月保养"), plan.id, plan.version)
    for merged in office.both_ways(base, own(one, base), own(other, base)):
        assert set(outcomes(merged).values()) == {APPLIED}
        contents = merged.plans.get("care").versions[-1].contents
        assert (contents.minutes, contents.name.zh) == (45, "每月保养")


def test_what_is_learned_late_is_generated_all_the_same(
    office: Office, base: Batch, clock: FrozenClock
) -> None:
    """A plan made on Monday reaches a computer on Thursday, which has run meanwhile."""
    one, other = office.computer("L1", base), office.computer("L2", base)
    one.generation.generate()
    clock.forward(hours=1)
    make_plan(other, "deep", events=(EventDraft("installed"),))
    clock.forward(days=1)
    serial = "TESTN91012345"
    make_terminal(other, serial=serial)
    clock.forward(days=4)
    one.generation.generate()
    Replay(one).apply_all(own(other, base))
    one.generation.generate()
    deep = [task for task in tasks(one) if task.plan_key == "deep"]
    assert min(task.due_on for task in deep) == TODAY
    assert [t.serial for t in deep if t.occasion is Occasion.EVENT] == [serial]
    assert one.generation.preview().empty


def test_a_visit_begun_meanwhile_stays_where_it_is_and_the_others_are_levelled(
    office: Office, base: Batch
) -> None:
    services = office.computer("L3", base)
    services.generation.generate()
    base = log_of(services)
    one, other = office.computer("L1", base), office.computer("L2", base)
    last = TODAY + timedelta(days=40)
    begun = planned(other)[0].id
    other.visits.start(begun)
    one.balancing.accept(one.balancing.propose(TODAY, last))
    merged = office.computer("X", base, own(other, base), own(one, base))
    assert set(outcomes(merged).values()) == {APPLIED}
    found = merged.visits.get(begun).summary
    assert found.state is VisitState.IN_PROGRESS
    assert found.planned_on == other.visits.get(begun).summary.planned_on
    levelled = {v.id: v.planned_on for v in planned(one) if v.id != begun}
    assert {v.id: v.planned_on for v in planned(merged) if v.id != begun} == levelled


def test_a_log_applied_to_nothing_gives_the_same_again(
    office: Office, base: Batch, clock: FrozenClock
) -> None:
    """Generation, missed dates, leave, weeks, readings, undoing: everything a computer did."""
    one = office.computer("L1", base)
    person = one.directory.technicians()[0]
    one.directory.save_technician(TechnicianDraft(code="T02", name="李工"))
    one.work_days.set_week(person.id, {4: 240, 0: 480})
    run = one.generation.generate()
    clock.forward(days=70)
    one.generation.settle_backlogs(one.generation.backlogs(), CatchUp.MERGE)
    seen = one.leave.preview(person.id, date(2027, 2, 1), date(2027, 2, 20))
    away = one.leave.enter(seen, "探亲", {v.id: "reassign" for v in seen.hit})  # type: ignore[misc]
    one.balancing.accept(one.balancing.propose(date(2027, 2, 1), date(2027, 2, 28)))
    one.work_days.remove_absence(away)
    one.generation.undo(run)
    one.generation.generate()
    again = office.computer("L9", log_of(one))
    assert not differences(one.context.database, again.context.database)
