"""Where nothing can be written, every button that would write is greyed and says why: nobody fills
a form that cannot be saved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QPushButton

from app.domain.people.rights import RIGHTS, Standing
from app.gui.action_rights import ACTION_RIGHTS
from app.gui.pages.settings.page import SECTIONS, SettingsPage
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.toolkit.action_buttons import MARK
from app.services import Services
from tests.factories import make_incident, make_part, make_technician, make_terminal
from tests.gui.conftest import Settled

READING = frozenset(
    {
        *("CHECK_DATA", "CHECK_DATA_THOROUGHLY", "OPEN_DATA_FOLDER", "BACK_UP"),
        *("COPY_KEY", "SAVE_KEY", "OPEN_EXCHANGE", "OPEN_TERMINAL", "SHOW_SHOP"),
        *("EARLIER", "LATER", "GO_TO_TODAY", "EARLIER_WORK", "LATER_WORK", "WORK_TODAY"),
        *("FIND_BEFORE", "FIND_NEXT", "LARGER", "SMALLER", "SMALL_PAGES"),
        *("SHOW_DISPATCH_DAY", "SHOW_DISPATCH_WEEK"),
        *("SHOW_LANES", "SHOW_LIST", "SHOW_MONTH", "SHOW_WEEK"),
        # a paper of what is read, and the way to it
        *("PRINT_LOG", "PRINT_WARNINGS"),
        # folders and files of this computer
        *("CHOOSE_CAMERA_FOLDER", "CHOOSE_CERTIFICATE", "SECOND_FOLDER"),
    }
)
"""Actions that are of use to somebody who may only look."""


OFFERED = {"导入表格", "登记异常", "新建异常", "采用推荐计划"}
"""What the first steps and lists without anything in them offer."""


@pytest.fixture
def shown(services: Services, window: MainWindow, settled: Settled) -> MainWindow:
    make_technician(services)
    make_part(services)
    services.incidents.start(make_incident(services, make_terminal(services)))
    services.plans.install_pack()
    services.generation.generate()
    # No page is in sight, as none is when the window changes over.
    window.show_page("trail")
    services.context.standing = Standing(view_only=True, server_away=True)
    settled()
    return window


def test_what_writes_is_greyed(shown: MainWindow, settled: Settled) -> None:
    usable: dict[str, set[str]] = {}
    for spec in PAGES:
        page = shown.show_page(spec.id)
        settled()
        parts = [name for name, *_rest in SECTIONS] if isinstance(page, SettingsPage) else [""]
        for part in parts:
            if part:
                page.section(part)
                settled()
            for button in page.findChildren(QAbstractButton):
                name = button.property(MARK)
                if name and button.isVisible() and button.isEnabled():
                    usable.setdefault(name, set()).add(f"{spec.id}{part}")
    assert {name: places for name, places in usable.items() if name not in READING} == {}
    assert "PRINT_LOG" in usable, "what is read stays usable"


def test_what_an_empty_list_offers_is_greyed(
    window: MainWindow, services: Services, settled: Settled
) -> None:
    """Nothing is registered yet; also the first steps lead nowhere."""
    # No page is in sight, as none is when the window changes over.
    window.show_page("trail")
    settled()
    services.context.standing = Standing(view_only=True, server_away=True)
    window.context.settings = replace(window.context.settings, first_steps="technician")
    offered: set[str] = set()
    for name in ("today", "terminals", "incidents", "maintenance"):
        page = window.show_page(name)
        page.refresh()
        settled()
        for button in page.findChildren(QPushButton):
            words = button.text().strip()
            if button.isVisible() and words in OFFERED:
                offered.add(words)
                assert not button.isEnabled(), (name, words)
                assert "服务器" in button.toolTip()
    assert offered == OFFERED


def test_a_report_is_refused_before_it_is_written(
    shown: MainWindow, settled: Settled, application: QApplication
) -> None:
    shown.new_incident()
    settled()
    [box] = [one for one in application.topLevelWidgets() if one.isVisible() and one is not shown]
    assert isinstance(box, QMessageBox), "no form that cannot be saved"
    assert "服务器" in box.informativeText()
    box.close()


def test_the_reason_is_told_and_goes_with_it(
    shown: MainWindow, services: Services, settled: Settled
) -> None:
    page = shown.show_page("today")
    settled()
    [new] = [b for b in page.findChildren(QAbstractButton) if b.property(MARK) == "NEW_INCIDENT"]
    assert not new.isEnabled()
    assert "服务器" in new.toolTip()
    new.setEnabled(True)
    assert not new.isEnabled(), "nothing else makes it usable"
    services.context.standing = Standing()
    shown.show_page("trail")
    shown.show_page("today")
    settled()
    assert new.isEnabled()
    assert "服务器" not in new.toolTip()


def test_every_right_of_the_table_is_known() -> None:
    assert set(ACTION_RIGHTS.values()) <= set(RIGHTS)
