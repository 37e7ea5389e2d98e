"""What is due in a period, computed: no row is written, and no row of the past is read but those
that already stand for dates of the period.

One `DueDates` lives inside one session; it reads plans, terminals and calendar once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Self

from sqlmodel import Session

from app.domain.maintenance.occurrences import calendar_slot
from app.domain.maintenance.plans import Contents, Plan, PlanVersion, Subject
from app.domain.maintenance.recurrence import Anchor, Dates
from app.domain.maintenance.recurrence_rule import Basis, Rule
from app.services.maintenance.following_dates import DateWindow, FollowingDates
from app.services.maintenance.plan_subjects import PlanSubjects
from app.services.maintenance.slots import Slot


def _floats(contents: Contents) -> bool:
    return contents.rule is not None and contents.rule.basis is Basis.FLOATING


class DueDates(PlanSubjects):
    """Plans, subjects and calendar as they are now, and the dates that follow from them."""

    def __init__(self, session: Session, today: date, plans: Iterable[Plan] | None = None) -> None:
        super().__init__(session, today, plans)
        self._timetables: dict[tuple[Any, ...], list[tuple[Subject, Dates, int]]] = {}

    def narrowed(self, subjects: Iterable[Subject]) -> Self:
        """The same plans and calendar for some of the subjects."""
        found = super().narrowed(subjects)
        found._timetables = {}
        return found

    def slots(self, first: date, last: date, *, overdue: bool = False) -> Iterator[Slot]:
        """Every calendar and counter date between two days, whether or not a row stands for it;
        with `overdue` also what has been due since before them and is not settled."""
        span = DateWindow(first, last, overdue)
        for plan in self.plans:
            claimed: set[str] = set()
            for version in plan.versions:
                if self._follows(plan, version):
                    yield from self._following(plan, version, span, claimed)
                elif self._is_fixed(version):
                    yield from self._fixed(plan, version, first, last)

    def _follows(self, plan: Plan, version: PlanVersion) -> bool:
        """Whether the dates follow from work; only of the version that counts now, and of later
        ones, for the work they follow from is the same."""
        contents = version.contents
        if contents.meter is None and not _floats(contents):
            return False
        return version is plan.at(self.today) or version.valid_from > self.today

    def _is_fixed(self, version: PlanVersion) -> bool:
        return version.contents.rule is not None and not _floats(version.contents)

    def _following(
        self, plan: Plan, version: PlanVersion, span: DateWindow, claimed: set[str]
    ) -> Iterator[Slot]:
        begin = max(version.valid_from, version.contents.starts_on)
        over = version.valid_until is not None and version.valid_until <= version.valid_from
        if begin <= span.last and not over:
            yield from FollowingDates(self, plan, version, span, claimed).slots()

    def _span(self, plan: Plan, version: PlanVersion, first: date, last: date) -> tuple[date, date]:
        """The part of a period in which a version counts; empty when the first is after the
        last."""
        contents = version.contents
        low, high = max(first, version.valid_from, contents.starts_on), last
        # What its dates were while the plan rested is not owed.
        low = max(low, self.resumed.get(plan.id, low))
        if version.valid_until is not None:
            high = min(high, version.valid_until - timedelta(days=1))
        if contents.ends_on is not None:
            high = min(high, contents.ends_on)
        return low, high

    def _fixed(self, plan: Plan, version: PlanVersion, first: date, last: date) -> Iterator[Slot]:
        low, high = self._span(plan, version, first, last)
        rule = version.contents.rule
        if low > high or rule is None:
            return
        for subject, dates, start in self._timetable(version.contents, rule, low, high):
            series, offset = dates.series, dates.offset
            for place in range(start, len(series.days)):
                n, day = series.numbers[place] - offset, series.days[place]
                yield Slot(
                    plan,
                    version,
                    subject,
                    n,
                    calendar_slot(n),
                    series.nominals[place],
                    day,
                    day in series.uncertain,
                )

    def _timetable(
        self, contents: Contents, rule: Rule, low: date, high: date
    ) -> list[tuple[Subject, Dates, int]]:
        """Who has dates between two days, the dates, and the place of the first; computed once
        for plans that differ only in what is done."""
        key = (
            rule,
            low,
            high,
            contents.scope,
            contents.anchor,
            contents.starts_on,
            contents.subjects,
        )
        known = self._timetables.get(key)
        if known is not None:
            return known
        recurrence = self.recurrence(rule, low, high)
        from_ = low.toordinal()
        found = []
        # Thousands share an anchor; the same object is found faster than an equal one.
        shared: dict[int, tuple[Anchor, Dates]] = {}
        for subject in self.covered(contents):
            anchor, since = self.anchor(contents, subject)
            if id(anchor) not in shared:
                shared[id(anchor)] = anchor, recurrence.dates(anchor)
            dates = shared[id(anchor)][1]
            start = dates.start
            if since > from_:
                start = max(start, bisect_left(dates.series.days, since))
            if start < len(dates.series.days):
                found.append((subject, dates, start))
        self._timetables[key] = found
        return found

    def tally(self, first: date, last: date) -> dict[date, dict[str, int]]:
        """How many fixed dates of each plan (by key) fall on each day, without looking at one of
        them singly."""
        found: dict[date, dict[str, int]] = {}
        for plan in self.plans:
            days = self._days_of(plan, first, last)
            for ordinal, count in sorted(days.items()):
                found.setdefault(date.fromordinal(ordinal), {})[plan.key] = count
        return found

    def _days_of(self, plan: Plan, first: date, last: date) -> Counter[int]:
        days: Counter[int] = Counter()
        claimed: set[str] = set()
        for version in plan.versions:
            contents, rule = version.contents, version.contents.rule
            if self._follows(plan, version):
                found = self._following(plan, version, DateWindow(first, last), claimed)
                days.update(slot.due for slot in found)
                continue
            low, high = self._span(plan, version, first, last)
            if low > high or rule is None or not self._is_fixed(version):
                continue
            shared = Counter(
                (id(dates.series), start)
                for _, dates, start in self._timetable(contents, rule, low, high)
            )
            seen: set[tuple[int, int]] = set()
            for _, dates, start in self._timetable(contents, rule, low, high):
                key = (id(dates.series), start)
                if key not in seen:
                    seen.add(key)
                    for day in dates.series.days[start:]:
                        days[day] += shared[key]
        return days
