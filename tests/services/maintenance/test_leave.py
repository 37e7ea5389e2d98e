"""Leave: entering it shows the visits it hits and places them elsewhere, or they stay in sight;
nothing puts work on a leave."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.errors import Conflict, InvalidInput
from app.domain.maintenance.leave_choice import LeaveChoice
from app.domain.maintenance.visits import ScheduleDraft
from app.services import Services
from app.services.maintenance.visit_queries import VisitFilter
from tests.factories import make_technician, make_terminal
from tests.maintenance import TODAY, enter_leave, make_checklist, make_plan, planned

LAST = TODAY + timedelta(days=1)


def crew(services: Services, shops: int = 6) -> tuple[str, str]:
    """Two technicians of one area, the first with visits today."""
    for n in range(shops):
        make_terminal(services, latitude=f"31.{20 + n}", longitude="121.50")
    one = make_technician(services, "T01", areas=("浦东新区",))
    make_plan(services, minutes="60")
    services.generation.generate(TODAY)
    two = make_technician(services, "T02", name="王工", areas=("浦东新区",))
    return one, two


def stranded(services: Services) -> set[str]:
    wanted = VisitFilter(states="on_leave")
    return {v.id for v in services.visits.between(TODAY, TODAY + timedelta(60), wanted)}


def enter(services: Services, person: str, choice: LeaveChoice, last: date = LAST) -> str:
    seen = services.leave.preview(person, TODAY, last)
    choices = {item.id: choice for item in seen.hit}
    return services.leave.enter(seen, "病假", choices)


@pytest.mark.parametrize("choice", list(LeaveChoice))
def test_every_choice_does_what_was_shown(any_services: Services, choice: LeaveChoice) -> None:
    one, two = crew(any_services)
    before = planned(any_services)
    seen = any_services.leave.preview(one, TODAY, LAST)
    assert {item.id for item in seen.hit} == {
        v.id for v in before if v.technician_id == one and TODAY <= v.planned_on <= LAST
    }
    assert planned(any_services) == before, "a preview wrote"
    enter(any_services, one, choice)
    after = {visit.id: visit for visit in planned(any_services)}
    for item in seen.hit:
        way, visit = item.way(choice), after[item.id]
        if way is None:
            assert (visit.technician_id, visit.planned_on) == (one, item.visit.planned_on)
            assert visit.on_leave
        else:
            assert (visit.technician_id, visit.planned_on) == (way.technician_id, way.day)
            assert not visit.on_leave
    if choice is LeaveChoice.REASSIGN:
        assert {after[i.id].technician_id for i in seen.hit} <= {two, ""}
        assert any(after[i.id].planned_on == i.visit.planned_on for i in seen.hit)
    if choice is LeaveChoice.MOVE:
        assert all(after[i.id].planned_on > LAST for i in seen.hit if after[i.id].technician_id)
    assert bool(stranded(any_services)) is (choice is LeaveChoice.KEEP)


def test_a_full_crew_leaves_visits_waiting_with_the_reason(services: Services) -> None:
    one, _two = crew(services)
    services.directory.save_technician(
        _draft(services, "T02", areas=("闵行区",)), *_key(services, "T02")
    )
    enter(services, one, LeaveChoice.REASSIGN)
    waiting = services.visits.between(TODAY, LAST, VisitFilter(states="unassigned"))
    assert waiting
    for visit in waiting:
        full = services.visits.get(visit.id)
        assert full.waits_because == "leave.no_technician"


def _draft(services: Services, code: str, **changes: object) -> object:
    from app.domain.register.people import TechnicianDraft

    return TechnicianDraft(code=code, name=services.directory.technician(code).name, **changes)  # type: ignore[arg-type]


def _key(services: Services, code: str) -> tuple[str, int]:
    person = services.directory.technician(code)
    return person.id, person.version


def test_locked_visits_keep_their_day_and_may_change_hands(services: Services) -> None:
    one, two = crew(services)
    visit = next(v for v in planned(services) if v.technician_id == one and v.planned_on == TODAY)
    services.visits.schedule(visit.id, visit.version, ScheduleDraft(lock=True))
    (held,) = [i for i in services.leave.preview(one, TODAY, LAST).hit if i.held]
    assert (held.reassign.technician_id, held.reassign.day) == (two, TODAY)
    assert held.move.why == "leave.locked"
    enter(services, one, LeaveChoice.MOVE)
    assert stranded(services) == {visit.id}, "it stays, and in sight"


def test_the_same_leave_is_entered_once_and_a_stale_one_not_at_all(any_services: Services) -> None:
    one, _two = crew(any_services)
    seen = any_services.leave.preview(one, TODAY, LAST)
    first = enter(any_services, one, LeaveChoice.KEEP)
    assert enter(any_services, one, LeaveChoice.MOVE) == first
    assert len(any_services.work_days.absences(TODAY, LAST)) == 1
    with pytest.raises(Conflict):
        any_services.leave.enter(seen, "", {})
    with pytest.raises(InvalidInput):
        any_services.leave.preview(one, LAST, TODAY)


def test_generation_and_levelling_put_nothing_on_a_leave(any_services: Services) -> None:
    for n in range(12):
        make_terminal(any_services, latitude=f"31.{20 + n}", longitude="121.50")
    one = make_technician(any_services, "T01", areas=("浦东新区",))
    two = make_technician(any_services, "T02", name="王工", areas=("浦东新区",))
    end = TODAY + timedelta(days=40)
    enter_leave(any_services, one, TODAY, end)
    enter_leave(any_services, two, TODAY + timedelta(3), TODAY + timedelta(30))
    make_plan(any_services, minutes="90")
    any_services.generation.generate(end)
    assert stranded(any_services) == set()
    levelling = any_services.balancing
    levelling.accept(levelling.propose(TODAY, TODAY + timedelta(days=27)))
    assert stranded(any_services) == set()


def test_levelling_takes_visits_off_a_leave(any_services: Services) -> None:
    one, _two = crew(any_services)
    enter(any_services, one, LeaveChoice.KEEP)
    assert stranded(any_services)
    levelling = any_services.balancing
    levelling.accept(levelling.propose(TODAY, TODAY + timedelta(days=11)))
    assert stranded(any_services) == set()


def test_a_sick_call_moves_only_the_visits_of_who_is_ill(any_services: Services) -> None:
    """One of six is ill today: what is open goes to the others, today first; nothing else moves."""
    services = any_services
    make_checklist(services)
    for n in range(30):
        make_terminal(services, latitude=f"{31.10 + n / 100:.3f}", longitude="121.500")
    for n in range(6):
        make_technician(services, f"T{n}", name=f"工{n}", latitude=31.1, longitude=121.5)
    make_plan(services, "care", minutes="40")
    services.generation.generate(TODAY + timedelta(days=40))
    services.balancing.accept(services.balancing.propose(TODAY, TODAY + timedelta(days=12)))
    before = {visit.id: visit for visit in planned(services)}
    ill = next(v.technician_id for v in before.values() if v.planned_on == TODAY)
    found = services.leave.preview(ill, TODAY, TODAY)
    hit = {item.id for item in found.hit}
    assert hit
    services.leave.enter(found, "病假", dict.fromkeys(hit, LeaveChoice.REASSIGN))
    after = {visit.id: visit for visit in planned(services)}
    moved = {
        key
        for key, visit in after.items()
        if (visit.technician_id, visit.planned_on)
        != (before[key].technician_id, before[key].planned_on)
    }
    assert moved <= hit
    assert len(moved) <= 0.2 * len(before)
    outcome = found.outcome(LeaveChoice.REASSIGN)
    assert outcome.placed + outcome.waiting + outcome.held == len(hit)
    assert outcome.placed == sum(after[key].technician_id not in ("", ill) for key in hit)
    assert not any(v.technician_id == ill and v.planned_on == TODAY for v in after.values())
