"""Sites belong to whoever may be sent there, fairly divided; first days never hold too much."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.maintenance.first_days import PersonDays, VisitToPlace, in_order
from app.domain.maintenance.territories import Keeper, Service, Site, propose
from app.domain.maintenance.travel import Plane, Spot, tour

AREAS = ("", "东", "西", "南")


@st.composite
def estates(draw: st.DrawFn) -> tuple[list[Site], list[Keeper], dict[str, str]]:
    keepers = [
        Keeper(
            f"k{n}",
            tuple(draw(st.sets(st.sampled_from(AREAS[1:]), max_size=2))),
            Spot(31.0 + draw(st.integers(0, 9)) / 10, 121.0)
            if draw(st.booleans())
            else Spot(None, None),
            draw(st.sampled_from((0.0, 210.0, 420.0))),
        )
        for n in range(draw(st.integers(0, 6)))
    ]
    sites = [
        Site(
            f"s{n}",
            Spot(31.0 + draw(st.integers(0, 50)) / 50, 121.0 + draw(st.integers(0, 50)) / 50, area)
            if draw(st.booleans())
            else Spot(None, None, area),
            float(draw(st.sampled_from((0, 20, 90)))),
        )
        for n, area in enumerate(draw(st.lists(st.sampled_from(AREAS), max_size=60)))
    ]
    kept = {
        site.id: draw(st.sampled_from([*(k.id for k in keepers), "gone"]))
        for site in sites
        if draw(st.integers(0, 3)) == 0
    }
    return sites, keepers, kept


@settings(max_examples=150, deadline=None)
@given(estates())
def test_every_site_somebody_may_be_sent_to_has_one_keeper(
    estate: tuple[list[Site], list[Keeper], dict[str, str]],
) -> None:
    sites, keepers, kept = estate
    found, service = propose(sites, keepers, kept), Service(keepers)
    assert found == propose(sites, keepers, kept)
    for site in sites:
        people = service.of(site.spot.area)
        if kept.get(site.id) in service.keepers:
            assert found[site.id] == kept[site.id]
        elif people:
            assert found[site.id] in people
        else:
            assert site.id not in found


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=200, max_size=400),
    st.integers(2, 7),
)
@example([(n * n * 61 % 1000, n * 53 * n % 997) for n in range(180)] + [(0, 0)] * 60, 7)
def test_an_undivided_estate_is_divided_fairly(places: list[tuple[int, int]], count: int) -> None:
    sites = [
        Site(f"s{n}", Spot(31 + x / 2000, 121 + y / 2000), 30.0) for n, (x, y) in enumerate(places)
    ]
    found = propose(sites, [Keeper(f"k{n}") for n in range(count)])
    shares = [sum(owner == f"k{n}" for owner in found.values()) for n in range(count)]
    fair = len(sites) / count
    # Each of three cuts may be moved by a tenth of a share to a gap.
    assert all(0.7 * fair <= share <= 1.35 * fair for share in shares), shares


def test_two_cities_are_not_divided_between_people_far_away() -> None:
    sites = [Site(f"a{n}", Spot(31.0 + n / 5000, 121.0), 30) for n in range(48)]
    sites += [Site(f"b{n}", Spot(32.5 + n / 5000, 119.0), 30) for n in range(52)]
    found = propose(sites, [Keeper("one"), Keeper("two")])
    assert len({found[f"a{n}"] for n in range(48)}) == 1
    assert len({found[f"b{n}"] for n in range(52)}) == 1


FIRST = date(2026, 11, 23)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 40),
            st.integers(0, 40),
            st.sampled_from((20, 60, 200)),
            st.integers(0, 12),
            st.integers(0, 9),
            st.booleans(),
        ),
        max_size=70,
    ),
    st.booleans(),
)
def test_no_first_day_lies_outside_the_window_or_holds_more_than_fits(
    wanted: list[tuple[int, int, int, int, int, bool]], lives: bool
) -> None:
    visits = [
        VisitToPlace(
            f"v{n}",
            Spot(31 + x / 100, 121 + y / 100) if there else None,
            minutes,
            FIRST + timedelta(days=begin),
            FIRST + timedelta(days=begin + length),
        )
        for n, (x, y, minutes, begin, length, there) in enumerate(wanted)
    ]
    home = Spot(31.2, 121.2)
    plane = Plane([*(v.spot for v in visits if v.spot), home])
    rooms = {FIRST + timedelta(days=n): 420 for n in range(22) if n % 7 < 5}
    start = plane.point(home) if lives else None
    person = PersonDays(rooms, start)
    person.expect(visits)
    days: dict[date, list[VisitToPlace]] = {}
    for visit in in_order(visits, plane):
        day = person.place(visit, None if visit.spot is None else plane.point(visit.spot))
        if day is not None:
            assert visit.first <= day <= visit.last
            assert day in rooms
            days.setdefault(day, []).append(visit)
    for day, theirs in days.items():
        assert sum(v.minutes for v in theirs) <= rooms[day]


def test_visits_due_the_same_day_are_spread_and_neighbours_go_together() -> None:
    """Four villages, forty visits due on one Monday: no day holds more than its share, and no day
    drives from village to village and back."""
    villages = ((31.0, 121.0), (31.3, 121.0), (31.0, 121.3), (31.3, 121.3))
    visits = [
        VisitToPlace(
            f"v{n:02d}",
            Spot(villages[n % 4][0] + n / 10_000, villages[n % 4][1]),
            40,
            FIRST,
            FIRST + timedelta(days=11),
        )
        for n in range(40)
    ]
    plane = Plane([v.spot for v in visits if v.spot])
    rooms = {FIRST + timedelta(days=n): 420 for n in range(12) if n % 7 < 5}
    person = PersonDays(rooms, None)
    person.expect(visits)
    days: dict[date, list[VisitToPlace]] = {}
    for visit in in_order(visits, plane):
        assert visit.spot is not None
        day = person.place(visit, plane.point(visit.spot))
        assert day is not None
        days.setdefault(day, []).append(visit)
    assert len(days) >= 7
    driven = sum(
        tour([plane.point(v.spot) for v in sorted(theirs, key=lambda v: v.id) if v.spot], None)
        for theirs in days.values()
    )
    apart = sum(len({int(v.id[1:]) % 4 for v in theirs}) for theirs in days.values())
    assert apart <= len(days) + 3, "a day is mostly one village"
    assert driven < 300
