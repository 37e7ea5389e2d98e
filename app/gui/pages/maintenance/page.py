"""The maintenance page: one period at a time as month, week, lanes or list; a visit at the side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QButtonGroup, QMenu, QPushButton, QStackedWidget

from app.domain.maintenance.visits import VisitState, VisitSummary
from app.gui.actions import UserAction
from app.gui.pages.maintenance.actions import VisitActions
from app.gui.pages.maintenance.capacity import show_capacity
from app.gui.pages.maintenance.cells import grid_of
from app.gui.pages.maintenance.checklist_actions import ChecklistActions
from app.gui.pages.maintenance.checklist_view import WorkView
from app.gui.pages.maintenance.compliance import ComplianceDialog
from app.gui.pages.maintenance.day_in_sight import DayInSight
from app.gui.pages.maintenance.detail import VisitDetail
from app.gui.pages.maintenance.filters import filter_boxes
from app.gui.pages.maintenance.holidays import HolidayPlanning
from app.gui.pages.maintenance.new_visit import NewVisit
from app.gui.pages.maintenance.planning import VisitPlanning
from app.gui.pages.maintenance.plans import PlanActions
from app.gui.pages.maintenance.print_and_export import PrintAndExport
from app.gui.pages.maintenance.read import (
    PeriodView,
    ScheduleQuery,
    SideView,
    ViewMode,
    VisitView,
    gather,
    gather_side,
    read_visit,
)
from app.gui.pages.maintenance.side_panel import SidePanel
from app.gui.pages.maintenance.territories import TerritoryPlanning
from app.gui.pages.maintenance.visit_list import visit_columns
from app.gui.pages.maintenance.withdraw_leave import withdraw_leave
from app.gui.shell.navigate import (
    DecideMissedDates,
    Navigate,
    PlanVisit,
    ShowPlans,
    ShowSchedule,
    ShowVisit,
)
from app.gui.shell.page import AppContext, Page
from app.gui.shell.work_answers import AnswerBar
from app.gui.toolkit.action_buttons import (
    action_button,
    action_icon_button,
    fill_menu,
    permit_entries,
)
from app.gui.toolkit.day_grid import GridView
from app.gui.toolkit.day_grid_cells import NO_GRID, GridCell, GridContent
from app.gui.toolkit.folding import FoldingSplitter
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, button, column, label, row, scrolled
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel
from app.gui.toolkit.visit_badge import visit_badge
from app.gui.toolkit.wrapping import wrapping

if TYPE_CHECKING:
    from app.services import Services


_MODES = {
    ViewMode.MONTH: UserAction.SHOW_MONTH,
    ViewMode.WEEK: UserAction.SHOW_WEEK,
    ViewMode.LANES: UserAction.SHOW_LANES,
    ViewMode.LIST: UserAction.SHOW_LIST,
}


class MaintenancePage(Page):
    """Calendar at the left, the chosen day or visit at the right."""

    kinds = ("visit", "occurrence", "plan", "technician", "absence", "calendar", "signature")

    def __init__(self, context: AppContext) -> None:
        super().__init__(context, _("Maintenance"))
        self._wanted: ScheduleQuery | None = None
        self.view: PeriodView | None = None
        self._looking_for = ""
        self.grid = GridView()
        self.aside = SidePanel()
        self.day = DayInSight(self, self.aside, lambda: self.wanted.filter)
        self.detail = VisitDetail()
        self.answer = AnswerBar(self)
        self.detail.put_above(self.answer)
        self.work = WorkView()
        self.checklist = ChecklistActions(self, self.work)
        self.steps = VisitActions(self, self.detail, self.checklist)
        self.planning = VisitPlanning(self)
        self.territories, self.holidays = TerritoryPlanning(self), HolidayPlanning(self)
        self.extra = NewVisit(self)
        self.plans = PlanActions(self)
        self.printing = PrintAndExport(self)
        self._list_model = RowTableModel(visit_columns(self._plan_names, self._badge), self)
        self.list = TableView(
            self._list_model, two_lines=True, name="visits", title=_("Maintenance visits")
        )
        self._make_bar()
        self._make_content()
        self._connect()

    # --- building ------------------------------------------------------------------------------

    def _make_bar(self) -> None:
        earlier = action_icon_button(UserAction.EARLIER, lambda: self.step(-1))
        later = action_icon_button(UserAction.LATER, lambda: self.step(1))
        today = action_button(UserAction.GO_TO_TODAY, self.go_today)
        self._period = label("", "section")
        self._modes = QButtonGroup(self)
        segments = [self._segment(mode, action) for mode, action in _MODES.items()]
        self.topbar.add_left(earlier, today, later, self._period, boxed(row(*segments, spacing=0)))
        visit = action_button(UserAction.NEW_VISIT, self.extra.ask)
        more = button(_("Plan"), icon="calendar-clock")
        more.setMenu(self._plan_menu())
        giving = button(_("Export"), icon="download")
        giving.setMenu(self.printing.menu(self))
        paper = action_button(UserAction.PRINT_SCHEDULE, self.printing.print, role="primary")
        self.topbar.add_right(visit, more, giving, paper)

    def _segment(self, mode: ViewMode, action: UserAction) -> QPushButton:
        made = action_button(action, lambda: self._narrow(mode=mode), role="segment")
        made.setCheckable(True)
        made.setProperty("mode", str(mode))
        self._modes.addButton(made)
        return made

    def _plan_menu(self) -> QMenu:
        menu = fill_menu(
            QMenu(self),
            self,
            (UserAction.LEVEL_WORK, lambda: self.planning.level(self.wanted)),
            (UserAction.GENERATE_VISITS, self.planning.generate),
            (UserAction.PAST_RUNS, self.planning.show_runs),
            (UserAction.DECIDE_MISSED, self.planning.catch_up),
            (UserAction.SHOW_CAPACITY, lambda: show_capacity(self)),
            (UserAction.SHOW_COMPLIANCE, self.show_compliance),
            None,
            (UserAction.ADD_ABSENCE, self._ask_absence),
            (UserAction.WITHDRAW_ABSENCE, self._withdraw_absence),
            (UserAction.SHOW_TERRITORIES, self.territories.show),
            (UserAction.SHOW_HOLIDAYS, self.holidays.show),
            None,
            (UserAction.SHOW_PLANS, self.plans.show_list),
            (UserAction.ADD_PLAN, lambda: self.plans.edit(None)),
            (UserAction.INSTALL_PLANS, self.plans.install),
        )
        kinds = {
            UserAction.LEVEL_WORK: "visit.level",
            UserAction.GENERATE_VISITS: "generation.run",
            UserAction.DECIDE_MISSED: "occurrence.settle_missed",
            UserAction.ADD_PLAN: "plan.save",
            UserAction.INSTALL_PLANS: "plan.install",
        }
        permit_entries(menu, kinds, lambda: self.context.services.context.standing)
        return menu

    def _make_content(self) -> None:
        self._filters = filter_boxes()
        self._summary = label("", "muted")
        bar = wrapping(*self._filters.values(), None, self._summary, margins=(12, 8, 12, 8))
        self._ways = QStackedWidget()
        self._ways.addWidget(self.grid)
        self._ways.addWidget(self.list)
        left = boxed(column(bar, self._ways, spacing=0))
        self._right = QStackedWidget()
        self._right.addWidget(scrolled(self.aside))
        self._right.addWidget(self.detail)
        self._splitter = FoldingSplitter(
            left, self._right, least=(560, 330), heights=(330, 380), grows=0
        )
        self._splitter.setSizes([920, 360])
        state = QSettings().value("maintenance/splitter")
        # A damaged file of places gives anything.
        if isinstance(state, QByteArray):
            self._splitter.restoreState(state)
        self._whole = QStackedWidget()
        self._whole.addWidget(self._splitter)
        self._whole.addWidget(self.work)
        self.set_content(self._whole)

    def _plan_names(self, visit: VisitSummary) -> str:
        return "、".join(self._names.get(key, key) for key in visit.plans)

    def _badge(self, visit: VisitSummary) -> Any:
        return visit_badge(visit, self.view.today) if self.view else None

    def _connect(self) -> None:
        for name, box in self._filters.items():
            box.chosen.connect(lambda value, n=name: self._narrow(**{n: value}))
        self.grid.chosen.connect(self.day.show)
        self.grid.opened.connect(self._on_cell_opened)
        self.grid.visit_opened.connect(self.show_visit)
        self.grid.dropped.connect(self._on_dropped)
        self.list.opened.connect(lambda visit: self.show_visit(visit.id))
        self.list.current_changed.connect(self._on_listed)
        self.aside.opened.connect(self.show_visit)
        self.detail.left.connect(self._leave_visit)
        self.steps.shown.connect(self.show_visit)
        self.extra.made.connect(self.show_visit)
        self.checklist.shown.connect(lambda: self._whole.setCurrentWidget(self.work))
        self.checklist.left.connect(lambda: self._whole.setCurrentWidget(self._splitter))
        self.plans.installed.connect(self.planning.generate)

    # --- the period ----------------------------------------------------------------------------

    @property
    def wanted(self) -> ScheduleQuery:
        """What is shown."""
        if self._wanted is None:
            stored = str(QSettings().value("maintenance/mode", ViewMode.MONTH))
            mode = ViewMode(stored) if stored in list(ViewMode) else ViewMode.MONTH
            self._wanted = ScheduleQuery(mode=mode, day=self.context.services.context.today())
        return self._wanted

    def step(self, by: int) -> None:
        """The period before or after."""
        self._wanted = self.wanted.stepped(by)
        self.refresh()

    def go_today(self) -> None:
        """The period of today, with today chosen."""
        today = self.context.services.context.today()
        self._narrow(day=today)
        self.grid.choose(today)

    def show_compliance(self) -> ComplianceDialog | None:
        """Figures of the last months with the cases behind them."""
        if self.view is None:
            return None
        dialog = ComplianceDialog(self, self.view)
        dialog.open()
        return dialog

    def _ask_absence(self) -> None:
        if self.view is not None:
            self.planning.absence([(p.id, p.name) for p in self.view.people])

    def _withdraw_absence(self) -> None:
        if self.view is not None:
            withdraw_leave(self, {p.id: p.name for p in self.view.people})

    def _narrow(self, **changes: Any) -> None:
        self._wanted = replace(self.wanted, **changes)
        self.refresh()

    def refresh(self) -> None:
        """Read the period and the visit in sight again."""
        services, wanted = self.context.services, self.wanted
        self.run(lambda: _read(services, wanted), self._arrived, failed=self._failed)
        self.run(lambda: gather_side(services, wanted), self._side_arrived)
        if self._right.currentWidget() is self.detail and self.detail.view is not None:
            self.show_visit(self.detail.view.visit.summary.id)

    def _failed(self, error: Any) -> None:
        assert self.states is not None
        self.states.show_failed(error, self.refresh)

    def _arrived(self, found: tuple[PeriodView, GridContent]) -> None:
        view, grid = found
        if view.wanted != self.wanted:
            return
        self.view = view
        language = words().language
        self._names = {p.key: p.latest.contents.name.in_(language) for p in view.plans}
        assert self.states is not None
        if not view.plans:
            self.states.show_empty(
                _("No maintenance plan yet"),
                _(
                    "Take over the recommended plans: care, checks and inspections with their"
                    " checklists. Intervals can be changed afterwards."
                ),
                _("Take over the recommended plans"),
                self.plans.install,
                "calendar-clock",
                self.context.services.context.standing.refusal("plan.install"),
            )
            return
        self.states.show_content()
        self._show_filters(view)
        self.aside.show_view(view)
        self.printing.show_view(view)
        self.steps.set_people([(p.id, p.name) for p in view.people])
        self._show_period(view, grid)

    def _show_filters(self, view: PeriodView) -> None:
        choices: dict[str, Sequence[tuple[str, str]]] = {
            "area": [(area, area) for area in view.areas],
            "technician_id": [(p.id, p.name) for p in view.people],
            "plan_key": list(self._names.items()),
        }
        for name, found in choices.items():
            self._filters[name].set_choices(found)
        for name, box in self._filters.items():
            box.put(getattr(view.wanted, name))
        for made in self._modes.buttons():
            made.setChecked(made.property("mode") == str(view.wanted.mode))

    def _show_period(self, view: PeriodView, grid: GridContent) -> None:
        mode, t = view.wanted.mode, words()
        first, last = view.wanted.span
        day = view.wanted.day
        whole = mode in (ViewMode.MONTH, ViewMode.LIST)
        self._period.setText(t.month(day) if whole else t.days(first, last))
        late = sum(n for v, n in view.standings if visit_badge(v, view.today).tone == "danger")
        text = plural("{count} visit", "{count} visits", sum(n for _v, n in view.standings))
        missed = _("{count} missed", count=late) if late else ""
        self._summary.setText(" · ".join(filter(None, (text, missed))))
        if mode is ViewMode.LIST:
            self._ways.setCurrentWidget(self.list)
            self._list_model.set_rows(view.visits)
            return
        self._ways.setCurrentWidget(self.grid)
        self.grid.show_grid(grid, lanes=mode is ViewMode.LANES)
        if self.grid.current_cell() is None:
            self.grid.choose(view.today if first <= view.today <= last else day)
        self.day.show(self.grid.current_cell())

    def _side_arrived(self, side: SideView) -> None:
        self.aside.show_side(side)

    # --- a day, a visit ------------------------------------------------------------------------

    def _on_cell_opened(self, cell: GridCell) -> None:
        self._right.setCurrentIndex(0)
        self.day.enter(cell)

    def _on_listed(self, visit: VisitSummary | None) -> None:
        if visit is not None and self.isVisible():
            self.show_visit(visit.id)

    def show_visit(self, visit_id: str) -> None:
        """Show one visit at the right, with what else could be done there."""
        services = self.context.services
        self._looking_for = visit_id

        def arrived(view: VisitView) -> None:
            if visit_id == self._looking_for:
                self.detail.show_view(view)
                planned = view.visit.summary.state is VisitState.PLANNED
                self.answer.show_for(visit_id, unanswered=planned)
                self._right.setCurrentWidget(self.detail)

        self.run(lambda: read_visit(services, visit_id), arrived)

    def _leave_visit(self) -> None:
        self._looking_for = ""
        self._right.setCurrentIndex(0)
        (self.list if self.wanted.mode is ViewMode.LIST else self.grid).setFocus()

    def _on_dropped(self, ids: tuple[str, ...], cell: GridCell) -> None:
        visits = self.context.services.visits
        self.run(
            lambda: visits.these(ids),
            lambda chosen: self.steps.move(chosen, cell.day, cell.technician_id),
        )

    def activate(self, target: Navigate) -> None:
        """Show a day or a visit, plan a visit by hand, or ask about missed dates."""
        match target:
            case ShowSchedule(day):
                if day is not None:
                    self._narrow(day=day)
            case ShowVisit(visit_id):
                self._whole.setCurrentWidget(self._splitter)
                self.show_visit(visit_id)
            case PlanVisit(terminal_id):
                self.extra.ask(terminal_id)
            case DecideMissedDates():
                self.planning.catch_up()
            case ShowPlans():
                self.plans.show_list()
            case _:
                super().activate(target)

    def keep_place(self, store: QSettings) -> None:
        """Remember how the page is divided and looked at."""
        store.setValue("maintenance/splitter", self._splitter.saveState())
        if self._wanted is not None:
            store.setValue("maintenance/mode", str(self._wanted.mode))


def _read(services: Services, wanted: ScheduleQuery) -> tuple[PeriodView, GridContent]:
    """A period and its cells; both are made by the worker."""
    view = gather(services, wanted)
    return view, NO_GRID if wanted.mode is ViewMode.LIST else grid_of(view)
