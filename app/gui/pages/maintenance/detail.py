"""One visit: where, when, who, its tasks, what else is open there, and what may be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QMenu, QWidget

from app.domain.campaigns.campaigns import CampaignTask
from app.domain.documents import SignerRole
from app.domain.maintenance.occurrences import Occurrence, OccurrenceOutcome
from app.domain.maintenance.visits import IncidentNote, Visit, VisitAction
from app.gui.action_lookup import VISIT_ACTIONS
from app.gui.actions import UserAction
from app.gui.pages.maintenance.read import VisitView
from app.gui.shell.navigate import ShowIncident, ShowTrail
from app.gui.toolkit.action_buttons import action_button, action_icon_button, make_action
from app.gui.toolkit.badge import BadgeLabel
from app.gui.toolkit.fact_grid import FactGrid
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import Button, boxed, clear, column, label, row
from app.gui.toolkit.permission import permit
from app.gui.toolkit.signature_card import signature_card
from app.gui.toolkit.stop_box import StopBox
from app.gui.toolkit.tab_pages import TabPages
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.visit_badge import occurrence_badge, visit_badge
from app.gui.toolkit.wrapping import wrapping
from app.texts import word
from app.texts.events import visit_event

_KIND = dict.fromkeys((VisitAction.ASSIGN, VisitAction.LOCK, VisitAction.UNLOCK), "visit.schedule")
"""Kinds of operations that are not named as the action of the visit."""


@dataclass(frozen=True, slots=True)
class WorkOnTask:
    """Open the checklist of a task; settle one that has none."""

    task: Occurrence


@dataclass(frozen=True, slots=True)
class SkipTask:
    """Leave out a task, with the reason."""

    task: Occurrence


@dataclass(frozen=True, slots=True)
class AddTask:
    """Do a task that is due at the same place in this visit, too."""

    task: Occurrence


@dataclass(frozen=True, slots=True)
class OpenNote:
    """Take along an open incident of the place, and show it."""

    note: IncidentNote


@dataclass(frozen=True, slots=True)
class TickTask:
    """The work of a campaign is done at a terminal of the place."""

    task: CampaignTask


@dataclass(frozen=True, slots=True)
class SignVisit:
    """Let somebody sign the inspection sheets of the visit."""

    role: SignerRole


VisitWish = (
    WorkOnTask
    | SkipTask
    | AddTask
    | OpenNote
    | TickTask
    | SignVisit
    | VisitAction
    | ShowIncident
    | ShowTrail
)
"""What a person wants done with the visit in sight."""


class VisitDetail(QWidget):
    """The visit in sight; `left` says that the person goes back to the day."""

    asked = Signal(object)
    """A `VisitWish`."""
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.view: VisitView | None = None
        self._title = label("", "section", wrap=True, copy=True)
        self._badge = BadgeLabel(Badge(""))
        self.stops = StopBox()
        self.stops.opened.connect(lambda key: self._ask(ShowIncident(key)))
        self._facts = FactGrid(
            [
                ("day", _("Planned day")),
                ("window", _("Time window")),
                ("who", _("Technician")),
                ("address", _("Address")),
                ("contact", _("Contact")),
                ("minutes", _("Minutes")),
                ("remark", _("Remark")),
            ]
        )
        self.tasks = RowTableModel(self._task_columns(), self)
        self.task_table = TableView(
            self.tasks, two_lines=True, name="tasks", title=_("Tasks of the visit")
        )
        self.notes = RowTableModel(_note_columns(), self)
        self.note_table = TableView(self.notes, two_lines=True, name="notes", title=_("Notes"))
        self._notes_title = label(_("While you are there · Enter takes along"), "section")
        self._more = Button(_("More"))
        self._menu = QMenu(self._more)
        self._menu.setToolTipsVisible(True)
        self._actions = {
            action: make_action(self, row, partial(self._ask, action))
            for action, row in VISIT_ACTIONS.items()
            if action is not VisitAction.SCHEDULE
        }
        self._more.setMenu(self._menu)
        self._primary = action_button(UserAction.CHECK_TASK, self._on_primary, role="primary")
        self._skip = action_button(UserAction.SKIP_TASK, partial(self._with_task, SkipTask))
        self.log = RowTableModel(_log_columns(), self)
        self._arrange()
        self.task_table.opened.connect(self._work_on)
        self.note_table.opened.connect(self._on_note)
        self.task_table.current_changed.connect(self._on_task)

    def _arrange(self) -> None:
        back = action_icon_button(UserAction.BACK_TO_DAY, self.left.emit)
        self._move = action_button(UserAction.RESCHEDULE, partial(self._ask, VisitAction.SCHEDULE))
        log_table = TableView(self.log, two_lines=True, name="visit-log", title=_("History"))
        for table in (self.task_table, self.note_table, log_table):
            table.horizontalHeader().hide()
        work = column(
            self.task_table,
            row(self._skip, None),
            self._notes_title,
            self.note_table,
            spacing=8,
            margins=(0, 8, 0, 0),
        )
        work.setStretch(0, 3)
        work.setStretch(3, 2)
        self.tabs = TabPages()
        self.tabs.add(_("Tasks"), work)
        self._signatures = column(spacing=8)
        self._unsigned = label(_("Nothing was checked yet; there is nothing to sign."), "muted")
        signing = column(self._unsigned, self._signatures, None, spacing=8, margins=(0, 8, 0, 0))
        self.tabs.add(_("Signatures"), column(boxed(signing)))
        trail = action_button(UserAction.SHOW_TRAIL, self._show_trail)
        self.tabs.add(_("History"), column(row(None, trail, margins=(0, 8, 0, 0)), log_table))
        head = row(back, self._title, spacing=6)
        head.setStretch(1, 1)
        layout = column(
            head,
            self.stops,
            row(self._badge, None),
            self._facts,
            wrapping(self._move, self._more, None, self._primary, spacing=6),
            self.tabs,
            spacing=8,
            margins=(14, 12, 14, 12),
        )
        layout.setStretch(layout.indexOf(self.tabs), 1)
        self.setLayout(layout)

    def put_above(self, widget: QWidget) -> None:
        """Show a widget above the facts."""
        layout = self.layout()
        assert isinstance(layout, QBoxLayout)
        layout.insertWidget(layout.indexOf(self._facts), widget)

    def _task_columns(self) -> tuple[TableColumn, ...]:
        return (
            TableColumn(
                title=_("Task"),
                text=lambda i: i.plan_name.in_(words().language),
                detail=lambda i: " · ".join(filter(None, (i.serial, i.tid))) or i.area,
                width=150,
                stretch=True,
            ),
            TableColumn(title=_("State"), text=lambda _i: "", badge=self._task_badge, width=124),
        )

    def _task_badge(self, item: Occurrence) -> Badge | None:
        return occurrence_badge(item.state(self.view.today)) if self.view else None

    def show_view(self, view: VisitView) -> None:
        """Show a visit."""
        self.view = view
        visit, summary, t = view.visit, view.visit.summary, words()
        self._title.setText(" · ".join(filter(None, (summary.number, summary.merchant_name))))
        self._badge.set_badge(visit_badge(summary, view.today))
        self.stops.show_stops((), view.stops)
        minute = summary.start_minute
        begin = "" if minute is None else f" {minute // 60:02d}:{minute % 60:02d}"
        locked = " · " + _("locked") if summary.locked else ""
        self._facts.show_facts(
            {
                "day": f"{t.day(summary.planned_on)} {t.weekday(summary.planned_on)}"
                f"{begin}{locked}",
                "window": f"{t.day(summary.window_from)} – {t.day(summary.window_until)}",
                "who": _who(visit),
                "address": summary.address,
                "contact": " ".join(filter(None, (visit.contact_name, visit.contact_phone))),
                "minutes": str(summary.minutes),
                "remark": visit.remark,
            }
        )
        self.tasks.set_rows(visit.occurrences)
        also = (*view.campaign_tasks, *visit.incidents, *view.due_here)
        self.notes.set_rows(also)
        self.log.set_rows(tuple(reversed(visit.events)))
        self._notes_title.setVisible(bool(also))
        self.note_table.setVisible(bool(also))
        self._show_signatures(view)
        self._show_actions(visit.actions)
        waits = (t for t in visit.occurrences if t.outcome is OccurrenceOutcome.OPEN)
        following = next(waits, None)
        if following is None or not self.task_table.select(following.id):
            self.task_table.select_first()
        self._on_task(self.task_table.current())

    def _show_signatures(self, view: VisitView) -> None:
        clear(self._signatures)
        self._unsigned.setVisible(not view.signable)
        if not view.signable:
            return
        for role in (SignerRole.MERCHANT, SignerRole.TECHNICIAN):
            known = view.signatures.get(role)
            content = view.signed(known) if known else view.signable
            card = signature_card(role, known, content, self._sign, editable=True)
            self._signatures.addWidget(card)

    def _sign(self, role: SignerRole) -> None:
        self._ask(SignVisit(role))

    def _show_actions(self, actions: tuple[VisitAction, ...]) -> None:
        assert self.view is not None
        refused = self.view.refused
        self._menu.clear()
        for made in self._actions.values():
            made.setEnabled(False)
        for action in actions:
            if action in self._actions:
                made = self._actions[action]
                permit(made, refused.get(_KIND.get(action, f"visit.{action}")))
                self._menu.addAction(made)
        permit(self._move, refused.get("visit.schedule"), enabled=VisitAction.SCHEDULE in actions)
        self._more.setEnabled(not self._menu.isEmpty())

    def _on_task(self, item: Occurrence | None) -> None:
        is_open = item is not None and item.outcome is OccurrenceOutcome.OPEN
        refused = self.view.refused if self.view else {}
        permit(self._skip, refused.get("occurrence.skip"), enabled=is_open)
        self._primary.setEnabled(item is not None)
        self._primary.setText(" " + (_("Check now") if is_open else _("Look at it")))

    def _on_primary(self) -> None:
        self._with_task(WorkOnTask)

    def _with_task(self, wish: Callable[[Occurrence], VisitWish]) -> None:
        task: Occurrence | None = self.task_table.current()
        if task is not None:
            self._ask(wish(task))

    def _work_on(self, task: Occurrence) -> None:
        self._ask(WorkOnTask(task))

    def _on_note(self, item: IncidentNote | Occurrence | CampaignTask) -> None:
        if isinstance(item, CampaignTask):
            self._ask(TickTask(item))
        else:
            self._ask(OpenNote(item) if isinstance(item, IncidentNote) else AddTask(item))

    def _show_trail(self) -> None:
        if self.view is not None:
            self._ask(ShowTrail(self.view.visit.summary.number))

    def _ask(self, wish: VisitWish) -> None:
        self.asked.emit(wish)


def _who(visit: Visit) -> str:
    """Who has it; why nobody has, where that is known."""
    name = visit.summary.crew or _("Nobody yet")
    away = _("away on this day") if visit.summary.on_leave else ""
    return " · ".join(filter(None, (name, away, word(words(), "why", visit.waits_because))))


def _log_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Time"),
            text=lambda e: words().moment(e.at),
            detail=lambda e: e.by,
            width=136,
        ),
        TableColumn(
            title=_("What happened"),
            text=lambda e: visit_event(words(), e).title,
            detail=lambda e: visit_event(words(), e).detail,
            width=150,
            stretch=True,
        ),
    )


def _note_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("What"), text=_note_title, detail=_note_detail, width=150, stretch=True
        ),
        TableColumn(title=_("State"), text=lambda _i: "", badge=_note_badge, width=124),
    )


def _note_title(item: Any) -> str:
    if isinstance(item, CampaignTask):
        return item.campaign_title
    if isinstance(item, IncidentNote):
        return f"{item.number} {item.displayed_code}".strip()
    return str(item.plan_name.in_(words().language))


def _note_detail(item: Any) -> str:
    if isinstance(item, CampaignTask):
        return " ".join(filter(None, (item.serial, item.target, item.instructions)))
    if isinstance(item, IncidentNote):
        return f"{item.serial} {item.symptom}".strip()
    return f"{item.serial} {words().day(item.due_on)}".strip()


def _note_badge(item: Any) -> Badge:
    if isinstance(item, CampaignTask):
        return Badge(_("Campaign"), "accent", "list-checks")
    if isinstance(item, IncidentNote):
        return (
            Badge(_("taken along"), "ok", "check")
            if item.taken_along
            else Badge(_("Open incident"), "warning", "triangle-alert")
        )
    return Badge(_("Due, too"), "accent", "plus")
