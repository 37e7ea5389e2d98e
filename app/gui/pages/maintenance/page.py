"""The maintenance page: one period at a time as month, week, lanes or list; a visit at the side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QButtonGroup, QMenu, QPushButton, QSplitter, QStackedWidget

from app.domain.maintenance.visits import VisitState, VisitSummary
from app.gui.pages.maintenance.actions import VisitActions
from app.gui.pages.maintenance.cells import NO_GRID, GridCell, GridContent, grid_of
from app.gui.pages.maintenance.checklist_view import WorkView
from app.gui.pages.maintenance.compliance import ComplianceDialog
from app.gui.pages.maintenance.detail import VisitDetail, VisitView
from app.gui.pages.maintenance.filters import filter_boxes
from app.gui.pages.maintenance.grid import GridView
from app.gui.pages.maintenance.new_visit import NewVisit
from app.gui.pages.maintenance.planning import VisitPlanning
from app.gui.pages.maintenance.plans import PlanActions
from app.gui.pages.maintenance.print_and_export import PrintAndExport
from app.gui.pages.maintenance.read import (
    PeriodView,
    ScheduleQuery,
    SideView,
    ViewMode,
    gather,
    gather_side,
)
from app.gui.pages.maintenance.side_panel import SidePanel
from app.gui.pages.maintenance.visit_list import visit_columns
from app.gui.pages.maintenance.withdraw_leave import withdraw_leave
from app.gui.shell.page import AppContext, Page
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, button, column, icon_button, label, row, scrolled
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel
from app.gui.toolkit.visit_badge import visit_badge

if TYPE_CHECKING:
    from app.services import Services


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
        self.detail = VisitDetail()
        self.work = WorkView()
        self.steps = VisitActions(self, self.detail, self.work)
        self.planning = VisitPlanning(self)
        self.extra = NewVisit(self)
        self.plans = PlanActions(self)
        self.printing = PrintAndExport(self)
        self._list_model = RowTableModel(visit_columns(self._plan_names, self._badge), self)
        self.list = TableView(self._list_model, two_lines=True, name="visits")
        self._make_bar()
        self._make_content()
        self._connect()

    # --- building ------------------------------------------------------------------------------

    def _make_bar(self) -> None:
        earlier = icon_button("chevron-left", _("Earlier · Alt+Left"), lambda: self.step(-1))
        earlier.setShortcut("Alt+Left")
        later = icon_button("chevron-right", _("Later · Alt+Right"), lambda: self.step(1))
        later.setShortcut("Alt+Right")
        today = button(_("Go to today"), self.go_today, shortcut="Ctrl+D")
        self._period = label("", "section")
        self._modes = QButtonGroup(self)
        segments = [
            self._segment(mode, text)
            for mode, text in (
                (ViewMode.MONTH, _("Month")),
                (ViewMode.WEEK, _("Week")),
                (ViewMode.LANES, _("Lanes")),
                (ViewMode.LIST, _("List")),
            )
        ]
        self.topbar.add_left(earlier, today, later, self._period, boxed(row(*segments, spacing=0)))
        visit = button(
            _("New visit"),
            self.extra.ask,
            icon="plus",
            shortcut="Ctrl+Shift+V",
            tip=_("A visit no plan asked for"),
        )
        more = button(_("Plan"), icon="calendar-clock")
        more.setMenu(self._plan_menu())
        giving = button(_("Export"), icon="download")
        exports = QMenu(self)
        self.printing.menu(exports)
        giving.setMenu(exports)
        paper = button(
            _("Print"), self.printing.print, role="primary", icon="printer", shortcut="Ctrl+P"
        )
        self.topbar.add_right(visit, more, giving, paper)

    def _segment(self, mode: ViewMode, text: str) -> QPushButton:
        made = button(text, lambda: self._narrow(mode=mode), role="segment")
        made.setCheckable(True)
        made.setProperty("mode", str(mode))
        self._modes.addButton(made)
        return made

    def _plan_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(_("Level the work …"), lambda: self.planning.level(self.wanted))
        menu.addAction(_("Generate visits …"), self.planning.generate)
        menu.addAction(_("Past runs …"), self.planning.show_runs)
        menu.addAction(_("Missed more than once …"), self.planning.catch_up)
        menu.addAction(_("Compliance …"), self.show_compliance)
        menu.addSeparator()
        menu.addAction(_("Technician away …"), self._ask_absence)
        menu.addAction(_("Take back a leave …"), self._withdraw_absence)
        menu.addAction(_("Holidays from a file …"), self.planning.load_holidays)
        menu.addSeparator()
        menu.addAction(_("Plans …"), self.plans.show_list)
        menu.addAction(_("Add a plan …"), lambda: self.plans.edit(None))
        menu.addAction(_("Take over the recommended plans"), self.plans.install)
        return menu

    def _make_content(self) -> None:
        self._filters = filter_boxes()
        self._summary = label("", "muted")
        bar = row(*self._filters.values(), None, self._summary, margins=(12, 8, 12, 8))
        self._ways = QStackedWidget()
        self._ways.addWidget(self.grid)
        self._ways.addWidget(self.list)
        left = boxed(column(bar, self._ways, spacing=0))
        left.setMinimumWidth(560)
        self._right = QStackedWidget()
        self._right.addWidget(scrolled(self.aside))
        self._right.addWidget(self.detail)
        self._right.setMinimumWidth(330)
        self._splitter = QSplitter()
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(left)
        self._splitter.addWidget(self._right)
        self._splitter.setStretchFactor(0, 1)
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
        self.grid.chosen.connect(self.aside.show_cell)
        self.grid.opened.connect(self._on_cell_opened)
        self.grid.visit_opened.connect(self.show_visit)
        self.grid.dropped.connect(self._on_dropped)
        self.list.opened.connect(lambda visit: self.show_visit(visit.id))
        self.list.current_changed.connect(self._on_listed)
        self.aside.opened.connect(self.show_visit)
        self.detail.asked.connect(self._on_asked)
        self.steps.shown.connect(self.show_visit)
        self.extra.made.connect(self.show_visit)
        self.steps.work_shown.connect(lambda: self._whole.setCurrentWidget(self.work))
        self.steps.work_left.connect(lambda: self._whole.setCurrentWidget(self._splitter))
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
            box.blockSignals(True)
            box.choose(getattr(view.wanted, name))
            box.blockSignals(False)
        for made in self._modes.buttons():
            made.setChecked(made.property("mode") == str(view.wanted.mode))

    def _show_period(self, view: PeriodView, grid: GridContent) -> None:
        mode, t = view.wanted.mode, words()
        first, last = view.wanted.span
        day = view.wanted.day
        whole = mode in (ViewMode.MONTH, ViewMode.LIST)
        self._period.setText(
            _("{year}-{month}", year=day.year, month=f"{day.month:02d}")
            if whole
            else f"{t.day(first)} – {last:%m-%d}"
        )
        late = sum(visit_badge(v, view.today).tone == "danger" for v in view.visits)
        text = plural("{count} visit", "{count} visits", len(view.visits))
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
        self.aside.show_cell(self.grid.current_cell())

    def _side_arrived(self, side: SideView) -> None:
        self.aside.show_side(side)

    # --- a day, a visit ------------------------------------------------------------------------

    def _on_cell_opened(self, cell: GridCell) -> None:
        self._right.setCurrentIndex(0)
        self.aside.show_cell(cell)
        self.aside.table.select_first()
        self.aside.table.setFocus()

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
                self._right.setCurrentWidget(self.detail)

        self.run(lambda: _read_visit(services, visit_id), arrived)

    def _on_asked(self, what: str, _argument: Any) -> None:
        if what == "back":
            self._looking_for = ""
            self._right.setCurrentIndex(0)
            (self.list if self.wanted.mode is ViewMode.LIST else self.grid).setFocus()

    def _on_dropped(self, ids: tuple[str, ...], cell: GridCell) -> None:
        if self.view is not None:
            chosen = [visit for visit in self.view.visits if visit.id in ids]
            self.steps.move(chosen, cell.day, cell.technician_id)

    def activate(self, argument: Any) -> None:
        """``{"visit": id}`` shows a visit, ``{"day": date}`` a day, ``{"filter": {…}}`` narrows,
        ``{"catch_up": …}`` asks about missed dates, ``{"extra": terminal}`` for a visit by hand."""
        if "filter" in argument:
            self._narrow(**argument["filter"])
        if isinstance(argument.get("day"), date):
            self._narrow(day=argument["day"])
        if "visit" in argument:
            self._whole.setCurrentWidget(self._splitter)
            self.show_visit(argument["visit"])
        if "extra" in argument:
            self.extra.ask(argument["extra"])
        if "catch_up" in argument:
            self.planning.catch_up()

    def keep_place(self, store: QSettings) -> None:
        """Remember how the page is divided and looked at."""
        store.setValue("maintenance/splitter", self._splitter.saveState())
        if self._wanted is not None:
            store.setValue("maintenance/mode", str(self._wanted.mode))


def _read(services: Services, wanted: ScheduleQuery) -> tuple[PeriodView, GridContent]:
    """A period and its cells; both are made by the worker."""
    view = gather(services, wanted)
    return view, NO_GRID if wanted.mode is ViewMode.LIST else grid_of(view)


def _read_visit(services: Services, visit_id: str) -> VisitView:
    """A visit with what else could be done there."""
    visits = services.visits
    visit = visits.get(visit_id)
    here = visit.summary.merchant_id
    mine = {item.id for item in visit.occurrences}
    due = visits.due_here(here) if here and visit.actions else ()
    also = tuple(item for item in due if item.id not in mine or not item.id)
    signatures, signable = {}, ""
    if visit.summary.state in _SIGNED_AFTER and any(item.serial for item in visit.occurrences):
        signatures = services.signatures.of_visit(visit_id)
        signable = services.reporting.signable_visit(visit_id)
    return VisitView(visit, services.context.today(), also, signatures, signable)


_SIGNED_AFTER = frozenset({VisitState.IN_PROGRESS, VisitState.DONE, VisitState.PARTIAL})
"""States of a visit at which something was checked, to be signed for."""
