"""A danger one incident told of stops every other piece of work at the same terminal until it is
lifted: it is said beside the new incident, at the terminal, in its shop, on its papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import IncidentDraft, ResolutionDraft
from app.domain.incidents.incidents import Result, TestLine, TestOutcome
from app.domain.maintenance.visits import ScheduleDraft
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminal_states import TerminalState
from app.services import Services
from app.services.dispatch.shop import read_shop
from app.services.documents.requests import Request
from app.services.incidents.terminal_stops import StopLogs
from tests.conftest import FrozenClock
from tests.factories import correct_incident, make_incident, make_technician, make_terminal
from tests.maintenance import make_checklist, make_plan, planned
from tests.reports.reading import all_text
from tests.services.documents.paper import number_of, technician
from tests.services.documents.test_papers_say_what_was_done import squeezed

DANGERS = {"battery": "电池鼓包", "liquid": "机器进水了", "tamper": "机器屏幕显示TAMPER"}


def dangerous(services: Services, terminal: str, symptom: str = "电池鼓包") -> str:
    return make_incident(services, terminal, displayed_code="", symptom=symptom)


def harmless(services: Services, terminal: str) -> str:
    return make_incident(services, terminal, displayed_code="", symptom="打印不清")


def resolve(services: Services, key: str, result: Result, swap: SwapDraft | None = None) -> None:
    services.incidents.start(key)
    solved = result is Result.SOLVED
    draft = ResolutionDraft(
        fault_class=FaultClass.OPERATION,
        result=result,
        work_done="取回检测",
        tests=(TestLine("test_sale", TestOutcome.PASSED),) if solved else (),
    )
    services.incidents.resolve(key, draft, swap)


@pytest.mark.parametrize("symptom", list(DANGERS.values()), ids=list(DANGERS))
def test_a_stop_stands_beside_every_other_incident_of_its_terminal(
    any_services: Services, symptom: str
) -> None:
    services = any_services
    make_technician(services)
    terminal, other = make_terminal(services), make_terminal(services)
    first = dangerous(services, terminal, symptom)
    second, elsewhere = harmless(services, terminal), harmless(services, other)
    (stop,) = services.terminal_stops.at(terminal, besides=second)
    assert stop.number == services.incidents.get(first).number
    assert stop.serial == services.terminals.get(terminal).serial
    assert stop.said.zh
    assert stop.do.zh, "what to do at once"
    assert services.terminal_stops.at(terminal, besides=first) == ()
    assert services.terminal_stops.at(other) == ()
    assert set(services.terminal_stops.of_work([first, second, elsewhere])) == {first, second}
    shop = services.incidents.get(second).merchant_id
    assert read_shop(services.context, services.terminal_stops, shop).stops == (stop,)
    assert services.terminal_stops.of_work([second])[second] == (stop,)
    services.incidents.start(second)
    with pytest.raises(InvalidInput) as refused:
        resolve_solved(services, second)
    assert {problem.code for problem in refused.value.problems} >= {"resolution.stopped"}


def resolve_solved(services: Services, key: str) -> None:
    services.incidents.resolve(
        key,
        ResolutionDraft(
            fault_class=FaultClass.OPERATION,
            result=Result.SOLVED,
            work_done="已说明",
            tests=(TestLine("test_sale", TestOutcome.PASSED),),
        ),
    )


def test_a_terminal_nobody_registered_is_known_by_its_serial_number(services: Services) -> None:
    def report(symptom: str, serial: str) -> str:
        return services.incidents.open(IncidentDraft(unknown_serial=serial, symptom=symptom))

    first, second = report("电池鼓包", "X7K9001"), report("打印不清", "x7k9001")
    (stop,) = services.terminal_stops.at(serial="x7k9001", besides=second)
    assert stop.incident_id == first
    assert services.terminal_stops.at(serial="X7K9002") == ()


def taken_back(services: Services, _terminal: str, first: str) -> None:
    correct_incident(services, first, symptom="打印不清")


def withdrawn(services: Services, _terminal: str, first: str) -> None:
    services.incidents.cancel(first, "打错了")


def repaired(services: Services, terminal: str, first: str) -> None:
    resolve(services, first, Result.WORKSHOP)
    services.terminals.change_state(terminal, TerminalState.IN_REPAIR, "取回检测")
    services.terminals.change_state(terminal, TerminalState.IN_SERVICE, "换电池后送回")


@pytest.mark.parametrize("lift", [taken_back, withdrawn, repaired])
def test_a_stop_ends_when_it_is_lifted(
    any_services: Services, clock: FrozenClock, lift: Callable[[Services, str, str], None]
) -> None:
    services = any_services
    make_technician(services)
    terminal = make_terminal(services)
    first = dangerous(services, terminal)
    clock.forward(minutes=5)
    assert services.terminal_stops.at(terminal)
    lift(services, terminal, first)
    assert services.terminal_stops.at(terminal) == ()


def left_unsolved(services: Services, _terminal: str, first: str) -> None:
    resolve(services, first, Result.WORKSHOP)


def swapped(services: Services, _terminal: str, first: str) -> None:
    swap = SwapDraft(
        new_serial="TESTN91000000950",
        reason="电池鼓包",
        old_state=TerminalState.IN_REPAIR,
        unsent_cleared=True,
    )
    resolve(services, first, Result.SOLVED, swap)


def reopened(services: Services, terminal: str, first: str) -> None:
    left_unsolved(services, terminal, first)
    services.incidents.reopen(first, "商户再次来电")


@pytest.mark.parametrize("left", [left_unsolved, swapped, reopened])
def test_a_stop_outlives_the_end_of_an_incident_that_did_not_lift_it(
    services: Services, left: Callable[[Services, str, str], None]
) -> None:
    make_technician(services)
    terminal = make_terminal(services)
    first = dangerous(services, terminal)
    left(services, terminal, first)
    assert [one.incident_id for one in services.terminal_stops.at(terminal)] == [first]


@pytest.mark.parametrize("kind", ["service_report", "service_order"])
def test_the_papers_of_the_new_incident_say_it_first(services: Services, kind: str) -> None:
    technician(services)
    terminal = make_terminal(services)
    first, second = dangerous(services, terminal), harmless(services, terminal)
    said = squeezed(services, kind, number_of(services, second))
    number = number_of(services, first)
    assert f"异常单{number}，未解除" in said
    assert "绝不充电" in said
    assert said.index("未解除") < said.index("打印不清")


def test_what_was_signed_stays_as_it_was_when_the_stop_is_lifted_later(
    services: Services, clock: FrozenClock
) -> None:
    technician(services)
    terminal = make_terminal(services)
    first, second = dangerous(services, terminal), harmless(services, terminal)
    resolve(services, second, Result.WORKSHOP)
    before = services.reporting.signable(second)
    clock.forward(hours=1)
    taken_back(services, terminal, first)
    assert services.reporting.signable(second) == before
    assert "未解除" in squeezed(services, "service_report", number_of(services, second))


def test_a_visit_its_blank_sheet_and_its_route_say_it(
    services: Services, clock: FrozenClock
) -> None:
    person = technician(services)
    terminal = make_terminal(services)
    make_checklist(services)
    make_plan(services, checklist="short")
    services.generation.generate()
    visit = planned(services)[0]
    assert services.terminal_stops.at_shop(visit.merchant_id) == ()
    first = dangerous(services, terminal)
    clock.forward(minutes=1)
    (stop,) = services.terminal_stops.at_shop(visit.merchant_id)
    assert stop.incident_id == first
    assert set(services.terminal_stops.of_work((), [visit.id])) == {visit.id}
    number = number_of(services, first)
    assert f"异常单{number}，未解除" in squeezed(services, "inspection", visit.number)
    day = visit.planned_on
    request = Request(kind="route", since=day, until=day)
    services.visits.schedule(visit.id, visit.version, ScheduleDraft(technician_id=person))
    route = all_text(services.reporting.pdf(request).pdf)
    assert f"异常单{number}，未解除" in route


def test_the_stop_of_an_earlier_moment_is_that_of_its_log(
    services: Services, clock: FrozenClock
) -> None:
    """Before the danger was reported the terminal was not stopped."""
    terminal = make_terminal(services)
    before = services.context.now()
    clock.forward(hours=1)
    dangerous(services, terminal)
    with services.context.read() as session:
        logs = StopLogs(session, (terminal,))
    assert logs.standing(terminal_id=terminal, at=before) == ()
    assert logs.standing(terminal_id=terminal, at=before + timedelta(hours=2))


def test_a_stop_from_a_computer_whose_clock_runs_ahead_stands(
    services: Services, clock: FrozenClock
) -> None:
    terminal = make_terminal(services)
    clock.forward(hours=5)
    dangerous(services, terminal)
    clock.forward(hours=-5)
    assert services.terminal_stops.at(terminal)
    second = harmless(services, terminal)
    services.incidents.start(second)
    with pytest.raises(InvalidInput):
        resolve_solved(services, second)
