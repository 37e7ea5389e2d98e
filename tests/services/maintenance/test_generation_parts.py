"""An estate is looked at part by part, and what is found is what looking at the whole of it at once
finds: the same visits with the same people on the same days."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.plan_drafts import EventDraft
from app.domain.maintenance.plans import PlanEvent, Subjects
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.domain.register.terminals import TerminalState, draft_of
from app.services import Services
from app.services.maintenance import plan_subjects
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.generation_mark import read_mark
from app.services.maintenance.generation_plan import plan_work
from app.services.maintenance.planned_work import PlannedWork
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal, terminal_draft
from tests.maintenance import make_plan, plan_draft, tasks

SITES = tuple(f"84829005877{n:04d}" for n in range(6))
AREAS = ("浦东新区", "徐汇区", "静安区")
DAYS = 70


@contextmanager
def parts_of(size: int) -> Iterator[None]:
    """Parts of so many subjects, and those of the last site."""
    before, plan_subjects.PART = plan_subjects.PART, size
    try:
        yield
    finally:
        plan_subjects.PART = before


def found(services: Services, size: int) -> tuple[object, ...]:
    """Everything a run would write when the estate is looked at in parts of a size, without the
    order in which they come where none is meant."""
    context = services.context
    with parts_of(size), context.read() as session:
        mark = read_mark(session, context.today(), context.now())
        period = (mark.first, context.today() + timedelta(days=DAYS))
        work: PlannedWork = plan_work(session, context, period, mark)
    return (
        [(one.id, one.visit, one.technician_id, one.planned_on) for one in work.placed],
        sorted(work.joins, key=repr),
        sorted(work.changes.values(), key=lambda change: change.id),
        sorted(work.anchors, key=lambda anchor: anchor.subject),
        sorted(work.answered, key=repr),
        work.counted,
        (work.moved, work.voided, work.revived, work.relocated),
        work.idle,
        work.again,
    )


class RandomEstate:
    """An estate and what happens in it, by a seed."""

    def __init__(self, services: Services, clock: FrozenClock, seed: int) -> None:
        self.services, self.clock, self.dice = services, clock, random.Random(seed)
        for code, areas in (("T01", AREAS[:1]), ("T02", AREAS[1:]), ("T03", ())):
            make_technician(services, code, name=code, areas=areas)
        self.terminals = [self._terminal() for _ in range(14)]
        make_plan(services, "care")
        make_plan(
            services,
            "floats",
            rule=RuleDraft(every="6", unit="week", basis="floating"),
            minutes="20",
        )
        make_plan(services, "shops", scope="merchant", rule=RuleDraft(every="1", unit="month"))
        make_plan(services, "house", scope="estate", place="office")
        make_plan(services, "some", subjects=Subjects(areas=AREAS[:1]), covers=("care",))
        make_plan(services, "moved", rule=None, events=(EventDraft(PlanEvent.RELOCATED),))

    def _terminal(self) -> str:
        place = self.dice.randrange(len(SITES))
        return make_terminal(
            self.services,
            mid=SITES[place],
            merchant_name=f"商户{place}",
            area=AREAS[place % len(AREAS)],
            latitude=f"{31.2 + place / 50:.3f}",
        )

    def goes_on(self) -> None:
        """Some days with everything that happens on them."""
        self.clock.forward(days=self.dice.choice((1, 3, 12, 40)))
        for _ in range(self.dice.randrange(1, 5)):
            act = self.dice.choice(
                (
                    self._work,
                    self._work,
                    self._move,
                    self._leave,
                    self._edit,
                    self._rest,
                    self._come,
                )
            )
            act()

    def _work(self) -> None:
        today = self.services.context.today()
        due = [
            task
            for task in tasks(self.services, days=DAYS)
            if task.outcome is OccurrenceOutcome.OPEN and task.due_on <= today + timedelta(days=5)
        ]
        for task in self.dice.sample(due, min(3, len(due))):
            self.services.visits.complete(task.id, today, accept_early=True)

    def _move(self) -> None:
        key = self.dice.choice(self.terminals)
        terminal = self.services.terminals.get(key)
        if terminal.state is not TerminalState.IN_SERVICE:
            return
        seen = draft_of(terminal)
        place = self.dice.randrange(len(SITES))
        fields = {name: getattr(seen, name) for name in seen.__dataclass_fields__}
        fields |= {"mid": SITES[place], "merchant_name": f"商户{place}"}
        fields |= {"area": AREAS[place % len(AREAS)], "tid": f"6{self.dice.randrange(10**7):07d}"}
        self.services.terminals.relocate(key, terminal_draft(**fields), "搬迁")

    def _leave(self) -> None:
        key = self.dice.choice(self.terminals)
        if self.services.terminals.get(key).state is TerminalState.IN_SERVICE:
            gone = self.dice.choice((TerminalState.IN_REPAIR, TerminalState.RETIRED))
            self.services.terminals.change_state(key, gone, "测试")

    def _come(self) -> None:
        self.terminals.append(self._terminal())

    def _edit(self) -> None:
        plan = self.services.plans.get("care")
        rule = RuleDraft(every=self.dice.choice(("3", "5", "8")), unit="week", early_days="4")
        self.services.plans.save(plan_draft("care", rule=rule), plan.id, plan.version)

    def _rest(self) -> None:
        plan = self.services.plans.get(self.dice.choice(("floats", "shops", "some")))
        self.services.plans.set_active(plan.id, active=not plan.active)


@pytest.mark.parametrize("seed", range(2))
def test_looking_part_by_part_finds_what_looking_at_the_whole_finds(
    any_services: Services, clock: FrozenClock, seed: int
) -> None:
    estate = RandomEstate(any_services, clock, seed)
    for _ in range(5):
        whole = found(any_services, 1_000_000)
        assert found(any_services, 1) == whole
        with parts_of(1):
            any_services.generation.generate(any_services.context.today() + timedelta(days=DAYS))
        assert any_services.generation.preview(
            any_services.context.today() + timedelta(days=DAYS)
        ).empty
        estate.goes_on()


def test_no_subject_is_in_two_parts_or_in_none(any_services: Services, clock: FrozenClock) -> None:
    RandomEstate(any_services, clock, 7)
    any_services.terminals.change_state(make_terminal(any_services), TerminalState.SPARE, "测试")
    with any_services.context.read() as session:
        estate = DueDates(session, any_services.context.today())
        whole = sorted(subject.key for some in estate.subjects.values() for subject in some)
        for size in (1, 4, 100):
            with parts_of(size):
                parts = list(estate.parts())
            assert sorted(key for part in parts for key in part.only or ()) == whole
            sites = [{s.site for some in part.subjects.values() for s in some} for part in parts]
            assert sum(map(len, sites)) == len(set().union(*sites))
