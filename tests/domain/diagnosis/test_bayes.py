"""Beliefs follow the evidence, no further."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.diagnosis.bayes import PRIOR_MOST, Beliefs, LearnedCounts, entropy
from app.domain.diagnosis.evidence import Reasoner
from app.domain.faults import FaultClass

CLASSES = st.dictionaries(st.sampled_from(list(FaultClass)), st.integers(0, 10**6))


def test_without_evidence_the_shipped_shares_hold(reasoner: Reasoner) -> None:
    model = reasoner.model
    found = reasoner.reasoning([], {}, LearnedCounts())
    assert found.beliefs.classes(model) == pytest.approx(model.base)
    assert found.shifts == ()
    assert not found.contradicted


@given(CLASSES)
def test_the_prior_is_a_distribution_whatever_was_counted(
    reasoner: Reasoner, counts: dict[FaultClass, int]
) -> None:
    prior = reasoner.model.prior(counts)
    assert sum(prior.values()) == pytest.approx(1)
    assert min(prior.values()) > 0


def test_ten_tickets_do_not_shout(reasoner: Reasoner) -> None:
    model = reasoner.model
    prior = model.prior({FaultClass.BALANCE: 10})
    assert prior[FaultClass.BALANCE] < model.base[FaultClass.BALANCE] + 0.05


def test_many_tickets_are_heard_but_never_alone(reasoner: Reasoner) -> None:
    prior = reasoner.model.prior({FaultClass.BALANCE: 100_000})
    assert 0.6 < prior[FaultClass.BALANCE] < PRIOR_MOST + 0.1


def test_two_signs_of_one_class_strengthen_it_though_their_modes_differ(
    reasoner: Reasoner,
) -> None:
    model = reasoner.model

    def hardware(text: str) -> float:
        beliefs = reasoner.reasoning(reasoner.read("", text), {}, LearnedCounts()).beliefs
        return beliefs.classes(model)[FaultClass.HARDWARE]

    one = hardware("按键失灵")
    assert hardware("按键失灵，屏幕白屏") > one


def test_confirmed_cases_refine_what_a_code_says(reasoner: Reasoner) -> None:
    evidence = reasoner.read("97", "")
    learned = LearnedCounts(evidence={"code:97": {FaultClass.SOFTWARE: 200}})
    before = reasoner.reasoning(evidence, {}, LearnedCounts()).beliefs
    after = reasoner.reasoning(evidence, {}, learned).beliefs
    model = reasoner.model
    assert after.classes(model)[FaultClass.SOFTWARE] > 0.6
    assert before.classes(model)[FaultClass.SOFTWARE] < 0.3


def test_three_confirmed_cases_do_not_overturn_the_catalogue(reasoner: Reasoner) -> None:
    evidence = reasoner.read("51", "")
    learned = LearnedCounts(evidence={"code:51": {FaultClass.HARDWARE: 3}})
    beliefs = reasoner.reasoning(evidence, {}, learned).beliefs
    assert beliefs.classes(reasoner.model)[FaultClass.BALANCE] > 0.8


def test_a_check_that_did_not_help_lowers_the_causes_it_mends(reasoner: Reasoner) -> None:
    start = Beliefs.start(reasoner.model, reasoner.model.base)
    fixes = reasoner.knowledge.checks["sign_in"].fixes
    before = start.cause_chances()["not_signed_in"]
    assert start.tried(fixes, helped=False).cause_chances()["not_signed_in"] < before / 10
    assert start.tried(fixes, helped=True).cause_chances()["not_signed_in"] > before * 5


@given(
    st.lists(
        st.sampled_from(["网络不好", "卡纸", "密码错误", "风控", "死机", "不是没电"]), max_size=6
    )
)
def test_beliefs_stay_a_distribution(reasoner: Reasoner, said: list[str]) -> None:
    evidence = reasoner.read("", "，".join(said))
    beliefs = reasoner.reasoning(evidence, {}, LearnedCounts()).beliefs
    assert sum(beliefs.modes.values()) == pytest.approx(1)
    assert 0 <= entropy(beliefs.classes(reasoner.model)) <= 3.2
