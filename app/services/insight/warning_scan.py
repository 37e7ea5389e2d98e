"""Reads the incidents once, as columns of numbers, for the statistical rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.incidents.lifecycle import NOT_COUNTED
from app.domain.insight.estate_counts import CLASSES, IncidentColumns
from app.domain.insight.warnings import SubjectKind
from app.services.core.context import chunks
from app.services.insight.as_of import AsOf, Later
from app.services.insight.warning_estate import WarningEstate
from db.models.incident import IncidentRow

AT_A_TIME = 200
"""Rows worked on together: more would be looked through by the collector again and again, which
took more than half of the time."""
ROWS_A_TRIP = 20_000
"""Rows a server sends at a time."""


class Numbers(dict[Any, int]):
    """Numbers of texts as they are met; -1 for none.  `known` is what they stand for."""

    def __init__(self) -> None:
        super().__init__()
        self.known: list[str] = []

    def __missing__(self, text: str | None) -> int:
        number = self[text] = len(self.known) if text else -1
        if text:
            self.known.append(text)
        return number


Counted = tuple[int, int, int, int, int, int]
"""Day, terminal, merchant, class, technician and remedy of an incident, each by its number."""


class IncidentScan:
    """The incidents that count at a moment.  `technicians` and `remedies` number who resolved them
    and how; another scan of the same estate is given them to go on with."""

    def __init__(
        self,
        session: Session,
        when: AsOf,
        estate: WarningEstate,
        since_then: Later,
        numbered: tuple[Numbers, Numbers] | None = None,
    ) -> None:
        self.session, self.when, self.then, self.estate = session, when, since_then, estate
        self.technicians, self.remedies = numbered or (Numbers(), Numbers())

    def columns(self) -> IncidentColumns:
        """Every incident that counts, a column each."""
        found = IncidentColumns()
        for columns in self._columns():
            found.extend(*columns)
        return found

    def of_terminals(self, terminal_ids: Sequence[str]) -> list[Counted]:
        """The incidents of some terminals of the estate."""
        found: list[Counted] = []
        for piece in chunks(list(terminal_ids)):
            for columns in self._columns(col(IncidentRow.terminal_id).in_(piece)):
                found += zip(*columns, strict=True)
        return found

    def _columns(self, *narrowed: Any) -> Iterator[tuple[Iterable[int], ...]]:
        """The columns of `Counted`, some thousand incidents at a time."""
        connection = self.session.connection()
        days = LocalDays(self.estate, self.when)
        query = self.counted(
            days.column(connection.dialect.name),
            col(IncidentRow.terminal_id),
            col(IncidentRow.merchant_id),
            col(IncidentRow.technician_id),
            col(IncidentRow.remedy),
            col(IncidentRow.confirmed_class),
            col(IncidentRow.provisional_class),
            *((col(IncidentRow.id),) if self.when.past else ()),
        ).where(*narrowed)
        names: dict[str, int] = {name.value: place for place, name in enumerate(CLASSES)}
        terminals = self.estate.names[SubjectKind.TERMINAL].numbers
        shops = self.estate.names[SubjectKind.MERCHANT].numbers
        file = connection.dialect.name == "sqlite"
        sent = AT_A_TIME if file else ROWS_A_TRIP
        rows = connection.execute(query, execution_options={"yield_per": sent})
        for part in rows.partitions(AT_A_TIME):
            known = self._known_then(part) if self.when.past else _held(part)
            if not known:
                continue
            at, terminal, shop, person, remedy, name = zip(*known, strict=True)
            yield (
                map(days.__getitem__, at),
                map(terminals.__getitem__, terminal),
                (shops.get(one, -1) for one in shop),
                map(names.__getitem__, name),
                map(self.technicians.__getitem__, person),
                map(self.remedies.__getitem__, remedy),
            )

    def _known_then(self, part: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows known then, in the class they were held to be of."""
        then = self.then
        return [
            (*row, name)
            for *row, confirmed, provisional, key in part
            if key not in then.unknown and (name := then.class_then(key, confirmed, provisional))
        ]

    def counted(self, *columns: Any) -> Any:
        """A query for columns of the incidents that count."""
        states: Any = col(IncidentRow.state).not_in(NOT_COUNTED)
        if self.then.standing:
            states = sa.or_(states, col(IncidentRow.id).in_(sorted(self.then.standing)))
        start = self.when.midnight(self.estate.origin)
        return sa.select(*columns).where(
            col(IncidentRow.reported_at) >= start,
            col(IncidentRow.reported_at) <= self.when.moment,
            col(IncidentRow.terminal_id).is_not(None),
            sa.or_(
                col(IncidentRow.confirmed_class).is_not(None),
                col(IncidentRow.provisional_class).is_not(None),
            ),
            states,
        )


def _held(part: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows in the class they are held to be of."""
    return [
        (at, terminal, shop, person, remedy, confirmed or provisional)
        for at, terminal, shop, person, remedy, confirmed, provisional in part
    ]


class LocalDays(dict[str, int]):
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
