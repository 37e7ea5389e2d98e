"""Compliance: done inside the window divided by windows closed, and the evidence behind it."""

from __future__ import annotations

from datetime import date

from app.domain.maintenance.occurrences import CatchUp
from app.services import Services
from app.services.maintenance.occurrence_queries import OccurrenceFilter
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal
from tests.maintenance import (
    TODAY,
    make_plan,
    tasks,
)

YEAR = (date(2026, 1, 1), date(2027, 12, 31))


def test_compliance_is_done_in_window_by_windows_closed(
    any_services: Services, clock: FrozenClock
) -> None:
    for area in ("浦东新区", "浦东新区", "闵行区", "闵行区"):
        make_terminal(any_services, area=area)
    make_technician(any_services)
    make_plan(any_services)
    any_services.generation.generate(TODAY)
    on_time, late, skipped, missed = tasks(any_services)
    any_services.visits.complete(on_time.id)
    any_services.visits.skip(skipped.id, "商户停业")
    assert any_services.compliance.view(*YEAR).total.closed == 0
    clock.forward(days=10)
    any_services.visits.complete(late.id)
    view = any_services.compliance.view(*YEAR)
    total = view.total
    assert (total.closed, total.on_time, total.late, total.skipped, total.missed) == (4, 1, 1, 1, 1)
    assert total.share == 0.25
    reasons = {item.reason for item in view.not_on_time}
    assert reasons == {"", "商户停业"}
    assert missed.id in {item.id for item in view.not_on_time}
    by_area = {g.key: g for g in any_services.compliance.view(*YEAR, "area").groups}
    assert {key: group.closed for key, group in by_area.items()} == {"浦东新区": 2, "闵行区": 2}
    by_person = any_services.compliance.view(*YEAR, "technician").groups
    assert sum(group.closed for group in by_person) == 4
    only = any_services.compliance.view(*YEAR, wanted=OccurrenceFilter(area="闵行区"))
    assert only.total.closed == 2


def test_a_technician_is_one_group_whether_it_was_done_or_missed(
    any_services: Services, clock: FrozenClock
) -> None:
    for _ in range(2):
        make_terminal(any_services)
    make_technician(any_services, code="T01", name="张工")
    make_plan(any_services)
    any_services.generation.generate(TODAY)
    any_services.context.actor = "T01"
    any_services.visits.complete(tasks(any_services)[0].id)
    clock.forward(days=10)
    (group,) = any_services.compliance.view(*YEAR, "technician").groups
    assert (group.key, group.on_time, group.missed) == ("张工", 1, 1)


def test_merged_and_void_dates_count_as_they_should(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    make_technician(any_services)
    make_plan(any_services)
    any_services.generation.generate()
    clock.forward(days=65)
    any_services.generation.catch_up()
    any_services.generation.settle_backlogs(any_services.generation.backlogs(), CatchUp.MERGE)
    total = any_services.compliance.view(*YEAR).total
    assert (total.closed, total.merged, total.share) == (2, 1, 0.0)
    plan = any_services.plans.get("care")
    any_services.plans.set_active(plan.id, active=False)
    # what was missed before the plan was laid to rest stays missed
    assert any_services.compliance.view(*YEAR).total.closed == 2


def test_nothing_closed_has_no_share(services: Services) -> None:
    assert services.compliance.view(*YEAR).total.share is None
