"""Rules, counters, groups and answers as values: what is entered comes back, edges hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given

from app.domain.errors import BadValue, InvalidInput
from app.domain.maintenance.checklist_lines import (
    LINE_TYPES,
    AnswerDraft,
    ChecklistLine,
    EntryForm,
    LineChoice,
    LineKind,
    LineVerdict,
    judge,
)
from app.domain.maintenance.meters import CounterReading, MeterKind, MeterRule, meter_due
from app.domain.maintenance.occurrences import Occasion, Occurrence
from app.domain.maintenance.plans import Scope, WorkPlace
from app.domain.maintenance.recurrence_drafts import (
    RuleDraft,
    check_rule,
    draft_of_rule,
    has_dates,
    parse_spans,
    read_rule,
    write_rule,
    write_spans,
)
from app.domain.maintenance.recurrence_rule import DaySpan, Rule, Unit, YearSpan, shortest_gap
from app.domain.maintenance.visits import combined_minutes, common_window, group
from app.domain.maintenance.workdays import WorkCalendar, calendar_of
from app.languages import LocalizedText
from app.texts.checklists import LINE_HINTS
from tests.domain.maintenance.test_recurrence import rules

START = date(2026, 11, 23)


@given(rules())
def test_a_rule_survives_being_kept_and_being_edited(rule: Rule) -> None:
    assert read_rule(write_rule(rule)) == rule
    if has_dates(rule, START, None):
        # A weekday that is never worked, with days off skipped, has none.
        assert check_rule(draft_of_rule(rule), START) == rule


def test_spans_are_read_in_the_usual_ways() -> None:
    assert parse_spans("03-01..06-30，2027-02-01..2027-02-20; 12-31") == (
        YearSpan((3, 1), (6, 30)),
        DaySpan(date(2027, 2, 1), date(2027, 2, 20)),
        YearSpan((12, 31), (12, 31)),
    )
    assert parse_spans(" ") == ()
    for wrong in ("3月", "02-30..03-01", "2027-02-10..02-20", "2027-02-20..2027-02-10"):
        with pytest.raises(BadValue):
            parse_spans(wrong)
    spans = parse_spans("11-15..02-15, 2027-02-01..2027-02-20")
    assert parse_spans(write_spans(spans)) == spans
    winter = spans[0]
    assert [winter.contains(date(2026, m, 20)) for m in (1, 3, 11, 12)] == [True, False, True, True]


def test_windows_may_touch_but_not_overlap() -> None:
    assert shortest_gap(Rule(unit=Unit.WEEK, weekdays=(0, 3))) == 3
    check_rule(
        RuleDraft(every="1", unit="week", weekdays=(0, 3), early_days="1", late_days="1"), START
    )
    with pytest.raises(InvalidInput):
        check_rule(
            RuleDraft(every="1", unit="week", weekdays=(0, 3), early_days="2", late_days="1"), START
        )
    check_rule(RuleDraft(every="1", unit="month", early_days="14", late_days="13"), START)
    check_rule(RuleDraft(every="1", unit="year", months=(1, 3), late_days="50"), START)
    with pytest.raises(InvalidInput):
        check_rule(RuleDraft(every="1", unit="year", months=(1, 3), late_days="60"), START)


# --- counters ----------------------------------------------------------------------------------

EVERY_1000 = MeterRule(MeterKind.PRINTS, 1000)


def readings(*pairs: tuple[int, int]) -> list[CounterReading]:
    """Readings so many days after the start."""
    return [CounterReading(START + timedelta(days=days), value) for days, value in pairs]


def test_a_counter_is_reached_on_the_day_it_was_seen() -> None:
    found = meter_due(EVERY_1000, START, readings((0, 5000), (10, 5600), (20, 6100)), START)
    assert found.reached_on == START + timedelta(days=20)
    assert found.used == 1100


def test_a_counter_is_expected_at_the_rate_so_far() -> None:
    found = meter_due(EVERY_1000, START, readings((0, 100), (10, 350)), START + timedelta(days=10))
    assert found.on == START + timedelta(days=40)
    assert not found.stale


def test_a_counter_that_began_again_is_counted_on() -> None:
    found = meter_due(EVERY_1000, START, readings((0, 900), (5, 1400), (10, 100), (15, 600)), START)
    assert found.used == 1100
    assert found.reached_on == START + timedelta(days=15)


def test_a_counter_nobody_read_says_nothing_and_is_stale() -> None:
    empty = meter_due(EVERY_1000, START, [], START)
    assert (empty.on, empty.stale) == (None, True)
    alone = meter_due(EVERY_1000, START, readings((0, 5)), START + timedelta(days=90))
    assert (alone.on, alone.stale) == (None, True)
    still = meter_due(EVERY_1000, START, readings((0, 5), (9, 5)), START)
    assert still.on is None


# --- groups ------------------------------------------------------------------------------------


def task(key: str, opens: int, closes: int, site: str = "m", minutes: int = 30) -> Occurrence:
    """A task whose window lies so many days from the start."""
    due = START + timedelta(days=closes)
    return Occurrence(
        id="",
        plan_id=key,
        plan_key=key,
        plan_name=LocalizedText(key, key),
        version_id="v",
        scope=Scope.TERMINAL,
        place=WorkPlace.SITE,
        subject=key,
        slot=f"n{key}",
        n=0,
        occasion=Occasion.CALENDAR,
        nominal_on=due,
        due_on=due,
        window_from=START + timedelta(days=opens),
        window_until=due,
        minutes=minutes,
        merchant_id=site,
    )


def test_the_fewest_visits_do_everything_on_time() -> None:
    found = group([task("a", 0, 5), task("b", 3, 9), task("c", 6, 12), task("d", 0, 2, "n")], START)
    assert [[t.plan_key for t in g.occurrences] for g in found] == [["d"], ["a", "b"], ["c"]]
    both = found[1]
    assert (both.window_from, both.window_until) == (
        START + timedelta(days=3),
        START + timedelta(days=5),
    )


def test_a_visit_keeps_a_worked_day() -> None:
    # 28 and 29 November 2026 are a weekend
    tasks = [task("a", 0, 6), task("b", 5, 12)]
    assert len(group(tasks, START)) == 1
    assert len(group(tasks, START, lambda day: day.weekday() < 5)) == 2


def test_what_was_missed_is_done_within_days_with_the_rest() -> None:
    found = group([task("late", -30, -20), task("now", -5, 5)], START)
    assert [len(g.occurrences) for g in found] == [2]
    assert common_window([t.window for t in found[0].occurrences], START) == (
        START - timedelta(days=5),
        START + timedelta(days=5),
    )


def test_several_tasks_at_a_site_take_less_than_each_alone() -> None:
    assert combined_minutes([10, 30, 20]) == 54
    assert combined_minutes([]) == 0


# --- answers -----------------------------------------------------------------------------------

CHOICES = (
    LineChoice("ok", LocalizedText("好", "good")),
    LineChoice("bad", LocalizedText("坏", "bad"), fails=True),
)


@pytest.mark.parametrize(
    ("line", "answer", "verdict"),
    [
        (
            ChecklistLine(
                key="x", kind=LineKind.NUMBER, text=LocalizedText("", ""), least=10, most=20
            ),
            "10",
            LineVerdict.PASS,
        ),
        (
            ChecklistLine(
                key="x", kind=LineKind.NUMBER, text=LocalizedText("", ""), least=10, most=20
            ),
            "20.01",
            LineVerdict.FAIL,
        ),
        (
            ChecklistLine(key="x", kind=LineKind.NUMBER, text=LocalizedText("", ""), least=-105),
            "−110",
            LineVerdict.FAIL,
        ),
        (
            ChecklistLine(key="x", kind=LineKind.NUMBER, text=LocalizedText("", "")),
            "１２",
            LineVerdict.PASS,
        ),
        (
            ChecklistLine(
                key="x", kind=LineKind.CHOICE, text=LocalizedText("", ""), choices=CHOICES
            ),
            "ok",
            LineVerdict.PASS,
        ),
        (
            ChecklistLine(
                key="x", kind=LineKind.CHOICE, text=LocalizedText("", ""), choices=CHOICES
            ),
            "bad",
            LineVerdict.FAIL,
        ),
        (
            ChecklistLine(key="x", kind=LineKind.SERIAL, text=LocalizedText("", "")),
            "test n91-0001".replace("-", ""),
            LineVerdict.PASS,
        ),
        (
            ChecklistLine(key="x", kind=LineKind.SERIAL, text=LocalizedText("", "")),
            "TESTN910002",
            LineVerdict.FAIL,
        ),
        (
            ChecklistLine(key="x", kind=LineKind.TEXT, text=LocalizedText("", "")),
            "任何",
            LineVerdict.PASS,
        ),
    ],
)
def test_answers_are_judged(line: ChecklistLine, answer: str, verdict: LineVerdict) -> None:
    assert judge(line, AnswerDraft(value=answer), "TESTN910001").verdict is verdict


def test_a_failure_needs_no_value_and_evidence_is_not_waived_silently() -> None:
    photo = ChecklistLine(key="x", kind=LineKind.PHOTO, text=LocalizedText("", ""))
    assert judge(photo, AnswerDraft(LineVerdict.FAIL)).verdict is LineVerdict.FAIL
    with pytest.raises(InvalidInput):
        judge(photo, AnswerDraft(LineVerdict.NOT_APPLICABLE))
    waived = judge(photo, AnswerDraft(LineVerdict.NOT_APPLICABLE, remark="商户不许拍照"))
    assert waived.verdict is LineVerdict.NOT_APPLICABLE
    check = ChecklistLine(key="x", kind=LineKind.CHECK, text=LocalizedText("", ""))
    assert (
        judge(check, AnswerDraft(LineVerdict.NOT_APPLICABLE)).verdict is LineVerdict.NOT_APPLICABLE
    )


def test_a_card_number_in_a_remark_is_masked() -> None:
    line = ChecklistLine(key="x", kind=LineKind.TEXT, text=LocalizedText("", ""))
    answer = judge(line, AnswerDraft(value="6212345678900000003", remark="4111111111111111"))
    assert "6212345678900000003" not in answer.value
    assert "4111111111111111" not in answer.remark


# --- the calendar ------------------------------------------------------------------------------


def test_a_calendar_without_a_working_day_is_refused_not_searched_forever() -> None:
    closed = WorkCalendar(off=frozenset(range(START.toordinal(), START.toordinal() + 90)))
    with pytest.raises(InvalidInput):
        closed.next_workday(START.toordinal())


def test_one_year_replaces_what_was_known_of_it() -> None:
    from app.domain.maintenance.workdays import CalendarDay, DayKind

    first = calendar_of([CalendarDay(date(2027, 1, 1), DayKind.OFF, "元旦")])
    second = first.with_year(2027, [CalendarDay(date(2027, 1, 2), DayKind.WORK, "")])
    assert second.is_workday(date(2027, 1, 1).toordinal())
    assert second.is_workday(date(2027, 1, 2).toordinal())
    assert second.holiday(date(2027, 1, 1)) == ""


def test_the_shipped_calendar_knows_its_years_and_no_other() -> None:
    from app.services.maintenance.working_times import shipped_calendar

    shipped = shipped_calendar()
    assert {2024, 2025, 2026} <= shipped.years
    assert not shipped.is_workday(date(2026, 10, 7).toordinal())
    assert shipped.is_workday(date(2026, 10, 10).toordinal())
    assert shipped.unknown_years(date(2026, 1, 1), date(2098, 1, 1))[-1] == 2098


def test_every_kind_of_line_has_its_row_and_a_typed_one_its_hint() -> None:
    assert set(LINE_TYPES) == set(LineKind)
    typed = {kind for kind, about in LINE_TYPES.items() if about.entry is EntryForm.VALUE}
    assert set(LINE_HINTS) == typed
    for kind, about in LINE_TYPES.items():
        assert (about.judge is None) is (about.entry is EntryForm.MARK), kind
