"""The tab of a terminal's maintenance: its tasks, what its counters showed."""

from __future__ import annotations

from datetime import date

from app.domain.maintenance.occurrences import Occurrence
from app.gui.actions import UserAction
from app.gui.pages.terminals.read import TerminalView
from app.gui.pages.terminals.tabs import TerminalTab, TerminalWish
from app.gui.shell.navigate import ShowVisit
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.visit_badge import occurrence_badge
from app.services.maintenance.meters import MeterReading
from app.texts import word


class MaintenanceTab(TerminalTab):
    """What was and is to be done to it, and its counters."""

    def __init__(self) -> None:
        super().__init__()
        self._today = date.min
        self._tasks = RowTableModel(self._task_columns(), self)
        self._readings = RowTableModel(_reading_columns(), self)
        tasks = TableView(
            self._tasks,
            two_lines=True,
            name="terminal-tasks",
            title=_("Maintenance of this terminal"),
        )
        tasks.opened.connect(self._on_opened)
        readings = TableView(self._readings, name="terminal-readings", title=_("Counter readings"))
        self.visit_button = action_button(
            UserAction.VISIT_TERMINAL, lambda: self.want(TerminalWish.PLAN_VISIT)
        )
        self.read_button = action_button(
            UserAction.NOTE_READING, lambda: self.want(TerminalWish.NOTE_READING)
        )
        self._done = StateStack(tasks)
        self._read = StateStack(readings)
        above = column(row(label(_("Tasks"), "section"), None, self.visit_button), self._done)
        below = column(row(label(_("Counters"), "section"), None, self.read_button), self._read)
        both = column(boxed(above), boxed(below), spacing=12, margins=(0, 12, 0, 0))
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        self.setLayout(both)

    def title(self, view: TerminalView | None) -> str:
        return _("Maintenance")

    def show_view(self, view: TerminalView) -> None:
        self._today = view.today
        self._tasks.set_rows(view.tasks)
        self._readings.set_rows(view.readings)
        self.visit_button.setEnabled(view.maintained)
        if view.tasks:
            self._done.show_content()
        else:
            self._done.show_empty(
                _("No task yet"),
                _("Generated visits and visits made by hand appear here."),
                icon="calendar-clock",
            )
        if view.readings:
            self._read.show_content()
        else:
            self._read.show_empty(
                _("No reading yet"),
                _("Plans by use fall due by what the counters show."),
                icon="chart-line",
            )

    def _on_opened(self, item: Occurrence) -> None:
        if item.visit_id:
            self.want(ShowVisit(item.visit_id))

    def _task_columns(self) -> tuple[TableColumn, ...]:
        t = words()
        return (
            TableColumn(title=_("Due"), text=lambda i: t.day(i.due_on), width=104),
            TableColumn(
                title=_("Plan"),
                text=lambda i: i.plan_name.in_(t.language),
                detail=lambda i: word(t, "why", i.reason),
                width=160,
                stretch=True,
            ),
            TableColumn(
                title=_("Technician"),
                text=lambda i: i.technician or i.done_by or "–",
                detail=lambda i: t.day(i.done_on),
                width=104,
            ),
            TableColumn(title=_("State"), text=lambda _i: "", badge=self._badge, width=134),
        )

    def _badge(self, item: Occurrence) -> Badge:
        return occurrence_badge(item.state(self._today))


def _reading_columns() -> tuple[TableColumn, ...]:
    t = words()
    return (
        TableColumn(
            title=_("Counter"), text=lambda r: word(t, "meter_name", r.kind), width=90, stretch=True
        ),
        TableColumn(title=_("Reading"), text=lambda r: f"{r.value:,}", width=90, right=True),
        TableColumn(title=_("Read on"), text=_read_on, width=140),
        TableColumn(title=_("By"), text=lambda r: r.by, width=64),
    )


def _read_on(reading: MeterReading) -> str:
    day = words().day(reading.read_on)
    return _("{day} (old)", day=day) if reading.stale else day
