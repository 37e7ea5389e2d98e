"""Every document looks and reads as it was approved, in Chinese, English and both.

The pictures and texts in ``golden`` were looked at by a person.  After a wanted change run
``pytest tests/reports/test_golden.py --update-golden`` and look at them again.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from app.reports.media.raster import PdfPages
from tests.reports.samples import LANGUAGES, render
from tests.reports.samples_more import document_named, everything, source

GOLDEN = Path(__file__).parent / "golden"
SCALE = 1.0
VISIBLE = 60
"""Steps of grey from which a person sees a difference; another PDFium may round edges otherwise."""
MOST_CHANGED = 0.002
"""Share of pixels that may differ visibly."""


def pictures(pdf: bytes) -> list[Image.Image]:
    """The pages as small grey pictures."""
    with PdfPages(pdf) as pages:
        found = []
        for number in range(pages.count):
            page = pages.image(number, SCALE)
            rgba = Image.frombytes("RGBA", (page.width, page.height), page.rgba)
            found.append(rgba.convert("L").quantize(24).convert("L"))
        return found


def texts(pdf: bytes) -> str:
    """The text of all pages, the page breaks marked."""
    with PdfPages(pdf) as pages:
        return "\n\f\n".join(
            pages.text(number).replace("\r\n", "\n") for number in range(pages.count)
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", everything())
def test_a_document_looks_and_reads_as_approved(
    name: str, language: str, request: pytest.FixtureRequest
) -> None:
    pdf = render([document_named(name, language)], source).pdf
    stem = f"{name}-{language}"
    if request.config.getoption("--update-golden"):
        _rewrite(stem, pdf)
    assert texts(pdf) == (GOLDEN / f"{stem}.txt").read_text(encoding="utf-8")
    shown = pictures(pdf)
    assert len(shown) == len(list(GOLDEN.glob(f"{stem}-p*.png")))
    for number, picture in enumerate(shown, 1):
        approved = Image.open(GOLDEN / f"{stem}-p{number}.png").convert("L")
        assert picture.size == approved.size
        difference = ImageChops.difference(picture, approved).point(lambda v: 255 * (v > VISIBLE))
        changed = difference.histogram()[255] / (picture.width * picture.height)
        assert changed <= MOST_CHANGED, f"page {number}: {changed:.2%} differs"


def _rewrite(stem: str, pdf: bytes) -> None:
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob(f"{stem}-p*.png"):
        old.unlink()
    (GOLDEN / f"{stem}.txt").write_text(texts(pdf), encoding="utf-8")
    for number, picture in enumerate(pictures(pdf), 1):
        out = io.BytesIO()
        picture.quantize(24).save(out, "PNG", optimize=True)
        (GOLDEN / f"{stem}-p{number}.png").write_bytes(out.getvalue())
