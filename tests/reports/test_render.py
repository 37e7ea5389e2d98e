"""What every PDF promises: the text put in, the same bytes, embedded fonts, archive rules."""

from __future__ import annotations

import json
from dataclasses import replace

import pypdfium2 as pdfium
import pytest

from app.domain.errors import Cancelled
from app.reports.data.content import canonical, content_of, hash_of
from app.reports.data.sheets import Merchant
from app.reports.documents.service_sheet import RepairOutcome
from tests.reports.reading import all_text, page_texts
from tests.reports.samples import MERCHANT, document, render, service_report
from tests.reports.samples_more import inspection, labels_of


def test_rare_characters_are_read_back_as_they_were_written() -> None:
    name = "测试䶮𬭎㛃𠮷商行😀ꀀ한글"
    sheet = service_report(merchant=Merchant(name=name))
    rendered = render([document(sheet, "service_report")])
    assert rendered.missing == ()
    assert name in all_text(rendered.pdf)


def test_a_character_no_font_has_is_marked_named_and_still_read_back() -> None:
    sheet = service_report(merchant=Merchant(name="测\ue000试\U00030000店"))
    rendered = render([document(sheet, "service_report")])
    assert rendered.missing == ("\ue000", "\U00030000")
    assert "测\ue000试\U00030000店" in all_text(rendered.pdf)


def test_the_same_sheet_gives_the_same_bytes() -> None:
    first = render([document(service_report(), "service_report", "both")]).pdf
    render([document(service_report(number="L7-000999"), "service_report")])
    assert render([document(service_report(), "service_report", "both")]).pdf == first


def test_every_font_is_embedded_and_no_standard_font_is_named() -> None:
    pdf = render([document(service_report(), "service_report", "both")]).pdf
    assert b"Helvetica" not in pdf
    assert pdf.count(b"/Type /FontDescriptor") == pdf.count(b"/FontFile2")


def test_the_hash_of_the_content_stands_on_every_page() -> None:
    long = service_report(steps=service_report().steps * 30)
    printed = document(long, "service_report")
    rendered = render([printed])
    sha256 = hash_of(content_of(printed))
    assert rendered.hashes == (sha256,)
    assert rendered.pages > 1
    for text in page_texts(rendered.pdf):
        assert f"{sha256[:8]} {sha256[8:16]}" in text
        assert "400-000-0000" in text


def test_page_numbers_run_within_each_document() -> None:
    long = service_report(steps=service_report().steps * 30)
    rendered = render(
        [document(service_report(), "service_report"), document(long, "service_report", "en")]
    )
    assert rendered.starts == (0, 1)
    texts = page_texts(rendered.pdf)
    assert "第 1 / 1 页" in texts[0]
    for i, text in enumerate(texts[1:], 1):
        assert f"Page {i} of {rendered.pages - 1}" in text


def test_table_heads_come_again_on_every_page() -> None:
    long = service_report(steps=service_report().steps * 40)
    texts = page_texts(render([document(long, "service_report")]).pdf)
    pages = [text for text in texts if "核对 TID" in text]
    assert len(pages) > 2
    assert all("检查 / 措施" in text for text in pages)


def test_a_checklist_of_thirty_pages_keeps_its_head_its_numbers_and_its_signatures() -> None:
    short = inspection()
    long = replace(short, lines=short.lines * 80)
    rendered = render([document(long, "inspection")])
    texts = page_texts(rendered.pdf)
    assert rendered.pages >= 30
    assert all("标准" in text and "数值" in text for text in texts[:-1])
    assert any("800" in text for text in texts[-2:])
    assert [number for number, text in enumerate(texts) if "王芳" in text] == [rendered.pages - 1]


def test_a_text_longer_than_a_page_loses_nothing() -> None:
    flow = "".join(f"第{i}句：屏幕显示A{i}。" for i in range(2000))
    sheet = service_report(outcome=RepairOutcome(result="solved", work_done=flow))
    pdf = render([document(sheet, "service_report")]).pdf
    # The frame of each page stands before or after its body, never inside a sentence's middle
    # third, so nearly every sentence is whole; none may be missing.
    read = all_text(pdf)
    assert sum(f"第{i}句：屏幕显示A{i}。" in read for i in range(2000)) > 1980
    assert all(f"显示A{i}" in read or f"第{i}句" in read for i in range(2000))


def test_the_machine_readable_copy_is_the_content() -> None:
    printed = document(service_report(), "service_report", "both")
    pdf = pdfium.PdfDocument(render([printed]).pdf)
    assert pdf.count_attachments() == 1
    attachment = pdf.get_attachment(0)
    assert attachment.get_name() == "001-service_report-L7-000412.json"
    data = bytes(attachment.get_data())
    assert data == canonical(content_of(printed))
    assert json.loads(data)["sheet"]["number"] == "L7-000412"


def test_title_language_and_outline_are_set() -> None:
    rendered = render([document(service_report(merchant=MERCHANT), "service_report", "both")])
    pdf = pdfium.PdfDocument(rendered.pdf)
    assert pdf.get_metadata_value("Title") == "终端维修服务单 Terminal service report L7-000412"
    assert pdf.get_metadata_value("Author") == "测试终端服务有限公司"
    titles = [item.get_title() for item in pdf.get_toc()]
    assert titles[:2] == ["L7-000412 终端维修服务单", "故障"]
    assert b"/Lang (zh-CN)" in rendered.pdf


def test_a_batch_stops_when_asked() -> None:
    steps: list[tuple[int, int]] = []
    documents = [document(service_report(), "service_report")] * 5
    with pytest.raises(Cancelled):
        render(
            documents,
            progress=lambda done, total: steps.append((done, total)),
            cancelled=lambda: len(steps) == 2,
        )
    assert steps == [(1, 5), (2, 5)]


def test_a_long_document_says_page_by_page_how_far_it_is_and_stops_between_pages() -> None:
    many = document(labels_of(24 * 6), "labels")
    steps: list[tuple[int, int]] = []
    render([many], progress=lambda done, total: steps.append((done, total)))
    assert steps == [(n, 6) for n in range(1, 7)]
    steps.clear()
    with pytest.raises(Cancelled):
        render(
            [many],
            progress=lambda done, total: steps.append((done, total)),
            cancelled=lambda: len(steps) == 2,
        )
    assert len(steps) == 2
