"""Work handed to a technician: an incident or a visit, for a day, until it is answered.

assigned → seen → accepted or refused.  Whose it is says the record itself; this says who gave it,
for which day, and what the technician made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.faults import FaultClass


class WorkType(StrEnum):
    """What is handed out: a record of this kind."""

    INCIDENT = "incident"
    VISIT = "visit"


class DispatchState(StrEnum):
    """What the technician made of work that was handed to them."""

    ASSIGNED = "assigned"
    SEEN = "seen"
    ACCEPTED = "accepted"
    REFUSED = "refused"


UNANSWERED = frozenset({DispatchState.ASSIGNED, DispatchState.SEEN})
"""States in which the technician still owes an answer."""

USUAL_MINUTES: Mapping[FaultClass | None, int] = {
    FaultClass.HARDWARE: 60,
    FaultClass.SOFTWARE: 45,
    FaultClass.NETWORK: 45,
    FaultClass.OPERATION: 30,
    FaultClass.VIOLATION: 60,
    FaultClass.BALANCE: 20,
    FaultClass.FROZEN: 20,
    FaultClass.SYSTEM: 30,
    FaultClass.OTHER: 45,
    None: 45,
}
"""Minutes on site expected for an incident by its class; None while it has none.  Our own
estimates: no public figure for POS maintenance was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """Work handed to a technician.  `given_by` is the code of who gave it and `giver_name` the
    name, empty when nobody here has that code; `overruling` is why it was given in spite of doubts,
    `refusal` why the technician refused it."""

    id: str
    technician_id: str
    technician: str
    state: DispatchState
    planned_on: date | None
    given_at: datetime
    given_by: str
    seen_at: datetime | None
    answered_at: datetime | None
    overruling: str
    refusal: str
    giver_name: str = ""

    @property
    def giver(self) -> str:
        """Who gave it, as people are named."""
        return " ".join(filter(None, (self.giver_name, self.given_by)))

    @property
    def is_new(self) -> bool:
        """Whether the technician has not answered yet."""
        return self.state in UNANSWERED
