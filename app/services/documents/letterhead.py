"""What the house prints on its paper, and how its logo gets there."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.domain.documents import Letterhead
from app.domain.errors import AppError, InvalidInput, Problem
from app.domain.wordings import PaperWording
from app.languages import DOCUMENT_LANGUAGES
from app.reports.data.sheets import EDITION, Issuer
from app.reports.media.photo import NO_HEIC
from app.reports.typeset.pictures import Picture
from app.services.core.blobs import BlobStore
from app.services.documents.attachments import read_file
from app.services.documents.photos import PictureDecoder, too_many_pixels


def language_of(languages: str) -> str:
    """What a person chose to get these languages; empty when that is not known."""
    known = DOCUMENT_LANGUAGES.items()
    return next((name for name, codes in known if ",".join(codes) == languages), "")


@dataclass(frozen=True, slots=True)
class PrintedLetterhead:
    """The house ready to print, and what is wrong with its logo."""

    house: Issuer
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Houses:
    """The house as it stands on papers, and as acquirers want it on theirs."""

    own: Issuer
    by_acquirer: Mapping[str, Issuer] = field(default_factory=dict)

    def of(self, sheet: object) -> Issuer:
        """The house of a sheet: that of the acquirer it is about."""
        merchant = getattr(sheet, "merchant", None)
        acquirer = getattr(merchant, "acquirer", "") or getattr(sheet, "acquirer", "")
        return self.by_acquirer.get(str(acquirer), self.own)


class LetterheadReader:
    """Turns a letterhead into a house; the logo is decoded once."""

    def __init__(self, blobs: BlobStore, decoder: PictureDecoder) -> None:
        self._blobs = blobs
        self._decoder = decoder
        self._known: tuple[tuple[str, float], Picture] | None = None
        self._emblems: dict[str, Picture] = {}

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
            edition=EDITION,
        )
        return PrintedLetterhead(house, problems)

    def houses(self, own: Issuer, wordings: Mapping[str, PaperWording]) -> Houses:
        """The house under the wordings that are kept (`app.services.documents.wordings`)."""
        office = wordings.get("")
        house = self.worded(own, office) if office is not None else own
        return Houses(house, {who: self.worded(house, how) for who, how in wordings.items() if who})

    def worded(self, house: Issuer, wording: PaperWording) -> Issuer:
        """The house as an acquirer, or the office, wants it."""
        changed: dict[str, Any] = {
            name: value
            for name in ("company", "phone", "notice", "closing")
            if (value := getattr(wording, name))
        }
        if wording.logo and (logo := self._emblem(wording.logo)) is not None:
            changed["logo"] = logo
        if wording.stamp is not None:
            changed["stamp"] = wording.stamp.value
        if wording.hidden:
            changed["hidden"] = tuple(one.value for one in wording.hidden)
        if wording.titles:
            changed["titles"] = tuple(sorted((dict(house.titles) | dict(wording.titles)).items()))
        return replace(house, **changed)

    def _emblem(self, kept: str) -> Picture | None:
        """A logo kept with a wording; None for one that cannot be shown here."""
        known = self._emblems.get(kept)
        if known is None:
            found = self._decoder.prepare(base64.b64decode(kept), "logo")
            if found.problem or not found.copy:
                return None
            known = Picture(
                self._blobs.put(found.copy), found.copy_width, found.copy_height, encoding="rgb"
            )
            self._emblems[kept] = known
        return known

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
            if found.problem == "too_large":
                raise too_many_pixels("file", found)
            code = "photo.heic" if found.problem == NO_HEIC else "photo.damaged"
            raise InvalidInput.of("file", code)
        picture = Picture(
            self._blobs.put(found.copy), found.copy_width, found.copy_height, encoding="rgb"
        )
        self._known = (stamp, picture)
        return picture
