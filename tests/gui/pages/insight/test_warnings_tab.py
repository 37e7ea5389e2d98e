"""Warnings are worked on in the window, and become campaigns, visits and hand-overs there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from app.domain.campaigns.campaigns import CampaignKind, CampaignState
from app.domain.insight.warning_cases import WarningCase, WarningState
from app.domain.insight.warnings import StandingWarning, SubjectKind, WarningRule, WarningSubject
from app.gui.actions import UserAction
from app.gui.pages.insight.page import InsightPage
from app.gui.pages.insight.read import ListedWarnings
from app.gui.pages.today.page import TodayPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.navigate import ListTerminals, Navigate, ShowIncident
from app.gui.shell.page import AppContext
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled

Opened = Callable[[], QDialog]


@pytest.fixture
def page(
    window: MainWindow, settled: Settled, services: Services, clock: FrozenClock
) -> InsightPage:
    """Two incidents past their deadline: one warning, seen by M01."""
    make_technician(services, "L7", name="周经理")
    for firmware in ("3.2.1", "3.10.0"):
        make_incident(services, make_terminal(services, firmware=firmware))
    clock.forward(days=20)
    found = window.show_page("insight")
    assert isinstance(found, InsightPage)
    settled()
    return found


def the_case(services: Services) -> WarningCase:
    (found,) = services.warning_work.cases()
    return services.warning_work.get(found.key)


def press(page: InsightPage, action: UserAction) -> None:
    button = page.warnings.detail.buttons[action]
    assert button.isEnabled()
    button.click()


def submitted(opened: Opened, settled: Settled, **values: object) -> None:
    """Fill in the dialog that is open, and submit it."""
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill(values)
    dialog.submit()
    settled()


def test_a_warning_is_seen_to_acted_on_and_ended(
    page: InsightPage, services: Services, opened: Opened, settled: Settled
) -> None:
    assert page.tabs.tabText(0) == "预警 1"
    assert page.warnings.detail.shown is not None
    press(page, UserAction.SEE_TO_WARNING)
    submitted(opened, settled, due_on="2027-01-05", note="先打电话")
    assert the_case(services).state is WarningState.ACKNOWLEDGED
    assert not page.warnings.detail.buttons[UserAction.SEE_TO_WARNING].isVisible()
    assert "先打电话" in page.warnings.detail._log.text()
    press(page, UserAction.ACT_ON_WARNING)
    submitted(opened, settled, note="派人")
    press(page, UserAction.END_WARNING)
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill({"outcome": "dismissed", "note": " "})
    dialog.submit()
    settled()
    assert dialog.form.widget("note").property("wrong") == "true"
    dialog.fill({"note": "重复"})
    dialog.submit()
    settled()
    assert services.warning_work.cases() == ()
    assert page.tabs.tabText(0) == "预警"
    page.warnings._show_ended()
    settled()
    assert [case.reason for case in page.warnings._model.rows()] == ["重复"]
    press(page, UserAction.REOPEN_WARNING)
    submitted(opened, settled, note="还没解决")
    assert the_case(services).state is WarningState.ACKNOWLEDGED


def test_the_incidents_behind_it_are_opened(
    page: InsightPage, services: Services, context: AppContext
) -> None:
    asked: list[Navigate] = []
    context.going.disconnect()
    context.going.connect(asked.append)
    incidents = page.warnings.detail.incidents
    shown = page.warnings.detail._model.rows()
    assert {one.number for one in shown} == set(the_case(services).warning.incidents)
    incidents.opened.emit(shown[0])
    assert asked == [ShowIncident(shown[0].id)]


def test_one_click_makes_a_parent_incident_that_the_open_ones_join(
    page: InsightPage, services: Services, opened: Opened, settled: Settled
) -> None:
    children = [one.id for one in services.incidents.first(IncidentFilter(), 9)]
    about = services.incidents.get(children[0]).terminal_id
    shown = page.warnings.detail.shown
    assert shown is not None
    page.warnings.steps._parent(with_terminals(shown, (about,)))
    submitted(opened, settled, symptom="整片网络中断")
    reference = the_case(services).entries[-1].reference
    assert reference is not None
    joined = services.incidents.first(IncidentFilter(parent_id=reference.id), 9)
    assert {one.id for one in joined} == set(children)


def with_terminals(shown: object, terminals: tuple[str, ...]) -> object:
    from dataclasses import replace

    case = shown.case  # type: ignore[attr-defined]
    return replace(  # type: ignore[type-var]
        shown, case=replace(case, warning=replace(case.warning, terminal_ids=terminals))
    )


def test_a_hand_over_is_copied_and_noted(
    page: InsightPage, services: Services, opened: Opened, settled: Settled
) -> None:
    press(page, UserAction.HAND_OVER_WARNING)
    submitted(opened, settled, role="carrier")
    entry = the_case(services).entries[-1]
    assert QGuiApplication.clipboard().text().strip() == entry.remark
    for number in the_case(services).warning.incidents:
        assert number in entry.remark


def test_a_campaign_is_made_ticked_and_finished(
    page: InsightPage, services: Services, opened: Opened, settled: Settled
) -> None:
    page.tabs.setCurrentWidget(page.campaigns)
    page.campaigns.steps.new()
    values = {"title": "升级", "kind": "firmware", "target": "3.10.0", "older_than": "3.10.0"}
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.fill(values)
    dialog.submit()
    settled()
    (made,) = services.campaigns.listed()
    assert (made.kind, made.total) == (CampaignKind.FIRMWARE, 1)
    assert page.tabs.tabText(1) == "专项 1"
    page.campaigns.tasks.selectAll()
    page.campaigns.buttons[UserAction.TICK_TASKS].click()
    settled()
    assert services.campaigns.get(made.id).state is CampaignState.FINISHED
    assert not page.campaigns.buttons[UserAction.TICK_TASKS].isVisible()
    assert page.campaigns.buttons[UserAction.TAKE_UP_TASKS].isVisible()


def test_the_firmware_tab_names_what_is_behind_and_leads_on(
    page: InsightPage,
    services: Services,
    context: AppContext,
    opened: Opened,
    settled: Settled,
) -> None:
    page.tabs.setCurrentWidget(page.firmware)
    settled()
    assert [(one.firmware, one.behind) for one in page.firmware._model.rows()] == [
        ("3.10.0", False),
        ("3.2.1", True),
    ]
    page.firmware.table.selectRow(1)
    page.firmware.update_button.click()
    submitted(opened, settled)
    (made,) = services.campaigns.listed()
    assert (made.target, made.total) == ("3.10.0", 1)
    asked: list[Navigate] = []
    context.going.disconnect()
    context.going.connect(asked.append)
    page.firmware.table.opened.emit(page.firmware._model.rows()[1])
    (target,) = asked
    assert isinstance(target, ListTerminals)
    assert (target.wanted.model, target.wanted.firmware) == ("N910", "3.2.1")


def test_a_version_a_warning_is_about_is_marked_though_it_is_the_newest(
    page: InsightPage, settled: Settled
) -> None:
    page.tabs.setCurrentWidget(page.firmware)
    settled()
    newest, behind = page.firmware._model.rows()
    assert page.firmware.table.current() == newest
    named = (("model", newest.model), ("firmware", "3.10.0"), ("manufacturer", newest.manufacturer))
    subject = WarningSubject(SubjectKind.FIRMWARE, "m|3.10.0", named)
    warning = StandingWarning(rule=WarningRule.GROUP_RATE, subject=subject, seen=9)
    page.warnings.listed.emit(ListedWarnings((WarningCase(warning=warning),), ended=False))
    assert [page.firmware._is_warned(one) for one in (newest, behind)] == [True, False]
    assert page.firmware.table.current() == newest, "what was marked stays so"
    done = WarningCase(warning=warning, state=WarningState.DISMISSED)
    page.warnings.listed.emit(ListedWarnings((done,), ended=False))
    assert not page.firmware._is_warned(newest)


def test_today_shows_the_warnings_though_no_incident_waits(
    window: MainWindow, page: InsightPage, services: Services, settled: Settled
) -> None:
    today = window.show_page("today")
    assert isinstance(today, TodayPage)
    settled()
    assert today.to_see_to.isVisible()
    assert [case.key for case in today.to_see_to.model.rows()] == [the_case(services).key]
    today.to_see_to.opened.emit(the_case(services).key)
    settled()
    assert window.current == "insight"
    assert page.tabs.currentWidget() is page.warnings
