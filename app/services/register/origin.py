"""Who changes the register, where, and why, as its log and the custody ledger say it."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.event_data import NO_FACTS, EventFacts


@dataclass(frozen=True, slots=True)
class WriteOrigin:
    """Who writes, on which device, the kind of entry for the log, and what each entry tells."""

    actor: str
    device: str
    kind: str
    facts: EventFacts = NO_FACTS
