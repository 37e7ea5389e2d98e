"""Two computers side by side, each with its folder, its database and its window."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer
from PySide6.QtWidgets import QPushButton, QWidget

from app import bootstrap, paths
from app import settings as settings_file
from app.gui.pages.settings.office import OfficeSection
from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.trust_editor import TrustDraft
from app.gui.pages.today.page import TodayPage
from app.gui.shell.exchange_dialogs import ExchangeDialog
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.gui.shell.screens import settle
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.gui.conftest import answering


class Seat:
    """One computer with its folder, database and window; what is done at it is done within
    `settled`, where its folder is the program's."""

    def __init__(
        self, folder: Path, template: Path, clock: FrozenClock, settings: Settings
    ) -> None:
        folder.mkdir()
        shutil.copyfile(template, folder / "poscare.db")
        settings_file.save(settings, folder / "settings.toml")
        self._folder = folder
        self.settings = settings
        self.services = bootstrap.build(
            settings, clock=clock, database=Database(folder / "poscare.db")
        )
        self.context = AppContext(settings)
        self.context.settings_changed.connect(self._on_settings)
        self.window = MainWindow(self.context)
        self.window.resize(1366, 768)
        self.here(lambda: (self.context.set_services(self.services), self.window.show()))

    def here(self, do: Callable[[], object]) -> object:
        """Do something at this computer and wait until it is done."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(paths.HOME_VARIABLE, str(self._folder))
            done = do()
            settle(self.context, calm=80)
            return done

    def _on_settings(self, changed: Settings) -> None:
        """As `app.gui.shell.application.Program` does, for what the journeys change."""
        self.settings = self.context.settings = changed
        self.context.hub.start(self.services, changed)

    def office_section(self) -> OfficeSection:
        """The settings of the office."""
        page = self.here(lambda: self.window.show_page("settings"))
        assert isinstance(page, SettingsPage)
        section = self.here(lambda: page.section("office"))
        assert isinstance(section, OfficeSection)
        return section

    def exchange(self) -> ExchangeDialog:
        """The exchange, opened from Today."""
        today = self.here(lambda: self.window.show_page("today"))
        assert isinstance(today, TodayPage)
        self.here(today.exchange.click)
        [found] = [one for one in today.findChildren(ExchangeDialog) if one.isVisible()]
        return found

    def press(self, owner: QWidget, text: str) -> None:
        """Press the button that says so."""
        [found] = [one for one in owner.findChildren(QPushButton) if one.text().strip() == text]
        # What the other computer just sent may still be read.
        waited = QDeadlineTimer(20_000)
        while not found.isEnabled() and not waited.hasExpired():
            settle(self.context, calm=80)
        assert found.isEnabled()
        self.here(found.click)

    def close(self) -> None:
        """Leave the program."""
        self.window.close()
        self.context.close()


def pair(office: Seat, laptop: Seat) -> None:
    """Each trusts the key of the other, compared by telephone."""
    laptops, offices = laptop.office_section(), office.office_section()
    with answering("设为办公室"):
        office.press(offices, "设为办公室…")
    for seat, section, other, is_office in (
        (laptop, laptops, offices, True),
        (office, offices, laptops, False),
    ):
        assert other._own is not None
        draft = TrustDraft(other._own.text, "", office=is_office, compared=True)
        seat.here(lambda s=section, d=draft: s.trust(d))
