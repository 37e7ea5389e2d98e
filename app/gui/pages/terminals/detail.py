"""One terminal: head with states and actions, tabs below.

Actions are made once and shared by buttons, menu and shortcuts; which of them may be used is what
the terminal's state allows.  To add a tab: write a `TerminalTab` and add it to `TABS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.domain.incidents.incidents import IncidentSummary
from app.domain.register.terminal_actions import TerminalAction
from app.gui.action_lookup import TERMINAL_ACTIONS
from app.gui.pages.terminals.custody_tab import CustodyTab
from app.gui.pages.terminals.maintenance_tab import MaintenanceTab
from app.gui.pages.terminals.read import TerminalView
from app.gui.pages.terminals.tabs import FactsTab, IncidentsTab, TerminalHistoryTab, TerminalTab
from app.gui.toolkit.action_buttons import action_button, make_action
from app.gui.toolkit.badge import BadgeLabel, terminal_badge, warranty_badge
from app.gui.toolkit.elided import TITLE, ElidedLabel
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.layout import Button, button, clear, column, label, panel, row
from app.gui.toolkit.stop_box import StopBox
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.view_tabs import ViewTabs
from app.gui.toolkit.wrapping import wrapping
from app.texts.incidents import in_short

TABS: tuple[Callable[[], TerminalTab], ...] = (
    FactsTab,
    IncidentsTab,
    MaintenanceTab,
    CustodyTab,
    TerminalHistoryTab,
)

_IN_ITS_TAB = (TerminalAction.HAND_OVER,)
"""Actions whose button stands in a tab, not in the head."""


class TerminalDetail(QWidget):
    """The terminal in sight."""

    asked = Signal(TerminalAction)
    """The action a person wants."""
    linked = Signal(str)
    """The id of an incident that is about this terminal."""

    def __init__(self) -> None:
        super().__init__()
        self.view: TerminalView | None = None
        self._title = ElidedLabel("title", least=TITLE)
        self._state = BadgeLabel(Badge(""))
        self._warranty = BadgeLabel(Badge(""))
        self._unfinished = BadgeLabel(Badge(""))
        self._unaccounted = BadgeLabel(Badge(""))
        self._facts = label("", "muted", wrap=True, copy=True)
        self.actions_ = {action: self._action(action) for action in TerminalAction}
        self._buttons = {
            action: self._button(action) for action in TerminalAction if action not in _IN_ITS_TAB
        }
        self.stops = StopBox()
        self._waiting = column(spacing=4)
        self.tabs: ViewTabs[TerminalTab] = ViewTabs()
        for make in TABS:
            self.tabs.add(make())
        self._arrange()

    def _arrange(self) -> None:
        order = [a for a in self._buttons if a is not TerminalAction.REPORT]
        buttons = (self._buttons[action] for action in (*order, TerminalAction.REPORT))
        top = wrapping(self._title, None, *buttons, spacing=6)
        badges = (self._state, self._warranty, self._unfinished, self._unaccounted)
        below = column(wrapping(*badges, spacing=6), self._facts, spacing=4)
        pieces = (top, self.stops, below, self._waiting, self.tabs)
        self.setLayout(column(*pieces, spacing=6, margins=(16, 10, 16, 12)))

    def _action(self, action: TerminalAction) -> QAction:
        made = make_action(self, TERMINAL_ACTIONS[action], partial(self.asked.emit, action))
        made.setEnabled(False)
        return made

    def _button(self, action: TerminalAction) -> Button:
        source = self.actions_[action]
        return action_button(
            TERMINAL_ACTIONS[action],
            source.trigger,
            role="primary" if action is TerminalAction.REPORT else "",
            text=f"{source.text()}…",
            bind=False,
        )

    def show_view(self, view: TerminalView, today: date) -> None:
        """Show this terminal."""
        self.view = view
        terminal = view.terminal
        self._title.setText(terminal.merchant_name or terminal.serial)
        self._state.set_badge(terminal_badge(terminal.state))
        self.stops.show_stops((), view.stops)
        self._warranty.set_badge(warranty_badge(terminal.warranty_until, today))
        self._unfinished.setVisible(view.unfinished > 0)
        if view.unfinished:
            text = plural(
                "{count} unfinished incident", "{count} unfinished incidents", view.unfinished
            )
            self._unfinished.set_badge(Badge(text, "accent", "triangle-alert"))
        self._unaccounted.setVisible(bool(view.unaccounted))
        if view.unaccounted:
            self._unaccounted.set_badge(Badge(_("Unaccounted for"), "danger", "triangle-alert"))
        self._facts.setText(
            " · ".join(
                part
                for part in (
                    f"SN {terminal.serial}",
                    terminal.tid and f"TID {terminal.tid}",
                    f"{terminal.manufacturer} {terminal.model}",
                    terminal.address,
                )
                if part
            )
        )
        for action, made in self.actions_.items():
            allowed = action in view.actions
            made.setEnabled(allowed)
            if action in self._buttons:
                self._buttons[action].setVisible(allowed)
        self._offer(view.waiting)
        self.tabs.show_view(view)

    def _offer(self, waiting: Sequence[IncidentSummary]) -> None:
        """Offer to link incidents reported before this terminal was known."""
        clear(self._waiting)
        for item in waiting:
            about = " · ".join(filter(None, (item.number, in_short(item))))
            told = _(
                "Reported under this serial number before it was registered: {incident}",
                incident=about,
            )
            link = button(_("Link to this terminal"), partial(self.linked.emit, item.id))
            line = row(label(told, wrap=True), link, margins=(12, 6, 12, 6))
            line.setStretch(0, 1)
            self._waiting.addWidget(panel(line, "note"))
