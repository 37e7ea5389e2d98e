"""Diagnosis over an estate: what is known of a terminal, what is learned, what is stored."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.errors import NotFound
from app.domain.faults import ContactRole, FaultClass
from app.domain.incidents.drafts import ClosingDraft, IncidentDraft, ResolutionDraft
from app.domain.incidents.incidents import Confirmation, Result, TestLine, TestOutcome
from app.domain.register.people import ContactDraft
from app.domain.register.swaps import SwapDraft
from app.services import Services
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal, terminal_draft


def facts(services: Services, terminal_id: str, **report: Any) -> set[str]:
    """The facts a session begins with."""
    return set(services.diagnosis.begin(terminal_id, **report).facts) - {"host_reply"}


def finish(
    services: Services,
    terminal_id: str,
    fault_class: FaultClass,
    code: str = "",
    symptom: str = "",
    *,
    solved: bool = True,
) -> str:
    """A guided incident from report to closing, its class confirmed."""
    session = services.diagnosis.begin(terminal_id, code, symptom)
    verdict = services.diagnosis.verdict(session.outcome())
    draft = IncidentDraft(terminal_id=terminal_id, displayed_code=code, symptom=symptom)
    incident = services.incidents.open(draft, verdict)
    services.incidents.start(incident)
    mode = services.diagnosis.knowledge.modes_of(fault_class)[0]
    cause = services.diagnosis.knowledge.causes_of(mode.id)[0]
    services.incidents.resolve(
        incident,
        ResolutionDraft(
            fault_class=fault_class,
            mode=mode.id,
            cause=cause.id,
            remedy=cause.remedies[0],
            work_done="已处理",
            result=Result.SOLVED if solved else Result.UNSOLVED,
            tests=(TestLine("test_sale", TestOutcome.PASSED, "000001"),) if solved else (),
        ),
    )
    services.incidents.close(incident, ClosingDraft(Confirmation.BY_PHONE, "王先生"))
    return incident


def test_a_session_knows_how_the_terminal_is_connected(any_services: Services) -> None:
    assert "cellular" in facts(any_services, make_terminal(any_services, link="4G"))
    assert "wired" in facts(any_services, make_terminal(any_services, link="有线"))
    esign = make_terminal(any_services, kind="电签", model="电签X")
    assert "no_printer" in facts(any_services, esign)


def test_a_session_without_a_terminal_begins_too(any_services: Services) -> None:
    session = any_services.diagnosis.begin("", "51")
    assert session.top.fault_class is FaultClass.BALANCE
    with pytest.raises(NotFound):
        any_services.diagnosis.begin("00000000-0000-7000-8000-000000000000")


def test_a_fresh_swap_is_remembered_for_six_weeks(
    any_services: Services, clock: FrozenClock
) -> None:
    old = make_terminal(any_services)
    clock.forward(days=400)
    new = any_services.terminals.swap(
        old, SwapDraft(new_serial="TESTN91009999901", reason="读卡坏", unsent_cleared=True)
    )
    clock.forward(days=12)
    session = any_services.diagnosis.begin(new, "A0")
    assert session.facts["swapped"].values == {"days": 12}
    assert "12 天前换机" in {item.label.zh for item in session.evidence}
    clock.forward(days=60)
    assert "swapped" not in facts(any_services, new)


def test_a_fresh_move_is_remembered(any_services: Services, clock: FrozenClock) -> None:
    terminal = make_terminal(any_services, tid="51000001", serial="TESTN91009999902")
    clock.forward(days=100)
    any_services.terminals.relocate(
        terminal, terminal_draft(serial="TESTN91009999902", tid="51000002"), "搬店"
    )
    clock.forward(days=3)
    assert "moved" in facts(any_services, terminal)


def test_earlier_incidents_of_the_terminal_are_known(
    any_services: Services, clock: FrozenClock
) -> None:
    terminal = make_terminal(any_services)
    finish(any_services, terminal, FaultClass.HARDWARE, symptom="打印机卡纸")
    clock.forward(days=5)
    session = any_services.diagnosis.begin(terminal, "", "又来了")
    assert session.facts["repeat"].values["count"] == 2
    assert session.top.fault_class is FaultClass.HARDWARE


def test_the_incident_being_diagnosed_is_no_earlier_one(any_services: Services) -> None:
    incident = make_incident(any_services)
    assert "repeat" not in any_services.diagnosis.for_incident(incident).facts


def test_neighbours_in_trouble_point_away_from_the_terminal(any_services: Services) -> None:
    first = make_terminal(any_services, mid="848290058000001", merchant_name="测试超市")
    second = make_terminal(any_services, mid="848290058000001", merchant_name="测试超市")
    make_incident(any_services, first, displayed_code="", symptom="刷不了卡")
    session = any_services.diagnosis.begin(second, "", "收不了款")
    assert session.facts["neighbours"].values == {"count": 1}
    alone = any_services.diagnosis.begin("", "", "收不了款")
    hardware = {r.fault_class: r.share for r in session.ranking}[FaultClass.HARDWARE]
    assert hardware < {r.fault_class: r.share for r in alone.ranking}[FaultClass.HARDWARE]


def test_a_model_that_fails_by_one_thing_is_noticed(any_services: Services) -> None:
    for _ in range(5):
        other = make_terminal(any_services, model="N850", firmware="1.0")
        finish(any_services, other, FaultClass.SOFTWARE, symptom="应用闪退")
    terminal = make_terminal(any_services, model="N850", firmware="1.0")
    assert any_services.diagnosis.begin(terminal).facts["model_cluster"].values["count"] == 5
    newer = make_terminal(any_services, model="N850", firmware="2.0")
    assert "model_cluster" not in facts(any_services, newer)


def test_the_profile_of_a_code_follows_from_the_terminal(any_services: Services) -> None:
    terminal = make_terminal(any_services, acquirer="Rapyd", model="A80")
    session = any_services.diagnosis.begin(terminal, "A1")
    assert [meaning.profile for meaning in session.codes] == ["rapyd"]
    unknown = make_terminal(any_services, acquirer="某新机构", model="A80")
    assert any_services.diagnosis.begin(unknown, "A1").clash


def test_confirmed_incidents_teach_what_a_code_means_here(any_services: Services) -> None:
    terminal = make_terminal(any_services)
    before = any_services.diagnosis.begin("", "97").top.fault_class
    for _ in range(30):
        finish(any_services, terminal, FaultClass.SOFTWARE, code="97")
    assert before is FaultClass.VIOLATION
    assert any_services.diagnosis.begin("", "97").top.fault_class is FaultClass.SOFTWARE


def test_confirmed_incidents_teach_what_a_sign_means_here(any_services: Services) -> None:
    terminal = make_terminal(any_services)
    for _ in range(30):
        finish(any_services, terminal, FaultClass.OTHER, symptom="打印空白")
    learned = any_services.diagnosis.begin("", "", "打印空白").learned
    assert learned.evidence["sign:print_blank"] == {FaultClass.OTHER: 30}
    assert any_services.diagnosis.learned().classes == {FaultClass.OTHER: 30}


def test_forgetting_begins_learning_anew_and_keeps_the_incidents(
    any_services: Services, clock: FrozenClock
) -> None:
    terminal = make_terminal(any_services)
    incident = finish(any_services, terminal, FaultClass.SOFTWARE, code="97")
    clock.forward(minutes=1)
    any_services.diagnosis.forget()
    assert any_services.diagnosis.learned().classes == {}
    assert any_services.diagnosis.begin("", "97").learned.classes == {}
    assert any_services.incidents.get(incident).confirmed_class is FaultClass.SOFTWARE
    clock.forward(minutes=1)
    finish(any_services, terminal, FaultClass.SYSTEM, code="96")
    assert any_services.diagnosis.learned().classes == {FaultClass.SYSTEM: 1}


def test_learned_counts_never_override_a_hard_stop(any_services: Services) -> None:
    terminal = make_terminal(any_services)
    for _ in range(30):
        finish(any_services, terminal, FaultClass.OPERATION, symptom="开机提示被攻击", solved=False)
    session = any_services.diagnosis.begin("", "", "开机提示被攻击")
    assert session.stopped
    assert session.top.fault_class is FaultClass.HARDWARE


def test_the_trail_is_stored_with_the_incident_and_replays(any_services: Services) -> None:
    make_technician(any_services)
    terminal = make_terminal(any_services)
    session = any_services.diagnosis.begin(terminal, "A0", "重新签到后仍然")
    session = session.answer("changed", "swapped").tick("sign_in")
    incident = make_incident(any_services, terminal)
    any_services.incidents.triage(incident, any_services.diagnosis.verdict(session.outcome()))
    trail = any_services.incidents.trail(incident)
    assert trail is not None
    assert trail["knowledge"] == any_services.diagnosis.knowledge.hash
    assert any_services.diagnosis.replay(trail).ranking == session.ranking


def test_a_stored_session_is_taken_up_where_it_was_left(any_services: Services) -> None:
    diagnosis = any_services.diagnosis
    incident = make_incident(any_services, displayed_code="A0", symptom="")
    fresh = diagnosis.consult(incident)
    assert not fresh.stored
    session = fresh.session.answer("other_card", "yes").tick("sign_in")
    any_services.incidents.triage(incident, diagnosis.verdict(session.outcome()))
    again = diagnosis.consult(incident)
    assert again.stored
    assert again.session.ranking == session.ranking
    row = any_services.incidents.get(incident)
    other = IncidentDraft(terminal_id=row.terminal_id, displayed_code="51")
    any_services.incidents.edit(incident, row.version, other)
    assert not diagnosis.consult(incident).stored
    with pytest.raises(NotFound):
        diagnosis.consult("00000000-0000-7000-8000-000000000000")


def test_the_handover_names_the_case_and_the_nearest_contact(any_services: Services) -> None:
    directory = any_services.directory
    for organisation, acquirer in (
        ("全国客服", ""),
        ("测试热线", "测试收单"),
        ("别家", "别家"),
    ):
        if acquirer:
            make_terminal(any_services, acquirer=acquirer)
        directory.save_contact(
            ContactDraft(organisation=organisation, phone="400-000-0000", acquirer=acquirer)
        )
    terminal = make_terminal(any_services, acquirer="测试收单")
    incident = make_incident(
        any_services, terminal, displayed_code="97", symptom="卡号6212345678900000003"
    )
    found = any_services.diagnosis.consult(incident)
    named = [contact.organisation for contact in found.contacts[ContactRole.ACQUIRER]]
    assert named == ["测试热线", "全国客服"]
    said = found.handover(ContactRole.ACQUIRER)
    known = any_services.terminals.get(terminal)
    assert any_services.incidents.get(incident).number in said.zh
    assert known.serial in said.zh
    assert known.tid in said.en
    assert "6212345678900000003" not in said.zh


def test_the_reasons_stored_are_those_the_report_prints(any_services: Services) -> None:
    incident = make_incident(any_services, displayed_code="A0", symptom="")
    session = any_services.diagnosis.consult(incident).session.answer("other_card", "yes")
    any_services.incidents.triage(incident, any_services.diagnosis.verdict(session.outcome()))
    trail = any_services.incidents.trail(incident)
    assert trail is not None
    reasons: Any = trail["reasons"]
    assert "MAC" in reasons[0]["zh"]
    assert "换一张卡也失败吗？是" in reasons[-1]["zh"], "said once"


def test_agreement_of_provisional_and_confirmed_class_is_counted(
    any_services: Services, clock: FrozenClock
) -> None:
    terminal = make_terminal(any_services)
    finish(any_services, terminal, FaultClass.BALANCE, code="51")
    finish(any_services, terminal, FaultClass.FROZEN, code="51")
    clock.forward(days=1)
    found = any_services.diagnosis.agreement()
    assert (found.cases, found.agreed, found.share) == (2, 1, 0.5)
    assert found.by_class == {FaultClass.BALANCE: (1, 1), FaultClass.FROZEN: (1, 0)}
    assert any_services.diagnosis.agreement(start=clock.now).share is None
