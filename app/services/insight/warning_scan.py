"""Reads the incidents once for the statistical rules, and the records behind what they find."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.incidents.lifecycle import NOT_COUNTED
from app.domain.insight.estate_counts import CLASSES, IncidentColumns
from app.domain.insight.findings import Cause, Finding
from app.domain.insight.survey import USUAL_LEVELS, WarningLevels, survey
from app.domain.insight.warnings import StandingWarning, SubjectKind, WarningRule
from app.services.core.context import chunks
from app.services.insight.as_of import AsOf, Later
from app.services.insight.warning_estate import WarningEstate
from db.models.incident import IncidentRow

ROWS_AT_A_TIME = 20_000
MOST_BY_TERMINAL = 400
"""Terminals up to which the records behind a warning are asked for by terminal, not by time."""


def surveyed(
    session: Session,
    when: AsOf,
    estate: WarningEstate,
    since_then: Later,
    levels: WarningLevels = USUAL_LEVELS,
) -> list[StandingWarning]:
    """Every warning of the statistical rules, strongest first."""
    rows = _Scan(session, when, estate, since_then)
    columns = rows.columns()
    return [rows.warning(cause, columns) for cause in survey(estate.estate, columns, levels)]


class _Scan:
    def __init__(
        self, session: Session, when: AsOf, estate: WarningEstate, since_then: Later
    ) -> None:
        self._session, self._when, self._then = session, when, since_then
        self._estate = estate

    def columns(self) -> IncidentColumns:
        """Every incident that counts: day, terminal, merchant, class."""
        connection = self._session.connection()
        days = _LocalDays(self._estate, self._when)
        held = sa.func.coalesce(
            col(IncidentRow.confirmed_class), col(IncidentRow.provisional_class)
        )
        query = self._counted(
            days.column(connection.dialect.name),
            col(IncidentRow.terminal_id),
            col(IncidentRow.merchant_id),
            *self._class_columns(held),
        )
        found = IncidentColumns()
        names: dict[str, int] = {name.value: place for place, name in enumerate(CLASSES)}
        terminals = self._estate.names[SubjectKind.TERMINAL].numbers
        shops = self._estate.names[SubjectKind.MERCHANT].numbers
        rows = connection.execute(query, execution_options={"yield_per": ROWS_AT_A_TIME})
        for part in rows.partitions():
            known: Any = self._known_then(part) if self._when.past else part
            if not known:
                continue
            at, terminal, shop, name = zip(*known, strict=True)
            found.extend(
                map(days.__getitem__, at),
                map(terminals.__getitem__, terminal),
                (shops.get(one, -1) for one in shop),
                map(names.__getitem__, name),
            )
        return found

    def _class_columns(self, held: Any) -> tuple[Any, ...]:
        if self._when.past:
            return (
                col(IncidentRow.confirmed_class),
                col(IncidentRow.provisional_class),
                col(IncidentRow.id),
            )
        return (held,)

    def _known_then(self, part: Sequence[Any]) -> list[tuple[Any, str, str, str]]:
        """The rows known then, in the class they were held to be of."""
        then = self._then
        return [
            (at, terminal, shop, name)
            for at, terminal, shop, confirmed, provisional, key in part
            if key not in then.unknown and (name := then.class_then(key, confirmed, provisional))
        ]

    def _counted(self, *columns: Any) -> Any:
        states: Any = col(IncidentRow.state).not_in(NOT_COUNTED)
        if self._then.standing:
            states = sa.or_(states, col(IncidentRow.id).in_(sorted(self._then.standing)))
        start = self._when.midnight(self._estate.origin)
        return sa.select(*columns).where(
            col(IncidentRow.reported_at) >= start,
            col(IncidentRow.reported_at) <= self._when.moment,
            col(IncidentRow.terminal_id).is_not(None),
            sa.or_(
                col(IncidentRow.confirmed_class).is_not(None),
                col(IncidentRow.provisional_class).is_not(None),
            ),
            states,
        )

    # --- the records behind a finding ----------------------------------------------------------

    def warning(self, cause: Cause, columns: IncidentColumns) -> StandingWarning:
        """A cause as a warning, with the records behind it and the narrower ones."""
        finding = cause.finding
        keys = self._estate.names[SubjectKind.TERMINAL].subjects
        numbers = sorted({columns.terminals[at] for at in cause.incidents})
        terminals = tuple(keys[number].key for number in numbers)
        explains = tuple(self._swallowed(one, columns) for one in cause.explains)
        return self._plain(finding, self._records(finding, terminals), terminals, explains)

    def _swallowed(self, cause: Cause, columns: IncidentColumns) -> StandingWarning:
        """A narrower warning: its records are among those of the broader one."""
        keys = self._estate.names[SubjectKind.TERMINAL].subjects
        numbers = sorted({columns.terminals[at] for at in cause.incidents})
        return self._plain(cause.finding, (), tuple(keys[number].key for number in numbers), ())

    def _plain(
        self,
        finding: Finding,
        records: Sequence[tuple[datetime, str, str]],
        terminals: tuple[str, ...],
        explains: tuple[StandingWarning, ...],
    ) -> StandingWarning:
        group = finding.kind in (SubjectKind.FIRMWARE, SubjectKind.MODEL)
        counted = finding.rule in (WarningRule.RISING, WarningRule.GROUP_RATE)
        since = self._when.midnight(self._estate.origin + timedelta(days=finding.first))
        if not counted and records:
            since = records[-1][0]
        of = self._estate.estate.groups.get(finding.kind, ())
        return StandingWarning(
            rule=finding.rule,
            subject=self._estate.subject(finding.kind, finding.group),
            fault_class=CLASSES[finding.name],
            since=since,
            seen=finding.seen,
            expected=round(finding.expected, 2),
            confidence=round(1 - min(1.0, finding.rate), 6),
            days=finding.last - finding.first + 1,
            out_of=sum(one == finding.group for one in of) if group or of else len(terminals),
            incidents=tuple(number for _at, number, _key in records),
            incident_ids=tuple(key for _at, _number, key in records),
            terminal_ids=terminals,
            terminals=len(terminals),
            explains=explains,
        )

    def _records(
        self, finding: Finding, terminals: tuple[str, ...]
    ) -> list[tuple[datetime, str, str]]:
        """When, number and key of the incidents of a finding, the newest first."""
        origin = self._estate.origin
        first = self._when.midnight(origin + timedelta(days=finding.first))
        end = self._when.midnight(origin + timedelta(days=finding.last + 1))
        query = self._counted(
            col(IncidentRow.id),
            col(IncidentRow.number),
            col(IncidentRow.reported_at),
            col(IncidentRow.terminal_id),
            col(IncidentRow.merchant_id),
            col(IncidentRow.confirmed_class),
            col(IncidentRow.provisional_class),
        ).where(col(IncidentRow.reported_at) >= first, col(IncidentRow.reported_at) < end)
        among = frozenset(terminals)
        few = len(among) <= MOST_BY_TERMINAL
        pieces = chunks(list(terminals)) if few else ()
        of_terminal = col(IncidentRow.terminal_id)
        parts = [query.where(of_terminal.in_(piece)) for piece in pieces] or [query]
        shop = (
            self._estate.subject(finding.kind, finding.group).key
            if finding.kind is SubjectKind.MERCHANT
            else None
        )
        name = CLASSES[finding.name]
        found = [
            (row.reported_at, row.number, row.id)
            for part in parts
            for row in self._session.execute(part)
            if row.terminal_id in among
            and row.id not in self._then.unknown
            and shop in (None, row.merchant_id)
            and self._then.class_then(row.id, row.confirmed_class, row.provisional_class) == name
        ]
        return sorted(found, reverse=True)


class _LocalDays(dict[str, int]):
    """The number of the local day by hour in UTC as text, or by minute where the zone is not whole
    hours off; worked out once each."""

    def __init__(self, estate: WarningEstate, when: AsOf) -> None:
        super().__init__()
        self._estate, self._when = estate, when
        offset = when.moment.astimezone(when.zone).utcoffset() or timedelta()
        self._whole_hours = not offset % timedelta(hours=1)

    def column(self, dialect: str) -> Any:
        """The hour, or minute, of the report as text."""
        moment: Any = col(IncidentRow.reported_at)
        if dialect == "postgresql":
            form = 'YYYY-MM-DD"T"HH24' if self._whole_hours else 'YYYY-MM-DD"T"HH24:MI'
            return sa.func.to_char(sa.func.timezone("UTC", moment), form)
        width = 13 if self._whole_hours else 16
        return sa.func.substr(sa.type_coerce(moment, sa.Text()), 1, width)

    def __missing__(self, text: str) -> int:
        moment = datetime.fromisoformat(text + (":00" if len(text) == _HOUR else ""))
        day = self._when.day_of(moment.replace(tzinfo=UTC))
        found = self[text] = (day - self._estate.origin).days
        return found


_HOUR = len("2026-11-30T08")
