"""The visits of the day chosen in the calendar, read when it is: a month only has their number."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.maintenance.visits import VisitSummary
from app.gui.pages.maintenance.side_panel import SidePanel
from app.gui.shell.page import Page
from app.gui.toolkit.day_grid_cells import GridCell
from app.services.maintenance.visit_queries import VisitFilter


class DayInSight:
    """Fills the panel at the right; `wanted` gives the filter of the calendar."""

    def __init__(self, page: Page, aside: SidePanel, wanted: Callable[[], VisitFilter]) -> None:
        self._page, self._aside, self._wanted = page, aside, wanted
        self._cell: GridCell | None = None

    def enter(self, cell: GridCell) -> None:
        """Show a cell and go to its first visit."""

        def go() -> None:
            self._aside.table.select_first()
            self._aside.table.setFocus()

        self.show(cell, go)

    def show(self, cell: GridCell | None, then: Callable[[], None] | None = None) -> None:
        """Show the visits of a cell, unless another one is chosen meanwhile; `then` is done when
        they are there."""
        self._cell = cell
        if cell is None:
            self._aside.show_cell(None, ())
            return
        visits, wanted = self._page.context.services.visits, self._wanted()

        def arrived(found: tuple[VisitSummary, ...]) -> None:
            if self._cell is cell:
                self._aside.show_cell(cell, found)
                if then is not None:
                    then()

        self._page.run(lambda: visits.between(cell.day, cell.day, wanted), arrived)
