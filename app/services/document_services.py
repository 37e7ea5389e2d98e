"""The services of documents, photos and signatures, each imported when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.core.blobs import BlobStore
from app.services.core.lazy import Lazy
from app.services.insight_services import InsightServices

if TYPE_CHECKING:
    from pathlib import Path

    from app.domain.diagnosis.knowledge import Knowledge
    from app.secret_store import SecretStore
    from app.services.documents.attachments import Attachments
    from app.services.documents.paper_keys import PaperKeys
    from app.services.documents.photos import PictureDecoder
    from app.services.documents.reporting import Reporting
    from app.services.documents.schedule_export import ScheduleExport
    from app.services.documents.signatures import Signatures
    from app.services.documents.verifying import Verifying
    from app.services.documents.wordings import Wordings


class DocumentServices(InsightServices):
    """A part of `app.services.Services`, which has the rest."""

    _files: Path
    _secrets: SecretStore

    def _shipped(self) -> Knowledge:
        raise NotImplementedError

    @Lazy
    def decoder(self) -> PictureDecoder:
        """The process that decodes untrusted pictures."""
        from app.services.documents.photos import PictureDecoder

        return PictureDecoder()

    @Lazy
    def attachments(self) -> Attachments:
        """Photos and files kept as evidence."""
        from app.services.documents.attachments import Attachments

        return Attachments(self.context, BlobStore(self._files), self.decoder)

    @Lazy
    def signatures(self) -> Signatures:
        """Signatures of merchants and technicians."""
        from app.services.documents.signatures import Signatures

        return Signatures(self.context, self.paper_keys)

    @Lazy
    def wordings(self) -> Wordings:
        """Letterheads and wordings of papers, for the office and by acquirer."""
        from app.services.documents.wordings import Wordings

        return Wordings(self.context, self.decoder)

    @Lazy
    def paper_keys(self) -> PaperKeys:
        """The key that signs paper here."""
        from app.services.documents.paper_keys import PaperKeys

        return PaperKeys(self.context, self._secrets)

    @Lazy
    def reporting(self) -> Reporting:
        """Documents as PDF."""
        from app.services.documents.letterhead import LetterheadReader
        from app.services.documents.reporting import Reporting

        blobs = BlobStore(self._files)
        letterheads = LetterheadReader(blobs, self.decoder)
        return Reporting(self.context, blobs, letterheads, self._shipped, self.paper_keys)

    @Lazy
    def verifying(self) -> Verifying:
        """Proof of what a document is, and sealing of what was proved."""
        from app.services.documents.made_anew import MadeAnew
        from app.services.documents.verifying import Verifying

        return Verifying(self.context, MadeAnew(self.context, self._shipped), self.decoder)

    @Lazy
    def schedule_export(self) -> ScheduleExport:
        """The schedule for calendars and spreadsheets."""
        from app.services.documents.schedule_export import ScheduleExport

        return ScheduleExport(self.context)
