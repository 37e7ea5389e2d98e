"""What a merchant wants done is no fault: it has its own way and violates nothing."""

from __future__ import annotations

import pytest

from app.domain.diagnosis.evidence import EvidenceKind, Reasoner
from app.domain.diagnosis.interview import begin
from app.domain.diagnosis.replay import replay
from app.domain.faults import FaultClass
from app.domain.register.terminal_actions import TerminalAction

REQUESTS = [
    ("商户要移机到新地址", "move"),
    ("移机", "move"),
    ("移機", "move"),
    ("换地址", "move"),
    ("商户换地址了,机器要搬到新店", "move"),
    ("店铺搬家,申请移机", "move"),
    ("下周搬店，机器怎么办", "move"),
    ("we are moving next month, need to move the terminal", "move"),
    ("要撤机", "retire"),
    ("商户关门不做了,要求拆机", "retire"),
    ("closing down, please take the terminal away", "retire"),
    ("商户要停机保号", "suspend"),
    ("过年回家停业一个月,想把流量卡停了", "suspend"),
    ("pause the terminal for the winter", "suspend"),
    ("换绑", "rebind"),
    ("店转让给别人，机器换绑", "rebind"),
    ("新装一台机器", "install"),
    ("想再办一台pos机", "install"),
    ("要换结算卡", "papers"),
]
TROUBLES = [
    ("搬店后机器刷不了,提示已移机锁定", FaultClass.VIOLATION),
    ("搬了新店以后就刷不了了", FaultClass.VIOLATION),
    ("机器被移机锁定", FaultClass.VIOLATION),
    ("换了个铺面装上去，屏上就俩字移机", FaultClass.VIOLATION),
    ("the terminal says it has been moved and is locked", FaultClass.VIOLATION),
    ("电池鼓包，要撤机", FaultClass.HARDWARE),
    ("要移机，打印机也不出纸", FaultClass.HARDWARE),
]


@pytest.mark.parametrize(("text", "request_id"), REQUESTS)
def test_a_request_is_a_request_and_never_a_violation(
    reasoner: Reasoner, text: str, request_id: str
) -> None:
    session = begin(reasoner, "", text)
    assert [request.id for request in session.planned] == [request_id]
    assert session.top.fault_class is FaultClass.OTHER
    shares = {ranked.fault_class: ranked.share for ranked in session.ranking}
    assert shares[FaultClass.VIOLATION] < 0.1
    assert session.next is session.further is None
    assert session.checks == ()
    assert session.advice.contacts[0] == "acquirer"
    first = session.planned[0].steps[0].zh
    assert "收单机构" in first or "结算" in first
    said = [item.said for item in session.evidence if item.kind is EvidenceKind.REQUEST]
    assert all(words in text or words for words in said)
    assert any(words and words in session.top.reasons[0].zh for words in said)
    assert replay(reasoner, session.trail()).planned == session.planned


@pytest.mark.parametrize(("text", "fault_class"), TROUBLES)
def test_what_fails_is_still_a_trouble(
    reasoner: Reasoner, text: str, fault_class: FaultClass
) -> None:
    session = begin(reasoner, "", text)
    assert session.planned == ()
    assert session.top.fault_class in (fault_class, FaultClass.OPERATION)
    assert session.top.fault_class is not FaultClass.OTHER


def test_a_message_on_the_screen_is_shown_and_not_wanted(reasoner: Reasoner) -> None:
    session = begin(reasoner, "移机", "")
    assert session.requests == ()
    assert session.top.fault_class is FaultClass.VIOLATION
    assert session.top.reasons[0].zh.startswith("因为屏幕提示“移机”")


@pytest.mark.parametrize("text", ["不移机", "没有搬家，就是刷不了卡", "不是要撤机，打不出字"])
def test_what_is_denied_is_not_asked_for(reasoner: Reasoner, text: str) -> None:
    assert begin(reasoner, "", text).requests == ()


def test_a_request_beside_a_trouble_is_offered_too(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "打印机不出纸，另外下周要移机")
    assert [request.id for request in session.requests] == ["move"]
    assert session.planned == ()
    assert session.checks


def test_every_request_leads_somewhere(reasoner: Reasoner) -> None:
    knowledge = reasoner.knowledge
    asked = {sign.request for sign in knowledge.signs.values() if sign.request}
    assert asked == set(knowledge.requests)
    assert knowledge.requests["move"].change is TerminalAction.RELOCATE
    for request in knowledge.requests.values():
        assert knowledge.modes[request.mode].fault_class is FaultClass.OTHER
        assert len(request.steps) >= 3


@pytest.mark.parametrize("said", ["申请移机", "要撤机", "商户要停机保号"])
def test_a_request_typed_for_a_displayed_message_is_one_all_the_same(
    reasoner: Reasoner, said: str
) -> None:
    described, shown = begin(reasoner, "", said), begin(reasoner, said)
    assert [r.id for r in shown.planned] == [r.id for r in described.planned] != []
    assert shown.top.fault_class is FaultClass.OTHER


def test_a_screen_that_says_locked_after_a_move_asks_for_nothing(reasoner: Reasoner) -> None:
    assert not begin(reasoner, "移机锁定").planned
