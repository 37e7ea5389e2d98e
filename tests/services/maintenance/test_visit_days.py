"""A month counts its visits as its list shows them one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from app.domain.maintenance.visits import DayVisits, ScheduleDraft, VisitStanding, VisitSummary
from app.services import Services
from app.services.maintenance.visit_queries import STATE_GROUPS, VisitFilter
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal
from tests.maintenance import enter_leave, make_plan, planned, tasks


def alike(visit: VisitSummary | DayVisits, today: date) -> tuple[object, ...]:
    """All a month shows of how a visit stands."""
    standing: VisitStanding = visit
    return (
        *(standing.planned_on, standing.state, standing.shown_state(today)),
        *(standing.overdue(today), standing.on_leave, standing.newly_given),
        *(visit.technician_id, visit.technician, visit.place),
    )


def counted(visits: Iterable[VisitSummary], today: date) -> dict[object, tuple[set[str], int]]:
    ids: dict[object, set[str]] = {}
    minutes: Counter[object] = Counter()
    for visit in visits:
        ids.setdefault(alike(visit, today), set()).add(visit.id)
        minutes[alike(visit, today)] += visit.minutes
    return {key: (found, minutes[key]) for key, found in ids.items()}


def of_every_standing(services: Services, clock: FrozenClock) -> date:
    """Visits done, begun, locked, late, on leave, given to somebody new, today last."""
    other = make_technician(services, code="T02", name="李娜")
    make_technician(services)
    for place in range(6):
        make_terminal(services, serial=f"TESTN9100000080{place}", mid=f"84829005812000{place}")
    make_plan(services)
    services.generation.generate()
    clock.forward(days=32)
    services.generation.generate()
    found = [visit for visit in planned(services) if visit.state == "planned"]
    assert len({visit.planned_on for visit in found}) > 3
    late, done, begun, locked, given, away, *_rest = found
    services.visits.start(begun.id)
    services.visits.schedule(locked.id, locked.version, ScheduleDraft(lock=True))
    today = services.context.today()
    to_come = today + timedelta(days=20)
    services.visits.schedule(
        given.id,
        given.version,
        ScheduleDraft(planned_on=to_come, technician_id=other, reason="换人"),
    )
    services.visits.schedule(
        away.id, away.version, ScheduleDraft(planned_on=to_come, technician_id=other, reason="换人")
    )
    enter_leave(services, other, to_come, to_come, "年假")
    services.visits.complete(next(t for t in tasks(services) if t.visit_id == done.id).id)
    assert late.overdue(today)
    return today


def test_a_month_counts_what_its_list_shows(any_services: Services, clock: FrozenClock) -> None:
    today = of_every_standing(any_services, clock)
    span = today - timedelta(days=60), today + timedelta(days=60)
    area = planned(any_services)[0].area
    people = [person.id for person in any_services.directory.technicians()]
    filters = [
        VisitFilter(),
        VisitFilter(area=area),
        VisitFilter(area="没有的区"),
        VisitFilter(plan_key="care"),
        *(VisitFilter(technician_id=person) for person in people),
        *(VisitFilter(states=group) for group in STATE_GROUPS),
    ]
    sizes = set()
    for wanted in filters:
        listed = any_services.visits.between(*span, wanted)
        groups = any_services.visits.by_day(*span, wanted)
        of_groups = {alike(one, today): (set(one.ids), one.minutes) for one in groups}
        assert len(of_groups) == len(groups), "two groups of the same standing"
        assert of_groups == counted(listed, today), wanted
        locked = {visit.id for visit in listed if visit.locked}
        for one in groups:
            assert one.locked == (not locked.isdisjoint(one.ids))
            assert one.window_until == min(v.window_until for v in listed if v.id in one.ids)
        sizes.add(len(groups))
    assert 0 in sizes
    assert len(sizes) > 3, "the filters tell the visits apart"


def test_the_visits_of_a_group_are_found_by_their_keys(any_services: Services) -> None:
    make_technician(any_services)
    make_terminal(any_services)
    make_plan(any_services)
    any_services.generation.generate()
    found = planned(any_services)
    assert any_services.visits.these([found[1].id, found[0].id]) == found[:2]
    assert any_services.visits.these([]) == ()
