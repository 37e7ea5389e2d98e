"""Which computed dates still need a row: none stands for them, by key and not by date, and no other
work of the plan answers for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.domain.maintenance.occurrences import Occasion, OccurrenceOutcome
from app.services.core.context import chunks
from app.services.maintenance.planned_work import occurrence_key
from app.services.maintenance.slots import Slot, SlotKey, window_days
from db import bulk
from db.models.maintenance import OccurrenceRow


class StandingRow(NamedTuple):
    """The row of a date.  `void` ones wait to be taken up again."""

    id: str
    version: int
    due_on: date
    void: bool


@dataclass(slots=True)
class SortedDates:
    """Computed dates by what has to be done about them."""

    fresh: list[Slot] = field(default_factory=list)
    revived: list[tuple[Slot, StandingRow]] = field(default_factory=list)

    @property
    def slots(self) -> list[Slot]:
        """All that are due and have no row that says so."""
        return [*self.fresh, *(slot for slot, _ in self.revived)]


def sort_out(
    session: Session,
    slots: Iterable[Slot],
    period: tuple[date, date],
    owed_from: date,
    *,
    exact: bool = False,
) -> SortedDates:
    """The dates of a period that no row stands for, and those whose void row is due again: one
    from a day on, or one that lasts until it is settled.  What passed while nobody owed it stays
    void.

    Rows are looked for by the days of the period, and by their keys those of lasting dates that
    were not found there; with `exact` all by their keys.
    """
    known = {} if exact else _rows_of_period(session, *period)
    candidates = [slot for slot in slots if slot.key not in known or known[slot.key].void]
    unknown = [s for s in candidates if s.key not in known and (exact or s.lasting)]
    known |= _rows_of_keys(session, unknown)
    found = SortedDates()
    for slot in candidates:
        row = known.get(slot.key)
        if row is None:
            found.fresh.append(slot)
        elif row.void and (slot.lasting or slot.due >= owed_from.toordinal()):
            found.revived.append((slot, row))
    return found


def _rows() -> Any:
    """The query of rows, each with the outcome of the one that replaced it."""
    other = aliased(OccurrenceRow)
    return sa.select(
        col(OccurrenceRow.version_id),
        col(OccurrenceRow.subject),
        col(OccurrenceRow.slot),
        col(OccurrenceRow.id),
        col(OccurrenceRow.version),
        col(OccurrenceRow.due_on),
        col(OccurrenceRow.outcome),
        col(other.outcome),
    ).outerjoin(other, col(other.id) == col(OccurrenceRow.replaced_by_id))


def _read(session: Session, query: Any) -> dict[SlotKey, StandingRow]:
    return {
        (version_id, subject, slot): StandingRow(
            key,
            version,
            due_on,
            # What another task was to answer for is due again when that one became void.
            outcome == OccurrenceOutcome.VOID
            or (outcome == OccurrenceOutcome.SUPERSEDED and other == OccurrenceOutcome.VOID),
        )
        for version_id, subject, slot, key, version, due_on, outcome, other in session.execute(
            query
        )
    }


def _rows_of_period(session: Session, first: date, last: date) -> dict[SlotKey, StandingRow]:
    within = sa.or_(
        col(OccurrenceRow.due_on).between(first, last),
        col(OccurrenceRow.nominal_on).between(first, last),
    )
    return _read(session, _rows().where(within))


def _rows_of_keys(session: Session, slots: Sequence[Slot]) -> dict[SlotKey, StandingRow]:
    """Rows with the keys of these dates, whatever their own dates are."""
    by_version: dict[str, list[tuple[str, str]]] = {}
    for slot in slots:
        by_version.setdefault(slot.version.id, []).append((slot.subject.key, slot.slot))
    key = (col(OccurrenceRow.subject), col(OccurrenceRow.slot))
    found: dict[SlotKey, StandingRow] = {}
    for version_id, names in by_version.items():
        for part in chunks(sorted(names), 5_000):
            found |= _read(
                session,
                _rows().where(
                    col(OccurrenceRow.version_id) == version_id,
                    bulk.pairs_among(session, key, part),
                ),
            )
    return found


# --- one piece of work for one period ----------------------------------------------------------

_ANSWERS = (
    OccurrenceOutcome.OPEN,
    OccurrenceOutcome.DONE,
    OccurrenceOutcome.PARTIAL,
    OccurrenceOutcome.SKIPPED,
    OccurrenceOutcome.MERGED,
)


class _Earlier(NamedTuple):
    """A task of an earlier version of a plan; `key` is that of a date found in this run."""

    id: str
    number: int
    opens: int
    closes: int
    on: int
    key: SlotKey | None = None


def answered_earlier(session: Session, found: SortedDates) -> dict[SlotKey, str]:
    """Dates of a changed plan whose window meets that of a task of an earlier version: done early,
    skipped, still open, or found in this run, too.  Each such task answers for the nearest date, by
    the id of its row."""
    ids = {slot.key: row.id for slot, row in found.revived}
    by_plan: dict[str, list[Slot]] = {}
    for slot in found.slots:
        if not slot.lasting and not slot.tentative:
            by_plan.setdefault(slot.plan.id, []).append(slot)
    answers: dict[SlotKey, str] = {}
    for items in by_plan.values():
        if any(slot.version.number > 1 for slot in items):
            answers |= _answered(session, items, ids)
    return answers


def _answered(
    session: Session, slots: list[Slot], ids: Mapping[SlotKey, str]
) -> dict[SlotKey, str]:
    plan = slots[0].plan
    begins = min(slot.due - window_days(slot.version.contents)[0] for slot in slots)
    earlier = _earlier_tasks(session, slots, date.fromordinal(max(1, begins)))
    taken = _answering(session, plan.id, [task.id for row in earlier.values() for task in row])
    by_subject: dict[tuple[int, str], list[Slot]] = {}
    for slot in slots:
        by_subject.setdefault((slot.version.number, slot.subject.key), []).append(slot)
    found: dict[SlotKey, str] = {}
    for (number, subject), dates in sorted(by_subject.items(), key=lambda pair: pair[0]):
        for task in earlier.get(subject, ()):
            if task.number >= number or (dates[0].version.id, task.id) in taken:
                continue
            meeting = [s for s in dates if s.key not in found and _meet(s, task)]
            if meeting and task.key not in found:
                nearest = min(meeting, key=lambda s: (abs(s.due - task.on), s.due))
                found[nearest.key] = task.id
        # What this version leaves to be done answers for dates of later ones.
        fresh = [_as_earlier(slot, ids) for slot in dates if slot.key not in found]
        known = earlier.setdefault(subject, [])
        known[:] = sorted([*known, *fresh], key=lambda task: (task.on, task.id))
    return found


def _as_earlier(slot: Slot, ids: Mapping[SlotKey, str]) -> _Earlier:
    opens, closes = slot.window
    return _Earlier(
        id=ids.get(slot.key) or occurrence_key(slot.key),
        number=slot.version.number,
        opens=opens.toordinal(),
        closes=closes.toordinal(),
        on=slot.due,
        key=slot.key,
    )


def _meet(slot: Slot, task: _Earlier) -> bool:
    spans = slot.window
    return spans[0].toordinal() <= task.closes and task.opens <= spans[1].toordinal()


def _earlier_tasks(
    session: Session, slots: list[Slot], closes_from: date
) -> dict[str, list[_Earlier]]:
    """Per subject the tasks of all but the newest version whose window closes on a day or later,
    oldest first."""
    plan = slots[0].plan
    newest = max(slot.version.number for slot in slots)
    numbers = {v.id: v.number for v in plan.versions if v.number < newest}
    found: dict[str, list[_Earlier]] = {}
    on = sa.func.coalesce(col(OccurrenceRow.done_on), col(OccurrenceRow.due_on))
    for version_id, subject, key, opens, closes, day in session.execute(
        sa.select(
            col(OccurrenceRow.version_id),
            col(OccurrenceRow.subject),
            col(OccurrenceRow.id),
            col(OccurrenceRow.window_from),
            col(OccurrenceRow.window_until),
            on,
        )
        .where(
            col(OccurrenceRow.version_id).in_(list(numbers)),
            bulk.among(session, col(OccurrenceRow.subject), sorted({s.subject.key for s in slots})),
            col(OccurrenceRow.window_until) >= closes_from,
            col(OccurrenceRow.outcome).in_(_ANSWERS),
            col(OccurrenceRow.occasion).in_((Occasion.CALENDAR, Occasion.METER)),
        )
        .order_by(on, col(OccurrenceRow.id))
    ):
        found.setdefault(subject, []).append(
            _Earlier(
                key, numbers[version_id], opens.toordinal(), closes.toordinal(), day.toordinal()
            )
        )
    return found


def _answering(session: Session, plan_id: str, ids: list[str]) -> set[tuple[str, str]]:
    """(version, task) of those that answer for a date already."""
    found: set[tuple[str, str]] = set()
    for part in chunks(ids):
        rows = session.execute(
            sa.select(col(OccurrenceRow.version_id), col(OccurrenceRow.replaced_by_id)).where(
                col(OccurrenceRow.plan_id) == plan_id,
                col(OccurrenceRow.outcome) == OccurrenceOutcome.SUPERSEDED,
                col(OccurrenceRow.replaced_by_id).in_(part),
            )
        )
        found |= {(version_id, task_id) for version_id, task_id in rows}
    return found
