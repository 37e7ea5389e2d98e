"""What charts of a period show beside the counts: modes, model and firmware, areas by month,
whether failures become rarer, and who has how much to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.insight.intervals import Growth, growth, poisson_interval

YEAR_DAYS = 365.25
AGES = (1, 3, 7, 30)
"""Borders of the ages of open cases, in days."""


@dataclass(frozen=True, slots=True)
class ModeCount:
    """How often a mode of failure was confirmed; `mode` is its key in the catalogue, empty where
    only the class is known."""

    fault_class: str
    mode: str
    count: int


@dataclass(frozen=True, slots=True)
class FailureRate:
    """Failures of the terminal itself under one firmware of a model, per 100 terminals and year."""

    model: str
    firmware: str
    failures: int
    running_days: float
    terminals: int

    @property
    def rate(self) -> float | None:
        """None where no terminal ran."""
        return self._per_year(self.failures)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The exact interval of the rate."""
        if self.running_days <= 0:
            return None
        low, high = poisson_interval(self.failures)
        return self._per_year(low) or 0.0, self._per_year(high) or 0.0

    def _per_year(self, failures: float) -> float | None:
        years = self.running_days / YEAR_DAYS
        return 100 * failures / years if years > 0 else None


@dataclass(frozen=True, slots=True)
class AreaMonths:
    """Incidents of an area in each month of the period, beside the days its terminals ran."""

    area: str
    counts: tuple[int, ...]
    running_days: tuple[float, ...]

    def per_100(self, place: int) -> float | None:
        """Incidents per 100 terminals and thirty days of one month."""
        days = self.running_days[place]
        return 3000 * self.counts[place] / days if days > 0 else None


@dataclass(frozen=True, slots=True)
class GrowthCurve:
    """Failures of terminals cumulated over the running time of all, by month."""

    months: tuple[date, ...]
    failures: tuple[int, ...]
    running_days: tuple[float, ...]

    @property
    def fitted(self) -> Growth | None:
        """The power law through them; None when there are too few."""
        return growth(self.cumulated, self.failures)

    @property
    def cumulated(self) -> tuple[float, ...]:
        """Running time in terminal years at the end of each month."""
        total, found = 0.0, []
        for days in self.running_days:
            total += days / YEAR_DAYS
            found.append(total)
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicianLoad:
    """What lies with one technician (or with nobody): open cases by age, what is late or will be
    by the end of tomorrow, and the two weeks ahead in minutes."""

    technician_id: str
    name: str
    by_age: tuple[int, ...]
    late: int
    due_today: int
    due_tomorrow: int
    planned_minutes: int
    room_minutes: int

    @property
    def open(self) -> int:
        """All open cases."""
        return sum(self.by_age)


def age_place(days: float) -> int:
    """The place of an age among `AGES`; one more for the oldest."""
    return next((place for place, border in enumerate(AGES) if days < border), len(AGES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """Everything these charts show of a period."""

    modes: tuple[ModeCount, ...] = ()
    firmware: tuple[FailureRate, ...] = ()
    areas: tuple[AreaMonths, ...] = ()
    growth: GrowthCurve | None = None
    loads: tuple[TechnicianLoad, ...] = ()
    unfinished: bool = False
    """Whether the last month of the period is not over yet."""


def ranked_shares(counts: Sequence[int]) -> tuple[float, ...]:
    """The cumulated share at each place of counts in falling order."""
    total, found = sum(counts), []
    so_far = 0
    for count in counts:
        so_far += count
        found.append(so_far / total if total else 0.0)
    return tuple(found)
