"""Incidents counted in one pass, by terminal, merchant, firmware, area and acquirer, class and
week, beside the days the terminals were in service.

Days are numbers from the first day looked at; week 0 is the last seven days.  Terminals, merchants
and groups are numbered by the service, which knows what they are called.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from app.domain.faults import FaultClass
from app.domain.insight.warnings import SubjectKind

CLASSES = tuple(FaultClass)
AMOUNT = len(CLASSES)
WEEK = 7
MOST_WEEKS = 104
"""How far back counts are looked at."""
GROUPED = (SubjectKind.FIRMWARE, SubjectKind.MODEL, SubjectKind.AREA, SubjectKind.ACQUIRER)
"""What terminals are grouped by."""
WINDOWS = (2, 4, 9, 13, 26, 52, MOST_WEEKS)
"""Weeks over which a terminal or a merchant is looked at."""
RECENT_DAYS = 63
"""How far back days are kept singly, for what breaks out within days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """The terminals: from which day (and until before which) each is in service, and the group of
    each kind it belongs to, -1 where that is not known.  `days` is the number of the last day plus
    one; `ages` the days since installation at the last day, -1 where not known."""

    days: int
    starts: Sequence[int]
    ends: Sequence[int]
    ages: Sequence[int]
    groups: dict[SubjectKind, Sequence[int]]
    sizes: dict[SubjectKind, int]

    @property
    def size(self) -> int:
        """How many terminals."""
        return len(self.starts)

    @property
    def weeks(self) -> int:
        """How many whole weeks there are, looking back from the last day."""
        return min(MOST_WEEKS, self.days // WEEK)


class IncidentCounts:
    """What one pass over the incidents leaves behind."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.weeks = estate.weeks
        self.first = estate.days - self.weeks * WEEK
        self._bucket = _buckets(self.weeks)
        spans = len(WINDOWS)
        self.per_terminal = array("H", bytes(2 * estate.size * AMOUNT * spans))
        merchants = estate.sizes[SubjectKind.MERCHANT]
        self.per_merchant = array("H", bytes(2 * merchants * AMOUNT * spans))
        self.weekly = {
            kind: array("I", bytes(4 * estate.sizes[kind] * AMOUNT * self.weeks))
            for kind in GROUPED
        }
        self.daily_from = max(self.first, estate.days - RECENT_DAYS)
        self.recent: list[tuple[int, int, int]] = []
        self.total = array("I", bytes(4 * AMOUNT * self.weeks))

    def add(self, rows: Iterable[tuple[int, int, int, int]]) -> None:
        """Count incidents: day, terminal, merchant (-1 where none is known), class by its place in
        `CLASSES`."""
        estate, weeks, first, last = self.estate, self.weeks, self.first, self.estate.days - 1
        bucket, spans = self._bucket, len(WINDOWS)
        terminal, merchant, total = self.per_terminal, self.per_merchant, self.total
        of_firmware, of_area = (
            estate.groups[SubjectKind.FIRMWARE],
            estate.groups[SubjectKind.AREA],
        )
        of_acquirer, of_model = (
            estate.groups[SubjectKind.ACQUIRER],
            estate.groups[SubjectKind.MODEL],
        )
        firmware, model = self.weekly[SubjectKind.FIRMWARE], self.weekly[SubjectKind.MODEL]
        area, acquirer = self.weekly[SubjectKind.AREA], self.weekly[SubjectKind.ACQUIRER]
        daily_from, recent = self.daily_from, self.recent
        for day, who, shop, name in rows:
            if not first <= day <= last:
                continue
            week = (last - day) // WEEK
            span = bucket[week]
            place = name * weeks + week
            step = AMOUNT * weeks
            terminal[(who * AMOUNT + name) * spans + span] += 1
            if shop >= 0:
                merchant[(shop * AMOUNT + name) * spans + span] += 1
            total[place] += 1
            if (group := of_firmware[who]) >= 0:
                firmware[group * step + place] += 1
            if (group := of_model[who]) >= 0:
                model[group * step + place] += 1
            if (group := of_area[who]) >= 0:
                area[group * step + place] += 1
            if (group := of_acquirer[who]) >= 0:
                acquirer[group * step + place] += 1
            if day >= daily_from:
                recent.append((day, who, name))

    def series(self, kind: SubjectKind, group: int, name: int) -> array[int]:
        """Incidents of a group by week, the present one first."""
        start = (group * AMOUNT + name) * self.weeks
        return self.weekly[kind][start : start + self.weeks]

    def of_all(self, name: int) -> array[int]:
        """Incidents of the estate by week, the present one first."""
        return self.total[name * self.weeks : (name + 1) * self.weeks]


def _buckets(weeks: int) -> tuple[int, ...]:
    """The shortest window each week belongs to."""
    return tuple(
        next(place for place, window in enumerate(WINDOWS) if week < window)
        for week in range(weeks)
    )


class Exposure:
    """Days in service: of groups by week, and of every terminal from a day on."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.weeks = estate.weeks
        self.first = estate.days - self.weeks * WEEK
        everything = array("i", bytes(4 * estate.size))
        self.total = self._weekly(everything, 1)[0]
        self.groups = {
            kind: self._weekly(estate.groups[kind], estate.sizes[kind]) for kind in GROUPED
        }

    def _weekly(self, of: Sequence[int], amount: int) -> list[list[int]]:
        """Terminal days of each group by week, the present one first."""
        first, days = self.first, self.estate.days
        changes = [[0] * (days - first + 1) for _ in range(amount)]
        for group, start, end in zip(of, self.estate.starts, self.estate.ends, strict=True):
            begin, stop = max(start, first), min(end, days)
            if group >= 0 and begin < stop:
                changes[group][begin - first] += 1
                changes[group][stop - first] -= 1
        made = []
        for change in changes:
            daily = list(accumulate(change))[:-1]
            made.append([sum(daily[at : at + WEEK]) for at in range(len(daily) - WEEK, -1, -WEEK)])
        return made
