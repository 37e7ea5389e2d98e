"""Printing and exporting the schedule: preview, calendar files, Excel files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from app.gui.actions import UserAction
from app.gui.pages.maintenance.print_preview import PrintPreviewDialog
from app.gui.pages.maintenance.read import PeriodView
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import fill_menu
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.language import _, words
from app.services.documents.requests import Request


class PrintAndExport(QObject):
    """Prints and exports the schedule."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self._context = page.context
        self._view: PeriodView | None = None

    def show_view(self, view: PeriodView) -> None:
        """Offer the period and the filters in sight first."""
        self._view = view

    def menu(self, owner: QWidget) -> QMenu:
        """The menu of exports of a page."""
        return fill_menu(
            QMenu(owner),
            owner,
            (UserAction.EXPORT_CALENDARS, partial(self.export, "ics")),
            (UserAction.EXPORT_TASKS, partial(self.export, "xlsx")),
            (UserAction.EXPORT_YEAR, partial(self.export, "year")),
        )

    # --- documents -----------------------------------------------------------------------------

    def print(self) -> PrintPreviewDialog | None:
        """Choose a schedule, look at it, print or save it."""
        if self._view is None:
            return None
        dialog = PrintPreviewDialog(self._page, self._view)
        dialog.open()
        return dialog

    # --- exports -------------------------------------------------------------------------------

    def export(self, kind: str) -> None:
        """Ask where to, then write what is in sight."""
        if self._view is None:
            return
        first, last = self._view.wanted.span
        suffix = "ics" if kind == "ics" else "xlsx"
        filters = _("Calendars (*.ics)") if kind == "ics" else _("Excel files (*.xlsx)")
        name = _("Maintenance") + f" {first} {last}.{suffix}"
        ask_new_file(
            self._page, _("Export"), filters, name, lambda path: self.export_to(path, kind)
        )

    def export_to(self, path: Path, kind: str) -> None:
        """Write what is in sight."""
        view = self._view
        if view is None:
            return
        schedules, t = self._context.services.schedule_export, words()
        first, last = view.wanted.span
        code = next((p.code for p in view.people if p.id == view.wanted.technician_id), "")
        request = Request(
            kind="",
            since=first,
            until=last,
            area=view.wanted.area,
            technician=code,
            plan=view.wanted.plan_key,
        )

        def write() -> tuple[Path, ...]:
            if kind == "ics":
                return schedules.write_calendars(path, request, t)
            schedules.write_table(path, "year" if kind == "year" else "month", request, t)
            return (path,)

        def written(files: tuple[Path, ...]) -> None:
            self._context.note(_("Saved: {name}", name=", ".join(file.name for file in files)))

        self._page.run(write, written, lane="io")
