"""The typefaces of documents: which font has a character.

Text is set in Noto Sans SC; a chain of fallback fonts covers what it lacks, up to every character
GB18030-2022 lists except scripts that need shaping.  What no font has is drawn as a box with its
code point, and `missing` names it, so that nothing disappears silently.

How fonts enter a PDF stands in `embedding`.
"""

from __future__ import annotations

import functools
import threading
from pathlib import Path
from typing import NamedTuple

from app.paths import resources
from app.reports.typeset.truetype import BOX_WIDTH, TrueType

REGULAR, BOLD = "POSCare-Regular", "POSCare-Bold"
"""The names ReportLab knows the two typefaces by."""

CHAIN = (
    "NotoSansSC-Regular.ttf",
    "NotoSansSC-Bold.ttf",
    "Latin.ttf",
    "Symbols.ttf",
    "Scripts.ttf",
    "Hangul.ttf",
    "Emoji.ttf",
    "RareHan.ttf",
)
_FALLBACKS = range(2, len(CHAIN))
_LATIN = 2
NO_FACE = -1
"""The face of a character no font has."""


class Glyph(NamedTuple):
    """Where a character is drawn from; `face` is -1 when no font has it."""

    face: int
    number: int
    width: int


class Fonts:
    """The chain, opened file by file when first needed, for the whole process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[int, TrueType] = {}
        self._found: tuple[dict[str, Glyph], dict[str, Glyph]] = ({}, {})
        self._lock = threading.Lock()

    def face(self, number: int) -> TrueType:
        """One font of the chain."""
        found = self._open.get(number)
        if found is None:
            with self._lock:
                found = self._open.setdefault(number, TrueType(self._folder / CHAIN[number]))
        return found

    def glyph(self, char: str, bold: bool = False) -> Glyph:
        """How `char` is drawn."""
        known = self._found[bold]
        found = known.get(char)
        if found is None:
            found = known[char] = self._look(ord(char), bold)
        return found

    def narrow(self, char: str, bold: bool = False) -> Glyph:
        """How a mark that Chinese and Western text share is drawn between Latin letters."""
        face = self.face(_LATIN)
        number = face.glyph(ord(char))
        return Glyph(_LATIN, number, face.advance(number)) if number else self.glyph(char, bold)

    def _look(self, code: int, bold: bool) -> Glyph:
        for number in (int(bold), *_FALLBACKS):
            face = self.face(number)
            glyph = face.glyph(code)
            if glyph:
                return Glyph(number, glyph, face.advance(glyph))
        return Glyph(NO_FACE, code, BOX_WIDTH)


@functools.cache
def fonts() -> Fonts:
    """The chain of this process."""
    return Fonts(resources() / "fonts")


def missing(text: str) -> tuple[str, ...]:
    """The characters of `text` no font has, each once, in order of appearance."""
    chain = fonts()
    return tuple(dict.fromkeys(char for char in text if chain.glyph(char).face == NO_FACE))


def resource(face: int) -> str:
    """The name page contents use for a font of the chain."""
    return f"P{max(face, 0)}"
