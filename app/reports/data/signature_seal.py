"""What a computer vouches for when somebody signed by hand on it, so that a later change of the
signature or of what was signed is found (电子签名法, article 13, items 3 and 4).

The seal is an Ed25519 signature over who signed as what and when, the hash of the content, the hash
of the strokes with their times, and the drawing itself.  A document alone is enough to check it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from app.domain.documents import Ink, ink_sha256
from app.reports.data.content import canonical
from app.reports.data.sheets import SignedBlock

_ABOUT = "POSCARE signature 1\n"
"""Before what is sealed, so that no signature given for anything else fits."""


def sealable(
    *, role: str, signer: str, at: datetime, content_sha256: str, ink: Ink, whole: str
) -> str:
    """What is sealed; `whole` is the hash of the ink with its times."""
    said = {
        "role": role,
        "signer": signer,
        "at": at.astimezone(UTC).replace(microsecond=0).isoformat(),
        "content_sha256": content_sha256,
        "ink_sha256": whole,
        "drawing_sha256": ink_sha256(ink.drawing),
    }
    return _ABOUT + canonical(said).decode()


def sealed_of(block: SignedBlock) -> str:
    """What the seal of a signature on a document is for; empty where nothing is sealed."""
    if block.ink is None or block.at is None or not block.sealed:
        return ""
    return sealable(
        role=block.role,
        signer=block.signer,
        at=block.at,
        content_sha256=block.content_sha256,
        ink=block.ink,
        whole=block.ink_sha256,
    )
