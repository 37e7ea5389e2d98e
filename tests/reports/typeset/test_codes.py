"""Bar codes and QR codes: read back by an independent reader."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest

from app.reports.typeset.codes import code128_values
from tests.reports.samples import document, render, service_report

zxing = pytest.importorskip("zxingcpp", reason="the bar code reader is not installed")


@pytest.mark.parametrize("number", ["L7-000412", "A-1", "L7-V000001", "12345678", "L7-0004123"])
def test_both_codes_of_a_head_say_the_number(number: str) -> None:
    pdf = render([document(service_report(number=number), "service_report")]).pdf
    image = pdfium.PdfDocument(pdf)[0].render(scale=3).to_pil()
    found = {str(code.format): code.text for code in zxing.read_barcodes(image)}
    qr = next(text for name, text in found.items() if "QR" in name)
    bars = next(text for name, text in found.items() if "128" in name)
    assert qr.split(";")[:2] == ["POSCARE", number]
    assert bars == number


def test_a_bar_code_holds_ascii_only() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        code128_values("单号1")
    with pytest.raises(ValueError, match="ASCII"):
        code128_values("")
