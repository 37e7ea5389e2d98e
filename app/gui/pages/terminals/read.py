"""Everything the detail of one terminal shows, read in one go on a worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.domain.incidents.incidents import IncidentSummary
from app.domain.incidents.lifecycle import UNFINISHED_STATES
from app.domain.incidents.terminal_stops import OpenStop
from app.domain.maintenance.occurrences import Occurrence
from app.domain.register.custody import Holding
from app.domain.register.terminal_actions import TerminalAction, allowed_on
from app.domain.register.terminal_states import STATES
from app.domain.register.terminals import Terminal
from app.services.core.one_moment import one_moment
from app.services.incidents.incident_queries import IncidentFilter

if TYPE_CHECKING:
    from app.services import Services
    from app.services.maintenance.meters import MeterReading

MOST_INCIDENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalView:
    """A terminal with its incidents and what may be done to it."""

    terminal: Terminal
    incidents: tuple[IncidentSummary, ...]
    actions: tuple[TerminalAction, ...]
    today: date
    tasks: tuple[Occurrence, ...]
    readings: tuple[MeterReading, ...]
    custody: tuple[Holding, ...] = ()
    unaccounted: str = ""
    """Why nobody is known to hold it, as a code; empty when all is well."""

    waiting: tuple[IncidentSummary, ...] = ()
    """Reported under its serial number before it was registered."""

    stops: tuple[OpenStop, ...] = ()
    """Safety stops that nobody lifted."""

    @property
    def unfinished(self) -> int:
        """How many incidents still need something done."""
        return sum(item.state in UNFINISHED_STATES for item in self.incidents)

    @property
    def maintained(self) -> bool:
        """Whether a visit can be planned for it."""
        return self.terminal.placed and STATES[self.terminal.state].kept_up


@one_moment
def gather(services: Services, terminal_id: str) -> TerminalView:
    """Read it.  Raises `NotFound`, `Unavailable`."""
    terminal = services.terminals.get(terminal_id)
    wanted = IncidentFilter(terminal_id=terminal_id, order="-reported")
    incidents = services.incidents.first(wanted, MOST_INCIDENTS)
    return TerminalView(
        terminal=terminal,
        incidents=incidents,
        actions=allowed_on(terminal),
        today=services.context.today(),
        tasks=services.visits.of_terminal(terminal_id),
        readings=services.meters.of(terminal_id),
        custody=services.custody.of(terminal_id),
        unaccounted=services.custody.doubt_about(terminal_id),
        waiting=services.incidents.waiting_for(terminal.serial),
        stops=services.terminal_stops.at(terminal_id),
    )
