"""Opens the palette over the window and does what was chosen in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.gui.action_places import EVERYWHERE
from app.gui.actions import UserAction
from app.gui.shell.action_running import ActionRun
from app.gui.shell.navigate import Navigate
from app.gui.shell.page import AppContext, Page
from app.gui.shell.palette_choices import CopyText, PageName, ShowPage, Wanted
from app.gui.toolkit.action_buttons import bound, can_be_done
from app.gui.toolkit.language import _

if TYPE_CHECKING:
    from app.gui.shell.palette import Palette
    from app.gui.shell.palette_entries import PaletteSearch

_LEADS_HERE = (UserAction.FIND_ANYTHING, UserAction.OPEN_MENU, UserAction.SHOW_PAGE)
"""What the palette does not offer by itself: it is there already, or lists what they lead to."""


class Shell(Protocol):
    """What the palette needs of the window."""

    @property
    def current(self) -> str:
        """The id of the page in sight."""

    def show_page(self, name: str) -> Page | None:
        """Show a page; None while the services are not there."""

    def go(self, target: Navigate) -> Page | None:
        """Show a target on its page."""


class Finder(QObject):
    """One for a window.  `window` is the same as `shell`, as a widget."""

    def __init__(
        self, window: QWidget, shell: Shell, context: AppContext, pages: Iterable[PageName]
    ) -> None:
        super().__init__(window)
        self._window, self._shell, self._context = window, shell, context
        self._pages = tuple(pages)
        self._search: PaletteSearch | None = None

    def open(self) -> Palette | None:
        """Open the palette; nothing while the services are not there."""
        page = self._shell.show_page(self._shell.current)
        if page is None:
            return None
        from app.gui.shell.palette import Palette
        from app.gui.shell.palette_entries import PaletteSearch

        if self._search is None:
            self._search = PaletteSearch(self._context.services.finding, self._pages)
        works = {action: False for action, _one in bound(page) if action.row.in_palette}
        for action, one in (*bound(page), *bound(self._window)):
            if action in works or action.row.place is EVERYWHERE:
                works[action] = works.get(action, False) or can_be_done(one)
        here = [one for one in UserAction if one in works and one not in _LEADS_HERE]
        made = Palette(
            self._window, self._context, self._search, here, [o for o in here if works[o]]
        )
        made.chosen.connect(self.take)
        made.open()
        return made

    def take(self, wanted: Wanted) -> None:
        """Do what was chosen."""
        match wanted:
            case UserAction():
                self.perform(wanted)
            case ShowPage(name):
                self._shell.show_page(name)
            case CopyText(text):
                QGuiApplication.clipboard().setText(text)
                self._context.note(_("Copied: {value}", value=text))
            case Navigate():
                self._shell.go(wanted)

    def perform(self, action: UserAction) -> None:
        """Do an action of the table, on the page in sight or on the one that has it."""
        pages, current = action.row.place.pages, self._shell.current
        if not pages:
            ActionRun(self._window, self._context, action)
            return
        page = self._shell.show_page(current if current in pages else pages[0])
        if page is not None:
            page.reach(action)
            ActionRun(page, self._context, action)
