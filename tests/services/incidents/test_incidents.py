"""Incidents: every step is in the log, guards hold, nothing refused leaves a trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.domain.event_data import FieldChange
from app.domain.faults import ContactRole, FaultClass
from app.domain.incidents.drafts import (
    ClosingDraft,
    HoldDraft,
    IncidentDraft,
    PartDraft,
    ResolutionDraft,
    WorkEntryDraft,
)
from app.domain.incidents.incidents import (
    Confirmation,
    Result,
    TestLine,
    TestOutcome,
    WorkKind,
)
from app.domain.incidents.lifecycle import (
    Action,
    HoldReason,
    Impact,
    IncidentState,
    Priority,
    Urgency,
)
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import TerminalState
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from app.services.incidents.resolution import SessionOutcome
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal

SOLVED = ResolutionDraft(
    fault_class=FaultClass.OPERATION,
    work_done="重新签到后恢复",
    tests=(
        TestLine("sign_in", TestOutcome.PASSED),
        TestLine("test_sale", TestOutcome.PASSED, "000123"),
    ),
)


def fields(refusal: InvalidInput) -> set[str]:
    return {problem.field for problem in refusal.problems}


def started(services: Services, **changes: object) -> str:
    make_technician(services)
    key = make_incident(services, **changes)
    services.incidents.start(key)
    return key


def test_the_whole_life_is_in_the_log(any_services: Services, clock: FrozenClock) -> None:
    incidents = any_services.incidents
    key = started(any_services)
    clock.forward(minutes=41)
    incidents.resolve(key, SOLVED)
    clock.forward(minutes=5)
    incidents.close(key, ClosingDraft(Confirmation.BY_PHONE, "王先生", satisfaction="satisfied"))
    closed = incidents.get(key)
    assert [event.action for event in closed.events] == [
        Action.REPORT,
        Action.TRIAGE,
        Action.ASSIGN,
        Action.START,
        Action.RESOLVE,
        Action.CLOSE,
    ]
    assert [event.seq for event in closed.events] == [1, 2, 3, 4, 5, 6]
    assert closed.state is IncidentState.CLOSED
    assert closed.technician == "张工"
    assert (closed.restored_at, closed.closed_at) == (
        clock.now - timedelta(minutes=5),
        clock.now,
    )
    assert closed.tests == SOLVED.tests
    assert incidents.clocks(key).restoration == timedelta(minutes=41)


def test_numbers_carry_the_device_and_never_repeat(any_services: Services) -> None:
    keys = [make_incident(any_services) for _ in range(3)]
    numbers = [any_services.incidents.get(key).number for key in keys]
    assert numbers == ["L7-000001", "L7-000002", "L7-000003"]
    any_services.context.device = "B"
    other = make_incident(any_services)
    assert any_services.incidents.get(other).number == "B-000001"


def test_a_report_without_terminal_or_content_is_refused_whole(any_services: Services) -> None:
    with pytest.raises(InvalidInput) as refused:
        any_services.incidents.open(IncidentDraft())
    assert fields(refused.value) == {"terminal_id", "symptom"}
    assert any_services.incidents.listing(IncidentFilter()).count == 0
    # a refused report does not use up a number
    key = make_incident(any_services)
    assert any_services.incidents.get(key).number == "L7-000001"


def test_a_terminal_not_in_the_register_can_be_reported(any_services: Services) -> None:
    key = any_services.incidents.open(IncidentDraft(unknown_serial="xyz00001", symptom="黑屏"))
    assert any_services.incidents.get(key).unknown_serial == "xyz00001"


def test_card_numbers_never_reach_the_database(any_services: Services) -> None:
    key = make_incident(any_services, symptom="客人卡号6212345678900000003刷不了 CVV: 123")
    any_services.work_log.add_work(
        key, WorkEntryDraft(kind=WorkKind.NOTE, summary="另一张 4111 1111 1111 1111 也不行")
    )
    stored = any_services.incidents.get(key)
    assert stored.symptom == "客人卡号621234*********0003刷不了 CVV: ***"
    assert stored.work[0].summary == "另一张 4111 11** **** 1111 也不行"
    found = any_services.incidents.first(IncidentFilter(words="6212345678900000003"), 9)
    assert found == ()


def test_a_hold_outside_our_control_moves_the_deadline(
    any_services: Services, clock: FrozenClock
) -> None:
    incidents = any_services.incidents
    key = started(any_services)
    due = incidents.get(key).resolve_due_at
    until = clock.now.date() + timedelta(days=1)
    clock.forward(hours=1)
    incidents.hold(key, HoldDraft(HoldReason.MERCHANT_ABSENT, until))
    assert incidents.get(key).hold_reason is HoldReason.MERCHANT_ABSENT
    clock.forward(hours=20)
    incidents.resume(key)
    assert incidents.get(key).resolve_due_at == due + timedelta(hours=20)
    incidents.hold(key, HoldDraft(HoldReason.PARTS, until))
    clock.forward(hours=3)
    incidents.resume(key)
    assert incidents.get(key).resolve_due_at == due + timedelta(hours=20)
    assert incidents.clocks(key).outside_control == timedelta(hours=20)
    assert incidents.clocks(key).on_hold == timedelta(hours=23)


def test_a_hold_needs_a_date_and_other_needs_words(any_services: Services) -> None:
    key = started(any_services)
    with pytest.raises(InvalidInput) as refused:
        any_services.incidents.hold(key, HoldDraft(HoldReason.OTHER))
    assert fields(refused.value) == {"expected_on", "remark"}
    assert any_services.incidents.get(key).state is IncidentState.IN_PROGRESS


def test_an_overdue_incident_can_still_be_finished(
    any_services: Services, clock: FrozenClock
) -> None:
    incidents = any_services.incidents
    key = started(any_services)
    clock.forward(days=30)
    assert incidents.first(IncidentFilter(overdue_at=clock.now), 9)[0].overdue(clock.now)
    assert incidents.counts().overdue == 1
    incidents.resolve(key, SOLVED)
    assert incidents.get(key).state is IncidentState.RESOLVED
    assert incidents.counts() == type(incidents.counts())(0, 0, 0, 1)


def test_solved_needs_proof(any_services: Services) -> None:
    key = started(any_services)
    for draft in (
        ResolutionDraft(fault_class=FaultClass.OPERATION, work_done="签到"),
        ResolutionDraft(
            fault_class=FaultClass.OPERATION,
            work_done="签到",
            tests=(TestLine("chip", TestOutcome.FAILED),),
        ),
        ResolutionDraft(
            fault_class=FaultClass.OPERATION,
            work_done="签到",
            tests=(TestLine("chip", TestOutcome.NOT_APPLICABLE),),
        ),
    ):
        with pytest.raises(InvalidInput) as refused:
            any_services.incidents.resolve(key, draft)
        assert fields(refused.value) == {"tests"}
    unsolved = ResolutionDraft(
        fault_class=FaultClass.SYSTEM, result=Result.WAITING, work_done="已报收单机构"
    )
    any_services.incidents.resolve(key, unsolved)
    assert any_services.incidents.get(key).restored_at is None


def test_an_item_failure_needs_mode_cause_and_remedy(any_services: Services) -> None:
    key = started(any_services)
    with pytest.raises(InvalidInput) as refused:
        any_services.incidents.resolve(
            key, ResolutionDraft(fault_class=FaultClass.HARDWARE, tests=SOLVED.tests)
        )
    assert fields(refused.value) == {"mode", "cause", "remedy"}
    with pytest.raises(InvalidInput) as refused:
        any_services.incidents.resolve(
            key,
            ResolutionDraft(
                fault_class=FaultClass.HARDWARE,
                mode="other",
                cause="other",
                remedy="other",
                tests=SOLVED.tests,
            ),
        )
    assert fields(refused.value) == {"other_text"}


def test_restored_before_down_is_refused(any_services: Services, clock: FrozenClock) -> None:
    key = started(any_services)
    early = clock.now - timedelta(hours=2)
    with pytest.raises(InvalidInput) as refused:
        any_services.incidents.resolve(
            key,
            ResolutionDraft(
                fault_class=FaultClass.OPERATION,
                work_done="签到",
                tests=SOLVED.tests,
                restored_at=early,
            ),
        )
    assert fields(refused.value) == {"restored_at"}


def test_a_swap_while_resolving_is_one_step_or_none(any_services: Services) -> None:
    terminal = make_terminal(any_services, serial="OLD00001", tid="50000412")
    key = started(any_services, terminal_id=terminal)
    with pytest.raises(InvalidInput):
        any_services.incidents.resolve(key, SOLVED, SwapDraft(new_serial="NEW00001", reason="坏了"))
    assert any_services.incidents.get(key).state is IncidentState.IN_PROGRESS
    assert any_services.incidents.get(key).confirmed_class is None
    any_services.incidents.resolve(
        key, SOLVED, SwapDraft(new_serial="NEW00001", reason="坏了", unsent_cleared=True)
    )
    assert any_services.terminals.by_serial("50000412").serial == "NEW00001"
    assert any_services.terminals.get(terminal).state is TerminalState.IN_REPAIR
    assert Action.SWAP in [e.action for e in any_services.incidents.get(key).events]


def test_closing_needs_a_name_or_a_reason(any_services: Services) -> None:
    key = started(any_services)
    any_services.incidents.resolve(key, SOLVED)
    for draft, field in (
        (ClosingDraft(Confirmation.SIGNED), "confirmed_by"),
        (ClosingDraft(Confirmation.REFUSED), "remark"),
    ):
        with pytest.raises(InvalidInput) as refused:
            any_services.incidents.close(key, draft)
        assert fields(refused.value) == {field}
    any_services.incidents.close(key, ClosingDraft(Confirmation.ABSENT, remark="店已打烊"))
    assert any_services.incidents.get(key).state is IncidentState.CLOSED


def test_after_closing_only_an_addendum(any_services: Services) -> None:
    key = started(any_services)
    any_services.incidents.resolve(key, SOLVED)
    any_services.incidents.close(key, ClosingDraft(Confirmation.BY_PHONE, "王先生"))
    version = any_services.incidents.get(key).version
    for refused in (
        lambda: any_services.work_log.add_work(
            key, WorkEntryDraft(kind=WorkKind.NOTE, summary="又去了一次")
        ),
        lambda: any_services.work_log.add_part(key, PartDraft(name="电池")),
        lambda: any_services.incidents.start(key),
        lambda: any_services.incidents.cancel(key, "误报"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    any_services.work_log.add_addendum(key, "厂商报告：主板进水")
    now = any_services.incidents.get(key)
    assert (now.events[-1].action, now.events[-1].remark) == (
        Action.ADDENDUM,
        "厂商报告：主板进水",
    )
    assert now.version == version


def test_reopening_is_counted_and_starts_clean(any_services: Services, clock: FrozenClock) -> None:
    incidents = any_services.incidents
    key = started(any_services)
    incidents.resolve(key, SOLVED)
    incidents.reopen(key, "第二天又出现")
    again = incidents.get(key)
    assert (again.state, again.reopen_count, again.resolved_at) == (
        IncidentState.IN_PROGRESS,
        1,
        None,
    )
    incidents.resolve(key, SOLVED)
    assert len(incidents.get(key).tests) == 2


def test_a_second_report_is_recognised_and_joined(any_services: Services) -> None:
    terminal = make_terminal(any_services)
    first = make_incident(any_services, terminal)
    second = make_incident(any_services, terminal)
    assert {item.id for item in any_services.incidents.open_on(terminal)} == {first, second}
    with pytest.raises(InvalidInput):
        any_services.incidents.mark_duplicate(second, second)
    any_services.incidents.mark_duplicate(second, first)
    assert any_services.incidents.get(second).duplicate_of == first
    assert [item.id for item in any_services.incidents.open_on(terminal)] == [first]


def test_a_repeat_within_thirty_days_is_linked(any_services: Services, clock: FrozenClock) -> None:
    terminal = make_terminal(any_services)
    first = started(any_services, terminal_id=terminal)
    any_services.incidents.resolve(first, SOLVED)
    clock.forward(days=29)
    second = make_incident(any_services, terminal)
    assert any_services.incidents.get(second).repeat_of == first
    clock.forward(days=40)
    third = make_incident(any_services, terminal)
    assert any_services.incidents.get(third).repeat_of == ""


def test_priority_follows_impact_and_urgency(any_services: Services) -> None:
    urgent = make_incident(any_services, impact=Impact.STOPPED, urgency=Urgency.HIGH)
    idle = make_incident(any_services, impact=Impact.TRADING, urgency=Urgency.LOW)
    assert any_services.incidents.get(urgent).priority is Priority.P1
    assert any_services.incidents.get(idle).priority is Priority.P4
    order = any_services.incidents.first(IncidentFilter(order="due"), 9)
    assert [item.id for item in order] == [urgent, idle]


def test_case_48_a_stale_editor_is_told(any_services: Services) -> None:
    key = make_incident(any_services)
    seen = any_services.incidents.get(key)
    change = IncidentDraft(terminal_id=seen.terminal_id, symptom="改后")
    any_services.incidents.edit(key, seen.version, change)
    with pytest.raises(Conflict):
        any_services.incidents.edit(key, seen.version, change)
    assert any_services.incidents.get(key).symptom == "改后"


def test_a_verdict_triages_and_its_trail_is_kept(any_services: Services) -> None:
    key = make_incident(any_services)
    trail: dict[str, object] = {"evidence": [{"kind": "code", "value": "A0"}]}
    any_services.incidents.triage(
        key,
        SessionOutcome(
            fault_class=FaultClass.SOFTWARE, share=0.82, knowledge_hash="abc", trail=trail
        ),
    )
    now = any_services.incidents.get(key)
    assert (now.state, now.provisional_class, now.provisional_share) == (
        IncidentState.TRIAGED,
        FaultClass.SOFTWARE,
        0.82,
    )
    assert any_services.incidents.trail(key) == trail


def test_handing_over_and_parts_are_logged(any_services: Services) -> None:
    key = started(any_services)
    any_services.work_log.hand_over(key, ContactRole.ACQUIRER, "请重新下载主密钥")
    part = any_services.work_log.add_part(
        key, PartDraft(name="打印头", quantity=2, unit_price_cents=12_050)
    )
    any_services.work_log.remove_part(key, part)
    now = any_services.incidents.get(key)
    assert now.handed_to is ContactRole.ACQUIRER
    assert now.parts == ()
    assert now.events[-1].change == FieldChange("part", "打印头 × 2")
    with pytest.raises(InvalidInput) as refused:
        any_services.work_log.add_part(key, PartDraft(name="", quantity=0))
    assert fields(refused.value) == {"name", "quantity"}


def test_incidents_are_found_by_number_merchant_code_and_symptom(any_services: Services) -> None:
    terminal = make_terminal(any_services, merchant_name="测试晖𬭎酒店", tid="80000015")
    key = make_incident(any_services, terminal, symptom="打印空白 换纸后一样", displayed_code="")
    make_incident(any_services, symptom="黑屏")
    for words in ("L7-000001", "晖𬭎", "80000015", "空白", "换纸 打印"):
        found = any_services.incidents.first(IncidentFilter(words=words), 9)
        assert [item.id for item in found] == [key], words
    with pytest.raises(NotFound):
        any_services.incidents.by_number("L7-999999")


def test_an_incident_stays_found_by_what_it_is_called_now(any_services: Services) -> None:
    services = any_services
    key = make_incident(services, symptom="打印空白", displayed_code="")

    def found(words: str) -> bool:
        return [item.id for item in services.incidents.first(IncidentFilter(words=words), 9)] == [
            key
        ]

    services.incidents.start(key)
    assert found("空白")
    assert found("L7-000001")
    draft = IncidentDraft(terminal_id=services.incidents.get(key).terminal_id, symptom="屏幕花屏")
    services.incidents.edit(key, services.incidents.get(key).version, draft)
    assert found("花屏")
    assert not found("空白")
    services.incidents.resolve(key, replace(SOLVED, work_done="更换了排线"))
    assert found("排线")
    assert found("花屏")


def test_long_lists_page_without_gap_or_repeat(any_services: Services) -> None:
    terminal = make_terminal(any_services)
    for _ in range(300):
        make_incident(any_services, terminal)
    for order in ("due", "-number", "merchant", "-class"):
        wanted = IncidentFilter(order=order)
        listing = any_services.incidents.listing(wanted)
        pages = [any_services.incidents.page(wanted, listing, n) for n in range(listing.pages)]
        seen = [item.id for page in pages for item in page]
        assert (listing.count, listing.pages) == (300, 2)
        assert len(seen) == len(set(seen)) == 300
        assert any_services.incidents.first(wanted, 256) == pages[0]


def test_a_change_is_announced_after_it_is_stored(any_services: Services) -> None:
    heard = []
    any_services.context.feed.subscribe(
        lambda change: heard.append((change, any_services.incidents.counts().open))
    )
    key = make_incident(any_services)
    assert heard[-1][0].concerns("incident")
    assert heard[-1][0].ids == {key}
    assert heard[-1][1] == 1
    before = len(heard)
    with pytest.raises(InvalidInput):
        any_services.incidents.open(IncidentDraft())
    assert len(heard) == before


def test_danger_in_a_report_is_the_first_priority_with_the_reason_in_the_log(
    services: Services,
) -> None:
    key = make_incident(
        services, displayed_code="", symptom="电池鼓包", impact=Impact.TRADING, urgency=Urgency.LOW
    )
    incident = services.incidents.get(key)
    assert incident.priority is Priority.P1
    lifted = incident.events[-1]
    assert (lifted.change, lifted.reason) == (FieldChange("priority", "p4", "p1"), "hard_stop")
    assert "鼓包" in lifted.said.zh
    assert "swollen" in lifted.said.en.lower()
    assert incident.resolve_due_at - incident.reported_at == timedelta(hours=4)
    calm = IncidentDraft(
        terminal_id=incident.terminal_id,
        symptom="电池没有鼓包，小票太淡",
        impact=Impact.TRADING,
        urgency=Urgency.LOW,
    )
    services.incidents.edit(key, incident.version, calm)
    after = services.incidents.get(key)
    assert after.priority is Priority.P4
    lowered = after.events[-1]
    assert (lowered.change, lowered.reason) == (
        FieldChange("priority", "p1", "p4"),
        "stop_withdrawn",
    )


def test_a_stop_found_in_the_diagnosis_raises_and_its_withdrawal_lowers_the_priority(
    services: Services,
) -> None:
    key = make_incident(
        services, displayed_code="", symptom="开不了机", impact=Impact.PARTLY, urgency=Urgency.LOW
    )
    usual = services.incidents.get(key).priority
    session = services.diagnosis.for_incident(key).answer("tamper", "yes")
    services.incidents.triage(key, services.diagnosis.verdict(session.outcome()))
    raised = services.incidents.get(key)
    assert raised.priority is Priority.P1
    assert any("疑似被拆" in event.said.zh for event in raised.events)
    back = session.withdraw("answer:tamper", "现场看过封条完好")
    services.incidents.triage(key, services.diagnosis.verdict(back.outcome()))
    assert services.incidents.get(key).priority is usual is not Priority.P1


def test_the_service_report_names_the_stop_before_its_reasons(services: Services) -> None:
    key = make_incident(services, displayed_code="", symptom="机器冒烟")
    session = services.diagnosis.for_incident(key)
    services.incidents.triage(key, services.diagnosis.verdict(session.outcome()))
    trail = services.incidents.trail(key)
    assert trail is not None
    first = trail["reasons"][0]  # type: ignore[index]
    head = {language: said.partition("\n")[0] for language, said in first.items()}
    assert head == {"zh": "安全停用：有起火危险，停止操作", "en": "Safety stop: Fire hazard: stop"}
    assert "绝不充电" in first["zh"], "and below it what to do"


def test_under_a_safety_stop_nothing_that_stays_is_solved_by_a_test(services: Services) -> None:
    key = started(services, displayed_code="TAMPER", symptom="")
    with pytest.raises(InvalidInput) as refused:
        services.incidents.resolve(key, SOLVED)
    assert fields(refused.value) == {"result"}
    hardware = replace(SOLVED, fault_class=FaultClass.HARDWARE, tests=(), mode="hw.tamper")
    whole = replace(hardware, cause="tamper_triggered", remedy="isolate")
    with pytest.raises(InvalidInput) as refused:
        services.incidents.resolve(key, whole)
    assert fields(refused.value) == {"result"}, "and nobody is asked to test it"
    services.incidents.resolve(key, replace(whole, result=Result.WORKSHOP))
    other = make_incident(services, displayed_code="TAMPER", symptom="")
    services.incidents.start(other)
    swap = SwapDraft(new_serial="N910009911", reason="换机", unsent_cleared=True)
    services.incidents.resolve(other, SOLVED, swap)
    assert services.incidents.get(other).result is Result.SOLVED
