"""A shop at hand: whom to call, where it is, its terminals, what is open there and due."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.domain.campaigns.campaigns import CampaignTask
from app.domain.dispatch.shop import Shop, map_link, tel_link
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.badge import incident_badge, terminal_badge
from app.gui.toolkit.fact_grid import FactGrid
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, row
from app.gui.toolkit.qr_dialog import QrDialog
from app.gui.toolkit.stop_box import StopBox
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.wrapping import wrapping
from app.texts import word
from app.texts.terminal_facts import hours_text


class ShopCard(QWidget):
    """`copied` says what was put on the clipboard; the others carry the key of what is opened."""

    copied = Signal(str)
    terminal_opened = Signal(str)
    incident_opened = Signal(str)
    visit_opened = Signal(str)
    task_chosen = Signal(CampaignTask)
    """Work of a campaign that is to be ticked."""

    def __init__(self) -> None:
        super().__init__()
        self._shop: Shop | None = None
        self._facts = FactGrid(
            (
                ("name", _("Merchant")),
                ("contact", _("Contact person")),
                ("phone", _("Phone")),
                ("address", _("Address")),
                ("hours", _("Opening hours")),
            )
        )
        self._facts.copied.connect(self.copied)
        self.stops = StopBox()
        self.stops.opened.connect(self.incident_opened)
        self._phone = action_button(UserAction.COPY_PHONE, self._copy_phone)
        self._dial = action_button(UserAction.DIAL_BY_CODE, self._show_dial)
        self._address = action_button(UserAction.COPY_ADDRESS, self._copy_address)
        self._map = action_button(UserAction.MAP_BY_CODE, self._show_map)
        self.terminals, self._terminals = self._listed(
            _terminal_columns(), "shop/terminals", _("Terminals of the shop")
        )
        self.incidents, self._incidents = self._listed(
            _incident_columns(), "shop/incidents", _("Incidents of the shop")
        )
        self.visits, self._visits = self._listed(
            _visit_columns(), "shop/visits", _("Visits of the shop")
        )
        self.tasks, self._tasks = self._listed(
            _task_columns(), "shop/campaigns", _("Campaign work at the shop")
        )
        self._tick = action_button(UserAction.TICK_AT_SHOP, self._on_tick)
        self._tasks.opened.connect(self.task_chosen)
        self._terminals.opened.connect(lambda one: self.terminal_opened.emit(one.id))
        self._incidents.opened.connect(lambda one: self.incident_opened.emit(one.id))
        self._visits.opened.connect(lambda one: self.visit_opened.emit(one.id))
        self._arrange()

    def _listed(
        self, columns: tuple[TableColumn, ...], name: str, title: str
    ) -> tuple[RowTableModel, TableView]:
        model = RowTableModel(columns, self)
        return model, TableView(model, two_lines=True, name=name, title=title)

    def _arrange(self) -> None:
        buttons = wrapping(self._phone, self._dial, self._address, self._map)
        self._titles = [label("", "section") for _table in range(4)]
        left = column(self._titles[0], self._terminals, self._titles[2], self._visits)
        right = column(
            self._titles[1], self._incidents, row(self._titles[3], None, self._tick), self._tasks
        )
        for table in (self._terminals, self._incidents, self._visits, self._tasks):
            table.setMinimumHeight(96)
        below = FoldingRow(boxed(left), boxed(right), spacing=16, least=280)
        whole = column(self.stops, self._facts, buttons, below, spacing=10, margins=(0, 12, 0, 0))
        whole.setStretch(3, 1)
        self.setLayout(whole)

    def show_shop(self, shop: Shop | None) -> None:
        """Show this shop; None when it is not known which one it is."""
        self._shop = shop
        self.stops.show_stops((), shop.stops if shop else ())
        phone = shop.phone if shop else ""
        self._facts.show_facts(
            {
                "name": " · ".join(filter(None, (shop.name, shop.mid))),
                "contact": shop.contact_name,
                "phone": shop.phone,
                "address": " · ".join(filter(None, (shop.address, shop.area))),
                "hours": hours_text(words(), shop.opening_hours),
            }
            if shop
            else {"name": _("The shop is not known: the terminal is not registered.")}
        )
        self._phone.setEnabled(bool(phone))
        self._dial.setEnabled(bool(tel_link(phone)))
        self._address.setEnabled(bool(shop and shop.address))
        self._map.setEnabled(bool(shop and map_link(shop)))
        found = (
            (self.terminals, _("Terminals"), shop.terminals if shop else ()),
            (self.incidents, _("Open and recent incidents"), shop.incidents if shop else ()),
            (self.visits, _("Visits to come"), shop.visits if shop else ()),
            (self.tasks, _("Campaign work"), shop.campaign_tasks if shop else ()),
        )
        for title, (model, name, rows) in zip(self._titles, found, strict=True):
            model.set_rows(rows)
            title.setText(f"{name} · {len(rows)}")
        wanted = bool(shop and shop.campaign_tasks)
        for widget in (self._titles[3], self._tick, self._tasks):
            widget.setVisible(wanted)
        self._tasks.select_first()

    def _on_tick(self) -> None:
        if (task := self._tasks.current()) is not None:
            self.task_chosen.emit(task)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(text)

    def _copy_phone(self) -> None:
        if self._shop is not None:
            self._copy(self._shop.phone)

    def _copy_address(self) -> None:
        if self._shop is not None:
            self._copy(self._shop.address)

    def _show_dial(self) -> None:
        if self._shop is not None and (link := tel_link(self._shop.phone)):
            who = " · ".join(filter(None, (self._shop.contact_name, self._shop.phone)))
            told = _("Scan it with the phone: it dials.")
            QrDialog(self.window(), _("Dial"), link, told, who).open()

    def _show_map(self) -> None:
        if self._shop is not None and (link := map_link(self._shop)):
            told = _("Scan it with the phone: its map shows the way.")
            QrDialog(self.window(), _("Map"), link, told, self._shop.address).open()


def _terminal_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Serial number"),
            text=lambda t: t.serial,
            detail=lambda t: f"{t.manufacturer} {t.model}",
            width=150,
            stretch=True,
        ),
        TableColumn(
            title=_("TID"), text=lambda t: t.tid, badge=lambda t: terminal_badge(t.state), width=110
        ),
    )


def _incident_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Number"),
            text=lambda i: i.number,
            badge=lambda i: incident_badge(i.state, hold=i.hold_reason),
            width=120,
        ),
        TableColumn(
            title=_("Symptom"),
            text=lambda i: " ".join(filter(None, (i.displayed_code, i.symptom))),
            detail=_reported,
            width=160,
            stretch=True,
        ),
    )


def _reported(incident: Any) -> str:
    day = words().day(incident.reported_at.astimezone().date())
    known = word(words(), "fault_class", incident.fault_class)
    return " · ".join(filter(None, (day, known)))


def _task_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Campaign"),
            text=lambda t: t.campaign_title,
            detail=lambda t: " · ".join(
                filter(None, (word(words(), "campaign_kind", t.kind), t.target))
            ),
            width=150,
            stretch=True,
        ),
        TableColumn(
            title=_("Terminal"),
            text=lambda t: t.serial,
            detail=lambda t: words().day(t.due_on),
            width=150,
        ),
    )


def _visit_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Visit"), text=lambda v: v.number, width=120, stretch=True),
        TableColumn(
            title=_("Planned day"),
            text=lambda v: words().day(v.planned_on),
            detail=lambda v: v.technician,
            width=110,
        ),
    )
