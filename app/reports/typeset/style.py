"""The style of documents: paper, grid, type scale, colours.

Everything is chosen to survive a black-and-white printer and a fax: no text under 7.5 pt or lighter
than the muted grey, no meaning in colour alone, one accent that turns dark grey.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Colour = tuple[float, float, float]

MM = 72 / 25.4
"""Points in a millimetre."""


def _colour(code: str) -> Colour:
    return (int(code[0:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:6], 16) / 255)


INK = _colour("1c232b")
MUTED = _colour("515c67")
ACCENT = _colour("174ea6")
LINE = _colour("b9c1ca")
WARN = _colour("8a1c12")


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text looks.  `leading` is the distance between base lines."""

    size: float
    leading: float
    bold: bool = False
    colour: Colour = INK


TITLE = Style(18, 23, True)
NUMBER = Style(13, 16, True)
SUBTITLE = Style(9.5, 12.5, colour=MUTED)
HEADING = Style(10.5, 14, True, ACCENT)
BODY = Style(9, 13)
STRONG = Style(9, 13, True)
QUIET = Style(9, 13, colour=MUTED)
LABEL = Style(8, 13, colour=MUTED)
SMALL = Style(7.5, 10)
NOTE = Style(7.5, 10, colour=MUTED)
WARNING = Style(9, 13, True, WARN)
FIGURE = Style(20, 25, True)

GAP = 3.2 * MM
"""Space before a section."""
THIN, FIRM = 0.5, 1.1
"""Widths of lines in points; a fax keeps half a point."""


class PaperFormat(StrEnum):
    """Formats a document may have."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"
    LETTER = "letter"
    LETTER_LANDSCAPE = "letter_landscape"
    A5 = "a5"
    ROLL_80 = "roll80"
    ROLL_58 = "roll58"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSize:
    """A paper format with its margins, in points.  The left margin leaves room for filing."""

    width: float
    height: float
    left: float = 18 * MM
    right: float = 14 * MM
    top: float = 12 * MM
    bottom: float = 10 * MM

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return self.width - self.left - self.right


PAGES: dict[PaperFormat, PageSize] = {
    PaperFormat.PORTRAIT: PageSize(width=210 * MM, height=297 * MM),
    PaperFormat.LANDSCAPE: PageSize(width=297 * MM, height=210 * MM, left=14 * MM, top=14 * MM),
    PaperFormat.A5: PageSize(
        width=148 * MM, height=210 * MM, left=12 * MM, right=9 * MM, top=9 * MM, bottom=7 * MM
    ),
    # What a thermal head of 72 and of 48 mm can print; the height is that of what is printed.
    PaperFormat.ROLL_80: PageSize(
        width=80 * MM, height=297 * MM, left=4 * MM, right=4 * MM, top=3 * MM, bottom=6 * MM
    ),
    PaperFormat.ROLL_58: PageSize(
        width=58 * MM, height=297 * MM, left=5 * MM, right=5 * MM, top=3 * MM, bottom=6 * MM
    ),
    PaperFormat.LETTER: PageSize(width=215.9 * MM, height=279.4 * MM),
    PaperFormat.LETTER_LANDSCAPE: PageSize(
        width=279.4 * MM, height=215.9 * MM, left=14 * MM, top=14 * MM
    ),
}
