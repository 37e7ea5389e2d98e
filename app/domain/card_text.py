"""Normalises a text for the card guard: one form of digits, blanks and dashes, no invisible
characters."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = {"Cf", "Mn", "Me"}
_LIKE_DASH = "−ー─━﹘─_‗~～"
_LIKE_DOT = "·•・‧．∙⋅ㆍ"
_LIKE_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that are drawn as nothing."""
SAID_MARK = "\x01"
"""Stands for every character of what is said, or marked up, between two groups of digits."""
_SAID = re.compile(
    r"(?i)(?<=[0-9零〇一二三四五六七八九幺两])[ \n,，]{0,2}(?:"
    r"(?:</?[a-z][^<>\n]{0,20}>[ \n]{0,4}){1,3}"
    r"|空格?|横[杠线]|短横|减号|杠|斜杠|下划线|逗号|句号|冒号|点|和|与|及|跟|加|接|连着?|还有"
    r"|然后是?|接着是?|再(?:来|是)?"
    r"|\b(?:dash|space|hyphen|minus|then|and|dot|slash|comma|underscore|plus)\b)"
    r"[ \n,，]{0,2}(?=[0-9零〇一二三四五六七八九幺两])"
)

_WRITTEN_BLANK = re.compile(r"(?i)%20|%09|&nbsp;|&#160;|&ensp;|&emsp;")
"""Blanks as addresses and web pages write them."""

_MACHINE = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|[0-9a-f]{64})(?![0-9A-Za-z])"
)
"""Keys (RFC 9562) and SHA-256 hashes, which programs write and nobody types."""


def is_machine_made(text: str) -> bool:
    """Whether a text is nothing but a key or a hash, all of which `folded` blots out."""
    return len(text) in _MACHINE_LENGTHS and _MACHINE.fullmatch(text) is not None


_MACHINE_LENGTHS = (36, 64)


@dataclass(frozen=True, slots=True)
class Folded:
    """`plain`, and for each of its characters where it stands in the original."""

    plain: str
    places: tuple[int, ...] | range


@functools.lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    """What a character counts as; empty when it is not seen."""
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category in {"Nl", "No"} and (number := unicodedata.numeric(char, 0)) in range(1, 10):
        # Numerals of their own, and enclosed ones, as of ideographs.
        return str(int(number))
    if char in "\t\v\f" or char in _LIKE_BLANK or category == "Zs":
        return " "
    if char in "\n\r\x85" or category in {"Zl", "Zp"}:
        return "\n"
    if category in _INVISIBLE or category == "Cc":
        return ""
    if category == "Pd" or char in _LIKE_DASH:
        return "-"
    if char in _LIKE_DOT:
        return "."
    if char.isascii():
        return char
    simple = unicodedata.normalize("NFKC", char)
    return simple if len(simple) == 1 and simple.isascii() else char


def folded(text: str) -> Folded:
    """`text` folded, keys and hashes blotted out."""
    chars, places = [], []
    for place, char in enumerate(text):
        shown = _shown(char)
        if shown:
            chars.append(shown)
            places.append(place)
    plain = "".join(chars)
    if "%" in plain or "&" in plain:
        plain = _WRITTEN_BLANK.sub(lambda found: " " * len(found[0]), plain)
    if len(plain) >= 16:
        plain = _SAID.sub(lambda found: SAID_MARK * len(found[0]), plain)
    if len(plain) >= 36:
        plain = _MACHINE.sub(lambda found: "\0" * len(found[0]), plain)
    return Folded(plain, tuple(places))
