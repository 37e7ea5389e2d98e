"""Reads the safety stops that stand at terminals, whichever incident told of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import BadKnowledge
from app.domain.incidents.incidents import NEVER
from app.domain.incidents.lifecycle import Action, EditReason, IncidentState
from app.domain.incidents.terminal_stops import OpenStop, StopEvent, standing
from app.domain.register import identifiers
from app.domain.register.terminals import TerminalState
from app.languages import NO_TEXT, LocalizedText
from app.services.core.context import ServiceContext, chunks
from db.models.incident import IncidentEventRow, IncidentRow
from db.models.maintenance import VisitRow
from db.models.register import PlacementRow, TerminalEventRow, TerminalRow
from db.queries import PLACED_NOW
from db.together import Asked, send_ahead, together
from db.types import Key

if TYPE_CHECKING:
    from app.domain.diagnosis.knowledge import Knowledge


def what_to_do(why: LocalizedText, knowledge: Knowledge) -> LocalizedText:
    """What a safety stop that the log tells by its reason asks for; empty when the catalogue has no
    such stop any more."""
    stops = knowledge.stops.values()
    return next((stop.do for stop in stops if stop.log == why), NO_TEXT)


def stop_logs_asked(terminals: Iterable[str] = (), serials: Iterable[str] = ()) -> list[Asked]:
    """What `StopLogs` asks first, for who sends it ahead."""
    known = sorted({key for key in terminals if key})
    unknown = sorted({identifiers.serial_key(serial) for serial in serials if serial})
    return [
        (query, {"keys": part})
        for query, wanted in ((_OF_TERMINALS, known), (_OF_SERIALS, unknown))
        for part in chunks(wanted)
    ]


class StopLogs:
    """What the logs of some terminals say of stops, read once, to be asked about any moment."""

    def __init__(
        self, session: Session, terminals: Iterable[str] = (), serials: Iterable[str] = ()
    ) -> None:
        self._logs: dict[str, list[Any]] = {}
        self._repaired: dict[str, list[datetime]] = {}
        for rows in together(session, *stop_logs_asked(terminals, serials)):
            for row in rows:
                self._logs.setdefault(row.incident_id, []).append(row)
        self._logs = {key: rows for key, rows in self._logs.items() if any(map(_stops, rows))}
        dangerous = sorted({rows[0].terminal_id for rows in self._logs.values()} - {None})
        for rows in together(session, *((_REPAIRED, {"keys": part}) for part in chunks(dangerous))):
            for terminal_id, moment in rows:
                self._repaired.setdefault(terminal_id, []).append(moment)

    def standing(
        self,
        *,
        terminal_id: str = "",
        serial: str = "",
        besides: str = "",
        at: datetime | None = None,
    ) -> tuple[OpenStop, ...]:
        """The stops that stand at a terminal, by its id, or by the serial number it was reported
        under while nobody had registered it; oldest first.  Those that the incident `besides` tells
        of are left out.  With `at` those of that moment, else all there are: what came from a
        computer whose clock runs ahead is as dangerous."""
        key = identifiers.serial_key(serial) if serial else ""
        found = []
        for rows in self._logs.values():
            of = rows[0]
            own = of.terminal_id == terminal_id if terminal_id else _is_unknown(of, key)
            if not own or of.incident_id == besides:
                continue
            stop = standing(map(_entry, rows), self._repaired.get(of.terminal_id, ()), at or NEVER)
            if stop is not None:
                found.append(
                    OpenStop(
                        incident_id=of.incident_id,
                        number=of.number,
                        terminal_id=of.terminal_id or "",
                        serial=of.serial or of.unknown_serial,
                        since=stop.at,
                        said=stop.said,
                    )
                )
        return tuple(sorted(found, key=lambda one: (one.since, one.number)))


def stops_at_shops(
    session: Session, merchant_ids: Collection[str]
) -> dict[str, tuple[OpenStop, ...]]:
    """The stops of the terminals that stand in each of these shops now."""
    wanted = sorted({key for key in merchant_ids if key})
    rows = [row for part in chunks(wanted) for row in _rows(session, _PLACED, part)]
    return _by_place(session, [(row.merchant_id, row.terminal_id) for row in rows])


def stops_of_work(
    session: Session, incident_ids: Collection[str], visit_ids: Collection[str]
) -> dict[str, tuple[OpenStop, ...]]:
    """The stops that whoever does a piece of work meets, by its id: those of the terminal of an
    incident, those of the shop a visit goes to."""
    asked = ((_TERMINAL_OF, incident_ids), (_TERMINALS_OF_VISIT, visit_ids))
    rows = [
        (row.work, row.terminal_id)
        for query, ids in asked
        for part in chunks(sorted(ids))
        for row in _rows(session, query, part)
    ]
    return _by_place(session, rows)


def _by_place(
    session: Session, places: Sequence[tuple[str, str]]
) -> dict[str, tuple[OpenStop, ...]]:
    logs = StopLogs(session, {terminal_id for _place, terminal_id in places})
    found: dict[str, list[OpenStop]] = {}
    for place, terminal_id in places:
        stops = logs.standing(terminal_id=terminal_id)
        if stops:
            found.setdefault(place, []).extend(stops)
    return {place: tuple(stops) for place, stops in found.items()}


def _rows(session: Session, query: Any, keys: Sequence[str]) -> Iterable[Any]:
    return session.connection().execute(query, {"keys": keys})


class TerminalStops:
    """What of a terminal is dangerous still, with what to do."""

    def __init__(self, context: ServiceContext, knowledge: Callable[[], Knowledge]) -> None:
        self._context = context
        self._knowledge = knowledge

    def look_for(self, terminal_id: str = "", *, serial: str = "") -> None:
        """Ask a server for what `at` needs with whatever is read next."""
        with self._context.read() as session:
            send_ahead(session, *stop_logs_asked((terminal_id,), (serial,)))
            if terminal_id:
                # Only asked of one that was stopped: but then without waiting once more.
                send_ahead(session, (_REPAIRED, {"keys": [terminal_id]}))

    def at(
        self, terminal_id: str = "", *, serial: str = "", besides: str = ""
    ) -> tuple[OpenStop, ...]:
        """The stops that stand now at a registered terminal, or at an unregistered one by its
        serial number, leaving out those the incident `besides` tells of itself."""
        with self._context.read() as session:
            logs = StopLogs(session, (terminal_id,), (serial,))
        return self.with_do(logs.standing(terminal_id=terminal_id, serial=serial, besides=besides))

    def at_shop(self, merchant_id: str) -> tuple[OpenStop, ...]:
        """The stops that stand now at the terminals of a shop."""
        with self._context.read() as session:
            found = stops_at_shops(session, (merchant_id,))
        return self.with_do(found.get(merchant_id, ()))

    def of_work(
        self, incident_ids: Collection[str] = (), visit_ids: Collection[str] = ()
    ) -> dict[str, tuple[OpenStop, ...]]:
        """The stops that whoever does a piece of work meets, by its id."""
        with self._context.read() as session:
            found = stops_of_work(session, incident_ids, visit_ids)
        return {work: self.with_do(stops) for work, stops in found.items()}

    def with_do(self, stops: tuple[OpenStop, ...]) -> tuple[OpenStop, ...]:
        """The stops with what to do at once; as they are where the catalogue cannot say it."""
        if not stops:
            return ()
        try:
            knowledge = self._knowledge()
        except BadKnowledge:
            return stops  # that it is dangerous is known without the catalogue
        return tuple(replace(one, do=what_to_do(one.said, knowledge)) for one in stops)


def _stops(row: Any) -> bool:
    return bool(row.reason == EditReason.HARD_STOP)


def _is_unknown(row: Any, key: str) -> bool:
    return bool(key) and row.terminal_id is None and row.unknown_serial.upper() == key


def _entry(row: Any) -> StopEvent:
    return StopEvent(
        at=row.at,
        action=row.action,
        to_state=row.to_state,
        reason=row.reason,
        said=LocalizedText(row.said_zh, row.said_en),
    )


_EVENT: Any = IncidentEventRow.__table__  # type: ignore[attr-defined]
_ENDS = (Action.SWAP, Action.RESOLVE, Action.REOPEN)


def _among(column_type: Any) -> Any:
    return sa.bindparam("keys", type_=column_type, expanding=True)


def _logs(*which: Any) -> Any:
    """What the logs of some incidents say of stops and of their end."""
    return (
        sa.select(
            _EVENT.c.incident_id,
            col(IncidentRow.number),
            col(IncidentRow.terminal_id),
            col(IncidentRow.unknown_serial),
            col(TerminalRow.serial),
            _EVENT.c.at,
            _EVENT.c.action,
            _EVENT.c.to_state,
            _EVENT.c.reason,
            _EVENT.c.said_zh,
            _EVENT.c.said_en,
        )
        .select_from(IncidentRow)
        .join(_EVENT, _EVENT.c.incident_id == col(IncidentRow.id))
        .outerjoin(TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id))
        .where(
            *which,
            sa.or_(
                _EVENT.c.reason.in_((EditReason.HARD_STOP, EditReason.STOP_WITHDRAWN)),
                _EVENT.c.action.in_(_ENDS),
                _EVENT.c.to_state.in_((IncidentState.CANCELLED, IncidentState.DUPLICATE)),
            ),
        )
        .order_by(_EVENT.c.incident_id, _EVENT.c.seq)
    )


_OF_TERMINALS = _logs(col(IncidentRow.terminal_id).in_(_among(Key)))
_OF_SERIALS = _logs(
    col(IncidentRow.terminal_id).is_(None),
    sa.func.upper(col(IncidentRow.unknown_serial)).in_(_among(sa.Text)),
)
_REPAIRED: Any = sa.select(col(TerminalEventRow.terminal_id), col(TerminalEventRow.at)).where(
    col(TerminalEventRow.terminal_id).in_(_among(Key)),
    col(TerminalEventRow.field) == "state",
    col(TerminalEventRow.old) == TerminalState.IN_REPAIR,
)
_TERMINAL_OF: Any = sa.select(
    col(IncidentRow.id).label("work"), col(IncidentRow.terminal_id)
).where(col(IncidentRow.id).in_(_among(Key)), col(IncidentRow.terminal_id).is_not(None))
_TERMINALS_OF_VISIT: Any = (
    sa.select(col(VisitRow.id).label("work"), col(PlacementRow.terminal_id))
    .join(PlacementRow, col(PlacementRow.merchant_id) == col(VisitRow.merchant_id))
    .where(col(VisitRow.id).in_(_among(Key)), PLACED_NOW)
)
_PLACED: Any = sa.select(col(PlacementRow.terminal_id), col(PlacementRow.merchant_id)).where(
    col(PlacementRow.merchant_id).in_(_among(Key)),
    PLACED_NOW,
)
