"""The text of the QR code on paper: what the document is about, the hash of its content, and who
vouches for both.

``POSCARE;<facts>;…;<SHA-256>``: facts by kind, between semicolons, and last the whole hash of which
the foot of each page shows the beginning.  A signed one goes on with ``:<key>:<signature>``, the
beginning of the hash of an Ed25519 key and its signature (RFC 8032) over everything before, in
base 32 (RFC 4648).  Capitals and small letters are the same: some scanners type only one of them.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SIGNED_WITH = re.compile(r"[0-9A-Z]{8}")
_SIGNATURE = 64
_ABOUT = "POSCARE paper 1\n"
"""Before what is signed, so that no signature given for anything else fits."""


@dataclass(frozen=True, slots=True)
class PaperCode:
    """A code that was scanned: its facts, and the SHA-256 of the content.  `key` and `signature`
    are empty where it is not signed."""

    facts: tuple[str, ...]
    sha256: str
    key: str = ""
    signature: bytes = b""

    @property
    def said(self) -> str:
        """What the signature is for."""
        return signable("".join(f"{fact};" for fact in ("POSCARE", *self.facts))[:-1], self.sha256)


def signable(facts: str, sha256: str) -> str:
    """What is signed of a code; `facts` begin with ``POSCARE;``."""
    return f"{_ABOUT}{facts};{sha256}".upper()


def paper_code(facts: str, sha256: str, signed: str = "") -> tuple[str, str]:
    """The code of a document in two parts, the second of capitals and digits only, which take less
    room; `facts` begin with ``POSCARE;``, `signed` is as of `signed_with`."""
    if not signed:
        return f"{facts};{sha256}", ""
    return f"{facts};", f"{sha256.upper()}:{signed}"


def signed_with(key: str, signature: bytes) -> str:
    """A key and its signature as they stand in the code and in the copy inside a document."""
    return f"{key}:{base64.b32encode(signature).decode().rstrip('=')}"


def read_code(code: str) -> PaperCode | None:
    """What was scanned or typed; None when it is no code of a document, as those of labels and
    of earlier versions are none."""
    first, *facts = code.strip().split(";")
    if first.upper() != "POSCARE" or not facts:
        return None
    sha256, *signed = facts[-1].split(":")
    if not _SHA256.fullmatch(sha256.lower()):
        return None
    if not signed:
        return PaperCode(tuple(facts[:-1]), sha256.lower())
    key, signature = read_signature(":".join(signed))
    return PaperCode(tuple(facts[:-1]), sha256.lower(), key, signature) if key else None


def read_signature(signed: str) -> tuple[str, bytes]:
    """The key and the signature `signed_with` wrote; both empty for what is none."""
    key, colon, text = signed.strip().upper().partition(":")
    try:
        signature = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return "", b""
    if not colon or not _SIGNED_WITH.fullmatch(key) or len(signature) != _SIGNATURE:
        return "", b""
    return key, signature
