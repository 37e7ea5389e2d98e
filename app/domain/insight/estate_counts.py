"""Incidents counted by terminal, merchant, firmware, area and acquirer, class and week, beside the
days the terminals were in service: once in one pass, and kept up incident by incident.

Days are numbers from the first day looked at; week 0 is the last seven days.  Terminals, merchants
and groups are numbered by the service, which knows what they are called.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from operator import mul, sub

from app.domain.faults import FaultClass
from app.domain.insight.cells import Cells
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
    """The incidents looked at, a column each, so that a million take sixteen megabytes.  Each keeps
    its place; the place of one that was taken out stays empty."""

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
        technicians: Iterable[int] = (),
        remedies: Iterable[int] = (),
    ) -> None:
        """Add incidents, a column each; who resolved them and how may be left out for all."""
        self.days.extend(days)
        self.terminals.extend(terminals)
        self.merchants.extend(merchants)
        self.names.extend(names)
        for column, given in ((self.technicians, technicians), (self.remedies, remedies)):
            column.extend(given)
            column.extend([-1] * (len(self.days) - len(column)))

    def take_out(self, place: int) -> None:
        """Leave the place of an incident empty."""
        self.names[place] = NOTHING

    def at(self, place: int) -> tuple[int, int, int, int, int, int]:
        """Day, terminal, merchant, class, technician and remedy of the incident at a place."""
        return (
            self.days[place],
            self.terminals[place],
            self.merchants[place],
            self.names[place],
            self.technicians[place],
            self.remedies[place],
        )

    def until(self, day: int) -> IncidentColumns:
        """Those reported by the end of a day."""
        return IncidentColumns(row for row in self if row[0] <= day and row[3] != NOTHING)

    def __iter__(self) -> Iterator[Incident]:
        return zip(self.days, self.terminals, self.merchants, self.names, strict=True)


NOTHING = 255
"""The class of an empty place."""


class EstateCounts:
    """The counts of the incidents in `columns`, where no place is empty yet; what is put in or
    taken out afterwards is counted as if it had been so from the beginning."""

    def __init__(self, estate: Estate, columns: IncidentColumns) -> None:
        self.estate, self.columns = estate, columns
        self.weeks = estate.weeks
        self.first = estate.days - self.weeks * WEEK
        spans, self._step = len(WINDOWS), AMOUNT * self.weeks
        self.edges = [max(self.first, estate.days - window * WEEK) for window in WINDOWS]
        self.cells = Cells(
            self.edges,
            estate.days,
            zip(
                estate.starts,
                estate.ends,
                estate.groups[SubjectKind.MODEL],
                estate.ages,
                strict=True,
            ),
            (estate.groups[SubjectKind.MERCHANT], estate.sizes[SubjectKind.MERCHANT]),
        )
        # One block more each: that of terminals and merchants of no known group.
        self.per_terminal = array("H", bytes(2 * estate.size * AMOUNT * spans))
        self._merchants = estate.sizes[SubjectKind.MERCHANT] * AMOUNT * spans
        self.per_merchant = array("H", bytes(2 * (self._merchants + AMOUNT * spans)))
        self.weekly = {kind: [0] * ((estate.sizes[kind] + 1) * self._step) for kind in GROUPED}
        self.per_cell = [0] * (self.cells.amount * AMOUNT)
        self.on_day = [array("I") for _ in range(AMOUNT * estate.days)]
        self._latest = array("i", [-1]) * estate.size
        self._before = array("i")
        self._bucket = _buckets(self.weeks)
        self._count()
        acquirers, step = self.weekly[SubjectKind.ACQUIRER], self._step
        blocks = (acquirers[at : at + step] for at in range(0, len(acquirers), step or 1))
        self.total = list(map(sum, zip(*blocks, strict=True)))
        self.of_terminal = _over_windows(self.per_terminal)
        self.of_merchant = _over_windows(self.per_merchant)
        del self.of_merchant[-AMOUNT:]
        self.squared = [_squared(self.of_terminal[name::AMOUNT]) for name in range(AMOUNT)]
        """By class, the sum of the squares of what the terminals had."""

    def _count(self) -> None:
        weeks, unit, days = self.weeks, AMOUNT * len(WINDOWS), self.estate.days
        week_of = [(days - 1 - day) // WEEK for day in range(days)]
        bucket, spans, first = self._bucket, len(WINDOWS), self.first
        terminal, merchant, nowhere = self.per_terminal, self.per_merchant, self._merchants
        per_cell, cell_of, on_day = self.per_cell, self.cells.of_terminal, self.on_day
        firmware, in_firmware = self._of(SubjectKind.FIRMWARE)
        model, in_model = self._of(SubjectKind.MODEL)
        area, in_area = self._of(SubjectKind.AREA)
        acquirer, in_acquirer = self._of(SubjectKind.ACQUIRER)
        latest, before = self._latest, self._before
        for at, (day, who, shop, name) in enumerate(self.columns):
            on_day[name * days + day].append(at)
            before.append(latest[who])
            latest[who] = at
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
            per_cell[cell_of[who] * AMOUNT + name] += 1

    def _of(self, kind: SubjectKind) -> tuple[list[int], list[int]]:
        """The counts of a kind, and where in them the group of each terminal begins."""
        step, amount = self._step, self.estate.sizes[kind]
        begins = [(group if group >= 0 else amount) * step for group in self.estate.groups[kind]]
        return self.weekly[kind], begins

    # --- one incident more or less -------------------------------------------------------------

    def put_in(self, incident: Incident, technician: int = -1, remedy: int = -1) -> int:
        """Count one incident more; returns its place."""
        columns = self.columns
        day, who, shop, name = incident
        columns.extend((day,), (who,), (shop,), (name,), (technician,), (remedy,))
        at = len(columns.days) - 1
        self.on_day[name * self.estate.days + day].append(at)
        self._before.append(self._latest[who])
        self._latest[who] = at
        self._change(incident, 1)
        return at

    def take_out(self, at: int) -> None:
        """Count the incident at a place no more."""
        columns = self.columns
        day, name = columns.days[at], columns.names[at]
        self.on_day[name * self.estate.days + day].remove(at)
        self._change((day, columns.terminals[at], columns.merchants[at], name), -1)
        columns.take_out(at)

    def _change(self, incident: Incident, by: int) -> None:
        day, who, shop, name = incident
        if day < self.first:
            return
        week = (self.estate.days - 1 - day) // WEEK
        spans = len(WINDOWS)
        span, place = name * spans + self._bucket[week], name * self.weeks + week
        self.per_terminal[who * AMOUNT * spans + span] += by
        had = self.of_terminal[who * AMOUNT + name]
        self.of_terminal[who * AMOUNT + name] = had + by
        self.squared[name] += by * (2 * had + by)
        if shop >= 0:
            self.per_merchant[shop * AMOUNT * spans + span] += by
            self.of_merchant[shop * AMOUNT + name] += by
        for kind in GROUPED:
            group = self.estate.groups[kind][who]
            start = (group if group >= 0 else self.estate.sizes[kind]) * self._step
            self.weekly[kind][start + place] += by
        self.total[place] += by
        self.per_cell[self.cells.of_terminal[who] * AMOUNT + name] += by

    # --- what was counted ----------------------------------------------------------------------

    def series(self, kind: SubjectKind, group: int, name: int) -> list[int]:
        """Incidents of a group by week, the present one first."""
        start = (group * AMOUNT + name) * self.weeks
        return self.weekly[kind][start : start + self.weeks]

    def of_all(self, name: int) -> list[int]:
        """Incidents of the estate by week, the present one first."""
        return self.total[name * self.weeks : (name + 1) * self.weeks]

    def on_days(self, name: int, first: int, last: int) -> Iterator[int]:
        """The places of the incidents of a class from a day to another."""
        begin = name * self.estate.days
        return chain.from_iterable(self.on_day[begin + max(first, 0) : begin + last + 1])

    def of_one(self, who: int) -> Iterator[int]:
        """The places of the incidents of a terminal."""
        at, names = self._latest[who], self.columns.names
        while at >= 0:
            if names[at] != NOTHING:
                yield at
            at = self._before[at]


def _squared(amounts: array[int]) -> int:
    return sum(map(mul, amounts, amounts))


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
    """Days in service by week, the present one first: of the estate, of groups, and of the rest of
    the estate beside a group."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.weeks = estate.weeks
        self.first = estate.days - self.weeks * WEEK
        everything = array("i", bytes(4 * estate.size))
        self.total = self._weekly(everything, 1)[0]
        self.groups = {
            kind: self._weekly(estate.groups[kind], estate.sizes[kind]) for kind in GROUPED
        }
        self.rest = {
            kind: [list(map(sub, self.total, own)) for own in groups]
            for kind, groups in self.groups.items()
        }
        self.summed = {
            kind: [list(accumulate(own)) for own in groups] for kind, groups in self.groups.items()
        }
        """Of groups, summed up to each week."""

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
