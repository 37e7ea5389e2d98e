"""Normalises and splits a text before it is compared with the catalogue.

Chinese is cut into characters, Latin script into stemmed words; no word list of a language is
needed.  What is compared is a sequence of tokens, so a phrase of the catalogue matches whatever
its spaces, width, script (traditional or simplified) or inflection.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.domain.diagnosis.catalogue import Wording

BREAK, ASKED = "|", "?"
"""The tokens that end a clause, the second one a question."""
BREAKS = frozenset({BREAK, ASKED})
LISTED = "、"
"""The token between things of an enumeration, and before what stands in brackets."""

LONGEST = 1_200
"""Characters of a text that are read for what is wrong: the first ones, and the last few of a
longer one.  Danger is looked for in the whole of it."""
_TAIL = 300
_KEPT = 16
"""Texts whose tokens are kept: those of one report, as a whole and by its parts."""

_TOKEN = re.compile(
    r"[㐀-鿿豈-﫿]|[a-z]+[0-9]*|[0-9]+[a-z]*|-[0-9]{4}|[,.;:!?，。；：！？、\n()（）]"
)
_WORD = re.compile(r"[㐀-鿿豈-﫿a-z0-9]")
_CLAUSE_ENDS = re.compile(r"[,;!?，。；！？\n]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BREAKS = frozenset(",;!?，。；！？\n")
_QUESTIONS = frozenset("?？")
_SILENT = BREAKS | {LISTED}
"""Tokens that are no words."""
_STEPS = ("ing", "ed", "es", "s")


class Folding:
    """Folds texts by the wording rules of one catalogue."""

    def __init__(self, wording: Wording) -> None:
        self._traditional = wording.traditional
        same = {_plain(old, wording.traditional): new for old, new in wording.same.items()}
        self._same = {old: new for old, new in same.items() if old != new}
        self._pattern = re.compile(_any_of(self._same)) if self._same else None
        self._phrases: dict[str, list[str]] = {}
        # One report is read for danger, signs, names and codes, one after the other.
        self._cut = functools.lru_cache(maxsize=_KEPT)(self._cut_anew)

    def fold(self, text: str, *, whole: bool = False) -> str:
        """The text in the one form that is compared; the middle of a long one is left out unless
        the `whole` of it is asked for."""
        folded = _plain(text if whole else read_part(text), self._traditional)
        if self._pattern is not None:
            folded = self._pattern.sub(lambda found: self._same[found.group()], folded)
        return folded

    def phrase(self, text: str) -> list[str]:
        """The tokens of a phrase of the catalogue, which is asked for several times while the
        catalogue is made ready; one string for all tokens that are spelt alike."""
        known = self._phrases.get(text)
        if known is None:
            known = self._phrases[text] = list(map(sys.intern, self.tokens(text)))
        return known

    def forget_phrases(self) -> None:
        """The catalogue is ready: its phrases are hardly asked for again."""
        self._phrases.clear()

    def tokens(self, text: str, *, whole: bool = False) -> list[str]:
        """The text, as `fold` takes it, as tokens, clauses ended by `BREAK`."""
        return list(self._cut(text, whole))

    def _cut_anew(self, text: str, whole: bool) -> tuple[str, ...]:
        found: list[str] = []
        for token in _TOKEN.findall(self.fold(text, whole=whole)):
            if token in _BREAKS:
                if found and found[-1] not in BREAKS:
                    found.append(ASKED if token in _QUESTIONS else BREAK)
                elif found and token in _QUESTIONS:
                    found[-1] = ASKED
            elif token[0].isalnum() or token[0] == "-":
                found.append(stem(token))
            elif token in "、(（" and found and found[-1] not in BREAKS:
                found.append(LISTED)
        return tuple(found)


def read_part(text: str) -> str:
    """What of a text is read: all of it, or both ends of a long one."""
    return text if len(text) <= LONGEST else text[: LONGEST - _TAIL] + "\n" + text[-_TAIL:]


def written_clauses(text: str) -> list[str]:
    """The clauses of a text as they were written, numbered as the clauses of its tokens are."""
    parts = re.split(_CLAUSE_ENDS, unicodedata.normalize("NFKC", read_part(text)))
    return [part.strip() for part in parts if _WORD.search(part.casefold())]


def _plain(text: str, traditional: Mapping[int, str]) -> str:
    folded = _CAMEL.sub(" ", unicodedata.normalize("NFKC", text)).casefold()
    return folded.translate(traditional).replace("_", " ").replace("’", "'")


def _any_of(phrases: Iterable[str]) -> str:
    """The pattern of any of the phrases, the longest that fits, a Latin one before others; Latin
    ones match whole words only.

    Ordered by their first characters, so that at most places of a text one look is enough: a list
    of alternatives is tried one after the other."""
    latin: dict[str, list[str]] = defaultdict(list)
    other: dict[str, list[str]] = defaultdict(list)
    for phrase in sorted(phrases, key=len, reverse=True):
        kept, end = (latin, "(?![a-z])") if phrase.isascii() else (other, "")
        kept[phrase[0]].append(re.escape(phrase[1:]) + end)
    parts = (("(?<![a-z])", latin), ("", other))
    return "|".join(before + _beginning_with(kept) for before, kept in parts if kept)


def _beginning_with(known: Mapping[str, list[str]]) -> str:
    """What follows each first character; a look at that comes before all of them."""
    firsts = "".join(map(re.escape, known))
    branches = (f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in known.items())
    return f"(?=[{firsts}])(?:{'|'.join(branches)})"


def stem(word: str) -> str:
    """A Latin word without its ending; anything else as it is."""
    if len(word) < 4 or not word.isalpha() or not word.isascii():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    for ending in _STEPS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            if ending in ("ing", "ed") and len(word) > 3 and word[-1] == word[-2] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def features(tokens: Sequence[str]) -> Iterator[str]:
    """The tokens of a text and its pairs of neighbours within a clause."""
    previous = BREAK
    for token in tokens:
        if token not in _SILENT:
            yield token
            if previous not in _SILENT:
                yield f"{previous} {token}"
        previous = token


def no_words(tokens: Sequence[str]) -> bool:
    """Whether nothing is said but marks between clauses and things listed."""
    return all(token in _SILENT for token in tokens)


_JOINING = (
    "the a an this that these those there her his him he she it its i me my mine we us our you"
    " your yours they them their who whom whose which what when where why how am is are was"
    " were be been being have has had do does did done doing would could should might must"
    " shall will can may from into onto than then with without at by for of on in to as off"
    " over under up down out about above below after before between through during until while"
    " if and but or because so such same other another each every all any some few more most"
    " much many own very too also only even still yet ever just again once always often"
    " sometimes today yesterday tomorrow now morning week please thank thanks hello"
)
JOINING = frozenset(map(stem, _JOINING.split()))
"""Stems of English words that join others and name nothing.  Alone they tell no class, however
often they stood beside one; with a neighbour that names something they do ("when paying")."""
