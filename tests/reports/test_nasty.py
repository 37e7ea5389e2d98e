"""No text in any field of any document can stop it, hide text, make a link or read a file."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from app.reports.data.sheets import Merchant
from app.reports.documents.labels import SHEETS, Label, LabelsSheet
from app.reports.media.raster import PdfPages
from tests.reports.reading import all_text, bookmarks, squeezed
from tests.reports.samples import at, document, render, service_report
from tests.reports.samples_more import everything, source

NASTY = (
    '<img src="/etc/passwd"/>',
    "<img src=x.png>",
    "<a href='javascript:1'>x</a>",
    "<b>code 5",
    "<anna@x.cz>",
    "<script>alert(1)</script>",
    "&#x110000;",
    "&lt;b&gt; & <",
    "{{7*7}}",
    "%s%n",
    "'; DROP TABLE x;--",
    "=HYPERLINK(1)",
    "@SUM",
    "-2+3",
    '<font color="[1]">',
    "</para>",
    "(\\) Tj ET",
    "<0041> Tj",
    "endstream endobj",
    "䶮𬭎㛃",
    "İıŞ",
    "Ωμ Привет",
    "https://evil.cn",
    "\\\\host\\share",
    "+86 138",
    "１２",
)
TOGETHER = " · ".join(NASTY)
WORSE = (
    "a\x00b\x07c\x1b[31m",
    "\u202e\u2066txt.exe\u2069\u202c",
    "\ud800",
    "\ufeff\u200b\u00ad",
    "x" * 120,
    "中" * 120,
    "👩\u200d👩\u200d👧🏳️\u200d🌈",
    "\u0301" * 50,
    "a\r\nb\tc\x0bd\u2028e",
    "עברית العربية ᠮᠣᠩᠭᠣᠯ བོད",
    "\U0010ffff\ufffe",
    " ",
    "",
)
NOT_TEXT = {"kind", "unit", "sha256", "content_sha256", "encoding", "stickers", "severity"}
"""Fields that never hold what a person typed, and choose a word, a picture or a layout."""


def said_by(value: Any, text: str, name: str = "") -> Any:
    """The same sheet with this text in every field that holds words."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(
            value,
            **{
                f.name: said_by(getattr(value, f.name), text, f.name)
                for f in dataclasses.fields(value)
            },
        )
    if isinstance(value, tuple):
        return tuple(said_by(item, text, name) for item in value)
    return text if isinstance(value, str) and name not in NOT_TEXT else value


def harmless(pdf: bytes) -> None:
    """Nothing in the file acts, links or reaches outside."""
    for word in (b"/Annot", b"/URI", b"/JavaScript", b"/Launch", b"/OpenAction", b"root:x:0"):
        assert word not in pdf


@pytest.mark.parametrize("name", everything())
def test_nasty_text_in_every_field_prints_literally(name: str) -> None:
    kind, sheet = everything()[name]
    pdf = render([document(said_by(sheet, TOGETHER), kind, "both")], source).pdf
    harmless(pdf)
    read = all_text(pdf)
    # A label shows as many lines as it holds; its title is the first of them.
    shown = NASTY[:3] if kind == "labels" else NASTY
    for nasty in shown:
        assert squeezed(nasty) in read, nasty


@pytest.mark.parametrize("text", WORSE, ids=range(len(WORSE)))
def test_no_text_stops_any_document(text: str) -> None:
    for name, (kind, sheet) in everything().items():
        pdf = render([document(said_by(sheet, text), kind, "en")], source).pdf
        harmless(pdf)
        with PdfPages(pdf) as pages:
            assert pages.count >= 1, name
        bookmarks(pdf)


@pytest.mark.parametrize("stickers", SHEETS)
def test_a_label_stays_inside_its_edges_whatever_it_says(stickers: str) -> None:
    labels = tuple(Label(text, (text, TOGETHER, text), text) for text in (*WORSE, TOGETHER))
    sheet = LabelsSheet(number="", made_at=at(9), stickers=stickers, labels=labels)
    pdf = render([document(sheet, "labels")]).pdf
    harmless(pdf)
    size = SHEETS[stickers]
    with PdfPages(pdf) as pages:
        assert pages.count == -(-len(labels) // size.count)
        for number in range(pages.count):
            wide, high = pages.size(number)
            for box in pages.find("中"):
                assert 0 <= box.left < box.right <= wide + 0.5
                assert 0 <= box.top < box.bottom <= high + 0.5


def test_controls_and_direction_marks_are_dropped_and_half_characters_marked() -> None:
    merchant = Merchant(name="a\x00b\x07\u202ec\ud800d")
    read = all_text(render([document(service_report(merchant=merchant), "service_report")]).pdf)
    assert "abc\ufffdd" in read
