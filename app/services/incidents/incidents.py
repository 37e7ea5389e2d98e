"""Incidents from report to closing: every step one transaction, every step in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.domain.event_data import NO_FACTS, EventFacts, FieldChange, Reference, change_of
from app.domain.incidents.drafts import (
    ClosingDraft,
    HoldDraft,
    IncidentDraft,
    ResolutionDraft,
    check_closing,
    check_hold,
    check_incident,
    check_resolution,
    draft_of,
)
from app.domain.incidents.incidents import Confirmation, is_item_failure
from app.domain.incidents.lifecycle import (
    OPEN_STATES,
    Action,
    Impact,
    IncidentState,
    Priority,
    priority_of,
    steps,
)
from app.domain.incidents.other_troubles import TroubleEnd
from app.domain.register.swaps import SwapDraft
from app.languages import LocalizedText
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.dispatches import Terms
from app.services.core.operations import Merge, operation
from app.services.core.running_operation import applied_again, worked_out
from app.services.incidents.agreements import ask_agreements, promise
from app.services.incidents.assigning import given
from app.services.incidents.catalogue_needs import FaultTree, Hazards, check_chain, no_hazards
from app.services.incidents.event_log import EventEntry, EventLog, reason_given, settled_entry
from app.services.incidents.hard_stops import (
    found_stops,
    stopped_at,
    stops_noted,
    stops_of_edit,
)
from app.services.incidents.incident_lookups import IncidentLookups
from app.services.incidents.incident_reading import (
    load,
    look_for_log,
    look_for_technician,
    technician_by_code,
)
from app.services.incidents.report_values import (
    LOGGED_FIELDS,
    REPORTED_FIELDS,
    beside,
    put_on_terminal,
    reported_draft,
    reported_values,
)
from app.services.incidents.resolution import (
    SessionOutcome,
    look_for_repetition,
    repeated,
    reported_already,
    signed,
    store_resolution,
    store_session_outcome,
    swapped,
)
from app.services.register.terminal_queries import Position, read_position
from app.services.register.terminals import Terminals
from db.models.incident import IncidentRow
from db.models.register import TechnicianRow


class Incidents(IncidentLookups):
    """Use cases of incidents."""

    def __init__(
        self,
        context: ServiceContext,
        terminals: Terminals,
        fault_tree: Callable[[], FaultTree],
        hazards: Hazards | None = None,
    ) -> None:
        super().__init__(context)
        self._terminals = terminals
        self._fault_tree = fault_tree
        self._hazards = hazards or no_hazards
        self._ledger = EventLog(context)

    # --- reporting -----------------------------------------------------------------------------

    @operation("incident.open", promises=True)
    def open(self, draft: IncidentDraft, verdict: SessionOutcome | None = None) -> str:
        """Report an abnormal state; returns the incident's id.

        With the verdict of a guided session the incident is triaged at once.  Danger or tampering
        in what is reported makes it P1, with the reason in the log.  Raises `InvalidInput`,
        `NotFound`."""
        stops = verdict.stops if verdict else found_stops(draft, self.stops_in).found
        with self._context.write() as unit:
            return self.open_within(unit, draft, verdict, stops)

    def stops_in(self, draft: IncidentDraft) -> tuple[LocalizedText, ...]:
        """Why a hard stop makes a report urgent, before its transaction begins: reading a text
        takes milliseconds."""
        return self._hazards(draft.displayed_code, draft.symptom)

    def open_within(
        self,
        unit: UnitOfWork,
        draft: IncidentDraft,
        verdict: SessionOutcome | None = None,
        stops: tuple[LocalizedText, ...] = (),
    ) -> str:
        """`open` inside the transaction of a larger step (a failed line of a checklist)."""
        session = unit.session
        now = self._context.now()
        checked = check_incident(draft, now)
        position = None
        if checked.terminal_id:
            look_for_repetition(session, checked.terminal_id, now)
            ask_agreements(session)
            position = read_position(session, checked.terminal_id)
        values = self._reported(unit, checked, position, stopped=bool(stops))
        self._ledger.report(unit, values, position)
        key: str = values["id"]
        if stops:
            rank = priority_of(checked.impact, checked.urgency), Priority.P1
            self._ledger.ranked(unit, load(session, key), FieldChange("priority", *rank), stops)
        if verdict is not None or checked.technician_id:
            row = load(session, key)
            if verdict is not None:
                store_session_outcome(unit, row, verdict)
                self._ledger.move(unit, row, Action.TRIAGE)
            if checked.technician_id:
                self.give_within(unit, row, checked.technician_id)
        return key

    def _reported(
        self, unit: UnitOfWork, draft: IncidentDraft, terminal: Position | None, *, stopped: bool
    ) -> dict[str, Any]:
        priority = priority_of(draft.impact, draft.urgency, stopped=stopped)
        return reported_values(
            draft,
            terminal,
            number=self._context.next_number(unit.session),
            priority=priority,
            promised=promise(unit.session, self._context, priority, *_where(terminal)),
            earlier=repeated(unit.session, draft.terminal_id, self._context.now()),
        )

    def _as_reported(self, given: Mapping[str, Any]) -> tuple[IncidentDraft, int]:
        """What was reported as it stands, for an edit to be merged with."""
        with self._context.read() as session:
            row = load(session, given["incident_id"])
            return reported_draft(row, given["draft"]), row.version

    @operation(
        "incident.edit",
        promises=True,
        merge=Merge(
            draft="draft", version="version", read=_as_reported, notes=frozenset({"symptom"})
        ),
    )
    def edit(self, incident_id: str, version: int, draft: IncidentDraft) -> None:
        """Correct what was reported.  Raises `InvalidInput`, `NotAllowed`, `Conflict`."""
        checked = check_incident(draft, self._context.now())
        found = found_stops(checked, self.stops_in)
        with self._context.write() as unit:
            look_for_log(unit.session, incident_id)
            row = load(unit.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            stops = stops_of_edit(unit.session, row, checked, found)
            if row.version != version:
                raise Conflict("incident", row.number)
            before = {name: getattr(row, name) for name in LOGGED_FIELDS}
            for name in REPORTED_FIELDS:
                setattr(row, name, getattr(checked, name))
            # Down since it was reported so, not since the report was corrected.
            stopped = checked.impact is Impact.STOPPED
            assumed = (row.down_from or row.reported_at) if stopped else None
            row.down_from = draft.down_from or assumed
            if checked.terminal_id and checked.terminal_id != row.terminal_id:
                put_on_terminal(unit, row, checked.terminal_id)
            changes = [
                change_of(name, before[name], getattr(row, name))
                for name in LOGGED_FIELDS
                if before[name] != getattr(row, name)
            ]
            self._ledger.edited(unit, row, changes)
            self._ledger.rank(unit, row, stops)
            self._ledger.saved(unit, row)

    def link(self, incident_id: str, terminal_id: str) -> None:
        """An incident reported under a serial number is about this terminal, which was registered
        since; an edit like any other.  Raises `NotAllowed`, `Conflict`, `NotFound`."""
        known = self.get(incident_id)
        self.edit(incident_id, known.version, replace(draft_of(known), terminal_id=terminal_id))

    # --- steps of the lifecycle ----------------------------------------------------------------

    @operation("incident.triage", promises=True)
    def triage(self, incident_id: str, verdict: SessionOutcome) -> None:
        """Store the verdict of a guided session; a new incident becomes triaged.

        Raises `NotFound`, `NotAllowed` (no longer open)."""
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            if row.state not in OPEN_STATES:
                raise NotAllowed(Action.TRIAGE, row.state)
            store_session_outcome(unit, row, verdict)
            if row.state == IncidentState.NEW:
                self._ledger.move(unit, row, Action.TRIAGE)
            self._ledger.rank(unit, row, verdict.stops)
            self._ledger.saved(unit, row)

    @operation("incident.note_stops", promises=True)
    def note_stops(
        self, incident_id: str, stops: tuple[LocalizedText, ...], seen: LocalizedText
    ) -> None:
        """The hard stops a guided session calls for, before any class is accepted; none when what
        called for them was taken back.  `seen` is the stop of the log the session knew.  Raises
        `NotFound`, `NotAllowed` (no longer open)."""
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self._ledger.allow(row, Action.EDIT)
            stops = stops_noted(unit.session, incident_id, stops, seen)
            self._ledger.rank(unit, row, stops)
            self._ledger.saved(unit, row)

    @operation("incident.assign")
    def assign(self, incident_id: str, technician_id: str) -> None:
        """Give the incident to a technician.  Raises `NotFound`, `NotAllowed`."""
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self.give_within(unit, row, technician_id)
            self._ledger.saved(unit, row)

    @operation("incident.start")
    def start(self, incident_id: str) -> None:
        """Begin work; a case nobody had yet becomes the actor's.  Raises `NotAllowed`."""
        with self._context.write() as unit:
            look_for_technician(unit.session, self._context.actor)
            row = load(unit.session, incident_id)
            implied = steps(IncidentState(row.state), Action.START)
            own = None
            if row.technician_id is None:
                own = technician_by_code(unit.session, self._context.actor)
            told = given(unit, row, own, self._context.actor) if own is not None else NO_FACTS
            for action in implied:
                self._ledger.move(unit, row, action, told if action is Action.ASSIGN else NO_FACTS)
            self._ledger.saved(unit, row)

    @operation("incident.hold")
    def hold(self, incident_id: str, draft: HoldDraft) -> None:
        """Let work wait, with reason and expected date.  Raises `InvalidInput`, `NotAllowed`."""
        checked = check_hold(draft, self._context.today())
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            row.hold_reason, row.hold_expected_on = checked.reason, checked.expected_on
            until = change_of("hold_expected_on", "", checked.expected_on)
            facts = EventFacts(change=until, reason=checked.reason, remark=checked.remark)
            self._ledger.move(unit, row, Action.HOLD, facts)
            self._ledger.saved(unit, row)

    @operation("incident.resume")
    def resume(self, incident_id: str) -> None:
        """Go on after a hold; time outside our control counts not.  Raises `NotAllowed`."""
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            row.hold_reason = row.hold_expected_on = None
            self._ledger.move(unit, row, Action.RESUME)
            self._ledger.set_deadlines(unit, row)
            self._ledger.saved(unit, row)

    @operation("incident.resolve", promises=True)
    def resolve(
        self, incident_id: str, draft: ResolutionDraft, swap: SwapDraft | None = None
    ) -> None:
        """Record how it was resolved, with proof; optionally swap the device in the same step.
        Other troubles of the report are settled, those to be incidents of their own opened.

        Raises `InvalidInput` (fields of the draft or of the swap), `NotAllowed`."""
        tree = self._fault_tree()
        item_failure = worked_out(
            "item_failure",
            lambda: is_item_failure(
                draft.fault_class, cause_is_item=tree.cause_is_item(draft.cause)
            ),
        )
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self._ledger.allow(row, Action.RESOLVE)
            stands = swap is None and not applied_again()
            checked = check_resolution(
                draft,
                item_failure=item_failure,
                down_from=row.down_from,
                now=unit.now,
                stopped=stands and stopped_at(unit, row),
            )
            if not applied_again():
                check_chain(tree, checked)
            store_resolution(unit, row, checked, item_failure=item_failure)
            if swap is not None and row.terminal_id:
                facts = swapped(unit, self._terminals, row.terminal_id, swap)
                self._ledger.note(unit, row, EventEntry(Action.SWAP, facts=facts))
            for other in checked.others:
                known = reported_already(unit.session, row, other)
                opens = other.end is TroubleEnd.REPORTED and not known
                made = self.open_within(unit, beside(row, other.part)) if opens else known
                self._ledger.note(unit, row, settled_entry(other, made))
            self._ledger.move(unit, row, Action.RESOLVE, EventFacts(reason=checked.result or ""))
            self._ledger.saved(unit, row)

    @operation("incident.close")
    def close(self, incident_id: str, draft: ClosingDraft) -> None:
        """Close after the merchant confirmed; as signed only when a signature is stored.  Raises
        `InvalidInput`, `NotAllowed`."""
        checked = check_closing(draft)
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self._ledger.allow(row, Action.CLOSE)
            stands = checked.confirmation is not Confirmation.SIGNED or applied_again()
            if not stands and not signed(unit.session, row):
                raise InvalidInput.of("confirmation", "closing.not_signed")
            row.confirmation, row.confirmed_by = checked.confirmation, checked.confirmed_by
            row.closing_remark, row.satisfaction = checked.remark, checked.satisfaction
            row.closed_at = unit.now
            self._ledger.move(unit, row, Action.CLOSE, EventFacts(reason=checked.confirmation))
            self._ledger.saved(unit, row)

    @operation("incident.reopen")
    def reopen(self, incident_id: str, reason: str) -> None:
        """Take up a resolved or closed case again; counted.  Raises `InvalidInput`,
        `NotAllowed`."""
        why = reason_given(reason)
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            row.reopen_count += 1
            row.resolved_at = row.closed_at = row.restored_at = None
            row.confirmation, row.confirmed_by, row.closing_remark = None, "", ""
            self._ledger.move(unit, row, Action.REOPEN, EventFacts(remark=why))
            self._ledger.set_deadlines(unit, row)
            self._ledger.saved(unit, row)

    @operation("incident.cancel")
    def cancel(self, incident_id: str, reason: str) -> None:
        """Withdraw a report before work began.  Raises `InvalidInput`, `NotAllowed`."""
        why = reason_given(reason)
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            self._ledger.move(unit, row, Action.CANCEL, EventFacts(remark=why))
            self._ledger.saved(unit, row)

    @operation("incident.mark_duplicate")
    def mark_duplicate(self, incident_id: str, of_id: str) -> None:
        """Join a second report to the first.  Raises `InvalidInput`, `NotAllowed`,
        `NotFound`."""
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            first = load(unit.session, of_id)
            if first.id == row.id or first.duplicate_of_id:
                raise InvalidInput.of("duplicate_of", "incident.duplicate_of_itself")
            row.duplicate_of_id = first.id
            facts = EventFacts(
                change=FieldChange("duplicate_of", "", first.number),
                reference=Reference("incident", first.id),
            )
            self._ledger.move(unit, row, Action.MARK_DUPLICATE, facts)
            self._ledger.saved(unit, row)

    # --- steps of these -------------------------------------------------------------------------

    def give_within(
        self, unit: UnitOfWork, row: IncidentRow, technician_id: str, terms: Terms | None = None
    ) -> None:
        """`assign` inside the transaction of a larger step.  Raises `NotFound`, `NotAllowed`."""
        technician = unit.session.get(TechnicianRow, technician_id)
        if technician is None:
            raise NotFound("technician", technician_id)
        told = given(unit, row, technician, self._context.actor, terms)
        if row.state in {IncidentState.IN_PROGRESS, IncidentState.ON_HOLD}:
            self._ledger.note(unit, row, EventEntry(Action.EDIT, facts=told))
            return
        for action in steps(IncidentState(row.state), Action.ASSIGN):
            self._ledger.move(unit, row, action, told if action is Action.ASSIGN else NO_FACTS)


def _where(terminal: Position | None) -> tuple[str | None, str | None]:
    """The terminal and the merchant a new case is at."""
    return (terminal.terminal_id, terminal.merchant_id or None) if terminal else (None, None)
