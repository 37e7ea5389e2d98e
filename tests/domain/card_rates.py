"""How often the card guard misses, and how often it is wrong, on the generated corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from app.domain.card_text import folded
from app.domain.cardguard import find_secrets, mask_cards
from tests.domain.card_corpus import WAYS, Make
from tests.domain.card_lookalikes import INSEPARABLE, LOOK_ALIKES
from tests.domain.card_said import EXPIRY, SAID, expiry

MOST_MISSED = 1 / 1000
"""Of a way of writing or saying."""
MOST_FALSE = 1 / 200
"""Of a kind of look-alike."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of `tried` texts of a kind went wrong, with some of them."""

    group: str
    kind: str
    tried: int
    wrong: tuple[str, ...]
    most: float

    @property
    def good(self) -> bool:
        """Whether the bar is held."""
        return len(self.wrong) <= self.tried * self.most


def longest_number(text: str) -> int:
    """The most digits that can be read one after the other, in whatever script."""
    shown = folded(text).plain
    return max(map(len, "".join(c if c.isdigit() else " " for c in shown).split()), default=0)


def _card_missed(text: str) -> bool:
    masked = mask_cards(text)
    return not find_secrets(text) or "*" not in masked or bool(find_secrets(masked))


def _code_missed(text: str) -> bool:
    return longest_number(mask_cards(text)) >= 3


def _day_missed(text: str) -> bool:
    return text[-2:] in mask_cards(text)[-2:]


def _found(text: str) -> bool:
    return bool(find_secrets(text))


GROUPS = {
    "way": (WAYS, _card_missed, MOST_MISSED),
    "said": (SAID, _code_missed, MOST_MISSED),
    "expiry": ({pattern: expiry(pattern) for pattern in EXPIRY}, _day_missed, MOST_MISSED),
    "look-alike": (LOOK_ALIKES, _found, MOST_FALSE),
}
"""Ways of writing and kinds of look-alikes, what is wrong about a text of them, and how often that
may be."""


def rate(group: str, kind: str, times: int) -> Rate:
    """Measure one kind; the same texts every time."""
    makers, wrong, most = GROUPS[group]
    return Rate(group, kind, times, _wrong(makers[kind], kind, wrong, times), most)


def inseparable(times: int) -> Iterator[Rate]:
    """Kinds nobody can tell from cards: how often one is taken for one."""
    for kind, make in INSEPARABLE.items():
        yield Rate("inseparable", kind, times, _wrong(make, kind, _found, times), 1)


def _wrong(make: Make, seed: str, wrong: object, times: int) -> tuple[str, ...]:
    chosen = Random(seed)
    assert callable(wrong)
    return tuple(text for _ in range(times) if wrong(text := make(chosen)))
