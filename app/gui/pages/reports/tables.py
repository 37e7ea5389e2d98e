"""A document that is a list, saved as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.language import _, words
from app.services.documents.kinds import REQUESTABLE

if TYPE_CHECKING:
    from app.gui.pages.reports.page import ReportsPage
    from app.services.documents.requests import Request


def ask_table(page: ReportsPage, requests: list[Request] | None) -> None:
    """Ask where to, then write the document of the only request there."""
    if requests:
        request = requests[0]
        name = f"{_(REQUESTABLE[request.kind].title)}.xlsx"
        kinds = _("Excel files (*.xlsx);;CSV files (*.csv)")
        title = _("Save as table")
        ask_new_file(page, title, kinds, name, lambda path: write_table(page, request, path))


def write_table(page: ReportsPage, request: Request, path: Path) -> None:
    """Write a document as a workbook or CSV, as the name of the file says."""
    services = page.context.services

    def work() -> None:
        from app.services.documents.document_tables import table_bytes
        from app.tabular.writing import write_bytes

        (document, *_more) = services.reporting.documents(request)
        write_bytes(path, table_bytes(document, words(), path.suffix.lower()))

    def done(_none: None) -> None:
        page.context.note(_("Saved: {name}", name=path.name))

    page.run(work, done, failed=page.options.show_problem, lane="io")
