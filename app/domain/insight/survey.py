"""One pass over the estate: every statistical rule asked, false discoveries held down over all of
them, and narrower findings put under the broader cause that explains them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.insight.estate_counts import (
    Estate,
    EstateCounts,
    Exposure,
    IncidentColumns,
)
from app.domain.insight.findings import CountExcess, ExcessCause, causes, significant
from app.domain.insight.group_rules import all_along, rising_groups, worse_groups
from app.domain.insight.outbreak_rule import STANDING_DAYS, outbreaks
from app.domain.insight.unit_rules import Expectations, worse_units
from app.domain.insight.warnings import SubjectKind, WarningRule


@dataclass(frozen=True, slots=True)
class WarningLevels:
    """The false discovery rate at which each family of rules is held, over the whole estate."""

    groups: float = 0.04
    units: float = 0.01
    outbreaks: float = 0.03

    def of(self, rule: WarningRule) -> float:
        """The level of a rule."""
        if rule is WarningRule.OUTBREAK:
            return self.outbreaks
        return self.units if rule in _OF_UNITS else self.groups


_OF_UNITS = frozenset({WarningRule.TERMINAL, WarningRule.MERCHANT})
USUAL_LEVELS = WarningLevels()


def survey(
    estate: Estate, columns: IncidentColumns, levels: WarningLevels = USUAL_LEVELS
) -> list[ExcessCause]:
    """What stands out in an estate, strongest first."""
    if not estate.weeks:
        return []
    counts, exposure = EstateCounts(estate, columns), Exposure(estate)
    found = _findings(counts, exposure, columns, levels)
    standing = causes(found, lambda asked: behind(estate, columns, asked), levels.of)
    return [one for one in standing if _stands(one.finding, estate.days)]


def _stands(finding: CountExcess, days: int) -> bool:
    """Whether it is still worth a warning: an outbreak of long ago is none any more."""
    return finding.rule is not WarningRule.OUTBREAK or finding.last >= days - STANDING_DAYS


def _findings(
    counts: EstateCounts, exposure: Exposure, columns: IncidentColumns, levels: WarningLevels
) -> list[CountExcess]:
    expected = Expectations(counts, exposure)
    unlike = expected.unlike_terminals
    rising = significant(*rising_groups(counts, exposure), levels.groups)
    worse = significant(*worse_groups(counts, exposure, unlike, rising), levels.groups)
    long_worse = all_along(counts, worse)
    made = [
        significant(*outbreaks(counts, exposure, columns), levels.outbreaks),
        [one for one in rising if (one.kind, one.group, one.name) not in long_worse],
        worse,
        significant(*worse_units(counts, expected, SubjectKind.MERCHANT), levels.units),
        significant(*worse_units(counts, expected, SubjectKind.TERMINAL), levels.units),
    ]
    return [finding for part in made for finding in part]


def behind(
    estate: Estate, columns: IncidentColumns, asked: Sequence[CountExcess]
) -> list[list[int]]:
    """The incidents behind each finding, by their place."""
    made: list[list[int]] = [[] for _ in asked]
    of_terminal: dict[int, list[tuple[int, ...]]] = {}
    of_shop: dict[int, dict[int, tuple[int, ...]]] = {}
    for place, finding in enumerate(asked):
        name = finding.name
        if name not in of_terminal:
            of_terminal[name] = [()] * estate.size
            of_shop[name] = {}
        if finding.kind is SubjectKind.MERCHANT:
            shops = of_shop[name]
            shops[finding.group] = (*shops.get(finding.group, ()), place)
        for who in _terminals(estate, finding):
            of_terminal[name][who] += (place,)
    for at, (day, who, shop, name) in enumerate(columns):
        if name not in of_terminal:
            continue
        places = of_terminal[name][who]
        if shop in of_shop[name]:
            places += of_shop[name][shop]
        for place in places:
            if asked[place].first <= day <= asked[place].last:
                made[place].append(at)
    return made


def _terminals(estate: Estate, finding: CountExcess) -> Iterable[int]:
    """The terminals a finding is about; none for a merchant, whose incidents say so themselves."""
    match finding.kind:
        case SubjectKind.TERMINAL:
            return (finding.group,)
        case SubjectKind.MERCHANT:
            return ()
        case SubjectKind.ESTATE:
            return range(estate.size)
        case kind:
            of = enumerate(estate.groups[kind])
            return (who for who, group in of if group == finding.group)
