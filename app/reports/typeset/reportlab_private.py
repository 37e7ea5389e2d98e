"""Every use of a name ReportLab does not document, and the PDF objects made in its place.

ReportLab's public canvas ends a stream without the line break the archive standard asks for, names
Helvetica on every page whether it is used or not, dates every file of a reproducible run to the
year 2000, and offers no way to add page operators, fonts or catalogue entries of one's own.  What
this module reaches for instead is listed in `PRIVATE_NAMES`; a test asks the installed ReportLab
for each of them, and ``pyproject.toml`` admits no minor version that was not asked.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from array import array
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

PRIVATE_NAMES: dict[str, tuple[str, ...]] = {
    "canvas": ("_doc", "_code", "_formsinuse", "_currentPageHasImages"),
    "document": (
        "_ID",
        "Catalog",
        "Outlines",
        "Reference",
        "delayedFonts",
        "idToObject",
        "idToObjectNumberAndVersion",
        "info",
        "numberToId",
    ),
    "catalog": ("__NoDefault__",),
    "page": ("stream", "Contents", "Trans", "__InternalName__", "__NoDefault__"),
    "stream": ("__RefOnly__",),
    "font": ("_multiByte", "_dynamicFont", "splitString", "getSubsetInternalName"),
    "module": ("xObjectName", "PDFFile", "PDFObject", "PDFInfo", "PDFPage"),
}
"""The undocumented names used below, by what has them: a `Canvas`, its document, the document's
catalogue, a finished page of it, its streams, a font that is cut down, the module `pdfdoc`."""


class Stream(pdfdoc.PDFObject):  # type: ignore[misc]
    """A stream, compressed unless it comes with its own filter."""

    __RefOnly__ = 1

    def __init__(
        self, content: bytes, entries: dict[str, Any] | None = None, *, length1: bool = False
    ) -> None:
        self.content = content
        self.entries = entries or {}
        self._length1 = length1

    def format(self, document: Any) -> bytes:
        """The stream as it stands in the file; ReportLab calls this."""
        entries = dict(self.entries)
        content = self.content
        if self._length1:
            entries["Length1"] = len(content)
        if "Filter" not in entries and entries.get("Type") != "/Metadata":
            content = packed(content)
            entries["Filter"] = "/FlateDecode"
        entries["Length"] = len(content)
        head: bytes = pdfdoc.PDFDictionary(entries).format(document)
        # A line feed alone behind a carriage return of the content would be read with it as one
        # line end, and the content as a byte too short.
        end = b"\r\nendstream" if content.endswith(b"\r") else b"\nendstream"
        return head + b"\nstream\n" + content + end


class Information(pdfdoc.PDFInfo):  # type: ignore[misc]
    """The information dictionary, with the moment the document was issued."""

    def __init__(self, title: str, author: str, subject: str, at: datetime, producer: str) -> None:
        super().__init__()
        self._entries = {
            "Title": pdfdoc.PDFString(title),
            "Author": pdfdoc.PDFString(author),
            "Subject": pdfdoc.PDFString(subject),
            "Creator": pdfdoc.PDFString(producer),
            "Producer": pdfdoc.PDFString(producer),
            "CreationDate": pdfdoc.PDFString(pdf_date(at)),
            "ModDate": pdfdoc.PDFString(pdf_date(at)),
        }

    def format(self, document: Any) -> bytes:
        """As it stands in the file."""
        found: bytes = pdfdoc.PDFDictionary(self._entries).format(document)
        return found


def pdf_date(at: datetime) -> str:
    """A moment as PDF writes it, e.g. ``D:20261208104100+08'00'``."""
    zone = at.strftime("%z") or "+0000"
    return f"D:{at:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'"


class DynamicFont:
    """The base of a font that gives ReportLab its codes as they are used.  The derived class has
    `fontName`, `face`, `stringWidth`, `splitString` and `getSubsetInternalName`."""

    _multiByte = 1  # noqa: N815 - ReportLab's names, also below
    _dynamicFont = 1  # noqa: N815
    shapable = False
    substitutionFonts: tuple[Any, ...] = ()  # noqa: N815


def new_canvas(font: str) -> Any:
    """An empty reproducible canvas that writes PDF 1.7; `font` is a registered one."""
    rl_config.useA85 = 0
    return Canvas(
        io.BytesIO(), pageCompression=1, invariant=1, initialFontName=font, pdfVersion=(1, 7)
    )


def document_of(canvas: Any) -> Any:
    """The document a canvas writes."""
    return canvas._doc


def operators_of(canvas: Any) -> list[str]:
    """The operators of the present page, to be added to; another list after each page."""
    operators: list[str] = canvas._code
    return operators


def add_fonts(doc: Any, fonts: Any) -> None:
    """Have ``fonts.addObjects(doc)`` called before the document is written."""
    doc.delayedFonts.append(fonts)


def font_resources(doc: Any) -> dict[str, Any]:
    """The fonts all pages may name, to be added to."""
    names: dict[str, Any] = doc.idToObject["BasicFonts"].dict
    return names


def add_picture(canvas: Any, name: str, stream: Stream) -> None:
    """Put a picture into the document under `name`."""
    canvas._doc.Reference(stream, pdfdoc.xObjectName(name))


def use_picture(canvas: Any, name: str) -> str:
    """The name by which the present page draws the picture added as `name`."""
    canvas._formsinuse.append(name)
    canvas._currentPageHasImages = 1
    return str(pdfdoc.xObjectName(name))


def set_information(doc: Any, information: Information) -> None:
    """The information dictionary of the file."""
    doc.info = information


def set_catalog(doc: Any, entries: dict[str, Any]) -> None:
    """Entries of the catalogue, also such as ReportLab does not know."""
    catalog = doc.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, *entries]
    for name, value in entries.items():
        setattr(catalog, name, value)


def set_identity(doc: Any, content: bytes) -> None:
    """The file's identifier, from its content, so that the same content has the same."""
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest().upper()
    doc._ID = f"[<{digest}> <{digest}>]\n".encode("ascii")


def finish_page(doc: Any, number: int) -> None:
    """Give the page that was just shown, `number` from 0, a content stream of ours, its place in
    the structure and no slide transition.  Its operators are packed now: a batch has thousands of
    pages, and they are ten times as large before."""
    page = next(
        thing for thing in reversed(doc.idToObject.values()) if isinstance(thing, pdfdoc.PDFPage)
    )
    page.Contents = Stream(packed(page.stream.encode("latin-1")), {"Filter": "/FlateDecode"})
    page.stream = None
    page.Trans = None
    page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
    page.StructParents = number
    page.Tabs = "/S"


def packed(content: bytes) -> bytes:
    """The content of a stream as it stands in the file."""
    return zlib.compress(content, 6)


def _pages(doc: Any) -> list[Any]:
    return [
        thing
        for thing in list(doc.idToObject.values())
        if isinstance(thing, pdfdoc.PDFPage) and thing.Contents
    ]


class _StructureTree(pdfdoc.PDFObject):  # type: ignore[misc]
    """Keeps a number for the root of the structure, which is written last."""

    __RefOnly__ = 1


Tree = Callable[[int, int, list[int]], Iterator[tuple[int, bytes]]]
"""Gives the objects of a structure: its root, whose number is given, then the others from the first
free number on, for the pages of these numbers."""


def written(canvas: Any, tree: Tree) -> bytes:
    """The whole file; nothing can be added afterwards."""
    doc = canvas._doc
    for font in doc.delayedFonts:
        font.addObjects(doc)
    root = _StructureTree()
    set_catalog(doc, {"StructTreeRoot": doc.Reference(root)})
    catalog, information = doc.Reference(doc.Catalog), doc.Reference(doc.info)
    doc.Outlines.prepare(doc, canvas)
    if doc.Outlines.ready < 0:
        doc.Catalog.Outlines = None
    file = _File()
    numbers = doc.idToObjectNumberAndVersion
    tree_root = numbers[root.__InternalName__][0]
    behind: dict[int, bytes] = {}  # the root's number comes before theirs, its content after them
    number = 1
    while number in doc.numberToId:  # formatting one object may add others
        thing = doc.idToObject[doc.numberToId[number]]
        if number < tree_root:
            file.add(number, pdfdoc.format(thing, doc, toplevel=1))
        elif number > tree_root:
            behind[number] = pdfdoc.format(thing, doc, toplevel=1)
        if isinstance(thing, Stream):
            thing.content = b""  # what is written is held once
        number += 1
    pages = [numbers[page.__InternalName__][0] for page in _pages(doc)]
    elements = tree(number, tree_root, pages)
    file.add(*next(elements))
    for place in sorted(behind):
        file.add(place, behind.pop(place))
    for place, content in elements:
        file.add(place, content)
    entries = {"ID": doc._ID.strip(), "Info": information, "Root": catalog, "Size": file.size}
    return file.finished(pdfdoc.PDFDictionary(entries).format(doc))


class _File:
    """The file while its objects are written, each as it comes: a large file is held once."""

    def __init__(self) -> None:
        self._file = io.BytesIO()
        self._file.write(pdfdoc.PDFFile((1, 7)).format(None))
        self._places = array("Q")

    @property
    def size(self) -> int:
        """How many objects the file has, with the free one every file begins with."""
        return len(self._places) + 1

    def add(self, number: int, content: bytes) -> None:
        """Write one object.  Their numbers are 1 and up without a gap."""
        self._places.append(self._file.tell())
        assert number == len(self._places)
        self._file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content.rstrip(b"\n")))

    def finished(self, trailer: bytes) -> bytes:
        """The file with the table of where each object begins."""
        file = self._file
        begin = file.tell()
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % self.size)
        file.writelines(b"%010d 00000 n \n" % place for place in self._places)
        file.write(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, begin))
        return file.getvalue()
