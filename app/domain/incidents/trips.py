"""Going to a shop and being there: entries of the work log that are open until the next step ends
them, and the minutes they then have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.incidents.incidents import WorkEntry, WorkKind


class TripStep(StrEnum):
    """What one does; each ends the open step before it."""

    SET_OFF = "set_off"
    ARRIVE = "arrive"
    LEAVE = "leave"


ON_THE_WAY = "trip:on_the_way"
ON_SITE = "trip:on_site"
"""Marks of open entries, in the place of a check's id; an entry that has ended has none."""

_MOST = 24 * 60


@dataclass(frozen=True, slots=True)
class Trip:
    """Where one is, by the work log; None for what is not going on."""

    on_the_way: WorkEntry | None = None
    on_site: WorkEntry | None = None

    @property
    def steps(self) -> frozenset[TripStep]:
        """What may come next.  Whoever comes on foot arrives without having set off."""
        if self.on_site is not None:
            return frozenset({TripStep.LEAVE})
        if self.on_the_way is not None:
            return frozenset({TripStep.ARRIVE})
        return frozenset({TripStep.SET_OFF, TripStep.ARRIVE})


def trip_of(work: Sequence[WorkEntry], by: str) -> Trip:
    """Where this person is: several may work on one incident."""
    mine = {entry.check_id: entry for entry in work if entry.by == by}
    return Trip(mine.get(ON_THE_WAY), mine.get(ON_SITE))


def minutes_since(begun: datetime, now: datetime) -> int:
    """Whole minutes begun; a clock set back gives none, a forgotten step at most a day."""
    return max(0, min(_MOST, math.ceil((now - begun) / timedelta(minutes=1))))


def minutes_on_site(work: Sequence[WorkEntry], site: WorkEntry, now: datetime) -> int:
    """Minutes there that no other entry of the same person since then accounts for, so that the
    time on site is counted once."""
    entered = sum(
        entry.minutes
        for entry in work
        if entry.id != site.id
        and entry.by == site.by
        and entry.at >= site.at
        and entry.kind not in {WorkKind.TRAVEL, WorkKind.WAIT}
    )
    return max(0, minutes_since(site.at, now) - entered)
