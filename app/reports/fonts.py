"""The typefaces of documents: which font has a character, and how fonts enter a PDF.

Text is set in Noto Sans SC; a chain of fallback fonts covers what it lacks, up to every character
GB18030-2022 lists except scripts that need shaping.  What no font has is drawn as a box with its
code point, and `missing` names it, so that nothing disappears silently.

`regular` and `bold` also work where ReportLab wants the name of a font (charts).
"""

from __future__ import annotations

import functools
import struct
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfdoc, pdfmetrics

from app.paths import resources
from app.reports import pdfobjects
from app.reports.truetype import BOX_WIDTH, Subset, TrueType

REGULAR, BOLD = "POSCare-Regular", "POSCare-Bold"
"""The names ReportLab knows the two typefaces by."""

CHAIN = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "Latin.ttf", "Symbols.ttf",
         "Scripts.ttf", "Hangul.ttf", "Emoji.ttf", "RareHan.ttf")  # fmt: skip
_FALLBACKS = range(2, len(CHAIN))
_LATIN = 2
_NOWHERE = -1


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
        return Glyph(_NOWHERE, code, BOX_WIDTH)


@functools.cache
def fonts() -> Fonts:
    """The chain of this process."""
    return Fonts(resources() / "fonts")


def missing(text: str) -> tuple[str, ...]:
    """The characters of `text` no font has, each once, in order of appearance."""
    chain = fonts()
    return tuple(dict.fromkeys(char for char in text if chain.glyph(char).face == _NOWHERE))


class Embedding:
    """The glyphs one document uses, and their PDF objects when it is finished."""

    def __init__(self) -> None:
        self._subsets: dict[int, Subset] = {}
        self.missing: dict[str, None] = {}
        self._done = False

    def subset(self, face: int) -> Subset:
        """The subset of one font of the chain; boxes are drawn with the first."""
        number = max(face, 0)
        if number not in self._subsets:
            self._subsets[number] = Subset(fonts().face(number))
        return self._subsets[number]

    def code(self, char: str, glyph: Glyph, extra: int = 0) -> int:
        """The two-byte code of a character in its font, set `extra` thousandths wider."""
        if glyph.face == _NOWHERE:
            self.missing[char] = None
            return self.subset(glyph.face).box_of(ord(char), extra)
        return self.subset(glyph.face).id_of(ord(char), glyph.number, extra)

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - ReportLab calls it by this name
        """Write the fonts into the document; ReportLab calls this once, before it saves."""
        if self._done:
            return
        self._done = True
        names = doc.idToObject["BasicFonts"].dict
        for number, subset in sorted(self._subsets.items()):
            if subset.used:
                names[resource(number)] = _font_object(doc, subset, number)


def resource(face: int) -> str:
    """The name page contents use for a font of the chain."""
    return f"P{max(face, 0)}"


_embeddings: WeakKeyDictionary[Any, Embedding] = WeakKeyDictionary()


def embedding(doc: Any) -> Embedding:
    """The embedding that belongs to a ReportLab document."""
    found = _embeddings.get(doc)
    if found is None:
        found = _embeddings[doc] = Embedding()
        doc.delayedFonts.append(found)
    return found


def _font_object(doc: Any, subset: Subset, number: int) -> Any:
    """A composite font: two-byte codes that are the glyph numbers themselves."""
    face = subset.font
    stem = CHAIN[number].removesuffix(".ttf")
    name = pdfdoc.PDFName(f"PC{chr(65 + number) * 4}+POSCare-{stem}")
    program = subset.font_file()
    widths = subset.widths()
    descriptor = {
        "Type": "/FontDescriptor", "FontName": name, "Flags": 4,
        "FontBBox": pdfdoc.PDFArray([face.scaled(v) for v in face.bbox]),
        "ItalicAngle": 0, "Ascent": face.scaled(face.ascent),
        "Descent": face.scaled(face.descent), "CapHeight": face.scaled(face.cap_height),
        "StemV": 50 + int((face.weight / 65) ** 2),
        "FontFile2": doc.Reference(pdfobjects.Stream(program, length1=True)),
        "CIDSet": doc.Reference(pdfobjects.Stream(_bits(subset.glyph_count))),
    }  # fmt: skip
    descendant = {
        "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": name,
        "CIDSystemInfo": pdfdoc.PDFDictionary(
            {"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"),
             "Supplement": 0}
        ),
        "FontDescriptor": doc.Reference(pdfdoc.PDFDictionary(descriptor)),
        "DW": widths[0], "W": pdfdoc.PDFArray([0, pdfdoc.PDFArray(widths)]),
        "CIDToGIDMap": "/Identity",
    }  # fmt: skip
    font = {
        "Type": "/Font", "Subtype": "/Type0", "BaseFont": name, "Encoding": "/Identity-H",
        "DescendantFonts": pdfdoc.PDFArray([doc.Reference(pdfdoc.PDFDictionary(descendant))]),
        "ToUnicode": doc.Reference(pdfobjects.Stream(_to_unicode(subset.codes))),
    }  # fmt: skip
    return doc.Reference(pdfdoc.PDFDictionary(font))


def _bits(count: int) -> bytes:
    """A bit for each of the first `count` glyphs: all of them are in the font."""
    return b"\xff" * (count // 8) + bytes([0xFF00 >> count % 8 & 0xFF] if count % 8 else [])


def _to_unicode(codes: list[int]) -> bytes:
    """The map from glyph numbers back to text."""
    pairs = [
        f"<{i:04X}> <{chr(code).encode('utf-16-be').hex().upper()}>"
        for i, code in enumerate(codes)
        if i
    ]
    blocks = [pairs[i : i + 100] for i in range(0, len(pairs), 100)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode("ascii")


class _Face:
    """What ReportLab asks of a typeface when it places chart labels."""

    builtIn = False  # noqa: N815 - ReportLab's name

    def __init__(self, name: str, bold: bool) -> None:
        face = fonts().face(int(bold))
        self.name = name
        self.ascent, self.descent = face.scaled(face.ascent), face.scaled(face.descent)


class HouseFont:
    """A typeface under ReportLab's protocol for fonts that are cut down as they are used."""

    _multiByte = 1  # noqa: N815 - ReportLab's names, also below
    _dynamicFont = 1  # noqa: N815
    shapable = False
    substitutionFonts: tuple[Any, ...] = ()  # noqa: N815

    def __init__(self, name: str, bold: bool) -> None:
        self.fontName = name
        self._bold = bold
        self._face: _Face | None = None

    @property
    def face(self) -> _Face:
        """Opened when first asked for."""
        if self._face is None:
            self._face = _Face(self.fontName, self._bold)
        return self._face

    def stringWidth(self, text: str, size: float, encoding: str = "utf8") -> float:  # noqa: N802
        """The width of `text` in points."""
        chain = fonts()
        return sum(chain.glyph(char, self._bold).width for char in text) * size / 1000

    def splitString(  # noqa: N802
        self, text: str, doc: Any, encoding: str = "utf-8"
    ) -> list[tuple[int, bytes]]:
        """`text` as runs of one font each: its number in the chain and its codes."""
        used, chain = embedding(doc), fonts()
        runs: list[tuple[int, bytes]] = []
        for char in text:
            glyph = chain.glyph(char, self._bold)
            code = struct.pack(">H", used.code(char, glyph))
            face = max(glyph.face, 0)
            if runs and runs[-1][0] == face:
                runs[-1] = (face, runs[-1][1] + code)
            else:
                runs.append((face, code))
        return runs

    def getSubsetInternalName(self, subset: int, doc: Any) -> str:  # noqa: N802
        """The resource name of one font of the chain."""
        return f"/{resource(subset)}"


def register(names: Iterable[tuple[str, bool]] = ((REGULAR, False), (BOLD, True))) -> None:
    """Make the two typefaces known to ReportLab."""
    for name, bold in names:
        pdfmetrics.registerFont(HouseFont(name, bold))


register()
