"""What the house prints on its paper, and how its logo gets there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.domain.documents import Letterhead
from app.domain.errors import AppError, InvalidInput, Problem
from app.languages import DOCUMENT_LANGUAGES
from app.reports.data.sheets import Issuer
from app.reports.typeset.pictures import Picture
from app.services.core.blobs import BlobStore
from app.services.documents.attachments import read_file
from app.services.documents.photos import PictureDecoder


def language_of(languages: str) -> str:
    """What a person chose to get these languages; empty when that is not known."""
    known = DOCUMENT_LANGUAGES.items()
    return next((name for name, codes in known if ",".join(codes) == languages), "")


@dataclass(frozen=True, slots=True)
class PrintedLetterhead:
    """The house ready to print, and what is wrong with its logo."""

    house: Issuer
    problems: tuple[Problem, ...] = ()


class LetterheadReader:
    """Turns a letterhead into a house; the logo is decoded once."""

    def __init__(self, blobs: BlobStore, decoder: PictureDecoder) -> None:
        self._blobs = blobs
        self._decoder = decoder
        self._known: tuple[tuple[str, float], Picture] | None = None

    def stationery(self, letterhead: Letterhead) -> PrintedLetterhead:
        """The house of a letterhead.  A logo that cannot be used is left out and said: a report
        must not fail because a picture was moved."""
        logo: Picture | None = None
        problems: tuple[Problem, ...] = ()
        try:
            logo = self._logo(letterhead.logo)
        except InvalidInput as refused:
            problems = tuple(
                Problem("company_logo", problem.code, problem.params)
                for problem in refused.problems
            )
        except AppError as failed:
            problems = (Problem("company_logo", failed.code, failed.params),)
        house = Issuer(
            company=letterhead.company,
            phone=letterhead.phone,
            logo=logo,
            notice=letterhead.notice,
            closing=letterhead.closing,
            sums_in_words=letterhead.sums_in_words,
        )
        return PrintedLetterhead(house, problems)

    def _logo(self, name: str) -> Picture | None:
        if not name.strip():
            return None
        path = Path(name).expanduser()
        try:
            stamp = (name, path.stat().st_mtime)
        except OSError:
            raise InvalidInput.of("file", "file.missing", name=path.name) from None
        if self._known is not None and self._known[0] == stamp:
            return self._known[1]
        found = self._decoder.prepare(read_file(path), "logo")
        if found.problem or not found.copy:
            code = "photo.too_large" if found.problem == "too_large" else "photo.damaged"
            raise InvalidInput.of("file", code, width=found.width, height=found.height)
        picture = Picture(
            self._blobs.put(found.copy), found.copy_width, found.copy_height, encoding="rgb"
        )
        self._known = (stamp, picture)
        return picture
