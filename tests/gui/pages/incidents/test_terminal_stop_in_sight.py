"""A safety stop another incident left at the terminal is the first thing in sight, wherever one
begins to work at it, until it is lifted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from app.domain.incidents.drafts import IncidentDraft
from app.gui.pages.dispatch.page import DispatchPage
from app.gui.pages.incidents.incident_editor import IncidentEditor
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.resolve_editor import ResolveEditor
from app.gui.pages.maintenance.page import MaintenancePage
from app.gui.pages.terminals.page import TerminalsPage
from app.gui.pages.today.page import TodayPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.navigate import ReportIncident, ShowIncident, ShowTerminal, ShowVisit
from app.gui.shell.shop_dialog import ShopDialog
from app.gui.toolkit.stop_box import StopBox
from app.services import Services
from tests.conftest import FrozenClock
from tests.factories import correct_incident, make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled
from tests.gui.fitting import room_at, wrong
from tests.maintenance import make_checklist, make_plan, planned

Opened = Callable[[], QDialog]


@pytest.fixture
def terminal(services: Services) -> str:
    make_technician(services)
    return make_terminal(services)


@pytest.fixture
def dangerous(services: Services, terminal: str, clock: FrozenClock) -> str:
    """The incident that told of a danger."""
    found = make_incident(services, terminal, displayed_code="", symptom="电池鼓包")
    clock.forward(minutes=5)
    return found


def says(box: StopBox, services: Services, incident: str) -> None:
    number = services.incidents.get(incident).number
    assert box.isVisible()
    assert number in box.title.text()
    assert "未解除" in box.title.text()
    assert "绝不充电" in box.do.text()


def top_of(page: QWidget, box: StopBox) -> int:
    return box.mapTo(page, box.rect().topLeft()).y()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_beside_a_new_incident_until_it_is_lifted(
    window: MainWindow, services: Services, settled: Settled, dangerous: str, scale: float
) -> None:
    window.resize(*room_at(scale))
    terminal = services.incidents.get(dangerous).terminal_id
    second = make_incident(services, terminal, displayed_code="", symptom="打印不清")
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.activate(ShowIncident(second))
    settled()
    box = page.detail.stops
    seen = box.visibleRegion().boundingRect().height()
    assert seen >= min(box.height(), 40), "in sight at any scale"
    says(box, services, dangerous)
    assert not wrong(window), "every word of it"
    assert top_of(page.detail, box) < top_of(page.detail, page.detail.tabs)  # type: ignore[arg-type]
    (there,) = box.findChildren(QPushButton)
    there.click()
    settled()
    assert page.detail.view is not None
    assert page.detail.view.incident.id == dangerous
    assert not box.isVisible(), "its own stop is told as its own"
    page.show_incident(second)
    settled()
    correct_incident(services, dangerous, symptom="打印不清")
    page.show_incident(second)
    settled()
    assert not box.isVisible()


def test_while_it_is_being_reported_and_resolved(
    window: MainWindow, services: Services, settled: Settled, opened: Opened, dangerous: str
) -> None:
    terminal = services.incidents.get(dangerous).terminal_id
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.activate(ReportIncident(terminal))
    editor = opened()
    assert isinstance(editor, IncidentEditor)
    settled()
    says(editor.stops, services, dangerous)
    editor.choose(None)
    assert not editor.stops.isVisible()
    editor.reject()
    second = make_incident(services, terminal, displayed_code="", symptom="打印不清")
    services.incidents.start(second)
    page.show_incident(second)
    settled()
    page.detail.primary.click()
    form = opened()
    assert isinstance(form, ResolveEditor)
    settled()
    assert form._stop.isVisible()
    assert not form.tests.isVisible()
    form.reject()


def test_at_the_terminal_in_its_shop_and_on_today(
    window: MainWindow, services: Services, settled: Settled, opened: Opened, dangerous: str
) -> None:
    terminal = services.incidents.get(dangerous).terminal_id
    second = make_incident(services, terminal, displayed_code="", symptom="打印不清")
    me = services.directory.technician("T01").id
    for one in (dangerous, second):
        services.incidents.assign(one, me)
    page = window.show_page("terminals")
    assert isinstance(page, TerminalsPage)
    page.activate(ShowTerminal(terminal))
    settled()
    says(page.detail.stops, services, dangerous)
    today = window.show_page("today")
    assert isinstance(today, TodayPage)
    settled()
    rows = [today._model.value(row) for row in range(today._model.rowCount())]
    assert len(rows) == 2
    assert all("安全停用" in today._symptom(item) for item in rows)
    today._table.select_first()
    today.show_shop()
    shop = opened()
    assert isinstance(shop, ShopDialog)
    settled()
    says(shop.card.stops, services, dangerous)
    shop.accept()
    hints = [
        today._model.index(0, place).data(role)
        for place in range(today._model.columnCount())
        for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole)
    ]
    assert sum("绝不充电" in hint for hint in hints if hint) == 2, "a hint, where room lacks"


def test_at_a_serial_number_that_is_typed_while_it_is_reported(
    window: MainWindow, services: Services, settled: Settled, opened: Opened, clock: FrozenClock
) -> None:
    make_technician(services)
    draft = IncidentDraft(unknown_serial="X7K9001", symptom="电池鼓包")
    first = services.incidents.open(draft)
    clock.forward(minutes=5)
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.activate(ReportIncident(""))
    editor = opened()
    assert isinstance(editor, IncidentEditor)
    for typed, shown in (("x7k9001", True), ("x7k9002", False), ("X7K9001", True), ("", False)):
        editor.picker.box.setText(typed)
        editor.picker.box.searched.emit(typed)
        settled()
        assert editor.stops.isVisible() is shown, typed
        number = services.incidents.get(first).number
        offered = [one for one in editor.findChildren(QPushButton) if number in one.text()]
        assert any(one.isVisible() for one in offered) is shown, "is it the same?"
        if shown:
            says(editor.stops, services, first)
    editor.restore({"searched": "X7K9001"})
    settled()
    says(editor.stops, services, first)
    editor.reject()


def test_at_a_visit_its_checklist_the_day_and_the_board(
    window: MainWindow, services: Services, settled: Settled, terminal: str, clock: FrozenClock
) -> None:
    make_checklist(services)
    make_plan(services, checklist="short")
    services.generation.generate()
    visit = planned(services)[0]
    dangerous = make_incident(services, terminal, displayed_code="", symptom="电池鼓包")
    clock.forward(minutes=5)
    page = window.show_page("maintenance")
    assert isinstance(page, MaintenancePage)
    settled()
    page.activate(ShowVisit(visit.id))
    settled()
    says(page.detail.stops, services, dangerous)
    page.detail._primary.click()
    settled()
    assert page.work.run is not None
    says(page.work.stop, services, dangerous)
    board = window.show_page("dispatch")
    assert isinstance(board, DispatchPage)
    settled()
    found = services.terminal_stops.of_work([dangerous], [visit.id])
    assert set(found) == {dangerous, visit.id}
    assert board.view is not None
    assert dangerous in board.view.dangers
