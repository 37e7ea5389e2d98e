"""Plans: the pack, versions from a day on, previews before saving, everything refused in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.maintenance.meters import ReadingDraft
from app.domain.maintenance.occurrences import Occasion, OccurrenceOutcome
from app.domain.maintenance.plan_drafts import EventDraft
from app.domain.maintenance.plans import Confidence, Subjects
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.services import Services
from tests.conftest import FrozenClock
from tests.factories import SERIALS, make_technician, make_terminal
from tests.maintenance import TODAY, make_plan, plan_draft, planned, tasks


def fields(refusal: InvalidInput) -> dict[str, str]:
    return {problem.field: problem.code for problem in refusal.problems}


def test_the_pack_brings_the_eleven_tasks_with_checklists_and_their_basis(
    any_services: Services,
) -> None:
    make_terminal(any_services)
    keys = any_services.plans.install_pack()
    assert set(keys) == {
        "maint",
        "full",
        "sw",
        "net",
        "tamper",
        "acct",
        "risk",
        "support",
        "rules",
        "patrol",
        "tra",
    }
    assert any_services.plans.install_pack() == ()
    lists = {checklist.key: checklist for checklist in any_services.plans.checklists()}
    for summary in any_services.plans.with_coverage():
        contents = summary.plan.latest.contents
        assert lists[contents.checklist].lines
        assert contents.basis.zh
        assert contents.basis.en
        assert contents.source
        assert contents.confidence in Confidence
    tamper = any_services.plans.get("tamper").latest.contents
    assert "9.5.1.2" in tamper.source
    assert any_services.plans.get("full").latest.contents.gate
    any_services.generation.generate()
    assert planned(any_services)


def test_an_installed_plan_is_edited_like_any_other(services: Services) -> None:
    from dataclasses import replace

    from app.domain.maintenance.plan_drafts import draft_of_plan

    services.plans.install_pack()
    plan = services.plans.get("maint")
    draft = draft_of_plan(plan.key, plan.latest.contents)
    assert draft.rule is not None
    services.plans.save(replace(draft, rule=replace(draft.rule, every="2")), plan.id, plan.version)
    rule = services.plans.get("maint").latest.contents.rule
    assert rule is not None
    assert rule.every == 2


def test_a_draft_is_previewed_with_its_next_five_dates(any_services: Services) -> None:
    make_terminal(any_services, installed_on="2024-12-10")
    draft = plan_draft(anchor="installed", rule=RuleDraft(every="3", unit="month", shift="after"))
    preview = any_services.plans.preview(draft)
    assert [due.on.isoformat() for due in preview.dates] == [
        "2026-12-10",
        "2027-03-10",
        "2027-06-10",
        "2027-09-10",
        "2027-12-10",
    ]
    assert (preview.covered, preview.unknown_years) == (1, (2027,))
    assert preview.example.startswith(SERIALS)
    ended = plan_draft(rule=RuleDraft(every="1", unit="month"), ends_on="2027-01-01")
    assert len(any_services.plans.preview(ended).dates) == 2
    assert any_services.plans.with_coverage() == ()


def test_a_new_version_counts_from_its_day_and_leaves_the_past(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    make_technician(any_services)
    make_plan(any_services)
    any_services.generation.generate()
    first = tasks(any_services)[0]
    any_services.visits.complete(first.id)
    plan = any_services.plans.get("care")
    weekly = plan_draft(rule=RuleDraft(every="2", unit="week"))
    any_services.plans.save(weekly, plan.id, plan.version, date(2026, 12, 7))
    any_services.generation.generate(date(2027, 1, 10))
    found = [
        (t.due_on, t.outcome)
        for t in tasks(any_services)
        if t.outcome is not OccurrenceOutcome.VOID
    ]
    assert found == [
        (date(2026, 11, 23), OccurrenceOutcome.DONE),
        (date(2026, 12, 7), OccurrenceOutcome.OPEN),
        (date(2026, 12, 21), OccurrenceOutcome.OPEN),
        (date(2027, 1, 4), OccurrenceOutcome.OPEN),
    ]
    assert all(visit.tasks for visit in planned(any_services))


def test_a_plan_is_edited_twice_a_day_without_ado(services: Services) -> None:
    make_terminal(services)
    make_plan(services)
    for every in ("2", "3"):
        services.generation.generate()
        plan = services.plans.get("care")
        services.plans.save(
            plan_draft(rule=RuleDraft(every=every, unit="month")), plan.id, plan.version
        )
    services.generation.generate()
    open_days = [t.due_on for t in tasks(services) if t.outcome is OccurrenceOutcome.OPEN]
    assert open_days == [date(2026, 11, 23)]
    assert len(services.plans.get("care").versions) == 3


def test_a_stale_plan_editor_is_told(any_services: Services) -> None:
    key = make_plan(any_services)
    seen = any_services.plans.get(key)
    any_services.plans.save(plan_draft(minutes="40"), key, seen.version)
    with pytest.raises(Conflict):
        any_services.plans.save(plan_draft(minutes="50"), key, seen.version)
    with pytest.raises(NotFound):
        any_services.plans.save(plan_draft(), "01a20574-0000-7000-8000-000000000000", 1)


def test_the_past_of_a_plan_is_not_rewritten(services: Services) -> None:
    key = make_plan(services)
    plan = services.plans.get(key)
    with pytest.raises(InvalidInput) as refused:
        services.plans.save(plan_draft(minutes="40"), key, plan.version, TODAY - timedelta(days=1))
    assert fields(refused.value) == {"valid_from": "date.past"}


def test_any_period_is_computed_without_storing(any_services: Services) -> None:
    make_terminal(any_services)
    make_plan(any_services)
    forecast = any_services.plans.forecast(date(2029, 1, 1), date(2029, 12, 31))
    assert forecast.total == 12
    assert forecast.days[date(2029, 2, 23)] == {"care": 1}
    found = any_services.visits.occurrences(date(2029, 1, 1), date(2029, 12, 31))
    assert [item.due_on.day for item in found] == [23] * 12
    assert all(not item.id for item in found)


def test_the_next_dates_of_one_terminal(services: Services) -> None:
    key = make_terminal(services, installed_on="2024-12-10")
    serial = services.terminals.get(key).serial
    make_plan(services, anchor="installed")
    dates = services.plans.next_dates_of("care", serial, 2)
    assert [due.on for due in dates] == [date(2026, 12, 10), date(2027, 1, 10)]
    with pytest.raises(NotFound):
        services.plans.next_dates_of("care", "NOSUCH01")


# --- counters ----------------------------------------------------------------------------------


def test_by_use_or_by_date_whichever_comes_first(
    any_services: Services, clock: FrozenClock
) -> None:
    key = make_terminal(any_services, installed_on=TODAY.isoformat())
    meter = any_services.meters
    meter.record(key, ReadingDraft("prints", "1000"))
    make_plan(
        any_services,
        rule=RuleDraft(every="6", unit="month", basis="floating"),
        meter_kind="prints",
        meter_every="5000",
        anchor="installed",
    )
    assert any_services.generation.preview(date(2027, 6, 1)).occurrences == 1
    any_services.generation.generate()
    assert tasks(any_services) == ()
    clock.forward(days=30)
    meter.record(key, ReadingDraft("prints", "4000"))
    any_services.generation.generate()
    (task,) = tasks(any_services)
    # 100 a day: 5000 are reached after 50 days
    assert (task.occasion, task.due_on) == (Occasion.METER, date(2027, 1, 12))
    clock.forward(days=1)
    meter.record(key, ReadingDraft("prints", "6500"))
    any_services.generation.generate()
    assert tasks(any_services)[0].due_on == date(2026, 12, 24)
    any_services.visits.complete(tasks(any_services)[0].id)
    any_services.generation.generate()
    assert [t.outcome for t in tasks(any_services)] == [OccurrenceOutcome.DONE]


def test_an_old_reading_is_warned_about(services: Services, clock: FrozenClock) -> None:
    key = make_terminal(services)
    services.meters.record(key, ReadingDraft("prints", "100"))
    assert not services.meters.of(key)[0].stale
    clock.forward(days=60)
    assert services.meters.of(key)[0].stale
    with pytest.raises(InvalidInput):
        services.meters.record(key, ReadingDraft("prints", "-1"))
    with pytest.raises(InvalidInput):
        services.meters.record(key, ReadingDraft("prints", "1", "2099-01-01"))


# --- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rule": RuleDraft(every="0", unit="month")}, {"every": "number.out_of_range"}),
        ({"rule": RuleDraft(every="", unit="month")}, {"every": "text.missing"}),
        ({"rule": RuleDraft(every="1", unit="moon")}, {"unit": "choice.unknown"}),
        ({"starts_on": ""}, {"starts_on": "plan.no_start"}),
        ({"starts_on": "2027-02-30"}, {"starts_on": "date.impossible"}),
        ({"ends_on": "2026-01-01"}, {"ends_on": "date.before"}),
        (
            {"rule": RuleDraft(every="1", unit="month", weekdays=(0,))},
            {"weekdays": "rule.weekdays_need_weeks"},
        ),
        (
            {"rule": RuleDraft(every="1", unit="week", on="last_day")},
            {"on": "rule.day_needs_months"},
        ),
        (
            {"rule": RuleDraft(every="1", unit="month", basis="floating", on="last_day")},
            {"basis": "rule.floating_has_no_day"},
        ),
        (
            {"rule": RuleDraft(every="1", unit="week", early_days="4", late_days="3")},
            {"late_days": "rule.windows_overlap"},
        ),
        (
            {"rule": RuleDraft(every="12", unit="month", months=(1,)), "starts_on": "2026-02-01"},
            {"every": "rule.no_dates"},
        ),
        (
            {"rule": RuleDraft(every="1", unit="week", weekdays=(5,), shift="skip")},
            {"every": "rule.no_dates"},
        ),
        (
            {
                "rule": RuleDraft(
                    every="1", unit="month", seasons="03-01..05-31", pauses="02-01..06-30"
                )
            },
            {"every": "rule.no_dates"},
        ),
        (
            {"rule": RuleDraft(every="1", unit="month", seasons="2026-03-01..2026-05-31")},
            {"seasons": "span.season_has_year"},
        ),
        (
            {"rule": RuleDraft(every="1", unit="month", pauses="13-01..14-01")},
            {"pauses": "span.malformed"},
        ),
        (
            {"rule": RuleDraft(every="1", unit="month", on="weekday", number="0", weekday="1")},
            {"number": "rule.which_weekday"},
        ),
        (
            {"rule": RuleDraft(every="1", unit="month", on="date", number="32")},
            {"number": "number.out_of_range"},
        ),
        ({"rule": None}, {"rule": "plan.no_occasion"}),
        ({"minutes": "0"}, {"minutes": "number.out_of_range"}),
        ({"name_zh": "", "name_en": ""}, {"name_zh": "text.missing"}),
        ({"checklist": "nosuch"}, {"checklist": "choice.unknown"}),
        ({"covers": ("nosuch",)}, {"covers": "choice.unknown"}),
        ({"covers": ("care",)}, {"covers": "plan.covers_itself"}),
        ({"key": "坏 key!"}, {"key": "plan.key_malformed"}),
        (
            {"scope": "estate", "events": (EventDraft("repaired"),)},
            {"events": "plan.terminals_only"},
        ),
        ({"meter_kind": "prints", "meter_every": "0"}, {"meter_every": "number.out_of_range"}),
    ],
)
def test_a_wrong_plan_is_refused_with_its_field(
    services: Services, changes: dict[str, object], expected: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_plan(services, **{"key": "care", **changes})  # type: ignore[arg-type]
    assert fields(refused.value) == expected
    assert services.plans.with_coverage() == ()


def test_a_key_is_used_once(services: Services) -> None:
    make_plan(services)
    with pytest.raises(InvalidInput) as refused:
        make_plan(services)
    assert fields(refused.value) == {"key": "plan.key_taken"}


def test_a_plan_over_an_empty_filter_is_said_to_cover_nothing(services: Services) -> None:
    make_terminal(services)
    draft = plan_draft(subjects=Subjects(areas=("无此区",)))
    assert services.plans.preview(draft).covered == 0
    make_plan(services, subjects=Subjects(areas=("无此区",)))
    assert services.generation.preview().idle_plans == ("care",)


@pytest.mark.parametrize(
    "subjects",
    [
        Subjects(areas=("浦东新区",)),
        Subjects(acquirers=("银联商务",)),
        Subjects(models=("N910",)),
        Subjects(manufacturers=("新大陆",)),
        Subjects(kinds=("smart",)),
        Subjects(serials=("in000001",)),
        Subjects(mids=("848290058120000",)),
    ],
)
def test_a_filter_covers_what_it_names(services: Services, subjects: Subjects) -> None:
    make_terminal(services, serial="IN000001", mid="848290058120000")
    make_terminal(
        services,
        serial="OUT00001",
        area="江宁区",
        acquirer="拉卡拉",
        manufacturer="百富",
        model="A920",
        kind="电签",
        mid="848290058120099",
    )
    assert services.plans.preview(plan_draft(subjects=subjects)).covered == 1
    merchants = plan_draft(subjects=subjects, scope="merchant")
    assert services.plans.preview(merchants).covered == 1


def test_a_filter_names_only_what_is_registered(services: Services) -> None:
    make_terminal(services, serial="IN000001")
    wrong = Subjects(serials=("IN000001", "NOSUCH01"), mids=("848290058120077",))
    for ask in (services.plans.preview, services.plans.save):
        with pytest.raises(InvalidInput) as refused:
            ask(plan_draft(subjects=wrong))
        assert fields(refused.value) == {
            "serials": "plan.not_registered",
            "mids": "plan.not_registered",
        }
        assert "IN000001" not in str(refused.value.problems[0].params["value"])
    make_plan(services, subjects=Subjects(serials=("in000001",)))
    kept = services.plans.get("care").latest.contents.subjects
    assert kept == Subjects(serials=("IN000001",)), "as it stands in the register"


@pytest.mark.parametrize(
    ("times", "days", "classes", "wrong"),
    [
        ("0", "30", (), {"incident_times": "number.out_of_range"}),
        ("", "30", (), {"incident_times": "text.missing"}),
        ("2", "0", (), {"incident_days": "number.out_of_range"}),
        ("2", "ein", (), {"incident_days": "number.malformed"}),
        ("2", "30", ("nosuch",), {"incident_classes": "choice.unknown"}),
    ],
)
def test_a_wrong_threshold_is_refused_with_its_field(
    services: Services, times: str, days: str, classes: tuple[str, ...], wrong: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_plan(services, events=(EventDraft("incidents", classes, times, days),))
    assert fields(refused.value) == wrong


def test_a_counter_that_shows_less_is_refused_and_a_replaced_reading_is_said(
    services: Services,
) -> None:
    key, meters = make_terminal(services), services.meters
    assert meters.record(key, ReadingDraft("prints", "1000", "2026-01-05")) is None
    with pytest.raises(InvalidInput) as refusal:
        meters.record(key, ReadingDraft("prints", "900", "2026-01-06"))
    assert [(p.field, p.code) for p in refusal.value.problems] == [("value", "meter.lower")]
    assert [reading.value for reading in meters.of(key)] == [1000]
    assert meters.record(key, ReadingDraft("prints", "1010", "2026-01-05")) == 1000
    meters.record(key, ReadingDraft("prints", "5", "2026-01-06", reset=True))
    assert [reading.value for reading in meters.of(key)] == [5, 1010]


def test_letting_a_plan_rest_says_how_many_dates_it_sets_aside(services: Services) -> None:
    make_terminal(services)
    plan = make_plan(services)
    services.generation.generate()
    count = services.plans.set_active(plan, active=False)
    assert count == len([task for task in tasks(services) if task.outcome == "void"]) > 0
    assert services.plans.set_active(plan, active=False) == 0
