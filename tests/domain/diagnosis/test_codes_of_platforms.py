"""A code is read by the platform the report names; otherwise every meaning is held open."""

from __future__ import annotations

import pytest

from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview import begin


@pytest.mark.parametrize(
    ("code", "text", "profile"),
    [
        ("", "Rapyd A3 on every sale", "rapyd"),
        ("", "Windcave P1", "windcave"),
        ("P1", "it is a windcave terminal", "windcave"),
        ("", "拉卡拉刷卡返回P1", "unionpay"),
        ("", "电话POS 显示P1", "epos"),
        ("A1", "机器是拉卡拉的", "unionpay"),
        ("A1", "our acquirer is Rapyd", "rapyd"),
    ],
)
def test_the_platform_named_in_the_report_decides(
    reasoner: Reasoner, code: str, text: str, profile: str
) -> None:
    session = begin(reasoner, code, text)
    assert {meaning.profile for meaning in session.codes} == {profile}
    assert not session.clash


@pytest.mark.parametrize("text", ["", "刷卡就报这个", "shows this with every card"])
@pytest.mark.parametrize("code", ["A1", "P1", "Z1", "06"])
def test_with_no_platform_named_nothing_is_decided(
    reasoner: Reasoner, code: str, text: str
) -> None:
    session = begin(reasoner, code, text)
    assert len(session.codes) > 1
    assert session.clash
    assert session.top.share <= 0.6 + 1e-9


def test_what_the_register_knows_comes_before_what_is_named(reasoner: Reasoner) -> None:
    session = begin(reasoner, "P1", "隔壁是 Windcave", profile="unionpay")
    assert {meaning.profile for meaning in session.codes} == {"unionpay"}
