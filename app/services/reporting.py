"""Documents: from records to sheets to PDF; what was fixed at closing stays as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col

from app import __version__
from app.domain.documents import HandOut, Letterhead, safe_name
from app.domain.errors import Cancelled, InvalidInput, NotFound, Problem
from app.domain.incidents import Incident
from app.domain.knowledge import Knowledge
from app.domain.lifecycle import IncidentState
from app.reports.content import content_of, document_of, hash_of, plain
from app.reports.raster import PdfPages
from app.reports.render import Rendered, render
from app.reports.service_sheet import ServiceReportSheet
from app.reports.sheets import Document, House, Sheet
from app.reports.signable import signable_hash
from app.services.blobs import BlobStore
from app.services.incident_queries import read_incident
from app.services.incident_sheet import addenda
from app.services.issued import IssuedDocument, issued_documents, newest_fixed
from app.services.letterhead import LANGUAGES, Printers, language_of
from app.services.report_files import free_name, pattern_name, write_file
from app.services.report_reading import read
from app.services.report_requests import Answer, Answering, Request, answer
from app.services.sheet_parts import Surroundings
from app.services.visit_sheets import inspection_sheets
from app.services.workplace import Workplace
from db.models.documents import HandOutRow, IssuedDocumentRow
from db.models.register import MerchantRow

Progress = Callable[[int, int], None]
PAPERS = ("a4", "letter")


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF.  `problems` did not stop it: a logo left out; `missing` are characters no
    font has."""

    pdf: bytes
    pages: int
    documents: tuple[Document, ...]
    hashes: tuple[str, ...]
    file_name: str
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Handed:
    """Which document was handed out."""

    kind: str
    number: str
    sha256: str
    languages: str = ""


@dataclass(frozen=True, slots=True)
class _Note:
    """How it was handed out."""

    how: HandOut
    recipient: str = ""
    file_name: str = ""
    sealed_by: str = ""
    pages: int = 1


class Reporting:
    """Use cases of documents."""

    def __init__(
        self,
        workplace: Workplace,
        blobs: BlobStore,
        printers: Printers,
        knowledge: Callable[[], Knowledge],
    ) -> None:
        self._workplace = workplace
        self._blobs = blobs
        self._printers = printers
        self._knowledge = knowledge

    @property
    def letterhead(self) -> Letterhead:
        """What documents show of the settings; kept by the workplace, which outlives a change."""
        return self._workplace.letterhead

    # --- making --------------------------------------------------------------------------------

    def documents(self, request: Request) -> tuple[Document, ...]:
        """The documents that answer a request: a closed report comes with its addenda.

        Raises `NotFound`, `InvalidInput`.
        """
        return self._made(request)[0]

    def pdf(
        self, *requests: Request, progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Printed:  # fmt: skip
        """One file with all that was asked for, with bookmarks.

        Raises `NotFound`, `InvalidInput`, `Cancelled`, `Unavailable` (a photo is lost).
        """
        documents: list[Document] = []
        problems: tuple[Problem, ...] = ()
        for i, request in enumerate(requests):
            if cancelled is not None and cancelled():
                raise Cancelled
            made, problems = self._made(request)
            documents.extend(made)
            if progress is not None:
                progress(i + 1, len(requests) * 2)
        if not documents:
            raise InvalidInput.of("subject", "document.nothing_selected")
        rendered = render(
            documents,
            self._blobs.get,
            progress=_second_half(progress),
            cancelled=cancelled,
        )
        return self._printed(documents, rendered, problems)

    def files(
        self, requests: Sequence[Request], folder: Path, pattern: str, *,
        progress: Progress | None = None, cancelled: Callable[[], bool] | None = None,
    ) -> list[Path]:  # fmt: skip
        """One file for each request, named by a pattern such as ``{number} {merchant}``.

        What was written before a failure or a stop stays.  Raises as `pdf`, and `Unavailable`
        when a file cannot be written.
        """
        written: list[Path] = []
        for i, request in enumerate(requests):
            if cancelled is not None and cancelled():
                raise Cancelled
            printed = self.pdf(request)
            name = pattern_name(pattern, printed.documents[0])
            path = free_name(folder, name)
            self.save(printed, path)
            written.append(path)
            if progress is not None:
                progress(i + 1, len(requests))
        return written

    def sample(self, letterhead: Letterhead, language: str, sheet: Sheet, kind: str) -> Printed:
        """A document of given content under a letterhead that is being tried out."""
        stationery = self._printers.stationery(letterhead)
        document = Document(kind, LANGUAGES[language], stationery.house, sheet, letterhead.paper)
        return self._printed(
            [document], render([document], self._blobs.get), stationery.problems
        )  # fmt: skip

    def _made(self, request: Request) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
        stationery = self._printers.stationery(self.letterhead)
        place = self._workplace
        with place.read() as session:
            given = Answering(session, self._around(), place.now(), stationery.house)
            found = answer(request, given)
            languages = self._languages(session, request, found)
            paper = _paper(request.paper or self.letterhead.paper)
            made = [
                Document(found.kind, languages, stationery.house, sheet, paper)
                for sheet in found.sheets
            ]
            due = None
            if found.kind == "service_report":
                assert found.incident is not None
                made[0], due = self._final(session, found.incident, made[0])
                made += self._addenda(found.incident, made[0])
        if due is not None and found.incident is not None:
            self._issue(made[0], found.incident.id, due)
        return tuple(made), stationery.problems

    def _around(self) -> Surroundings:
        return Surroundings(self._workplace.zone, self._knowledge())

    def _languages(self, session: Session, request: Request, found: Answer) -> tuple[str, ...]:
        chosen = request.language
        if not chosen and found.merchant_id:
            merchant = session.get(MerchantRow, found.merchant_id)
            chosen = merchant.report_language if merchant else ""
        languages = LANGUAGES.get(chosen or self.letterhead.language)
        if languages is None:
            raise InvalidInput.of("language", "choice.unknown", value=chosen)
        return languages

    def _printed(
        self, documents: Sequence[Document], rendered: Rendered, problems: tuple[Problem, ...]
    ) -> Printed:
        name = pattern_name("{kind} {number} {merchant}", documents[0])
        if len({document.kind for document in documents}) > 1 or len(documents) > 2:
            name = safe_name(f"{documents[0].kind} {documents[0].sheet.made_at:%Y-%m-%d}.pdf")
        return Printed(
            rendered.pdf, rendered.pages, tuple(documents), rendered.hashes, name,
            rendered.missing, problems,
        )  # fmt: skip

    # --- reports that are final ----------------------------------------------------------------

    def _final(
        self, session: Session, incident: Incident, live: Document
    ) -> tuple[Document, int | None]:
        """The report as it was fixed when the incident was closed, or as it is now; and the
        revision to fix it as, when it is closed and not yet fixed."""
        if incident.state is not IncidentState.CLOSED or incident.closed_at is None:
            return live, None
        kept = newest_fixed(session, incident.number)
        if kept is None or kept.issued_at < incident.closed_at:
            return live, (kept.revision if kept else 0) + 1
        content = {**kept.content, "presentation": content_of(live)["presentation"]}
        return document_of(content, ServiceReportSheet), None

    def _issue(self, document: Document, incident_id: str, revision: int) -> None:
        content = content_of(document)
        sha256 = hash_of(content)
        place = self._workplace
        with place.write() as writing:
            row = newest_fixed(writing.session, document.sheet.number)
            if row is not None and row.revision >= revision:
                return
            writing.session.add(
                IssuedDocumentRow(
                    kind=document.kind,
                    number=document.sheet.number,
                    revision=revision,
                    incident_id=incident_id or None,
                    content={k: v for k, v in content.items() if k != "presentation"},
                    content_sha256=sha256,
                    issued_at=writing.now,
                    issued_by=place.actor,
                    app_version=__version__,
                )
            )
            writing.touched("document")

    def _addenda(self, incident: Incident, report: Document) -> list[Document]:
        assert isinstance(report.sheet, ServiceReportSheet)
        sheets = addenda(incident, hash_of(content_of(report)), report.sheet, self._around())
        return [replace(report, kind="addendum", sheet=sheet) for sheet in sheets]

    # --- signing -------------------------------------------------------------------------------

    def signable(self, incident_id: str) -> str:
        """The hash of what a person signs under an incident's report now.  Raises `NotFound`."""
        with self._workplace.read() as session:
            number = read_incident(session, incident_id).number
            given = Answering(session, self._around(), self._workplace.now(), House())
            sheet = answer(Request("service_report", number), given).sheets[0]
            return signable_hash("service_report", plain(sheet))

    def signable_visit(self, visit_id: str) -> str:
        """The hash of what a person signs under a visit's sheets now.  Raises `NotFound`."""
        with self._workplace.read() as session:
            sheets = inspection_sheets(session, visit_id, self._around())
            if not sheets:
                raise InvalidInput.of("subject", "document.nothing_inspected", number="")
            return signable_hash("inspection", plain(sheets[0]))

    # --- handing out ---------------------------------------------------------------------------

    def save(self, printed: Printed, path: Path, *, sealed_by: str = "") -> None:
        """Write the file whole or not at all, and note that it was handed out; `sealed_by` when
        its bytes were sealed.

        Raises `Unavailable`: disk full, folder not writable, file open in another program.
        """
        how = HandOut.SEALED if sealed_by else HandOut.SAVED
        note = _Note(how, file_name=path.name, sealed_by=sealed_by, pages=printed.pages)
        self._blobs.put(printed.pdf)
        write_file(path, printed.pdf)
        self._note(_handed(printed), printed.pdf, note)

    def note(
        self, printed: Printed, how: HandOut, *, recipient: str = "", file_name: str = ""
    ) -> None:
        """Note that documents left the house, and keep the file in which they did.

        Raises `Unavailable`, as does `note_sealed`: the file cannot be kept.
        """
        self._blobs.put(printed.pdf)
        note = _Note(how, recipient=recipient, file_name=file_name, pages=printed.pages)
        self._note(_handed(printed), printed.pdf, note)

    def note_sealed(self, pdf: bytes, handed: Sequence[Handed], name: str, signer: str) -> None:
        """Note that a file was sealed, and keep it."""
        self._blobs.put(pdf)
        self._note(handed, pdf, _Note(HandOut.SEALED, file_name=name, sealed_by=signer))

    def _note(self, handed: Sequence[Handed], pdf: bytes, note: _Note) -> None:
        place = self._workplace
        digest = hashlib.sha256(pdf).hexdigest()
        with place.write() as writing:
            for item in handed:
                writing.session.add(
                    HandOutRow(
                        kind=item.kind, number=item.number[:200], content_sha256=item.sha256,
                        languages=item.languages, at=writing.now, actor=place.actor,
                        device=place.device, how=note.how, recipient=note.recipient[:200],
                        file_name=safe_name(note.file_name)[:200], file_sha256=digest,
                        size=len(pdf), pages=note.pages, sealed_by=note.sealed_by[:200],
                    )
                )  # fmt: skip
            writing.touched("document")

    def handed_out(self, number: str) -> tuple[tuple[datetime, str, str, str], ...]:
        """When, how, to whom and by whom a document was handed out, newest first."""
        with self._workplace.read() as session:
            rows = session.execute(
                sa.select(HandOutRow)
                .where(col(HandOutRow.number) == number)
                .order_by(col(HandOutRow.at).desc(), col(HandOutRow.id).desc())
                .limit(100)
            ).scalars()
            return tuple((row.at, row.how, row.recipient, row.actor) for row in rows)

    def issued(self, words: str = "", limit: int = 300) -> tuple[IssuedDocument, ...]:
        """Documents that left the house or were fixed at closing, newest first, one line each."""
        with self._workplace.read() as session:
            return issued_documents(session, words, limit)

    def again(self, issued: IssuedDocument) -> Printed:
        """An issued document: the very file in which it last left, or what was fixed at closing.

        Raises `NotFound` when its file is not on this computer and nothing makes it anew, and as
        `pdf`.
        """
        try:
            if issued.as_it_left:
                return self._kept(issued)
        except NotFound:
            if not issued.subject:
                raise
        if not issued.subject:
            raise NotFound("document", issued.number or issued.kind)
        kind = "service_report" if issued.kind == "addendum" else issued.kind
        return self.pdf(Request(kind, issued.subject, language=language_of(issued.languages)))

    def _kept(self, issued: IssuedDocument) -> Printed:
        pdf = self._blobs.get(issued.as_it_left)
        copies = read(pdf)
        with PdfPages(pdf) as opened:
            pages = opened.count
        return Printed(
            pdf, pages, tuple(copy.document for copy in copies),
            tuple(copy.sha256 for copy in copies), issued.file_name or f"{issued.kind}.pdf",
        )  # fmt: skip

    def set_language(self, merchant_id: str, language: str) -> None:
        """Set the language of a merchant's documents; empty for the house's.

        Raises `InvalidInput`, `NotFound`.
        """
        if language and language not in LANGUAGES:
            raise InvalidInput.of("language", "choice.unknown", value=language)
        with self._workplace.write() as writing:
            row = writing.session.get(MerchantRow, merchant_id)
            if row is None:
                raise NotFound("merchant", merchant_id)
            row.report_language = language
            writing.touched("merchant", [merchant_id])


def _paper(wanted: str) -> str:
    if wanted not in PAPERS:
        raise InvalidInput.of("paper", "choice.unknown", value=wanted)
    return wanted


def _handed(printed: Printed) -> list[Handed]:
    return [
        Handed(document.kind, document.sheet.number, sha256, ",".join(document.languages))
        for document, sha256 in zip(printed.documents, printed.hashes, strict=True)
    ]


def _second_half(progress: Progress | None) -> Progress | None:
    """Progress of drawing, after that of gathering."""
    if progress is None:
        return None

    def report(done: int, total: int) -> None:
        progress(total + done, total * 2)

    return report
