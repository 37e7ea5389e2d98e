"""How sure warnings must be: set for the house, with what each level would have given in a year."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import Problems
from app.domain.insight.estate_counts import CLASSES, EstateCounts
from app.domain.insight.findings import ExcessCause
from app.domain.insight.survey import Survey
from app.domain.insight.warning_cases import WarningState
from app.domain.insight.warning_levels import (
    OFFERED,
    LevelFamily,
    LevelYear,
    WarningLevels,
    check_percent,
    family_of,
)
from app.domain.insight.warnings import StandingWarning
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.insight.as_of import NOTHING_LATER, as_of
from app.services.insight.level_reading import LEVELS, read_levels
from app.services.insight.warning_estate import WarningEstate, read_estate
from app.services.insight.warning_scan import IncidentScan
from db.models.insight import WarningCaseRow
from db.models.office import SharedFactRow

LOOKS, APART = 12, 30
"""A year is looked at so many times, so many days apart."""

Choice = tuple[LevelFamily, float]


class WarningSettings:
    """Use cases of the levels of warnings."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def levels(self) -> WarningLevels:
        """The levels in force now."""
        with self._context.read() as session:
            return read_levels(session, self._context.now())

    @operation("warning.set_level")
    def set_level(self, family: LevelFamily, percent: str) -> None:
        """Hold a family of rules at another level from now on.  Raises `InvalidInput`."""
        problems = Problems()
        level = 0.0
        with problems.field("percent"):
            level = check_percent(percent)
        problems.raise_if_any()
        with self._context.write() as unit:
            said = {"at": unit.now.isoformat(), "family": family.value, "level": level}
            kept = unit.session.get(SharedFactRow, LEVELS)
            if kept is None:
                kept = SharedFactRow(name=LEVELS, value=[])
            # In order of their moments, whatever order two computers learn of them in.
            kept.value = sorted((*kept.value, said), key=lambda one: (one["at"], one["family"]))
            unit.session.add(kept)
            unit.touched("warning", [])

    def last_year(self) -> tuple[LevelYear, ...]:
        """What each level of each family would have given over the last year, the others as they
        are: looked at every thirty days, a warning counted once; by what is known today."""
        when = as_of(self._context)
        with self._context.read() as session:
            levels, estate = read_levels(session, when.moment), read_estate(session, when)
            choices = _choices(levels)
            told: dict[Choice, set[str]] = defaultdict(set)
            standing: Counter[Choice] = Counter()
            if estate is not None:
                columns = IncidentScan(session, when, estate, NOTHING_LATER).columns()
                last = estate.estate.days - 1
                for look in range(LOOKS):
                    day = last - look * APART
                    past = estate.estate.until(day)
                    if day < 0 or not past.weeks:
                        break
                    asked = Survey(EstateCounts(past, columns.until(day)))
                    for family, level in choices:
                        found = _of(family, asked.at(levels.at(family, level)), estate)
                        told[family, level] |= found
                        if not look:
                            standing[family, level] = len(found)
            judged = _judged(session)
        return tuple(
            LevelYear(
                family=family,
                level=level,
                in_force=level == levels.of_family(family),
                told=len(told[family, level]),
                standing=standing[family, level],
                right=sum(WarningState.PROVEN_RIGHT in judged[key] for key in told[family, level]),
                wrong=sum(WarningState.PROVEN_WRONG in judged[key] for key in told[family, level]),
            )
            for family, level in choices
        )


def _choices(levels: WarningLevels) -> list[Choice]:
    return [
        (family, level)
        for family in LevelFamily
        for level in sorted({*OFFERED, levels.of_family(family)})
    ]


def _of(family: LevelFamily, causes: list[ExcessCause], estate: WarningEstate) -> set[str]:
    """The keys of the warnings of a family."""
    found = set()
    for cause in causes:
        one = cause.finding
        if family_of(one.rule) is family:
            subject = estate.subject(one.kind, one.group)
            named = StandingWarning(
                rule=one.rule, subject=subject, fault_class=CLASSES[one.name], seen=one.seen
            )
            found.add(named.key)
    return found


def _judged(session: Session) -> defaultdict[str, set[str]]:
    """By key of a warning, how it turned out."""
    query: Any = sa.select(col(WarningCaseRow.key), col(WarningCaseRow.state)).where(
        col(WarningCaseRow.ended_at).is_not(None)
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for key, state in session.execute(query):
        found[key].add(state)
    return found
