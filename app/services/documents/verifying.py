"""Answers four questions about a document and never mixes them.

1. Is it what this office issued under its number?  The register of issued documents knows.
2. Do the pages say what the data say, and is nothing else in the file?
3. Are the hashes beside the drawn signatures those of the content above them?
4. Is the seal intact, and does somebody vouch for whoever made it?

What none of this proves is called unproved, never genuine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.errors import AppError, InvalidInput
from app.reports.data.signable import signable_hash, signed_together
from app.services.core.context import ServiceContext
from app.services.documents.issued import IssuedStanding, Registered, registered
from app.services.documents.reading import Authenticity, EmbeddedCopy, Proof, verify
from app.services.documents.sealing import Certificate, Seal, seal, seals_of


class ProofAnswer(StrEnum):
    """To one of the questions.  `NONE`: there is nothing it could be asked of."""

    YES = "yes"
    NO = "no"
    UNPROVED = "unproved"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """A signature drawn on a document: whether its hash is that of the content; `admitted` when
    the document itself says that it was changed after signing."""

    role: str
    signer: str
    at: datetime | None
    answer: ProofAnswer
    admitted: bool = False


@dataclass(frozen=True, slots=True)
class DocumentProof:
    """Everything known of a file.  `registered` is empty where no register was asked, `trouble`
    says why the seal could not be judged."""

    proof: Proof
    registered: tuple[Registered, ...]
    inked: tuple[SignatureCheck, ...]
    seals: tuple[Seal, ...]
    trouble: AppError | None = None

    @property
    def kept(self) -> bool:
        """Whether the register holds this very file."""
        return bool(self.registered) and all(
            one.standing is IssuedStanding.THIS_FILE for one in self.registered
        )

    @property
    def issued(self) -> ProofAnswer:
        """Whether this office issued it, under its number, with this content."""
        standings = {one.standing for one in self.registered}
        if IssuedStanding.OTHER_CONTENT in standings:
            return ProofAnswer.NO
        known = standings and IssuedStanding.UNKNOWN not in standings
        return ProofAnswer.YES if known else ProofAnswer.UNPROVED

    @property
    def pages(self) -> ProofAnswer:
        """Whether the pages say what the data say, and nothing else is there.  A file that left
        here as it is may be of an older version, which this one cannot make anew."""
        if self.proof.sound:
            return ProofAnswer.YES
        if self.kept or self.proof.verdict is Authenticity.SAME_PAGES:
            return ProofAnswer.UNPROVED
        return ProofAnswer.NO

    @property
    def signatures(self) -> ProofAnswer:
        """Whether the signatures are under the content that was signed."""
        return _all([one.answer for one in self.inked])

    @property
    def seal(self) -> ProofAnswer:
        """Whether it is sealed by somebody known, and unchanged since."""
        if self.trouble is not None:
            return ProofAnswer.UNPROVED
        return _all([_of_seal(one, kept=self.kept) for one in self.seals])

    @property
    def verdict(self) -> ProofAnswer:
        """The whole: ``yes`` only when content and origin are proved and nothing speaks
        against it."""
        answers = (self.issued, self.pages, self.signatures, self.seal)
        if ProofAnswer.NO in answers:
            return ProofAnswer.NO
        content = self.pages is ProofAnswer.YES or self.kept
        vouched = self.seal is ProofAnswer.YES and any(one.trusted for one in self.seals)
        origin = self.issued is ProofAnswer.YES or vouched
        sealed = self.seal in {ProofAnswer.YES, ProofAnswer.NONE}
        signed = self.signatures is not ProofAnswer.UNPROVED or self.issued is ProofAnswer.YES
        return ProofAnswer.YES if content and origin and sealed and signed else ProofAnswer.UNPROVED


def _all(answers: list[ProofAnswer]) -> ProofAnswer:
    if not answers:
        return ProofAnswer.NONE
    for answer in (ProofAnswer.NO, ProofAnswer.UNPROVED):
        if answer in answers:
            return answer
    return ProofAnswer.YES


def _of_seal(one: Seal, *, kept: bool) -> ProofAnswer:
    if not (one.intact and one.whole) or one.trusted is False:
        return ProofAnswer.NO
    return ProofAnswer.YES if one.trusted or kept else ProofAnswer.UNPROVED


def judge(
    pdf: bytes, context: ServiceContext | None = None, trusted_roots: tuple[bytes, ...] = ()
) -> DocumentProof:
    """Look at a file: with the register of `context`, where there is one.

    Raises `InvalidInput` as `report_reading.read`, and when a root is no certificate.
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
            seals = seals_of(pdf, trusted_roots)
    except AppError as failed:
        if failed.code == "seal.not_a_root":
            raise
        trouble = failed
    inked = tuple(one for copy in proof.copies for one in _inked(copy, proof.copies))
    return DocumentProof(proof, known, inked, seals, trouble)


def _inked(copy: EmbeddedCopy, copies: Sequence[EmbeddedCopy]) -> Iterator[SignatureCheck]:
    """The signatures of a document.  Only reports and inspections are signed for themselves: what
    other kinds show was signed on the report, whose content is not here.  The sheets of a visit
    are signed together, and stand in one file."""
    own = copy.kind in {"service_report", "inspection"}
    signed = [copy] if copy.kind != "inspection" else _of_visit(copy, copies)
    content = signed_together([_signable(one) for one in signed]) if own else ""
    for shown in _signed(copy.document.sheet):
        admitted = bool(shown.changed_since)
        if shown.content_sha256 == content or (own and admitted):
            answer = ProofAnswer.YES
        else:
            answer = ProofAnswer.NO if own and shown.content_sha256 else ProofAnswer.UNPROVED
        yield SignatureCheck(shown.role, shown.signer, shown.at, answer, admitted)


def _of_visit(copy: EmbeddedCopy, copies: Sequence[EmbeddedCopy]) -> list[EmbeddedCopy]:
    return [one for one in copies if (one.kind, one.number) == (copy.kind, copy.number)]


def _signable(copy: EmbeddedCopy) -> str:
    sheet: Mapping[str, Any] = copy.content["sheet"]
    return signable_hash(copy.kind, sheet)


def _signed(sheet: Any) -> Iterator[Any]:
    acceptance = getattr(sheet, "acceptance", None)
    places = (
        [acceptance.merchant, acceptance.technician, acceptance.reviewer]
        if acceptance is not None
        else [getattr(sheet, "merchant_signed", None), getattr(sheet, "technician_signed", None)]
    )
    return (place for place in places if place is not None and place.ink is not None)


class Verifying:
    """Use cases of proof."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def judge(self, pdf: bytes, trusted_roots: tuple[bytes, ...] = ()) -> DocumentProof:
        """Look at a file, with the register of this database.  Raises as `judge`."""
        return judge(pdf, self._context, trusted_roots)

    def seal(
        self, pdf: bytes, certificate: Certificate, *, issuing: bool = False
    ) -> tuple[bytes, str]:
        """A file with a seal, and whose it is.  A file from outside must be proved to be what this
        office issued; `issuing` is for a document that was made here just now and leaves with its
        seal.

        Raises as `sealing.seal`, and `InvalidInput("seal.not_issued")`.
        """
        judged = judge(pdf, self._context)
        if judged.seals or judged.trouble is not None:
            return seal(pdf, certificate)
        if judged.pages is ProofAnswer.NO or judged.signatures is ProofAnswer.NO:
            raise InvalidInput.of("file", "seal.unproved")
        if not issuing and judged.issued is not ProofAnswer.YES:
            raise InvalidInput.of("file", "seal.not_issued")
        return seal(pdf, certificate, kept=judged.kept)
