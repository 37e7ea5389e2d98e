"""The window that looks for an update, over a real folder that offers one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog

from app import __version__, paths
from app.gui.actions import UserAction
from app.gui.pages.settings.general import GeneralSection
from app.gui.pages.settings.page import SettingsPage
from app.gui.shell.main_window import MainWindow
from app.gui.shell.update_dialog import UpdateDialog
from app.gui.toolkit import language
from app.settings import load
from tests.gui.conftest import Settled
from tests.test_updates import INSTALLER, NEWER, offer

Opened = Callable[[], QDialog]


def looked(window: MainWindow, opened: Opened, source: str) -> UpdateDialog:
    """The dialog, from the menu as a person opens it."""
    window.context.settings = replace(window.context.settings, update_source=source)
    wanted = language.words()(UserAction.LOOK_FOR_UPDATE.row.words)
    (entry,) = [one for one in window._menu_actions if one.text() == wanted]
    entry.trigger()
    dialog = opened()
    assert isinstance(dialog, UpdateDialog)
    return dialog


def test_a_newer_version_is_shown_and_its_installer_fetched(
    window: MainWindow,
    opened: Opened,
    settled: Settled,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    dialog = looked(window, opened, str(offer(tmp_path / "share")))
    assert NEWER in dialog.said.text()
    assert dialog.changes.toPlainText() == "修复打印"
    assert dialog.get.isVisible()
    kept = tmp_path / "kept"
    kept.mkdir()
    dialog.fetch(kept)
    settled()
    assert (kept / "POSCare-setup.exe").read_bytes() == INSTALLER
    assert str(kept) in dialog.said.text()
    assert shown == [str(kept)]
    assert not dialog.get.isVisible()
    dialog.close()


@pytest.mark.parametrize("version", [__version__, "0.0.1"])
def test_nothing_is_fetched_that_is_not_newer(
    window: MainWindow, opened: Opened, tmp_path: Path, version: str
) -> None:
    dialog = looked(window, opened, str(offer(tmp_path, version)))
    assert not dialog.get.isVisible()
    assert dialog.said.text()
    dialog.close()


def test_a_file_that_differs_is_refused_in_words(
    window: MainWindow, opened: Opened, settled: Settled, tmp_path: Path
) -> None:
    dialog = looked(window, opened, str(offer(tmp_path / "share", sha256="0" * 64)))
    dialog.fetch(tmp_path)
    settled()
    assert "不一致" in dialog._trouble.text()
    assert dialog.isVisible()
    dialog.close()


@pytest.mark.parametrize("source", ["", "/no/such/share", "http://updates.example"])
def test_a_place_that_tells_nothing_is_said_in_words(
    window: MainWindow, opened: Opened, source: str
) -> None:
    dialog = looked(window, opened, source)
    assert dialog._trouble.isVisible()
    assert not dialog.get.isVisible()
    dialog.close()


def test_the_place_is_set_in_the_settings(window: MainWindow, settled: Settled) -> None:
    page = window.show_page("settings")
    assert isinstance(page, SettingsPage)
    section = page.section("general")
    assert isinstance(section, GeneralSection)
    settled()
    section.form.fill({"update_source": "\\\\server\\poscare"})
    section.save()
    settled()
    assert load(paths.settings_file()).update_source == "\\\\server\\poscare"
