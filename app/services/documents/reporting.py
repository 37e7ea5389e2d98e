"""Documents: from records to sheets to PDF; what was fixed at closing stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col

from app import files
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.documents import PAPERS, HandOut, Letterhead, safe_name
from app.domain.errors import AppError, Cancelled, InvalidInput, NotFound, Problem
from app.domain.wordings import PaperWording
from app.languages import DOCUMENT_LANGUAGES
from app.reports.data.content import plain
from app.reports.data.sheets import Issuer, PrintedSheet, Sheet
from app.reports.data.signable import signable_hash
from app.reports.media.raster import PdfPages
from app.reports.render import Rendered, render, second_half
from app.services.core.blobs import BlobStore
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.core.rights import require
from app.services.documents.files import free_name, pattern_name, write_file
from app.services.documents.incident_data import AT_ONCE, IncidentDataReader
from app.services.documents.incident_sheet import addenda, final
from app.services.documents.issued import (
    HandedDocument,
    HandOutNote,
    IssuedDocument,
    fix,
    issued_documents,
    keep_hand_out,
)
from app.services.documents.kinds import answer, layouts
from app.services.documents.letterhead import (
    Houses,
    LetterheadReader,
    PrintedLetterhead,
    language_of,
)
from app.services.documents.paper_keys import PaperKeys
from app.services.documents.printed import PrintedDocument
from app.services.documents.reading import read
from app.services.documents.requests import Request, RequestedSheets, SheetSources, sources
from app.services.documents.sheet_sources import SheetContext
from app.services.documents.visit_sheets import inspection_sheets, signable_sheets
from app.services.documents.wordings import read_wordings
from app.services.incidents.incident_reading import read_incident
from db.models.documents import HandOutRow
from db.models.register import MerchantRow

Progress = Callable[[int, int], None]


class Reporting:
    """Use cases of documents."""

    def __init__(
        self,
        context: ServiceContext,
        blobs: BlobStore,
        printers: LetterheadReader,
        knowledge: Callable[[], Knowledge],
        keys: PaperKeys,
    ) -> None:
        self._context = context
        self._blobs = blobs
        self._printers = printers
        self._knowledge = knowledge
        self._keys = keys

    @property
    def letterhead(self) -> Letterhead:
        """What documents show of the settings; kept by the context, which outlives a change."""
        return self._context.letterhead

    # --- making --------------------------------------------------------------------------------

    def documents(self, *requests: Request) -> tuple[PrintedSheet, ...]:
        """The documents that answer requests: a closed report comes with its addenda.

        Raises `NotFound`, `InvalidInput`.
        """
        houses = self._houses(self._printers.stationery(self.letterhead))
        return tuple(document for made in self._gathered(requests, houses) for document in made)

    def pdf(
        self,
        *requests: Request,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> PrintedDocument:
        """One file with all that was asked for, with bookmarks.

        Raises `NotFound`, `InvalidInput`, `Cancelled`, `Unavailable` (a photo is lost).
        """
        documents: list[PrintedSheet] = []
        stationery = self._printers.stationery(self.letterhead)
        for i, made in enumerate(self._gathered(requests, self._houses(stationery), cancelled)):
            documents.extend(made)
            if progress is not None:
                progress(i + 1, len(requests) * 2)
        if not documents:
            raise InvalidInput.of("subject", "document.nothing_selected")
        rendered = render(
            documents,
            layouts(),
            self._blobs.get,
            progress=second_half(progress),
            cancelled=cancelled,
            sign=self._keys.sign,
        )
        return _printed(documents, rendered, stationery.problems)

    def files(
        self,
        requests: Sequence[Request],
        folder: Path,
        pattern: str,
        *,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Path]:
        """One file for each request, named by a pattern such as ``{number} {merchant}``.

        What was written before a failure or a stop stays.  Raises as `pdf`, and `Unavailable`
        when a file cannot be written.
        """
        written: list[Path] = []
        stationery = self._printers.stationery(self.letterhead)
        for i, made in enumerate(self._gathered(requests, self._houses(stationery), cancelled)):
            rendered = render(made, layouts(), self._blobs.get, sign=self._keys.sign)
            printed = _printed(made, rendered, stationery.problems)
            path = free_name(folder, pattern_name(pattern, made[0]))
            self.save(printed, path)
            written.append(path)
            if progress is not None:
                progress(i + 1, len(requests))
        return written

    def sample(
        self,
        letterhead: Letterhead,
        language: str,
        sheet: Sheet,
        kind: str,
        wordings: Mapping[str, PaperWording] | None = None,
    ) -> PrintedDocument:
        """A document of given content under a letterhead, and with `wordings` kept or not yet, that
        are being tried out."""
        stationery = self._printers.stationery(letterhead)
        houses = self._houses(stationery, wordings)
        document = PrintedSheet(
            kind=kind,
            languages=DOCUMENT_LANGUAGES[language],
            house=houses.of(sheet),
            sheet=sheet,
            paper=letterhead.paper,
        )
        return _printed(
            [document], render([document], layouts(), self._blobs.get), stationery.problems
        )

    def _gathered(
        self,
        requests: Sequence[Request],
        houses: Houses,
        cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[tuple[PrintedSheet, ...]]:
        """The documents of each request in turn, read for many requests at a time.

        Raises what a request raises after the documents of those before it.
        """
        for start in range(0, len(requests), AT_ONCE):
            made, failure = self._made(requests[start : start + AT_ONCE], houses)
            for documents in made:
                if cancelled is not None and cancelled():
                    raise Cancelled
                yield documents
            if failure is not None:
                raise failure

    def _made(
        self, requests: Sequence[Request], houses: Houses
    ) -> tuple[list[tuple[PrintedSheet, ...]], AppError | None]:
        """The documents of these requests up to the first that fails, and its failure."""
        made: list[tuple[PrintedSheet, ...]] = []
        due: list[tuple[PrintedSheet, str, int]] = []
        failure: AppError | None = None
        place = self._context
        with place.read() as session:
            cases = IncidentDataReader(session)
            cases.ahead(r.subject for r in requests if r.kind == "service_report")
            given = sources(place, session, self._around(), houses.own, cases)
            for request in requests:
                try:
                    documents, fixed = self._answered(request, given, houses)
                except AppError as refused:
                    failure = refused
                    break
                made.append(documents)
                due.extend(fixed)
        if due:
            fix(self._context, due)
        return made, failure

    def _answered(
        self, request: Request, given: SheetSources, houses: Houses
    ) -> tuple[tuple[PrintedSheet, ...], list[tuple[PrintedSheet, str, int]]]:
        """The documents of one request; and the report to be fixed, its incident and revision."""
        found = answer(request, given)
        languages = self._languages(given.session, request, found)
        paper = _paper(request.paper or self.letterhead.paper)
        made = [
            PrintedSheet(
                kind=request.kind,
                languages=languages,
                house=houses.of(sheet),
                sheet=sheet,
                paper=paper,
            )
            for sheet in found.sheets
        ]
        if request.kind != "service_report":
            return tuple(made), []
        assert found.case is not None
        incident = found.case.incident
        made[0], revision = final(found.case, made[0])
        sheets = addenda(incident, made[0], given.around)
        more = [replace(made[0], kind="addendum", sheet=sheet) for sheet in sheets]
        return (*made, *more), [(made[0], incident.id, revision)] if revision else []

    def _houses(
        self, stationery: PrintedLetterhead, wordings: Mapping[str, PaperWording] | None = None
    ) -> Houses:
        if wordings is None:
            with self._context.read() as session:
                wordings = read_wordings(session)
        return self._printers.houses(stationery.house, wordings)

    def _around(self) -> SheetContext:
        return SheetContext(self._context.zone, self._knowledge())

    def _languages(
        self, session: Session, request: Request, found: RequestedSheets
    ) -> tuple[str, ...]:
        chosen = request.language or found.language
        if not chosen and found.merchant_id:
            merchant = session.get(MerchantRow, found.merchant_id)
            chosen = merchant.report_language if merchant else ""
        languages = DOCUMENT_LANGUAGES.get(chosen or self.letterhead.language)
        if languages is None:
            raise InvalidInput.of("language", "choice.unknown", value=chosen)
        return languages

    def signable(self, incident_id: str) -> str:
        """The hash of what a person signs under an incident's report now.  Raises `NotFound`."""
        with self._context.read() as session:
            number = read_incident(session, incident_id).number
            cases = IncidentDataReader(session)
            given = sources(self._context, session, self._around(), Issuer(), cases)
            sheet = answer(Request(kind="service_report", subject=number), given).sheets[0]
            return signable_hash("service_report", plain(sheet))

    def signable_visit(self, visit_id: str) -> str:
        """The hash of what a person signs under a visit's sheets now.  Raises `NotFound`."""
        return self.contents_of_visit(visit_id)[0]

    def contents_of_visit(self, visit_id: str) -> tuple[str, ...]:
        """The hashes that stand for a visit's sheets as they are: what is signed now, and what an
        earlier version had signed of the same.  Raises `NotFound`."""
        with self._context.read() as session:
            sheets = inspection_sheets(session, visit_id, self._around())
            if not sheets:
                raise InvalidInput.of("subject", "document.nothing_inspected", number="")
            return signable_sheets(sheets)

    # --- handing out ---------------------------------------------------------------------------

    def save(self, printed: PrintedDocument, path: Path, *, sealed_by: str = "") -> None:
        """Write the file and note that it was handed out, both or neither; `sealed_by` when its
        bytes were sealed.

        Raises `Unavailable`: disk full, folder not writable, file open in another program.
        """
        how = HandOut.SEALED if sealed_by else HandOut.SAVED
        note = HandOutNote(how, file_name=path.name, sealed_by=sealed_by, pages=printed.pages)
        with files.taken_back_on_failure(path):
            write_file(path, printed.pdf)
            self._keep(printed.pdf, printed.handed, note)

    def note(
        self, printed: PrintedDocument, how: HandOut, *, recipient: str = "", file_name: str = ""
    ) -> None:
        """Note that documents left the house, and keep the file in which they did.  Raises
        `Unavailable`, as does `note_sealed`: the file cannot be kept."""
        note = HandOutNote(how, recipient=recipient, file_name=file_name, pages=printed.pages)
        self._keep(printed.pdf, printed.handed, note)

    def note_sealed(
        self, pdf: bytes, handed: Sequence[HandedDocument], name: str, signer: str
    ) -> None:
        """Note that a file was sealed, and keep it."""
        self._keep(pdf, handed, HandOutNote(HandOut.SEALED, file_name=name, sealed_by=signer))

    def _keep(self, pdf: bytes, handed: Sequence[HandedDocument], note: HandOutNote) -> None:
        require(self._context, "document.hand_out")
        self._blobs.put(pdf)
        keep_hand_out(self._context, handed, pdf, note)

    def handed_out(self, number: str) -> tuple[tuple[datetime, str, str, str], ...]:
        """When, how, to whom and by whom a document was handed out, newest first."""
        with self._context.read() as session:
            rows = session.execute(
                sa.select(HandOutRow)
                .where(col(HandOutRow.number) == number)
                .order_by(col(HandOutRow.at).desc(), col(HandOutRow.id).desc())
                .limit(100)
            ).scalars()
            return tuple((row.at, row.how, row.recipient, row.actor) for row in rows)

    def issued(self, words: str = "", limit: int = 300) -> tuple[IssuedDocument, ...]:
        """Documents that left the house or were fixed at closing, newest first, one line each."""
        with self._context.read() as session:
            return issued_documents(session, words, limit)

    def again(self, issued: IssuedDocument) -> PrintedDocument:
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
        return self.pdf(
            Request(kind=kind, subject=issued.subject, language=language_of(issued.languages))
        )

    def _kept(self, issued: IssuedDocument) -> PrintedDocument:
        pdf = self._blobs.get(issued.as_it_left)
        copies = read(pdf)
        with PdfPages(pdf) as opened:
            pages = opened.count
        return PrintedDocument(
            pdf=pdf,
            pages=pages,
            documents=tuple(copy.document for copy in copies),
            hashes=tuple(copy.sha256 for copy in copies),
            file_name=issued.file_name or f"{issued.kind}.pdf",
        )

    @operation("merchant.set_language")
    def set_language(self, merchant_id: str, language: str) -> None:
        """Set the language of a merchant's documents; empty for the house's.

        Raises `InvalidInput`, `NotFound`.
        """
        if language and language not in DOCUMENT_LANGUAGES:
            raise InvalidInput.of("language", "choice.unknown", value=language)
        with self._context.write() as unit:
            row = unit.session.get(MerchantRow, merchant_id)
            if row is None:
                raise NotFound("merchant", merchant_id)
            row.report_language = language
            unit.touched("merchant", [merchant_id])


def _paper(wanted: str) -> str:
    if wanted not in PAPERS:
        raise InvalidInput.of("paper", "choice.unknown", value=wanted)
    return wanted


def _printed(
    documents: Sequence[PrintedSheet], rendered: Rendered, problems: tuple[Problem, ...]
) -> PrintedDocument:
    name = pattern_name("{kind} {number} {merchant}", documents[0])
    if len({document.kind for document in documents}) > 1 or len(documents) > 2:
        name = safe_name(f"{documents[0].kind} {documents[0].sheet.made_at:%Y-%m-%d}.pdf")
    return PrintedDocument(
        pdf=rendered.pdf,
        pages=rendered.pages,
        documents=tuple(documents),
        hashes=rendered.hashes,
        file_name=name,
        missing=rendered.missing,
        problems=problems,
    )
