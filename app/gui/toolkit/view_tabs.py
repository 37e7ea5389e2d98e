"""Tabs that show one value together: an incident, a terminal, the figures of a period.

Every tab knows at once which value it is about; the one in sight shows it at once, the others when
they come into sight or when the value has rested.  Who walks through a list with the arrow keys
waits for one tab, not for all of them.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import bind_each_key, key_text
from app.gui.toolkit.landing import land
from app.gui.toolkit.layout import scrolled
from app.gui.toolkit.wheel_safe import Tabs

View = TypeVar("View")
"""The class of the value."""
Wish = TypeVar("Wish")
"""The classes of what a tab may ask of its page."""
REST = 300
"""Milliseconds without another value after which the tabs out of sight show theirs."""


class ViewTab(QWidget, Generic[View, Wish]):
    """One tab.  A subclass says its title and shows the value."""

    view: View | None = None
    """The value the tab is about, though it may not show it yet; None before there is one."""
    wanted = Signal(object)
    """What `want` was given: a `Wish`."""
    retitled = Signal()
    """What `title` says changed though the value did not."""

    def want(self, wish: Wish) -> None:
        """Ask the page for something."""
        self.wanted.emit(wish)

    def title(self, view: View | None) -> str:
        """What the tab says, with how many things are in it; None before there is a value."""
        raise NotImplementedError

    def show_view(self, view: View) -> None:
        """Show this value, which is `view` from now on."""
        raise NotImplementedError

    def landing(self) -> QWidget | None:
        """Where the keys go when the tab comes into sight; None for its first list or field."""
        return None


AnyTab = TypeVar("AnyTab", bound="ViewTab")


class ViewTabs(Tabs, Generic[AnyTab]):
    """The tabs in a row; they are shown the same value and keep their titles."""

    wanted = Signal(object)
    """What a tab asks of the page: its `Wish`."""

    def __init__(self) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.all: list[AnyTab] = []
        self._view: object = None
        self._behind: list[AnyTab] = []
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._catch_up)
        self.currentChanged.connect(lambda _place: self._show_in_sight())
        bind_each_key(self, UserAction.SHOW_TAB, self._on_key)

    def _on_key(self, keys: str) -> None:
        place = UserAction.SHOW_TAB.row.keys.index(keys)
        if place < self.count():
            self.setCurrentIndex(place)
            land(self.all[place], self.all[place].landing())

    def add(self, tab: AnyTab, place: int | None = None) -> None:
        """One more tab, at the end or at a place counted from 0."""
        at = len(self.all) if place is None else place
        self.all.insert(at, tab)
        tab.wanted.connect(self.wanted)
        tab.retitled.connect(self._retitle)
        self.insertTab(at, scrolled(tab), tab.title(None))
        for place, keys in zip(range(self.count()), UserAction.SHOW_TAB.row.keys, strict=False):
            shown = key_text(keys)
            self.setTabToolTip(place, shown)

    def sizeHint(self) -> QSize:
        """What is in a tab scrolls: more is not asked for."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def indexOf(self, tab: QWidget) -> int:
        """The place of a tab, counted from 0."""
        return next((n for n, one in enumerate(self.all) if one is tab), super().indexOf(tab))

    def setCurrentWidget(self, tab: QWidget) -> None:
        """Show a tab."""
        self.setCurrentIndex(self.indexOf(tab))

    def widget(self, place: int) -> QWidget:
        """The tab at a place; it scrolls in a frame of its own."""
        return self.all[place]

    def currentWidget(self) -> QWidget:
        """The tab in sight."""
        return self.current()

    def current(self) -> AnyTab:
        """The tab in sight."""
        return self.all[self.currentIndex()]

    def show_view(self, view: object) -> None:
        """Show this value in the tab in sight, and in the others before they are seen."""
        self._view = view
        for tab in self.all:
            tab.view = view
        self._behind = list(self.all)
        self._show_in_sight()
        self._retitle()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_in_sight()

    def _show_in_sight(self) -> None:
        """The tab in sight catches up now; the others wait until nothing has changed for a while,
        also where the whole row is out of sight."""
        if self.isVisible():
            self._fill(self.current())
        if self._behind:
            self._rest.start(REST)

    def _catch_up(self) -> None:
        """One tab in each turn of the event loop, so that no key waits for two."""
        if self._behind:
            self._fill(self._behind[0])
            self._rest.start(0)

    def _fill(self, tab: AnyTab) -> None:
        if tab in self._behind:
            self._behind.remove(tab)
            tab.show_view(self._view)

    def _retitle(self) -> None:
        for place, tab in enumerate(self.all):
            title = tab.title(self._view)
            # Qt lays the whole row out again for each text it is given, the same one too.
            if title != self.tabText(place):
                self.setTabText(place, title)


def counted(text: str, amount: int) -> str:
    """A tab's title with the number of things in it."""
    return f"{text} {amount}" if amount else text
