"""Every target a page may send the person to is shown by the page it names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtWidgets import QDialog

from app.domain.register.terminal_actions import TerminalAction
from app.gui.shell import navigate
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.shell.navigate import Navigate
from app.gui.shell.page import AppContext
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from tests.factories import make_incident, make_technician, make_terminal


def targets(services: Services) -> list[Navigate]:
    """One of each kind."""
    technician = make_technician(services)
    terminal = make_terminal(services)
    incident = make_incident(services, terminal)
    return [
        navigate.ReportIncident(terminal),
        navigate.ShowIncident(incident),
        navigate.ListIncidents(IncidentFilter(states="open", technician_id=technician)),
        navigate.ShowTerminal(terminal),
        navigate.ActOnTerminal(terminal, TerminalAction.RELOCATE),
        navigate.ListTerminals(TerminalFilter(words="N910")),
        navigate.ShowIssued("L7-000001"),
        navigate.ImportTerminals(),
        navigate.ShowNewWork(),
        navigate.ShowSchedule(date(2031, 5, 4)),
        navigate.ShowVisit("unknown"),
        navigate.PlanVisit(terminal),
        navigate.DecideMissedDates(),
        navigate.ShowWarningDigest(),
        navigate.ShowWarnings("unknown"),
        navigate.ShowCampaign("unknown"),
        navigate.ShowDocumentSettings(),
        navigate.ShowDataSettings(),
        navigate.ShowSecuritySettings(),
        navigate.ShowSettingsSection("people"),
        navigate.ShowPlans(),
        navigate.ShowTrail("L7-000001"),
    ]


def test_every_target_is_shown_by_the_page_it_names(
    window: MainWindow, services: Services, context: AppContext, settled: Callable[[], None]
) -> None:
    made = targets(services)
    known = vars(navigate).values()
    assert {type(target) for target in made} == {
        one for one in known if isinstance(one, type) and issubclass(one, Navigate)
    } - {Navigate}
    for target in made:
        context.go(target)
        settled()
        assert window.current == target.page
        for dialog in window.findChildren(QDialog):
            dialog.close()
            dialog.deleteLater()
        settled()


def test_a_target_no_page_takes_is_a_mistake_that_is_told(window: MainWindow) -> None:
    class Nowhere(Navigate):
        page = "today"

    for spec in PAGES:
        shown = window.show_page(spec.id)
        assert shown is not None
        with pytest.raises(LookupError, match="does not show"):
            shown.activate(Nowhere())
