"""Visits due today and overdue, for one person or all, as a card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from app.domain.incidents.terminal_stops import StopsOfWork
from app.domain.maintenance.visits import VisitSummary
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import button, column, label, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.visit_badge import visit_badge
from app.texts.safety_stops import with_what_to_do

NEAR = 0.05
"""Kilometres; less is the way to nowhere, or to the shop next door."""


class VisitPanel(QFrame):
    """`opened` carries a visit, `more` asks for all of them."""

    opened = Signal(VisitSummary)
    more = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._today = date.min
        self._stops: dict[str, tuple[int, float]] = {}
        self._dangers: StopsOfWork = {}
        self._summary = label("", "muted", wrap=True)
        self.model = RowTableModel(
            (
                TableColumn(
                    title=_("Visit"),
                    text=lambda v: v.merchant_name or _("Office"),
                    detail=self._second,
                    width=170,
                    stretch=True,
                ),
                TableColumn(
                    title=_("State"),
                    text=lambda _v: "",
                    badge=self._badge,
                    width=134,
                    hint=lambda v: with_what_to_do(words(), self._dangers.get(v.id, ())),
                ),
            ),
            self,
        )
        self.table = TableView(
            self.model, two_lines=True, name="agenda", title=_("Maintenance visits")
        )
        self.table.horizontalHeader().hide()
        self.table.opened.connect(self.opened)
        self.table.clicked.connect(lambda _index: self.opened.emit(self.table.current()))
        everything = button(_("All visits"), self.more.emit, role="quiet")
        head = row(
            label(_("Maintenance today"), "section"), None, everything, margins=(14, 8, 8, 0)
        )
        below = row(self._summary, margins=(14, 0, 14, 6))
        self._states = StateStack(self.table)
        layout = column(head, below, self._states, spacing=0, margins=(1, 1, 1, 1))
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def _second(self, visit: VisitSummary) -> str:
        if visit.id in self._stops:
            minute, km = self._stops[visit.id]
            address = visit.address or visit.area
            if km < NEAR:
                return _("about {time} · {address}", time=_clock(minute), address=address)
            return _(
                "about {time} · {km} km · {address}",
                time=_clock(minute),
                km=f"{km:.1f}",
                address=address,
            )
        begin = "" if visit.start_minute is None else _clock(visit.start_minute)
        day = words().short_day(visit.planned_on, self._today)
        return " · ".join(filter(None, (day, begin, visit.area)))

    def _badge(self, visit: VisitSummary) -> Badge:
        if self._dangers.get(visit.id):
            return Badge(_("Safety stop"), "danger", "triangle-alert")
        return visit_badge(visit, self._today)

    def show_agenda(
        self,
        found: Any,
        today: date,
        stops: Mapping[str, tuple[int, float]] | None = None,
        dangers: StopsOfWork | None = None,
    ) -> None:
        """Show the visits of a day: what is overdue first, then today's.

        `stops` gives by visit, in driving order, the minute of the day one is there and the
        kilometres to it; without them today's stand as planned.  `dangers` are the safety stops at
        the shops, by visit."""
        self._dangers = dangers or {}
        self._today = today
        self._stops = dict(stops or {})
        parts = [plural("{count} visit today", "{count} visits today", found.due_count)]
        if found.overdue_count:
            parts.append(plural("{count} overdue", "{count} overdue", found.overdue_count))
        self._summary.setText(" · ".join(parts))
        order = {visit_id: place for place, visit_id in enumerate(self._stops)}
        due = sorted(found.due, key=lambda visit: order.get(visit.id, len(order)))
        self.model.set_rows((*found.overdue, *due))
        if self.model.rowCount():
            self._states.show_content()
        else:
            self._states.show_empty(_("Nothing is due today"), icon="circle-check")


def _clock(minute: int) -> str:
    """A minute of the day; after midnight the hours go on counting."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
