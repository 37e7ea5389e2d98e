"""The print preview of a schedule: choices at the left, pages at the right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyle

from app.domain.errors import AppError, BadValue, InvalidInput, Problems
from app.domain.parsing import parse_date
from app.gui.pages.maintenance.read import PeriodView, ViewMode
from app.gui.shell.document_actions import DocumentActions
from app.gui.shell.page import Page
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.forms import Field, Form
from app.gui.toolkit.language import _, document_language_choices, words
from app.gui.toolkit.layout import boxed, button, column, label, panel, row, scrolled
from app.gui.toolkit.pdf_panel import PdfPanel
from app.gui.toolkit.problems import message
from app.gui.toolkit.working_dialog import WorkingDialog
from app.services.documents.requests import Request
from app.services.register.terminal_queries import TerminalFilter

_LEAST = 340
"""Pixels of the choices beside the pages."""
KINDS = ("schedule_year", "schedule_month", "schedule_week", "route", "compliance", "evidence")


class PrintPreviewDialog(WorkingDialog):
    """Made again whenever something else is chosen; saved and printed from the preview."""

    def __init__(self, page: Page, view: PeriodView) -> None:
        super().__init__(page)
        self.setWindowTitle(_("Print the schedule"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._page = page
        self._made = 0
        self.form = Form(_fields(view))
        self.panel = PdfPanel(page.context.tasks, small_pages=False)
        self.document_actions = DocumentActions(page, self.panel)
        self._trouble = label("", "error", wrap=True)
        left = boxed(
            column(
                self.form,
                self._trouble,
                None,
                margins=(16, 14, 16, 14),
            )
        )
        asked = panel(column(scrolled(left)), "plain")
        # Names of documents and captions differ in length between languages; none is cut off.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        asked.setFixedWidth(max(_LEAST, left.minimumSizeHint().width() + bar + 2))
        self.panel.setMinimumHeight(220)
        both = FoldingRow(asked, self.panel, spacing=0, least=300, stretches=(0, 1))
        self.arrange(
            both,
            self.progress,
            row(None, button(_("Close"), self.reject), margins=(16, 4, 16, 12)),
            margins=(0, 0, 0, 0),
            spacing=0,
        )
        self.prefer_most_of(page.window(), 0.96)
        self.form.fill(_first(view))
        self.form.edited.connect(self.make)
        self.make()

    def make(self) -> None:
        """Make the document that is asked for and show it."""
        self.form.clear_problems()
        self._trouble.setText("")
        try:
            request = request_of(self.form.values())
        except InvalidInput as refusal:
            self.form.show_problems(refusal)
            return
        self._made += 1
        number, reporting = self._made, self._page.context.services.reporting

        def done(printed: Any) -> None:
            if number == self._made:
                self.document_actions.show(printed)

        def failed(error: AppError) -> None:
            if number == self._made:
                self._refused(error)

        self._page.context.tasks.run(
            lambda: reporting.pdf(request), done, owner=self, failed=failed, lane="io"
        )

    def show_stopped(self, text: str) -> None:
        self._page.context.note(text)

    def show_problem(self, error: AppError) -> None:
        self._trouble.setText(message(error))

    def _refused(self, error: AppError) -> None:
        told = isinstance(error, InvalidInput) and not self.form.show_problems(error)
        self._trouble.setText("" if told else message(error))
        self.document_actions.show_nothing(_("This document cannot be made."))


def _fields(view: PeriodView) -> list[Field]:
    t, everything = words(), ("", _("all"))
    names = {
        "schedule_year": _("Plan of the year (计划表)"),
        "schedule_month": _("Period by technician"),
        "schedule_week": _("Week sheet"),
        "route": _("Day route sheets"),
        "compliance": _("Compliance"),
        "evidence": _("Devices and inspections (PCI DSS 9.5.1)"),
    }
    people = [(p.code, p.name) for p in view.people]
    plans = [(p.key, p.latest.contents.name.in_(t.language)) for p in view.plans]
    return [
        Field(
            name="kind",
            label=_("Document"),
            kind="choice",
            choices=[(kind, names[kind]) for kind in KINDS],
        ),
        Field(name="since", label=_("From"), kind="day", required=True),
        Field(name="until", label=_("Until"), kind="day", required=True),
        Field(
            name="area",
            label=_("Area"),
            kind="choice",
            choices=[everything, *((a, a) for a in view.areas)],
        ),
        Field(
            name="technician", label=_("Technician"), kind="choice", choices=[everything, *people]
        ),
        Field(name="plan", label=_("Plan"), kind="choice", choices=[everything, *plans]),
        Field(
            name="language",
            label=_("Language"),
            kind="choice",
            choices=[
                ("", _("as in the settings")),
                *document_language_choices(),
            ],
        ),
    ]


def _first(view: PeriodView) -> dict[str, str]:
    """What is in sight is offered first; a route is of one day."""
    t = words()
    first, last = view.wanted.span
    if view.wanted.mode is ViewMode.MONTH:
        # The month itself, without the days before and after it that fill its weeks.
        first, last = replace(view.wanted, mode=ViewMode.LIST).span
    code = next((p.code for p in view.people if p.id == view.wanted.technician_id), "")
    kind = (
        "schedule_week" if view.wanted.mode in (ViewMode.WEEK, ViewMode.LANES) else "schedule_month"
    )
    return {
        "kind": kind,
        "since": t.day(first),
        "until": t.day(last),
        "area": view.wanted.area,
        "technician": code,
        "plan": view.wanted.plan_key,
    }


def request_of(values: dict[str, Any]) -> Request:
    """What was chosen as a request.  Raises `InvalidInput`."""
    problems = Problems()
    found: dict[str, date] = {}
    for name in ("since", "until"):
        with problems.field(name):
            day = parse_date(values[name])
            if day is None:
                raise BadValue("text.missing")
            found[name] = day
    problems.raise_if_any()
    return Request(
        kind=values["kind"],
        language=values["language"],
        since=found["since"],
        until=found["until"],
        area=values["area"],
        terminals=TerminalFilter(area=values["area"]),
        scope=values["area"],
        technician=values["technician"],
        plan=values["plan"],
    )
