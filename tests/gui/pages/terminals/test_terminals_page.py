"""The terminals page: what is typed is never lost, lists of any length behave like short ones."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from app.domain.register.terminal_actions import TerminalAction
from app.domain.register.terminals import TerminalState
from app.gui.pages.terminals.page import TerminalsPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.navigate import ActOnTerminal, Navigate, ReportIncident, ShowTerminal
from app.gui.shell.page import AppContext
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.fact_grid import FactGrid
from app.services import Services
from app.services.core.keyset import PAGE
from app.services.register.terminal_queries import TerminalFilter
from app.tabular.reading import read_table
from tests.factories import make_incident, make_terminal, terminal_draft
from tests.gui.conftest import Settled, answering

Opened = Callable[[], QDialog]


@pytest.fixture
def page(window: MainWindow, settled: Settled) -> TerminalsPage:
    found = window.show_page("terminals")
    assert isinstance(found, TerminalsPage)
    settled()
    return found


def draft_dialog(opened: Opened) -> DraftDialog:
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    return dialog


def shown_serials(page: TerminalsPage) -> list[str]:
    model = page.table.model()
    return [model.index(row, 0).data().split(" · ")[0] for row in range(model.rowCount())]


def test_an_empty_register_offers_the_next_step(page: TerminalsPage) -> None:
    assert page.states is not None
    texts = [label.text() for label in page.states.currentWidget().findChildren(QLabel)]
    assert "还没有登记终端" in texts


def test_a_refused_draft_keeps_the_input_and_marks_the_field(
    page: TerminalsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    page.steps.add()
    dialog = draft_dialog(opened)
    dialog.fill({"serial": "TESTN9100001", "manufacturer": "新大陆", "model": "N910"})
    dialog.fill({"tid": "12AB", "merchant_name": "测试店", "installed_on": "2025-02-30"})
    dialog.submit()
    settled()
    assert dialog.isVisible()
    wrong = [
        f.name for f in dialog.form.fields if dialog.form.widget(f.name).property("wrong") == "true"
    ]
    assert wrong == ["installed_on", "tid", "mid"]
    assert dialog.form.value("tid") == "12AB"
    assert dialog.form.value("installed_on") == "2025-02-30", "not turned into another date"
    dialog.fill({"tid": "50000412", "mid": "848290058120412", "installed_on": "2025-02-28"})
    dialog.submit()
    settled()
    assert not shiboken6.isValid(dialog)
    assert services.terminals.by_serial("TESTN9100001").merchant_name == "测试店"
    assert shown_serials(page) == ["TESTN9100001"]
    assert page.detail.view is not None
    assert page.detail.view.terminal.tid == "50000412"


def test_case_50_a_half_filled_form_is_offered_again_until_it_is_sent(
    page: TerminalsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    page.steps.add()
    dialog = draft_dialog(opened)
    dialog.fill({"serial": "TESTN9100001", "notes": "等商户回电"})
    dialog.reject()
    settled()
    assert services.saved_forms.kept("terminal/new") is not None
    page.steps.add()
    again = draft_dialog(opened)
    assert (again.form.value("serial"), again.form.value("notes")) == (
        "TESTN9100001",
        "等商户回电",
    )
    again.fill({"manufacturer": "新大陆", "model": "N910"})
    again.submit()
    settled()
    assert services.saved_forms.waiting() == ()
    page.steps.add()
    assert draft_dialog(opened).form.value("serial") == ""


def test_a_kept_edit_lies_on_top_of_what_is_stored_now(
    page: TerminalsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    key = make_terminal(services, serial="SN000001", firmware="1.0", seal_no="A1")
    page.refresh()
    settled()
    page.steps.take(TerminalAction.EDIT)
    draft_dialog(opened).fill({"firmware": "2.0"})
    draft_dialog(opened).reject()
    settled()
    stored = services.terminals.get(key)
    other = terminal_draft(
        serial="SN000001",
        tid=stored.tid,
        mid=stored.mid,
        firmware="1.0",
        merchant_name=stored.merchant_name,
        seal_no="B2",
    )
    services.terminals.update(key, stored.version, other)
    settled()
    page.steps.take(TerminalAction.EDIT)
    again = draft_dialog(opened)
    assert (again.form.value("firmware"), again.form.value("seal_no")) == ("2.0", "B2")


def test_somebody_elses_save_is_told_and_nothing_is_overwritten(
    page: TerminalsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    key = make_terminal(services, serial="SN000001")
    page.refresh()
    settled()
    page.steps.take(TerminalAction.EDIT)
    dialog = draft_dialog(opened)
    stored = services.terminals.get(key)
    other = terminal_draft(serial="SN000001", tid=stored.tid, mid=stored.mid, firmware="9.9")
    services.terminals.update(key, stored.version, other)
    dialog.fill({"firmware": "5.5"})
    dialog.submit()
    settled()
    assert dialog.isVisible()
    assert dialog.form.value("firmware") == "5.5"
    assert services.terminals.get(key).firmware == "9.9"


def test_a_swap_keeps_the_tid_and_shows_the_new_device(
    page: TerminalsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    old = make_terminal(services, serial="OLD00001", tid="50000412")
    page.refresh()
    settled()
    page.steps.take(TerminalAction.SWAP)
    dialog = draft_dialog(opened)
    dialog.submit()
    settled()
    wrong = [
        name
        for name in ("new_serial", "reason", "unsent_cleared")
        if dialog.form.widget(name).property("wrong") == "true"
    ]
    assert wrong == ["new_serial", "reason", "unsent_cleared"], "all of it is said at once"
    dialog.fill(
        {
            "new_serial": "NEW00001",
            "reason": "按键失灵",
            "unsent_cleared": True,
            "old_state": "in_repair",
        }
    )
    dialog.submit()
    settled()
    assert page.detail.view is not None
    shown = page.detail.view.terminal
    assert (shown.serial, shown.tid) == ("NEW00001", "50000412")
    assert services.terminals.get(old).state is TerminalState.IN_REPAIR


def test_a_move_to_another_merchant_does_not_carry_the_old_contact_along(
    page: TerminalsPage, opened: Opened, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    key = make_terminal(services, contact_phone="17700000412")
    page.refresh()
    settled()
    page.steps.take(TerminalAction.RELOCATE)
    dialog = draft_dialog(opened)
    mid = dialog.form.widget("mid")
    assert isinstance(mid, QLineEdit)
    mid.setFocus()
    mid.selectAll()
    qtbot.keyClicks(mid, "848290058999999")
    qtbot.keyClick(mid, Qt.Key.Key_Tab)
    assert dialog.form.value("contact_phone") == ""
    dialog.fill({"tid": "50009999", "merchant_name": "新店", "reason": "商户转让"})
    dialog.submit()
    settled()
    moved = services.terminals.get(key)
    assert (moved.merchant_name, moved.contact_phone) == ("新店", "")
    assert len(moved.placements) == 2


def test_a_move_begins_at_the_address_and_forgets_the_old_coordinates(
    page: TerminalsPage, opened: Opened, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    key = make_terminal(services, address="解放路1号", latitude="29.5", longitude="106.5")
    page.refresh()
    settled()
    page.steps.take(TerminalAction.RELOCATE)
    dialog = draft_dialog(opened)
    address = dialog.form.widget("address")
    assert isinstance(address, QLineEdit)
    assert dialog.focusWidget() is address
    qtbot.keyClicks(address, "20")
    assert (dialog.form.value("latitude"), dialog.form.value("longitude")) == ("", "")
    address.setText("解放路1号")
    assert float(dialog.form.value("latitude")) == 29.5
    address.setText("人民路9号")
    dialog.fill({"reason": "搬店"})
    dialog.submit()
    settled()
    moved = services.terminals.get(key)
    assert (moved.address, moved.latitude, moved.longitude) == ("人民路9号", None, None)


def test_a_move_made_for_an_incident_stands_in_its_work_log(
    page: TerminalsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    key = make_terminal(services, address="人民路 1 号")
    incident = make_incident(services, key, displayed_code="", symptom="要申请移机")
    page.activate(ActOnTerminal(key, TerminalAction.RELOCATE, incident))
    settled()
    dialog = draft_dialog(opened)
    dialog.fill({"address": "解放路 99 号", "reason": "商户搬店"})
    dialog.submit()
    settled()
    (line,) = services.incidents.get(incident).work
    assert line.summary == "台账已移机：人民路 1 号 → 解放路 99 号"


def test_retiring_is_asked_about_before_it_is_done(
    page: TerminalsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    key = make_terminal(services)
    page.refresh()
    settled()
    page.steps.take(TerminalAction.CHANGE_STATE)
    dialog = draft_dialog(opened)
    dialog.fill({"state": "retired", "reason": "主板烧毁"})
    with answering("取消"):
        dialog.submit()
        settled()
    assert services.terminals.get(key).state is TerminalState.IN_SERVICE
    assert dialog.form.value("reason") == "主板烧毁"
    with answering("报废"):
        dialog.submit()
        settled()
    assert services.terminals.get(key).state is TerminalState.RETIRED
    allowed = [a for a, made in page.detail.actions_.items() if made.isEnabled()]
    assert allowed == [TerminalAction.EDIT]


def test_a_report_starts_with_the_terminal_in_sight(
    page: TerminalsPage, context: AppContext, settled: Settled, services: Services
) -> None:
    key = make_terminal(services)
    page.refresh()
    settled()
    asked: list[Navigate] = []
    context.going.disconnect()
    context.going.connect(asked.append)
    page.steps.take(TerminalAction.REPORT)
    assert asked == [ReportIncident(key)]


def test_what_changed_elsewhere_is_shown_without_asking(
    page: TerminalsPage, settled: Settled, services: Services
) -> None:
    key = make_terminal(services, serial="SN000001")
    settled()
    assert shown_serials(page) == ["SN000001"]
    make_incident(services, key)
    settled()
    assert page.detail.view is not None
    assert page.detail.view.unfinished == 1
    assert page.detail.tabs.tabText(1) == "异常 1"


def test_a_long_list_scrolls_to_its_end_and_stays_there_when_read_again(
    page: TerminalsPage, settled: Settled, services: Services, qtmodeltester: object
) -> None:
    drafts = [terminal_draft(serial=f"LIST{n:05}") for n in range(2 * PAGE + 40)]
    importing = services.context
    from app.domain.register.terminals import check_terminal
    from app.services.register.batch_plan import plan
    from app.services.register.batch_write import WriteOrigin, apply

    with importing.write_locally() as unit:
        records = [check_terminal(draft) for draft in drafts]
        apply(unit, plan(unit.session, records), WriteOrigin("T01", "L7", "imported"))
    page.refresh()
    settled()
    model = page.table.model()
    assert model.rowCount() == len(drafts)
    page.table.scrollToBottom()
    settled()
    last = model.rowCount() - 1
    assert model.index(last, 0).data().startswith(f"LIST{last:05}")
    page.table.selectRow(last)
    settled()
    make_terminal(services, serial="AAAA0001")
    settled()
    assert page.table.current().serial == f"LIST{last:05}", "the selection follows its terminal"
    assert page.table.currentIndex().row() == last + 1
    qtmodeltester.check(model)  # type: ignore[attr-defined]


def test_search_filters_and_order_are_those_of_the_service(
    page: TerminalsPage, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    for n, area in enumerate(("浦东新区", "昆山市", "昆山市")):
        make_terminal(services, serial=f"SN00000{n}", area=area, merchant_name=f"店{n}")
    page.refresh()
    settled()
    page._filters["area"].choose("昆山市")
    settled()
    assert shown_serials(page) == ["SN000001", "SN000002"]
    page.table.order_changed.emit("-serial")
    settled()
    assert shown_serials(page) == ["SN000002", "SN000001"]
    page.search.setText("店1")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    settled()
    assert shown_serials(page) == ["SN000001"]
    page.search.setText("没有")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    settled()
    page._show_all()
    settled()
    assert len(shown_serials(page)) == 3
    assert page.search.text() == ""


def test_an_export_writes_the_list_as_it_is_filtered(
    page: TerminalsPage, settled: Settled, services: Services, tmp_path: Path
) -> None:
    make_terminal(services, serial="SN000001", area="昆山市")
    make_terminal(services, serial="SN000002", area="浦东新区")
    page.show_filter(TerminalFilter(area="昆山市"))
    settled()
    page.export_to(tmp_path / "x.csv")
    settled()
    assert [row.cells[0] for row in read_table(tmp_path / "x.csv").rows] == ["SN000001"]


def test_a_fact_is_copied_with_the_keyboard_alone(
    page: TerminalsPage, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    make_terminal(services, serial="SN000001", manufacturer="新大陆")
    page.refresh()
    settled()
    grid = page.detail.findChildren(FactGrid)[0]
    grid.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    QTest.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "新大陆"


def test_another_page_can_show_one_terminal(
    page: TerminalsPage, settled: Settled, services: Services
) -> None:
    make_terminal(services, serial="SN000001", area="昆山市")
    other = make_terminal(services, serial="SN000002", area="浦东新区")
    page.show_filter(TerminalFilter(area="昆山市"))
    settled()
    page.activate(ShowTerminal(other))
    settled()
    assert page.detail.view is not None
    assert page.detail.view.terminal.serial == "SN000002"
    assert page.table.current() is None, "no row of the list pretends to be it"
    assert services.terminals.listing(TerminalFilter()).count == 2


def test_a_change_announced_meanwhile_does_not_bring_back_the_terminal_before(
    page: TerminalsPage, settled: Settled, services: Services
) -> None:
    before = make_terminal(services, serial="SN000001")
    wanted = make_terminal(services, serial="SN000002")
    settled()
    page.show_terminal(before)
    settled()
    page.show_terminal(wanted)
    page.refresh()
    settled()
    assert page.detail.view is not None
    assert page.detail.view.terminal.serial == "SN000002"


def test_a_terminal_outside_the_list_stays_in_sight_when_something_changes(
    page: TerminalsPage, settled: Settled, services: Services
) -> None:
    make_terminal(services, serial="SN000001", area="昆山市")
    other = make_terminal(services, serial="SN000002", area="浦东新区")
    page.show_filter(TerminalFilter(area="昆山市"))
    settled()
    page.activate(ShowTerminal(other))
    settled()
    make_incident(services, other)
    settled()
    assert page.detail.view is not None
    assert (page.detail.view.terminal.serial, page.detail.view.unfinished) == ("SN000002", 1)
    page.search.setText("SN000001")
    page.search.returnPressed.emit()
    settled()
    assert page.detail.view.terminal.serial == "SN000001", "another search, another terminal"


LOCKER = """
import sys
from sqlcipher3 import dbapi2
other = dbapi2.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read(1)
other.execute("ROLLBACK")
"""
LOCKED = 10.0
"""Seconds another program keeps the database locked."""


def test_case_14_a_save_waits_for_another_program_and_the_window_lives(
    page: TerminalsPage, opened: Opened, settled: Settled, services: Services, qtbot: QtBot
) -> None:
    page.steps.add()
    dialog = draft_dialog(opened)
    dialog.fill({"serial": "TESTN9100014", "manufacturer": "新大陆", "model": "N910"})
    command = [sys.executable, "-c", LOCKER, str(services.context.database.path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        ticks: list[float] = []
        alive = QTimer(interval=50)
        alive.timeout.connect(lambda: ticks.append(time.monotonic()))
        alive.start()
        release = QTimer(singleShot=True, interval=round(LOCKED * 1000))
        release.timeout.connect(lambda: other.communicate("x"))
        release.start()
        dialog.submit()
        qtbot.waitUntil(lambda: not release.isActive(), timeout=60_000)
        assert dialog.working, "it waited as long as the other program"
        # The event loop went round all the while; two seconds are left for a busy machine.
        assert max(map(float.__sub__, ticks[1:], ticks)) < 2
        qtbot.waitUntil(lambda: not dialog.working, timeout=60_000)
        alive.stop()
    settled()
    assert services.terminals.by_serial("TESTN9100014").model == "N910"


def test_case_49_pressing_save_twice_makes_one_record(
    page: TerminalsPage, opened: Opened, settled: Settled, services: Services
) -> None:
    page.steps.add()
    dialog = draft_dialog(opened)
    dialog.fill({"serial": "TESTN9100049", "manufacturer": "新大陆", "model": "N910"})
    save = next(b for b in dialog.findChildren(QPushButton) if b.isDefault())
    QTest.mouseDClick(save, Qt.MouseButton.LeftButton)
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)
    settled()
    assert [one.serial for one in services.terminals.first(TerminalFilter(), 9)] == ["TESTN9100049"]
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
