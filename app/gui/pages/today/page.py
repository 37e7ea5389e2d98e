"""The page Today: counts, urgent incidents, visits due, number of warnings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from app import paths
from app import settings as settings_file
from app.domain.dispatch.board import BoardItem
from app.domain.dispatch.dispatches import WorkType
from app.domain.incidents.incidents import IncidentSummary
from app.domain.incidents.terminal_stops import StopsOfWork
from app.domain.insight.warning_cases import WarningCase
from app.domain.people.roles import IN_THE_FIELD
from app.domain.register.people import Technician
from app.gui.actions import UserAction
from app.gui.pages.today.count_tile import CountTile
from app.gui.pages.today.first_steps import FirstStepsPanel, read_steps
from app.gui.pages.today.new_work import NewWorkPanel
from app.gui.pages.today.warnings import WarningsPanel
from app.gui.shell.navigate import (
    ImportTerminals,
    ListIncidents,
    Navigate,
    ReportIncident,
    ShowIncident,
    ShowNewWork,
    ShowSchedule,
    ShowVisit,
    ShowWarnings,
)
from app.gui.shell.page import AppContext, Page
from app.gui.shell.shop_dialog import show_shop
from app.gui.shell.work_answers import WorkAnswers
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.badge import priority_badge, summary_badge
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, button, column, label, panel, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.services.core.one_moment import one_moment
from app.services.dispatch.shop import read_shop, shop_of_incident
from app.services.incidents.incident_queries import IncidentCounts, IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from app.texts import word
from app.texts.deadlines import due_text
from app.texts.safety_stops import in_short, with_what_to_do

if TYPE_CHECKING:
    from app.exchange.status import ToDo
    from app.gui.toolkit.visit_panel import VisitPanel
    from app.services import Services
    from app.services.maintenance.visit_queries import Agenda

SHOWN = 50
"""Incidents listed here; the incidents page has them all."""
VISITS_AFTER = 60
"""Milliseconds: what is urgent is painted before the services of maintenance are even loaded."""


_LISTS = {"open": "open", "overdue": "overdue", "on_hold": "on_hold", "to_confirm": "resolved"}
"""Of each count, the states of the list behind it."""


class TodayPage(Page):
    """The first page of the day."""

    kinds = (
        *("incident", "terminal", "visit", "occurrence", "technician"),
        *("dispatch", "exchange", "conflict", "warning"),
    )

    def __init__(self, context: AppContext) -> None:
        super().__init__(context, _("Today"))
        self._me = ""
        self._model = RowTableModel(self._columns(), self)
        self._table = TableView(self._model, two_lines=True, name="today", title=_("Today"))
        self._table.opened.connect(self._open)
        self.listed = StateStack(self._table)
        self._figures = {
            "open": CountTile(_("open incidents")),
            "overdue": CountTile(_("overdue")),
            "on_hold": CountTile(_("on hold")),
            "to_confirm": CountTile(_("to be confirmed")),
        }
        self._warnings = CountTile(_("warnings"))
        self._warnings.setToolTip(_("Opens the warnings, to be seen to one by one"))
        self._warnings.opened.connect(lambda: self.context.go(ShowWarnings()))
        self.to_see_to = WarningsPanel()
        self.to_see_to.hide()
        self.to_see_to.opened.connect(lambda key: self.context.go(ShowWarnings(key)))
        self.to_see_to.all_wanted.connect(lambda: self.context.go(ShowWarnings()))
        self.first_steps = FirstStepsPanel()
        self.first_steps.chosen.connect(self.context.go)
        self.first_steps.unwanted.connect(self._hide_steps)
        self._whose = button(_("Only mine"), self._toggle, role="quiet", icon="user")
        self._dangers: StopsOfWork = {}
        self._wish: bool | None = None
        """Whether only one's own is wanted; None until somebody says so."""
        self._mine = True
        new = action_button(UserAction.NEW_INCIDENT, self._new, role="primary")
        new.setMinimumHeight(34)
        self.exchange = action_button(UserAction.OPEN_EXCHANGE, self._exchange)
        shop = action_button(UserAction.SHOW_SHOP, self.show_shop)
        self.topbar.add_right(shop, self.exchange, new)
        self.visits: VisitPanel | None = None
        self.new_work, self.answers = NewWorkPanel(), WorkAnswers(self)
        self.new_work.hide()
        self.new_work.accepted.connect(self.answers.accept)
        self.new_work.refused.connect(self.answers.refuse)
        self.new_work.opened.connect(self._open_work)
        self._visits_soon = QTimer(self, singleShot=True, interval=VISITS_AFTER)
        self._visits_soon.timeout.connect(self._read_rest)
        self._make_content()

    def _make_content(self) -> None:
        for name, figure in self._figures.items():
            figure.opened.connect(lambda n=name: self._open_list(n))
        figures = row(*self._figures.values(), self._warnings, spacing=12)
        self._heading = label(_("My incidents, most urgent first"), "section")
        listed = panel(
            column(
                row(self._heading, None, self._whose, margins=(14, 8, 8, 4)),
                self.listed,
                spacing=0,
                margins=(1, 1, 1, 1),
            )
        )
        listed.setMinimumHeight(200)
        self._main = FoldingRow(listed, spacing=16, least=420)
        parts = (figures, self.first_steps, self.new_work, self._main, self.to_see_to)
        whole = column(*parts, spacing=16, margins=(16, 16, 16, 16))
        whole.setStretch(parts.index(self._main), 1)
        self.set_content(boxed(whole))

    def _today(self) -> date:
        return self.context.services.context.today()

    def _columns(self) -> tuple[TableColumn, ...]:
        return (
            TableColumn(title=_("Number"), text=lambda i: i.number, badge=self._badge, width=140),
            TableColumn(
                title=_("Merchant / symptom"),
                text=lambda i: i.of_whom,
                detail=self._symptom,
                width=220,
                stretch=True,
                hint=lambda i: with_what_to_do(words(), self._dangers.get(i.id, ())),
            ),
            TableColumn(
                title=_("Class"),
                text=lambda i: word(words(), "fault_class", i.fault_class),
                width=120,
                stretch=True,
            ),
            TableColumn(
                title=_("Priority"),
                text=lambda _i: "",
                badge=lambda i: priority_badge(i.priority),
                width=90,
            ),
            TableColumn(
                title=_("Area"),
                text=lambda i: i.area,
                detail=lambda i: i.technician,
                width=110,
                stretch=True,
            ),
            TableColumn(title=_("Due"), text=self._due, width=120),
        )

    def _symptom(self, item: IncidentSummary) -> str:
        stopped = in_short(words(), self._dangers.get(item.id, ()))
        return " · ".join(filter(None, (stopped, item.displayed_code or item.symptom)))

    def _due(self, item: IncidentSummary) -> str:
        return due_text(words(), item, lambda moment: words().short_moment(moment, self._today()))

    def _badge(self, item: IncidentSummary) -> Badge:
        return summary_badge(item, self.context.now())

    def refresh(self) -> None:
        """Read what is urgent."""
        services, wish = self.context.services, self._wish
        actor = services.context.actor

        def read() -> tuple[IncidentCounts, Any, Technician | None, bool, StopsOfWork]:
            with services.context.snapshot():
                people = {person.code: person for person in services.directory.technicians()}
                me = people.get(actor)
                only = me.id if me is not None and _begins_with_own(me, wish) else ""
                wanted = IncidentFilter(states="open", order="due", technician_id=only)
                found = services.incidents.first(wanted, SHOWN)
                registered = bool(found or services.terminals.first(TerminalFilter(), 1))
                dangers = services.terminal_stops.of_work([item.id for item in found])
                return services.incidents.counts(only), found, me, registered, dangers

        self.load(read, lambda found: self._show(*found))

    def _read_rest(self) -> None:
        if not self.context.is_ready:
            return
        services, only = self.context.services, self._me if self._mine else ""
        self.run(lambda: _agenda(services, only), lambda found: self._show_visits(*found))
        if actor := services.context.actor:
            self.run(lambda: services.dispatching.new_work(actor), self._show_new_work)
        self.run(lambda: services.warning_work.cases(), self._show_warnings)
        settings = self.context.settings
        if settings.first_steps:
            self.run(
                lambda: read_steps(services, settings),
                lambda steps: self.first_steps.show_steps(steps, services.context.standing),
            )
        silent_after = timedelta(days=self.context.settings.silent_days)
        self.run(lambda: _to_do(services, silent_after), self._show_to_do)

    def _show_warnings(self, cases: tuple[WarningCase, ...]) -> None:
        self._warnings.show_number(len(cases))
        self.to_see_to.show_cases(cases, self._today())

    def _hide_steps(self) -> None:
        changed = replace(self.context.settings, first_steps="")
        self.first_steps.hide()

        def kept(_none: None) -> None:
            self.context.settings_changed.emit(changed)

        self.run(lambda: settings_file.save(changed, paths.settings_file()), kept, lane="io")

    def _show_to_do(self, found: ToDo) -> None:
        parts = [_("Exchange")]
        if found.waiting:
            parts.append(_("{count} to send", count=found.waiting))
        if found.undecided:
            parts.append(_("{count} to decide", count=found.undecided))
        if found.silent:
            count = len(found.silent)
            parts.append(plural("{count} silent", "{count} silent", count))
        self.exchange.setText(" " + " · ".join(parts))
        self.exchange.setToolTip(
            _(
                "Nothing came for {days} days from: {names}",
                days=self.context.settings.silent_days,
                names=", ".join(found.silent),
            )
            if found.silent
            else ""
        )

    def _exchange(self) -> None:
        from app.gui.shell.exchange_dialogs import open_exchange

        open_exchange(self, self.context)

    def _show_new_work(self, found: tuple[BoardItem, ...]) -> None:
        services = self.context.services
        standing = services.context.standing
        self.new_work.show_work(found, standing)
        if found and standing.refusal("dispatch.see") is None:
            self.run(lambda: services.dispatching.see(found), lambda _none: None)

    def _open_work(self, item: BoardItem) -> None:
        incident = item.type is WorkType.INCIDENT
        self.context.go(ShowIncident(item.id) if incident else ShowVisit(item.id))

    def activate(self, target: Navigate) -> None:
        if not isinstance(target, ShowNewWork):
            super().activate(target)
        self.new_work.table.setFocus()

    def _make_visits(self) -> VisitPanel:
        from app.gui.toolkit.visit_panel import VisitPanel

        made = VisitPanel()
        made.opened.connect(lambda visit: self.context.go(ShowVisit(visit.id)))
        made.more.connect(lambda: self.context.go(ShowSchedule(self._today())))
        made.setMinimumWidth(360)
        made.setMinimumHeight(200)
        self._main.add(made, 0)
        return made

    def _show_visits(
        self, found: Agenda, stops: dict[str, tuple[int, float]], dangers: StopsOfWork
    ) -> None:
        if self.visits is None:
            self.visits = self._make_visits()
        self.visits.show_agenda(found, self._today(), stops, dangers)
        self.visits.setVisible(bool(found.due_count or found.overdue_count))

    def _show(
        self,
        counts: IncidentCounts,
        found: tuple[IncidentSummary, ...],
        me: Technician | None,
        registered: bool,
        dangers: StopsOfWork,
    ) -> None:
        self._dangers = dangers
        self._me = me.id if me is not None else ""
        self._mine = me is not None and _begins_with_own(me, self._wish)
        self._whose.setVisible(me is not None)
        for name, figure in self._figures.items():
            figure.show_number(getattr(counts, name))
        now = self.context.now()
        ranked = sorted(found, key=lambda item: (item.priority, item.due_at(now)))
        self._model.set_rows(ranked)
        mine = self._mine
        self._heading.setText(
            _("My incidents, most urgent first")
            if mine
            else _("All open incidents, most urgent first")
        )
        self._whose.setText(_("Show everybody's") if mine else _("Only mine"))
        self._visits_soon.start()
        if ranked:
            self.listed.show_content()
        else:
            self._show_nothing(registered)

    def _show_nothing(self, registered: bool) -> None:
        if not registered:
            self.listed.show_empty(
                _("Welcome. First the terminals"),
                _(
                    "Import the acquirer's spreadsheet as it is; nothing is written before you have"
                    " seen what would happen."
                ),
                _("Import a spreadsheet"),
                lambda: self.context.go(ImportTerminals()),
                "file-input",
                self.context.services.context.standing.refusal("register.import"),
            )
        else:
            self.listed.show_empty(
                _("Nothing waits for you") if self._mine else _("No open incidents"),
                _("Report one when a merchant calls or a terminal shows a code."),
                icon="circle-check",
            )

    def _toggle(self) -> None:
        self._wish = not self._mine
        self.refresh()

    def _new(self) -> None:
        self.context.go(ReportIncident())

    def _open(self, item: IncidentSummary) -> None:
        self.context.go(ShowIncident(item.id))

    def show_shop(self) -> None:
        """The shop of the marked visit or incident, whichever list has the focus."""
        services = self.context.services
        context, stops = services.context, services.terminal_stops
        visits = self.visits.table if self.visits is not None else None
        visit = visits.current() if visits is not None and visits.hasFocus() else None
        if visit is not None and visit.merchant_id:
            show_shop(self, lambda: read_shop(context, stops, visit.merchant_id))
        elif (item := self._table.current()) is not None:
            show_shop(self, lambda: shop_of_incident(context, stops, item.id))
        else:
            self.context.note(_("Mark an incident or a visit first."))

    def _open_list(self, name: str) -> None:
        only = self._me if self._mine else ""
        wanted = IncidentFilter(states=_LISTS[name], technician_id=only)
        self.context.go(ListIncidents(wanted))


@one_moment
def _agenda(
    services: Services, technician_id: str
) -> tuple[Agenda, dict[str, tuple[int, float]], StopsOfWork]:
    """The visits due, of one technician when he is at each of today's, in driving order, and the
    safety stops there."""
    found = services.visits.agenda(technician_id)
    shown = [visit.id for visit in (*found.overdue, *found.due)]
    dangers = services.terminal_stops.of_work((), shown)
    if not technician_id or not found.due:
        return found, {}, dangers
    route = services.visits.next_stops(technician_id)
    times = {one.visit.id: (one.arrive_minute, one.kilometres) for one in route.stops}
    return found, times, dangers


def _begins_with_own(person: Technician, wish: bool | None) -> bool:
    """Whether only the person's own is shown: as wished, else to whoever goes on visits; who hands
    the work out begins with everybody's."""
    return (person.role in IN_THE_FIELD and person.fieldwork) if wish is None else wish


def _to_do(services: Services, silent_after: timedelta) -> ToDo:
    # Loaded after what is urgent has been shown.
    from app.exchange.status import to_do

    return to_do(services, silent_after)
