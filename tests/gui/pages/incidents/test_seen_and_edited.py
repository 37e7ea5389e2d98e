"""A new incident is seen in its list, an edit is called one, and a case's end asks only what is
missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel

from app.domain.faults import FaultClass
from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.incidents import Result
from app.domain.incidents.lifecycle import Action
from app.domain.incidents.proof import PROOF_LINES, PROOFS, usual_proof
from app.domain.register.terminal_kinds import TerminalKind
from app.gui.pages.incidents.incident_editor import IncidentEditor
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.resolve_editor import ResolveEditor
from app.gui.shell.main_window import MainWindow
from app.gui.shell.navigate import ListIncidents
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled

Opened = Callable[[], QDialog]


@pytest.fixture
def page(window: MainWindow, services: Services, settled: Settled) -> IncidentsPage:
    make_technician(services)
    found = window.show_page("incidents")
    assert isinstance(found, IncidentsPage)
    settled()
    return found


def test_a_new_incident_is_chosen_in_its_list_whatever_the_filter(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    make_terminal(services, tid="50000412")
    page.activate(ListIncidents(IncidentFilter(states="closed")))
    settled()
    page.new_incident()
    dialog = opened()
    assert isinstance(dialog, IncidentEditor)
    dialog.choose(services.terminals.find("50000412")[0])
    dialog.fill({"displayed_code": "A0"})
    dialog.submit()
    settled()
    (new,) = services.incidents.first(IncidentFilter(), 5)
    assert page._table.current().id == new.id
    assert page.detail.view is not None
    assert page.detail.view.incident.id == new.id
    assert page._why.isVisible()
    assert page._alone.text() == f"{new.number} 不在原来筛选的列表里，所以单独显示。"
    page._show_before()
    settled()
    assert page._wanted == IncidentFilter(states="closed")
    assert not page._why.isVisible()


def test_an_edit_says_so_warns_of_nothing_and_keeps_what_it_does_not_ask(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    key = make_incident(services, code_profile="unionpay")
    page.show_incident(key)
    settled()
    page.steps.take(Action.EDIT)
    dialog = opened()
    assert isinstance(dialog, IncidentEditor)
    texts = [one.text() for one in dialog.findChildren(QLabel) if one.isVisible()]
    assert dialog.windowTitle() == "修改 L7-000001"
    assert dialog._go.text() == "保存"
    assert not any("未完成的异常" in text for text in texts), "a duplicate of itself"
    dialog.fill({"symptom": "打印空白"})
    dialog.submit()
    settled()
    kept = services.incidents.get(key)
    assert (kept.symptom, kept.code_profile) == ("打印空白", "unionpay")


def test_an_incident_without_terminal_keeps_its_serial_through_an_edit(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    key = services.incidents.open(
        IncidentDraft(unknown_serial="X7K9001", displayed_code="A0", symptom="黑屏")
    )
    page.show_incident(key)
    settled()
    page.steps.take(Action.EDIT)
    dialog = opened()
    assert isinstance(dialog, IncidentEditor)
    assert dialog.picker.text() == "X7K9001"
    dialog.fill({"symptom": "打印空白"})
    dialog.submit()
    settled()
    assert services.incidents.get(key).unknown_serial == "X7K9001"


def test_the_resolution_begins_at_what_is_missing_and_one_key_passes_what_fits(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    key = make_incident(services)
    services.incidents.start(key)
    page.show_incident(key)
    settled()
    page.steps.take(Action.RESOLVE)
    dialog = opened()
    assert isinstance(dialog, ResolveEditor)
    dialog.fill({"fault_class": FaultClass.OPERATION, "work_done": ""})
    dialog.begin()
    assert dialog.focusWidget() is dialog.form.widget("work_done")
    assert len(dialog.needed()) <= 4
    dialog.fill({"work_done": "重新签到"})
    dialog.begin()
    assert dialog.focusWidget() is dialog.form.widget("result")
    QTest.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    passed = [line.item for line in dialog.tests.lines()]
    assert passed == ["sign_in", "test_sale"]
    assert dialog.form.value("result") == Result.SOLVED
    assert dialog.focusWidget() is dialog._go
    dialog.fill({"fault_class": FaultClass.HARDWARE})
    assert len(dialog.needed()) + 1 <= 5, "with the function test"
    dialog.reject()


def test_what_is_usually_proven_fits_the_class_and_is_never_what_a_device_cannot_do() -> None:
    for fault_class in FaultClass:
        for kind in (None, *TerminalKind):
            usual = usual_proof(fault_class, kind)
            assert usual
            assert set(usual) <= set(PROOFS[fault_class].lines)
            assert [line for line in PROOF_LINES if line in usual] == list(usual)
    assert "print" not in usual_proof(FaultClass.HARDWARE, TerminalKind.MPOS)
    assert usual_proof(FaultClass.HARDWARE, TerminalKind.SCAN_BOX) == (
        "sign_in",
        "scan",
        "test_sale",
    )
