"""Encryption in the window: set up, shown, changed and taken back, and unlocking at the start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QLabel

from app import paths
from app import settings as settings_file
from app.encryption import recovery_code
from app.encryption.opened import opened as opened_vault
from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.security import SecuritySection
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.gui.shell.unlocking import UnlockFlow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.encryption_dialogs import RecoveryCodeDialog
from app.settings import Settings
from app.unlocking import EncryptionLocked, unlock_by_key_store
from tests.gui.conftest import Settled

WORDS = "冬天的白马 eats 3 苹果"
Opened = Callable[[], QDialog]


@pytest.fixture
def section(window: MainWindow, settled: Settled) -> SecuritySection:
    """The section, as it is found."""
    page = window.show_page("settings")
    assert isinstance(page, SettingsPage)
    found = page.section("security")
    assert isinstance(found, SecuritySection)
    settled()
    return found


def draft(opened: Opened) -> DraftDialog:
    """The form that is open now."""
    found = opened()
    assert isinstance(found, DraftDialog)
    return found


def encrypt(section: SecuritySection, opened: Opened, settled: Settled) -> str:
    """Set encryption up as a person does; returns the recovery code."""
    section.encrypt()
    asking = draft(opened)
    asking.fill({"passphrase": "short", "again": "short"})
    asking.submit()
    settled()
    assert asking.isVisible(), "too short"
    asking.fill({"passphrase": WORDS, "again": WORDS})
    asking.submit()
    shown = draft(opened)
    assert isinstance(shown, RecoveryCodeDialog)
    assert not section.context.services.encryption.state().on, "nothing before it is confirmed"
    code = next(one.text() for one in shown.findChildren(QLabel) if one.objectName() == "code")
    groups = recovery_code.groups(code)
    first, second = shown._places
    shown.fill({"first": groups[first], "second": "0000"})
    shown.submit()
    settled()
    assert shown.isVisible(), "the second group is wrong"
    shown.fill({"first": groups[first].lower(), "second": groups[second]})
    shown.submit()
    settled()
    return code


def test_it_is_set_up_and_taken_back(
    section: SecuritySection, opened: Opened, settled: Settled, tmp_path: Path
) -> None:
    assert not section.turn_on.isHidden()
    encrypt(section, opened, settled)
    state = section.context.services.encryption.state()
    assert (state.on, state.confirmed, state.left) == (True, True, ())
    assert section.turn_on.isHidden()
    section.decrypt()
    asking = draft(opened)
    asking.fill({"passphrase": "not this one at all"})
    asking.submit()
    settled()
    assert asking.isVisible()
    asking.fill({"passphrase": WORDS})
    asking.submit()
    settled()
    assert not section.context.services.encryption.state().on
    assert not section.turn_on.isHidden()


def test_the_passphrase_changes_and_a_recovery_code_is_made_anew(
    section: SecuritySection, opened: Opened, settled: Settled, tmp_path: Path
) -> None:
    from app.unlocking import prove

    old = encrypt(section, opened, settled)
    section.change_passphrase()
    asking = draft(opened)
    asking.fill(
        {"old_passphrase": WORDS, "passphrase": "another one 12", "again": "another one 12"}
    )
    asking.submit()
    settled()
    prove("another one 12")
    section.new_code()
    asking = draft(opened)
    asking.fill({"passphrase": "another one 12"})
    asking.submit()
    shown = draft(opened)
    assert isinstance(shown, RecoveryCodeDialog)
    shown.save(tmp_path / "code.txt")
    assert old not in (tmp_path / "code.txt").read_text(encoding="utf-8")
    shown.reject()
    settled()
    assert not section.context.services.encryption.state().confirmed, "nobody typed it back"


def test_case_71_a_start_asks_and_the_recovery_code_sets_a_new_passphrase(
    section: SecuritySection,
    opened: Opened,
    settled: Settled,
    context: AppContext,
    window: MainWindow,
    settings: Settings,
) -> None:
    code = encrypt(section, opened, settled)
    settings_file.save(settings, paths.settings_file())
    opened_vault.hold(None)
    with pytest.raises(EncryptionLocked) as locked:
        unlock_by_key_store()
    flow = UnlockFlow(locked.value, context, window)
    heard: list[str] = []
    flow.unlocked.connect(lambda: heard.append("unlocked"))
    flow.given_up.connect(lambda: heard.append("given up"))
    asking = draft(opened)
    asking.fill({"passphrase": "not this one at all"})
    asking.submit()
    settled()
    assert (asking.isVisible(), heard) == (True, [])
    flow._recover(asking)
    recovering = draft(opened)
    words = "I remember this one"
    recovering.fill({"recovery": code.lower(), "passphrase": words, "again": words})
    recovering.submit()
    settled()
    assert heard == ["unlocked"]
    opened_vault.hold(None)
    again = UnlockFlow(locked.value, context, window)
    again.unlocked.connect(lambda: heard.append("by the new one"))
    asking = draft(opened)
    asking.fill({"passphrase": words})
    asking.submit()
    settled()
    assert heard == ["unlocked", "by the new one"]
