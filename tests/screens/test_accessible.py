"""Everything the Tab key reaches has a name for a screen reader, shows that it has the keys, and
comes in the order in which it is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.gui.actions import UserAction
from app.gui.pages.incidents.page import IncidentsPage
from app.gui.pages.insight.page import InsightPage
from app.gui.pages.settings.page import SECTIONS, SettingsPage
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.toolkit.manual_window import open_manual
from app.gui.toolkit.reading_order import set_reading_order
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

MOST_PARTS = 100
"""Of a date, or links of a page: Tab goes through them before it leaves the widget."""


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
    window.context.note("saved " * 4000)  # stands below for as long as it takes to read
    settled()
    return window


def reached(scope: QWidget) -> list[QWidget]:
    """What the Tab key reaches in a window, pressed until it is where it was before, in its order;
    begun at the first of the window."""
    scope.activateWindow()
    # Qt also calls the windows active that belong to the one with the keys.
    for _moment in range(500):
        if QApplication.activeWindow() is scope:
            break
        QTest.qWait(10)
    usable = (one for one in set_reading_order(scope) if one.isVisible() and one.isEnabled())
    first = next(usable, None)
    if first is None:
        return []
    first.setFocus()
    found: list[QWidget] = []
    while (focus := QApplication.focusWidget()) not in found:
        assert focus is not None, f"after {told(found[-1])} the keys are nowhere"
        assert focus.window() is scope, f"{told(found[-1])} leads out to {told(focus)}"
        found.append(focus)
        for _part in range(MOST_PARTS):
            QTest.keyClick(focus, Qt.Key.Key_Tab)
            if QApplication.focusWidget() is not focus:
                break
    assert focus is first, f"{told(found[-1])} leads back to {told(focus)}"
    return found


def name_of(widget: QWidget) -> str:
    """What a screen reader says when the widget gets the keys."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface else ""


def told(widget: QWidget) -> str:
    """A widget for whoever reads what is wrong."""
    return f"{type(widget).__name__} {name_of(widget)!r}"


def nameless(chain: list[QWidget]) -> list[str]:
    """What is reached and has no name, with where it stands."""
    return [
        " < ".join(type(one).__name__ for one in _lineage(widget)[:4])
        for widget in chain
        if not name_of(widget)
    ]


def ringless(chain: list[QWidget], seen: set[str]) -> list[str]:
    """What looks the same with and without the keys; one of each sort, noted in `seen`."""
    found = []
    for widget in chain:
        sort = f"{type(widget).__name__} {widget.property('role') or ''}".strip()
        if sort in seen:
            continue
        seen.add(sort)
        widget.window().setFocus()
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if widget.hasFocus() and widget.grab().toImage() == before:
            found.append(f"{sort} {name_of(widget)}")
    return found


def in_sight(widget: QWidget, beside: QWidget) -> QRect:
    """Where a widget stands in its window, seen from another one; of what is scrolled away in a
    place the other does not stand in, the edge it is behind."""
    place = QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())
    for above in _lineage(widget)[1:]:
        if isinstance(above, QScrollArea) and not above.isAncestorOf(beside):
            seen = above.viewport()
            room = QRect(seen.mapTo(widget.window(), QPoint(0, 0)), seen.size())
            place.moveTop(min(max(place.top(), room.top()), room.bottom()))
            place.moveLeft(min(max(place.left(), room.left()), room.right()))
            place = place.intersected(room)
    return place


def out_of_order(chain: list[QWidget]) -> list[str]:
    """Steps of the Tab key that go back: to the left in a line, or up in a column.  One is the
    step from the last to the first."""
    found = []
    for one, following in zip(chain, [*chain[1:], *chain[:1]], strict=True):
        if one.isAncestorOf(following):
            continue  # into what it shows, wherever that is scrolled to
        here, there = in_sight(one, following), in_sight(following, one)
        both = min(here.bottom(), there.bottom()) - max(here.top(), there.top())
        line = both > min(here.height(), there.height()) / 2
        left = line and there.right() <= here.left()
        above = not line and there.bottom() <= here.top() and there.left() < here.right()
        if left or above:
            found.append(f"{told(one)} → {told(following)}")
    return found if len(found) > 1 else []


def wrong_in(scope: QWidget, seen: set[str]) -> list[str]:
    """Everything wrong with what the Tab key reaches in a window."""
    chain = reached(scope)
    return nameless(chain) + out_of_order(chain) + ringless(chain, seen)


def _lineage(widget: QWidget | None) -> list[QWidget]:
    found = []
    while widget is not None:
        found.append(widget)
        widget = widget.parentWidget()
    return found


def views(shown: MainWindow, settle: Settled) -> Iterator[str]:
    """Every page, section, tab and chart of the window, one after the other in sight."""
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
        if isinstance(page, InsightPage):
            page.tabs.setCurrentWidget(page.charts)
            for place, chart in enumerate(page.charts.all):
                page.charts.box.setCurrentIndex(place)
                settle()
                yield f"{spec.id} {chart.title(None)}"


def test_everything_in_the_window_has_a_name_and_shows_its_focus(
    desk: MainWindow,
    settled: Settled,  # noqa: F811
) -> None:
    seen: set[str] = set()
    wrong = {view: wrong_in(desk, seen) for view in views(desk, settled)}
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
        if found := wrong_in(dialog, seen):
            wrong[f"{action.name} {type(dialog).__name__}"] = found
        dialog.close()
        settled()
    assert wrong == {}, "\n".join(sorted({one for found in wrong.values() for one in found}))


def test_the_manual_has_names(desk: MainWindow) -> None:
    assert nameless(reached(open_manual(desk))) == []
