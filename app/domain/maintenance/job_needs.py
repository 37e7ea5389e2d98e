"""What a job needs beside time: how many people at once, a vehicle, training."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.faults import FaultClass

MOST_PEOPLE = 2
"""People one job can ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobNeeds:
    """`people` are there at the same time; `vehicle` is one of the company's, for what cannot be
    carried; `skills` are the classes of faults whoever comes is trained for."""

    people: int = 1
    vehicle: bool = False
    skills: tuple[FaultClass, ...] = ()


NOTHING_NEEDED = JobNeeds()
"""One person with a bag."""


def together(needs: Iterable[JobNeeds]) -> JobNeeds:
    """What one visit needs that does all of these jobs."""
    found = list(needs)
    wanted = {skill for one in found for skill in one.skills}
    return JobNeeds(
        people=max((one.people for one in found), default=1),
        vehicle=any(one.vehicle for one in found),
        skills=tuple(skill for skill in FaultClass if skill in wanted),
    )
