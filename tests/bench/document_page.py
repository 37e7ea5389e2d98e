"""Text and lines of a printed page with their places, drawn again by other means: the floors of the
document measurements."""

from __future__ import annotations

import ctypes
import html
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.paths import resources

REGULAR = resources() / "fonts" / "NotoSansSC-Regular.ttf"
BOLD = resources() / "fonts" / "NotoSansSC-Bold.ttf"


@dataclass(frozen=True, slots=True)
class Piece:
    """Text at a place in points from the lower left corner."""

    x: float
    y: float
    size: float
    text: str


Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One path: its rectangles, or else its corners; bars of a code are one shape."""

    fill: bool
    stroke: bool
    rectangles: tuple[Rectangle, ...]
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class PageText:
    """One page."""

    width: float
    height: float
    pieces: tuple[Piece, ...]
    shapes: tuple[Shape, ...] = ()


def pages_of(pdf: bytes) -> list[PageText]:
    """The pages of a PDF, text object by text object."""
    import pypdfium2
    from pypdfium2 import raw

    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        text = page.get_textpage()
        pieces = []
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            length = raw.FPDFTextObj_GetText(item.raw, text.raw, None, 0)
            buffer = ctypes.create_string_buffer(length)
            raw.FPDFTextObj_GetText(
                item.raw, text.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length
            )
            size = ctypes.c_float()
            raw.FPDFTextObj_GetFontSize(item.raw, size)
            shown = buffer.raw.decode("utf-16-le", "ignore").rstrip("\0").strip()
            if shown:
                left, bottom, *_rest = item.get_bounds()
                pieces.append(Piece(left, bottom, size.value, shown))
        shapes = tuple(
            _shape(raw, item.raw) for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])
        )
        found.append(PageText(*page.get_size(), tuple(pieces), shapes))
        text.close()
        page.close()
    document.close()
    return found


def _shape(raw: Any, path: Any) -> Shape:
    corners = []
    for number in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, number)
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        corners.append((x.value, y.value))
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    rectangles: list[Rectangle] = []
    if fill.value and len(corners) % 5 == 0:
        for start in range(0, len(corners), 5):
            (left, bottom), _one, (right, top) = corners[start : start + 3]
            rectangles.append((left, bottom, right - left, top - bottom))
    return Shape(bool(fill.value), bool(stroke.value), tuple(rectangles), tuple(corners))


def register() -> None:
    """Make the font known to ReportLab."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("floor", str(REGULAR)))


def on_canvas(pages: list[PageText]) -> bytes:
    """The pages on a raw ReportLab canvas."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas: Any = Canvas(out, pageCompression=1)
    for page in pages:
        canvas.setPageSize((page.width, page.height))
        for piece in page.pieces:
            canvas.setFont("floor", piece.size)
            canvas.drawString(piece.x, piece.y, piece.text)
        for shape in page.shapes:
            _draw(canvas, shape)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Any, shape: Shape) -> None:
    path = canvas.beginPath()
    for rectangle in shape.rectangles:
        path.rect(*rectangle)
    if not shape.rectangles:
        path.moveTo(*shape.corners[0])
        for corner in shape.corners[1:]:
            path.lineTo(*corner)
    canvas.drawPath(path, stroke=int(shape.stroke), fill=int(shape.fill))


def by_fpdf2(pages: list[PageText]) -> bytes:
    """The pages by fpdf2."""
    from fpdf import FPDF

    pdf = FPDF(unit="pt", format=(pages[0].width, pages[0].height))
    pdf.set_auto_page_break(False)
    pdf.add_font("floor", fname=str(REGULAR))
    for page in pages:
        pdf.add_page()
        for piece in page.pieces:
            pdf.set_font("floor", size=piece.size)
            pdf.text(piece.x, page.height - piece.y, piece.text)
        for shape in page.shapes:
            for left, bottom, width, height in shape.rectangles:
                pdf.rect(left, page.height - bottom - height, width, height, style="F")
            if not shape.rectangles and len(shape.corners) > 1:
                pdf.polyline([(x, page.height - y) for x, y in shape.corners])
    return bytes(pdf.output())


def by_weasyprint(pages: list[PageText]) -> bytes:
    """The pages by WeasyPrint."""
    from weasyprint import HTML  # type: ignore[import-untyped]

    body = "".join(
        '<div class="page">'
        + "".join(
            f'<span style="left:{p.x:.1f}pt;top:{page.height - p.y - p.size:.1f}pt;'
            f'font-size:{p.size:.2f}pt">{html.escape(p.text)}</span>'
            for p in page.pieces
        )
        + "</div>"
        for page in pages
    )
    style = (
        f"@font-face{{font-family:floor;src:url('{Path(REGULAR).as_uri()}')}}"
        f"@page{{size:{pages[0].width}pt {pages[0].height}pt;margin:0}}"
        "body{margin:0;font-family:floor}"
        f".page{{position:relative;height:{pages[0].height - 1}pt;page-break-after:always}}"
        "span{position:absolute;white-space:nowrap}"
    )
    made = HTML(string=f"<style>{style}</style>{body}").write_pdf()
    assert made is not None
    return bytes(made)
