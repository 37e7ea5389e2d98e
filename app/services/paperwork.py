"""The services of documents, loaded together with the first document."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.attachments import Attachments
from app.services.photos import Darkroom
from app.services.proving import Proving
from app.services.reporting import Reporting
from app.services.signatures import Signatures


@dataclass(frozen=True, slots=True)
class Paperwork:
    """Everything about photos, signatures and documents."""

    reporting: Reporting
    proving: Proving
    attachments: Attachments
    signatures: Signatures
    darkroom: Darkroom

    def close(self) -> None:
        """End the process that decodes pictures."""
        self.darkroom.close()
