"""Recurrence rules as people enter them and as they are kept: checked, written down, read back."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.errors import BadValue, InvalidInput, Problems
from app.domain.maintenance.recurrence import Anchor, next_dates
from app.domain.maintenance.recurrence_rule import (
    Basis,
    DayOf,
    DayOffShift,
    DaySpan,
    MonthDay,
    Rule,
    Unit,
    YearSpan,
    shortest_gap,
)
from app.domain.maintenance.workdays import WEEKENDS_ONLY
from app.domain.parsing import parse_count, parse_date
from app.domain.text import compact

MOST_EVERY = {Unit.DAY: 3660, Unit.WEEK: 520, Unit.MONTH: 120, Unit.YEAR: 20}
MOST_WINDOW = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """A rule as typed.  Numbers and spans are text; choices are the words of the enumerations.

    Spans are written ``03-01..11-30`` (every year) or ``2027-02-10..2027-02-20`` (once), several
    separated by commas or semicolons.
    """

    every: str = "1"
    unit: str = Unit.MONTH
    basis: str = Basis.FIXED
    on: str = DayOf.ANCHOR
    number: str = ""
    weekday: str = ""
    weekdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    seasons: str = ""
    pauses: str = ""
    shift: str = DayOffShift.NONE
    early_days: str = "0"
    late_days: str = "0"


def check_rule(draft: RuleDraft, start: date, end: date | None = None) -> Rule:
    """The draft as a rule.  Raises `InvalidInput`.

    Refused are an interval of 0, choices that contradict each other, windows that overlap (it
    could not be said which date a piece of work belongs to), and rules without any date.
    """
    problems = Problems()
    values: dict[str, Any] = {
        name: _choice(problems, name, getattr(draft, name), words)
        for name, words in (("unit", Unit), ("basis", Basis), ("shift", DayOffShift))
    }
    unit = values["unit"] or Unit.MONTH
    values["every"] = _count(problems, "every", draft.every, 1, MOST_EVERY[unit])
    for name in ("early_days", "late_days"):
        values[name] = _count(
            problems,
            name,
            draft.early_days if name == "early_days" else draft.late_days,
            0,
            MOST_WINDOW,
        )
    values["on"] = _month_day(problems, draft)
    values["weekdays"] = _members(problems, "weekdays", draft.weekdays, 0, 6)
    values["months"] = _members(problems, "months", draft.months, 1, 12)
    with problems.field("seasons"):
        values["seasons"] = tuple(span for span in parse_spans(draft.seasons) if _yearly(span))
    with problems.field("pauses"):
        values["pauses"] = parse_spans(draft.pauses)
    problems.raise_if_any()
    rule = Rule(**values)
    _refuse_contradictions(rule, problems)
    problems.raise_if_any()
    if not has_dates(rule, start, end):
        raise InvalidInput.of("every", "rule.no_dates")
    return rule


def has_dates(rule: Rule, start: date, end: date | None) -> bool:
    """Whether the rule, counted from `start`, ever comes to a date (not after `end`)."""
    found = next_dates(rule, Anchor(start), start, 1, WEEKENDS_ONLY)
    return bool(found) and (end is None or found[0].on <= end)


def _choice(problems: Problems, name: str, raw: str, words: Any) -> Any:
    try:
        return words(raw)
    except ValueError:
        problems.add(name, "choice.unknown", value=raw)
        return None


def _count(problems: Problems, name: str, raw: str, least: int, most: int) -> int | None:
    value = None
    with problems.field(name):
        value = parse_count(raw, least=least, most=most)
        if value is None:
            raise BadValue("text.missing")
    return value


def _members(
    problems: Problems, name: str, values: tuple[int, ...], least: int, most: int
) -> tuple[int, ...]:
    for value in values:
        if not least <= value <= most:
            problems.add(name, "number.out_of_range", value=value, least=least, most=most)
    return tuple(sorted(set(values)))


def _month_day(problems: Problems, draft: RuleDraft) -> MonthDay:
    kind: DayOf | None = _choice(problems, "on", draft.on, DayOf)
    if kind is DayOf.DATE:
        return MonthDay(kind, _count(problems, "number", draft.number, 1, 31) or 0)
    if kind is DayOf.WEEKDAY:
        number = _count(problems, "number", draft.number, -1, 4)
        if number == 0:
            problems.add("number", "rule.which_weekday")
        return MonthDay(kind, number or 0, _count(problems, "weekday", draft.weekday, 0, 6) or 0)
    if kind is DayOf.WORKDAY:
        number = _count(problems, "number", draft.number, -10, 10)
        if number == 0:
            problems.add("number", "rule.which_workday")
        return MonthDay(kind, number or 0)
    return MonthDay(kind or DayOf.ANCHOR)


def _refuse_contradictions(rule: Rule, problems: Problems) -> None:
    by_month = rule.unit in {Unit.MONTH, Unit.YEAR}
    if rule.weekdays and rule.unit is not Unit.WEEK:
        problems.add("weekdays", "rule.weekdays_need_weeks")
    if rule.on.kind is not DayOf.ANCHOR and not by_month:
        problems.add("on", "rule.day_needs_months")
    if rule.basis is Basis.FLOATING and (rule.weekdays or rule.on.kind is not DayOf.ANCHOR):
        problems.add("basis", "rule.floating_has_no_day")
    if rule.basis is Basis.FLOATING and rule.unit is Unit.YEAR and rule.months:
        problems.add("months", "rule.floating_has_no_day")
    if rule.early_days + rule.late_days >= shortest_gap(rule):
        problems.add("late_days", "rule.windows_overlap", days=max(0, shortest_gap(rule) - 1))


# --- spans -------------------------------------------------------------------------------------

_PART = re.compile(r"(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})")


def parse_spans(raw: str) -> tuple[YearSpan | DaySpan, ...]:
    """Spans of a year or of days.  Raises `BadValue`."""
    parts = [compact(part) for part in re.split(r"[,;，；、\n]", raw)]
    return tuple(_span(part) for part in parts if part)


def _span(text: str) -> YearSpan | DaySpan:
    first, separator, last = text.partition("..")
    ends = [_PART.fullmatch(part) for part in (first, last if separator else first)]
    if ends[0] is None or ends[1] is None or bool(ends[0][1]) != bool(ends[1][1]):
        raise BadValue("span.malformed", value=text)
    if ends[0][1]:
        since, until = parse_date(first), parse_date(last if separator else first)
        assert since is not None
        assert until is not None
        if until < since:
            raise BadValue("date.before", other=since)
        return DaySpan(since, until)
    return YearSpan(*(_month_and_day(int(end[2]), int(end[3]), text) for end in ends if end))


def _month_and_day(month: int, day: int, text: str) -> tuple[int, int]:
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2024, month)[1]:
        raise BadValue("span.malformed", value=text)
    return month, day


def _yearly(span: YearSpan | DaySpan) -> bool:
    if isinstance(span, DaySpan):
        raise BadValue("span.season_has_year", value=write_spans([span]))
    return True


def write_spans(spans: tuple[YearSpan | DaySpan, ...] | list[Any]) -> str:
    """Spans as `parse_spans` reads them."""

    def end(value: date | tuple[int, int]) -> str:
        if isinstance(value, date):
            return value.isoformat()
        return f"{value[0]:02d}-{value[1]:02d}"

    return ", ".join(f"{end(span.first)}..{end(span.last)}" for span in spans)


# --- as a document -----------------------------------------------------------------------------


def draft_of_rule(rule: Rule) -> RuleDraft:
    """The rule as an editable draft; checking it unchanged gives the same rule back."""
    numbered = rule.on.kind in {DayOf.DATE, DayOf.WEEKDAY, DayOf.WORKDAY}
    return RuleDraft(
        every=str(rule.every),
        unit=rule.unit,
        basis=rule.basis,
        on=rule.on.kind,
        number=str(rule.on.number) if numbered else "",
        weekday=str(rule.on.weekday) if rule.on.kind is DayOf.WEEKDAY else "",
        weekdays=rule.weekdays,
        months=rule.months,
        seasons=write_spans(rule.seasons),
        pauses=write_spans(rule.pauses),
        shift=rule.shift,
        early_days=str(rule.early_days),
        late_days=str(rule.late_days),
    )


def write_rule(rule: Rule) -> dict[str, Any]:
    """The rule as JSON can keep it; what has its default is left out."""
    document: dict[str, Any] = {"unit": str(rule.unit), "every": rule.every}
    if rule.basis is not Basis.FIXED:
        document["basis"] = str(rule.basis)
    if rule.on != MonthDay():
        document["on"] = [str(rule.on.kind), rule.on.number, rule.on.weekday]
    for name in ("weekdays", "months"):
        if getattr(rule, name):
            document[name] = list(getattr(rule, name))
    for name in ("seasons", "pauses"):
        if getattr(rule, name):
            document[name] = write_spans(getattr(rule, name))
    if rule.shift is not DayOffShift.NONE:
        document["shift"] = str(rule.shift)
    for name in ("early_days", "late_days"):
        if getattr(rule, name):
            document[name] = getattr(rule, name)
    return document


def read_rule(document: dict[str, Any]) -> Rule:
    """The rule `write_rule` kept."""
    kind, number, weekday = document.get("on", (DayOf.ANCHOR, 0, 0))
    seasons = parse_spans(document.get("seasons", ""))
    return Rule(
        unit=Unit(document["unit"]),
        every=document["every"],
        basis=Basis(document.get("basis", Basis.FIXED)),
        on=MonthDay(DayOf(kind), number, weekday),
        weekdays=tuple(document.get("weekdays", ())),
        months=tuple(document.get("months", ())),
        seasons=tuple(span for span in seasons if isinstance(span, YearSpan)),
        pauses=parse_spans(document.get("pauses", "")),
        shift=DayOffShift(document.get("shift", DayOffShift.NONE)),
        early_days=document.get("early_days", 0),
        late_days=document.get("late_days", 0),
    )
