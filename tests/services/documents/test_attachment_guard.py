"""No file is kept in which a card number can be read, wherever it stands in the file."""

from __future__ import annotations

import base64
import io
import zlib
from typing import Any

import pytest
from PIL import Image

from app.domain.documents import AttachmentDraft, Stage
from app.domain.errors import InvalidInput
from app.services import Services
from app.services.documents.attachment_guard import MOST_PAGES
from app.services.documents.attachments import Owner
from tests.factories import make_incident
from tests.services.documents.paper import jpeg


def owner(services: Services) -> Owner:
    return Owner(incident_id=make_incident(services))


def code_of(refusal: InvalidInput) -> str:
    return refusal.problems[0].code


def _jpeg_with(marker: int, payload: bytes) -> bytes:
    plain = jpeg(64, 48)
    return (
        plain[:2]
        + bytes([0xFF, marker])
        + (len(payload) + 2).to_bytes(2, "big")
        + payload
        + plain[2:]
    )


def _pdf_with(dictionary: bytes, *, packed: bytes = b"", tail: bytes = b"") -> bytes:
    stream = zlib.compress(packed)
    return (
        b"%PDF-1.5\n1 0 obj\n"
        + dictionary
        + b"\nendobj\n2 0 obj\n<</Type/ObjStm/Filter/FlateDecode"
        b"/Length "
        + str(len(stream)).encode()
        + b">>\nstream\n"
        + stream
        + b"\nendstream\nendobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n" + tail
    )


def _png_with(kind: bytes, payload: bytes) -> bytes:
    """A PNG with a chunk behind its pixels."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48)).save(out, "PNG")
    plain = out.getvalue()
    end = plain.rindex(b"IEND") - 4
    chunk = len(payload).to_bytes(4, "big") + kind + payload
    checked = chunk + zlib.crc32(kind + payload).to_bytes(4, "big")
    return plain[:end] + checked + plain[end:]


def _canvas(pages: int = 1, **options: Any) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    drawn = Canvas(out, **options)
    for _ in range(pages):
        drawn.drawString(100, 700, "note")
        drawn.showPage()
    drawn.save()
    return out.getvalue()


PAN = b"4111111111111111"
WIDE = "４１１１　１１１１　１１１１　１１１１"
HIDDEN = {
    "JPEG IPTC": _jpeg_with(
        0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x16\x1c\x02\x78\0\x10" + PAN
    ),
    "JPEG ICC": _jpeg_with(0xE2, b"ICC_PROFILE\0\x01\x01desc\0\0\0\0" + PAN + b"\0"),
    "JPEG ICC in UTF-16": _jpeg_with(
        0xE2, b"ICC_PROFILE\0\x01\x01mluc" + PAN.decode().encode("utf-16-be")
    ),
    "behind the picture": jpeg(64, 48) + b"\n4111 1111 1111 1111\n",
    "behind the picture, in UTF-16": jpeg(64, 48) + "卡 4111 1111 1111 1111".encode("utf-16-le"),
    "behind the picture, of full width": jpeg(64, 48)
    + "４１１１　１１１１　１１１１　１１１１".encode(),
    "JPEG comment in GBK": _jpeg_with(
        0xFE, "卡号４１１１１１１１１１１１１１１１".encode("gb18030")
    ),
    "JPEG comment in UTF-16": _jpeg_with(0xFE, "4111-1111-1111-1111".encode("utf-16-be")),
    "XMP by numbers of characters": _jpeg_with(
        0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>&#52;111 1111 1111 1111</x>"
    ),
    "PNG text behind the pixels": _png_with(b"zTXt", b"Comment\0\0" + zlib.compress(PAN)),
    "PDF title": _pdf_with(b"<</Title(Karte 4111-1111-1111-1111)>>"),
    "PDF title in UTF-16": _pdf_with(
        b"<</Title<FEFF" + PAN.decode().encode("utf-16-be").hex().encode() + b">>>"
    ),
    "PDF note, packed": _pdf_with(b"<<>>", packed=b"<</Type/Annot/Contents(4111 1111 1111 1111)>>"),
    "PDF field": _pdf_with(b"<</FT/Tx/V(" + PAN + b")>>"),
    "PDF link": _pdf_with(b"<</S/URI/URI(https://x.cn/?pan=" + PAN + b")>>"),
    "PDF form nobody shows, packed twice": _pdf_with(
        b"<<>>",
        tail=b"3 0 obj\n<</Filter[/ASCII85Decode/FlateDecode]>>\nstream\n"
        + base64.a85encode(zlib.compress(b"(" + PAN + b") Tj"))
        + b"~>\nendstream\nendobj\n",
    ),
    "PDF comment behind the end": _pdf_with(b"<<>>", tail=b"% " + PAN + b"\n"),
    "PDF escaped": _pdf_with(b"<</Subject(4111\\0401111\\0401111\\0401111)>>"),
}


@pytest.mark.parametrize("place", HIDDEN)
def test_a_card_number_anywhere_in_a_file_is_refused(services: Services, place: str) -> None:
    name = "a.pdf" if place.startswith("PDF") else "a.png" if place.startswith("PNG") else "a.jpg"
    with pytest.raises(InvalidInput) as refused:
        services.attachments.add(
            owner(services), HIDDEN[place], AttachmentDraft(name, Stage.BEFORE, "")
        )
    assert code_of(refused.value) == "file.card_number"


def test_a_pdf_that_cannot_be_looked_through_is_refused(services: Services) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    locked = _canvas(encrypt=StandardEncryption("a", ownerPassword="b"))
    for content, code in (
        (locked, "file.not_looked_through"),
        (_canvas(MOST_PAGES + 1), "file.too_many_pages"),
    ):
        with pytest.raises(InvalidInput) as refused:
            services.attachments.add(owner(services), content, AttachmentDraft("a.pdf"))
        assert code_of(refused.value) == code


def test_files_without_one_are_taken(services: Services) -> None:
    mine = owner(services)
    for name, content in (
        ("a.jpg", jpeg(1600, 1200)),
        ("many.pdf", _canvas(40)),
        ("b.jpg", _jpeg_with(0xED, b"Photoshop 3.0\x008BIM 2026:11:20 10:03:04 13812345678")),
        ("c.pdf", _pdf_with(b"<</Title(Report L7-000412)/CreationDate(D:20261129050223+08'00')>>")),
        # Before a digit that is not octal a backslash means nothing (PDF 32000-1, 7.3.4.2).
        ("d.pdf", _pdf_with(b"<</Subject(A note of \\9 lines and \\8)>>")),
    ):
        assert services.attachments.add(mine, content, AttachmentDraft(name, Stage.BEFORE, "")).id


def test_a_report_of_ours_can_be_attached(services: Services) -> None:
    """Any printed report, whatever bytes its streams hold."""
    from app.services.documents.requests import Request

    mine = owner(services)
    number = services.incidents.get(mine.incident_id).number
    printed = services.reporting.pdf(Request(kind="service_report", subject=number))
    assert services.attachments.add(
        mine, printed.pdf, AttachmentDraft("report.pdf", Stage.EVIDENCE)
    ).id
