"""A hard stop comes from what is said to be there: never from a denial, a question or a word that
only looks alike, and nothing out-argues it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.diagnosis.bayes import LearnedCounts
from app.domain.diagnosis.catalogue import DOUBTS, Act, Doubt, Sign, SignKind, StopKind
from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.handover import CaseFacts, handover
from app.domain.diagnosis.interview import begin
from app.domain.diagnosis.interview_parts import LONGEST_REPORT, UNKNOWN
from app.domain.diagnosis.replay import replay
from app.domain.diagnosis.reported_stops import reported_stops
from app.domain.errors import BadValue
from app.domain.faults import ContactRole, FaultClass
from tests.conftest import FILES

DENIED_ZH = (
    "没有{}",
    "并没有{}",
    "没有出现{}",
    "未出现{}",
    "不是{}",
    "已排除{}",
    "没有任何{}",
    "{}已排除",
    "没有提示{}",
    "从来没有{}",
    "没发现{}",
)
DENIED_EN = (
    "no {}",
    "not {}",
    "without {}",
    "it is not {}",
    "no sign of {}",
    "never {}",
    "isn't {}",
    "there is no {}",
    "{} was ruled out",
    "has not been {}",
)
THINGS = 300
"""Denials of all signs that stay unheard: bare nouns ("no router", "没有密钥") whose absence is
itself the trouble.  Of some 63 000."""


def ways(sign: Sign) -> list[str]:
    return [way.removeprefix("^") for way in sign.says if not set("<+") & set(way)]


def denials(way: str) -> list[str]:
    chinese = any("\u4e00" <= char <= "\u9fff" for char in way)
    return [pattern.format(way) for pattern in (DENIED_ZH if chinese else DENIED_EN)]


def affirmed(reasoner: Reasoner, text: str) -> set[str]:
    return {
        found.sign
        for found in reasoner.matcher.read(text).found
        if not found.negated and not found.asked and found.likeness == 1
    }


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        ("电池鼓包", "battery"),
        ("機器電池膨脹了", "battery"),
        ("机器发烫", "battery"),
        ("冒烟", "fire"),
        ("机器里有焦味", "fire"),
        ("漏电", "shock"),
        ("收银员触电了", "shock"),
        ("电源适配器破裂", "shock"),
        ("机器进水了", "liquid"),
        ("咖啡洒到机器里", "liquid"),
        ("进液", "liquid"),
        ("battery is swollen", "battery"),
        ("the terminal is very hot", "battery"),
        ("smoke coming out of the terminal", "fire"),
        ("burning smell", "fire"),
        ("liquid inside", "liquid"),
        ("cracked mains adapter", "shock"),
        ("the cashier got an electric shock", "shock"),
        ("TAMPER", "tamper"),
        ("机器提示被攻击怎么办？", "tamper"),
        ("pos机进水了怎么处理？", "liquid"),
    ],
)
def test_danger_is_a_stop_with_nothing_proposed_that_it_rules_out(
    reasoner: Reasoner, text: str, stop: str
) -> None:
    session = begin(reasoner, "", text)
    assert stop in {called.id for called in session.stops}
    assert session.question is None
    ruled_out = reasoner.knowledge.stops[stop].rules_out
    assert session.checks
    assert not any(item.check.does & ruled_out for item in session.checks)
    assert reasoner.knowledge.stops[stop].do.zh in session.advice.warnings[0].zh
    told = handover(session, ContactRole.SUPPLIER, CaseFacts())
    assert reasoner.knowledge.stops[stop].tell.en in told.en
    assert replay(reasoner, session.trail()).stops == session.stops


@pytest.mark.parametrize(
    "text",
    [
        "没有防拆报警,打不出字",
        "no tamper message, only a blank screen",
        "没有冒烟、焦味、漏电，就是不开机",
        "no smoke or burning smell, will not turn on",
        "已排除进水，按键失灵",
        "battery is not swollen",
        "电池鼓包的情况没有",
        "tamper: none",
        "The terminal isn't tampered with, it just won't print",
        "never been opened",
        "nobody got an electric shock",
        "没有任何防拆报警（TAMPER、触发自毁）",
    ],
)
def test_what_is_denied_stops_nothing_and_argues_for_nothing(reasoner: Reasoner, text: str) -> None:
    session = begin(reasoner, "", text)
    assert session.stops == session.unsettled == ()


def test_no_way_of_naming_a_stop_stops_when_it_is_denied(reasoner: Reasoner) -> None:
    wrong = [
        said
        for sign in reasoner.knowledge.signs.values()
        if sign.stop
        for way in ways(sign)
        for said in denials(way)
        if begin(reasoner, "", said).stops
    ]
    assert wrong == []


def test_no_wording_of_the_catalogue_is_affirmed_when_it_is_denied(reasoner: Reasoner) -> None:
    wrong = [
        (sign.id, said)
        for sign in reasoner.knowledge.signs.values()
        if not sign.thing
        for way in ways(sign)[::6]
        for said in denials(way)
        if sign.id in affirmed(reasoner, said)
    ]
    assert len(wrong) <= THINGS / 6


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        ("电池鼓包了吗？", "battery"),
        ("是不是被拆过", "tamper"),
        ("tampered?", "tamper"),
        ("is the battery swollen?", "battery"),
        ("怕进水", "liquid"),
        ("the terminal was tampred", "tamper"),
        ("如果电池鼓包要怎么处理", "battery"),
    ],
)
def test_what_is_only_asked_or_feared_is_settled_first(
    reasoner: Reasoner, text: str, stop: str
) -> None:
    session = begin(reasoner, "", text)
    assert session.stops == ()
    assert [called.id for called in session.unsettled] == [stop]
    confirm = reasoner.knowledge.stops[stop].confirm
    assert session.question is not None
    assert session.question.id == confirm
    ruled_out = reasoner.knowledge.stops[stop].rules_out
    assert not any(item.check.does & ruled_out for item in session.checks)
    unsure = session.answer(confirm, UNKNOWN)
    assert not any(item.check.does & ruled_out for item in unsure.checks)
    denied = session.answer(confirm, "no" if confirm == "tamper" else "none")
    assert denied.stops == denied.unsettled == ()


def test_an_answer_that_names_danger_stops(reasoner: Reasoner) -> None:
    start = begin(reasoner, "", "开不了机")
    for question in reasoner.knowledge.questions.values():
        for answer, stop in question.stops.items():
            assert [s.id for s in start.answer(question.id, answer).stops] == [stop]


@given(st.data())
def test_nothing_out_argues_a_stop(reasoner: Reasoner, data: st.DataObject) -> None:
    """Whatever else is said, answered or learned, danger stays first and rules out."""
    stop, text = data.draw(st.sampled_from([("fire", "机器冒烟"), ("battery", "电池鼓包")]))
    code = data.draw(st.sampled_from(["", "51", "A0", "68", "97"]))
    more = data.draw(st.sampled_from(["", "，余额不足", "，网络断了", "，没有防拆报警"]))
    learned = LearnedCounts({data.draw(st.sampled_from(list(FaultClass))): 10**6}, {})
    session = begin(reasoner, code, text + more, learned=learned)
    for question in data.draw(st.lists(st.sampled_from(sorted(reasoner.knowledge.questions)))):
        answers = reasoner.knowledge.questions[question].answers
        session = session.answer(question, data.draw(st.sampled_from([a.id for a in answers])))
    assert stop in {called.id for called in session.stops}
    assert session.top.fault_class in {FaultClass.HARDWARE, FaultClass.VIOLATION}
    assert not any({Act.CHARGE, Act.POWER} & item.check.does for item in session.checks)


def test_every_danger_and_tampering_says_what_to_do(reasoner: Reasoner) -> None:
    kinds = {stop.kind for stop in reasoner.knowledge.stops.values()}
    assert kinds == set(StopKind)
    for stop in reasoner.knowledge.stops.values():
        if stop.kind is StopKind.DANGER:
            assert {Act.CHARGE, Act.POWER, Act.OPEN, Act.PACK} <= stop.rules_out


@pytest.mark.parametrize("length", [1_000, 2_000, 9_000, 19_000, 60_000])
@pytest.mark.parametrize(
    ("said", "stop"),
    [("机器冒烟了", "fire"), ("the battery is swollen", "battery"), ("机器被水泡了", "liquid")],
)
def test_danger_is_heard_wherever_it_stands_in_a_long_report(
    reasoner: Reasoner, length: int, said: str, stop: str
) -> None:
    """Between any other sentences; also at the very end, which nothing cuts off."""
    sentences = [text for text in ORDINARY if not begin(reasoner, "", text).unsettled]
    talk = "。".join(sentences * (1 + length // sum(map(len, sentences))))[:length]
    for text in (f"{talk}。{said}", f"{talk}。{said}。{talk}"):
        if len(text) <= LONGEST_REPORT:
            assert stop in {called.id for called in begin(reasoner, "", text).stops}
    denied = f"{talk}。没有冒烟，battery is not swollen。{talk}"[:LONGEST_REPORT]
    assert begin(reasoner, "", denied).stops == ()


def test_a_report_too_long_to_be_read_is_refused_and_not_cut(reasoner: Reasoner) -> None:
    with pytest.raises(BadValue) as refused:
        begin(reasoner, "", "好" * LONGEST_REPORT + "。机器冒烟")
    assert refused.value.code == "text.too_long"


@pytest.mark.parametrize(
    ("texts", "stop"),
    [
        (
            (
                "充电器爆了",
                "充电器炸了",
                "充着电炸了",
                "插座烧黑了",
                "充电口化了",
                "充电口熔了",
                "排插烧焦了",
                "刚才冒过烟",
                "不是没冒烟,是冒了",
                "不是没有冒烟",
                "有烟",
                "机器里有烟",
                "闪了一下火光",
                "插上电噼里啪啦",
                "充电器滋滋响",
                "smells burnt",
                "the adapter smells burnt",
                "sparks from the plug",
                "the charger blew up",
                "冐烟",
                "机器冒咽",
                "POS机冒yan",
            ),
            "fire",
        ),
        (("摸机子麻", "一碰外壳手发麻", "shocked my hand", "it shocked the cashier"), "shock"),
        (
            (
                "烫得拿不住",
                "very hot, cannot touch",
                "电池肿了",
                "电池隆起",
                "电池凸起",
                "电池涨了",
                "电池膨账",
                "机器鼓肚子了",
                "后盖顶开了",
                "后盖被撑开了",
                "屏幕被顶起来了",
                "电池流水出来",
                "the battery looks bloated",
            ),
            "battery",
        ),
        (
            (
                "读卡口上面多了一个壳",
                "卡口被人装了东西",
                "机子里面有个不认识的小板子",
                "讀卡口多了一個外殼",
                "刷卡槽被加裝了東西",
                "有人改裝過刷卡口",
                "卡口有異物",
            ),
            "tamper",
        ),
    ],
)
def test_danger_is_heard_in_the_words_of_the_counter(
    reasoner: Reasoner, texts: tuple[str, ...], stop: str
) -> None:
    """Bare verbs, what is past, a denial denied, slips of the pen, traditional characters."""
    found = {text: {called.id for called in begin(reasoner, "", text).stops} for text in texts}
    assert [text for text, stops in found.items() if stop not in stops] == []


def test_a_misspelt_danger_is_asked_about(reasoner: Reasoner) -> None:
    assert [s.id for s in begin(reasoner, "", "batery swolen").unsettled] == ["battery"]


def test_what_only_sounds_like_danger_stops_nothing(reasoner: Reasoner) -> None:
    texts = (
        "打印纸卷鼓起来卡纸",
        "打印出来是黑的像烧焦一样",
        "冒烟测试通过",
        "以前那台电池鼓包换掉了，这台只是打印不清",
        "背面贴纸鼓起来了",
        "键盘鼓起来",
        "漏液晶",
        "今天爆单了机器卡",
        "麻烦看看机器",
        "炸鸡店的机器不开机",
        "电池涨价了",
        "smoke test passed",
        "it is very hot today",
        "手续麻烦",
        "卡口是松的",
        "主板坏了",
        "不是没电，是开不了机",
    )
    found = {text: [called.id for called in begin(reasoner, "", text).stops] for text in texts}
    assert {text: stops for text, stops in found.items() if stops} == {}


# --- danger in any words, and what only names its words ------------------------------------------

DANGERS = [
    tuple(line.split("|"))
    for line in (FILES / "dangers_said.txt").read_text(encoding="utf-8").splitlines()
]
HARMLESS = (FILES / "harmless_said.txt").read_text(encoding="utf-8").splitlines()
UNHEARD_AT_MOST, ONLY_ASKED_AT_MOST = 2, 24
"""Of 219 ways of telling of danger: those that go unheard, and those that are asked about first."""
FALSE_AT_MOST = 2
"""Of 227 reports with words of danger and none in them: those that stop or are asked about."""
TURNS = [
    "",
    "，其他都正常",
    "，重启后好了",
    "，没有别的问题",
    "。机器正常",
    ", otherwise it works fine",
]
"""What people say behind a danger that does not take it back."""


def test_danger_is_heard_in_any_words(reasoner: Reasoner) -> None:
    sessions = [(stop, text, begin(reasoner, "", text)) for stop, text in DANGERS]
    stopped = {text for stop, text, session in sessions if stop in {s.id for s in session.stops}}
    asked = {
        text
        for stop, text, session in sessions
        if text not in stopped and stop in {s.id for s in session.unsettled}
    }
    heard = stopped | asked
    unheard = [text for _stop, text in DANGERS if text not in heard]
    assert len(unheard) <= UNHEARD_AT_MOST, unheard
    assert len(asked) <= ONLY_ASKED_AT_MOST, asked


def test_words_of_danger_in_a_harmless_report_stop_nothing(reasoner: Reasoner) -> None:
    sessions = {text: begin(reasoner, "", text) for text in HARMLESS}
    false = [text for text, found in sessions.items() if found.stops or found.unsettled]
    assert len(false) <= FALSE_AT_MOST, false


@given(st.sampled_from(DANGERS), st.sampled_from(TURNS), st.sampled_from(["", "00", "51", "A0"]))
def test_nothing_said_beside_a_danger_lets_through_what_it_rules_out(
    reasoner: Reasoner, danger: tuple[str, str], turn: str, code: str
) -> None:
    alone = begin(reasoner, "", danger[1])
    session = begin(reasoner, code, danger[1] + turn)
    raised = {stop.id for stop in (*session.stops, *session.unsettled)}
    assert {stop.id for stop in (*alone.stops, *alone.unsettled)} <= raised
    ruled_out = {act for stop in raised for act in reasoner.knowledge.stops[stop].rules_out}
    assert not any(item.check.does & ruled_out for item in session.checks)
    assert session.question is None or not session.question.does & ruled_out


def test_a_way_that_only_asks_argues_for_nothing(reasoner: Reasoner) -> None:
    plain = begin(reasoner, "", "机器签到失败")
    session = begin(reasoner, "", "机器签到失败，闻到怪味")
    assert [stop.id for stop in session.unsettled] == ["fire"]
    assert session.stops == ()
    assert session.ranking[0].fault_class == plain.ranking[0].fault_class
    settled = session.answer("danger", "none")
    assert settled.unsettled == settled.stops == ()


# --- cues inside other words ---------------------------------------------------------------------

ORDINARY = [
    line
    for name in ("ordinary_zh.txt", "ordinary_en.txt")
    for line in (FILES / name).read_text(encoding="utf-8").splitlines()
]
FIRES_AT_MOST = 70
"""Ordinary sentences of 671 in which a telling sign is still seen: most of them name its very
subject ("怎么换纸")."""


def test_no_ordinary_sentence_is_a_stop(reasoner: Reasoner) -> None:
    assert [text for text in ORDINARY if begin(reasoner, "", text).stops] == []


def test_ordinary_sentences_seldom_hold_a_telling_sign(reasoner: Reasoner) -> None:
    signs = reasoner.knowledge.signs

    def telling(text: str) -> bool:
        return any(
            signs[sign].kind is not SignKind.CIRCUMSTANCE
            and signs[sign].leaning.doubt < DOUBTS[Doubt.LOOSE]
            for sign in affirmed(reasoner, text)
        )

    assert len([text for text in ORDINARY if telling(text)]) <= FIRES_AT_MOST


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("没收到小票", "lost_card"),
        ("今天还没收款", "lost_card"),
        ("商户反映机器不好用", "merchant_stopped"),
        ("I wanted card payment but the screen is blank", "lost_card"),
        ("when I pick up the phone line the terminal drops", "lost_card"),
        ("换了新卡还是不行", "dormant"),
        ("换了新卡还是不行", "expired_card"),
        ("can't start the shift", "power_none"),
        ("卡没过期", "expired_card"),
        ("not lost or stolen, just will not read", "lost_card"),
        ("师傅换过电池", "shock"),
        ("我被电话打断了", "shock"),
    ],
)
def test_a_cue_is_not_cut_out_of_other_words(reasoner: Reasoner, text: str, sign: str) -> None:
    assert sign not in affirmed(reasoner, text)


@pytest.mark.parametrize(
    "text", ["没收卡", "没收", "PICK UP", "pick up card", "卡被没收了", "WANTED CARD"]
)
def test_the_message_itself_is_still_understood(reasoner: Reasoner, text: str) -> None:
    assert "lost_card" in affirmed(reasoner, text)


def test_a_report_is_read_for_stops_as_a_session_over_it_begins(reasoner: Reasoner) -> None:
    lines = [
        json.loads(line)
        for name in ("cases_tuning.jsonl", "cases_own.jsonl")
        for line in (FILES / name).read_text(encoding="utf-8").splitlines()
    ]
    reports = [(case.get("code", ""), case["text"]) for case in lines]
    stopping = [sign for sign in reasoner.knowledge.signs.values() if sign.stop]
    reports += [("", way) for sign in stopping for way in ways(sign)]
    reports += [("", sign.text.in_(language)) for sign in stopping for language in ("zh", "en")]
    reports += [("A0", text) for sign in stopping for text in denials(ways(sign)[0])[:4]]
    reports += [(way, "不知道怎么办") for sign in stopping for way in ways(sign)[:2]]
    reports += [
        ("", "签到失败。" * 200 + ways(sign)[0] + "，请尽快来" * 200) for sign in stopping[:4]
    ]
    stopped = 0
    for code, text in reports:
        expected = begin(reasoner, code, text).stops
        assert reported_stops(reasoner, code, text) == expected, (code, text)
        stopped += bool(expected)
    assert stopped > len(stopping), "the reports hold dangers"
