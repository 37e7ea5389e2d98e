"""Writes what a generation run found: occurrences, visits with day and technician, their log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.occurrences import Occurrence, Outcome
from app.domain.people import Technician
from app.domain.plans import Place, Scope
from app.domain.visits import (
    Group,
    VisitAction,
    VisitState,
    best_day,
    combined_minutes,
    common_window,
)
from app.services.directory import read_technicians
from app.services.generation_plan import Work
from app.services.visit_records import VisitLog
from app.services.work_days import capacities
from app.services.workplace import Workplace, Writing
from db.models.maintenance import (
    AnchorRow,
    GenerationRow,
    OccurrenceRow,
    VisitEventRow,
    VisitRow,
)
from db.models.shape import new_key


def write_work(writing: Writing, workplace: Workplace, log: VisitLog, work: Work) -> str:
    """Write everything; returns the id of the run, empty when there was nothing to do."""
    session, today = writing.session, workplace.today()
    session.add_all(
        AnchorRow(subject=key, anchor_on=on, since=since) for key, on, since in work.anchors
    )
    touched = _void_and_move(writing, work)
    if not (work.fresh or work.groups or work.joins):
        log.refresh(writing, touched, today, "generation.changed")
        return ""
    run = GenerationRow(
        at=writing.now, actor=workplace.actor, device=workplace.device, from_on=work.first,
        until_on=work.last, occurrences=len(work.fresh), visits=len(work.groups),
    )  # fmt: skip
    session.add(run)
    session.flush()
    keys = {id(item): new_key() for item in work.fresh}
    visit_of, visits = _new_visits(writing, workplace, work.groups, run.id)
    session.execute(sa.insert(VisitRow.__table__), visits) if visits else None  # type: ignore[attr-defined]
    joined = {(i.version_id, i.subject, i.slot): key for key, i in work.joins}
    _insert_occurrences(session, work.fresh, keys, joined | visit_of, run.id)
    _place_rows(session, work, joined | visit_of)
    entries = [log.entry(writing, v["id"], VisitAction.CREATE) for v in visits]
    entries += [log.entry(writing, key, VisitAction.ADD, i.plan_key) for key, i in work.joins]
    session.execute(sa.insert(VisitEventRow.__table__), entries)  # type: ignore[attr-defined]
    log.refresh(writing, {*touched, *(key for key, _ in work.joins)}, today, "generation.changed")
    writing.touched("visit")
    writing.touched("occurrence")
    return run.id


def _void_and_move(writing: Writing, work: Work) -> list[str]:
    session = writing.session
    touched = []
    for key, reason in work.void:
        row = session.get(OccurrenceRow, key)
        assert row is not None
        touched += [row.visit_id] if row.visit_id else []
        row.outcome, row.reason, row.visit_id = Outcome.VOID, reason, None
    for key in work.revived:
        row = session.get(OccurrenceRow, key)
        assert row is not None
        row.outcome, row.reason = Outcome.OPEN, ""
    for item in work.moved:
        row = session.get(OccurrenceRow, item.id)
        assert row is not None
        row.due_on, row.window_from, row.window_until = item.due_on, item.opens, item.closes
        touched += [item.visit_id] if item.visit_id else []
    session.flush()
    if touched or work.revived:
        writing.touched("occurrence")
    return touched


Slot = tuple[str, str, str]


def _slot(item: Occurrence) -> Slot:
    return item.version_id, item.subject, item.slot


def _insert_occurrences(
    session: Session, fresh: Sequence[Occurrence], keys: dict[int, str],
    visit_of: dict[Slot, str], run_id: str,
) -> None:  # fmt: skip
    rows = [
        {
            "id": keys[id(item)], "version": 1, "plan_id": item.plan_id,
            "version_id": item.version_id, "scope": item.scope, "subject": item.subject,
            "terminal_id": item.terminal_id or None, "merchant_id": item.merchant_id or None,
            "slot": item.slot, "n": item.n, "occasion": item.occasion,
            "nominal_on": item.nominal_on, "due_on": item.due_on,
            "window_from": item.window_from, "window_until": item.window_until,
            "uncertain": item.uncertain, "outcome": Outcome.OPEN, "reason": "", "done_on": None,
            "done_at": None, "done_by": "", "anchor_day": 0, "visit_id": visit_of[_slot(item)],
            "replaced_by_id": None, "generation_id": run_id,
        }
        for item in fresh
    ]  # fmt: skip
    if rows:
        session.execute(sa.insert(OccurrenceRow.__table__), rows)  # type: ignore[attr-defined]


def _place_rows(session: Session, work: Work, visit_of: dict[Slot, str]) -> None:
    """Rows that had no visit get theirs."""
    waiting = [item for group in work.groups for item in group.occurrences if item.id]
    waiting += [item for _, item in work.joins if item.id]
    for item in waiting:
        row = session.get(OccurrenceRow, item.id)
        assert row is not None
        row.visit_id = visit_of[_slot(item)]
    session.flush()


# --- new visits --------------------------------------------------------------------------------


def _new_visits(
    writing: Writing, workplace: Workplace, groups: Sequence[Group], run_id: str
) -> tuple[dict[Slot, str], list[dict[str, Any]]]:
    if not groups:
        return {}, []
    session, today = writing.session, workplace.today()
    roster = Roster(session, today, max(group.window_until for group in groups))
    numbers = iter(workplace.next_numbers(session, len(groups), "V"))
    visit_of: dict[Slot, str] = {}
    rows = []
    for group in groups:
        minutes = combined_minutes(item.minutes for item in group.occurrences)
        person, day = roster.place(group, minutes)
        key = new_key()
        visit_of |= {_slot(item): key for item in group.occurrences}
        scope = group.occurrences[0].scope
        opens, closes = common_window([item.window for item in group.occurrences], today)
        rows.append(
            {
                "id": key, "version": 1, "number": next(numbers), "state": VisitState.PLANNED,
                "place": group.place,
                "merchant_id": None if scope is Scope.ESTATE else group.occurrences[0].merchant_id
                or None,
                "technician_id": person, "planned_on": day, "window_from": opens,
                "window_until": closes, "minutes": minutes, "day_order": 0,
                "start_minute": None, "locked": False, "remark": "", "started_at": None,
                "finished_at": None, "generation_id": run_id,
            }
        )  # fmt: skip
    return visit_of, rows


class Roster:
    """Who serves which area, and how full their days are already."""

    def __init__(self, session: Session, first: date, last: date) -> None:
        self._people = [p for p in read_technicians(session) if p.role == "technician"]
        self._days = capacities(session, self._people, first, last)
        self._office = sorted({day for days in self._days.values() for day in days})
        if not self._office:
            self._office = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self._load: dict[str, dict[date, int]] = {p.id: {} for p in self._people}
        self._total = dict.fromkeys(self._load, 0)
        for person, day, minutes in _planned_load(session, first, last):
            if person in self._load:
                self._load[person][day] = self._load[person].get(day, 0) + minutes
                self._total[person] += minutes

    def serving(self, area: str) -> list[Technician]:
        """Who serves an area: those named for it, else those who serve everywhere."""
        named = [p for p in self._people if area in p.areas]
        return named or [p for p in self._people if not p.areas]

    def place(self, group: Group, minutes: int) -> tuple[str | None, date]:
        """A first technician and day for a visit; levelling improves on it."""
        span = (group.window_from, group.window_until)
        due = sorted(item.due_on for item in group.occurrences)
        wished = min(max(due[len(due) // 2], span[0]), span[1])
        if group.place is Place.OFFICE:
            return None, best_day(span, wished, 0, self._office, {}, 0)
        people = [
            person for person in self.serving(group.occurrences[0].area)
            if any(span[0] <= day <= span[1] for day in self._days[person.id])
        ]  # fmt: skip
        if not people:
            # Nobody who serves the area works inside the window: it waits to be placed.
            return None, best_day(span, wished, 0, self._office, {}, 0)
        person = min(people, key=lambda p: (self._total[p.id], p.code))
        load = self._load[person.id]
        worked = list(self._days[person.id])
        day = best_day(span, wished, minutes, worked, load, person.capacity_minutes)
        load[day] = load.get(day, 0) + minutes
        self._total[person.id] += minutes
        return person.id, day


def _planned_load(session: Session, first: date, last: date) -> Iterable[tuple[str, date, int]]:
    rows = session.execute(
        sa.select(
            col(VisitRow.technician_id), col(VisitRow.planned_on),
            sa.func.sum(col(VisitRow.minutes)),
        )
        .where(
            col(VisitRow.state).in_((VisitState.PLANNED, VisitState.IN_PROGRESS)),
            col(VisitRow.planned_on).between(first, last),
            col(VisitRow.technician_id).is_not(None),
        )
        .group_by(col(VisitRow.technician_id), col(VisitRow.planned_on))
    )  # fmt: skip
    return [(person, day, int(minutes)) for person, day, minutes in rows]
