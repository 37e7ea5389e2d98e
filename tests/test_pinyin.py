"""Pinyin: syllables, initials, both mixed, and characters with several readings."""

from __future__ import annotations

import pytest

from app import pinyin


@pytest.mark.parametrize(
    ("typed", "text", "wanted"),
    [
        ("xjyc", "新建异常", 1.0),
        ("xinjian", "新建异常", 0.8),
        ("xinjyc", "新建异常", 1.0),
        ("xinji", "新建异常", 0.8),
        ("zhp", "加照片", 0.6),
        ("jzhp", "加照片", 1.0),
        ("lv", "绿色", 0.8),
        ("pos", "pos机", 0.0),
        ("posj", "pos机", 1.0),
        ("dx", "打印", 0.0),
        ("chongxin", "重新打开", 0.8 * pinyin.RARER),
    ],
)
def test_what_is_typed_spells_a_text(typed: str, text: str, wanted: float) -> None:
    assert pinyin.fit(typed, text) == pytest.approx(wanted)


def test_only_latin_letters_are_pinyin() -> None:
    assert pinyin.is_spelling("yx")
    assert pinyin.is_spelling("xi'an")
    for typed in ("y", "51", "a0", "银", "", "L7-000001"):
        assert not pinyin.is_spelling(typed)


def test_a_name_is_kept_as_initials_and_syllables() -> None:
    assert pinyin.spelt(pinyin.folded("银杏 便利店A")) == ("yxblda", "yinxingbianlidiana")


def test_every_common_character_has_a_reading_of_plain_letters() -> None:
    first, last = range(0xB0, 0xD7), range(0xA1, 0xFA)
    common = [bytes((high, low)).decode("gb2312") for high in first for low in last]
    missing = [one for one in common if one not in pinyin.readings()]
    assert missing == []
    assert all(s.isascii() and s.isalpha() for known in pinyin.readings().values() for s in known)
