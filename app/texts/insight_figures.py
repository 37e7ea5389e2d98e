"""The words of the figures: name and definition of each, and a value as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.domain.insight.figure_kinds import (
    LEAST_FAILURES,
    LEAST_FOR_MEDIAN,
    MATURE_AFTER,
    Compared,
    Figure,
    FigureKind,
    FigureReport,
    FigureUnit,
    GroupedBy,
)
from app.i18n import N_, Translator
from app.texts.figures import KeyFigureWords

_K = FigureKind
FIGURE_WORDS: Mapping[FigureKind, KeyFigureWords] = {
    _K.REPORTED: KeyFigureWords(
        N_("Reported"),
        N_("Incidents reported in the period, without cancelled and duplicate ones."),
    ),
    _K.ITEM_FAILURES: KeyFigureWords(
        N_("Failures of terminals"),
        N_("Of those reported, the cases whose cause was the terminal itself."),
    ),
    _K.RESOLVED: KeyFigureWords(N_("Resolved"), N_("Incidents resolved in the period.")),
    _K.MTBF: KeyFigureWords(
        N_("Days between failures"),
        N_(
            "Running time of the terminals at merchants ÷ failures of terminals reported; exact"
            " Poisson interval. No figure below {least} failures. By firmware: failures and running"
            " time under the firmware of then."
        ),
    ),
    _K.AVAILABILITY: KeyFigureWords(
        N_("Availability"),
        N_(
            "1 − time down ÷ running time of the positions; account cases and terminals that still"
            " traded are not down, overlapping stops count once. n: stops."
        ),
    ),
    _K.RESPONSE: KeyFigureWords(
        N_("Response time"),
        N_("Median from the report until work began, of cases resolved; n: cases with a start."),
    ),
    _K.TRAVEL: KeyFigureWords(
        N_("Travel time"),
        N_("Median of the travel time noted for a case, of cases resolved that have any."),
    ),
    _K.DIAGNOSIS: KeyFigureWords(
        N_("Diagnosis time"),
        N_("Median of the checks and measurements noted for a case, of cases that have any."),
    ),
    _K.WAIT_PARTS: KeyFigureWords(
        N_("Waiting for parts"),
        N_("Median of the holds for parts, of cases that had one."),
    ),
    _K.WAIT_OUTSIDE: KeyFigureWords(
        N_("Waiting for others"),
        N_(
            "Median of the holds outside our control (merchant, carrier, bank, access), of cases"
            " that had one; the promised time stands still meanwhile."
        ),
    ),
    _K.WAIT_OTHER: KeyFigureWords(
        N_("Other waits"), N_("Median of all other holds, of cases that had one.")
    ),
    _K.REPAIR: KeyFigureWords(
        N_("Repair time"),
        N_("Median from the beginning of work until resolved, without holds; not of reopened."),
    ),
    _K.RESTORATION: KeyFigureWords(
        N_("Restoration of terminals"),
        N_(
            "Median from down until restored, of failures of the terminal alone; declined cards and"
            " other cases are never in it."
        ),
    ),
    _K.SETTLED: KeyFigureWords(
        N_("Other cases settled"),
        N_("Median from report until resolved, of cases the terminal did not cause."),
    ),
    _K.RESPONSE_ON_TIME: KeyFigureWords(
        N_("Begun on time"),
        N_("Begun within the promised time ÷ resolved cases with a promised time and a start."),
    ),
    _K.RESOLVED_ON_TIME: KeyFigureWords(
        N_("Resolved on time"),
        N_(
            "Resolved within the promised time ÷ resolved cases with one; stops outside our control"
            " do not count. Imported history has no promised time and is left out."
        ),
    ),
    _K.FIRST_TIME: KeyFigureWords(
        N_("Fixed the first time"),
        N_(
            "Not reopened, and the same class not reported again on the same terminal within"
            " {days} days ÷ resolved cases {days} days or more before what is known ends;"
            " younger ones cannot be judged yet."
        ),
    ),
    _K.REPEATED: KeyFigureWords(
        N_("Repeat trips"),
        N_("Cases with more than one trip noted ÷ resolved cases with a trip."),
    ),
    _K.AVOIDABLE: KeyFigureWords(
        N_("Avoidable trips"),
        N_(
            "Cases of operation, account or system, which end at a desk ÷ resolved cases with a"
            " trip noted."
        ),
    ),
    _K.REOPENED: KeyFigureWords(N_("Share reopened"), N_("Reopened at least once ÷ resolved.")),
    _K.CLASS_AGREED: KeyFigureWords(
        N_("Class agreed"),
        N_("First class equal to the confirmed one ÷ resolved cases with both."),
    ),
    _K.MAINTENANCE: KeyFigureWords(
        N_("Maintenance on time"),
        N_("Done inside its window ÷ windows that closed in the period."),
    ),
    _K.BACKLOG: KeyFigureWords(
        N_("Open at the end"), N_("Reported before the period ended and not resolved by then.")
    ),
    _K.BACKLOG_AGE: KeyFigureWords(
        N_("Age of open cases"), N_("Median of the days since the report, of cases open then.")
    ),
    _K.PARTS: KeyFigureWords(
        N_("Parts"),
        N_("Quantity × price noted, of parts fitted in cases resolved; n: cases with parts."),
    ),
    _K.FEES: KeyFigureWords(
        N_("Fees"), N_("Call-out, labour and other fees of cases resolved; n: cases with one.")
    ),
}
"""Each figure's name and its one definition, shown as tooltip and printed."""

GROUPED_BY: Mapping[GroupedBy, str] = {
    GroupedBy.NOTHING: N_("everything"),
    GroupedBy.MODEL: N_("Model"),
    GroupedBy.FIRMWARE: N_("Model and firmware"),
    GroupedBy.AREA: N_("Area"),
    GroupedBy.TECHNICIAN: N_("Technician"),
    GroupedBy.ACQUIRER: N_("Acquirer"),
}


_UNITS: Mapping[FigureUnit, str] = {
    FigureUnit.COUNT: N_("cases"),
    FigureUnit.SHARE: N_("share"),
    FigureUnit.HOURS: N_("hours"),
    FigureUnit.DAYS: N_("days"),
    FigureUnit.CENTS: N_("yuan"),
}


def unit_name(t: Translator, unit: FigureUnit) -> str:
    """What it is measured in."""
    return t(_UNITS[unit])


def figure_name(t: Translator, kind: FigureKind) -> str:
    """What it is called."""
    return t(FIGURE_WORDS[kind].name)


def figure_definition(t: Translator, kind: FigureKind) -> str:
    """How it is worked out."""
    return t(FIGURE_WORDS[kind].formula, least=LEAST_FAILURES, days=MATURE_AFTER.days)


def value_text(t: Translator, unit: FigureUnit, value: float | None) -> str:
    """A value with its unit; a dash where there is none."""
    if value is None:
        return "—"
    match unit:
        case FigureUnit.COUNT:
            return f"{value:,.0f}"
        case FigureUnit.SHARE:
            return _percent(value)
        case FigureUnit.HOURS:
            return t("{hours} h", hours=f"{value:.1f}")
        case FigureUnit.DAYS:
            return t("{days} d", days=f"{value:,.0f}" if value >= 20 else f"{value:.1f}")
        case FigureUnit.CENTS:
            return f"¥{value / 100:,.2f}"


def _percent(value: float) -> str:
    """A share; close to one with so many digits that it is not all."""
    shown = f"{100 * value:.1f}"
    return (
        f"{100 * value:.3f}%" if shown in ("100.0", "0.0") and value not in (0, 1) else shown + "%"
    )


def interval_text(t: Translator, figure: Figure) -> str:
    """Its interval; nothing where it has none."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = (value_text(t, figure.unit, one) for one in (figure.low, figure.high))
    return f"{low} – {high}"


def bare_interval(figure: Figure) -> str:
    """The interval in the numbers of the value, without the unit, for a narrow column."""
    if figure.low is None or figure.high is None:
        return ""
    factor = 100 if figure.unit is FigureUnit.SHARE else 1
    digits = 0 if figure.unit is FigureUnit.DAYS and figure.low >= 20 else 1
    return f"{figure.low * factor:,.{digits}f} – {figure.high * factor:,.{digits}f}"


def cases_text(t: Translator, figure: Figure) -> str:
    """The number of cases behind it, and those that cannot be judged yet."""
    n = f"{figure.hits:,} / {figure.n:,}" if figure.hits is not None else f"{figure.n:,}"
    if figure.immature:
        return t("{n}, {young} too young", n=n, young=figure.immature)
    return n


def doubt_text(t: Translator, figure: Figure) -> str:
    """Why there is no value, or no interval."""
    if figure.kind is FigureKind.MTBF and figure.n < LEAST_FAILURES:
        return t("fewer than {least} failures", least=LEAST_FAILURES)
    if figure.value is None:
        return t("no case to judge")
    if figure.unit in (FigureUnit.HOURS, FigureUnit.DAYS) and figure.low is None:
        return t("fewer than {least} cases: no interval", least=LEAST_FOR_MEDIAN)
    return ""


_COMPARED: Mapping[Compared, str] = {
    Compared.SAME_DAYS: N_("same days of the month before: {first} to {last}"),
    Compared.WHOLE_MONTH: N_("the whole month before: {first} to {last}"),
    Compared.AS_MANY_DAYS: N_("as many days before: {first} to {last}"),
}


def compared_text(t: Translator, report: FigureReport) -> str:
    """What the figures are compared with, as what it is."""
    span = report.before_period
    return compared_span_text(t, report.compared, span.first, span.last)


def compared_span_text(t: Translator, compared: Compared, first: date, last: date) -> str:
    """The same from its parts."""
    return t(_COMPARED[compared], first=t.day(first), last=t.day(last))
