"""Verifies a PDF file (issued here, unchanged, signed, sealed by whom), saves its data as JSON, and
looks up the QR code of a paper."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from app.domain.errors import AppError
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.files import ask_file, ask_new_file
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import clear, column, label, panel, row
from app.gui.toolkit.pdf_panel import Notice
from app.gui.toolkit.problems import message
from app.services.documents.kinds import title_of
from app.texts import error_text, word
from app.texts.proof import Finding, findings, paper_findings

if TYPE_CHECKING:
    from app.gui.shell.page import Page
    from app.services import Services


@dataclass(frozen=True, slots=True)
class VerifiedFile:
    """A file, what is to be said of it, and the data of its documents."""

    pdf: bytes
    notices: tuple[Notice, ...]
    copies: tuple[Any, ...] = ()


_LOOKS = {
    "yes": ("ok", "circle-check"),
    "replaced": ("warning", "rotate-ccw"),
    "no": ("danger", "circle-x"),
    "unproved": ("warning", "triangle-alert"),
    "none": ("note", "info"),
}
"""How an answer looks: the role of its bar and its icon."""


def judge(services: Services, path: Path) -> VerifiedFile:
    """Look at a file.  For a worker.  Raises `InvalidInput` and `Unavailable` when it cannot be
    read or is no PDF at all; a PDF of somebody else is judged, not refused."""
    from app.reports.media.raster import PdfPages
    from app.services.documents.attachments import read_file

    pdf = read_file(path)
    PdfPages(pdf).close()
    try:
        judged = services.verifying.judge(pdf)
    except AppError as error:
        return VerifiedFile(pdf, (("danger", "circle-x", error_text(words(), error)),))
    whole = (*_LOOKS[judged.verdict], word(words(), "proof", judged.verdict))
    return VerifiedFile(
        pdf,
        (whole, *map(_line, findings(words(), judged, partial(title_of, words())))),
        judged.proof.copies,
    )


def _line(found: Finding) -> Notice:
    """One of the four answers, with its own mark."""
    question = word(words(), "proof_question", found.question)
    answer = word(words(), "answer", found.answer)
    return (*_LOOKS[found.answer], "\n".join((f"{question} {answer}", *found.sentences)))


class VerifyPanel(QWidget):
    """The file to be verified, and the findings about it."""

    judged = Signal(VerifiedFile)
    """A file was verified."""
    looked_up = Signal(list)
    """What the register says of the code of a paper: a list of `Notice`."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._copies: tuple[Any, ...] = ()
        self.setAcceptDrops(True)
        hint = label(
            _(
                "Was it issued here? Do the pages say what the data inside say? Are the signatures"
                " for this content? Is the seal whole? Each is answered by itself."
            ),
            "muted",
            wrap=True,
        )
        choose = action_button(UserAction.CHOOSE_PDF, self._ask, role="primary")
        drop = panel(
            column(
                row(None, choose, None),
                row(None, label(_("or drag it here"), "muted"), None),
                margins=(12, 28, 12, 28),
            ),
            "drop",
        )
        self._code = QLineEdit()
        self._code.setAccessibleName(_("QR code of a paper"))
        self._code.setPlaceholderText(_("Scan the QR code of a paper here, then Enter"))
        self._code.setClearButtonEnabled(True)
        self._code.returnPressed.connect(self._look_up)
        self._trouble = label("", "error", wrap=True)
        self._found = column(spacing=10)
        self._save = action_button(UserAction.SAVE_PROVED_DATA, self._ask_json)
        self._save.hide()
        self.setLayout(
            column(
                label(_("Read and prove"), "section"),
                hint,
                drop,
                self._code,
                self._trouble,
                self._found,
                row(self._save, None),
                None,
            )
        )

    def _ask(self) -> None:
        ask_file(self, _("Choose a PDF"), _("PDF files (*.pdf)"), self.prove)

    def prove(self, path: Path) -> None:
        """Look at a file and say what it is."""
        self._trouble.setText("")
        services = self._page.context.services
        self._page.run(lambda: judge(services, path), self._show, failed=self._refused, lane="io")

    def _look_up(self) -> None:
        self._trouble.setText("")
        code, services = self._code.text(), self._page.context.services

        def found() -> list[Notice]:
            records = services.verifying.paper(code)
            return [*map(_line, paper_findings(words(), records, partial(title_of, words())))]

        self._page.run(found, self._show_code, failed=self._refused)

    def _show_code(self, notices: list[Notice]) -> None:
        clear(self._found)
        self._save.hide()
        self._code.selectAll()
        self.looked_up.emit(notices)

    def _refused(self, error: AppError) -> None:
        self._trouble.setText(message(error))

    def _show(self, judged: VerifiedFile) -> None:
        clear(self._found)
        self._copies = judged.copies
        for copy in judged.copies:
            kind = title_of(words(), copy.kind)
            self._found.addWidget(
                panel(
                    column(
                        label(" · ".join(filter(None, (kind, copy.number))), "strong", copy=True),
                        _code(copy.sha256),
                        spacing=4,
                    )
                )
            )
        self._save.setVisible(bool(judged.copies))
        self.judged.emit(judged)

    def _ask_json(self) -> None:
        copies = self._copies
        contents = [copy.content for copy in copies]
        value = contents[0] if len(contents) == 1 else contents
        name = f"{copies[0].number or copies[0].kind}.json"

        def write(path: Path) -> None:
            from app.services.documents.files import write_file

            text = json.dumps(value, ensure_ascii=False, indent=2)
            self._page.run(
                lambda: write_file(path, text.encode("utf-8")),
                lambda _none: self._page.context.note(_("Saved: {name}", name=path.name)),
                lane="io",
            )

        ask_new_file(self, _("Save the data"), _("JSON files (*.json)"), name, write)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped here."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at the first file that was dropped."""
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.prove(Path(files[0]))


def _code(sha256: str) -> QLabel:
    """A hash in groups of eight, as it stands at the foot of the pages."""
    groups = " ".join(sha256[i : i + 8] for i in range(0, len(sha256), 8))
    made = label(groups, "muted", wrap=True, copy=True)
    made.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return made
