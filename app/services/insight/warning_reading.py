"""How warnings are read together with what people did about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, col

from app.domain.insight.warning_cases import (
    EndedWarning,
    HitRate,
    WarningAction,
    WarningCase,
    WarningEntry,
    WarningState,
    by_worth,
    is_new_again,
)
from app.domain.insight.warnings import RULES, StandingWarning, WarningRule
from app.domain.people.rights import Standing
from app.domain.people.roles import Role, SignedIn
from app.services.core.event_rows import event_columns, told_by
from db import bulk
from db.models.incident import IncidentRow
from db.models.insight import WarningCaseRow, WarningEventRow
from db.models.register import TechnicianRow
from db.queries import technician_of

_CASE: Any = WarningCaseRow.__table__  # type: ignore[attr-defined]
_SNAPSHOT: TypeAdapter[StandingWarning] = TypeAdapter(StandingWarning)


def snapshot(warning: StandingWarning) -> Any:
    """A warning as a JSON value."""
    return _SNAPSHOT.dump_python(warning, mode="json", exclude_defaults=True, warnings=False)


def restored(kept: Any) -> StandingWarning | None:
    """The warning of a JSON value; None for one of a rule this program does not have."""
    try:
        return _SNAPSHOT.validate_python(kept)
    except ValidationError:
        return None


def open_case(session: Session, key: str) -> WarningCaseRow | None:
    """The case of a warning that somebody works on."""
    query = sa.select(WarningCaseRow).where(
        col(WarningCaseRow.key) == key, col(WarningCaseRow.ended_at).is_(None)
    )
    found: WarningCaseRow | None = session.execute(query).scalar()
    return found


def last_ended(session: Session, key: str) -> WarningCaseRow | None:
    """The case of a warning that was ended last."""
    query = (
        sa.select(WarningCaseRow)
        .where(col(WarningCaseRow.key) == key, col(WarningCaseRow.ended_at).is_not(None))
        .order_by(col(WarningCaseRow.ended_at).desc(), col(WarningCaseRow.id).desc())
    )
    found: WarningCaseRow | None = session.execute(query.limit(1)).scalar()
    return found


def comes_again(ended: Any, now: StandingWarning) -> bool:
    """Whether a warning that was ended has evidence by now that nobody knew then."""
    known = restored(ended.warning)
    if known is None:
        return True
    return is_new_again(EndedWarning(count=known.count, incidents=frozenset(known.incidents)), now)


def read_rates(session: Session) -> dict[WarningRule, HitRate]:
    """How the warnings of each rule turned out so far."""
    judged = (WarningState.PROVEN_RIGHT, WarningState.PROVEN_WRONG)
    query: Any = (
        sa.select(_CASE.c.rule, _CASE.c.state, sa.func.count())
        .where(_CASE.c.state.in_(judged))
        .group_by(_CASE.c.rule, _CASE.c.state)
    )
    found: dict[WarningRule, dict[str, int]] = {}
    for rule, state, amount in session.execute(query):
        if rule in list(WarningRule):
            found.setdefault(WarningRule(rule), {})[state] = amount
    return {
        rule: HitRate(right=counts.get(judged[0], 0), wrong=counts.get(judged[1], 0))
        for rule, counts in found.items()
    }


def read_cases(
    session: Session, warnings: Sequence[StandingWarning], *, narrowed: bool = False
) -> tuple[WarningCase, ...]:
    """Every warning somebody has to look at: those that stand, but for what was ended and has no
    new evidence; and those somebody works on though the data no longer say so, unless `warnings`
    are `narrowed` to a part of all."""
    standing = {one.key: one for one in warnings}
    rows = _rows(session, sa.or_(_CASE.c.ended_at.is_(None), _CASE.c.key.in_(standing)))
    open_rows = {row.key: (row, owner) for row, owner in rows if row.ended_at is None}
    ended: dict[str, list[WarningCaseRow]] = {}
    for row, _owner in rows:
        if row.ended_at is not None:
            ended.setdefault(row.key, []).append(row)
    rates, cases = read_rates(session), []
    for key, warning in standing.items():
        past = ended.get(key, [])
        if key in open_rows:
            cases.append(_case(*open_rows[key], rates, warning, times=len(past)))
        elif not past or comes_again(past[-1], warning):
            rate = rates.get(warning.rule, HitRate())
            cases.append(WarningCase(warning=warning, times=len(past), rate=rate))
    for key, (row, owner) in open_rows.items():
        known = None if key in standing or narrowed else restored(row.warning)
        if known is not None:
            cases.append(_case(row, owner, rates, known, standing=False))
    return by_worth(cases, rates)


def read_ended(session: Session, limit: int) -> tuple[WarningCase, ...]:
    """The warnings that were ended, newest first."""
    rates = read_rates(session)
    rows = _rows(session, _CASE.c.ended_at.is_not(None), newest=limit)
    found = ((row, owner, restored(row.warning)) for row, owner in rows)
    return tuple(
        _case(row, owner, rates, known, standing=False)
        for row, owner, known in found
        if known is not None
    )


def _rows(session: Session, where: Any, newest: int = 0) -> list[tuple[WarningCaseRow, str | None]]:
    query: Any = (
        sa.select(WarningCaseRow, col(TechnicianRow.name))
        .outerjoin(*technician_of(WarningCaseRow.owner_id))
        .where(where)
    )
    if newest:
        query = query.order_by(_CASE.c.ended_at.desc(), _CASE.c.id.desc()).limit(newest)
    else:
        query = query.order_by(_CASE.c.ended_at, _CASE.c.id)
    return [(row, owner) for row, owner in session.execute(query)]


def _case(
    row: WarningCaseRow,
    owner: str | None,
    rates: dict[WarningRule, HitRate],
    warning: StandingWarning,
    *,
    standing: bool = True,
    times: int = 0,
) -> WarningCase:
    return WarningCase(
        warning=warning,
        state=WarningState(row.state),
        standing=standing,
        id=row.id,
        version=row.version,
        owner_id=row.owner_id or "",
        owner=owner or "",
        due_on=row.due_on,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        reason=row.reason,
        times=times,
        rate=rates.get(warning.rule, HitRate()),
    )


def read_entries(session: Session, case_id: str) -> tuple[WarningEntry, ...]:
    """The log of a case, oldest first."""
    query: Any = (
        sa.select(
            col(WarningEventRow.at),
            col(WarningEventRow.actor),
            col(WarningEventRow.action),
            *event_columns(WarningEventRow),
        )
        .where(col(WarningEventRow.case_id) == case_id)
        .order_by(col(WarningEventRow.at), col(WarningEventRow.id))
    )
    return tuple(
        WarningEntry(at=at, by=by, action=WarningAction(action), **told_by(told))
        for at, by, action, *told in session.execute(query)
    )


def seen_by(
    session: Session,
    cases: Iterable[WarningCase],
    standing: Standing,
    person: SignedIn | None,
) -> tuple[WarningCase, ...]:
    """Those of the warnings that somebody may see: who leads sees all; a technician what is theirs
    to do and what concerns incidents of their own."""
    if standing.leads:
        return tuple(cases)
    shown = tuple(case for case in cases if not RULES[case.warning.rule].leads_only)
    if standing.role is Role.AUDITOR:
        return shown
    own = person.id if person is not None else ""
    named = sorted({number for case in shown for number in case.warning.incidents})
    query = sa.select(col(IncidentRow.number)).where(
        bulk.among(session, col(IncidentRow.number), named), col(IncidentRow.technician_id) == own
    )
    mine = set(session.execute(query).scalars()) if named and own else set()
    return tuple(
        case
        for case in shown
        if (own and case.owner_id == own) or not mine.isdisjoint(case.warning.incidents)
    )
