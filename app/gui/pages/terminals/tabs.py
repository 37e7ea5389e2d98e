"""The tabs of a terminal: facts, incidents, history.  Each shows a `TerminalView`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.incidents.incidents import IncidentSummary
from app.domain.register.equipment import firmware_older
from app.domain.register.terminal_field import GROUP_LABELS, FieldGroup, Place, TerminalField
from app.domain.register.terminals import SHOWN_FIELDS, Placement, Terminal
from app.gui.actions import UserAction
from app.gui.pages.terminals.read import TerminalView
from app.gui.shell.navigate import Navigate, ShowIncident, ShowTerminal, ShowTrail
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.badge import incident_badge
from app.gui.toolkit.fact_grid import FactGrid
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, panel, row, scrolled
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.view_tabs import ViewTab, counted
from app.texts import word
from app.texts.events import terminal_event
from app.texts.terminal_facts import shown_fact


@dataclass(frozen=True, slots=True)
class CopiedFact:
    """A fact was copied; the person is told so."""

    text: str


class TerminalWish(Enum):
    """What a tab wants done with the terminal in sight."""

    HAND_OVER = auto()
    NOTE_READING = auto()
    PLAN_VISIT = auto()


TerminalTabWish = Navigate | TerminalWish | CopiedFact


class TerminalTab(ViewTab[TerminalView, TerminalTabWish]):
    """One tab of a terminal."""


class FactsTab(TerminalTab):
    """Device, position, merchant, communication; every value can be copied."""

    def __init__(self) -> None:
        super().__init__()
        self._grids = {group: FactGrid(_named(group)) for group in FieldGroup if _of(group)}
        for grid in self._grids.values():
            grid.copied.connect(lambda text: self.want(CopiedFact(text)))
        self._old = label("", "warning", wrap=True)
        self._stock = label(_("In stock or away: it stands at no merchant."), "muted", wrap=True)
        self._notes = label("", wrap=True, copy=True)
        self._notes_card = self._group_card(FieldGroup.NOTES, self._notes)
        self._merchant_card = self._group_card(FieldGroup.MERCHANT)
        left = column(
            self._group_card(FieldGroup.DEVICE, self._old),
            self._group_card(FieldGroup.LINK),
            None,
            spacing=12,
        )
        right = column(
            self._group_card(FieldGroup.POSITION, self._stock),
            self._merchant_card,
            self._notes_card,
            None,
            spacing=12,
        )
        both = FoldingRow(boxed(left), boxed(right), spacing=12, least=250)
        held = boxed(column(both, None, margins=(0, 0, 6, 0)))
        self.setLayout(column(scrolled(held, _("Facts")), margins=(0, 12, 0, 0)))

    def _group_card(self, group: FieldGroup, *more: QWidget) -> QWidget:
        grids = [self._grids[group]] if group in self._grids else []
        return _card(words()(GROUP_LABELS[group]), *grids, *more)

    def title(self, view: TerminalView | None) -> str:
        return _("Facts")

    def show_view(self, view: TerminalView) -> None:
        terminal = view.terminal
        shown = _shown(terminal)
        for grid in self._grids.values():
            grid.show_facts(shown)
        self._stock.setVisible(not terminal.placed)
        self._merchant_card.setVisible(terminal.placed)
        self._notes.setText(terminal.notes)
        self._notes_card.setVisible(bool(terminal.notes))
        old = firmware_older(terminal.firmware, terminal.required_firmware)
        self._old.setText(
            _(
                "Firmware {found} is older than required: {required}",
                found=terminal.firmware,
                required=terminal.required_firmware,
            )
            if old
            else ""
        )
        self._old.setVisible(old)


def _card(title: str, *content: QWidget) -> QWidget:
    made = panel(column(label(title, "section"), *content, spacing=8))
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    return made


def _of(group: FieldGroup) -> list[TerminalField]:
    return [item for item in SHOWN_FIELDS if item.group is group and Place.TAB in item.shown]


def _named(group: FieldGroup) -> list[tuple[str, str]]:
    t = words()
    return [(item.name, t(item.label)) for item in _of(group)]


def _shown(terminal: Terminal) -> dict[str, str]:
    t = words()
    shown = {item.name: shown_fact(t, item, getattr(terminal, item.name)) for item in SHOWN_FIELDS}
    if terminal.registered_address == terminal.address:
        shown["registered_address"] = ""
    return shown


class IncidentsTab(TerminalTab):
    """What this terminal had."""

    def __init__(self) -> None:
        super().__init__()
        self._model = RowTableModel(_incident_columns(), self)
        self._table = TableView(
            self._model,
            two_lines=True,
            name="terminal-incidents",
            title=_("Incidents of this terminal"),
        )
        self._table.opened.connect(lambda item: self.want(ShowIncident(item.id)))
        self._open = action_button(UserAction.OPEN_INCIDENT, self._on_open, opens_row=True)
        self._open.setEnabled(False)
        self._table.current_changed.connect(lambda item: self._open.setEnabled(item is not None))
        self._count = label("", "muted")
        content = boxed(column(row(self._count, None, self._open), self._table))
        self._states = StateStack(content)
        self.setLayout(column(self._states, margins=(0, 12, 0, 0)))

    def title(self, view: TerminalView | None) -> str:
        return counted(_("Incidents"), len(view.incidents) if view else 0)

    def show_view(self, view: TerminalView) -> None:
        self._model.set_rows(view.incidents)
        self._open.setEnabled(self._table.current() is not None)
        if not view.incidents:
            self._states.show_empty(_("No incident yet"), icon="circle-check")
            return
        failures = sum(i.confirmed and i.fault_class in _ITEM for i in view.incidents)
        self._count.setText(
            _(
                "{count} in all, {unfinished} unfinished, {failures} hardware or software faults",
                count=len(view.incidents),
                unfinished=view.unfinished,
                failures=failures,
            )
        )
        self._states.show_content()

    def _on_open(self) -> None:
        item = self._table.current()
        if item is not None:
            self.want(ShowIncident(item.id))


_ITEM = ("hardware", "software")


def _incident_state(item: IncidentSummary) -> Badge:
    return incident_badge(item.state, hold=item.hold_reason)


def _incident_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Number"), text=lambda i: i.number, badge=_incident_state, width=130),
        TableColumn(
            title=_("Symptom"),
            text=lambda i: " · ".join(part for part in (i.displayed_code, i.symptom) if part),
            detail=lambda i: word(words(), "fault_class", i.fault_class),
            width=240,
            stretch=True,
        ),
        TableColumn(
            title=_("Reported"),
            text=lambda i: words().moment(i.reported_at),
            detail=lambda i: i.technician,
            width=150,
        ),
    )


class TerminalHistoryTab(TerminalTab):
    """Where the device has stood and which devices stood here; and its own log."""

    def __init__(self) -> None:
        super().__init__()
        self._terminal_id = ""
        self._serial = ""
        self._places = RowTableModel(self._place_columns(), self)
        self._log = RowTableModel(_log_columns(), self)
        places = TableView(self._places, two_lines=True, name="terminal-places", title=_("Places"))
        places.opened.connect(lambda item: self.want(ShowTerminal(item.terminal_id)))
        log = TableView(self._log, two_lines=True, name="terminal-log", title=_("History"))
        left = column(
            label(_("Where it stood, and what stood here before"), "section"),
            places,
        )
        trail = action_button(UserAction.SHOW_TRAIL, lambda: self.want(ShowTrail(self._serial)))
        right = column(row(label(_("Log"), "section"), None, trail), log)
        both = row(boxed(left), boxed(right), spacing=16, margins=(0, 12, 0, 0))
        both.setStretch(0, 5)
        both.setStretch(1, 4)
        self.setLayout(both)

    def title(self, view: TerminalView | None) -> str:
        return _("History")

    def show_view(self, view: TerminalView) -> None:
        self._terminal_id = view.terminal.id
        self._serial = view.terminal.serial
        self._places.set_rows(view.terminal.placements)
        self._log.set_rows(view.terminal.log)

    def _place_columns(self) -> tuple[TableColumn, ...]:
        return (
            TableColumn(
                title=_("Device"), text=self._device, detail=lambda p: f"TID {p.tid}", width=150
            ),
            TableColumn(
                title=_("Merchant"),
                text=lambda p: p.merchant_name,
                detail=lambda p: p.address,
                width=150,
                stretch=True,
            ),
            TableColumn(
                title=_("From – until"),
                text=lambda p: words().day_of(p.since),
                detail=_until,
                width=110,
            ),
        )

    def _device(self, place: Placement) -> str:
        return _("this device") if place.terminal_id == self._terminal_id else place.serial


def _until(place: Placement) -> str:
    if place.until is None:
        return _("still there")
    end = words().day_of(place.until)
    why = word(words(), "placement_end", place.ended_because)
    return f"{end} {why}".rstrip()


def _log_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Time"), text=lambda e: words().moment(e.at), detail=lambda e: e.by, width=130
        ),
        TableColumn(
            title=_("What happened"),
            text=lambda e: terminal_event(words(), e).title,
            detail=lambda e: terminal_event(words(), e).detail,
            width=180,
            stretch=True,
        ),
    )
