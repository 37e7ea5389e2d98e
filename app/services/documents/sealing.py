"""Seals a PDF with the company's certificate, as PAdES (ETSI EN 319 142-1); pyHanko does the work.

Sealing is an extra (``pip install poscare[seal]``): its libraries are large and few need it.  The
drawn signature of a merchant shows who accepted; the seal proves that nothing changed since.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.domain.errors import InvalidInput, Unavailable
from app.services.documents.attachments import read_file
from app.services.documents.reading import verify
from app.services.documents.seal_reading import is_signed, name_of, needed
from app.services.documents.seal_update import FIELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Where the company's key is: a PKCS#12 file, or a token behind a PKCS#11 library.

    `secret` is the passphrase or PIN; it is never stored by this program.  `stamps` is the address
    of a time stamping authority (RFC 3161); empty for none."""

    file: str = ""
    library: str = ""
    token: str = ""
    label: str = ""
    secret: str = ""
    stamps: str = ""


def seal(pdf: bytes, certificate: Certificate) -> tuple[bytes, str]:
    """The file with a seal appended, and whose certificate made it.  Only a document that is, byte
    for byte, what its data give is sealed.

    Raises `InvalidInput` (``seal.twice``, ``seal.unproved``, wrong passphrase, no certificate, one
    that is not valid today), `Unavailable` (sealing is not installed, the token is not there, no
    time stamp to be had).
    """
    needed()
    check_sealable(pdf)
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError

    signer = _signer(certificate)
    _check_period(signer.signing_cert)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    out = io.BytesIO()
    try:
        signers.sign_pdf(
            writer, metadata, signer=signer, timestamper=_stamper(certificate.stamps), output=out
        )
    except TimestampRequestError as failure:
        raise Unavailable("seal.no_stamp", address=certificate.stamps) from failure
    return out.getvalue(), name_of(signer.signing_cert.subject)


def check_sealable(pdf: bytes) -> None:
    """Raises `InvalidInput` when a file must not be sealed: ``seal.twice``, ``seal.unproved``, and
    as `reading.read`."""
    if is_signed(pdf):
        raise InvalidInput.of("file", "seal.twice")
    if not verify(pdf).sound:
        raise InvalidInput.of("file", "seal.unproved")


def _check_period(certificate: Any) -> None:
    """Raises `InvalidInput` when a certificate is not valid today."""
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    if not begins <= datetime.now(UTC) <= ends:
        raise InvalidInput.of(
            "certificate", "seal.not_valid_today", since=begins.date(), until=ends.date()
        )


def _stamper(address: str) -> Any:
    """The client of a time stamping authority, or None where there is no address."""
    if not address:
        return None
    from app.services.documents.time_stamps import TimeStamps

    if not address.startswith(("https://", "http://")):
        raise InvalidInput.of("timestamp", "seal.stamp_address", address=address)
    return TimeStamps(address)


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
