"""The terminals page: find, add, correct, swap, move; import and export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, assert_never

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMenu, QStackedWidget

from app.domain.errors import AppError
from app.domain.register.custody import Unaccounted
from app.domain.register.terminal_actions import TerminalAction
from app.domain.register.terminals import TerminalState, TerminalSummary
from app.gui.actions import UserAction
from app.gui.pages.terminals.actions import TerminalActions
from app.gui.pages.terminals.detail import TerminalDetail
from app.gui.pages.terminals.importing import Importing
from app.gui.pages.terminals.read import TerminalView, gather
from app.gui.pages.terminals.tabs import CopiedFact, TerminalTabWish, TerminalWish
from app.gui.shell.navigate import (
    ActOnTerminal,
    ImportTerminals,
    ListTerminals,
    Navigate,
    ShowIncident,
    ShowTerminal,
)
from app.gui.shell.page import AppContext, Page
from app.gui.shell.paged_list import PagedList
from app.gui.toolkit.action_buttons import action_button, fill_menu, key_hint, permit_entries
from app.gui.toolkit.badge import terminal_badge
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.folding import FoldingSplitter
from app.gui.toolkit.forms import word_choices
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, button, column, label, row
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import PagedTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.topbar import FilterBox, SearchBox
from app.services.core.keyset import PAGE
from app.services.register.terminal_queries import Choices, TerminalFilter
from app.texts import word

MOST_IN_MENU = 20
"""Unaccounted devices a menu names; the command line lists all."""


class TerminalsPage(Page):
    """List at the left, the chosen terminal at the right."""

    kinds = ("terminal", "merchant", "incident", "occurrence")

    def __init__(self, context: AppContext) -> None:
        super().__init__(context, _("Terminals"))
        self._wanted = TerminalFilter()
        self._model = PagedTableModel(_columns(), PAGE, self)
        self.table = TableView(self._model, two_lines=True, name="terminals", title=_("Terminals"))
        self._list = PagedList(self, self._model)
        self.detail = TerminalDetail()
        self._looking_for = ""
        self.steps = TerminalActions(self, self.detail, self.show_terminal)
        self.importing = Importing(self)
        self._make_bar()
        self._make_content()
        self._connect()

    # --- building ------------------------------------------------------------------------------

    def _make_bar(self) -> None:
        self.search = SearchBox(_("Serial, TID, merchant, phone …"))
        self._filters = {
            "state": FilterBox(_("State"), word_choices("terminal_state", TerminalState)),
            "area": FilterBox(_("Area")),
            "acquirer": FilterBox(_("Acquirer")),
            "model": FilterBox(_("Model")),
            "firmware": FilterBox(_("Firmware")),
        }
        above = [box for name, box in self._filters.items() if name != "firmware"]
        self.topbar.add_left(self.search, *above)
        add = action_button(UserAction.ADD_TERMINAL, self.steps.add, role="primary")
        keys = key_hint(UserAction.IMPORT_TERMINALS)
        taking = button(
            _("Import"), icon="file-input", tip=" · ".join((_("From a spreadsheet"), keys))
        )
        menu = fill_menu(
            QMenu(self),
            self,
            (UserAction.IMPORT_TERMINALS, self.importing.terminals),
            (UserAction.IMPORT_HISTORY, self.importing.history),
            (UserAction.SAVE_TEMPLATE, self.importing.template),
        )
        kinds = {
            UserAction.IMPORT_TERMINALS: "register.import",
            UserAction.IMPORT_HISTORY: "incident.import",
        }
        permit_entries(menu, kinds, lambda: self.context.services.context.standing)
        taking.setMenu(menu)
        giving = button(_("Export"), icon="download", tip=_("The terminals of this list"))
        giving.setMenu(
            fill_menu(
                QMenu(self),
                self,
                (UserAction.EXPORT_TERMINALS_CSV, partial(self.export, "csv")),
                (UserAction.EXPORT_TERMINALS_EXCEL, partial(self.export, "xlsx")),
            )
        )
        self.topbar.add_right(giving, taking, add)

    def _make_content(self) -> None:
        self._count = label("", "muted")
        self.unaccounted = button("", tip=_("Nobody is known to hold them for longer than a day"))
        self.unaccounted.setMenu(QMenu(self))
        self.unaccounted.setVisible(False)
        # In the bar there is no room for one more in English at the smallest size.
        below = row(
            self._count,
            None,
            self._filters["firmware"],
            self.unaccounted,
            margins=(12, 4, 12, 6),
        )
        left = boxed(column(self.table, below, spacing=0))
        nothing = boxed(
            column(None, row(None, label(_("Choose a terminal at the left."), "muted"), None), None)
        )
        self._right = QStackedWidget()
        self._right.addWidget(nothing)
        self._right.addWidget(self.detail)
        self._splitter = FoldingSplitter(left, self._right, least=(400, 400), heights=(190, 420))
        self._splitter.setSizes([520, 760])
        state = QSettings().value("terminals/splitter")
        # A damaged file of places gives anything.
        if isinstance(state, QByteArray):
            self._splitter.restoreState(state)
        self.set_content(self._splitter)

    def _connect(self) -> None:
        self.search.searched.connect(lambda text: self._narrow(words=text))
        for name, box in self._filters.items():
            box.chosen.connect(lambda value, n=name: self._narrow(**{n: value}))
        self.table.order_changed.connect(lambda order: self._narrow(order=order))
        self.table.current_changed.connect(self._on_current)
        self.table.opened.connect(lambda _item: self.detail.tabs.setFocus())
        self._list.arrived.connect(self._on_arrived)
        self.detail.asked.connect(self.steps.take)
        self.detail.linked.connect(self.steps.link)
        self.detail.stops.opened.connect(lambda key: self.context.go(ShowIncident(key)))
        self.detail.tabs.wanted.connect(self._on_wanted)

    # --- the list ------------------------------------------------------------------------------

    def _narrow(self, **changes: Any) -> None:
        self._wanted = replace(self._wanted, **changes)
        # Another list: its own first terminal is shown unless the one in sight is in it too.
        self._looking_for = ""
        self.refresh()

    def refresh(self) -> None:
        """Read list, filters and the terminal in sight again."""
        terminals = self.context.services.terminals
        self._list.show(terminals, self._wanted)
        self.run(terminals.choices, self._show_choices)
        self.run(self.context.services.custody.unaccounted, self._show_unaccounted)
        if self._looking_for and self._right.currentWidget() is self.detail:
            # The one asked for last, even if it has not arrived: a change announced meanwhile
            # must not bring back the one before.
            self.show_terminal(self._looking_for)

    def _show_choices(self, choices: Choices) -> None:
        for name, names in (
            ("area", choices.areas),
            ("acquirer", choices.acquirers),
            ("model", choices.models),
            ("firmware", choices.firmware),
        ):
            self._filters[name].set_choices([(one, one) for one in names])

    def _show_unaccounted(self, found: tuple[Unaccounted, ...]) -> None:
        self.unaccounted.setVisible(bool(found))
        self.unaccounted.setText(
            plural("{count} unaccounted for", "{count} unaccounted for", len(found))
        )
        menu = self.unaccounted.menu()
        menu.clear()
        for item in found[:MOST_IN_MENU]:
            text = f"{item.serial} · {word(words(), 'unaccounted', item.reason)}"
            menu.addAction(text, partial(self.show_terminal, item.terminal_id))

    def _on_arrived(self, count: int) -> None:
        self._count.setText(plural("{count} terminal", "{count} terminals", count))
        assert self.states is not None
        if count:
            self.states.show_content()
            if not self._looking_for:
                self.table.select_first()
            return
        self._right.setCurrentIndex(0)
        self._looking_for = ""
        if replace(self._wanted, order="serial") == TerminalFilter():
            self.states.show_empty(
                _("No terminal registered yet"),
                _(
                    "Import the acquirer's spreadsheet as it is, or add one by hand ({keys}).",
                    keys=key_hint(UserAction.ADD_TERMINAL),
                ),
                _("Import a spreadsheet"),
                self.importing.terminals,
                "file-input",
                self.context.services.context.standing.refusal("register.import"),
            )
        else:
            self.states.show_empty(
                _("Nothing matches these filters"), "", _("Show all"), self._show_all, "search"
            )

    def _show_all(self) -> None:
        self.show_filter(TerminalFilter(order=self._wanted.order))

    def show_filter(self, wanted: TerminalFilter) -> None:
        """List what passes this filter, and let the boxes above say so."""
        for name, box in self._filters.items():
            box.put(getattr(wanted, name))
        self.search.put(wanted.words)
        self._wanted = wanted
        self._looking_for = ""
        self.refresh()

    # --- the detail ----------------------------------------------------------------------------

    def _on_current(self, item: TerminalSummary | None) -> None:
        if item is not None:
            self.show_terminal(item.id)

    def show_terminal(self, terminal_id: str, then: Callable[[], object] | None = None) -> None:
        """Show one terminal at the right, and choose it at the left where it can be seen; `then`
        is done once it is in sight."""
        services = self.context.services
        self._looking_for = terminal_id

        def arrived(view: TerminalView) -> None:
            if terminal_id == self._looking_for:
                self.detail.show_view(view, services.context.today())
                self._right.setCurrentWidget(self.detail)
                self._choose(terminal_id)
                if then is not None:
                    then()

        def missing(error: AppError) -> None:
            if terminal_id == self._looking_for:
                view = self.detail.view
                self._looking_for = view.terminal.id if view is not None else ""
            self.context.failed.emit(error)

        self.run(lambda: gather(services, terminal_id), arrived, failed=missing)

    def _choose(self, terminal_id: str) -> None:
        current = self.table.current()
        if (current is None or current.id != terminal_id) and not self.table.select(terminal_id):
            # Another row must not look as if it were the one at the right.
            self.table.choose_none()

    def _on_wanted(self, wish: TerminalTabWish) -> None:
        match wish:
            case Navigate():
                self.context.go(wish)
            case TerminalWish.PLAN_VISIT:
                self.steps.plan_visit()
            case TerminalWish.HAND_OVER:
                self.steps.take(TerminalAction.HAND_OVER)
            case TerminalWish.NOTE_READING:
                self.steps.read_counter()
            case CopiedFact(text):
                self.context.note(_("Copied: {value}", value=text))
            case _:
                assert_never(wish)

    def activate(self, target: Navigate) -> None:
        """Show a terminal, list those of a filter, or take in a spreadsheet of them."""
        match target:
            case ListTerminals(wanted):
                self.show_filter(wanted)
            case ShowTerminal(terminal_id):
                self.show_terminal(terminal_id)
            case ActOnTerminal(terminal_id, action, incident_id):
                self.show_terminal(terminal_id, then=lambda: self.steps.take(action, incident_id))
            case ImportTerminals():
                self.importing.terminals()
            case _:
                super().activate(target)

    # --- export --------------------------------------------------------------------------------

    def export(self, kind: str) -> None:
        """Ask where to, then write what the list holds."""
        today = self.context.services.context.today()
        name = f"{_('Terminals')} {words().day(today)}.{kind}"
        filters = _("CSV files (*.csv)") if kind == "csv" else _("Excel files (*.xlsx)")
        ask_new_file(self, _("Export terminals"), filters, name, self.export_to)

    def export_to(self, path: Path) -> None:
        """Write what the list holds."""
        exporting, wanted, t = self.context.services.terminal_export, self._wanted, words()

        def written(count: int) -> None:
            self.context.note(
                plural(
                    "{count} terminal written to {name}",
                    "{count} terminals written to {name}",
                    count,
                    name=path.name,
                )
            )

        self.run(lambda: exporting.export(path, wanted, t), written, lane="io")

    def keep_place(self, store: QSettings) -> None:
        """Remember how the page is divided."""
        store.setValue("terminals/splitter", self._splitter.saveState())


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Serial / TID"),
            text=lambda i: i.serial,
            detail=_second_line,
            order="serial",
            width=160,
        ),
        TableColumn(
            title=_("Merchant / place"),
            text=lambda i: i.merchant_name or "—",
            detail=lambda i: i.address or i.area,
            order="merchant",
            width=150,
            stretch=True,
        ),
        TableColumn(
            title=_("Model"),
            text=lambda i: i.model,
            detail=lambda i: i.manufacturer,
            order="model",
            width=70,
        ),
        TableColumn(title=_("State"), text=_open_count, badge=_state, order="state", width=112),
    )


def _second_line(item: TerminalSummary) -> str:
    return item.tid or "—"


def _open_count(item: TerminalSummary) -> str:
    return _("{count} open", count=item.open_incidents) if item.open_incidents else ""


def _state(item: TerminalSummary) -> Badge:
    return terminal_badge(item.state)
