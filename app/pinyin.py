"""How Chinese is spelt in pinyin, so that names are found by syllables or by their initials.

The readings stand in ``resources/pinyin/readings.txt``; a character with several readings fits each
of them.  Read when first asked for, which takes some milliseconds: not on the window's thread.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping

from app.paths import resources

SHORTEST = 2
"""Letters from which typed letters are taken for pinyin."""


@functools.cache
def readings() -> Mapping[str, tuple[str, ...]]:
    """The syllables of every known character, without tones, the commonest first."""
    found: dict[str, tuple[str, ...]] = {}
    text = (resources() / "pinyin" / "readings.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            syllables, _tab, characters = line.partition("\t")
            found.update(dict.fromkeys(characters, tuple(syllables.split(","))))
    return found


@functools.cache
def _initials() -> Mapping[int, str]:
    return {ord(character): known[0][0] for character, known in readings().items()}


@functools.cache
def _syllables() -> Mapping[int, str]:
    return {ord(character): known[0] for character, known in readings().items()}


def folded(text: str) -> str:
    """Text for comparing: compatibility forms and case folded, white space single."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def spelt(text: str) -> tuple[str, str]:
    """The initials of a folded text and its syllables, each without white space, by the commonest
    reading: for looking through many names."""
    compact = text.replace(" ", "")
    return compact.translate(_initials()), compact.translate(_syllables())


def is_spelling(typed: str) -> bool:
    """Whether what was typed may be pinyin: Latin letters alone."""
    letters = typed.replace(" ", "").replace("'", "")
    return len(letters) >= SHORTEST and letters.isascii() and letters.isalpha()


def fit(typed: str, text: str) -> float:
    """How well `typed` spells a folded text: 1 for the whole of it, 0.8 for its beginning, 0.6 for
    a part from within, 0 for none; by a rarer reading of a character three quarters of that.

    Every character may be typed by its initial (zh, ch, sh also count) or its syllable, the last
    one by any beginning of it.
    """
    letters = typed.replace(" ", "").replace("'", "")
    characters, begun = _pieces(text)
    best = 0.0
    for start, first in enumerate(begun):
        if letters[:1] in first:
            end, rare = _reached(letters, characters, start)
            if end:
                whole = start == 0 and end == len(characters)
                part = 1.0 if whole else 0.8 if start == 0 else 0.6
                best = max(best, part * (RARER if rare else 1.0))
    return best


RARER = 0.75
"""What a spelling counts that takes a character by another reading than its commonest."""


@functools.lru_cache(4096)
def _pieces(text: str) -> tuple[str, tuple[str, ...]]:
    """The characters of a text that are spelt, and for each the letters a spelling that starts
    there may begin with; none within a Latin word."""
    characters = "".join(one for one in text if one.isalnum())
    begun = []
    for place, character in enumerate(characters):
        known = readings().get(character)
        if known is not None:
            begun.append("".join(one[0] for one in known))
        elif place == 0 or characters[place - 1] in readings():
            begun.append(character)
        else:
            begun.append("")
    return characters, tuple(begun)


_Spelt = tuple[int, bool, bool]
"""How many letters are used up, whether a Chinese character was among what they spell, and whether
one by a rarer reading."""


def _reached(letters: str, characters: str, start: int) -> tuple[int, bool]:
    """Where the letters are used up when they are spelt from `start` on, 0 when they do not fit or
    fit no Chinese character; and whether only by a rarer reading."""
    reached: set[_Spelt] = {(0, False, False)}
    for place in range(start, len(characters)):
        following: set[_Spelt] = set()
        for one in reached:
            following |= _taken(letters, one, characters[place])
        if not following:
            break
        done = [rare for used, chinese, rare in following if used == len(letters) and chinese]
        if done:
            return place + 1, all(done)
        reached = following
    return 0, False


def _taken(letters: str, before: _Spelt, character: str) -> set[_Spelt]:
    """What is used up after this character."""
    used, chinese, rare = before
    rest = letters[used:]
    known = readings().get(character)
    if known is None:
        return {(used + 1, chinese, rare)} if rest.startswith(character) else set()
    found: set[_Spelt] = set()
    for place, syllable in enumerate(known):
        rarer = rare or place > 0
        for length in _lengths(syllable):
            if rest.startswith(syllable[:length]):
                found.add((used + length, True, rarer))
        if rest and syllable.startswith(rest):
            found.add((len(letters), True, rarer))
    return found


def _lengths(syllable: str) -> tuple[int, ...]:
    """How many letters of a syllable may be typed for it before the next one."""
    return (1, 2, len(syllable)) if syllable[1:2] == "h" else (1, len(syllable))
