"""One incident: head with facts and actions, tabs below.

Actions are made once and shared by buttons, menu and shortcuts; which of them may be used is what
the incident's state allows.  To add a tab: write a `IncidentTab` and add it to `TABS`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.incidents.lifecycle import Action, IncidentState
from app.gui.pages.incidents.read import IncidentView
from app.gui.pages.incidents.tabs import IncidentHistoryTab, IncidentTab, PartsTab, WorkTab
from app.gui.toolkit.badge import (
    BadgeLabel,
    incident_badge,
    priority_badge,
)
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import Button, boxed, column, label, row
from app.gui.toolkit.permission import permit
from app.gui.toolkit.theme import Badge, icon
from app.gui.toolkit.wheel_safe import Tabs
from app.texts import word
from app.texts.deadlines import due_text, start_text

TABS: tuple[Callable[[], IncidentTab], ...] = (WorkTab, PartsTab, IncidentHistoryTab)

_ICONS = {
    Action.TRIAGE: "list-checks",
    Action.ASSIGN: "user",
    Action.START: "play",
    Action.HOLD: "pause",
    Action.RESUME: "play",
    Action.RESOLVE: "check",
    Action.CLOSE: "circle-check",
    Action.REOPEN: "rotate-ccw",
    Action.CANCEL: "ban",
    Action.MARK_DUPLICATE: "copy",
    Action.EDIT: "pen-line",
    Action.HANDOVER: "arrow-right-left",
    Action.ADDENDUM: "message-square",
    Action.SWAP: "refresh-cw",
}
_SHORTCUTS = {
    Action.START: "Ctrl+B",
    Action.HOLD: "Ctrl+H",
    Action.RESUME: "Ctrl+B",
    Action.RESOLVE: "Ctrl+Return",
    Action.CLOSE: "Ctrl+Return",
    Action.HANDOVER: "Ctrl+T",
    Action.ASSIGN: "Ctrl+G",
    Action.EDIT: "Ctrl+E",
}
_NEXT = {
    IncidentState.NEW: Action.START,
    IncidentState.TRIAGED: Action.START,
    IncidentState.ASSIGNED: Action.START,
    IncidentState.IN_PROGRESS: Action.RESOLVE,
    IncidentState.ON_HOLD: Action.RESUME,
    IncidentState.RESOLVED: Action.CLOSE,
}
"""What one most likely wants to do next; the primary button."""

_BESIDE = (Action.HANDOVER, Action.HOLD, Action.ASSIGN)
"""Actions with a button of their own; the others are in the menu."""

_IN_PANEL = {Action.TRIAGE, Action.SWAP}
"""Done where they belong: in the guided session, and while resolving."""


class IncidentDetail(QWidget):
    """`asked` says which action a person wants; `wanted` carries what tabs ask for."""

    asked = Signal(object)
    wanted = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.view: IncidentView | None = None
        self._title = label("", "title", copy=True)
        self._state = BadgeLabel(Badge(""))
        self._priority = BadgeLabel(Badge(""))
        self._late = BadgeLabel(Badge(_("Overdue"), "danger", "clock"))
        self._facts = label("", "muted", wrap=True, copy=True)
        self.actions_ = {a: self._action(a) for a in Action if a in _ICONS and a not in _IN_PANEL}
        self._primary = Button()
        self._primary.setProperty("role", "primary")
        self._primary.clicked.connect(self._on_primary)
        self._beside = {action: self._button(action) for action in _BESIDE}
        self._more = Button(_("More"))
        self._menu = QMenu(self._more)
        self._menu.setToolTipsVisible(True)
        self._more.setMenu(self._menu)
        self.tabs = Tabs()
        self.tabs.setDocumentMode(True)
        self._tabs = [make() for make in TABS]
        for tab in self._tabs:
            tab.wanted.connect(self.wanted)
            self.tabs.addTab(tab, tab.title(None))
        self._arrange()

    def add_tab(self, tab: IncidentTab, place: int) -> None:
        """Put in a tab that needs more than the incident to show."""
        tab.wanted.connect(self.wanted)
        tab.retitled.connect(self._retitle)
        self._tabs.insert(place, tab)
        self.tabs.insertTab(place, tab, tab.title(None))

    def _retitle(self) -> None:
        for place, tab in enumerate(self._tabs):
            self.tabs.setTabText(place, tab.title(self.view))

    def _arrange(self) -> None:
        buttons = row(*self._beside.values(), self._more, self._primary, spacing=8)
        top = row(self._title, None, boxed(buttons), spacing=12)
        badges = row(self._state, self._priority, self._late, spacing=6)
        below = row(boxed(badges), self._facts, spacing=10)
        below.setStretch(1, 1)
        self.setLayout(column(top, below, self.tabs, spacing=6, margins=(16, 10, 16, 12)))

    def _action(self, action: Action) -> QAction:
        made = QAction(icon(_ICONS[action], "text", 16), word(words(), "action", action), self)
        if action in _SHORTCUTS:
            made.setShortcut(QKeySequence(_SHORTCUTS[action]))
            made.setShortcutVisibleInContextMenu(True)
        made.triggered.connect(partial(self.asked.emit, action))
        made.setEnabled(False)
        self.addAction(made)
        return made

    def _button(self, action: Action) -> Button:
        source = self.actions_[action]
        made = Button(source.text() + "…")
        made.setIcon(source.icon())
        made.setToolTip(source.shortcut().toString(QKeySequence.SequenceFormat.NativeText))
        made.clicked.connect(partial(source.trigger))
        return made

    def _on_primary(self) -> None:
        if self.view is not None and (action := _NEXT.get(self.view.incident.state)) is not None:
            self.asked.emit(action)

    def show_view(self, view: IncidentView) -> None:
        """Show this incident."""
        self.view = view
        incident = view.incident
        merchant = view.terminal.merchant_name if view.terminal else incident.unknown_serial
        self._title.setText(" · ".join(part for part in (incident.number, merchant) if part))
        self._state.set_badge(incident_badge(incident.state, hold=incident.hold_reason))
        self._priority.set_badge(priority_badge(incident.priority))
        self._late.setVisible(view.clocks.overdue)
        self._facts.setText(" · ".join(_facts(view)))
        self._show_actions()
        for tab in self._tabs:
            tab.show_view(view)
        self._retitle()

    def _show_actions(self) -> None:
        assert self.view is not None
        incident = self.view.incident
        following = _NEXT.get(incident.state)
        self._menu.clear()
        for action, made in self.actions_.items():
            allowed = action in incident.actions
            permit(made, self.view.refused.get(action), enabled=allowed)
            if allowed and action is not following and action not in _BESIDE:
                self._menu.addAction(made)
        for action, beside in self._beside.items():
            beside.setVisible(action in incident.actions and action is not following)
            permit(beside, self.view.refused.get(action))
        self._more.setVisible(not self._menu.isEmpty())
        self._primary.setVisible(following is not None)
        if following is not None:
            source = self.actions_[following]
            shortcut = source.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            self._primary.setText(source.text())
            self._primary.setToolTip(shortcut)
            permit(self._primary, self.view.refused.get(following))
            self._primary.setIcon(icon(_ICONS[following], "on_accent", 16))


def _facts(view: IncidentView) -> list[str]:
    incident, terminal, t = view.incident, view.terminal, words()
    found = [
        " ".join(part for part in (incident.displayed_code, incident.symptom) if part),
        t("due {moment}", moment=due_text(t, incident)),
        start_text(t, incident),
        incident.technician,
    ]
    if terminal is not None:
        warranty = t("warranty until {day}", day=t.day(terminal.warranty_until))
        found += [
            terminal.address,
            f"{terminal.manufacturer} {terminal.model} {terminal.firmware}".strip(),
            f"TID {incident.tid}" if incident.tid else "",
            f"SN {terminal.serial}",
            warranty if terminal.warranty_until else "",
        ]
    return [part for part in found if part]
