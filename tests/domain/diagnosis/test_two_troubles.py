"""Two troubles in one report: both named, asked which stops the trade, none forgotten."""

from __future__ import annotations

import json

import pytest

from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview import Interview, begin
from app.domain.diagnosis.interview_parts import UNKNOWN
from app.domain.diagnosis.replay import replay
from app.domain.diagnosis.two_troubles import STOPS_TRADE
from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from tests.conftest import FILES
from tests.knowledge.case_sources import rows_of

TOGETHER = {
    "打印机卡纸，另外网也连不上": ("hardware", "network"),
    "小票打不出来，还有客人那张卡余额不足": ("hardware", "balance"),
    "屏幕碎了，同时扫码头也不亮": ("hardware", "hardware"),
    "密码错误，又提示未结算": ("operation", "operation"),
    "商户被停用，另外打印机也坏了": ("violation", "hardware"),
    "应用闪退，还有卡读不出来": ("software", "hardware"),
    "printer is jammed and also the wifi keeps dropping": ("hardware", "network"),
    "The battery won't charge and the chip reader does not read cards": ("hardware", "hardware"),
    "card declined insufficient funds, and the receipt is blank": ("balance", "hardware"),
    "app crashes, and the keypad is dead": ("software", "hardware"),
}
ONE = (
    "打印机卡纸，换了一卷也还是卡",
    "连不上网，手机也上不了",
    "没有卡纸，也没有连不上网，就是屏幕黑",
    "屏幕黑，充电也不亮",
    "printer is jammed and it makes a noise",
    "no paper jam and the wifi is fine, the screen is dark",
)


@pytest.mark.parametrize("text", TOGETHER)
def test_both_are_named_and_which_stops_the_trade_is_asked_first(
    reasoner: Reasoner, text: str
) -> None:
    session = begin(reasoner, "", text)
    assert len(session.troubles) == 2
    asked = session.question
    assert asked is not None
    assert asked.id == STOPS_TRADE
    assert not session.decided
    assert not session.straight_to_checks
    for language in ("zh", "en"):
        names = [each.sign.label.in_(language) for each in session.troubles]
        said = asked.text.in_(language)
        unsure = session.answer(STOPS_TRADE).advice.warnings[-1].in_(language)
        assert all(name in said for name in names)
        assert all(name in unsure for name in names), "kept in mind when nobody knows which"
        told = [warning.in_(language) for warning in session.advice.warnings]
        assert not [one for one in told if names[0] in one], "said twice beside the question"


@pytest.mark.parametrize("text", ONE)
def test_one_trouble_in_two_clauses_or_a_denied_one_is_not_two(
    reasoner: Reasoner, text: str
) -> None:
    assert not begin(reasoner, "", text).troubles


def chosen(session: Interview, number: int) -> Interview:
    """The session after this one of the troubles was said to stop the trade."""
    return session.answer(STOPS_TRADE, session.troubles[number].sign.id)


@pytest.mark.parametrize("text", TOGETHER)
@pytest.mark.parametrize("number", [0, 1])
def test_the_one_that_stops_the_trade_is_looked_at_the_other_kept_in_mind(
    reasoner: Reasoner, text: str, number: int
) -> None:
    session = chosen(begin(reasoner, "", text), number)
    other = session.troubles[1 - number].sign
    assert {session.ranking[0].fault_class, session.ranking[1].fault_class} & {
        FaultClass(TOGETHER[text][number])
    }
    assert other.id not in {item.id for item in session.evidence}
    assert other.label.zh in session.advice.warnings[-1].zh
    assert session.question is None or session.question.id != STOPS_TRADE
    assert session.text == text
    again = session.withdraw(f"answer:{STOPS_TRADE}")
    assert again.ranking == begin(reasoner, "", text).ranking
    assert replay(reasoner, json.loads(json.dumps(session.trail()))).ranking == session.ranking


def test_not_knowing_which_looks_at_both_and_asks_no_more(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "打印机卡纸，另外网也连不上")
    unsure = session.answer(STOPS_TRADE, UNKNOWN)
    assert unsure.question is not None
    assert unsure.question.id != STOPS_TRADE
    assert unsure.ranking == session.ranking
    with pytest.raises(InvalidInput):
        session.answer(STOPS_TRADE, "sign:expired_card")


def test_another_report_forgets_the_choice_of_the_first(reasoner: Reasoner) -> None:
    first = chosen(begin(reasoner, "", "打印机卡纸，另外网也连不上"), 0)
    told = first.tell(text="密码错误，又提示未结算")
    assert told.question is not None
    assert told.question.id == STOPS_TRADE


@pytest.mark.parametrize("danger", ["电池鼓包", "冒烟了", "防拆报警"])
def test_danger_is_never_set_aside(reasoner: Reasoner, danger: str) -> None:
    text = f"打印机卡纸，另外网也连不上，而且{danger}"
    session = begin(reasoner, "", text)
    assert session.stopped
    for trouble in session.troubles:
        kept = session.answer(STOPS_TRADE, trouble.sign.id)
        assert kept.stops == session.stops


def test_what_was_withdrawn_stays_withdrawn(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "打印机卡纸，另外网也连不上")
    first = session.troubles[0].sign.id
    assert first not in {item.id for item in chosen(session.withdraw(first), 0).evidence}


def test_reports_of_one_trouble_are_seldom_taken_for_two(reasoner: Reasoner) -> None:
    rows = [
        row for name in ("learning", "gathered") for row in rows_of(FILES / f"cases_{name}.jsonl")
    ]
    several = sum(
        bool(begin(reasoner, row.get("code") or "", row["text"]).troubles) for row in rows
    )
    assert several / len(rows) <= 0.02


THREE = "打印机卡纸，另外网也连不上，还有客人那张卡余额不足"


def leaning(session: Interview, place: int, fault_class: FaultClass | None, mode: str) -> float:
    """How much of the sign of a trouble speaks for a mode, or for a class when there is none."""
    modes = session.reasoner.knowledge.modes
    points = session.reasoner.knowledge.signs[session.troubles[place].sign.ref].leaning.points
    meant = [one for one in modes if one == mode or not mode]
    return sum(points.get(one, 0) for one in meant if modes[one].fault_class is fault_class)


@pytest.mark.parametrize("text", [*TOGETHER, THREE])
def test_at_the_end_none_is_forgotten_whatever_class_and_mode_are_chosen(
    reasoner: Reasoner, text: str
) -> None:
    """All but one are to be settled; what is left out is what was chosen or, while that tells
    nothing, what was answered."""
    asked = begin(reasoner, "", text)
    assert len(asked.troubles) == (3 if text == THREE else 2)
    places = set(range(len(asked.troubles)))
    sessions = [asked, asked.answer(STOPS_TRADE)]
    sessions += [chosen(asked, number) for number in places]
    for session in sessions:
        reported = session.reported_troubles
        ends = {session.troubles[number].sign.id: number for number in places}
        answered = ends.get(reported.chosen or "")
        for fault_class in (None, *FaultClass):
            modes = reasoner.knowledge.modes_of(fault_class) if fault_class else []
            of_class = [mode.id for mode in modes]
            for mode in ("", "other", *of_class):
                known = mode if mode in of_class else ""
                left = places - set(reported.besides(fault_class, mode))
                assert len(left) <= 1
                said = {p: leaning(session, p, fault_class, known) for p in places}
                if known and any(said.values()):
                    assert all(said[place] == max(said.values()) for place in left)
                    assert left or len({*said.values()}) < len(said)
                    continue
                in_class = {p: leaning(session, p, fault_class, "") for p in places}
                clear = {p for p in places if in_class[p] >= 0.15}
                for place in left:
                    if place == answered:
                        assert place in clear or not clear, "not while the class says another"
                    else:
                        assert not known
                        assert in_class[place] == max(in_class.values()) >= 0.5


def test_what_the_case_turned_out_to_be_is_not_asked_for_twice(reasoner: Reasoner) -> None:
    session = begin(reasoner, "", "打印机卡纸，另外网也连不上")
    for reported in (session.reported_troubles, chosen(session, 0).reported_troubles):
        assert reported.besides(FaultClass.HARDWARE, "") == (1,)
        assert reported.besides(FaultClass.NETWORK, "") == (0,)
    assert session.reported_troubles.besides(None, "") == (0, 1)
    assert chosen(session, 0).reported_troubles.besides(FaultClass.BALANCE, "") == (1,)
