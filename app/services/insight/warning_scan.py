"""Reads the incidents once for the statistical rules, and the records behind what they find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.incidents.lifecycle import NOT_COUNTED
from app.domain.insight.estate_counts import CLASSES
from app.domain.insight.findings import Cause, Finding
from app.domain.insight.survey import (
    USUAL_LEVELS,
    Incident,
    IncidentColumns,
    WarningLevels,
    survey,
)
from app.domain.insight.warnings import StandingWarning, SubjectKind, WarningRule
from app.services.core.context import chunks
from app.services.insight.as_of import AsOf, Later
from app.services.insight.warning_estate import WarningEstate
from db.models.incident import IncidentRow

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
    found, columns = survey(estate.estate, rows.incidents(), levels)
    return [rows.warning(cause, columns) for cause in found]


class _Scan:
    def __init__(
        self, session: Session, when: AsOf, estate: WarningEstate, since_then: Later
    ) -> None:
        self._session, self._when, self._then = session, when, since_then
        self._estate = estate

    def incidents(self) -> Iterator[Incident]:
        """Every incident that counts: day, terminal, merchant, class."""
        names = {name.value: place for place, name in enumerate(CLASSES)}
        terminals = self._estate.names[SubjectKind.TERMINAL].numbers
        shops = self._estate.names[SubjectKind.MERCHANT].numbers
        shop_of, days = shops.get, _LocalDays(self._estate, self._when)
        query = self._counted(
            _unread(col(IncidentRow.reported_at)),
            col(IncidentRow.terminal_id),
            col(IncidentRow.merchant_id),
            col(IncidentRow.confirmed_class),
            col(IncidentRow.provisional_class),
            *((col(IncidentRow.id),) if self._when.past else ()),
        )
        then = self._then
        for at, terminal, shop, confirmed, provisional, *key in self._session.execute(query):
            if key:
                if key[0] in then.unknown:
                    continue
                name = then.class_then(key[0], confirmed, provisional)
            else:
                name = confirmed or provisional
            if name and (number := terminals.get(terminal)) is not None:
                yield days.of(at), number, shop_of(shop, -1), names[name]

    def _counted(self, *columns: Any) -> Any:
        states: Any = col(IncidentRow.state).not_in(NOT_COUNTED)
        if self._then.standing:
            states = sa.or_(states, col(IncidentRow.id).in_(sorted(self._then.standing)))
        start = self._when.midnight(self._estate.origin)
        return sa.select(*columns).where(
            col(IncidentRow.reported_at) >= start,
            col(IncidentRow.reported_at) <= self._when.moment,
            col(IncidentRow.terminal_id).is_not(None),
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


def _unread(column: Any) -> Any:
    """A moment as the database has it, not made a value of: a million of them are read."""
    return sa.type_coerce(column, sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql"))


class _LocalDays:
    """The number of the local day of moments as the database has them.

    A file has text of fixed width; its hour tells the day where the zone is whole hours off."""

    def __init__(self, estate: WarningEstate, when: AsOf) -> None:
        self._estate, self._when = estate, when
        self._known: dict[Any, int] = {}
        offset = when.moment.astimezone(when.zone).utcoffset() or timedelta()
        self._width = 13 if not offset % timedelta(hours=1) else 16

    def of(self, at: Any) -> int:
        """The number of the day."""
        short = at[: self._width] if isinstance(at, str) else at.replace(second=0, microsecond=0)
        found = self._known.get(short)
        if found is None:
            moment = datetime.fromisoformat(at) if isinstance(at, str) else at
            found = (self._when.day_of(moment) - self._estate.origin).days
            self._known[short] = found
        return found
