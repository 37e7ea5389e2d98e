"""A rule reads as a sentence in both languages, and every word of maintenance has one."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import pytest

from app.domain.faults import FaultClass
from app.domain.maintenance import (
    balancing,
    checklists,
    meters,
    occurrences,
    plans,
    recurrence_rule,
    visits,
)
from app.domain.maintenance.plans import (
    AnchorKind,
    Contents,
    EventRule,
    PlanEvent,
    Scope,
    WorkPlace,
)
from app.domain.maintenance.recurrence_rule import (
    Basis,
    DayOf,
    DayOffShift,
    DaySpan,
    MonthDay,
    Rule,
    Unit,
    YearSpan,
)
from app.i18n import translator
from app.languages import NO_TEXT
from app.texts import WORDS, word
from app.texts.rules import plan_sentence, rule_sentence

ZH, EN = translator("zh"), translator("en")
START = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (
            Rule(unit=Unit.MONTH, every=3, shift=DayOffShift.AFTER, early_days=10, late_days=5),
            "每 3 个月的 10 日；遇休息日顺延到下一个工作日；可提前 10 天、推后 5 天。",
            (
                "Every 3 months on day 10; on a day off, the next working day;"
                " up to 10 days early or 5 days late is on time."
            ),
        ),
        (
            Rule(unit=Unit.WEEK, every=2, weekdays=(0, 3), late_days=1),
            "每 2 周的周一、周四；可推后 1 天，不可提前。",
            "Every 2 weeks on Monday, Thursday; up to 1 days late is on time.",
        ),
        (
            Rule(
                unit=Unit.MONTH,
                on=MonthDay(DayOf.WEEKDAY, -1, 4),
                shift=DayOffShift.BEFORE,
                early_days=3,
            ),
            "每月的最后一个周五；遇休息日提前到上一个工作日；可提前 3 天，不可推后。",
            (
                "Every month on the last Friday; on a day off, the working day before;"
                " up to 3 days early is on time."
            ),
        ),
        (
            Rule(unit=Unit.YEAR, months=(3, 9), on=MonthDay(DayOf.WORKDAY, -1)),
            "每年 3 月、9 月的最后一个工作日；仅当天算按时。",
            (
                "Every year in March, September on the last working day;"
                " on time on that very day only."
            ),
        ),
        (
            Rule(unit=Unit.MONTH, basis=Basis.FLOATING, months=(1, 2)),
            "每月；仅 1 月、2 月；从上次完成日推算；仅当天算按时。",
            (
                "Every month; only in January, February; counted from the day it was last done;"
                " on time on that very day only."
            ),
        ),
        (
            Rule(
                unit=Unit.DAY,
                shift=DayOffShift.SKIP,
                seasons=(YearSpan((3, 1), (6, 30)),),
                pauses=(DaySpan(date(2027, 4, 1), date(2027, 4, 7)),),
            ),
            "每天；仅 03-01 至 06-30；避开 2027-04-01 至 2027-04-07；遇休息日跳过；仅当天算按时。",
            (
                "Every day; only from 03-01 to 06-30; not from 2027-04-01 to 2027-04-07;"
                " left out on days off; on time on that very day only."
            ),
        ),
        (
            Rule(unit=Unit.YEAR),
            "每年的 12 月 10 日；仅当天算按时。",
            "Every year on December 10; on time on that very day only.",
        ),
    ],
)
def test_a_rule_is_a_sentence(rule: Rule, zh: str, en: str) -> None:
    assert rule_sentence(ZH, rule, AnchorKind.START, START) == zh
    assert rule_sentence(EN, rule, AnchorKind.START, START) == en


def test_events_and_counters_are_said_too() -> None:
    contents = Contents(
        name=NO_TEXT,
        scope=Scope.TERMINAL,
        place=WorkPlace.SITE,
        starts_on=START,
        rule=Rule(unit=Unit.MONTH, every=3),
        anchor=AnchorKind.INSTALLED,
        meter=meters.MeterRule(meters.MeterKind.PRINTS, 5000),
        events=(
            EventRule(PlanEvent.REPAIRED),
            EventRule(PlanEvent.INCIDENTS, (FaultClass.NETWORK,), 2, 30),
        ),
    )
    assert plan_sentence(ZH, contents) == (
        "每 3 个月的安装日；仅当天算按时。\n或满 5000 次打印，以先到为准。\n"
        "另在维修、30 天内 2 次异常（网络连接问题）后 7 天内。"
    )
    assert plan_sentence(EN, contents).splitlines()[2] == (
        "Also after repair, 2 incidents in 30 days (Network fault), within 7 days."
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("occurrence_state", occurrences.OccurrenceState),
        ("occurrence_state", occurrences.OccurrenceOutcome),
        ("occasion", occurrences.Occasion),
        ("visit_state", visits.VisitState),
        ("visit_action", visits.VisitAction),
        ("scope", plans.Scope),
        ("place", plans.WorkPlace),
        ("anchor", plans.AnchorKind),
        ("plan_event", plans.PlanEvent),
        ("confidence", plans.Confidence),
        ("unit", recurrence_rule.Unit),
        ("basis", recurrence_rule.Basis),
        ("day_of", recurrence_rule.DayOf),
        ("shift", recurrence_rule.DayOffShift),
        ("meter_kind", meters.MeterKind),
        ("verdict", checklists.LineVerdict),
        ("follow_up", checklists.FollowUp),
        ("misfit", balancing.Misfit),
    ],
)
def test_every_value_has_a_word(kind: str, words: type[StrEnum]) -> None:
    for value in words:
        assert str(value) in WORDS[kind], value
        assert word(ZH, kind, value)
