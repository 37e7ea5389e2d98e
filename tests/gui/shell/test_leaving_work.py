"""Leaving while a dialog works: nothing crashes, nothing is written behind anybody's back.

Every dialog is opened as a person opens it, over one estate.  Work is held back in two ways: the
worker has not come to it yet, or it stands in the middle of it because another program holds the
database.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import shiboken6
import sqlalchemy as sa
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
)
from pytestqt.qtbot import QtBot

import app.gui
from app.domain.documents import SignerRole
from app.domain.incidents.lifecycle import Action
from app.domain.maintenance.visits import ScheduleDraft
from app.domain.register.equipment import Acquirer
from app.domain.register.terminal_actions import TerminalAction
from app.gui.pages.incidents.tabs import AddPart, AddWork, IncidentTabWish
from app.gui.pages.maintenance.detail import SkipTask
from app.gui.pages.maintenance.proposals import ProposalDialog
from app.gui.shell.main_window import MainWindow
from app.gui.shell.navigate import ReportIncident
from app.gui.shell.page import AppContext
from app.gui.shell.screens import settle
from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.working_dialog import WaitDialog, WorkingDialog
from app.services import Services
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled, answering
from tests.maintenance import make_plan, planned

Opened = Callable[[], QDialog]


@dataclass
class World:
    """The window over an estate with an incident under way and visits planned."""

    window: MainWindow
    services: Services
    clock: FrozenClock
    settled: Settled
    opened: Opened
    incident: str

    def page(self, name: str) -> Any:
        """A page in sight."""
        page = self.window.show_page(name)
        self.settled()
        return page

    def draft(self, **values: Any) -> DraftDialog:
        """The dialog that is open now, filled in."""
        dialog = self.opened()
        assert isinstance(dialog, DraftDialog)
        dialog.fill(values)
        return dialog


@pytest.fixture
def world(services: Services, clock: FrozenClock, window: MainWindow, context: AppContext) -> World:
    """See `World`."""

    def settled() -> None:
        settle(context, calm=40)

    def opened() -> QDialog:
        settled()
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog), "no dialog is open"
        return dialog

    make_technician(services, code="T01", name="张工")
    make_technician(services, code="T02", name="王工")
    terminal = make_terminal(services, serial="SN000001", tid="50000001")
    make_terminal(services, serial="SN000002", tid="50000002")
    make_plan(services)
    services.generation.generate()
    incident = make_incident(services, terminal)
    services.incidents.start(incident)
    return World(window, services, clock, settled, opened, incident)


# --- every dialog that has work done -------------------------------------------------------------


def of_incident(action: Action, **values: Any) -> Callable[[World], DraftDialog]:
    def ask(world: World) -> DraftDialog:
        page = world.page("incidents")
        page.show_incident(world.incident)
        world.settled()
        page.steps.take(action)
        return world.draft(**values)

    return ask


def of_terminal(action: TerminalAction, **values: Any) -> Callable[[World], DraftDialog]:
    def ask(world: World) -> DraftDialog:
        page = world.page("terminals")
        page.show_terminal(world.services.terminals.by_serial("SN000002").id)
        world.settled()
        page.steps.take(action)
        return world.draft(**values)

    return ask


def of_tab(wish: IncidentTabWish, **values: Any) -> Callable[[World], DraftDialog]:
    def ask(world: World) -> DraftDialog:
        page = world.page("incidents")
        page.show_incident(world.incident)
        world.settled()
        page.steps.want(wish)
        return world.draft(**values)

    return ask


def section(part_name: str, /, **values: Any) -> Callable[[World], DraftDialog]:
    def ask(world: World) -> DraftDialog:
        part = world.page("settings").section(part_name)
        world.settled()
        part.add()
        return world.draft(**values)

    return ask


def of_visit(step: str, **values: Any) -> Callable[[World], DraftDialog]:
    def ask(world: World) -> DraftDialog:
        page = world.page("maintenance")
        page.show_visit(planned(world.services)[0].id)
        world.settled()
        if step == "skip":
            page.detail._with_task(SkipTask)
        else:
            getattr(page.steps, step)()
        return world.draft(**values)

    return ask


def report(world: World) -> DraftDialog:
    terminal = world.services.terminals.by_serial("SN000002")
    world.page("incidents").reporting.open_editor(ReportIncident(terminal.id))
    return world.draft(displayed_code="A0", symptom="签到失败")


def sign(world: World) -> DraftDialog:
    page = world.page("incidents")
    page.show_incident(world.incident)
    world.settled()
    tab = next(tab for tab in page.detail.tabs.all if hasattr(tab, "sign"))
    page.detail.tabs.setCurrentWidget(tab)
    world.settled()
    tab.sign(SignerRole.MERCHANT)
    dialog: Any = world.draft(signer="王芳")
    dialog.pad.begin(QPointF(20, 20))
    for x, y in ((80, 90), (140, 30), (220, 120)):
        dialog.pad.move_to(QPointF(x, y))
    dialog.pad.end()
    return dialog  # type: ignore[no-any-return]


def acquirer(world: World) -> DraftDialog:
    part = world.page("settings").section("models")
    world.settled()
    known: Acquirer = world.services.models.acquirers()[0]
    part.edit_acquirer(known)
    return world.draft(code_profile=f"码表{known.code_profile}")


def reading(world: World) -> DraftDialog:
    page = world.page("terminals")
    page.show_terminal(world.services.terminals.by_serial("SN000002").id)
    world.settled()
    page.steps.read_counter()
    return world.draft(value="1200")


def plan(world: World) -> DraftDialog:
    page = world.page("maintenance")
    page.plans.edit(world.services.plans.get("care"))
    return world.draft(every="2")


def extra(world: World) -> DraftDialog:
    world.page("maintenance").extra.ask(world.services.terminals.by_serial("SN000002").id)
    return world.draft(plan_keys=["care"], reason="商户来电")


def absence(world: World) -> DraftDialog:
    people = [(p.id, p.name) for p in world.services.directory.technicians()]
    world.page("maintenance").planning.absence(people)
    far = world.services.context.today() + timedelta(days=300)
    return world.draft(technician_id=people[0][0], first_on=far, last_on=far)


def generate(world: World) -> ProposalDialog:
    make_plan(world.services, "more")
    world.page("maintenance").planning.generate()
    return proposal(world)


def undo(world: World) -> ProposalDialog:
    world.page("maintenance").planning.show_runs()
    return proposal(world)


def level(world: World) -> ProposalDialog:
    visit = planned(world.services)[0]
    world.services.visits.schedule(visit.id, visit.version, ScheduleDraft(technician_id=""))
    page = world.page("maintenance")
    page.planning.level(page.wanted)
    return proposal(world)


def territories(world: World) -> ProposalDialog:
    world.page("maintenance").territories.show()
    return proposal(world)


def leave(world: World) -> ProposalDialog:
    visit = next(v for v in planned(world.services) if v.technician_id)
    people = [(p.id, p.name) for p in world.services.directory.technicians()]
    world.page("maintenance").planning.absence(people)
    day = visit.planned_on
    world.draft(technician_id=visit.technician_id, first_on=day, last_on=day).submit()
    return proposal(world)


def take_over_plans(world: World) -> ProposalDialog:
    world.page("maintenance").plans.install()
    return proposal(world)


def company_day(world: World) -> DraftDialog:
    holidays = world.page("maintenance").holidays
    holidays.show(2027)
    holidays._ask_day(world.opened())
    return world.draft(day="2027-03-01", name="厂庆")


def missed(world: World) -> ProposalDialog:
    world.clock.forward(days=80)
    world.services.generation.catch_up()
    world.page("maintenance").planning.catch_up()
    return proposal(world)


def proposal(world: World) -> ProposalDialog:
    dialog = world.opened()
    assert isinstance(dialog, ProposalDialog)
    return dialog


def press_first(dialog: QDialog) -> None:
    """Press what does it: the button of a form, the last of a proposal."""
    if isinstance(dialog, DraftDialog):
        dialog.submit()
        return
    assert isinstance(dialog, ProposalDialog)
    place = dialog.buttons.itemAt(dialog.buttons.count() - 1)
    assert place is not None
    made: Any = place.widget()
    made.click()


DIALOGS: dict[str, Callable[[World], WorkingDialog]] = {
    "report": report,
    "assign": of_incident(Action.ASSIGN),
    "hold": of_incident(Action.HOLD, reason="parts", remark="等打印头"),
    "edit": of_incident(Action.EDIT, symptom="又出现"),
    "hand over": of_incident(Action.HANDOVER),
    "work": of_tab(AddWork(), summary="重新签到", minutes=5),
    "part": of_tab(AddPart(), name="打印头"),
    "sign": sign,
    "edit terminal": of_terminal(TerminalAction.EDIT, firmware="3.9.9"),
    "move terminal": of_terminal(
        TerminalAction.RELOCATE, merchant_name="新店", mid="848290058120009", reason="搬店"
    ),
    "state": of_terminal(TerminalAction.CHANGE_STATE, reason="送修"),
    "reading": reading,
    "technician": section("people", code="T09", name="赵工"),
    "contact": section("contacts", organisation="测试热线", phone="400-000-1111"),
    "model": section("models", manufacturer="新大陆", name="N950"),
    "acquirer": acquirer,
    "reschedule": of_visit("reschedule", start_minute="10:30"),
    "skip": of_visit("skip", reason="商户停业"),
    "cancel visit": of_visit("_cancel", reason="商户停业"),
    "plan": plan,
    "extra visit": extra,
    "absence": absence,
    "generate": generate,
    "undo": undo,
    "level": level,
    "missed dates": missed,
    "territories": territories,
    "company day": company_day,
    "leave": leave,
    "take over plans": take_over_plans,
    "area": section("areas", name="测试区"),
    "vehicle": section("vehicles", plate="沪A12345"),
}


@contextmanager
def worker_occupied(context: AppContext) -> Iterator[None]:
    """The worker is busy with something else, so that what is asked for has not begun."""
    busy = threading.Event()
    context.tasks.run(lambda: busy.wait(20), lambda _done: None, owner=context)
    try:
        yield
    finally:
        busy.set()


@contextmanager
def database_held(database: Database) -> Iterator[None]:
    """Another program is writing, so that work stands where it begins to write."""
    from sqlcipher3 import dbapi2

    other = dbapi2.connect(str(database.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def stored(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row but those of half-filled forms, and of what the program itself noted meanwhile,
    such as that somebody was reminded."""
    with database.connect() as connection:
        names = [
            name
            for name in sa.inspect(connection).get_table_names()
            if not name.startswith(("search_", "form_draft", "app_state"))
        ]
        return {
            name: sorted(
                map(tuple, connection.exec_driver_sql(f'SELECT * FROM "{name}"')), key=repr
            )
            for name in names
        }


@pytest.fixture
def said(context: AppContext) -> list[str]:
    """What the window says."""
    heard: list[str] = []
    context.noted.connect(lambda note: heard.append(note.text))
    return heard


def escape(dialog: QDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


@pytest.mark.parametrize("name", DIALOGS)
def test_leaving_a_dialog_in_the_middle_of_its_work_is_told_truthfully(
    name: str, world: World, said: list[str], sqlite_database: Database, qtbot: QtBot
) -> None:
    dialog = DIALOGS[name](world)
    if isinstance(dialog, DraftDialog):
        dialog.flush()
        world.settled()
    before = stored(sqlite_database)
    with database_held(sqlite_database):
        press_first(dialog)
        job = dialog._job
        assert job is not None
        qtbot.waitUntil(lambda: job.future is not None and job.future.running())
        assert not enabled(dialog), "nothing else can be begun meanwhile"
        escape(dialog)
        dialog.close()
        assert dialog.isVisible(), "it is not known yet what becomes of it"
        assert dialog.progress.isVisible()
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog) or not dialog.working)
    world.settled()
    assert not shiboken6.isValid(dialog) or not dialog.isVisible()
    stopped = any("已停止" in text for text in said)
    assert stopped == (stored(sqlite_database) == before), f"{said}"
    assert said, "what became of it is told"


@pytest.mark.parametrize("name", ["report", "technician", "plan", "sign", "level", "undo"])
def test_what_has_not_begun_when_a_dialog_is_left_is_never_done(
    name: str, world: World, context: AppContext, said: list[str], sqlite_database: Database
) -> None:
    dialog = DIALOGS[name](world)
    before = stored(sqlite_database)
    with worker_occupied(context):
        press_first(dialog)
        assert dialog.working, "what was asked for waits for its turn"
        assert not enabled(dialog), "nothing else can be begun meanwhile"
        escape(dialog)
    world.settled()
    assert not shiboken6.isValid(dialog) or not dialog.isVisible()
    assert stored(sqlite_database) == before
    assert "已停止，未保存任何内容。" in said


@pytest.mark.parametrize("how", ["done", "refused", "taken back"])
def test_closing_the_whole_window_waits_for_a_dialog_that_works(
    how: str, world: World, context: AppContext, sqlite_database: Database, qtbot: QtBot
) -> None:
    dialog = DIALOGS["technician"](world)
    dialog.flush()  # type: ignore[attr-defined]
    if how == "refused":
        make_technician(world.services, code="T09", name="先来的人")
    world.settled()
    before = stored(sqlite_database)
    with database_held(sqlite_database) if how != "taken back" else worker_occupied(context):
        press_first(dialog)
        job = dialog._job
        assert job is not None
        if how != "taken back":
            qtbot.waitUntil(lambda: job.future is not None and job.future.running())
        world.window.close()
        assert world.window.isVisible(), "it is not known yet what becomes of the work"
    world.settled()
    assert world.window.isVisible() == (how == "refused"), "what was refused is to be read first"
    assert (stored(sqlite_database) != before) == (how == "done")
    if how == "refused":
        assert dialog.isVisible()
        dialog.reject()
        world.window.close()
        assert not world.window.isVisible()


def test_work_whose_dialog_is_destroyed_is_told_all_the_same(
    world: World, said: list[str], sqlite_database: Database, qtbot: QtBot
) -> None:
    dialog = DIALOGS["contact"](world)
    dialog.flush()  # type: ignore[attr-defined]
    world.settled()
    before = stored(sqlite_database)
    with database_held(sqlite_database):
        press_first(dialog)
        job = dialog._job
        assert job is not None
        qtbot.waitUntil(lambda: job.future is not None and job.future.running())
        dialog.deleteLater()
        qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))
    world.settled()
    assert stored(sqlite_database) != before
    assert any("窗口已关闭，但操作已完成" in text for text in said)


def test_a_bug_in_the_work_unlocks_the_dialog(
    world: World, context: AppContext, qtbot: QtBot
) -> None:
    dialog = DraftDialog("x", [], lambda values: values, parent=world.window)
    dialog.open()
    with qtbot.captureExceptions() as raised:
        dialog.carry_out(context, lambda: 1 // 0, lambda _done: None)
        world.settled()
    assert [kind for kind, *_rest in raised] == [ZeroDivisionError]
    assert not dialog.working
    assert dialog.isEnabled()
    dialog.reject()


def test_leaving_an_import_stops_it_or_tells_what_was_imported(
    world: World, sqlite_database: Database, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("序列号,厂商,型号\nSN000009,新大陆,N910\n", encoding="utf-8")
    dialog = world.page("terminals").importing.terminals()
    dialog.take_file(path)
    world.settled()
    before = stored(sqlite_database)
    with database_held(sqlite_database):
        dialog._go.click()
        job = dialog._job
        assert job is not None
        qtbot.waitUntil(lambda: job.future is not None and job.future.running())
        escape(dialog)
        dialog.close()
        assert dialog.isVisible()
    world.settled()
    said = "\n".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisible())
    imported = stored(sqlite_database) != before
    assert ("已导入" in said, "未导入任何内容" in said) == (imported, not imported)
    dialog.close()
    assert not shiboken6.isValid(dialog) or not dialog.isVisible()


def test_nothing_is_entered_while_a_backup_is_put_back(
    world: World, context: AppContext, qtbot: QtBot
) -> None:
    copy = world.services.backups.back_up().path
    part = world.page("settings").section("data")
    world.settled()
    with worker_occupied(context):
        with answering("恢复"):
            part.restore(copy)
        # Whether the copy can be read is looked at first; then the window takes no input.
        qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), WaitDialog))
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        escape(dialog)
    world.settled()
    assert not shiboken6.isValid(dialog) or not dialog.isVisible()
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]


def enabled(dialog: WorkingDialog) -> list[str]:
    """The inputs and buttons that could be used."""
    found: list[str] = []
    for kind in (QAbstractButton, QLineEdit, QPlainTextEdit):
        for widget in dialog.findChildren(kind):
            mine = widget.window() is dialog and widget.isVisible() and widget.isEnabled()
            if mine and not dialog.progress.isAncestorOf(widget):
                found.append(repr(widget))
    return found


def test_every_dialog_that_has_work_done_stands_on_the_one_mechanism() -> None:
    for found in pkgutil.walk_packages(app.gui.__path__, "app.gui."):
        importlib.import_module(found.name)

    def below(kind: type[Any]) -> set[type[Any]]:
        found: set[type[Any]] = set()
        for sub in kind.__subclasses__():
            found |= {sub, *below(sub)}
        return found

    ours = {one for one in below(QDialog) if one.__module__.startswith("app.")}
    alone = {one.__name__ for one in ours if not issubclass(one, WorkingDialog)}
    alone.remove(Dialog.__name__)
    # These have nothing done: they show, or hand out what was chosen and close.
    shown = {
        *("CameraDialog", "ComplianceDialog", "FirstRunDialog", "KeySheet", "PictureDialog"),
        *("ManualWindow", "Palette", "QrDialog", "ReminderDialog", "ShopDialog"),
    }
    assert alone <= shown
