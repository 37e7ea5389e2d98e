"""Hard stops in what was reported, as they were found by the computer it was reported on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlmodel import Session

from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.lifecycle import EditReason, stop_of
from app.languages import LocalizedText
from app.services.core.context import UnitOfWork
from app.services.core.running_operation import running_operation, worked_out
from app.services.incidents.incident_reading import read_events, read_trail
from app.services.incidents.resolution import stops_of
from app.services.incidents.terminal_stops import StopLogs, stop_logs_asked
from db.models.incident import IncidentRow
from db.together import send_ahead

Stops = tuple[LocalizedText, ...]


class FoundStops(NamedTuple):
    """Why a report is urgent, and whether its text was merged with another's since: then its own
    words are not all that may be dangerous."""

    found: Stops
    merged: bool


def found_stops(draft: IncidentDraft, stops_in: Callable[[IncidentDraft], Stops]) -> FoundStops:
    """What `stops_in` finds in a report, kept in the operation under way: another computer may
    know more dangers, or fewer."""
    kept = worked_out("stops", lambda: [[one.zh, one.en] for one in stops_in(draft)])
    found = tuple(LocalizedText(zh, en) for zh, en in kept)
    operation = running_operation()
    merged = operation is not None and operation.merged & {"displayed_code", "symptom"}
    return FoundStops(found, bool(merged))


def logged_stop(session: Session, incident_id: str) -> Stops | None:
    """What the log says of the hard stop that made an incident urgent; nothing when it was taken
    back, None when there never was one."""
    events = read_events(session, incident_id)
    stop = stop_of(events)
    if stop:
        return (stop,)
    return () if any(one.reason == EditReason.STOP_WITHDRAWN for one in events) else None


def stops_of_edit(
    session: Session, row: IncidentRow, checked: IncidentDraft, found: FoundStops
) -> Stops:
    """Why a report is urgent once it is corrected, in what was `found` in its new words; the row
    still holds the old ones.  Of the very same words somebody may have said what they have seen,
    or a guided session made something of them."""
    logged = logged_stop(session, row.id)
    if (row.displayed_code, row.symptom) == (checked.displayed_code, checked.symptom):
        if logged is not None:
            return logged
        if trail := read_trail(session, row.id):
            return stops_of(trail)
    return found.found or (logged or () if found.merged else ())


def stops_noted(session: Session, incident_id: str, stops: Stops, seen: LocalizedText) -> Stops:
    """Why an incident is urgent by the stops a session calls for that knew the stop `seen`: where
    the log says another one by now nothing is lifted, what is new comes on top."""
    standing = standing_stop(session, incident_id)
    if standing == ((seen,) if seen else ()):
        return stops
    told = standing[0].zh if standing else ""
    return (*standing, *(one for one in stops if one.zh not in told))


def standing_stop(session: Session, incident_id: str) -> Stops:
    """The hard stop that stands by the log of an incident; nothing when none does."""
    return logged_stop(session, incident_id) or ()


def stopped_at(unit: UnitOfWork, row: IncidentRow) -> bool:
    """Whether a safety stop stands at the terminal of an incident, its own or another's."""
    terminal_id = row.terminal_id or ""
    serial = "" if terminal_id else row.unknown_serial
    send_ahead(unit.session, *stop_logs_asked((terminal_id,), (serial,)))
    if standing_stop(unit.session, row.id):
        return True
    logs = StopLogs(unit.session, (terminal_id,), (serial,))
    return bool(logs.standing(terminal_id=terminal_id, serial=serial))
