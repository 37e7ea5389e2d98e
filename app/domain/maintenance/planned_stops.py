"""What is placed on days, and who they are placed with: a visit with its window and needs, a
technician with the days worked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

from app.domain.maintenance.job_needs import NOTHING_NEEDED, JobNeeds
from app.domain.maintenance.travel import NOWHERE, Spot
from app.domain.register.opening_hours import ALWAYS, OpeningHours


class Importance(IntEnum):
    """What is served first when not everything fits, the most important first: what is late
    already, inspections somebody has to prove, what waits for an urgent repair, the rest."""

    OVERDUE = 0
    INSPECTION = 1
    PRIORITY = 2
    ORDINARY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStop:
    """A visit to be placed.  Locked ones stay where they are.

    `window_from` and `window_until` are the days it may be placed on; `late_after` is the last day
    on time where that is another (a visit late already is wanted within days, and still late).
    `agreed_minute` is the time of day a locked visit was promised for.  `keeper` looks after the
    site (""): nobody was named.  `companion_id` is the second person of a job for two, who drives
    there as stop `companion_order` of a day of their own.
    """

    visit_id: str
    spot: Spot
    minutes: int
    window_from: date
    window_until: date
    planned_on: date
    technician_id: str = ""
    locked: bool = False
    importance: Importance = Importance.ORDINARY
    late_after: date | None = None
    order: int = 0
    agreed_minute: int | None = None
    keeper: str = ""
    hours: OpeningHours = ALWAYS
    needs: JobNeeds = NOTHING_NEEDED
    companion_id: str = ""
    companion_order: int = 0

    @property
    def on_time_until(self) -> date:
        """The last day on which it is on time."""
        return self.late_after or self.window_until

    @property
    def for_two(self) -> bool:
        """Whether two people have to be there at the same time."""
        return self.needs.people > 1

    def moved(
        self,
        technician_id: str,
        day: date,
        order: int,
        companion_id: str = "",
        companion_order: int = 0,
    ) -> PlannedStop:
        """The stop with another technician ("": nobody), day, place in the order, and companion."""
        return replace(
            self,
            technician_id=technician_id,
            planned_on=day,
            order=order,
            companion_id=companion_id,
            companion_order=companion_order,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A technician: area of work (none: everywhere), the minutes of each day worked, training
    (none: everything), and whether a vehicle of the company is theirs."""

    id: str
    days: Mapping[date, int]
    areas: tuple[str, ...] = ()
    home: Spot = NOWHERE
    skills: frozenset[str] = frozenset()
    vehicle: bool = False

    def serves(self, area: str) -> bool:
        """Whether they work in an area."""
        return not self.areas or area in self.areas

    def is_trained_for(self, needs: JobNeeds) -> bool:
        """Whether they are trained for all a job asks for."""
        return not self.skills or self.skills.issuperset(needs.skills)
