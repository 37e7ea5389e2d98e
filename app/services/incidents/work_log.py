"""What is done on an open incident: work log, parts, calls to others; and notes after closing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.errors import NotFound, as_problem
from app.domain.event_data import EventFacts, change_of
from app.domain.faults import ContactRole
from app.domain.incidents.drafts import PartDraft, WorkEntryDraft, check_part, check_work
from app.domain.incidents.incidents import WorkKind
from app.domain.incidents.lifecycle import Action, EditReason
from app.domain.incidents.trips import (
    ON_SITE,
    ON_THE_WAY,
    TripStep,
    minutes_on_site,
    minutes_since,
    trip_of,
)
from app.domain.parts.stock import StockCause
from app.languages import LocalizedText
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.incidents.event_log import EventEntry, EventLog, reason_given
from app.services.incidents.incident_reading import load, read_state, read_work
from app.services.parts.stock import Entry, put_back, take_for_incident
from db import bulk
from db.keys import new_key
from db.models.incident import PartUsedRow, WorkEntryRow

_WORK: Any = WorkEntryRow.__table__  # type: ignore[attr-defined]
_PART: Any = PartUsedRow.__table__  # type: ignore[attr-defined]


class WorkLog:
    """Use cases of working on an incident."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._ledger = EventLog(context)

    @operation("incident.add_work")
    def add_work(self, incident_id: str, draft: WorkEntryDraft) -> str:
        """Append a line to the work log.  Raises `InvalidInput`, `NotAllowed`."""
        checked = check_work(draft)
        with self._context.write() as unit:
            row = read_state(unit.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            entry = {
                "id": new_key(),
                "incident_id": row.id,
                "at": checked.at or unit.now,
                "actor": self._context.actor,
                "kind": checked.kind,
                "summary": checked.summary,
                "outcome": checked.outcome,
                "minutes": checked.minutes,
                "check_id": checked.check_id,
            }
            bulk.insert(unit.session, _WORK, [entry])
            unit.touched("incident", [row.id])
            return str(entry["id"])

    @operation("incident.note_trip")
    def note_trip(self, incident_id: str, step: TripStep, said: str) -> None:
        """One sets off, arrives or leaves: the step before ends with its minutes, and `said` is
        what the log says of the new one.  A step that does not follow changes nothing.  Raises
        `NotAllowed`, `InvalidInput` (nothing said)."""
        checked = check_work(WorkEntryDraft(summary=said))
        me = self._context.actor
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            work = read_work(unit.session, row.id)
            trip = trip_of(work, me)
            if step not in trip.steps:
                return
            if trip.on_the_way is not None:
                minutes = minutes_since(trip.on_the_way.at, unit.now)
                _end(unit.session, trip.on_the_way.id, minutes)
            if trip.on_site is not None:
                minutes = minutes_on_site(work, trip.on_site, unit.now)
                _end(unit.session, trip.on_site.id, minutes)
            if step is not TripStep.LEAVE:
                going = step is TripStep.SET_OFF
                entry = WorkEntryRow(
                    incident_id=row.id,
                    at=unit.now,
                    actor=me,
                    kind=WorkKind.TRAVEL if going else WorkKind.NOTE,
                    summary=checked.summary,
                    check_id=ON_THE_WAY if going else ON_SITE,
                )
                unit.session.add(entry)
            unit.touched("incident", [row.id])

    @operation("incident.note_check")
    def note_check(self, incident_id: str, draft: WorkEntryDraft) -> None:
        """A check of the catalogue was done; said again, what became of it is what was said last.
        Raises `InvalidInput`, `NotAllowed`."""
        checked = check_work(draft)
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            known = _check_line(unit.session, row.id, checked.check_id)
            if known is None:
                known = WorkEntryRow(
                    incident_id=row.id,
                    kind=checked.kind,
                    summary=checked.summary,
                    check_id=checked.check_id,
                    at=unit.now,
                    actor=self._context.actor,
                )
                unit.session.add(known)
            known.at, known.actor = checked.at or unit.now, self._context.actor
            known.outcome = checked.outcome
            known.minutes = checked.minutes or known.minutes
            unit.touched("incident", [row.id])

    @operation("incident.remove_check")
    def remove_check(self, incident_id: str, check_id: str) -> None:
        """Take back a check ticked by mistake; the log keeps what it was.  Raises `NotAllowed`."""
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            known = _check_line(unit.session, row.id, check_id)
            if known is None:
                return
            self._ledger.note(
                unit, row, EventEntry(Action.EDIT, facts=EventFacts(remark=f"- {known.summary}"))
            )
            unit.session.delete(known)
            unit.touched("incident", [row.id])

    @operation("incident.note_stop_withdrawn", promises=True)
    def note_stop_withdrawn(self, incident_id: str, sign: LocalizedText, reason: str) -> None:
        """What called for a hard stop was taken back, and why; the log is read in either language.
        Raises `InvalidInput`, `NotAllowed`."""
        why = reason_given(reason)
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            facts = EventFacts(reason=EditReason.SIGN_WITHDRAWN, remark=why)
            self._ledger.note(unit, row, EventEntry(Action.EDIT, facts=facts, said=sign))
            unit.touched("incident", [row.id])

    @operation("incident.add_part")
    def add_part(self, incident_id: str, draft: PartDraft) -> str:
        """Record a part fitted, and take it from the stock it came from.  Raises `InvalidInput`
        (also: more than are known to be there, and no reason), `NotFound`, `NotAllowed`."""
        checked = check_part(draft)
        with self._context.write() as unit:
            row = read_state(unit.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            part = {
                "id": new_key(),
                "incident_id": row.id,
                "part_kind_id": checked.part_kind_id or None,
                "name": checked.name,
                "part_no": checked.part_no,
                "old_serial": checked.old_serial,
                "new_serial": checked.new_serial,
                "quantity": checked.quantity,
                "unit_price_cents": checked.unit_price_cents,
                "in_warranty": checked.in_warranty,
            }
            bulk.insert(unit.session, _PART, [part])
            if checked.taken_from:
                out = Entry(
                    part_id=checked.part_kind_id,
                    place=checked.taken_from,
                    quantity=-checked.quantity,
                    cause=StockCause.USED,
                    reason=checked.stock_reason,
                    incident_id=row.id,
                    used_id=str(part["id"]),
                )
                take_for_incident(unit, self._context, out)
            unit.touched("incident", [row.id])
            unit.touched("part_used", [row.id])
            return str(part["id"])

    @operation("incident.remove_part")
    def remove_part(self, incident_id: str, part_id: str) -> None:
        """Take back a part entered by mistake: it is in stock again, and the log keeps what it was.
        Raises `NotAllowed`, `NotFound`."""
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            part = unit.session.get(PartUsedRow, part_id)
            if part is None or part.incident_id != row.id:
                raise NotFound("part", part_id)
            removed = change_of("part", f"{part.name} × {part.quantity}", "")
            self._ledger.edited(unit, row, [removed])
            put_back(unit, self._context, part.id)
            unit.session.delete(part)
            unit.touched("incident", [row.id])
            unit.touched("part_used", [row.id])

    @operation("incident.hand_over")
    def hand_over(self, incident_id: str, role: ContactRole, remark: str = "") -> None:
        """Note that somebody outside was asked to act.  Raises `InvalidInput`, `NotAllowed`."""
        with as_problem("remark"):
            note = text.note(remark, text.NOTE_LIMIT)
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self._ledger.allow(row, Action.HANDOVER)
            row.handed_to = role
            self._ledger.note(
                unit, row, EventEntry(Action.HANDOVER, facts=EventFacts(reason=role, remark=note))
            )
            self._ledger.saved(unit, row)

    @operation("incident.add_addendum")
    def add_addendum(self, incident_id: str, remark: str) -> None:
        """Add text to a finished case; the case itself stays as it was signed.  Raises
        `InvalidInput`, `NotAllowed`."""
        why = reason_given(remark, "remark")
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self._ledger.allow(row, Action.ADDENDUM)
            self._ledger.note(unit, row, EventEntry(Action.ADDENDUM, facts=EventFacts(remark=why)))
            unit.touched("incident", [row.id])


def _end(session: Session, entry_id: str, minutes: int) -> None:
    """An open step of a trip ends."""
    entry = session.get(WorkEntryRow, entry_id)
    assert entry is not None
    entry.minutes, entry.check_id = minutes, ""


def _check_line(session: Session, incident_id: str, check_id: str) -> WorkEntryRow | None:
    """The line of the work log about a check of the catalogue."""
    return session.execute(
        sa.select(WorkEntryRow)
        .where(col(WorkEntryRow.incident_id) == incident_id, col(WorkEntryRow.check_id) == check_id)
        .order_by(col(WorkEntryRow.at).desc())
        .limit(1)
    ).scalar_one_or_none()
