"""Tables over pages: whatever the rows are, nothing runs over a page, stands alone or is lost."""

from __future__ import annotations

import functools
import itertools
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from app.i18n import translator
from app.reports.data.sheets import EDITION, Issuer, SignedBlock
from app.reports.documents.fit_pages import lay_out
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages, document_flow
from app.reports.documents.page_frame import DocumentHead, PageFrame
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.archive import DocumentFacts
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import section
from app.reports.typeset.flow import FlowItem, PlacedItem, paginate
from app.reports.typeset.pdf_file import PdfFile
from app.reports.typeset.style import MM, NOTE, PAGES, PaperFormat
from app.reports.typeset.tables import PrintColumn, Row, RowGroup, table
from tests.reports.reading import page_texts
from tests.services.documents.paper import INK

FIRST, NEXT, BOTTOM, WIDTH = 60 * MM, 20 * MM, 270 * MM, 178 * MM
SEEDS = range(40)


@functools.cache
def laid_out(seed: int) -> tuple[list[FlowItem], list[list[PlacedItem]], int]:
    """A table of random rows and groups with places for signatures below, the last item: the items,
    the pages, and how many items stand above the signatures and what belongs to them."""
    chance = random.Random(seed)
    house = Issuer(edition=EDITION, stamp=chance.choice(["right", "left", "below"]))
    flow = document_flow(DocumentLanguages(translator("zh")), WIDTH, house)
    flow.tallest = (BOTTOM - NEXT) * 0.9
    flow.handwriting = chance.random() < 0.3
    section(flow, Words("检查表"))
    rows: list[Row] = []
    for i in range(chance.randint(1, 50)):
        if chance.random() < 0.15:
            rows.append(RowGroup(f"组 {i}"))
        rows.append([f"行 {i}", "词" * chance.choice([0, 5, 30, 200, 700])])
    table(flow, [PrintColumn(Words("甲")), PrintColumn(Words("乙"), 2)], rows)
    for i in range(chance.randint(0, 4)):
        flow.words(Words(f"说明 {i}"), NOTE)
    above = len(flow.items)
    signed = SignedBlock(role="merchant", signer="王芳", ink=INK) if chance.random() < 0.5 else None
    places = [SignaturePlace(Words("商户"), signed=signed), SignaturePlace(Words("章"), stamp=True)]
    signatures(flow, places)
    return flow.items, paginate(flow.items, FIRST, NEXT, BOTTOM), above


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_runs_over_the_end_of_a_page_or_is_lost(seed: int) -> None:
    items, pages, _above = laid_out(seed)
    for page in pages:
        for placed, below in itertools.pairwise(page):
            assert below.top >= placed.top + placed.item.height - 0.01
        assert page[-1].top + page[-1].item.height <= BOTTOM + 0.02
    placed = [id(one.item) for page in pages for one in page]
    assert all(placed.count(id(item)) >= 1 for item in items)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_page_that_goes_on_begins_with_the_heads_of_its_row(seed: int) -> None:
    _items, pages, _above = laid_out(seed)
    for page in pages[1:]:
        first = page[0].item
        row = next((one.item for one in page if one.item.heads), None)
        assert row is None or first is row.heads[0], "no row without the head of its table"


@pytest.mark.parametrize("seed", SEEDS)
def test_signatures_stand_below_something(seed: int) -> None:
    items, pages, count = laid_out(seed)
    first = items[count]
    page = next(page for page in pages if any(one.item is first for one in page))
    assert any(one.item is items[-1] for one in page), "with all that belongs to them"
    own = {id(item) for item in items[count:]}
    above = [one for one in page if id(one.item) not in own]
    assert sum(one.item.height for one in above) >= 12 * MM
    assert any(one.item.heads for one in above), "remarks alone are no reason for a page"


@pytest.mark.parametrize("seed", SEEDS)
def test_no_page_ends_with_a_head(seed: int) -> None:
    _items, pages, _above = laid_out(seed)
    for page in pages[:-1]:
        assert page[-1].item.heads or not page[-1].item.keep, "a head without a row below it"


def test_the_last_row_never_begins_a_page_alone() -> None:
    columns = [PrintColumn(Words("甲"))]
    for count in range(30, 60):
        flow = document_flow(DocumentLanguages(translator("zh")), WIDTH)
        flow.tallest = (BOTTOM - NEXT) * 0.9
        table(flow, columns, [[f"行 {i}"] for i in range(count)])
        pages = paginate(flow.items, FIRST, NEXT, BOTTOM)
        rows = [one for one in pages[-1] if one.item.heads]
        assert len(rows) >= min(count, 2), f"{count} rows end with one row on page {len(pages)}"


TITLES = ["Minutes", "Manufacturer", "数量", "Operating hours", "By"]
CELLS = ["TESTA800001447", "2026-12-08", "终端维修服务", "L7-000414 上门", "", "3"]


def longest_parts(text: str) -> list[str]:
    """The words and serial numbers of a text."""
    return re.findall(r"[0-9A-Za-z-]+", text)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_word_of_a_table_is_cut_where_there_is_room(seed: int) -> None:
    chance = random.Random(seed)
    flow = document_flow(DocumentLanguages(translator("en")), WIDTH, Issuer(edition=EDITION))
    flow.tallest = BOTTOM - NEXT
    titles = [chance.choice(TITLES) for _ in range(5)]
    columns = [
        PrintColumn(Words(title), mm=chance.choice([0, 0, 13])) for title in [*titles, "Remarks"]
    ]
    rows = [[chance.choice(CELLS) for _ in columns] for _ in range(6)]
    if all(column.mm for column in columns):
        return
    table(flow, columns, rows)
    pages = paginate(flow.items, FIRST, NEXT, BOTTOM)
    size = PAGES[PaperFormat.PORTRAIT]
    file = PdfFile()
    for placed in pages:
        with file.page(size) as page:
            file.draw(page, placed, size)
    facts = DocumentFacts(
        title="t", author="", subject="", language="en", at=datetime(2026, 12, 8, tzinfo=UTC)
    )
    said = set(longest_parts(" ".join(page_texts(file.finish(facts)))))
    for text in [*titles, *(cell for row in rows for cell in row)]:
        assert set(longest_parts(text)) <= said, text


@dataclass(frozen=True, kw_only=True)
class Told:
    """A sheet of so many lines above a heading, with notes below it."""

    above: int
    number: str = "1"
    made_at: datetime = datetime(2026, 12, 8, tzinfo=UTC)


def _compose(sheet: Told, flow: DocumentFlow) -> None:
    for i in range(sheet.above):
        flow.text(f"行 {i}")
    section(flow, Words("指标口径"))
    for i in range(9):
        flow.text(f"注 {i}", NOTE)


KIND = DocumentKind(
    id="told",
    title="Told",
    sheet=Told,
    head=lambda sheet, t: DocumentHead(title=Words("单据"), number=sheet.number),
    compose=_compose,
)


@pytest.mark.parametrize("above", range(40, 64))
def test_no_heading_stands_above_a_single_line(above: int) -> None:
    t = DocumentLanguages(translator("zh"))
    page, house, sheet = PAGES[PaperFormat.PORTRAIT], Issuer(edition=EDITION), Told(above=above)
    frame = PageFrame(page, t, house, KIND.head(sheet, t), "0" * 64, sheet.made_at)
    flow = document_flow(t, page.inner, house)
    for placed in lay_out(KIND, sheet, flow, page, frame).pages:
        roles = [one.item.element.role for one in placed if one.item.element is not None]
        assert "H2" not in roles[-2:], "two lines at least stand below a heading"
