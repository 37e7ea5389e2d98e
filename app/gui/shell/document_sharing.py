"""Passes a previewed document to another program of this computer, such as a chat: as a file on
the clipboard, as a picture of a page, by dragging the file out; or to a phone, as a code of its
summary.

Nothing is sent from here; what is passed on is kept and noted like a file that was saved.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolButton

from app import paths
from app.domain.documents import HandOut
from app.gui.actions import UserAction
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import plain_tip
from app.gui.toolkit.pdf_panel import PdfPanel
from app.gui.toolkit.qr_dialog import QrDialog
from app.gui.toolkit.theme import icon
from app.reports.media.raster import PageImage, PdfPages

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.gui.shell.page import Page
    from app.services.documents.printed import PrintedDocument

_SCALE = 2.5
"""Pixels per point of a page picture: small type is read on a phone (180 per inch)."""


class DocumentSharing(QObject):
    """`printed` gives the document in sight, or None."""

    def __init__(
        self, page: Page, panel: PdfPanel, printed: Callable[[], PrintedDocument | None]
    ) -> None:
        super().__init__(panel)
        self._context, self._panel, self._printed = page.context, panel, printed
        panel.add_sharing(
            {
                UserAction.COPY_FILE: self.copy_file,
                UserAction.COPY_PAGE: self.copy_page,
                UserAction.SUMMARY_CODE: self.show_summary,
            },
            DragHandle(self.prepare, self.drag_out),
        )
        self._waiting: tuple[PrintedDocument, Path] | None = None

    def _file(self, printed: PrintedDocument) -> Path:
        """The document as a file another program can read; swept after a day."""
        from app.services.documents.mail_draft import write_outgoing

        return write_outgoing(paths.home() / "outgoing", printed.file_name, printed.pdf)

    def copy_file(self) -> None:
        """Put the PDF on the clipboard as a file, to be pasted into a chat."""
        printed, reporting = self._printed(), self._context.services.reporting
        if printed is None:
            return

        def work() -> Path:
            path = self._file(printed)
            reporting.note(printed, HandOut.SHARED, file_name=path.name)
            return path

        def done(path: Path) -> None:
            QGuiApplication.clipboard().setMimeData(_as_file(path))
            self._context.note(
                _("{name} is on the clipboard. Paste it into the chat.", name=path.name)
            )

        self._context.tasks.run(work, done, owner=self._context, lane="io")

    def copy_page(self) -> None:
        """Put a picture of the page in sight on the clipboard."""
        printed, reporting = self._printed(), self._context.services.reporting
        if printed is None:
            return
        number = self._panel.page()

        def work() -> PageImage:
            with PdfPages(printed.pdf) as pages:
                picture = pages.image(number, _SCALE)
            reporting.note(printed, HandOut.SHARED)
            return picture

        def done(picture: PageImage) -> None:
            QGuiApplication.clipboard().setImage(as_image(picture))
            self._context.note(_("Page {page} is on the clipboard as a picture.", page=number + 1))

        self._context.tasks.run(work, done, owner=self._context, lane="io")

    def prepare(self) -> None:
        """Write the file that is about to be dragged."""
        printed = self._printed()
        if printed is None or (self._waiting is not None and self._waiting[0] is printed):
            return
        self._waiting = None

        def done(path: Path) -> None:
            self._waiting = (printed, path)

        self._context.tasks.run(lambda: self._file(printed), done, owner=self, lane="io")

    def drag_out(self) -> None:
        """Let the file be dragged into another program, once it is written."""
        if self._waiting is None or self._waiting[0] is not self._printed():
            return
        (printed, path), reporting = self._waiting, self._context.services.reporting
        drag = QDrag(self._panel)
        drag.setMimeData(_as_file(path))
        taken = drag.exec(Qt.DropAction.CopyAction)
        if taken is not Qt.DropAction.IgnoreAction:
            self._context.tasks.run(
                lambda: reporting.note(printed, HandOut.SHARED, file_name=path.name),
                lambda _none: self._context.note(_("{name} was passed on", name=path.name)),
                owner=self._context,
                lane="io",
            )

    def show_summary(self) -> None:
        """Show the summary as a code, for a phone to read."""
        printed = self._printed()
        if printed is None:
            return
        from app.services.documents.summary import summary_text

        document = printed.documents[0]
        text = summary_text(document, document.languages[0])
        QrDialog(
            self._panel.window(),
            _("Summary of the document"),
            text,
            _("Scan it with the phone, then pass the text on in the chat."),
        ).open()


class DragHandle(QToolButton):
    """A place to begin dragging from: `prepare` is called when it is pressed, `begin` when the
    pointer leaves.  By key the file is copied instead."""

    def __init__(self, prepare: Callable[[], object], begin: Callable[[], object]) -> None:
        super().__init__()
        told = _("Drag the file into another program")
        self.setIcon(icon("external-link", "text", 16))
        self.setToolTip(plain_tip(told))
        self.setAccessibleName(told)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._prepare, self._begin = prepare, begin
        self._from: QPoint | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position().toPoint()
        self._prepare()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        moved = (event.position().toPoint() - self._from).manhattanLength()
        if moved >= QApplication.startDragDistance():
            self._from = None
            self.setDown(False)
            self._begin()


def _as_file(path: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def as_image(picture: PageImage) -> QImage:
    """A page as a picture of its own memory."""
    made = QImage(
        picture.rgba,
        picture.width,
        picture.height,
        picture.width * 4,
        QImage.Format.Format_RGBA8888,
    )
    return made.convertToFormat(QImage.Format.Format_RGB32)
