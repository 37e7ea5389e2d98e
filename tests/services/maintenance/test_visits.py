"""Visits and checklists: what a technician does at a site, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.errors import Conflict, InvalidInput, NotAllowed
from app.domain.event_data import FieldChange
from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import Detection, Priority
from app.domain.maintenance.checklist_lines import AnswerDraft, LineVerdict
from app.domain.maintenance.checklists import FollowUp
from app.domain.maintenance.occurrences import Occasion, OccurrenceOutcome, OccurrenceState
from app.domain.maintenance.recurrence_drafts import RuleDraft
from app.domain.maintenance.visits import ExtraDraft, ScheduleDraft, VisitState, VisitSummary
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import TerminalState
from app.services import Services
from app.services.maintenance.checklists import ChecklistRun
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal, terminal_draft
from tests.maintenance import (
    TODAY,
    enter_leave,
    make_checklist,
    make_plan,
    pass_all,
    planned,
    ready,
    tasks,
)


def fields(refusal: InvalidInput) -> set[str]:
    return {problem.field for problem in refusal.problems}


def move(services: Services, visit: VisitSummary, draft: ScheduleDraft) -> None:
    """Schedule a visit as it was seen."""
    services.visits.schedule(visit.id, visit.version, draft)


# --- scheduling --------------------------------------------------------------------------------


def test_a_visit_is_moved_inside_its_window_without_a_word(any_services: Services) -> None:
    make_terminal(any_services)
    ready(any_services)
    visit = planned(any_services)[1]
    move(any_services, visit, ScheduleDraft(planned_on=date(2026, 12, 29)))
    now = any_services.visits.get(visit.id)
    assert now.summary.planned_on == date(2026, 12, 29)
    change = FieldChange("planned_on", visit.planned_on.isoformat(), "2026-12-29")
    assert now.events[-1].change == change


def test_leaving_the_window_needs_a_reason_that_is_kept(any_services: Services) -> None:
    make_terminal(any_services)
    ready(any_services)
    visit = planned(any_services)[1]
    with pytest.raises(InvalidInput) as refused:
        any_services.visits.schedule(
            visit.id, visit.version, ScheduleDraft(planned_on=date(2027, 1, 15))
        )
    assert fields(refused.value) == {"reason"}
    draft = ScheduleDraft(planned_on=date(2027, 1, 15), reason="商户装修停业")
    move(any_services, visit, draft)
    assert any_services.visits.get(visit.id).events[-1].remark == "商户装修停业"


def test_a_visit_is_not_moved_into_the_past_or_onto_leave(any_services: Services) -> None:
    make_terminal(any_services)
    ready(any_services)
    person = any_services.directory.technician("T01").id
    enter_leave(any_services, person, date(2026, 12, 24), date(2026, 12, 25), "年假")
    visit = planned(any_services)[1]
    for day in (date(2026, 11, 20), date(2026, 12, 24)):
        with pytest.raises(InvalidInput) as refused:
            any_services.visits.schedule(
                visit.id, visit.version, ScheduleDraft(planned_on=day, reason="x")
            )
        assert fields(refused.value) == {"planned_on"}
    assert any_services.visits.get(visit.id).summary.planned_on == visit.planned_on


def test_generation_plans_nobody_on_leave(any_services: Services) -> None:
    make_terminal(any_services)
    person = make_technician(any_services)
    make_plan(any_services)
    enter_leave(any_services, person, TODAY, date(2026, 11, 26))
    any_services.generation.generate(TODAY)
    (visit,) = planned(any_services)
    assert visit.planned_on == date(2026, 11, 27)


def test_a_stale_calendar_is_told(any_services: Services) -> None:
    make_terminal(any_services)
    ready(any_services)
    visit = planned(any_services)[1]
    move(any_services, visit, ScheduleDraft(planned_on=date(2026, 12, 22)))
    with pytest.raises(Conflict):
        any_services.visits.schedule(
            visit.id, visit.version, ScheduleDraft(planned_on=date(2026, 12, 28))
        )


def test_a_cancelled_visit_gives_its_tasks_back(any_services: Services) -> None:
    make_terminal(any_services)
    ready(any_services)
    visit = planned(any_services)[0]
    with pytest.raises(InvalidInput):
        any_services.visits.cancel(visit.id, " ")
    any_services.visits.cancel(visit.id, "商户关门")
    assert tasks(any_services)[0].visit_id == ""
    any_services.generation.generate()
    again = planned(any_services)[0]
    assert (again.id != visit.id, again.tasks) == (True, 1)
    with pytest.raises(NotAllowed):
        any_services.visits.start(visit.id)


# --- tasks without a checklist -----------------------------------------------------------------


def test_a_task_done_in_its_window_is_on_time_and_the_plan_does_not_shift(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    task = ready(any_services)
    clock.forward(days=5)
    any_services.visits.complete(task.id)
    done, upcoming = tasks(any_services)[:2]
    assert done.state(date(2026, 12, 31)) is OccurrenceState.DONE
    assert upcoming.due_on == date(2026, 12, 23)
    with pytest.raises(NotAllowed):
        any_services.visits.complete(task.id)


def test_a_missed_task_can_still_be_done_late(any_services: Services, clock: FrozenClock) -> None:
    make_terminal(any_services)
    task = ready(any_services)
    clock.forward(days=20)
    any_services.visits.complete(task.id)
    assert tasks(any_services)[0].state(any_services.context.today()) is OccurrenceState.DONE_LATE


def test_work_before_the_window_is_extra_unless_it_is_accepted(any_services: Services) -> None:
    make_terminal(any_services)
    ready(any_services)
    _, second, third = tasks(any_services)
    any_services.visits.complete(second.id)
    found = tasks(any_services)
    extra = next(task for task in found if task.occasion is Occasion.EXTRA)
    assert (extra.outcome, extra.due_on) == (OccurrenceOutcome.DONE, TODAY)
    assert next(t for t in found if t.id == second.id).outcome is OccurrenceOutcome.OPEN
    any_services.visits.complete(third.id, accept_early=True)
    assert (
        next(t for t in tasks(any_services) if t.id == third.id).outcome is OccurrenceOutcome.DONE
    )


def test_a_floating_plan_counts_from_the_day_it_was_done(
    any_services: Services, clock: FrozenClock
) -> None:
    make_terminal(any_services)
    floating = RuleDraft(every="1", unit="month", basis="floating", early_days="5", late_days="5")
    task = ready(any_services, rule=floating)
    assert len(tasks(any_services)) == 1
    clock.forward(days=4)
    any_services.visits.complete(task.id)
    any_services.generation.generate()
    assert [t.due_on for t in tasks(any_services)] == [TODAY, date(2026, 12, 27)]


def test_a_skipped_task_keeps_its_reason(any_services: Services) -> None:
    make_terminal(any_services)
    task = ready(any_services)
    with pytest.raises(InvalidInput):
        any_services.visits.skip(task.id, "")
    any_services.visits.skip(task.id, "商户拒绝")
    skipped = tasks(any_services)[0]
    assert (skipped.outcome, skipped.reason) == (OccurrenceOutcome.SKIPPED, "商户拒绝")
    # nothing is left to do there
    assert skipped.visit_id not in {visit.id for visit in planned(any_services)}


def test_a_visit_ended_early_is_partly_done_and_its_tasks_are_planned_again(
    any_services: Services,
) -> None:
    make_terminal(any_services)
    make_plan(any_services, "other", minutes="20")
    ready(any_services)
    visit = planned(any_services)[0]
    any_services.visits.start(visit.id)
    with pytest.raises(InvalidInput):
        any_services.visits.finish(visit.id)
    first, second = any_services.visits.get(visit.id).occurrences
    any_services.visits.complete(first.id)
    any_services.visits.finish(visit.id, "商户打烊")
    assert any_services.visits.get(visit.id).summary.state is VisitState.PARTIAL
    any_services.generation.generate()
    again = next(t for t in tasks(any_services) if t.id == second.id)
    assert again.visit_id not in ("", visit.id)


# --- while you are there -----------------------------------------------------------------------


def test_open_incidents_and_due_tasks_of_the_site_are_offered(any_services: Services) -> None:
    key = make_terminal(any_services)
    ready(any_services)
    make_plan(any_services, "later", starts_on="2026-12-05")
    incident = make_incident(any_services, key)
    visit = planned(any_services)[0]
    (note,) = any_services.visits.get(visit.id).incidents
    assert (note.id, note.taken_along) == (incident, False)
    any_services.visits.take_along(visit.id, incident)
    assert any_services.incidents.get(incident).visit_id == visit.id
    merchant = any_services.terminals.get(key).merchant_id
    offered = [t for t in any_services.visits.due_here(merchant) if t.plan_key == "later"]
    any_services.visits.add(visit.id, offered[0])
    assert planned(any_services)[0].plans == ("care", "later")


def test_a_task_of_another_site_does_not_belong_on_a_visit(services: Services) -> None:
    make_terminal(services)
    make_terminal(services)
    ready(services)
    first, second = planned(services)[:2]
    (task,) = services.visits.get(second.id).occurrences
    with pytest.raises(InvalidInput):
        services.visits.add(first.id, task)


def test_an_extra_visit_needs_no_due_date(any_services: Services) -> None:
    key, who = make_terminal(any_services), make_technician(any_services)
    make_plan(any_services, starts_on="2027-06-01", minutes="30")
    make_plan(any_services, "round", scope="merchant", minutes="20")
    draft = ExtraDraft(("care", "round"), key, TODAY.isoformat(), who, "商户来电")
    visit = any_services.visits.get(any_services.extra_visits.make(draft))
    assert {(task.plan_key, task.occasion, task.due_on) for task in visit.occurrences} == {
        ("care", Occasion.EXTRA, TODAY),
        ("round", Occasion.EXTRA, TODAY),
    }
    assert (visit.summary.technician_id, visit.summary.planned_on) == (who, TODAY)
    assert visit.summary.minutes == 46
    assert [(event.action, event.remark) for event in visit.events] == [("create", "商户来电")]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"plan_keys": ()}, {"plan_keys": "text.missing"}),
        ({"planned_on": ""}, {"planned_on": "text.missing"}),
        ({"planned_on": "2026-11-22"}, {"planned_on": "date.past"}),
        ({"planned_on": "2026-11-31"}, {"planned_on": "date.impossible"}),
        ({"planned_on": "2026-11-25"}, {"planned_on": "visit.on_leave"}),
        ({"terminal_id": ""}, {"terminal_id": "text.missing"}),
        ({"terminal_id": "nobody"}, {"terminal_id": "visit.not_maintained"}),
        ({"plan_keys": ("care", "all")}, {"plan_keys": "visit.not_together"}),
    ],
)
def test_an_extra_visit_that_cannot_be_is_refused_with_its_field(
    any_services: Services, changes: dict[str, Any], wrong: dict[str, str]
) -> None:
    key, who = make_terminal(any_services), make_technician(any_services)
    make_plan(any_services)
    make_plan(any_services, "all", scope="estate", place="office")
    away = TODAY + timedelta(days=2)
    enter_leave(any_services, who, away, away, "培训")
    draft = replace(ExtraDraft(("care",), key, TODAY.isoformat(), who), **changes)
    with pytest.raises(InvalidInput) as refused:
        any_services.extra_visits.make(draft)
    assert {p.field: p.code for p in refused.value.problems} == wrong
    assert planned(any_services) == ()


# --- checklists --------------------------------------------------------------------------------


def begin(services: Services) -> tuple[ChecklistRun, str]:
    """A checklist begun, and the serial number of its terminal."""
    make_checklist(services)
    key = make_terminal(services)
    task = ready(services, checklist="short")
    return services.checklists.begin(task.id), services.terminals.get(key).serial


def test_a_checklist_worked_through_settles_its_task(any_services: Services) -> None:
    run, serial = begin(any_services)
    pass_all(any_services, run, serial)
    assert any_services.checklists.finish(run.id) is OccurrenceOutcome.DONE
    done = any_services.checklists.get(run.occurrence_id)
    assert (done.passed, done.results["signal"].answer.number) == (True, -60.0)
    visit = any_services.visits.get(run.visit_id)
    assert visit.summary.state is VisitState.IN_PROGRESS
    any_services.visits.finish(visit.summary.id)
    assert any_services.visits.get(run.visit_id).summary.state is VisitState.DONE


def test_a_failed_line_is_never_silent(any_services: Services) -> None:
    run, serial = begin(any_services)
    pass_all(any_services, run, serial, clean=AnswerDraft(LineVerdict.FAIL))
    with pytest.raises(InvalidInput) as refused:
        any_services.checklists.finish(run.id)
    assert fields(refused.value) == {"clean"}
    with pytest.raises(InvalidInput):
        any_services.checklists.follow_up(run.id, "clean", FollowUp.FIXED_NOW)
    fixed = any_services.checklists.follow_up(run.id, "clean", FollowUp.FIXED_NOW, "已擦拭")
    assert fixed.note == "已擦拭"
    assert any_services.checklists.finish(run.id) is OccurrenceOutcome.DONE


def test_a_failed_line_becomes_an_incident_linked_to_it(any_services: Services) -> None:
    run, serial = begin(any_services)
    pass_all(any_services, run, serial, signal=AnswerDraft(value="-120", remark="地下室"))
    result = any_services.checklists.follow_up(
        run.id, "signal", FollowUp.INCIDENT, fault_class=FaultClass.NETWORK
    )
    incident = any_services.incidents.get(result.incident_id)
    assert (incident.detection, incident.visit_id) == (Detection.INSPECTION, run.visit_id)
    assert incident.provisional_class is FaultClass.NETWORK
    assert "-120" in incident.symptom
    any_services.checklists.finish(run.id)
    assert not any_services.checklists.get(run.occurrence_id).passed


@pytest.mark.parametrize(
    ("line", "answer", "fault_class"),
    [
        ("serial", AnswerDraft(value="OTHER0001"), FaultClass.VIOLATION),
        ("seals", AnswerDraft(LineVerdict.FAIL, remark="封签撕开"), FaultClass.HARDWARE),
    ],
)
def test_a_wrong_serial_or_a_sign_of_tampering_opens_an_incident_at_once(
    any_services: Services, line: str, answer: AnswerDraft, fault_class: FaultClass
) -> None:
    run, _ = begin(any_services)
    result = any_services.checklists.answer(run.id, line, answer)
    incident = any_services.incidents.get(result.incident_id)
    assert incident.provisional_class is fault_class
    assert result.incident_number == incident.number
    tampered = fault_class is FaultClass.HARDWARE
    reasons = [event for event in incident.events if event.reason == "hard_stop"]
    assert (incident.priority is Priority.P1, len(reasons)) == (tampered, int(tampered))
    assert any_services.diagnosis.for_incident(incident.id).stopped is tampered
    # answering again opens no second one, and the alarm cannot be waved off
    again = any_services.checklists.answer(run.id, line, answer)
    assert again.incident_id == result.incident_id
    with pytest.raises(NotAllowed):
        any_services.checklists.follow_up(run.id, line, FollowUp.FIXED_NOW, "没事")


def test_missing_lines_need_a_reason_and_make_it_partial(any_services: Services) -> None:
    run, serial = begin(any_services)
    any_services.checklists.answer(run.id, "serial", AnswerDraft(value=serial))
    with pytest.raises(InvalidInput) as refused:
        any_services.checklists.finish(run.id)
    assert fields(refused.value) == {"seals", "clean", "signal"}
    outcome = any_services.checklists.finish(run.id, why_partial="商户赶时间")
    assert outcome is OccurrenceOutcome.PARTIAL
    with pytest.raises(NotAllowed):
        any_services.checklists.answer(run.id, "clean", AnswerDraft(LineVerdict.PASS))


def test_a_wrong_answer_is_refused_with_its_line(services: Services) -> None:
    run, _ = begin(services)
    for line, answer in (
        ("signal", AnswerDraft(value="强")),
        ("signal", AnswerDraft(value="1e309")),
        ("clean", AnswerDraft()),
        ("serial", AnswerDraft()),
        ("serial", AnswerDraft(LineVerdict.NOT_APPLICABLE)),
    ):
        with pytest.raises(InvalidInput) as refused:
            services.checklists.answer(run.id, line, answer)
        assert fields(refused.value) == {line}
    with pytest.raises(InvalidInput):
        services.checklists.answer(run.id, "nosuch", AnswerDraft(LineVerdict.PASS))


def test_results_keep_the_edition_they_were_made_with(services: Services) -> None:
    run, _ = begin(services)
    make_checklist(services)
    assert services.checklists.get(run.occurrence_id).checklist.edition == 1
    assert [c.edition for c in services.plans.checklists()] == [2]


def test_a_task_with_a_checklist_is_not_ticked_off(services: Services) -> None:
    run, _ = begin(services)
    with pytest.raises(InvalidInput):
        services.visits.complete(run.occurrence_id)


# --- the inspection before use -----------------------------------------------------------------


def gated(services: Services) -> None:
    """A plan that gates going into service."""
    make_checklist(services)
    make_plan(services, "full", checklist="short", gate=True)


def inspect(services: Services, key: str, **answers: AnswerDraft) -> None:
    """Work through the gate's checklist for a terminal."""
    visit = services.extra_visits.make(
        ExtraDraft(("full",), key, services.context.today().isoformat())
    )
    (task,) = services.visits.get(visit).occurrences
    run = services.checklists.begin(task.id)
    pass_all(services, run, services.terminals.get(key).serial, **answers)
    for line in services.checklists.get(task.id).unsettled:
        services.checklists.follow_up(run.id, line.line, FollowUp.INCIDENT)
    services.checklists.finish(run.id)


def test_a_terminal_goes_into_service_only_inspected(
    any_services: Services, clock: FrozenClock
) -> None:
    key = make_terminal(any_services)
    gated(any_services)
    terminals = any_services.terminals
    terminals.change_state(key, TerminalState.IN_REPAIR, "送修")
    clock.forward(days=1)
    with pytest.raises(InvalidInput) as refused:
        terminals.change_state(key, TerminalState.IN_SERVICE, "修好")
    assert fields(refused.value) == {"override"}
    inspect(any_services, key)
    terminals.change_state(key, TerminalState.IN_SERVICE, "修好")
    assert terminals.get(key).state is TerminalState.IN_SERVICE


def test_the_gate_is_overridden_only_with_a_reason_in_the_log(any_services: Services) -> None:
    key = make_terminal(any_services)
    gated(any_services)
    terminals = any_services.terminals
    terminals.change_state(key, TerminalState.SUSPENDED, "停业")
    terminals.change_state(key, TerminalState.IN_SERVICE, "复业", override="主管同意")
    entry = next(e for e in terminals.get(key).log if e.kind == "gate_overridden")
    assert entry.remark == "主管同意"


def test_a_failed_inspection_opens_no_gate(any_services: Services, clock: FrozenClock) -> None:
    key = make_terminal(any_services)
    gated(any_services)
    any_services.terminals.change_state(key, TerminalState.IN_REPAIR, "送修")
    clock.forward(hours=1)
    inspect(any_services, key, clean=AnswerDraft(LineVerdict.FAIL))
    with pytest.raises(InvalidInput):
        any_services.terminals.change_state(key, TerminalState.IN_SERVICE, "修好")


def test_an_inspection_before_the_repair_does_not_count(
    any_services: Services, clock: FrozenClock
) -> None:
    key = make_terminal(any_services)
    gated(any_services)
    inspect(any_services, key)
    clock.forward(hours=1)
    any_services.terminals.change_state(key, TerminalState.IN_REPAIR, "送修")
    clock.forward(hours=1)
    with pytest.raises(InvalidInput):
        any_services.terminals.change_state(key, TerminalState.IN_SERVICE, "修好")


def test_a_swapped_in_device_waits_for_its_inspection(
    any_services: Services, clock: FrozenClock
) -> None:
    key = make_terminal(any_services)
    gated(any_services)
    terminals = any_services.terminals
    new = terminals.swap(key, SwapDraft(new_serial="NEW00001", reason="换机", unsent_cleared=True))
    assert terminals.get(new).state is TerminalState.SUSPENDED
    clock.forward(hours=1)
    inspect_suspended(any_services, new)
    assert terminals.get(new).state is TerminalState.IN_SERVICE
    other = make_terminal(any_services)
    draft = SwapDraft(
        new_serial="NEW00002", reason="换机", unsent_cleared=True, override="现场已测"
    )
    assert terminals.get(terminals.swap(other, draft)).state is TerminalState.IN_SERVICE


def inspect_suspended(services: Services, key: str) -> None:
    """The inspection of a device that waits for it."""
    inspect(services, key)


def test_a_device_from_stock_waits_for_its_inspection(services: Services) -> None:
    gated(services)
    empty = dict.fromkeys(
        ("tid", "mid", "merchant_name", "address", "area", "acquirer", "uscc"), ""
    )
    draft = terminal_draft(serial="SPARE001", **empty)
    key = services.terminals.register(draft)
    services.terminals.relocate(key, terminal_draft(serial="SPARE001"), "装机")
    assert services.terminals.get(key).state is TerminalState.SUSPENDED
