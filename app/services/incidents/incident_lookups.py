"""What can be asked about incidents."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import col

from app.domain import text
from app.domain.errors import NotFound
from app.domain.incidents.clocks import Clocks, clocks
from app.domain.incidents.incidents import Incident, IncidentSummary
from app.domain.register import identifiers
from app.services.core.context import ServiceContext
from app.services.core.keyset import Listing
from app.services.incidents.incident_queries import (
    IncidentCounts,
    IncidentFilter,
    list_query,
    read_counts,
)
from app.services.incidents.incident_reading import (
    agreed_of,
    load,
    read_events,
    read_incident,
    read_trail,
)
from db.models.incident import IncidentRow


class IncidentLookups:
    """Reads incidents; changes nothing."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def listing(self, wanted: IncidentFilter) -> Listing[IncidentSummary]:
        """The shape of the filtered list."""
        with self._context.read() as session:
            return list_query(session, wanted, self._context.now()).listing(session)

    def page(
        self, wanted: IncidentFilter, listing: Listing[IncidentSummary], number: int
    ) -> tuple[IncidentSummary, ...]:
        """One page of the filtered list."""
        with self._context.read() as session:
            return list_query(session, wanted, self._context.now()).page(session, listing, number)

    def first(self, wanted: IncidentFilter, limit: int) -> tuple[IncidentSummary, ...]:
        """The first `limit` incidents of the filtered list."""
        with self._context.read() as session:
            return list_query(session, wanted, self._context.now()).first(session, limit)

    def look_for_first(self, wanted: IncidentFilter, limit: int) -> None:
        """Ask a server for what `first` needs with whatever is read next."""
        with self._context.read() as session:
            list_query(session, wanted, self._context.now()).look_for_first(session, limit)

    def get(self, incident_id: str) -> Incident:
        """Everything about one incident.  Raises `NotFound`."""
        with self._context.read() as session:
            return read_incident(session, incident_id)

    def by_number(self, number: str) -> Incident:
        """The incident with this number.  Raises `NotFound`."""
        with self._context.read() as session:
            wanted = text.compact(number).upper()
            found = session.execute(
                sa.select(col(IncidentRow.id)).where(col(IncidentRow.number) == wanted)
            ).scalar()
            if found is None:
                raise NotFound("incident", number)
            return read_incident(session, found)

    def open_on(self, terminal_id: str) -> tuple[IncidentSummary, ...]:
        """Unfinished incidents of a terminal: a new report may be one of these."""
        return self.first(IncidentFilter(terminal_id=terminal_id, states="unfinished"), 20)

    def waiting_for(self, serial: str) -> tuple[IncidentSummary, ...]:
        """Open incidents reported under a serial number before a terminal with it was known."""
        key = identifiers.serial_key(text.compact(serial))
        with self._context.read() as session:
            base = list_query(session, IncidentFilter(states="open"), self._context.now())
            waits = sa.and_(
                col(IncidentRow.terminal_id).is_(None),
                sa.func.upper(col(IncidentRow.unknown_serial)) == key,
            )
            return base.where(waits).first(session, 20)

    def counts(self, technician_id: str = "") -> IncidentCounts:
        """How many unfinished incidents wait for what, of everybody or of one technician."""
        with self._context.read() as session:
            return read_counts(session, self._context.now(), technician_id)

    def clocks(self, incident_id: str) -> Clocks:
        """All durations of an incident, from its log."""
        with self._context.read() as session:
            row = load(session, incident_id)
            log = read_events(session, incident_id)
            days = self._context.service_days(session)
            return clocks(log, agreed_of(row), self._context.now(), days)

    def clocks_of(self, incident: Incident) -> Clocks:
        """The same of an incident that was read already."""
        target, now = incident.agreed, self._context.now()
        if target is None or target.hours.round_the_clock:
            return clocks(incident.events, target, now)
        with self._context.read() as session:
            return clocks(incident.events, target, now, self._context.service_days(session))

    def trail(self, incident_id: str) -> dict[str, object] | None:
        """The latest diagnosis trail stored with the incident."""
        with self._context.read() as session:
            return read_trail(session, incident_id)
