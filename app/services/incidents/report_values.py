"""The columns of an incident as it is reported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.lifecycle import (
    Detection,
    Impact,
    IncidentState,
    Priority,
    Urgency,
)
from app.services.core.context import UnitOfWork
from app.services.incidents.agreements import Promise
from app.services.register.terminal_queries import Position, read_position
from db.keys import new_key
from db.models.incident import IncidentRow

REPORTED_FIELDS = (
    "displayed_code",
    "code_profile",
    "symptom",
    "detection",
    "impact",
    "urgency",
    "reporter_name",
    "reporter_phone",
    "promised_at",
)
"""What was reported and may be corrected."""
LOGGED_FIELDS = (*REPORTED_FIELDS, "down_from", "tid", "unknown_serial")
"""What the log tells of a correction."""


def reported_values(
    draft: IncidentDraft,
    terminal: Position | None,
    *,
    number: str,
    priority: Priority,
    promised: Promise,
    earlier: str | None,
) -> dict[str, Any]:
    """The columns of a new incident; those of later steps are left at their defaults.  `earlier` is
    the incident of this terminal that it may repeat, unless the draft names one."""
    assert draft.reported_at is not None
    return dict(
        id=new_key(),
        number=number,
        state=IncidentState.NEW,
        terminal_id=draft.terminal_id or None,
        merchant_id=(terminal.merchant_id if terminal else "") or None,
        tid=terminal.tid if terminal else "",
        unknown_serial="" if terminal else draft.unknown_serial,
        displayed_code=draft.displayed_code,
        code_profile=draft.code_profile or (terminal.code_profile if terminal else ""),
        symptom=draft.symptom,
        detection=draft.detection,
        impact=draft.impact,
        urgency=draft.urgency,
        priority=priority,
        reporter_name=draft.reporter_name or (terminal.contact_name if terminal else ""),
        reporter_phone=draft.reporter_phone or (terminal.contact_phone if terminal else ""),
        reported_at=draft.reported_at,
        **promised.columns(),
        response_due_at=promised.response_due(draft.reported_at),
        resolve_due_at=promised.resolve_due(draft.reported_at),
        promised_at=draft.promised_at,
        down_from=draft.down_from,
        firmware_before=terminal.firmware if terminal else "",
        repeat_of_id=draft.repeat_of or earlier or None,
        visit_id=draft.visit_id or None,
    )


def reported_draft(row: IncidentRow, edited: IncidentDraft) -> IncidentDraft:
    """What was reported as it stands in the row; what an edit does not touch is as in the draft
    `edited`."""
    return replace(
        edited,
        displayed_code=row.displayed_code,
        code_profile=row.code_profile,
        symptom=row.symptom,
        detection=Detection(row.detection),
        impact=Impact(row.impact),
        urgency=Urgency(row.urgency),
        reporter_name=row.reporter_name,
        reporter_phone=row.reporter_phone,
        promised_at=row.promised_at,
        down_from=row.down_from if edited.down_from else None,
        terminal_id=(row.terminal_id or "") if edited.terminal_id else "",
    )


def beside(row: IncidentRow, part: str) -> IncidentDraft:
    """A report of its own for another trouble of the same one: the same terminal, told by the same
    person.  What it stops is not known yet; it did not stop the trade."""
    return IncidentDraft(
        terminal_id=row.terminal_id or "",
        unknown_serial="" if row.terminal_id else row.unknown_serial,
        symptom=part,
        detection=Detection(row.detection),
        impact=Impact.PARTLY,
        urgency=Urgency(row.urgency),
        reporter_name=row.reporter_name,
        reporter_phone=row.reporter_phone,
    )


def put_on_terminal(unit: UnitOfWork, row: IncidentRow, terminal_id: str) -> None:
    """The incident is about another terminal: it leaves the history of one and enters that of the
    other."""
    terminal = read_position(unit.session, terminal_id)
    unit.touched("terminal", filter(None, (row.terminal_id, terminal.terminal_id)))
    row.terminal_id, row.unknown_serial = terminal.terminal_id, ""
    row.merchant_id, row.tid = terminal.merchant_id or None, terminal.tid
