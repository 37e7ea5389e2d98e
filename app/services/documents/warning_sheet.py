"""Fills the warning digest: the warnings that stand, as kinds and figures."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from app.domain.insight.warnings import MOST_EVIDENCE, StandingWarning
from app.reports.documents.warning_digest import WarningDigestSheet, WarningLine
from app.services.documents.sheet_sources import SheetContext
from app.services.insight.as_of import AsOf
from app.services.insight.warnings import standing_warnings


def warning_digest_sheet(
    session: Session,
    area: str,
    around: SheetContext,
    now: datetime,
    *,
    for_leads: bool = True,
) -> WarningDigestSheet:
    """The warnings that stand now, most serious first."""
    local = around.local(now)
    when = AsOf(now, local.date(), around.zone)
    found = standing_warnings(session, when, area, for_leads=for_leads)
    lines = tuple(_line(warning, around) for warning in found)
    return WarningDigestSheet("", local, area, lines)


def _line(warning: StandingWarning, around: SheetContext) -> WarningLine:
    return WarningLine(
        severity=warning.severity.value,
        rule=warning.rule.value,
        subject_kind=warning.subject.kind.value,
        subject=warning.subject.name,
        fault_class=warning.fault_class.value if warning.fault_class else "",
        count=warning.seen,
        expected=warning.expected,
        confidence=warning.confidence,
        days=warning.days,
        out_of=warning.out_of,
        terminals=warning.terminals,
        detail=warning.detail,
        due=warning.due,
        evidence=warning.incidents[:MOST_EVIDENCE],
        since=around.perhaps(warning.since),
        explained=len(warning.explains),
    )
