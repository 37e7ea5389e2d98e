"""The steps of handing work to technicians that incidents, visits and the board share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.domain.dispatch.dispatches import UNANSWERED, Dispatch, DispatchState, WorkType
from app.services.core.context import UnitOfWork
from db import bulk
from db.keys import new_key
from db.models.dispatch import DispatchRow
from db.models.register import TechnicianRow
from db.prepared import PreparedStatement
from db.queries import technician_of
from db.together import Asked, together

_ABOUT: dict[WorkType, Any] = {
    WorkType.INCIDENT: col(DispatchRow.incident_id),
    WorkType.VISIT: col(DispatchRow.visit_id),
}


def work_column(work: WorkType) -> Any:
    """The column that names the work of a type."""
    return _ABOUT[work]


_STANDS = col(DispatchRow.ended_at).is_(None)
_DISPATCH: Any = DispatchRow.__table__  # type: ignore[attr-defined]
_END = {
    work: PreparedStatement(
        sa.update(_DISPATCH)
        .where(about == sa.bindparam("about"), _STANDS)
        .values(
            ended_at=sa.bindparam("now", type_=_DISPATCH.c.ended_at.type),
            version=_DISPATCH.c.version + 1,
        )
    )
    for work, about in _ABOUT.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How work is handed out: by the person with the code `by`, an incident for the day
    `planned_on` (a visit has its own), in spite of doubts for the reason `overruling`."""

    by: str
    planned_on: date | None = None
    overruling: str = ""


class HasCode(Protocol):
    """A technician: their key, code and name."""

    id: str
    code: str
    name: str


def hand_out(unit: UnitOfWork, work: WorkType, key: str, technician: HasCode, terms: Terms) -> None:
    """Note that work was handed to a technician, in the transaction that makes it theirs.  What
    somebody takes on themselves is accepted at once."""
    withdraw(unit, work, key)
    own = technician.code == terms.by
    handed = {
        "id": new_key(),
        "incident_id": key if work is WorkType.INCIDENT else None,
        "visit_id": key if work is WorkType.VISIT else None,
        "technician_id": technician.id,
        "planned_on": terms.planned_on,
        "state": DispatchState.ACCEPTED if own else DispatchState.ASSIGNED,
        "given_at": unit.now,
        "given_by": terms.by,
        "overruling": terms.overruling,
        "answered_at": unit.now if own else None,
    }
    bulk.insert(unit.session, _DISPATCH, [handed])


def withdraw(unit: UnitOfWork, work: WorkType, key: str) -> None:
    """What stands about a piece of work stands no longer."""
    _END[work].run(unit.session, about=key, now=unit.now)


def waits_for_answer(work: WorkType, key: Any, technician_id: Any) -> Any:
    """Whether whoever has a piece of work owes an answer, as a condition about the columns that
    name both."""
    return (
        sa.exists()
        .where(
            work_column(work) == col(key),
            _STANDS,
            col(DispatchRow.technician_id) == col(technician_id),
            col(DispatchRow.state).in_(UNANSWERED),
        )
        .correlate_except(DispatchRow)
    )


def standing(session: Session, work: WorkType, key: str) -> DispatchRow | None:
    """The row that stands about a piece of work."""
    query = sa.select(DispatchRow).where(work_column(work) == key, _STANDS)
    return session.execute(query).scalars().first()


def _query(about: Any) -> Any:
    giver: Any = aliased(TechnicianRow)
    name = sa.select(giver.name).where(giver.code == col(DispatchRow.given_by)).scalar_subquery()
    return sa.select(
        about,
        col(DispatchRow.id),
        col(DispatchRow.technician_id),
        col(TechnicianRow.name),
        col(DispatchRow.state),
        col(DispatchRow.planned_on),
        col(DispatchRow.given_at),
        col(DispatchRow.given_by),
        col(DispatchRow.seen_at),
        col(DispatchRow.answered_at),
        col(DispatchRow.overruling),
        col(DispatchRow.refusal),
        sa.func.coalesce(name, ""),
    ).join(*technician_of(DispatchRow.technician_id))


_QUERY = {work: _query(about) for work, about in _ABOUT.items()}


def read_standing(session: Session, work: WorkType, keys: Iterable[str]) -> dict[str, Dispatch]:
    """What stands about each of these incidents or visits."""
    found: dict[str, Dispatch] = {}
    for rows in together(session, *standing_asked(session, work, keys)):
        for key, *values in rows:
            found[key] = _dispatch(*values)
    return found


def standing_asked(session: Session, work: WorkType, keys: Iterable[str]) -> list[Asked]:
    """The query of `read_standing`, to be sent ahead; none without keys."""
    about = work_column(work)
    wanted = sorted(set(keys))
    query = _QUERY[work].where(_STANDS, bulk.among(session, about, wanted))
    return [(query, {})] if wanted else []


def _dispatch(*values: Any) -> Dispatch:
    key, technician_id, name, state, planned_on, at, by, seen, answered, *words = values
    overruling, refusal, giver = words
    return Dispatch(
        id=key,
        technician_id=technician_id,
        technician=name,
        state=DispatchState(state),
        planned_on=planned_on,
        given_at=at,
        given_by=by,
        seen_at=seen,
        answered_at=answered,
        overruling=overruling,
        refusal=refusal,
        giver_name=giver,
    )
