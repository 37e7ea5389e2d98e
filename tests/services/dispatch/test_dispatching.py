"""Work is handed to technicians with what speaks against it said, and answered by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.dispatch.board import BoardItem, doubts
from app.domain.dispatch.dispatches import DispatchState, WorkType
from app.domain.errors import InvalidInput, NotAllowed
from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import Impact, IncidentState
from app.domain.maintenance.leave_choice import LeaveChoice
from app.domain.maintenance.visits import ExtraDraft
from app.services import Services
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import TODAY, make_plan

TOMORROW = TODAY + timedelta(days=1)


def item_of(services: Services, key: str) -> BoardItem:
    board = services.dispatching.board(TODAY, TODAY + timedelta(days=6))
    return next(item for item in board.items if item.id == key)


def codes(refusal: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


def make_visit(services: Services, technician_id: str = "", **changes: Any) -> str:
    terminal = make_terminal(services, **changes)
    if not any(plan.key == "care" for plan in services.plans.listed()):
        make_plan(services)
    draft = ExtraDraft(("care",), terminal, TOMORROW.isoformat(), technician_id, "客户要求")
    return services.extra_visits.make(draft)


def test_the_board_shows_incidents_beside_visits_and_a_pool(any_services: Services) -> None:
    services = any_services
    wang = make_technician(services, "T02", name="王师傅", areas=("浦东新区",))
    waiting, given = make_incident(services), make_incident(services)
    visit = make_visit(services)
    services.dispatching.dispatch(item_of(services, given), wang, TOMORROW)
    services.dispatching.dispatch(item_of(services, visit), wang, TOMORROW)

    board = services.dispatching.board(TODAY, TODAY + timedelta(days=6))

    assert [item.id for item in board.pool] == [waiting]
    assert {item.id for item in board.cell(wang, TOMORROW)} == {given, visit}
    assert board.rooms[wang][TOMORROW] == 420
    load = board.loads()[wang, TOMORROW]
    assert load.stops == 2
    assert load.minutes >= sum(item.minutes for item in board.cell(wang, TOMORROW))


def test_reading_the_board_takes_as_many_queries_for_much_work_as_for_little(
    any_services: Services,
) -> None:
    services = any_services
    wang = make_technician(services, "T02", name="王师傅")
    statements: list[str] = []
    engine = services.context.database.engine

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    counts = []
    for _ in range(2):
        for _ in range(4):
            services.dispatching.dispatch(
                item_of(services, make_incident(services)), wang, TOMORROW, "人手不够"
            )
            make_visit(services, wang)
        sa.event.listen(engine, "before_cursor_execute", note)
        services.dispatching.board(TODAY, TODAY + timedelta(days=6))
        sa.event.remove(engine, "before_cursor_execute", note)
        counts.append(len(statements))
        statements.clear()
    assert counts[0] == counts[1]


def test_new_work_is_seen_and_accepted(any_services: Services) -> None:
    services = any_services
    make_technician(services, "T01")
    services.context.actor = "T09"
    lead = make_technician(services, "T09", name="李组长", fieldwork=False)
    services.context.actor = "T09"
    me = next(p.id for p in services.directory.technicians() if p.code == "T01")
    key = make_incident(services)
    services.dispatching.dispatch(item_of(services, key), me, TOMORROW)

    services.context.actor = "T01"
    (new,) = services.dispatching.new_work("T01")
    assert new.dispatch is not None
    assert (new.dispatch.state, new.dispatch.given_by, new.day) == (
        DispatchState.ASSIGNED,
        "T09",
        TOMORROW,
    )
    services.dispatching.see((new,))
    seen = item_of(services, key)
    assert seen.dispatch is not None
    assert seen.dispatch.state is DispatchState.SEEN
    assert seen.is_new
    services.dispatching.accept(seen)

    assert services.dispatching.new_work("T01") == ()
    accepted = item_of(services, key)
    assert accepted.dispatch is not None
    assert accepted.dispatch.state is DispatchState.ACCEPTED
    assert lead != accepted.technician_id


def test_only_the_technician_themselves_sees_work(services: Services) -> None:
    make_technician(services, "T01")
    wang = make_technician(services, "T02", name="王师傅")
    key = make_incident(services)
    services.dispatching.dispatch(item_of(services, key), wang, TOMORROW)

    services.dispatching.see(services.dispatching.new_work())

    (new,) = services.dispatching.new_work("T02")
    assert new.dispatch is not None
    assert new.dispatch.state is DispatchState.ASSIGNED


@pytest.mark.parametrize("work", WorkType)
def test_refused_work_goes_back_to_the_pool_marked(services: Services, work: WorkType) -> None:
    wang = make_technician(services, "T02", name="王师傅")
    key = make_incident(services) if work is WorkType.INCIDENT else make_visit(services)
    other = make_incident(services)
    services.dispatching.dispatch(item_of(services, key), wang, TOMORROW)
    services.context.actor = "T02"
    with pytest.raises(InvalidInput):
        services.dispatching.refuse(item_of(services, key), " ")

    services.dispatching.refuse(item_of(services, key), "车坏了")

    board = services.dispatching.board(TODAY, TOMORROW)
    assert next(item.id for item in board.pool) == key
    refused = board.pool[0].refused
    assert refused is not None
    assert (refused.technician, refused.refusal) == ("王师傅", "车坏了")
    assert services.dispatching.new_work("T02") == ()
    assert next(item for item in board.pool if item.id == other).refused is None
    if work is WorkType.INCIDENT:
        incident = services.incidents.get(key)
        assert incident.state is IncidentState.TRIAGED
        assert incident.events[-1].remark == "车坏了"
        assert incident.events[-1].reason == "dispatch.refused"
    else:
        assert services.visits.get(key).waits_because == "dispatch.refused"


def test_work_taken_back_waits_without_a_mark(services: Services) -> None:
    wang = make_technician(services, "T02", name="王师傅")
    key = make_incident(services)
    services.dispatching.dispatch(item_of(services, key), wang, TOMORROW)

    services.dispatching.take_back(item_of(services, key))

    taken = item_of(services, key)
    assert (taken.technician_id, taken.refused, taken.day) == ("", None, None)
    services.dispatching.dispatch(taken, wang, TOMORROW)
    services.incidents.start(key)
    with pytest.raises(NotAllowed):
        services.dispatching.take_back(item_of(services, key))


def test_doubts_are_said_and_overruled_with_a_reason(services: Services) -> None:
    wang = make_technician(
        services, "T02", name="王师傅", areas=("徐汇区",), skills=(FaultClass.NETWORK,)
    )
    services.leave.enter(services.leave.preview(wang, TOMORROW, TOMORROW), "年假", {})
    key = make_incident(services, impact=Impact.STOPPED)
    item = item_of(services, key)

    with pytest.raises(InvalidInput) as refusal:
        services.dispatching.dispatch(item, wang, TOMORROW)
    assert codes(refusal) == ["dispatch.leave", "dispatch.area", "dispatch.why_overrule"]
    assert item_of(services, key).technician_id == ""

    services.dispatching.dispatch(item, wang, TOMORROW, "只有他有钥匙")

    given = item_of(services, key).dispatch
    assert given is not None
    assert given.overruling == "只有他有钥匙"
    remarks = [event.remark for event in services.incidents.get(key).events]
    assert "只有他有钥匙" in remarks


def test_a_day_that_is_full_or_not_worked_or_too_late_is_a_doubt(services: Services) -> None:
    wang = make_technician(services, "T02", name="王师傅", capacity_minutes=60)
    first, second = make_incident(services), make_incident(services)
    services.dispatching.dispatch(item_of(services, first), wang, TODAY)

    def found(day: date) -> list[str]:
        return [
            problem.code
            for problem in services.dispatching.doubts(WorkType.INCIDENT, second, wang, day)
        ]

    assert found(TODAY) == ["dispatch.full"]
    assert found(TODAY + timedelta(days=5)) == ["dispatch.day_off", "dispatch.late"]


def test_a_class_nobody_is_trained_for_is_a_doubt(services: Services) -> None:
    wang = make_technician(services, "T02", name="王师傅", skills=(FaultClass.NETWORK,))
    item = item_of(services, make_incident(services))
    board = services.dispatching.board(TODAY, TOMORROW)
    person = next(p for p in board.people if p.id == wang)
    trained = replace(item, fault_class=FaultClass.NETWORK)
    untrained = replace(item, fault_class=FaultClass.HARDWARE)
    assert doubts(board, trained, person, TODAY) == ()
    assert [p.code for p in doubts(board, untrained, person, TODAY)] == ["dispatch.skill"]


def test_who_does_not_go_on_visits_is_a_doubt(services: Services) -> None:
    boss = make_technician(services, "M01", name="赵主管", fieldwork=False)
    key = make_incident(services)

    with pytest.raises(InvalidInput) as refusal:
        services.dispatching.dispatch(item_of(services, key), boss, TOMORROW)
    assert codes(refusal) == ["dispatch.not_fieldwork", "dispatch.why_overrule"]
    services.dispatching.dispatch(item_of(services, key), boss, TOMORROW, "他住得近")

    board = services.dispatching.board(TODAY, TOMORROW)
    assert [item.id for item in board.cell(boss, TOMORROW)] == [key]


def test_suggestions_begin_with_who_serves_the_area_and_has_time(services: Services) -> None:
    make_technician(services, "T02", name="外区", areas=("徐汇区",))
    busy = make_technician(services, "T03", name="忙", areas=("浦东新区",))
    free = make_technician(services, "T04", name="闲", areas=("浦东新区",))
    anywhere = make_technician(services, "T05", name="机动")
    services.dispatching.dispatch(item_of(services, make_incident(services)), busy, TOMORROW)

    found = services.dispatching.suggest(WorkType.INCIDENT, make_incident(services), TOMORROW)

    assert [one.technician.id for one in found][:3] == [free, busy, anywhere]
    assert [one.technician.name for one in found if one.doubts] == ["外区"]


def test_who_hands_out_what_went_elsewhere_meanwhile_is_told(services: Services) -> None:
    wang = make_technician(services, "T02", name="王师傅")
    liu = make_technician(services, "T03", name="刘师傅")
    key = make_incident(services)
    seen = item_of(services, key)
    services.dispatching.dispatch(seen, wang, TOMORROW)

    with pytest.raises(InvalidInput) as refusal:
        services.dispatching.dispatch(seen, liu, TOMORROW)

    assert codes(refusal) == ["dispatch.reassigned"]
    assert refusal.value.params["name"] == "王师傅"
    assert item_of(services, key).technician_id == wang


@pytest.mark.parametrize("work", WorkType)
def test_an_answer_to_what_went_elsewhere_is_refused(services: Services, work: WorkType) -> None:
    wang = make_technician(services, "T02", name="王师傅")
    liu = make_technician(services, "T03", name="刘师傅")
    key = make_incident(services) if work is WorkType.INCIDENT else make_visit(services)
    services.dispatching.dispatch(item_of(services, key), wang, TOMORROW)
    old = item_of(services, key)
    services.dispatching.dispatch(old, liu, TOMORROW)

    with pytest.raises(InvalidInput) as refusal:
        services.dispatching.accept(old)

    assert codes(refusal) == ["dispatch.reassigned"]
    new = item_of(services, key).dispatch
    assert new is not None
    assert new.state is DispatchState.ASSIGNED


@pytest.mark.parametrize("work", WorkType)
def test_only_whose_work_it_is_answers_where_nobody_signs_in(
    services: Services, work: WorkType
) -> None:
    wang = make_technician(services, "T02", name="王师傅")
    make_technician(services, "T03", name="刘师傅")
    key = make_incident(services) if work is WorkType.INCIDENT else make_visit(services)
    services.dispatching.dispatch(item_of(services, key), wang, TOMORROW)
    services.context.actor = "T03"
    dispatching, item = services.dispatching, item_of(services, key)

    for answer in (dispatching.accept, lambda item: dispatching.refuse(item, "车坏了")):
        with pytest.raises(InvalidInput) as refusal:
            answer(item)
        assert codes(refusal) == ["dispatch.not_yours"]
        assert (item_of(services, key).technician_id, item_of(services, key).is_new) == (wang, True)
    services.context.actor = "T02"
    dispatching.accept(item)
    assert not item_of(services, key).is_new


def test_a_closed_incident_is_refused_before_doubts_are_asked_about(services: Services) -> None:
    make_technician(services, "T01")
    wang = make_technician(services, "T02", name="王师傅", areas=("徐汇区",))
    key = make_incident(services)
    found = item_of(services, key)
    assert services.dispatching.doubts(found.type, key, wang, TOMORROW)
    services.incidents.cancel(key, "误报")

    with pytest.raises(NotAllowed):
        services.dispatching.dispatch(found, wang, TOMORROW)


def test_another_day_for_the_same_technician_is_asked_again(services: Services) -> None:
    wang = make_technician(services, "T02", name="王师傅")
    key, visit = make_incident(services), make_visit(services)
    for one in (key, visit):
        services.context.actor = "T01"
        services.dispatching.dispatch(item_of(services, one), wang, TOMORROW)
        services.context.actor = "T02"
        services.dispatching.accept(item_of(services, one))
        services.context.actor = "T01"
        services.dispatching.dispatch(item_of(services, one), wang, TODAY, "提前")
        moved = item_of(services, one)
        assert (moved.day, moved.is_new) == (TODAY, True)


def test_what_somebody_takes_on_themselves_needs_no_answer(services: Services) -> None:
    make_technician(services, "T01")
    key = make_incident(services)

    services.incidents.start(key)

    assert services.dispatching.new_work("T01") == ()


def test_work_moved_on_by_levelling_is_nobodys_answer(services: Services) -> None:
    """What stands about a visit is about whom it was handed to, not about who got it since."""
    wang = make_technician(services, "T02", name="王师傅")
    visit = make_visit(services)
    services.dispatching.dispatch(item_of(services, visit), wang, TOMORROW)

    preview = services.leave.preview(wang, TOMORROW, TOMORROW)
    services.leave.enter(preview, "病假", dict.fromkeys((visit,), LeaveChoice.REASSIGN))

    after = item_of(services, visit)
    assert after.technician_id != wang
    assert after.dispatch is None
