"""The maintenance page: plan, drag, work off, level and print, by mouse and by keyboard."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton

from app.domain.documents import SignerRole
from app.domain.faults import FaultClass
from app.domain.maintenance.checklist_lines import AnswerDraft, LineVerdict
from app.domain.maintenance.checklists import FollowUp
from app.domain.maintenance.occurrences import OccurrenceOutcome, OccurrenceState
from app.domain.maintenance.plans import EventRule, PlanEvent, Subjects
from app.domain.maintenance.visits import VisitAction, VisitState, VisitSummary
from app.gui.pages.maintenance.cells import grid_of
from app.gui.pages.maintenance.detail import SignVisit, SkipTask
from app.gui.pages.maintenance.holidays import HolidaysDialog
from app.gui.pages.maintenance.line_inputs import ValueInput
from app.gui.pages.maintenance.page import MaintenancePage
from app.gui.pages.maintenance.plan_editor import PlanEditor
from app.gui.pages.maintenance.proposals import ProposalDialog
from app.gui.pages.maintenance.read import ViewMode
from app.gui.pages.maintenance.territories import TerritoryDialog
from app.gui.pages.terminals.page import TerminalsPage
from app.gui.pages.today.page import TodayPage
from app.gui.shell.application import Program
from app.gui.shell.main_window import MainWindow
from app.gui.shell.screens import settle
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.reading_dialog import ExtraVisitEditor
from app.gui.toolkit.scroll_body import ScrollBody
from app.gui.toolkit.visit_badge import visit_badge
from app.services import Services
from app.services.maintenance.visit_queries import VisitFilter
from app.settings import Settings
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal
from tests.gui.conftest import Settled
from tests.maintenance import TODAY, make_checklist, make_plan, open_task, pass_all, planned

Opened = Callable[[], QDialog]


@pytest.fixture
def estate(services: Services) -> Services:
    """Two technicians, two merchants, a monthly plan with a checklist, and its visits."""
    make_technician(services, code="T01", name="张工")
    make_technician(services, code="T02", name="王工")
    for n in (1, 2):
        make_terminal(
            services,
            serial=f"SN00000{n}",
            tid=f"5000000{n}",
            mid=f"84829005812000{n}",
            merchant_name=f"测试店{n}",
        )
    make_checklist(services)
    make_plan(services, checklist="short")
    services.generation.generate()
    return services


@pytest.fixture
def page(window: MainWindow, settled: Settled) -> MaintenancePage:
    found = window.show_page("maintenance")
    assert isinstance(found, MaintenancePage)
    settled()
    return found


@pytest.fixture
def full(estate: Services, page: MaintenancePage) -> MaintenancePage:
    """The page over the estate."""
    return page


def draft_dialog(opened: Opened) -> DraftDialog:
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    return dialog


def proposal(opened: Opened) -> ProposalDialog:
    dialog = opened()
    assert isinstance(dialog, ProposalDialog)
    return dialog


def first_visit(services: Services) -> VisitSummary:
    return planned(services)[0]


def drop(page: MaintenancePage, visit: VisitSummary, day: date, who: str | None = None) -> None:
    """What the drop of a dragged visit on a cell ends in."""
    place = page.grid.model_.place_of(day, who)
    assert place is not None, "the day is not in sight"
    page.grid.dropped.emit((visit.id,), page.grid.model_.cell(*place))


def test_without_plans_the_recommended_ones_are_offered_and_lead_to_visits(
    services: Services, page: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    make_technician(services)
    make_terminal(services)
    assert page.states is not None
    texts = [label.text() for label in page.states.currentWidget().findChildren(QLabel)]
    assert "还没有维护计划" in texts
    page.plans.install()
    capacity = proposal(opened)
    capacity.submitted.emit(None)
    settled()
    dialog = proposal(opened)
    assert dialog is not capacity
    assert planned(services) == ()
    assert dialog.model.rowCount() > 0
    dialog.submitted.emit(None)
    settled()
    assert planned(services)
    assert page.grid.model_.rowCount() >= 4


def test_every_visit_of_the_month_has_its_place_in_the_calendar(
    estate: Services, full: MaintenancePage
) -> None:
    assert full.view is not None
    ids = [
        key
        for row in grid_of(full.view).cells
        for cell in row
        for chip in cell.chips
        for key in chip.ids
    ]
    first, last = full.wanted.span
    expected = estate.visits.between(first, last, VisitFilter())
    assert sorted(ids) == sorted(visit.id for visit in expected)
    assert len(ids) == len(set(ids)) > 0


def test_beyond_the_visits_made_the_rules_say_what_comes(
    estate: Services, full: MaintenancePage, settled: Settled
) -> None:
    full._narrow(day=TODAY + timedelta(days=300))
    settled()
    assert full.view is not None
    assert full.view.visits == ()
    assert sum(full.view.forecast.values()) == 2
    assert len(planned(estate, 900)) == len(planned(estate, 200)), "nothing was stored"


def test_a_drop_inside_the_window_moves_at_once(
    estate: Services, full: MaintenancePage, settled: Settled
) -> None:
    visit = first_visit(estate)
    day = visit.window_until
    drop(full, visit, day)
    settled()
    assert estate.visits.get(visit.id).summary.planned_on == day


def test_a_drop_outside_the_window_needs_a_reason(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    visit = first_visit(estate)
    day = visit.window_until + timedelta(days=1)
    drop(full, visit, day)
    dialog = draft_dialog(opened)
    dialog.submit()
    settled()
    assert dialog.isVisible(), "refused without a reason"
    assert estate.visits.get(visit.id).summary.planned_on == visit.planned_on
    dialog.fill({"reason": "商户装修"})
    dialog.submit()
    settled()
    moved = estate.visits.get(visit.id)
    assert moved.summary.planned_on == day
    assert "商户装修" in [event.remark for event in moved.events]


def test_a_drop_on_another_lane_changes_the_technician(
    estate: Services, full: MaintenancePage, settled: Settled
) -> None:
    full._narrow(mode=ViewMode.LANES)
    settled()
    visit = first_visit(estate)
    other = next(p for p in estate.directory.technicians() if p.id != visit.technician_id)
    drop(full, visit, visit.planned_on, other.id)
    settled()
    assert estate.visits.get(visit.id).summary.technician == other.name


def test_a_locked_visit_cannot_be_picked_up(
    estate: Services, full: MaintenancePage, settled: Settled
) -> None:
    visit = first_visit(estate)
    full.show_visit(visit.id)
    settled()
    full.steps.take(VisitAction.LOCK)
    settled()
    full._narrow(mode=ViewMode.WEEK, day=visit.planned_on)
    settled()
    assert full.view is not None
    chips = [chip for row in grid_of(full.view).cells for cell in row for chip in cell.chips]
    assert [chip.movable for chip in chips if visit.id in chip.ids] == [False]


def open_work(page: MaintenancePage, services: Services, settled: Settled) -> None:
    """The checklist of the first visit."""
    page.show_visit(first_visit(services).id)
    settled()
    page.detail._on_primary()
    settled()
    assert page.work.run is not None


def keys(page: MaintenancePage, settled: Settled, *pressed: str) -> None:
    for key in pressed:
        QTest.keyClick(page.work.table, key)
        settled()


def type_value(page: MaintenancePage, settled: Settled, value: str) -> None:
    field = page.work.input
    assert isinstance(field, ValueInput)
    field.value.setText(value)
    QTest.keyClick(field.value, Qt.Key.Key_Return)
    settled()


def test_a_checklist_is_worked_by_keyboard(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    open_work(full, estate, settled)
    run = full.work.run
    assert run is not None
    type_value(full, settled, run.serial)
    keys(full, settled, "P", "P")
    type_value(full, settled, "-60")
    results = estate.checklists.get(run.occurrence_id).results
    assert {key: r.answer.verdict for key, r in results.items()} == dict.fromkeys(
        ("serial", "seals", "clean", "signal"), LineVerdict.PASS
    )
    full.work.ended.emit()
    settled()
    (task,) = estate.visits.get(run.visit_id).occurrences
    assert task.outcome is OccurrenceOutcome.DONE


def test_what_was_typed_on_a_line_survives_a_look_at_another(
    estate: Services, full: MaintenancePage, settled: Settled
) -> None:
    """Neither is it lost when the list is read anew, nor passed over when the checklist ends."""
    open_work(full, estate, settled)
    work = full.work
    run = work.run
    assert run is not None
    assert isinstance(work.input, ValueInput)
    work.input.value.setText("NO-LABEL")
    work.remark.setText("标签磨损，看不清")
    work.table.selectRow(1)
    assert work.remark.text() == ""
    assert "还没有作答" in work._said(run.checklist.lines[0])
    work.table.selectRow(0)
    assert (work.remark.text(), work.input.pending()) == ("标签磨损，看不清", "NO-LABEL")
    work.show_run(estate.checklists.get(run.occurrence_id), "")
    assert (work.remark.text(), work.input.pending()) == ("标签磨损，看不清", "NO-LABEL")
    work.table.selectRow(2)
    work._on_end()
    settled()
    assert work.table.currentIndex().row() == 0
    assert work.trouble.text()
    assert not estate.checklists.get(run.occurrence_id).finished_at
    type_value(full, settled, run.serial)
    saved = estate.checklists.get(run.occurrence_id).results["serial"].answer
    assert (saved.value, saved.remark) == (run.serial, "标签磨损，看不清")
    assert work._typed.first(run) is None


def second_task(page: MaintenancePage, services: Services, settled: Settled) -> VisitSummary:
    """The first visit has two tasks; the first of them was done, the visit is in sight."""
    make_plan(services, "other", checklist="short")
    services.generation.generate()
    visit = first_visit(services)
    work = services.visits.get(visit.id).occurrences
    assert len(work) == 2
    run = services.checklists.begin(work[0].id)
    pass_all(services, run, run.serial)
    page.show_visit(visit.id)
    settled()
    services.checklists.finish(run.id, accept_early=True)
    page.show_visit(visit.id)
    settled()
    return visit


def test_the_key_that_begins_a_check_works_for_every_task_of_a_visit(
    estate: Services, full: MaintenancePage, settled: Settled
) -> None:
    visit = second_task(full, estate, settled)
    following = full.detail.task_table.current()
    assert following.outcome is OccurrenceOutcome.OPEN
    for task in (*estate.visits.get(visit.id).occurrences, following):
        full.detail.task_table.select(task.id)
        QTest.keyClick(full.detail.task_table, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
        settled()
        assert full.work.run is not None
        assert full.work.run.occurrence_id == task.id
        full.checklist.leave()
        settled()


def test_what_an_input_method_writes_and_what_was_not_confirmed_is_kept(
    estate: Services, full: MaintenancePage, settled: Settled
) -> None:
    open_work(full, estate, settled)
    run, field = full.work.run, full.work.input
    assert run is not None
    assert isinstance(field, ValueInput)
    full.work.table.setFocus()
    assert full.work.table.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    event = QInputMethodEvent()
    event.setCommitString(run.serial)
    QApplication.sendEvent(full.work.table, event)
    assert field.value.text() == run.serial
    keys_end = (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field.value, *keys_end)
    settled()
    assert estate.checklists.get(run.occurrence_id).results["serial"].answer.value == run.serial


def test_a_visit_that_was_checked_is_signed_beside_its_tasks(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    visit = first_visit(estate)
    full.show_visit(visit.id)
    settled()
    assert full.detail.view is not None
    assert not full.detail.view.signable, "nothing was checked yet"
    open_work(full, estate, settled)
    full.checklist.leave()
    settled()
    full.detail.asked.emit(SignVisit(SignerRole.MERCHANT))
    dialog = draft_dialog(opened)
    dialog.fill({"signer": "王先生", "reason": "无人值守终端"})
    dialog.submit()
    settled()
    assert estate.signatures.of_visit(visit.id)[SignerRole.MERCHANT].reason == "无人值守终端"
    full.show_visit(visit.id)
    settled()
    shown = [part.text() for part in full.detail.findChildren(QLabel)]
    assert any("无人值守终端" in text for text in shown)


def test_a_failed_line_waits_for_a_decision(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    open_work(full, estate, settled)
    run = full.work.run
    assert run is not None
    type_value(full, settled, run.serial)
    keys(full, settled, "P", "F")
    assert full.work.current is not None
    assert full.work.current.key == "clean", "stays until it is decided"
    full.work.ended.emit()
    settled()
    assert "不合格" in full.work.trouble.text()
    keys(full, settled, "X")
    dialog = draft_dialog(opened)
    dialog.submit()
    settled()
    assert dialog.isVisible(), "how it was fixed must be said"
    dialog.fill({"note": "已清洁"})
    dialog.submit()
    settled()
    result = estate.checklists.get(run.occurrence_id).results["clean"]
    assert (result.follow_up, result.note) == (FollowUp.FIXED_NOW, "已清洁")


def test_a_failed_line_opens_an_incident_linked_to_it(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    open_work(full, estate, settled)
    run = full.work.run
    assert run is not None
    type_value(full, settled, run.serial)
    keys(full, settled, "P", "F", "I")
    dialog = draft_dialog(opened)
    dialog.submit()
    settled()
    result = estate.checklists.get(run.occurrence_id).results["clean"]
    incident = estate.incidents.get(result.incident_id)
    assert "清洁" in incident.symptom
    assert incident.provisional_class is None, "a line that does not tell guesses no class"
    assert [n.number for n in estate.visits.get(run.visit_id).incidents] == [incident.number]


def test_another_serial_number_opens_a_violation_at_once(
    estate: Services, full: MaintenancePage, settled: Settled
) -> None:
    open_work(full, estate, settled)
    run = full.work.run
    assert run is not None
    type_value(full, settled, "OTHER001")
    result = estate.checklists.get(run.occurrence_id).results["serial"]
    assert result.answer.verdict is LineVerdict.FAIL
    assert estate.incidents.get(result.incident_id).provisional_class == "violation"


def test_a_danger_found_at_a_visit_is_a_stop_above_the_lines(
    estate: Services, full: MaintenancePage, settled: Settled
) -> None:
    open_work(full, estate, settled)
    work, run = full.work, full.work.run
    assert run is not None
    assert not work.stop.isVisible()
    work.answered.emit("seals", AnswerDraft(LineVerdict.FAIL))
    settled()
    assert work.stop.isVisible()
    assert work.stop.mapTo(work, QPoint()).y() < work.table.mapTo(work, QPoint()).y()
    assert "停" in work.stop.title.text()
    assert work.stop.do.text()
    work.answered.emit("seals", AnswerDraft(LineVerdict.PASS))
    settled()
    assert not work.stop.isVisible(), "answered again: it was a mistake"


def test_missing_lines_end_a_checklist_only_with_a_reason(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    open_work(full, estate, settled)
    run = full.work.run
    assert run is not None
    type_value(full, settled, run.serial)
    full.work.ended.emit()
    dialog = draft_dialog(opened)
    dialog.fill({"reason": "商户打烊"})
    dialog.submit()
    settled()
    (task,) = estate.visits.get(run.visit_id).occurrences
    assert (task.outcome, task.reason) == (OccurrenceOutcome.PARTIAL, "商户打烊")


def test_a_task_is_skipped_with_its_reason(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    visit = first_visit(estate)
    full.show_visit(visit.id)
    settled()
    full.detail._with_task(SkipTask)
    dialog = draft_dialog(opened)
    dialog.fill({"reason": "商户停业"})
    dialog.submit()
    settled()
    (task,) = estate.visits.get(visit.id).occurrences
    assert (task.outcome, task.reason) == (OccurrenceOutcome.SKIPPED, "商户停业")


def test_the_plan_editor_says_the_rule_and_five_dates_before_anything_is_saved(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    full.plans.edit(estate.plans.get("care"))
    editor = opened()
    assert isinstance(editor, PlanEditor)
    editor.fill({"every": "2", "starts_on": "2026-12-31"})
    editor.form.flush()
    editor._ask()
    settled()
    assert "每 2 个月" in editor._sentence.text()
    for day in ("2026-12-31", "2027-02-28", "2027-04-30", "2027-06-30", "2027-08-31"):
        assert day in editor._dates.text()
    editor.fill({"every": "0"})
    editor._ask()
    settled()
    assert editor._sentence.text() == "计划还不完整"
    editor.submit()
    settled()
    assert editor.isVisible(), "refused, and kept"
    rule = estate.plans.get("care").latest.contents.rule
    assert rule is not None
    assert rule.every == 1


def plan_editor(page: MaintenancePage, services: Services, opened: Opened) -> PlanEditor:
    page.plans.edit(services.plans.get("care"))
    editor = opened()
    assert isinstance(editor, PlanEditor)
    return editor


def test_the_plan_editor_covers_the_whole_filter_and_counts_while_it_is_typed(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    editor = plan_editor(full, estate, opened)
    settled()
    assert "覆盖 2 台终端" in editor._dates.text()
    editor.fill({"serials": "sn000001，SN000002", "mids": "848290058120001", "models": ["N910"]})
    editor.form.flush()
    settled()
    assert "覆盖 1 台终端" in editor._dates.text()
    editor.submit()
    settled()
    kept = estate.plans.get("care").latest.contents.subjects
    assert kept == Subjects(
        models=("N910",), serials=("SN000001", "SN000002"), mids=("848290058120001",)
    )


def test_the_plan_editor_warns_of_a_filter_nothing_matches(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    editor = plan_editor(full, estate, opened)
    settled()
    assert editor._empty.isHidden()
    editor.fill({"kinds": ["esign"]})
    editor.form.flush()
    settled()
    assert editor._empty.isVisible()
    assert "没有终端符合" in editor._nobody.text()


def test_the_plan_editor_sets_the_threshold_of_repeated_incidents(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    editor = plan_editor(full, estate, opened)
    editor.fill(
        {
            "events": ["repaired", "incidents"],
            "incident_times": "0",
            "incident_days": "14",
            "incident_classes": ["network"],
        }
    )
    editor.submit()
    settled()
    assert editor.isVisible(), "refused, and kept"
    assert editor.form.widget("incident_times").isVisible(), "the leaf with the problem is in sight"
    editor.fill({"incident_times": "4"})
    editor.submit()
    settled()
    assert estate.plans.get("care").latest.contents.events == (
        EventRule(PlanEvent.REPAIRED),
        EventRule(PlanEvent.INCIDENTS, (FaultClass.NETWORK,), 4, 14),
    )


def test_a_visit_is_made_by_hand(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    full.extra.ask()
    editor = opened()
    assert isinstance(editor, ExtraVisitEditor)
    editor.submit()
    settled()
    assert editor.isVisible(), "refused without plan and terminal"
    assert editor.choice._problem.isVisible()
    assert not editor.form._problems["plan_keys"].isHidden()
    before = len(planned(estate))
    editor.choice.picker.box.setText("SN000002")
    QTest.keyClick(editor.choice.picker.box, Qt.Key.Key_Return)
    editor.choice.picker.box.searched.emit("SN000002")
    settled()
    assert editor.choice.terminal is not None, "an exact serial number and Enter take it"
    editor.fill({"plan_keys": ["care"], "reason": "商户来电"})
    editor.submit()
    settled()
    assert len(planned(estate)) == before + 1
    assert full.detail.view is not None
    visit = full.detail.view.visit
    assert visit.summary.planned_on == TODAY
    assert [(e.action, e.remark) for e in visit.events] == [("create", "商户来电")]


def test_a_visit_is_asked_for_from_a_terminal(
    estate: Services, window: MainWindow, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    terminal = estate.terminals.by_serial("SN000001")
    page = window.show_page("terminals")
    assert isinstance(page, TerminalsPage)
    page.show_terminal(terminal.id)
    settled()
    page.steps.plan_visit()
    editor = opened()
    assert isinstance(editor, ExtraVisitEditor)
    assert editor.choice.terminal is not None
    assert editor.choice.terminal.serial == "SN000001"


def test_levelling_is_shown_before_and_accepted_by_one_click(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    before = {visit.id: visit.version for visit in planned(estate)}
    full.planning.level(full.wanted)
    dialog = proposal(opened)
    shown = {line.name: (line.before, line.after) for line in dialog.model.rows()}
    assert "逾期巡检" in shown
    assert "里程（公里）" in shown
    assert before == {visit.id: visit.version for visit in planned(estate)}, "shown, not done"
    dialog.submitted.emit(None)
    settled()
    assert all(visit.technician_id for visit in planned(estate))


def test_missed_dates_are_shown_and_merged_by_choice(
    estate: Services, full: MaintenancePage, clock: FrozenClock, opened: Opened, settled: Settled
) -> None:
    clock.forward(days=80)
    estate.generation.catch_up()
    full.planning.catch_up()
    dialog = proposal(opened)
    assert dialog.model.rowCount() == 2
    dialog.submitted.emit(("merge", dialog.model.rows()))
    settled()
    assert estate.generation.backlogs() == ()


def test_a_visit_put_off_beyond_its_window_is_not_called_missed_before_its_day(
    estate: Services, application: QApplication
) -> None:
    visit = first_visit(estate)
    after = visit.window_until + timedelta(days=1)
    later = replace(visit, planned_on=after + timedelta(days=3))
    assert visit_badge(later, after).text == "已过期限"
    assert visit_badge(later, later.planned_on + timedelta(days=1)).text == "错过"


def test_deciding_about_missed_dates_can_be_stopped(
    estate: Services, full: MaintenancePage, clock: FrozenClock, opened: Opened, settled: Settled
) -> None:
    clock.forward(days=80)
    estate.generation.catch_up()
    before = estate.generation.backlogs()
    full.planning.catch_up()
    dialog = proposal(opened)
    busy = threading.Event()
    full.run(busy.wait, lambda _done: None)
    dialog.submitted.emit(("merge", dialog.model.rows()))
    assert dialog.progress.isVisible()
    dialog.progress._on_stop()
    busy.set()
    settled()
    assert dialog.isVisible(), "nothing was decided, so the question stands"
    offered = [one for one in dialog.findChildren(QPushButton) if one.isVisible()]
    assert offered
    assert all(one.isEnabled() for one in offered)
    assert estate.generation.backlogs() == before


def test_missed_and_overdue_stand_out_without_colour(
    estate: Services, full: MaintenancePage, clock: FrozenClock, settled: Settled
) -> None:
    visit = first_visit(estate)
    clock.forward(days=(visit.window_until - TODAY).days + 1)
    full._narrow(day=visit.planned_on, mode=ViewMode.MONTH)
    settled()
    assert full.view is not None
    chips = [
        chip
        for row in grid_of(full.view).cells
        for cell in row
        for chip in cell.chips
        if visit.id in chip.ids
    ]
    assert ["错过" in chip.badge.text for chip in chips] == [True]
    assert [chip.badge.icon for chip in chips] == ["x"]
    assert visit.shown_state(estate.context.today()) is OccurrenceState.MISSED


@pytest.mark.parametrize("mode", list(ViewMode))
def test_painting_asks_the_database_nothing(
    estate: Services,
    full: MaintenancePage,
    settled: Settled,
    mode: ViewMode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full._narrow(mode=mode)
    settled()
    asked: list[str] = []
    monkeypatch.setattr(type(estate.context), "read", lambda _place: asked.append("read"))
    assert not full.grab().isNull()
    assert asked == []


def test_exports_are_written_from_what_is_in_sight(
    estate: Services, full: MaintenancePage, settled: Settled, tmp_path: Path
) -> None:
    full._narrow(day=first_visit(estate).planned_on)
    settled()
    full.printing.export_to(tmp_path / "plan.ics", "ics")
    full.printing.export_to(tmp_path / "plan.xlsx", "xlsx")
    settled()
    assert (tmp_path / "plan.xlsx").stat().st_size > 0
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()).count(".ics") >= 1


def test_today_shows_what_is_due_and_opens_the_visit(
    estate: Services, window: MainWindow, settled: Settled
) -> None:
    due = [visit for visit in planned(estate) if visit.planned_on <= TODAY]
    if not due:
        visit = first_visit(estate)
        estate.context.clock = _moved(estate, visit.planned_on)
        due = [visit]
    today = window.show_page("today")
    assert isinstance(today, TodayPage)
    today._mine = False
    today.refresh()
    settled()
    assert {visit.id for visit in today.visits.model.rows()} >= {due[0].id}
    today.visits.opened.emit(due[0])
    settled()
    shown = window.show_page("maintenance")
    assert isinstance(shown, MaintenancePage)
    assert shown.detail.view is not None
    assert shown.detail.view.visit.summary.id == due[0].id
    assert shown.detail.view.visit.summary.state is VisitState.PLANNED


def _moved(services: Services, day: date) -> Callable[[], object]:
    now = services.context.now()
    return lambda: now + (day - TODAY)


def test_the_schedule_is_looked_at_before_it_is_printed(
    estate: Services, full: MaintenancePage, settled: Settled
) -> None:
    dialog = full.printing.print()
    assert dialog is not None
    settled()
    assert dialog.document_actions.printed is not None
    assert dialog.document_actions.printed.pdf.startswith(b"%PDF")
    asked = dialog.findChild(ScrollBody)
    assert asked is not None
    assert asked.horizontalScrollBar().maximum() == 0, "captions and choices are not cut off"
    dialog.form.fill({"until": "2020-01-01"})
    dialog.make()
    settled()
    assert "2020" not in dialog.form.value("since")
    assert dialog.form.widget("until").property("wrong") == "true"
    dialog.reject()


def test_compliance_shows_groups_and_the_cases_with_their_reasons(
    estate: Services, full: MaintenancePage, clock: FrozenClock, settled: Settled
) -> None:
    task = open_task(estate)
    estate.visits.skip(task.id, "商户停业")
    clock.forward(days=(task.window_until - TODAY).days + 1)
    full.refresh()
    settled()
    dialog = full.show_compliance()
    assert dialog is not None
    settled()
    assert [group.key for group in dialog.figures.rows()] == ["care"]
    assert "商户停业" in [case.reason for case in dialog.cases.rows()]
    dialog.by.setCurrentIndex(dialog.by.findData("area"))
    settled()
    assert [group.key for group in dialog.figures.rows()] == ["浦东新区"]
    dialog.reject()


def test_an_absence_is_noted_and_kept_from_being_planned(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled
) -> None:
    visit = first_visit(estate)
    full._ask_absence()
    dialog = draft_dialog(opened)
    day = visit.window_until
    dialog.fill({"technician_id": visit.technician_id, "first_on": day, "last_on": day})
    dialog.submit()
    settled()
    drop(full, visit, day)
    settled()
    assert estate.visits.get(visit.id).summary.planned_on == visit.planned_on
    full._withdraw_absence()
    settled()
    taken = draft_dialog(opened)
    taken.submit()
    settled()
    assert estate.work_days.absences(day, day) == ()
    drop(full, visit, day)
    settled()
    assert estate.visits.get(visit.id).summary.planned_on == day


@pytest.mark.parametrize("choice", ["keep", "move"])
def test_leave_shows_the_visits_it_hits_before_it_is_entered(
    estate: Services, full: MaintenancePage, opened: Opened, settled: Settled, choice: str
) -> None:
    visit = first_visit(estate)
    day = visit.planned_on
    full._ask_absence()
    dialog = draft_dialog(opened)
    dialog.fill({"technician_id": visit.technician_id, "first_on": day, "last_on": day})
    dialog.submit()
    settled()
    hit = proposal(opened)
    assert visit.id in {item.id for item in hit.model.rows()}
    assert estate.work_days.absences(day, day) == (), "shown, not entered"
    hit.submitted.emit((choice, hit.model.rows()))
    settled()
    (absence,) = estate.work_days.absences(day, day)
    assert absence.technician_id == visit.technician_id
    after = estate.visits.get(visit.id).summary
    assert after.on_leave is (choice == "keep")
    assert (after.planned_on == day and after.technician_id == visit.technician_id) is (
        choice == "keep"
    )
    full._narrow(mode=ViewMode.LANES, day=day)
    settled()
    place = full.grid.model_.place_of(day, visit.technician_id)
    assert place is not None
    cell = full.grid.model_.cell(*place)
    assert cell.chips[0].badge.text == "请假"
    full._narrow(mode=ViewMode.MONTH, day=day)
    settled()
    place = full.grid.model_.place_of(day, None)
    assert place is not None
    assert full.grid.model_.cell(*place).chips[0].badge.text.startswith("请假：")


def test_holidays_are_listed_and_come_from_a_file(
    estate: Services, full: MaintenancePage, settled: Settled, opened: Opened, tmp_path: Path
) -> None:
    path = tmp_path / "2031.csv"
    path.write_text("day,kind,name\n2031-01-02,休,元旦\n", encoding="utf-8")
    full.holidays.show(2027)
    dialog = opened()
    assert isinstance(dialog, HolidaysDialog)
    assert [item.day for item in dialog.model.rows()][:2] == [date(2027, 1, 1), date(2027, 2, 5)]
    assert "2027" in dialog._doubt.text()
    full.holidays.load_notice(dialog, path)
    settled()
    assert dialog.year.value() == 2031
    assert date(2031, 1, 2) in [item.day for item in dialog.model.rows()]
    assert "2031" in dialog._doubt.text(), "part of a notice is no notice"
    dialog.year.setValue(2026)
    settled()
    assert not dialog._doubt.isVisible()


def test_a_day_of_the_company_is_set_and_taken_back(
    estate: Services, full: MaintenancePage, settled: Settled, opened: Opened
) -> None:
    full.holidays.show(2027)
    dialog = opened()
    assert isinstance(dialog, HolidaysDialog)
    full.holidays._ask_day(dialog)
    form = draft_dialog(opened)
    form.fill({"day": "2027-03-01", "kind": "off", "name": "厂庆"})
    form.submit()
    settled()
    days = [item.day for item in dialog.model.rows()]
    assert date(2027, 3, 1) in days
    dialog.table.selectRow(days.index(date(2027, 3, 1)))
    full.holidays._take_back(dialog)
    settled()
    assert date(2027, 3, 1) not in [item.day for item in dialog.model.rows()]


def test_territories_are_proposed_on_a_picture_and_taken_over(
    estate: Services, full: MaintenancePage, settled: Settled, opened: Opened
) -> None:
    full.territories.show()
    dialog = opened()
    assert isinstance(dialog, TerritoryDialog)
    assert [item.sites for item in dialog.model.rows()] == [1, 1]
    assert len(dialog.found.new) == 2
    dialog.submitted.emit(None)
    settled()
    assert not estate.territories.map().new


def test_what_was_missed_while_off_is_told_at_start(
    estate: Services,
    application: QApplication,
    settings: Settings,
    clock: FrozenClock,
    settled: Settled,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock.forward(days=80)
    monkeypatch.setattr("app.gui.shell.application.CATCH_UP_AFTER", 0)
    program = Program(application, settings)
    told: list[str] = []
    program.context.noted.connect(lambda note: told.append(note.text))
    program.context.set_services(estate)
    settle(program.context, calm=200)
    program.context.feed.stop()
    program.context.tasks.close()
    assert any("错过" in text for text in told)
