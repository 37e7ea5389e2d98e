"""The trail page: who did what, when, on which computer; searched, printed, exported."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMenu, QStackedWidget

from app.domain.errors import BadValue
from app.domain.parsing import parse_date
from app.gui.actions import UserAction
from app.gui.shell.document_preview import DocumentPreview
from app.gui.shell.navigate import Navigate, ShowTrail
from app.gui.shell.page import AppContext, Page
from app.gui.shell.paged_list import PagedList
from app.gui.shell.trail_detail import TrailDetail, trail_columns
from app.gui.toolkit.action_buttons import action_icon_button, fill_menu
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.folding import FoldingSplitter
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, button, column, label, row
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import PagedTableModel
from app.gui.toolkit.topbar import FilterBox, SearchBox
from app.gui.toolkit.working_dialog import WaitDialog, WorkManner
from app.services.core.audit import TrailFilter
from app.services.core.keyset import PAGE
from app.services.core.trail_entries import TrailEntry
from app.texts import word

PERIODS = (1, 7, 30, 365)
"""Days back from today, today included."""


class TrailPage(Page):
    """List at the left, the chosen operation at the right."""

    kinds = ("incident", "terminal", "visit", "plan", "technician", "contact", "model", "exchange")

    def __init__(self, context: AppContext) -> None:
        super().__init__(context, _("Audit trail"))
        self._wanted = TrailFilter()
        self._model = PagedTableModel(trail_columns(), PAGE, self)
        self.table = TableView(self._model, two_lines=True, name="trail", title=_("Operations"))
        self._list = PagedList(self, self._model)
        self.detail = TrailDetail()
        self._make_bar()
        self._make_content()
        self._connect()

    # --- building ------------------------------------------------------------------------------

    def _make_bar(self) -> None:
        self.search = SearchBox(_("Record, value, or a day: 2026-11-29 …"))
        self._people = FilterBox(_("Done by"))
        self._kinds = FilterBox(_("Record"))
        self._period = FilterBox(
            _("Time"),
            [
                ("1", _("today")),
                *((str(n), plural("{count} day", "{count} days", n)) for n in PERIODS[1:]),
            ],
        )
        self._state = FilterBox(
            _("State"),
            [("waiting", _("not applied")), ("unsent", _("not sent yet"))],
        )
        self.topbar.add_left(self.search, self._people, self._kinds, self._period, self._state)
        giving = button(_("Export"), icon="download", tip=_("The operations of this list"))
        giving.setMenu(
            fill_menu(
                QMenu(self),
                self,
                (UserAction.EXPORT_LOG_CSV, partial(self.export, "csv")),
                (UserAction.EXPORT_LOG_EXCEL, partial(self.export, "xlsx")),
            )
        )
        self.topbar.add_right(giving, action_icon_button(UserAction.PRINT_LOG, self.print))

    def _make_content(self) -> None:
        self._count = label("", "muted")
        self._only = button("", self.show_all, icon="x", tip=_("Show all records again"))
        self._narrowed = boxed(
            row(label(_("Only:"), "muted"), self._only, None, margins=(12, 6, 12, 6))
        )
        self._narrowed.hide()
        below = row(self._count, margins=(12, 4, 12, 6))
        left = boxed(column(self._narrowed, self.table, below, spacing=0))
        nothing = boxed(
            column(
                None, row(None, label(_("Choose an operation at the left."), "muted"), None), None
            )
        )
        self._right = QStackedWidget()
        self._right.addWidget(nothing)
        self._right.addWidget(self.detail)
        self._splitter = FoldingSplitter(left, self._right, least=(400, 360), heights=(190, 360))
        self._splitter.setSizes([600, 680])
        state = QSettings().value("trail/splitter")
        # A damaged file of places gives anything.
        if isinstance(state, QByteArray):
            self._splitter.restoreState(state)
        self.set_content(self._splitter)

    def _connect(self) -> None:
        self.search.searched.connect(self._on_search)
        self._people.chosen.connect(lambda code: self._narrow(actor=code))
        self._kinds.chosen.connect(lambda kind: self._narrow(kind=kind))
        self._period.chosen.connect(lambda _days: self._on_search(self.search.text()))
        self._state.chosen.connect(
            lambda state: self._narrow(waiting=state == "waiting", unsent=state == "unsent")
        )
        self.table.current_changed.connect(self._on_current)
        self._list.arrived.connect(self._on_arrived)
        self.detail.wanted.connect(self.context.go)

    # --- the list ------------------------------------------------------------------------------

    @property
    def wanted(self) -> TrailFilter:
        """What is listed."""
        return self._wanted

    def _narrow(self, **changes: Any) -> None:
        self._wanted = replace(self._wanted, **changes)
        self.refresh()

    def _on_search(self, typed: str) -> None:
        """Words, or a day of its own instead of the chosen period."""
        day: date | None = None
        with suppress(BadValue):
            day = parse_date(typed) if typed.strip() else None
        if day is not None:
            self._narrow(text="", since=day, until=day)
            return
        days = int(self._period.value() or 0)
        today = self.context.services.context.today()
        since = today - timedelta(days=days - 1) if days else None
        self._narrow(text=typed, since=since, until=None)

    def refresh(self) -> None:
        """Read the list and what it can be narrowed by."""
        services = self.context.services
        self._list.show(services.audit, self._wanted)
        self._only.setText(self._wanted.subject)
        self._narrowed.setVisible(bool(self._wanted.subject))

        def choices() -> tuple[list[tuple[str, str]], tuple[str, ...]]:
            people = services.directory.technicians(everybody=True)
            return [(one.code, one.name) for one in people], services.audit.kinds()

        self.run(choices, lambda found: self._show_choices(*found))

    def _show_choices(self, people: list[tuple[str, str]], kinds: tuple[str, ...]) -> None:
        self._people.set_choices(people)
        self._kinds.set_choices([(kind, word(words(), "kind", kind)) for kind in kinds if kind])

    def _on_arrived(self, count: int) -> None:
        self._count.setText(plural("{count} operation", "{count} operations", count))
        assert self.states is not None
        if count:
            self.states.show_content()
            if self.table.current() is None:
                self.table.select_first()
            return
        self._right.setCurrentIndex(0)
        if self._wanted == TrailFilter():
            self.states.show_empty(_("Nothing was done yet."), icon="history")
        else:
            self.states.show_empty(
                _("No operation matches these filters"), "", _("Show all"), self.show_all, "search"
            )

    def show_all(self) -> None:
        """List everything."""
        self.show_filter(TrailFilter())

    def show_filter(self, wanted: TrailFilter) -> None:
        """List what passes this filter, and let the boxes above say so."""
        self._people.put(wanted.actor)
        self._kinds.put(wanted.kind)
        self._period.put("")
        self._state.put("waiting" if wanted.waiting else "unsent" if wanted.unsent else "")
        self.search.put(wanted.text)
        self._wanted = wanted
        self.refresh()

    def _on_current(self, entry: TrailEntry | None) -> None:
        if entry is not None:
            self.detail.show_entry(entry)
            self._right.setCurrentWidget(self.detail)

    def activate(self, target: Navigate) -> None:
        """Show the trail of a record, or of what somebody did."""
        match target:
            case ShowTrail(subject, actor):
                self.show_filter(TrailFilter(subject=subject, actor=actor))
            case _:
                super().activate(target)

    # --- paper and files -----------------------------------------------------------------------

    def print(self) -> DocumentPreview:
        """Show the list as a document to print."""
        from app.services.documents.requests import Request

        wanted = self._wanted
        request = Request(
            kind="audit_trail",
            since=wanted.since,
            until=wanted.until,
            technician=wanted.actor,
            trail=wanted,
        )
        dialog = DocumentPreview(self, _("Print the audit trail"), request)
        dialog.open()
        return dialog

    def export(self, kind: str) -> None:
        """Ask where to, then write what the list holds."""
        today = self.context.services.context.today()
        name = f"{_('Audit trail')} {words().day(today)}.{kind}"
        filters = _("CSV files (*.csv)") if kind == "csv" else _("Excel files (*.xlsx)")
        ask_new_file(self, _("Export the audit trail"), filters, name, self.export_to)

    def export_to(self, path: Path) -> None:
        """Write what the list holds."""
        audit, wanted, t = self.context.services.audit, self._wanted, words()

        def work(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> int:
            return audit.export(path, wanted, t, progress, cancelled)

        def written(count: int) -> None:
            self.context.note(
                plural(
                    "{count} operation written to {name}",
                    "{count} operations written to {name}",
                    count,
                    name=path.name,
                )
            )

        manner = WorkManner(_("Writing …"), _("Stopped: no file was written."), lane="io")
        WaitDialog(self, _("Export the audit trail"), self.context).wait_for(work, written, manner)

    def keep_place(self, store: QSettings) -> None:
        """Remember how the page is divided."""
        store.setValue("trail/splitter", self._splitter.saveState())
