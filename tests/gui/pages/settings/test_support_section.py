"""The support bundle in the window: read first, saved as it was read."""

from __future__ import annotations

import zipfile
from pathlib import Path

from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.support import SupportSection
from app.gui.shell.main_window import MainWindow
from tests.gui.conftest import Settled


def test_what_is_shown_is_what_is_saved(
    window: MainWindow, settled: Settled, tmp_path: Path
) -> None:
    page = window.show_page("settings")
    assert isinstance(page, SettingsPage)
    found = page.section("support")
    assert isinstance(found, SupportSection)
    settled()
    shown = {}
    for place in range(found.names.count()):
        found.names.setCurrentRow(place)
        shown[found.names.item(place).text()] = found.text.toPlainText()
    assert "POSCare" in shown["about.txt"]
    found.save(tmp_path / "b.zip")
    settled()
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == shown
