"""Reads the seals on a file: intact or not, by whom, since when, and who vouches for it.

pyHanko checks the signatures; it is an extra (``pip install poscare[seal]``).
"""

from __future__ import annotations

import io
import itertools
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from app.domain.errors import InvalidInput, Unavailable
from app.services.documents.certificate_status import (
    Revocation,
    may_seal,
    revocation_lists,
    revocation_of,
)


class SealTrust(StrEnum):
    """Whether a certificate that was given vouches for whoever sealed.

    `NOT_ASKED`: none was given.  `TRUSTED`: it is one of those given, or one of them issued it to
    the company that was asked for.  `OTHER_COMPANY`: one of them issued it, to somebody else.
    `ENDED`: one of them issued it, but it is not valid today and no time stamp proves that it was
    when it sealed; `NOT_YET`: it begins to be valid later.  `REVOKED`: it was called back before
    it is proved to have sealed.  `WRONG_USAGE`: it says that it is for something else than
    signatures.  `NAMESAKE`: it bears the name of one given, but is another.  `STRANGER`: none of
    them issued it."""

    NOT_ASKED = "not_asked"
    TRUSTED = "trusted"
    OTHER_COMPANY = "other_company"
    ENDED = "ended"
    NOT_YET = "not_yet"
    REVOKED = "revoked"
    WRONG_USAGE = "wrong_usage"
    NAMESAKE = "namesake"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One seal on a file.  `whole` says that it covers the file to its last byte.  `at` is when it
    says that it was made; `stamped_by` names the time stamping authority that proves it, and is
    empty when nobody does.  `root` is the certificate given that vouches for it.

    `not_revoked_on` is the day of the list of its issuer, among those given, that does not name it;
    None when none of them is in force, so that nobody knows whether it was called back."""

    signer: str
    issuer: str
    at: datetime | None
    intact: bool
    whole: bool
    trust: SealTrust
    root: str = ""
    stamped_by: str = ""
    not_revoked_on: datetime | None = None

    @property
    def unbroken(self) -> bool:
        """Whether nothing was changed since it was made."""
        return self.intact and self.whole


_UNREADABLE = Seal(
    signer="?", issuer="", at=None, intact=False, whole=False, trust=SealTrust.NOT_ASKED
)


def needed() -> None:
    """Raises `Unavailable("seal.not_installed")` where sealing is not installed."""
    try:
        import pyhanko.sign  # noqa: F401 - only asked whether it is there
    except ModuleNotFoundError:
        raise Unavailable("seal.not_installed") from None


def is_signed(pdf: bytes) -> bool:
    """Whether a file has a signature of any kind; the bare word in it is none."""
    if b"/ByteRange" not in pdf:
        return False
    needed()
    return bool(_signatures(pdf))


def _signatures(pdf: bytes) -> list[Any]:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        return list(PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures)
    except (PdfError, LookupError, ValueError, TypeError, AttributeError, RecursionError):
        raise InvalidInput.of("file", "seal.unreadable") from None


def seals_of(
    pdf: bytes, trusted: Sequence[bytes] = (), companies: Collection[str] = ()
) -> tuple[Seal, ...]:
    """The seals on a file, oldest first; none when it has none.

    `trusted` are certificates (PEM or DER) that may vouch for the signer, and lists of those that
    were called back; a file that is neither raises `InvalidInput("seal.not_a_root")`.  `companies`
    are those a root may vouch for: this office's own, and those on the letterheads of the file,
    which have to be one; none is trusted by a root where there are none.
    Raises `Unavailable("seal.not_installed")` when the file is sealed but cannot be judged here,
    `InvalidInput("seal.unreadable")` when what looks like a seal cannot be read.
    """
    if b"/ByteRange" not in pdf:
        return ()
    needed()
    vouching = Vouching(_certificates(trusted), revocation_lists(trusted), companies)
    return tuple(_judged(signature, vouching) for signature in _signatures(pdf))


@dataclass(frozen=True, slots=True)
class Vouching:
    """What may vouch for a seal: certificates, lists of those called back, and the companies whose
    seal counts."""

    roots: list[Any]
    lists: list[Any]
    companies: Collection[str]


def _certificates(files: Sequence[bytes]) -> list[Any]:
    found = []
    for file in files:
        certs = _certificates_in(file)
        if not certs and not revocation_lists([file]):
            raise InvalidInput.of("trust", "seal.not_a_root")
        found += certs
    return found


def _certificates_in(file: bytes) -> list[Any]:
    from pyhanko.keys import load_certs_from_pemder_data

    try:
        certs = list(load_certs_from_pemder_data(file))
        for cert in certs:
            cert.issuer.native  # noqa: B018 - is parsed when first asked for
    except (ValueError, TypeError):
        return []
    return certs


def _judged(signature: Any, vouching: Vouching) -> Seal:
    """What one signature proves.  One that cannot even be read through is broken: its bytes come
    from whoever made the file."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import CMSExtractionError
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator.errors import PathError

    try:
        return _validated(signature, vouching)
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
        RecursionError,
    ):
        return _UNREADABLE


def _validated(signature: Any, vouching: Vouching) -> Seal:
    from pyhanko.sign.diff_analysis import ModificationLevel

    cert = signature.signer_cert
    status = _status(signature, vouching.roots)
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid):
        raise ValueError("a time stamp for something else")
    proved = stamp is not None and stamp.trusted
    at = stamp.timestamp if proved else status.signer_reported_dt
    proved_at = at if proved else None
    trust, path = _trust(signature, status, vouching, proved_at)
    not_revoked_on = None
    if path is not None:
        found = _revocation(path, vouching.lists)
        if found.revoked_at is None:
            not_revoked_on = found.listed_at
        elif proved_at is None or found.revoked_at <= proved_at:
            trust = SealTrust.REVOKED
    unchanged = status.modification_level in {None, ModificationLevel.NONE}
    return Seal(
        signer=name_of(cert.subject),
        issuer=name_of(cert.issuer),
        at=at,
        intact=bool(status.intact and status.valid and unchanged),
        whole=getattr(status.coverage, "name", "") == "ENTIRE_FILE",
        trust=trust,
        root=name_of(path.trust_anchor.authority.name) if path is not None else "",
        stamped_by=name_of(stamp.signing_cert.subject) if proved else "",
        not_revoked_on=not_revoked_on,
    )


def _revocation(path: Any, lists: Sequence[Any]) -> Revocation:
    """What the lists say of the certificates from the seal's own to the root, which nobody but its
    owner can call back: of one called back when that was, else the oldest list that speaks of
    one."""
    certs = list(path)
    anchor = path.trust_anchor
    if hasattr(anchor, "certificate") and certs and anchor.certificate.dump() != certs[0].dump():
        certs.insert(0, anchor.certificate)
    now = datetime.now(UTC)
    found = [revocation_of(cert, issuer, lists, now) for issuer, cert in itertools.pairwise(certs)]
    revoked = [one for one in found if one.revoked_at is not None]
    if revoked:
        return min(revoked, key=lambda one: one.revoked_at or now)
    days = [one.listed_at for one in found]
    return Revocation(None, None if None in days or not days else min(filter(None, days)))


def _status(signature: Any, given: list[Any], moment: datetime | None = None) -> Any:
    """What pyHanko says of a signature; judged as of `moment`, or as of today.  Nothing is fetched
    from a network; of certificates called back only lists in files are known
    (`certificate_status`)."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    return validate_pdf_signature(
        signature,
        signer_validation_context=ValidationContext(
            trust_roots=given, allow_fetching=False, moment=moment
        ),
        ts_validation_context=ValidationContext(trust_roots=given, allow_fetching=False),
        key_usage_settings=KeyUsageConstraints(
            key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
        ),
    )


def _trust(
    signature: Any,
    status: Any,
    vouching: Vouching,
    proved_at: datetime | None,
) -> tuple[SealTrust, Any]:
    """Who vouches, with the path to the certificate that does.  A certificate that is not valid
    today counts when a time stamp proves that it sealed while it was."""
    cert, given = signature.signer_cert, vouching.roots
    if not given:
        return SealTrust.NOT_ASKED, None
    if not may_seal(cert):
        return SealTrust.WRONG_USAGE, None
    ended = False
    if not status.trusted:
        moments = (proved_at, cert.not_valid_after)
        tried = ((one, _status(signature, given, one)) for one in moments if one is not None)
        then, status = next((pair for pair in tried if pair[1].trusted), (None, status))
        if then is None:
            claimed = {name_of(cert.subject), name_of(cert.issuer)}
            alike = claimed & {name_of(one.subject) for one in given}
            return SealTrust.NAMESAKE if alike else SealTrust.STRANGER, None
        ended = then is not proved_at
    path = status.validation_path
    if ended:
        early = cert.not_valid_before > datetime.now(UTC)
        return SealTrust.NOT_YET if early else SealTrust.ENDED, path
    known = {plain_name(company) for company in vouching.companies} - {""}
    own = cert.dump() in {one.dump() for one in given}
    if not own and known != {plain_name(name_of(cert.subject))}:
        return SealTrust.OTHER_COMPANY, path
    return SealTrust.TRUSTED, path


def name_of(name: Any) -> str:
    """The organization of a certificate's name, else its common name."""
    names = name.native
    found = names.get("organization_name") or names.get("common_name") or ""
    return str(found[0] if isinstance(found, list) else found)


def plain_name(name: str) -> str:
    """A company's name without what people write in different ways: spaces, width, case, dots."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()
