"""At the window: nothing is shown before somebody signed in, a locked window shows nothing and
opens for the right secret only, and what is not allowed is grey with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from app.domain.people.roles import Role
from app.gui.shell.application import Program
from app.gui.shell.lock import LockDialog
from app.gui.shell.screens import settle
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from app.settings import Settings
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, sign_out

BOSS, WORKER = "correct horse battery", "another good one"


@pytest.fixture
def guarded(services: Services) -> dict[str, str]:
    """T01 is administrator, T02 a technician with a PIN; nobody is signed in."""
    ids = {
        "T01": make_technician(services, "T01", role=Role.ADMINISTRATOR),
        "T02": make_technician(services, "T02", name="李工"),
    }
    services.people.set_password(ids["T01"], BOSS)
    services.people.redeem("T02", services.people.give_code(ids["T02"]).code, WORKER)
    services.people.set_pin(ids["T02"], "2580", WORKER)
    sign_out(services)
    return ids


@pytest.fixture
def program(application: QApplication, services: Services, settings: Settings) -> Iterator[Program]:
    """The program with its window, whose database is open already."""
    made = Program(application, settings)
    made.window.resize(1366, 768)
    made.window.show()
    yield made
    made.lock.stop()
    made.window.close()
    made.context.feed.stop()
    made.context.tasks.close()


def rest(program: Program) -> None:
    """Let everything under way be finished."""
    settle(program.context, calm=80)


def dialog_now(program: Program) -> DraftDialog:
    """The dialog above everything."""
    rest(program)
    found = QApplication.activeModalWidget()
    assert isinstance(found, DraftDialog)
    return found


def give(program: Program, dialog: DraftDialog, **values: str) -> None:
    """Fill in and go on."""
    dialog.fill(values)
    dialog.submit()
    rest(program)


def enter(program: Program, services: Services, code: str, password: str) -> None:
    """Sign in at the start."""
    program._admit(services)
    give(program, dialog_now(program), code=code, password=password)


def test_without_a_password_nobody_is_asked(program: Program, services: Services) -> None:
    make_technician(services)
    program._admit(services)
    assert program.context.is_ready
    program.context.lock_wanted.emit()
    assert not program.lock.locked


def test_nothing_is_shown_before_the_password_is_right(
    program: Program, services: Services, guarded: dict[str, str]
) -> None:
    program._admit(services)
    dialog = dialog_now(program)
    secret = dialog.form.widget("password")
    assert isinstance(secret, QLineEdit)
    assert secret.echoMode() is QLineEdit.EchoMode.Password
    give(program, dialog, code="T02", password="wrong password")
    assert not program.context.is_ready
    assert dialog.isVisible()
    give(program, dialog, password=WORKER)
    assert program.context.is_ready
    assert services.context.actor == "T02"


def test_giving_up_closes_the_window(
    program: Program, services: Services, guarded: dict[str, str]
) -> None:
    program._admit(services)
    dialog_now(program).reject()
    assert not program.window.isVisible()
    assert not program.context.is_ready


def test_a_one_time_code_sets_a_new_password(
    program: Program, services: Services, guarded: dict[str, str]
) -> None:
    services.people.sign_in("T01", BOSS)
    given = services.people.give_code(guarded["T02"])
    sign_out(services)
    program._admit(services)
    asked = dialog_now(program)
    asked.fill({"code": "T02"})
    link = next(b for b in asked.findChildren(QPushButton) if "一次性登录码" in b.text())
    link.click()
    dialog = dialog_now(program)
    give(program, dialog, one_time=given.code, password="brand new one", again="other")
    assert not program.context.is_ready
    give(program, dialog, again="brand new one")
    assert program.context.is_ready
    services.people.sign_in("T02", "brand new one")


def test_who_has_no_code_after_all_goes_back_to_the_password(
    program: Program, services: Services, guarded: dict[str, str]
) -> None:
    program._admit(services)
    asked = dialog_now(program)
    assert "退出" in [one.text() for one in asked.findChildren(QPushButton)]
    next(b for b in asked.findChildren(QPushButton) if "一次性登录码" in b.text()).click()
    dialog_now(program).reject()
    assert program.window.isVisible(), "nobody is thrown out for it"
    give(program, dialog_now(program), code="T02", password=WORKER)
    assert program.context.is_ready


def test_a_locked_window_shows_nothing_and_keeps_what_is_open(
    program: Program, services: Services, guarded: dict[str, str]
) -> None:
    enter(program, services, "T02", WORKER)
    program.window.new_incident()
    rest(program)
    editor = QApplication.activeModalWidget()
    assert isinstance(editor, DraftDialog)
    editor.fill({"symptom": "开不了机"})
    program.context.lock_wanted.emit()
    lock = dialog_now(program)
    assert isinstance(lock, LockDialog)
    for shown in (program.window, editor):
        picture = shown.grab().toImage()
        colours = {picture.pixel(x, y) for x in range(0, 600, 7) for y in range(0, 300, 7)}
        assert len(colours) == 1
    program.context.note("L7-000001 已上报")
    rest(program)
    assert len({program.window.grab().toImage().pixel(x, 700) for x in range(0, 1300, 7)}) == 1
    lock.reject()
    lock.close()
    give(program, lock, password="1111")
    assert program.lock.locked
    assert program.context.covered
    assert lock.form.value("password") == ""
    give(program, lock, password="2580")
    assert not program.lock.locked
    assert not program.context.covered
    assert editor.isVisible()
    assert editor.form.value("symptom") == "开不了机"
    editor.reject()
    rest(program)


def test_input_puts_the_lock_off_and_silence_brings_it(
    program: Program,
    services: Services,
    guarded: dict[str, str],
    settings: Settings,
    clock: FrozenClock,
) -> None:
    enter(program, services, "T02", WORKER)
    idle = program.lock._idle
    assert idle.isActive()
    assert idle.interval() == settings.lock_minutes * 60_000
    moved = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(5, 5),
        program.window.mapToGlobal(QPoint(5, 5)).toPointF(),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    idle.stop()
    QApplication.sendEvent(program.window, moved)
    assert idle.isActive()
    idle.timeout.emit()
    assert program.lock.locked
    give(program, dialog_now(program), password=WORKER)
    clock.forward(minutes=settings.lock_minutes)
    QApplication.sendEvent(program.window, moved)
    assert program.lock.locked, "the computer slept, and its timers with it"
    give(program, dialog_now(program), password="2580")
    program.context.settings_changed.emit(replace(settings, lock_minutes=0))
    assert not idle.isActive()


def test_somebody_else_takes_over_in_a_window_of_their_own(
    program: Program, services: Services, guarded: dict[str, str]
) -> None:
    enter(program, services, "T02", WORKER)
    before = program.window
    program.context.lock_wanted.emit()
    lock = dialog_now(program)
    assert isinstance(lock, LockDialog)
    lock.other_wanted.click()
    give(program, dialog_now(program), code="T01", password=BOSS)
    assert not program.lock.locked
    assert program.window is not before
    assert services.context.person is not None
    assert services.context.person.code == "T01"


def test_what_is_not_allowed_is_grey_and_says_who_may(
    program: Program, services: Services, guarded: dict[str, str]
) -> None:
    services.people.sign_in("T01", BOSS)
    theirs = make_incident(services)
    services.incidents.assign(theirs, guarded["T01"])
    mine = make_incident(services)
    services.incidents.assign(mine, guarded["T02"])
    sign_out(services)
    enter(program, services, "T02", WORKER)
    from app.domain.incidents.lifecycle import Action
    from app.gui.pages.incidents.read import gather

    refused = gather(services, theirs).refused
    assert Action.CANCEL in refused
    assert Action.START not in refused
    assert Action.CANCEL not in gather(services, mine).refused
    page = program.window.show_page("settings")
    rest(program)
    people = page.section("people")  # type: ignore[union-attr]
    assert not people._add.isEnabled()
    assert "主管或管理员" in people._add.toolTip()
    data = page.section("data")  # type: ignore[union-attr]
    rest(program)
    assert not data._other.isEnabled()
    assert "管理员" in data._other.toolTip()
