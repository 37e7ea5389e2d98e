"""Everything the Tab key reaches has a name for a screen reader and shows that it has the keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.actions import UserAction
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.settings.page import SECTIONS, SettingsPage
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.shell.page import Page
from app.gui.toolkit.manual_window import open_manual
from app.gui.toolkit.table_view import TableView
from app.services import Services
from tests.factories import make_incident, make_technician, make_terminal
from tests.gui.conftest import (  # noqa: F401 - fixtures
    Settled,
    _own_places,
    application,
    context,
    opened,
    settled,
    window,
)

pytestmark = pytest.mark.xdist_group("screens")

DIALOGS = (
    UserAction.NEW_INCIDENT,
    UserAction.SHOW_REMINDERS,
    UserAction.EDIT_PHRASES,
    UserAction.OPEN_EXCHANGE,
    UserAction.SHOW_KEYS,
    UserAction.SHOW_ABOUT,
    UserAction.FIND_ANYTHING,
    UserAction.EDIT_INCIDENT,
    UserAction.HOLD,
    UserAction.HANDOVER,
    UserAction.RESOLVE,
    UserAction.ADD_WORK,
    UserAction.ADD_PART,
    UserAction.SIGN,
    UserAction.ADD_TERMINAL,
    UserAction.EDIT_TERMINAL,
    UserAction.SWAP,
    UserAction.RELOCATE,
    UserAction.CHANGE_STATE,
    UserAction.NOTE_READING,
    UserAction.NEW_VISIT,
    UserAction.SHOW_COMPLIANCE,
    UserAction.ADD_ABSENCE,
    UserAction.ADD_PLAN,
    UserAction.SHOW_PLANS,
    UserAction.GENERATE_VISITS,
)
"""One that opens each kind of dialog; those of files and printers are the system's."""


@pytest.fixture
def desk(window: MainWindow, services: Services, settled: Settled) -> MainWindow:  # noqa: F811
    """The window over a little of everything."""
    make_technician(services)
    incident = make_incident(services, make_terminal(services))
    services.incidents.start(incident)
    services.plans.install_pack()
    services.generation.generate()
    page = window.show_page("incidents")
    assert isinstance(page, IncidentsPage)
    settled()
    page.show_incident(incident)
    settled()
    return window


def reached(scope: QWidget) -> list[QWidget]:
    """What the Tab key reaches in a window, in its order."""
    found = []
    widget = scope.nextInFocusChain()
    while widget is not scope:
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if takes and widget.isVisible() and widget.isEnabled() and widget.window() is scope:
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def name_of(widget: QWidget) -> str:
    """What a screen reader says when the widget gets the keys."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface else ""


def nameless(scope: QWidget) -> list[str]:
    """What is reached and has no name, with where it stands."""
    return [
        " < ".join(type(one).__name__ for one in _lineage(widget)[:4])
        for widget in reached(scope)
        if not name_of(widget)
    ]


def ringless(scope: QWidget, seen: set[str]) -> list[str]:
    """What looks the same with and without the keys; one of each sort, noted in `seen`."""
    found = []
    for widget in reached(scope):
        sort = f"{type(widget).__name__} {widget.property('role') or ''}".strip()
        if sort in seen or isinstance(widget, Page):
            continue
        seen.add(sort)
        scope.setFocus()
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if widget.hasFocus() and widget.grab().toImage() == before:
            found.append(f"{sort} {name_of(widget)}")
    return found


def _lineage(widget: QWidget | None) -> list[QWidget]:
    found = []
    while widget is not None:
        found.append(widget)
        widget = widget.parentWidget()
    return found


def views(shown: MainWindow, settle: Settled) -> Iterator[str]:
    """Every page, section and tab of the window, one after the other in sight."""
    for spec in PAGES:
        page = shown.show_page(spec.id)
        assert page is not None
        settle()
        for table in page.findChildren(TableView):
            table.select_first()
        settle()
        yield spec.id
        if isinstance(page, SettingsPage):
            for name, *_rest in SECTIONS:
                page.section(name)
                settle()
                yield f"settings {name}"
        tabs = getattr(getattr(page, "detail", page), "tabs", None)
        for place in range(1, tabs.count() if tabs is not None else 0):
            tabs.setCurrentIndex(place)
            settle()
            yield f"{spec.id} {tabs.tabText(place)}"


def test_everything_in_the_window_has_a_name_and_shows_its_focus(
    desk: MainWindow,
    settled: Settled,  # noqa: F811
) -> None:
    seen: set[str] = set()
    wrong = {view: nameless(desk) + ringless(desk, seen) for view in views(desk, settled)}
    wrong = {view: found for view, found in wrong.items() if found}
    assert len(seen) > 15
    assert wrong == {}, "\n".join(sorted({one for found in wrong.values() for one in found}))


def test_everything_in_dialogs_has_a_name_and_shows_its_focus(
    desk: MainWindow,
    settled: Settled,  # noqa: F811
) -> None:
    wrong: dict[str, list[str]] = {}
    seen: set[str] = set()
    for action in DIALOGS:
        desk.finder.perform(action)
        for _look in range(20):
            settled()
            dialog = QApplication.activeModalWidget()
            if dialog is not None:
                break
        if dialog is None:
            wrong[action.name] = ["did not open"]
            continue
        if found := nameless(dialog) + ringless(dialog, seen):
            wrong[f"{action.name} {type(dialog).__name__}"] = found
        dialog.close()
        settled()
    assert wrong == {}, "\n".join(sorted({one for found in wrong.values() for one in found}))


def test_the_manual_has_names(desk: MainWindow) -> None:
    assert nameless(open_manual(desk)) == []
