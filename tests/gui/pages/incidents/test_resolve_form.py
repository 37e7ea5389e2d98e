"""The resolution form states only what somebody saw or did."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import Action, IncidentState
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.incidents.resolve_editor import ResolveEditor
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.numbered_choice import MOST_DIGITS, NumberedChoice
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from tests.factories import make_incident, make_terminal
from tests.gui.conftest import Settled

Opened = Callable[[], QDialog]


@pytest.fixture
def page(window: MainWindow, settled: Settled) -> IncidentsPage:
    found = window.show_page("incidents")
    assert isinstance(found, IncidentsPage)
    settled()
    return found


def resolving(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled, **reported: str
) -> ResolveEditor:
    """The form over a new incident on which work began."""
    key = make_incident(services, make_terminal(services), **reported)
    page.show_incident(key)
    services.incidents.start(key)
    settled()
    page.steps.take(Action.RESOLVE)
    dialog = opened()
    assert isinstance(dialog, ResolveEditor)
    return dialog


def test_neither_cause_nor_remedy_is_chosen_by_itself(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    dialog = resolving(page, services, opened, settled)
    knowledge, form = dialog._knowledge, dialog.form
    for mode in knowledge.modes.values():
        form.fill({"fault_class": mode.fault_class, "mode": mode.id})
        assert form.value("cause") == "", mode.id
        for cause in mode.causes:
            form.fill({"cause": cause})
            assert form.value("remedy") == "", cause
            offered = knowledge.remedies_of(cause)
            assert dialog._box("remedy").itemData(1) == offered[0].id, "offered, first"
        form.fill({"cause": ""})
    dialog.reject()


def test_a_guessed_class_is_left_to_choose(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    dialog = resolving(page, services, opened, settled, displayed_code="", symptom="机器不好用")
    assert dialog.form.value("fault_class") == ""
    assert dialog.focusWidget().objectName() == "mode", "a mode of any class tells the class"
    dialog.form.fill({"result": "unsolved", "work_done": "看过"})
    dialog.submit()
    settled()
    assert dialog.isVisible()
    assert "fault_class" in dialog.form._problems
    assert not dialog.form._problems["fault_class"].isHidden()
    QTest.keyClick(dialog.form.widget("fault_class"), Qt.Key.Key_Down)
    assert dialog.form.value("fault_class") == FaultClass.HARDWARE
    dialog.reject()


def test_a_clear_class_is_filled_in(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    dialog = resolving(page, services, opened, settled, displayed_code="51", symptom="")
    assert dialog.form.value("fault_class") == FaultClass.BALANCE
    dialog.reject()


def test_a_terminal_under_a_safety_stop_is_not_said_to_be_tested(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    dialog = resolving(page, services, opened, settled, displayed_code="TAMPER", symptom="")
    assert dialog._stop.isVisible(), "the stop is in sight here, too"
    assert not dialog.tests.isVisible(), "nobody is invited to try it"
    dialog.pass_fitting()
    assert dialog.tests.lines() == ()
    assert dialog.form.value("result") == ""
    assert "安全停用" in dialog._no_proof.text()
    assert dialog._no_proof.isVisible()
    dialog._swap._wanted.setChecked(True)
    dialog.pass_fitting()
    assert dialog.tests.lines(), "the new device is tested"
    assert dialog.tests.isVisible()
    assert not dialog._no_proof.isVisible()
    dialog._swap._wanted.setChecked(False)
    mode = dialog._knowledge.modes["hw.tamper"]
    dialog.form.fill({"fault_class": "hardware", "mode": mode.id})
    dialog.form.fill({"cause": mode.causes[0]})
    dialog.form.fill({"remedy": "isolate", "result": "solved"})
    dialog.submit()
    settled()
    assert dialog.isVisible()
    assert not dialog.form._problems["result"].isHidden()
    assert "安全停用" in dialog.form._problems["result"].text()
    dialog.form.fill({"result": "workshop"})
    dialog.tests.fill(())
    dialog.submit()
    settled()
    (resolved,) = services.incidents.first(IncidentFilter(), 5)
    assert resolved.state is IncidentState.RESOLVED


def test_what_was_done_is_starred_and_asked_for_where_it_is_demanded(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    dialog = resolving(page, services, opened, settled, displayed_code="", symptom="你好")
    dialog.form.fill({"fault_class": FaultClass.OTHER})
    dialog.form.fill({"mode": "ot.none"})
    dialog.form.fill({"cause": "no_fault"})
    dialog.form.fill({"remedy": "explain"})
    assert dialog.needed() == ("work_done", "result")
    assert dialog.form._labels["work_done"].text().endswith("*")
    dialog.reject()


def test_a_request_asks_for_no_fault_and_claims_no_test(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    dialog = resolving(page, services, opened, settled, displayed_code="", symptom="要申请移机")
    form = dialog.form
    assert (form.value("fault_class"), form.value("mode")) == (FaultClass.OTHER, "rq.move")
    assert (form.value("remedy"), form.value("result")) == ("", ""), (
        "nothing is chosen but by a key"
    )
    assert dialog.needed() == ("remedy", "result")
    assert dialog.focusWidget().objectName() == "remedy"
    dialog.pass_fitting()
    assert dialog.tests.lines() == (), "nobody tried anything"
    dialog.reject()


def test_a_digit_chooses_what_stands_beside_it_and_goes_on(
    page: IncidentsPage, services: Services, opened: Opened, settled: Settled
) -> None:
    dialog = resolving(page, services, opened, settled, displayed_code="", symptom="打印不清")
    form = dialog.form
    assert dialog.focusWidget().objectName() == "mode"
    box = form.widget("mode")
    assert isinstance(box, NumberedChoice)
    first, *_others = box.below.text().splitlines()
    assert box.below.isVisible()
    assert first == f"1  {box.itemText(1)}", "the empty entry has no digit"
    assert 1 < len(box.below.text().splitlines()) <= MOST_DIGITS
    QTest.keyClick(box, Qt.Key.Key_1)
    mode = dialog._knowledge.modes[form.value("mode")]
    assert form.value("fault_class") == mode.fault_class, "its mode tells the class"
    assert dialog.focusWidget().objectName() == "cause"
    assert not box.below.isVisible()
    assert form.value("cause") == "", "nothing is chosen but by a key"
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_9)
    assert form.value("cause") == "", "a digit that stands beside nothing does nothing"
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_1)
    assert dialog.focusWidget().objectName() == "remedy"
    dialog.reject()


@pytest.mark.parametrize("fault_class", list(FaultClass))
def test_at_most_five_fields_are_required_and_each_says_what_for(
    fault_class: FaultClass,
    page: IncidentsPage,
    services: Services,
    opened: Opened,
    settled: Settled,
) -> None:
    dialog = resolving(page, services, opened, settled)
    dialog.form.fill({"fault_class": fault_class})
    needed = {"fault_class", *dialog.needed()}
    assert len(needed) <= 5, needed
    helps = {field.name: field.help for field in dialog.form.fields}
    assert all(helps[name] for name in needed)
    dialog.reject()


@pytest.mark.parametrize(
    ("mode", "tests"),
    [
        ("hw.print", {"print", "test_sale"}),
        ("op.paper", {"print"}),
        ("nw.host", {"sign_in", "test_sale"}),
    ],
)
def test_all_passed_claims_only_what_shows_that_this_fault_is_gone(
    mode: str,
    tests: set[str],
    page: IncidentsPage,
    services: Services,
    opened: Opened,
    settled: Settled,
) -> None:
    dialog = resolving(page, services, opened, settled)
    dialog.form.fill({"fault_class": dialog._knowledge.modes[mode].fault_class})
    dialog.form.fill({"mode": mode})
    dialog.pass_fitting()
    assert {line.item for line in dialog.tests.lines()} == tests
    dialog.reject()
