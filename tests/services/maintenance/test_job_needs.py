"""What a levelling proposal promises of territories, opening hours, jobs for two, training and
vehicles is what the database holds once it is taken over."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.errors import InvalidInput
from app.domain.maintenance.balancing import Misfit
from app.domain.maintenance.territories import TerritoryShare
from app.domain.maintenance.visits import ScheduleDraft
from app.domain.register.opening_hours import read_hours
from app.domain.register.vehicles import VehicleDraft
from app.i18n import translator
from app.services import Services
from app.services.documents.requests import Request
from app.services.maintenance.visit_queries import VisitFilter
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import TODAY, enter_leave, make_plan, planned
from tests.reports.reading import all_text
from tests.services.maintenance.test_balancing_figures import same

LAST = TODAY + timedelta(days=11)
HOURS = ("", "9:00-12:00", "周一至周四 13:00-20:00", "10:00-22:00", "周三休息")
_STORED = sa.text(
    "SELECT v.number, v.technician_id, v.planned_on, v.start_minute, v.day_order, v.minutes,"
    "  c.technician_id AS companion_id, c.day_order AS companion_order, m.opening_hours,"
    "  t.technician_id AS keeper"
    " FROM visit v JOIN merchant m ON m.id = v.merchant_id"
    " LEFT JOIN visit_companion c ON c.visit_id = v.id"
    " LEFT JOIN territory_site t ON t.merchant_id = m.id"
    " WHERE v.state = 'planned'"
)


def estate(services: Services, seed: int) -> None:
    """Shops with hours, work for two, for trained people and for vehicles; three people."""
    dice = random.Random(seed)
    for n in range(24):
        make_terminal(
            services,
            latitude=f"{31.1 + dice.random() * 0.2:.4f}",
            longitude=f"{121.3 + dice.random() * 0.2:.4f}",
            opening_hours=HOURS[n % len(HOURS)],
            model=("A8", "P990")[n % 2],
        )
    people = [
        make_technician(services, f"T0{n}", name=f"工{n}", latitude=31.2, longitude=121.4)
        for n in (1, 2, 3)
    ]
    services.vehicles.save(VehicleDraft(plate="沪A00001", technician_id=people[0]))
    services.vehicles.save(VehicleDraft(plate="沪A00002"))
    make_plan(services, "care", minutes=str(dice.choice((60, 90))))
    make_plan(services, "lift", minutes="90", people="2", vehicle=seed % 2 == 0)
    make_plan(services, "load", minutes="30", vehicle=True, skills=("network",))
    services.generation.generate(LAST)
    sites = [visit.merchant_id for visit in planned(services)]
    for n, person in enumerate(people[:2]):
        mine = tuple(key for key in dict.fromkeys(sites) if sites.index(key) % 3 == n)
        services.territories.keep([TerritoryShare(person, mine)])


@pytest.mark.parametrize("seed", [1, 2])
def test_the_database_holds_what_was_promised_of_people_and_times(
    any_services: Services, seed: int
) -> None:
    estate(any_services, seed)
    found = any_services.balancing.propose(TODAY, LAST)
    any_services.balancing.accept(found)
    same(found.proposal.after, any_services.balancing.figures(TODAY, LAST))
    with any_services.context.read() as session:
        rows = {row.number: row for row in session.execute(_STORED)}
    numbers = {key: visit.number for key, visit in found.visits.items()}
    for item in found.proposal.assignments:
        row = rows[numbers[item.visit_id]]
        assert str(row.technician_id) == item.technician_id
        assert str(row.companion_id or "") == item.companion_id
        assert (row.start_minute, row.day_order) == (item.start_minute, item.order)
        assert (row.companion_order or 0) == item.companion_order
        away = row.keeper is not None and str(row.keeper) != item.technician_id
        assert item.instead_of == (str(row.keeper) if away and not item.companion_id else "")
        spans = read_hours(row.opening_hours).on(item.day)
        begins = item.start_minute
        assert any(a <= begins + 5 and begins - 5 <= max(a, b - row.minutes) for a, b in spans)
    for left in found.proposal.unplaced:
        row = rows[numbers[left.visit_id]]
        assert row.technician_id is None
        assert row.companion_id is None
    if seed % 2 == 0:
        assert any(item.companion_id for item in found.proposal.assignments)
    assert found.away == tuple(
        numbers[a.visit_id] for a in found.proposal.assignments if a.instead_of
    )


def test_the_second_person_sees_it_in_their_own_day(services: Services) -> None:
    estate(services, 2)
    services.balancing.accept(services.balancing.propose(TODAY, LAST))
    both = next(visit for visit in planned(services) if visit.companion_id)
    theirs = services.visits.between(
        both.planned_on, both.planned_on, VisitFilter(technician_id=both.companion_id)
    )
    assert both.id in {visit.id for visit in theirs}
    route = services.balancing.route(both.companion_id, both.planned_on)
    stops = [stop.visit for stop in route.stops]
    assert [s.order for s in stops if s.start_minute is not None] == sorted(
        s.order for s in stops if s.start_minute is not None
    )
    assert next(s for s in route.stops if s.visit.id == both.id).arrive_minute == both.start_minute
    loads = {(x.technician_id, x.day) for x in services.balancing.loads(TODAY, LAST)}
    assert (both.companion_id, both.planned_on) in loads
    # A leave of the second person hits it, too.
    hit = services.leave.preview(both.companion_id, both.planned_on, both.planned_on).hit
    assert both.id in {item.id for item in hit}


def test_each_of_two_reads_on_paper_and_in_the_calendar_who_the_other_is(
    services: Services, tmp_path: Path
) -> None:
    estate(services, 2)
    services.balancing.accept(services.balancing.propose(TODAY, LAST))
    both = next(visit for visit in planned(services) if visit.companion_id)
    people = {person.id: person for person in services.directory.technicians()}
    for mine, other in ((0, 1), (1, 0)):
        me, they = people[both.goers[mine]], people[both.goers[other]]
        request = Request(
            kind="", technician=me.code, since=both.planned_on, until=both.planned_on, language="zh"
        )
        for kind in ("route", "schedule_month", "schedule_week"):
            pdf = services.reporting.pdf(replace(request, kind=kind)).pdf
            assert they.name in all_text(pdf), (kind, me.name)
        path = tmp_path / f"{me.code}.ics"
        services.schedule_export.write_calendars(path, request, translator("zh"))
        assert they.name in path.read_text(encoding="utf-8").replace("\n ", "")


def test_who_comes_along_is_said_by_hand_and_is_somebody_else(services: Services) -> None:
    make_terminal(services)
    first = make_technician(services, "T01")
    second = make_technician(services, "T02", name="王工")
    make_plan(services)
    services.generation.generate(TODAY)
    visit = planned(services)[0]
    with pytest.raises(InvalidInput):
        services.visits.schedule(
            visit.id, visit.version, ScheduleDraft(technician_id=first, companion_id=first)
        )
    enter_leave(services, second, visit.planned_on, visit.planned_on)
    with pytest.raises(InvalidInput):
        services.visits.schedule(
            visit.id, visit.version, ScheduleDraft(technician_id=first, companion_id=second)
        )


def test_repairs_on_site_take_their_time_of_the_day(services: Services) -> None:
    make_terminal(services, latitude="31.2", longitude="121.5")
    person = make_technician(services, "T01", capacity_minutes=120)
    make_plan(services, minutes="90")
    services.generation.generate(TODAY)
    before = services.balancing.loads(TODAY, TODAY + timedelta(days=40))
    day = before[0].day
    incident = services.incidents.get(make_incident(services))
    item = services.dispatching.numbered(incident.number)
    services.dispatching.dispatch(item, person, day, "eilig")
    load = next(x for x in services.balancing.loads(day, day) if x.day == day)
    assert load.room == 120 - 45 - 5 - 8
    found = services.balancing.propose(TODAY, TODAY + timedelta(days=40))
    assert all(a.day != day for a in found.proposal.assignments) or any(
        u.why is Misfit.FULL for u in found.proposal.unplaced
    )


def test_a_promise_that_is_gone_is_refused_with_its_reason(services: Services) -> None:
    for n in range(2):
        make_terminal(services, latitude=f"31.{n}", longitude="121.5")
    person = make_technician(services, "T01", capacity_minutes=120)
    make_plan(services, minutes="90")
    services.generation.generate(TODAY)
    first, second = planned(services)
    offer = services.balancing.offers.find(second.id)[0]
    services.visits.schedule(
        first.id,
        first.version,
        ScheduleDraft(planned_on=offer.day, technician_id=person, lock=True, reason="先去"),
    )
    with pytest.raises(InvalidInput) as refusal:
        services.balancing.offers.take(second, offer)
    assert [p.code for p in refusal.value.problems] == ["offer.taken"]
    untouched = services.visits.get(second.id).summary
    assert untouched.version == second.version
    enter_leave(services, person, offer.day, offer.day)
    with pytest.raises(InvalidInput) as refusal:
        services.balancing.offers.take(second, offer)
    assert [p.code for p in refusal.value.problems] == ["offer.not_working"]


def test_generation_sends_nobody_who_cannot_do_it(services: Services) -> None:
    make_terminal(services)
    make_technician(services, "T01", skills=("network",))
    make_plan(services, "paper", skills=("hardware",))
    make_plan(services, "two", people="2", starts_on="2027-01-04")
    services.generation.generate(TODAY + timedelta(days=60))
    counted: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for visit in planned(services):
        counted[visit.plans].add(visit.technician_code)
    assert set().union(*counted.values()) == {""}


def test_shops_whose_hours_nobody_understands_are_named(services: Services) -> None:
    for n, hours in enumerate(("9:00-18:00", "找老板电话约", "看情况", "")):
        make_terminal(
            services,
            mid=f"84829005812000{n}",
            merchant_name=f"测试{n}店",
            opening_hours=hours,
            latitude="31.20",
            longitude="121.50",
        )
    make_technician(services, "T01")
    make_plan(services)
    services.generation.generate(LAST)
    found = services.balancing.propose(TODAY, LAST)
    assert found.hours_unread == ("测试1店", "测试2店")
