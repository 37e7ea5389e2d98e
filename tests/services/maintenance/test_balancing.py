"""Levelling: a proposal that can be taken over whole, and a route for the day."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.errors import Conflict, InvalidInput
from app.domain.maintenance.balancing import Misfit
from app.domain.maintenance.day_times import DAY_BEGINS
from app.domain.maintenance.visits import ScheduleDraft
from app.services import Services
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import TODAY, enter_leave, make_plan, planned

WEEK = (TODAY, date(2026, 12, 4))


def busy(services: Services, shops: int = 30) -> None:
    """Many shops due the same day, two technicians for two areas."""
    for n in range(shops):
        area = ("浦东新区", "闵行区")[n % 2]
        make_terminal(
            services,
            area=area,
            latitude=f"{31.1 + n % 7 * 0.02:.2f}",
            longitude=f"{121.4 + n % 5 * 0.02:.2f}",
        )
    make_technician(services, "T01", areas=("浦东新区",))
    make_technician(services, "T02", name="王工", areas=("闵行区",))
    make_plan(services, minutes="60")
    services.generation.generate(TODAY)


def test_a_proposal_levels_the_load_and_is_taken_over_in_one_go(any_services: Services) -> None:
    busy(any_services)
    found = any_services.balancing.propose(*WEEK)
    assert found.proposal.after.late == 0
    assert found.proposal.after.busiest_minutes <= 420
    assert found.proposal.after.kilometres <= found.proposal.before.kilometres
    before = planned(any_services)
    assert any_services.balancing.accept(found) == len(found.changes)
    after = {visit.id: visit for visit in planned(any_services)}
    for item in found.proposal.assignments:
        visit = after[item.visit_id]
        assert (visit.technician_id, visit.planned_on, visit.order, visit.start_minute) == (
            item.technician_id,
            item.day,
            item.order,
            item.start_minute,
        )
    assert len(after) == len(before)
    areas = {(visit.technician_code, visit.area) for visit in after.values()}
    assert areas == {("T01", "浦东新区"), ("T02", "闵行区")}


def test_locked_visits_stay(services: Services) -> None:
    busy(services)
    visit = planned(services)[5]
    services.visits.schedule(visit.id, visit.version, ScheduleDraft(lock=True))
    services.balancing.accept(services.balancing.propose(*WEEK))
    now = services.visits.get(visit.id).summary
    assert (now.planned_on, now.technician_id) == (visit.planned_on, visit.technician_id)


def test_a_proposal_gone_stale_changes_nothing(any_services: Services) -> None:
    busy(any_services, 6)
    found = any_services.balancing.propose(*WEEK)
    last = planned(any_services)[-1]
    any_services.visits.schedule(
        last.id, last.version, ScheduleDraft(planned_on=date(2026, 11, 26))
    )
    seen = planned(any_services)
    with pytest.raises(Conflict):
        any_services.balancing.accept(found)
    assert planned(any_services) == seen


def test_only_one_area_is_levelled_when_asked(services: Services) -> None:
    busy(services, 12)
    before = {v.id: v for v in planned(services)}
    found = services.balancing.propose(*WEEK, area="闵行区")
    services.balancing.accept(found)
    for visit in planned(services):
        if visit.area == "浦东新区":
            assert visit == before[visit.id]


def test_what_does_not_fit_says_why(services: Services) -> None:
    busy(services, 4)
    make_terminal(services, area="无人区")
    services.generation.generate(TODAY)
    found = services.balancing.propose(*WEEK)
    assert [item.why for item in found.proposal.unplaced] == [Misfit.NO_TECHNICIAN]
    with pytest.raises(InvalidInput):
        services.balancing.propose(date(2026, 11, 1), date(2026, 11, 20))


def test_without_anybody_there_is_no_proposal(services: Services) -> None:
    make_terminal(services)
    make_plan(services)
    services.generation.generate()
    with pytest.raises(InvalidInput) as refused:
        services.balancing.propose(*WEEK)
    assert refused.value.code == "levelling.nobody"


def test_leave_and_own_weekdays_are_respected(services: Services) -> None:
    busy(services, 8)
    person = services.directory.technician("T01").id
    enter_leave(services, person, date(2026, 11, 24), date(2026, 11, 24))
    services.work_days.set_week(person, {0: 300, 1: 300, 5: 240})
    found = services.balancing.propose(*WEEK)
    days = {a.day for a in found.proposal.assignments if a.technician_id == person}
    assert days <= {date(2026, 11, 23), date(2026, 11, 28), date(2026, 11, 30), date(2026, 12, 1)}
    services.work_days.set_week(person, {})
    (absence,) = services.work_days.absences(*WEEK)
    services.work_days.remove_absence(absence.id)
    assert services.work_days.absences(*WEEK) == ()


def test_a_day_route_lists_stops_in_order_with_what_else_is_open(any_services: Services) -> None:
    busy(any_services, 8)
    any_services.balancing.accept(any_services.balancing.propose(*WEEK))
    visit = next(v for v in planned(any_services) if v.technician_code == "T01")
    terminal = any_services.visits.get(visit.id).occurrences[0].terminal_id
    make_incident(any_services, terminal)
    route = any_services.balancing.route(visit.technician_id, visit.planned_on)
    assert [stop.visit.order for stop in route.stops] == list(range(1, len(route.stops) + 1))
    starts = [stop.visit.start_minute or 0 for stop in route.stops]
    assert starts == sorted(starts)
    assert starts[0] >= 8 * 60
    noted = next(stop for stop in route.stops if stop.visit.id == visit.id)
    assert [note.displayed_code for note in noted.incidents] == ["A0"]
    assert any_services.balancing.route(visit.technician_id, date(2027, 5, 1)).stops == ()


def test_what_is_left_of_today_stands_in_driving_order_with_times(any_services: Services) -> None:
    """Visits nobody put in an order are driven the shortest way, one after the other."""
    for place in ("31.10", "31.30", "31.20"):
        make_terminal(any_services, latitude=place, longitude="121.00")
    person = make_technician(any_services)
    make_plan(any_services)
    any_services.generation.generate(TODAY)
    today = any_services.context.today()
    for visit in planned(any_services):
        found = any_services.visits.get(visit.id).summary
        draft = ScheduleDraft(planned_on=today, technician_id=person)
        any_services.visits.schedule(visit.id, found.version, draft)
    route = any_services.visits.next_stops(person)
    latitudes = [stop.visit.latitude for stop in route.stops]
    assert latitudes == sorted(latitudes)
    times = [stop.arrive_minute for stop in route.stops]
    assert times == sorted(times)
    assert times[0] >= DAY_BEGINS
    first, second = route.stops[:2]
    assert second.arrive_minute - first.arrive_minute > first.visit.minutes
    assert any_services.visits.next_stops(make_technician(any_services, "T02")).stops == ()
