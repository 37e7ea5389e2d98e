"""The rule of what does not hold: technicians, and remedies, after whose work the same terminal has
the same class again sooner than after the work of others.

Of each terminal and class only one return counts, or one bad terminal would speak against whoever
is sent to it; only cases old enough to have come back are judged; what is expected follows from the
share that comes back of the same classes over all work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import mul
from typing import Any, NamedTuple

from app.domain.faults import FaultClass
from app.domain.insight.estate_counts import AMOUNT, CLASSES, EstateCounts
from app.domain.insight.findings import CountExcess
from app.domain.insight.tails import count_tail
from app.domain.insight.warnings import SubjectKind, WarningRule

RETURN_DAYS = 30
"""Within how long the same class on the same terminal means that the work did not hold."""
JUDGED_DAYS = 365
LEAST_RETURNS = 5
LEAST_RATIO = 1.5
UNLIKE = 0.05
"""Relative variance between people that the cases they are given explain."""
JUDGED = frozenset(
    CLASSES.index(name) for name in (FaultClass.HARDWARE, FaultClass.SOFTWARE, FaultClass.NETWORK)
)
"""Classes whose return says something about the work; a declined card does not."""


class Worked(NamedTuple):
    """An incident that was worked on: its place, class, and the place of the incident it came back
    as, -1 where it did not."""

    place: int
    name: int
    back: int


class _Record:
    """What a technician, or a remedy, was judged by: incidents by class, and those that came
    back."""

    __slots__ = ("back", "of")

    def __init__(self) -> None:
        self.of = [0] * AMOUNT
        self.back: set[int] = set()


class FollowUps:
    """The incidents of the last year old enough to be judged, with their returns, by technician
    and remedy.  `technicians` and `remedies` are what the numbers of both are called, by which
    incidents of one terminal, class and day are put in order."""

    def __init__(
        self, counts: EstateCounts, technicians: Sequence[str], remedies: Sequence[str]
    ) -> None:
        self._counts, columns = counts, counts.columns
        self._by = {
            SubjectKind.TECHNICIAN: (columns.technicians, technicians),
            SubjectKind.REMEDY: (columns.remedies, remedies),
        }
        self._first = max(0, counts.estate.days - JUDGED_DAYS)
        self._ripe = counts.estate.days - RETURN_DAYS
        self._all_of, self._back_of = [0] * AMOUNT, [0] * AMOUNT
        self._records: dict[SubjectKind, dict[int, _Record]] = {
            kind: defaultdict(_Record) for kind in self._by
        }
        for name in sorted(JUDGED):
            by_terminal: dict[int, list[int]] = defaultdict(list)
            for at in counts.on_days(name, self._first, counts.estate.days - 1):
                by_terminal[columns.terminals[at]].append(at)
            for places in by_terminal.values():
                self._count(places, 1)

    def change(self, units: Iterable[tuple[int, int]], by: int) -> None:
        """Count the work on some terminals (number, class) once more, or once less."""
        names, days = self._counts.columns.names, self._counts.columns.days
        for who, name in units:
            if name in JUDGED:
                own = self._counts.of_one(who)
                mine = [at for at in own if names[at] == name and days[at] >= self._first]
                self._count(mine, by)

    def _count(self, places: list[int], by: int) -> None:
        for worked in self._returns(places):
            self._all_of[worked.name] += by
            self._back_of[worked.name] += by * (worked.back >= 0)
            for kind, (numbers, _called) in self._by.items():
                number = numbers[worked.place]
                if number < 0:
                    continue
                record = self._records[kind][number]
                record.of[worked.name] += by
                if worked.back >= 0:
                    (record.back.add if by > 0 else record.back.discard)(worked.back)

    def _returns(self, places: list[int]) -> Iterator[Worked]:
        """The incidents of one terminal and class that were worked on."""
        columns = self._counts.columns
        days = columns.days
        if len(places) > 1:
            places = sorted(places, key=self._in_order)
        returned, last = False, len(places) - 1
        for n, at in enumerate(places):
            back = -1
            if not returned and n < last and days[places[n + 1]] - days[at] <= RETURN_DAYS:
                back, returned = places[n + 1], True
            if days[at] < self._ripe:
                yield Worked(at, columns.names[at], back)

    def _in_order(self, at: int) -> tuple[Any, ...]:
        said = [
            called[numbers[at]] if numbers[at] >= 0 else "" for numbers, called in self._by.values()
        ]
        return self._counts.columns.days[at], *said

    def not_holding(self, kind: SubjectKind) -> Iterator[tuple[CountExcess, list[int], int]]:
        """Technicians or remedies whose work comes back more often than that of all: the finding,
        the places of what came back, and of how many."""
        days = self._counts.estate.days
        records = {n: one for n, one in self._records[kind].items() if any(one.of)}
        shares = [
            back / of if of else 0.0 for back, of in zip(self._back_of, self._all_of, strict=True)
        ]
        for number, record in sorted(records.items()):
            seen, expected = len(record.back), sum(map(mul, record.of, shares))
            if seen < LEAST_RETURNS or seen < LEAST_RATIO * expected or len(records) < 2:
                continue
            technician = kind is SubjectKind.TECHNICIAN
            finding = CountExcess(
                rule=WarningRule.TECHNICIAN if technician else WarningRule.REMEDY,
                kind=kind,
                group=number,
                name=record.of.index(max(record.of)),
                first=max(0, days - JUDGED_DAYS),
                last=days - 1,
                seen=seen,
                expected=expected,
                variance=UNLIKE,
                looks=1,
                chance=count_tail(seen, expected, UNLIKE),
            )
            yield finding, sorted(record.back), sum(record.of)
