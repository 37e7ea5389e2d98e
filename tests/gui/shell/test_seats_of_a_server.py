"""Two seats on one real server: an open page shows what the other one does, and a refused action
says who did what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app import bootstrap, paths
from app import settings as settings_file
from app.domain.incidents.lifecycle import Action
from app.gui.pages.incidents.incident_editor import IncidentEditor
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.shell.application import Program
from app.gui.shell.screens import settle
from app.services import Services
from app.settings import Settings
from db.engine import Database
from tests.factories import correct_incident, make_incident, make_technician, make_terminal
from tests.postgres import Server

pytestmark = pytest.mark.postgres

LONG = 60_000
"""Milliseconds an event may take on a busy machine."""


@pytest.fixture
def other(server: Server, settings: Settings) -> Iterator[Services]:
    """Somebody else's seat; the settings of this computer name the same database."""
    with server.fresh_database() as url:
        settings_file.save(replace(settings, database=url), paths.settings_file())
        seat = bootstrap.build(Settings(technician="T02", device="L8"), database=Database(url))
        make_technician(seat, "T02", name="王强")
        yield seat
        seat.close()


@pytest.fixture
def program(application: QApplication, other: Services, qtbot: QtBot) -> Iterator[Program]:
    made = Program(application, settings_file.load(paths.settings_file()))
    made.start()
    qtbot.waitUntil(lambda: made.context.is_ready, timeout=LONG)
    settle(made.context, calm=120)
    yield made
    made.close()


@pytest.fixture
def page(program: Program) -> IncidentsPage:
    found = program.window.show_page("incidents")
    assert isinstance(found, IncidentsPage)
    settle(program.context, calm=120)
    return found


def test_what_another_seat_does_appears_on_the_open_page(
    page: IncidentsPage, program: Program, other: Services, qtbot: QtBot
) -> None:
    """Told by the server: nobody presses anything, and nothing is asked in between."""
    assert not program.context.services.context.database.is_sqlite
    assert page._model.rowCount() == 0
    key = make_incident(other)
    qtbot.waitUntil(lambda: page._model.rowCount() == 1, timeout=LONG)
    page._table.select(key)
    settle(program.context, calm=120)
    other.incidents.start(key)
    number = other.incidents.get(key).number

    def shown() -> bool:
        current = page._table.current()
        return current is not None and (current.number, current.state) == (number, "in_progress")

    qtbot.waitUntil(shown, timeout=LONG)


def test_a_refused_correction_says_who_did_what_and_keeps_the_words(
    page: IncidentsPage, program: Program, other: Services, qtbot: QtBot
) -> None:
    terminal = make_terminal(other)
    key = make_incident(other, terminal, reporter_phone="13800001111")
    qtbot.waitUntil(lambda: page._model.rowCount() == 1, timeout=LONG)
    page._table.select(key)
    settle(program.context, calm=120)
    page.steps.take(Action.EDIT)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None, timeout=LONG)
    editor = QApplication.activeModalWidget()
    assert isinstance(editor, IncidentEditor)
    editor.fill({"symptom": "我写的"})
    correct_incident(other, key, displayed_code="A0", reporter_phone="13900002222")
    editor.submit()
    settle(program.context, calm=120)

    def said() -> str:
        return "\n".join(w.text() for w in editor.findChildren(QLabel) if w.isVisible())

    qtbot.waitUntil(lambda: "13800001111 → 13900002222" in said(), timeout=LONG)
    assert "T02 王强 (L8)" in said()
    assert editor.form.value("symptom") == "我写的"
    assert other.incidents.get(key).symptom != "我写的"
    editor.reject()
