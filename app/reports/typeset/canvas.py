"""Draws on one page: text, lines, boxes, strokes and pictures, as page operators.

Heights are measured downwards from the top of the page, as people read.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from app.reports.typeset.fonts import Glyph, resource
from app.reports.typeset.pictures import Picture
from app.reports.typeset.style import INK, LINE, THIN, Colour, Style

if TYPE_CHECKING:  # ReportLab is loaded with the first page, not with the program
    from app.reports.typeset.embedding import Embedding
    from app.reports.typeset.pictures import Pictures

Point = tuple[float, float]
Part = Sequence[tuple[str, Glyph, int]]
"""Characters of one style in a row: each with its glyph and the extra advance after it."""

_ROUND = 0.5523
"""How far the control points of a quarter circle lie from its ends, in radii."""


class PageCanvas:
    """What draws on one page.  Nothing drawn leaves its colour or width behind."""

    def __init__(
        self,
        canvas: Any,
        operators: list[str],
        height: float,
        embedding: Embedding,
        pictures: Pictures,
    ) -> None:
        self._canvas = canvas
        self._operators = operators
        self._height = height
        self._pictures = pictures
        self._embedding = embedding

    @property
    def canvas(self) -> Any:
        """ReportLab's canvas of this page, for what draws itself (charts)."""
        return self._canvas

    @contextlib.contextmanager
    def scaled(self, scale: float, origin: Point) -> Iterator[None]:
        """Everything drawn inside is `scale` times as large, seen from `origin`."""
        if scale == 1:
            yield
            return
        x, y = origin[0] * (1 - scale), self.up(origin[1]) * (1 - scale)
        self._operators.append(f"q {scale:g} 0 0 {scale:g} {x:.3f} {y:.3f} cm")
        yield
        self._operators.append("Q")

    @contextlib.contextmanager
    def turned(self, degrees: float, centre: Point) -> Iterator[None]:
        """Everything drawn inside is turned against the clock around `centre`."""
        angle = math.radians(degrees)
        cos, sin = math.cos(angle), math.sin(angle)
        x, y = centre[0], self.up(centre[1])
        dx, dy = x - x * cos + y * sin, y - x * sin - y * cos
        self._operators.append(f"q {cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {dx:.3f} {dy:.3f} cm")
        yield
        self._operators.append("Q")

    def up(self, y: float) -> float:
        """A height from the top as PDF counts it, from the bottom."""
        return self._height - y

    def text(self, x: float, y: float, parts: Iterable[tuple[Style, Part]]) -> None:
        """Runs of text from `x` on the base line `y`."""
        code = self._embedding.codes
        out = [f"BT 1 0 0 1 {x:.2f} {self._height - y:.2f} Tm"]
        font = ""
        colour: Colour | None = None
        for style, part in parts:
            if style.colour != colour:
                colour = style.colour
                out.append(f"{_rgb(colour)} rg")
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
        out.append("ET")
        self._operators.append(" ".join(out))

    def line(self, start: Point, end: Point, *, width: float = THIN, colour: Colour = LINE) -> None:
        """A straight line."""
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
            self._operators.append(f"q {_rgb(colour)} rg {path} f Q")

    def bars(
        self, rectangles: Iterable[tuple[float, float, float, float]], colour: Colour = INK
    ) -> None:
        """Filled rectangles `(x, y, width, height)` in one path, for codes."""
        path = " ".join(
            f"{x:.3f} {self.up(y + h):.3f} {w:.3f} {h:.3f} re" for x, y, w, h in rectangles
        )
        if path:
            self._operators.append(f"q {_rgb(colour)} rg {path} f Q")

    def grid(self, corner: Point, module: float, rows: Sequence[Sequence[tuple[int, int]]]) -> None:
        """Filled stretches `(first, end)` of the rows of a grid of square modules, in one path.

        There are hundreds, but few places and lengths, so each of those is written once."""
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
