"""One incident: head with facts and actions, tabs below.

Actions are made once and shared by buttons, menu and shortcuts; which of them may be used is what
the incident's state allows.  To add a tab: write a `IncidentTab` and add it to `TABS`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QMenu, QWidget

from app.domain.incidents.lifecycle import OPEN_STATES, Action, IncidentState, stop_of
from app.gui.action_lookup import INCIDENT_ACTIONS
from app.gui.actions import UserAction
from app.gui.pages.incidents.read import IncidentView
from app.gui.pages.incidents.related import RelatedTab
from app.gui.pages.incidents.tabs import IncidentHistoryTab, IncidentTab, PartsTab, WorkTab
from app.gui.toolkit.action_buttons import action_button, make_action, tooltip
from app.gui.toolkit.badge import (
    BadgeLabel,
    incident_badge,
    priority_badge,
)
from app.gui.toolkit.elided import TITLE, ElidedLabel
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import Button, column, label
from app.gui.toolkit.permission import permit
from app.gui.toolkit.scroll_body import bring_into_sight
from app.gui.toolkit.stop_box import StopBox
from app.gui.toolkit.theme import Badge, icon
from app.gui.toolkit.view_tabs import ViewTabs
from app.gui.toolkit.wrapping import wrapping
from app.texts.deadlines import due_text, start_text

TABS: tuple[Callable[[], IncidentTab], ...] = (WorkTab, PartsTab, RelatedTab, IncidentHistoryTab)

_NEXT = {
    IncidentState.NEW: UserAction.START,
    IncidentState.TRIAGED: UserAction.START,
    IncidentState.ASSIGNED: UserAction.START,
    IncidentState.IN_PROGRESS: UserAction.RESOLVE,
    IncidentState.ON_HOLD: UserAction.RESUME,
    IncidentState.RESOLVED: UserAction.CLOSE,
    IncidentState.CLOSED: UserAction.SAVE_DOCUMENT,
}


def next_step(view: IncidentView) -> UserAction | None:
    """What one most likely wants to do next; the primary button.  It follows from the record
    alone, so that a case left half finished goes on where it was left, on any computer."""
    if view.incident.state is IncidentState.RESOLVED and view.signature is None:
        return UserAction.SIGN
    return _NEXT.get(view.incident.state)


_BESIDE = (Action.HANDOVER, Action.HOLD, Action.ASSIGN)
"""Actions with a button of their own; the others are in the menu."""


class IncidentDetail(QWidget):
    """The incident in sight."""

    asked = Signal(Action)
    """The action a person wants."""
    next_wanted = Signal(UserAction)
    """The next step is wanted."""
    shown = Signal(object)
    """This `IncidentView` is in sight now."""

    def __init__(self) -> None:
        super().__init__()
        self.view: IncidentView | None = None
        self.gone_to = ""
        """The incident somebody went to: what is dangerous about it is brought into sight."""
        self._title = ElidedLabel("title", least=TITLE)
        self._state = BadgeLabel(Badge(""))
        self._priority = BadgeLabel(Badge(""))
        self._stop = BadgeLabel(Badge(""))
        self.stops = StopBox()
        self._late = BadgeLabel(Badge(_("Overdue"), "danger", "clock"))
        self._symptom = ElidedLabel("strong")
        self._facts = label("", "muted", wrap=True, copy=True)
        self.actions_ = {
            action: self._action(action, row) for action, row in INCIDENT_ACTIONS.items()
        }
        self.primary = Button()
        self.primary.setProperty("role", "primary")
        self.primary.clicked.connect(self._on_primary)
        self._next = make_action(self, UserAction.NEXT_STEP, self._on_primary)
        self._beside = {action: self._button(action) for action in _BESIDE}
        self._more = Button(_("More"))
        self._menu = QMenu(self._more)
        self._menu.setToolTipsVisible(True)
        self._more.setMenu(self._menu)
        self.tabs: ViewTabs[IncidentTab] = ViewTabs()
        for make in TABS:
            self.tabs.add(make())
        self._arrange()

    def _arrange(self) -> None:
        buttons = (*self._beside.values(), self._more, self.primary)
        # The stop comes first, whatever tab is in sight.
        badges = (self._stop, self._state, self._priority, self._late)
        top = wrapping(self._title, None, *buttons)
        below = column(wrapping(*badges, self._symptom, spacing=6), self._facts, spacing=4)
        pieces = (top, self.stops, below, self.tabs)
        self.setLayout(column(*pieces, spacing=6, margins=(16, 10, 16, 12)))

    def put_above(self, widget: QWidget) -> None:
        """Show a widget above the tabs."""
        layout = self.layout()
        assert isinstance(layout, QBoxLayout)
        layout.insertWidget(layout.count() - 1, widget)

    def _action(self, action: Action, wanted: UserAction) -> QAction:
        made = make_action(self, wanted, partial(self.asked.emit, action))
        made.setEnabled(False)
        return made

    def _button(self, action: Action) -> Button:
        source = self.actions_[action]
        return action_button(
            INCIDENT_ACTIONS[action], source.trigger, text=source.text() + "…", bind=False
        )

    def _on_primary(self) -> None:
        following = next_step(self.view) if self.view is not None else None
        if following is not None and self.primary.isEnabled():
            self.next_wanted.emit(following)

    def show_view(self, view: IncidentView) -> None:
        """Show this incident."""
        self.view = view
        incident = view.incident
        merchant = view.terminal.merchant_name if view.terminal else incident.unknown_serial
        self._title.setText(" · ".join(part for part in (incident.number, merchant) if part))
        self._state.set_badge(incident_badge(incident.state, hold=incident.hold_reason))
        self._priority.set_badge(priority_badge(incident.priority))
        self._late.setVisible(view.clocks.overdue)
        stop = stop_of(incident.events).in_(words().language)
        self._stop.set_badge(Badge(_("Safety stop: {why}", why=stop), "danger", "triangle-alert"))
        self._stop.setVisible(bool(stop) and incident.state in OPEN_STATES)
        self.stops.show_stops((), view.stops)
        if view.stops and self.gone_to == incident.id:
            # Once it has its place.
            QTimer.singleShot(0, self, lambda: bring_into_sight(self.stops))
        self.gone_to = ""
        reported = " ".join(filter(None, (incident.displayed_code, incident.symptom)))
        self._symptom.setText(reported)
        self._symptom.setVisible(bool(reported))
        self._facts.setText(" · ".join(_facts(view)))
        self._show_actions()
        self.tabs.show_view(view)
        self.shown.emit(view)

    def _show_actions(self) -> None:
        assert self.view is not None
        incident = self.view.incident
        following = next_step(self.view)
        own = following.row.needs if following is not None else None
        self._menu.clear()
        for action, made in self.actions_.items():
            allowed = action in incident.actions
            permit(made, self.view.refused.get(action), enabled=allowed)
            if allowed and action is not own and action not in _BESIDE:
                self._menu.addAction(made)
        for action, beside in self._beside.items():
            beside.setVisible(action in incident.actions and action is not own)
            permit(beside, self.view.refused.get(action))
        self._more.setVisible(not self._menu.isEmpty())
        self._next.setEnabled(following is not None)
        self.primary.setVisible(following is not None)
        if following is not None:
            self.primary.setText(_(following.row.words))
            self.primary.setToolTip(tooltip(UserAction.NEXT_STEP))
            refusal = self.view.refused.get(own) if isinstance(own, Action) else None
            permit(self.primary, refusal)
            self.primary.setIcon(icon(following.row.icon, "on_accent", 16))


def _facts(view: IncidentView) -> list[str]:
    incident, terminal, t = view.incident, view.terminal, words()
    found = [
        t("due {moment}", moment=due_text(t, incident)),
        t("as agreed: {name}", name=incident.agreement) if incident.agreement else "",
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
