"""Fills the warning digest: the warnings that stand, in the words of every language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from app.domain.insight.warnings import StandingWarning
from app.i18n import Translator, translator
from app.languages import LocalizedText
from app.reports.documents.warning_digest import WarningDigestSheet, WarningLine
from app.services.documents.sheet_sources import SheetContext
from app.services.insight.warnings import standing_warnings
from app.texts.insight import warning_advice, warning_reason, warning_title

Say = Callable[[Translator, StandingWarning], str]


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
        title=_words(warning_title, warning),
        subject=warning.subject,
        because=_words(warning_reason, warning),
        evidence=warning.evidence,
        advice=_words(warning_advice, warning),
        since=around.perhaps(warning.since),
    )


def _words(say: Say, warning: StandingWarning) -> LocalizedText:
    return LocalizedText.made(lambda language: say(translator(language), warning))
