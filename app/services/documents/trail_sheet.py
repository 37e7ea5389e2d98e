"""Fills the printed audit trail: what was done, as the log tells it."""

from __future__ import annotations

from dataclasses import replace

from app.reports.documents.audit_trail import AuditTrailSheet, RecordedChange, RecordedOperation
from app.services.core.audit import trail_query
from app.services.core.trail_entries import TrailEntry, told
from app.services.documents.requests import Request, RequestedSheets, SheetSources
from app.services.documents.sheet_sources import SheetContext

MOST_PRINTED = 2_000
"""Operations; a spreadsheet holds more."""


def trail_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The trail that was asked for, as far as who works here may read it.  Raises `NotPermitted`
    while nobody is signed in who has to be."""
    whose = given.log_reader()
    wanted = replace(
        request.trail, since=request.since, until=request.until, actor=request.technician
    )
    query = trail_query(given.session, wanted, given.around.zone, whose)
    total = query.count(given.session)
    found = told(given.session, query.first(given.session, MOST_PRINTED))
    made_at = given.around.local(given.now)
    sheet = AuditTrailSheet(
        number=f"LOG-{made_at:%Y%m%d-%H%M}",
        made_at=made_at,
        since=wanted.since,
        until=wanted.until,
        record=wanted.subject,
        actor=wanted.actor,
        text=wanted.text,
        total=total,
        operations=tuple(_recorded(entry, given.around) for entry in found),
    )
    return RequestedSheets([sheet])


def _recorded(entry: TrailEntry, around: SheetContext) -> RecordedOperation:
    return RecordedOperation(
        at=around.local(entry.at),
        kind=entry.kind,
        code=entry.actor,
        person=entry.person,
        device=entry.device,
        subject=entry.subject,
        review=entry.review,
        withdrawn=entry.withdrawn,
        changes=tuple(
            RecordedChange(kind=one.kind, about=one.about, change=one.change)
            for one in entry.changes
        ),
    )
