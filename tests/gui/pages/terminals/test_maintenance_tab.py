"""A terminal's maintenance tab: counters are noted there, tasks are seen there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QDialog

from app.domain.maintenance.meters import MeterKind, ReadingDraft
from app.gui.pages.terminals.maintenance_tab import MaintenanceTab
from app.gui.pages.terminals.page import TerminalsPage
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from tests.factories import make_terminal
from tests.gui.conftest import Settled
from tests.maintenance import TODAY, ready

Opened = Callable[[], QDialog]


@pytest.fixture
def page(services: Services, window: MainWindow, settled: Settled) -> TerminalsPage:
    """A terminal in sight that has visits to come."""
    key = make_terminal(services, serial="SN000001")
    ready(services)
    found = window.show_page("terminals")
    assert isinstance(found, TerminalsPage)
    settled()
    found.show_terminal(key)
    settled()
    found.detail.tabs.setCurrentWidget(tab(found))
    return found


def tab(page: TerminalsPage) -> MaintenanceTab:
    return next(t for t in page.detail.tabs.all if isinstance(t, MaintenanceTab))


def dialog_of(opened: Opened) -> DraftDialog:
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    return dialog


def readings(services: Services) -> list[tuple[MeterKind, int]]:
    terminal = services.terminals.by_serial("SN000001")
    return [(r.kind, r.value) for r in services.meters.of(terminal.id)]


def test_the_tasks_of_a_terminal_stand_in_its_tab(services: Services, page: TerminalsPage) -> None:
    days = [task.due_on for task in tab(page)._tasks.rows()]
    assert TODAY in days
    assert days == sorted(days, reverse=True)


def test_a_wrong_reading_is_refused_beside_its_field_and_a_right_one_kept(
    services: Services, page: TerminalsPage, opened: Opened, settled: Settled
) -> None:
    tab(page).read_button.click()
    dialog = dialog_of(opened)
    dialog.fill({"kind": "transactions", "value": "viele", "read_on": "2099-01-01"})
    dialog.submit()
    settled()
    assert dialog.isVisible()
    assert not dialog.form._problems["value"].isHidden()
    assert not dialog.form._problems["read_on"].isHidden()
    assert readings(services) == []
    dialog.fill({"value": "12,345", "read_on": TODAY.isoformat()})
    dialog.submit()
    settled()
    assert readings(services) == [(MeterKind.TRANSACTIONS, 12345)]
    assert [r.value for r in tab(page)._readings.rows()] == [12345]


def test_a_reading_lower_than_the_last_is_asked_about(
    services: Services, page: TerminalsPage, opened: Opened, settled: Settled
) -> None:
    terminal = services.terminals.by_serial("SN000001")
    services.meters.record(terminal.id, ReadingDraft("prints", "900", "2026-11-01"))
    settled()
    tab(page).read_button.click()
    dialog = dialog_of(opened)
    dialog.fill({"value": "40"})
    dialog.submit()
    settled()
    assert readings(services) == [(MeterKind.PRINTS, 900)]
    assert dialog.isVisible(), "a lower reading needs a word"
    dialog.fill({"reset": True})
    dialog.submit()
    settled()
    assert readings(services) == [(MeterKind.PRINTS, 40), (MeterKind.PRINTS, 900)]
