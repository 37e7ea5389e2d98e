"""Draws on one page: text, lines, boxes, strokes and pictures, as page operators.

Heights are measured downwards from the top of the page, as people read.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from app.reports.typeset.fonts import Glyph, resource
from app.reports.typeset.pictures import Picture
from app.reports.typeset.structure import Element, Structure
from app.reports.typeset.style import INK, LINE, THIN, Colour, Style

if TYPE_CHECKING:  # ReportLab is loaded with the first page, not with the program
    from app.reports.typeset.embedding import Embedding
    from app.reports.typeset.pictures import Pictures

Point = tuple[float, float]
Part = Sequence[tuple[str, Glyph, int]]
"""Characters of one style in a row: each with its glyph and the extra advance after it."""

_ROUND = 0.5523
"""How far the control points of a quarter circle lie from its ends, in radii."""


@dataclass(frozen=True, slots=True)
class FileParts:
    """What the pages of a file share."""

    embedding: Embedding
    pictures: Pictures
    structure: Structure


_CHINESE_ALONE = ("zh-CN",)
"""The languages of a document whose runs need no language of their own."""
_CLOSED = object()
"""No marked content is open."""


class PageCanvas:
    """What draws on one page.  Nothing drawn leaves its colour or width behind.

    `part` is the element of the document's structure that text drawn now belongs to; lines and
    boxes are artifacts, except within a figure.  Without a part everything is an artifact.
    """

    def __init__(
        self,
        canvas: Any,
        operators: list[str],
        height: float,
        file: FileParts,
    ) -> None:
        self._canvas = canvas
        self._operators = operators
        self._height = height
        self._pictures = file.pictures
        self._embedding = file.embedding
        self._structure = file.structure
        self._languages = file.structure.languages
        self._open: object = _CLOSED
        self._figure = False
        self.part: Element | None = None

    @property
    def canvas(self) -> Any:
        """ReportLab's canvas of this page, for what draws itself within a figure (charts)."""
        self._mark_drawing()
        return self._canvas

    @contextlib.contextmanager
    def as_part(self, element: Element | None) -> Iterator[None]:
        """Text drawn inside belongs to `element`; without one it is an artifact."""
        before, self.part = self.part, element
        yield
        self.part = before

    @contextlib.contextmanager
    def figure(self, alt: str) -> Iterator[None]:
        """Everything drawn inside is one picture, described by `alt` for who cannot see it."""
        if self.part is None:
            yield
            return
        before, self._figure = self._figure, True
        with self.as_part(Element("Figure", self.part, alt=alt)):
            yield
        self._figure = before

    def end(self) -> None:
        """Close what is open: the page is drawn."""
        if self._open is not _CLOSED:
            self._operators.append("EMC")
            self._open = _CLOSED

    def _mark(self, element: Element | None) -> None:
        """What is drawn next belongs to `element`."""
        if self._open is element:
            return
        self.end()
        self._open = element
        if element is None:
            self._operators.append("/Artifact BMC")
        else:
            self._operators.append(f"/{element.role}<</MCID {self._structure.mark(element)}>>BDC")

    def _mark_drawing(self) -> None:
        self._mark(self.part if self._figure else None)

    def _language(self, chars: Iterable[str]) -> str:
        """The language of a run that is not in the document's first one, else nothing.

        Chinese within English, and English words beside Chinese in a bilingual document; a Chinese
        voice reads serial numbers and single Latin words by itself."""
        first, *others = self._languages
        latin = False
        for char in chars:
            if char >= "\u2e80":
                return "" if first.startswith("zh") else "zh-CN"
            latin = latin or "a" <= char <= "z"
        return others[0] if latin and others and first.startswith("zh") else ""

    @contextlib.contextmanager
    def scaled(self, scale: float, origin: Point) -> Iterator[None]:
        """Everything drawn inside is `scale` times as large, seen from `origin`."""
        if scale == 1:
            yield
            return
        x, y = origin[0] * (1 - scale), self.up(origin[1]) * (1 - scale)
        self.end()
        self._operators.append(f"q {scale:g} 0 0 {scale:g} {x:.3f} {y:.3f} cm")
        yield
        self.end()
        self._operators.append("Q")

    @contextlib.contextmanager
    def turned(self, degrees: float, centre: Point) -> Iterator[None]:
        """Everything drawn inside is turned against the clock around `centre`."""
        angle = math.radians(degrees)
        cos, sin = math.cos(angle), math.sin(angle)
        x, y = centre[0], self.up(centre[1])
        dx, dy = x - x * cos + y * sin, y - x * sin - y * cos
        self.end()
        self._operators.append(f"q {cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {dx:.3f} {dy:.3f} cm")
        yield
        self.end()
        self._operators.append("Q")

    def up(self, y: float) -> float:
        """A height from the top as PDF counts it, from the bottom."""
        return self._height - y

    def text(self, x: float, y: float, parts: Iterable[tuple[Style, Part]]) -> None:
        """Runs of text from `x` on the base line `y`."""
        self._mark(self.part)
        code = self._embedding.codes
        out = [f"BT 1 0 0 1 {x:.2f} {self._height - y:.2f} Tm"]
        font = ""
        colour: Colour | None = None
        mixed = self.part is not None and self._languages != _CHINESE_ALONE
        for style, part in parts:
            if style.colour != colour:
                colour = style.colour
                out.append(f"{_rgb(colour)} rg")
            language = self._language(piece[0] for piece in part) if mixed else ""
            if language:
                out.append(f"/Span<</Lang({language})>>BDC")
            codes: list[str] = []
            face: int | None = None
            for piece in part:
                if piece[1].face != face:
                    face = piece[1].face
                    wanted = _font(style, face)
                    if wanted != font:
                        if codes:
                            out.append(f"<{''.join(codes)}> Tj")
                            codes = []
                        out.append(wanted)
                        font = wanted
                codes.append(code[piece])
            if codes:
                out.append(f"<{''.join(codes)}> Tj")
            if language:
                out.append("EMC")
        out.append("ET")
        self._operators.append(" ".join(out))

    def line(self, start: Point, end: Point, *, width: float = THIN, colour: Colour = LINE) -> None:
        """A straight line."""
        self._mark_drawing()
        self._operators.append(
            f"q {_rgb(colour)} RG {width:g} w {start[0]:.2f} {self.up(start[1]):.2f} m"
            f" {end[0]:.2f} {self.up(end[1]):.2f} l S Q"
        )

    def rule(
        self, x: float, y: float, length: float, *, width: float = THIN, colour: Colour = LINE
    ) -> None:
        """A line across."""
        self.line((x, y), (x + length, y), width=width, colour=colour)

    def box(
        self,
        corner: Point,
        size: Point,
        *,
        fill: Colour | None = None,
        stroke: Colour | None = LINE,
        width: float = THIN,
        radius: float = 0,
    ) -> None:
        """A rectangle by its top left corner, with round corners of `radius`."""
        self._mark_drawing()
        x, y = corner[0], self.up(corner[1] + size[1])
        paint = "B" if fill and stroke else "f" if fill else "S"
        colours = (f"{_rgb(fill)} rg " if fill else "") + (f"{_rgb(stroke)} RG " if stroke else "")
        shape = (
            _rounded(x, y, size, radius)
            if radius
            else f"{x:.2f} {y:.2f} {size[0]:.2f} {size[1]:.2f} re"
        )
        self._operators.append(f"q {colours}{width:g} w {shape} {paint} Q")

    def stroke(self, points: Sequence[Point], *, width: float = 1, colour: Colour = INK) -> None:
        """A line through many points with round joints, as a pen draws."""
        if not points:
            return
        self._mark_drawing()
        first, *rest = points if len(points) > 1 else [points[0], points[0]]
        path = f"{first[0]:.2f} {self.up(first[1]):.2f} m " + " ".join(
            f"{x:.2f} {self.up(y):.2f} l" for x, y in rest
        )
        self._operators.append(f"q 1 J 1 j {_rgb(colour)} RG {width:.2f} w {path} S Q")

    def curve(self, points: Sequence[Point], *, width: float = 1, colour: Colour = INK) -> None:
        """A smooth line through the middles between points, as ink runs."""
        if len(points) < 3:
            self.stroke(points, width=width, colour=colour)
            return
        self._mark_drawing()
        x, y = points[0]
        out = [f"{x:.2f} {self.up(y):.2f} m"]
        for (cx, cy), (nx, ny) in pairwise(points[1:]):
            ex, ey = (cx + nx) / 2, (cy + ny) / 2
            # A quadratic curve as the cubic PDF knows.
            out.append(
                f"{x + (cx - x) * 2 / 3:.2f} {self.up(y + (cy - y) * 2 / 3):.2f}"
                f" {ex + (cx - ex) * 2 / 3:.2f} {self.up(ey + (cy - ey) * 2 / 3):.2f}"
                f" {ex:.2f} {self.up(ey):.2f} c"
            )
            x, y = ex, ey
        x, y = points[-1]
        out.append(f"{x:.2f} {self.up(y):.2f} l")
        self._operators.append(f"q 1 J 1 j {_rgb(colour)} RG {width:.2f} w {' '.join(out)} S Q")

    def fill(self, shapes: Iterable[Sequence[Point]], colour: Colour = INK) -> None:
        """Filled polygons, all in one path."""
        path = " ".join(
            " ".join(
                f"{x:.2f} {self.up(y):.2f} {'l' if i else 'm'}" for i, (x, y) in enumerate(shape)
            )
            + " h"
            for shape in shapes
        )
        if path:
            self._mark_drawing()
            self._operators.append(f"q {_rgb(colour)} rg {path} f Q")

    def bars(
        self, rectangles: Iterable[tuple[float, float, float, float]], colour: Colour = INK
    ) -> None:
        """Filled rectangles `(x, y, width, height)` in one path, for codes."""
        path = " ".join(
            f"{x:.3f} {self.up(y + h):.3f} {w:.3f} {h:.3f} re" for x, y, w, h in rectangles
        )
        if path:
            self._mark_drawing()
            self._operators.append(f"q {_rgb(colour)} rg {path} f Q")

    def grid(self, corner: Point, module: float, rows: Sequence[Sequence[tuple[int, int]]]) -> None:
        """Filled stretches `(first, end)` of the rows of a grid of square modules, in one path.

        There are hundreds, but few places and lengths, so each of those is written once."""
        self._mark_drawing()
        count = len(rows)
        across = [f"{corner[0] + i * module:.3f}" for i in range(count)]
        length = [f"{i * module:.3f} {module:.3f} re" for i in range(count + 1)]
        path = []
        for y, row in enumerate(rows, 1):
            up = f"{self.up(corner[1] + y * module):.3f}"
            path += [f"{across[first]} {up} {length[end - first]}" for first, end in row]
        self._operators.append(f"q {_rgb(INK)} rg {' '.join(path)} f Q")

    def image(self, picture: Picture, corner: Point, size: Point) -> None:
        """A picture with its top left corner at `corner`."""
        self._mark_drawing()
        x, y = corner[0], self.up(corner[1] + size[1])
        name = self._pictures.use(picture)
        self._operators.append(f"q {size[0]:.2f} 0 0 {size[1]:.2f} {x:.2f} {y:.2f} cm /{name} Do Q")


@functools.lru_cache(maxsize=512)
def _font(style: Style, face: int) -> str:
    if style.bold and face > 1:
        # A fallback font has no bold: its outline is drawn, too.
        drawn = f"2 Tr {style.size / 32:.2f} w {_rgb(style.colour)} RG"
        return f"/{resource(face)} {style.size:g} Tf {drawn}"
    return f"/{resource(face)} {style.size:g} Tf 0 Tr"


@functools.lru_cache(maxsize=64)
def _rgb(colour: Colour) -> str:
    return f"{colour[0]:.3g} {colour[1]:.3g} {colour[2]:.3g}"


def _rounded(x: float, y: float, size: Point, radius: float) -> str:
    w, h = size
    r = min(radius, w / 2, h / 2)
    c = r * (1 - _ROUND)
    right, top = x + w, y + h
    return (
        f"{x + r:.2f} {y:.2f} m {right - r:.2f} {y:.2f} l"
        f" {right - c:.2f} {y:.2f} {right:.2f} {y + c:.2f} {right:.2f} {y + r:.2f} c"
        f" {right:.2f} {top - r:.2f} l"
        f" {right:.2f} {top - c:.2f} {right - c:.2f} {top:.2f} {right - r:.2f} {top:.2f} c"
        f" {x + r:.2f} {top:.2f} l"
        f" {x + c:.2f} {top:.2f} {x:.2f} {top - c:.2f} {x:.2f} {top - r:.2f} c"
        f" {x:.2f} {y + r:.2f} l"
        f" {x:.2f} {y + c:.2f} {x + c:.2f} {y:.2f} {x + r:.2f} {y:.2f} c h"
    )
