"""What becomes of visits when a technician is away."""

from __future__ import annotations

from enum import StrEnum


class LeaveChoice(StrEnum):
    """What becomes of the visits a leave hits: somebody else does them, they are done on another
    day, or they stay and are shown as such."""

    REASSIGN = "reassign"
    MOVE = "move"
    KEEP = "keep"
