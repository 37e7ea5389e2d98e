"""Reads how sure warnings must be, as it was decided for a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.domain.insight.warning_levels import USUAL_LEVELS, LevelFamily, WarningLevels
from db.models.office import SharedFactRow

LEVELS = "warning_levels"
"""The name of the fact: a list of decisions, each with its moment, family and level."""


def read_levels(session: Session, moment: datetime) -> WarningLevels:
    """The levels in force at a moment: asked about an earlier day, warnings are those of then."""
    kept = session.get(SharedFactRow, LEVELS)
    decisions: list[dict[str, Any]] = kept.value if kept is not None else []
    levels = USUAL_LEVELS
    for one in decisions:
        if datetime.fromisoformat(one["at"]) <= moment and one["family"] in list(LevelFamily):
            levels = levels.at(LevelFamily(one["family"]), one["level"])
    return levels
