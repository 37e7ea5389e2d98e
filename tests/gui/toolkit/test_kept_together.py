"""Lines of wrapped texts break where a person would break them, at any width."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from PySide6.QtGui import QFont, QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication

from app.gui.toolkit.kept_together import kept_together
from app.gui.toolkit.layout import label
from app.i18n import translator

WIDTHS = (60, 84, 110, 150, 210, 300)
TEXTS = (
    "1 分钟 · 84% 能解决",
    "与以往报修说法相近",
    "期限 11-24 09:30 · 约 3.5 km · 需要 45 分钟",
    "先重启路由器，再等 2 分钟，仍不通就换网。",
    "5 min · helps in 84%, then wait 30 min and measure 220 V",
    "第一行\n请顾客换一张卡或换支付方式",
)
_INVISIBLE, _KEPT = "\N{WORD JOINER}", "\N{NO-BREAK SPACE}"
_ALONE = re.compile(r"[\u3400-\u9fff][。！？，、；：”）」』》]*")


def paragraphs_of(text: str, width: float) -> list[list[str]]:
    """The lines Qt makes of each paragraph of a text."""
    found = []
    for paragraph in text.split("\n"):
        laid = QTextLayout(paragraph, QFont())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        laid.setTextOption(option)
        laid.beginLayout()
        lines = []
        while (line := laid.createLine()).isValid():
            line.setLineWidth(width)
            lines.append(paragraph[line.textStart() : line.textStart() + line.textLength()])
        laid.endLayout()
        found.append([line.replace(_INVISIBLE, "").replace(_KEPT, " ") for line in lines])
    return found


def bad_breaks(lines: list[str]) -> list[str]:
    """Numbers without their unit at the end of a line, a single Chinese character as the last."""
    found = lines[-1:] if len(lines) > 1 and _ALONE.fullmatch(lines[-1]) else []
    for line, following in pairwise(lines):
        cut = re.search(r"[0-9%] $", line) and re.match(r"[\u3400-\u9fff]|(min|km|V)\b", following)
        found += [f"{line}|{following}"] if cut else []
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_numbers_keep_their_units_and_no_character_stands_alone(
    application: QApplication, width: int
) -> None:
    t = translator("zh")
    catalogue = t._catalogue._catalog  # type: ignore[attr-defined]
    said = [text for text in catalogue.values() if isinstance(text, str) and len(text) > 6]
    texts = (*TEXTS, *(re.sub(r"\{\w+\}", "12", text) for text in said[1::7]))
    assert len(texts) > 300
    bad = {
        text: found
        for text in texts
        for paragraph in paragraphs_of(kept_together(text), width)
        if (found := bad_breaks(paragraph))
    }
    assert not bad


@pytest.mark.parametrize("width", WIDTHS)
def test_a_short_part_between_dots_is_not_broken(application: QApplication, width: int) -> None:
    facts = "SN N910000412 · warranty until 2026-12-10 · TID 50000412"
    for text, copied in ((TEXTS[0], False), (facts, True)):
        (lines,) = paragraphs_of(kept_together(text, copied=copied), max(width, 200 * copied))
        for part in text.split(" · "):
            assert any(part in line for line in lines), lines


def test_a_label_says_what_it_was_told(application: QApplication) -> None:
    shown = label(TEXTS[0], wrap=True)
    assert shown.text() == TEXTS[0]
    assert "\N{WORD JOINER}" not in kept_together(TEXTS[0], copied=True), "searched for elsewhere"
