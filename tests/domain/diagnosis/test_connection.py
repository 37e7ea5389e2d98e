"""Advice follows how the terminal is connected, and a reason names the class it stands beside."""

from __future__ import annotations

import pytest

from app.domain.diagnosis.catalogue import Act, SignKind
from app.domain.diagnosis.evidence import Fact, Reasoner
from app.domain.diagnosis.handover import CaseFacts, handover
from app.domain.diagnosis.interview import Interview, begin
from app.domain.faults import ContactRole, FaultClass

WITHOUT_SIM = ("wifi", "wired", "bluetooth")


def told(reasoner: Reasoner, link: str, text: str) -> Interview:
    return begin(reasoner, "", text, facts=(Fact(link),))


def network_words(reasoner: Reasoner) -> list[str]:
    """One way of saying each sign of a network fault that is not about the SIM card."""
    found = []
    for sign in reasoner.knowledge.signs.values():
        points = sign.leaning.points
        top = max(points, key=lambda mode: points[mode]) if points else ""
        plain = next((way for way in sign.says if not set("<+^") & set(way)), "")
        if top.startswith("nw.") and top != "nw.sim" and sign.kind is not SignKind.CIRCUMSTANCE:
            found.append(plain)
    return [way for way in found if way]


@pytest.mark.parametrize("link", WITHOUT_SIM)
def test_nobody_looks_for_a_sim_card_in_a_terminal_without_one(
    reasoner: Reasoner, link: str
) -> None:
    for text in network_words(reasoner):
        session = told(reasoner, link, text)
        assert Act.SIM in session._bounds.impossible, text
        assert not [c.check.id for c in session.checks if Act.SIM in c.check.does], text
        assert ContactRole.CARRIER not in session.advice.contacts, text
        if session.top.fault_class is FaultClass.NETWORK and session.advice.contacts == (
            ContactRole.INTERNAL,
        ):
            said = handover(session, ContactRole.INTERNAL, CaseFacts()).zh
            assert "ICCID" not in said
    assert any(Act.SIM in check.does for check in reasoner.knowledge.checks.values())


NAMED = {
    Act.SIM: "流量卡欠费停机",
    Act.WIFI: "连不上wifi",
    Act.LINE: "网线断了",
    Act.BLUETOOTH: "蓝牙断开",
    Act.PRINTER: "打印不清",
}
"""A report that names what only some terminals have."""
UNNAMED = ("无信号", "通讯失败", "交易超时", "只有这台不能用")


def proposed(session: Interview) -> set[Act]:
    """What is proposed now or after any number of "don't know"."""
    acts = {act for item in session.checks for act in item.check.does}
    while (following := session.further) is not None:
        acts |= following.question.does
        session = session.answer(following.question.id)
        acts |= {act for item in session.checks for act in item.check.does}
    return acts


@pytest.mark.parametrize("fact", [*WITHOUT_SIM, "cellular", "old_network", "no_printer"])
def test_nothing_is_proposed_that_such_a_terminal_has_not(reasoner: Reasoner, fact: str) -> None:
    """Not even where the report names another thing that it has not, either."""
    ruled_out = reasoner.knowledge.circumstances[fact].rules_out
    assert ruled_out
    for text in (*NAMED.values(), *UNNAMED):
        session = told(reasoner, fact, text)
        forbidden = {act for act in ruled_out if NAMED.get(act) != text}
        assert not proposed(session) & forbidden, text
        if Act.SIM in forbidden:
            assert ContactRole.CARRIER not in session.advice.contacts, text


def test_what_only_some_terminals_have_is_ruled_out_for_others(reasoner: Reasoner) -> None:
    knowledge = reasoner.knowledge
    kinds = {act for one in knowledge.circumstances.values() for act in one.rules_out}
    assert kinds == {*NAMED, Act.SIGNAL}
    steps = (*knowledge.checks.values(), *knowledge.questions.values())
    assert {act for act in kinds if not any(act in step.does for step in steps)} == set()


def test_a_mobile_terminal_goes_to_its_carrier(reasoner: Reasoner) -> None:
    session = told(reasoner, "cellular", "通讯失败")
    assert session.advice.contacts == (ContactRole.CARRIER,)
    wifi = told(reasoner, "wifi", "通讯失败")
    assert wifi.advice.contacts == (ContactRole.INTERNAL,)
    assert "路由器" in wifi.advice.ask.zh
    assert wifi.advice.ask.zh in handover(wifi, ContactRole.INTERNAL, CaseFacts()).zh


def test_what_is_told_of_the_sim_card_counts_more_than_the_register(reasoner: Reasoner) -> None:
    session = told(reasoner, "wifi", "流量卡欠费停机")
    assert session.advice.contacts == (ContactRole.CARRIER,)
    assert any(Act.SIM in item.check.does for item in session.checks)


@pytest.mark.parametrize("fact", ["repeat", "model_cluster"])
def test_a_fact_that_names_another_class_is_no_reason(reasoner: Reasoner, fact: str) -> None:
    """It may lean a little towards a class, and say in words that it was mostly another one."""
    names = reasoner.knowledge.phrases
    figures = {"count": 7, "days": 90, "last": names["class.hardware"]}
    leans = {FaultClass.HARDWARE: 5.0, FaultClass.BALANCE: 2.0}
    session = begin(reasoner, "51", "", facts=(Fact(fact, figures, leans),))
    assert session.top.fault_class is FaultClass.BALANCE
    for ranked in session.ranking:
        said = "".join(reason.zh for reason in ranked.reasons if "不太像" not in reason.zh)
        if ranked.fault_class is not FaultClass.HARDWARE:
            assert "硬件故障" not in said, ranked


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("wired", "连不上wifi"),
        ("wired", "流量卡欠费停机"),
        ("wired", "无信号"),
        ("wifi", "SIM卡松动"),
        ("cellular", "网线断了"),
        ("cellular", "蓝牙断开"),
        ("bluetooth", "流量卡欠费停机"),
        ("bluetooth", "网线断了"),
        ("no_printer", "打印不清"),
    ],
)
def test_a_report_that_contradicts_the_register_is_told(
    reasoner: Reasoner, fact: str, text: str
) -> None:
    session = told(reasoner, fact, text)
    known = reasoner.knowledge.circumstances[fact].text.zh
    assert any(f"“{known}”" in one.zh and text in one.zh for one in session.advice.warnings)
    other = told(reasoner, fact, "余额不足")
    assert other.advice.warnings == ()


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("wired", "网线断了"),
        ("wired", "不是wifi的问题，网线断了"),
        ("wifi", "连不上wifi，路由器重启过"),
        ("cellular", "流量卡欠费停机"),
        ("bluetooth", "蓝牙断开"),
        ("wired", "simple restart did not help, network cable unplugged"),
    ],
)
def test_a_report_that_fits_the_register_is_no_contradiction(
    reasoner: Reasoner, fact: str, text: str
) -> None:
    assert told(reasoner, fact, text).advice.warnings == ()


def test_a_wifi_fault_of_a_wired_terminal_is_no_matter_of_a_carrier(reasoner: Reasoner) -> None:
    session = told(reasoner, "wired", "连不上wifi")
    assert ContactRole.CARRIER not in session.advice.contacts
    assert not [item for item in session.checks if Act.SIM in item.check.does]
