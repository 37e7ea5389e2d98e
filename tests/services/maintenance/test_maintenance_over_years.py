"""Whatever people do to plans, terminals and the clock: every due task is there exactly once, as
open, done, skipped with a reason or missed, by a count of the test's own."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlmodel import col

from app import bootstrap
from app.domain.maintenance.meters import ReadingDraft
from app.domain.maintenance.occurrences import CatchUp, Occasion, OccurrenceOutcome
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.domain.maintenance.visits import FINISHED
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import TerminalState, draft_of
from app.services import Services
from app.settings import Settings
from db.engine import Database
from db.models.maintenance import OccurrenceRow, PlanRow, PlanVersionRow, VisitRow
from db.models.register import MerchantRow
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal, terminal_draft
from tests.maintenance import TODAY, plan_draft

HORIZON = 90
SITES = ("848290058777001", "848290058777002")
ANSWERING = (
    OccurrenceOutcome.OPEN,
    OccurrenceOutcome.DONE,
    OccurrenceOutcome.PARTIAL,
    OccurrenceOutcome.SKIPPED,
    OccurrenceOutcome.MERGED,
)
LIMIT = 1000
"""Prints after which the counter's plan is due."""
_names = itertools.count(1)


@dataclass(frozen=True)
class Edition:
    """One version of a plan as the test counts it: every so many days from a day on."""

    number: int
    valid_from: date
    start: date
    every: int
    early: int = 0
    late: int = 0

    def falls_on(self, day: date) -> bool:
        return day >= self.start and (day - self.start).days % self.every == 0


@dataclass
class Followed:
    """A plan as the test sees it."""

    key: str
    editions: list[Edition]
    active: bool = True

    def at(self, day: date) -> Edition:
        return [e for e in self.editions if e.valid_from <= day][-1]


@dataclass
class Device:
    """A terminal as the test sees it: since when it is known, where it stands, what it owes."""

    id: str
    since: date
    site: str
    state: TerminalState = TerminalState.IN_SERVICE
    owed: set[tuple[int, date]] = field(default_factory=set)
    floated: date | None = None
    used_on: date | None = None
    readings: list[tuple[date, int]] = field(default_factory=list)

    @property
    def served(self) -> bool:
        return self.state is TerminalState.IN_SERVICE

    @property
    def prints(self) -> int:
        return self.readings[-1][1] if self.readings else 0

    @property
    def worn(self) -> bool:
        """Whether as much was printed since the last work as the counter's plan allows: from what
        the counter showed then, or the first time it was read."""
        since = self.used_on or max(TODAY, self.since)
        begun = [value for day, value in self.readings if day <= since]
        base = begun[-1] if begun else self.readings[0][1] if self.readings else 0
        return self.prints - base >= LIMIT


@dataclass(frozen=True)
class Task:
    """A row, read past the services."""

    id: str
    plan: str
    number: int
    terminal: str
    merchant: str
    due: date
    opens: date
    closes: date
    outcome: str
    answer: str
    visit: str
    visit_state: str
    visit_merchant: str
    occasion: str


def read_tasks(services: Services) -> list[Task]:
    query: Any = (
        sa.select(
            col(OccurrenceRow.id),
            col(PlanRow.key),
            col(PlanVersionRow.number),
            col(OccurrenceRow.terminal_id),
            col(OccurrenceRow.merchant_id),
            col(OccurrenceRow.due_on),
            col(OccurrenceRow.window_from),
            col(OccurrenceRow.window_until),
            col(OccurrenceRow.outcome),
            col(OccurrenceRow.replaced_by_id),
            col(OccurrenceRow.visit_id),
            col(VisitRow.state),
            col(VisitRow.merchant_id),
            col(OccurrenceRow.occasion),
        )
        .join(PlanRow, col(PlanRow.id) == col(OccurrenceRow.plan_id))
        .join(PlanVersionRow, col(PlanVersionRow.id) == col(OccurrenceRow.version_id))
        .outerjoin(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
        .order_by(col(OccurrenceRow.due_on), col(OccurrenceRow.id))
    )
    with services.context.read() as session:
        rows: list[list[Any]] = [[value or "" for value in row] for row in session.execute(query)]
        return [Task(*row) for row in rows]


class Years(RuleBasedStateMachine):
    """An office over years.  After each step the program is started again."""

    open_office: ClassVar[Callable[[FrozenClock], tuple[Services, Services]]]

    def __init__(self) -> None:
        super().__init__()
        self.clock = FrozenClock()
        self.services, self.other = type(self).open_office(self.clock)
        make_technician(self.services)
        self.devices: list[Device] = []
        for site in (*SITES, SITES[0]):
            self._add(site)
        self.fixed = Followed("fixed", [Edition(1, TODAY, TODAY, 20, 4, 4)])
        self.floating = Followed("float", [Edition(1, TODAY, TODAY, 25, 2, 3)])
        self.counted = Followed("count", [Edition(1, TODAY, TODAY, 0)])
        for plan in (self.fixed, self.floating, self.counted):
            self.services.plans.save(self._draft(plan, plan.editions[0]))
        self._started()

    def teardown(self) -> None:
        self.other.close()
        self.services.close()

    @property
    def today(self) -> date:
        return self.services.context.today()

    def _add(self, site: str, **fields: str) -> None:
        draft = {"mid": site, "merchant_name": f"商户{site[-1]}", **fields}
        key = make_terminal(self.services, **draft)
        self.devices.append(Device(key, self.today, site))

    def _draft(self, plan: Followed, edition: Edition, minutes: str = "30") -> Any:
        if plan is self.counted:
            return plan_draft(
                plan.key, rule=None, meter_kind="prints", meter_every=str(LIMIT), minutes=minutes
            )
        basis = "floating" if plan is self.floating else "fixed"
        made = RuleDraft(
            every=str(edition.every),
            unit="day",
            basis=basis,
            early_days=str(edition.early),
            late_days=str(edition.late),
        )
        return plan_draft(plan.key, rule=made, starts_on=edition.start.isoformat(), minutes=minutes)

    # --- time ----------------------------------------------------------------------------------

    @rule(days=st.sampled_from((1, 1, 3, 9, 30, 120, 365)))
    def time_passes(self, days: int) -> None:
        """Days go by, with the program off; what was due on them is owed."""
        self._owe(days)
        self.clock.forward(days=days)
        self._started()

    def _owe(self, days: int) -> None:
        for n in range(days if self.fixed.active else 0):
            day = self.today + timedelta(days=n)
            edition = self.fixed.at(day)
            for device in self.devices:
                if edition.falls_on(day) and device.served and device.since <= day:
                    device.owed.add((edition.number, day))

    @rule(days=st.sampled_from((2, 30, 3650)))
    def the_clock_is_wrong_for_a_start(self, days: int) -> None:
        """The clock is set back, the program started, the clock put right."""
        before = read_tasks(self.services)
        self.clock.forward(days=-days)
        report = self.services.generation.catch_up()
        assert report.preview.clock == "clock.back"
        self.clock.forward(days=days)
        assert read_tasks(self.services) == before
        assert self.services.generation.preview().clock == ""
        self._started()

    @rule(back=st.booleans())
    def the_clock_runs_ahead_for_a_start(self, back: bool) -> None:
        """Years ahead nothing is done by itself."""
        before = read_tasks(self.services)
        self.clock.forward(days=900)
        assert self.services.generation.catch_up().preview.clock == "clock.jumped"
        self.clock.forward(days=-900)
        assert read_tasks(self.services) == before
        self._started()

    # --- plans ---------------------------------------------------------------------------------

    @rule(
        which=st.sampled_from(("fixed", "floating")),
        every=st.sampled_from((12, 20, 33)),
        shift=st.sampled_from((0, 0, 2, 7)),
        span=st.sampled_from((0, 3, 5)),
        later=st.sampled_from((0, 0, 4)),
    )
    def a_plan_is_changed(self, which: str, every: int, shift: int, span: int, later: int) -> None:
        """Another interval, day or window, from today or some days on."""
        plan: Followed = getattr(self, which)
        latest = plan.editions[-1]
        begin = max(self.today + timedelta(days=later), latest.valid_from)
        edition = Edition(
            latest.number + 1, begin, latest.start + timedelta(days=shift), every, span, span
        )
        if (edition.every, edition.start, edition.early, edition.late) == (
            latest.every,
            latest.start,
            latest.early,
            latest.late,
        ):
            return
        kept = self.services.plans.get(plan.key)
        self.services.plans.save(self._draft(plan, edition), kept.id, kept.version, begin)
        plan.editions.append(edition)
        self._started()

    @rule(which=st.sampled_from(("fixed", "floating", "counted")), at_once=st.booleans())
    def a_plan_rests_or_is_taken_up(self, which: str, at_once: bool) -> None:
        """Rested and resumed, at once or later."""
        plan: Followed = getattr(self, which)
        kept = self.services.plans.get(plan.key)
        for _ in range(2 if at_once else 1):
            plan.active = not plan.active
            self.services.plans.set_active(kept.id, active=plan.active)
            self._started()

    @rule(newest=st.booleans())
    def a_run_is_undone(self, newest: bool) -> None:
        """The newest or the oldest batch."""
        runs = [run for run in self.services.generation.runs() if not run.undone]
        if runs:
            self.services.generation.undo(runs[0 if newest else -1].id)
        self._started()

    @rule()
    def two_stations_generate(self) -> None:
        """Another station generates while this one has worked out what to write."""
        generation = self.services.generation
        last = self.today + timedelta(days=HORIZON + 40)
        generation.generate(
            last, progress=lambda done, _: None if done else self._other_generates(last)
        )
        self._started()

    def _other_generates(self, last: date) -> None:
        self.other.generation.generate(last)

    # --- terminals -----------------------------------------------------------------------------

    def _placed(self, which: int) -> Device | None:
        found = [d for d in self.devices if d.state is not TerminalState.RETIRED and d.site]
        return found[which % len(found)] if found else None

    @rule(site=st.sampled_from(SITES))
    def a_terminal_comes(self, site: str) -> None:
        """At most a handful."""
        if len(self.devices) < 6:
            self._add(site)
        self._started()

    @rule(which=st.integers(0, 9), state=st.sampled_from(("in_repair", "retired", "suspended")))
    def a_terminal_leaves_or_returns(self, which: int, state: str) -> None:
        """To repair and back, or for good."""
        device = self._placed(which)
        if device is None or (state == "retired" and len(self.devices) < 3):
            return
        wanted = TerminalState(state) if device.served else TerminalState.IN_SERVICE
        self.services.terminals.change_state(device.id, wanted, "测试")
        device.state = wanted
        self._started()

    @rule(which=st.integers(0, 9))
    def a_terminal_moves(self, which: int) -> None:
        """To the other merchant; its tasks go with it at once."""
        device = self._placed(which)
        if device is None:
            return
        device.site = SITES[1 - SITES.index(device.site)]
        seen = draft_of(self.services.terminals.get(device.id))
        fields = {name: getattr(seen, name) for name in seen.__dataclass_fields__}
        fields |= {
            "mid": device.site,
            "merchant_name": f"商户{device.site[-1]}",
            "tid": f"6{next(_names):07d}",
        }
        self.services.terminals.relocate(device.id, terminal_draft(**fields), "搬迁")
        self._check_sites()
        self._started()

    @rule(which=st.integers(0, 9))
    def a_terminal_is_swapped(self, which: int) -> None:
        """Another device in its place, the old one for good."""
        device = self._placed(which)
        if device is None or not device.served or len(self.devices) > 6:
            return
        draft = SwapDraft(
            new_serial=f"SWAPPED{next(_names):07d}",
            reason="故障",
            old_state=TerminalState.RETIRED,
            unsent_cleared=True,
        )
        key = self.services.terminals.swap(device.id, draft)
        self.devices.append(Device(key, self.today, device.site))
        device.state = TerminalState.RETIRED
        self._check_sites()
        self._started()

    # --- work ----------------------------------------------------------------------------------

    def _task(self, which: int) -> Task | None:
        served = {device.id for device in self.devices if device.served}
        found = [
            task
            for task in read_tasks(self.services)
            if task.outcome == OccurrenceOutcome.OPEN
            and task.terminal in served
            and task.due <= self.today + timedelta(days=25)
        ]
        return found[which % len(found)] if found else None

    @rule(which=st.integers(0, 40), ago=st.sampled_from((0, 0, 0, 4, 40)), accept=st.booleans())
    def work_is_done(self, which: int, ago: int, accept: bool) -> None:
        """Early, in time, late, or entered late."""
        task = self._task(which)
        if task is None:
            return
        day = max(self.today - timedelta(days=ago), TODAY)
        self.services.visits.complete(task.id, day, accept_early=accept)
        if task.visit:
            self.services.visits.finish(task.visit)
        if accept or day >= task.opens:
            self._settled(task, day)
        self._started()

    def _settled(self, task: Task, day: date) -> None:
        device = next(d for d in self.devices if d.id == task.terminal)
        if task.plan == "float":
            device.floated = max(day, device.floated or day)
        if task.plan == "count":
            device.used_on = max(day, device.used_on or day)

    @rule(which=st.integers(0, 40))
    def a_task_is_skipped(self, which: int) -> None:
        """With a reason."""
        task = self._task(which)
        if task is not None:
            self.services.visits.skip(task.id, "停业")
            self._settled(task, task.due)
        self._started()

    @rule(how=st.sampled_from(list(CatchUp)))
    def what_was_missed_is_decided(self, how: CatchUp) -> None:
        """Merged into the newest date, or kept."""
        generation = self.services.generation
        before = {t.id: t for t in read_tasks(self.services)}
        found = generation.backlogs()
        generation.settle_backlogs(found, how)
        for backlog in found if how is CatchUp.MERGE else ():
            for item in backlog.merged:
                self._settled(before[item.id], item.due_on)
        self._started()

    @rule(which=st.integers(0, 9), prints=st.sampled_from((0, 300, 1100)))
    def a_counter_is_read(self, which: int, prints: int) -> None:
        """At most one reading a day."""
        device = self._placed(which)
        if device is None or any(day == self.today for day, _value in device.readings):
            return
        device.readings.append((self.today, device.prints + prints))
        self.services.meters.record(device.id, ReadingDraft("prints", str(device.prints)))
        self._started()

    # --- what must hold ------------------------------------------------------------------------

    def _started(self) -> None:
        """The program starts: it catches up, and then there is nothing more to do."""
        self.services.generation.catch_up()
        preview = self.services.generation.preview()
        assert preview.empty, preview
        tasks = read_tasks(self.services)
        for device in self.devices:
            mine = [
                task
                for task in tasks
                if task.terminal == device.id and task.occasion != Occasion.EXTRA
            ]
            self._check_fixed(device, [task for task in mine if task.plan == "fixed"])
            self._check_floating(device, [task for task in mine if task.plan == "float"])
            self._check_counted(device, [task for task in mine if task.plan == "count"])
        self._check_visits(tasks)
        self._check_sites()

    def _check_fixed(self, device: Device, tasks: list[Task]) -> None:
        there = [task for task in tasks if task.outcome != OccurrenceOutcome.VOID]
        dates = [(task.number, task.due) for task in there]
        assert len(set(dates)) == len(dates), "a date has two tasks"
        ahead = set()
        if self.fixed.active and device.served:
            for n in range(HORIZON + 1):
                day = self.today + timedelta(days=n)
                edition = self.fixed.at(day)
                if edition.falls_on(day):
                    ahead.add((edition.number, day))
        missing = (device.owed | ahead) - set(dates)
        assert not missing, f"no task for {missing}"
        surplus = (
            {
                (t.number, t.due)
                for t in there
                if t.outcome == OccurrenceOutcome.OPEN
                and t.due <= self.today + timedelta(days=HORIZON)
            }
            - device.owed
            - ahead
        )
        assert not surplus, f"nothing is due on {surplus}"
        self._check_answers(there)

    def _check_answers(self, there: list[Task]) -> None:
        """Work of an earlier edition answers for one date of a later one whose window meets its
        own, never for two, and none is done twice."""
        by_id = {task.id: task for task in there}
        answered = [task for task in there if task.outcome == OccurrenceOutcome.SUPERSEDED]
        pairs = [(task.number, task.answer) for task in answered]
        assert len(set(pairs)) == len(pairs), "one piece of work answers twice"
        for task in answered:
            other = by_id[task.answer]
            assert other.number < task.number
            assert other.outcome in ANSWERING
        for task in there:
            if task.outcome != OccurrenceOutcome.OPEN or task.due < self.today:
                continue
            for other in there:
                if other.number >= task.number or other.outcome not in ANSWERING:
                    continue
                meets = task.opens <= other.closes and other.opens <= task.closes
                assert not meets or (task.number, other.id) in pairs, (task, other)

    def _check_floating(self, device: Device, tasks: list[Task]) -> None:
        found = [task for task in tasks if task.outcome == OccurrenceOutcome.OPEN]
        assert len(found) <= 1, "a floating plan has one date"
        if not (self.floating.active and device.served):
            assert all(task.due < self.today for task in found)
            return
        edition = self.floating.at(self.today)
        due = self._next_floating(device, edition)
        nexts = [e for e in self.floating.editions if e.valid_from > self.today]
        if not found:
            assert nexts or due > self.today + timedelta(days=HORIZON), f"{due} was dropped"
        elif found[0].due > self.today and found[0].number == edition.number and not nexts:
            assert found[0].due == due, "counted from the wrong work"

    def _next_floating(self, device: Device, edition: Edition) -> date:
        every = timedelta(days=edition.every)
        if device.floated is not None:
            return device.floated + every
        due = edition.start
        while due < device.since:
            due += every
        return due

    def _check_counted(self, device: Device, tasks: list[Task]) -> None:
        found = [task for task in tasks if task.outcome == OccurrenceOutcome.OPEN]
        assert len(found) <= 1, "a counter has one task"
        if not (self.counted.active and device.served):
            assert all(task.due < self.today for task in found)
        elif device.worn:
            assert found, f"{device.readings} ask for work since {device.used_on}"

    def _check_visits(self, tasks: list[Task]) -> None:
        """Every open task of a terminal in service has its visit, and no visit is empty."""
        served = {device.id for device in self.devices if device.served}
        for task in tasks:
            if task.outcome == OccurrenceOutcome.OPEN and task.terminal in served:
                assert task.visit, task
                assert task.visit_state not in FINISHED, task
            if task.outcome == OccurrenceOutcome.OPEN and task.terminal not in served:
                assert task.due < self.today, task
        with self.services.context.read() as session:
            empty = sa.select(sa.func.count()).where(
                col(VisitRow.state) == "planned",
                ~sa.exists().where(col(OccurrenceRow.visit_id) == col(VisitRow.id)),
            )
            assert session.execute(empty).scalar_one() == 0

    def _check_sites(self) -> None:
        """Open tasks are done where the terminal stands."""
        sites = {d.id: d.site for d in self.devices if d.state is not TerminalState.RETIRED}
        with self.services.context.read() as session:
            merchants = sa.select(col(MerchantRow.id), col(MerchantRow.mid))
            known = {key: mid for key, mid in session.execute(merchants)}
        for task in read_tasks(self.services):
            if task.outcome == OccurrenceOutcome.OPEN and task.terminal in sites:
                here = sites[task.terminal]
                assert known[task.merchant] == here, task
                if task.visit:
                    assert known[task.visit_merchant] == here, task


@contextlib.contextmanager
def office(
    kind: str, request: pytest.FixtureRequest, chosen: Settings
) -> Iterator[Callable[[FrozenClock], tuple[Services, Services]]]:
    """Opens a new office with two stations for every run of the machine."""
    folder: Path = request.getfixturevalue("tmp_path")
    with contextlib.ExitStack() as stack:

        def opened(clock: FrozenClock) -> tuple[Services, Services]:
            place: Any = folder / f"{next(_names)}.db"
            if kind == "sqlite":
                shutil.copyfile(request.getfixturevalue("template"), place)
            else:
                server = request.getfixturevalue("server")
                place = stack.enter_context(server.fresh_database())
            first, second = (
                bootstrap.build(
                    replace(chosen, device=device), clock=clock, database=Database(place)
                )
                for device in ("L7", "L8")
            )
            return first, second

        yield opened


@pytest.mark.parametrize(
    ("kind", "examples"),
    [("sqlite", 6), pytest.param("postgres", 2, marks=pytest.mark.postgres)],
)
def test_every_due_task_is_there_exactly_once_whatever_people_do(
    kind: str, examples: int, request: pytest.FixtureRequest, settings_of_office: Settings
) -> None:
    with office(kind, request, settings_of_office) as opened:
        run_state_machine_as_test(
            type("Here", (Years,), {"open_office": staticmethod(opened)}),
            settings=settings(
                max_examples=examples,
                stateful_step_count=15,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.fixture
def settings_of_office(settings: Settings) -> Settings:
    """The house's settings, under a name that is not hypothesis's."""
    return settings
