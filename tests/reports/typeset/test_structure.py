"""Every document can be read aloud: independent tools find it tagged, and nothing is left out.

``page-validation`` checks PDF/A-3a and PDF/UA-1; PDFium says what each text on a page belongs to.
"""

from __future__ import annotations

import ctypes
import re
import zlib

import page
import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest

from app.reports.typeset.style import MM
from tests.reports.samples import LANGUAGES, document, render, service_report
from tests.reports.samples_more import document_named, everything, source

FOOT = 24 * MM
"""Where a foot ends that has two lines of notice in two languages, from the lower edge."""


def failures(pdf: bytes, profile: str) -> list[str]:
    """What a tool finds wrong with a file."""
    return [found.message for found in page.validate_pdf_bytes(pdf, profile=profile).failures]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", everything())
def test_a_document_is_an_archive_file_and_can_be_read_aloud(name: str, language: str) -> None:
    pdf = render([document_named(name, language)], source).pdf
    assert failures(pdf, "3a") == []
    assert failures(pdf, "ua1") == []
    assert unread(pdf) == []


def test_the_tool_does_look() -> None:
    pdf = render([document(service_report(), "service_report")]).pdf
    assert failures(pdf.replace(b"<pdfuaid:part>1<", b"<pdfuaid:part>2<"), "ua1")
    assert failures(pdf.replace(b"<pdfaid:part>3<", b"<pdfaid:part>2<"), "3a")


def test_several_documents_in_one_file_are_several_parts() -> None:
    names = everything()
    pdf = render([document_named(name, "both") for name in names], source).pdf
    assert failures(pdf, "3a") == []
    assert failures(pdf, "ua1") == []
    assert len(re.findall(rb"/S/Sect", pdf)) == len(names)
    for figure in re.findall(rb"<</S/Figure[^>]*", pdf):
        assert re.search(rb"/Alt<FEFF[0-9A-F]{4}", figure), figure
    assert b"/Scope/Column" in pdf


def test_a_word_of_the_other_language_says_which() -> None:
    both = contents(render([document_named("service_report", "both")], source).pdf)
    assert b"/Lang(en-US)" in both or b"/Lang(en)" in both
    english = contents(render([document_named("service_report", "en")], source).pdf)
    assert b"/Lang(zh-CN)" in english, "Chinese names within English"
    chinese = contents(render([document_named("service_report", "zh")], source).pdf)
    assert b"/Lang" not in chinese


def unread(pdf: bytes) -> list[str]:
    """The texts of first pages that are no part of what is read, but for foot and watermark."""
    found = []
    file = pdfium.PdfDocument(pdf)
    sheet = file[0]
    words = sheet.get_textpage()
    for piece in sheet.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        marks = {mark_name(piece, i) for i in range(raw.FPDFPageObj_CountMarks(piece))}
        assert marks, "everything on a page is a part or an artifact"
        left, bottom, right, top = piece.get_bounds()
        if "Artifact" in marks and top > FOOT and top - bottom < 30 * MM:
            found.append(words.get_text_bounded(left, bottom, right, top))
    file.close()
    return [text for text in found if text.strip()]


def mark_name(piece: pdfium.PdfObject, number: int) -> str:
    """The name of one mark around an object of a page."""
    mark = raw.FPDFPageObj_GetMark(piece, number)
    room = (ctypes.c_ushort * 64)()
    length = ctypes.c_ulong()
    raw.FPDFPageObjMark_GetName(mark, room, ctypes.sizeof(room), length)
    return bytes(room)[: length.value - 2].decode("utf-16-le")


def contents(pdf: bytes) -> bytes:
    """All streams of a file."""
    return b"".join(unpacked(pdf))


def unpacked(pdf: bytes) -> list[bytes]:
    """What stands in the compressed streams."""
    found = []
    for head in re.finditer(rb">>\s*stream\r?\n", pdf):
        try:
            found.append(zlib.decompressobj().decompress(pdf[head.end() :]))
        except zlib.error:
            continue
    return found
