"""Fills the warning digest: the warnings to be seen to, as kinds and figures, with who sees to
each."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from app.domain.insight.warning_cases import WarningCase
from app.domain.insight.warnings import MOST_EVIDENCE, RULES
from app.reports.documents.warning_digest import WarningDigestSheet, WarningLine
from app.services.documents.sheet_sources import SheetContext
from app.services.insight.as_of import AsOf
from app.services.insight.warning_reading import read_cases
from app.services.insight.warnings import standing_warnings


def warning_digest_sheet(
    session: Session,
    area: str,
    around: SheetContext,
    now: datetime,
    *,
    for_leads: bool = True,
) -> WarningDigestSheet:
    """The warnings to be seen to, most serious first, as the window lists them."""
    local = around.local(now)
    when = AsOf(now, local.date(), around.zone)
    found = standing_warnings(session, when, area, for_leads=for_leads)
    cases = [
        case
        for case in read_cases(session, found, narrowed=bool(area))
        if for_leads or not RULES[case.warning.rule].leads_only
    ]
    ended = len({one.key for one in found} - {case.key for case in cases})
    lines = tuple(_line(case, around) for case in cases)
    return WarningDigestSheet(number="", made_at=local, scope=area, warnings=lines, ended=ended)


def _line(case: WarningCase, around: SheetContext) -> WarningLine:
    warning = case.warning
    return WarningLine(
        state=case.state.value,
        owner=case.owner,
        to_do_by=case.due_on,
        standing_now=case.standing,
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
