"""The text of the QR code on paper: what the document is about, and the hash of its content.

``POSCARE;<facts>;…;<SHA-256>``: facts by kind, between semicolons, and last the whole hash of which
the foot of each page shows the beginning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PaperCode:
    """A code that was scanned: its facts, and the SHA-256 of the content."""

    facts: tuple[str, ...]
    sha256: str


def paper_code(facts: str, sha256: str) -> str:
    """The code of a document; `facts` begin with ``POSCARE;``."""
    return f"{facts};{sha256}"


def read_code(code: str) -> PaperCode | None:
    """What was scanned or typed; None when it is no code of a document, as those of labels and
    of earlier versions are none."""
    first, *facts = code.strip().split(";")
    if first != "POSCARE" or not facts or not _SHA256.fullmatch(facts[-1].lower()):
        return None
    return PaperCode(tuple(facts[:-1]), facts[-1].lower())
