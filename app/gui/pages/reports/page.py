"""The reports page: kinds of documents at the left, options in the middle, preview at the right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStackedWidget, QWidget

from app.domain.errors import AppError
from app.gui.actions import UserAction
from app.gui.pages.reports.issued import IssuedPanel
from app.gui.pages.reports.options import Names, OptionsPanel, read_names
from app.gui.pages.reports.picker import find
from app.gui.pages.reports.tables import ask_table
from app.gui.pages.reports.verify import VerifiedFile, VerifyPanel
from app.gui.shell.document_actions import DocumentActions
from app.gui.shell.document_dialogs import names_dialog
from app.gui.shell.navigate import Navigate, ShowIssued, ShowWarningDigest
from app.gui.shell.page import AppContext, Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.files import ask_folder
from app.gui.toolkit.folding import FoldingSplitter
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.layout import boxed, column, panel, row, scrolled
from app.gui.toolkit.pdf_panel import Notice, PdfPanel
from app.gui.toolkit.progress import ProgressLine
from app.gui.toolkit.theme import icon
from app.gui.toolkit.working_dialog import READING
from app.i18n import N_
from app.reports.documents import warning_digest
from app.services.documents.document_tables import has_tables
from app.services.documents.kinds import REQUESTABLE

if TYPE_CHECKING:
    from app.gui.toolkit.tasks import Job
    from app.services.documents.printed import PrintedDocument
    from app.services.documents.requests import Request

LIVE = 3
"""Up to so many documents are previewed at once; more only by the button."""
PATIENCE = 400
"""Milliseconds after which progress is shown."""
_MORE = (
    ("issued", N_("Issued documents"), "inbox"),
    ("prove", N_("Read and prove"), "shield-alert"),
)


class ReportsPage(Page):
    """The chosen documents are previewed at the right, saved and printed from there."""

    kinds = ("document",)

    def __init__(self, context: AppContext) -> None:
        super().__init__(context, _("Reports"))
        self._made, self._found = 0, 0
        self._job: Job | None = None
        self._writing: Job | None = None
        self.options = OptionsPanel()
        self.issued = IssuedPanel(self)
        self.proving = VerifyPanel(self)
        self.panel = PdfPanel(context.tasks)
        self.document_actions = DocumentActions(self, self.panel)
        self.progress = ProgressLine()
        self._list = QListWidget()
        self._make_list()
        self._arrange()
        self._connect()
        self._list.setCurrentRow(_remembered())

    def _make_list(self) -> None:
        self._list.setProperty("role", "sections")
        self._list.setProperty("dense", "true")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(_("Documents"))
        for paper in REQUESTABLE.values():
            self._add(paper.id, _(paper.title), paper.icon)
        for name, title, picture in _MORE:
            self._add(name, _(title), picture)
        self._list.setFixedWidth(max(176, min(self._list.sizeHintForColumn(0) + 26, 248)))

    def _add(self, name: str, title: str, picture: str) -> None:
        item = QListWidgetItem(icon(picture, "text", 17), title)
        item.setData(Qt.ItemDataRole.UserRole, name)
        self._list.addItem(item)

    def _arrange(self) -> None:
        self.preview_button = action_button(
            UserAction.PREVIEW_DOCUMENTS, self.preview, role="primary"
        )
        self.each_button = action_button(UserAction.ONE_FILE_EACH, self._ask_each)
        self.table_button = action_button(
            UserAction.SAVE_AS_TABLE, lambda: ask_table(self, self.options)
        )
        asked = column(
            scrolled(self.options),
            self.progress,
            row(None, self.table_button, self.each_button, self.preview_button),
            margins=(14, 12, 14, 12),
        )
        asked.setStretch(0, 1)
        self._middle = QStackedWidget()
        for one in (panel(asked, "plain"), *map(_padded, (self.issued, self.proving))):
            self._middle.addWidget(one)
        self._middle.setMinimumWidth(372)
        wanted = boxed(row(self._list, self._middle, spacing=0))
        width = self._list.minimumWidth() + self._middle.minimumWidth()
        both = FoldingSplitter(wanted, self.panel, least=(width, 270), heights=(330, 360))
        self.set_content(both)

    def _connect(self) -> None:
        self._list.currentRowChanged.connect(lambda _row: self._on_kind())
        self.options.edited.connect(self._on_edited)
        self.options.picker.narrowed.connect(self._find)
        self.issued.chosen.connect(self._show_issued)
        self.proving.judged.connect(self._show_judged)
        self.proving.looked_up.connect(self._show_code)

    # --- choosing ------------------------------------------------------------------------------

    @property
    def chosen(self) -> str:
        """The id of the chosen entry."""
        return str(self._list.currentItem().data(Qt.ItemDataRole.UserRole))

    def choose(self, name: str) -> None:
        """Choose an entry by its id."""
        for place in range(self._list.count()):
            if self._list.item(place).data(Qt.ItemDataRole.UserRole) == name:
                self._list.setCurrentRow(place)

    def _on_kind(self) -> None:
        self._stop()
        names = [name for name, *_rest in _MORE]
        if self.chosen in names:
            self._middle.setCurrentIndex(1 + names.index(self.chosen))
            wanted = {
                "issued": _("Choose a document at the left."),
                "prove": _("Choose a PDF, or drag one here at the left."),
            }
            self.document_actions.show_nothing(wanted[self.chosen])
            if self.chosen == "issued" and self.context.is_ready:
                self.issued.refresh()
            return
        self._middle.setCurrentIndex(0)
        paper = REQUESTABLE[self.chosen]
        self.options.show_paper(paper)
        self.each_button.setVisible(bool(paper.subjects))
        self.table_button.setVisible(has_tables(paper.id))
        if not self.context.is_ready:
            return
        if paper.subjects:
            self.options.picker.show_rows(())
            self._find()
        self._on_edited()

    def refresh(self) -> None:
        """Read names and rows again; the preview stays until an option is changed."""
        services = self.context.services
        self.load(lambda: read_names(services), self._show_names)
        if self.chosen == "issued":
            self.issued.refresh()

    def _show_names(self, names: Names) -> None:
        first = self._found == 0
        self.options.offer(names)
        if first:
            self._on_kind()

    def _find(self) -> None:
        paper = self.options.paper
        if paper is None or not paper.subjects:
            return
        self._found += 1
        number, services, wanted = self._found, self.context.services, self.options.picker.wanted()

        def show(rows: Any) -> None:
            if number == self._found:
                self.options.picker.show_rows(rows)

        self.run(lambda: find(services, paper.subjects, wanted), show)

    def activate(self, target: Navigate) -> None:
        """Show the digest of the warnings, or documents that left."""
        match target:
            case ShowIssued(words):
                self.choose("issued")
                self.issued.look_for(words)
            case ShowWarningDigest():
                self.choose(warning_digest.KIND.id)
            case _:
                super().activate(target)

    # --- looking -------------------------------------------------------------------------------

    def _on_edited(self) -> None:
        """The options changed: preview few documents at once, many only by the button."""
        if self.chosen not in REQUESTABLE or not self.context.is_ready:
            return
        self.options.show_problem(None)
        requests = self._requests()
        self.each_button.setEnabled(bool(requests))
        self.preview_button.setEnabled(bool(requests))
        self.table_button.setEnabled(requests is not None and len(requests) == 1)
        if requests and len(requests) <= LIVE:
            self.preview()
        elif requests is not None:
            self._stop()
            said = plural("{count} document chosen", "{count} documents chosen", len(requests))
            if requests:
                self.document_actions.show_nothing(
                    said, _("“Preview” makes one file of all, with bookmarks.")
                )
            else:
                self.document_actions.show_nothing(_("Tick what is to be printed."))

    def _requests(self) -> list[Request] | None:
        try:
            return self.options.requests()
        except AppError as error:
            self.options.show_problem(error)
            return None

    def preview(self) -> None:
        """Make one file of all that is wanted and show it."""
        requests = self._requests()
        if requests:
            self._show_requests(requests)

    def _show_requests(self, requests: list[Request]) -> None:
        services = self.context.services

        def work(progress: Any, cancelled: Any) -> PrintedDocument:
            printed: PrintedDocument = services.reporting.pdf(
                *requests, progress=progress, cancelled=cancelled
            )
            return printed

        first = requests[0]
        self._make(work)
        if first.kind == "labels":
            self._first_sheet(first)
        if len(requests) > LIVE:
            self._tell(self._made)

    def _make(self, work: Any) -> None:
        """Show what `work` makes, unless something else is wanted by then."""
        self._stop()
        self._made += 1
        number = self._made

        def done(printed: PrintedDocument) -> None:
            if number == self._made:
                self._end()
                self.document_actions.show(printed)

        def failed(error: AppError) -> None:
            if number == self._made:
                self._end()
                self._refused(error)

        self._job = self.run(work, done, failed=failed, progress=self._step, lane="io")
        QTimer.singleShot(PATIENCE, self, lambda: self._tell(number))

    def _tell(self, number: int) -> None:
        """Show progress with a stop button, when the job still runs."""
        if number == self._made and self._job is not None and self.progress.isHidden():
            self.progress.begin(_("Making documents …"), self._stop)

    def _step(self, count: int, total: int) -> None:
        if self._writing is None:
            self.progress.step(count, total)

    def _first_sheet(self, request: Request) -> None:
        """Show the first sheet of labels while the others are made."""
        from app.reports.documents.labels import SHEETS

        number, services = self._made, self.context.services
        sheet = SHEETS.get(request.labels.stickers)
        few = replace(request, labels=replace(request.labels, most=sheet.count if sheet else 1))

        def show(printed: PrintedDocument) -> None:
            if number == self._made and self._job is not None:
                said = _("The first sheet; the others are being made.")
                self.document_actions.look(printed.pdf, ("note", "info", said))

        self.run(lambda: services.reporting.pdf(few), show, failed=_ignored, lane="io")

    def _refused(self, error: AppError) -> None:
        if error.code != "cancelled":
            self.options.show_problem(error)
            self.document_actions.show_nothing(_("This document cannot be made."))

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._end()

    def _end(self) -> None:
        self._job = None
        if self._writing is None:
            self.progress.end()

    # --- one file each -------------------------------------------------------------------------

    def _ask_each(self) -> None:
        requests = self._requests()
        if requests:
            dialog = names_dialog(self, self.context.settings.report_names, len(requests))
            self.submit(dialog, check_pattern, self._ask_folder, READING)

    def _ask_folder(self, pattern: str) -> None:
        ask_folder(self, _("Folder for the files"), lambda folder: self.write_each(folder, pattern))

    def write_each(self, folder: Path, pattern: str) -> None:
        """Write one file for each document, named by a pattern."""
        requests = self._requests()
        if not requests or self._writing is not None:
            return
        self._stop()
        services = self.context.services

        def work(progress: Any, cancelled: Any) -> list[Path]:
            written: list[Path] = services.reporting.files(
                requests, folder, pattern, progress=progress, cancelled=cancelled
            )
            return written

        def end() -> None:
            self._writing = None
            self._end()

        def done(written: list[Path]) -> None:
            end()
            self.document_actions.show_folder(folder)
            said = plural("{count} file written", "{count} files written", len(written))
            self.context.note(said, _("Open the folder"), self.document_actions.open_folder)

        def failed(error: AppError) -> None:
            end()
            if error.code != "cancelled":
                self.options.show_problem(error)
                return
            self.document_actions.show_folder(folder)
            said = _("Stopped. The files written until then stay.")
            self.context.note(said, _("Open the folder"), self.document_actions.open_folder)

        # Choosing something else to look at does not stop it.
        self._writing = self.run(work, done, failed=failed, progress=self.progress.step, lane="io")
        self.progress.begin(_("Writing files …"), self._writing.ask_to_stop)

    # --- issued and proved ---------------------------------------------------------------------

    def _show_issued(self, document: Any) -> None:
        services = self.context.services
        self._make(lambda: services.reporting.again(document))

    def _show_judged(self, judged: VerifiedFile) -> None:
        self.document_actions.printed = None
        self.panel.show_pdf(judged.pdf, judged.notices, ours=False)

    def _show_code(self, notices: list[Notice]) -> None:
        hint = _("It names the content; the page itself is not looked at.")
        self.document_actions.show_nothing(_("QR code of a paper"), hint, notices)

    def keep_place(self, store: QSettings) -> None:
        """Remember which kind was chosen."""
        store.setValue("reports/kind", self.chosen)


def _remembered() -> int:
    """The place of the document that was in sight last."""
    names = list(REQUESTABLE)
    wanted = str(QSettings().value("reports/kind", names[0]))
    return names.index(wanted) if wanted in names else 0


def _ignored(_error: AppError) -> None:
    """The job that makes all documents shows the error."""


def check_pattern(pattern: str) -> str:
    """The pattern of file names, when it is one.  Raises `InvalidInput`."""
    from app.services.documents import files

    return files.check_pattern(pattern)


def _padded(content: QWidget) -> QWidget:
    return panel(column(content, margins=(14, 12, 14, 12)), "plain")
