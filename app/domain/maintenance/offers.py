"""An offer: a day and time somebody could come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A day and time somebody could come, with the minutes of driving it adds to that day; `late`
    when the window is over by then."""

    technician_id: str
    technician: str
    day: date
    start_minute: int
    added_minutes: int
    late: bool = False
