"""Reasons quote what was given, nouns tell nothing, and what is asked is worth its seconds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.diagnosis.bayes import LearnedCounts
from app.domain.diagnosis.evidence import EvidenceKind, Reasoner
from app.domain.diagnosis.interview import Interview, begin
from app.domain.diagnosis.next_question import READY, REMEDY
from app.domain.diagnosis.what_was_told import settled_questions
from app.domain.faults import FaultClass
from app.knowledge.evaluate import read_cases
from tests.conftest import FILES

CASES = [
    case
    for name in ("cases_examples", "cases_cited", "cases_tuning")
    for case in read_cases(FILES / f"{name}.jsonl")
]
QUOTE = re.compile(r"(?:报修说|屏幕提示)“([^”]*)”")


def shares(session: Interview) -> dict[FaultClass, float]:
    return {ranked.fault_class: ranked.share for ranked in session.ranking}


@given(data=st.data())
def test_bare_nouns_leave_the_classes_as_they_were(reasoner: Reasoner, data: st.DataObject) -> None:
    # Single characters and letters are particles, which stand beside a noun and not alone.
    nouns = st.sampled_from([n for n in reasoner.knowledge.wording.nouns if len(n) > 1])
    said = data.draw(st.lists(nouns, min_size=1, max_size=4))
    before, after = shares(begin(reasoner)), shares(begin(reasoner, "", " ".join(said)))
    assert max(abs(after[c] - before[c]) for c in before) <= 0.03, said


def test_every_noun_is_read_as_it_is_spelt_and_tells_nothing(reasoner: Reasoner) -> None:
    """A noun that resembles a word of a sign ("their", "there") is no misspelling of it."""
    matcher, before = reasoner.matcher, shares(begin(reasoner))
    for noun in reasoner.knowledge.wording.nouns:
        assert matcher.tokens(noun) == matcher.folding.tokens(noun), noun
        if len(noun) > 1:
            after = shares(begin(reasoner, "", noun))
            assert max(abs(after[c] - before[c]) for c in before) <= 0.03, noun


_JOINED = (
    "me them us you your i who whom whose which that this these those there what when where"
    " why how would could should might must shall will can may do does did been being am"
    " are were from into onto than then also very too so such same other another each every"
    " all any some few more most much many own about above after before between by for off"
    " over under up down as if or but because while until during through once only even"
    " still yet ever always"
)
JOINING = _JOINED.split()


def test_english_words_that_only_join_tell_nothing(reasoner: Reasoner) -> None:
    before = shares(begin(reasoner))
    for word in JOINING:
        for text in (word, f"{word} the terminal", f"{word} {word}"):
            after = shares(begin(reasoner, "", text))
            assert max(abs(after[c] - before[c]) for c in before) <= 0.03, text


@pytest.mark.parametrize(
    "opener", ["商户反映", "老板说", "客户来电反映", "店员说机器", "customer says"]
)
@pytest.mark.parametrize("said", ["不好用", "打不出字", "刷不了卡", "提示交易超时", "mac error"])
def test_who_reports_it_changes_nothing(reasoner: Reasoner, opener: str, said: str) -> None:
    before, after = (
        shares(begin(reasoner, "", said)),
        shares(begin(reasoner, "", f"{opener} {said}")),
    )
    assert after[FaultClass.VIOLATION] <= before[FaultClass.VIOLATION] + 0.05
    assert max(after, key=lambda c: after[c]) is max(before, key=lambda c: before[c]) or (
        max(after.values()) < 0.4
    )


def test_a_reason_quotes_only_what_was_written(reasoner: Reasoner) -> None:
    quoted = 0
    for case in CASES:
        given_ = f"{case.code}\n{case.text}".casefold()
        for ranked in begin(reasoner, case.code, case.text).ranking:
            for reason in ranked.reasons:
                for words in QUOTE.findall(reason.zh):
                    quoted += 1
                    part = words.removesuffix("…").split("“")[0].strip().casefold()
                    assert part[:20] in given_, (case.id, words)
    assert quoted > 300


def test_no_screen_is_quoted_where_nobody_entered_what_it_shows(reasoner: Reasoner) -> None:
    for case in CASES:
        if not case.code:
            reasons = begin(reasoner, "", case.text).top.reasons
            assert not any("屏幕提示“" in reason.zh for reason in reasons), case.id


def test_the_screen_is_not_asked_about_once_it_was_entered(reasoner: Reasoner) -> None:
    for case in CASES:
        session = begin(reasoner, case.code, case.text)
        asked = session.further
        if case.code and asked is not None:
            assert asked.question.id not in ("message", "code"), case.id


def test_the_generic_question_comes_seldom(reasoner: Reasoner) -> None:
    first = [begin(reasoner, case.code, case.text).question for case in CASES]
    generic = sum(question is not None and question.id == "message" for question in first)
    assert generic / len(CASES) <= 0.2


def test_a_clear_class_with_a_remedy_goes_straight_to_the_checks(reasoner: Reasoner) -> None:
    straight = 0
    for case in CASES:
        session = begin(reasoner, case.code, case.text)
        likely = max((item.chance for item in session.checks), default=0.0)
        clear = session.top.share >= READY and likely >= REMEDY
        if clear and not session.stopped and not session.unsettled:
            straight += 1
            assert session.straight_to_checks
            assert session.question is None
    assert straight > 20


def test_further_questions_are_there_on_request(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "刷卡提示通讯失败")
    assert session.straight_to_checks
    assert session.question is None
    assert session.further is not None
    answered = session.answer(session.further.question.id)
    assert answered.asked == 1


def test_a_full_signal_with_time_outs_names_what_a_technician_would_do(reasoner: Reasoner) -> None:
    for text in (
        "信号满格但交易超时",
        "4G信号满格，刷卡老是超时",
        "full signal but transactions time out",
    ):
        session = begin(reasoner, "", text)
        assert session.top.fault_class is FaultClass.NETWORK
        ids = [item.check.id for item in session.checks]
        assert ids[0] == "query_result", "an unknown result is looked up first"
        assert {"redial", "ping", "apn", "hotspot"} <= set(ids), text
        assert "signal" not in ids[:3]


def test_a_battery_that_is_not_swollen_does_not_point_at_the_battery(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "电池没鼓包,打不出字")
    assert not session.stops
    kinds = {item.ref for item in session.evidence if item.kind is EvidenceKind.SYMPTOM}
    assert "topic_power" not in kinds
    assert session.modes[0].id in ("op.paper", "hw.print")


def test_what_the_merchant_was_told_stands_until_something_else_is_to_be_said(
    reasoner: Reasoner,
) -> None:
    session = begin(reasoner, "51", "余额不足").tell_merchant(told=True)
    assert session.merchant_told
    assert not session.tell_merchant(told=False).merchant_told
    other = session.tell(code="A0", text="")
    assert not other.merchant_told


def contradicted(session: Interview) -> bool:
    reasoner = session.reasoner
    return reasoner.reasoning(session.evidence, {}, LearnedCounts()).contradicted


def test_what_words_answered_is_open_again_once_answers_contradict_them(reasoner: Reasoner) -> None:
    evidence = reasoner.read("", "重启也没用，显示余额不足")
    told = settled_questions(reasoner.knowledge, evidence, "")
    assert {"restart_helped", "message"} <= told
    assert settled_questions(reasoner.knowledge, evidence, "", doubted=True) == frozenset()


def test_an_answer_is_never_asked_for_again(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "显示余额不足").answer("other_card", "no")
    for doubted in (False, True):
        asked = settled_questions(reasoner.knowledge, session.evidence, "", doubted=doubted)
        assert "other_card" in asked


def test_answers_that_no_one_would_give_contradict_the_words(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "提示司法冻结")
    assert session.top.fault_class is FaultClass.FROZEN
    assert not contradicted(session)
    for question, answer in (("other_card", "no"), ("link_test", "no"), ("step", "link")):
        session = session.answer(question, answer)
    assert contradicted(session)


def test_answers_that_fit_the_words_leave_them_trusted(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "提示司法冻结")
    for question, answer in (("other_card", "yes"), ("step", "reply"), ("other_bank", "yes")):
        session = session.answer(question, answer)
    assert not contradicted(session)
