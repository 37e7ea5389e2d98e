"""Until when an incident has to be resolved, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from app.domain.incidents.incidents import Incident, IncidentSummary
from app.domain.incidents.lifecycle import BEFORE_WORK, IncidentState
from app.i18n import Translator


def start_text(t: Translator, item: Incident) -> str:
    """Until when work has to begin, while it has not; until when it waits, while it does."""
    if item.state is IncidentState.ON_HOLD and item.hold_expected_on is not None:
        return t("waits until {day}", day=t.day(item.hold_expected_on))
    if item.state in BEFORE_WORK and item.response_due_at is not None:
        return t("work to begin by {moment}", moment=t.moment(item.response_due_at))
    return ""


def due_text(
    t: Translator,
    item: Incident | IncidentSummary,
    moment: Callable[[datetime], str] | None = None,
) -> str:
    """The deadline as `moment` writes it (date and time unless said); while the clock stands still
    there is no such moment, and what is left is told instead."""
    if item.resolve_due_at is None:
        return t("no time promised")
    if item.stopped_since is None:
        return (moment or t.moment)(item.resolve_due_at)
    left = item.resolve_due_at - item.stopped_since
    hours = f"{abs(left) / timedelta(hours=1):.1f}".removesuffix(".0")
    if left < timedelta():
        return t("paused, {hours} h late", hours=hours)
    return t("paused, {hours} h left", hours=hours)
