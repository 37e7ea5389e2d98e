"""What papers say by acquirer: seen on a report before it is saved, and only on that one's."""

from __future__ import annotations

import os

import pytest

from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.wordings import WordingsSection
from app.gui.shell.main_window import MainWindow
from tests.factories import make_terminal
from tests.gui.conftest import Settled

TITLE = "收单机具维修工单"


@pytest.fixture
def section(window: MainWindow, settled: Settled) -> WordingsSection:
    make_terminal(window.context.services)
    page = window.show_page("settings")
    assert isinstance(page, SettingsPage)
    settled()
    found = page.section("wordings")
    assert isinstance(found, WordingsSection)
    settled()
    return found


def seen(section: WordingsSection, words: str, settled: Settled) -> int:
    found: list[int] = []
    section.panel.source.find(words, lambda boxes: found.append(len(boxes)))
    settled()
    return found[0]


def test_a_wording_is_tried_out_saved_and_only_that_acquirers(
    section: WordingsSection, settled: Settled
) -> None:
    assert section.who.count() >= 2, "the office and an acquirer"
    section.who.setCurrentIndex(1)
    settled()
    section.form.fill({"title_service_report_zh": TITLE, "stamp": "left", "hidden": ["minutes"]})
    section.form.flush()
    settled()
    assert seen(section, TITLE, settled) == 1
    assert section.context.services.wordings.listed() == {}
    section.save()
    settled()
    (who,) = section.context.services.wordings.listed()
    assert who == section.who.currentData()
    assert not section.save_button.isEnabled()
    if folder := os.environ.get("POSCARE_LOOK"):
        section.window().resize(1280, 820)
        section.window().grab().save(f"{folder}/wordings.png")
    section.who.setCurrentIndex(0)
    settled()
    assert seen(section, TITLE, settled) == 0
