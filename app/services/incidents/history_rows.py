"""A finished incident of another system as rows of ours: the case, its log, the work on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.faults import FaultClass
from app.domain.incidents.incidents import Result, WorkKind, is_item_failure
from app.domain.incidents.lifecycle import (
    Action,
    Detection,
    Impact,
    IncidentState,
    Urgency,
    priority_of,
)
from app.services.core.event_rows import columns_of
from db.keys import new_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """One finished incident of the file, checked."""

    row: int
    serial: str
    reported_at: datetime
    code: str
    symptom: str
    fault_class: FaultClass
    restored_at: datetime
    technician: str
    minutes: int


PRIORITY = priority_of(Impact.STOPPED, Urgency.NORMAL)
"""What a finished incident counts as, whose file says nothing of it."""


def incident_row(
    item: Finished, key: str, number: str, terminal: Any, people: dict[str, str]
) -> dict[str, Any]:
    """The closed incident; `people` are technicians' keys by code.  Nobody is known to have
    promised anything about it, so it has no deadlines and is not judged by any."""
    failure = is_item_failure(item.fault_class)
    return {
        **_EMPTY,
        "id": key,
        "number": number,
        "state": IncidentState.CLOSED,
        "terminal_id": terminal.id,
        "merchant_id": terminal.merchant_id,
        "tid": terminal.tid or "",
        "displayed_code": item.code,
        "symptom": item.symptom,
        "detection": Detection.MERCHANT_CALL,
        "impact": Impact.STOPPED,
        "urgency": Urgency.NORMAL,
        "priority": PRIORITY,
        "reported_at": item.reported_at,
        "down_from": item.reported_at,
        "restored_at": item.restored_at,
        "resolved_at": item.restored_at,
        "closed_at": item.restored_at,
        "technician_id": people.get(item.technician),
        "confirmed_class": item.fault_class,
        "result": Result.SOLVED,
        "item_failure": failure,
    }


_EMPTY: dict[str, Any] = {
    **{
        name: ""
        for name in (
            "unknown_serial",
            "code_profile",
            "reporter_name",
            "reporter_phone",
            "mode",
            "cause",
            "remedy",
            "other_text",
            "work_done",
            "advice",
            "firmware_before",
            "firmware_after",
            "waiting_reference",
            "confirmed_by",
            "closing_remark",
            "satisfaction",
            "service_hours",
            "agreement",
        )
    },
    **{
        name: None
        for name in (
            "response_due_at",
            "resolve_due_at",
            "response_hours",
            "resolve_hours",
            "promised_at",
            "provisional_class",
            "provisional_share",
            "hold_reason",
            "hold_expected_on",
            "confirmation",
            "repeat_of_id",
            "duplicate_of_id",
            "parent_id",
            "visit_id",
            "handed_to",
        )
    },
    "version": 1,
    "fee_cents": 0,
    "callout_fee_cents": 0,
    "labour_fee_cents": 0,
    "reopen_count": 0,
}

_STATES = (
    (Action.REPORT, None, IncidentState.NEW),
    (Action.RESOLVE, IncidentState.IN_PROGRESS, IncidentState.RESOLVED),
    (Action.CLOSE, IncidentState.RESOLVED, IncidentState.CLOSED),
)


def event_rows(incident_id: str, item: Finished, device: str) -> list[dict[str, Any]]:
    """Its log: only what the file says."""
    return [
        {
            "id": new_key(),
            "incident_id": incident_id,
            "seq": seq,
            "at": item.reported_at if action is Action.REPORT else item.restored_at,
            "actor": item.technician or "-",
            "device": device,
            "action": action,
            "from_state": before,
            "to_state": after,
            "said_zh": "",
            "said_en": "",
            **columns_of(),
        }
        for seq, (action, before, after) in enumerate(_STATES, start=1)
    ]


def work_row(incident_id: str, item: Finished) -> dict[str, Any]:
    """The one line of work a finished incident has: the minutes.  What was done the file does not
    say, so the line is a note of what was reported."""
    return {
        "id": new_key(),
        "incident_id": incident_id,
        "at": item.restored_at,
        "actor": item.technician or "-",
        "kind": WorkKind.NOTE,
        "summary": item.symptom,
        "outcome": "",
        "minutes": item.minutes,
        "check_id": "",
    }
