"""A document that is a list, saved as a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import chosen_files
from app.domain.errors import AppError
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.language import _, words
from app.services.documents.kinds import REQUESTABLE

if TYPE_CHECKING:
    from app.gui.pages.reports.options import OptionsPanel
    from app.gui.shell.page import Page
    from app.services.documents.requests import Request


Failed = Callable[[Any], None]
"""Told what went wrong."""


def ask_table(page: Page, options: OptionsPanel) -> None:
    """Ask where to, then write the document that is chosen there."""
    try:
        requests = options.requests()
    except AppError as error:
        options.show_problem(error)
        return
    if requests:
        request, failed = requests[0], options.show_problem
        name = f"{_(REQUESTABLE[request.kind].title)}.xlsx"
        kinds = _("Excel files (*.xlsx);;CSV files (*.csv)")
        title = _("Save as table")
        ask_new_file(
            page, title, kinds, name, lambda path: write_table(page, request, path, failed)
        )


def write_table(page: Page, request: Request, path: Path, failed: Failed) -> None:
    """Write a document as a workbook or CSV, as the name of the file says."""
    services = page.context.services

    def work() -> None:
        from app.services.documents.document_tables import table_bytes

        (document, *_more) = services.reporting.documents(request)
        chosen_files.write(path, table_bytes(document, words(), path.suffix.lower()))

    def done(_none: None) -> None:
        page.context.note(_("Saved: {name}", name=path.name))

    page.run(work, done, failed=failed, lane="io")
