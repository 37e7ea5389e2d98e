"""The incidents page: nothing typed is lost, refusals stand beside their field."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shiboken6
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.lifecycle import Action, IncidentState
from app.gui.pages.incidents.incident_editor import IncidentEditor
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.resolve_editor import ResolveEditor
from app.gui.pages.incidents.tabs import IncidentHistoryTab
from app.gui.shell.main_window import MainWindow
from app.gui.shell.navigate import ListIncidents, ReportIncident
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from db import write_turns
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled

Opened = Callable[[], QDialog]


@pytest.fixture
def page(window: MainWindow, settled: Settled) -> IncidentsPage:
    found = window.show_page("incidents")
    assert isinstance(found, IncidentsPage)
    settled()
    return found


def editor(opened: Opened) -> IncidentEditor:
    dialog = opened()
    assert isinstance(dialog, IncidentEditor)
    return dialog


def draft_dialog(opened: Opened) -> DraftDialog:
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    return dialog


def shown_texts(dialog: QDialog) -> str:
    return "\n".join(w.text() for w in dialog.findChildren(QLabel) if w.isVisible())


def wrong(dialog: DraftDialog) -> list[str]:
    fields = [field.name for field in dialog.form.fields]
    return [name for name in fields if dialog.form.widget(name).property("wrong") == "true"]


def state_of(services: Services, key: str) -> IncidentState:
    return services.incidents.get(key).state


def test_no_incident_yet_offers_to_report_one(page: IncidentsPage) -> None:
    assert page.states is not None
    texts = [label.text() for label in page.states.currentWidget().findChildren(QLabel)]
    assert "没有未完成的异常" in texts


def test_an_incident_is_reported_with_the_keyboard_alone(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    make_terminal(services, tid="50000412")
    page.new_incident()
    dialog = editor(opened)
    assert dialog.focusWidget() is dialog.picker.box, "a scanner can begin at once"
    qtbot.keyClicks(dialog.picker.box, "50000412")
    qtbot.keyClick(dialog.picker.box, Qt.Key.Key_Return)
    settled()
    assert dialog.terminal is not None, "one match and Enter is enough"
    assert not wrong(dialog), "the scanner's Enter does not submit"
    assert dialog.focusWidget() is dialog.form.widget("displayed_code")
    qtbot.keyClicks(dialog.form.widget("displayed_code"), "A0")
    qtbot.keyClick(dialog.form.widget("displayed_code"), Qt.Key.Key_Return)
    settled()
    assert not shiboken6.isValid(dialog)
    (listed,) = services.incidents.first(IncidentFilter(), 5)
    assert (listed.displayed_code, listed.tid) == ("A0", "50000412")
    assert page.detail.view is not None
    assert page.detail.view.incident.number == listed.number


def test_a_new_diagnosis_opens_at_its_first_question_whatever_was_open_before(
    page: IncidentsPage, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    old = make_incident(services)
    page.show_incident(old)
    settled()
    page.detail.tabs.setCurrentIndex(page.detail.tabs.count() - 1)
    new = make_incident(services, make_terminal(services, serial="SN77", tid="50000777"))
    page.reporting.reported.emit(services.incidents.get(new))
    settled()
    panel = page.diagnosis.panel
    assert page.detail.tabs.currentWidget() is page.diagnosis
    wanted = panel.landing()
    assert wanted is not None
    assert page.window().focusWidget() is wanted
    assert wanted is not panel.entry
    assert panel._scroll.verticalScrollBar().value() == 0
    panel.entry.setFocus()
    qtbot.keyClick(panel.entry, Qt.Key.Key_Escape)
    assert page.window().focusWidget() is wanted


def test_every_tab_is_about_the_row_the_arrow_keys_came_to(
    page: IncidentsPage, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    numbers = [services.incidents.get(make_incident(services)).number for _n in range(4)]
    page.refresh()
    settled()
    table, tabs = page._table, page.detail.tabs
    table.setFocus()
    seen = set()
    for place in range(2 * tabs.count()):
        # Faster than the tabs out of sight are filled.
        qtbot.keyClick(table, Qt.Key.Key_Down if place % 4 < 3 else Qt.Key.Key_Home)
        qtbot.waitUntil(
            lambda: (
                page.detail.view is not None and page.detail.view.incident.id == table.current().id
            )
        )
        view = page.detail.view
        assert view is not None
        seen.add(view.incident.number)
        tabs.setCurrentIndex(place % tabs.count())
        assert tabs.current().view is view
        assert all(tab.view is view for tab in tabs.all)
        if isinstance(tabs.current(), IncidentHistoryTab):
            assert tabs.current()._number == view.incident.number
            assert tabs.current()._events.rows() == tuple(reversed(view.incident.events))
    assert seen <= set(numbers)
    assert len(seen) > 1
    settled()
    assert page.diagnosis.consultation is not None
    assert page.diagnosis.consultation.incident_id == page.detail.view.incident.id


def test_enter_after_a_serial_not_registered_goes_on_and_reports_nothing(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    page.new_incident()
    dialog = editor(opened)
    dialog.fill({"displayed_code": "A0"})
    qtbot.keyClicks(dialog.picker.box, "UNKNOWN77")
    qtbot.keyClick(dialog.picker.box, Qt.Key.Key_Return)
    settled()
    assert not services.incidents.first(IncidentFilter(), 5)
    assert dialog.focusWidget() is dialog.form.widget("displayed_code")
    qtbot.keyClick(dialog.form.widget("displayed_code"), Qt.Key.Key_Return)
    settled()
    (listed,) = services.incidents.first(IncidentFilter(), 5)
    assert services.incidents.get(listed.id).unknown_serial == "UNKNOWN77"


@pytest.mark.parametrize("seen", ["answer read before Enter", "words of a draft"])
def test_enter_goes_on_with_a_serial_not_registered_whenever_it_comes(
    page: IncidentsPage, opened: Opened, settled: Settled, qtbot: QtBot, seen: str
) -> None:
    page.new_incident()
    dialog = editor(opened)
    if seen == "words of a draft":
        dialog.picker.box.put("UNKNOWN77")
    else:
        qtbot.keyClicks(dialog.picker.box, "UNKNOWN77")
        qtbot.waitUntil(dialog.picker._nothing.isVisible)
    qtbot.keyClick(dialog.picker.box, Qt.Key.Key_Return)
    settled()
    assert dialog.focusWidget() is dialog.form.widget("displayed_code")


def test_enter_takes_what_was_typed_and_not_what_was_found_for_its_beginning(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    for tid in ("50000411", "50000412"):
        make_terminal(services, tid=tid)
    page.new_incident()
    dialog = editor(opened)
    qtbot.keyClicks(dialog.picker.box, "5000041")
    qtbot.waitUntil(dialog.picker._list.isVisible)
    qtbot.keyClicks(dialog.picker.box, "2")
    qtbot.keyClick(dialog.picker.box, Qt.Key.Key_Return)
    settled()
    assert dialog.terminal is not None
    assert dialog.terminal.tid == "50000412"


def test_a_serial_like_that_of_another_terminal_is_kept_as_it_was_typed(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    make_terminal(services, serial="X7K90015")
    page.new_incident()
    dialog = editor(opened)
    dialog.fill({"displayed_code": "A0"})
    qtbot.keyClicks(dialog.picker.box, "X7K9001")
    qtbot.keyClick(dialog.picker.box, Qt.Key.Key_Return)
    settled()
    assert dialog.terminal is None, "another terminal was taken"
    qtbot.keyClick(dialog.picker.box, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.picker.box, Qt.Key.Key_Return)
    assert dialog.focusWidget() is dialog.form.widget("displayed_code")
    qtbot.keyClick(dialog.form.widget("displayed_code"), Qt.Key.Key_Return)
    settled()
    (listed,) = services.incidents.first(IncidentFilter(), 5)
    assert services.incidents.get(listed.id).unknown_serial == "X7K9001"


def test_a_refused_report_says_why_beside_the_field_and_keeps_all_of_it(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    page.new_incident()
    dialog = editor(opened)
    dialog.fill({"reporter_name": "王先生", "reporter_phone": "abc"})
    dialog.submit()
    settled()
    assert dialog.isVisible()
    assert "请选择终端" in shown_texts(dialog)
    assert "请填写屏幕显示的代码，或说明现象" in shown_texts(dialog)
    assert "reporter_phone" in wrong(dialog)
    assert dialog.form.value("reporter_name") == "王先生"
    assert dialog.form.value("reporter_phone") == "abc"
    assert services.incidents.first(IncidentFilter(), 5) == ()


def test_what_was_typed_before_a_crash_is_offered_again(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    services.saved_forms.keep(
        "incident/new", {"symptom": "打印空白", "terminal_id": make_terminal(services)}
    )
    page.new_incident()
    dialog = editor(opened)
    assert dialog.form.value("symptom") == "打印空白"
    assert dialog.terminal is not None
    dialog.submit()
    settled()
    assert services.saved_forms.waiting() == ()


def test_escape_keeps_a_half_filled_report_with_its_terminal(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    make_terminal(services, tid="50000412")
    page.new_incident()
    dialog = editor(opened)
    dialog.choose(services.terminals.find("50000412")[0])
    dialog.fill({"symptom": "打印空白"})
    dialog.reject()
    settled()
    page.new_incident()
    settled()
    again = editor(opened)
    assert again.form.value("symptom") == "打印空白"
    assert again.terminal is not None
    assert again.terminal.tid == "50000412"
    press(again, "清空重填")
    settled()
    assert (again.form.value("symptom"), again.terminal) == ("", None)
    again.reject()
    settled()
    assert services.saved_forms.waiting() == ()


def test_a_half_filled_resolution_survives_escape_with_its_proof(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    key = make_incident(services)
    services.incidents.start(key)
    settled()
    page.steps.take(Action.RESOLVE)
    dialog = resolving(opened)
    dialog.fill({"fault_class": "operation", "work_done": "重新签到", "result": "solved"})
    dialog.tests._groups["sign_in"].button(0).click()
    dialog.tests._groups["test_sale"].button(0).click()
    dialog.tests._slips["test_sale"].setText("000123")
    dialog._swap._wanted.setChecked(True)
    dialog._swap._serial.setText("SN000777")
    wanted = dialog.content()
    dialog.reject()
    settled()
    page.steps.take(Action.RESOLVE)
    settled()
    again = resolving(opened)
    assert again.content() == wanted
    again._swap._wanted.setChecked(False)
    again.submit()
    settled()
    found = services.incidents.get(key)
    assert [(line.item, line.reference) for line in found.tests] == [
        ("sign_in", ""),
        ("test_sale", "000123"),
    ]
    assert services.saved_forms.waiting() == ()


def resolving(opened: Opened) -> ResolveEditor:
    dialog = opened()
    assert isinstance(dialog, ResolveEditor)
    return dialog


def press(dialog: QDialog, text: str) -> None:
    (found,) = [one for one in dialog.findChildren(QPushButton) if one.text() == text]
    found.click()


def test_an_open_incident_of_the_same_terminal_is_offered_instead(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    terminal = make_terminal(services)
    first = make_incident(services, terminal)
    page.activate(ReportIncident(terminal))
    dialog = editor(opened)
    assert "此终端有 1 条未完成的异常" in shown_texts(dialog)
    (offer,) = [b for b in dialog.findChildren(QPushButton) if "L7-000001" in b.text()]
    offer.click()
    settled()
    assert page.detail.view is not None
    assert page.detail.view.incident.id == first
    assert len(services.incidents.first(IncidentFilter(), 5)) == 1


def test_work_waits_goes_on_and_ends(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    make_technician(services)
    key = make_incident(services)
    settled()
    page.steps.take(Action.START)
    settled()
    assert state_of(services, key) is IncidentState.IN_PROGRESS

    page.steps.take(Action.HOLD)
    dialog = draft_dialog(opened)
    dialog.fill({"expected_on": None, "remark": "等打印头"})
    dialog.submit()
    settled()
    assert (dialog.isVisible(), wrong(dialog)) == (True, ["expected_on"])
    assert dialog.form.value("remark") == "等打印头"
    dialog.fill({"expected_on": services.context.today(), "reason": "parts"})
    dialog.submit()
    settled()
    assert state_of(services, key) is IncidentState.ON_HOLD
    page.steps.take(Action.RESUME)
    settled()
    assert state_of(services, key) is IncidentState.IN_PROGRESS


def test_resolving_asks_for_proof_then_closes_reopens_and_adds(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    key = make_incident(services)
    services.incidents.start(key)
    settled()
    page.steps.take(Action.RESOLVE)
    dialog = draft_dialog(opened)
    dialog.fill({"fault_class": "operation", "work_done": "重新签到", "result": "solved"})
    dialog.submit()
    settled()
    assert dialog.isVisible(), "nothing was tested yet"
    assert shown_texts(dialog).count("再勾“商户能正常收款”") == 1, "told once, beside the proof"
    assert dialog.form.value("work_done") == "重新签到"
    dialog.tests._groups["sign_in"].button(0).click()  # type: ignore[attr-defined]
    dialog.submit()
    settled()
    assert state_of(services, key) is IncidentState.RESOLVED

    page.steps.take(Action.CLOSE)
    dialog = draft_dialog(opened)
    dialog.fill({"confirmed_by": ""})
    dialog.submit()
    settled()
    assert wrong(dialog) == ["confirmed_by"]
    dialog.fill({"confirmed_by": "王先生", "confirmation": "by_phone"})
    dialog.submit()
    settled()
    assert state_of(services, key) is IncidentState.CLOSED

    page.show_incident(key)
    settled()
    page.steps.take(Action.ADDENDUM)
    dialog = draft_dialog(opened)
    dialog.fill({"remark": "商户来电致谢"})
    dialog.submit()
    settled()
    page.steps.take(Action.REOPEN)
    dialog = draft_dialog(opened)
    dialog.fill({"reason": "又出现"})
    dialog.submit()
    settled()
    incident = services.incidents.get(key)
    assert (incident.state, incident.reopen_count) == (IncidentState.IN_PROGRESS, 1)
    assert "商户来电致谢" in [event.remark for event in incident.events]


def test_an_edit_that_lost_the_race_is_told_and_overwrites_nothing(
    page: IncidentsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    terminal = make_terminal(services)
    key = make_incident(services, terminal)
    settled()
    page.steps.take(Action.EDIT)
    dialog = editor(opened)
    dialog.fill({"symptom": "我写的"})
    version = services.incidents.get(key).version
    services.incidents.edit(key, version, IncidentDraft(terminal_id=terminal, symptom="别人写的"))
    dialog.submit()
    settled()
    assert dialog.isVisible()
    assert dialog.form.value("symptom") == "我写的"
    assert "修改" in shown_texts(dialog)
    assert services.incidents.get(key).symptom == "别人写的"


@pytest.mark.parametrize(
    ("pragma", "sentence"),
    [
        ("PRAGMA query_only=ON", "数据库在此处只能读取，不能写入。"),
        ("PRAGMA max_page_count=1", "磁盘已满"),
    ],
)
def test_a_database_that_refuses_is_told_and_the_form_kept(
    page: IncidentsPage,
    opened: Opened,
    settled: Settled,
    services: Services,
    pragma: str,
    sentence: str,
) -> None:
    terminal = make_terminal(services)
    settled()
    page.activate(ReportIncident(terminal))
    dialog = editor(opened)
    dialog.fill({"symptom": "打印空白" * 2000})
    settled()
    engine = services.context.database.engine

    def refuse(connection: sa.Connection) -> None:
        connection.exec_driver_sql(pragma)

    sa.event.listen(engine, "begin", refuse, insert=True)
    dialog.submit()
    settled()
    assert dialog.isVisible()
    assert sentence in shown_texts(dialog)
    assert dialog.form.value("symptom") == "打印空白" * 2000
    sa.event.remove(engine, "begin", refuse)
    engine.dispose()  # whichever connection refused, the next ones do not
    dialog.submit()
    settled()
    assert len(services.incidents.first(IncidentFilter(), 5)) == 1


def test_a_locked_database_is_told_and_the_form_kept(
    page: IncidentsPage,
    opened: Opened,
    settled: Settled,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(write_turns, "WAIT", 0.02)
    terminal = make_terminal(services)
    settled()
    page.activate(ReportIncident(terminal))
    dialog = editor(opened)
    dialog.fill({"symptom": "打印空白"})
    settled()
    with services.context.database.write() as session:
        session.execute(sa.text("UPDATE counter SET last = last"))
        dialog.submit()
        settled()
        assert dialog.isVisible()
        assert "其他程序占用数据库太久" in shown_texts(dialog)
    dialog.submit()
    settled()
    assert len(services.incidents.first(IncidentFilter(), 5)) == 1


def test_filters_and_search_narrow_the_list(
    page: IncidentsPage, settled: Settled, services: Services
) -> None:
    first = make_incident(services, displayed_code="A0")
    make_incident(services, displayed_code="", symptom="打印空白")
    services.incidents.start(first)
    settled()
    page.activate(ListIncidents(IncidentFilter(states="open")))
    settled()
    assert page._model.rowCount() == 2
    page._narrow(words="打印")
    settled()
    assert page._model.rowCount() == 1
    page._narrow(words="没有这个")
    settled()
    assert page.states is not None
    texts = [label.text() for label in page.states.currentWidget().findChildren(QLabel)]
    assert "没有符合筛选条件的异常" in texts
    page._show_all()
    settled()
    assert page._model.rowCount() == 2


def test_an_incident_that_leaves_the_list_stays_in_sight(
    page: IncidentsPage, services: Services, settled: Settled
) -> None:
    make_technician(services, "T01")
    terminal = make_terminal(services)
    withdrawn = make_incident(services, terminal)
    make_incident(services, make_terminal(services, serial="TESTN91000000999", tid="50000999"))
    settled()
    page.show_incident(withdrawn)
    settled()
    services.incidents.cancel(withdrawn, "误报")
    page.refresh()
    settled()
    assert page.detail.view is not None
    assert page.detail.view.incident.id == withdrawn
    assert page.detail.view.incident.state is IncidentState.CANCELLED
