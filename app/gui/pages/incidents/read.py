"""Everything the detail of one incident shows, read in one go on a worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.documents import Signature, SignerRole, confirms
from app.domain.incidents.clocks import Clocks
from app.domain.incidents.incidents import Incident, IncidentSummary
from app.domain.incidents.lifecycle import UNFINISHED_STATES, Action, IncidentState
from app.domain.incidents.terminal_stops import OpenStop
from app.domain.incidents.trips import Trip, trip_of
from app.domain.people.rights import RIGHTS, Refusal
from app.domain.register.terminals import Terminal
from app.services.core.one_moment import one_moment
from app.services.core.rights import why_not
from app.services.incidents.incident_queries import IncidentFilter
from app.services.incidents.parents import RelatedIncidents

if TYPE_CHECKING:
    from app.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An incident with its terminal, its durations, the terminal's other incidents, its
    shop, and where the person who works here is."""

    incident: Incident
    terminal: Terminal | None
    clocks: Clocks
    others: tuple[IncidentSummary, ...]
    trip: Trip
    refused: Mapping[Action, Refusal]
    """What the state allows and the person may not do, and why."""
    related: RelatedIncidents
    refused_parents: Mapping[str, Refusal]
    """The kinds of operations about a common cause the person may not do, and why."""
    stops: tuple[OpenStop, ...] = ()
    """Safety stops other incidents left at the terminal, while this one is unfinished."""
    signature: Signature | None = None
    """The merchant's, or why there is none; asked for while the merchant is to confirm."""


_OTHERS = 30
"""Other incidents of the terminal that are listed, at most."""


@one_moment
def gather(services: Services, incident_id: str) -> IncidentView:
    """Read it.  Raises `NotFound`, `Unavailable`."""
    incidents = services.incidents
    services.parents.look_for_related(incident_id)
    incident = incidents.get(incident_id)
    unregistered = "" if incident.terminal_id else incident.unknown_serial
    unfinished = incident.state in UNFINISHED_STATES
    if unfinished:
        services.terminal_stops.look_for(incident.terminal_id, serial=unregistered)
    wanted = IncidentFilter(terminal_id=incident.terminal_id, order="-reported")
    if incident.terminal_id:
        incidents.look_for_first(wanted, _OTHERS)
    terminal = services.terminals.get(incident.terminal_id) if incident.terminal_id else None
    others: tuple[IncidentSummary, ...] = ()
    if terminal is not None:
        others = tuple(i for i in incidents.first(wanted, _OTHERS) if i.id != incident_id)
    kinds = {_KIND.get(action, f"incident.{action}"): action for action in incident.actions}
    refused = why_not(services.context, kinds.keys() & RIGHTS.keys(), incident_id)
    return IncidentView(
        incident=incident,
        terminal=terminal,
        clocks=incidents.clocks_of(incident),
        others=others,
        trip=trip_of(incident.work, services.context.actor),
        related=services.parents.related(incident_id),
        refused_parents=why_not(services.context, PARENT_KINDS, incident_id),
        refused={kinds[kind]: refusal for kind, refusal in refused.items()},
        signature=_signature(services, incident),
        stops=(
            services.terminal_stops.at(
                incident.terminal_id, serial=unregistered, besides=incident_id
            )
            if unfinished
            else ()
        ),
    )


def _signature(services: Services, incident: Incident) -> Signature | None:
    if incident.state is not IncidentState.RESOLVED:
        return None
    found = services.signatures.of_incident(incident.id).get(SignerRole.MERCHANT)
    return found if found is not None and confirms(found.at, incident.resolved_at) else None


PARENT_KINDS = frozenset({"incident.join_parent", "incident.leave_parent"})
_KIND = {
    Action.HANDOVER: "incident.hand_over",
    Action.ADDENDUM: "incident.add_addendum",
    Action.SWAP: "terminal.swap",
}
"""Kinds of operations that are not named as the action of the lifecycle."""
