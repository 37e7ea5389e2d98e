"""What was done on this computer and the office does not have: looked at, narrowed, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.actions import UserAction
from app.gui.shell.navigate import Navigate
from app.gui.shell.page import AppContext
from app.gui.shell.paged_list import PagedList
from app.gui.shell.trail_detail import TrailDetail, trail_columns
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import column, label, panel
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.permission import permit
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import PagedTableModel
from app.gui.toolkit.tasks import Job
from app.gui.toolkit.topbar import FilterBox, SearchBox
from app.gui.toolkit.wrapping import wrapping
from app.services.core.audit import TrailFilter
from app.services.core.keyset import PAGE
from app.services.core.trail_entries import TrailEntry
from app.texts import word

OUTBOX = TrailFilter(unsent=True)


class OutboxTab(QWidget):
    """List at the left, the chosen operation with every field at the right."""

    going = Signal(Navigate)
    """The record of an operation is to be shown."""
    counted = Signal(int)
    """How many wait, once the whole list was read."""
    withdrawing = Signal(object)
    """The `TrailEntry` that is to be taken back."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._wanted = OUTBOX
        self.model = PagedTableModel(trail_columns(), PAGE, self)
        self.table = TableView(
            self.model, two_lines=True, name="outbox", title=_("What waits to be sent")
        )
        self._list = PagedList(self, self.model)
        self.detail = TrailDetail()
        self.search = SearchBox(_("Record or value …"))
        self.people = FilterBox(_("Done by"))
        self.kinds = FilterBox(_("Record"))
        self.withdraw = action_button(UserAction.WITHDRAW_OPERATION, self._on_withdraw)
        self._count = label("", "muted")
        bar = wrapping(self.search, self.people, self.kinds, None, self._count, self.withdraw)
        self.table.setMinimumHeight(140)
        sides = panel(column(self.table, margins=(1, 1, 1, 1))), panel(column(self.detail))
        for side in sides:
            # Both are tables that scroll: what they would like to have is no need of theirs.
            side.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        # Narrower, their last column would only be seen after scrolling sideways.
        lists = FoldingRow(*sides, spacing=12, least=440, stretches=(5, 4))
        self._states = StateStack(lists)
        layout = column(bar, self._states, spacing=8, margins=(0, 10, 0, 0))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.search.searched.connect(lambda text: self._narrow(text=text))
        self.people.chosen.connect(lambda code: self._narrow(actor=code))
        self.kinds.chosen.connect(lambda kind: self._narrow(kind=kind))
        self.table.current_changed.connect(self._on_current)
        self.detail.wanted.connect(self.going)
        self._list.arrived.connect(self._on_arrived)
        self._on_current(None)

    # --- reading --------------------------------------------------------------------------------

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], *, lane: str = "db") -> Job:
        """Read beside the window."""
        return self._context.tasks.run(work, done, owner=self, lane=lane)

    load = run

    def refresh(self) -> None:
        """Read what waits, and what it can be narrowed by."""
        services = self._context.services
        self._list.show(services.audit, self._wanted)

        def choices() -> tuple[list[tuple[str, str]], tuple[str, ...]]:
            people = services.directory.technicians(everybody=True)
            return [(one.code, one.name) for one in people], services.audit.kinds()

        self.run(choices, lambda found: self._show_choices(*found))

    def _show_choices(self, people: list[tuple[str, str]], kinds: tuple[str, ...]) -> None:
        self.people.set_choices(people)
        self.kinds.set_choices([(kind, word(words(), "kind", kind)) for kind in kinds if kind])

    def _narrow(self, **changes: Any) -> None:
        self._wanted = replace(self._wanted, **changes)
        self.refresh()

    def _on_arrived(self, count: int) -> None:
        if self._wanted == OUTBOX:
            self.counted.emit(count)
        self._count.setText(plural("{count} operation", "{count} operations", count))
        if count:
            self._states.show_content()
            if self.table.current() is None:
                self.table.select_first()
        elif self._wanted == OUTBOX:
            self._states.show_empty(
                _("Nothing waits to be sent"),
                _("The office has everything done here."),
                icon="circle-check",
            )
        else:
            self._states.show_empty(_("No operation matches these filters"), icon="search")
        self._on_current(self.table.current() if count else None)

    # --- one of them ----------------------------------------------------------------------------

    def _on_current(self, entry: TrailEntry | None) -> None:
        self.detail.setVisible(entry is not None)
        if entry is not None:
            self.detail.show_entry(entry)
        refusal = None
        if self._context.is_ready:
            refusal = self._context.services.context.standing.refusal("operation.withdraw")
        permit(self.withdraw, refusal, enabled=entry is not None)

    def _on_withdraw(self) -> None:
        entry = self.table.current()
        if entry is not None:
            self.withdrawing.emit(entry)
