"""Answers four questions about a document and never mixes them.

1. Is it, byte for byte, what this office issued under its number?  The register of issued
   documents knows, that of other laptops included once they exchanged.
   A note of another computer says who issued it, not that it is true: it counts where the data
   here, of which the document is made anew, say the same (`made_anew`).
2. Do the pages say what the data say, and is nothing else in the file?
3. Are the hashes beside the drawn signatures those of the content above them?
4. Is the seal intact, who made it since when, and which root vouches for him?

What none of this proves is called unproved, never genuine.  No answer makes up for another: the
register comes from every laptop, so it never speaks for pages that do not say what the data say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.domain import text
from app.domain.errors import AppError, Cancelled, InvalidInput, as_problem
from app.reports.data.paper_code import read_code
from app.reports.data.sheets import SignedBlock
from app.reports.data.signable import signable_hash, visit_hashes
from app.reports.data.signature_seal import sealed_of
from app.reports.media.photo import CODES
from app.services.core.context import ServiceContext
from app.services.core.rights import require
from app.services.documents.attachments import read_file
from app.services.documents.issued import IssuedStanding, Registered, registered
from app.services.documents.made_anew import DataCheck, MadeAnew
from app.services.documents.paper import PaperProof, proof_of
from app.services.documents.paper_keys import SignedBy, SignedState, checked
from app.services.documents.photos import PictureDecoder, media_type
from app.services.documents.reading import Authenticity, ContentProof, EmbeddedCopy, verify
from app.services.documents.seal_reading import Seal, SealTrust, seals_of
from app.services.documents.sealing import Certificate, seal


class ProofAnswer(StrEnum):
    """To one of the questions.  `REPLACED`: yes, and a newer version was issued since.  `NONE`:
    there is nothing it could be asked of."""

    YES = "yes"
    REPLACED = "replaced"
    NO = "no"
    UNPROVED = "unproved"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """A signature drawn on a document: whether its hash is that of the content.  `admitted` when
    the document itself says that it was changed after signing; then what was signed is not here,
    and nothing is proved.  `sealed` is what is known of the seal of the computer it was drawn on;
    ``none`` where no database was asked."""

    role: str
    signer: str
    at: datetime | None
    answer: ProofAnswer
    admitted: bool = False
    sealed: SignedState = SignedState.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentProof:
    """Everything known of a file.  `registered` is empty where no register was asked, `trouble`
    says why the seal could not be judged, `wanted` is the number it was to have, if any.  `data`
    compares each document with the data of the database, where there is one."""

    proof: ContentProof
    registered: tuple[Registered, ...]
    inked: tuple[SignatureCheck, ...]
    seals: tuple[Seal, ...]
    trouble: AppError | None = None
    wanted: str = ""
    data: tuple[DataCheck, ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether another computer noted it and the data here say otherwise."""
        pairs = zip(self.registered, self.data, strict=False)
        return any(_is_others(one) and data.agrees is False for one, data in pairs)

    @property
    def another(self) -> bool:
        """Whether it is a document of another number than the one that was wanted."""
        numbers = {text.compact(copy.number).upper() for copy in self.proof.copies}
        return bool(self.wanted) and text.compact(self.wanted).upper() not in numbers

    @property
    def kept(self) -> bool:
        """Whether the register holds this very file, by a note that counts here."""
        return bool(self.registered) and all(
            one.standing is IssuedStanding.THIS_FILE and self._counts(n)
            for n, one in enumerate(self.registered)
        )

    def _counts(self, n: int) -> bool:
        if not _is_others(self.registered[n]):
            return True
        return n < len(self.data) and self.data[n].agrees is True

    @property
    def issued(self) -> ProofAnswer:
        """Whether this very file left this office.  One that says the same in other bytes did
        not; nothing is proved of it here."""
        if self.another:
            return ProofAnswer.NO
        answers = [
            _of_standing(one, counts=self._counts(n)) for n, one in enumerate(self.registered)
        ]
        return _all(answers) or ProofAnswer.UNPROVED

    @property
    def pages(self) -> ProofAnswer:
        """Whether the pages say what the data say, and nothing else is there; whatever the
        register says of the file."""
        if self.proof.sound:
            return ProofAnswer.YES
        if self.proof.verdict is Authenticity.SAME_PAGES:
            return ProofAnswer.UNPROVED
        return ProofAnswer.NO

    @property
    def signatures(self) -> ProofAnswer:
        """Whether the signatures are under the content that was signed."""
        return _all([one.answer for one in self.inked]) or ProofAnswer.NONE

    @property
    def seal(self) -> ProofAnswer:
        """Whether it is sealed by somebody known, and unchanged since."""
        if self.trouble is not None:
            return ProofAnswer.UNPROVED
        return _all([of_seal(one, kept=self.kept) for one in self.seals]) or ProofAnswer.NONE

    @property
    def verdict(self) -> ProofAnswer:
        """The whole: ``yes`` only when content and origin are proved and nothing speaks against
        it; ``replaced`` when a newer version was issued since.

        The register or a seal somebody vouches for proves the origin, and with it signatures whose
        content stands in another document.  A seal proves none when a register was asked and knows
        no such document."""
        answers = (self.issued, self.pages, self.signatures, self.seal)
        if ProofAnswer.NO in answers:
            return ProofAnswer.NO
        unknown = any(one.standing is IssuedStanding.UNKNOWN for one in self.registered)
        vouched = self.seal is ProofAnswer.YES and any(
            one.trust is SealTrust.TRUSTED for one in self.seals
        )
        sealed = self.seal in {ProofAnswer.YES, ProofAnswer.NONE}
        origin = not unknown and (self.kept or vouched)
        if not (self.pages is ProofAnswer.YES and sealed and origin) or self.doubtful:
            return ProofAnswer.UNPROVED
        return ProofAnswer.REPLACED if self.issued is ProofAnswer.REPLACED else ProofAnswer.YES


_WEAKEST = (ProofAnswer.NO, ProofAnswer.UNPROVED, ProofAnswer.REPLACED, ProofAnswer.YES)


def _all(answers: list[ProofAnswer]) -> ProofAnswer | None:
    """The weakest of several answers to one question; None when it was not asked."""
    return min(answers, key=_WEAKEST.index, default=None)


def _is_others(one: Registered) -> bool:
    return one.recorder is not None and not one.recorder.own


def _of_standing(one: Registered, *, counts: bool) -> ProofAnswer:
    if one.standing is IssuedStanding.OTHER_CONTENT:
        return ProofAnswer.NO
    if one.standing is not IssuedStanding.THIS_FILE or not counts:
        return ProofAnswer.UNPROVED
    return ProofAnswer.YES if one.newer_at is None else ProofAnswer.REPLACED


_SPEAKS_AGAINST = frozenset({SealTrust.STRANGER, SealTrust.NAMESAKE, SealTrust.REVOKED})


def of_seal(one: Seal, *, kept: bool) -> ProofAnswer:
    """What one seal proves; `kept` when the register holds the sealed file."""
    if not one.unbroken or one.trust in _SPEAKS_AGAINST:
        return ProofAnswer.NO
    return ProofAnswer.YES if kept or one.trust is SealTrust.TRUSTED else ProofAnswer.UNPROVED


def judge(
    pdf: bytes,
    context: ServiceContext | None = None,
    trusted_roots: tuple[bytes, ...] = (),
    number: str = "",
    company: str = "",
    made_anew: MadeAnew | None = None,
) -> DocumentProof:
    """Look at a file: with the register of `context`, where there is one; `number` is the one it
    has to have, empty for any.  `company` is this office's own, from its settings: the one whose
    seal counts when a root that issues to many is trusted; with none, such a root proves nothing.
    `made_anew` makes its documents from the data of `context`.

    Raises `InvalidInput` as `reading.read`, and when a root is no certificate.
    """
    proof = verify(pdf)
    known: tuple[Registered, ...] = ()
    if context is not None:
        digest = hashlib.sha256(pdf).hexdigest()
        with context.read() as session:
            known = tuple(
                registered(session, copy.kind, copy.number, copy.sha256, digest)
                for copy in proof.copies
            )
    trouble: AppError | None = None
    seals: tuple[Seal, ...] = ()
    try:
        # The bare word of a signature in a document that is exactly ours is no signature.
        if proof.sealed or proof.verdict is not Authenticity.GENUINE:
            # What the file says of itself proves nothing: whoever made it chose its letterhead.
            houses = {copy.document.house.company for copy in proof.copies}
            seals = seals_of(pdf, trusted_roots, {company} | houses if company.strip() else ())
    except AppError as failed:
        if failed.code == "seal.not_a_root":
            raise
        trouble = failed
    inked = tuple(one for copy in proof.copies for one in _inked(copy, proof.copies, context))
    data = () if made_anew is None else tuple(made_anew.check(one.content) for one in proof.copies)
    return DocumentProof(
        proof=proof,
        registered=known,
        inked=inked,
        seals=seals,
        trouble=trouble,
        wanted=number,
        data=data,
    )


def _inked(
    copy: EmbeddedCopy, copies: Sequence[EmbeddedCopy], context: ServiceContext | None
) -> Iterator[SignatureCheck]:
    """The signatures of a document.  Only reports and inspections are signed for themselves: what
    other kinds show was signed on the report, whose content is not here.  The sheets of a visit
    are signed together, and stand in one file.  What an earlier version had signed of them is less
    than they say now, and proves nothing about the rest.  A seal for another drawing, name, moment
    or content says that it was changed after it was given."""
    own = copy.kind in {"service_report", "inspection"}
    signed = [copy] if copy.kind != "inspection" else _of_visit(copy, copies)
    contents = _contents(copy.kind, signed) if own else ()
    for shown in _signed(copy.document.sheet):
        admitted = bool(shown.changed_since)
        sealed = _sealed(context, shown).state
        if sealed is SignedState.BAD:
            answer = ProofAnswer.NO
        elif shown.content_sha256 in contents[:1]:
            answer = ProofAnswer.YES
        elif own and shown.content_sha256 and not (admitted or shown.content_sha256 in contents):
            answer = ProofAnswer.NO
        else:
            answer = ProofAnswer.UNPROVED
        yield SignatureCheck(
            role=shown.role,
            signer=shown.signer,
            at=shown.at,
            answer=answer,
            admitted=admitted,
            sealed=sealed,
        )


def _sealed(context: ServiceContext | None, shown: SignedBlock) -> SignedBy:
    if context is None:
        return SignedBy(SignedState.NONE)
    with context.read() as session:
        return checked(session, sealed_of(shown), shown.sealed)


def _of_visit(copy: EmbeddedCopy, copies: Sequence[EmbeddedCopy]) -> list[EmbeddedCopy]:
    return [one for one in copies if (one.kind, one.number) == (copy.kind, copy.number)]


def _contents(kind: str, copies: Sequence[EmbeddedCopy]) -> tuple[str, ...]:
    """The hashes a signature under these copies may keep."""
    sheets: list[Mapping[str, Any]] = [copy.content["sheet"] for copy in copies]
    if kind == "inspection":
        return visit_hashes(sheets)
    return tuple(signable_hash(kind, sheet) for sheet in sheets)


def _signed(sheet: Any) -> Iterator[SignedBlock]:
    acceptance = getattr(sheet, "acceptance", None)
    places = (
        [acceptance.merchant, acceptance.technician, acceptance.reviewer]
        if acceptance is not None
        else [getattr(sheet, "merchant_signed", None), getattr(sheet, "technician_signed", None)]
    )
    return (place for place in places if place is not None and place.ink is not None)


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """What was found of one file of a folder, or why it could not be judged."""

    name: str
    verdict: ProofAnswer
    trouble: AppError | None = None


class Verifying:
    """Use cases of proof."""

    def __init__(
        self, context: ServiceContext, made_anew: MadeAnew, decoder: PictureDecoder
    ) -> None:
        self._context = context
        self._made_anew = made_anew
        self._decoder = decoder

    def judge(
        self, pdf: bytes, trusted_roots: tuple[bytes, ...] = (), number: str = ""
    ) -> DocumentProof:
        """Look at a file, with the register of this database.  Raises as `judge`."""
        company = self._context.letterhead.company
        return judge(pdf, self._context, trusted_roots, number, company, self._made_anew)

    def judge_folder(
        self,
        folder: Path,
        trusted_roots: tuple[bytes, ...] = (),
        *,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[JudgedFile]:
        """Look at every PDF in a folder and the folders in it, by name; one that cannot be read or
        is none of ours has its trouble said and stops nothing.

        Raises `Cancelled`, `InvalidInput` (``file.missing``) when there is no such folder."""
        if not folder.is_dir():
            raise InvalidInput.of("file", "file.missing", name=folder.name)
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".pdf")
        for i, path in enumerate(found):
            if cancelled is not None and cancelled():
                raise Cancelled
            name = path.relative_to(folder).as_posix()
            try:
                judged = self.judge(read_file(path), trusted_roots)
                yield JudgedFile(name, judged.verdict)
            except AppError as failed:
                yield JudgedFile(name, ProofAnswer.UNPROVED, trouble=failed)
            if progress is not None:
                progress(i + 1, len(found))

    def fixed_as_here(self, reports: Sequence[Mapping[str, Any]]) -> bool:
        """Whether the data here say what reports say that another computer fixed at closing
        (`issued.FixedReport` as JSON values)."""
        checked = (self._made_anew.check(one["content"], wording=False) for one in reports)
        return all(one.agrees is not False for one in checked)

    def paper(self, code: str) -> PaperProof:
        """What the QR code of a paper proves.  Raises `InvalidInput("code.not_a_document")`."""
        with self._context.read() as session:
            return proof_of(session, code)

    def photographed(self, picture: bytes) -> PaperProof:
        """What the QR code on the photo of a page proves.

        Raises `InvalidInput` (``code.none_in_picture``, ``code.not_a_document``, as
        `photos.media_type` for what is no picture), `Unavailable` (pictures cannot be decoded).
        """
        with as_problem("file"):
            media_type(picture)
        found = self._decoder.prepare(picture, CODES).texts
        code = next((text for text in found if read_code(text) is not None), None)
        if code is None:
            raise InvalidInput.of("file", "code.none_in_picture")
        return self.paper(code)

    def seal(
        self, pdf: bytes, certificate: Certificate, *, issuing: bool = False
    ) -> tuple[bytes, str]:
        """A file with a seal, and whose it is.  A file from outside must be proved to be what this
        office issued; `issuing` is for a document made here just now, which leaves with its seal.
        Raises as `sealing.seal`, `NotPermitted`, `InvalidInput` (``seal.…``).
        """
        require(self._context, "document.seal")
        judged = judge(pdf, self._context, made_anew=self._made_anew)
        if judged.seals or judged.trouble is not None:
            return seal(pdf, certificate)
        if judged.pages is not ProofAnswer.YES or judged.signatures is ProofAnswer.NO:
            raise InvalidInput.of("file", "seal.unproved")
        if judged.issued is ProofAnswer.REPLACED:
            raise InvalidInput.of("file", "seal.replaced")
        if not issuing and judged.issued is not ProofAnswer.YES:
            raise InvalidInput.of("file", "seal.not_issued")
        return seal(pdf, certificate)
