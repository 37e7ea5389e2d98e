"""Which figures there are, what each counts, and how sure it is.

One definition each: window, command line and paper show the same values, and name the same
definition (`app.texts.insight_figures`).  A figure never stands without the number of cases behind
it; its interval says between which values it lies with 95 % confidence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from app.domain.insight.figures import Period
from app.domain.insight.intervals import LEVEL, NORMAL, poisson_interval, share_interval

MATURE_AFTER = timedelta(days=30)
"""A case of the same class on the same terminal within this time means that the first repair did
not hold; before it is over nobody can say so."""
LEAST_FOR_MEDIAN = 6
"""With fewer values even the least and the greatest do not enclose the median with 95 %."""
MANY = 500
LEAST_FAILURES = 2
"""Below this a mean time between failures is no figure."""


class FigureUnit(StrEnum):
    """What a figure is measured in."""

    COUNT = "count"
    SHARE = "share"
    HOURS = "hours"
    DAYS = "days"
    CENTS = "cents"


class FigureKind(StrEnum):
    """Every figure, in the order in which they are shown."""

    REPORTED = "reported"
    ITEM_FAILURES = "item_failures"
    RESOLVED = "resolved"
    MTBF = "mtbf"
    AVAILABILITY = "availability"
    RESPONSE = "response"
    TRAVEL = "travel"
    DIAGNOSIS = "diagnosis"
    WAIT_PARTS = "wait_parts"
    WAIT_OUTSIDE = "wait_outside"
    WAIT_OTHER = "wait_other"
    REPAIR = "repair"
    RESTORATION = "restoration"
    SETTLED = "settled"
    RESPONSE_ON_TIME = "response_on_time"
    RESOLVED_ON_TIME = "resolved_on_time"
    FIRST_TIME = "first_time"
    REPEATED = "repeated"
    AVOIDABLE = "avoidable"
    REOPENED = "reopened"
    CLASS_AGREED = "class_agreed"
    MAINTENANCE = "maintenance"
    BACKLOG = "backlog"
    BACKLOG_AGE = "backlog_age"
    PARTS = "parts"
    FEES = "fees"


UNITS: dict[FigureKind, FigureUnit] = {
    FigureKind.REPORTED: FigureUnit.COUNT,
    FigureKind.ITEM_FAILURES: FigureUnit.COUNT,
    FigureKind.RESOLVED: FigureUnit.COUNT,
    FigureKind.MTBF: FigureUnit.DAYS,
    FigureKind.AVAILABILITY: FigureUnit.SHARE,
    FigureKind.RESPONSE: FigureUnit.HOURS,
    FigureKind.TRAVEL: FigureUnit.HOURS,
    FigureKind.DIAGNOSIS: FigureUnit.HOURS,
    FigureKind.WAIT_PARTS: FigureUnit.HOURS,
    FigureKind.WAIT_OUTSIDE: FigureUnit.HOURS,
    FigureKind.WAIT_OTHER: FigureUnit.HOURS,
    FigureKind.REPAIR: FigureUnit.HOURS,
    FigureKind.RESTORATION: FigureUnit.HOURS,
    FigureKind.SETTLED: FigureUnit.HOURS,
    FigureKind.RESPONSE_ON_TIME: FigureUnit.SHARE,
    FigureKind.RESOLVED_ON_TIME: FigureUnit.SHARE,
    FigureKind.FIRST_TIME: FigureUnit.SHARE,
    FigureKind.REPEATED: FigureUnit.SHARE,
    FigureKind.AVOIDABLE: FigureUnit.SHARE,
    FigureKind.REOPENED: FigureUnit.SHARE,
    FigureKind.CLASS_AGREED: FigureUnit.SHARE,
    FigureKind.MAINTENANCE: FigureUnit.SHARE,
    FigureKind.BACKLOG: FigureUnit.COUNT,
    FigureKind.BACKLOG_AGE: FigureUnit.DAYS,
    FigureKind.PARTS: FigureUnit.CENTS,
    FigureKind.FEES: FigureUnit.CENTS,
}


class GroupedBy(StrEnum):
    """By what figures are broken down."""

    NOTHING = ""
    MODEL = "model"
    FIRMWARE = "firmware"
    AREA = "area"
    TECHNICIAN = "technician"
    ACQUIRER = "acquirer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure: its value, the cases `n` behind it, and its interval.

    No value where there is nothing to divide by, or too little.  `hits` are the cases of a share
    that count for it, `mean` stands beside the median of a duration, `immature` are cases that
    cannot be judged yet.
    """

    kind: FigureKind
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    hits: int | None = None
    mean: float | None = None
    immature: int = 0

    @property
    def unit(self) -> FigureUnit:
        """What it is measured in."""
        return UNITS[self.kind]


def counted(kind: FigureKind, n: int) -> Figure:
    """A count: it is what it is, without an interval."""
    return Figure(kind=kind, value=float(n), n=n)


def share(kind: FigureKind, hits: int, n: int, immature: int = 0) -> Figure:
    """A share with its exact interval."""
    if not n:
        return Figure(kind=kind, value=None, n=0, hits=0, immature=immature)
    low, high = share_interval(hits, n)
    return Figure(kind=kind, value=hits / n, n=n, low=low, high=high, hits=hits, immature=immature)


def median(kind: FigureKind, amounts: Sequence[float]) -> Figure:
    """The median of durations, between the two values that enclose it with 95 % (order statistics),
    and their mean."""
    ordered, n = sorted(amounts), len(amounts)
    if not n:
        return Figure(kind=kind, value=None, n=0)
    low = high = None
    if n >= LEAST_FOR_MEDIAN:
        below = _least_place(n)
        low, high = ordered[below], ordered[n - 1 - below]
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return Figure(kind=kind, value=middle, n=n, low=low, high=high, mean=math.fsum(ordered) / n)


def _least_place(n: int) -> int:
    """The highest place (from 0) so that it and its mirror image enclose the median with 95 %:
    exact by the binomial distribution, by the normal one for many."""
    if n > MANY:
        return max(0, math.floor((n - NORMAL * math.sqrt(n)) / 2 - 0.5))
    below, term = 0.0, 0.5**n
    for place in range(n // 2):
        below += term
        if below > (1 - LEVEL) / 2:
            return place - 1
        term *= (n - place) / (place + 1)
    return n // 2


def between_failures(failures: int, running_days: float) -> Figure:
    """Running time in days for each failure, with the exact interval of a counted number."""
    kind = FigureKind.MTBF
    if failures < LEAST_FAILURES or running_days <= 0:
        return Figure(kind=kind, value=None, n=failures)
    low, high = poisson_interval(failures)
    return Figure(
        kind=kind,
        value=running_days / failures,
        n=failures,
        low=running_days / high,
        high=running_days / low,
    )


def available(stops: int, down_days: float, running_days: float) -> Figure:
    """The share of the running time in which terminals worked.  Its interval is that of the number
    of stops, each as long as they were on average."""
    kind = FigureKind.AVAILABILITY
    if running_days <= 0:
        return Figure(kind=kind, value=None, n=stops)
    down = min(down_days / running_days, 1.0)
    if not stops:
        return Figure(kind=kind, value=1.0, n=0)
    few, many = poisson_interval(stops)
    return Figure(
        kind=kind,
        value=1 - down,
        n=stops,
        low=max(0.0, 1 - down * many / stops),
        high=1 - down * few / stops,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureGroup:
    """The figures of one model, firmware, area, technician or acquirer, or of all."""

    key: str
    name: str
    terminals: int
    running_days: float
    figures: dict[FigureKind, Figure] = field(default_factory=dict)

    def __getitem__(self, kind: FigureKind) -> Figure:
        return self.figures[kind]


class Compared(StrEnum):
    """What a period is compared with, as it is called."""

    SAME_DAYS = "same_days"
    WHOLE_MONTH = "whole_month"
    AS_MANY_DAYS = "as_many_days"


def comparison(period: Period) -> tuple[Compared, Period]:
    """The period before, and what it is: a whole month beside a whole month; beside the first days
    of a month the same days of the month before; else as many days."""
    month = period.first.replace(day=1)
    before = month - relativedelta(months=1)
    one_month = period.first == month and period.last < month + relativedelta(months=1)
    if one_month and period.last == month + relativedelta(months=1, days=-1):
        return Compared.WHOLE_MONTH, Period(before, month - timedelta(days=1))
    if one_month:
        last = min(before.replace(day=1) + timedelta(days=period.days - 1), month)
        return Compared.SAME_DAYS, Period(before, min(last, month - timedelta(days=1)))
    last = period.first - timedelta(days=1)
    return Compared.AS_MANY_DAYS, Period(last - timedelta(days=period.days - 1), last)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureReport:
    """All figures of a period, those of the period before, and by group."""

    period: Period
    area: str
    acquirer: str
    by: GroupedBy
    whole: FigureGroup
    compared: Compared
    before_period: Period
    before: FigureGroup
    groups: tuple[FigureGroup, ...]
    known_until: date
    """The last day with a report or with work on one: what came later nobody knows yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBehind:
    """One case behind a figure: what it adds to it, and whether it counts for a share."""

    id: str
    number: str
    reported_on: date
    resolved_on: date | None
    serial: str
    merchant: str
    technician: str
    fault_class: str
    amount: float | None
    hit: bool | None
