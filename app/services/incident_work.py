"""What is done on an open incident: work log, parts, calls to others; and notes after closing."""

from __future__ import annotations

from app.domain import text
from app.domain.errors import NotFound
from app.domain.faults import ContactRole
from app.domain.incident_drafts import PartDraft, WorkEntryDraft, check_part, check_work
from app.domain.lifecycle import DEFAULT_TARGETS, Action
from app.services.incident_ledger import Entry, Ledger, reason_given
from app.services.incident_queries import load
from app.services.workplace import Workplace
from db.models.incident import PartUsedRow, WorkEntryRow


class IncidentWork:
    """Use cases of working on an incident."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._ledger = Ledger(workplace, DEFAULT_TARGETS)

    def add_work(self, incident_id: str, draft: WorkEntryDraft) -> str:
        """Append a line to the work log.  Raises `InvalidInput`, `NotAllowed`."""
        checked = check_work(draft)
        with self._workplace.write() as writing:
            row = load(writing.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            entry = WorkEntryRow(
                incident_id=row.id,
                at=checked.at or writing.now,
                actor=self._workplace.actor,
                kind=checked.kind,
                summary=checked.summary,
                outcome=checked.outcome,
                minutes=checked.minutes,
                check_id=checked.check_id,
            )
            writing.session.add(entry)
            writing.touched("incident", [row.id])
            return entry.id

    def add_part(self, incident_id: str, draft: PartDraft) -> str:
        """Record a part fitted.  Raises `InvalidInput`, `NotAllowed`."""
        checked = check_part(draft)
        with self._workplace.write() as writing:
            row = load(writing.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            part = PartUsedRow(
                incident_id=row.id,
                name=checked.name,
                part_no=checked.part_no,
                old_serial=checked.old_serial,
                new_serial=checked.new_serial,
                quantity=checked.quantity,
                unit_price_cents=checked.unit_price_cents,
                in_warranty=checked.in_warranty,
            )
            writing.session.add(part)
            writing.touched("incident", [row.id])
            return part.id

    def remove_part(self, incident_id: str, part_id: str) -> None:
        """Take back a part entered by mistake; the log keeps what it was.  Raises
        `NotAllowed`, `NotFound`."""
        with self._workplace.write() as writing:
            row = load(writing.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            part = writing.session.get(PartUsedRow, part_id)
            if part is None or part.incident_id != row.id:
                raise NotFound("part", part_id)
            self._ledger.note(
                writing, row, Entry(Action.EDIT, remark=f"- {part.name} × {part.quantity}")
            )
            writing.session.delete(part)
            writing.touched("incident", [row.id])

    def hand_over(self, incident_id: str, role: ContactRole, remark: str = "") -> None:
        """Note that somebody outside was asked to act.  Raises `NotAllowed`."""
        with self._workplace.write() as writing:
            row = load(writing.session, incident_id)
            self._ledger.allow(row, Action.HANDOVER)
            row.handed_to = role
            self._ledger.note(
                writing, row, Entry(Action.HANDOVER, reason=role, remark=text.note(remark, 4_000))
            )
            self._ledger.saved(writing, row)

    def add_addendum(self, incident_id: str, remark: str) -> None:
        """Add text to a finished case; the case itself stays as it was signed.  Raises
        `InvalidInput`, `NotAllowed`."""
        why = reason_given(remark, "remark")
        with self._workplace.write() as writing:
            row = load(writing.session, incident_id)
            self._ledger.allow(row, Action.ADDENDUM)
            self._ledger.note(writing, row, Entry(Action.ADDENDUM, remark=why))
            writing.touched("incident", [row.id])
