"""The rule of what does not hold: technicians, and remedies, after whose work the same terminal has
the same class again sooner than after the work of others.

Of each terminal and class only one return counts, or one bad terminal would speak against whoever
is sent to it; only cases old enough to have come back are judged; what is expected follows from the
share that comes back of the same classes over all work.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from app.domain.faults import FaultClass
from app.domain.insight.estate_counts import AMOUNT, CLASSES, IncidentColumns
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


def worked_on(columns: IncidentColumns, days: int) -> list[Worked]:
    """The incidents of the last year old enough to be judged, with their returns."""
    first, ripe = days - JUDGED_DAYS, days - RETURN_DAYS
    order = [
        at
        for at, (day, name) in enumerate(zip(columns.days, columns.names, strict=True))
        if day >= first and name in JUDGED
    ]
    order.sort(key=columns.days.__getitem__)
    latest: dict[int, int] = {}
    back: dict[int, int] = {}
    returned: set[int] = set()
    for at in order:
        unit = columns.terminals[at] * AMOUNT + columns.names[at]
        before = latest.get(unit)
        if (
            before is not None
            and unit not in returned
            and columns.days[at] - columns.days[before] <= RETURN_DAYS
        ):
            back[before] = at
            returned.add(unit)
        latest[unit] = at
    return [
        Worked(at, columns.names[at], back.get(at, -1)) for at in order if columns.days[at] < ripe
    ]


def not_holding(
    worked: list[Worked], by: array[int], kind: SubjectKind, days: int
) -> Iterator[tuple[CountExcess, list[int], int]]:
    """Technicians or remedies whose work comes back more often than that of all: the finding, the
    places of what came back, and of how many.  `by` has the number of each incident's, -1 for
    none."""
    all_of, back_of = [0] * AMOUNT, [0] * AMOUNT
    cases: dict[int, list[Worked]] = defaultdict(list)
    for case in worked:
        all_of[case.name] += 1
        back_of[case.name] += case.back >= 0
        if by[case.place] >= 0:
            cases[by[case.place]].append(case)
    for number, own in sorted(cases.items()):
        back = [case.back for case in own if case.back >= 0]
        expected = sum(back_of[case.name] / all_of[case.name] for case in own)
        if len(back) < LEAST_RETURNS or len(back) < LEAST_RATIO * expected or len(cases) < 2:
            continue
        finding = CountExcess(
            rule=WarningRule.TECHNICIAN if kind is SubjectKind.TECHNICIAN else WarningRule.REMEDY,
            kind=kind,
            group=number,
            name=own[0].name,
            first=max(0, days - JUDGED_DAYS),
            last=days - 1,
            seen=len(back),
            expected=expected,
            variance=UNLIKE,
            looks=1,
            chance=count_tail(len(back), expected, UNLIKE),
        )
        yield finding, back, len(own)
