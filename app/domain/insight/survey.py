"""One pass over the estate: every statistical rule asked, false discoveries held down over all of
them, and narrower findings put under the broader cause that explains them.

What is expected of anybody hangs on all incidents of the same class, and on nothing else: when one
is put in or taken out, the rules are asked again about its class, from counts that were kept up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from app.domain.insight.estate_counts import (
    AMOUNT,
    Estate,
    EstateCounts,
    Exposure,
    Incident,
    IncidentColumns,
)
from app.domain.insight.findings import CountExcess, ExcessCause, causes, significant
from app.domain.insight.group_rules import (
    COMPARED,
    all_along,
    class_series,
    rising_groups,
    worse_groups,
)
from app.domain.insight.outbreak_rule import STANDING_DAYS, Outbreaks, windows_asked
from app.domain.insight.unit_rules import ClassExpectations, worse_units
from app.domain.insight.warning_levels import USUAL_LEVELS, WarningLevels
from app.domain.insight.warnings import SubjectKind, WarningRule

UNITS = (SubjectKind.MERCHANT, SubjectKind.TERMINAL)


def survey(
    estate: Estate, columns: IncidentColumns, levels: WarningLevels = USUAL_LEVELS
) -> list[ExcessCause]:
    """What stands out in an estate, strongest first."""
    return Survey(EstateCounts(estate, columns)).at(levels) if estate.weeks else []


class Survey:
    """An estate of a week or more with every rule asked, to be judged at one level or several."""

    def __init__(self, counts: EstateCounts) -> None:
        self.counts, self._exposure = counts, Exposure(counts.estate)
        self._classes = [_ClassFindings(counts, self._exposure, name) for name in range(AMOUNT)]
        self._behind: dict[_Behind, frozenset[int]] = {}

    def put_in(self, incident: Incident, technician: int = -1, remedy: int = -1) -> int:
        """Look at one incident more; returns its place."""
        at = self.counts.put_in(incident, technician, remedy)
        self._changed(incident, lambda places: places | {at})
        return at

    def take_out(self, at: int) -> None:
        """Look at the incident at a place no more."""
        columns = self.counts.columns
        day, who, name = columns.days[at], columns.terminals[at], columns.names[at]
        incident = day, who, columns.merchants[at], name
        self.counts.take_out(at)
        self._changed(incident, lambda places: places - {at})

    def _changed(
        self, incident: Incident, change: Callable[[frozenset[int]], frozenset[int]]
    ) -> None:
        day, who, shop, name = incident
        self._classes[name].changed(day, who, shop)
        for key, places in self._behind.items():
            kind, group, its_name, first, last = key
            about = its_name == name and first <= day <= last
            if about and _is_of(self.counts.estate, kind, group, who, shop):
                self._behind[key] = change(places)

    def at(self, levels: WarningLevels) -> list[ExcessCause]:
        """What stands out when the false discoveries are held at these levels, strongest first."""
        standing = causes(self._findings(levels), self._incidents_behind, levels.of)
        return [one for one in standing if _stands(one.finding, self.counts.estate.days)]

    def _findings(self, levels: WarningLevels) -> list[CountExcess]:
        counts = self.counts
        for one in self._classes:
            one.judge()
        asked = windows_asked(counts)
        found = significant(
            [one for name in self._classes for one in name.outbreaks], asked, levels.outbreaks
        )
        found += self._groups(levels.groups)
        for kind in UNITS:
            units = counts.estate.sizes.get(kind, counts.estate.size)
            of_kind = [one for name in self._classes for one in name.units[kind]]
            found += significant(of_kind, units * AMOUNT, levels.units)
        return found

    def _groups(self, level: float) -> list[CountExcess]:
        counts, names = self.counts, self._classes
        asked = sum(len(one.series) for one in names)
        rising = significant([one for name in names for one in name.rising], asked, level)
        compared = sum(kind in COMPARED for one in names for kind, _group in one.series)
        worse = significant([one for name in names for one in name.worse(rising)], compared, level)
        known = all_along(counts, worse)
        new = [one for one in rising if (one.kind, one.group, one.name) not in known]
        return [*new, *worse]

    def _incidents_behind(self, asked: Sequence[CountExcess]) -> list[frozenset[int]]:
        return [self._places(one) for one in asked]

    def _places(self, finding: CountExcess) -> frozenset[int]:
        """The places of the incidents behind a finding."""
        key = finding.kind, finding.group, finding.name, finding.first, finding.last
        found = self._behind.get(key)
        if found is None:
            found = self._behind[key] = frozenset(incidents_behind(self.counts, finding))
        return found


_Behind = tuple[SubjectKind, int, int, int, int]
"""Kind, group, class, first and last day of a finding."""


class _ClassFindings:
    """What the rules find in one class, asked again after incidents of it changed."""

    def __init__(self, counts: EstateCounts, exposure: Exposure, name: int) -> None:
        self._counts, self._exposure, self._name = counts, exposure, name
        self._expected: ClassExpectations | None = None
        """By which it was worked out who is near."""
        self._near: dict[SubjectKind, set[int]] = {}
        self._outbreaks: Outbreaks | None = None
        self._asked = False
        self._worse: dict[tuple[CountExcess, ...], list[CountExcess]] = {}

    def changed(self, day: int, who: int, shop: int) -> None:
        """An incident of a day, terminal and merchant was put in or taken out."""
        self._asked = False
        if self._outbreaks is not None:
            self._outbreaks.changed(day, who)
        if self._near:
            self._near[SubjectKind.TERMINAL].add(who)
            if shop >= 0:
                self._near[SubjectKind.MERCHANT].add(shop)

    def judge(self) -> None:
        """Ask every rule, unless nothing has changed."""
        if self._asked:
            return
        counts, exposure, name = self._counts, self._exposure, self._name
        self.series = class_series(counts, exposure, name)
        self.rising = rising_groups(counts, self.series, name)
        self._worse.clear()
        if self._outbreaks is None:
            self._outbreaks = Outbreaks(counts, exposure, name)
        self.outbreaks = self._outbreaks.found()
        expected = ClassExpectations(counts, exposure, name)
        if self._expected is None or not self._expected.holds_for(expected):
            self._expected = expected
            self._near = {kind: expected.near(counts, kind) for kind in UNITS}
        self.units = {kind: worse_units(counts, expected, kind, self._near[kind]) for kind in UNITS}
        self._unlike = expected.unlike[SubjectKind.TERMINAL]
        self._asked = True

    def worse(self, rising: Iterable[CountExcess]) -> list[CountExcess]:
        """The models and firmware that are worse than the rest, where some are known to rise."""
        own = tuple(one for one in rising if one.name == self._name)
        found = self._worse.get(own)
        if found is None:
            found = worse_groups(self._counts, self.series, self._name, self._unlike, own)
            self._worse[own] = found
        return found


def _stands(finding: CountExcess, days: int) -> bool:
    """Whether it is still worth a warning: an outbreak of long ago is none any more."""
    return finding.rule is not WarningRule.OUTBREAK or finding.last >= days - STANDING_DAYS


def incidents_behind(counts: EstateCounts, finding: CountExcess) -> Iterable[int]:
    """The places of the incidents of a finding's class, days and subject."""
    places = counts.on_days(finding.name, finding.first, finding.last)
    if finding.kind is SubjectKind.ESTATE:
        return places
    group = finding.group
    if finding.kind is SubjectKind.MERCHANT:
        shops = counts.columns.merchants
        return (at for at in places if shops[at] == group)
    terminals = counts.columns.terminals
    if finding.kind is SubjectKind.TERMINAL:
        return (at for at in places if terminals[at] == group)
    groups = counts.estate.groups[finding.kind]
    return (at for at in places if groups[terminals[at]] == group)


def _is_of(estate: Estate, kind: SubjectKind, group: int, who: int, shop: int) -> bool:
    """Whether an incident of a terminal and merchant is of a group of a kind."""
    match kind:
        case SubjectKind.ESTATE:
            return True
        case SubjectKind.TERMINAL:
            return who == group
        case SubjectKind.MERCHANT:
            return shop == group
        case _:
            return estate.groups[kind][who] == group
