"""What is due in a period, computed: no row is written, and no row of the past is read but those
that already stand for dates of the period.

One `Outlook` lives inside one session; it reads plans, terminals and calendar once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.meters import MeterKind, Reading, meter_due
from app.domain.occurrences import (
    Occasion,
    Occurrence,
    Outcome,
    calendar_slot,
    meter_slot,
    window,
)
from app.domain.plans import (
    EVERYTHING,
    AnchorKind,
    Contents,
    Plan,
    PlanVersion,
    Scope,
    Subject,
    admits,
)
from app.domain.recurrence import Anchor, Dates, Due, Recurrence, next_dates
from app.domain.rules import Basis, Rule
from app.services.plan_queries import read_anchors, read_plans, read_subjects
from app.services.work_days import read_calendar
from db.models.maintenance import MeterReadingRow, OccurrenceRow

_COUNTED = (Outcome.DONE, Outcome.PARTIAL, Outcome.SKIPPED, Outcome.MERGED)
"""Outcomes from which a floating plan or a counter goes on."""


class Slot(NamedTuple):
    """One computed date of a plan for one subject."""

    plan: Plan
    version: PlanVersion
    subject: Subject
    n: int
    slot: str
    nominal: int
    due: int
    uncertain: bool
    occasion: Occasion = Occasion.CALENDAR
    tentative: bool = False
    """It depends on when an earlier one is done, so nothing is committed to yet."""

    def occurrence(self) -> Occurrence:
        """The date as an occurrence nobody has decided about."""
        plan, version, subject = self.plan, self.version, self.subject
        contents = version.contents
        due_on = date.fromordinal(self.due)
        early, late = window_days(contents)
        opens, closes = window(due_on, early, late)
        return Occurrence(
            "", plan.id, plan.key, contents.name, version.id, contents.scope, contents.place,
            subject.key, self.slot, self.n, self.occasion, date.fromordinal(self.nominal), due_on,
            opens, closes, contents.minutes, subject.terminal_id, subject.merchant_id,
            subject.merchant_name, subject.serial, subject.tid, subject.area,
            uncertain=self.uncertain,
        )  # fmt: skip


def window_days(contents: Contents) -> tuple[int, int]:
    """Days before and after the due date that count as on time."""
    rule = contents.rule
    return (0, contents.event_late_days) if rule is None else (rule.early_days, rule.late_days)


@dataclass(frozen=True, slots=True)
class _Last:
    """Where a floating plan or a counter stands for one subject."""

    n: int
    on: date
    day: int


class Outlook:
    """Plans, subjects and calendar as they are now, and the dates that follow from them."""

    def __init__(self, session: Session, today: date, plans: Iterable[Plan] | None = None) -> None:
        self._session = session
        self.today = today
        self.plans = tuple(read_plans(session, everything=False) if plans is None else plans)
        self.calendar = read_calendar(session)
        self.anchors = read_anchors(session)
        self.subjects = read_subjects(session, self.anchors)
        self._recurrences: dict[tuple[Rule, date, date], Recurrence] = {}
        self._installed: dict[date, Anchor] = {}
        self._timetables: dict[tuple[Any, ...], list[tuple[Subject, Dates, int]]] = {}

    # --- who -----------------------------------------------------------------------------------

    def covered(self, contents: Contents) -> list[Subject]:
        """The subjects a plan covers now."""
        everyone = self.subjects[contents.scope]
        if contents.scope is Scope.ESTATE:
            return everyone
        wanted = contents.subjects
        if wanted.serials and contents.scope is Scope.MERCHANT:
            named = {
                t.merchant_id for t in self.subjects[Scope.TERMINAL] if t.serial in wanted.serials
            }
            wanted = replace(wanted, serials=())
            everyone = [subject for subject in everyone if subject.key in named]
        if wanted == EVERYTHING:
            return [s for s in everyone if s.state == "in_service" and s.merchant_id]
        return [subject for subject in everyone if admits(wanted, subject)]

    def anchor(self, contents: Contents, subject: Subject) -> tuple[Anchor, int]:
        """What a plan counts from for a subject, and the first day (ordinal) it may be due."""
        kept = self.anchors.get(subject.key)
        since = self._since(contents) if kept is None else kept[1].toordinal()
        if contents.anchor is AnchorKind.START or subject.anchor_on is None:
            return contents.anchor_of(subject), since
        shared = self._installed.get(subject.anchor_on)
        if shared is None:
            shared = self._installed[subject.anchor_on] = contents.anchor_of(subject)
        return shared, since

    def _since(self, contents: Contents) -> int:
        if contents.scope is Scope.ESTATE:
            return contents.starts_on.toordinal()
        return self.today.toordinal()

    def recurrence(self, rule: Rule, first: date, last: date) -> Recurrence:
        """A rule over a stretch of days; plans with the same rule share it."""
        key = (rule, first, last)
        if key not in self._recurrences:
            self._recurrences[key] = Recurrence(rule, first, last, self.calendar)
        return self._recurrences[key]

    # --- when ----------------------------------------------------------------------------------

    def slots(self, first: date, last: date) -> Iterator[Slot]:
        """Every calendar and counter date between two days, whether or not a row stands for it."""
        for plan in self.plans:
            for version in plan.versions:
                yield from self._of_version(plan, version, first, last)

    def _of_version(
        self, plan: Plan, version: PlanVersion, first: date, last: date
    ) -> Iterator[Slot]:
        contents = version.contents
        low, high = self._span(version, first, last)
        if low > high:
            return
        if contents.meter is not None:
            yield from self._by_meter(plan, version, low, high)
        elif contents.rule is not None and contents.rule.basis is Basis.FLOATING:
            yield from self._floating(plan, version, contents.rule, low, high)
        elif contents.rule is not None:
            yield from self._fixed(plan, version, contents.rule, low, high)

    def _span(self, version: PlanVersion, first: date, last: date) -> tuple[date, date]:
        """The part of a period in which a version counts; empty when the first is after the
        last."""
        contents = version.contents
        low, high = max(first, version.valid_from, contents.starts_on), last
        if version.valid_until is not None:
            high = min(high, version.valid_until - timedelta(days=1))
        if contents.ends_on is not None:
            high = min(high, contents.ends_on)
        return low, high

    def _fixed(
        self, plan: Plan, version: PlanVersion, rule: Rule, low: date, high: date
    ) -> Iterator[Slot]:
        for subject, dates, start in self._timetable(version.contents, rule, low, high):
            series, offset = dates.series, dates.offset
            for place in range(start, len(series.days)):
                n, day = series.numbers[place] - offset, series.days[place]
                yield Slot(
                    plan, version, subject, n, calendar_slot(n), series.nominals[place], day,
                    day in series.uncertain,
                )  # fmt: skip

    def _timetable(
        self, contents: Contents, rule: Rule, low: date, high: date
    ) -> list[tuple[Subject, Dates, int]]:
        """Who has dates between two days, the dates, and the place of the first; computed once
        for plans that differ only in what is done."""
        key = (rule, low, high, contents.scope, contents.anchor, contents.starts_on,
               contents.subjects)  # fmt: skip
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
        for version in plan.versions:
            contents, rule = version.contents, version.contents.rule
            low, high = self._span(version, first, last)
            if low > high:
                continue
            if rule is None or contents.meter is not None or rule.basis is Basis.FLOATING:
                days.update(slot.due for slot in self._of_version(plan, version, first, last))
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

    def _floating(
        self, plan: Plan, version: PlanVersion, rule: Rule, low: date, high: date
    ) -> Iterator[Slot]:
        """Of a floating plan one date stands; those after it only say where it would lead."""
        last = self._last_settled(plan)
        begun = []
        for subject in self.covered(version.contents):
            anchor, since = self.anchor(version.contents, subject)
            before = last.get(subject.key)
            if before is not None:
                anchor = Anchor(before.on, before.day, 1)
            begun.append((subject, anchor, since, 0 if before is None else before.n))
        if not begun:
            return
        earliest = min(anchor.on for _, anchor, _, _ in begun)
        recurrence = self.recurrence(rule, earliest, high)
        today, from_ = self.today.toordinal(), low.toordinal()
        for subject, anchor, since, offset in begun:
            standing = True
            for due in recurrence.dates(anchor):
                day = due.on.toordinal()
                if day < since:
                    continue
                if day >= from_ and (standing or day >= today):
                    slot = self._slot(plan, version, subject, due, offset)
                    yield slot if standing else slot._replace(tentative=True)
                standing = False

    def _slot(
        self, plan: Plan, version: PlanVersion, subject: Subject, due: Due, offset: int
    ) -> Slot:
        n = due.n + offset
        return Slot(
            plan, version, subject, n, calendar_slot(n), due.nominal.toordinal(),
            due.on.toordinal(), due.uncertain,
        )  # fmt: skip

    # --- counters ------------------------------------------------------------------------------

    def _by_meter(self, plan: Plan, version: PlanVersion, low: date, high: date) -> Iterator[Slot]:
        """By use or by date, whichever comes first; by use alone when there is no rule."""
        contents = version.contents
        assert contents.meter is not None
        last, readings = self._last_settled(plan), self._readings(contents.meter.kind)
        for subject in self.covered(contents):
            anchor, since = self.anchor(contents, subject)
            before = last.get(subject.key)
            base = before.on if before is not None else max(
                version.valid_from, date.fromordinal(since)
            )  # fmt: skip
            seen = meter_due(contents.meter, base, readings.get(subject.key, ()), self.today)
            by_use = None if seen.on is None else max(seen.on, low)
            if contents.rule is None:
                if by_use is not None and by_use <= high:
                    count = 0 if before is None else before.n + 1
                    day = by_use.toordinal()
                    yield Slot(plan, version, subject, count, meter_slot(count), day, day, False,
                               Occasion.METER)  # fmt: skip
                continue
            if before is not None and contents.rule.basis is Basis.FLOATING:
                anchor = Anchor(before.on, before.day, 1)
            offset = before.n if before is not None and anchor.on == before.on else 0
            after = max(base + timedelta(days=1), version.valid_from, date.fromordinal(since))
            for slot in self._earlier(
                plan, version, subject, (anchor, offset, after, by_use, high)
            ):
                if slot.due >= low.toordinal():
                    yield slot

    def _earlier(
        self, plan: Plan, version: PlanVersion, subject: Subject,
        at: tuple[Anchor, int, date, date | None, date],
    ) -> Iterator[Slot]:  # fmt: skip
        anchor, offset, after, by_use, high = at
        rule = version.contents.rule
        assert rule is not None
        (upcoming, *_) = (*next_dates(rule, anchor, after, 1, self.calendar), None)
        begins = after
        if upcoming is not None and by_use is not None and by_use < upcoming.on:
            if by_use <= high:
                slot = self._slot(plan, version, subject, upcoming, offset)
                yield slot._replace(due=by_use.toordinal(), occasion=Occasion.METER)
            begins = upcoming.on + timedelta(days=1)
        if begins <= high:
            for due in self.recurrence(rule, begins, high).dates(anchor):
                yield self._slot(plan, version, subject, due, offset)

    def _readings(self, kind: MeterKind) -> dict[str, list[Reading]]:
        found: dict[str, list[Reading]] = {}
        query: Any = (
            sa.select(
                col(MeterReadingRow.terminal_id), col(MeterReadingRow.read_on),
                col(MeterReadingRow.value),
            )
            .where(col(MeterReadingRow.kind) == kind)
            .order_by(col(MeterReadingRow.terminal_id), col(MeterReadingRow.read_on))
        )  # fmt: skip
        for terminal_id, read_on, value in self._session.execute(query):
            found.setdefault(terminal_id, []).append(Reading(read_on, value))
        return found

    def _last_settled(self, plan: Plan) -> dict[str, _Last]:
        """Per subject the last occurrence work went on from: done, or skipped on its due date."""
        on = sa.func.coalesce(col(OccurrenceRow.done_on), col(OccurrenceRow.due_on))
        ranked = (
            sa.select(
                col(OccurrenceRow.subject), col(OccurrenceRow.n), on.label("on"),
                col(OccurrenceRow.anchor_day),
                sa.func.row_number()
                .over(
                    partition_by=col(OccurrenceRow.subject), order_by=col(OccurrenceRow.n).desc()
                )
                .label("rank"),
            )
            .where(
                col(OccurrenceRow.plan_id) == plan.id,
                col(OccurrenceRow.outcome).in_(_COUNTED),
                col(OccurrenceRow.occasion).in_((Occasion.CALENDAR, Occasion.METER)),
            )
            .subquery()
        )  # fmt: skip
        rows = self._session.execute(sa.select(ranked).where(ranked.c.rank == 1))
        return {row.subject: _Last(row.n, row.on, row.anchor_day) for row in rows}
