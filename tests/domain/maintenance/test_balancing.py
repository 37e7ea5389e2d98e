"""A proposal keeps windows and capacity, moves nothing locked, and is the same every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.maintenance.balancing import Misfit, level
from app.domain.maintenance.day_times import TOLERATED, keep_times, reached
from app.domain.maintenance.planned_stops import Importance, PlannedStop, Worker
from app.domain.maintenance.travel import (
    PER_STOP_MINUTES,
    Plane,
    Spot,
    kilometres,
    shortest_order,
    tour,
)
from app.domain.maintenance.workload_figures import day_loads, figures

FIRST = date(2026, 11, 23)
DAYS = [FIRST + timedelta(days=n) for n in range(5)]
AREAS = ("东", "西")


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[PlannedStop], list[Worker]]:
    """A few technicians and some visits."""
    workers = [
        Worker(
            id=f"t{n}",
            days={day: draw(st.sampled_from([0, 120, 420])) for day in DAYS if draw(st.booleans())},
            areas=draw(st.sampled_from([(), ("东",), ("西",)])),
            home=Spot(*draw(st.sampled_from([(None, None), (31.2, 121.5)]))),
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    spots = st.builds(
        Spot,
        st.one_of(st.none(), st.floats(31.0, 31.5)),
        st.floats(121.3, 121.8),
        st.sampled_from(AREAS),
    )
    stops = []
    for n in range(draw(st.integers(0, 25))):
        opens = draw(st.integers(-3, 4))
        window = (
            FIRST + timedelta(days=opens),
            FIRST + timedelta(days=opens + draw(st.integers(0, 4))),
        )
        person = draw(st.sampled_from(["", *(w.id for w in workers)]))
        stops.append(
            PlannedStop(
                visit_id=f"v{n:02}",
                spot=draw(spots),
                minutes=draw(st.integers(5, 90)),
                window_from=window[0],
                window_until=window[1],
                planned_on=window[1],
                technician_id=person,
                locked=draw(st.booleans()) if person else False,
                importance=draw(st.sampled_from(Importance)),
            )
        )
    return stops, workers


@settings(max_examples=60, deadline=None)
@given(problems())
def test_windows_capacity_territory_and_locks_are_kept(
    problem: tuple[list[PlannedStop], list[Worker]],
) -> None:
    stops, workers = problem
    found = level(stops, workers)
    by_id, people = {s.visit_id: s for s in stops}, {w.id: w for w in workers}
    placed = {a.visit_id for a in found.assignments}
    assert placed | {u.visit_id for u in found.unplaced} == set(by_id)
    assert not placed & {u.visit_id for u in found.unplaced}
    work: dict[tuple[str, date], int] = {}
    for item in found.assignments:
        stop, worker = by_id[item.visit_id], people[item.technician_id]
        work[worker.id, item.day] = work.get((worker.id, item.day), 0) + stop.minutes
        if stop.locked:
            assert (worker.id, item.day) == (stop.technician_id, stop.planned_on)
            continue
        assert not worker.areas or stop.spot.area in worker.areas
        assert item.misfit is not None or stop.window_from <= item.day <= stop.window_until
    locked = {(s.technician_id, s.planned_on) for s in stops if s.locked}
    for (worker_id, day), minutes in work.items():
        if (worker_id, day) not in locked:
            assert minutes <= people[worker_id].days[day]


@settings(max_examples=60, deadline=None)
@given(problems())
def test_nothing_is_left_out_for_the_sake_of_something_less_important(
    problem: tuple[list[PlannedStop], list[Worker]],
) -> None:
    # All at one place, so that only minutes decide what fits.
    stops = [replace(s, spot=Spot(31.2, 121.5, s.spot.area)) for s in problem[0]]
    workers = [replace(w, home=Spot(31.2, 121.5)) for w in problem[1]]
    found, by_id = level(stops, workers), {s.visit_id: s for s in stops}
    full = {a.visit_id for a in found.assignments if a.misfit is Misfit.FULL}
    full |= {u.visit_id for u in found.unplaced if u.why is Misfit.FULL}
    for left in (by_id[key] for key in full):
        for worker in workers:
            if worker.areas and left.spot.area not in worker.areas:
                continue
            for day, room in worker.days.items():
                if left.window_from <= day <= left.window_until:
                    here = [
                        by_id[a.visit_id]
                        for a in found.assignments
                        if (a.technician_id, a.day) == (worker.id, day)
                    ]
                    stay = [s for s in here if s.locked or s.importance <= left.importance]
                    needed = sum(s.minutes + PER_STOP_MINUTES for s in (*stay, left))
                    assert needed > room or left in here


@settings(max_examples=20, deadline=None)
@given(problems())
def test_the_figures_after_are_those_of_what_is_proposed(
    problem: tuple[list[PlannedStop], list[Worker]],
) -> None:
    stops, workers = problem
    found = level(stops, workers)
    assert figures(stops, workers) == found.before
    places = {a.visit_id: a for a in found.assignments if not a.untouched}
    off = {u.visit_id for u in found.unplaced if not u.stays}
    after = []
    for stop_ in stops:
        if (item := places.get(stop_.visit_id)) is not None:
            stop_ = stop_.moved(item.technician_id, item.day, item.order)
        after.append(stop_.moved("", stop_.planned_on, 0) if stop_.visit_id in off else stop_)
    assert figures(after, workers) == found.after
    moved_days = {(a.technician_id, a.day) for a in found.assignments if not a.untouched}
    for load in day_loads(after, workers):
        here = [
            s for s in after if (s.technician_id, s.planned_on) == (load.technician_id, load.day)
        ]
        if (load.technician_id, load.day) in moved_days and not any(s.locked for s in here):
            assert not load.overfull


@settings(max_examples=20, deadline=None)
@given(problems())
def test_the_same_input_gives_the_same_proposal(
    problem: tuple[list[PlannedStop], list[Worker]],
) -> None:
    assert level(*problem) == level(*problem)


def stop(key: str, minutes: int = 60, area: str = "东", **changes: object) -> PlannedStop:
    """A stop due all week."""
    values: dict[str, object] = {
        "visit_id": key,
        "spot": Spot(31.2, 121.5, area),
        "minutes": minutes,
        "window_from": DAYS[0],
        "window_until": DAYS[4],
        "planned_on": DAYS[0],
    }
    return PlannedStop(**{**values, **changes})  # type: ignore[arg-type]


def test_every_reason_for_not_fitting_is_told() -> None:
    worker = Worker(id="t", days={DAYS[1]: 70, DAYS[3]: 100}, areas=("东",))
    stops = [
        stop("a"),
        stop("b", area="西"),
        stop("c", window_from=DAYS[2], window_until=DAYS[2]),
        stop("d", window_from=DAYS[0], window_until=DAYS[1], minutes=65),
        stop("e", window_from=FIRST - timedelta(days=9), window_until=FIRST - timedelta(days=5)),
        stop("f", minutes=300),
        stop("g", locked=True, technician_id="t"),
    ]
    found = level(stops, [worker])
    why = {a.visit_id: a.misfit for a in found.assignments if a.misfit}
    why |= {u.visit_id: u.why for u in found.unplaced}
    assert why["b"] is Misfit.NO_TECHNICIAN
    assert why["c"] is Misfit.NO_WORKDAY
    assert why["e"] is Misfit.PAST
    assert why["f"] is Misfit.FULL
    assert why["g"] is Misfit.NO_WORKDAY


def test_an_uneven_week_becomes_even() -> None:
    worker = Worker(id="t", days=dict.fromkeys(DAYS, 420))
    stops = [stop(f"v{n}", technician_id="t") for n in range(15)]
    assert figures(stops, [worker]).overfull_days == 1
    found = level(stops, [worker])
    per_day = [sum(a.day == day for a in found.assignments) for day in DAYS]
    assert max(per_day) <= 4
    assert min(per_day) >= 2
    assert found.after.overfull_days == 0


def test_neighbours_are_grouped_into_one_day() -> None:
    worker = Worker(id="t", days=dict.fromkeys(DAYS, 420), home=Spot(31.2, 121.5))
    far, near = Spot(31.3, 121.65, "东"), Spot(31.2, 121.45, "东")
    stops = [stop(f"v{n}", spot=far if n % 2 else near, minutes=45) for n in range(6)]
    found = level(stops, [worker])
    days_far = {a.day for a in found.assignments if int(a.visit_id[1]) % 2}
    assert len(days_far) == 1
    assert found.after.kilometres < 80


def test_a_site_without_coordinates_lies_in_the_middle_of_its_area() -> None:
    plane = Plane([Spot(31.0, 121.0, "东"), Spot(31.2, 121.2, "东"), Spot(32.0, 122.0, "西")])
    middle = plane.point(Spot(None, None, "东"))
    assert kilometres(middle, plane.point(Spot(31.1, 121.1))) < 0.1
    assert plane.point(Spot(None, None, "北")) == (0.0, 0.0)
    assert 120 < kilometres(plane.point(Spot(31.0, 121.0)), plane.point(Spot(32.0, 121.0))) < 160


@given(st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), max_size=7), st.booleans())
def test_the_order_of_a_day_is_a_good_one(points: list[tuple[float, float]], at_home: bool) -> None:
    home = (0.0, 0.0) if at_home else None
    order = shortest_order(points, home)
    assert sorted(order) == list(range(len(points)))
    driven = tour([points[i] for i in order], home)
    assert driven <= tour(points, home) + 1e-6 or driven <= 1.3 * tour(points, home)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=7),
    st.dictionaries(st.integers(0, 6), st.integers(600, 1000), max_size=2),
    st.booleans(),
)
def test_what_was_promised_is_kept_where_it_can_be(
    points: list[tuple[float, float]], promised: dict[int, int], at_home: bool
) -> None:
    home = (0.0, 0.0) if at_home else None
    count = len(points)
    agreed = [promised.get(n) for n in range(count)]
    work = [20] * count
    found = keep_times(range(count), points, home, work, agreed)
    assert sorted(found) == list(range(count))
    alone = sorted((n for n in range(count) if agreed[n] is not None), key=lambda n: agreed[n] or 0)
    for order in (found, alone):
        late = [
            at > (agreed[n] or 0) + TOLERATED
            for n, at in zip(order, reached(order, points, home, work, agreed), strict=True)
            if agreed[n] is not None
        ]
        if order is found:
            broken = sum(late)
    # Never later for the sake of the rest than those with a time are by themselves.
    assert broken <= sum(late)


def test_two_appointments_of_a_day_are_kept_and_the_rest_goes_around_them() -> None:
    worker = Worker(id="t", days=dict.fromkeys(DAYS[:1], 420), home=Spot(31.2, 121.5))
    stops = [
        stop("a", technician_id="t", locked=True, agreed_minute=14 * 60),
        stop("b", technician_id="t", locked=True, agreed_minute=9 * 60),
        stop("c", window_until=DAYS[0]),
        stop("d", window_until=DAYS[0]),
    ]
    found = {item.visit_id: item for item in level(stops, [worker]).assignments}
    assert found["a"].start_minute == 14 * 60
    assert found["b"].start_minute == 9 * 60
    times = sorted((item.start_minute, item.order) for item in found.values())
    assert [order for _, order in times] == [1, 2, 3, 4]
    assert all(later - earlier >= 60 for (earlier, _), (later, _) in pairwise(times))
