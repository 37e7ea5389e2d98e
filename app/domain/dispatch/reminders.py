"""What people are reminded of: promised times, holds that end, deadlines that come near, and
tomorrow's visits; and the quiet hours in which nobody is disturbed.

A reminder is worked out from the records alone.  Its key holds the record and the moment it is
about: when a promise or a deadline is moved, there is a new reminder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from app.domain.errors import BadValue

BEFORE_PROMISE = timedelta(hours=1)
HOLD_MORNING = time(8, 30)
EVENING_BEFORE = time(17, 0)


class ReminderKind(StrEnum):
    """What a reminder is about."""

    PROMISED = "promised"
    HOLD_ENDS = "hold_ends"
    DEADLINE_NEAR = "deadline_near"
    VISIT_TOMORROW = "visit_tomorrow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder, due at `at`; `about` is the key of the incident or visit, `until` the moment or
    the beginning of the day it is about."""

    kind: ReminderKind
    at: datetime
    about: str
    number: str
    merchant: str
    until: datetime

    @property
    def key(self) -> str:
        """The same for the same thing, whoever works it out and whenever."""
        return f"{self.kind}:{self.about}:{self.until.timestamp():.0f}"


def promise_due(promised_at: datetime) -> datetime:
    """When one is reminded of a promised time."""
    return promised_at - BEFORE_PROMISE


def hold_due(expected_on: date, zone: tzinfo | None) -> datetime:
    """The morning of the day on which a hold should end."""
    return _local(expected_on, HOLD_MORNING, zone)


def visit_due(planned_on: date, zone: tzinfo | None) -> datetime:
    """The late afternoon before the day of a visit."""
    return _local(planned_on - timedelta(days=1), EVENING_BEFORE, zone)


def day_begins(day: date, zone: tzinfo | None) -> datetime:
    """The first moment of a day where the work happens."""
    return _local(day, time(), zone)


def _local(day: date, clock: time, zone: tzinfo | None) -> datetime:
    naive = datetime.combine(day, clock)
    return naive.replace(tzinfo=zone) if zone is not None else naive.astimezone()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, over midnight when the second is the earlier one; the two
    the same: none."""

    begins: time
    ends: time

    def holds(self, clock: time) -> bool:
        """Whether this time of day is quiet; the end is not."""
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


NEVER_QUIET = QuietHours(time(), time())
_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)[-–~至到]([01]?\d|2[0-3]):([0-5]\d)")


def parse_quiet_hours(raw: str) -> QuietHours:
    """``21:00-07:00`` as typed; nothing for none.  Raises `BadValue`: ``quiet.malformed``."""
    plain = raw.replace(" ", "").replace("：", ":")
    if not plain:
        return NEVER_QUIET
    match = _HOURS.fullmatch(plain)
    if match is None:
        raise BadValue("quiet.malformed", value=raw)
    first, second, third, fourth = map(int, match.groups())
    return QuietHours(time(first, second), time(third, fourth))
