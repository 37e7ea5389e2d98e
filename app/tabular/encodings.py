"""Which encoding a text file is written in: known, likely, or in doubt.

Marks and valid UTF-8 leave no doubt.  The old encodings do: nearly every byte string is *some*
text in each of them.  So each reading is judged by how much of it is writing people use, and where
two readings are near each other or the best one is poor, a person is asked.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 16_000
"""Bytes judged, of lines that are not ASCII; a list shows its writing in far fewer."""
_GOOD = 0.6
"""Share of usual writing above which only a rival nearer than `_APART` raises a doubt."""
_APART = 0.3
_POOR = 0.3
_CLEAR = 0.9
"""Share of usual Chinese no text in another encoding comes near."""


@dataclass(frozen=True, slots=True)
class EncodingJudgement:
    """The most likely encoding; `rivals` is not empty when a person should choose: encodings that
    read the file differently, likeliest first."""

    encoding: str
    rivals: tuple[str, ...] = ()


def judge_encoding(content: bytes) -> EncodingJudgement:
    """The encoding of a file by its bytes."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return EncodingJudgement(name)
    wide = _unmarked_utf16(content)
    if wide:
        return EncodingJudgement(wide)
    if _decodes(content, "utf-8"):
        return EncodingJudgement("utf-8")
    lines = [line for line in content.splitlines() if not line.isascii()]
    if any(map(_is_chinese_utf8, lines)):
        # Put together from two files: whichever is chosen, some rows are read wrongly.
        return EncodingJudgement("gb18030", ("utf-8",))
    sample = b"\n".join(lines)[:_SAMPLE]
    if _decodes(content, "gb18030") and _SCORES["gb18030"](sample) >= _CLEAR:
        return EncodingJudgement("gb18030")
    scores = {name: score(sample) for name, score in _SCORES.items() if _decodes(content, name)}
    if not scores:
        return EncodingJudgement("gb18030", ("utf-8",))
    ranked = sorted(scores, key=lambda name: -scores[name])
    best = ranked[0]
    needed = scores[best] - _APART if scores[best] >= _GOOD else -1.0
    rivals = tuple(
        name for name in ranked[1:] if scores[name] > needed and _differ(content, best, name)
    )
    if scores[best] < _POOR and not rivals:
        # Only this one can be, and yet it reads like nothing people write: damaged, perhaps.
        rivals = ("utf-8",)
    return EncodingJudgement(best, rivals)


def differing_lines(content: bytes, one: str, other: str) -> tuple[str, str]:
    """The first line two encodings read differently, in both readings (80 characters each)."""
    for line in content.splitlines():
        here, there = line.decode(one, "replace"), line.decode(other, "replace")
        if here != there:
            return here[:80], there[:80]
    return "", ""


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


_UTF8_CHINESE = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")


def _is_chinese_utf8(line: bytes) -> bool:
    """Whether a line can only be UTF-8: a short one may look like it by chance."""
    return len(_UTF8_CHINESE.findall(line)) >= 4 and _decodes(line, "utf-8")


def _differ(content: bytes, one: str, other: str) -> bool:
    return content.decode(one) != content.decode(other)


def _unmarked_utf16(content: bytes) -> str:
    """UTF-16 without mark shows itself by the zero halves of commas and line ends."""
    sample = content[: _SAMPLE - _SAMPLE % 2]
    if len(content) % 2 or b"\0" not in sample:
        return ""
    low, high = sample[1::2].count(0), sample[::2].count(0)
    if max(low, high) < len(sample) // 40 or min(low, high) * 10 > max(low, high):
        return ""
    name = "utf-16-le" if low > high else "utf-16-be"
    return name if _decodes(content, name) else ""


_PAIRS = re.compile(
    rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]|[\x81-\xfe][\x40-\xfe]|[\x80-\xff]"
)


def _double_bytes(usual: Callable[[int, int], bool]) -> Callable[[bytes], float]:
    def score(content: bytes) -> float:
        found = _PAIRS.findall(content)
        known = sum(len(pair) == 2 and usual(pair[0], pair[1]) for pair in found)
        return known / max(1, len(found))

    return score


def _usual_gb(lead: int, trail: int) -> bool:
    """Punctuation, full-width forms and the 3 755 characters of GB 2312's first level."""
    return trail >= 0xA1 and (0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3)


def _usual_big5(lead: int, trail: int) -> bool:
    """Punctuation and the 5 401 frequent characters of Big5's first level."""
    return (trail <= 0x7E or trail >= 0xA1) and 0xA1 <= lead <= 0xC6


def _single_bytes(encoding: str, letters: str) -> Callable[[bytes], float]:
    """European words hold accented letters one at a time, between plain ones: a run of capitals
    and signs is no word.  Letters the region does not use count half."""
    usual = set(letters)
    words = re.compile(r"[^\W\d_]+")

    def score(content: bytes) -> float:
        text = content.decode(encoding)
        strange = sum(char > "\x7f" for char in text)
        good = 0.0
        for word in words.findall(text):
            accents = [char for char in word if char > "\x7f"]
            if len(accents) * 2 <= len(word) and (word[1:].islower() or word.isupper()):
                good += sum(1.0 if char.lower() in usual else 0.5 for char in accents)
        return good / max(1, strange)

    return score


_SCORES: dict[str, Callable[[bytes], float]] = {
    "gb18030": _double_bytes(_usual_gb),
    "big5": _double_bytes(_usual_big5),
    "cp1252": _single_bytes("cp1252", "àáâãäåæçèéêëìíîïñòóôõöøùúûüýßœÿ"),
    "cp1250": _single_bytes("cp1250", "áäąćčďéęěëíłľĺńňóöôőřŕśšťúůüűýźżžßâîăşţ"),
}
