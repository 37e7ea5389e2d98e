"""What the table of actions says is what the keys, buttons and menus of the real window do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from app.domain.incidents.lifecycle import Action
from app.gui.action_lookup import INCIDENT_ACTIONS, places_of
from app.gui.action_places import EVERYWHERE, INCIDENTS, ActionPlace
from app.gui.actions import UserAction
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.settings.page import SECTIONS, SettingsPage
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.shell.navigate import ReportIncident
from app.gui.toolkit.action_buttons import bound
from app.gui.toolkit.key_sheet import KeySheet
from app.gui.toolkit.table_view import TableView
from app.services import Services
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import Settled

FOCUSED = (Qt.ShortcutContext.WidgetShortcut, Qt.ShortcutContext.WidgetWithChildrenShortcut)


@pytest.fixture
def incident(services: Services) -> str:
    """An incident somebody has begun to work on."""
    make_technician(services)
    made = make_incident(services, make_terminal(services))
    services.incidents.start(made)
    return made


def keys_of(one: QObject) -> Iterator[str]:
    """The keys that reach a button, a menu entry or a shortcut while its window is in front."""
    if isinstance(one, QAbstractButton):
        found = [one.shortcut()] if one.isVisible() and one.isEnabled() else []
    elif isinstance(one, QAction):
        owner = one.parent()
        seen = isinstance(owner, QWidget) and owner.isVisible()
        found = one.shortcuts() if seen and one.isEnabled() else []
    else:
        assert isinstance(one, QShortcut)
        owner = one.parent()
        seen = isinstance(owner, QWidget) and owner.isVisible()
        found = [one.key()] if seen and one.context() not in FOCUSED else []
    return (keys.toString() for keys in found if not keys.isEmpty())


def ambiguous(window: MainWindow) -> dict[str, list[str]]:
    """Keys that reach more than one thing now: Qt then does neither."""
    reached = defaultdict(list)
    for action, one in bound(window):
        for keys in keys_of(one):
            reached[keys].append(action.name)
    return {keys: names for keys, names in reached.items() if len(names) > 1}


def views(window: MainWindow, settled: Settled) -> Iterator[str]:
    """Every page, tab and section of the window, one after the other in sight."""
    for spec in PAGES:
        page = window.show_page(spec.id)
        assert page is not None
        settled()
        yield spec.id
        if isinstance(page, SettingsPage):
            for name, *_rest in SECTIONS:
                page.section(name)
                settled()
                yield f"settings {name}"
        tabs = getattr(getattr(page, "detail", page), "tabs", None)
        for place in range(1, tabs.count() if tabs is not None else 0):
            tabs.setCurrentIndex(place)
            settled()
            yield f"{spec.id} {tabs.tabText(place)}"


def test_in_no_view_a_key_reaches_two_things_and_all_stand_where_the_table_says(
    window: MainWindow, services: Services, incident: str, settled: Settled
) -> None:
    services.plans.install_pack()
    seen: dict[str, set[ActionPlace]] = defaultdict(set)
    for view in views(window, settled):
        assert ambiguous(window) == {}, view
        shown = window.show_page(window.current)
        assert shown is not None
        seen[window.current] |= {action.row.place for action, _one in bound(shown)}
    for page, places in seen.items():
        assert places - {EVERYWHERE} <= set(places_of(page)), page
        missing = set(places_of(page)) - places
        assert all(
            action.row.built_in or not action.row.keys
            for action in UserAction
            # What dialogs have too comes with what is chosen: a date field, a document.
            if action.row.place in missing and not action.row.place.in_dialogs
        ), page


def test_keys_of_an_incident_work_on_each_of_its_tabs(
    window: MainWindow, incident: str, settled: Settled
) -> None:
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    page.show_incident(incident)
    settled()
    reached = []
    for place in range(page.detail.tabs.count()):
        page.detail.tabs.setCurrentIndex(place)
        settled()
        pairs = ((action, one) for action, one in bound(page) if any(keys_of(one)))
        reached.append({action for action, _one in pairs if action.row.place is INCIDENTS})
    assert {UserAction.SET_OFF, UserAction.ARRIVE, UserAction.ADD_WORK} <= reached[0]
    assert all(found == reached[0] for found in reached)


def words_of(sheet: KeySheet) -> list[str]:
    """Everything that stands on a sheet of keys."""
    return [one.text() for one in sheet.findChildren(QLabel)]


def test_the_sheet_shows_the_keys_of_the_page_and_what_is_not_possible_now(
    window: MainWindow, incident: str, settled: Settled
) -> None:
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.show_incident(incident)
    settled()
    QTest.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    (sheet,) = window.findChildren(KeySheet)
    shown = words_of(sheet)
    for words in ("异常", "派工", "Ctrl+G", "任何页面", "Ctrl+1 – Ctrl+9", "Ctrl+Enter"):
        assert words in shown
    assert "换机" not in shown, "a key of another page"
    roles = {one.text(): one.property("role") for one in sheet.findChildren(QLabel)}
    assert roles["挂起"] != "muted"
    assert roles["派工"] == "muted"
    sheet.close()


def test_the_sheet_in_a_dialog_shows_the_keys_of_the_dialog(
    window: MainWindow, settled: Settled, opened: Callable[[], QWidget]
) -> None:
    window.go(ReportIncident())
    dialog = opened()
    QTest.keyClick(dialog, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    (sheet,) = dialog.findChildren(KeySheet)
    shown = words_of(sheet)
    assert "Ctrl+Enter" in shown
    assert "Ctrl+F" in shown
    assert "Ctrl+N" not in shown
    sheet.close()
    dialog.close()


def test_the_table_says_what_allows_an_action(
    window: MainWindow, services: Services, incident: str, settled: Settled
) -> None:
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.show_incident(incident)
    settled()
    allowed = services.incidents.get(incident).actions
    for needs, action in INCIDENT_ACTIONS.items():
        made = page.detail.actions_[needs]
        assert made.isEnabled() is (needs in allowed), action
        keys = [one.toString() for one in made.shortcuts()]
        assert keys == list(action.row.keys)
    assert Action.HOLD in allowed


def test_a_key_does_what_its_row_says(
    window: MainWindow, services: Services, incident: str, settled: Settled
) -> None:
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.show_incident(incident)
    settled()
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page._search.hasFocus()
    window.findChildren(TableView)[0].setFocus()
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.current == "terminals"
