"""What a person signs, to be read beside the pad: in short, with what is to be paid; the whole hash
of the content, by which a later change of it is found; the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.errors import AppError
from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import column, label
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.pdf_pages import PageSource
from app.gui.toolkit.pdf_view import PdfView

if TYPE_CHECKING:
    from app.gui.shell.page import AppContext
    from app.services.documents.printed import PrintedDocument
    from app.services.documents.requests import Request

ROOM = QSize(480, 380)
"""Pixels the pages would like to have; at the least half as high they can be read by scrolling."""
_GROUP = 8
"""Digits of the hash between two gaps."""


class PaperToSign(QWidget):
    """The document a request makes, which is signed as the content `sha256`; made on a worker."""

    def __init__(self, context: AppContext, request: Request, sha256: str) -> None:
        super().__init__()
        self._context, self._request = context, request
        self.summary = label("", wrap=True, copy=True)
        groups = (sha256[at : at + _GROUP] for at in range(0, len(sha256), _GROUP))
        self.hash = label(" ".join(groups), "muted", wrap=True, copy=True)
        self._source = PageSource(context.tasks, self)
        self.pages = PdfView(self._source)
        self.pages.setAccessibleName(_("What is signed"))
        self.states = StateStack(self.pages)
        self.states.setMinimumHeight(ROOM.height() // 2)
        said = (self.summary, label(_("Content hash (SHA-256)"), "muted"), self.hash)
        for one in said:
            one.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = column(*said, self.states, spacing=4)
        layout.setStretch(len(said), 1)
        self.setLayout(layout)
        self._make()

    def sizeHint(self) -> QSize:
        said = super().sizeHint()
        return QSize(ROOM.width(), said.height() - self.states.sizeHint().height() + ROOM.height())

    def _make(self) -> None:
        self.states.show_loading()
        services = self._context.services
        self._context.tasks.run(
            lambda: services.reporting.pdf(self._request),
            self._show,
            owner=self,
            failed=self._failed,
            lane="io",
        )

    def _show(self, printed: PrintedDocument) -> None:
        from app.services.documents.summary import lines_in_short

        document = printed.documents[0]
        self.summary.setText("\n".join(lines_in_short(document, words().language)))
        self._source.open(printed.pdf)
        self.states.show_content()
        if isinstance(around := self.window(), Dialog):
            around.fit()

    def _failed(self, error: AppError) -> None:
        self.states.show_failed(error, self._make)
