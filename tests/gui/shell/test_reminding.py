"""Reminders reach whoever works here in the window, and stay in the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtWidgets import QDialog

from app.gui.pages.incidents.page import IncidentsPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext, Note
from app.gui.shell.reminding import ReminderDialog, ReminderWatch
from app.services import Services
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician
from tests.gui.conftest import Settled


def test_a_promise_is_told_once_leads_to_its_incident_and_stays_listed(
    window: MainWindow,
    context: AppContext,
    services: Services,
    clock: FrozenClock,
    opened: Callable[[], QDialog],
    settled: Settled,
) -> None:
    person = make_technician(services, "T01", name="张工")
    incident = make_incident(services, promised_at=clock.now + timedelta(minutes=30))
    services.incidents.assign(incident, person)
    told: list[Note] = []
    context.noted.connect(told.append)
    (watch,) = window.findChildren(ReminderWatch)
    context.covered = True
    watch.look()
    settled()
    number = services.incidents.get(incident).number
    assert not [one for one in told if number in one.text], "nothing is told on a locked screen"
    context.covered = False
    watch.look()
    settled()
    watch.look()
    settled()
    (note,) = [one for one in told if number in one.text]
    assert note.clicked is not None
    note.clicked()
    settled()
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    assert page.detail.view is not None
    assert page.detail.view.incident.id == incident
    watch.show_list()
    dialog = opened()
    assert isinstance(dialog, ReminderDialog)
    assert incident in {one.about for one in dialog.model.rows()}
    dialog.accept()
