"""One warning: why it stands and how sure that is, what to do, what was done, the incidents behind
it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from app.domain.insight.warning_cases import WarningAction, WarningCase, WarningEntry, may
from app.domain.people.rights import Standing
from app.gui.actions import UserAction
from app.gui.pages.insight.read import OneWarning
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.badge import summary_badge
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import Button, boxed, column, label, panel, row, scrolled
from app.gui.toolkit.permission import permit
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.texts import word
from app.texts.warning_work import due_line, entry_line, rate_of_rule
from app.texts.warnings import (
    warning_advice,
    warning_certainty,
    warning_reason,
    warning_since,
    warning_title,
)

STEPS = {
    UserAction.SEE_TO_WARNING: (WarningAction.ACKNOWLEDGE, "warning.acknowledge"),
    UserAction.ACT_ON_WARNING: (WarningAction.ACT, "warning.act"),
    UserAction.PLAN_WARNING: (WarningAction.PLAN, "warning.plan"),
    UserAction.NOTE_WARNING: (WarningAction.NOTE, "warning.note"),
    UserAction.END_WARNING: (WarningAction.CLOSE, "warning.close"),
    UserAction.REOPEN_WARNING: (WarningAction.REOPEN, "warning.reopen"),
}
MADE = {
    UserAction.CAMPAIGN_OF_WARNING: (WarningAction.MAKE, "warning.make_campaign"),
    UserAction.VISITS_OF_WARNING: (WarningAction.MAKE, "warning.make_campaign"),
    UserAction.TRAINING_OF_WARNING: (WarningAction.MAKE, "warning.make_campaign"),
    UserAction.PARENT_OF_WARNING: (WarningAction.MAKE, "warning.make_parent"),
    UserAction.HAND_OVER_WARNING: (WarningAction.MAKE, "warning.hand_over"),
}
OWN = {"warning.acknowledge", "warning.act", "warning.note"}
"""What whoever has the warning may do, whatever the role."""


class WarningDetail(QStackedWidget):
    """`pressed` carries the action; `shown` the warning it is about."""

    pressed = Signal(UserAction)
    incident_opened = Signal(str)
    terminal_opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.shown: OneWarning | None = None
        self._title = label("", "section", wrap=True, copy=True)
        self._state = label("", "muted", wrap=True, copy=True)
        self._why = label("", wrap=True, copy=True)
        self._figures = label("", "muted", wrap=True, copy=True)
        self._advice = label("", wrap=True, copy=True)
        self._swallowed = label("", "muted", wrap=True, copy=True)
        self.buttons: dict[UserAction, Button] = {
            action: action_button(action, self._press(action)) for action in (*STEPS, *MADE)
        }
        self._terminal = action_button(UserAction.OPEN_TERMINAL, self._open_terminal)
        self._log = label("", wrap=True, copy=True)
        self._log_title = label(_("What was done"), "strong")
        self._model = RowTableModel(_incident_columns(), self)
        self.incidents = TableView(
            self._model, two_lines=True, name="evidence", title=_("The incidents behind it")
        )
        self.incidents.setMinimumHeight(150)
        self.incidents.opened.connect(lambda one: self.incident_opened.emit(one.id))
        self._incidents_title = label("", "strong")
        self._arrange()

    def _press(self, action: UserAction) -> Callable[[], None]:
        return lambda: self.pressed.emit(action)

    def _arrange(self) -> None:
        nothing = column(
            None, row(None, label(_("Choose a warning at the left."), "muted"), None), None
        )
        self.addWidget(boxed(nothing))
        steps = row(*(self.buttons[a] for a in STEPS), None, spacing=6)
        made = [self.buttons[action] for action in MADE]
        first, second = row(*made[:3], None, spacing=6), row(*made[3:], None, spacing=6)
        why = panel(
            column(label(_("Why this warning"), "strong"), self._why, self._figures, spacing=4),
            "warning",
        )
        to_do = panel(
            column(label(_("What to do"), "strong"), self._advice, first, second, spacing=6)
        )
        content = column(
            self._title,
            self._state,
            steps,
            why,
            to_do,
            self._swallowed,
            row(self._incidents_title, None, self._terminal),
            panel(column(self.incidents, margins=(1, 1, 1, 1))),
            self._log_title,
            self._log,
            None,
            spacing=8,
            margins=(2, 0, 8, 0),
        )
        self.addWidget(scrolled(boxed(content), _("The warning")))

    def _open_terminal(self) -> None:
        if self.shown is not None and self.shown.case.warning.terminal_ids:
            self.terminal_opened.emit(self.shown.case.warning.terminal_ids[0])

    def show_nothing(self) -> None:
        """No warning is marked."""
        self.shown = None
        self.setCurrentIndex(0)

    def show_warning(self, found: OneWarning, today: date, standing: Standing) -> None:
        """Show this warning, with the buttons that work for it and for who works here."""
        self.shown = found
        case, t = found.case, words()
        warning = case.warning
        named = (warning_title(t, warning), warning.subject.name)
        self._title.setText(" · ".join(filter(None, named)))
        self._state.setText(_state_line(case, today))
        self._why.setText(warning_reason(t, warning))
        self._figures.setText(_figures(case))
        self._advice.setText(warning_advice(t, warning))
        narrower = [
            " · ".join(filter(None, (warning_title(t, one), one.subject.name)))
            for one in warning.explains
        ]
        self._swallowed.setText(_("Explains as well: {names}", names=_("; ").join(narrower)))
        self._swallowed.setVisible(bool(narrower))
        self._model.set_rows(found.incidents)
        more = warning.seen - len(found.incidents)
        self._incidents_title.setText(
            _("The incidents behind it, the newest {count}", count=len(found.incidents))
            if more > 0 and found.incidents
            else _("The incidents behind it")
        )
        for widget in (self._incidents_title, self.incidents.parentWidget()):
            if widget is not None:
                widget.setVisible(bool(found.incidents))
        self._log.setText("\n".join(map(_entry, reversed(case.entries))))
        for widget in (self._log, self._log_title):
            widget.setVisible(bool(case.entries))
        self._terminal.setVisible(len(warning.terminal_ids) == 1)
        self._allow(case, standing)
        self.setCurrentIndex(1)

    def _allow(self, case: WarningCase, standing: Standing) -> None:
        for action, (step, kind) in (STEPS | MADE).items():
            button, possible = self.buttons[action], may(case.state, step)
            button.setVisible(possible)
            own = kind in OWN and bool(case.owner_id)
            permit(button, standing.refusal(kind, own=own), enabled=possible)


def _state_line(case: WarningCase, today: date) -> str:
    t = words()
    due = due_line(t, case, today)
    parts = [
        word(t, "warning_state", case.state),
        _("sees to it: {name}", name=case.owner) if case.owner else _("nobody sees to it yet"),
        _("by {day}", day=due) if due else "",
        "" if case.standing or not case.is_open else _("the data no longer show it"),
        _("comes again, {count} times before", count=case.times) if case.times else "",
        case.reason,
    ]
    return " · ".join(filter(None, parts))


def _figures(case: WarningCase) -> str:
    t, warning = words(), case.warning
    parts = [
        _("seen {seen}", seen=warning.seen),
        _("expected {expected}", expected=f"{warning.expected:.1f}")
        if warning.expected is not None
        else "",
        warning_certainty(t, warning),
        _("since {moment}", moment=warning_since(t, warning.since)) if warning.since else "",
        _("warnings of this rule: {rate}", rate=rate_of_rule(t, case.rate)),
    ]
    return " · ".join(filter(None, parts))


def _entry(entry: WarningEntry) -> str:
    t = words()
    return f"{t.moment(entry.at)}  {entry.by}  {entry_line(t, entry)}"


def _incident_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Number"),
            text=lambda i: i.number,
            detail=lambda i: words().moment(i.reported_at),
            badge=lambda i: summary_badge(i, i.reported_at),
            width=150,
        ),
        TableColumn(
            title=_("Merchant / symptom"),
            text=lambda i: i.of_whom,
            detail=lambda i: " ".join(filter(None, (i.displayed_code, i.symptom))),
            width=200,
            stretch=True,
        ),
        TableColumn(
            title=_("Class"),
            text=lambda i: word(words(), "fault_class", i.fault_class),
            detail=lambda i: i.model,
            width=110,
        ),
    )
