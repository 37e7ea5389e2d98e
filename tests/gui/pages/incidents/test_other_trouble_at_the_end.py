"""The guided end asks what became of a trouble that was set aside, and goes to it by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from app.domain.diagnosis.two_troubles import STOPS_TRADE
from app.domain.faults import FaultClass
from app.domain.incidents.incidents import Result
from app.domain.incidents.lifecycle import IncidentState
from app.domain.incidents.other_troubles import TroubleEnd, settled_troubles
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.resolve_editor import ResolveEditor
from app.gui.shell.main_window import MainWindow
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled

Opened = Callable[[], QDialog]


@pytest.fixture
def form(window: MainWindow, services: Services, settled: Settled, opened: Opened) -> ResolveEditor:
    """Resolving a case about the first of two troubles."""
    make_technician(services)
    key = make_incident(
        services, make_terminal(services), displayed_code="", symptom="打印机卡纸，另外网也连不上"
    )
    services.incidents.start(key)
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.show_incident(key)
    settled()
    found = page.diagnosis.consultation
    assert found is not None
    page.diagnosis.panel.answered.emit(STOPS_TRADE, found.session.troubles[0].sign.id)
    settled()
    page.detail.primary.click()
    editor = opened()
    assert isinstance(editor, ResolveEditor)
    settled()
    return editor


def test_it_is_asked_for_and_refused_while_open(
    form: ResolveEditor, services: Services, settled: Settled
) -> None:
    form.form.fill(
        {"fault_class": FaultClass.OPERATION, "work_done": "取出卡纸", "result": Result.UNSOLVED}
    )
    form.begin()
    asked = form.form.widget("other_1")
    assert form.focusWidget() is asked
    assert "连不上" in form.form.fields[[f.name for f in form.form.fields].index("other_1")].help
    form.submit()
    settled()
    assert form.isVisible()
    assert asked.property("wrong") == "true"
    QTest.keyClick(asked, Qt.Key.Key_3)
    assert form.focusWidget() is form.form.widget("other_1_why"), "left: the reason is asked"
    form.form.fill({"other_1_why": "没带网线"})
    form.submit()
    settled()
    (case,) = services.incidents.first(IncidentFilter(), 5)
    kept = services.incidents.get(case.id)
    assert kept.state is IncidentState.RESOLVED
    (other,) = settled_troubles(kept.events)
    assert (other.end, other.remark) == (TroubleEnd.LATER, "没带网线")


def shown(form: ResolveEditor) -> list[int]:
    return [place for place in (0, 1) if form.form.widget(f"other_{place}").isVisible()]


def test_which_one_is_asked_for_follows_the_class_and_nothing_typed_is_lost(
    form: ResolveEditor, services: Services, settled: Settled
) -> None:
    assert shown(form) == [1], "answered: the case is about the first"
    form.form.fill({"fault_class": FaultClass.HARDWARE})
    form.form.fill({"other_1": TroubleEnd.LATER, "other_1_why": "没带网线"})
    form.form.fill({"fault_class": FaultClass.NETWORK, "work_done": "重插网线"})
    settled()
    assert shown(form) == [0]
    assert "other_0" in form.needed()
    assert "other_1" not in form.needed()
    assert not form.form.widget("other_1_why").isVisible()
    form.form.fill({"fault_class": FaultClass.HARDWARE})
    assert form.form.value("other_1_why") == "没带网线"
    form.form.fill({"fault_class": FaultClass.NETWORK, "result": Result.UNSOLVED})
    form.submit()
    settled()
    assert form.form.widget("other_0").property("wrong") == "true"
    form.form.fill({"other_0": TroubleEnd.DONE})
    form.submit()
    settled()
    (case,) = services.incidents.first(IncidentFilter(), 5)
    (other,) = settled_troubles(services.incidents.get(case.id).events)
    assert (other.said.zh, other.end) == (form._others._troubles[0].sign.label.zh, TroubleEnd.DONE)


def resolving(window: MainWindow, key: str, settled: Settled, opened: Opened) -> ResolveEditor:
    """The resolve form of a case, opened on its page."""
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.show_incident(key)
    settled()
    page.detail.primary.click()
    editor = opened()
    assert isinstance(editor, ResolveEditor)
    settled()
    return editor


def test_a_case_of_one_trouble_asks_nothing_more(
    window: MainWindow, services: Services, settled: Settled, opened: Opened
) -> None:
    make_technician(services)
    key = make_incident(services, make_terminal(services), displayed_code="", symptom="打印不清")
    services.incidents.start(key)
    editor = resolving(window, key, settled, opened)
    assert not [field for field in editor.form.fields if field.name.startswith("other_1")]
    editor.reject()


def test_taken_up_again_what_was_reported_by_itself_still_is(
    form: ResolveEditor, services: Services, settled: Settled, window: MainWindow, opened: Opened
) -> None:
    form.form.fill({"fault_class": FaultClass.OPERATION, "work_done": "取出卡纸"})
    form.form.fill({"result": Result.UNSOLVED, "other_1": TroubleEnd.REPORTED})
    form.submit()
    settled()
    (key,) = {one.id for one in services.incidents.first(IncidentFilter(), 5)} - {
        other.incident_id
        for one in services.incidents.first(IncidentFilter(), 5)
        for other in settled_troubles(services.incidents.get(one.id).events)
    }
    services.incidents.reopen(key, "商户再次来电")
    editor = resolving(window, key, settled, opened)
    assert editor.form.value("other_1") == TroubleEnd.REPORTED
    editor.form.fill({"result": Result.UNSOLVED})
    editor.submit()
    settled()
    assert len(services.incidents.first(IncidentFilter(), 5)) == 2, "no second report of it"
