"""A maintenance rule as a sentence."""

from __future__ import annotations

import re
from datetime import date

from app.domain.maintenance.plans import AnchorKind, Contents, EventRule, PlanEvent
from app.domain.maintenance.recurrence_drafts import write_spans
from app.domain.maintenance.recurrence_rule import Basis, DayOf, DayOffShift, MonthDay, Rule, Unit
from app.i18n import N_, Translator
from app.texts import word

WEEKDAY_NAMES = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
MONTH_NAMES = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
_CRAMPED = re.compile(r"([\u4e00-\u9fff])(\d)")
_ORDINALS = {1: N_("first"), 2: N_("second"), 3: N_("third"), 4: N_("fourth"), -1: N_("last")}


def listed(t: Translator, items: list[str]) -> str:
    """Words with the list mark of the language between them."""
    return t(", ").join(items)


def rule_sentence(
    t: Translator, rule: Rule, anchor: AnchorKind = AnchorKind.START, starts_on: date | None = None
) -> str:
    """The rule in words: how often, on which day, what about days off, which window."""
    clauses = [_how_often(t, rule, anchor, starts_on)]
    if rule.months and rule.unit is not Unit.YEAR:
        clauses.append(t("only in {months}", months=_months(t, rule.months)))
    if rule.seasons:
        clauses.append(t("only from {spans}", spans=_spans(t, rule.seasons)))
    if rule.pauses:
        clauses.append(t("not from {spans}", spans=_spans(t, rule.pauses)))
    if rule.basis is Basis.FLOATING:
        clauses.append(t("counted from the day it was last done"))
    if rule.shift is not DayOffShift.NONE:
        clauses.append(t(_SHIFTS[rule.shift]))
    clauses += _window(t, rule)
    sentence = t("{clauses}.", clauses=t("; ").join(clauses))
    # Chinese type sets a space between a character and a digit after it.
    return _CRAMPED.sub(r"\1 \2", sentence[0].upper() + sentence[1:])


_SHIFTS = {
    DayOffShift.BEFORE: N_("on a day off, the working day before"),
    DayOffShift.AFTER: N_("on a day off, the next working day"),
    DayOffShift.SKIP: N_("left out on days off"),
}


def _window(t: Translator, rule: Rule) -> list[str]:
    if rule.early_days and rule.late_days:
        return [
            t(
                "up to {early} days early or {late} days late is on time",
                early=rule.early_days,
                late=rule.late_days,
            )
        ]
    if rule.early_days:
        return [t("up to {early} days early is on time", early=rule.early_days)]
    if rule.late_days:
        return [t("up to {late} days late is on time", late=rule.late_days)]
    return [t("on time on that very day only")]


def interval(t: Translator, unit: Unit, every: int) -> str:
    """How often a plan comes round, such as "every 3 months"."""
    return {
        Unit.DAY: t("every day") if every == 1 else t("every {n} days", n=every),
        Unit.WEEK: t("every week") if every == 1 else t("every {n} weeks", n=every),
        Unit.MONTH: t("every month") if every == 1 else t("every {n} months", n=every),
        Unit.YEAR: t("every year") if every == 1 else t("every {n} years", n=every),
    }[unit]


def _how_often(t: Translator, rule: Rule, anchor: AnchorKind, starts_on: date | None) -> str:
    often = interval(t, rule.unit, rule.every)
    if rule.unit is Unit.DAY:
        return often
    if rule.unit is Unit.YEAR and rule.months:
        often = t("{often} in {months}", often=often, months=_months(t, rule.months))
    day = _day(t, rule, anchor, starts_on)
    return t("{often} on {day}", often=often, day=day) if day else often


def _day(t: Translator, rule: Rule, anchor: AnchorKind, starts_on: date | None) -> str:
    if rule.unit is Unit.WEEK and rule.weekdays:
        return listed(t, [t(WEEKDAY_NAMES[day]) for day in rule.weekdays])
    if rule.on.kind is not DayOf.ANCHOR:
        return _month_day(t, rule.on)
    if rule.basis is Basis.FLOATING:
        return ""
    if anchor is AnchorKind.INSTALLED:
        return _installed(t, rule)
    if starts_on is None:
        return t("the day it began")
    if rule.unit is Unit.WEEK:
        return t(WEEKDAY_NAMES[starts_on.weekday()])
    if rule.unit is Unit.YEAR and not rule.months:
        return t("{month} {day}", month=t(MONTH_NAMES[starts_on.month - 1]), day=starts_on.day)
    return t("day {day}", day=starts_on.day)


def _installed(t: Translator, rule: Rule) -> str:
    if rule.unit is Unit.WEEK:
        return t("the weekday of installation")
    return t("the day of installation")


def _month_day(t: Translator, on: MonthDay) -> str:
    if on.kind is DayOf.LAST_DAY:
        return t("the last day")
    if on.kind is DayOf.DATE:
        return t("day {day}", day=on.number)
    if on.kind is DayOf.WEEKDAY:
        which, name = t(_ORDINALS[on.number]), t(WEEKDAY_NAMES[on.weekday])
        return t("the {which} {weekday}", which=which, weekday=name)
    if on.number in _ORDINALS:
        return t("the {which} working day", which=t(_ORDINALS[on.number]))
    if on.number > 0:
        return t("working day {n}", n=on.number)
    return t("working day {n} from the end", n=-on.number)


def _months(t: Translator, months: tuple[int, ...]) -> str:
    return listed(t, [t(MONTH_NAMES[month - 1]) for month in months])


def _spans(t: Translator, spans: tuple[object, ...]) -> str:
    written = write_spans(list(spans)).split(", ")
    ends = [span.split("..") for span in written]
    return listed(t, [t("{first} to {last}", first=a, last=b) for a, b in ends])


def plan_sentence(t: Translator, contents: Contents) -> str:
    """Everything that makes a plan due, in words."""
    parts = []
    if contents.rule is not None:
        parts.append(rule_sentence(t, contents.rule, contents.anchor, contents.starts_on))
    if contents.meter is not None:
        kind = word(t, "meter_kind", contents.meter.kind)
        every = contents.meter.every
        parts.append(
            t("Or after {every} {kind}, whichever comes first.", every=every, kind=kind)
            if contents.rule is not None
            else t("Every {every} {kind}.", every=every, kind=kind)
        )
    if contents.events:
        events = listed(t, [_event(t, event) for event in contents.events])
        days = contents.event_late_days
        parts.append(
            t("Also after {events}, within {days} days.", events=events, days=days)
            if parts
            else t("After {events}, within {days} days.", events=events, days=days)
        )
    return "\n".join(parts)


def _event(t: Translator, event: EventRule) -> str:
    if event.event is not PlanEvent.INCIDENTS:
        return word(t, "plan_event", event.event)
    classes = listed(t, [word(t, "fault_class", c) for c in event.classes])
    if event.times == 1:
        return t("an incident ({classes})", classes=classes) if classes else t("an incident")
    if not classes:
        return t("{n} incidents in {days} days", n=event.times, days=event.within_days)
    return t(
        "{n} incidents in {days} days ({classes})",
        n=event.times,
        days=event.within_days,
        classes=classes,
    )
