"""Verifies a PDF file (issued here, unchanged, signed, sealed by whom), saves its data as JSON, and
looks up the QR code of a paper."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from app.domain.documents import PICTURE_PATTERNS
from app.domain.errors import AppError
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.files import ask_file, ask_folder, ask_new_file
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import clear, column, label, panel, row
from app.gui.toolkit.pdf_panel import Notice
from app.gui.toolkit.problems import message
from app.gui.toolkit.progress import ProgressLine
from app.services.documents.kinds import title_of
from app.texts import error_text, word
from app.texts.proof import Finding, findings, paper_findings

if TYPE_CHECKING:
    from app.gui.shell.page import Page
    from app.gui.toolkit.tasks import Job
    from app.services import Services
    from app.services.documents.paper import PaperProof


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


def look_at(services: Services, path: Path) -> VerifiedFile | list[Notice]:
    """A document, or the code on the photo of a page.  For a worker.  Raises as `judge` and
    `Verifying.photographed`."""
    from app.services.documents.attachments import read_file
    from app.services.documents.photos import is_picture

    content = read_file(path)
    if is_picture(content):
        return _code_notices(services.verifying.photographed(content))
    return judge(services, path)


LISTED = 200
"""Files of a folder that are named one by one; the rest is counted."""


def judge_all(services: Services, folder: Path, progress: Any, cancelled: Any) -> list[Notice]:
    """What was found of every document in a folder: how many of each verdict, then each file that
    is not proved, then the others.  For a worker.  Raises as `Verifying.judge_folder`."""
    t = words()
    found = list(services.verifying.judge_folder(folder, progress=progress, cancelled=cancelled))
    order = list(_LOOKS)
    counted = Counter(one.verdict for one in found)
    whole = "\n".join(
        f"{word(t, 'proof', verdict)} × {counted[verdict]}"
        for verdict in sorted(counted, key=order.index)
    )
    notices: list[Notice] = [("note", "info", whole or _("There is no PDF in this folder."))]
    doubtful = sorted(found, key=lambda one: (one.verdict == "yes", one.name))
    for one in doubtful[:LISTED]:
        why = f"\n{error_text(t, one.trouble)}" if one.trouble is not None else ""
        notices.append((*_LOOKS[one.verdict], f"{one.name}{why}"))
    if len(found) > LISTED:
        notices.append(("note", "info", _("{count} more", count=len(found) - LISTED)))
    return notices


def _code_notices(proof: PaperProof) -> list[Notice]:
    return [*map(_line, paper_findings(words(), proof, partial(title_of, words())))]


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
        self._job: Job | None = None
        self.progress = ProgressLine()
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
        folder = action_button(UserAction.CHOOSE_FOLDER_TO_PROVE, self._ask_folder)
        drop = panel(
            column(
                row(None, choose, folder, None),
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
                self.progress,
                self._found,
                row(self._save, None),
                None,
            )
        )

    def _ask(self) -> None:
        kinds = _("Documents and photos of pages (*.pdf {patterns})", patterns=PICTURE_PATTERNS)
        ask_file(self, _("Choose a PDF or the photo of a page"), kinds, self.prove)

    def prove(self, path: Path) -> None:
        """Look at a file and say what it is."""
        self._trouble.setText("")
        services = self._page.context.services

        def found() -> VerifiedFile | list[Notice]:
            return look_at(services, path)

        self._page.run(found, self._show_file, failed=self._refused, lane="io")

    def _show_file(self, found: VerifiedFile | list[Notice]) -> None:
        if isinstance(found, VerifiedFile):
            self._show(found)
        else:
            self._show_code(found)

    def _ask_folder(self) -> None:
        ask_folder(self, _("Choose a folder of documents"), self.prove_folder)

    def prove_folder(self, folder: Path) -> None:
        """Look at every document in a folder; what is not proved is named first."""
        self._stop()
        self._trouble.setText("")
        services = self._page.context.services

        def work(progress: Any, cancelled: Any) -> list[Notice]:
            return judge_all(services, folder, progress, cancelled)

        def done(notices: list[Notice]) -> None:
            self._end()
            self._show_code(notices)

        def failed(error: AppError) -> None:
            self._end()
            if error.code != "cancelled":
                self._refused(error)

        self._job = self._page.run(
            work, done, failed=failed, progress=self.progress.step, lane="io"
        )
        self.progress.begin(_("Looking at documents …"), self._stop)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._end()

    def _end(self) -> None:
        self._job = None
        self.progress.end()

    def _look_up(self) -> None:
        self._trouble.setText("")
        code, services = self._code.text(), self._page.context.services

        def found() -> list[Notice]:
            return _code_notices(services.verifying.paper(code))

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
            path = Path(files[0])
            if path.is_dir():
                self.prove_folder(path)
            else:
                self.prove(path)


def _code(sha256: str) -> QLabel:
    """A hash in groups of eight, as it stands at the foot of the pages."""
    groups = " ".join(sha256[i : i + 8] for i in range(0, len(sha256), 8))
    made = label(groups, "muted", wrap=True, copy=True)
    made.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return made
