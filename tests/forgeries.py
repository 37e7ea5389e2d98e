"""Forgeries of a document, made as a person with a PDF editor would make them."""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Callable

from app.reports.media.raster import PdfPages


class NotApplicable(Exception):
    """The document has nothing this forgery could change."""


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


def repacked(pdf: bytes, change: Callable[[bytes], bytes], before: bytes = b"") -> bytes:
    """The first packed stream that `change` changes, in its old place and length: no later
    revision tells of it.  `before` is a pattern of what stands before the stream."""
    for match in re.finditer(before + rb"stream\n(.*?)\nendstream", pdf, re.S):
        try:
            content = zlib.decompress(match[1])
        except zlib.error:
            continue
        changed = change(content)
        packed = zlib.compress(changed, 9)
        if changed != content and len(packed) <= len(match[1]):
            packed += b"\n" * (len(match[1]) - len(packed))
            return pdf[: match.start(1)] + packed + pdf[match.end(1) :]
    raise NotApplicable("nothing to change")


def redrawn(pdf: bytes) -> bytes:
    """The strokes of a page moved: a signature drawn anew."""

    def change(content: bytes) -> bytes:
        strokes = re.search(rb"([\d.]+) ([\d.]+) m( [\d.]+ [\d.]+ l|\b)", content)
        if strokes is None or b" l" not in content:
            return content
        moved = b"%s %s" % (strokes[1], b"9" * len(strokes[2]))
        return content.replace(b"%s %s" % (strokes[1], strokes[2]), moved, 1)

    return repacked(pdf, change)


def trailing(pdf: bytes) -> bytes:
    """Bytes after the end."""
    return pdf + b"\n% nothing"


def commented(pdf: bytes) -> bytes:
    """One letter of a comment that no reader shows."""
    assert b"ReportLab Generated" in pdf
    return pdf.replace(b"ReportLab Generated", b"ReportLab Generatee", 1)


# --- pages ---------------------------------------------------------------------------------------


def _kids(pdf: bytes) -> tuple[int, bytes, list[bytes]]:
    number, pages = object_of(pdf, b"/Type /Pages")
    listed = re.search(rb"/Kids \[([^\]]*)\]", pages)
    assert listed
    kids = re.findall(rb"\d+ 0 R", listed[1])
    return number, pages, kids


def _with_kids(pdf: bytes, kids: list[bytes]) -> bytes:
    number, pages, _ = _kids(pdf)
    now = re.sub(rb"/Kids \[[^\]]*\]", b"/Kids [ %s ]" % b" ".join(kids), pages)
    return update(pdf, {number: re.sub(rb"/Count \d+", b"/Count %d" % len(kids), now)})


def reordered(pdf: bytes) -> bytes:
    """The pages in another order."""
    kids = _kids(pdf)[2]
    if len(kids) < 2:
        raise NotApplicable("one page")
    return _with_kids(pdf, kids[::-1])


def shortened(pdf: bytes) -> bytes:
    """The last page left out."""
    kids = _kids(pdf)[2]
    if len(kids) < 2:
        raise NotApplicable("one page")
    return _with_kids(pdf, kids[:-1])


def doubled(pdf: bytes) -> bytes:
    """The first page twice."""
    kids = _kids(pdf)[2]
    return _with_kids(pdf, [kids[0], *kids])


def cropped(pdf: bytes) -> bytes:
    """The lower half of a page outside what is shown."""
    number, page = _page(pdf)
    return update(pdf, {number: page[:-2] + b"/CropBox [0 400 595 842]\n>>"})


def hidden(pdf: bytes) -> bytes:
    """The content of a page on a layer that is switched off."""
    number, page = _page(pdf)
    first = size(pdf)
    contents = re.search(rb"/Contents (\d+ 0 R)", page)
    assert contents
    begin, end = b"/OC /H BDC", b"EMC"
    streams = b"/Contents [%d 0 R %s %d 0 R]" % (first + 1, contents[1], first + 2)
    now = page.replace(contents[0], streams).replace(
        b"/Resources <<", b"/Resources <<\n/Properties <</H %d 0 R>>" % first
    )
    catalog, root = object_of(pdf, b"/Type /Catalog")
    off = b"/OCProperties <</OCGs [%d 0 R] /D <</OFF [%d 0 R]>> >>" % (first, first)
    return update(
        pdf,
        {
            number: now,
            catalog: root[:-2] + off + b"\n>>",
            first: b"<</Type /OCG /Name (x)>>",
            first + 1: b"<</Length %d>>\nstream\n%s\nendstream" % (len(begin), begin),
            first + 2: b"<</Length %d>>\nstream\n%s\nendstream" % (len(end), end),
        },
    )


def remapped(pdf: bytes) -> bytes:
    """Letters that look as they did and are read as others: the table from glyphs to text."""

    def change(content: bytes) -> bytes:
        if b"beginbf" not in content:
            return content
        codes = re.findall(rb"<([0-9A-Fa-f]{4})>\n", content)
        return content.replace(b"<%s>\n" % codes[-1], b"<0039>\n", 1)

    return repacked(pdf, change)


def repictured(pdf: bytes) -> bytes:
    """Another photo in the place of one."""
    from PIL import Image

    for match in re.finditer(
        rb"(\d+) 0 obj\n(<<(?:(?!>>).)*/Subtype /Image.*?)\nendobj", pdf, re.S
    ):
        width = re.search(rb"/Width (\d+)", match[2])
        height = re.search(rb"/Height (\d+)", match[2])
        if b"DCTDecode" not in match[2] or width is None or height is None:
            continue
        out = io.BytesIO()
        Image.new("RGB", (int(width[1]), int(height[1])), (9, 90, 9)).save(out, "JPEG")
        entries = re.sub(rb"/Length \d+", b"/Length %d" % len(out.getvalue()), match[2])
        entries = entries.split(b"stream\n")[0]
        return update(pdf, {int(match[1]): entries + b"stream\n" + out.getvalue() + b"\nendstream"})
    raise NotApplicable("no photo")


# --- what is beside the pages --------------------------------------------------------------------


def retold(pdf: bytes) -> bytes:
    """Other data under the same pages."""
    number, file = object_of(pdf, b"/Type /EmbeddedFile")
    entries, body = file.split(b"stream\n", 1)
    content = json.loads(zlib.decompress(body.rpartition(b"\nendstream")[0]))
    content["house"]["phone"] = "400-999-9999"
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    packed = zlib.compress(text.encode("utf-8"))
    entries = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), entries)
    return update(pdf, {number: entries + b"stream\n" + packed + b"\nendstream"})


def retitled(pdf: bytes) -> bytes:
    """Another title in the facts of the file."""
    number, facts = object_of(pdf, b"/Producer (")
    return update(pdf, {number: re.sub(rb"/Title \([^)]*\)", b"/Title (paid 99 999)", facts)})


def pinned(pdf: bytes) -> bytes:
    """A program pinned to a page as an attached file."""
    number, page = _page(pdf)
    first = size(pdf)
    pin = (
        b"<</Type /Annot /Subtype /FileAttachment /Rect [10 10 30 30]"
        b" /FS <</Type /Filespec /F (a.exe) /EF <</F %d 0 R>> >> >>" % (first + 1)
    )
    return update(
        pdf,
        {
            number: page[:-2] + b"/Annots [%d 0 R]\n>>" % first,
            first: pin,
            first + 1: b"<</Type /EmbeddedFile /Length 2>>\nstream\nMZ\nendstream",
        },
    )


def launching(pdf: bytes) -> bytes:
    """A program is started when a page is opened."""
    number, page = _page(pdf)
    action = b"/AA <</O <</S /Launch /F (a.exe)>> >>"
    return update(pdf, {number: page[:-2] + action + b"\n>>"})


def packed(pdf: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """A script within objects that are packed into a stream (ISO 32000-1, 7.5.7)."""
    number, catalog = object_of(pdf, b"/Type /Catalog")
    first = size(pdf)
    script = b"<</S /JavaScript /JS (app.alert\\(1\\))>>"
    body = b"%d 0 " % first + script
    content = zlib.compress(body)
    if b"ASCIIHex" in filters:
        content = content.hex().encode("ascii") + b">"
    out = bytearray(pdf)
    places = {}
    for key, made in (
        (number, catalog[:-2] + b"/OpenAction %d 0 R\n>>" % first),
        (
            first + 1,
            b"<</Type /ObjStm /N 1 /First %d /Filter %s /Length %d>>\nstream\n%s\nendstream"
            % (len(body) - len(script), filters, len(content), content),
        ),
    ):
        places[key] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (key, made)
    trailer = pdf[pdf.rindex(b"trailer") :]
    info = re.search(rb"/Info (\d+) 0 R", trailer)
    before = re.search(rb"startxref\s+(\d+)", trailer)
    assert info
    assert before
    start = len(out)

    def entry(kind: int, place: int, index: int) -> bytes:
        return bytes([kind]) + place.to_bytes(4, "big") + bytes([index])

    rows = entry(1, places[number], 0) + entry(2, first + 1, 0)
    rows += entry(1, places[first + 1], 0) + entry(1, start, 0)
    head = b"<</Type /XRef /W [1 4 1] /Index [%d 1 %d 3] /Size %d /Root %d 0 R /Info %s 0 R" % (
        number,
        first,
        first + 3,
        number,
        info[1],
    )
    out += b"%d 0 obj\n%s /Prev %s /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        first + 2,
        head,
        before[1],
        len(rows),
        rows,
    )
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def packed_twice(pdf: bytes) -> bytes:
    """The same, packed in two ways one after the other."""
    return packed(pdf, b"[/ASCIIHexDecode /FlateDecode]")


# --- the whole file ------------------------------------------------------------------------------


def rewritten(pdf: bytes) -> bytes:
    """The pages saved by another program, without the data."""
    with PdfPages(pdf) as pages:
        return pages.cut(range(pages.count))


def copied(pdf: bytes) -> bytes:
    """Everything copied into a file that another program writes."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    out = io.BytesIO()
    copy_into_new_writer(PdfFileReader(io.BytesIO(pdf), strict=False)).write(out)
    return out.getvalue()


def locked(pdf: bytes, word: str = "") -> bytes:
    """Everything copied into an encrypted file, which opens without a password unless `word` is
    one."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    out = io.BytesIO()
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf), strict=False))
    writer.encrypt(owner_pass="owner", user_pass=word)
    writer.write(out)
    return out.getvalue()


FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    made.__name__: made
    for made in (
        painted,
        scripted,
        escaped,
        packed,
        packed_twice,
        launching,
        annotated,
        attached,
        pinned,
        layered,
        hidden,
        with_form,
        appended,
        redrawn,
        reordered,
        shortened,
        doubled,
        cropped,
        remapped,
        repictured,
        retold,
        retitled,
        rewritten,
        copied,
        locked,
        trailing,
        commented,
    )
}
"""By the name of what was done; each raises `NotApplicable` where a document gives no hold."""
