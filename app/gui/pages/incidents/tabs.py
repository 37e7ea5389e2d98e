"""The tabs of an incident: work log, parts, history.  Each shows an `IncidentView`."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.incidents.incidents import PartUsed, WorkEntry
from app.domain.incidents.lifecycle import Action
from app.domain.incidents.trips import TripStep
from app.gui.actions import UserAction
from app.gui.pages.incidents.read import IncidentView
from app.gui.shell.navigate import Navigate, ShowIncident, ShowTrail
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.badge import incident_badge
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import Button, boxed, clear, column, facts, label, panel, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.view_tabs import ViewTab, counted
from app.texts import word
from app.texts.events import incident_event


@dataclass(frozen=True, slots=True)
class AddWork:
    """Record work."""


@dataclass(frozen=True, slots=True)
class TakeTrip:
    """Note that one sets off, arrives or leaves."""

    step: TripStep


@dataclass(frozen=True, slots=True)
class AddPart:
    """Record a part that was fitted."""


@dataclass(frozen=True, slots=True)
class RemovePart:
    """Take a part off the list."""

    part: PartUsed


@dataclass(frozen=True, slots=True)
class JoinParent:
    """Let it belong to another incident."""


@dataclass(frozen=True, slots=True)
class TakeIn:
    """Let another incident belong to it."""


@dataclass(frozen=True, slots=True)
class LeaveParent:
    """Take an incident off its parent."""

    incident_id: str


TRIP_ACTIONS = {
    TripStep.SET_OFF: UserAction.SET_OFF,
    TripStep.ARRIVE: UserAction.ARRIVE,
    TripStep.LEAVE: UserAction.LEAVE,
}
"""The action that notes each step of a trip."""

IncidentTabWish = (
    AddWork | TakeTrip | AddPart | RemovePart | JoinParent | TakeIn | LeaveParent | Navigate
)
"""What a tab wants done with the incident in sight, or shown."""


class IncidentTab(ViewTab[IncidentView, IncidentTabWish]):
    """One tab of an incident."""


class WorkTab(IncidentTab):
    """What was done, by whom, how long."""

    def __init__(self) -> None:
        super().__init__()
        self._model = RowTableModel(_work_columns(), self)
        self._table = TableView(self._model, two_lines=True, title=_("Work log"))
        self._listed = StateStack(self._table)
        self._total = label("", "muted")
        self._add = action_button(UserAction.ADD_WORK, lambda: self.want(AddWork()), bind=False)
        self._trip = {step: self._step(action, step) for step, action in TRIP_ACTIONS.items()}
        buttons = row(*self._trip.values(), self._add, spacing=6)
        self.setLayout(
            column(row(self._total, None, boxed(buttons)), self._listed, margins=(0, 12, 0, 0))
        )

    def _step(self, action: UserAction, step: TripStep) -> Button:
        return action_button(action, lambda: self.want(TakeTrip(step)), bind=False)

    def title(self, view: IncidentView | None) -> str:
        return counted(_("Work log"), len(view.incident.work) if view else 0)

    def show_view(self, view: IncidentView) -> None:
        self._model.set_rows(view.incident.work)
        self._add.setEnabled(Action.EDIT in view.incident.actions)
        editable = Action.EDIT in view.incident.actions
        for step, one in self._trip.items():
            one.setVisible(step in view.trip.steps)
            one.setEnabled(editable and step in view.trip.steps)
        total = sum(entry.minutes for entry in view.incident.work)
        travel = sum(e.minutes for e in view.incident.work if e.kind == "travel")
        self._total.setText(
            _("{total} min in all, {travel} min of it travel", total=total, travel=travel)
            if total
            else ""
        )
        if view.incident.work:
            self._listed.show_content()
        else:
            self._listed.show_empty(
                _("No work recorded yet"),
                _("Travel, checks and repairs with their minutes; printed on the report."),
                icon="wrench",
            )


def _entry_kind(entry: WorkEntry) -> str:
    return word(words(), "work_kind", entry.kind)


def _work_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Time"),
            text=lambda e: words().moment(e.at),
            detail=lambda e: e.by,
            width=136,
        ),
        TableColumn(
            title=_("Work"), text=lambda e: e.summary, detail=_entry_kind, width=260, stretch=True
        ),
        TableColumn(title=_("Outcome"), text=lambda e: e.outcome, width=160),
        TableColumn(title=_("Minutes"), text=lambda e: str(e.minutes or ""), width=70, right=True),
    )


class PartsTab(IncidentTab):
    """Parts fitted."""

    def __init__(self) -> None:
        super().__init__()
        self._model = RowTableModel(_part_columns(), self)
        self._table = TableView(self._model, two_lines=True, title=_("Parts"))
        self._listed = StateStack(self._table)
        self._add = action_button(UserAction.ADD_PART, lambda: self.want(AddPart()), bind=False)
        self._remove = action_button(UserAction.REMOVE_PART, self._on_remove)
        self.setLayout(
            column(row(None, self._remove, self._add), self._listed, margins=(0, 12, 0, 0))
        )
        self._table.current_changed.connect(
            lambda value: self._remove.setEnabled(value is not None)
        )

    def title(self, view: IncidentView | None) -> str:
        return counted(_("Parts"), len(view.incident.parts) if view else 0)

    def show_view(self, view: IncidentView) -> None:
        self._model.set_rows(view.incident.parts)
        self._add.setEnabled(Action.EDIT in view.incident.actions)
        self._remove.setEnabled(False)
        self._remove.setVisible(Action.EDIT in view.incident.actions)
        if view.incident.parts:
            self._listed.show_content()
        else:
            self._listed.show_empty(
                _("No part was fitted"),
                _("Old and new serial number are printed on the report."),
                icon="package",
            )

    def _on_remove(self) -> None:
        part = self._table.current()
        if part is not None:
            self.want(RemovePart(part))


def _price(part: PartUsed) -> str:
    if part.in_warranty:
        return _("warranty")
    # A price of nothing is one nobody entered.
    amount = part.unit_price_cents * part.quantity
    return f"{amount / 100:.2f}" if amount else ""


def _part_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Part"),
            text=lambda p: p.name,
            detail=lambda p: p.part_no,
            width=180,
            stretch=True,
        ),
        TableColumn(title=_("Old serial number"), text=lambda p: p.old_serial, width=150),
        TableColumn(title=_("New serial number"), text=lambda p: p.new_serial, width=150),
        TableColumn(title=_("Quantity"), text=lambda p: str(p.quantity), width=70, right=True),
        TableColumn(title=_("Amount"), text=_price, width=90, right=True),
    )


class IncidentHistoryTab(IncidentTab):
    """The log of this incident, its durations, and what the terminal had before."""

    def __init__(self) -> None:
        super().__init__()
        self._events = RowTableModel(_event_columns(), self)
        self._others = RowTableModel(_other_columns(), self)
        others = TableView(
            self._others, two_lines=True, title=_("Earlier incidents of this terminal")
        )
        others.opened.connect(lambda item: self.want(ShowIncident(item.id)))
        self._clocks = column()
        self._number = ""
        trail = action_button(UserAction.SHOW_TRAIL, lambda: self.want(ShowTrail(self._number)))
        left = column(
            row(label(_("Log"), "section"), None, trail),
            TableView(self._events, two_lines=True, title=_("History")),
        )
        right = column(
            label(_("Durations"), "section"),
            self._clocks,
            8,
            label(_("Earlier incidents of this terminal"), "section"),
            others,
        )
        layout = row(boxed(left), boxed(right), spacing=16, margins=(0, 12, 0, 0))
        layout.setStretch(0, 3)
        layout.setStretch(1, 2)
        self.setLayout(layout)

    def title(self, view: IncidentView | None) -> str:
        return _("History")

    def show_view(self, view: IncidentView) -> None:
        self._number = view.incident.number
        self._events.set_rows(tuple(reversed(view.incident.events)))
        self._others.set_rows(view.others)
        clear(self._clocks)
        t, clocks = words(), view.clocks
        self._clocks.addWidget(
            panel(
                column(
                    facts(
                        (
                            (_("Until work began"), t.duration(clocks.response)),
                            (_("Counted so far"), t.duration(clocks.counted)),
                            (_("On hold"), t.duration(clocks.on_hold)),
                            (_("Outside our control"), t.duration(clocks.outside_control)),
                            (_("Until resolved"), t.duration(clocks.restoration)),
                            (_("Reopened"), str(view.incident.reopen_count or "")),
                        )
                    )
                )
            )
        )


def _event_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Time"),
            text=lambda e: words().moment(e.at),
            detail=lambda e: e.by,
            width=136,
        ),
        TableColumn(
            title=_("What happened"),
            text=lambda e: incident_event(words(), e).title,
            detail=lambda e: incident_event(words(), e).detail,
            width=300,
            stretch=True,
        ),
    )


def _other_badge(item: object) -> Badge:
    return incident_badge(item.state)  # type: ignore[attr-defined]


def _other_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Number"), text=lambda i: i.number, badge=_other_badge, width=120),
        TableColumn(
            title=_("Symptom"),
            text=lambda i: i.displayed_code or i.symptom,
            detail=lambda i: word(words(), "fault_class", i.fault_class),
            width=160,
            stretch=True,
        ),
        TableColumn(
            title=_("Reported"),
            text=lambda i: words().day(i.reported_at.astimezone().date()),
            width=95,
        ),
    )
