"""What a generation run would do, found by reading only;
`app.services.maintenance.generation_write` does it, and looks again at what somebody may have
changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from sqlmodel import Session, col

from app.domain.maintenance.occurrences import Occasion, Occurrence, OccurrenceOutcome, window
from app.domain.maintenance.plans import Contents, Scope, Subject
from app.domain.maintenance.visits import VisitState
from app.services.core.context import ServiceContext, chunks
from app.services.maintenance.arranging import arrange, place
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.generation_mark import GenerationMark
from app.services.maintenance.missing_rows import StandingRow, answered_earlier, sort_out
from app.services.maintenance.occasions import occasions
from app.services.maintenance.occurrence_queries import (
    read_stored,
    stored_query,
    without_included,
)
from app.services.maintenance.open_rows import OpenRow, read_ahead, read_others
from app.services.maintenance.plan_queries import read_gone
from app.services.maintenance.planned_work import (
    AnsweredDate,
    NewAnchor,
    NewDates,
    PlannedWork,
    RowChange,
    UnplacedVisit,
    due_task,
)
from app.services.maintenance.slots import Slot, SlotKey, day_of, window_days
from db.models.maintenance import OccurrenceRow


def plan_work(
    session: Session,
    context: ServiceContext,
    period: tuple[date, date],
    mark: GenerationMark,
    looked_at: Callable[[int, int], None] = lambda _done, _total: None,
) -> PlannedWork:
    """What is to be written so that every date between two days has its visit.

    The estate is gone through part by part: of each only what is to be written is kept, until the
    visits of all are placed.  `looked_at` is told how many of how many subjects were, and may stop
    it.
    """
    first, last = period
    estate = DueDates(session, context.today())
    work = PlannedWork(first=first, last=last)
    visits = _look_through(session, context, estate, work, mark, looked_at)
    rules = [plan.at(estate.today).contents.rule for plan in estate.plans]
    if any(rule is not None and rule.shift != "none" for rule in rules):
        work.unknown_years = estate.calendar.unknown_years(estate.today, last)
    work.placed = place(session, estate, visits)
    return work


def _look_through(
    session: Session,
    context: ServiceContext,
    estate: DueDates,
    work: PlannedWork,
    mark: GenerationMark,
    looked_at: Callable[[int, int], None],
) -> list[UnplacedVisit]:
    """Go through the estate part by part; returns the visits to be made."""
    subjects = {s.key: s for found in estate.subjects.values() for s in found}
    rows = _by_subject(
        read_others(session, estate.today, lambda row: _unsettled(row, estate, subjects))
    )
    happened = _by_subject(occasions(session, context, estate, subjects, mark.scan_from))
    called_off = _by_subject(_occasions_again(session, estate, work, subjects))
    used: set[str] = set()
    visits: list[UnplacedVisit] = []
    done = 0
    for part in estate.parts():
        keys = part.only or []
        looked_at(done, len(subjects))
        done += len(keys)
        theirs = [row for key in keys for row in rows.pop(key, ())]
        terminals = [subject.key for subject in part.subjects[Scope.TERMINAL]]
        theirs += read_ahead(session, part.today, terminals)
        fresh, again = _take_in(session, part, work, mark.owed_from)
        fresh += [item for key in keys for item in happened.pop(key, ())]
        again += [item for key in keys for item in called_off.pop(key, ())]
        waiting = _reconcile(part, work, theirs, subjects)
        again += _waiting(session, work, waiting, subjects)
        work.anchors += _new_anchors(part)
        used.update(plan.id for plan in part.plans if part.covered(plan.at(part.today).contents))
        work.counted.update(item.plan_key for item in fresh)
        visits += arrange(session, part, work, [*fresh, *again])
    for gone in chunks(read_gone(session)):
        theirs = [row for key in gone for row in rows.pop(key, ())]
        _reconcile(estate, work, [*theirs, *read_ahead(session, estate.today, gone)], subjects)
    _reconcile(estate, work, [row for left in rows.values() for row in left], subjects)
    work.idle = tuple(plan.key for plan in estate.plans if plan.id not in used)
    return visits


T = TypeVar("T", OpenRow, Occurrence)


def _by_subject(found: Iterable[T]) -> dict[str, list[T]]:
    by_subject: dict[str, list[T]] = {}
    for one in found:
        by_subject.setdefault(one.subject, []).append(one)
    return by_subject


# --- dates without a row -----------------------------------------------------------------------


def _take_in(
    session: Session, due_dates: DueDates, work: PlannedWork, owed_from: date
) -> tuple[list[Occurrence], list[Occurrence]]:
    """Find the dates some other work answers for; returns those to be written, and the void rows
    that are due again."""
    period = (work.first, work.last)
    slots = (s for s in due_dates.slots(*period, overdue=True) if not s.tentative)
    found = sort_out(session, slots, period, owed_from, exact=True)
    answers = answered_earlier(session, found)
    included = without_included(
        session, due_dates, [slot for slot in found.slots if slot.key not in answers]
    )
    answers |= {slot.key: task_id for slot, task_id in included.done}
    work.again |= bool(included.done)
    due = {slot.key for slot in included.left}
    fresh = [slot.occurrence() for slot in found.fresh if slot.key in due]
    work.answered += [
        AnsweredDate(task=due_task(slot.occurrence()), by=answers[slot.key])
        for slot in found.fresh
        if slot.key in answers
    ]
    again = []
    for slot, row in found.revived:
        if slot.key in answers:
            work.changes[row.id] = RowChange(
                id=row.id,
                version=row.version,
                outcome=OccurrenceOutcome.SUPERSEDED,
                answered_by=answers[slot.key],
            )
        elif slot.key in due:
            again.append(_revive(work, slot, row))
    return fresh, again


def _revive(work: PlannedWork, slot: Slot, row: StandingRow) -> Occurrence:
    item = replace(slot.occurrence(), id=row.id)
    work.changes[row.id] = RowChange(
        id=row.id,
        version=row.version,
        outcome=OccurrenceOutcome.OPEN,
        dates=NewDates(
            nominal_on=item.nominal_on,
            due_on=item.due_on,
            window_from=item.window_from,
            window_until=item.window_until,
            occasion=item.occasion,
            uncertain=item.uncertain,
        ),
        merchant_id=item.merchant_id,
        off_visit=True,
    )
    work.revived += 1
    return item


def _occasions_again(
    session: Session,
    due_dates: DueDates,
    work: PlannedWork,
    subjects: Mapping[str, Subject],
) -> list[Occurrence]:
    """Occasions called off because their terminal was away, while there is time for them."""
    query = stored_query().where(
        col(OccurrenceRow.outcome) == OccurrenceOutcome.VOID,
        col(OccurrenceRow.reason).startswith("state."),
        col(OccurrenceRow.occasion).in_((Occasion.EVENT, Occasion.EXTRA)),
        col(OccurrenceRow.window_until) >= due_dates.today,
    )
    found = []
    for item in read_stored(session, query):
        subject = subjects.get(item.subject)
        if subject is None:
            continue
        inside = due_dates.is_covered(item.version_id, subject, unknown=False)
        if not inside and item.occasion is not Occasion.EXTRA:
            continue
        work.changes[item.id] = RowChange(
            id=item.id,
            version=item.version,
            outcome=OccurrenceOutcome.OPEN,
            merchant_id=subject.merchant_id,
        )
        work.revived += 1
        found.append(_at(item, subject))
    return found


# --- rows that no longer fit -------------------------------------------------------------------


def _inside(row: OpenRow, due_dates: DueDates, subject: Subject) -> bool:
    """Whether its plan still covers what the row is about; those of resting plans stay."""
    is_extra = row.occasion == Occasion.EXTRA
    return is_extra or due_dates.is_covered(row.version_id, subject, unknown=True)


def _unsettled(row: OpenRow, due_dates: DueDates, subjects: Mapping[str, Subject]) -> bool:
    """Whether something is to be done about a row that was due before today and has its visit."""
    subject = subjects.get(row.subject)
    if subject is None or not _inside(row, due_dates, subject):
        return True
    return subject.scope is Scope.TERMINAL and (
        subject.merchant_id != row.merchant_id or subject.merchant_id != row.visit_merchant
    )


def _reconcile(
    due_dates: DueDates,
    work: PlannedWork,
    rows: Sequence[OpenRow],
    subjects: Mapping[str, Subject],
) -> list[str]:
    """Call off what is about nobody any more, let tasks follow their terminal, move what the rule
    moved; returns the tasks that need a visit.  What was due before today stays, also of terminals
    that are gone, and is missed in the end; nobody is sent there."""
    contents = {v.id: v.contents for plan in due_dates.plans for v in plan.versions}
    wanted = _wanted(due_dates, rows, subjects)
    # What other plans left out because this one's work includes it may be due now.
    including = {p.id for p in due_dates.plans if p.at(due_dates.today).contents.covers}
    waiting = []
    for row in rows:
        if row.visit_state == VisitState.IN_PROGRESS:
            continue
        subject = subjects.get(row.subject)
        if subject is None or not _inside(row, due_dates, subject):
            _give_up(work, row, subject, due_dates.today)
            work.again |= row.plan_id in including and row.due_on >= due_dates.today
            continue
        change = _unchanged(row)
        if subject.scope is Scope.TERMINAL:
            change = _follow(change, row, subject)
        work.relocated += change != _unchanged(row)
        due = wanted.get((row.version_id, row.subject, row.slot))
        if due is not None:
            dates = _moved(row, due, contents[row.version_id], due_dates.today)
            work.moved += dates is not None
            work.again |= dates is not None and row.plan_id in including
            change = replace(change, dates=dates)
        if change != _unchanged(row):
            work.changes[row.id] = change
        if not row.visit_id or change.off_visit:
            waiting.append(row.id)
    return waiting


def _unchanged(row: OpenRow) -> RowChange:
    return RowChange(id=row.id, version=row.version, visit_id=row.visit_id)


def _give_up(work: PlannedWork, row: OpenRow, subject: Subject | None, today: date) -> None:
    off = replace(_unchanged(row), off_visit=True)
    if row.due_on >= today:
        state = "retired" if subject is None else subject.state
        work.changes[row.id] = replace(off, outcome=OccurrenceOutcome.VOID, reason=f"state.{state}")
        work.voided += 1
    elif row.visit_id:
        work.changes[row.id] = off


def _follow(change: RowChange, row: OpenRow, subject: Subject) -> RowChange:
    """Tasks of a terminal are done where it stands now."""
    if subject.merchant_id != row.merchant_id:
        change = replace(change, merchant_id=subject.merchant_id)
    if row.visit_id and row.visit_merchant != subject.merchant_id:
        change = replace(change, off_visit=True)
    return change


def _wanted(
    due_dates: DueDates, rows: Sequence[OpenRow], subjects: Mapping[str, Subject]
) -> dict[SlotKey, date]:
    """What the rules say now about rows that are still ahead."""
    ahead = [row for row in rows if row.due_on >= due_dates.today and row.subject in subjects]
    if not ahead:
        return {}
    margin = date.resolution * 14
    last = max(row.due_on for row in ahead) + margin
    keys = {row.subject for row in ahead}
    theirs = due_dates.narrowed(
        subject for found in due_dates.subjects.values() for subject in found if subject.key in keys
    )
    found = theirs.slots(due_dates.today - margin, last, overdue=True)
    return {slot.key: day_of(slot.due) for slot in found}


def _moved(row: OpenRow, due: date, contents: Contents, today: date) -> NewDates | None:
    due = max(due, today)
    if row.due_on < today or due == row.due_on:
        return None
    opens, closes = window(due, *window_days(contents))
    return NewDates(due_on=due, window_from=opens, window_until=closes)


def _new_anchors(due_dates: DueDates) -> list[NewAnchor]:
    """Subjects some plan covers whose anchor is not kept yet."""
    needed: dict[str, Subject] = {}
    for plan in due_dates.plans:
        for subject in due_dates.covered(plan.at(due_dates.today).contents):
            if subject.key not in due_dates.anchors and subject.scope is not Scope.ESTATE:
                needed[subject.key] = subject
    return [
        NewAnchor(
            subject=key, anchor_on=subject.anchor_on or due_dates.today, since=due_dates.today
        )
        for key, subject in sorted(needed.items())
    ]


# --- visits ------------------------------------------------------------------------------------


def _waiting(
    session: Session, work: PlannedWork, ids: list[str], subjects: Mapping[str, Subject]
) -> list[Occurrence]:
    """Tasks without a visit, as they are once the changes are made."""
    found: list[Occurrence] = []
    for part in chunks(ids):
        for item in read_stored(session, stored_query().where(col(OccurrenceRow.id).in_(part))):
            change, subject = work.changes.get(item.id), subjects[item.subject]
            if change is not None:
                if (dates := change.dates) is not None:
                    item = replace(
                        item,
                        due_on=dates.due_on,
                        window_from=dates.window_from,
                        window_until=dates.window_until,
                    )
                item = _at(item, subject)
            found.append(item)
    return found


def _at(item: Occurrence, subject: Subject) -> Occurrence:
    if subject.scope is not Scope.TERMINAL:
        return item
    return replace(
        item,
        merchant_id=subject.merchant_id,
        merchant_name=subject.merchant_name,
        area=subject.area,
    )
