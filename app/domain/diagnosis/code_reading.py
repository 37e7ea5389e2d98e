"""Finds response codes: the one a person typed, and those mentioned inside a description."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from app.domain import text as texts
from app.domain.diagnosis.catalogue import Code, Leaning
from app.domain.diagnosis.folding import Folding, stem
from app.domain.diagnosis.knowledge import Knowledge

_SHORT = 14
"""Tokens of a report so short that a number at its edge is a code."""
_CONFIDENCE = {"H": 3.0, "M": 2.0, "L": 1.0}
_CLASH_DOUBT = 0.2
"""What several meanings of a code add to its doubt."""
_DATE = re.compile(r"(\d{4}年)?\d{1,2}月\d{1,2}[日号]|\d{1,2}:\d{2}|\d{1,3}\s?[%％]")
"""Dates, times of day and percentages hold no codes."""


class CodeReader:
    """Knows the codes of one catalogue and the words that stand beside them."""

    def __init__(self, knowledge: Knowledge, folding: Folding) -> None:
        wording = knowledge.wording
        self._known, self._folding = knowledge.codes, folding
        self._before = frozenset(map(stem, wording.code_before))
        self._after = frozenset(map(stem, wording.code_after))
        self._units = frozenset(map(stem, wording.units))
        self._platforms: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        """Names of platforms with their profiles, by the first word."""
        for profile in knowledge.profiles.values():
            for called in (*profile.acquirers, *profile.models, *profile.called):
                name = tuple(folding.tokens(called))
                if name:
                    self._platforms[name[0]].append((name, profile.id))
                    if name[-1].isascii():
                        # A code right behind its platform is meant as one: "Rapyd A3".
                        self._before |= {name[-1]}

    def code_of(self, typed: str) -> str:
        """The code a person typed, in the catalogue's spelling; empty when it is no known code."""
        code = re.sub(
            r"^(CODE|ERROR|ERR|错误码|错误代码|代码|应答码)[:：#]?",
            "",
            texts.compact(typed).upper(),
        )
        for known in (code, code.lstrip("0").zfill(2) if code.isdigit() else ""):
            if known and known in self._known:
                return known
        return ""

    def profile_in(self, *written: str) -> str:
        """The profile whose platform texts name, the longest name first; empty when none is."""
        found: tuple[int, str] = (0, "")
        for text in written:
            tokens = tuple(self._folding.tokens(text))
            for i, token in enumerate(tokens):
                for name, profile in self._platforms.get(token, ()):
                    if tokens[i : i + len(name)] == name:
                        found = max(found, (len(name), profile))
        return found[1]

    def codes_in(self, text: str) -> list[str]:
        """Codes mentioned inside a text: a code alone, beside a word like "code", or of a shape
        that is no ordinary number."""
        tokens = self._folding.tokens(_DATE.sub(" ", text))
        found: list[str] = []
        for i, token in enumerate(tokens):
            code = token.upper()
            if code not in self._known or code in found:
                continue
            if self._is_code(code, tokens, i):
                found.append(code)
        return found[:2]

    def codes_of(self, *written: str) -> list[str]:
        """The first codes that several texts mention."""
        return list(dict.fromkeys(code for text in written for code in self.codes_in(text)))[:2]

    def _is_code(self, code: str, tokens: Sequence[str], place: int) -> bool:
        """Whether a token that spells a code is meant as one."""
        before = tokens[place - 1] if place else ""
        after = tokens[place + 1] if place + 1 < len(tokens) else ""
        if after in self._units or _number(after) or _number(before):
            return False
        if len(tokens) <= 2 or before in self._before:
            return True
        if code.isdigit():
            at_edge = (not place or not after) and len(tokens) <= _SHORT
            return at_edge or after in self._after
        plain = any(c.isdigit() for c in code) and len(code) == 2
        return plain and len(self._known[code]) == 1


def _number(token: str) -> bool:
    """Whether a token is a number: beside another it is part of a date or an amount."""
    return token.isascii() and token.isdigit()


def code_leaning(meanings: Sequence[Code]) -> Leaning:
    """What a code says that has these meanings."""
    telling = [m for m in meanings if not m.leaning.silent]
    if len(telling) == 1 and len(meanings) == 1:
        return telling[0].leaning
    if not telling:
        return Leaning()
    weights = [_CONFIDENCE[m.confidence] for m in telling]
    total = sum(weights)
    points: dict[str, float] = {}
    doubt = _CLASH_DOUBT
    for meaning, weight in zip(telling, weights, strict=True):
        doubt += meaning.leaning.doubt * weight / total
        for mode, share in meaning.leaning.points.items():
            points[mode] = points.get(mode, 0.0) + share * weight / total
    return Leaning(points, min(0.9, doubt))
