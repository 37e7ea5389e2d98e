"""How occurrences are read: those with a row, and the computed ones beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.occurrences import Occasion, Occurrence, OccurrenceOutcome
from app.domain.maintenance.plans import Scope, WorkPlace
from app.languages import LocalizedText
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.missing_rows import answered_earlier, sort_out
from app.services.maintenance.slots import Slot, day_of
from db import bulk
from db.models.maintenance import OccurrenceRow, PlanRow, PlanVersionRow, VisitRow
from db.models.register import (
    AreaRow,
    MerchantRow,
    PlacementRow,
    TechnicianRow,
    TerminalRow,
)
from db.queries import AREA, merchant_of, present_placement, technician_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceFilter:
    """Which occurrences; empty fields do not restrict."""

    area: str = ""
    technician_id: str = ""
    plan_key: str = ""
    terminal_id: str = ""
    merchant_id: str = ""
    subject: str = ""


ALL = OccurrenceFilter()
"""No restriction."""

_COLUMNS: dict[str, Any] = {
    "id": col(OccurrenceRow.id),
    "plan_id": col(OccurrenceRow.plan_id),
    "plan_key": col(PlanRow.key),
    "name_zh": col(PlanVersionRow.name_zh),
    "name_en": col(PlanVersionRow.name_en),
    "version_id": col(OccurrenceRow.version_id),
    "scope": col(OccurrenceRow.scope),
    "place": col(PlanVersionRow.place),
    "subject": col(OccurrenceRow.subject),
    "slot": col(OccurrenceRow.slot),
    "n": col(OccurrenceRow.n),
    "occasion": col(OccurrenceRow.occasion),
    "nominal_on": col(OccurrenceRow.nominal_on),
    "due_on": col(OccurrenceRow.due_on),
    "window_from": col(OccurrenceRow.window_from),
    "window_until": col(OccurrenceRow.window_until),
    "minutes": col(PlanVersionRow.minutes),
    "terminal_id": col(OccurrenceRow.terminal_id),
    "merchant_id": col(OccurrenceRow.merchant_id),
    "merchant_name": col(MerchantRow.name),
    "serial": col(TerminalRow.serial),
    "tid": col(PlacementRow.tid),
    "area": col(AreaRow.name),
    "outcome": col(OccurrenceRow.outcome),
    "reason": col(OccurrenceRow.reason),
    "done_on": col(OccurrenceRow.done_on),
    "done_by": col(OccurrenceRow.done_by),
    "visit_id": col(OccurrenceRow.visit_id),
    "planned_on": col(VisitRow.planned_on),
    "technician": col(TechnicianRow.name),
    "uncertain": col(OccurrenceRow.uncertain),
    "version": col(OccurrenceRow.version),
}
"""What is read of an occurrence, by the fields of `Occurrence`; the plan's name twice."""


def stored_query() -> Any:
    """Occurrences with a row, with everything a list or a sheet says about them."""
    return (
        sa.select(*_COLUMNS.values())
        .select_from(OccurrenceRow)
        .join(PlanRow, col(PlanRow.id) == col(OccurrenceRow.plan_id))
        .join(PlanVersionRow, col(PlanVersionRow.id) == col(OccurrenceRow.version_id))
        .outerjoin(*merchant_of(OccurrenceRow.merchant_id))
        .outerjoin(*AREA)
        .outerjoin(TerminalRow, col(TerminalRow.id) == col(OccurrenceRow.terminal_id))
        .outerjoin(*present_placement(OccurrenceRow.terminal_id))
        .outerjoin(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
        .outerjoin(*technician_of(VisitRow.technician_id))
    )


_MAY_BE_MISSING = (
    "terminal_id",
    "merchant_id",
    "merchant_name",
    "serial",
    "tid",
    "area",
    "visit_id",
    "technician",
)


def occurrence_of(row: Any) -> Occurrence:
    """One row of `stored_query` as a value."""
    values: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
    values["plan_name"] = LocalizedText(values.pop("name_zh"), values.pop("name_en"))
    for name, kind in (
        ("scope", Scope),
        ("place", WorkPlace),
        ("occasion", Occasion),
        ("outcome", OccurrenceOutcome),
    ):
        values[name] = kind(values[name])
    for name in _MAY_BE_MISSING:
        values[name] = values[name] or ""
    return Occurrence(**values)


def narrowed(query: Any, wanted: OccurrenceFilter) -> Any:
    """`stored_query` with a filter applied."""
    for column, value in (
        (AreaRow.name, wanted.area),
        (VisitRow.technician_id, wanted.technician_id),
        (PlanRow.key, wanted.plan_key),
        (OccurrenceRow.terminal_id, wanted.terminal_id),
        (OccurrenceRow.merchant_id, wanted.merchant_id),
        (OccurrenceRow.subject, wanted.subject),
    ):
        if value:
            query = query.where(col(column) == value)
    return query


def read_stored(session: Session, query: Any) -> list[Occurrence]:
    """The occurrences of a query, by due date."""
    ordered = query.order_by(col(OccurrenceRow.due_on), col(OccurrenceRow.id))
    return [occurrence_of(row) for row in session.execute(ordered)]


def computed(
    session: Session,
    due_dates: DueDates,
    first: date,
    last: date,
    wanted: OccurrenceFilter = ALL,
) -> list[Slot]:
    """Dates of a period no row stands for yet, those other work answers for left out."""
    if wanted.technician_id:
        return []
    matches = _matching(wanted)
    slots = [slot for slot in due_dates.slots(first, last) if matches(slot)]
    found = sort_out(session, slots, (first, last), due_dates.today)
    answered = answered_earlier(session, found)
    left = [slot for slot in found.slots if slot.key not in answered]
    return without_included(session, due_dates, left).left


def _matching(wanted: OccurrenceFilter) -> Callable[[Slot], bool]:
    if wanted == ALL:
        return lambda slot: True

    def matches(slot: Slot) -> bool:
        subject = slot.subject
        return (
            (not wanted.area or subject.area == wanted.area)
            and (not wanted.plan_key or slot.plan.key == wanted.plan_key)
            and (not wanted.terminal_id or subject.terminal_id == wanted.terminal_id)
            and (not wanted.merchant_id or subject.merchant_id == wanted.merchant_id)
            and (not wanted.subject or subject.key == wanted.subject)
        )

    return matches


# --- longer plans include shorter ones ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Included:
    """Dates without those a longer plan's work includes (`left`).  `done` are those of the latter
    that last until they are settled: the longer plan's work, by its id, settles them."""

    left: list[Slot]
    done: list[tuple[Slot, str]]


def without_included(session: Session, due_dates: DueDates, slots: Sequence[Slot]) -> Included:
    """Without the dates whose window holds work of a plan that includes theirs."""
    covering = _covering(due_dates)
    if not covering or not slots:
        return Included(list(slots), [])
    first = date.fromordinal(max(1, min(slot.due for slot in slots) - 366))
    last = date.fromordinal(max(slot.due for slot in slots) + 366)
    days = _working_days(session, due_dates, covering, slots, (first, last))
    found = Included([], [])
    for slot in slots:
        work = _including(days, covering, slot)
        if work is None:
            found.left.append(slot)
        elif slot.lasting and work:
            found.done.append((slot, work))
    return found


def _covering(due_dates: DueDates) -> dict[str, set[str]]:
    """Per plan key the keys of active plans that include it."""
    covering: dict[str, set[str]] = {}
    for plan in due_dates.plans:
        for covered in plan.at(due_dates.today).contents.covers:
            covering.setdefault(covered, set()).add(plan.key)
    return covering


def _working_days(
    session: Session,
    due_dates: DueDates,
    covering: dict[str, set[str]],
    slots: Sequence[Slot],
    span: tuple[date, date],
) -> dict[tuple[str, str], list[tuple[date, str]]]:
    """Per (including plan, subject) the days on which it is to be done, or was, then with the id
    of the task."""
    keys = set().union(*covering.values())
    days: dict[tuple[str, str], list[tuple[date, str]]] = {}
    for slot in slots:
        if slot.plan.key in keys:
            days.setdefault((slot.plan.key, slot.subject.key), []).append((day_of(slot.due), ""))
    on = sa.func.coalesce(col(OccurrenceRow.done_on), col(OccurrenceRow.due_on))
    rows = session.execute(
        sa.select(
            col(PlanRow.key),
            col(OccurrenceRow.subject),
            on,
            col(OccurrenceRow.id),
            col(OccurrenceRow.outcome),
        )
        .join(PlanRow, col(PlanRow.id) == col(OccurrenceRow.plan_id))
        .where(
            col(PlanRow.key).in_(keys),
            bulk.among(session, col(OccurrenceRow.subject), sorted({s.subject.key for s in slots})),
            col(OccurrenceRow.outcome).in_((OccurrenceOutcome.OPEN, OccurrenceOutcome.DONE)),
            col(OccurrenceRow.due_on).between(*span),
        )
    )
    for key, subject, day, task_id, outcome in rows:
        done = task_id if outcome == OccurrenceOutcome.DONE else ""
        days.setdefault((key, subject), []).append((day, done))
    return days


def _including(
    days: dict[tuple[str, str], list[tuple[date, str]]], covering: dict[str, set[str]], slot: Slot
) -> str | None:
    """The finished task whose work includes a date, "" when it is not finished yet, None when
    there is none."""
    found: str | None = None
    for key in covering.get(slot.plan.key, ()):
        for day, task_id in days.get((key, slot.subject.key), ()):
            opens, closes = slot.window
            if opens <= day <= closes:
                if task_id:
                    return task_id
                found = ""
    return found


def together(stored: Iterable[Occurrence], slots: Iterable[Slot]) -> tuple[Occurrence, ...]:
    """Rows and computed dates as one list by due date; a void row whose date is due again is that
    date."""
    dates = list(slots)
    again = {slot.key for slot in dates}
    rows = [
        item
        for item in stored
        if item.outcome is not OccurrenceOutcome.VOID
        or (item.version_id, item.subject, item.slot) not in again
    ]
    everything = [*rows, *(slot.occurrence() for slot in dates)]
    everything.sort(key=lambda item: (item.due_on, item.plan_key, item.merchant_name, item.subject))
    return tuple(everything)
