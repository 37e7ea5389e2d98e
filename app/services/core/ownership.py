"""Whether a record is somebody's own, for rights that hang on it (`Right.own`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.dispatch.dispatches import WorkType
from app.domain.incidents.lifecycle import Action
from app.domain.people.roles import SignedIn
from app.services.core.dispatches import work_column
from db.models.dispatch import DispatchRow
from db.models.incident import IncidentEventRow, IncidentRow
from db.models.insight import WarningCaseRow
from db.models.maintenance import AbsenceRow, OccurrenceRow, VisitRow


def is_own(session: Session, person: SignedIn, kind: str, key: str) -> bool:
    """Whether the record that an operation of this kind is about is the person's own.

    `key` is the id the verb is given first: of the incident, the warning, the visit, the due date
    that is skipped, the absence, or of the technician a leave is entered for or whose van it is.
    Work that is answered is the person's own when it was ever handed to them.
    """
    found = _BY_KIND.get(kind) or _BY_SUBJECT[kind.partition(".")[0]]
    return found(session, person, key)


def _incident(session: Session, person: SignedIn, key: str) -> bool:
    row = session.get(IncidentRow, key)
    if row is None:
        return False
    if row.technician_id:
        return row.technician_id == person.id
    reported = sa.select(col(IncidentEventRow.actor)).where(
        col(IncidentEventRow.incident_id) == key, col(IncidentEventRow.action) == Action.REPORT
    )
    return session.execute(reported.limit(1)).scalar() == person.code


def _visit(session: Session, person: SignedIn, key: str) -> bool:
    return _has_technician(session.get(VisitRow, key), person)


def _due_date(session: Session, person: SignedIn, key: str) -> bool:
    row = session.get(OccurrenceRow, key)
    return row is not None and bool(row.visit_id) and _visit(session, person, str(row.visit_id))


def _absence(session: Session, person: SignedIn, key: str) -> bool:
    return _has_technician(session.get(AbsenceRow, key), person)


def _has_technician(row: VisitRow | AbsenceRow | None, person: SignedIn) -> bool:
    return row is not None and row.technician_id == person.id


def _warning(session: Session, person: SignedIn, key: str) -> bool:
    query = sa.select(col(WarningCaseRow.owner_id)).where(
        col(WarningCaseRow.key) == key, col(WarningCaseRow.ended_at).is_(None)
    )
    return session.execute(query).scalar() == person.id


def _themselves(_session: Session, person: SignedIn, key: str) -> bool:
    return key == person.id


_Finder = Callable[[Session, SignedIn, str], bool]


def _handed_out(work: WorkType) -> _Finder:
    """Whether the work was ever handed to the person: that it is somebody else's by now is another
    answer than that it was never theirs."""

    def found(session: Session, person: SignedIn, key: str) -> bool:
        query = sa.select(sa.literal(1)).where(
            col(DispatchRow.technician_id) == person.id, work_column(work) == key
        )
        return session.execute(query.limit(1)).first() is not None

    return found


_BY_KIND: Mapping[str, _Finder] = {
    "occurrence.skip": _due_date,
    "leave.remove": _absence,
    "incident.accept": _handed_out(WorkType.INCIDENT),
    "incident.refuse": _handed_out(WorkType.INCIDENT),
    "visit.accept": _handed_out(WorkType.VISIT),
    "visit.refuse": _handed_out(WorkType.VISIT),
}
_BY_SUBJECT: Mapping[str, _Finder] = {
    "incident": _incident,
    "visit": _visit,
    "leave": _themselves,
    # known by the key of the warning
    "warning": _warning,
    "people": _themselves,
    # the van is known by the key of its technician
    "stock": _themselves,
    "technician": _themselves,
    # what is shown of the log is narrowed to the person (`app.services.core.audit.log_reader`)
    "log": _themselves,
    # and of the exchange (`app.exchange.reading`)
    "exchange": _themselves,
}
