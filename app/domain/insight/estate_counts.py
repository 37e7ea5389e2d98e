"""Incidents counted in one pass, by terminal, merchant, firmware, area and acquirer, class and
week, beside the days the terminals were in service.

Days are numbers from the first day looked at; week 0 is the last seven days.  Terminals, merchants
and groups are numbered by the service, which knows what they are called.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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

    def until(self, day: int) -> Estate:
        """The same as it was at the end of an earlier day."""
        past = self.days - 1 - day
        return Estate(
            days=day + 1,
            starts=[min(start, day + 1) for start in self.starts],
            ends=[min(end, day + 1) for end in self.ends],
            ages=[max(0, age - past) if age >= 0 else age for age in self.ages],
            groups=self.groups,
            sizes=self.sizes,
        )


Incident = tuple[int, int, int, int]
"""Day, terminal, merchant (-1 where none is known), class by its place in `CLASSES`."""


class IncidentColumns:
    """The incidents looked at, a column each, so that a million take eleven megabytes."""

    def __init__(self, rows: Iterable[Incident] = ()) -> None:
        self.days = array("H")
        self.terminals = array("I")
        self.merchants = array("i")
        self.names = array("B")
        self.technicians = array("h")
        self.remedies = array("h")
        for day, who, shop, name in rows:
            self.extend((day,), (who,), (shop,), (name,))

    def extend(
        self,
        days: Iterable[int],
        terminals: Iterable[int],
        merchants: Iterable[int],
        names: Iterable[int],
    ) -> None:
        """Add incidents, a column each; who resolved them and how is a column that may be left out
        for all."""
        self.days.extend(days)
        self.terminals.extend(terminals)
        self.merchants.extend(merchants)
        self.names.extend(names)

    def until(self, day: int) -> IncidentColumns:
        """Those reported by the end of a day."""
        return IncidentColumns(row for row in self if row[0] <= day)

    def __iter__(self) -> Iterator[Incident]:
        return zip(self.days, self.terminals, self.merchants, self.names, strict=True)


class EstateCounts:
    """What one pass over the incidents leaves behind."""

    def __init__(self, estate: Estate, columns: IncidentColumns) -> None:
        self.estate = estate
        self.weeks = estate.weeks
        self.first = estate.days - self.weeks * WEEK
        spans, step = len(WINDOWS), AMOUNT * self.weeks
        # One block more each: that of terminals and merchants of no known group.
        self.per_terminal = array("H", bytes(2 * estate.size * AMOUNT * spans))
        self._merchants = estate.sizes[SubjectKind.MERCHANT] * AMOUNT * spans
        self.per_merchant = array("H", bytes(2 * (self._merchants + AMOUNT * spans)))
        self.weekly = {kind: [0] * ((estate.sizes[kind] + 1) * step) for kind in GROUPED}
        self._count(columns)
        acquirers = self.weekly[SubjectKind.ACQUIRER]
        blocks = (acquirers[at : at + step] for at in range(0, len(acquirers), step or 1))
        self.total = list(map(sum, zip(*blocks, strict=True)))
        del self.per_merchant[self._merchants :]
        self.of_terminal = _over_windows(self.per_terminal)
        self.of_merchant = _over_windows(self.per_merchant)

    def _count(self, columns: IncidentColumns) -> None:
        weeks, unit = self.weeks, AMOUNT * len(WINDOWS)
        week_of = [(self.estate.days - 1 - day) // WEEK for day in range(self.estate.days)]
        bucket, spans, first = _buckets(weeks), len(WINDOWS), self.first
        terminal, merchant, nowhere = self.per_terminal, self.per_merchant, self._merchants
        firmware, in_firmware = self._of(SubjectKind.FIRMWARE)
        model, in_model = self._of(SubjectKind.MODEL)
        area, in_area = self._of(SubjectKind.AREA)
        acquirer, in_acquirer = self._of(SubjectKind.ACQUIRER)
        for day, who, shop, name in columns:
            if day < first:
                continue
            week = week_of[day]
            span = name * spans + bucket[week]
            place = name * weeks + week
            terminal[who * unit + span] += 1
            merchant[(shop * unit if shop >= 0 else nowhere) + span] += 1
            firmware[in_firmware[who] + place] += 1
            model[in_model[who] + place] += 1
            area[in_area[who] + place] += 1
            acquirer[in_acquirer[who] + place] += 1

    def _of(self, kind: SubjectKind) -> tuple[list[int], list[int]]:
        """The counts of a kind, and where in them the group of each terminal begins."""
        step, amount = AMOUNT * self.weeks, self.estate.sizes[kind]
        begins = [(group if group >= 0 else amount) * step for group in self.estate.groups[kind]]
        return self.weekly[kind], begins

    def series(self, kind: SubjectKind, group: int, name: int) -> list[int]:
        """Incidents of a group by week, the present one first."""
        start = (group * AMOUNT + name) * self.weeks
        return self.weekly[kind][start : start + self.weeks]

    def of_all(self, name: int) -> list[int]:
        """Incidents of the estate by week, the present one first."""
        return self.total[name * self.weeks : (name + 1) * self.weeks]


def _over_windows(per_window: array[int]) -> array[int]:
    """By unit and class, over everything looked at."""
    each = iter(per_window)
    return array("I", map(sum, zip(*[each] * len(WINDOWS), strict=True)))


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
        lives = Counter(zip(of, self.estate.starts, self.estate.ends, strict=True))
        for (group, start, end), terminals in lives.items():
            begin, stop = max(start, first), min(end, days)
            if group >= 0 and begin < stop:
                changes[group][begin - first] += terminals
                changes[group][stop - first] -= terminals
        made = []
        for change in changes:
            daily = list(accumulate(change))[:-1]
            made.append([sum(daily[at : at + WEEK]) for at in range(len(daily) - WEEK, -1, -WEEK)])
        return made
