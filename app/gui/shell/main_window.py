"""The main window: navigation rail, pages, status line, menu.

To add a page: write it in `app.gui.pages`, and add one line to `PAGES`.
"""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QIcon, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
)

from app.domain.errors import AppError
from app.gui.actions import UserAction
from app.gui.shell import first_frame, window_place
from app.gui.shell.finder import Finder
from app.gui.shell.hub_texts import hub_line, hub_sentence
from app.gui.shell.navigate import Navigate, ReportIncident
from app.gui.shell.new_work import NewWorkWatch
from app.gui.shell.opening import AWAY, OpeningPane
from app.gui.shell.page import AppContext, Note, Page
from app.gui.shell.palette_choices import PageName
from app.gui.shell.phrases import PhraseKeeper
from app.gui.shell.rail import Rail, RailEntry
from app.gui.shell.reminding import ReminderWatch
from app.gui.shell.scanner import ScannerWatch
from app.gui.shell.server_banner import ServerBanner
from app.gui.shell.status_line import StatusLine
from app.gui.shell.trial_estate import TrialBanner
from app.gui.toolkit import problems, theme
from app.gui.toolkit.action_buttons import action_icon_button, key_text, make_action
from app.gui.toolkit.key_sheet import KeySheet, show_page_keys
from app.gui.toolkit.landing import stay_at_work
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, column, row
from app.gui.toolkit.manual_window import open_manual_here
from app.gui.toolkit.reading_order import set_reading_order
from app.gui.toolkit.theme import icon
from app.gui.toolkit.working_dialog import WorkingDialog
from app.i18n import N_
from app.paths import resources

if TYPE_CHECKING:
    from app.gui.shell.exchange_dialogs import ExchangeDialog

SLOW_REFRESH = 120_000
"""Milliseconds after which the page in sight asks again: a shared database has other writers."""
USUAL = QSize(1366, 768)
"""The size at the first start."""
SMALLEST = QSize(640, 300)
"""The window does not get smaller.  1366×768 at 200 % leaves 683×384, of which the task bar and the
title bar take some 70; what does not fit there folds or scrolls."""
FRAME = 40
"""Pixels a title bar and a task bar may take."""


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page by name; its module is imported at the first visit."""

    id: str
    title: str
    icon: str
    module: str
    name: str

    def make(self, context: AppContext) -> Page:
        """Build the page."""
        module = importlib.import_module(f"app.gui.pages.{self.module}")
        page: Page = getattr(module, self.name)(context)
        return page


PAGES: tuple[PageSpec, ...] = (
    PageSpec("today", N_("Today"), "layout-dashboard", "today.page", "TodayPage"),
    PageSpec("incidents", N_("Incidents"), "triangle-alert", "incidents.page", "IncidentsPage"),
    PageSpec("terminals", N_("Terminals"), "smartphone-nfc", "terminals.page", "TerminalsPage"),
    PageSpec(
        "maintenance", N_("Maintenance"), "calendar-days", "maintenance.page", "MaintenancePage"
    ),
    PageSpec("dispatch", N_("Dispatch"), "users", "dispatch.page", "DispatchPage"),
    PageSpec("insight", N_("Insight"), "chart-line", "insight.page", "InsightPage"),
    PageSpec("reports", N_("Reports"), "file-text", "reports.page", "ReportsPage"),
    PageSpec("trail", N_("Audit trail"), "history", "trail.page", "TrailPage"),
    PageSpec("settings", N_("Settings"), "settings", "settings.page", "SettingsPage"),
)


class MainWindow(QMainWindow):
    """The window.  Rebuilt by `app.gui.shell.application` when language or look change."""

    rebuild = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.context = context
        self.setWindowTitle(_("POSCare terminal care"))
        self.setWindowIcon(QIcon(str(resources() / "icons" / "poscare.svg")))
        self.setMinimumSize(SMALLEST)
        self._pages: dict[str, Page] = {}
        self._stack = QStackedWidget()
        self.opening = OpeningPane()
        self._stack.addWidget(self.opening)
        self._status = StatusLine()
        self.opening.said.connect(self._status.say)
        self.finder = Finder(self, self, context, map(_named, PAGES, range(len(PAGES))))
        self._make_actions()
        self._rail = self._make_rail()
        content = boxed(row(self._rail, self._stack, spacing=0))
        banners = (TrialBanner(context), ServerBanner(context))
        self.setCentralWidget(boxed(column(*banners, content, self._status, spacing=0)))
        self._connect()
        stay_at_work()
        self._restore_place()
        theme.style_window(self)
        if context.is_ready:
            # Rebuilt: nobody will say again that the services are there.
            self._on_ready()

    # --- building ------------------------------------------------------------------------------

    def _make_rail(self) -> Rail:
        entries = [
            RailEntry(spec.id, _(spec.title), spec.icon, _page_keys(place))
            for place, spec in enumerate(PAGES)
        ]
        tools = (self._rail_tool(UserAction.FIND_ANYTHING), self._menu_button())
        made = Rail(entries, tools, last="settings")
        made.chosen.connect(self.show_page)
        return made

    def _menu_button(self) -> QToolButton:
        made = self._rail_tool(UserAction.OPEN_MENU)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        menu.addActions(self._menu_actions)
        made.setMenu(menu)
        return made

    def _rail_tool(self, action: UserAction) -> QToolButton:
        # Keys that work on every page belong to the menu's entries, which are always there.
        own = action is UserAction.OPEN_MENU
        made = action_icon_button(action, None if own else self.finder.open, bind=own)
        made.setProperty("role", "rail")
        made.setIcon(icon(action.row.icon, "rail_text", 20))
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return made

    def _make_actions(self) -> None:
        self._reminders = ReminderWatch(self.context, self)
        phrases = PhraseKeeper(self.context, self)
        self._menu_actions = [
            make_action(self, UserAction.NEW_INCIDENT, self.new_incident),
            make_action(self, UserAction.FIND_ANYTHING, self.finder.open),
            make_action(self, UserAction.REFRESH, self.refresh_page),
            *(self._page_action(spec, place) for place, spec in enumerate(PAGES)),
            make_action(self, UserAction.SHOW_REMINDERS, self._reminders.show_list),
            make_action(self, UserAction.EDIT_PHRASES, phrases.edit),
            make_action(self, UserAction.OPEN_EXCHANGE, self.open_exchange),
            make_action(self, UserAction.SHOW_MANUAL, lambda: open_manual_here(self)),
            make_action(self, UserAction.SHOW_KEYS, self.show_keys),
            make_action(self, UserAction.SHOW_ABOUT, self.show_about),
            make_action(self, UserAction.LOOK_FOR_UPDATE, self.look_for_update),
            make_action(self, UserAction.LOCK, self.context.lock_wanted.emit),
            make_action(self, UserAction.QUIT, self.close),
        ]

    def _page_action(self, spec: PageSpec, place: int) -> QAction:
        show = functools.partial(self.show_page, spec.id)
        made = make_action(self, UserAction.SHOW_PAGE, show)
        made.setText(_(spec.title))
        made.setIcon(icon(spec.icon, "text", 16))
        made.setShortcuts([QKeySequence(keys) for keys in _page_keys(place)])
        return made

    def _connect(self) -> None:
        NewWorkWatch(self.context, self)
        ScannerWatch(self, self.context)
        self.context.going.connect(self.go)
        self.context.noted.connect(self._on_noted)
        self.context.failed.connect(self._on_failed)
        self.context.ready.connect(self._on_ready)
        self.context.hub.changed.connect(self._on_hub)
        self._on_hub()
        self._again = QTimer(self, interval=SLOW_REFRESH)
        self._again.timeout.connect(self._on_slow_tick)
        self._again.start()

    # --- pages ---------------------------------------------------------------------------------

    def show_page(self, name: str) -> Page | None:
        """Show a page, built at its first visit; nothing while the services are not there."""
        place = [spec.id for spec in PAGES].index(name)
        self._rail.mark(name)
        self._wanted = name
        if not self.context.is_ready:
            return None
        page = self._pages.get(name)
        if page is None:
            page = self._pages[name] = PAGES[place].make(self.context)
            self._stack.addWidget(page)
        left = self._stack.currentWidget()
        focus = self.focusWidget()
        if page is not left and left is not None and focus is not None and left.isAncestorOf(focus):
            # Else Qt would give the keys to the first field of the new page, as if somebody had
            # gone there.
            focus.clearFocus()
        self._stack.setCurrentWidget(page)
        page.shown()
        # Keys go to what is in sight, not to the rail that led there.
        page.land_unless_here()
        return page

    def go(self, target: Navigate) -> Page | None:
        """Show a target on its page; nothing while the services are not there."""
        page = self.show_page(target.page)
        if page is not None:
            page.activate(target)
        return page

    @property
    def current(self) -> str:
        """The id of the page in sight."""
        return self._wanted

    def new_incident(self) -> None:
        """Report an incident, whatever page is in sight."""
        self.go(ReportIncident())

    def open_exchange(self) -> ExchangeDialog | None:
        """How far the exchange is and what waits; nothing while the services are not there."""
        if not self.context.is_ready:
            return None
        from app.gui.shell.exchange_dialogs import open_exchange

        return open_exchange(self, self.context)

    def show_keys(self) -> KeySheet:
        """What the keys do on the page in sight."""
        return show_page_keys(self, self._wanted, self)

    def show_about(self) -> None:
        """Version, licences, where the data lie."""
        from app.gui.shell.about import AboutDialog

        AboutDialog(self, self.context).open()

    def look_for_update(self) -> None:
        """Whether a newer version is offered; nobody looks before this is asked for."""
        from app.gui.shell.update_dialog import UpdateDialog

        dialog = UpdateDialog(self, self.context)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        dialog.look()

    def refresh_page(self) -> None:
        """Read what the page in sight shows again; open the database again when it is not."""
        self.opening.retry()
        page = self._pages.get(self._wanted)
        if page is not None:
            page.refresh()

    def _on_ready(self) -> None:
        context = self.context.services.context
        place = _("Local database") if context.database.is_sqlite else _("Office database")
        if context.standing.server_away:
            place = _("Copy of the office database, view only")
        elif context.standing.view_only:
            place = _("View only: {path} cannot be written", path=context.database)
        self._status.show_place(place, context.actor, context.device)
        self.show_page(self._wanted)

    def _on_hub(self) -> None:
        state = self.context.hub.state
        self._status.show_exchange(hub_line(state), hub_sentence(state), wrong=bool(state.problem))

    def _on_slow_tick(self) -> None:
        page = self._pages.get(self._wanted)
        if page is not None and self.isActiveWindow():
            page.refresh_soon()

    # --- messages ------------------------------------------------------------------------------

    def _on_noted(self, note: Note) -> None:
        self._status.tell(note.text, note.action, note.clicked, due=note.due)

    def _on_failed(self, error: AppError) -> None:
        if error.code in AWAY and self._at_server():
            # One thing is wrong, and the line above the pages says it; a box for each page that
            # wanted to be read would stand over what somebody types.
            self.context.note(problems.message(error))
            self.context.server_wanted.emit()
        else:
            problems.show(self, error)

    def _at_server(self) -> bool:
        context = self.context
        return context.is_ready and not context.services.context.database.is_sqlite

    # --- place ---------------------------------------------------------------------------------

    def _restore_place(self) -> None:
        store = QSettings()
        self._placed = window_place.restore(self, store)
        if not self._placed:
            self.resize(USUAL)
        self._wanted = str(store.value("window/page", "today"))
        if self._wanted not in {spec.id for spec in PAGES}:
            self._wanted = "today"
        self.show_page(self._wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._rail.suit(event.size())
        super().resizeEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        set_reading_order(self)
        return super().focusNextPrevChild(forward)

    def appear(self) -> None:
        """Show the window where it was; filling a small screen at the first start, where the
        frame would push the status line out of sight."""
        room = self.screen().availableSize()
        small = room.width() <= USUAL.width() or room.height() < USUAL.height() + FRAME
        if small and not self._placed:
            self.showMaximized()
        else:
            self.show()

    def keep_place(self) -> None:
        """Remember where the window is and what it shows."""
        store = QSettings()
        window_place.keep(self, store)
        first_frame.keep(self, self._rail, theme.tokens().background)
        store.setValue("window/page", self._wanted)
        for page in self._pages.values():
            keep = getattr(page, "keep_place", None)
            if keep is not None:
                keep(store)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close, once dialogs that have work done know what became of it."""
        dialogs = [one for one in self.findChildren(WorkingDialog) if one.working]
        for dialog in dialogs:
            dialog.leave_then(self.close)
        if any(dialog.working for dialog in dialogs):
            event.ignore()
            return
        self.keep_place()
        super().closeEvent(event)


def _named(spec: PageSpec, place: int) -> PageName:
    """A page as the palette knows it."""
    return PageName(spec.id, spec.title, spec.icon, next(map(key_text, _page_keys(place)), ""))


def _page_keys(place: int) -> tuple[str, ...]:
    """The key of the page at a place; none once the digits are used up."""
    return UserAction.SHOW_PAGE.row.keys[place : place + 1]
