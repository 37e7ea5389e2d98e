"""The terminal register: find, register, correct, swap, move, take in and out of service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.domain import text
from app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, Problems
from app.domain.event_data import EventFacts, FieldChange, Reference
from app.domain.register import identifiers
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminal_fields import TERMINAL_FIELDS
from app.domain.register.terminal_states import STATES
from app.domain.register.terminals import (
    INSPECTION_PASSED,
    STATE_CHANGES,
    Terminal,
    TerminalDraft,
    TerminalEventKind,
    TerminalRecord,
    TerminalState,
    TerminalSummary,
    check_terminal,
    days_ahead,
    draft_of,
)
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.event_rows import columns_of
from app.services.core.keyset import Listing
from app.services.core.operations import Merge, Same, operation
from app.services.register.batch_plan import PlannedRecord, plan
from app.services.register.batch_write import apply
from app.services.register.clearing import clear_emptied
from app.services.register.commissioning import NO_RULE, CommissioningRule
from app.services.register.custody import write_state, write_taken_out
from app.services.register.origin import WriteOrigin
from app.services.register.same_devices import note_places_lost, plan_to_write, registered_meanwhile
from app.services.register.stays import ended
from app.services.register.swap_checks import checked_swap, model_of
from app.services.register.terminal_queries import (
    Choices,
    TerminalFilter,
    list_query,
    read_terminal,
)
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    PlacementRow,
    TerminalEventRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import PLACED_NOW, numbered_exactly

_NOT_TAKEN_OVER = {item.name: "" for item in TERMINAL_FIELDS if not item.follows_swap}
"""What a new device does not get from the one it replaces."""


class Terminals:
    """Use cases of the register."""

    def __init__(self, context: ServiceContext, gate: CommissioningRule = NO_RULE) -> None:
        self._context = context
        self._gate = gate

    # --- reading -------------------------------------------------------------------------------

    def listing(self, wanted: TerminalFilter) -> Listing[TerminalSummary]:
        """The shape of the filtered list."""
        with self._context.read() as session:
            return list_query(session, wanted).listing(session)

    def page(
        self, wanted: TerminalFilter, listing: Listing[TerminalSummary], number: int
    ) -> tuple[TerminalSummary, ...]:
        """One page of the filtered list."""
        with self._context.read() as session:
            return list_query(session, wanted).page(session, listing, number)

    def first(self, wanted: TerminalFilter, limit: int) -> tuple[TerminalSummary, ...]:
        """The first `limit` terminals of the filtered list."""
        with self._context.read() as session:
            return list_query(session, wanted).first(session, limit)

    def find(self, words: str, limit: int = 20) -> tuple[TerminalSummary, ...]:
        """Terminals for what was typed or scanned: an exact serial or TID alone, else by words
        of serial, TID, MID, merchant, address, contact, phone or model."""
        key = identifiers.serial_key(text.compact(words))
        if not key:
            return ()
        with self._context.read() as session:
            base = list_query(session, TerminalFilter())
            found = base.where(numbered_exactly(key)).first(session, limit)
            if found:
                return found
            return list_query(session, TerminalFilter(words=words)).first(session, limit)

    def get(self, terminal_id: str) -> Terminal:
        """Everything about one terminal.  Raises `NotFound`."""
        with self._context.read() as session:
            return read_terminal(session, terminal_id)

    def by_serial(self, serial: str) -> Terminal:
        """The terminal with this serial number or TID.  Raises `NotFound`."""
        key = identifiers.serial_key(text.compact(serial))
        with self._context.read() as session:
            found = session.execute(
                sa.select(col(TerminalRow.id)).where(numbered_exactly(key)).limit(1)
            ).scalar()
            if found is None:
                raise NotFound("terminal", serial)
            return read_terminal(session, found)

    def choices(self) -> Choices:
        """Names in use."""
        with self._context.read() as session:

            def names(column: Any) -> tuple[str, ...]:
                return tuple(
                    session.execute(sa.select(column).distinct().order_by(column)).scalars()
                )

            return Choices(
                areas=names(AreaRow.name),
                acquirers=names(AcquirerRow.name),
                manufacturers=names(ManufacturerRow.name),
                models=names(TerminalModelRow.name),
                firmware=tuple(filter(None, names(TerminalRow.firmware))),
            )

    # --- writing -------------------------------------------------------------------------------

    @operation(
        "terminal.register",
        same=Same(find=registered_meanwhile, edit="terminal.update", key="terminal_id"),
    )
    def register(self, draft: TerminalDraft) -> str:
        """Add a terminal and return its id.  Raises `InvalidInput`; a known serial number is a
        problem of the field ``serial``."""
        record = self._checked(draft)
        with self._context.write() as unit:
            planned = plan_to_write(unit, [record])
            if planned[0].known is not None:
                raise InvalidInput.of("serial", "serial.known", value=record.serial)
            _refuse(planned[0])
            ids = apply(unit, planned, self._origin("registered"))
            note_places_lost(unit, [record], planned, ids)
            return ids[0]

    def _as_registered(self, given: Mapping[str, Any]) -> tuple[TerminalDraft, int]:
        """A terminal as it stands, for a correction to be merged with."""
        terminal = self.get(given["terminal_id"])
        return draft_of(terminal), terminal.version

    @operation(
        "terminal.update",
        merge=Merge(
            draft="draft", version="version", read=_as_registered, notes=frozenset({"notes"})
        ),
    )
    def update(self, terminal_id: str, version: int, draft: TerminalDraft) -> None:
        """Correct a terminal.  Raises `InvalidInput`, `NotFound`, `Conflict` (someone else saved
        first).  The serial number of a device never changes: that is a swap."""
        record = self._checked(draft)
        with self._context.write() as unit:
            before = read_terminal(unit.session, terminal_id)
            if before.version != version:
                raise Conflict("terminal", before.serial)
            if identifiers.serial_key(record.serial) != identifiers.serial_key(before.serial):
                raise InvalidInput.of("serial", "serial.fixed")
            if before.placed and not record.placed:
                raise InvalidInput.of("tid", "tid.missing")
            for change in clear_emptied(unit, before, record):
                self._log(
                    unit, terminal_id, TerminalEventKind.EDITED_UPDATE, EventFacts(change=change)
                )
                unit.changed("terminal", terminal_id, change)
            planned = plan(unit.session, [record], by_hand=True)[0]
            _refuse(planned)
            apply(unit, [planned], self._origin("edited"))
            unit.touched("terminal", [terminal_id])

    @operation("terminal.relocate")
    def relocate(
        self, terminal_id: str, draft: TerminalDraft, reason: str, override: str = ""
    ) -> None:
        """Move a device to another position, merchant or address; its history keeps the old one.
        One from stock goes into service once inspected, or at once with the reason `override`.

        Raises `InvalidInput`, `NotFound`, `NotAllowed` (retired)."""
        why = _reason(reason)
        record = self._checked(draft)
        with self._context.write() as unit:
            before = read_terminal(unit.session, terminal_id)
            if not STATES[before.state].kept_up:
                raise NotAllowed("relocate", before.state)
            if not record.placed:
                raise InvalidInput.of("tid", "tid.missing")
            if all(getattr(record, n) == getattr(before, n) for n in ("tid", "mid", "address")):
                raise InvalidInput.of("tid", "relocate.same_place")
            planned = plan(unit.session, [record])[0]
            _refuse(planned)
            apply(unit, [planned], self._origin("relocated"))
            self._log(unit, terminal_id, TerminalEventKind.RELOCATED, EventFacts(remark=why))
            if before.state is TerminalState.SPARE:
                self._take_in(unit, before, why, override)

    @operation("terminal.swap")
    def swap(self, terminal_id: str, draft: SwapDraft) -> str:
        """Put another device into the position; returns its id.  The TID stays.

        The new device must be in stock or new to the register.
        Raises `InvalidInput`, `NotFound`, `NotAllowed`.
        """
        with self._context.write() as unit:
            return self.swap_within(unit, terminal_id, draft)

    def swap_within(self, unit: UnitOfWork, terminal_id: str, draft: SwapDraft) -> str:
        """`swap` inside the transaction of a larger step (resolving an incident)."""
        old = read_terminal(unit.session, terminal_id)
        serial, why = checked_swap(old, draft)
        maker, model = model_of(unit.session, serial) or (
            draft.new_manufacturer or old.manufacturer,
            draft.new_model or old.model,
        )
        new_draft = replace(
            draft_of(old),
            **_NOT_TAKEN_OVER | {"serial": serial, "manufacturer": maker, "model": model},
        )
        self._leave(unit, old, "swapped")
        self._set_state(unit, old, draft.old_state, why, ledger=False)
        write_taken_out(unit, old.id, self._origin("swapped_out"), why)
        planned = plan(unit.session, [check_terminal(new_draft)])[0]
        if planned.known is not None and planned.known.placement_id is not None:
            raise InvalidInput.of("new_serial", "swap.placed_elsewhere", serial=serial)
        _refuse(planned)
        swapped = FieldChange("serial", old.serial, serial)
        facts = EventFacts(change=swapped, reference=Reference("terminal", old.id))
        origin = replace(self._origin("swapped_in"), facts=facts)
        new_id = apply(unit, [planned], origin)[0]
        self._take_in(unit, read_terminal(unit.session, new_id), why, draft.override)
        self._link_placements(unit, old, new_id)
        facts = EventFacts(change=swapped, reference=Reference("terminal", new_id), remark=why)
        self._log(unit, old.id, TerminalEventKind.SWAPPED_OUT, facts)
        unit.touched("terminal", [old.id, new_id])
        return new_id

    @operation("terminal.change_state")
    def change_state(
        self, terminal_id: str, state: TerminalState, reason: str, override: str = ""
    ) -> None:
        """Take a terminal in or out of service.  Leaving for stock or for good ends its
        placement; going into service needs the inspection before use, or the reason `override`.
        Raises `NotFound`, `NotAllowed`, `InvalidInput`."""
        why = _reason(reason)
        with self._context.write() as unit:
            before = read_terminal(unit.session, terminal_id)
            if state not in STATE_CHANGES[before.state]:
                raise NotAllowed(state, before.state)
            if STATES[state].placed and not before.placed:
                raise InvalidInput.of("state", "state.not_placed")
            if state is TerminalState.IN_SERVICE and self._gate.missing(unit, terminal_id):
                if not override.strip():
                    raise InvalidInput.of("override", "gate.missing", serial=before.serial)
                self._overridden(unit, terminal_id, override)
            if STATES[state].placed is False and before.placed:
                self._leave(unit, before, state)
            self._set_state(unit, before, state, why)
            unit.touched("terminal", [terminal_id])

    def release_within(self, unit: UnitOfWork, terminal_id: str) -> None:
        """Take a terminal that only waited for its inspection into service; others stay as they
        are."""
        terminal = read_terminal(unit.session, terminal_id)
        telling = {TerminalEventKind.GATED, TerminalEventKind.STATE}
        told = [entry.kind for entry in terminal.log if entry.kind in telling]
        if terminal.state is TerminalState.SUSPENDED and told[:1] == [TerminalEventKind.GATED]:
            self._set_state(unit, terminal, TerminalState.IN_SERVICE, reason=INSPECTION_PASSED)
            unit.touched("terminal", [terminal_id])

    # --- steps ---------------------------------------------------------------------------------

    def _take_in(self, unit: UnitOfWork, terminal: Terminal, why: str, override: str) -> None:
        """Into service, or suspended until the inspection before use is done."""
        if not self._gate.missing(unit, terminal.id):
            self._set_state(unit, terminal, TerminalState.IN_SERVICE, why)
        elif override.strip():
            self._overridden(unit, terminal.id, override)
            self._set_state(unit, terminal, TerminalState.IN_SERVICE, why)
        else:
            self._set_state(unit, terminal, TerminalState.SUSPENDED, why)
            self._log(unit, terminal.id, TerminalEventKind.GATED, EventFacts(remark=why))

    def _overridden(self, unit: UnitOfWork, terminal_id: str, override: str) -> None:
        facts = EventFacts(remark=_reason(override))
        self._log(unit, terminal_id, TerminalEventKind.GATE_OVERRIDDEN, facts)

    def _checked(self, draft: TerminalDraft) -> TerminalRecord:
        record = check_terminal(draft)
        ahead = days_ahead(record, self._context.today())
        if ahead:
            raise InvalidInput(ahead)
        return record

    def _origin(self, kind: str) -> WriteOrigin:
        return WriteOrigin(self._context.actor, self._context.device, kind)

    def _leave(self, unit: UnitOfWork, terminal: Terminal, why: str) -> None:
        unit.session.execute(
            sa.update(PlacementRow)
            .where(col(PlacementRow.terminal_id) == terminal.id, PLACED_NOW)
            .values(until=ended(unit.now), ended_because=why)
        )
        unit.terminals_moved([terminal.id])

    def _link_placements(self, unit: UnitOfWork, old: Terminal, new_id: str) -> None:
        session = unit.session
        fresh = session.execute(
            sa.select(col(PlacementRow.id)).where(
                col(PlacementRow.terminal_id) == new_id, PLACED_NOW
            )
        ).scalar_one()
        session.execute(
            sa.update(PlacementRow)
            .where(
                col(PlacementRow.terminal_id) == old.id,
                col(PlacementRow.ended_because) == "swapped",
                col(PlacementRow.until) == ended(unit.now),
                col(PlacementRow.replaced_by_id).is_(None),
            )
            .values(replaced_by_id=fresh)
        )

    def _set_state(
        self,
        unit: UnitOfWork,
        terminal: Terminal,
        state: TerminalState,
        why: str = "",
        reason: str = "",
        *,
        ledger: bool = True,
    ) -> None:
        row = unit.session.get(TerminalRow, terminal.id)
        assert row is not None
        if row.state != state:
            change = FieldChange("state", row.state, state)
            facts = EventFacts(change=change, reason=reason, remark=why)
            self._log(unit, terminal.id, TerminalEventKind.STATE, facts)
            row.state = state
            unit.session.flush()
            if ledger:
                write_state(unit, terminal, state, self._origin("state"), why)

    def _log(
        self,
        unit: UnitOfWork,
        terminal_id: str,
        kind: TerminalEventKind,
        facts: EventFacts,
    ) -> None:
        place = self._context
        unit.session.add(
            TerminalEventRow(
                terminal_id=terminal_id,
                at=unit.now,
                actor=place.actor,
                device=place.device,
                kind=kind,
                **columns_of(facts),
            )
        )
        unit.session.flush()


def _reason(raw: str) -> str:
    problems = Problems()
    reason = ""
    with problems.field("reason"):
        reason = text.required(text.note(raw, 2_000))
    problems.raise_if_any()
    return reason


def _refuse(planned: PlannedRecord) -> None:
    if planned.problems:
        raise InvalidInput(planned.problems)
