"""The tab of the service report: a preview, made again when the incident changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent

from app.domain.errors import AppError, InvalidInput
from app.domain.incidents.lifecycle import IncidentState
from app.gui.actions import UserAction
from app.gui.pages.incidents.read import IncidentView
from app.gui.pages.incidents.tabs import IncidentTab
from app.gui.shell.document_actions import DocumentActions
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, document_language_choices
from app.gui.toolkit.layout import column, label, row
from app.gui.toolkit.pdf_panel import PdfPanel
from app.gui.toolkit.wheel_safe import ComboBox

if TYPE_CHECKING:
    from app.gui.pages.incidents.resolve_editor import ResolveEditor
    from app.gui.shell.page import Page
    from app.services.documents.printed import PrintedDocument

PAUSE = 250
"""Milliseconds without a change before the preview is made again."""


def show_report_beside(page: Page, editor: ResolveEditor, number: str) -> None:
    """The report as it would be with what is being typed, beside the form; renewed while typing."""
    context = page.context
    panel = PdfPanel(context.tasks, small_pages=False)
    made = 0

    def make() -> None:
        nonlocal made
        if not panel.isVisible():
            return
        try:
            typed = editor.typed_draft()
        except InvalidInput:
            return  # refused beside its field when it is sent; the last preview stays
        made += 1
        wanted, services = made, context.services

        def work() -> PrintedDocument:
            from app.services.documents.requests import Request

            printed: PrintedDocument = services.reporting.pdf(
                Request(kind="service_report", subject=number, typed=typed)
            )
            return printed

        def done(printed: PrintedDocument) -> None:
            if wanted == made:
                panel.show_pdf(printed.pdf, ours=False)

        context.tasks.run(work, done, owner=panel, lane="io")

    editor.show_beside(panel, _("Report as it will be"))
    editor.edited.connect(make)


class ReportTab(IncidentTab):
    """The preview; made when the tab becomes visible, and again while it is when data change."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._context = page.context
        self._shown = ""
        self._stale = True
        self._made = 0
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._make)
        self.panel = PdfPanel(page.context.tasks, small_pages=False)
        self.document_actions = DocumentActions(page, self.panel)
        self._state = label("", "muted")
        self._language = ComboBox()
        self._language.setAccessibleName(_("Language of the document"))
        for value, shown in (
            ("", _("The merchant's language")),
            *document_language_choices(),
        ):
            self._language.addItem(shown, value)
        self._keep = action_button(UserAction.KEEP_LANGUAGE, self._keep_language, role="link")
        self._keep.hide()
        self._language.activated.connect(self._on_language)
        layout = column(
            row(self._language, self._keep, None, self._state),
            self.panel,
            margins=(0, 10, 0, 0),
            spacing=6,
        )
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def title(self, view: IncidentView | None) -> str:
        return _("Service report")

    def show_view(self, view: IncidentView) -> None:
        other = self._shown != view.incident.id
        self._shown, self._stale = view.incident.id, True
        if other:
            self._language.setCurrentIndex(0)
            self._keep.hide()
        self._renew()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._make()

    def _renew(self) -> None:
        if self.isVisible():
            self._pause.start()

    def _make(self) -> None:
        """Make the document on a worker; only the latest request is shown."""
        self._pause.stop()
        if self.view is None or not self._context.is_ready:
            return
        self._stale = False
        self._made += 1
        number, services = self._made, self._context.services
        incident, language = self.view.incident, str(self._language.currentData())

        def work() -> PrintedDocument:
            from app.services.documents.requests import Request

            printed: PrintedDocument = services.reporting.pdf(
                Request(kind="service_report", subject=incident.number, language=language)
            )
            return printed

        def done(printed: PrintedDocument) -> None:
            if number == self._made:
                self._show_state()
                self.document_actions.show(printed)

        def failed(error: AppError) -> None:
            if number == self._made:
                self.panel.states.show_failed(error, self._make)

        self._context.tasks.run(work, done, owner=self, failed=failed, lane="io")

    def _show_state(self) -> None:
        assert self.view is not None
        closed = self.view.incident.state is IncidentState.CLOSED
        self._state.setText(_("Final: as it was closed") if closed else _("As it stands now"))

    def _on_language(self) -> None:
        chosen = bool(self._language.currentData())
        merchant = self.view.incident.merchant_id if self.view else ""
        self._keep.setVisible(chosen and bool(merchant))
        self._make()

    def _keep_language(self) -> None:
        if self.view is None:
            return
        reporting, key = self._context.services.reporting, self.view.incident.merchant_id
        language: Any = self._language.currentData()

        def kept(_none: None) -> None:
            self._keep.hide()
            self._language.setCurrentIndex(0)
            self._context.note(
                _("Documents of this merchant are printed in this language from now on.")
            )

        self._context.tasks.run(lambda: reporting.set_language(key, language), kept, owner=self)
