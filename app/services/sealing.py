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
from app.services.attachments import read_file

FIELD = "POSCareSeal"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the company's key is: a PKCS#12 file, or a token behind a PKCS#11 library.

    `secret` is the passphrase or PIN; it is never stored by this program."""

    file: str = ""
    library: str = ""
    token: str = ""
    label: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal on a file.  `whole` says that it covers the file to its last byte; `trusted` is
    None when nothing was given to judge the certificate by."""

    signer: str
    issuer: str
    at: datetime | None
    intact: bool
    whole: bool
    trusted: bool | None


def seal(pdf: bytes, certificate: Certificate, *, reason: str = "") -> tuple[bytes, str]:
    """The file with a seal appended, and whose certificate made it.

    Raises `InvalidInput` (wrong passphrase, no certificate), `Unavailable` (sealing is not
    installed, the token is not there).
    """
    _needed()
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    signer = _signer(certificate)
    metadata = signers.PdfSignatureMetadata(field_name=FIELD, reason=reason or None)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    out = io.BytesIO()
    signers.sign_pdf(writer, metadata, signer=signer, output=out)
    return out.getvalue(), _subject(signer.signing_cert)


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

    `trusted_roots` are certificates (PEM or DER) that may vouch for the signer.
    Raises `Unavailable("seal.not_installed")` when the file is sealed but cannot be judged here.
    """
    if b"/ByteRange" not in pdf:
        return ()
    _needed()
    from pyhanko.pdf_utils.misc import PdfReadError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        embedded = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures
    except (PdfReadError, ValueError):
        raise InvalidInput.of("file", "file.not_a_pdf") from None
    return tuple(_judged(signature, trusted_roots) for signature in embedded)


def _judged(signature: Any, roots: tuple[bytes, ...]) -> Seal:
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator import ValidationContext

    certificates = [cert for root in roots for cert in load_certs_from_pemder_data(root)]
    context = ValidationContext(trust_roots=certificates, allow_fetching=False)
    cert = signature.signer_cert
    signer, issuer = _subject(cert), str(cert.issuer.native.get("common_name", ""))
    try:
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except (SignatureValidationError, ValueError):
        return Seal(signer, issuer, None, intact=False, whole=False, trusted=None)
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
