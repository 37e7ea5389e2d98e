"""Screen readers are told what was saved, what failed, the next question and a stop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QDialog

from app.gui.actions import UserAction
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.draft_dialog import DraftDialog
from app.services import Services
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled

POLITE = QAccessible.AnnouncementPoliteness.Polite
ASSERTIVE = QAccessible.AnnouncementPoliteness.Assertive
Said = list[tuple[str, QAccessible.AnnouncementPoliteness]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    """What Qt is given for the screen reader; there is none in a test."""
    heard: Said = []

    def hear(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            heard.append((event.message(), event.politeness()))

    monkeypatch.setattr(QAccessible, "updateAccessibility", staticmethod(hear))
    return heard


def test_what_was_saved_is_said(window: MainWindow, said: Said) -> None:
    window.context.note("异常 L7-000001 已保存")
    assert said == [("异常 L7-000001 已保存", POLITE)]


def test_what_was_refused_is_said_at_once(
    window: MainWindow, said: Said, opened: Callable[[], QDialog], settled: Settled
) -> None:
    window.finder.perform(UserAction.NEW_INCIDENT)
    dialog = opened()
    assert isinstance(dialog, DraftDialog)
    dialog.submit()
    settled()
    assert said
    assert all(manner is ASSERTIVE and text for text, manner in said)
    dialog.close()


def test_the_question_and_a_stop_are_said(
    window: MainWindow, services: Services, said: Said, settled: Settled
) -> None:
    make_technician(services)
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    for symptom in ("刷不了卡", "电池鼓包，充不进电"):
        page.show_incident(make_incident(services, make_terminal(services), symptom=symptom))
        settled()
        panel = page.diagnosis.panel
        if symptom.startswith("刷"):
            assert (panel.question._text.text(), POLITE) in said
    urgent = [text for text, manner in said if manner is ASSERTIVE]
    assert len(urgent) == 1
    assert urgent[0].startswith(panel.stop.title.text())
    assert panel.stop.do.text() in urgent[0]
