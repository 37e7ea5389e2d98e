"""The main job in the window: spreadsheet in, incident reported, resolved, closed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.incidents.lifecycle import IncidentState
from app.gui.pages.incidents.incident_editor import IncidentEditor
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.resolve_editor import ResolveEditor
from app.gui.pages.terminals.page import TerminalsPage
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.signature_dialog import SignatureDialog
from app.paths import resources
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from tests.factories import make_technician
from tests.gui.conftest import (  # noqa: F401 - fixtures, by their names
    Settled,
    _own_places,
    application,
    context,
    settled,
    window,
)

EXPORT = resources() / "sample" / "terminals.csv"


def test_from_an_empty_register_to_a_closed_incident(
    window: MainWindow,  # noqa: F811
    settled: Settled,  # noqa: F811
    services: Services,
    qtbot: QtBot,
) -> None:
    make_technician(services)
    _import_terminals(window, settled)
    assert services.terminals.listing(TerminalFilter()).count == 2000

    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settled()
    report = _open_dialog()
    assert isinstance(report, IncidentEditor)
    qtbot.keyClicks(report.picker.box, "50000007")
    qtbot.keyClick(report.picker.box, Qt.Key.Key_Return)
    settled()
    qtbot.keyClicks(report.form.widget("displayed_code"), "A0")
    qtbot.keyClick(report.form.widget("displayed_code"), Qt.Key.Key_Return)
    settled()
    incidents: Any = window.show_page("incidents")
    assert isinstance(incidents, IncidentsPage)
    (listed,) = services.incidents.first(IncidentFilter(), 5)
    assert incidents.detail.view is not None
    assert incidents.detail.view.incident.number == listed.number

    incidents.detail.primary.click()
    settled()
    assert services.incidents.get(listed.id).state is IncidentState.IN_PROGRESS
    incidents.detail.primary.click()
    settled()
    resolving = _open_dialog()
    assert isinstance(resolving, ResolveEditor)
    assert resolving.form.value("fault_class") == "software", "started from the diagnosis of A0"
    assert resolving.form.value("mode")
    resolving.fill({"fault_class": "operation", "work_done": "重新签到", "result": "solved"})
    resolving.tests._groups["sign_in"].button(0).click()
    resolving.submit()
    settled()
    assert services.incidents.get(listed.id).state is IncidentState.RESOLVED

    _sign_and_close(settled)
    assert services.incidents.get(listed.id).state is IncidentState.CLOSED


def _import_terminals(window: MainWindow, settled: Settled) -> None:  # noqa: F811
    terminals: Any = window.show_page("terminals")
    assert isinstance(terminals, TerminalsPage)
    settled()
    importing = terminals.importing.terminals()
    importing.take_file(EXPORT)
    settled()
    importing._skip.setChecked(True)
    importing._go.click()
    settled()
    importing.close()
    window.activateWindow()
    settled()


def _sign_and_close(settled: Settled) -> None:  # noqa: F811
    signing = _open_dialog()
    assert isinstance(signing, SignatureDialog), "the next step opens by itself"
    signing.fill({"signer": "王先生", "reason": "电话确认"})
    signing.submit()
    settled()
    closing = _open_dialog()
    assert closing.form.value("confirmation") == "by_phone", "as was said in place of a signature"
    closing.submit()
    settled()


def _open_dialog() -> DraftDialog:
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DraftDialog)
    return dialog
