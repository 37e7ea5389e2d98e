"""Hours needed against hours there are: what is foreseen is what the database holds once it is
generated, by plans as they are or as they would be."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.domain.errors import InvalidInput
from app.domain.maintenance.capacity import Capacity, Saving
from app.domain.maintenance.plan_drafts import draft_of_plan
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.i18n import translator
from app.services import Services
from app.services.maintenance.capacity import CapacityView, PlanChange, refuse_short
from app.texts.capacity import headline
from tests.factories import make_technician, make_terminal
from tests.maintenance import TODAY, enter_leave, make_checklist, make_plan

MONTHS = 3
_BY_MONTH = sa.text(
    "SELECT v.window_until, v.minutes, COALESCE(a.name, '') AS area FROM visit v"
    " LEFT JOIN merchant m ON m.id = v.merchant_id LEFT JOIN area a ON a.id = m.area_id"
    " WHERE v.state IN ('planned', 'in_progress')"
)


def estate(services: Services, seed: int) -> None:
    """Two areas, plans of different lengths, two technicians one of whom goes on leave."""
    dice = random.Random(seed)
    make_checklist(services)
    for n in range(30):
        make_terminal(
            services,
            area=("浦东新区", "闵行区")[n % 2],
            latitude=f"{31.1 + dice.random() * 0.3:.4f}",
            longitude=f"{121.3 + dice.random() * 0.3:.4f}",
        )
    make_technician(services, "T01", areas=("浦东新区",))
    make_technician(services, "T02", name="王工", areas=("闵行区",), capacity_minutes=300)
    make_plan(services, "care", minutes=str(dice.choice((30, 60, 90))))
    rule = RuleDraft(every="2", unit="month", early_days="3", late_days="9")
    make_plan(services, "deep", minutes="45", rule=rule)
    person = services.directory.technician("T02").id
    enter_leave(services, person, TODAY + timedelta(days=3), TODAY + timedelta(days=9))


def stored(services: Services, last: date) -> Counter[tuple[date, str]]:
    """Minutes of work by the month in which the window closes, and area, from the rows."""
    found: Counter[tuple[date, str]] = Counter()
    with services.context.read() as session:
        for until, minutes, area in session.execute(_BY_MONTH):
            day = date.fromisoformat(str(until))
            if day <= last:
                found[max(day, TODAY).replace(day=1), area] += minutes
    return found


def foreseen(capacity: Capacity) -> Counter[tuple[date, str]]:
    return Counter({(a.month, a.area): round(a.work) for a in capacity.areas})


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_foreseen_is_what_generating_puts_into_the_database(
    any_services: Services, seed: int
) -> None:
    estate(any_services, seed)
    before = any_services.plans.capacity.view(months=MONTHS)
    any_services.generation.generate(before.last + timedelta(days=40))
    assert foreseen(before.capacity) == stored(any_services, before.last)
    after = any_services.plans.capacity.view(months=MONTHS)
    assert foreseen(after.capacity) == stored(any_services, before.last)


def test_hours_there_are_those_of_the_working_days(services: Services) -> None:
    estate(services, 3)
    found = services.plans.capacity.view(months=MONTHS)
    days = services.work_days.capacities(found.first, found.last)
    for month in found.capacity.months:
        there = sum(
            minutes
            for worked in days.values()
            for day, minutes in worked.items()
            if day.replace(day=1) == month.month
        )
        assert month.available == there
        handed = sum(a.available for a in found.capacity.areas if a.month == month.month)
        assert handed <= there + 1e-6, "no hour is handed out twice"


def test_a_plan_that_would_go_or_change_is_counted_as_it_would_be(services: Services) -> None:
    estate(services, 4)
    services.generation.generate()
    view = services.plans.capacity.view(months=MONTHS)
    now = total(view)
    without = services.plans.capacity.view(PlanChange(without=("deep",)), MONTHS)
    cost = next(
        c for c in services.plans.capacity.view(months=MONTHS).capacity.plans if c.plan == "deep"
    )
    assert "deep" not in {c.plan for c in without.capacity.plans}
    assert now - total(without) == pytest.approx(cost.minutes, rel=0.25)
    assert 0 < cost.savings[Saving.HALF_AS_OFTEN] < cost.minutes
    plan = services.plans.get("care")
    twice = replace(draft_of_plan(plan.key, plan.latest.contents), minutes="240")
    assert total(services.plans.capacity.view(PlanChange(drafts=(twice,)), MONTHS)) > now


def total(view: CapacityView) -> float:
    return sum(month.needed for month in view.capacity.months)


def test_saving_a_plan_nobody_can_do_says_how_many_people_it_takes(services: Services) -> None:
    estate(services, 5)
    plan = services.plans.get("care")
    heavy = replace(draft_of_plan(plan.key, plan.latest.contents), minutes="900")
    found = services.plans.capacity.view(PlanChange(drafts=(heavy,)), MONTHS)
    worst = found.capacity.worst
    assert worst is not None
    assert worst.people_needed > worst.people == 2
    with pytest.raises(InvalidInput) as refusal:
        refuse_short(found, "care")
    assert "capacity.short" in str(refusal.value.problems)


def test_nobody_at_all_is_said_as_well(services: Services) -> None:
    make_checklist(services)
    make_terminal(services)
    make_plan(services, "care", minutes="60")
    worst = services.plans.capacity.view(months=MONTHS).capacity.worst
    assert worst is not None
    assert (worst.people, worst.available) == (0, 0)
    assert worst.people_needed == 1


def test_an_area_nobody_serves_is_named_where_there_are_people_enough_in_all(
    services: Services,
) -> None:
    """Four people needed and six there says nothing about what is wrong."""
    make_checklist(services)
    for area in ("浦东新区", "无人区"):
        make_terminal(services, area=area)
    make_technician(services, "T01", areas=("浦东新区",))
    make_plan(services, "care", minutes="60")
    found = services.plans.capacity.view(months=MONTHS)
    worst = found.capacity.worst
    assert worst is not None
    assert worst.needed < worst.available
    assert "无人区" in headline(translator("zh"), found.capacity)
    assert "浦东新区" not in headline(translator("zh"), found.capacity)
    with pytest.raises(InvalidInput) as refusal:
        refuse_short(found, "care")
    (problem,) = refusal.value.problems
    assert (problem.code, problem.params["areas"]) == ("capacity.short_areas", "无人区")
