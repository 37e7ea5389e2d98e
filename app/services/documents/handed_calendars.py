"""What calendars of technicians were handed out, so that the next one takes back what it has to.

A phone keeps an appointment it was given until it is told otherwise: leaving a cancelled visit out
of the next calendar does not remove it there (RFC 5546, 3.2.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.visits import VisitState, VisitSummary
from app.domain.text import LINE_LIMIT
from app.services.core.context import ServiceContext, chunks
from app.services.core.operations import operation
from app.services.maintenance.visit_queries import visits_of
from app.tabular.calendars import CalendarEntry
from db.models.documents import CalendarEntryRow
from db.models.register import TechnicianRow

TAKEN_BACK = timedelta(days=31)
"""How long after its day an appointment that fell away is still taken back: a phone that has not
been given a calendar since shows it until then."""

_OURS = "@poscare"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedEntry:
    """An appointment as it was last handed to a technician."""

    visit: str
    revision: int
    day: date
    minute: int | None
    minutes: int
    title: str
    place: str
    cancelled: bool = False

    def taken_back(self, revision: int) -> HandedEntry:
        """The same, fallen away; `revision` is that of the visit, 0 when there is none any more."""
        return replace(self, revision=max(revision, self.revision + 1), cancelled=True)

    def as_entry(self) -> CalendarEntry:
        """The same for a calendar."""
        return CalendarEntry(
            uid=uid_of(self.visit),
            revision=self.revision,
            day=self.day,
            minute=self.minute,
            minutes=self.minutes,
            title=self.title,
            place=self.place,
            cancelled=self.cancelled,
        )


def uid_of(visit: str) -> str:
    """The name of a visit's appointment in every calendar."""
    return visit + _OURS


def handed_entry(entry: CalendarEntry) -> HandedEntry:
    """What is kept of an appointment."""
    return HandedEntry(
        visit=entry.uid.removesuffix(_OURS),
        revision=entry.revision,
        day=entry.day,
        minute=entry.minute,
        minutes=entry.minutes,
        title=entry.title[:LINE_LIMIT],
        place=entry.place[:LINE_LIMIT],
    )


@dataclass(frozen=True, slots=True)
class EarlierCalendars:
    """What a new calendar has to say because of earlier ones: `moved` are visits out of the days
    asked for that changed since, `gone` what fell away or was given to somebody else."""

    handed: Mapping[str, HandedEntry]
    moved: tuple[VisitSummary, ...] = ()
    gone: tuple[HandedEntry, ...] = ()

    def changed(self, entries: Iterable[HandedEntry]) -> tuple[HandedEntry, ...]:
        """Those that are not kept so already."""
        return tuple(item for item in entries if self.handed.get(item.visit) != item)


def earlier_calendars(
    session: Session, technician: str, visits: Sequence[VisitSummary], today: date
) -> EarlierCalendars:
    """What becomes of what a technician was handed, beside the `visits` of a new calendar."""
    handed = _handed_to(session, technician, today) if technician else {}
    named = {visit.id for visit in visits}
    now = {visit.id: visit for visit in visits_of(session, [v for v in handed if v not in named])}
    theirs = {
        key: visit
        for key, visit in now.items()
        if technician in visit.goers and visit.state is not VisitState.CANCELLED
    }
    moved = tuple(
        visit
        for key, visit in theirs.items()
        if handed[key].cancelled or handed[key].revision != visit.version
    )
    gone = tuple(
        item if item.cancelled else item.taken_back(now[key].version if key in now else 0)
        for key, item in handed.items()
        if key not in named and key not in theirs
    )
    return EarlierCalendars(handed, moved, gone)


def people_with_calendars(session: Session) -> dict[str, tuple[str, str]]:
    """Code and name of every technician who was handed a calendar, by key."""
    had: Any = sa.select(col(CalendarEntryRow.technician_id)).distinct()
    query: Any = sa.select(
        col(TechnicianRow.id), col(TechnicianRow.code), col(TechnicianRow.name)
    ).where(sa.cast(TechnicianRow.id, sa.Text).in_(had))
    return {key: (code, name) for key, code, name in session.execute(query)}


def _handed_to(session: Session, technician: str, today: date) -> dict[str, HandedEntry]:
    """What a technician was handed and may still stand in a phone, by visit."""
    query = (
        sa.select(CalendarEntryRow)
        .where(
            col(CalendarEntryRow.technician_id) == technician,
            col(CalendarEntryRow.planned_on) >= today - TAKEN_BACK,
        )
        .order_by(col(CalendarEntryRow.planned_on), col(CalendarEntryRow.visit_id))
    )
    return {
        row.visit_id: HandedEntry(
            visit=row.visit_id,
            revision=row.revision,
            day=row.planned_on,
            minute=row.start_minute,
            minutes=row.minutes,
            title=row.title,
            place=row.place,
            cancelled=row.cancelled,
        )
        for row in session.scalars(query)
    }


def keep_calendar(place: ServiceContext, technician: str, entries: Sequence[HandedEntry]) -> None:
    """Note what a technician was handed.  A database opened to be looked at only forgets it."""
    if entries and not place.standing.view_only:
        _hand_out(place, technician, tuple(entries))


@operation("document.hand_out_calendar")
def _hand_out(place: ServiceContext, technician: str, entries: tuple[HandedEntry, ...]) -> None:
    with place.write() as unit:
        rows: dict[str, CalendarEntryRow] = {}
        for part in chunks([entry.visit for entry in entries]):
            query = sa.select(CalendarEntryRow).where(
                col(CalendarEntryRow.technician_id) == technician,
                col(CalendarEntryRow.visit_id).in_(part),
            )
            rows |= {row.visit_id: row for row in unit.session.scalars(query)}
        for entry in entries:
            row = rows.get(entry.visit)
            if row is None:
                row = CalendarEntryRow(
                    technician_id=technician, visit_id=entry.visit, planned_on=entry.day
                )
                unit.session.add(row)
            row.revision, row.cancelled = entry.revision, entry.cancelled
            row.planned_on, row.start_minute = entry.day, entry.minute
            row.minutes, row.title, row.place = entry.minutes, entry.title, entry.place
        unit.touched("document")
