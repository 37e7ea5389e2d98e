"""What schedules by technician show of a visit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from app.languages import LocalizedText
from app.reports.data.sheets import ADDED_LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """One visit in a list."""

    day: date
    number: str
    merchant: str
    address: str
    tasks: tuple[LocalizedText, ...]
    state: str
    minutes: int
    window_until: date
    area: str = ""
    start: str = ""
    companion: str = field(default="", metadata=ADDED_LATER)
    """Who else goes there."""


@dataclass(frozen=True, slots=True)
class Person:
    """A technician's visits; no name: nobody's yet."""

    name: str
    code: str
    visits: tuple[VisitLine, ...]
