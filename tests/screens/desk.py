"""The window over a little of everything, and how a dialog is opened there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog

from app.domain.campaigns.campaigns import (
    CampaignDraft,
    CampaignKind,
    CampaignScope,
)
from app.domain.insight.warning_cases import WarningCase
from app.domain.insight.warnings import StandingWarning, WarningRule
from app.gui.actions import UserAction
from app.gui.shell.main_window import MainWindow
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_part, make_technician, make_terminal

LONG_NAME = "上海浦东新区陆家嘴世纪大道环球金融中心地下一层美食广场老字号小笼馒头旗舰店"
LONG_TEXT = "顾客刷卡后屏幕一直显示正在处理，等了两分钟后提示通讯超时，重启后仍然一样；" * 6


class Desk:
    """The window over a little of everything, with names as long as people give."""

    def __init__(
        self,
        window: MainWindow,
        services: Services,
        settle: Callable[[], None],
        clock: FrozenClock,
        folder: Path,
    ) -> None:
        self.window, self.services, self.settle = window, services, settle
        self.context, self.clock, self.folder = window.context, clock, folder
        make_technician(services, name="欧阳娜娜", areas=("浦东新区", "松江区"))
        make_part(services)
        key = make_terminal(services, merchant_name=LONG_NAME)
        services.incidents.start(make_incident(services, make_terminal(services)))
        incident = make_incident(services, key, symptom=LONG_TEXT)
        services.incidents.start(incident)
        services.plans.install_pack()
        services.generation.generate()
        self.today = services.context.today()
        self.terminal = services.terminals.get(key)
        self.others = services.incidents.first(IncidentFilter(), 5)
        self.people = [("a", LONG_NAME), ("b", "李明")]
        self.visit = services.visits.agenda().due[0]
        made = services.campaigns.create(
            CampaignDraft(
                title=LONG_NAME,
                kind=CampaignKind.FIRMWARE,
                due_on="2026-12-20",
                target="9.9.9",
                instructions=LONG_TEXT,
            ),
            CampaignScope(model="N910"),
        )
        self.campaign = services.campaigns.get(made)
        self.task = services.campaigns.tasks(made)[0]
        self.case = WarningCase(warning=StandingWarning(rule=WarningRule.OVERDUE, seen=1))
        self.page("incidents").show_incident(incident)
        self.settle()

    def page(self, name: str) -> Any:
        """A page of the window, in sight."""
        found = self.window.show_page(name)
        self.settle()
        return found

    def section(self, name: str) -> Any:
        """A section of the settings, in sight."""
        found = self.page("settings").section(name)
        self.settle()
        return found

    def opened(self, kind: type[QDialog]) -> Any:
        """A dialog of this kind that is open now."""
        for _look in range(40):
            self.settle()
            found = [one for one in self.window.findChildren(kind) if one.isVisible()]
            if found:
                return found[-1]
        raise AssertionError(f"{kind.__name__} did not open")


Opener = Callable[[Desk], object]
"""Opens the dialog in the window, or gives one to be shown."""


def acting(action: UserAction) -> Opener:
    """The dialog of an action, as the palette does it."""
    return lambda desk: desk.window.finder.perform(action)


def adding(section: str) -> Opener:
    """The editor of a section of the settings, empty."""
    return lambda desk: desk.section(section).add()
