"""The QR code on paper names the whole hash of the content, and a reader of bar codes reads it."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest

from app.reports.data.paper_code import paper_code, read_code, signed_with
from app.services.documents.reading import read
from tests.reports.samples import LANGUAGES, render
from tests.reports.samples_more import document_named, everything, source

zxing = pytest.importorskip("zxingcpp", reason="the bar code reader is not installed")

WITHOUT = {
    "merchant_summary",
    "device_list",
    "evidence",
    "labels",
    "warning_digest",
    "monthly",
    "month_pack",
    "schedule_year",
    "schedule_month",
    "schedule_week",
    "route",
    "compliance",
    "audit_trail",
    "campaign_list",
}
"""Papers whose head has no code."""


@pytest.mark.parametrize("name", everything())
def test_the_code_on_paper_is_the_hash_of_what_it_says(name: str) -> None:
    """At 150 dots per inch and as grey as a copier makes it."""
    language = tuple(LANGUAGES)[len(name) % len(LANGUAGES)]
    pdf = render([document_named(name, language)], source).pdf
    (copy,) = read(pdf)
    with pdfium.PdfDocument(pdf) as opened:
        image = opened[0].render(scale=150 / 72, grayscale=True).to_pil()
    codes = [code.text for code in zxing.read_barcodes(image) if "QR" in str(code.format)]
    found = [read_code(text) for text in codes]
    if name in WITHOUT:
        assert not any(found)
        return
    (code,) = found
    assert code is not None
    assert code.sha256 == copy.sha256
    assert not copy.number or copy.number in code.facts


@pytest.mark.parametrize("signature", ["", signed_with("ABCDEFG2", bytes(range(64)))])
def test_only_the_code_of_a_document_is_read_as_one(signature: str) -> None:
    sha256 = "0123456789abcdef" * 4
    made = "".join(paper_code("POSCARE;L7-000412;SN1;50000001;2026-11-23", sha256, signature))
    read_back = read_code(f" {made.upper()}\r\n")
    assert read_back is not None
    assert read_back.sha256 == sha256
    assert read_back.facts == ("L7-000412", "SN1", "50000001", "2026-11-23")
    assert read_back.signature == (bytes(range(64)) if signature else b"")
    for text in (
        "",
        "POSCARE",
        "POSCARE;T;SN1;50000001",
        f"OTHER;{sha256}",
        f"POSCARE;{sha256[1:]}",
        f"POSCARE;{sha256}:ABC:DEF",
    ):
        assert read_code(text) is None
