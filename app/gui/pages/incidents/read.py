"""Everything the detail of one incident shows, read in one go on a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.incidents.clocks import Clocks
from app.domain.incidents.incidents import Incident, IncidentSummary
from app.domain.register.terminals import Terminal
from app.services.incidents.incident_queries import IncidentFilter

if TYPE_CHECKING:
    from app.services import Services


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident with its terminal, its durations and the terminal's other incidents."""

    incident: Incident
    terminal: Terminal | None
    clocks: Clocks
    others: tuple[IncidentSummary, ...]


def gather(services: Services, incident_id: str) -> IncidentView:
    """Read it.  Raises `NotFound`, `Unavailable`."""
    incidents = services.incidents
    incident = incidents.get(incident_id)
    terminal = services.terminals.get(incident.terminal_id) if incident.terminal_id else None
    others: tuple[IncidentSummary, ...] = ()
    if terminal is not None:
        wanted = IncidentFilter(terminal_id=terminal.id, order="-reported")
        others = tuple(i for i in incidents.first(wanted, 30) if i.id != incident_id)
    return IncidentView(incident, terminal, incidents.clocks(incident_id), others)
