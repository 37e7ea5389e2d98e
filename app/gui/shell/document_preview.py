"""A dialog that shows one document as it will print; saved, printed and sent from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from app.domain.errors import AppError
from app.gui.shell.document_actions import DocumentActions
from app.gui.shell.page import Page
from app.gui.toolkit.announce import announce
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, row
from app.gui.toolkit.pdf_panel import PdfPanel
from app.gui.toolkit.problems import message
from app.gui.toolkit.working_dialog import WorkingDialog, WorkManner

if TYPE_CHECKING:
    from app.services.documents.requests import Request


class DocumentPreview(WorkingDialog):
    """Made when it opens."""

    def __init__(self, page: Page, title: str, request: Request) -> None:
        super().__init__(page)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = page.context
        self.panel = PdfPanel(page.context.tasks, small_pages=False)
        self.document_actions = DocumentActions(page, self.panel)
        foot = row(self.progress, None, button(_("Close"), self.reject), margins=(16, 8, 16, 12))
        self.arrange(self.panel, foot, margins=(0, 0, 0, 0), spacing=0)
        self.prefer_most_of(page.window(), 0.96)
        reporting = self._context.services.reporting

        def work(progress: Any, cancelled: Any) -> Any:
            return reporting.pdf(request, progress=progress, cancelled=cancelled)

        manner = WorkManner(_("Making the document …"), reads=True, lane="io")
        self.carry_out(self._context, work, self.document_actions.show, manner=manner)

    def show_stopped(self, text: str) -> None:
        self.document_actions.show_nothing(text)

    def show_problem(self, error: AppError) -> None:
        self.document_actions.show_nothing(_("This document cannot be made."), message(error))
        announce(self, message(error), urgent=True)
