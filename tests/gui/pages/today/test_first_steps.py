"""The first page leads a newcomer, by role, through what is not done yet, and then no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from app import paths
from app import settings as settings_file
from app.domain.register.people import TechnicianDraft
from app.gui.pages.today.first_steps import STEPS, FirstStepsPanel
from app.gui.pages.today.page import TodayPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.gui.toolkit.language import _
from app.services import Services
from app.settings import FIRST_STEPS, MANAGER, TECHNICIAN, Settings
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled


def shown(window: MainWindow, settled: Settled, settings: Settings) -> FirstStepsPanel:
    window.context.settings = settings
    page = window.show_page("today")
    assert isinstance(page, TodayPage)
    page.refresh()
    settled()
    return page.first_steps


def buttons(panel: FirstStepsPanel) -> list[str]:
    found = panel.findChildren(QPushButton)
    return [one.text() for one in found if one.isVisible() and one.text() != _("Hide")]


def test_every_role_has_its_steps() -> None:
    assert {"", *STEPS} == set(FIRST_STEPS)


def test_a_technician_imports_and_reports_and_is_then_left_alone(
    window: MainWindow, services: Services, settled: Settled, settings: Settings
) -> None:
    chosen = replace(settings, first_steps=TECHNICIAN)
    panel = shown(window, settled, chosen)
    assert buttons(panel) == ["导入表格", "登记异常"]
    terminal = make_terminal(services)
    assert buttons(shown(window, settled, chosen)) == ["登记异常"]
    marks = {one.accessibleName() for one in panel.findChildren(QLabel)} - {""}
    assert marks == {"已完成", "待办"}
    make_incident(services, terminal)
    shown(window, settled, chosen)
    assert not panel.isVisible()


def test_a_manager_is_led_from_the_office_to_the_plans(
    window: MainWindow, services: Services, settled: Settled, settings: Settings
) -> None:
    chosen = replace(settings, first_steps=MANAGER, company_name="")
    panel = shown(window, settled, chosen)
    assert len(buttons(panel)) == len(STEPS[MANAGER])
    named = replace(chosen, company_name="某某公司")
    assert len(buttons(shown(window, settled, named))) == len(STEPS[MANAGER]) - 1
    make_technician(services)
    services.directory.save_technician(
        TechnicianDraft(code="T99", name="李工", areas=("浦东新区",))
    )
    make_terminal(services)
    assert buttons(shown(window, settled, named)) == ["打开计划"]
    services.plans.install_pack()
    shown(window, settled, named)
    assert not panel.isVisible()


@pytest.mark.parametrize("role", list(STEPS))
def test_each_step_leads_to_its_page(
    window: MainWindow, settled: Settled, settings: Settings, role: str
) -> None:
    panel = shown(window, settled, replace(settings, first_steps=role, company_name=""))
    for step in STEPS[role]:
        panel.chosen.emit(step.target)
        settled()
        assert window.current == step.target.page
        for dialog in [one for one in window.children() if one.inherits("QDialog")]:
            dialog.close()  # type: ignore[attr-defined]


def test_hidden_they_do_not_come_again(
    window: MainWindow, context: AppContext, settled: Settled, settings: Settings
) -> None:
    changed: list[Settings] = []
    context.settings_changed.connect(changed.append)
    panel = shown(window, settled, replace(settings, first_steps=TECHNICIAN))
    (hide,) = (one for one in panel.findChildren(QPushButton) if one.text() == _("Hide"))
    hide.click()
    settled()
    assert not panel.isVisible()
    assert [one.first_steps for one in changed] == [""]
    assert settings_file.load(paths.settings_file()).first_steps == ""
    assert not shown(window, settled, settings).isVisible()
