"""Overdue is one thing: list, filter, counts, today, the incident, the digest and the month agree
with what the log says, at every moment of every history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ClosingDraft, HoldDraft, IncidentDraft, ResolutionDraft
from app.domain.incidents.incidents import Confirmation, TestLine, TestOutcome
from app.domain.incidents.lifecycle import (
    DEFAULT_TARGETS,
    OPEN_STATES,
    OUTSIDE_CONTROL,
    Action,
    HoldReason,
    Impact,
    IncidentState,
    Urgency,
)
from app.domain.insight.figure_kinds import FigureKind
from app.domain.insight.warnings import WarningRule
from app.services import Services
from app.services.documents.month_figures import monthly_sheet
from app.services.documents.sheet_sources import DateSpan, SheetContext
from app.services.documents.warning_sheet import warning_digest_sheet
from app.services.incidents.incident_queries import IncidentFilter
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal

SOLVED = ResolutionDraft(
    fault_class=FaultClass.OPERATION,
    work_done="重新签到后恢复",
    tests=(TestLine("sign_in", TestOutcome.PASSED), TestLine("test_sale", TestOutcome.PASSED)),
)
ACTIONS = (
    Action.START,
    Action.HOLD,
    Action.RESUME,
    Action.RESOLVE,
    Action.CLOSE,
    Action.REOPEN,
    Action.EDIT,
    Action.CANCEL,
)


@dataclass
class Case:
    """What was done to an incident, noted apart from the program."""

    key: str
    state: IncidentState
    since: datetime
    runs: bool = True
    counted: timedelta = field(default_factory=timedelta)

    def at(self, now: datetime) -> timedelta:
        """How long the clock has run."""
        return self.counted + (now - self.since if self.runs else timedelta())

    def went(self, state: IncidentState, now: datetime, *, runs: bool) -> None:
        """It went to another state."""
        self.counted, self.state, self.since, self.runs = self.at(now), state, now, runs


Step = tuple[Action, HoldReason, int]
histories = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.sampled_from(HoldReason), st.integers(0, 400)),
    min_size=2,
    max_size=8,
)


def take(services: Services, case: Case, step: Step, now: datetime) -> None:
    """One step through the services, if it may be done."""
    incidents, (action, reason, _minutes) = services.incidents, step
    incident = incidents.get(case.key)
    if action not in incident.actions:
        return
    if action is Action.START:
        incidents.start(case.key)
        case.went(IncidentState.IN_PROGRESS, now, runs=True)
    elif action is Action.HOLD:
        incidents.hold(case.key, HoldDraft(reason, now.date() + timedelta(days=2), "等待"))
        case.went(IncidentState.ON_HOLD, now, runs=reason not in OUTSIDE_CONTROL)
    elif action is Action.RESUME:
        incidents.resume(case.key)
        case.went(IncidentState.IN_PROGRESS, now, runs=True)
    elif action is Action.RESOLVE:
        incidents.resolve(case.key, SOLVED)
        case.went(IncidentState.RESOLVED, now, runs=False)
    elif action is Action.CLOSE:
        incidents.close(case.key, ClosingDraft(Confirmation.BY_PHONE, "王先生"))
        case.went(IncidentState.CLOSED, now, runs=False)
    elif action is Action.REOPEN:
        incidents.reopen(case.key, "又坏了")
        case.went(IncidentState.IN_PROGRESS, now, runs=True)
    elif action is Action.EDIT:
        urgency = Urgency.HIGH if incident.urgency is Urgency.LOW else Urgency.LOW
        draft = IncidentDraft(terminal_id=incident.terminal_id, symptom="改过", urgency=urgency)
        incidents.edit(case.key, incident.version, draft)
    else:
        incidents.cancel(case.key, "误报")
        case.went(IncidentState.CANCELLED, now, runs=False)


def late(services: Services, case: Case, now: datetime) -> bool:
    """Whether it ran longer than its priority allows."""
    target = DEFAULT_TARGETS[services.incidents.get(case.key).priority]
    return case.at(now) > timedelta(hours=target.resolve_hours)


def check(services: Services, cases: list[Case], now: datetime) -> None:
    """Everybody who says something about lateness says the same."""
    incidents, around = services.incidents, SheetContext(services.context.zone, None)  # type: ignore[arg-type]
    expected = {c.key for c in cases if c.state in OPEN_STATES and late(services, c, now)}
    listed = incidents.first(IncidentFilter(), 10_000)
    assert {item.id for item in listed if item.overdue(now)} == expected
    filtered = incidents.first(IncidentFilter(states="overdue"), 10_000)
    assert {item.id for item in filtered} == expected
    assert incidents.listing(IncidentFilter(states="overdue")).count == len(expected)
    assert {i.id for i in incidents.first(IncidentFilter(overdue_at=now), 10_000)} == expected
    assert incidents.counts().overdue == len(expected)
    for case in cases:
        incident = incidents.get(case.key)
        assert incident.overdue(now) is incidents.clocks(case.key).overdue is (case.key in expected)
        assert incident.state is case.state
    with services.context.read() as session:
        digest = warning_digest_sheet(session, "", around, now)
        month = monthly_sheet(
            session,
            DateSpan(now.date() - timedelta(days=300), now.date() + timedelta(days=1)),
            around=around,
            area="",
            now=now,
        )
    warned = [item.count for item in digest.warnings if item.rule == WarningRule.OVERDUE]
    assert warned == ([len(expected)] if expected else [])
    done = [c for c in cases if c.state in (IncidentState.RESOLVED, IncidentState.CLOSED)]
    in_time = sum(not late(services, c, now) for c in done)
    (said,) = (one for one in month.measured if one.kind is FigureKind.RESOLVED_ON_TIME)
    assert (said.value, said.n) == (in_time / len(done) if done else None, len(done))


# One database for all examples: what earlier ones left must be counted rightly, too.
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def history_of(
    services: Services, clock: FrozenClock, cases: list[Case], data: st.DataObject
) -> None:
    """Some incidents, worked on at random, looked at after every few steps."""
    terminal = make_terminal(services)
    fresh = []
    for impact in (Impact.STOPPED, Impact.TRADING):
        key = make_incident(services, terminal, impact=impact, urgency=Urgency.HIGH)
        fresh.append((Case(key, IncidentState.NEW, clock.now), data.draw(histories)))
    cases += [case for case, _ in fresh]
    for n in range(max(len(steps) for _, steps in fresh)):
        for case, steps in fresh:
            if n < len(steps):
                clock.forward(minutes=steps[n][2])
                take(services, case, steps[n], clock.now)
        if n % 3 == 2:
            check(services, cases, clock.now)
    clock.forward(hours=data.draw(st.integers(0, 130)))
    check(services, cases, clock.now)


def test_everybody_agrees_about_what_is_overdue(any_services: Services, clock: FrozenClock) -> None:
    make_technician(any_services)
    history_of(any_services, clock, [])


@pytest.mark.parametrize(
    ("reason", "overdue"), [(HoldReason.MERCHANT_ABSENT, False), (HoldReason.PARTS, True)]
)
def test_an_incident_held_since_its_first_hour_is_as_late_as_its_clock_says(
    any_services: Services, clock: FrozenClock, reason: HoldReason, overdue: bool
) -> None:
    make_technician(any_services)
    key = make_incident(any_services, impact=Impact.STOPPED, urgency=Urgency.HIGH)
    any_services.incidents.start(key)
    clock.forward(hours=1)
    until = clock.now.date() + timedelta(days=2)
    any_services.incidents.hold(key, HoldDraft(reason, until))
    clock.forward(hours=24)
    (listed,) = any_services.incidents.first(IncidentFilter(), 9)
    assert listed.overdue(clock.now) is overdue
    assert any_services.incidents.counts().overdue == overdue
    assert any_services.incidents.clocks(key).overdue is overdue
    assert len(any_services.incidents.first(IncidentFilter(states="overdue"), 9)) == overdue
