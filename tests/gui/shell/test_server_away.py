"""An office seat whose server stops: its copy is read meanwhile, and work goes on by itself."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app import bootstrap, paths
from app import settings as settings_file
from app.domain.people.roles import Role
from app.domain.register.people import TechnicianDraft
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.shell import server_watch
from app.gui.shell.application import Program
from app.gui.shell.screens import settle
from app.gui.shell.server_banner import ServerBanner
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from app.settings import Settings
from db.engine import Database
from tests.factories import make_incident
from tests.postgres import Server

pytestmark = pytest.mark.postgres

LONG = 60_000
"""Milliseconds an event may take on a busy machine."""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_watch, "PAUSES", (0.3,))


@pytest.fixture
def chosen(server: Server, settings: Settings) -> Iterator[Settings]:
    with server.fresh_database() as url:
        made = replace(settings, database=url)
        settings_file.save(made, paths.settings_file())
        seat = bootstrap.build(made, database=Database(url))
        make_incident(seat)
        keep_copy(made, seat)
        seat.close()
        yield made


def keep_copy(settings: Settings, seat: Services) -> None:
    copy = bootstrap.seat_copy(settings)
    assert copy is not None
    copy.refresh(seat)


Start = Callable[[], Program]


@pytest.fixture
def start(application: QApplication, chosen: Settings) -> Iterator[Start]:
    made: list[Program] = []

    def started() -> Program:
        made.append(Program(application, chosen))
        made[-1].start()
        return made[-1]

    yield started
    for program in made:
        program.close()


def banner(program: Program) -> str:
    found = program.window.findChild(ServerBanner)
    assert found is not None
    return "\n".join(one.text() for one in found.findChildren(QLabel)) if found.isVisible() else ""


def over_the_copy(program: Program) -> bool:
    ready = program.context.is_ready
    return ready and program.context.services.context.standing.server_away


def at_the_server(program: Program) -> bool:
    ready = program.context.is_ready
    return ready and not program.context.services.context.database.is_sqlite


def shown_incidents(program: Program) -> int:
    page = program.window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settle(program.context, calm=120)
    return page._model.rowCount()


def test_started_while_the_server_is_down_the_copy_is_read_until_it_is_back(
    server: Server, start: Start, qtbot: QtBot
) -> None:
    server.pause()
    try:
        program = start()
        qtbot.waitUntil(lambda: over_the_copy(program), timeout=LONG)
        assert "只读" in banner(program)
        assert shown_incidents(program) == 1
    finally:
        server.go_on()
    qtbot.waitUntil(lambda: at_the_server(program), timeout=LONG)
    assert banner(program) == ""
    assert shown_incidents(program) == 1
    make_incident(program.context.services)


def test_a_server_that_stops_is_noticed_and_the_window_changes_over_and_back(
    server: Server, start: Start, qtbot: QtBot
) -> None:
    program = start()
    qtbot.waitUntil(lambda: at_the_server(program), timeout=LONG)
    settle(program.context, calm=120)
    server.pause()
    try:
        qtbot.waitUntil(lambda: over_the_copy(program), timeout=LONG)
        assert "只读" in banner(program)
        assert shown_incidents(program) == 1
    finally:
        server.go_on()
    qtbot.waitUntil(lambda: at_the_server(program), timeout=LONG)
    assert banner(program) == ""


def test_what_is_being_typed_stays_and_is_saved_when_the_server_is_back(
    server: Server, start: Start, qtbot: QtBot
) -> None:
    program = start()
    qtbot.waitUntil(lambda: at_the_server(program), timeout=LONG)
    program.window.new_incident()
    settle(program.context, calm=120)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DraftDialog)
    dialog.form.fill({"symptom": "开机黑屏"})
    server.pause()
    try:
        qtbot.waitUntil(lambda: banner(program) != "", timeout=LONG)
        assert "保留" in banner(program)
        qtbot.wait(1_500)
        assert at_the_server(program), "a dialog is open, so nothing is changed over"
        assert dialog.form.value("symptom") == "开机黑屏"
    finally:
        server.go_on()
    qtbot.waitUntil(lambda: banner(program) == "", timeout=LONG)
    assert dialog.isVisible()
    assert dialog.form.value("symptom") == "开机黑屏"
    dialog.done(0)


def test_without_a_copy_what_was_read_stays_and_it_is_said(
    server: Server, start: Start, qtbot: QtBot
) -> None:
    for path in paths.seat_copy().glob("*.db"):
        path.unlink()
    program = start()
    qtbot.waitUntil(lambda: at_the_server(program), timeout=LONG)
    server.pause()
    try:
        qtbot.waitUntil(lambda: banner(program) != "", timeout=LONG)
        found = program.window.findChild(ServerBanner)
        assert found is not None
        buttons = {one.text().strip(): one for one in found.findChildren(QPushButton)}
        buttons["查看最近的副本"].click()
        settle(program.context, calm=120)
        assert at_the_server(program)
    finally:
        server.go_on()
    qtbot.waitUntil(lambda: banner(program) == "", timeout=LONG)


def test_people_sign_in_to_the_copy_and_again_at_the_server(
    server: Server, start: Start, chosen: Settings, qtbot: QtBot
) -> None:
    seat = bootstrap.build(chosen, database=Database(chosen.database))
    boss = seat.directory.save_technician(
        TechnicianDraft(code="B1", name="王主管", role=Role.ADMINISTRATOR)
    )
    seat.people.set_password(boss, "a long sentence")
    keep_copy(chosen, seat)
    seat.close()
    server.pause()
    try:
        program = start()
        sign_in(qtbot)
        qtbot.waitUntil(lambda: over_the_copy(program), timeout=LONG)
    finally:
        server.go_on()
    sign_in(qtbot)
    qtbot.waitUntil(lambda: at_the_server(program), timeout=LONG)
    person = program.context.services.context.person
    assert person is not None
    assert person.code == "B1"


def sign_in(qtbot: QtBot) -> None:
    def asked() -> bool:
        dialog = QApplication.activeModalWidget()
        return isinstance(dialog, DraftDialog) and not dialog.working

    qtbot.waitUntil(asked, timeout=LONG)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DraftDialog)
    dialog.form.fill({"code": "B1", "password": "a long sentence"})
    dialog.submit()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not dialog, timeout=LONG)


def test_what_cannot_be_read_meanwhile_opens_no_box_over_what_is_typed(
    server: Server, start: Start, qtbot: QtBot, application: QApplication
) -> None:
    program = start()
    qtbot.waitUntil(lambda: at_the_server(program), timeout=LONG)
    settle(program.context, calm=120)
    program.window.new_incident()
    settle(program.context, calm=120)
    server.pause()
    try:
        services = program.context.services
        read = functools.partial(services.incidents.first, IncidentFilter(), 1)
        program.context.tasks.run(read, lambda _none: None, owner=program.context)
        qtbot.waitUntil(lambda: banner(program) != "", timeout=LONG)
        settle(program.context, calm=120)
        boxes = [one for one in application.topLevelWidgets() if isinstance(one, QMessageBox)]
        assert [one.informativeText() for one in boxes if one.isVisible()] == []
    finally:
        server.go_on()
    for editor in program.window.findChildren(DraftDialog):
        editor.reject()
