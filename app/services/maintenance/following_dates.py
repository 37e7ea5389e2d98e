"""Dates that follow from work: those of floating plans and of counters.

One of them stands for each subject until it is settled, however long ago its day was: a plan added
to an estate maintained for years, an interval made shorter, an overdue date skipped or work entered
late all lead to a date in the past, and that is work due now.  The dates after it only say where it
would lead.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.domain.maintenance.meters import meter_due
from app.domain.maintenance.occurrences import Occasion, calendar_slot, meter_slot
from app.domain.maintenance.plans import Plan, PlanVersion, Subject
from app.domain.maintenance.recurrence import Anchor, Dates, Due, next_dates
from app.domain.maintenance.recurrence_rule import Basis, Rule
from app.services.maintenance.plan_progress import LastWork, OpenTask
from app.services.maintenance.plan_subjects import PlanSubjects
from app.services.maintenance.slots import Slot


@dataclass(frozen=True, slots=True)
class DateWindow:
    """What is asked for: days from `first` to `last`, and whether what is overdue since before
    them is wanted, too."""

    first: date
    last: date
    overdue: bool = False

    def holds(self, day: int) -> bool:
        """Whether a standing date (an ordinal) is wanted."""
        return day <= self.last.toordinal() and (self.overdue or day >= self.first.toordinal())


@dataclass(frozen=True, slots=True)
class FollowingDates:
    """One version of a plan whose dates follow from work.  `claimed` are the subjects whose one
    standing date an earlier version names already; those named here are added to it."""

    estate: PlanSubjects
    plan: Plan
    version: PlanVersion
    span: DateWindow
    claimed: set[str] = field(default_factory=set)

    def slots(self) -> Iterator[Slot]:
        """Its standing dates, and the tentative ones behind them."""
        contents = self.version.contents
        if contents.rule is None:
            yield from self._by_use()
        elif contents.rule.basis is Basis.FLOATING:
            yield from self._floating(contents.rule)
        else:
            yield from self._fixed_or_by_use(contents.rule)

    # --- what they share -----------------------------------------------------------------------

    @property
    def _begin(self) -> date:
        return max(self.version.valid_from, self.version.contents.starts_on)

    @property
    def _end(self) -> date:
        """The last day on which a standing date of this version can be due."""
        ends = [date.max]
        if self.version.valid_until is not None:
            ends.append(self.version.valid_until - timedelta(days=1))
        if self.version.contents.ends_on is not None:
            ends.append(self.version.contents.ends_on)
        return min(ends)

    def _due(self, day: int) -> int:
        """A date from before the version began is overdue at once; while the beginning lies ahead,
        it is due then."""
        begin = self._begin
        return day if begin <= self.estate.today else max(day, begin.toordinal())

    def _ours(self, subject: Subject) -> tuple[OpenTask | None, LastWork | None] | None:
        """The open task of this version and the last work; None when an open task of another
        version, or an earlier version, has the one standing date."""
        if subject.key in self.claimed:
            return None
        progress = self.estate.progress(self.plan)
        task = progress.open.get(subject.key)
        if task is not None and task.version_id != self.version.id:
            self.claimed.add(subject.key)
            return None
        return task, progress.last.get(subject.key)

    def _number(self, subject: Subject, task: OpenTask | None, fresh: int) -> int:
        if task is not None:
            return task.n
        progress = self.estate.progress(self.plan)
        known = progress.highest.get(subject.key)
        return fresh if known is None else known + 1

    # --- by use --------------------------------------------------------------------------------

    def _metered_since(self) -> date:
        """Since when the plan has looked at this counter: an edit does not set it back."""
        kind = self._kind()
        since = self._begin
        for earlier in reversed(self.plan.versions[: self.plan.versions.index(self.version)]):
            meter = earlier.contents.meter
            if meter is None or meter.kind is not kind:
                break
            since = max(earlier.valid_from, earlier.contents.starts_on)
        return since

    def _kind(self) -> str:
        meter = self.version.contents.meter
        return "" if meter is None else meter.kind

    def _reached(self, subject: Subject, last: LastWork | None, since: int) -> date | None:
        """The day the counter is, or is expected to be, at its limit."""
        meter = self.version.contents.meter
        if meter is None:
            return None
        base = last.on if last else max(self._metered_since(), date.fromordinal(since))
        readings = self.estate.readings(meter.kind).get(subject.key, ())
        return meter_due(meter, base, readings, self.estate.today).on

    def _by_use(self) -> Iterator[Slot]:
        for subject in self.estate.covered(self.version.contents):
            ours = self._ours(subject)
            if ours is None:
                continue
            task, last = ours
            _, since = self.estate.anchor(self.version.contents, subject)
            on = self._reached(subject, last, since)
            if on is None:
                continue
            day = self._due(on.toordinal())
            if day > self._end.toordinal():
                continue
            self.claimed.add(subject.key)
            if self.span.holds(day):
                n = self._number(subject, task, 0)
                slot = meter_slot(n) if task is None else task.slot
                yield Slot(
                    self.plan,
                    self.version,
                    subject,
                    n,
                    slot,
                    day,
                    day,
                    False,
                    Occasion.METER,
                    lasting=True,
                )

    # --- floating ------------------------------------------------------------------------------

    def _floating(self, rule: Rule) -> Iterator[Slot]:
        begun = []
        for subject in self.estate.covered(self.version.contents):
            ours = self._ours(subject)
            if ours is None:
                continue
            task, last = ours
            anchor, since = self.estate.anchor(self.version.contents, subject)
            reached = self._reached(subject, last, since)
            if last is not None:
                anchor, since = Anchor(last.on, last.day, 1), 0
            begun.append((subject, task, anchor, since, reached))
        if not begun:
            return
        earliest = min(anchor.on for _, _, anchor, _, _ in begun)
        recurrence = self.estate.recurrence(rule, earliest, max(self.span.last, self.estate.today))
        for subject, task, anchor, since, reached in begun:
            found = recurrence.dates(anchor)
            start = max(found.start, bisect_left(found.series.days, since))
            dates = list(Dates(found.series, start, found.offset))
            yield from self._standing(subject, task, dates, reached)

    def _standing(
        self, subject: Subject, task: OpenTask | None, dates: list[Due], reached: date | None
    ) -> Iterator[Slot]:
        """The one date that stands, by the rule or by the counter, and the tentative ones."""
        due = dates[0] if dates else None
        by_use = reached is not None and (due is None or reached < due.on)
        if by_use:
            assert reached is not None
            due = Due(due.n if due else 0, reached, reached)
        if due is None:
            return
        day = self._due(due.on.toordinal())
        if day > self._end.toordinal():
            return
        self.claimed.add(subject.key)
        n = self._number(subject, task, due.n)
        slot = calendar_slot(n) if task is None else task.slot
        if self.span.holds(day):
            yield Slot(
                self.plan,
                self.version,
                subject,
                n,
                slot,
                due.nominal.toordinal(),
                day,
                due.uncertain,
                Occasion.METER if by_use else Occasion.CALENDAR,
                lasting=True,
            )
        seen = max(self.span.first, self.estate.today).toordinal()
        last = min(self.span.last, self._end).toordinal()
        for place, later in enumerate(dates[1:], start=1):
            ahead = later.on.toordinal()
            if max(seen, day + 1) <= ahead <= last:
                yield Slot(
                    self.plan,
                    self.version,
                    subject,
                    n + place,
                    calendar_slot(n + place),
                    later.nominal.toordinal(),
                    ahead,
                    later.uncertain,
                    tentative=True,
                )

    # --- fixed dates, or the counter when it is sooner ------------------------------------------

    def _fixed_or_by_use(self, rule: Rule) -> Iterator[Slot]:
        for subject in self.estate.covered(self.version.contents):
            anchor, since = self.estate.anchor(self.version.contents, subject)
            last = self.estate.progress(self.plan).last.get(subject.key)
            after = max(self._begin, date.fromordinal(since))
            after = max(after, self.estate.resumed.get(self.plan.id, after))
            if last is not None:
                # What was done by use was done for the date of the calendar, too.
                after = max(after, last.on + timedelta(days=1), last.nominal + timedelta(days=1))
            reached = self._reached(subject, last, since)
            yield from self._sooner(subject, rule, (anchor, after, reached))

    def _sooner(
        self, subject: Subject, rule: Rule, at: tuple[Anchor, date, date | None]
    ) -> Iterator[Slot]:
        anchor, after, reached = at
        (upcoming, *_) = (*next_dates(rule, anchor, after, 1, self.estate.calendar), None)
        begins = max(after, self.span.first)
        if upcoming is not None and reached is not None and reached < upcoming.on:
            day = self._due(reached.toordinal())
            if day <= self._end.toordinal() and self.span.holds(day):
                yield self._numbered(subject, upcoming)._replace(
                    due=day, occasion=Occasion.METER, lasting=True
                )
            begins = max(begins, upcoming.on + timedelta(days=1))
        ends = min(self.span.last, self._end)
        if begins <= ends:
            for due in self.estate.recurrence(rule, begins, ends).dates(anchor):
                yield self._numbered(subject, due)

    def _numbered(self, subject: Subject, due: Due) -> Slot:
        return Slot(
            self.plan,
            self.version,
            subject,
            due.n,
            calendar_slot(due.n),
            due.nominal.toordinal(),
            due.on.toordinal(),
            due.uncertain,
        )
