"""Paper and exports: which schedule, of which days, of whom; looked at, saved, handed on."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu

from app.domain.errors import BadValue, Problems
from app.domain.parsing import parse_date
from app.gui.desk import Page
from app.gui.dialogs.draft_dialog import DraftDialog
from app.gui.forms import Field
from app.gui.language import _, plural, words
from app.gui.pages.maintenance.view import PeriodView
from app.gui.widgets.files import ask_new_file
from app.services.report_requests import Request
from app.services.terminal_queries import TerminalFilter

_KINDS = ("schedule_year", "schedule_month", "schedule_week", "route", "compliance", "evidence")


class Printing(QObject):
    """The page's hands for documents."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self._desk = page.desk
        self._view: PeriodView | None = None

    def show_view(self, view: PeriodView) -> None:
        """What is in sight is what is offered first."""
        self._view = view

    def menu(self, menu: QMenu) -> None:
        """Fill the export menu."""
        for text, kind in (
            (_("Calendars (.ics), one for each technician …"), "ics"),
            (_("Tasks as an Excel file …"), "xlsx"),
            (_("Year plan as an Excel file …"), "year"),
        ):
            menu.addAction(text, partial(self.export, kind))

    # --- documents -----------------------------------------------------------------------------

    def print(self) -> None:
        """Ask which schedule, then show it."""
        view = self._view
        if view is None:
            return
        dialog = self._dialog(view)
        reporting = self._desk.services.papers.reporting

        def make(values: dict[str, Any]) -> Any:
            return reporting.pdf(_request(values)), bool(values["save"])

        self._page.submit(dialog, make, lambda made: self._made(*made))

    def _dialog(self, view: PeriodView) -> DraftDialog:
        t, names = words(), _kind_names()
        people = [(p.code, p.name) for p in view.people]
        plans = [(p.key, p.latest.contents.name.in_(t.language)) for p in view.plans]
        everything = ("", _("all"))
        dialog = DraftDialog(
            _("Print the schedule"),
            [
                Field("kind", _("Document"), "choice", choices=[(k, names[k]) for k in _KINDS]),
                Field("since", _("From"), "day", required=True),
                Field("until", _("Until"), "day", required=True),
                Field("area", _("Area"), "choice",
                      choices=[everything, *((a, a) for a in view.areas)]),
                Field("technician", _("Technician"), "choice", choices=[everything, *people]),
                Field("plan", _("Plan"), "choice", choices=[everything, *plans]),
                Field("language", _("Language"), "choice",
                      choices=[("", _("as in the settings")), ("zh", "中文"), ("en", "English"),
                               ("both", "中文 / English")]),
                Field("save", _("Then"), "choice", choices=[
                    ("", _("preview and print")), ("save", _("save as a file"))]),
            ],
            lambda values: values,
            action=_("Make it"),
            parent=self._page,
        )  # fmt: skip
        code = next((p.code for p in view.people if p.id == view.wanted.technician_id), "")
        first, last = view.wanted.span
        dialog.fill({
            "kind": "schedule_week" if (last - first).days < 14 else "schedule_month",
            "since": t.day(first), "until": t.day(last), "area": view.wanted.area,
            "technician": code, "plan": view.wanted.plan_key,
        })  # fmt: skip
        return dialog

    def _made(self, printed: Any, save: bool) -> None:
        if save:
            ask_new_file(self._page, _("Save as"), _("PDF files (*.pdf)"), printed.file_name,
                         lambda path: self.save_to(path, printed))  # fmt: skip
            return
        folder = Path(tempfile.mkdtemp(prefix="poscare-"))
        reporting = self._desk.services.papers.reporting
        path = folder / printed.file_name

        def shown(_none: None) -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
            self._desk.note(plural("{count} page", "{count} pages", printed.pages))

        self._page.run(lambda: reporting.save(printed, path), shown, lane="io")

    def save_to(self, path: Path, printed: Any) -> None:
        """Write a document."""
        reporting = self._desk.services.papers.reporting
        self._page.run(lambda: reporting.save(printed, path),
                       lambda _none: self._desk.note(_("Saved: {name}", name=path.name)),
                       lane="io")  # fmt: skip

    # --- exports -------------------------------------------------------------------------------

    def export(self, kind: str) -> None:
        """Ask where to, then write what is in sight."""
        if self._view is None:
            return
        first, last = self._view.wanted.span
        suffix = "ics" if kind == "ics" else "xlsx"
        filters = _("Calendars (*.ics)") if kind == "ics" else _("Excel files (*.xlsx)")
        name = _("Maintenance") + f" {first} {last}.{suffix}"
        ask_new_file(self._page, _("Export"), filters, name,
                     lambda path: self.export_to(path, kind))  # fmt: skip

    def export_to(self, path: Path, kind: str) -> None:
        """Write what is in sight."""
        view = self._view
        if view is None:
            return
        schedules, t = self._desk.services.upkeep.schedules, words()
        first, last = view.wanted.span
        code = next((p.code for p in view.people if p.id == view.wanted.technician_id), "")
        request = Request("", since=first, until=last, area=view.wanted.area, technician=code,
                          plan=view.wanted.plan_key)  # fmt: skip

        def write() -> tuple[Path, ...]:
            if kind == "ics":
                return schedules.write_calendars(path, request, t)
            schedules.write_table(path, "year" if kind == "year" else "month", request, t)
            return (path,)

        def written(files: tuple[Path, ...]) -> None:
            self._desk.note(_("Saved: {name}", name=", ".join(file.name for file in files)))

        self._page.run(write, written, lane="io")


def _kind_names() -> dict[str, str]:
    return {
        "schedule_year": _("Plan of the year (计划表)"),
        "schedule_month": _("Period by technician"),
        "schedule_week": _("Week sheet"),
        "route": _("Day route sheets"),
        "compliance": _("Compliance"),
        "evidence": _("Devices and inspections (PCI DSS 9.5.1)"),
    }


def _request(values: dict[str, Any]) -> Request:
    days = _days(values)
    return Request(
        kind=values["kind"], language=values["language"], since=days["since"], until=days["until"],
        area=values["area"], terminals=TerminalFilter(area=values["area"]), scope=values["area"],
        technician=values["technician"], plan=values["plan"],
    )  # fmt: skip


def _days(values: dict[str, Any]) -> dict[str, date]:
    problems = Problems()
    found: dict[str, date] = {}
    for name in ("since", "until"):
        with problems.field(name):
            day = parse_date(values[name])
            if day is None:
                raise BadValue("text.missing")
            found[name] = day
    problems.raise_if_any()
    return found
