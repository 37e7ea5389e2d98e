"""The program as a whole: first run, another language or look, cannot open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
)

from app import paths
from app import settings as settings_file
from app.gui.pages.settings.page import SettingsPage
from app.gui.shell.application import Program
from app.gui.shell.first_run import FirstRunDialog
from app.gui.shell.screens import settle
from app.gui.toolkit import theme
from app.gui.toolkit.layout import button, column
from app.services import Services
from app.settings import Settings
from db.engine import Database
from tests.factories import make_technician


@pytest.fixture
def program(application: QApplication, services: Services, settings: Settings) -> Iterator[Program]:
    """The running program over services of the test's own."""
    settings_file.save(settings, paths.settings_file())
    made = Program(application, settings)
    made.window.show()
    made.context.set_services(services)
    settle(made.context, calm=120)
    yield made
    made.close()


def press(dialog: QDialog, text: str) -> None:
    (found,) = [b for b in dialog.findChildren(QPushButton) if b.text() == text]
    found.click()


def texts(dialog: QDialog) -> str:
    return "\n".join(item.text() for item in dialog.findChildren(QLabel))


def rail(program: Program) -> list[str]:
    found = program.window.findChildren(QToolButton)
    return [item.text() for item in found if item.isCheckable() and item.text()]


@pytest.mark.usefixtures("application")
def test_the_first_run_asks_who_works_here_and_keeps_the_answers_through_refusal() -> None:
    dialog = FirstRunDialog(Settings())
    dialog.show()
    dialog._form.fill({"technician": "t01", "name": "", "device": "7"})
    press(dialog, "开始使用")
    assert dialog.isVisible()
    assert "请填写此项" in texts(dialog)
    assert dialog._form.widget("device").property("wrong") == "true"
    language = dialog.findChild(QComboBox)
    assert language is not None
    language.setCurrentIndex(language.findData("en"))
    assert "Welcome to POSCare" in texts(dialog)
    assert dialog._form.value("technician") == "t01", "the answers survive another language"
    dialog._form.fill({"name": "张工", "device": "l7"})
    press(dialog, "Start")
    assert dialog.result() == QDialog.DialogCode.Accepted
    stored = settings_file.load(paths.settings_file())
    assert (stored.language, stored.technician, stored.device) == ("en", "T01", "L7")
    assert stored.ready


@pytest.mark.usefixtures("application")
def test_enter_in_the_first_run_starts_and_never_quits() -> None:
    dialog = FirstRunDialog(Settings())
    dialog.show()
    name = dialog._form.widget("name")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert dialog.isVisible(), "a required field is empty"
    dialog._form.fill({"technician": "T01", "name": "张工"})
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert settings_file.load(paths.settings_file()).technician == "T01"


@pytest.mark.usefixtures("application")
def test_enter_presses_only_the_button_that_has_the_focus() -> None:
    dialog, pressed = QDialog(), []
    field = QLineEdit()
    closed = button("Close", lambda: pressed.append("close"))
    dialog.setLayout(column(field, closed))
    dialog.show()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not pressed
    QTest.keyClick(closed, Qt.Key.Key_Return)
    assert pressed == ["close"]


def test_language_and_look_change_while_the_program_runs(
    program: Program, services: Services
) -> None:
    make_technician(services)
    assert rail(program)[:3] == ["工作台", "异常", "终端"]
    page = program.window.show_page("settings")
    assert isinstance(page, SettingsPage)
    settle(program.context, calm=120)
    for name, value in (("language", "en"), ("theme", "dark")):
        program._on_settings(settings_with(program, name, value))
        settle(program.context, calm=120)
    assert rail(program)[:3] == ["Today", "Incidents", "Terminals"]
    assert program.window.current == "settings", "the same page stays in sight"
    assert theme.tokens() is theme.DARK
    for name, value in (("language", "zh"), ("theme", "light")):
        program._on_settings(settings_with(program, name, value))
    settle(program.context, calm=120)
    assert rail(program)[0] == "工作台"


def settings_with(program: Program, name: str, value: str) -> Settings:
    return replace(program.context.settings, **{name: value})


def test_a_database_that_cannot_be_opened_is_said_in_a_sentence(
    application: QApplication, settings: Settings, template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "newer.db"
    path.write_bytes(template.read_bytes())
    database = Database(path)
    with database.connect() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 9000")
        connection.commit()
    database.close()
    made = Program(application, replace(settings, database=str(path)))
    made.start()
    settle(made.context, calm=120)
    shown = made.window.opening
    assert shown.isVisible()
    assert any("9000" in one.text() for one in shown.findChildren(QLabel) if one.isVisible())
    assert not made.context.is_ready
    made.close()
