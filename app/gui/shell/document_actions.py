"""Actions on a previewed document: save, print, send, seal.  Shared by all pages.

What leaves is exactly what is shown: the same bytes are looked at, saved, printed and sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, QProcess, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrinter

from app import paths
from app.domain.documents import HandOut
from app.domain.errors import AppError, Cancelled
from app.gui.actions import UserAction
from app.gui.shell.document_dialogs import mail_dialog, seal_dialog
from app.gui.shell.document_sharing import DocumentSharing
from app.gui.shell.navigate import ShowDocumentSettings
from app.gui.shell.page import Page
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.pdf_panel import Notice, PdfPanel
from app.gui.toolkit.printing import ask_printer, print_job, print_pictures, wanted_pages
from app.gui.toolkit.working_dialog import SAVING, WorkingDialog, WorkManner
from app.reports.media.raster import PdfPages
from app.texts import problem_text

if TYPE_CHECKING:
    from app.services.documents.printed import PrintedDocument
    from app.services.documents.verifying import Verifying

_FILES = WorkManner(lane="io")
LIBRARIES = frozenset({".so", ".dll", ".dylib"})


class DocumentActions(QObject):
    """Carries out the document actions of one preview.  Lives as long as its panel."""

    def __init__(self, page: Page, panel: PdfPanel) -> None:
        super().__init__(panel)
        self._page, self._panel = page, panel
        self._context = page.context
        self.printed: PrintedDocument | None = None
        self._sealed_by = ""
        self._folder: Path | None = None
        panel.set_actions(
            {
                UserAction.SAVE_DOCUMENT: self.save,
                UserAction.PRINT_DOCUMENT: self.print,
                UserAction.MAIL_DOCUMENT: self.mail,
                UserAction.SEAL_DOCUMENT: self.seal,
                UserAction.OPEN_FOLDER: self.open_folder,
            }
        )

        DocumentSharing(page, panel, lambda: self.printed)

    def show(self, printed: PrintedDocument) -> None:
        """Show a document that was made."""
        self.printed, self._sealed_by = printed, ""
        self._panel.show_pdf(printed.pdf, _troubles(printed))

    def look(self, pdf: bytes, notice: Notice) -> None:
        """Show a file that is only previewed: not saved, printed or sent."""
        self.printed = None
        self._panel.show_pdf(pdf, [notice], ours=False)

    def show_nothing(self, text: str, hint: str = "", notices: Sequence[Notice] = ()) -> None:
        """There is no document: show why instead, and what else is to be said."""
        self.printed = None
        self._panel.show_nothing(text, hint)
        self._panel.show_notices(notices)

    def _run(
        self,
        work: Any,
        done: Any,
        manner: WorkManner = _FILES,
    ) -> None:
        """Have something written.  In a dialog the dialog waits for it; in a page, whose panel may
        be gone by then, what became of it is told all the same."""
        dialog = self._panel.window()
        if isinstance(dialog, WorkingDialog):
            dialog.carry_out(
                self._context, work, done, failed=self._context.failed.emit, manner=manner
            )
            return
        line = self._panel.progress

        def finished(result: Any) -> None:
            if shiboken6.isValid(line):
                line.end()
            done(result)

        def refused(error: AppError) -> None:
            if shiboken6.isValid(line):
                line.end()
            if error.code == "cancelled":
                self._context.note(manner.stopped)
            else:
                self._context.failed.emit(error)

        def step(count: int, total: int) -> None:
            if shiboken6.isValid(line):
                line.step(count, total)

        job = self._context.tasks.run(
            work, finished, owner=self._context, failed=refused, progress=step, lane=manner.lane
        )
        if job.stoppable:
            line.begin(manner.text, job.ask_to_stop)

    # --- saving --------------------------------------------------------------------------------

    def save(self) -> None:
        """Ask where, and write the file."""
        if self.printed is not None:
            ask_new_file(
                self._panel,
                _("Save as"),
                _("PDF files (*.pdf)"),
                self.printed.file_name,
                self.save_to,
            )

    def save_to(self, path: Path) -> None:
        """Write the file whole or not at all."""
        printed, sealed_by, services = self.printed, self._sealed_by, self._context.services
        if printed is None:
            return

        def write() -> None:
            services.reporting.save(printed, path, sealed_by=sealed_by)

        def written(_none: None) -> None:
            self.show_folder(path.parent)
            self._context.note(
                _("Saved: {name}", name=path.name), _("Open the folder"), self.open_folder
            )

        self._run(write, written)

    def show_folder(self, folder: Path) -> None:
        """The folder something was written into."""
        self._folder = folder
        if shiboken6.isValid(self._panel):
            self._panel.set_folder(known=True)

    def open_folder(self) -> None:
        """Show the folder of the file that was saved."""
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    # --- printing ------------------------------------------------------------------------------

    def print(self) -> None:
        """Ask for the printer in the system's dialog, then print."""
        if self.printed is not None:
            ask_printer(
                self._panel, Path(self.printed.file_name).stem, self.printed.pages, self.print_on
            )

    def print_on(self, printer: Any) -> None:
        """Print what is shown on a printer."""
        printed, reporting = self.printed, self._context.services.reporting
        if printed is None:
            return

        def work(progress: Any, cancelled: Any) -> int:
            pages = print_pdf(printer, printed.pdf, progress, cancelled)
            reporting.note(printed, HandOut.PRINTED)
            return pages

        def done(pages: int) -> None:
            self._context.note(
                plural(
                    "{count} page sent to the printer", "{count} pages sent to the printer", pages
                )
            )

        stopped = _("Printing was stopped. Pages sent until then may come out.")
        self._run(work, done, WorkManner(_("Printing …"), stopped, lane="io"))

    # --- sending -------------------------------------------------------------------------------

    def mail(self) -> None:
        """Open a draft in the mail program, with the document attached."""
        printed = self.printed
        if printed is None:
            return
        house = printed.documents[0].house
        subject = Path(printed.file_name).stem
        body = _("Please find attached: {name}", name=subject) + "\n\n"
        body += "\n".join(filter(None, (house.company, house.phone)))
        dialog = mail_dialog(self._page, subject, body, printed.file_name)
        self._page.submit(dialog, lambda mail: self._draft(printed, mail), self._open_draft)

    def _draft(
        self, printed: PrintedDocument, mail: dict[str, str]
    ) -> tuple[PrintedDocument, Any, Path, Path]:
        from app.services.documents.mail_draft import Mail, write_draft

        wanted = Mail(mail["to"], mail["subject"], mail["body"])
        folder = paths.home() / "outgoing"
        return printed, wanted, *write_draft(folder, wanted, printed.file_name, printed.pdf)

    def _open_draft(self, made: tuple[PrintedDocument, Any, Path, Path]) -> None:
        printed, mail, draft, document = made
        self.show_folder(draft.parent)
        if not open_draft(mail, draft, document):
            self._context.note(
                _(
                    "No mail program took the draft. It lies in the folder, with the"
                    " document beside it."
                ),
                _("Open the folder"),
                self.open_folder,
            )
            return
        reporting = self._context.services.reporting
        self._run(
            lambda: reporting.note(printed, HandOut.MAILED, recipient=mail.to),
            lambda _none: self._context.note(_("The draft was given to the mail program")),
            SAVING,
        )

    # --- sealing -------------------------------------------------------------------------------

    def seal(self) -> None:
        """Seal what is shown with the certificate of the settings; then it can be saved."""
        printed, place = self.printed, self._context.settings.seal_certificate
        if printed is None:
            return
        refusal = self._context.services.context.standing.refusal("document.seal")
        if refusal is not None:
            self._context.failed.emit(refusal.error())
            return
        if not place:
            self._context.note(
                _("No certificate is set."),
                _("Settings"),
                lambda: self._context.go(ShowDocumentSettings()),
            )
            return
        proving = self._context.services.verifying
        dialog = seal_dialog(self._page, Path(place).name)
        self._page.submit(
            dialog, lambda secret: sealed(proving, printed.pdf, place, secret), self._on_sealed
        )

    def _on_sealed(self, made: tuple[bytes, str, list[Notice]]) -> None:
        pdf, signer, notices = made
        if self.printed is not None:
            self.printed, self._sealed_by = replace(self.printed, pdf=pdf), signer
            self._panel.show_pdf(pdf, [*notices, *_troubles(self.printed)])


def print_pdf(
    printer: QPrinter,
    pdf: bytes,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> int:
    """Print the chosen pages; returns how many.  For a worker.

    Where the print system takes PDF (CUPS on Linux and macOS) it gets the PDF itself: exact, and
    small.  A printer that is a file gets the PDF too, or the pages of it that were chosen.
    Elsewhere pages are painted.

    Raises `Cancelled`, `Unavailable` when the printer does not take the job or the file cannot be
    written.
    """
    from app.services.documents.files import write_file
    from app.services.documents.spooling import spool, spooler

    with PdfPages(pdf) as pages:
        wanted = wanted_pages(printer, pages.count)
        if cancelled():
            raise Cancelled
        if not wanted:
            return 0
        if printer.outputFileName():
            whole = wanted == list(range(pages.count))
            write_file(Path(printer.outputFileName()), pdf if whole else pages.cut(wanted))
        elif spooler() and printer.printerName():
            spool(pdf, print_job(printer, pages, wanted))
        else:
            print_pictures(printer, pages, progress, cancelled)
    progress(len(wanted), len(wanted))
    return len(wanted)


def sealed(
    proving: Verifying, pdf: bytes, place: str, secret: str
) -> tuple[bytes, str, list[Notice]]:
    """The sealed file, who sealed it, and what looking at the seal says.  For a worker.

    Raises as `Verifying.seal`.
    """
    from app.services.documents.sealing import Certificate

    token = Path(place).suffix.lower() in LIBRARIES
    certificate = Certificate(
        file="" if token else place, library=place if token else "", secret=secret
    )
    made, signer = proving.seal(pdf, certificate, issuing=True)
    return made, signer, seal_notices(made)


def seal_notices(pdf: bytes) -> list[Notice]:
    """What the seals on a file say, in words; judged here and now.  For a worker."""
    from app.services.documents.seal_reading import seals_of
    from app.texts.proof import seal_made

    # Who vouches for the certificate was settled by choosing it in the settings.
    return [
        (
            "ok" if one.unbroken else "danger",
            "lock-keyhole",
            "\n".join(seal_made(words(), one)),
        )
        for one in seals_of(pdf)
    ]


def open_draft(mail: Any, draft: Path, document: Path) -> bool:
    """Open a draft in the mail program; False when there is none.

    Where the desktop has its own way to open a draft with an attachment, it is used; elsewhere
    the draft is opened as a file.
    """
    program = QStandardPaths.findExecutable("xdg-email")
    if program:
        arguments = [
            "--utf8",
            "--subject",
            mail.subject,
            "--body",
            mail.body,
            "--attach",
            str(document),
        ]
        if mail.to:
            arguments.append(mail.to)
        started, _pid = QProcess.startDetached(program, arguments)
        return bool(started)
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(draft)))


def _troubles(printed: PrintedDocument) -> list[Notice]:
    found: list[Notice] = [
        ("warning", "triangle-alert", problem_text(words(), problem))
        for problem in printed.problems
    ]
    if printed.missing:
        codes = ", ".join(f"U+{ord(char):04X}" for char in printed.missing)
        found.append(
            (
                "warning",
                "triangle-alert",
                _("No font has {codes}; printed as boxes with the code.", codes=codes),
            )
        )
    return found
