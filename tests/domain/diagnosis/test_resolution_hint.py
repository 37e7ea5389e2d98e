"""The resolution starts from the diagnosis where that clearly leads, and says no more."""

from __future__ import annotations

from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview import begin
from app.domain.diagnosis.resolution_hint import resolution_hint
from app.domain.faults import FaultClass
from app.domain.incidents.incidents import is_request


def test_a_clear_session_offers_a_sound_chain_and_what_was_done(reasoner: Reasoner) -> None:
    session = begin(reasoner, "A0").tick("sign_in", CheckOutcome.HELPED)
    hint = resolution_hint(session, None)
    assert hint.fault_class is session.top.fault_class
    assert (hint.mode, hint.cause) == (session.modes[0].id, session.causes[0].id)
    assert [text.zh for text in hint.done] == ["重新签到，换取工作密钥：已做，问题解决"]
    chain = hint.fault_class, hint.mode, hint.cause, ""
    assert reasoner.knowledge.chain_problem(*chain) is None


def test_an_open_session_leaves_the_choice_open(reasoner: Reasoner) -> None:
    hint = resolution_hint(begin(reasoner, "", "你好"), FaultClass.HARDWARE)
    assert (hint.mode, hint.cause, hint.done) == ("", "", ())


def test_the_class_the_technician_accepted_is_followed(reasoner: Reasoner) -> None:
    session = begin(reasoner, "A0")
    for accepted in FaultClass:
        hint = resolution_hint(session, accepted)
        assert hint.fault_class is accepted
        chain = accepted, hint.mode, hint.cause, ""
        assert reasoner.knowledge.chain_problem(*chain) is None


def test_no_code_alone_establishes_a_cause(reasoner: Reasoner) -> None:
    for code in reasoner.knowledge.codes:
        session = begin(reasoner, code)
        for check in session.checks:
            session = session.tick(check.check.id)
        hint = resolution_hint(session, None)
        assert hint.cause == "", code


def test_what_goes_round_the_cause_does_not_establish_it(reasoner: Reasoner) -> None:
    session = begin(reasoner, "51").tick("other_card", CheckOutcome.HELPED)
    assert resolution_hint(session, FaultClass.BALANCE).cause == ""
    called = begin(reasoner, "51").tick("issuer_call", CheckOutcome.HELPED)
    assert resolution_hint(called, FaultClass.BALANCE).cause == ""


def test_a_guessed_class_is_not_offered(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "你好")
    assert not session.clear
    hint = resolution_hint(session, None)
    assert (hint.fault_class, hint.mode) == (None, "")


def test_a_request_is_given_no_failure(reasoner: Reasoner) -> None:
    for request in ("我要申请移机", "商户要撤机", "停机保号"):
        session = begin(reasoner, "", request)
        assert session.planned, request
        hint = resolution_hint(session, None)
        assert hint.fault_class is FaultClass.OTHER
        assert is_request(hint.mode), "filed under no failure"
        assert hint.cause == "requested"


def test_after_a_hard_stop_what_is_dangerous_is_offered_first(reasoner: Reasoner) -> None:
    knowledge = reasoner.knowledge
    for stop in knowledge.stops:
        signs = [sign for sign in knowledge.signs.values() if sign.stop == stop]
        way = next(way for sign in signs for way in sign.says if not set("<+^") & set(way))
        for text in (way, f"{way}，充不进电，打印不清", f"信号满格但交易超时，{way}"):
            session = begin(reasoner, "", text)
            assert stop in [one.id for one in session.stops], text
            shares = resolution_hint(session, None).shares
            called = {one.id for one in session.stops}
            for mode in knowledge.modes.values():
                ranked = sorted(mode.causes, key=lambda name: -shares.get(name, 0.0))
                told = [knowledge.causes[name].stop in called for name in ranked]
                assert told == sorted(told, reverse=True), (text, mode.id, ranked)
            first = max(knowledge.modes, key=lambda name: shares.get(name, 0.0))
            assert called & {knowledge.causes[name].stop for name in knowledge.modes[first].causes}
            told = [knowledge.causes[one.id].stop in called for one in session.causes]
            assert told == sorted(told, reverse=True), text
