"""Makes summaries of the rows the visit queries find, with the plans of their tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.visits import VisitState, VisitSummary
from db import bulk
from db.models.maintenance import OccurrenceRow, PlanRow


def summaries(session: Session, *found: Sequence[Any]) -> list[tuple[VisitSummary, ...]]:
    """The visits of several queries; what their tasks are is asked once for all of them."""
    tasks = _tasks_of(session, sorted({row[0] for rows in found for row in rows}))
    return [tuple(_summary(row, tasks.get(row[0], {})) for row in rows) for rows in found]


def _tasks_of(session: Session, visit_ids: list[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    query = (
        sa.select(col(OccurrenceRow.visit_id), col(PlanRow.key), sa.func.count())
        .join(PlanRow, col(PlanRow.id) == col(OccurrenceRow.plan_id))
        .where(bulk.among(session, col(OccurrenceRow.visit_id), visit_ids))
        .group_by(col(OccurrenceRow.visit_id), col(PlanRow.key))
    )
    for visit_id, key, count in session.execute(query) if visit_ids else ():
        found.setdefault(visit_id, {})[key] = count
    return found


def _summary(row: Any, tasks: dict[str, int]) -> VisitSummary:
    (
        key,
        version,
        number,
        state,
        place,
        planned_on,
        opens,
        closes,
        technician_id,
        name,
        code,
        merchant_id,
        merchant,
        area,
        address,
        lat,
        lon,
        minutes,
        order,
        start,
        locked,
        companion_id,
        companion,
        companion_order,
        on_leave,
        newly_given,
    ) = row
    return VisitSummary(
        id=key,
        version=version,
        number=number,
        state=VisitState(state),
        place=WorkPlace(place),
        planned_on=planned_on,
        window_from=opens,
        window_until=closes,
        technician_id=technician_id or "",
        technician=name or "",
        technician_code=code or "",
        merchant_id=merchant_id or "",
        merchant_name=merchant or "",
        area=area or "",
        address=address or "",
        latitude=lat,
        longitude=lon,
        minutes=minutes,
        order=order,
        start_minute=start,
        locked=locked,
        plans=tuple(sorted(tasks)),
        tasks=sum(tasks.values()),
        companion_id=companion_id or "",
        companion=companion or "",
        companion_order=companion_order or 0,
        on_leave=bool(on_leave),
        newly_given=bool(newly_given),
    )
