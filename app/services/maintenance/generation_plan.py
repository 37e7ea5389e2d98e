"""What a generation run would do, found by reading only;
`app.services.maintenance.generation_write` does it, and looks again at what somebody may have
changed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session, col

from app.domain.maintenance.occurrences import Occasion, Occurrence, OccurrenceOutcome, window
from app.domain.maintenance.plans import Contents, Scope, Subject
from app.domain.maintenance.visits import VisitState
from app.services.core.context import ServiceContext, chunks
from app.services.maintenance.arranging import arrange
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.generation_mark import GenerationMark
from app.services.maintenance.missing_rows import StandingRow, answered_earlier, sort_out
from app.services.maintenance.occasions import occasions
from app.services.maintenance.occurrence_queries import (
    read_stored,
    stored_query,
    without_included,
)
from app.services.maintenance.open_rows import OpenRow, read_open
from app.services.maintenance.planned_work import (
    AnsweredDate,
    NewAnchor,
    NewDates,
    PlannedWork,
    RowChange,
    due_task,
)
from app.services.maintenance.slots import Slot, SlotKey, day_of, window_days
from db.models.maintenance import OccurrenceRow


def plan_work(
    session: Session, context: ServiceContext, period: tuple[date, date], mark: GenerationMark
) -> PlannedWork:
    """What is to be written so that every date between two days has its visit."""
    first, last = period
    due_dates = DueDates(session, context.today())
    work = PlannedWork(first=first, last=last)
    subjects = {s.key: s for found in due_dates.subjects.values() for s in found}
    covered = _covered(due_dates)
    rows = read_open(
        session, due_dates.today, lambda row: _unsettled(row, subjects.get(row.subject), covered)
    )
    again = _take_in(session, due_dates, work, mark.owed_from)
    busy = {(row.plan_id, row.subject) for row in rows if row.occasion == Occasion.EVENT}
    work.fresh += occasions(session, context, due_dates, busy, mark.scan_from)
    waiting = _reconcile(due_dates, work, rows, subjects, covered)
    again += _occasions_again(session, due_dates, work, subjects, covered)
    work.anchors = _new_anchors(due_dates)
    work.idle = tuple(
        plan.key
        for plan in due_dates.plans
        if not due_dates.covered(plan.at(due_dates.today).contents)
    )
    rules = [plan.at(due_dates.today).contents.rule for plan in due_dates.plans]
    if any(rule is not None and rule.shift != "none" for rule in rules):
        work.unknown_years = due_dates.calendar.unknown_years(due_dates.today, last)
    arrange(session, due_dates, work, [*again, *_waiting(session, work, waiting, subjects)])
    return work


# --- dates without a row -----------------------------------------------------------------------


def _take_in(
    session: Session, due_dates: DueDates, work: PlannedWork, owed_from: date
) -> list[Occurrence]:
    """Find the dates to be written, and those some other work answers for; returns the void rows
    that are due again."""
    period = (work.first, work.last)
    slots = (s for s in due_dates.slots(*period, overdue=True) if not s.tentative)
    found = sort_out(session, slots, period, owed_from, exact=True)
    answers = answered_earlier(session, found)
    included = without_included(
        session, due_dates, [slot for slot in found.slots if slot.key not in answers]
    )
    answers |= {slot.key: task_id for slot, task_id in included.done}
    work.again = bool(included.done)
    due = {slot.key for slot in included.left}
    work.fresh = [slot.occurrence() for slot in found.fresh if slot.key in due]
    work.answered = [
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
    return again


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
    subjects: dict[str, Subject],
    covered: dict[str, set[str]],
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
        inside = item.subject in covered.get(item.version_id, ())
        if subject is None or not (inside or item.occasion is Occasion.EXTRA):
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


def _covered(due_dates: DueDates) -> dict[str, set[str]]:
    """Per version of the active plans the subjects it covers."""
    return {
        version.id: {subject.key for subject in due_dates.covered(version.contents)}
        for plan in due_dates.plans
        for version in plan.versions
    }


def _inside(row: OpenRow, covered: dict[str, set[str]]) -> bool:
    """Whether its plan still covers what the row is about; those of resting plans stay."""
    theirs = covered.get(row.version_id)
    return row.occasion == Occasion.EXTRA or theirs is None or row.subject in theirs


def _unsettled(row: OpenRow, subject: Subject | None, covered: dict[str, set[str]]) -> bool:
    """Whether something is to be done about a row that was due before today and has its visit."""
    if subject is None or not _inside(row, covered):
        return True
    return subject.scope is Scope.TERMINAL and (
        subject.merchant_id != row.merchant_id or subject.merchant_id != row.visit_merchant
    )


def _reconcile(
    due_dates: DueDates,
    work: PlannedWork,
    rows: Sequence[OpenRow],
    subjects: dict[str, Subject],
    covered: dict[str, set[str]],
) -> list[str]:
    """Call off what is about nobody any more, let tasks follow their terminal, move what the rule
    moved; returns the tasks that need a visit.  What was due before today stays, also of terminals
    that are gone, and is missed in the end; nobody is sent there."""
    contents = {v.id: v.contents for plan in due_dates.plans for v in plan.versions}
    wanted = _wanted(due_dates, rows)
    waiting = []
    for row in rows:
        if row.visit_state == VisitState.IN_PROGRESS:
            continue
        subject = subjects.get(row.subject)
        if subject is None or not _inside(row, covered):
            _give_up(work, row, subject, due_dates.today)
            continue
        change = _unchanged(row)
        if subject.scope is Scope.TERMINAL:
            change = _follow(change, row, subject)
        work.relocated += change != _unchanged(row)
        due = wanted.get((row.version_id, row.subject, row.slot))
        if due is not None:
            dates = _moved(row, due, contents[row.version_id], due_dates.today)
            work.moved += dates is not None
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


def _wanted(due_dates: DueDates, rows: Sequence[OpenRow]) -> dict[SlotKey, date]:
    """What the rules say now about rows that are still ahead."""
    ahead = [row.due_on for row in rows if row.due_on >= due_dates.today]
    if not ahead:
        return {}
    margin = date.resolution * 14
    found = due_dates.slots(due_dates.today - margin, max(ahead) + margin, overdue=True)
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
    session: Session, work: PlannedWork, ids: list[str], subjects: dict[str, Subject]
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
