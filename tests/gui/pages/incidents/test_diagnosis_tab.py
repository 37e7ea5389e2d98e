"""Guided diagnosis in the incident's detail: keyboard only, withdrawn at will, stored when
accepted, handed over with a ready text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.evidence import EvidenceKind
from app.domain.diagnosis.interview import Interview
from app.domain.diagnosis.resolution_hint import resolution_hint
from app.domain.diagnosis.two_troubles import STOPS_TRADE
from app.domain.faults import ContactRole, FaultClass
from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.lifecycle import Action, IncidentState
from app.domain.register.people import ContactDraft
from app.gui.pages.incidents.diagnosis import told
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.navigate import ShowIncident
from app.gui.shell.scanner import ScannerWatch
from app.gui.toolkit.handover_editor import HandoverEditor
from app.services import Services
from app.services.diagnosis.case_file import draft_key
from tests.factories import make_incident, make_terminal
from tests.gui.conftest import Settled
from tests.gui.fitting import room_at

Opened = Callable[[], QDialog]


@pytest.fixture
def report(
    window: MainWindow, services: Services, settled: Settled
) -> Callable[[str, str], IncidentsPage]:
    """The incidents page with a reported incident in sight."""

    def made(code: str, symptom: str) -> IncidentsPage:
        make_incident(services, make_terminal(services), displayed_code=code, symptom=symptom)
        found = window.show_page("incidents")
        assert isinstance(found, IncidentsPage)
        settled()
        return found

    return made


def session(page: IncidentsPage) -> Interview:
    found = page.diagnosis.consultation
    assert found is not None, "no session is in sight"
    return found.session


def press(page: IncidentsPage, key: Qt.Key) -> None:
    window = page.window()
    window.activateWindow()
    QTest.keyClick(window.focusWidget() or window, key)
    # A person's key is held for a moment in which a scanner would go on.
    scanner = window.findChild(ScannerWatch)
    assert scanner is not None
    scanner.let_go()
    QApplication.processEvents()


def incident_of(page: IncidentsPage) -> str:
    assert page.detail.view is not None
    return page.detail.view.incident.id


def test_the_session_opens_with_what_was_reported(
    report: Callable[[str, str], IncidentsPage],
) -> None:
    page = report("A0", "重新签到后仍然")
    assert page.detail.tabs.currentWidget() is page.diagnosis
    assert session(page).top.fault_class is FaultClass.SOFTWARE
    first = page.diagnosis.panel.ranking.pool.rows[0]
    assert first.name.text() == "软件问题"
    assert first.share.text() == f"{session(page).top.share:.0%}"
    assert "MAC" in first.why.text()


def test_of_two_troubles_one_is_chosen_by_its_key_and_the_other_stays_in_sight(
    report: Callable[[str, str], IncidentsPage],
) -> None:
    page = report("", "打印机卡纸，另外网也连不上")
    panel = page.diagnosis.panel
    assert session(page).question is panel.question.question
    assert session(page).question.id == STOPS_TRADE  # type: ignore[union-attr]
    first, second = session(page).troubles
    key = panel.question.keys_of(panel.question.question)[1]  # type: ignore[arg-type]
    press(page, Qt.Key(ord(key)))
    assert session(page).top.fault_class is FaultClass.NETWORK
    shown = " ".join(each.text() for each in panel.findChildren(QLabel) if each.isVisible())
    assert first.sign.label.zh in shown
    assert second.sign.label.zh in shown


def test_questions_are_answered_by_keys(report: Callable[[str, str], IncidentsPage]) -> None:
    page = report("", "刷卡没反应")
    asked = []
    while (question := session(page).question) is not None and len(asked) < 4:
        asked.append(question.id)
        letters = {"yes_no": Qt.Key.Key_Y}
        press(page, letters.get(question.kind, Qt.Key.Key_A))
    answers = {e.ref: e.value for e in session(page).evidence if e.kind is EvidenceKind.ANSWER}
    assert list(answers) == asked
    assert all(answers.values())


def test_not_knowing_is_always_an_answer(report: Callable[[str, str], IncidentsPage]) -> None:
    page = report("", "机器坏了")
    question = session(page).question
    assert question is not None
    shares = [ranked.share for ranked in session(page).ranking]
    press(page, Qt.Key.Key_U)
    following = session(page).question
    assert following is not None
    assert following.id != question.id
    assert [ranked.share for ranked in session(page).ranking] == pytest.approx(shares)


def test_digits_tick_checks_and_ticking_again_takes_it_back(
    report: Callable[[str, str], IncidentsPage],
) -> None:
    page = report("A0", "")
    first = session(page).checks[0].check.id
    press(page, Qt.Key.Key_1)
    assert f"check:{first}" in {item.id for item in session(page).evidence}
    done = page.diagnosis.panel.checks.pool.rows[0]
    assert done.box.isChecked()
    done.box.click()
    assert f"check:{first}" not in {item.id for item in session(page).evidence}


def test_a_check_ticked_by_its_digit_comes_into_sight(
    report: Callable[[str, str], IncidentsPage],
) -> None:
    page = report("", "打印不清")
    page.window().resize(1366, 560)
    QApplication.processEvents()
    panel = page.diagnosis.panel
    assert panel.checks.visibleRegion().isEmpty(), "the checks are below the edge"
    press(page, Qt.Key.Key_1)
    done = panel.checks.last_done
    assert done is not None
    seen = done.visibleRegion().boundingRect()
    assert seen.height() >= done.height() - 1


def test_done_helped_and_did_not_help_are_three_keys_and_three_stored_outcomes(
    report: Callable[[str, str], IncidentsPage], services: Services, settled: Settled
) -> None:
    page = report("A0", "")
    card = page.diagnosis.panel.checks
    seen = {}
    for outcome, key in (
        (CheckOutcome.DONE, Qt.Key.Key_1),
        (CheckOutcome.NOT_HELPED, Qt.Key.Key_Minus),
        (CheckOutcome.HELPED, Qt.Key.Key_Plus),
    ):
        press(page, key)
        (done,) = (e for e in session(page).evidence if e.kind is EvidenceKind.CHECK)
        assert done.value == outcome
        seen[outcome] = card.pool.rows[0]._text.text()
        key_of = incident_of(page)
        settled()
        kept = services.saved_forms.kept(draft_key(key_of))
        assert kept is not None
        assert kept.content["trail"]["steps"][-1] == ["tick", done.ref, str(outcome)]
    assert len(set(seen.values())) == 3
    assert not any("无效" in text for text in seen.values())


def test_letters_typed_into_a_field_are_no_answers(
    report: Callable[[str, str], IncidentsPage],
) -> None:
    page = report("", "机器坏了")
    entry = page.diagnosis.panel.entry
    entry.setFocus()
    QTest.keyClicks(entry, "unable")
    assert entry.text() == "unable"
    assert session(page).asked == 0


def test_what_is_known_can_be_withdrawn(report: Callable[[str, str], IncidentsPage]) -> None:
    page = report("51", "")
    row = next(
        row
        for _caption, pool in page.diagnosis.panel.known._parts
        for row in pool.rows
        if row.evidence_id == "code:51"
    )
    row.remove.click()
    assert session(page).codes == ()
    assert session(page).top.share < 0.5


def test_a_code_typed_or_chosen_replaces_the_code_and_words_are_added(
    report: Callable[[str, str], IncidentsPage],
) -> None:
    page = report("51", "")
    panel = page.diagnosis.panel
    offered = panel.entry.completer().model()
    shown = [offered.index(n, 0).data() for n in range(offered.rowCount())]
    assert any(line.startswith("A0  MAC") for line in shown)
    panel.told.emit(next(line for line in shown if line.startswith("54  ")))
    assert [code.code for code in session(page).codes] == ["54"]
    panel.told.emit("打印机缺纸")
    assert "sign:paper_out" in {item.id for item in session(page).evidence}
    assert [code.code for code in told(session(page), "97").codes] == ["97"]


def test_tamper_is_a_stop_no_answer_undoes(report: Callable[[str, str], IncidentsPage]) -> None:
    page = report("", "开机提示TAMPERED")
    panel = page.diagnosis.panel
    assert panel.stop.isVisible()
    assert "停" in panel.stop.do.text()
    assert not panel.question.isVisible()
    panel.answered.emit("tamper", "no")
    assert panel.stop.isVisible()


def test_an_unknown_result_says_query_first(report: Callable[[str, str], IncidentsPage]) -> None:
    page = report("68", "")
    panel = page.diagnosis.panel
    assert panel._warn_box.isVisible()
    assert "查询" in panel._warn.text()
    assert session(page).checks[0].check.id == "query_result"


def test_accepting_stores_class_and_trail(
    report: Callable[[str, str], IncidentsPage], services: Services, settled: Settled
) -> None:
    page = report("A0", "")
    page.diagnosis.panel.answered.emit("other_card", "yes")
    ranking = session(page).ranking
    page.diagnosis.panel._on_accept()
    settled()
    incident = services.incidents.get(incident_of(page))
    assert incident.provisional_class is FaultClass.SOFTWARE
    assert incident.state is IncidentState.TRIAGED
    trail = services.incidents.trail(incident.id)
    assert trail is not None
    assert services.diagnosis.replay(trail).ranking == ranking
    assert session(page).ranking == ranking


def test_another_class_can_be_chosen_against_the_ranking(
    report: Callable[[str, str], IncidentsPage], services: Services, settled: Settled
) -> None:
    page = report("A0", "")
    page.diagnosis.panel.accepted.emit(FaultClass.HARDWARE)
    settled()
    kept = services.incidents.get(incident_of(page))
    assert kept.provisional_class is FaultClass.HARDWARE


def test_a_session_stays_as_it_was_left_while_another_is_looked_at(
    report: Callable[[str, str], IncidentsPage], services: Services, settled: Settled
) -> None:
    page = report("", "刷卡没反应")
    first = incident_of(page)
    press(page, Qt.Key.Key_A)
    left = session(page)
    other = services.incidents.open(
        IncidentDraft(terminal_id=make_terminal(services), displayed_code="51")
    )
    settled()
    page.activate(ShowIncident(other))
    settled()
    assert session(page).top.fault_class is FaultClass.BALANCE
    page.activate(ShowIncident(first))
    settled()
    assert session(page) == left


def test_answers_survive_the_end_of_the_program(
    report: Callable[[str, str], IncidentsPage], services: Services, settled: Settled
) -> None:
    page = report("", "刷卡没反应")
    press(page, Qt.Key.Key_A)
    left = session(page)
    settled()
    page.diagnosis._open.clear()
    page.show_incident(incident_of(page))
    settled()
    assert session(page).ranking == left.ranking
    page.diagnosis.panel._on_accept()
    settled()
    assert services.saved_forms.kept(f"diagnosis/{incident_of(page)}") is None


def test_a_finished_case_can_only_be_looked_at(
    report: Callable[[str, str], IncidentsPage], services: Services, settled: Settled
) -> None:
    page = report("A0", "")
    services.incidents.cancel(incident_of(page), "商户自己好了")
    page.show_incident(incident_of(page))
    settled()
    panel = page.diagnosis.panel
    assert not panel.entry.isVisible()
    assert not panel.ranking.accept.isVisible()
    before = session(page)
    panel.answered.emit("other_card", "yes")
    assert session(page) == before


def test_the_handover_is_copied_and_recorded(
    report: Callable[[str, str], IncidentsPage],
    services: Services,
    settled: Settled,
    opened: Opened,
) -> None:
    services.directory.save_contact(ContactDraft(organisation="测试热线", phone="400-000-0000"))
    page = report("97", "")
    page.detail.actions_[Action.HANDOVER].trigger()
    dialog = opened()
    assert isinstance(dialog, HandoverEditor)
    assert "97" in dialog.form.value("remark")
    assert "测试热线" in dialog._reach_label.text()
    dialog.submit()
    settled()
    kept = services.incidents.get(incident_of(page))
    assert kept.handed_to is ContactRole.ACQUIRER
    event = next(event for event in kept.events if event.action is Action.HANDOVER)
    assert kept.number in event.remark
    assert kept.number in QGuiApplication.clipboard().text()


def test_another_contact_gets_another_text_but_not_over_ones_own_words(
    report: Callable[[str, str], IncidentsPage], opened: Opened
) -> None:
    page = report("97", "")
    page.detail.actions_[Action.HANDOVER].trigger()
    dialog = opened()
    assert isinstance(dialog, HandoverEditor)
    first = dialog.form.value("remark")
    dialog.form.fill({"role": str(ContactRole.CARRIER)})
    second = dialog.form.value("remark")
    assert second != first
    dialog.form.fill({"remark": "我自己写的"})
    dialog.form.fill({"role": str(ContactRole.SUPPLIER)})
    assert dialog.form.value("remark") == "我自己写的"


def test_an_answer_is_on_the_screen_at_once(
    report: Callable[[str, str], IncidentsPage],
) -> None:
    """No worker and no turn of the event loop lies between the key and what it changes; how long it
    takes is measured by ``make bench``."""
    page = report("", "刷卡没反应")
    panel = page.diagnosis.panel
    for value in ("yes", "no"):
        before = [item.text() for item in panel.known.findChildren(QLabel)]
        panel.answered.emit("other_card", value)
        assert [item.text() for item in panel.known.findChildren(QLabel)] != before
        assert any(item.ref == "other_card" for item in session(page).evidence)


def test_danger_stands_above_everything_in_red_and_asks_nothing(
    report: Callable[[str, str], IncidentsPage],
) -> None:
    page = report("", "机器冒烟，有焦味")
    panel = page.diagnosis.panel
    assert panel.stop.isVisible()
    assert panel.stop.mapTo(panel, panel.stop.rect().topLeft()).y() == 0
    assert "起火" in panel.stop.title.text()
    assert not panel.question.isVisible()
    shown = {row.check_id for row in panel.checks.pool.rows if row.isVisible()}
    assert shown == {"isolate_danger", "replace_unpowered"}


def test_a_clear_case_shows_its_checks_and_asks_further_on_request(
    report: Callable[[str, str], IncidentsPage],
) -> None:
    page = report("", "刷卡提示通讯失败")
    panel = page.diagnosis.panel
    assert session(page).straight_to_checks
    assert not panel.question.isVisible()
    assert panel.further.isVisible()
    press(page, Qt.Key.Key_Q)
    assert panel.question.isVisible()
    assert panel.question.question is session(page).further.question  # type: ignore[union-attr]
    press(page, Qt.Key.Key_U)
    assert session(page).asked == 1


def test_what_the_merchant_was_told_goes_into_the_resolution(
    report: Callable[[str, str], IncidentsPage],
) -> None:
    page = report("51", "余额不足")
    press(page, Qt.Key.Key_S)
    assert page.diagnosis.panel.told_box.isChecked()
    hint = resolution_hint(session(page), FaultClass.BALANCE)
    assert hint.told == session(page).advice.say
    press(page, Qt.Key.Key_S)
    assert not session(page).merchant_told


def test_a_request_opens_the_dialog_of_the_register(
    report: Callable[[str, str], IncidentsPage], window: MainWindow, opened: Opened
) -> None:
    page = report("", "商户下周搬新店，要移机")
    card = page.diagnosis.panel.request
    assert card.isVisible()
    assert not page.diagnosis.panel.question.isVisible()
    press(page, Qt.Key.Key_R)
    dialog = opened()
    assert window.current == "terminals"
    said = " ".join(found.text() for found in dialog.findChildren(QLabel))
    assert "原地址：浦东新区测试路" in said
    dialog.reject()


def test_another_case_begins_at_the_top_and_its_stop_is_on_every_tab(
    report: Callable[[str, str], IncidentsPage], services: Services, settled: Settled
) -> None:
    page = report("", "商户反映机器不好用")
    window = page.window()
    window.resize(1100, 620)
    settled()
    bar = page.diagnosis.panel._scroll.verticalScrollBar()
    bar.setValue(bar.maximum())
    other = make_incident(
        services, make_terminal(services), displayed_code="", symptom="电池鼓包，充不进电"
    )
    page.show_incident(other)
    settled()
    assert bar.value() == 0
    for place in range(page.detail.tabs.count()):
        page.detail.tabs.setCurrentIndex(place)
        assert page.detail._stop.isVisible()
        assert "电池鼓包" in page.detail._stop.accessibleName()


@pytest.mark.parametrize("symptom", ["打印不清", "余额不足"])
def test_below_each_other_what_is_to_be_done_comes_first(
    window: MainWindow,
    report: Callable[[str, str], IncidentsPage],
    settled: Settled,
    symptom: str,
) -> None:
    window.resize(*room_at(1.5))
    panel = report("", symptom).diagnosis.panel
    settled()
    assert panel._middle.y() < panel._left.y()
    window.resize(*room_at(1.0))
    settled()
    assert panel._left.y() == panel._middle.y()
    assert panel._left.x() < panel._middle.x()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_list_is_whole_beside_the_case(
    window: MainWindow, report: Callable[[str, str], IncidentsPage], settled: Settled, scale: float
) -> None:
    window.resize(*room_at(scale))
    page = report("51", "")
    settled()
    assert not page._table.horizontalScrollBar().isVisible()
