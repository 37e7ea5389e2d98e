"""Forgeries of a document that one reader shows and another does not: what stands beside the pages,
under them, or in a second way through the file."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.forgeries import NotApplicable, object_of, repacked, size, update

_PAGE = b"/Type /Page\n"


def _last_page(pdf: bytes) -> tuple[int, bytes]:
    return object_of(pdf, _PAGE)


def _ended(content: bytes, entry: bytes) -> bytes:
    """A dictionary with one entry more."""
    return content[:-2] + entry + b"\n>>"


def _in_catalog(pdf: bytes, entry: bytes, objects: dict[int, bytes] | None = None) -> bytes:
    number, catalog = object_of(pdf, b"/Type /Catalog")
    return update(pdf, {number: _ended(catalog, entry), **(objects or {})})


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


# --- over and under the text ---------------------------------------------------------------------


def veiled(pdf: bytes) -> bytes:
    """A white veil over the page that only some readers see through: blending and opacity."""
    number, page = _last_page(pdf)
    first = size(pdf)
    contents = re.search(rb"/Contents (\d+ 0 R)", page)
    assert contents
    over = b"q /Veil gs 1 1 1 rg 0 0 900 900 re f Q"
    now = page.replace(contents[0], b"/Contents [%s %d 0 R]" % (contents[1], first))
    now = now.replace(
        b"/Resources <<", b"/Resources <<\n/ExtGState <</Veil %d 0 R>>" % (first + 1), 1
    )
    state = b"<</Type /ExtGState /ca 0.01 /CA 0.01 /BM /Darken>>"
    return update(pdf, {number: now, first: _stream(over), first + 1: state})


def masked(pdf: bytes) -> bytes:
    """A whole page drawn through a soft mask as one group."""
    number, page = _last_page(pdf)
    first = size(pdf)
    contents = re.search(rb"/Contents (\d+ 0 R)", page)
    assert contents
    group = b" /Type /XObject /Subtype /Form /BBox [0 0 900 900] /Group <</S /Transparency>>"
    now = page.replace(contents[0], b"/Contents [%d 0 R %s]" % (first, contents[1]))
    now = now.replace(b"/Resources <<", b"/Resources <<\n/ExtGState <</M %d 0 R>>" % (first + 1), 1)
    return update(
        pdf,
        {
            number: now,
            first: _stream(b"/M gs"),
            first + 1: b"<</SMask <</S /Luminosity /G %d 0 R>> >>" % (first + 2),
            first + 2: _stream(b"1 g 0 0 900 900 re f", group),
        },
    )


def for_print(pdf: bytes) -> bytes:
    """Another picture for the printer than for the screen (ISO 32000-1, 8.9.5.4)."""
    for match in re.finditer(
        rb"(\d+) 0 obj\n(<<(?:(?!stream\n).)*?/Subtype /Image.*?)\nendobj", pdf, re.S
    ):
        first = size(pdf)
        entries, body = match[2].split(b"stream\n", 1)
        alternate = b"/Alternates [<</Image %d 0 R /DefaultForPrinting true>>]" % first
        entries = entries.replace(b"<<", b"<<" + alternate, 1)
        other = b" /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8"
        return update(
            pdf,
            {
                int(match[1]): entries + b"stream\n" + body,
                first: _stream(b"\0", other + b" /ColorSpace /DeviceGray"),
            },
        )
    raise NotApplicable("no picture")


def swapped(pdf: bytes) -> bytes:
    """Two glyphs of a font in each other's place: what is read is not what is seen."""
    number, font = object_of(pdf, b"/CIDToGIDMap /Identity")
    first = size(pdf)
    table = bytearray(b"".join(n.to_bytes(2, "big") for n in range(400)))
    table[4:6], table[6:8] = table[6:8], table[4:6]
    now = font.replace(b"/CIDToGIDMap /Identity", b"/CIDToGIDMap %d 0 R" % first)
    return update(pdf, {number: now, first: _stream(bytes(table))})


def refonted(pdf: bytes) -> bytes:
    """A font of the reader's own instead of the one in the file, which looks otherwise
    everywhere."""
    number, font = object_of(pdf, b"/FontFile2")
    return update(pdf, {number: re.sub(rb"/FontFile2 \d+ 0 R", b"", font)})


def spoken(pdf: bytes) -> bytes:
    """Other words for whoever has the page read out (ISO 32000-1, 14.9.4)."""
    title = re.search(rb"\n(\d+) 0 obj\n(<</S/H1/.*?)\nendobj", pdf, re.S)
    if title is not None:
        now = title[2].replace(b"<<", b"<</ActualText (paid 99 999)", 1)
        return update(pdf, {int(title[1]): now})
    raise NotApplicable("no structure")


def turned(pdf: bytes) -> bytes:
    """A page upside down and in another unit."""
    number, page = _last_page(pdf)
    now = re.sub(rb"/Rotate \d+", b"/Rotate 180 /UserUnit 2", page)
    return update(pdf, {number: now})


def thumbed(pdf: bytes) -> bytes:
    """Another small picture of a page, for the list beside the pages."""
    number, page = _last_page(pdf)
    first = size(pdf)
    small = b" /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    return update(
        pdf, {number: _ended(page, b"/Thumb %d 0 R" % first), first: _stream(b"\0", small)}
    )


# --- beside the pages ----------------------------------------------------------------------------


def labelled(pdf: bytes) -> bytes:
    """Pages that a reader numbers otherwise than the paper."""
    return _in_catalog(pdf, b"/PageLabels <</Nums [0 <</S /D /St 7 /P (paid )>>]>>")


def outlined(pdf: bytes) -> bytes:
    """A list of contents that says something else."""
    first = size(pdf)
    entry = b"<</Title (paid 99 999) /Parent %d 0 R /A <</S /URI /URI (http://x.example)>> >>"
    return _in_catalog(
        pdf,
        b"/Outlines %d 0 R /PageMode /UseOutlines" % first,
        {
            first: b"<</Type /Outlines /First %d 0 R /Last %d 0 R /Count 1>>"
            % (first + 1, first + 1),
            first + 1: entry % first,
        },
    )


def collected(pdf: bytes) -> bytes:
    """Shown as the cover of a collection of files instead of its pages."""
    return _in_catalog(pdf, b"/Collection <</Type /Collection /View /T /D (000.exe)>>")


def associated(pdf: bytes) -> bytes:
    """A program that belongs to a page, listed nowhere else (ISO 32000-2, 14.13)."""
    number, page = _last_page(pdf)
    first = size(pdf)
    file = b"<</Type /Filespec /AFRelationship /Data /F (a.exe) /EF <</F %d 0 R>> >>" % (first + 1)
    return update(
        pdf,
        {
            number: _ended(page, b"/AF [%d 0 R]" % first),
            first: file,
            first + 1: _stream(b"MZ", b"/Type /EmbeddedFile"),
        },
    )


def acting(pdf: bytes) -> bytes:
    """Something is done whenever the file is printed."""
    return _in_catalog(pdf, b"/AA <</WP <</S /URI /URI (http://x.example)>> >>")


def redescribed(pdf: bytes) -> bytes:
    """Other metadata than the pages have."""
    number, _before = object_of(pdf, b"/Type /Metadata")
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
        b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
        b' xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="paid 99 999"/>'
        b"</rdf:RDF></x:xmpmeta>"
    )
    return update(pdf, {number: _stream(xmp, b"/Type /Metadata /Subtype /XML")})


def preferred(pdf: bytes) -> bytes:
    """Pages printed twice, and only some of them."""
    return _in_catalog(pdf, b"/ViewerPreferences <</NumCopies 2 /PrintPageRange [0 0]>>")


# --- another way through the file ----------------------------------------------------------------


def _second_pages(pdf: bytes) -> tuple[bytes, dict[int, bytes]]:
    """The name of a page tree of one empty page, and its objects."""
    first = size(pdf)
    page = b"<</Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Resources <<>> >>" % first
    return b"%d 0 R" % first, {
        first: b"<</Type /Pages /Count 1 /Kids [%d 0 R]>>" % (first + 1),
        first + 1: page,
    }


def forked(pdf: bytes) -> bytes:
    """A second tree of pages in an update, which a reader that repairs the file does not find."""
    number, catalog = object_of(pdf, b"/Type /Catalog")
    name, objects = _second_pages(pdf)
    return update(pdf, {number: re.sub(rb"/Pages \d+ 0 R", b"/Pages " + name, catalog), **objects})


def two_ways(pdf: bytes) -> bytes:
    """A hybrid file (ISO 32000-1, 7.5.8.4): old readers follow the table, new ones a stream beside
    it with another catalog."""
    number, catalog = object_of(pdf, b"/Type /Catalog")
    first = size(pdf)
    script = _ended(catalog, b"/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>")
    out = bytearray(pdf)
    at = len(out)
    out += b"%d 0 obj\n%s\nendobj\n" % (number, script)
    stream_at = len(out)
    row = bytes([1]) + at.to_bytes(4, "big") + b"\0"
    head = b"/Type /XRef /W [1 4 1] /Index [%d 1] /Size %d /Root %d 0 R" % (
        number,
        first + 1,
        number,
    )
    out += b"%d 0 obj\n%s\nendobj\n" % (first, _stream(row, head))
    trailer = pdf[pdf.rindex(b"trailer") :]
    info = re.search(rb"/Info (\d+) 0 R", trailer)
    before = re.search(rb"startxref\s+(\d+)", trailer)
    assert info
    assert before
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \ntrailer\n"
    out += b"<</Size %d /Root %d 0 R /Info %s 0 R /Prev %s /XRefStm %d>>\n" % (
        first + 1,
        number,
        info[1],
        before[1],
        stream_at,
    )
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def generations(pdf: bytes) -> bytes:
    """The same page once more under a later generation, which some readers prefer."""
    number, page = _last_page(pdf)
    over = update(pdf, {number: page})
    at = over.rindex(b"%d 1\n" % number)
    line = over[at:].replace(b" 00000 n ", b" 00001 n ", 1)
    changed = over[:at] + line
    begin = changed.rindex(b"%d 0 obj\n" % number, 0, at)
    return changed[:begin] + b"%d 1 obj\n" % number + changed[begin + len(b"%d 0 obj\n" % number) :]


def freed(pdf: bytes) -> bytes:
    """The content of a page declared free: readers that repair the file still show it."""
    number, page = _last_page(pdf)
    contents = re.search(rb"/Contents (\d+) 0 R", page)
    assert contents
    over = update(pdf, {int(contents[1]): b"null", number: page})
    at = over.rindex(b"\n%s 1\n" % contents[1]) + 1
    return over[:at] + over[at:].replace(b" 00000 n ", b" 00001 f ", 1)


def elsewhere(pdf: bytes) -> bytes:
    """The content of a page is to be fetched from another file (ISO 32000-1, 7.3.8.2)."""
    number, page = _last_page(pdf)
    contents = re.search(rb"/Contents (\d+ 0 R)", page)
    assert contents
    first = size(pdf)
    now = page.replace(contents[0], b"/Contents [%s %d 0 R]" % (contents[1], first))
    return update(pdf, {number: now, first: _stream(b"", b"/F <</Type /Filespec /F (paid.txt)>>")})


def prefixed(pdf: bytes) -> bytes:
    """A program in front of the file: what it is depends on who opens it."""
    return b"#!/bin/sh\nexit 0\n" + pdf


def endless(pdf: bytes) -> bytes:
    """A tree of pages that holds itself."""
    number, pages = object_of(pdf, b"/Type /Pages")
    return update(pdf, {number: pages.replace(b"/Kids [", b"/Kids [ %d 0 R " % number, 1)})


def circular(pdf: bytes) -> bytes:
    """A table that names itself as the one before."""
    number, catalog = object_of(pdf, b"/Type /Catalog")
    over = update(pdf, {number: catalog})
    start = re.findall(rb"startxref\n(\d+)", over)[-1]
    at = over.rindex(b"/Prev ")
    return over[:at] + re.sub(rb"/Prev \d+", b"/Prev " + start, over[at:], count=1)


# --- in its place --------------------------------------------------------------------------------


def whitened(pdf: bytes) -> bytes:
    """The text of a page drawn in another colour, with no later revision."""
    return repacked(
        pdf,
        lambda content: re.sub(rb"(?:[\d.]+ ){3}rg (/\w+ [\d.]+ Tf)", rb"1 1 1 rg \1", content),
    )


def unseen(pdf: bytes) -> bytes:
    """Text that is read and searched but not drawn: its way of drawing is none."""
    return repacked(pdf, lambda content: content.replace(b" Tf 0 Tr ", b" Tf 3 Tr "))


# --- in the file itself --------------------------------------------------------------------------


def unended(pdf: bytes) -> bytes:
    """A second page object behind the end, with no table: a reader that repairs files takes it."""
    number, page = _last_page(pdf)
    turned_page = _ended(page, b"/Rotate 180")
    return pdf + b"%d 0 obj\n%s\nendobj\n" % (number, turned_page)


def hybrid(pdf: bytes) -> bytes:
    """A table in a stream beside the old one, which only newer readers follow (7.5.8.4)."""
    number, page = _last_page(pdf)
    at = len(pdf)
    other = b"%d 0 obj\n%s\nendobj\n" % (number, _ended(page, b"/Rotate 180"))
    entry = b"\x01" + at.to_bytes(4, "big") + b"\x00"
    index = size(pdf)
    dictionary = b"/Type /XRef /Size %d /W [1 4 1] /Index [%d 1]" % (index + 1, number)
    there = at + len(other)
    table = b"%d 0 obj\n%s\nendobj\n" % (index, _stream(entry, dictionary))
    start = there + len(table)
    trailer = pdf[pdf.rindex(b"trailer") : pdf.rindex(b"startxref")].rstrip()
    before = re.search(rb"startxref\s+(\d+)", pdf[pdf.rindex(b"startxref") :])
    assert before
    ended = trailer[:-2] + b"/Prev %s /XRefStm %d>>" % (before[1], there)
    end = b"xref\n0 0\n%s\nstartxref\n%d\n%%%%EOF\n" % (ended, start)
    return pdf + other + table + end


def repeated(pdf: bytes) -> bytes:
    """The page twice under one number, the forged one first: a reader that looks for objects by
    itself meets it before the one of the table."""
    number, page = _last_page(pdf)
    head = pdf.index(b"\n") + 1
    return (
        pdf[:head] + b"%d 0 obj\n%s\nendobj\n" % (number, _ended(page, b"/Rotate 180")) + pdf[head:]
    )


def scaled(pdf: bytes) -> bytes:
    """Pages of another size, by their unit."""
    number, page = _last_page(pdf)
    return update(pdf, {number: _ended(page, b"/UserUnit 3")})


def recoded(pdf: bytes) -> bytes:
    """Text that runs downwards: another encoding of a font, of the same length."""
    if b"/Identity-H" not in pdf:
        raise NotApplicable("no such font")
    return pdf.replace(b"/Identity-H", b"/Identity-V", 1)


def versioned(pdf: bytes) -> bytes:
    """Read by the rules of another version of the format."""
    return pdf[:5] + (b"2.0" if pdf[5:8] != b"2.0" else b"1.4") + pdf[8:]


def respaced(pdf: bytes) -> bytes:
    """One blank of a dictionary is a line break: nothing else is another."""
    at = pdf.rindex(b"/Root ") + 5
    return pdf[:at] + b"\n" + pdf[at + 1 :]


def reidentified(pdf: bytes) -> bytes:
    """Another identifier of the file, of the same length."""
    found = re.search(rb"/ID\s*\[\s*<([0-9A-Fa-f]+)>", pdf)
    if not found:
        raise NotApplicable("no identifier")
    return pdf[: found.start(1)] + b"0" * len(found[1]) + pdf[found.end(1) :]


def blended(pdf: bytes) -> bytes:
    """The whole page as a group that is blended by itself."""
    number, page = _last_page(pdf)
    if b"/Group" in page:
        raise NotApplicable("a group already")
    return update(pdf, {number: _ended(page, b"/Group <</S /Transparency /I true /K true>>")})


def recoloured(pdf: bytes) -> bytes:
    """One bit of a picture is another, in its old place and length: so may be a code on paper."""

    def change(content: bytes) -> bytes:
        middle = len(content) // 2
        return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]

    try:
        return repacked(pdf, change, rb"/Subtype /Image.*?")
    except NotApplicable:
        return repacked(pdf, lambda content: content.replace(b" re f", b" re n", 1))


READER_FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    made.__name__: made
    for made in (
        veiled,
        masked,
        for_print,
        swapped,
        refonted,
        spoken,
        turned,
        thumbed,
        labelled,
        outlined,
        collected,
        associated,
        acting,
        redescribed,
        preferred,
        forked,
        two_ways,
        generations,
        freed,
        elsewhere,
        prefixed,
        endless,
        circular,
        whitened,
        unseen,
        unended,
        hybrid,
        repeated,
        scaled,
        recoded,
        versioned,
        respaced,
        reidentified,
        blended,
        recoloured,
    )
}
"""As `tests.forgeries.FORGERIES`."""
