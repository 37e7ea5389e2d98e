"""Makes warnings of what the statistical rules find: its name, and the records behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.insight.estate_counts import CLASSES, EstateCounts
from app.domain.insight.findings import CountExcess, ExcessCause, significant
from app.domain.insight.follow_up_rule import FollowUps
from app.domain.insight.survey import Survey
from app.domain.insight.warning_levels import WarningLevels
from app.domain.insight.warnings import (
    StandingWarning,
    SubjectKind,
    WarningRule,
    WarningSubject,
)
from app.services.core.context import chunks
from app.services.insight.as_of import AsOf, Later, later
from app.services.insight.warning_estate import WarningEstate, read_estate
from app.services.insight.warning_scan import IncidentScan
from db.models.incident import IncidentRow
from db.models.register import TechnicianRow

MOST_BY_TERMINAL = 400
"""Terminals up to which the records behind a warning are asked for by terminal, not by time."""


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """An incident behind a warning."""

    at: datetime
    number: str
    key: str


class EstateSurvey:
    """The estate on a day with every statistical rule asked; incidents of terminals that changed
    are read again, and then what they bear upon is judged anew."""

    def __init__(
        self, session: Session, when: AsOf, estate: WarningEstate, since_then: Later
    ) -> None:
        self.estate = estate
        scan = IncidentScan(session, when, estate, since_then)
        self._numbered = scan.technicians, scan.remedies
        self._counts = EstateCounts(estate.estate, scan.columns())
        self._survey = Survey(self._counts) if estate.estate.weeks else None
        self._follow_ups = FollowUps(self._counts, scan.technicians.known, scan.remedies.known)
        self._then = since_then
        self._records = KnownRecords()

    def _scan(self, session: Session, when: AsOf) -> IncidentScan:
        return IncidentScan(session, when, self.estate, self._then, self._numbered)

    def warnings(
        self, session: Session, when: AsOf, levels: WarningLevels
    ) -> list[StandingWarning]:
        """Every warning of the statistical rules, strongest first."""
        scan = self._scan(session, when)
        made = WarningMaker(scan, self._counts, self._records)
        standing = self._survey.at(levels) if self._survey else []
        found = [made.warning(cause) for cause in standing]
        return [*found, *made.not_holding(self._follow_ups, levels)]

    def knows(self, terminal_id: str) -> bool:
        """Whether a terminal is one of the estate."""
        return terminal_id in self.estate.names[SubjectKind.TERMINAL].numbers

    def read_again(self, session: Session, when: AsOf, terminal_ids: Sequence[str]) -> None:
        """Look at the incidents of some terminals of the estate as they are now."""
        numbers = self.estate.names[SubjectKind.TERMINAL].numbers
        new = Counter(self._scan(session, when).of_terminals(terminal_ids))
        gone: list[int] = []
        for key in terminal_ids:
            for at in self._counts.of_one(numbers[key]):
                row = self._counts.columns.at(at)
                if new[row]:
                    new[row] -= 1
                else:
                    gone.append(at)
            self._records.forget(key)
        changed = [*(self._counts.columns.at(at) for at in gone), *new.elements()]
        units = {(who, name) for _day, who, _shop, name, *_more in changed}
        self._follow_ups.change(units, -1)
        kept_up = self._survey or self._counts
        for at in gone:
            kept_up.take_out(at)
        for day, who, shop, name, technician, remedy in new.elements():
            kept_up.put_in((day, who, shop, name), technician, remedy)
        self._follow_ups.change(units, 1)


def surveyed_anew(session: Session, when: AsOf) -> EstateSurvey | None:
    """Every terminal and incident read; None before the first incident."""
    estate = read_estate(session, when)
    return EstateSurvey(session, when, estate, later(session, when)) if estate else None


Triple = tuple[str, int, int]
"""Terminal, day and class: what incidents are looked up by."""


class KnownRecords:
    """The incidents behind warnings that were looked up already."""

    def __init__(self) -> None:
        self._by_terminal: dict[str, dict[tuple[int, int], list[IncidentRecord]]] = {}

    def __contains__(self, triple: Triple) -> bool:
        terminal, day, name = triple
        return (day, name) in self._by_terminal.get(terminal, {})

    def note(self, triple: Triple) -> list[IncidentRecord]:
        """The list of the incidents of a terminal, day and class."""
        terminal, day, name = triple
        return self._by_terminal.setdefault(terminal, {}).setdefault((day, name), [])

    def forget(self, terminal: str) -> None:
        """Incidents of a terminal changed."""
        self._by_terminal.pop(terminal, None)


class WarningMaker:
    """Makes warnings of findings in the incidents read."""

    def __init__(self, scan: IncidentScan, counts: EstateCounts, records: KnownRecords) -> None:
        self._scan, self._columns, self._known = scan, counts.columns, records
        self._terminals = scan.estate.names[SubjectKind.TERMINAL].keys

    def warning(self, cause: ExcessCause) -> StandingWarning:
        """A cause with the records behind it and the narrower ones it explains."""
        records = self._records(cause.incidents)
        explains = tuple(self._plain(one.finding, one.incidents, ()) for one in cause.explains)
        return self._plain(cause.finding, cause.incidents, records, explains)

    def not_holding(
        self, follow_ups: FollowUps, levels: WarningLevels
    ) -> Iterator[StandingWarning]:
        """Technicians and remedies after whose work the same comes back."""
        scan = self._scan
        for kind, numbers, subjects_of in (
            (SubjectKind.TECHNICIAN, scan.technicians, _technicians),
            (SubjectKind.REMEDY, scan.remedies, _remedies),
        ):
            found = list(follow_ups.not_holding(kind))
            kept = significant(
                [one for one, _back, _of in found], len(numbers.known), levels.groups
            )
            rates = {one.group: one.rate for one in kept}
            if not rates:
                continue
            subjects = subjects_of(scan.session, numbers.known)
            for finding, back, of in found:
                if finding.group in rates:
                    yield StandingWarning(
                        rule=finding.rule,
                        subject=subjects[finding.group],
                        **self._shared(finding, back, self._records(back)),
                        confidence=round(1 - rates[finding.group], 6),
                        out_of=of,
                    )

    def _plain(
        self,
        finding: CountExcess,
        places: Iterable[int],
        records: Sequence[IncidentRecord],
        explains: tuple[StandingWarning, ...] = (),
    ) -> StandingWarning:
        estate = self._scan.estate
        of = estate.estate.groups.get(finding.kind, [])
        return StandingWarning(
            rule=finding.rule,
            subject=estate.subject(finding.kind, finding.group),
            fault_class=CLASSES[finding.name],
            **self._shared(finding, places, records),
            confidence=round(1 - min(1.0, finding.rate), 6),
            out_of=of.count(finding.group),
            explains=explains,
        )

    def _shared(
        self, finding: CountExcess, places: Iterable[int], records: Sequence[IncidentRecord]
    ) -> dict[str, Any]:
        numbers = sorted({self._columns.terminals[at] for at in places})
        terminals = tuple(self._terminals[number] for number in numbers)
        when, origin = self._scan.when, self._scan.estate.origin
        since = when.midnight(origin + timedelta(days=finding.first))
        if records and finding.rule not in (WarningRule.RISING, WarningRule.GROUP_RATE):
            since = records[-1].at.astimezone(when.zone)
        return {
            "since": since,
            "seen": finding.seen,
            "expected": round(finding.expected, 2),
            "days": finding.last - finding.first + 1,
            "incidents": tuple(one.number for one in records),
            "incident_ids": tuple(one.key for one in records),
            "terminal_ids": terminals,
            "terminals": len(terminals),
        }

    def _records(self, places: Iterable[int]) -> list[IncidentRecord]:
        """The incidents at places of the columns, the newest first."""
        columns, known = self._columns, self._known
        wanted = {
            (self._terminals[columns.terminals[at]], columns.days[at], columns.names[at])
            for at in places
        }
        missing = {triple for triple in wanted if triple not in known}
        read = list(self._read(missing))
        for triple in missing:
            known.note(triple)
        for triple, record in read:
            known.note(triple).append(record)
        found = [record for triple in wanted for record in known.note(triple)]
        return sorted(found, key=lambda one: (one.at, one.number), reverse=True)

    def _read(self, wanted: set[Triple]) -> Iterator[tuple[Triple, IncidentRecord]]:
        scan = self._scan
        if not wanted:
            return
        terminals = sorted({terminal for terminal, _day, _name in wanted})
        days = [day for _terminal, day, _name in wanted]
        origin = scan.estate.origin
        query = scan.counted(
            col(IncidentRow.id),
            col(IncidentRow.number),
            col(IncidentRow.reported_at),
            col(IncidentRow.terminal_id),
            col(IncidentRow.confirmed_class),
            col(IncidentRow.provisional_class),
        ).where(
            col(IncidentRow.reported_at) >= scan.when.midnight(origin + timedelta(days=min(days))),
            col(IncidentRow.reported_at)
            < scan.when.midnight(origin + timedelta(days=max(days) + 1)),
        )
        few = len(terminals) <= MOST_BY_TERMINAL
        of_terminal = col(IncidentRow.terminal_id)
        pieces = chunks(terminals) if few else ()
        parts = [query.where(of_terminal.in_(piece)) for piece in pieces] or [query]
        names = {name.value: place for place, name in enumerate(CLASSES)}
        for row in (row for part in parts for row in scan.session.execute(part)):
            name = scan.then.class_then(row.id, row.confirmed_class, row.provisional_class)
            day = (scan.when.day_of(row.reported_at) - origin).days
            triple = (row.terminal_id, day, names.get(name, -1))
            if triple in wanted and row.id not in scan.then.unknown:
                yield triple, IncidentRecord(row.reported_at, row.number, row.id)


def _technicians(session: Session, keys: list[str]) -> list[WarningSubject]:
    query: Any = sa.select(col(TechnicianRow.id), col(TechnicianRow.name), col(TechnicianRow.code))
    names = {row.id: row for row in session.execute(query)}
    return [
        WarningSubject(
            SubjectKind.TECHNICIAN,
            key,
            (("technician", names[key].name), ("code", names[key].code)),
        )
        for key in keys
    ]


def _remedies(_session: Session, remedies: list[str]) -> list[WarningSubject]:
    return [WarningSubject(SubjectKind.REMEDY, one, (("remedy", one),)) for one in remedies]
