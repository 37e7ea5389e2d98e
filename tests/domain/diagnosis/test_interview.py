"""The guided session: any order, any withdrawal, the same trail to the same result."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.diagnosis.bayes import LearnedCounts
from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.evidence import FACTS_MOST, Fact, Reasoner
from app.domain.diagnosis.handover import CaseFacts, handover
from app.domain.diagnosis.interview import Interview, begin
from app.domain.diagnosis.interview_parts import UNKNOWN
from app.domain.diagnosis.replay import replay
from app.domain.diagnosis.session_record import reasons
from app.domain.errors import BadValue, InvalidInput, NotFound
from app.domain.faults import ContactRole, FaultClass
from app.languages import LocalizedText


def share(session: Interview, fault_class: FaultClass) -> float:
    """What a class has."""
    return next(r.share for r in session.ranking if r.fault_class is fault_class)


def test_text_that_says_nothing_gives_honest_uncertainty(reasoner: Reasoner) -> None:
    for text in ("", "你好", "asdf qwer", "请问一下", "？？？"):
        session = begin(reasoner, "", text)
        assert session.top.share < 0.4
        assert not session.decided
        assert session.advice.say == reasoner.knowledge.phrases["advice.say_open"]


@pytest.mark.parametrize(
    "text",
    [
        "机器坏了",
        "有问题",
        "不能用了",
        "機器壞咗",
        "怎么办",
        "麻烦师傅上门看看，谢谢",
        "help",
        "POS not working",
        "machine broken, please help",
        "asdf qwer",
        "今天天气不错",
        "12345",
        "",
    ],
)
def test_nothing_the_register_knows_decides_when_nobody_said_what_is_wrong(
    reasoner: Reasoner, text: str
) -> None:
    last = reasoner.knowledge.phrases["class.hardware"]
    history = (
        Fact("repeat", {"count": 4, "days": 90, "last": last}, {FaultClass.HARDWARE: 3}),
        Fact("model_cluster", {"count": 9, "last": last}, {FaultClass.HARDWARE: 9}),
    )
    versions: dict[str, str | int | LocalizedText] = {"found": "1.0", "required": "2.0"}
    for facts in (
        (),
        (*history, Fact("cellular")),
        (Fact("suspended"),),
        (Fact("outdated", versions), Fact("wired"), Fact("no_printer")),
        (Fact("area_burst", {"count": 7}), Fact("neighbours", {"count": 2})),
        (Fact("swapped", {"days": 3}), *history),
    ):
        session = begin(reasoner, "", text, facts=facts)
        assert session.top.share <= 0.35 + 1e-9
        assert session.question is not None


def test_the_register_moves_what_was_said_only_so_far(reasoner: Reasoner) -> None:
    last = reasoner.knowledge.phrases["class.hardware"]
    facts = (
        Fact("repeat", {"count": 6, "days": 90, "last": last}, {FaultClass.HARDWARE: 5}),
        Fact("model_cluster", {"count": 20, "last": last}, {FaultClass.HARDWARE: 20}),
    )
    alone = begin(reasoner, "", "刷不过")
    known = begin(reasoner, "", "刷不过", facts=facts)
    for rival in (FaultClass.BALANCE, FaultClass.NETWORK, FaultClass.FROZEN):
        before = share(alone, FaultClass.HARDWARE) / share(alone, rival)
        after = share(known, FaultClass.HARDWARE) / share(known, rival)
        assert before < after <= before * FACTS_MOST + 1e-9


def test_an_estate_with_one_common_fault_may_still_say_so(reasoner: Reasoner) -> None:
    learned = LearnedCounts({FaultClass.HARDWARE: 3000}, {})
    assert begin(reasoner, "", "机器坏了", learned=learned).top.share > 0.5


def test_a_clear_code_is_decided_without_a_question(reasoner: Reasoner) -> None:
    session = begin(reasoner, "51")
    assert session.top.fault_class is FaultClass.BALANCE
    assert session.advice.contacts == (ContactRole.ISSUER,)
    assert not session.advice.visit


def test_every_figure_can_be_explained_in_words(reasoner: Reasoner) -> None:
    session = begin(reasoner, "A0", "重新签到后仍然")
    assert (
        session.top.reasons[0].zh
        == "因为代码 A0 MAC 校验失败，且代码是后台返回的，终端到后台是通的"
    )
    assert session.top.reasons[0].en.startswith("because code A0 MAC failed")


def test_a_code_from_the_host_proves_that_the_link_works(reasoner: Reasoner) -> None:
    session = begin(reasoner, "96")
    assert "fact:host_reply" in {item.id for item in session.evidence}
    assert share(session, FaultClass.NETWORK) < 0.1
    local = begin(reasoner, "Y8", profile="ums")
    assert "fact:host_reply" not in {item.id for item in local.evidence}
    assert local.top.fault_class is FaultClass.NETWORK


@pytest.mark.parametrize("code", ["A1", "A2", "A3", "A4", "A5", "B1", "P1", "F0", "Z1"])
def test_a_clashing_code_alone_never_decides(reasoner: Reasoner, code: str) -> None:
    session = begin(reasoner, code)
    assert len(session.codes) > 1
    assert session.clash
    assert not session.decided
    assert session.top.share <= 0.6 + 1e-9


def test_a_known_platform_settles_a_clash(reasoner: Reasoner) -> None:
    session = begin(reasoner, "A4", profile="ums")
    assert not session.clash
    assert session.top.fault_class is FaultClass.OPERATION


@pytest.mark.parametrize("code", ["68", "98", "A2", "92", "09", "94"])
def test_when_the_result_is_unknown_it_is_queried_first_and_never_repeated(
    reasoner: Reasoner, code: str
) -> None:
    session = begin(reasoner, code)
    assert session.result_unknown
    assert session.checks[0].check.id == "query_result"
    assert reasoner.knowledge.phrases["advice.query_first"] in session.advice.warnings


@pytest.mark.parametrize(
    "text", ["TAMPERED", "开机提示触发自毁", "Alert Irruption!", "封条破了，多了一根线", "機器被拆"]
)
def test_tampering_is_a_hard_stop_that_no_answer_can_argue_away(
    reasoner: Reasoner, text: str
) -> None:
    learned = LearnedCounts({FaultClass.BALANCE: 10**6}, {})
    session = begin(reasoner, "51", text, learned=learned)
    for question in reasoner.knowledge.questions.values():
        session = session.answer(question.id, question.answers[-1].id)
    session = session.tick("restart", CheckOutcome.HELPED)
    assert session.stopped
    assert session.question is None
    assert session.top.share >= 0.45
    assert session.top.fault_class in (FaultClass.HARDWARE, FaultClass.VIOLATION)
    assert session.advice.contacts == (ContactRole.ACQUIRER, ContactRole.SUPPLIER)
    allowed = {c.check.id for c in session.checks}
    assert allowed <= {"isolate", "seals", "swap_terminal"}


def test_answering_the_tamper_question_with_yes_stops(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "开不了机").answer("tamper", "yes")
    assert session.stopped
    assert not session.withdraw("answer:tamper", "封条完好，技术员核对").stopped


def test_no_sign_of_tampering_is_no_stop(reasoner: Reasoner) -> None:
    assert not begin(reasoner, "", "没有显示tamper，就是打印不了").stopped


def test_answers_in_any_order_give_the_same_shares(reasoner: Reasoner) -> None:
    answers = [("other_card", "yes"), ("other_terminal", "no"), ("changed", "swapped")]
    one = two = begin(reasoner, "", "刷卡没反应")
    for question, value in answers:
        one = one.answer(question, value)
    for question, value in reversed(answers):
        two = two.answer(question, value)
    for ranked in one.ranking:
        assert share(two, ranked.fault_class) == pytest.approx(ranked.share)


def test_withdrawing_what_was_said_undoes_it(reasoner: Reasoner) -> None:
    start = begin(reasoner, "A0", "换卡也不行")
    changed = start.answer("changed", "swapped").tick("sign_in")
    back = changed.withdraw("check:sign_in").withdraw("answer:changed")
    assert back.ranking == start.ranking
    without = start.withdraw("code:A0")
    assert "fact:host_reply" not in {item.id for item in without.evidence}
    with pytest.raises(NotFound):
        without.withdraw("code:A0")


def test_dont_know_is_always_an_answer_and_moves_nothing(reasoner: Reasoner) -> None:
    start = begin(reasoner, "", "刷卡没反应")
    for question in reasoner.knowledge.questions:
        after = start.answer(question, UNKNOWN)
        assert after.ranking == start.ranking
        assert after.question is None or after.question.id != question


def test_what_was_said_is_not_asked_again(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "换了几张卡都读不出")
    while session.question is not None:
        assert session.question.id != "other_card"
        session = session.answer(session.question.id)


def test_a_session_ends(reasoner: Reasoner) -> None:
    session = begin(reasoner)
    for _ in range(len(reasoner.knowledge.questions)):
        if session.question is None:
            break
        session = session.answer(session.question.id)
    assert session.question is None


def test_a_number_falls_into_its_answer(reasoner: Reasoner) -> None:
    start = begin(reasoner, "", "连不上网")
    assert start.answer("bars", 0).evidence[-1].value == "zero"
    assert start.answer("bars", "1").evidence[-1].value == "weak"
    assert start.answer("bars", 4).evidence[-1].value == "good"
    with pytest.raises(InvalidInput):
        start.answer("bars", "many")


def test_a_code_given_as_an_answer_becomes_a_code(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "刷不了").answer("code", "51")
    assert session.top.fault_class is FaultClass.BALANCE
    assert "code:51" in {item.id for item in session.evidence}
    said_none = begin(reasoner, "", "刷不了").answer("code", "none")
    assert said_none.codes == ()


@pytest.mark.parametrize(("question", "value"), [("other_card", "perhaps"), ("changed", "maybe")])
def test_an_answer_that_is_none_is_refused(reasoner: Reasoner, question: str, value: str) -> None:
    with pytest.raises(InvalidInput):
        begin(reasoner).answer(question, value)


def test_unknown_questions_and_checks_are_refused(reasoner: Reasoner) -> None:
    with pytest.raises(NotFound):
        begin(reasoner).answer("nonsense", "yes")
    with pytest.raises(NotFound):
        begin(reasoner).tick("nonsense")
    with pytest.raises(InvalidInput):
        begin(reasoner).tick("sign_in", "perhaps")


def test_another_description_replaces_the_first_and_keeps_the_answers(
    reasoner: Reasoner,
) -> None:
    session = begin(reasoner, "", "打印空白").answer("other_card", "yes").tell(text="网络不通")
    assert session.top.fault_class is FaultClass.NETWORK
    assert session.asked == 1


def test_checks_stand_by_chance_over_minutes_and_behind_what_they_need(
    reasoner: Reasoner,
) -> None:
    session = begin(reasoner, "A0", "重新签到后仍然")
    names = [c.check.id for c in session.checks]
    assert names.index("sign_in") < names.index("inject_keys")
    assert all(c.chance > 0 for c in session.checks)


def test_card_numbers_never_enter_the_trail(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "顾客卡号6212345678900000003刷不过")
    session = session.tell(text="卡 4111 1111 1111 1111 被拒")
    written = json.dumps(session.trail())
    assert "6212345678900000003" not in written
    assert "4111 1111 1111 1111" not in written


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("answer"),
            st.sampled_from(
                [
                    ("other_card", "yes"),
                    ("other_card", ""),
                    ("bars", "2"),
                    ("code", "51"),
                    ("code", "none"),
                    ("changed", "moved"),
                    ("tamper", "yes"),
                    ("step", "print"),
                ]
            ),
        ),
        st.tuples(
            st.just("tick"),
            st.sampled_from(
                [("sign_in", "done"), ("sign_in", "not_helped"), ("restart", "helped")]
            ),
        ),
        st.tuples(st.just("tell"), st.sampled_from([("code", "96"), ("text", "打印空白")])),
        st.tuples(st.just("withdraw"), st.integers(0, 9)),
    ),
    max_size=8,
)


@settings(max_examples=40)
@given(STEPS)
def test_the_trail_replayed_gives_the_same_result(
    reasoner: Reasoner, steps: list[tuple[str, object]]
) -> None:
    facts = (
        Fact("swapped", {"days": 12}),
        Fact(
            "repeat",
            {"count": 2, "days": 90, "last": LocalizedText("软件问题", "Software fault")},
            {FaultClass.SOFTWARE: 2},
        ),
    )
    learned = LearnedCounts({FaultClass.SOFTWARE: 30}, {"code:A0": {FaultClass.SOFTWARE: 9}})
    session = begin(reasoner, "A0", "重新签到后仍然", facts=facts, learned=learned)
    for kind, what in steps:
        session = _step(session, kind, what)
    written = json.loads(json.dumps(session.trail()))
    again = replay(reasoner, written)
    assert again.ranking == session.ranking
    assert again.trail() == session.trail()


def _step(session: Interview, kind: str, what: object) -> Interview:
    if kind == "withdraw":
        assert isinstance(what, int)
        left = session.evidence
        return session.withdraw(left[what % len(left)].id, "看过，不是") if left else session
    ref, value = what  # type: ignore[misc]
    if kind == "answer":
        return session.answer(ref, value)
    if kind == "tick":
        return session.tick(ref, value)
    return session.tell(**{ref: value})


def test_only_an_outcome_moves_beliefs_and_each_of_three_is_told_apart(
    reasoner: Reasoner,
) -> None:
    before = begin(reasoner, "96")
    for check in reasoner.knowledge.checks.values():
        done, helped, not_helped = (before.tick(check.id, outcome) for outcome in CheckOutcome)
        assert done.ranking == before.ranking, check.id
        assert done.beliefs.causes == before.beliefs.causes, check.id
        if check.instruction:
            # There is nothing it could have put right: whatever is said of it moves no belief.
            assert helped.beliefs == not_helped.beliefs == before.beliefs, check.id
            continue
        assert helped.beliefs != before.beliefs, check.id
        assert not_helped.beliefs not in (before.beliefs, helped.beliefs), check.id
        labels = {session.evidence[-1].label for session in (done, helped, not_helped)}
        assert len({text.zh for text in labels}) == len({text.en for text in labels}) == 3


def test_a_plain_tick_says_only_that_it_was_done(reasoner: Reasoner) -> None:
    stopped = begin(reasoner, "TAMPER").tick("isolate")
    case = CaseFacts(number="L7-000001")
    written = json.dumps(stopped.trail(), ensure_ascii=False)
    for said in (handover(stopped, ContactRole.ACQUIRER, case).zh, written):
        assert "已做" in said
        assert "无效" not in said
        assert "问题仍在" not in said


def test_an_old_tick_is_readable_and_counts_as_done_and_no_more(reasoner: Reasoner) -> None:
    """What the old value meant cannot be known: a tick, or a check that was of no use."""
    today = begin(reasoner, "A0").tick("sign_in")
    old = json.loads(
        json.dumps(today.trail(), ensure_ascii=False)
        .replace("：已做", "：无效")
        .replace(": done", ": did not help")
        .replace('"done"', '"no_help"')
    )
    again = replay(reasoner, old)
    assert again.ranking == begin(reasoner, "A0").ranking
    assert again.evidence[-1].value == CheckOutcome.DONE
    assert again.trail() == today.trail()
    printed = " ".join(f"{text.zh} {text.en}" for text in reasons(old))
    assert "未记录" in printed
    assert "not recorded" in printed
    assert "无效" not in printed
    assert "did not help" not in printed


def test_a_trail_that_is_none_is_refused(reasoner: Reasoner) -> None:
    with pytest.raises(BadValue):
        replay(reasoner, {"version": 1})


def test_the_outcome_holds_class_share_mode_and_trail(reasoner: Reasoner) -> None:
    outcome = begin(reasoner, "A0").outcome()
    assert outcome.fault_class is FaultClass.SOFTWARE
    assert outcome.mode == "sw.mac"
    assert outcome.knowledge_hash == reasoner.knowledge.hash
    chosen = begin(reasoner, "A0").outcome(FaultClass.HARDWARE)
    assert (chosen.fault_class, chosen.mode) == (FaultClass.HARDWARE, "")
    assert chosen.share < 0.2


def test_the_handover_says_what_the_contact_needs_and_no_card_number(
    reasoner: Reasoner,
) -> None:
    session = begin(reasoner, "A0", "卡号6212345678900000003，重新签到后仍然").tick("sign_in")
    case = CaseFacts(
        number="L7-000412",
        merchant="测试华晖便利店",
        mid="848290058120000",
        tid="50000412",
        serial="TESTN91000000412",
        model="新大陆 N910",
        technician="张工",
        phone="400-000-0000",
        company="测试终端服务",
    )
    said = handover(session, ContactRole.ACQUIRER, case)
    for needed in ("L7-000412", "TID 50000412", "A0", "重新签到", "张工"):
        assert needed in said.zh
    assert "6212345678900000003" not in said.zh + said.en
    assert "Address" not in said.en
    stop = handover(begin(reasoner, "TAMPER"), ContactRole.SUPPLIER, case)
    assert "安全事件" in stop.zh
