"""What a person decides about two changes that met."""

from __future__ import annotations

from enum import StrEnum


class Settlement(StrEnum):
    """What is decided: leave it as it is, or take what was lost."""

    KEEP = "keep"
    TAKE = "take"
