"""Terminals of which the same is expected: alike in their days in service, their model and their
age.  There are far fewer such cells than terminals."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, groupby

AGE_BORDERS = (180, 365, 730, 1460)
"""Days of age at which terminals are compared with others."""
BANDS = len(AGE_BORDERS) + 2
"""Bands of age, the last for terminals of no known age."""

ENOUGH_SHOPS = 4_000
"""Of so many merchants, spread over all, it is worked out how unlike merchants are: of ten times as
many it comes out the same within some per cent."""


def band(age: int) -> int:
    """The band an age in days is in, -1 where it is not known."""
    return BANDS - 1 if age < 0 else bisect_right(AGE_BORDERS, age)


@dataclass(frozen=True, slots=True)
class ModelAge:
    """A model and a band of age, with the first of its cells and the one after the last."""

    model: int
    age: int
    begin: int
    end: int


Life = tuple[int, int, int, int]
"""First day in service, the day after the last, model, age in days."""


class Cells:
    """The cells of an estate, those of one model and age beside each other.  `edges` are the first
    days of the windows looked at, the last day first; `shops` are the merchant of each terminal, -1
    for none, and how many there are."""

    def __init__(
        self,
        edges: Sequence[int],
        days: int,
        lives: Iterable[Life],
        shops: tuple[Sequence[int], int],
    ) -> None:
        first = edges[-1]

        def alike(life: Life) -> Life:
            start, end, model, age = life
            start = min(max(start, first), days)
            return model, band(age), start, max(start, min(end, days))

        known: dict[Life, Life] = {}
        those = [known[one] if one in known else known.setdefault(one, alike(one)) for one in lives]
        cells = sorted(set(those))
        numbers = {cell: number for number, cell in enumerate(cells)}
        self.amount = len(cells)
        self.of_terminal = array("I", map(numbers.__getitem__, those))
        self.starts = [start for _model, _age, start, _end in cells]
        self.ends = [end for _model, _age, _start, end in cells]
        counted = Counter(self.of_terminal)
        self.sizes = [counted[number] for number in range(len(cells))]
        self.pairs: list[ModelAge] = []
        self.pair_of: list[int] = []
        """By cell, the place of its model and age in `pairs`."""
        for (model, age), some in groupby(cells, key=lambda cell: cell[:2]):
            begin, amount = len(self.pair_of), len(list(some))
            self.pair_of += [len(self.pairs)] * amount
            self.pairs.append(ModelAge(model, age, begin, begin + amount))
        self.roughly = [
            (pair, sum(start <= edge for edge in edges) if end == days else 0)
            for pair, start, end in zip(self.pair_of, self.starts, self.ends, strict=True)
        ]
        """By cell, the place of its model and age in `pairs`, and in how many windows its terminals
        were in service from end to end."""
        self.some_shops = range(0, shops[1], max(1, shops[1] // ENOUGH_SHOPS))
        members: list[list[int]] = [[] for _ in range(shops[1] + 1)]
        # Terminals of no known merchant stand last, and are left out.
        for shop, cell in zip(shops[0], self.of_terminal, strict=True):
            members[shop].append(cell)
        del members[-1]
        self._in_shops = array("I", chain.from_iterable(map(sorted, members)))
        self._shop_ends = array("I", accumulate(map(len, members), initial=0))

    def of_shop(self, shop: int) -> Sequence[int]:
        """The cells of the terminals of a merchant."""
        return self._in_shops[self._shop_ends[shop] : self._shop_ends[shop + 1]]

    def over_shops(self, of_cells: Sequence[float]) -> list[float]:
        """By merchant of `some_shops`, the sum over its terminals of what is given by cell."""
        given, cells, ends = of_cells.__getitem__, self._in_shops, self._shop_ends
        return [sum(map(given, cells[ends[shop] : ends[shop + 1]])) for shop in self.some_shops]
