"""The dispatch page: technicians by days, with incidents beside visits, and what waits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QButtonGroup, QPushButton

from app.domain.dispatch.board import BoardItem, Suggestion
from app.domain.dispatch.dispatches import WorkType
from app.domain.errors import AppError, InvalidInput
from app.gui.actions import UserAction
from app.gui.pages.dispatch.assign_dialog import (
    AssignDialog,
    Chosen,
    chosen_or_refused,
    overrule_dialog,
)
from app.gui.pages.dispatch.cells import BoardView, board_view, history, load_text, movable
from app.gui.pages.dispatch.lists import WorkTable, work_columns
from app.gui.shell.navigate import ShowIncident, ShowVisit
from app.gui.shell.page import AppContext, Page
from app.gui.toolkit.action_buttons import action_button, action_icon_button
from app.gui.toolkit.day_grid import GridView
from app.gui.toolkit.day_grid_cells import GridCell
from app.gui.toolkit.draft_dialog import Typed
from app.gui.toolkit.folding import FoldingSplitter
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, panel, row
from app.gui.toolkit.permission import permit
from app.gui.toolkit.tables import RowTableModel
from app.gui.toolkit.topbar import FilterBox

if TYPE_CHECKING:
    from app.services import Services


class DispatchMode(StrEnum):
    """How many days are in sight."""

    DAY = "day"
    WEEK = "week"


_MODES = {
    DispatchMode.DAY: UserAction.SHOW_DISPATCH_DAY,
    DispatchMode.WEEK: UserAction.SHOW_DISPATCH_WEEK,
}


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """The days in sight, and the area they are narrowed to."""

    mode: DispatchMode
    day: date
    area: str = ""

    @property
    def span(self) -> tuple[date, date]:
        """First and last day: a week begins with the day itself, for what is past is not handed
        out any more."""
        if self.mode is DispatchMode.DAY:
            return self.day, self.day
        return self.day, self.day + timedelta(days=6)

    def stepped(self, by: int) -> BoardQuery:
        """The span before or after."""
        days = 1 if self.mode is DispatchMode.DAY else 7
        return replace(self, day=self.day + timedelta(days=by * days))


class DispatchPage(Page):
    """The board at the left; the work of a day and what waits for somebody at the right."""

    kinds = ("incident", "visit", "dispatch", "technician", "absence", "calendar")

    def __init__(self, context: AppContext) -> None:
        super().__init__(context, _("Dispatch"))
        self._wanted: BoardQuery | None = None
        self.view: BoardView | None = None
        self._chosen: BoardItem | None = None
        self.grid = GridView()
        self.grid.setAccessibleName(_("Technicians and days"))
        self._cell_model = RowTableModel(work_columns(self._today), self)
        self.of_cell = WorkTable(self._cell_model, name="of day", title=_("Work of the day"))
        self._pool_model = RowTableModel(work_columns(self._today), self)
        self.pool = WorkTable(self._pool_model, name="pool", title=_("Work nobody has yet"))
        self.pool.setAcceptDrops(True)
        self._make_bar()
        self._make_content()
        self._connect()

    # --- building ------------------------------------------------------------------------------

    def _make_bar(self) -> None:
        earlier = action_icon_button(UserAction.EARLIER_WORK, lambda: self.step(-1))
        later = action_icon_button(UserAction.LATER_WORK, lambda: self.step(1))
        today = action_button(UserAction.WORK_TODAY, self.go_today)
        self._period = label("", "section")
        self._modes = QButtonGroup(self)
        segments = [self._segment(mode, action) for mode, action in _MODES.items()]
        self._area = FilterBox(_("Area"))
        self._area.chosen.connect(lambda value: self._narrow(area=value))
        self.topbar.add_left(
            earlier, today, later, self._period, boxed(row(*segments, spacing=0)), self._area
        )
        self.assigning = action_button(UserAction.ASSIGN_WORK, self.ask, role="primary")
        self.taking = action_button(UserAction.TAKE_WORK_BACK, self.take_back)
        self.topbar.add_right(self.taking, self.assigning)

    def _segment(self, mode: DispatchMode, action: UserAction) -> QPushButton:
        made = action_button(action, lambda: self._narrow(mode=mode), role="segment")
        made.setCheckable(True)
        made.setProperty("mode", str(mode))
        self._modes.addButton(made)
        return made

    def _make_content(self) -> None:
        self._day_title = label("", "section", wrap=True)
        self._day_load = label("", "muted", wrap=True)
        self._pool_title = label("", "section")
        self._about = label("", "muted", wrap=True)
        self.of_cell.setAccessibleName(_("Work of the day"))
        self.pool.setAccessibleName(_("Work that waits for somebody"))
        day = panel(
            column(
                column(self._day_title, self._day_load, spacing=2, margins=(14, 10, 14, 6)),
                self.of_cell,
                spacing=0,
                margins=(1, 1, 1, 1),
            )
        )
        waiting = panel(
            column(
                column(self._pool_title, margins=(14, 10, 14, 6)),
                self.pool,
                spacing=0,
                margins=(1, 1, 1, 1),
            )
        )
        sides = column(day, waiting, self._about, spacing=12, margins=(14, 14, 14, 14))
        sides.setStretch(0, 2)
        sides.setStretch(1, 3)
        right = boxed(sides)
        self._splitter = FoldingSplitter(
            self.grid, right, least=(560, 344), heights=(300, 420), grows=0
        )
        self._splitter.setSizes([920, 360])
        self.set_content(self._splitter)

    def _connect(self) -> None:
        self.grid.chosen.connect(self._on_cell)
        self.grid.opened.connect(self._on_cell_opened)
        self.grid.visit_opened.connect(lambda key: self._open(self._item(key)))
        self.grid.dropped.connect(self._on_dropped)
        self.pool.dropped.connect(self._on_returned)
        for table in (self.of_cell, self.pool):
            table.opened.connect(self._open)
        self.of_cell.current_changed.connect(lambda item: self._on_current(item, self.pool))
        self.pool.current_changed.connect(lambda item: self._on_current(item, self.of_cell))

    # --- the span ------------------------------------------------------------------------------

    @property
    def wanted(self) -> BoardQuery:
        """What is shown."""
        if self._wanted is None:
            stored = str(QSettings().value("dispatch/mode", DispatchMode.WEEK))
            mode = DispatchMode(stored) if stored in list(DispatchMode) else DispatchMode.WEEK
            self._wanted = BoardQuery(mode, self.context.services.context.today())
        return self._wanted

    def _today(self) -> date:
        return self.context.services.context.today()

    def keep_place(self, store: QSettings) -> None:
        """Remember how many days are in sight."""
        if self._wanted is not None:
            store.setValue("dispatch/mode", str(self._wanted.mode))

    def step(self, by: int) -> None:
        """The span before or after."""
        self._wanted = self.wanted.stepped(by)
        self.refresh()

    def go_today(self) -> None:
        """The span of today."""
        self._narrow(day=self._today())

    def _narrow(self, **changes: object) -> None:
        self._wanted = replace(self.wanted, **changes)  # type: ignore[arg-type]
        self.refresh()

    def refresh(self) -> None:
        """Read the board again."""
        services, wanted = self.context.services, self.wanted
        self.run(lambda: _read(services, wanted), lambda view: self._arrived(wanted, view))

    def _arrived(self, wanted: BoardQuery, view: BoardView) -> None:
        if wanted != self.wanted:
            return
        self.view, board, kept = view, view.board, self._chosen
        assert self.states is not None
        if not board.people:
            self.states.show_empty(
                _("Nobody goes on visits yet"),
                _("Enter the technicians with their areas in the settings, under People."),
                icon="users",
            )
            return
        self.states.show_content()
        areas = {item.area for item in board.items} | {a for p in board.people for a in p.areas}
        self._area.set_choices([(area, area) for area in sorted(areas - {""})])
        for made in self._modes.buttons():
            made.setChecked(made.property("mode") == str(wanted.mode))
        t, (first, last) = words(), wanted.span
        self._period.setText(t.days(first, last))
        self.grid.show_grid(view.grid, lanes=True)
        if self.grid.current_cell() is None:
            # Not a day off, unless nothing else is in sight.
            self.grid.choose(view.grid.cells[0][0].day)
            self.grid.choose(self._worked_from(first))
        self._on_cell(self.grid.current_cell())
        waiting = [item for item in board.pool if wanted.area in ("", item.area)]
        self._pool_title.setText(_("Waiting for somebody: {count}", count=len(waiting)))
        self._pool_model.set_rows(waiting)
        self._choose(self._item(kept.id) if kept is not None else None)

    def _on_cell(self, cell: GridCell | None) -> None:
        view = self.view
        if view is None or cell is None or cell.technician_id is None:
            return
        name, key = self._name(cell.technician_id), (cell.technician_id, cell.day)
        t = words()
        self._day_title.setText(f"{name} · {t.day(cell.day)} {t.weekday(cell.day)}")
        room = view.room(*key)
        away = _("On leave") if cell.away else ""
        free = load_text(view.loads.get(key), room) or (
            _("{minutes} min free", minutes=room) if room else _("Day off")
        )
        self._day_load.setText(away or free)
        self._cell_model.set_rows(view.work.get(key, ()))

    def _on_cell_opened(self, cell: GridCell) -> None:
        self._on_cell(cell)
        self.of_cell.select_first()
        self.of_cell.setFocus()

    # --- one piece of work ---------------------------------------------------------------------

    def _item(self, key: str) -> BoardItem | None:
        items = self.view.board.items if self.view is not None else ()
        return next((item for item in items if item.id == key), None)

    def _on_current(self, item: BoardItem | None, other: WorkTable) -> None:
        """Of both lists one piece of work is chosen: the last one a person came to; when a list is
        filled anew, that of the other."""
        if item is not None:
            other.clearSelection()
        self._choose(item if item is not None else other.current())

    def _name(self, technician_id: str) -> str:
        people = self.view.board.people if self.view is not None else ()
        return next((person.name for person in people if person.id == technician_id), "")

    def _choose(self, item: BoardItem | None) -> None:
        self._chosen = item
        self._about.setText(history(item) if item is not None else "")
        standing = self.context.services.context.standing
        kind = item.type if item is not None else WorkType.INCIDENT
        free = item is not None and movable(item)
        given = item is not None and bool(item.technician_id)
        permit(self.assigning, standing.refusal(f"{kind}.dispatch"), enabled=free)
        permit(self.taking, standing.refusal(f"{kind}.take_back"), enabled=free and given)

    def _open(self, item: BoardItem | None) -> None:
        if item is not None:
            incident = item.type is WorkType.INCIDENT
            self.context.go(ShowIncident(item.id) if incident else ShowVisit(item.id))

    # --- handing out ---------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask to whom the chosen work goes, with suggestions."""
        if self._chosen is not None:
            self._ask(self._chosen)

    def _ask(self, item: BoardItem, typed: Typed | None = None) -> None:
        cell, services = self.grid.current_cell(), self.context.services
        today = self._today()
        day = self._worked_from(max(cell.day if cell is not None else today, today))
        dialog = AssignDialog(item, day, self)

        def suggest(on: date) -> None:
            def read() -> tuple[tuple[Suggestion, ...], date]:
                dispatching = services.dispatching
                found = dispatching.suggest(item.type, item.id, on)
                anybody = any(one.room for one in found)
                return found, on if anybody else dispatching.worked_from(on)

            self.run(read, lambda both: dialog.show_suggestions(*both), owner=dialog)

        def save(chosen: Chosen | None) -> None:
            to = chosen_or_refused(chosen)
            services.dispatching.dispatch(item, to.technician_id, to.day, to.overruling)

        dialog.day_wanted.connect(suggest)
        suggest(day)
        dialog.is_about(
            item.id,
            lambda entered: self.run(
                lambda: services.dispatching.numbered(item.number),
                lambda now: self._ask(now, entered),
            ),
        )
        self.submit(dialog, save, lambda _none: self._said(item))
        dialog.restore(typed or {})

    def _worked_from(self, day: date) -> date:
        """The first day from this one on on which anybody works."""
        rooms = self.view.board.rooms if self.view is not None else {}
        worked = (one for days in rooms.values() for one in days if one >= day)
        return min(worked, default=day)

    def _on_dropped(self, ids: tuple[str, ...], cell: GridCell) -> None:
        for item in filter(None, map(self._item, ids)):
            self._give(item, cell)

    def _give(self, item: BoardItem, cell: GridCell) -> None:
        """Hand dropped work out; what speaks against it is said, and asked why all the same."""
        dispatching, who = self.context.services.dispatching, cell.technician_id or ""

        def refused(error: AppError) -> None:
            problems = error.problems if isinstance(error, InvalidInput) else ()
            if not any(problem.field == "overruling" for problem in problems):
                self.context.failed.emit(error)
                return
            doubts = [problem for problem in problems if problem.field != "overruling"]
            dialog = overrule_dialog(self, self._name(who), doubts)
            self.submit(
                dialog,
                lambda why: dispatching.dispatch(item, who, cell.day, why),
                lambda _none: self._said(item),
            )

        self.run(
            lambda: dispatching.dispatch(item, who, cell.day),
            lambda _none: self._said(item),
            failed=refused,
        )

    def _said(self, item: BoardItem) -> None:
        self.context.note(_("{number} was assigned", number=item.number))

    def _on_returned(self, ids: tuple[str, ...]) -> None:
        for item in filter(None, map(self._item, ids)):
            if item.technician_id:
                self._take(item)

    def take_back(self) -> None:
        """Take the chosen work off whoever has it."""
        if self._chosen is not None:
            self._take(self._chosen)

    def _take(self, item: BoardItem) -> None:
        dispatching = self.context.services.dispatching
        self.run(
            lambda: dispatching.take_back(item),
            lambda _none: self.context.note(_("{number} was taken back", number=item.number)),
        )


def _read(services: Services, wanted: BoardQuery) -> BoardView:
    board = services.dispatching.board(*wanted.span)
    ids: dict[WorkType, list[str]] = {work: [] for work in WorkType}
    for item in board.items:
        ids[item.type].append(item.id)
    dangers = services.terminal_stops.of_work(ids[WorkType.INCIDENT], ids[WorkType.VISIT])
    return board_view(board, wanted.area, dangers)
