"""Makes warnings of what the statistical rules find: its name, and the records behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.insight.estate_counts import CLASSES, IncidentColumns
from app.domain.insight.findings import CountExcess, ExcessCause, significant
from app.domain.insight.follow_up_rule import not_holding, worked_on
from app.domain.insight.survey import survey
from app.domain.insight.warning_levels import WarningLevels
from app.domain.insight.warnings import (
    StandingWarning,
    SubjectKind,
    WarningRule,
    WarningSubject,
)
from app.services.core.context import chunks
from app.services.insight.as_of import AsOf, Later
from app.services.insight.warning_estate import WarningEstate
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


def surveyed(
    session: Session,
    when: AsOf,
    estate: WarningEstate,
    since_then: Later,
    levels: WarningLevels,
) -> list[StandingWarning]:
    """Every warning of the statistical rules, strongest first."""
    scan = IncidentScan(session, when, estate, since_then)
    columns = scan.columns()
    made = WarningMaker(scan, columns)
    found = [made.warning(cause) for cause in survey(estate.estate, columns, levels)]
    return [*found, *made.not_holding(levels)]


class WarningMaker:
    """Makes warnings of findings in the incidents read."""

    def __init__(self, scan: IncidentScan, columns: IncidentColumns) -> None:
        self._scan, self._columns = scan, columns
        self._terminals = scan.estate.names[SubjectKind.TERMINAL].keys

    def warning(self, cause: ExcessCause) -> StandingWarning:
        """A cause with the records behind it and the narrower ones it explains."""
        records = self._records(cause.incidents)
        explains = tuple(self._plain(one.finding, one.incidents, ()) for one in cause.explains)
        return self._plain(cause.finding, cause.incidents, records, explains)

    def not_holding(self, levels: WarningLevels) -> Iterator[StandingWarning]:
        """Technicians and remedies after whose work the same comes back."""
        days = self._scan.estate.estate.days
        worked = worked_on(self._columns, days)
        people = _technicians(self._scan.session, self._scan.technicians)
        remedies = [
            WarningSubject(SubjectKind.REMEDY, one, (("remedy", one),))
            for one in self._scan.remedies
        ]
        for kind, by, subjects in (
            (SubjectKind.TECHNICIAN, self._columns.technicians, people),
            (SubjectKind.REMEDY, self._columns.remedies, remedies),
        ):
            found = list(not_holding(worked, by, kind, days))
            kept = significant([one for one, _back, _of in found], len(subjects), levels.groups)
            rates = {one.group: one.rate for one in kept}
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
        columns, scan = self._columns, self._scan
        wanted = {
            (self._terminals[columns.terminals[at]], columns.days[at], columns.names[at])
            for at in places
        }
        if not wanted:
            return []
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
        found = []
        for row in (row for part in parts for row in scan.session.execute(part)):
            name = scan.then.class_then(row.id, row.confirmed_class, row.provisional_class)
            day = (scan.when.day_of(row.reported_at) - origin).days
            if (row.terminal_id, day, names.get(name)) in wanted and (
                row.id not in scan.then.unknown
            ):
                found.append(IncidentRecord(row.reported_at, row.number, row.id))
        return sorted(found, key=lambda one: (one.at, one.number), reverse=True)


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
