"""How sure the statistical rules must be, and what each level would have given over a year.

A level is a false discovery rate over the whole estate: of all that is named, about so many may be
chance.  Levels are a decision of the house; they hold from the moment they were set.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain import text
from app.domain.errors import BadValue
from app.domain.insight.warnings import WarningRule
from app.domain.parsing import parse_decimal


class LevelFamily(StrEnum):
    """Rules judged together, at one level."""

    GROUPS = "groups"
    UNITS = "units"
    OUTBREAKS = "outbreaks"


LEAST_PERCENT, MOST_PERCENT = 0.1, 20.0
"""Beyond these nothing is told any more, or every fifth warning is chance."""
OFFERED = (0.005, 0.01, 0.02, 0.04, 0.08)
"""Levels whose year is worked out, beside the one in force."""
_OF_UNITS = frozenset({WarningRule.TERMINAL, WarningRule.MERCHANT})


def family_of(rule: WarningRule) -> LevelFamily:
    """The family a statistical rule is judged in."""
    if rule is WarningRule.OUTBREAK:
        return LevelFamily.OUTBREAKS
    return LevelFamily.UNITS if rule in _OF_UNITS else LevelFamily.GROUPS


@dataclass(frozen=True, slots=True)
class WarningLevels:
    """The false discovery rate at which each family of rules is held, over the whole estate."""

    groups: float = 0.06
    units: float = 0.01
    outbreaks: float = 0.03

    def of(self, rule: WarningRule) -> float:
        """The level of a rule."""
        return self.of_family(family_of(rule))

    def of_family(self, family: LevelFamily) -> float:
        """The level of a family."""
        found: float = getattr(self, family)
        return found

    def at(self, family: LevelFamily, level: float) -> WarningLevels:
        """The same with another level of one family."""
        return replace(self, **{family.value: level})


USUAL_LEVELS = WarningLevels()


def check_percent(typed: str) -> float:
    """A level typed as per cent.  Raises `BadValue`."""
    percent = parse_decimal(text.required(typed.strip().rstrip("%％")))
    assert percent is not None
    if not LEAST_PERCENT <= percent <= MOST_PERCENT:
        raise BadValue("number.out_of_range", value=percent, least=LEAST_PERCENT, most=MOST_PERCENT)
    return round(percent / 100, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelYear:
    """What a family of rules would have told in a year at a level: how many warnings in all, how
    many stand now, and how those turned out that somebody judged."""

    family: LevelFamily
    level: float
    in_force: bool
    told: int
    standing: int
    right: int = 0
    wrong: int = 0
