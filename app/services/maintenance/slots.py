"""One computed date of a plan for one subject, before any row stands for it."""

from __future__ import annotations

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

    def occurrence(self) -> Occurrence:
        """The date as an occurrence nobody has decided about."""
        plan, version, subject = self.plan, self.version, self.subject
        contents = version.contents
        due_on = date.fromordinal(self.due)
        early, late = window_days(contents)
        opens, closes = window(due_on, early, late)
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
            nominal_on=date.fromordinal(self.nominal),
            due_on=due_on,
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


def window_days(contents: Contents) -> tuple[int, int]:
    """Days before and after the due date that count as on time."""
    rule = contents.rule
    return (0, contents.event_late_days) if rule is None else (rule.early_days, rule.late_days)
