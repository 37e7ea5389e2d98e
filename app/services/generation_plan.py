"""What a generation run would do, found by reading only; `app.services.generation` does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.occurrences import Occasion, Occurrence, Outcome, event_slot, window
from app.domain.plans import Contents, Scope, Subject
from app.domain.visits import Group, VisitState, group, live_window
from app.services.occurrence_queries import computed, read_stored, stored_query
from app.services.outlook import Outlook, window_days
from app.services.plan_events import Happened, happened, subject_key
from app.services.workplace import Workplace, chunks
from db.models.maintenance import OccurrenceRow, VisitRow


@dataclass(frozen=True, slots=True)
class Moved:
    """A row whose date the rule now names otherwise (holidays became known, a counter ran)."""

    id: str
    visit_id: str
    due_on: date
    opens: date
    closes: date


@dataclass(slots=True)
class Work:
    """Everything a run would do."""

    first: date
    last: date
    fresh: list[Occurrence] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    joins: list[tuple[str, Occurrence]] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    void: list[tuple[str, str]] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)
    idle: tuple[str, ...] = ()
    unknown_years: tuple[int, ...] = ()
    anchors: list[tuple[str, date, date]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Standing:
    """An undecided row as generation sees it."""

    id: str
    plan_id: str
    version_id: str
    subject: str
    slot: str
    due_on: date
    outcome: str
    reason: str
    visit_id: str
    visit_state: str


def plan_work(
    session: Session, workplace: Workplace, first: date, last: date, scan_from: datetime
) -> Work:
    """What is to be written so that every date between two days has its visit."""
    outlook = Outlook(session, workplace.today())
    work = Work(first, last)
    standing = _standing(session, first)
    work.fresh = [
        slot.occurrence() for slot in computed(session, outlook, first, last) if not slot.tentative
    ]
    work.fresh += _occasions(session, workplace, outlook, standing, scan_from)
    _reconcile(outlook, work, standing)
    work.anchors = _new_anchors(outlook)
    work.idle = tuple(
        plan.key for plan in outlook.plans if not outlook.covered(plan.at(outlook.today).contents)
    )
    rules = [plan.at(outlook.today).contents.rule for plan in outlook.plans]
    if any(rule is not None and rule.shift != "none" for rule in rules):
        work.unknown_years = outlook.calendar.unknown_years(outlook.today, last)
    _arrange(session, work, standing, outlook)
    return work


# --- occasions ---------------------------------------------------------------------------------


def _occasions(
    session: Session, workplace: Workplace, outlook: Outlook, standing: Sequence[_Standing],
    since: datetime,
) -> list[Occurrence]:  # fmt: skip
    """Occurrences for what happened; one open occasion per plan and subject is enough."""
    subjects = {s.key: s for scope in (Scope.TERMINAL, Scope.MERCHANT)
                for s in outlook.subjects[scope]}  # fmt: skip
    busy = {(row.plan_id, row.subject) for row in standing if row.slot.startswith("e")}
    events = list(happened(session, workplace, outlook.plans, since))
    known = _known_occasions(session, events)
    found = []
    for event in events:
        terminal = subjects.get(event.terminal_id)
        if event.version.contents.scope is Scope.MERCHANT and not event.merchant_id:
            event = _at_merchant(event, terminal)
        subject = subjects.get(subject_key(event))
        key = (event.plan.id, subject_key(event))
        if subject is None or key in busy or (*key, event_slot(event.ref)) in known:
            continue
        busy.add(key)
        found.append(_occasion(event, subject))
    return found


def _at_merchant(event: Happened, terminal: Subject | None) -> Happened:
    merchant = "" if terminal is None else terminal.merchant_id
    return Happened(event.plan, event.version, event.terminal_id, merchant, event.ref, event.on)


def _known_occasions(session: Session, events: Sequence[Happened]) -> set[tuple[str, str, str]]:
    if not events:
        return set()
    rows = session.execute(
        sa.select(col(OccurrenceRow.plan_id), col(OccurrenceRow.subject), col(OccurrenceRow.slot))
        .where(
            col(OccurrenceRow.occasion) == Occasion.EVENT,
            col(OccurrenceRow.due_on) >= min(event.on for event in events),
        )
    )  # fmt: skip
    return {(plan_id, subject, slot) for plan_id, subject, slot in rows}


def _occasion(event: Happened, subject: Subject) -> Occurrence:
    contents = event.version.contents
    opens, closes = window(event.on, 0, contents.event_late_days)
    return Occurrence(
        "", event.plan.id, event.plan.key, contents.name, event.version.id, contents.scope,
        contents.place, subject.key, event_slot(event.ref), 0, Occasion.EVENT, event.on, event.on,
        opens, closes, contents.minutes, subject.terminal_id, subject.merchant_id,
        subject.merchant_name, subject.serial, subject.tid, subject.area,
    )  # fmt: skip


# --- rows that no longer fit -------------------------------------------------------------------


def _standing(session: Session, first: date) -> list[_Standing]:
    """Open rows, and machine-made void ones that could come back."""
    rows = session.execute(
        sa.select(
            col(OccurrenceRow.id), col(OccurrenceRow.plan_id), col(OccurrenceRow.version_id),
            col(OccurrenceRow.subject), col(OccurrenceRow.slot), col(OccurrenceRow.due_on),
            col(OccurrenceRow.outcome), col(OccurrenceRow.reason), col(OccurrenceRow.visit_id),
            col(VisitRow.state),
        )
        .outerjoin(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
        .where(
            sa.or_(
                col(OccurrenceRow.outcome) == Outcome.OPEN,
                sa.and_(
                    col(OccurrenceRow.outcome) == Outcome.VOID,
                    col(OccurrenceRow.reason).startswith("state."),
                    col(OccurrenceRow.window_until) >= first,
                ),
            )
        )
    )  # fmt: skip
    return [
        _Standing(key, plan, version, subject, slot, due, outcome, reason, visit or "", state or "")
        for key, plan, version, subject, slot, due, outcome, reason, visit, state in rows
    ]


def _reconcile(outlook: Outlook, work: Work, standing: Sequence[_Standing]) -> None:
    """Void what is about nobody any more, revive what is again, move what the rule moved."""
    states = {s.key: s for subjects in outlook.subjects.values() for s in subjects}
    covered: dict[str, set[str]] = {}
    contents: dict[str, Contents] = {}
    for plan in outlook.plans:
        for version in plan.versions:
            contents[version.id] = version.contents
            covered[version.id] = {s.key for s in outlook.covered(version.contents)}
    wanted = _wanted(outlook, work, standing)
    for row in standing:
        if row.version_id not in covered or row.visit_state == VisitState.IN_PROGRESS:
            continue
        inside = row.subject in covered[row.version_id]
        if row.outcome == Outcome.VOID:
            if inside and row.due_on >= outlook.today:
                work.revived.append(row.id)
        elif not inside:
            subject = states.get(row.subject)
            state = "retired" if subject is None else subject.state
            work.void.append((row.id, f"state.{state}"))
        else:
            _move(work, row, wanted, contents[row.version_id], outlook.today)


def _wanted(
    outlook: Outlook, work: Work, standing: Sequence[_Standing]
) -> dict[tuple[str, str, str], date]:
    """What the rules say now about rows that are still ahead."""
    ahead = [row.due_on for row in standing if row.due_on >= outlook.today]
    if not ahead:
        return {}
    first, last = outlook.today - timedelta(days=14), max(ahead) + timedelta(days=14)
    return {
        (slot.version.id, slot.subject.key, slot.slot): date.fromordinal(slot.due)
        for slot in outlook.slots(first, last)
    }


def _move(
    work: Work, row: _Standing, wanted: dict[tuple[str, str, str], date], contents: Contents,
    today: date,
) -> None:  # fmt: skip
    due = wanted.get((row.version_id, row.subject, row.slot))
    if due is None or row.due_on < today:
        return
    due = max(due, today)
    if due != row.due_on:
        opens, closes = window(due, *window_days(contents))
        work.moved.append(Moved(row.id, row.visit_id, due, opens, closes))


def _new_anchors(outlook: Outlook) -> list[tuple[str, date, date]]:
    """Subjects some plan covers whose anchor is not kept yet: (subject, anchor, since)."""
    needed: dict[str, Subject] = {}
    for plan in outlook.plans:
        for subject in outlook.covered(plan.at(outlook.today).contents):
            if subject.key not in outlook.anchors and subject.scope is not Scope.ESTATE:
                needed[subject.key] = subject
    return [
        (key, subject.anchor_on or outlook.today, outlook.today)
        for key, subject in sorted(needed.items())
    ]


# --- visits ------------------------------------------------------------------------------------


def _arrange(session: Session, work: Work, standing: Sequence[_Standing], outlook: Outlook) -> None:
    """Put tasks without a visit on planned visits of the same site where their windows allow, the
    rest into the fewest new visits."""
    today, calendar = outlook.today, outlook.calendar
    void = {key for key, _ in work.void}
    waiting = [
        row.id for row in standing
        if row.outcome == Outcome.OPEN and not row.visit_id and row.id not in void
    ]  # fmt: skip
    planned = _planned_visits(session, today)
    loose = []
    for item in [*work.fresh, *_by_ids(session, [*waiting, *work.revived])]:
        opens, closes = live_window(item, today)
        site = (item.merchant_id or item.subject, item.place)
        match = next(
            (key for key, day in planned.get(site, ())
             if opens <= day <= closes),
            None,
        )  # fmt: skip
        if match is None:
            loose.append(item)
        else:
            work.joins.append((match, item))
    work.groups = list(group(loose, today, lambda day: calendar.is_workday(day.toordinal())))


def _by_ids(session: Session, ids: list[str]) -> list[Occurrence]:
    found: list[Occurrence] = []
    for part in chunks(ids):
        found += read_stored(session, stored_query().where(col(OccurrenceRow.id).in_(part)))
    return found


def _planned_visits(session: Session, today: date) -> dict[tuple[str, str], list[tuple[str, date]]]:
    rows = session.execute(
        sa.select(
            col(VisitRow.id), col(VisitRow.merchant_id), col(VisitRow.place),
            col(VisitRow.planned_on),
        )
        .where(
            col(VisitRow.state) == VisitState.PLANNED, col(VisitRow.planned_on) >= today,
            col(VisitRow.merchant_id).is_not(None),
        )
        .order_by(col(VisitRow.planned_on), col(VisitRow.id))
    )  # fmt: skip
    found: dict[tuple[str, str], list[tuple[str, date]]] = {}
    for key, merchant_id, place, planned_on in rows:
        found.setdefault((merchant_id, place), []).append((key, planned_on))
    return found
