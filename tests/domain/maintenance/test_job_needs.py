"""A proposal keeps sites with whoever looks after them, sends people who are trained and have the
vehicle, comes while shops are open, and brings two people together."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.faults import FaultClass
from app.domain.maintenance.balancing import Misfit, PlacementProposal, level
from app.domain.maintenance.job_needs import JobNeeds
from app.domain.maintenance.planned_stops import PlannedStop, Worker
from app.domain.maintenance.travel import Spot
from app.domain.maintenance.workload_figures import day_loads, replaced
from app.domain.register.opening_hours import ALWAYS, read_hours

FIRST = date(2026, 11, 23)
DAYS = [FIRST + timedelta(days=n) for n in range(5)]
SKILLS = tuple(FaultClass)[:2]
HOURS = ("", "9:00-12:00", "13:00-18:00", "周一至周三 10:00-17:00", "周二休息")


@st.composite
def jobs(draw: st.DrawFn) -> tuple[list[PlannedStop], list[Worker], int]:
    """People with and without training and vehicles, and jobs that ask for them."""
    workers = [
        Worker(
            id=f"t{n}",
            days=dict.fromkeys(DAYS, 420),
            home=Spot(31.2, 121.5),
            skills=frozenset(draw(st.sets(st.sampled_from(SKILLS)))),
            vehicle=draw(st.booleans()),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    people = [worker.id for worker in workers]
    stops = []
    for n in range(draw(st.integers(1, 18))):
        opens = draw(st.integers(0, 4))
        person = draw(st.sampled_from(["", *people]))
        stops.append(
            PlannedStop(
                visit_id=f"v{n:02}",
                spot=Spot(31.2 + draw(st.integers(0, 9)) / 200, 121.5),
                minutes=draw(st.sampled_from((30, 60, 120))),
                window_from=DAYS[opens],
                window_until=DAYS[draw(st.integers(opens, 4))],
                planned_on=DAYS[opens],
                technician_id=person,
                keeper=draw(st.sampled_from(["", *people])),
                hours=read_hours(draw(st.sampled_from(HOURS))),
                needs=JobNeeds(
                    people=draw(st.sampled_from((1, 1, 1, 2))),
                    vehicle=draw(st.sampled_from((False, False, True))),
                    skills=draw(st.sampled_from(((), (), SKILLS[:1], SKILLS[1:]))),
                ),
            )
        )
    return stops, workers, draw(st.integers(0, 2))


def _after(stops: list[PlannedStop], found: PlacementProposal) -> list[PlannedStop]:
    places = {
        a.visit_id: (a.technician_id, a.day, a.order, a.companion_id, a.companion_order)
        for a in found.assignments
    }
    return replaced(stops, places, {u.visit_id for u in found.unplaced})


@settings(max_examples=40, deadline=None)
@given(jobs())
def test_nobody_is_sent_who_cannot_do_it(
    problem: tuple[list[PlannedStop], list[Worker], int],
) -> None:
    stops, workers, pool = problem
    found = level(stops, workers, pool=pool)
    by_id, people = {s.visit_id: s for s in stops}, {w.id: w for w in workers}
    assert len(found.assignments) + len(found.unplaced) == len(stops)
    shared: dict[date, set[str]] = defaultdict(set)
    for item in found.assignments:
        stop = by_id[item.visit_id]
        sent = [item.technician_id, item.companion_id] if stop.for_two else [item.technician_id]
        assert "" not in sent
        assert len(set(sent)) == stop.needs.people
        for person in (people[key] for key in sent):
            assert not person.skills or person.skills.issuperset(stop.needs.skills)
            if stop.needs.vehicle and not person.vehicle:
                shared[item.day].add(person.id)
        begins = item.start_minute
        assert any(
            opens <= begins + 5 and begins - 5 <= max(opens, closes - stop.minutes)
            for opens, closes in stop.hours.on(item.day)
        )
    assert all(len(who) <= pool for who in shared.values())


@settings(max_examples=40, deadline=None)
@given(jobs())
def test_who_comes_instead_is_told_and_only_where_there_is_no_room(
    problem: tuple[list[PlannedStop], list[Worker], int],
) -> None:
    stops, workers, pool = problem
    found = level(stops, workers, pool=pool)
    by_id = {s.visit_id: s for s in stops}
    loads = {(x.technician_id, x.day): x for x in day_loads(_after(stops, found), workers)}
    for item in found.assignments:
        stop = by_id[item.visit_id]
        if stop.for_two or stop.keeper == "":
            continue
        assert item.instead_of == ("" if item.technician_id == stop.keeper else stop.keeper)
        if not item.instead_of or stop.hours != ALWAYS or stop.needs != JobNeeds():
            continue
        for day in DAYS:
            if stop.window_from <= day <= stop.window_until:
                load = loads.get((stop.keeper, day))
                # Not even beside what stands there: the way to it would be extra.
                assert load is not None
                assert load.minutes + stop.minutes + 5 > 420 - 60


@settings(max_examples=40, deadline=None)
@given(jobs())
def test_no_day_is_overfull_with_the_second_people_counted(
    problem: tuple[list[PlannedStop], list[Worker], int],
) -> None:
    stops, workers, pool = problem
    found = level(stops, workers, pool=pool)
    assert found.after.overfull_days == 0
    assert not any(load.overfull for load in day_loads(_after(stops, found), workers))
    orders: dict[tuple[str, date], list[int]] = defaultdict(list)
    for a in found.assignments:
        orders[a.technician_id, a.day].append(a.order)
        if a.companion_id:
            orders[a.companion_id, a.day].append(a.companion_order)
    assert all(sorted(o) == list(range(1, len(o) + 1)) for o in orders.values())


def _stop(key: str, **changes: object) -> PlannedStop:
    values: dict[str, object] = {
        "visit_id": key,
        "spot": Spot(31.2, 121.5),
        "minutes": 60,
        "window_from": DAYS[0],
        "window_until": DAYS[4],
        "planned_on": DAYS[0],
    }
    return PlannedStop(**{**values, **changes})  # type: ignore[arg-type]


def test_a_reason_for_every_need() -> None:
    workers = [
        Worker(id="a", days=dict.fromkeys(DAYS, 420), skills=frozenset(SKILLS[:1])),
        Worker(id="b", days={}, skills=frozenset(SKILLS[:1])),
    ]
    stops = [
        _stop("skill", needs=JobNeeds(skills=SKILLS[1:])),
        _stop("vehicle", needs=JobNeeds(vehicle=True)),
        _stop("two", needs=JobNeeds(people=2)),
        _stop("closed", hours=read_hours("周六 9:00-12:00")),
        _stop("short", hours=read_hours("06:00-07:00")),
    ]
    why = {u.visit_id: u.why for u in level(stops, workers).unplaced}
    assert why == {
        "skill": Misfit.NOT_SUITED,
        "vehicle": Misfit.NOT_SUITED,
        "two": Misfit.NO_SECOND,
        "closed": Misfit.NO_WORKDAY,
        "short": Misfit.FULL,
    }


def test_two_people_meet_and_the_shared_vehicle_is_at_one_place() -> None:
    workers = [Worker(id=f"t{n}", days=dict.fromkeys(DAYS[:1], 420)) for n in range(3)]
    both = JobNeeds(people=2)
    carried = JobNeeds(vehicle=True)
    stops = [
        _stop("x", needs=both, window_until=DAYS[0]),
        _stop("y", needs=both, window_until=DAYS[0]),
        *(_stop(f"c{n}", needs=carried, window_until=DAYS[0]) for n in range(3)),
    ]
    found = level(stops, workers, pool=1)
    assert not found.unplaced
    carriers = {a.technician_id for a in found.assignments if a.visit_id[0] == "c"}
    assert len(carriers) == 1
    pairs = [a for a in found.assignments if a.companion_id]
    assert len(pairs) == 2
