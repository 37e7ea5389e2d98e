"""What certificate revocation lists in files say of a certificate, and what one may be used for.

Nothing is fetched from a network: only lists (RFC 5280, section 5) that somebody gave count, and
only with the signature of whoever issued the certificate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_OTHER_PURPOSES = frozenset({"server_auth", "client_auth", "time_stamping", "ocsp_signing"})
"""Extended key usages that are not for documents (RFC 5280, section 4.2.1.12)."""
_FOR_SEALS = frozenset({"digital_signature", "non_repudiation"})


@dataclass(frozen=True, slots=True)
class Revocation:
    """When a certificate was called back, None when it was not; `listed_at` is when the newest list
    of its issuer was made that says so, None when none was given that is still in force."""

    revoked_at: datetime | None = None
    listed_at: datetime | None = None


def revocation_lists(files: Sequence[bytes]) -> list[Any]:
    """The lists among files (PEM or DER); whatever else they hold is left out."""
    from asn1crypto import crl, pem

    found = []
    for content in files:
        for kind, der in _parts(pem, content):
            if kind not in {"", "X509 CRL"}:
                continue
            try:
                one = crl.CertificateList.load(der, strict=True)
                one["tbs_cert_list"].native  # noqa: B018 - is parsed when first asked for
            except (ValueError, TypeError):
                continue
            found.append(one)
    return found


def _parts(pem: Any, content: bytes) -> Iterator[tuple[str, bytes]]:
    if not pem.detect(content):
        yield "", content
        return
    try:
        for kind, _headers, der in pem.unarmor(content, multiple=True):
            yield kind, der
    except ValueError:
        return


def revocation_of(cert: Any, issuer: Any, lists: Sequence[Any], now: datetime) -> Revocation:
    """What the lists of its `issuer` say of a certificate (both of asn1crypto)."""
    revoked_at = listed_at = None
    for one in lists:
        said = one["tbs_cert_list"]
        if said["issuer"] != cert.issuer or not _is_signed_by(one, issuer):
            continue
        until = said["next_update"].native
        made = said["this_update"].native
        if until is None or now <= until:
            listed_at = max(filter(None, (listed_at, made)))
        for entry in said["revoked_certificates"]:
            if entry["user_certificate"].native == cert.serial_number:
                moment = entry["revocation_date"].native
                revoked_at = min(filter(None, (revoked_at, moment)))
    return Revocation(revoked_at, listed_at)


def _is_signed_by(one: Any, issuer: Any) -> bool:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        key: Any = x509.load_der_x509_certificate(issuer.dump()).public_key()
        return x509.load_der_x509_crl(one.dump()).is_signature_valid(key)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def may_seal(cert: Any) -> bool:
    """Whether a certificate says that it may be used for signatures, or says nothing of it."""
    usage, purposes = cert.key_usage_value, cert.extended_key_usage_value
    if usage is not None and not usage.native & _FOR_SEALS:
        return False
    return purposes is None or not set(purposes.native) <= _OTHER_PURPOSES
