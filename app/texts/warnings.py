"""Words and sentences of warnings, the same in window, command line and documents."""

from __future__ import annotations

from app.domain.insight.warnings import StandingWarning, WarningRule
from app.i18n import N_, Translator

TITLES = {
    WarningRule.SUBSTITUTED: N_("Suspected substitution"),
    WarningRule.OVERDUE: N_("Incidents past their deadline"),
    WarningRule.TERMINAL: N_("A terminal worse than its peers"),
    WarningRule.EXPIRES: N_("Warranty ends soon"),
}
_ADVICE = {
    WarningRule.SUBSTITUTED: N_("Stop using it today and tell the acquirer."),
    WarningRule.OVERDUE: N_("Settle today who does each, and when."),
    WarningRule.TERMINAL: N_("Swap the terminal and have it examined."),
    WarningRule.EXPIRES: N_("Have them examined before it ends."),
}


def warning_title(t: Translator, warning: StandingWarning) -> str:
    """What is warned of."""
    return t(TITLES[warning.rule])


def warning_reason(t: Translator, warning: StandingWarning) -> str:
    """Why the warning stands, with its figures."""
    match warning.rule:
        case WarningRule.SUBSTITUTED:
            return t(
                "Serial number {found} found there differs from the list.", found=warning.detail
            )
        case WarningRule.OVERDUE:
            return t.plural(
                "{count} not resolved in time.", "{count} not resolved in time.", warning.seen
            )
        case WarningRule.EXPIRES:
            return t.plural(
                "{count} within {days} days.",
                "{count} within {days} days.",
                warning.seen,
                days=warning.days,
            )
        case _:
            return t.plural(
                "{count} incident in {days} days.",
                "{count} incidents in {days} days.",
                warning.seen,
                days=warning.days,
            )


def warning_advice(t: Translator, warning: StandingWarning) -> str:
    """What to do about it."""
    return t(_ADVICE[warning.rule])
