"""The same pages of Chinese text by the page engine and by ReportLab's platypus, and what each
keeps of the rules of Chinese setting.  Run: ``python -m tests.bench.document_platypus``."""

from __future__ import annotations

import io
import statistics
import sys
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from datetime import UTC, datetime

from app.reports.typeset.archive import DocumentFacts
from app.reports.typeset.bilingual import Words
from app.reports.typeset.flow import Flow, paginate
from app.reports.typeset.pdf_file import PdfFile
from app.reports.typeset.style import PAGES, PaperFormat
from app.reports.typeset.tables import PrintColumn, table
from tests.bench.document_page import REGULAR, pages_of

PARAGRAPH = (
    "终端 N910（TID 50000412）开机后提示“密钥不一致”，故障代码 A0；重新签到无效，2026-12-08 更换"
    " SIM 卡后恢复。检查：防拆标签完好、序列号一致，电池健康 58%，建议在 12 月底前更换。"
)
PARAGRAPHS = ["另" * indent + PARAGRAPH for indent in range(40)]
"""Forty, so that every character comes to stand at the end of a line."""
RARE = "商户：测试䶮𠮷商行"
ROWS = [[f"TESTN9100{i:07d}", "浦东新区测试路895号（近地铁站）", "在用"] for i in range(200)]
SIZE = PAGES[PaperFormat.PORTRAIT]
OPENS, CLOSES = "（“《", "，。、；：）”》！？%"


def by_engine() -> bytes:
    """Forty paragraphs and two hundred rows by the page engine."""
    flow = Flow(width=SIZE.inner, tallest=SIZE.height / 2)
    flow.text(RARE)
    for text in PARAGRAPHS:
        flow.text(text, before=4)
    table(flow, [PrintColumn(Words(name)) for name in ("序列号", "地址", "状态")], ROWS)
    file = PdfFile()
    for placed in paginate(flow.items, SIZE.top, SIZE.top, SIZE.height - SIZE.bottom):
        with file.page(SIZE) as page:
            file.draw(page, placed, SIZE)
    return file.finish(
        DocumentFacts(
            title="比较", author="", subject="", language="zh", at=datetime(2026, 12, 8, tzinfo=UTC)
        )
    )


def by_platypus() -> bytes:
    """The same by platypus, with its own rules for Chinese switched on."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer

    style = ParagraphStyle("zh", fontName="floor", fontSize=9, leading=13, wordWrap="CJK")
    story: list[Any] = [Paragraph(RARE, style)]
    for text in PARAGRAPHS:
        story += [Spacer(0, 4), Paragraph(text, style)]
    head = ["序列号", "地址", "状态"]
    rows = [[Paragraph(cell, style) for cell in row] for row in [head, *ROWS]]
    story.append(LongTable(rows, colWidths=[SIZE.inner / 3] * 3, repeatRows=1))
    out = io.BytesIO()
    SimpleDocTemplate(
        out,
        pagesize=(SIZE.width, SIZE.height),
        leftMargin=SIZE.left - 6,
        rightMargin=SIZE.right - 6,
        topMargin=SIZE.top,
        bottomMargin=SIZE.bottom,
    ).build(story)
    return out.getvalue()


def misplaced(pdf: bytes) -> int:
    """Lines that begin with a closing mark or end with an opening one, of the paragraphs."""
    lines: dict[tuple[int, int], list[tuple[float, str]]] = {}
    for number, page in enumerate(pages_of(pdf)):
        for piece in page.pieces:
            lines.setdefault((number, round(piece.y / 6)), []).append((piece.x, piece.text))
    found = 0
    for pieces in lines.values():
        text = "".join(part for _x, part in sorted(pieces))
        found += text[0] in CLOSES or text[-1] in OPENS
    return found


def main() -> None:
    """Print the comparison."""
    from tests.bench.document_page import register

    register()
    assert REGULAR.exists()
    ways = {"page engine": by_engine, "platypus": by_platypus}
    times: dict[str, list[float]] = {name: [] for name in ways}
    files = {name: make() for name, make in ways.items()}
    for _ in range(7):
        for name, make in ways.items():
            began = time.perf_counter()
            make()
            times[name].append(time.perf_counter() - began)
    for name, pdf in files.items():
        pages = pages_of(pdf)
        text = "".join(piece.text for page in pages for piece in page.pieces)
        print(
            f"{name}: {statistics.median(times[name]) * 1000 / len(pages):.1f} ms a page,"
            f" {len(pages)} pages, {len(pdf) / 1024:.0f} KiB;"
            f" marks at a wrong end of a line {misplaced(pdf)},"
            f" rare characters read back: {all(c in text for c in '䶮𠮷')};"
            f" standard font left unembedded: {b'Helvetica' in pdf}"
        )


if __name__ == "__main__":
    main()
