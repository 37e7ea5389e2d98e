"""What is stored beside an incident's row: the verdict of a guided session, the resolution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.documents import SignerRole, confirms
from app.domain.event_data import EventFacts, FieldChange, Reference
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import FEES, ResolutionDraft
from app.domain.incidents.incidents import TestLine
from app.domain.incidents.lifecycle import IncidentState
from app.domain.incidents.other_troubles import OtherTrouble, TroubleEnd, reported_as
from app.domain.register.swaps import SwapDraft
from app.languages import LocalizedText
from app.services.core.context import UnitOfWork
from app.services.incidents.incident_reading import read_events
from app.services.register.terminal_queries import read_position
from app.services.register.terminals import Terminals
from db import bulk
from db.keys import new_key
from db.models.diagnosis import DiagnosisEvidenceRow
from db.models.documents import SignatureRow
from db.models.incident import DiagnosisRow, IncidentRow, IncidentTestRow
from db.prepared import PreparedStatement
from db.together import Asked, send_ahead, together


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOutcome:
    """The outcome of a guided session, to be stored with an incident."""

    fault_class: FaultClass
    share: float
    knowledge_hash: str
    trail: dict[str, object]
    mode: str = ""
    evidence: tuple[str, ...] = ()
    stops: tuple[LocalizedText, ...] = ()
    """Why it is urgent whatever impact and urgency say: what the hard stops put into the log."""


def stops_of(trail: Mapping[str, Any]) -> tuple[LocalizedText, ...]:
    """Why the hard stops of a stored session make it urgent."""
    return tuple(LocalizedText.of(stop["log"]) for stop in trail.get("stops", ()))


def store_session_outcome(unit: UnitOfWork, row: IncidentRow, verdict: SessionOutcome) -> None:
    """Keep what a guided session found: provisional class, share, the whole trail, and the signs
    and codes it rested on, which the estate learns from once the class is confirmed."""
    row.provisional_class = verdict.fault_class
    row.provisional_share = verdict.share
    unit.session.add(
        DiagnosisRow(
            incident_id=row.id,
            at=unit.now,
            knowledge_hash=verdict.knowledge_hash,
            trail=verdict.trail,
        )
    )
    unit.session.execute(
        sa.delete(DiagnosisEvidenceRow).where(col(DiagnosisEvidenceRow.incident_id) == row.id)
    )
    for evidence in verdict.evidence:
        unit.session.add(DiagnosisEvidenceRow(incident_id=row.id, evidence=evidence))


def store_resolution(
    unit: UnitOfWork, row: IncidentRow, draft: ResolutionDraft, *, item_failure: bool
) -> None:
    """Keep a checked resolution with its proof, replacing an earlier one after a reopening."""
    _FORGET_TESTS.run(unit.session, about=row.id)
    for part, lines in (("function", draft.tests), ("security", draft.security)):
        _store_tests(unit.session, row.id, part, lines)
    row.confirmed_class, row.item_failure = draft.fault_class, item_failure
    for name in (
        "result",
        "mode",
        "cause",
        "remedy",
        "other_text",
        "work_done",
        "advice",
        "restored_at",
        "firmware_after",
        "waiting_reference",
        *FEES,
    ):
        value = getattr(draft, name)
        if getattr(row, name) != value:  # the mapper takes its time over each that is set
            setattr(row, name, value)
    row.resolved_at = unit.now


_TEST: Any = IncidentTestRow.__table__  # type: ignore[attr-defined]
_FORGET_TESTS = PreparedStatement(
    sa.delete(_TEST).where(_TEST.c.incident_id == sa.bindparam("about"))
)


def _store_tests(
    session: Session, incident_id: str, part: str, lines: tuple[TestLine, ...]
) -> None:
    rows = [
        {
            "id": new_key(),
            "incident_id": incident_id,
            "part": part,
            "item": line.item,
            "outcome": line.outcome,
            "slip_no": line.reference,
            "position": position,
        }
        for position, line in enumerate(lines)
    ]
    bulk.insert(session, _TEST, rows)


REPEAT_WITHIN = timedelta(days=30)
"""A report of the same terminal within this time after a resolution counts as a repeat."""

_REPEATED = PreparedStatement(
    sa.select(col(IncidentRow.id))
    .where(
        col(IncidentRow.terminal_id) == sa.bindparam("terminal"),
        col(IncidentRow.resolved_at) >= sa.bindparam("since"),
    )
    .order_by(col(IncidentRow.resolved_at).desc())
    .limit(1)
)


def repeated(session: Session, terminal_id: str, now: datetime) -> str:
    """The incident of this terminal that was resolved so lately that a new one repeats it."""
    if not terminal_id:
        return ""
    (found,) = together(session, _repetition(terminal_id, now))
    return str(found[0][0]) if found else ""


def look_for_repetition(session: Session, terminal_id: str, now: datetime) -> None:
    """Ask what `repeated` will, with the next query."""
    send_ahead(session, _repetition(terminal_id, now))


def _repetition(terminal_id: str, now: datetime) -> Asked:
    return _REPEATED, {"terminal": terminal_id, "since": now - REPEAT_WITHIN}


def signed(session: Session, row: IncidentRow) -> bool:
    """Whether the merchant's latest word on the report of this resolution is a drawn signature,
    not why there is none, nor one under the report of an earlier resolution."""
    latest = session.execute(
        sa.select(col(SignatureRow.ink).is_not(None), col(SignatureRow.at))
        .where(
            col(SignatureRow.incident_id) == row.id,
            col(SignatureRow.role) == SignerRole.MERCHANT,
        )
        .order_by(col(SignatureRow.at).desc(), col(SignatureRow.id).desc())
        .limit(1)
    ).one_or_none()
    return latest is not None and latest[0] and confirms(latest[1], row.resolved_at)


def swapped(unit: UnitOfWork, terminals: Terminals, old_id: str, swap: SwapDraft) -> EventFacts:
    """Swap the device; what the log tells of it: which for which."""
    old = read_position(unit.session, old_id).serial
    new_id = terminals.swap_within(unit, old_id, swap)
    new = read_position(unit.session, new_id).serial
    change = FieldChange("serial", old, new)
    return EventFacts(change=change, reference=Reference("terminal", new_id))


def reported_already(session: Session, row: IncidentRow, other: OtherTrouble) -> str:
    """The incident a trouble that is to be reported was reported as before the case was taken up
    again; empty when it was not, or when that report was withdrawn."""
    if other.end is not TroubleEnd.REPORTED:
        return ""
    key = reported_as(read_events(session, row.id)).get(other.said, "")
    made = session.get(IncidentRow, key) if key else None
    return "" if made is None or made.state == IncidentState.CANCELLED else key
