"""Embeds fonts in a PDF: subsets of the glyphs used, two-byte codes, text that can be extracted.

`EmbeddedFont` also serves ReportLab under the names `REGULAR` and `BOLD`, for charts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfdoc, pdfmetrics

from app.reports.typeset.fonts import BOLD, CHAIN, NO_FACE, REGULAR, Glyph, fonts, resource
from app.reports.typeset.reportlab_private import (
    DynamicFont,
    Stream,
    add_fonts,
    font_resources,
)
from app.reports.typeset.truetype import Subset


class Embedding:
    """The glyphs one document uses, and their PDF objects when it is finished."""

    def __init__(self) -> None:
        self._subsets: dict[int, Subset] = {}
        self.missing: dict[str, None] = {}
        self.codes = _Codes(self)
        self._done = False

    def subset(self, face: int) -> Subset:
        """The subset of one font of the chain; boxes are drawn with the first."""
        number = max(face, 0)
        if number not in self._subsets:
            self._subsets[number] = Subset(fonts().face(number))
        return self._subsets[number]

    def code(self, char: str, glyph: Glyph, extra: int = 0) -> int:
        """The two-byte code of a character in its font, set `extra` thousandths wider."""
        if glyph.face == NO_FACE:
            self.missing[char] = None
            return self.subset(glyph.face).box_of(ord(char), extra)
        return self.subset(glyph.face).id_of(ord(char), glyph.number, extra)

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - ReportLab calls it by this name
        """Write the fonts into the document; ReportLab calls this once, before it saves."""
        if self._done:
            return
        self._done = True
        names = font_resources(doc)
        for number, subset in sorted(self._subsets.items()):
            if subset.used:
                names[resource(number)] = _font_object(doc, subset, number)


class _Codes(dict[tuple[str, Glyph, int], str]):
    """Characters of a line to their codes as page contents write them, made when first used."""

    def __init__(self, owner: Embedding) -> None:
        super().__init__()
        self._owner = owner

    def __missing__(self, piece: tuple[str, Glyph, int]) -> str:
        found = self[piece] = f"{self._owner.code(*piece):04X}"
        return found


_embeddings: WeakKeyDictionary[Any, Embedding] = WeakKeyDictionary()


def embedding(doc: Any) -> Embedding:
    """The embedding that belongs to a ReportLab document."""
    found = _embeddings.get(doc)
    if found is None:
        found = _embeddings[doc] = Embedding()
        add_fonts(doc, found)
    return found


def _font_object(doc: Any, subset: Subset, number: int) -> Any:
    """A composite font: two-byte codes that are the glyph numbers themselves."""
    face = subset.font
    stem = CHAIN[number].removesuffix(".ttf")
    name = pdfdoc.PDFName(f"PC{chr(65 + number) * 4}+POSCare-{stem}")
    program = subset.font_file()
    widths = subset.widths()
    descriptor = {
        "Type": "/FontDescriptor",
        "FontName": name,
        "Flags": 4,
        "FontBBox": pdfdoc.PDFArray([face.scaled(v) for v in face.bbox]),
        "ItalicAngle": 0,
        "Ascent": face.scaled(face.ascent),
        "Descent": face.scaled(face.descent),
        "CapHeight": face.scaled(face.cap_height),
        "StemV": 50 + int((face.weight / 65) ** 2),
        "FontFile2": doc.Reference(Stream(program, length1=True)),
        "CIDSet": doc.Reference(Stream(_bits(subset.glyph_count))),
    }
    descendant = {
        "Type": "/Font",
        "Subtype": "/CIDFontType2",
        "BaseFont": name,
        "CIDSystemInfo": pdfdoc.PDFDictionary(
            {
                "Registry": pdfdoc.PDFString("Adobe"),
                "Ordering": pdfdoc.PDFString("Identity"),
                "Supplement": 0,
            }
        ),
        "FontDescriptor": doc.Reference(pdfdoc.PDFDictionary(descriptor)),
        "DW": widths[0],
        "W": pdfdoc.PDFArray([0, pdfdoc.PDFArray(widths)]),
        "CIDToGIDMap": "/Identity",
    }
    font = {
        "Type": "/Font",
        "Subtype": "/Type0",
        "BaseFont": name,
        "Encoding": "/Identity-H",
        "DescendantFonts": pdfdoc.PDFArray([doc.Reference(pdfdoc.PDFDictionary(descendant))]),
        "ToUnicode": doc.Reference(Stream(_to_unicode(subset.codes))),
    }
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


class EmbeddedFont(DynamicFont):
    """A typeface under ReportLab's protocol for fonts that are cut down as they are used."""

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
        pdfmetrics.registerFont(EmbeddedFont(name, bold))


register()
