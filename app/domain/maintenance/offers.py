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

    def slot(self, code: str) -> str:
        """How it is named to be taken: day, time and code of the technician."""
        hours, minutes = divmod(self.start_minute, 60)
        return f"{self.day.isoformat()}T{hours:02}:{minutes:02}/{code}"
