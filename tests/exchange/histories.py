"""Random histories of an office and three laptops, and what must be true of every one of them."""

from __future__ import annotations

import contextlib
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st

from app import files
from app.domain.errors import Rejected, Unavailable
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import (
    ClosingDraft,
    HoldDraft,
    IncidentDraft,
    ResolutionDraft,
    WorkEntryDraft,
)
from app.domain.incidents.incidents import Confirmation, TestLine, TestOutcome
from app.domain.incidents.lifecycle import HoldReason
from app.domain.operations.clock import reading_of
from app.domain.operations.operation import WITHDRAW, WITHDRAWN
from app.domain.register.terminals import draft_of
from app.exchange import contacts, laptop, rebase, status
from app.services.core import operation_log
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from app.services.replay import Replay
from db import restoring, snapshots
from tests.exchange.network import Network, Parcel, Station
from tests.factories import terminal_draft

# --- what a person does ---------------------------------------------------------------------------

_serials = itertools.count(1)


def _terminal(one: Station, pick: int) -> str:
    found = sorted(t.id for t in one.services.terminals.first(TerminalFilter(), 50))
    return found[pick % len(found)]


def _incident(one: Station, pick: int) -> str:
    found = sorted(i.id for i in one.services.incidents.first(IncidentFilter(), 200))
    if not found:
        return _report(one, pick)
    return found[pick % len(found)]


def _report(one: Station, pick: int) -> str:
    terminal = _terminal(one, pick)
    draft = IncidentDraft(
        terminal_id=terminal, displayed_code="A0", symptom=f"第{pick}次\n无法签到"
    )
    return one.services.incidents.open(draft)


def _work(one: Station, pick: int) -> None:
    draft = WorkEntryDraft(summary=f"{one.letter} {pick}")
    one.services.work_log.add_work(_incident(one, pick), draft)


def _correct(one: Station, pick: int) -> None:
    row = one.services.incidents.get(_incident(one, pick))
    draft = IncidentDraft(
        terminal_id=row.terminal_id or "",
        displayed_code=row.displayed_code,
        symptom=f"{row.symptom}\n{one.letter} {pick}",
        reporter_name=f"{one.letter}{pick}",
        reporter_phone=f"1390000{pick:04d}",
        impact=row.impact,
        urgency=row.urgency,
        detection=row.detection,
    )
    one.services.incidents.edit(row.id, row.version, draft)


def _move(one: Station, pick: int) -> None:
    services, about = one.services, _incident(one, pick)
    step = pick % 4
    if step == 0:
        services.incidents.start(about)
    elif step == 1:
        services.incidents.hold(
            about, HoldDraft(HoldReason.PARTS, one.clock().date() + timedelta(days=3))
        )
    elif step == 2:
        services.incidents.resolve(
            about,
            ResolutionDraft(
                fault_class=FaultClass.OPERATION,
                work_done=f"重新签到 {pick}",
                tests=(
                    TestLine("sign_in", TestOutcome.PASSED),
                    TestLine("test_sale", TestOutcome.PASSED, "000123"),
                ),
            ),
        )
    else:
        services.incidents.close(about, ClosingDraft(Confirmation.BY_PHONE, confirmed_by="王先生"))


def _register(one: Station, pick: int) -> None:
    # The same devices on every laptop.
    number = 9_000_000 + pick % 5
    one.services.terminals.register(
        terminal_draft(serial=f"SAME{number}", tid=f"8{number}", mid=f"84829005{number}")
    )


def _update(one: Station, pick: int) -> None:
    terminal = one.services.terminals.get(_terminal(one, pick))
    draft = replace(
        draft_of(terminal),
        contact_phone=f"1380000{pick:04d}",
        notes=f"{terminal.notes}\n{one.letter} {pick}".strip(),
    )
    one.services.terminals.update(terminal.id, terminal.version, draft)


def _dispatch(one: Station, pick: int) -> None:
    dispatching = one.services.dispatching
    item = dispatching.numbered(one.services.incidents.get(_incident(one, pick)).number)
    step = pick % 3
    if step == 0:
        people = one.services.directory.technicians()
        day = one.services.context.today() + timedelta(days=pick % 5)
        dispatching.dispatch(item, people[pick % len(people)].id, day, f"{one.letter} {pick}")
    elif step == 1:
        dispatching.accept(item)
    else:
        dispatching.refuse(item, f"{one.letter} {pick}")


VERBS: tuple[Callable[[Station, int], Any], ...] = (
    _report,
    _work,
    _correct,
    _move,
    _register,
    _update,
    _dispatch,
)


# --- where a process is killed --------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


class Step(NamedTuple):
    """Before or after a call the process is killed."""

    place: Any
    name: str
    after: bool


STEPS: dict[str, Step] = {
    "work-before-append": Step(operation_log, "append", after=False),
    "work-before-commit": Step(operation_log, "append", after=True),
    "office-before-apply": Step(Replay, "apply", after=False),
    "office-applied": Step(Replay, "apply", after=True),
    "office-before-contact": Step(contacts, "remember", after=False),
    "laptop-before-send": Step(laptop, "confirmed_head", after=True),
    "laptop-confirmed-copied": Step(rebase, "working_copy", after=True),
    "laptop-ordered-applied": Step(Replay, "follow", after=True),
    "laptop-own-carried": Step(snapshots, "carry_own", after=True),
    "laptop-before-swap": Step(restoring, "replace", after=False),
    "laptop-decided": Step(files, "write", after=True),
    "laptop-moved": Step(files, "move", after=True),
    "laptop-swapped": Step(restoring, "replace", after=True),
}


@contextlib.contextmanager
def killed_at(step: str, nth: int, steps: dict[str, Step] = STEPS) -> Iterator[None]:
    """Kill whoever comes to a named step for the `nth` time."""
    place, name, after = steps[step]
    real = getattr(place, name)
    calls = itertools.count(1)

    def call(*args: Any, **kwargs: Any) -> Any:
        now = next(calls) == nth
        if now and not after:
            raise Killed(step)
        done = real(*args, **kwargs)
        if now:
            raise Killed(step)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, name, call)
        yield


# --- histories ------------------------------------------------------------------------------------


class Act(NamedTuple):
    """One thing that happens: `what`, at station `who` (0 is the office), with a number."""

    what: str
    who: int
    pick: int = 0
    step: str = ""


_WORK = [step for step in STEPS if step.startswith("work")]
_WAY = [step for step in STEPS if not step.startswith("work")]
_nobody = st.just(0)
_anybody = st.integers(0, 3)
_laptop = st.integers(1, 3)
_pick = st.integers(0, 40)
_no_step = st.just("")


def _act(
    what: str,
    who: st.SearchStrategy[int],
    pick: st.SearchStrategy[int] = _pick,
    step: st.SearchStrategy[str] = _no_step,
) -> st.SearchStrategy[Act]:
    return st.tuples(st.just(what), who, pick, step).map(Act._make)


acts = st.one_of(
    _act("work", _anybody),
    _act("work", _laptop),
    _act("send", _laptop),
    _act("answer", _laptop),
    _act("deliver", _nobody),
    _act("deliver", _nobody),
    _act("lose", _nobody),
    _act("exchange", _laptop),
    _act("killed-work", _anybody, step=st.sampled_from(_WORK)),
    _act("killed-exchange", _laptop, st.integers(1, 3), st.sampled_from(_WAY)),
    _act("clock", _anybody, st.integers(-60, 60)),
)


def random_history(chance: random.Random, length: int) -> list[Act]:
    """A history for the torture, where thousands are carried out and none is made smaller."""
    kinds = (*["work"] * 6, *["exchange"] * 2, "send", "answer", *["deliver"] * 3, "lose", "clock")
    history = []
    for what in chance.choices((*kinds, "killed-work", "killed-exchange"), k=length):
        pick = chance.randrange(41)
        if what == "killed-work":
            history.append(Act(what, chance.randrange(4), pick, chance.choice(_WORK)))
        elif what == "killed-exchange":
            step = chance.choice(_WAY)
            history.append(Act(what, chance.randint(1, 3), chance.randint(1, 3), step))
        elif what == "clock":
            history.append(Act(what, chance.randrange(4), chance.randint(-60, 60)))
        else:
            who = chance.randrange(4) if what == "work" else chance.randint(1, 3)
            history.append(Act(what, who, pick))
    return history


histories = st.lists(acts, min_size=6, max_size=24)


class Run:
    """Carries a history out, and knows what each person was told is saved."""

    steps = STEPS

    def __init__(self, network: Network) -> None:
        self.network = network
        self.stations: list[Station] = [network.office, *network.laptops]
        self.mail: list[tuple[int, Parcel]] = []
        self.saved: dict[str, set[str]] = {one.letter: self._log(one) for one in self.stations}
        self.kills = 0

    def _log(self, one: Station) -> set[str]:
        return {operation.id for operation in one.own()}

    def happen(self, act: Act) -> None:
        """One act; what must be true at every moment is asked after it."""
        one = self.stations[act.who]
        self.network.world.tick(minutes=1)
        getattr(self, "_" + act.what.replace("-", "_"))(one, act)
        self._own_work_is_visible()
        self._nothing_is_there_without_its_operation()
        self._barrier_is_true()

    def _do(self, one: Station, pick: int) -> None:
        with contextlib.suppress(Rejected):
            VERBS[pick % len(VERBS)](one, pick)
        self.saved[one.letter] |= self._log(one)

    def _work(self, one: Station, act: Act) -> None:
        self._do(one, act.pick)

    def _killed_work(self, one: Station, act: Act) -> None:
        with self._killing(act.step, 1, one):
            self._do(one, act.pick)

    def _send(self, one: Station, act: Act) -> None:
        self.mail.append((0, self.network.sent_by(one)))

    def _answer(self, one: Station, act: Act) -> None:
        self.mail.append((act.who, self.network.answer_to(one)))

    def _deliver(self, _one: Station, act: Act) -> None:
        # What was delivered stays in the mail: it may come again.
        if self.mail:
            to, parcel = self.mail[act.pick % len(self.mail)]
            if to == 0:
                self.network.deliver_to_office(parcel)
            else:
                self.network.deliver_to(self.stations[to], parcel)

    def _lose(self, _one: Station, act: Act) -> None:
        if self.mail:
            del self.mail[act.pick % len(self.mail)]

    def _exchange(self, one: Station, act: Act) -> None:
        self.network.exchange(one)

    def _killed_exchange(self, one: Station, act: Act) -> None:
        with self._killing(act.step, act.pick, one, self.network.office):
            self.network.exchange(one)

    def _clock(self, one: Station, act: Act) -> None:
        one.skew = timedelta(minutes=act.pick)

    @contextlib.contextmanager
    def _killing(self, step: str, nth: int, *whose: Station) -> Iterator[None]:
        try:
            with killed_at(step, nth, self.steps):
                yield
        except Killed:
            self.kills += 1
            for one in whose:
                one.restart()

    # --- what must be true ------------------------------------------------------------------------

    def _own_work_is_visible(self) -> None:
        for one in self.stations:
            missing = self.saved[one.letter] - one.ids()
            assert not missing, f"{one.letter} no longer shows {len(missing)} own operations"

    def _nothing_is_there_without_its_operation(self) -> None:
        for one in self.stations:
            made_by = {key[:-8] for key in one.ids()}
            orphans = [key for key in one.ids("incident") if key[:-8] not in made_by]
            assert not orphans, f"{one.letter} shows what no operation made"

    def _barrier_is_true(self) -> None:
        there = self.network.office.ids()
        told = status.status(self._office)
        devices = told.devices
        complete_until = [device.complete_until for device in devices]
        barrier = None if None in complete_until else min(filter(None, complete_until))
        assert told.everything_until == barrier
        for device in devices:
            # By the numbers and packages of each computer, whatever its clock says.
            packed = self.network.packed.get((device.station, device.complete_until), set())
            assert packed <= there, f"{device.name} was said to be complete"
        until = {d.name: d.complete_until for d in devices}
        for one in self.network.laptops:
            seen = status.status(one.services)
            assert {o.id for o in one.own() if o.station_seq <= seen.office_has} <= there
            # What the window says in a sentence: everything done before is in the office.
            since = seen.waiting_since
            before = {
                o.id
                for o in one.own()
                if (since is None or o.at < since) and o.kind != WITHDRAW and o.outcome != WITHDRAWN
            }
            assert before <= there
            assert seen.everything_until is not None
            assert seen.everything_until == (since or one.clock())
            known = next((d for d in devices if d.station == one.key), None)
            if known is not None:
                assert {o.id for o in one.own() if o.station_seq <= known.last_seq} <= there
            complete = until.get(one.letter)
            if complete is not None:
                # By the log's clock: who sets his back did nothing earlier.
                reading = reading_of(complete)
                late = [o for o in one.own() if o.clock <= reading and o.id not in there]
                assert not late, (
                    f"said to be complete until {complete}, but {late[0].at} is missing"
                )

    @property
    def _office(self) -> Any:
        return self.network.office.services

    def end(self) -> None:
        """Everything reaches everybody; then all are equal and nothing is lost or doubled."""
        for one in self.stations:
            one.skew = timedelta()
        self.network.world.tick(hours=3)
        self.network.settle_down()
        self._own_work_is_visible()
        office = self.network.office
        log = office.operations()
        made = set().union(*self.saved.values())
        assert {one.id for one in log} >= made, "an operation somebody was told is saved is lost"
        assert len(log) == len({one.id for one in log}), "an operation is there twice"
        assert [one.office_seq for one in log] == list(range(1, len(log) + 1))
        state = office.state()
        numbers = [row["number"] for row in state["incident"]]
        assert len(numbers) == len(set(numbers))
        for one in self.network.laptops:
            _equal(state, one.confirmed_state(), f"{one.letter} confirmed")
            _equal(state, one.state(), one.letter)


def _equal(state: dict[str, Any], other: dict[str, Any], whose: str) -> None:
    for name, rows in state.items():
        assert other[name] == rows, f"{whose}: {name} differs"


def hold(network: Network, history: list[Act], make: Callable[[Any], Run] = Run) -> Run:
    """Carry out a history and ask everything that must be true of it.  Raises `AssertionError`."""
    run = make(network)
    for act in history:
        run.happen(act)
    try:
        run.end()
    except Unavailable as refused:
        raise AssertionError(str(refused)) from refused
    return run
