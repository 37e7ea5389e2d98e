"""Text: printed literally, broken as Chinese is set, read back as it was put in."""

from __future__ import annotations

import random

import pytest

from app.reports.typeset.fonts import fonts, missing
from app.reports.typeset.line_breaking import TextSpan, break_lines, clean, measure
from app.reports.typeset.style import BODY, Style

BIG = Style(10, 14)


def lines(text: str, width: float) -> list[str]:
    return [line.text for line in break_lines(text, width, BIG)]


def test_closing_marks_never_begin_a_line_and_opening_marks_never_end_one() -> None:
    text = "终端（智能触屏）已恢复，签到、消费、撤销均正常；请商户再试一笔「小额」交易。" * 4
    for width in range(30, 300, 7):
        for line in lines(text, width):
            assert line[0] not in "，、；。」）", (width, line)
            assert line[-1] not in "（「", (width, line)


def test_no_line_is_wider_than_asked() -> None:
    text = (
        "核对TID、MID、SN绑定 TESTN91000000412，然后 reload the master key（授权号TEST-0098）。" * 3
    )
    for width in range(60, 400, 11):
        assert all(line.width <= width + 0.02 for line in break_lines(text, width, BIG)), width


def test_words_dates_and_numbers_stay_whole() -> None:
    text = "报修2026-12-08于010-88886666，版本3.2.1升级到3.2.4，终端TESTN91000000412正常"
    whole = ("2026-12-08", "010-88886666", "3.2.1", "3.2.4", "TESTN91000000412")
    for width in range(100, 300, 9):
        joined = "|".join(lines(text, width))
        assert all(word in joined for word in whole), (width, joined)


def test_a_word_longer_than_the_line_is_cut_and_nothing_is_lost() -> None:
    word = "X" * 500
    assert "".join(lines(word, 60)) == word
    path = "/data/app/com.example.pos/files/parameters/acquirer/terminal"
    assert "".join(lines(path, 80)) == path
    assert "".join(lines("。" * 300, 55)) == "。" * 300


def test_line_breaks_are_kept_and_blank_lines_too() -> None:
    assert lines("一\n\n二\r\n三\u2028四", 500) == ["一", "", "二", "三", "四"]
    assert break_lines("", 100) == []


def test_chinese_and_latin_stand_apart_without_an_added_space() -> None:
    apart = measure("终端A0", BIG) - measure("终端", BIG) - measure("A0", BIG)
    assert apart == pytest.approx(1.6)
    assert lines("终端A0失败", 500) == ["终端A0失败"]
    assert measure("终端 A0", BIG) - measure("终端", BIG) - measure(" A0", BIG) == pytest.approx(0)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x00b\x07c\x1b[0m", "abc[0m"),
        ("\u202e反向\u2066隔离", "反向隔离"),
        ("e\u0301", "é"),
        ("半\ud800个", "半\ufffd个"),
        ("零\u200d宽\ufeff\u200b", "零宽"),
        ("列\t列", "列 列"),
        ("心❤\ufe0f", "心❤"),
        ("<b>粗</b> & {{7*7}} %s", "<b>粗</b> & {{7*7}} %s"),
    ],
)
def test_what_cannot_be_drawn_is_dropped_and_the_rest_stays(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_rare_characters_of_names_have_a_glyph() -> None:
    names = "䶮𬭎㛃龘㐂𠮷𡋾𪚥𫠝𬬭𮧵鿍〇﨑郎" + chr(0x2A6D6) + chr(0x2CEA1) + chr(0x2EBE0)
    assert missing(names) == ()


def test_every_ideograph_of_gb18030_up_to_extension_f_has_a_glyph() -> None:
    blocks = (
        (0x4E00, 0x9FEF),
        (0x3400, 0x4DB5),
        (0x20000, 0x2A6D6),
        (0x2A700, 0x2B734),
        (0x2B740, 0x2B81D),
        (0x2B820, 0x2CEA1),
        (0x2CEB0, 0x2EBE0),
    )
    chain = fonts()
    for first, last in blocks:
        lost = [hex(c) for c in range(first, last + 1) if chain.glyph(chr(c)).face < 0]
        assert lost == [], f"{first:x}"


def test_shared_marks_are_narrow_in_english_and_wide_in_chinese() -> None:
    assert measure("“A0”") < measure("“钥”") - 1
    chinese = "显示“A0”后"
    assert measure(chinese) > measure("显示") + 2 * BODY.size + measure("后")


def test_spans_of_two_styles_flow_as_one_text() -> None:
    bold = Style(10, 14, True)
    laid = break_lines(
        [TextSpan("故障类别 ", BIG), TextSpan("软件问题", bold), TextSpan("（暂定82%）", BIG)], 62
    )
    assert "".join(line.text for line in laid).replace(" ", "") == "故障类别软件问题（暂定82%）"
    assert all(line.width <= 62.02 for line in laid)


def test_what_is_read_together_is_on_one_line_at_every_width() -> None:
    choices = ["☐\u00a0满意", "☐\u00a0一般", "☐\u00a0不满意", "12 min", "1 天 5 小时", "王芳"]
    for seed in range(30):
        order = random.Random(seed).sample(choices, len(choices))
        spans = [s for one in order for s in (TextSpan(one, BIG, whole=True), TextSpan(" ", BIG))]
        widest = max(measure(one, BIG) for one in choices)
        for width in range(int(widest) + 1, 260, 7):
            told = [line.text for line in break_lines(spans, width, BIG)]
            assert all(any(one in line for line in told) for one in choices), (width, told)


def test_a_whole_span_longer_than_the_line_is_cut_and_nothing_is_lost() -> None:
    told = break_lines(TextSpan("不满意的商户要求更换终端", BIG, whole=True), 45, BIG)
    assert "".join(line.text for line in told) == "不满意的商户要求更换终端"
    assert all(line.width <= 45.02 for line in told)
