"""The letters in front of document numbers: each computer numbers by one of its own."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput
from app.services.core import operation_log
from app.services.core.context import ServiceContext
from db.models.exchange import StationRow
from db.models.incident import IncidentEventRow
from db.models.office import CounterRow
from db.models.operations import OperationRow
from db.stations import STATION


def letter_here(session: Session) -> str:
    """The letter that numbers made on this computer carry, or empty.

    Its own operations tell.  Without any, the counters do, unless others' operations are here
    too: counters come along with the state of an office.  Of several letters it is the one that
    worked last.
    """
    tables = sa.inspect(session.connection())
    if tables.has_table(OperationRow.__tablename__):
        own = operation_log.fact(session, STATION) or ""
        last = _last_letter(session, own)
        others = sa.exists().where(col(OperationRow.station) != own)
        if last or session.execute(sa.select(others)).scalar():
            return last
    return _counted(session)


def _last_letter(session: Session, station: str) -> str:
    """The letter a computer worked by last, as its operations tell."""
    query = (
        sa.select(col(OperationRow.device))
        .where(col(OperationRow.station) == station, col(OperationRow.device) != "")
        .order_by(col(OperationRow.station_seq).desc())
        .limit(1)
    )
    return str(session.execute(query).scalar() or "")


def _counted(session: Session) -> str:
    """The letter of the counters that worked last."""
    counted = session.execute(
        sa.select(col(CounterRow.device))
        .where(col(CounterRow.last) > 0)
        .order_by(col(CounterRow.last).desc(), col(CounterRow.device))
    )
    letters = list(dict.fromkeys(counted.scalars()))
    if len(letters) < 2:
        return letters[0] if letters else ""
    last = session.execute(
        sa.select(col(IncidentEventRow.device))
        .where(col(IncidentEventRow.device).in_(letters))
        .order_by(col(IncidentEventRow.at).desc(), col(IncidentEventRow.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    return str(last or letters[0])


def check_letter(session: Session, letter: str, station: str = "", field: str = "device") -> None:
    """That no computer but `station` (empty: this one) numbers by a letter.

    Two that do give the same number to two papers.  Raises `InvalidInput`
    (``device.of_another``) with the names of those that do.
    """
    own = operation_log.fact(session, STATION) or ""
    rows = session.execute(
        sa.select(col(StationRow.id), col(StationRow.name), col(StationRow.letter)).where(
            col(StationRow.revoked_at).is_(None)
        )
    ).all()
    names = {str(key): str(name) for key, name, theirs in rows if theirs == letter}
    # Of a computer that is trusted its key tells the letter it has now; work of earlier ones may
    # be in the log.
    told_by_key = {str(key) for key, _name, theirs in rows if theirs} | {own, station}
    working = sa.select(col(OperationRow.station)).where(col(OperationRow.device) == letter)
    for key in session.execute(working.distinct()).scalars():
        if str(key) not in told_by_key and _last_letter(session, str(key)) == letter:
            names.setdefault(str(key), "")
    names.pop(station or own, None)
    if names:
        told = ", ".join(sorted(name for name in names.values() if name))
        raise InvalidInput.of(field, "device.of_another", device=letter, names=told or "?")


class Letters:
    """What is asked of the letter of this computer."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def check(self, letter: str) -> None:
        """That no other computer numbers by it.  Raises `InvalidInput`."""
        with self._context.read() as session:
            check_letter(session, letter)
