"""The manual as a book and as a site: ``python resources/packaging/manual.py``.

From the pages of `resources/manual` that the program shows itself: one PDF for each language, set
by the program's own page engine, and one folder of plain HTML.  ``--pictures out/screens`` first
takes the pictures of the pages anew from the album `make screens` leaves.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import layout
from manual_site import PICTURES, write_site
from manual_text import ManualBlock, MarkedText, blocks_of
from PIL import Image

from app import __version__
from app.gui.toolkit.manual_pages import manual_folder, manual_pages
from app.languages import LANGUAGES
from app.reports.typeset.archive import DocumentFacts
from app.reports.typeset.bilingual import Words
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.flow import Flow, FlowItem, paginate
from app.reports.typeset.line_breaking import TextSpan, break_lines
from app.reports.typeset.pdf_file import PdfFile
from app.reports.typeset.pictures import Picture
from app.reports.typeset.structure import Element
from app.reports.typeset.style import (
    ACCENT,
    BODY,
    HEADING,
    MM,
    MUTED,
    NOTE,
    PAGES,
    PaperFormat,
    Style,
)
from app.reports.typeset.tables import PrintColumn, table

OUT = layout.ROOT / "out" / "manual"
PICTURE_WIDTH = 960
QUALITY = 62
"""Pixels, and of JPEG: letters of 13 pixels stay readable, and nine pictures weigh little."""

CHAPTER = Style(17, 23, True)
PART = replace(HEADING, size=11.5, leading=16)
CODE = Style(8.5, 12.5, colour=MUTED)
KEYS = Style(BODY.size, BODY.leading, colour=ACCENT)
INDENT = 5 * MM
AROUND = 8 * MM
"""What head and foot take of a page."""


def main() -> int:
    """Write the books and the site; print where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="an album of make screens")
    album: Path | None = parser.parse_args().pictures
    if album is not None:
        for code in LANGUAGES:
            take_pictures(album / f"{code}-light-100", manual_folder(code) / PICTURES)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    for code in LANGUAGES:
        book = OUT / f"POSCare-{__version__}-manual-{code}.pdf"
        book.write_bytes(book_of(code))
        print(f"{book.relative_to(layout.ROOT)}: {layout.size(book)}")
        write_site(code, OUT / "site" / code)
    print(f"{(OUT / 'site').relative_to(layout.ROOT)}: {layout.size(OUT / 'site')}")
    return 0


def take_pictures(album: Path, folder: Path) -> None:
    """The pictures of the pages from an album, small enough to travel with the program."""
    folder.mkdir(exist_ok=True)
    for path in sorted(album.glob("page_*.png")):
        with Image.open(path) as picture:
            high = round(picture.height * PICTURE_WIDTH / picture.width)
            small = picture.convert("RGB").resize((PICTURE_WIDTH, high), Image.Resampling.LANCZOS)
        name = path.stem.removeprefix("page_")
        small.save(folder / f"{name}.jpg", "JPEG", quality=QUALITY, optimize=True, subsampling=0)


def book_of(code: str) -> bytes:
    """The manual in a language as a PDF."""
    pages = manual_pages(code)
    pictures: dict[str, bytes] = {}
    size = PAGES[PaperFormat.PORTRAIT]
    flow = Flow(width=size.inner)
    for number, page in enumerate(pages):
        if number:
            flow.begin_page()
        for block in blocks_of(page.text):
            _SET[block.kind](flow, block, manual_folder(code), pictures)
    file = PdfFile(pictures.__getitem__)
    file.begin_document([LANGUAGES[code].tag])
    title = f"POSCare {__version__} · {pages[0].title}"
    bottom = size.height - size.bottom - AROUND
    for number, placed in enumerate(paginate(flow.items, size.top, size.top, bottom), 1):
        with file.page(size) as page_canvas:
            if number == 1:
                file.bookmark(title)
            file.draw(page_canvas, placed, size)
            (line,) = break_lines(f"{title}　{number}", size.inner, NOTE)
            line.draw(page_canvas, size.left, size.height - size.bottom - line.leading)
    facts = DocumentFacts(
        title=title,
        author="POSCare",
        subject=pages[0].title,
        language=LANGUAGES[code].tag,
        at=datetime.fromtimestamp(layout.moment(), UTC),
    )
    if file.missing:
        raise SystemExit(f"No font has {' '.join(file.missing)}.")
    return file.finish(facts)


def _spans(text: tuple[MarkedText, ...], style: Style = BODY) -> list[TextSpan]:
    styles = {
        "": style,
        "weak": style,
        "link": style,
        "strong": replace(style, bold=True),
        "code": replace(KEYS, size=style.size, leading=style.leading),
    }
    return [TextSpan(piece.text, styles[piece.mark]) for piece in text]


Pictures = dict[str, bytes]


def _set_heading(flow: Flow, block: ManualBlock, _folder: Path, _pictures: Pictures) -> None:
    style = CHAPTER if block.level == 1 else PART
    lines = break_lines(_spans(block.text, style), flow.width, style)
    title = "".join(piece.text for piece in block.text)

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        for line in lines:
            line.draw(canvas, x, top)
            top += line.leading

    flow.add(
        FlowItem(
            height=sum(line.leading for line in lines) + 1.2 * MM,
            draw=draw,
            before=0 if block.level == 1 else 3.5 * MM,
            keep=True,
            bookmark=title if block.level == 1 else "",
            element=Element(f"H{block.level}"),
        )
    )


def _set_text(flow: Flow, block: ManualBlock, _folder: Path, _pictures: Pictures) -> None:
    flow.text(_spans(block.text), before=1.6 * MM)


def _set_item(flow: Flow, block: ManualBlock, _folder: Path, _pictures: Pictures) -> None:
    lines = break_lines(_spans(block.text), flow.width - INDENT, BODY)
    item = Element("LI", Element("L"))
    label, body = Element("Lbl", item), Element("LBody", item)
    (mark,) = break_lines(block.label, INDENT, BODY)

    def drawn(place: int) -> Callable[[PageCanvas, float, float], None]:
        def draw(canvas: PageCanvas, x: float, top: float) -> None:
            if place == 0:
                with canvas.as_part(label):
                    mark.draw(canvas, x, top)
            with canvas.as_part(body):
                lines[place].draw(canvas, x + INDENT, top)

        return draw

    for place, line in enumerate(lines):
        first = place == 0
        flow.add(
            FlowItem(
                height=line.leading,
                draw=drawn(place),
                before=1 * MM if first else 0,
                keep=first and len(lines) > 1,
                element=item,
            )
        )


def _set_code(flow: Flow, block: ManualBlock, _folder: Path, _pictures: Pictures) -> None:
    for place, line in enumerate(block.text[0].text.splitlines()):
        flow.text(TextSpan(line or " ", CODE), CODE, before=1.6 * MM if place == 0 else 0)


def _set_table(flow: Flow, block: ManualBlock, _folder: Path, _pictures: Pictures) -> None:
    head, *rows = block.rows
    columns = [PrintColumn(Words("".join(piece.text for piece in cell))) for cell in head]
    flow.space(1.6 * MM)
    table(flow, columns, [[_spans(cell) for cell in row] for row in rows])
    flow.space(1.6 * MM)


def _set_picture(flow: Flow, block: ManualBlock, folder: Path, pictures: Pictures) -> None:
    path = folder / block.label
    content = path.read_bytes()
    with Image.open(path) as opened:
        wide, high = opened.size
    sha256 = hashlib.sha256(content).hexdigest()
    pictures[sha256] = content
    picture = Picture(sha256, wide, high)
    tall = flow.width * high / wide

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        canvas.image(picture, (x, top), (flow.width, tall))

    alt = "".join(piece.text for piece in block.text)
    flow.add(FlowItem(height=tall, draw=draw, before=2.5 * MM, element=Element("Figure", alt=alt)))
    flow.space(1.6 * MM)


_SET: dict[str, Callable[[Flow, ManualBlock, Path, Pictures], None]] = {
    "heading": _set_heading,
    "text": _set_text,
    "item": _set_item,
    "code": _set_code,
    "table": _set_table,
    "picture": _set_picture,
}


if __name__ == "__main__":
    raise SystemExit(main())
