"""The hybrid logical clock that orders operations of computers whose clocks differ.

A reading is an integer: milliseconds since 1970 in UTC, then 16 bits that count within one
millisecond (Kulkarni et al., "Logical Physical Clocks", 2014).  A later operation of a computer
always reads higher than every operation it has seen, also when its wall clock was set back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

COUNTED_BITS = 16
MOST_OFF = timedelta(hours=48)
"""A wall clock further than this from what was seen before is not believed."""


def reading_of(wall: datetime) -> int:
    """The lowest reading at a moment."""
    return int(wall.timestamp() * 1000) << COUNTED_BITS


def next_reading(wall: datetime, seen: int) -> tuple[int, bool]:
    """The reading of a new operation at `wall`, above `seen`, the highest one known; and whether
    the wall clock is suspect: set back by more than `MOST_OFF`.

    0 for `seen` when nothing is known yet.
    """
    back = seen >> COUNTED_BITS
    suspect = seen > 0 and back - int(wall.timestamp() * 1000) > MOST_OFF.total_seconds() * 1000
    return max(reading_of(wall), seen + 1), suspect


def ahead(at: datetime, received: datetime) -> bool:
    """Whether an operation of another computer claims to be from the future: its clock is not
    believed for deciding which of two changes is the later one."""
    return at - received > MOST_OFF
