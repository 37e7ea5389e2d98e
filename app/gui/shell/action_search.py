"""Finds the action somebody means among all of the table: by its words in any language of the
program, by what else it is called, by pinyin and its initials, misspelt, or by a part."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from app import pinyin
from app.gui.action_words import ALSO, phrases
from app.gui.actions import UserAction
from app.i18n import Translator, translator
from app.languages import LANGUAGES

LEAST = 0.33
"""Below it an action is not meant; our own judgement, as all these weights."""
HERE, POSSIBLE = 0.03, 0.02
"""Put on top for an action of the page in sight, and for one that can be done now."""
_ALIAS = 0.96
"""What another name counts of the words of the table."""
_MISSPELT = 82
"""Likeness in per cent from which a Latin word of four letters or more is taken for another."""
_WORDS = re.compile(r"[0-9a-z]+|[^\W0-9a-z_]+")


@dataclass(frozen=True, slots=True)
class ActionHit:
    """An action and how surely it is meant, 1 for its own words."""

    action: UserAction
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _NamedAction:
    """An action with the texts it goes by, folded: its words, its other names, and all words of
    them and of its place."""

    action: UserAction
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    words: frozenset[str]
    characters: frozenset[str]
    pairs: frozenset[str]


class ActionSearch:
    """Made once; asks nothing of the window.  The first pinyin reads the table of readings."""

    def __init__(self) -> None:
        words = [translator(language) for language in LANGUAGES]
        self._known = [_known(one, words) for one in UserAction if one.row.in_palette]

    def find(
        self,
        typed: str,
        here: Collection[UserAction] = (),
        possible: Collection[UserAction] = (),
    ) -> list[ActionHit]:
        """The actions meant by `typed`, the surest first; those of the page in sight and those
        that are possible now stand before equals."""
        query = pinyin.folded(typed)
        if not query:
            return []
        found = []
        for known in self._known:
            score = _score(query, known)
            if score >= LEAST:
                score += HERE * (known.action in here) + POSSIBLE * (known.action in possible)
                found.append(ActionHit(known.action, score))
        return sorted(found, key=lambda hit: -hit.score)


def _known(action: UserAction, languages: list[Translator]) -> _NamedAction:
    row, also = action.row, ALSO.get(action, "")

    def said(*messages: str) -> tuple[str, ...]:
        texts = (pinyin.folded(t(one)).rstrip("… ") for t in languages for one in messages if one)
        return tuple(dict.fromkeys(texts))

    aliases = tuple(pinyin.folded(phrase) for t in languages if also for phrase in phrases(t(also)))
    names = said(row.words)
    everything = " ".join((*names, *aliases, *said(row.tip, row.place.title)))
    parts = _WORDS.findall(everything)
    return _NamedAction(
        action=action,
        names=names,
        aliases=aliases,
        words=frozenset(part for part in parts if part.isascii()),
        characters=frozenset(one for part in parts if not part.isascii() for one in part),
        pairs=frozenset(pair for part in parts if not part.isascii() for pair in _pairs(part)),
    )


def _pairs(chinese: str) -> list[str]:
    return [chinese[at : at + 2] for at in range(len(chinese) - 1)] or [chinese]


def _score(query: str, known: _NamedAction) -> float:
    own = max(_likeness(query, name) for name in known.names)
    other = max((_likeness(query, name) for name in known.aliases), default=0.0)
    return max(own, other * _ALIAS, _coverage(query, known))


def _likeness(query: str, name: str) -> float:
    """How well what was typed is this name, 1 when it is."""
    if query == name:
        return 1.0
    share = min(len(query), len(name)) / max(len(query), len(name))
    if name.startswith(query):
        return 0.8 + 0.15 * share
    if query in name:
        return 0.6 + 0.2 * share
    if len(name) > 1 and name in query:
        return 0.5 + 0.3 * share
    if pinyin.is_spelling(query):
        return 0.94 * pinyin.fit(query, name)
    return 0.0


def _coverage(query: str, known: _NamedAction) -> float:
    """How much of what was typed stands somewhere among the words of an action."""
    met: list[float] = []
    for part in _WORDS.findall(query):
        if part.isascii():
            met.append(max((_same(part, word) for word in known.words), default=0.0))
        else:
            pairs = _pairs(part)
            share = sum(pair in known.pairs for pair in pairs) / len(pairs)
            single = sum(one in known.characters for one in part) / len(part)
            met.append(max(share, 0.7 * single))
    return 0.72 * sum(met) / len(met) if met else 0.0


def _same(part: str, word: str) -> float:
    if word == part:
        return 1.0
    if len(part) > 1 and word.startswith(part):
        return 0.9
    if min(len(part), len(word)) > 3:
        from rapidfuzz.fuzz import ratio  # not needed to open the window

        if ratio(part, word) >= _MISSPELT:
            return 0.75
    return 0.0
