"""Forgeries of a document, made as a person with a PDF editor would make them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable


def update(pdf: bytes, objects: dict[int, bytes], root: int | None = None) -> bytes:
    """The file with an incremental update (ISO 32000-1, 7.5.6) that holds `objects`."""
    trailer = pdf[pdf.rindex(b"trailer") :]
    at = re.search(rb"/Root (\d+) 0 R", trailer)
    info = re.search(rb"/Info (\d+) 0 R", trailer)
    before = re.search(rb"startxref\s+(\d+)", trailer)
    size = re.search(rb"/Size (\d+)", trailer)
    assert at is not None
    assert info is not None
    assert before is not None
    assert size is not None
    out, table = bytearray(pdf), bytearray(b"xref\n0 1\n0000000000 65535 f \n")
    for number, content in sorted(objects.items()):
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    most = max(int(size[1]), *(number + 1 for number in objects))
    out += table + b"trailer\n<</Size %d /Root %d 0 R /Info %s 0 R /Prev %s>>\n" % (
        most,
        root or int(at[1]),
        info[1],
        before[1],
    )
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def size(pdf: bytes) -> int:
    """The first object number that is free."""
    found = re.findall(rb"/Size (\d+)", pdf)
    return int(found[-1])


def object_of(pdf: bytes, mark: bytes) -> tuple[int, bytes]:
    """The number and content of the last object that holds `mark`."""
    for match in reversed(list(re.finditer(rb"(\d+) 0 obj\n(.*?)\nendobj", pdf, re.S))):
        if mark in match[2]:
            return int(match[1]), match[2]
    raise AssertionError(mark)


def _page(pdf: bytes) -> tuple[int, bytes]:
    return object_of(pdf, b"/Type /Page\n")


def painted(pdf: bytes) -> bytes:
    """Other text over the first page, and the bare word of a signature."""
    number, page = _page(pdf)
    first = size(pdf)
    contents = re.search(rb"/Contents (\d+ 0 R)", page)
    assert contents
    over = b"q 1 0 0 rg 100 400 300 40 re f Q"
    stream = b"<</Length %d>>\nstream\n%s\nendstream" % (len(over), over)
    now = page.replace(contents[0], b"/Contents [%s %d 0 R]" % (contents[1], first))
    return update(pdf, {number: now, first: stream}) + b"% /ByteRange [0 1 2 3]\n"


def _catalog(pdf: bytes, entry: bytes, objects: dict[int, bytes]) -> bytes:
    number, catalog = object_of(pdf, b"/Type /Catalog")
    return update(pdf, {number: catalog[:-2] + entry + b"\n>>", **objects})


def scripted(pdf: bytes) -> bytes:
    """A script that runs when the file is opened."""
    first = size(pdf)
    return _catalog(
        pdf, b"/OpenAction %d 0 R" % first, {first: b"<</S /JavaScript /JS (app.alert\\(1\\))>>"}
    )


def escaped(pdf: bytes) -> bytes:
    """The same with its names written as number signs, as to hide them."""
    return scripted(pdf).replace(b"/JavaScript", b"/#4AavaScript").replace(b"/JS ", b"/#4A#53 ")


def annotated(pdf: bytes) -> bytes:
    """A note laid over a page."""
    number, page = _page(pdf)
    first = size(pdf)
    note = (
        b"<</Type /Annot /Subtype /FreeText /Rect [100 400 400 440] /Contents (paid 99 999)"
        b" /DA (/Helv 12 Tf)>>"
    )
    now = page[:-2] + b"/Annots [%d 0 R]\n>>" % first
    return update(pdf, {number: now, first: note})


def attached(pdf: bytes) -> bytes:
    """A program attached beside the data."""
    first = size(pdf)
    number, names = object_of(pdf, b"/EmbeddedFiles")
    tree = re.search(rb"/EmbeddedFiles (\d+) 0 R", names)
    assert tree
    kids = re.search(rb"(?<!\d)%s 0 obj\n(.*?)\nendobj" % tree[1], pdf, re.S)
    assert kids
    more = kids[1].replace(b"/Names [", b"/Names [ (000.exe) %d 0 R " % (first + 1), 1)
    assert more != kids[1], number
    return update(
        pdf,
        {
            int(tree[1]): more,
            first: b"<</Type /EmbeddedFile /Length 2>>\nstream\nMZ\nendstream",
            first + 1: b"<</Type /Filespec /F (000.exe) /EF <</F %d 0 R>> >>" % first,
        },
    )


def layered(pdf: bytes) -> bytes:
    """Layers that a reader may switch."""
    first = size(pdf)
    return _catalog(
        pdf,
        b"/OCProperties <</OCGs [%d 0 R] /D <</ON [%d 0 R]>> >>" % (first, first),
        {first: b"<</Type /OCG /Name (x)>>"},
    )


def with_form(pdf: bytes) -> bytes:
    """A form field that shows a value of its own."""
    first = size(pdf)
    field = b"<</FT /Tx /T (x) /V (99999) /Type /Annot /Subtype /Widget /Rect [9 9 90 90]>>"
    return _catalog(pdf, b"/AcroForm <</Fields [%d 0 R]>>" % first, {first: field})


def appended(pdf: bytes) -> bytes:
    """An update that changes nothing."""
    number, catalog = object_of(pdf, b"/Type /Catalog")
    return update(pdf, {number: catalog})


def redrawn(pdf: bytes) -> bytes:
    """The strokes of a page moved: a signature drawn anew."""
    for match in re.finditer(rb"stream\n(.*?)\nendstream", pdf, re.S):
        try:
            content = zlib.decompress(match[1])
        except zlib.error:
            continue
        strokes = re.search(rb"[\d.]+ [\d.]+ m [\d.]+ [\d.]+ l|[\d.]+ [\d.]+ m\b", content)
        if b" l" in content and strokes:
            words = strokes[0].split()
            moved = b"%s %s" % (words[0], b"9" * len(words[1]))
            changed = content.replace(b"%s %s" % (words[0], words[1]), moved, 1)
            packed = zlib.compress(changed, 9)
            if len(packed) <= len(match[1]):
                packed += b"\n" * (len(match[1]) - len(packed))
                return pdf[: match.start(1)] + packed + pdf[match.end(1) :]
    raise AssertionError("no strokes")


def trailing(pdf: bytes) -> bytes:
    """Bytes after the end."""
    return pdf + b"\n% nothing"


def commented(pdf: bytes) -> bytes:
    """One letter of a comment that no reader shows."""
    assert b"ReportLab Generated" in pdf
    return pdf.replace(b"ReportLab Generated", b"ReportLab Generatee", 1)


FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    made.__name__: made
    for made in (
        painted,
        scripted,
        escaped,
        annotated,
        attached,
        layered,
        with_form,
        appended,
        redrawn,
        trailing,
        commented,
    )
}
