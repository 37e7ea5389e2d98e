"""Fills the warning digest: the warnings that stand, as kinds and figures."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from app.domain.insight.warnings import StandingWarning
from app.reports.documents.warning_digest import RuleMet, WarningDigestSheet, WarningLine
from app.services.documents.sheet_sources import SheetContext
from app.services.insight.warnings import standing_warnings


def warning_digest_sheet(
    session: Session, area: str, around: SheetContext, now: datetime
) -> WarningDigestSheet:
    """The warnings that stand now, most serious first."""
    local = around.local(now)
    found = standing_warnings(session, now, local.date(), area)
    lines = tuple(_line(warning, around) for warning in found)
    return WarningDigestSheet("", local, area, lines)


def _line(warning: StandingWarning, around: SheetContext) -> WarningLine:
    return WarningLine(
        severity=warning.severity.value,
        kind=warning.kind.value,
        subject=warning.subject,
        count=warning.count,
        found=warning.found,
        rules=tuple(RuleMet(rule.times, rule.days, count) for rule, count in warning.because),
        evidence=warning.evidence,
        since=around.perhaps(warning.since),
    )
