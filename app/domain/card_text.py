"""Normalises a text for the card guard: one form of digits, blanks and dashes, no invisible
characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from app.domain.card_words import CHINESE_DIGITS, DIGIT
from app.domain.late_pattern import LatePattern

_INVISIBLE = {"Cf", "Mn", "Me"}
_LIKE_DASH = "−ー─━﹘─_‗~～"
_LIKE_DOT = "·•・‧．∙⋅ㆍ"
_LIKE_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that are drawn as nothing."""
SAID_MARK = "\x01"
"""Stands for every character of what is said, or marked up, between two groups of digits."""
NEXT_MARK = "\x02"
"""The same where it says that the digits go on: nobody says so between two different numbers."""
_SAID_WORD = (
    r"(?:</?[a-z][^<>\n]{0,20}>[ \n]{0,4}){1,3}"
    r"|空格?|横[杠线]|短横|减号|杠|斜杠|下划线|逗号|句号|冒号|点|和|与|及|跟|加|接|连着?|还有"
    r"|\b(?:dash|space|hyphen|minus|and|dot|slash|comma|underscore|plus)\b"
)
_NEXT_WORD = (
    r"(?:再?(?:然后|接着|接下来|后面|后边|下面|往后|跟着|紧接着)|再(?:来|往下)?|又|最后|末尾|剩下|余下)"
    r"(?:的?(?:[四三两]位|[四三两]个数?|一?[组段]))?的?(?:数字?)?[是为]?"
    r"|下一?[组段个](?:数字?)?[是为]?|嗯+|呃+|额|啊|哦|那个|这个|就是"
    r"|\b(?:then|next|followed\s+by|after\s+that|finally|lastly|last\s+(?:four|three|ones?)"
    r"|comes?|again|um+|uh+|erm?)\b"
)
_GLUE = r"[ \n,，.。、;；:：…()（）-]{0,3}"
_SAID = LatePattern(
    rf"(?i)(?<={DIGIT}){_GLUE}(?:(?:{_SAID_WORD}|{_NEXT_WORD}){_GLUE}){{1,4}}(?={DIGIT})"
    rf"(?!{DIGIT}{{1,2}}\s?(?:[位个段组]|digits|numbers))"
)
_NEXT = LatePattern(rf"(?i){_NEXT_WORD}")

_WRITTEN_BLANK = LatePattern(r"(?i)%20|%09|&nbsp;|&#160;|&ensp;|&emsp;")
"""Blanks as addresses and web pages write them."""

_MACHINE = LatePattern(
    r"(?<![0-9A-Za-z])(?:[a-z]?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|[0-9a-f]{64})(?![0-9A-Za-z])"
)
"""Keys (RFC 9562), also behind a letter that says of what, and SHA-256 hashes, which programs write
and nobody types."""


def is_machine_made(text: str) -> bool:
    """Whether a text is nothing but a key or a hash, all of which `folded` blots out."""
    return len(text) in _MACHINE_LENGTHS and _MACHINE.fullmatch(text) is not None


_MACHINE_LENGTHS = (36, 37, 64)


_MOMENT = LatePattern(
    r"(?<![0-9])(?:19|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{6})?"
    r"(?:Z|[+-][01][0-9]:[0-5][0-9])(?![0-9])"
)
"""A moment as the program itself writes it; no card number begins like a year of these."""
_PASSED_OVER = "\N{FULL BLOCK}"
"""Stands for each character of what is no number; it joins no digits before and behind it."""


def without_moments(text: str) -> str:
    """The text, as long as before, without the digits of moments: a time of day with its fraction
    and zone has the length of a card number, and one in ten passes the check of its last digit."""
    return _MOMENT.sub(lambda found: _PASSED_OVER * len(found[0]), text) if "T" in text else text


@dataclass(frozen=True, slots=True)
class Folded:
    """`plain`, and for each of its characters where it stands in the original."""

    plain: str
    places: tuple[int, ...] | range


class _Shown(dict[int, str]):
    """What each character counts as, for `str.translate`, worked out when one is first met: there
    are no more than Unicode has."""

    def __missing__(self, code: int) -> str:
        shown = self[code] = _shown(chr(code))
        return shown


def _shown(char: str) -> str:
    """What a character counts as: one character, or none when it is not seen."""
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


_SHOWN = _Shown()


class _Counted(dict[str, bool]):
    """Whether each character may be a digit of a number, worked out when one is first met."""

    def __missing__(self, char: str) -> bool:
        counted = self[char] = char.isnumeric() or char in CHINESE_DIGITS
        return counted


_COUNTED = _Counted()


def digits_in(text: str) -> int:
    """How many characters of a text may be digits of a number."""
    if text.isascii():
        return sum(map(text.count, "0123456789"))
    return sum(map(_COUNTED.__getitem__, text))


def _marked(found: re.Match[str]) -> str:
    mark = NEXT_MARK if _NEXT.search(found[0]) else SAID_MARK
    return mark * len(found[0])


def folded(text: str) -> Folded:
    """`text` folded, keys and hashes blotted out."""
    plain = text.translate(_SHOWN)
    places: tuple[int, ...] | range = range(len(text))
    if len(plain) < len(text):
        places = tuple(place for place, char in enumerate(text) if _SHOWN[ord(char)])
    if "%" in plain or "&" in plain:
        plain = _WRITTEN_BLANK.sub(lambda found: " " * len(found[0]), plain)
    if len(plain) >= 16:
        plain = _SAID.sub(_marked, plain)
    if len(plain) >= 36:
        plain = _MACHINE.sub(lambda found: "\0" * len(found[0]), plain)
    return Folded(plain, places)
