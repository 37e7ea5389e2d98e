"""How sure warnings must be, set in the window with a year beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QDialog

from app.domain.insight.warning_levels import USUAL_LEVELS, LevelFamily
from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.warning_levels import WarningLevelsSection
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from tests.factories import make_technician
from tests.gui.conftest import Settled

Opened = Callable[[], QDialog]


@pytest.fixture
def levels(window: MainWindow, settled: Settled, services: Services) -> WarningLevelsSection:
    make_technician(services, "T01", name="张工")
    page = window.show_page("settings")
    assert isinstance(page, SettingsPage)
    section = page.section("warnings")
    assert isinstance(section, WarningLevelsSection)
    settled()
    return section


def test_a_level_is_chosen_from_its_line_and_refused_out_of_range(
    levels: WarningLevelsSection, services: Services, opened: Opened, settled: Settled
) -> None:
    rows = levels.model.rows()
    place = next(n for n, one in enumerate(rows) if one.family is LevelFamily.UNITS)
    assert [one.level for one in rows if one.in_force] == [0.06, 0.01, 0.03]
    levels.table.selectRow(place)
    levels._edit.click()
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    assert dialog.form.value("percent") == "0.5"
    dialog.fill({"percent": "40"})
    dialog.submit()
    settled()
    assert dialog.isVisible(), "more than may be chance"
    dialog.fill({"percent": "0.7"})
    dialog.submit()
    settled()
    assert services.warning_settings.levels() == USUAL_LEVELS.at(LevelFamily.UNITS, 0.007)
    assert [one.level for one in levels.model.rows() if one.in_force] == [0.06, 0.007, 0.03]
