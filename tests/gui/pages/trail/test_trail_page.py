"""The trail page: one click from a record, found by words and day, exported and printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from app.domain.register.terminals import draft_of
from app.gui.actions import UserAction
from app.gui.pages.settings.page import SettingsPage
from app.gui.pages.settings.people import PeopleSection
from app.gui.pages.trail.page import TrailPage
from app.gui.shell.document_preview import DocumentPreview
from app.gui.shell.main_window import MainWindow
from app.gui.shell.navigate import ShowIncident, ShowTerminal, ShowTrail
from app.gui.toolkit.action_buttons import bound
from app.services import Services
from app.services.core.audit import TrailFilter
from app.services.core.trail_entries import TrailEntry
from app.tabular.reading import read_table
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled


@pytest.fixture
def records(services: Services, clock: FrozenClock) -> dict[str, str]:
    """Somebody, a terminal that was edited the day after, an incident of another."""
    make_technician(services, "T01")
    found = {"incident": make_incident(services), "terminal": make_terminal(services)}
    clock.forward(days=1)
    terminal = services.terminals.get(found["terminal"])
    draft = replace(draft_of(terminal), contact_phone="13800001234")
    services.terminals.update(terminal.id, terminal.version, draft)
    return found | {"serial": terminal.serial}


def trail(window: MainWindow, settled: Settled) -> TrailPage:
    page = window.show_page("trail")
    settled()
    assert isinstance(page, TrailPage)
    return page


def shown(page: TrailPage) -> list[TrailEntry]:
    return [page._model.value(row) for row in range(page._model.rowCount())]


def press_in(scope: QWidget, action: UserAction) -> None:
    """Press the button of an action that is in sight."""
    [button] = [
        one
        for found, one in bound(scope)
        if found is action and isinstance(one, QPushButton) and one.isVisible()
    ]
    assert button.isEnabled()
    button.click()


def test_one_click_leads_from_a_record_to_its_trail_and_back(
    window: MainWindow, settled: Settled, services: Services, records: dict[str, str]
) -> None:
    for target, key in ((ShowIncident, "incident"), (ShowTerminal, "terminal")):
        page = window.go(target(records[key]))
        settled()
        detail = page.detail  # type: ignore[union-attr]
        detail.tabs.setCurrentWidget(
            next(
                tab
                for tab in detail.tabs.all
                if any(found is UserAction.SHOW_TRAIL for found, _one in bound(tab))
            )
        )
        press_in(detail.tabs.current(), UserAction.SHOW_TRAIL)
        settled()
        assert window.current == "trail"
        entries = shown(trail(window, settled))
        assert entries
        assert all(
            records[key] in (one.key, *(change.about for change in one.changes)) for one in entries
        )
    found = trail(window, settled)
    press_in(found.detail, UserAction.SHOW_RECORD)
    settled()
    assert window.current == "terminals"


def test_a_person_has_a_trail_too(
    window: MainWindow, settled: Settled, records: dict[str, str]
) -> None:
    page = window.show_page("settings")
    assert isinstance(page, SettingsPage)
    section = page.section("people")
    settled()
    assert isinstance(section, PeopleSection)
    section.table.select_first()
    press_in(section, UserAction.SHOW_TRAIL)
    settled()
    assert [one.kind for one in shown(trail(window, settled))] == ["technician.save"]


def test_words_and_a_day_narrow_the_list(
    window: MainWindow, settled: Settled, services: Services, records: dict[str, str]
) -> None:
    page = trail(window, settled)
    everything = len(shown(page))
    assert everything == services.audit.count(TrailFilter())
    page.search.searched.emit("8000012")
    settled()
    assert [one.kind for one in shown(page)] == ["terminal.update"]
    assert page.detail.model.rows()[0].change.new == "13800001234"
    page.search.searched.emit("2026-11-24")
    settled()
    assert [one.kind for one in shown(page)] == ["terminal.update"]
    page.search.searched.emit("")
    settled()
    assert len(shown(page)) == everything


def test_the_list_is_exported_and_printed_as_it_is(
    window: MainWindow,
    settled: Settled,
    records: dict[str, str],
    tmp_path: Path,
    opened: Callable[[], QDialog],
) -> None:
    page = trail(window, settled)
    window.go(ShowTrail(records["serial"]))
    settled()
    path = tmp_path / "trail.xlsx"
    page.export_to(path)
    settled()
    table = read_table(path)
    assert {"操作人", "字段", "原值", "新值"} <= set(table.header)
    assert any("13800001234" in row.cells for row in table.rows)
    page.print()
    dialog = opened()
    assert isinstance(dialog, DocumentPreview)
    printed = dialog.document_actions.printed
    assert printed is not None
    sheet = printed.documents[0].sheet
    assert (sheet.record, sheet.total) == (records["serial"], len(shown(page)))
    dialog.reject()
