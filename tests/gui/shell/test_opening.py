"""The window over a server that is down, empty, old or not to be used: one state, and a way on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app import bootstrap, paths
from app import settings as settings_file
from app.domain.people.roles import Role
from app.domain.register.people import TechnicianDraft
from app.gui.pages.settings.backups import DataSection
from app.gui.pages.settings.page import SettingsPage
from app.gui.shell import opening
from app.gui.shell.application import Program
from app.gui.shell.database_editor import DatabaseEditor
from app.gui.shell.main_window import PAGES
from app.gui.shell.screens import settle
from app.gui.toolkit.working_dialog import WaitDialog
from app.settings import Settings
from db import migrate
from db.engine import Database, database_url
from tests.gui.conftest import answering
from tests.postgres import PORT, Server

pytestmark = pytest.mark.postgres

Start = Callable[[str], Program]


@pytest.fixture
def start(application: QApplication, settings: Settings) -> Iterator[Start]:
    """Call it with the address of a database for the program that was started with it."""
    made: list[Program] = []

    def started(target: str) -> Program:
        chosen = replace(settings, database=target)
        settings_file.save(chosen, paths.settings_file())
        program = Program(application, chosen)
        made.append(program)
        program.start()
        settle(program.context, calm=120)
        return program

    yield started
    for program in made:
        program.close()


def texts(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def buttons(program: Program) -> dict[str, QPushButton]:
    found = program.window.opening.findChildren(QPushButton)
    return {one.text().strip(): one for one in found if one.isVisible()}


def press(program: Program, text: str) -> None:
    buttons(program)[text].click()
    settle(program.context, calm=120)


def test_a_server_that_is_down_is_one_state_and_retry_works_when_it_is_back(
    server: Server, start: Start
) -> None:
    with server.fresh_database() as url:
        server.pause()
        try:
            program = start(url)
            for spec in PAGES:
                program.window.show_page(spec.id)
                assert program.window.opening.isVisible(), "one state instead of seven pages"
                assert "没有数据库在应答" in texts(program.window.opening)
            assert "正在打开" not in texts(program.window)
            press(program, "重试")
            assert "没有数据库在应答" in texts(program.window.opening), "still down, still said"
        finally:
            server.go_on()
        program.window.refresh_page()
        settle(program.context, calm=120)
        assert program.context.is_ready
        assert not program.window.opening.isVisible()
        program.close()


def test_the_window_opens_by_itself_when_the_server_is_back(
    server: Server, start: Start, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(opening, "PAUSES", (1,))
    with server.fresh_database() as url:
        server.pause()
        try:
            program = start(url)
            said = texts(program.window.opening)
            assert "自动重试" in said
            assert "自动打开" in said
        finally:
            server.go_on()
        qtbot.waitUntil(lambda: program.context.is_ready, timeout=30_000)
        settle(program.context, calm=120)
        assert not program.window.opening.isVisible()
        program.close()


def test_an_empty_server_is_set_up_from_the_window(server: Server, start: Start) -> None:
    with server.empty_database() as url:
        program = start(url)
        assert "是空的" in texts(program.window.opening)
        with answering("取消"):
            buttons(program)["初始化…"].click()
        assert tables(url) == [], "nothing is made before it was said"
        with answering("初始化"):
            buttons(program)["初始化…"].click()
        settle(program.context, calm=120)
        assert program.context.is_ready
        assert not program.window.findChildren(WaitDialog)
        program.close()


def test_an_old_server_is_upgraded_from_the_window(server: Server, start: Start) -> None:
    with server.empty_database() as url:
        database = Database(url)
        migrate.upgrade(database, to="0001")
        database.close()
        program = start(url)
        assert "0001" in texts(program.window.opening)
        with answering("升级"):
            buttons(program)["升级…"].click()
        settle(program.context, calm=120)
        assert program.context.is_ready
        program.close()


def test_who_may_not_set_up_is_not_offered_it(server: Server, start: Start) -> None:
    with server.empty_database() as url:
        run(url, "CREATE ROLE seat LOGIN")
        run(url, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        program = start(url.replace("postgres@", "seat@"))
        assert set(buttons(program)) == {"重试", "选择其他数据库…"}
        assert "poscare check --upgrade" in texts(program.window.opening)
        program.close()
        run(url, "DROP ROLE seat")


def test_another_database_is_tried_before_it_is_kept(
    start: Start, application: QApplication
) -> None:
    program = start("postgresql://u:geheim@no.such.host.invalid/x")
    assert "geheim" not in texts(program.window.opening)
    buttons(program)["选择其他数据库…"].click()
    editor = QApplication.activeModalWidget()
    assert isinstance(editor, DatabaseEditor)
    assert editor.form.value("host") == "no.such.host.invalid"
    assert editor.form.value("secret") == ""
    editor.submit()
    settle(program.context, calm=120)
    assert editor.isVisible(), "refused, and said why"
    assert "no.such.host.invalid" in texts(editor)
    before = settings_file.load(paths.settings_file())
    assert before.database.endswith("no.such.host.invalid/x")
    editor.fill({"where": "own"})
    editor.submit()
    settle(program.context, calm=120)
    assert program.context.is_ready
    assert settings_file.load(paths.settings_file()).database == ""
    assert not [
        w for w in application.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()
    ]


def tables(url: str) -> list[str]:
    database = Database(url)
    with database.connect() as connection:
        found = sa.inspect(connection).get_table_names()
    database.close()
    return found


def run(url: str, statement: str) -> None:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_the_check_of_the_command_line_uses_the_same_way(server: Server) -> None:
    with server.empty_database() as url:
        bootstrap.upgrade_server(Settings(database=url))
        bootstrap.check_address(url)


def test_an_open_window_moves_to_an_empty_server_and_back(
    server: Server, start: Start, application: QApplication
) -> None:
    program = start("")
    services = program.context.services
    services.directory.save_technician(TechnicianDraft(code=services.context.actor, name="林经理"))
    with server.empty_database() as url:
        section = data_section(program)
        editor = section.choose_database()
        assert editor.form.value("where") == "own"
        editor.fill(
            {"where": "server", "host": f"{server.sockets}:{PORT}", "name": "nowhere"}
            | {"user": "postgres"}
        )
        editor.test()
        settle(program.context, calm=120)
        assert "nowhere" in texts(editor)
        editor.fill({"name": database_url(url).database})
        editor.test()
        settle(program.context, calm=120)
        assert "空的" in texts(editor)
        with answering("取消"):
            editor.submit()
            settle(program.context, calm=120)
        assert tables(url) == [], "nothing is made before it was said"
        assert settings_file.load(paths.settings_file()).database == ""
        with answering("初始化"):
            editor.submit()
            settle(program.context, calm=120)
        settle(program.context, calm=200)
        there = program.context.services
        assert not there.context.database.is_sqlite
        assert "办公室数据库" in texts(program.window)
        [person] = there.directory.technicians()
        assert (person.name, person.role) == ("林经理", Role.ADMINISTRATOR)

        section = data_section(program)
        assert f"服务器 {server.sockets}:{PORT}" in texts(section)
        assert "://" not in texts(section)
        assert not section.copies.isVisible(), "nothing is backed up from here"
        section.choose_database().reject()
        editor = data_section(program).choose_database()
        assert editor.form.value("host") == f"{server.sockets}:{PORT}"
        editor.fill({"where": "own"})
        editor.submit()
        settle(program.context, calm=200)
        assert program.context.services.context.database.is_sqlite
        assert settings_file.load(paths.settings_file()).database == ""
        program.close()


def data_section(program: Program) -> DataSection:
    page = program.window.show_page("settings")
    assert isinstance(page, SettingsPage)
    page.section("data")
    settle(program.context, calm=120)
    [section] = [one for one in page.findChildren(DataSection) if one.isVisible()]
    return section
