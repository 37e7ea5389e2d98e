"""When somebody can come: days with room, times that keep what was promised, and promising them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.errors import Conflict, InvalidInput
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.domain.maintenance.visits import ScheduleDraft
from app.services import Services
from tests.factories import make_technician, make_terminal
from tests.maintenance import TODAY, enter_leave, make_checklist, make_plan, planned


def estate(services: Services, people: int = 2, shops: int = 12) -> None:
    """Shops along a street, each with a monthly hour of work."""
    make_checklist(services)
    for n in range(shops):
        make_terminal(services, latitude=f"{31.10 + n / 50:.3f}", longitude="121.500")
    for n in range(people):
        make_technician(services, f"T0{n + 1}", name=f"工{n}", latitude=31.1, longitude=121.5)
    rule = RuleDraft(every="1", unit="month", early_days="5", late_days="10")
    make_plan(services, "care", minutes="60", rule=rule)
    services.generation.generate(TODAY + timedelta(days=20))


def test_three_days_with_room_cheapest_first(any_services: Services) -> None:
    estate(any_services)
    visit = planned(any_services)[0]
    found = any_services.balancing.offers.find(visit.id)
    assert len(found) == 3
    assert len({offer.day for offer in found}) == 3
    assert [o.added_minutes for o in found] == sorted(o.added_minutes for o in found)
    rooms = any_services.work_days.capacities(TODAY, found[0].day + timedelta(days=30))
    for offer in found:
        assert rooms[offer.technician_id][offer.day] > 0
        assert visit.window_from <= offer.day <= visit.window_until
        assert not offer.late


def test_a_promise_is_kept_and_levelling_leaves_it_alone(services: Services) -> None:
    estate(services)
    visit = planned(services)[0]
    offer = services.balancing.offers.find(visit.id)[0]
    services.balancing.offers.take(visit, offer)
    now = services.visits.get(visit.id).summary
    assert (now.technician_id, now.planned_on) == (offer.technician_id, offer.day)
    assert (now.start_minute, now.locked) == (offer.start_minute, True)
    services.balancing.accept(services.balancing.propose(TODAY, TODAY + timedelta(days=20)))
    after = services.visits.get(visit.id).summary
    assert (after.technician_id, after.planned_on, after.start_minute) == (
        offer.technician_id,
        offer.day,
        offer.start_minute,
    )
    with pytest.raises(Conflict):
        services.balancing.offers.take(visit, offer)


def test_nobody_is_offered_on_a_leave_and_without_room_the_days_after_the_window(
    services: Services,
) -> None:
    estate(services, people=1)
    visit = planned(services)[0]
    person = services.directory.technician("T01").id
    enter_leave(services, person, TODAY, visit.window_until)
    found = services.balancing.offers.find(visit.id)
    assert found
    assert all(offer.late and offer.day > visit.window_until for offer in found)
    assert [o.day for o in found] == sorted(o.day for o in found)


def test_a_promise_to_somebody_else_is_not_broken(services: Services) -> None:
    estate(services, people=1, shops=2)
    first, second = planned(services)
    day = services.balancing.offers.find(second.id)[0].day
    services.visits.schedule(
        first.id,
        first.version,
        ScheduleDraft(
            planned_on=day,
            technician_id=services.directory.technician("T01").id,
            start_minute=9 * 60 + 30,
            lock=True,
        ),
    )
    offer = next(o for o in services.balancing.offers.find(second.id) if o.day == day)
    assert offer.start_minute >= 10 * 60 + 30 or offer.start_minute + 60 <= 9 * 60 + 45


def test_a_visit_begun_is_not_offered(services: Services) -> None:
    estate(services)
    visit = next(v for v in planned(services) if v.technician_id)
    services.visits.start(visit.id)
    with pytest.raises(InvalidInput):
        services.balancing.offers.find(visit.id)
