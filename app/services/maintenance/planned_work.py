"""What a generation run found to be done, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.maintenance.occurrences import Occurrence
from app.domain.maintenance.visits import (
    VisitGroup,
)


@dataclass(slots=True)
class RowChange:
    """What becomes of a row, unless somebody changed it since it was read (`version`).  `visit_id`
    is the visit it was on."""

    id: str
    version: int
    visit_id: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlacedVisit:
    """A new visit with its first technician (none: nobody serves the area) and day."""

    group: VisitGroup
    technician_id: str | None
    planned_on: date


@dataclass(slots=True, kw_only=True)
class PlannedWork:
    """Everything a run would do.  `answered` are dates with the task that answers for them; once
    that is written, further dates may follow from it (`again`)."""

    first: date
    last: date
    fresh: list[Occurrence] = field(default_factory=list)
    answered: list[tuple[Occurrence, str]] = field(default_factory=list)
    placed: list[PlacedVisit] = field(default_factory=list)
    joins: list[tuple[str, Occurrence]] = field(default_factory=list)
    changes: dict[str, RowChange] = field(default_factory=dict)
    moved: int = 0
    voided: int = 0
    revived: int = 0
    relocated: int = 0
    idle: tuple[str, ...] = ()
    unknown_years: tuple[int, ...] = ()
    anchors: list[tuple[str, date, date]] = field(default_factory=list)
    again: bool = False
