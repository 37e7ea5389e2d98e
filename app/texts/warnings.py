"""Words and sentences of warnings, the same in window, command line and documents."""

from __future__ import annotations

from datetime import datetime, time, tzinfo

from app.domain.faults import FaultClass
from app.domain.insight.duties import Ending
from app.domain.insight.follow_up_rule import RETURN_DAYS
from app.domain.insight.warnings import StandingWarning, SubjectKind, WarningRule
from app.i18n import N_, Translator
from app.texts import word

_ADVICE = {
    WarningRule.SUBSTITUTED: N_("Stop using it today and tell the acquirer."),
    WarningRule.CHECK_FAILED: N_("Look at the terminal today; stop using it if it was opened."),
    WarningRule.OVERDUE: N_("Settle today who does each, and when."),
    WarningRule.REMEDY: N_("Look for the cause behind it before the same is done once more."),
    WarningRule.PART: N_("Claim it from the supplier, and check the stock of the same batch."),
    WarningRule.REOPENED: N_("Have somebody else look at it, with the log of what was tried."),
    WarningRule.TECHNICIAN: N_("Talk it over with them, and look at a few cases together."),
    WarningRule.SUPPLIER: N_("Send the supplier the cases, and have the repairs done again free."),
    WarningRule.MAINTENANCE_LATE: N_("Plan the visits now, the most urgent terminals first."),
    WarningRule.INSPECTION_MISSED: N_("Catch up on them, and note why they were missed."),
}

_BY_CLASS: dict[FaultClass, dict[SubjectKind | None, str]] = {
    FaultClass.HARDWARE: {
        SubjectKind.TERMINAL: N_("Swap the terminal and have it examined."),
        SubjectKind.MERCHANT: N_("Look at power, heat, damp and handling at the counter."),
        None: N_("Take it up with the manufacturer as a batch fault; plan a check or a recall."),
    },
    FaultClass.SOFTWARE: {
        SubjectKind.TERMINAL: N_("Load firmware and application anew, and compare the versions."),
        None: N_("Compare the versions, report it to the manufacturer, and plan an update."),
    },
    FaultClass.NETWORK: {
        SubjectKind.TERMINAL: N_("Check SIM card, signal and cable at the shop."),
        SubjectKind.MERCHANT: N_("Check signal, router and cable at the shop."),
        None: N_("Call the carrier, and tell the merchants concerned."),
    },
    FaultClass.OPERATION: {
        None: N_("Brief the merchant’s staff; leave a short guide at the counter."),
    },
    FaultClass.VIOLATION: {
        None: N_("Explain the rules to the merchant, and tell the acquirer about the breaches."),
    },
    FaultClass.BALANCE: {
        None: N_("Explain to the merchant how a declined card is told; nothing is to be repaired."),
    },
    FaultClass.FROZEN: {
        None: N_("Ask the acquirer or the issuing bank why accounts are frozen."),
    },
    FaultClass.SYSTEM: {
        None: N_("Tell the acquirer or the bank, and ask when its system will be well again."),
    },
    FaultClass.OTHER: {None: N_("Read the reports together and give them a class.")},
}
"""What to do about more incidents of a class than expected, by what they are of; `None` stands for
every other subject."""

_BEFORE_IT_ENDS = {
    Ending.WARRANTY: N_("Have them examined before it ends."),
    Ending.PTS_NEW: N_("Put them into service before, or send them back."),
    Ending.PTS_USE: N_("Plan their replacement, the busiest merchants first."),
    Ending.BATTERY: N_("Take batteries along on the next visits."),
    Ending.CERTIFICATE: N_("Load new certificates before, or the host refuses the terminals."),
    Ending.SIM: N_("Extend the data plans, or take new SIM cards along on the next visits."),
    Ending.CONTRACT: N_("Ask whether the contract is extended, or plan to take them back."),
}


def warning_title(t: Translator, warning: StandingWarning) -> str:
    """What is warned of."""
    return word(t, "warning_rule", warning.rule)


def warning_advice(t: Translator, warning: StandingWarning) -> str:
    """What to do about it; for incidents by their class, so that nobody swaps a terminal for what
    is no fault of it."""
    if warning.rule is WarningRule.EXPIRES:
        return t(_BEFORE_IT_ENDS[Ending(warning.detail)])
    if warning.rule in _ADVICE:
        return t(_ADVICE[warning.rule])
    by_subject = _BY_CLASS[warning.fault_class or FaultClass.OTHER]
    return t(by_subject.get(warning.subject.kind) or by_subject[None])


def warning_reason(t: Translator, warning: StandingWarning) -> str:
    """Why the warning stands, in one sentence with its figures."""
    if (counted := _COUNTED.get(warning.rule)) is not None:
        of_a_day = warning.rule is WarningRule.OUTBREAK and warning.days == 1
        return t(_OUTBREAK_OF_A_DAY if of_a_day else counted, **_figures(t, warning))
    if warning.rule is WarningRule.EXPIRES:
        return _ending_reason(t, warning)
    if warning.rule in (WarningRule.MAINTENANCE_LATE, WarningRule.INSPECTION_MISSED):
        return _late_reason(t, warning)
    return _found_reason(t, warning)


def _found_reason(t: Translator, warning: StandingWarning) -> str:
    match warning.rule:
        case WarningRule.SUBSTITUTED:
            return t(
                "Serial number {found} found there differs from the list.", found=warning.detail
            )
        case WarningRule.CHECK_FAILED:
            return t.plural(
                "{count} security line of the checklist failed at the inspection.",
                "{count} security lines of the checklist failed at the inspection.",
                warning.seen,
            )
        case WarningRule.REOPENED:
            return t.plural(
                "{count} incident was reopened at least twice.",
                "{count} incidents were reopened at least twice.",
                warning.seen,
            )
        case _:
            return t.plural(
                "{count} not resolved in time.", "{count} not resolved in time.", warning.seen
            )


def _late_reason(t: Translator, warning: StandingWarning) -> str:
    figures = {"due": t.day(warning.due), "failed": warning.out_of}
    if warning.rule is WarningRule.INSPECTION_MISSED:
        return t.plural(
            "{count} inspection that is a proven duty has passed undone since {due}; terminals"
            " that failed lately: {failed}.",
            "{count} inspections that are a proven duty have passed undone since {due}; terminals"
            " that failed lately: {failed}.",
            warning.seen,
            **figures,
        )
    return t.plural(
        "{count} date of maintenance has passed undone since {due}; terminals that failed lately:"
        " {failed}.",
        "{count} dates of maintenance have passed undone since {due}; terminals that failed"
        " lately: {failed}.",
        warning.seen,
        **figures,
    )


def _ending_reason(t: Translator, warning: StandingWarning) -> str:
    count, due, days = warning.seen, t.day(warning.due), warning.days
    match Ending(warning.detail):
        case Ending.WARRANTY:
            return t.plural(
                "The warranty of {count} terminal ends within {days} days, first on {due}.",
                "The warranty of {count} terminals ends within {days} days, first on {due}.",
                count,
                days=days,
                due=due,
            )
        case Ending.PTS_NEW:
            return t.plural(
                "{count} terminal in stock may not be put into service after {due} (PTS approval).",
                "{count} terminals in stock may not be put into service after {due}"
                " (PTS approval).",
                count,
                due=due,
            )
        case Ending.PTS_USE:
            return t.plural(
                "{count} terminal in service may not be used after {due} (PTS approval).",
                "{count} terminals in service may not be used after {due} (PTS approval).",
                count,
                due=due,
            )
        case Ending.CERTIFICATE | Ending.SIM | Ending.CONTRACT:
            return _date_passed(t, Ending(warning.detail), warning)
        case Ending.BATTERY:
            return t.plural(
                "The battery of {count} terminal is past its life or will be within {days} days.",
                "The battery of {count} terminals is past its life or will be within {days} days.",
                count,
                days=days,
            )


def _date_passed(t: Translator, ending: Ending, warning: StandingWarning) -> str:
    """Dates of the register that have passed or come soon."""
    count, due, days = warning.seen, t.day(warning.due), warning.days
    match ending:
        case Ending.CERTIFICATE:
            return t.plural(
                "The certificate of {count} terminal has ended or ends within {days} days, first"
                " on {due}.",
                "The certificates of {count} terminals have ended or end within {days} days, first"
                " on {due}.",
                count,
                days=days,
                due=due,
            )
        case Ending.SIM:
            return t.plural(
                "The SIM card of {count} terminal has ended or ends within {days} days, first on"
                " {due}.",
                "The SIM cards of {count} terminals have ended or end within {days} days, first on"
                " {due}.",
                count,
                days=days,
                due=due,
            )
        case _:
            return t.plural(
                "The contract of {count} terminal has ended or ends within {days} days, first on"
                " {due}.",
                "The contracts of {count} terminals have ended or end within {days} days, first on"
                " {due}.",
                count,
                days=days,
                due=due,
            )


_OUTBREAK_OF_A_DAY = N_(
    "{subject}: {seen} incidents of the class {class_name} on {terminals} terminals on {since};"
    " {expected} were to be expected."
)
_COUNTED = {
    WarningRule.OUTBREAK: N_(
        "{subject}: {seen} incidents of the class {class_name} on {terminals} terminals within"
        " {days} days from {since}; {expected} were to be expected."
    ),
    WarningRule.GROUP_RATE: N_(
        "{subject}: {seen} incidents of the class {class_name} in {days} days, where other"
        " terminals would have had {expected}; that is {ratio} times as many."
    ),
    WarningRule.RISING: N_(
        "{subject}: the class {class_name} has been rising since {since}, {seen} incidents where"
        " {expected} were to be expected; that is {ratio} times as many."
    ),
    WarningRule.MERCHANT: N_(
        "{subject}: {seen} incidents of the class {class_name} in the last {days} days, where"
        " {expected} were to be expected of such a shop."
    ),
    WarningRule.TERMINAL: N_(
        "{subject}: {seen} incidents of the class {class_name} in the last {days} days, where"
        " {expected} were to be expected of its model and age."
    ),
    WarningRule.REMEDY: N_(
        "{subject}: of {out_of} cases, {seen} came back within {again} days, where {expected} were"
        " to be expected after other remedies."
    ),
    WarningRule.TECHNICIAN: N_(
        "{subject}: of {out_of} cases, {seen} came back within {again} days, where {expected} were"
        " to be expected after the work of all."
    ),
    WarningRule.SUPPLIER: N_(
        "{subject}: of {out_of} devices that came back repaired, {seen} failed again within {days}"
        " days, where {expected} were to be expected after the repairs of others."
    ),
    WarningRule.PART: N_(
        "{subject}: of {out_of} fitted, {seen} were replaced again within {days} days, where"
        " {expected} were to be expected of other parts."
    ),
}


def _figures(t: Translator, warning: StandingWarning) -> dict[str, object]:
    expected = warning.expected or 0.0
    return {
        "subject": warning.subject.name or t("All terminals"),
        "class_name": word(t, "fault_class", warning.fault_class),
        "seen": warning.seen,
        "expected": f"{expected:.0f}" if expected >= 10 else f"{expected:.1f}",
        "ratio": f"{warning.ratio or 0:.1f}",
        "terminals": warning.terminals,
        "days": warning.days,
        "out_of": warning.out_of,
        "again": RETURN_DAYS,
        "since": t.day_of(warning.since, warning.since.tzinfo if warning.since else None),
    }


def warning_since(t: Translator, since: datetime | None, zone: tzinfo | None = None) -> str:
    """When it began: the day alone where it is counted by days, which begin at midnight in `zone`
    (none: that of the computer)."""
    if since is None:
        return ""
    by_day = since.astimezone(zone).time() == time()
    return t.day_of(since, zone) if by_day else t.moment(since, zone)


def warning_certainty(t: Translator, warning: StandingWarning) -> str:
    """How sure it is, in words; nothing where nothing is estimated."""
    if warning.expected is None:
        return ""
    if warning.confidence >= _AS_GOOD_AS_CERTAIN:
        return t("as good as certain")
    return t("{percent} % sure", percent=f"{100 * warning.confidence:.1f}")


_AS_GOOD_AS_CERTAIN = 0.9995
