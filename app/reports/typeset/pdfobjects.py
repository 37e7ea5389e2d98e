"""PDF objects the way PDF/A wants them, where ReportLab's own fall short.

ReportLab ends a stream without the line break the archive standard asks for, names Helvetica on
every page whether it is used or not, and dates every file of a reproducible run to the year 2000.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from typing import Any

from reportlab.pdfbase import pdfdoc


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
            content = zlib.compress(content, 6)
            entries["Filter"] = "/FlateDecode"
        entries["Length"] = len(content)
        head: bytes = pdfdoc.PDFDictionary(entries).format(document)
        return head + b"\nstream\n" + content + b"\nendstream"


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


def set_identity(doc: Any, content: bytes) -> None:
    """The file's identifier, from its content, so that the same content has the same."""
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest().upper()
    doc._ID = f"[<{digest}> <{digest}>]\n".encode("ascii")


def use_own_streams(doc: Any) -> None:
    """Give every page a content stream of ours, and no slide transition; called before the
    document is written."""
    for thing in list(doc.idToObject.values()):
        if isinstance(thing, pdfdoc.PDFPage) and thing.stream:
            thing.Contents = Stream(thing.stream.encode("latin-1"))
            thing.Trans = None
