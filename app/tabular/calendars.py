"""Writes iCalendar files (RFC 5545), which other programs import or subscribe to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import icalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One appointment.  `uid` stays the same in every export, `revision` grows when it changes;
    without a `minute` of the day it takes the whole day.  A `cancelled` one is taken out of the
    calendars that have it."""

    uid: str
    revision: int
    day: date
    minute: int | None
    minutes: int
    title: str
    text: str = ""
    place: str = ""
    spot: tuple[float, float] | None = None
    category: str = ""
    cancelled: bool = False


def calendar_bytes(
    name: str, entries: Iterable[CalendarEntry], zone: tzinfo | None, stamp: datetime
) -> bytes:
    """A calendar as a file.  Times are those of `zone` (of this computer when it is None), whose
    rules are written out with them; a zone without a name becomes UTC, which every program shows
    in its own time."""
    zone = zone or _here()
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//POSCare//maintenance//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", " ".join(name.split()))
    if isinstance(zone, ZoneInfo):
        made.add("x-wr-timezone", zone.key)
    for entry in entries:
        made.add_component(_event(entry, zone, stamp))
    made.add_missing_timezones()
    content: bytes = made.to_ical()
    return content


def _here() -> tzinfo | None:
    """The zone this computer is set to, by its name in the world's table of zones."""
    import tzlocal

    try:
        return tzlocal.get_localzone()
    except (LookupError, ValueError, OSError):
        # A hand-made or broken setting of the system.
        return None


def _event(entry: CalendarEntry, zone: tzinfo | None, stamp: datetime) -> icalendar.Event:
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("sequence", entry.revision)
    if entry.minute is None:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
        # A day with something to do in it is still a day on which one can be reached.
        event.add("transp", "TRANSPARENT")
    else:
        begin = _moment(entry.day, entry.minute, zone)
        event.add("dtstart", begin)
        event.add("duration", timedelta(minutes=max(1, entry.minutes)))
    event.add("summary", entry.title)
    for key, value in (("description", entry.text), ("location", entry.place)):
        if value:
            event.add(key, value)
    if entry.spot is not None:
        event.add("geo", entry.spot)
    if entry.category:
        event.add("categories", [entry.category])
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event


def _moment(day: date, minute: int, zone: tzinfo | None) -> datetime:
    clock = time(minute // 60, minute % 60)
    if isinstance(zone, ZoneInfo):
        # Through UTC, so that an hour a clock change leaves out becomes one that exists.
        return datetime.combine(day, clock, zone).astimezone(UTC).astimezone(zone)
    return datetime.combine(day, clock, zone).astimezone(UTC)
