"""First visits: near one another, inside their windows, on worked days, never more than fits."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.domain.maintenance.territories import TerritoryShare
from app.domain.maintenance.workdays import DayKind
from app.services import Services
from app.services.maintenance.holiday_files import HolidayFile
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal
from tests.maintenance import TODAY, make_plan, planned, tasks

EASTERN, WESTERN = ("31.20", "121.60"), ("31.20", "121.00")
WEEKLY = RuleDraft(every="1", unit="week", early_days="0", late_days="4")


def villages(services: Services, each: int) -> None:
    """As many terminals in an eastern as in a western village, of one area."""
    for n in range(2 * each):
        latitude, longitude = (EASTERN, WESTERN)[n % 2]
        make_terminal(
            services,
            serial=f"SN{n:08d}",
            tid=f"{50000000 + n}",
            mid=f"8482900581{n:05d}",
            merchant_name=f"店{n}",
            latitude=f"{latitude}{n:02d}",
            longitude=longitude,
        )


def test_where_nobody_decided_neighbours_go_to_the_same_person(any_services: Services) -> None:
    villages(any_services, 6)
    for code in ("T01", "T02"):
        make_technician(any_services, code, name=code)
    make_plan(any_services)
    any_services.generation.generate(TODAY + timedelta(days=20))
    whose: dict[str, set[str]] = {}
    for visit in planned(any_services):
        east = (visit.longitude or 0) > 121.3
        whose.setdefault("east" if east else "west", set()).add(visit.technician_code)
    assert all(len(codes) == 1 for codes in whose.values())
    assert whose["east"] != whose["west"]


def test_a_territory_taken_over_is_kept_and_changed_by_hand(any_services: Services) -> None:
    villages(any_services, 3)
    first = make_technician(any_services, "T01", name="甲")
    second = make_technician(any_services, "T02", name="乙")
    territories = any_services.territories
    found = territories.map()
    assert len(found.new) == 6
    assert {found.count(first), found.count(second)} == {3}
    assert territories.keep(found.shares) == 6
    kept = territories.map()
    assert not kept.new
    assert {site.merchant_id: site.kept for site in kept.sites} == {
        site.merchant_id: site.proposed for site in found.sites
    }
    everything = tuple(site.merchant_id for site in kept.sites)
    territories.keep([TerritoryShare(first, everything)])
    make_plan(any_services)
    any_services.generation.generate()
    assert {visit.technician_id for visit in planned(any_services)} == {first}
    territories.keep([TerritoryShare("", everything[:1])])
    assert [site.kept for site in territories.map().sites].count("") == 1


def test_a_day_never_holds_more_than_it_has(any_services: Services) -> None:
    """Thirty visits of half an hour in two villages an hour apart, all due on one Monday."""
    villages(any_services, 15)
    person = make_technician(any_services, capacity_minutes=240)
    make_plan(any_services)
    any_services.generation.generate(TODAY)
    visits = planned(any_services)
    assert len(visits) == 30
    placed = [visit for visit in visits if visit.technician_id]
    # The window closes after seven days, five of them worked and today.
    assert 20 <= len(placed) < 30
    assert len({visit.planned_on for visit in placed}) == 6
    for day in {visit.planned_on for visit in placed}:
        assert any_services.balancing.route(person, day).over == 0
    waiting = Counter(visit.planned_on for visit in visits if not visit.technician_id)
    assert len(waiting) > 1, "what waits is spread, too"


def test_a_route_sheet_that_exceeds_the_day_says_so(any_services: Services) -> None:
    villages(any_services, 2)
    person = make_technician(any_services)
    make_plan(any_services)
    any_services.generation.generate(TODAY)
    day = planned(any_services)[0].planned_on
    assert any_services.balancing.route(person, day).over == 0
    any_services.work_days.set_week(person, {day.weekday(): 30})
    route = any_services.balancing.route(person, day)
    assert route.over == route.minutes - 30 > 0


def test_nobody_is_sent_out_at_new_year_and_in_the_spring_festival(
    any_services: Services, clock: FrozenClock
) -> None:
    """One person with a week of seven days, one with the usual; rules without a shift whose window
    is the holiday itself, and weekly ones."""
    villages(any_services, 4)
    person = make_technician(any_services, "T01", name="甲")
    make_technician(any_services, "T02", name="乙")
    any_services.work_days.set_week(person, dict.fromkeys(range(7), 300))
    make_plan(any_services, "weekly", rule=WEEKLY, starts_on="2026-12-04")
    daily = RuleDraft(every="1", unit="year", early_days="0", late_days="0")
    make_plan(any_services, "new_year", rule=daily, starts_on="2027-01-01")
    make_plan(any_services, "spring", rule=daily, starts_on="2027-02-06")
    any_services.generation.generate(date(2027, 3, 1))
    holidays = {date(2027, 1, 1), *(date(2027, 2, day) for day in (5, 6, 7, 8))}
    visits = planned(any_services)
    assert len(tasks(any_services)) > 80
    assert not [visit for visit in visits if visit.planned_on in holidays]
    assert any(visit.planned_on.weekday() == 5 for visit in visits), "Saturdays are worked"
    assert any_services.generation.preview(date(2027, 3, 1)).empty


def test_a_day_of_the_company_is_free_and_a_worked_holiday_is_not(any_services: Services) -> None:
    work_days, closed = any_services.work_days, TODAY + timedelta(days=2)
    villages(any_services, 2)
    make_technician(any_services)
    make_plan(any_services, rule=RuleDraft(every="1", unit="day", early_days="0", late_days="0"))
    any_services.generation.generate(TODAY + timedelta(days=4))
    assert [v for v in planned(any_services) if v.planned_on == closed]
    found = work_days.load_company(
        HolidayFile("公司.csv", ((2, closed.isoformat(), "休", "厂庆"),))
    )
    assert found.years == (2026,)
    assert found.visits_hit == sum(v.planned_on == closed for v in planned(any_services))
    assert not work_days.calendar().is_workday(closed.toordinal())
    work_days.set_company_day(date(2027, 1, 1), DayKind.WORK, "值班")
    assert work_days.calendar().is_workday(date(2027, 1, 1).toordinal())
    work_days.set_company_day(closed, None)
    work_days.set_company_day(date(2027, 1, 1), None)
    assert work_days.calendar().is_workday(closed.toordinal())
    assert not work_days.calendar().is_workday(date(2027, 1, 1).toordinal())
