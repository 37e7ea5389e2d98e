"""Another program works on the same database: the window shows it and loses nothing typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.incidents.lifecycle import Action
from app.domain.register.people import TechnicianDraft
from app.gui.pages.incidents.incident_editor import IncidentEditor
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.people import PeopleSection
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from app.services.core import other_seats
from tests.conftest import FrozenClock
from tests.factories import correct_incident, make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled

Opened = Callable[[], QDialog]
RELOAD = "载入最新内容，保留我的修改"


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_seats, "LOOK_EVERY", 0.05)


@pytest.fixture
def page(window: MainWindow, settled: Settled) -> IncidentsPage:
    found = window.show_page("incidents")
    assert isinstance(found, IncidentsPage)
    settled()
    return found


def press(dialog: QDialog, text: str) -> None:
    (found,) = (b for b in dialog.findChildren(QPushButton) if b.text().strip() == text)
    assert found.isVisible()
    found.click()


def said(dialog: QDialog) -> str:
    return "\n".join(w.text() for w in dialog.findChildren(QLabel) if w.isVisible())


def test_what_another_seat_reports_appears_and_the_chosen_row_stays(
    page: IncidentsPage, services: Services, other: Services, settled: Settled, qtbot: QtBot
) -> None:
    terminal = make_terminal(services)
    mine = make_incident(services, terminal)
    settled()
    page._table.select(mine)
    rows = page._model.rowCount()
    make_incident(other, terminal)
    qtbot.waitUntil(lambda: page._model.rowCount() == rows + 1, timeout=20_000)
    settled()
    current = page._table.current()
    assert current is not None
    assert current.id == mine


def test_a_refused_edit_names_the_other_and_is_opened_anew_with_ones_own_words(
    page: IncidentsPage,
    services: Services,
    other: Services,
    settled: Settled,
    opened: Opened,
    clock: FrozenClock,
) -> None:
    make_technician(services, "T02", name="王强")
    terminal = make_terminal(services)
    key = make_incident(services, terminal, reporter_phone="13800001111")
    settled()
    page._table.select(key)
    settled()
    page.steps.take(Action.EDIT)
    dialog = opened()
    assert isinstance(dialog, IncidentEditor)
    dialog.form.widget("symptom").setFocus()
    dialog.fill({"symptom": "我写的"})
    clock.forward(minutes=3)
    correct_incident(other, key, displayed_code="A0", reporter_phone="13900002222")
    dialog.submit()
    settled()
    assert "T02 王强 (L8)" in said(dialog)
    assert "13800001111 → 13900002222" in said(dialog)
    press(dialog, RELOAD)
    settled()
    again = opened()
    assert isinstance(again, IncidentEditor)
    assert again is not dialog
    assert again.form.value("reporter_phone") == "13900002222"
    assert again.form.value("symptom") == "我写的"
    again.submit()
    settled()
    saved = services.incidents.get(key)
    assert (saved.symptom, saved.reporter_phone) == ("我写的", "13900002222")


def test_a_list_entry_is_opened_anew_too(
    window: MainWindow, services: Services, other: Services, settled: Settled, opened: Opened
) -> None:
    key = make_technician(services, "T09", name="李明")
    settings = window.show_page("settings")
    assert isinstance(settings, SettingsPage)
    section = settings.section("people")
    assert isinstance(section, PeopleSection)
    settled()
    (person,) = (p for p in services.directory.technicians(everybody=True) if p.id == key)
    section._open(person)
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill({"phone": "13700003333"})
    draft = TechnicianDraft(code="T09", name="李小明", role=person.role)
    other.directory.save_technician(draft, key, person.version)
    dialog.submit()
    settled()
    press(dialog, RELOAD)
    settled()
    again = opened()
    assert isinstance(again, DraftDialog)
    assert (again.form.value("name"), again.form.value("phone")) == ("李小明", "13700003333")
    again.submit()
    settled()
    assert not isinstance(QApplication.activeModalWidget(), DraftDialog)
    (saved,) = (p for p in services.directory.technicians(everybody=True) if p.id == key)
    assert (saved.name, saved.phone) == ("李小明", "13700003333")
