"""What a levelling proposal promises is what the database holds once it is taken over; what does
not fit comes off, and the least important first."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from app import paths
from app.domain.errors import Conflict
from app.domain.incidents.lifecycle import Impact, Urgency
from app.domain.maintenance.plans import Subjects
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.domain.maintenance.visits import ScheduleDraft
from app.domain.maintenance.workload_figures import WorkloadFigures
from app.services import Services
from app.services.maintenance.balancing import BalancingProposal
from app.services.maintenance.visit_queries import VisitFilter
from app.services.sample import estate as sample_estate
from app.services.sample.history import take_in_all
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import TODAY, enter_leave, make_checklist, make_plan, planned

LAST = TODAY + timedelta(days=11)
_VISITS = sa.text(
    "SELECT v.id, v.technician_id, v.planned_on, v.window_until, v.minutes, v.day_order,"
    "  AVG(COALESCE(p.latitude, m.latitude)) AS latitude,"
    "  AVG(COALESCE(p.longitude, m.longitude)) AS longitude"
    " FROM visit v JOIN merchant m ON m.id = v.merchant_id"
    " LEFT JOIN placement p ON p.merchant_id = m.id AND p.until IS NULL"
    " WHERE v.state IN ('planned', 'in_progress') AND v.place = 'site' AND v.planned_on <= :last"
    " GROUP BY v.id, v.technician_id, v.planned_on, v.window_until, v.minutes, v.day_order"
)


def from_database(services: Services, last: date) -> WorkloadFigures:
    """The figures, worked out here from the rows: Euclid around the middle of everything, 25 km/h,
    five minutes to park at each stop, back home where it is known."""
    today = services.context.today()
    first = today - timedelta(days=400)
    room = services.work_days.capacities(first, last)
    technicians = {p.id: p for p in services.directory.technicians() if p.role == "technician"}
    with services.context.read() as session:
        rows = session.execute(
            _VISITS,
            {"last": last.isoformat() if session.get_bind().dialect.name == "sqlite" else last},
        ).all()
    known = [(r.latitude, r.longitude) for r in rows if r.latitude is not None]
    known += [(p.latitude, p.longitude) for p in technicians.values() if p.latitude is not None]
    middle = sum(lat for lat, _ in known) / max(1, len(known))

    def flat(lat: float, lon: float) -> tuple[float, float]:
        return lon * 111.2 * math.cos(math.radians(middle)), lat * 111.2

    days = defaultdict(list)
    for row in rows:
        if str(row.technician_id) in technicians:
            days[str(row.technician_id), date.fromisoformat(str(row.planned_on))].append(row)
    km_all, busiest, overfull = 0.0, 0.0, 0
    for (who, day), stops in days.items():
        person = technicians[who]
        path = [flat(r.latitude, r.longitude) for r in sorted(stops, key=lambda r: r.day_order)]
        if person.latitude is not None and person.longitude is not None:
            home = flat(person.latitude, person.longitude)
            path = [home, *path, home]
        km = sum(1.3 * math.dist(a, b) for a, b in pairwise(path))
        minutes = sum(r.minutes for r in stops) + km * 60 / 25 + 5 * len(stops)
        km_all, busiest = km_all + km, max(busiest, minutes)
        overfull += minutes > room[who].get(day, 0) + 1e-6
    assigned = [row for stops in days.values() for row in stops]
    late = sum(max(str(r.planned_on), str(today)) > str(r.window_until) for r in assigned)
    return WorkloadFigures(
        visits=len(rows),
        late=late,
        unassigned=len(rows) - len(assigned),
        kilometres=round(km_all, 1),
        busiest_minutes=round(busiest),
        overfull_days=overfull,
    )


def same(promised: WorkloadFigures, stored: WorkloadFigures) -> None:
    """Equal; kilometres but for rounding."""
    assert promised.kilometres == pytest.approx(stored.kilometres, abs=0.2)
    for name in ("visits", "late", "unassigned", "busiest_minutes", "overfull_days"):
        assert getattr(promised, name) == getattr(stored, name), name


def estate(services: Services, seed: int) -> None:
    """Too much work for two people in three areas, one of which nobody serves; some of it locked,
    begun, late, on a leave or on a day nobody works."""
    dice = random.Random(seed)
    make_checklist(services)
    for n in range(44):
        area = ("浦东新区", "闵行区", "浦东新区", "无人区" if n == 3 else "闵行区")[n % 4]
        make_terminal(
            services,
            area=area,
            latitude=f"{31.1 + dice.random() * 0.3:.4f}",
            longitude=f"{121.3 + dice.random() * 0.3:.4f}",
        )
    make_technician(services, "T01", areas=("浦东新区",))
    make_technician(services, "T02", name="王工", areas=("闵行区",), capacity_minutes=300)
    make_plan(services, "care", minutes=str(dice.choice((90, 120, 150))))
    make_plan(
        services,
        "check",
        minutes="60",
        checklist="short",
        starts_on=(TODAY - timedelta(days=dice.randrange(0, 12))).isoformat(),
    )
    services.generation.generate(LAST + timedelta(days=20))
    visits = [v for v in planned(services) if TODAY <= v.planned_on <= LAST]
    for visit in dice.sample(visits, 5):
        services.visits.schedule(visit.id, visit.version, ScheduleDraft(lock=True))
    services.visits.start(
        dice.choice([v.id for v in visits if v.planned_on == TODAY] or [visits[0].id])
    )
    person = services.directory.technician("T02").id
    enter_leave(services, person, TODAY, TODAY + timedelta(days=1))


def propose(services: Services) -> BalancingProposal:
    today = services.context.today()
    return services.balancing.propose(today, today + timedelta(days=11))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_database_holds_what_was_promised(
    any_services: Services, clock: FrozenClock, seed: int
) -> None:
    estate(any_services, seed)
    if seed == 2:
        clock.forward(days=4)  # some have passed their day meanwhile
    found, levelling = propose(any_services), any_services.balancing
    last = found.last
    assert found.proposal.unplaced, "the estate was to be too much"
    assert levelling.accept(found) == len(found.changes)
    same(found.proposal.after, from_database(any_services, last))
    assert levelling.figures(found.first, last) == found.proposal.after
    fixed = found.ground.fixed
    for load in levelling.loads(found.first, last):
        here = [
            v.id
            for v in planned(any_services)
            if (v.technician_id, v.planned_on) == (load.technician_id, load.day)
        ]
        assert not load.overfull or set(here) <= fixed, "an overfull day of movable work"
    again = propose(any_services)
    assert again.proposal.before == found.proposal.after


def test_what_does_not_fit_waits_with_its_reason(services: Services) -> None:
    estate(services, 4)
    found = propose(services)
    services.balancing.accept(found)
    left = [u for u in found.proposal.unplaced if not u.stays]
    assert left
    for item in left:
        visit = services.visits.get(item.visit_id)
        assert (visit.summary.technician_id, visit.summary.start_minute) == ("", None)
        assert visit.waits_because == f"levelling.{item.why}"
    waiting = services.visits.between(found.first, found.last, VisitFilter(states="unassigned"))
    # Those nobody had before wait on.
    assert {item.visit_id for item in found.proposal.unplaced} >= {
        visit.id for visit in waiting if visit.place == "site"
    }


def test_late_work_and_inspections_come_before_the_rest(
    services: Services, clock: FrozenClock
) -> None:
    """Room for one visit a day: first what is late, then the inspections, then an urgent repair."""
    make_checklist(services)
    kinds = {area: area for area in ("late", "check", "urgent", "care")}
    for area in kinds:
        for n in range(2 if area != "care" else 6):
            make_terminal(services, area=area, latitude=f"31.{20 + n}", longitude="121.50")
    make_technician(services, "T01", capacity_minutes=150)
    now = (TODAY + timedelta(days=21)).isoformat()
    rule = RuleDraft(every="1", unit="month", early_days="0", late_days="5")
    make_plan(services, "late", minutes="90", subjects=Subjects(areas=("late",)))
    make_plan(
        services,
        "check",
        minutes="90",
        checklist="short",
        rule=rule,
        starts_on=now,
        subjects=Subjects(areas=("check",)),
    )
    make_plan(
        services,
        "care",
        minutes="90",
        rule=rule,
        starts_on=now,
        subjects=Subjects(areas=("urgent", "care")),
    )
    services.generation.generate(TODAY + timedelta(days=22))
    clock.forward(days=21)
    for visit in planned(services):
        if visit.area == "urgent":
            task = services.visits.get(visit.id).occurrences[0]
            key = make_incident(
                services, task.terminal_id, impact=Impact.STOPPED, urgency=Urgency.HIGH
            )
            services.visits.take_along(visit.id, key)
    today = services.context.today()
    found = services.balancing.propose(today, today + timedelta(days=8))
    placed = [found.visits[a.visit_id].area for a in found.proposal.assignments if not a.misfit]
    left = [found.visits[u.visit_id].area for u in found.proposal.unplaced]
    assert placed.count("late") == placed.count("check") == 2
    assert "late" not in left
    assert "check" not in left
    assert left.count("care") > 0
    if "urgent" in left:
        assert "care" not in placed


def test_leave_entered_meanwhile_makes_a_proposal_stale(any_services: Services) -> None:
    estate(any_services, 6)
    found = propose(any_services)
    person = any_services.directory.technician("T01").id
    enter_leave(any_services, person, TODAY, LAST)
    before = planned(any_services)
    with pytest.raises(Conflict):
        any_services.balancing.accept(found)
    assert planned(any_services) == before


def test_a_visit_come_meanwhile_makes_a_proposal_stale(any_services: Services) -> None:
    estate(any_services, 7)
    found = propose(any_services)
    make_terminal(any_services, area="浦东新区")
    any_services.generation.generate(LAST)
    with pytest.raises(Conflict):
        any_services.balancing.accept(found)


@pytest.mark.thorough
def test_the_sample_estate_holds_what_was_promised(services: Services) -> None:
    importer = services.terminal_import
    importer.commit(importer.preview(paths.resources() / "sample" / "terminals.csv"), skip_bad=True)
    for code, name, areas in sample_estate.TECHNICIANS:
        make_technician(services, code, name=name, areas=areas)
    take_in_all(services)
    services.generation.generate()
    today = services.context.today()
    found = services.balancing.propose(today, today + timedelta(days=27))
    services.balancing.accept(found)
    same(found.proposal.after, from_database(services, found.last))
