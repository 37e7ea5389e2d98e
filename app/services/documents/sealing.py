"""Seals a PDF with the company's certificate, and reads seals back; pyHanko does the work.

Sealing is an extra (``pip install poscare[seal]``): its libraries are large and few need it.  The
drawn signature of a merchant shows who accepted; the seal proves that nothing changed since.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.errors import InvalidInput, Unavailable
from app.services.documents.attachments import read_file
from app.services.documents.reading import read, verify
from app.services.documents.seal_update import FIELD


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the company's key is: a PKCS#12 file, or a token behind a PKCS#11 library.

    `secret` is the passphrase or PIN; it is never stored by this program."""

    file: str = ""
    library: str = ""
    token: str = ""
    label: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One seal on a file.  `whole` says that it covers the file to its last byte; `trusted` is
    None when nothing was given to judge the certificate by."""

    signer: str
    issuer: str
    at: datetime | None
    intact: bool
    whole: bool
    trusted: bool | None


def seal(
    pdf: bytes, certificate: Certificate, *, reason: str = "", kept: bool = False
) -> tuple[bytes, str]:
    """The file with a seal appended, and whose certificate made it.  Only a document that is, byte
    for byte, what its data give is sealed; or one that is `kept` here as it left, which another
    version of this program may have made.

    Raises `InvalidInput` (``seal.twice``, ``seal.unproved``, wrong passphrase, no certificate),
    `Unavailable` (sealing is not installed, the token is not there).
    """
    _needed()
    check_sealable(pdf, kept=kept)
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    signer = _signer(certificate)
    metadata = signers.PdfSignatureMetadata(field_name=FIELD, reason=reason or None)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    out = io.BytesIO()
    signers.sign_pdf(writer, metadata, signer=signer, output=out)
    return out.getvalue(), _subject(signer.signing_cert)


def check_sealable(pdf: bytes, *, kept: bool = False) -> None:
    """Raises `InvalidInput` when a file must not be sealed: ``seal.twice``, ``seal.unproved``, and
    as `report_reading.read`."""
    if is_signed(pdf):
        raise InvalidInput.of("file", "seal.twice")
    if kept:
        read(pdf)
    elif not verify(pdf).sound:
        raise InvalidInput.of("file", "seal.unproved")


def is_signed(pdf: bytes) -> bool:
    """Whether a file has a signature of any kind; the bare word in it is none."""
    if b"/ByteRange" not in pdf:
        return False
    _needed()
    return bool(_signatures(pdf))


def _signatures(pdf: bytes) -> list[Any]:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        return list(PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures)
    except (PdfError, LookupError, ValueError, TypeError, AttributeError):
        raise InvalidInput.of("file", "seal.unreadable") from None


def _needed() -> None:
    try:
        import pyhanko  # noqa: F401 - only asked whether it is there
    except ModuleNotFoundError:
        raise Unavailable("seal.not_installed") from None


def _signer(certificate: Certificate) -> Any:
    if certificate.library:
        return _token_signer(certificate)
    from pyhanko.sign import signers

    if not certificate.file:
        raise InvalidInput.of("certificate", "seal.certificate_missing")
    content = read_file(Path(certificate.file).expanduser())
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(
            content, other_certs=[], passphrase=certificate.secret.encode("utf-8") or None
        )
    except (ValueError, TypeError):
        signer = None
    if signer is None:
        raise InvalidInput.of("secret", "seal.cannot_open", name=Path(certificate.file).name)
    return signer


def _token_signer(certificate: Certificate) -> Any:
    """The signer of a smart card or token."""
    try:
        import pkcs11
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
    except ModuleNotFoundError:
        raise Unavailable("seal.not_installed") from None
    wanted = TokenCriteria(label=certificate.token) if certificate.token else None
    try:
        session = open_pkcs11_session(
            certificate.library, token_criteria=wanted, user_pin=certificate.secret or None
        )
        return PKCS11Signer(session, cert_label=certificate.label or None)
    except (pkcs11.PKCS11Error, OSError, RuntimeError) as failure:
        raise Unavailable("seal.no_token", detail=type(failure).__name__) from failure


def seals_of(pdf: bytes, trusted_roots: tuple[bytes, ...] = ()) -> tuple[Seal, ...]:
    """The seals on a file, oldest first; none when it has none.

    `trusted_roots` are certificates (PEM or DER) that may vouch for the signer; one that is none
    raises `InvalidInput("seal.not_a_root")`.
    Raises `Unavailable("seal.not_installed")` when the file is sealed but cannot be judged here,
    `InvalidInput("seal.unreadable")` when what looks like a seal cannot be read.
    """
    if b"/ByteRange" not in pdf:
        return ()
    _needed()
    roots = _roots(trusted_roots)
    return tuple(_judged(signature, roots) for signature in _signatures(pdf))


def _roots(files: tuple[bytes, ...]) -> list[Any]:
    from pyhanko.keys import load_certs_from_pemder_data

    try:
        found = [cert for file in files for cert in load_certs_from_pemder_data(file)]
        for cert in found:
            cert.issuer.native  # noqa: B018 - is parsed when first asked for
    except (ValueError, TypeError):
        found = []
    if files and not found:
        raise InvalidInput.of("trust", "seal.not_a_root")
    return found


def _judged(signature: Any, roots: list[Any]) -> Seal:
    """What one signature proves.  One that cannot even be read through is broken: its bytes come
    from whoever made the file."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import CMSExtractionError
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator.errors import PathError

    try:
        return _validated(signature, roots)
    except (
        SignatureValidationError,
        CMSExtractionError,
        PathError,
        PdfError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        NotImplementedError,
    ):
        return Seal(signer="?", issuer="", at=None, intact=False, whole=False, trusted=None)


def _validated(signature: Any, roots: list[Any]) -> Seal:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    cert = signature.signer_cert
    signer, issuer = _subject(cert), str(cert.issuer.native.get("common_name", ""))
    try:
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except (SignatureValidationError, ValueError, TypeError, AttributeError):
        return Seal(signer=signer, issuer=issuer, at=None, intact=False, whole=False, trusted=None)
    unchanged = status.modification_level in {None, ModificationLevel.NONE}
    return Seal(
        signer=signer,
        issuer=issuer,
        at=status.signer_reported_dt,
        intact=bool(status.intact and status.valid and unchanged),
        whole=getattr(status.coverage, "name", "") == "ENTIRE_FILE",
        trusted=bool(status.trusted) if roots else None,
    )


def _subject(certificate: Any) -> str:
    names = certificate.subject.native
    return str(names.get("organization_name") or names.get("common_name") or "")
