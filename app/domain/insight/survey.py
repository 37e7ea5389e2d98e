"""One pass over the estate: every statistical rule asked, false discoveries held down over all of
them, and narrower findings put under the broader cause that explains them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
from app.domain.insight.warning_levels import USUAL_LEVELS, WarningLevels
from app.domain.insight.warnings import SubjectKind, WarningRule


def survey(
    estate: Estate, columns: IncidentColumns, levels: WarningLevels = USUAL_LEVELS
) -> list[ExcessCause]:
    """What stands out in an estate, strongest first."""
    return Survey(estate, columns).at(levels) if estate.weeks else []


class Survey:
    """An estate of a week or more with every rule asked, to be judged at one level or several."""

    def __init__(self, estate: Estate, columns: IncidentColumns) -> None:
        self._estate, self._columns = estate, columns
        self._counts, self._exposure = EstateCounts(estate, columns), Exposure(estate)
        counts, exposure = self._counts, self._exposure
        expected = Expectations(counts, exposure)
        self._unlike = expected.unlike_terminals
        self._at_level: dict[float, list[CountExcess]] = {}
        self._rising = rising_groups(counts, exposure)
        self._outbreaks = outbreaks(counts, exposure, columns)
        self._merchants = worse_units(counts, expected, SubjectKind.MERCHANT)
        self._terminals = worse_units(counts, expected, SubjectKind.TERMINAL)

    def at(self, levels: WarningLevels) -> list[ExcessCause]:
        """What stands out when the false discoveries are held at these levels, strongest first."""
        estate, columns = self._estate, self._columns
        standing = causes(
            self._findings(levels), lambda asked: behind(estate, columns, asked), levels.of
        )
        return [one for one in standing if _stands(one.finding, estate.days)]

    def _findings(self, levels: WarningLevels) -> list[CountExcess]:
        made = [
            significant(*self._outbreaks, levels.outbreaks),
            self._groups(levels.groups),
            significant(*self._merchants, levels.units),
            significant(*self._terminals, levels.units),
        ]
        return [finding for part in made for finding in part]

    def _groups(self, level: float) -> list[CountExcess]:
        found = self._at_level.get(level)
        if found is None:
            counts = self._counts
            rising = significant(*self._rising, level)
            asked = worse_groups(counts, self._exposure, self._unlike, rising)
            worse = significant(*asked, level)
            known = all_along(counts, worse)
            new = [one for one in rising if (one.kind, one.group, one.name) not in known]
            found = self._at_level[level] = [*new, *worse]
        return found


def _stands(finding: CountExcess, days: int) -> bool:
    """Whether it is still worth a warning: an outbreak of long ago is none any more."""
    return finding.rule is not WarningRule.OUTBREAK or finding.last >= days - STANDING_DAYS


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
