"""The records a document is made from: find, tick some or all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import button, column, label, row
from app.gui.toolkit.topbar import FilterBox, SearchBox
from app.texts import word
from app.texts.incidents import in_short

if TYPE_CHECKING:
    from app.services import Services

SHOWN = 1000
"""Rows shown at once.  What is found beyond is not shown, but ticked with all the others."""
MOST = 1_000_000
"""Rows found at most."""
_KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Offered:
    """One record: what asks for its document, and how it is shown."""

    subject: str
    shown: str


@dataclass(frozen=True, slots=True)
class PickerQuery:
    """What narrows the list."""

    words: str = ""
    state: str = ""
    area: str = ""
    technician: str = ""
    days: str = ""


def find(services: Services, kind: str, wanted: PickerQuery) -> list[Offered]:
    """The records of a kind.  For a worker.  Raises `Unavailable`."""
    return _FINDERS[kind](services, wanted)


def _incidents(services: Services, wanted: PickerQuery) -> list[Offered]:
    from app.services.incidents.incident_queries import IncidentFilter

    days = int(wanted.days or 0)
    since = services.context.now() - timedelta(days=days) if days else None
    asked = IncidentFilter(
        words=wanted.words,
        states=wanted.state,
        area=wanted.area,
        technician_id=wanted.technician,
        reported_from=since,
        order="-reported",
    )
    t = words()
    return [
        Offered(
            i.number,
            " · ".join(
                filter(
                    None,
                    (
                        i.number,
                        i.of_whom,
                        in_short(i),
                        word(t, "incident_state", i.state),
                    ),
                )
            ),
        )
        for i in services.incidents.first(asked, MOST)
    ]


def _visits(services: Services, wanted: PickerQuery) -> list[Offered]:
    from app.services.maintenance.visit_queries import VisitFilter

    today, days = services.context.today(), int(wanted.days or 90)
    asked = VisitFilter(area=wanted.area, technician_id=wanted.technician)
    found = services.visits.between(
        today - timedelta(days=days), today + timedelta(days=days), asked
    )
    t = words()
    shown = [
        Offered(
            v.number,
            " · ".join(
                filter(
                    None,
                    (
                        t.day(v.planned_on),
                        v.number,
                        v.merchant_name or v.area,
                        word(t, "visit_state", v.state),
                    ),
                )
            ),
        )
        for v in found
    ]
    return [one for one in shown if wanted.words.lower() in one.shown.lower()][:MOST]


def _terminals(services: Services, wanted: PickerQuery) -> list[Offered]:
    from app.services.register.terminal_queries import TerminalFilter

    asked = TerminalFilter(words=wanted.words, area=wanted.area)
    return [
        Offered(i.serial, " · ".join(filter(None, (i.serial, i.tid, i.model, i.merchant_name))))
        for i in services.terminals.first(asked, MOST)
    ]


def _merchants(services: Services, wanted: PickerQuery) -> list[Offered]:
    from app.services.register.terminal_queries import TerminalFilter

    asked = TerminalFilter(words=wanted.words, area=wanted.area, order="merchant")
    places: dict[str, str] = {}
    for item in services.terminals.first(asked, MOST):
        if item.merchant_name:
            places.setdefault(item.merchant_name, item.area)
    return [Offered(name, f"{name} · {area}".rstrip(" ·")) for name, area in places.items()]


_FINDERS: dict[str, Callable[[Any, PickerQuery], list[Offered]]] = {
    "incidents": _incidents,
    "swaps": lambda services, wanted: [
        *_incidents(services, wanted),
        *_terminals(services, wanted),
    ],
    "visits": _visits,
    "terminals": _terminals,
    "merchants": _merchants,
}
_FILTERS = {
    "incidents": ("state", "days", "area", "technician"),
    "swaps": ("area",),
    "visits": ("days", "area", "technician"),
    "terminals": ("area",),
    "merchants": ("area",),
}


class Picker(QWidget):
    """A list with ticks.  `narrowed` asks for other rows, `chosen` says that ticks changed."""

    narrowed = Signal()
    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._filling = False
        self._beyond: tuple[str, ...] = ()
        self._with_beyond = False
        self.search = SearchBox(_("Number, merchant, TID …"))
        self.search.setMaximumWidth(16_777_215)
        self._filters = {
            "state": FilterBox(
                _("State"),
                (
                    ("open", _("unresolved")),
                    ("resolved", _("to be confirmed")),
                    ("closed", _("closed")),
                ),
            ),
            "days": FilterBox(
                _("Time span"),
                (
                    ("7", _("7 days")),
                    ("31", _("31 days")),
                    ("92", _("92 days")),
                    ("366", _("a year")),
                ),
            ),
            "area": FilterBox(_("Area")),
            "technician": FilterBox(_("Technician")),
        }
        self.list = QListWidget()
        self.list.setAccessibleName(_("Records"))
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(180)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._count = label("", "muted")
        self._all = button(_("Tick all"), lambda: self.tick_all(True), role="link")
        self._none = button(_("None"), lambda: self.tick_all(False), role="link")
        self._arrange()
        self.search.searched.connect(lambda _words: self.narrowed.emit())
        for box in self._filters.values():
            box.chosen.connect(lambda _value: self.narrowed.emit())
        self.list.itemChanged.connect(lambda _item: self._on_ticked())
        self.list.itemActivated.connect(_toggle)

    def _arrange(self) -> None:
        boxes = list(self._filters.values())
        for box in boxes:
            box.setMinimumWidth(120)
        layout = column(
            self.search,
            row(*boxes[:2]),
            row(*boxes[2:]),
            self.list,
            row(self._count, None, self._all, self._none),
            spacing=6,
        )
        layout.setStretch(3, 1)
        self.setLayout(layout)

    def prepare(self, kind: str) -> None:
        """Offer the filters of this kind of record."""
        for name, box in self._filters.items():
            box.setVisible(name in _FILTERS[kind])

    def offer_names(self, areas: Sequence[str], people: Sequence[tuple[str, str]]) -> None:
        """Offer these areas and technicians (id, name)."""
        self._filters["area"].set_choices([(area, area) for area in areas])
        self._filters["technician"].set_choices(list(people))

    def wanted(self) -> PickerQuery:
        """What narrows the list now."""
        values = {
            name: box.value() if not box.isHidden() else "" for name, box in self._filters.items()
        }
        return PickerQuery(self.search.text(), **values)

    def show_rows(self, rows: Sequence[Offered], ticked: Sequence[str] = ()) -> None:
        """Show these; what was ticked stays ticked."""
        keep = set(self._ticked()) | set(ticked)
        self._beyond = tuple(one.subject for one in rows[SHOWN:])
        self._with_beyond = False
        self._filling = True
        self.list.clear()
        for one in rows[:SHOWN]:
            item = QListWidgetItem(one.shown)
            item.setData(_KEY, one.subject)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            on = one.subject in keep
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self._filling = False
        self._on_ticked()

    def subjects(self) -> list[str]:
        """What is ticked, in the order of the list; with all ticked also what is not shown."""
        return [*self._ticked(), *(self._beyond if self._with_beyond else ())]

    def _ticked(self) -> list[str]:
        items = (self.list.item(place) for place in range(self.list.count()))
        return [item.data(_KEY) for item in items if item.checkState() is Qt.CheckState.Checked]

    def tick_all(self, on: bool) -> None:
        """Tick everything that was found, or nothing."""
        self._with_beyond = on
        self._filling = True
        for place in range(self.list.count()):
            self.list.item(place).setCheckState(
                Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
            )
        self._filling = False
        self._on_ticked()

    def _on_ticked(self) -> None:
        if self._filling:
            return
        if len(self._ticked()) < self.list.count():
            self._with_beyond = False
        count, shown = len(self.subjects()), self.list.count() + len(self._beyond)
        rows = plural("{count} row", "{count} rows", shown)
        self._count.setText(_("{ticked} of {rows} ticked", ticked=count, rows=rows))
        self.chosen.emit()


def _toggle(item: QListWidgetItem) -> None:
    on = item.checkState() is Qt.CheckState.Checked
    item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)
