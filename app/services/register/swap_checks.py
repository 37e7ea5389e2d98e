"""What a swap of devices has to fulfil before anything is written."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.errors import InvalidInput, NotAllowed, Problems
from app.domain.register import identifiers
from app.domain.register.swaps import SwapDraft, swap_problems
from app.domain.register.terminals import STATE_CHANGES, Terminal
from db.models.register import ManufacturerRow, TerminalModelRow, TerminalRow


def checked_swap(old: Terminal, draft: SwapDraft) -> tuple[str, str]:
    """The new serial number and the reason.  Raises `InvalidInput`, `NotAllowed`."""
    problems = Problems()
    serial = why = ""
    with problems.field("new_serial"):
        serial = identifiers.parse_serial(draft.new_serial)
    with problems.field("reason"):
        why = text.required(text.note(draft.reason, 2_000))
    if not draft.unsent_cleared:
        problems.add("unsent_cleared", "swap.unsent")
    problems.raise_if_any()
    found = swap_problems(old, serial)
    if found:
        raise InvalidInput(found)
    if draft.old_state not in STATE_CHANGES[old.state]:
        raise NotAllowed(draft.old_state, old.state)
    return serial, why


def model_of(session: Session, serial: str) -> tuple[str, str] | None:
    """Maker and model of a device in the register; None where it is not known."""
    row = session.execute(
        sa.select(col(ManufacturerRow.name), col(TerminalModelRow.name))
        .join(TerminalModelRow, col(TerminalModelRow.manufacturer_id) == col(ManufacturerRow.id))
        .join(TerminalRow, col(TerminalRow.model_id) == col(TerminalModelRow.id))
        .where(col(TerminalRow.serial_key) == identifiers.serial_key(serial))
    ).first()
    return None if row is None else (row[0], row[1])
