"""Figures of a period: what is counted, and how each is defined.

Only failures of the terminal itself enter rates (`app.domain.incidents.incidents.is_item_failure`);
cases the terminal did not cause are counted beside them.  Cancelled reports and duplicates count
nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from app.domain.faults import FaultClass
from app.domain.insight.repeats import RepeatWarning

FEW_TERMINALS = 20
"""Below this a rate says little, and is shown as such."""


@dataclass(frozen=True, slots=True)
class Period:
    """Calendar days where the work happens, both ends included."""

    first: date
    last: date

    def months(self) -> tuple[date, ...]:
        """The first day of every month the period touches."""
        start = self.first.replace(day=1)
        amount = (self.last.year - start.year) * 12 + self.last.month - start.month + 1
        return tuple(start + relativedelta(months=n) for n in range(amount))

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


def trailing(today: date, months: int) -> Period:
    """This month so far and the whole months before it, `months` in all."""
    return Period(today.replace(day=1) - relativedelta(months=months - 1), today)


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Incidents reported in a month by class; those not classified yet stand under ``None``."""

    month: date
    by_class: dict[FaultClass | None, int]
    item_failures: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_class.values())


@dataclass(frozen=True, slots=True)
class GroupCount:
    """Incidents of an area or a model, beside the terminals that are there now."""

    name: str
    incidents: int
    item_failures: int
    terminals: int
    manufacturer: str = ""

    @property
    def others(self) -> int:
        """Cases the terminal did not cause, and those not resolved yet."""
        return self.incidents - self.item_failures

    @property
    def per_100(self) -> float | None:
        """Item failures per 100 terminals; None where no terminal is left."""
        return 100 * self.item_failures / self.terminals if self.terminals else None

    @property
    def doubtful(self) -> bool:
        """Whether so few terminals stand behind the rate that chance rules it."""
        return self.terminals < FEW_TERMINALS


def share_by_class(months: Sequence[MonthCount]) -> dict[FaultClass | None, int]:
    """Totals of a period by class, in the order of the product's table and without classes that
    did not occur; so a colour keeps its place from one period to the next."""
    order: tuple[FaultClass | None, ...] = (*FaultClass, None)
    totals = {name: sum(m.by_class.get(name, 0) for m in months) for name in order}
    return {name: amount for name, amount in totals.items() if amount}


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightReport:
    """Everything the insight page, the command line and an export show of one period."""

    period: Period
    area: str
    months: tuple[MonthCount, ...]
    areas: tuple[GroupCount, ...]
    models: tuple[GroupCount, ...]
    warnings: tuple[RepeatWarning, ...]

    @property
    def incidents(self) -> int:
        """How many were reported."""
        return sum(month.total for month in self.months)

    @property
    def item_failures(self) -> int:
        """How many of them were failures of the terminal itself."""
        return sum(month.item_failures for month in self.months)
