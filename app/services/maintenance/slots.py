"""One computed date of a plan for one subject, before any row stands for it."""

from __future__ import annotations

import functools
from datetime import date
from typing import NamedTuple

from app.domain.maintenance.occurrences import Occasion, Occurrence, window
from app.domain.maintenance.plans import Contents, Plan, PlanVersion, Subject

SlotKey = tuple[str, str, str]
"""Version, subject and slot: what makes a row unique."""


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
    lasting: bool = False
    """It stays due until it is settled, however long ago its day was: the next date counts from
    the day it is settled."""

    @property
    def key(self) -> SlotKey:
        """What makes its row unique."""
        return self.version.id, self.subject.key, self.slot

    @property
    def window(self) -> tuple[date, date]:
        """First and last day on which doing it counts as on time."""
        return _window(day_of(self.due), *window_days(self.version.contents))

    def occurrence(self) -> Occurrence:
        """The date as an occurrence nobody has decided about."""
        plan, version, subject = self.plan, self.version, self.subject
        contents = version.contents
        opens, closes = self.window
        return Occurrence(
            id="",
            plan_id=plan.id,
            plan_key=plan.key,
            plan_name=contents.name,
            version_id=version.id,
            scope=contents.scope,
            place=contents.place,
            subject=subject.key,
            slot=self.slot,
            n=self.n,
            occasion=self.occasion,
            nominal_on=day_of(self.nominal),
            due_on=day_of(self.due),
            window_from=opens,
            window_until=closes,
            minutes=contents.minutes,
            terminal_id=subject.terminal_id,
            merchant_id=subject.merchant_id,
            merchant_name=subject.merchant_name,
            serial=subject.serial,
            tid=subject.tid,
            area=subject.area,
            uncertain=self.uncertain,
        )


# A run has hundreds of thousands of dates on a few hundred days: each day is one value.
day_of = functools.lru_cache(maxsize=4_096)(date.fromordinal)
"""The day of an ordinal."""
_window = functools.lru_cache(maxsize=16_384)(window)


def window_days(contents: Contents) -> tuple[int, int]:
    """Days before and after the due date that count as on time."""
    rule = contents.rule
    return (0, contents.event_late_days) if rule is None else (rule.early_days, rule.late_days)
