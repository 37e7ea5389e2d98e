"""Words and sentences of figures and warnings, the same in window, command line and documents."""

from __future__ import annotations

from app.domain.insight.figures import GroupCount
from app.domain.insight.warnings import (
    WARRANTY_DAYS,
    RepeatWarning,
    StandingWarning,
    WarningKind,
)
from app.i18n import N_, Translator

_TITLES = {
    WarningKind.SUBSTITUTED: N_("Suspected substitution"),
    WarningKind.OVERDUE: N_("Incidents past their deadline"),
    WarningKind.KEEPS_FAILING: N_("The same terminal fails again and again"),
    WarningKind.WARRANTY_ENDS: N_("Warranty ends soon"),
}
_ADVICE = {
    WarningKind.SUBSTITUTED: N_("Stop using it today and tell the acquirer."),
    WarningKind.OVERDUE: N_("Settle today who does each, and when."),
    WarningKind.KEEPS_FAILING: N_("Swap the terminal and have it examined."),
    WarningKind.WARRANTY_ENDS: N_("Have them examined before it ends."),
}


def rate_text(t: Translator, group: GroupCount) -> str:
    """The rate per 100 terminals, marked where chance rules it."""
    if group.per_100 is None:
        return "—"
    rate = f"{group.per_100:.1f}"
    return t("{rate} (few terminals)", rate=rate) if group.doubtful else rate


def because_text(t: Translator, warning: RepeatWarning | StandingWarning) -> list[str]:
    """Why there is a warning, one sentence a rule."""
    return [
        t.plural(
            "{count} failure of the terminal itself in the last {days} days (limit: {times})",
            "{count} failures of the terminal itself in the last {days} days (limit: {times})",
            count,
            days=rule.days,
            times=rule.times,
        )
        for rule, count in warning.because
    ]


def warning_title(t: Translator, warning: StandingWarning) -> str:
    """What is warned of."""
    return t(_TITLES[warning.kind])


def warning_reason(t: Translator, warning: StandingWarning) -> str:
    """Why the warning stands, with its figures."""
    match warning.kind:
        case WarningKind.SUBSTITUTED:
            return t(
                "Serial number {found} found there differs from the list.", found=warning.found
            )
        case WarningKind.OVERDUE:
            return t.plural(
                "{count} not resolved in time.", "{count} not resolved in time.", warning.count
            )
        case WarningKind.KEEPS_FAILING:
            return t("; ").join(because_text(t, warning))
        case WarningKind.WARRANTY_ENDS:
            return t.plural(
                "{count} within {days} days.",
                "{count} within {days} days.",
                warning.count,
                days=WARRANTY_DAYS,
            )


def warning_advice(t: Translator, warning: StandingWarning) -> str:
    """What to do about it."""
    return t(_ADVICE[warning.kind])
