"""Recurrence never drifts, never leaves a gap, never doubles, and depends on no horizon."""

from __future__ import annotations

import itertools
from calendar import monthrange
from datetime import date, datetime, time, timedelta

import pytest
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.maintenance.recurrence import Anchor, Recurrence, next_anchor_day, next_dates
from app.domain.maintenance.recurrence_rule import Basis, DayOf, DayOffShift, MonthDay, Rule, Unit
from app.domain.maintenance.workdays import WEEKENDS_ONLY, CalendarDay, DayKind, calendar_of
from tests.domain.maintenance.test_rule_table import CALENDAR

ANCHORS = st.dates(date(2010, 1, 1), date(2030, 12, 31))
SHIFTS = st.sampled_from(list(DayOffShift))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule a plan could have, without exclusions."""
    unit = draw(st.sampled_from(list(Unit)))
    shift = draw(SHIFTS)
    if unit is Unit.DAY:
        return Rule(unit=unit, every=draw(st.integers(1, 400)), shift=shift)
    if unit is Unit.WEEK:
        days = draw(st.sets(st.integers(0, 6), max_size=3))
        return Rule(
            unit=unit, every=draw(st.integers(1, 12)), weekdays=tuple(sorted(days)), shift=shift
        )
    on = draw(
        st.one_of(
            st.just(MonthDay()),
            st.builds(MonthDay, st.just(DayOf.DATE), st.integers(1, 31)),
            st.just(MonthDay(DayOf.LAST_DAY)),
            st.builds(
                MonthDay,
                st.just(DayOf.WEEKDAY),
                st.sampled_from([1, 2, 3, 4, -1]),
                st.integers(0, 6),
            ),
            st.builds(MonthDay, st.just(DayOf.WORKDAY), st.sampled_from([1, 2, 10, -1, -3])),
        )
    )
    if unit is Unit.MONTH:
        return Rule(unit=unit, every=draw(st.integers(1, 24)), on=on, shift=shift)
    months = draw(st.sets(st.integers(1, 12), max_size=4))
    return Rule(
        unit=unit, every=draw(st.integers(1, 5)), on=on, months=tuple(sorted(months)), shift=shift
    )


def dates(rule: Rule, anchor: date, first: date, last: date) -> list[tuple[int, date]]:
    """Numbered dates of a rule."""
    return [
        (due.n, due.on) for due in Recurrence(rule, first, last, CALENDAR).dates(Anchor(anchor))
    ]


@given(rules(), ANCHORS, st.dates(date(2010, 1, 1), date(2058, 1, 1)), st.integers(0, 900))
def test_a_part_of_a_period_has_the_dates_of_the_whole(
    rule: Rule, anchor: date, first: date, days: int
) -> None:
    last = first + timedelta(days=days)
    whole = dates(rule, anchor, date(2010, 1, 1), date(2060, 12, 31))
    assert dates(rule, anchor, first, last) == [item for item in whole if first <= item[1] <= last]


@given(rules(), ANCHORS)
def test_no_date_comes_twice_and_numbers_and_days_both_ascend(rule: Rule, anchor: date) -> None:
    found = dates(rule, anchor, anchor, anchor + timedelta(days=30 * 365))
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(found))
    assert all(day >= anchor for _, day in found)


@given(rules(), ANCHORS)
def test_asking_again_gives_the_same(rule: Rule, anchor: date) -> None:
    span = (anchor, anchor + timedelta(days=1000))
    assert dates(rule, anchor, *span) == dates(rule, anchor, *span)


@given(st.integers(1, 24), ANCHORS)
def test_thirty_years_of_months_keep_the_day_of_the_anchor(every: int, anchor: date) -> None:
    end = date(anchor.year + 30, 12, 31)
    found = dates(Rule(unit=Unit.MONTH, every=every), anchor, anchor, end)
    assert [n for n, _ in found] == list(range(len(found)))
    for n, day in found:
        months = anchor.month - 1 + n * every
        assert (day.year, day.month) == (anchor.year + months // 12, months % 12 + 1)
        assert day.day == min(anchor.day, monthrange(day.year, day.month)[1])
    assert len(found) == ((end.year - anchor.year) * 12 + 12 - anchor.month) // every + 1


@given(
    st.integers(1, 5), st.sampled_from([date(2024, 2, 29), date(2025, 8, 31), date(2026, 1, 30)])
)
def test_leap_days_come_back_in_leap_years(every: int, anchor: date) -> None:
    for n, day in dates(Rule(unit=Unit.YEAR, every=every), anchor, anchor, date(2056, 12, 31)):
        assert day.year == anchor.year + n * every
        assert day.day == min(anchor.day, monthrange(day.year, anchor.month)[1])


@given(rules().filter(lambda rule: rule.shift is DayOffShift.NONE), ANCHORS)
def test_there_is_no_gap(rule: Rule, anchor: date) -> None:
    found = [day for _, day in dates(rule, anchor, anchor, anchor + timedelta(days=8000))]
    longest = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31, Unit.YEAR: 366}[rule.unit] * rule.every
    ends = [anchor, *found, anchor + timedelta(days=8000)]
    slack = 31 if rule.on.kind is not DayOf.ANCHOR else 7
    if rule.unit is Unit.YEAR and rule.months:
        longest += 366
    assert max((b - a).days for a, b in itertools.pairwise(ends)) <= longest + slack


@given(rules(), ANCHORS)
def test_moved_dates_are_working_days_next_to_what_the_rule_named(rule: Rule, anchor: date) -> None:
    for due in Recurrence(rule, date(2026, 1, 1), date(2026, 12, 31), CALENDAR).dates(
        Anchor(anchor)
    ):
        if rule.shift is not DayOffShift.NONE:
            assert CALENDAR.is_workday(due.on.toordinal())
        between = range(*sorted((due.nominal.toordinal(), due.on.toordinal())))
        assert not any(CALENDAR.is_workday(o) for o in between if o != due.on.toordinal())
        if rule.shift is DayOffShift.AFTER:
            assert due.on >= due.nominal
        if rule.shift is DayOffShift.BEFORE:
            assert due.on <= due.nominal


# --- dateutil agrees where it is right ---------------------------------------------------------

_FREQ = {
    Unit.DAY: rrule.DAILY,
    Unit.WEEK: rrule.WEEKLY,
    Unit.MONTH: rrule.MONTHLY,
    Unit.YEAR: rrule.YEARLY,
}
_WEEKDAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)


@settings(max_examples=200)
@given(
    rules().filter(lambda rule: rule.on.kind is not DayOf.WORKDAY),
    ANCHORS.filter(lambda day: day.day <= 28),
)
def test_dateutil_gives_the_same_dates_where_every_month_has_the_day(
    rule: Rule, anchor: date
) -> None:
    rule = Rule(
        unit=rule.unit, every=rule.every, on=rule.on, weekdays=rule.weekdays, months=rule.months
    )
    options: dict[str, object] = {}
    if rule.weekdays:
        options["byweekday"] = [_WEEKDAYS[day] for day in rule.weekdays]
    if rule.unit is Unit.YEAR:
        options["bymonth"] = rule.months or (anchor.month,)
    if rule.on.kind is DayOf.WEEKDAY:
        options["byweekday"] = _WEEKDAYS[rule.on.weekday](rule.on.number)
    elif rule.on.kind is DayOf.DATE:
        options["bymonthday"] = rule.on.number
    elif rule.on.kind is DayOf.LAST_DAY:
        options["bymonthday"] = -1
    elif rule.unit is Unit.YEAR:
        options["bymonthday"] = anchor.day
    start = datetime.combine(anchor, time())
    theirs = rrule.rrule(
        _FREQ[rule.unit], dtstart=start, interval=rule.every, wkst=rrule.MO, **options
    ).between(start, start + timedelta(days=2500), inc=True)
    ours = [day for _, day in dates(rule, anchor, anchor, anchor + timedelta(days=2500))]
    if rule.on.kind is DayOf.DATE and rule.on.number > 28:
        # dateutil leaves short months out; here they have their last day.
        ours = [day for day in ours if day.day == rule.on.number]
    assert ours == [day.date() for day in theirs]


# --- the rest ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "done_on", "kept"),
    [
        (31, date(2026, 2, 28), 31),
        (30, date(2026, 2, 28), 30),
        (31, date(2028, 2, 29), 31),
        (31, date(2028, 2, 28), 28),
        (31, date(2026, 4, 30), 31),
        (31, date(2026, 4, 29), 29),
        (10, date(2026, 2, 28), 28),
        (31, date(2026, 3, 31), 31),
    ],
)
def test_a_floating_plan_keeps_the_day_a_short_month_lacks(
    wanted: int, done_on: date, kept: int
) -> None:
    assert next_anchor_day(wanted, done_on) == kept


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=40))
def test_a_floating_plan_counts_from_what_was_done(delays: list[int]) -> None:
    rule = Rule(unit=Unit.MONTH, basis=Basis.FLOATING)
    done, wanted = date(2026, 1, 31), 31
    for delay in delays:
        (due,) = next_dates(rule, Anchor(done, wanted, 1), done, 1, CALENDAR)
        following = date(done.year + done.month // 12, done.month % 12 + 1, 1)
        length = monthrange(following.year, following.month)[1]
        assert due.on == following.replace(day=min(wanted, length))
        done = due.on + timedelta(days=delay)
        wanted = next_anchor_day(wanted, done)


def test_a_year_without_holiday_data_is_said_and_not_guessed() -> None:
    rule = Rule(unit=Unit.MONTH, shift=DayOffShift.AFTER)
    found = Recurrence(rule, date(2026, 9, 1), date(2027, 2, 28), CALENDAR).dates(
        Anchor(date(2026, 1, 1))
    )
    assert [(due.on.isoformat(), due.uncertain) for due in found] == [
        ("2026-09-01", False),
        ("2026-10-08", False),
        ("2026-11-02", False),
        ("2026-12-01", False),
        ("2027-01-01", True),
        ("2027-02-01", True),
    ]
    assert CALENDAR.unknown_years(date(2025, 5, 1), date(2027, 1, 1)) == (2025, 2027)
    assert not any(
        due.uncertain
        for due in Recurrence(
            Rule(unit=Unit.MONTH), date(2030, 1, 1), date(2031, 1, 1), WEEKENDS_ONLY
        ).dates(Anchor(date(2026, 1, 1)))
    )


def test_many_terminals_share_what_is_computed() -> None:
    anchors = [Anchor(date(2020, 1, 1) + timedelta(days=n)) for n in range(2000)]
    together = Recurrence(
        Rule(unit=Unit.MONTH, every=3), date(2026, 1, 1), date(2027, 12, 31), CALENDAR
    )
    for anchor, found in zip(anchors, together.all(anchors), strict=True):
        alone = Recurrence(together.rule, date(2026, 1, 1), date(2027, 12, 31), CALENDAR)
        assert list(found) == list(alone.dates(anchor))
        assert len(found) == 8
        assert list(found.days) == [due.on.toordinal() for due in found]


def test_next_dates_stop_where_the_rule_does() -> None:
    anchor = Anchor(date(2026, 1, 31))
    five = next_dates(Rule(unit=Unit.YEAR), anchor, date(2026, 6, 1), 5, CALENDAR)
    assert [due.on.year for due in five] == [2027, 2028, 2029, 2030, 2031]
    never = Rule(unit=Unit.WEEK, weekdays=(5,), shift=DayOffShift.SKIP)
    assert next_dates(never, anchor, date(2026, 1, 1), 5, WEEKENDS_ONLY) == ()


def test_a_month_without_a_working_day_still_has_a_date() -> None:
    closed = calendar_of(CalendarDay(date(2026, 2, day), DayKind.OFF) for day in range(1, 29))
    rule = Rule(unit=Unit.MONTH, on=MonthDay(DayOf.WORKDAY, -1))
    found = Recurrence(rule, date(2026, 2, 1), date(2026, 2, 28), closed).dates(
        Anchor(date(2026, 1, 1))
    )
    assert [due.on for due in found] == [date(2026, 2, 28)]
