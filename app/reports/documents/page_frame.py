"""The frame of every page: head, running head, foot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.reports.data.paper_code import paper_code
from app.reports.data.sheets import Issuer
from app.reports.documents.languages import DocumentLanguages, filed_day, to_the_second
from app.reports.typeset.bilingual import NOTHING, Words
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.codes import draw_code128, draw_qr
from app.reports.typeset.line_breaking import TextLine, TextSpan, break_lines
from app.reports.typeset.structure import Element
from app.reports.typeset.style import (
    FIRM,
    INK,
    LINE,
    MM,
    NOTE,
    NUMBER,
    SMALL,
    SUBTITLE,
    TITLE,
    WARNING,
    PageSize,
    Style,
)

_QR, _SIGNED_QR = 21 * MM, 25 * MM
"""A signed code has more modules: they stay large enough for the camera of a telephone."""
_BARCODE, _WIDEST_BARCODE = 5.5 * MM, 60 * MM
_LOGO = (42 * MM, 12 * MM)
_ROOM = 74 * MM
"""For what stands at the right of a head; wide paper gives it most of what it has more."""
_NARROW, _SMALL = 180 * MM, 150 * MM
_SMALL_TITLE = Style(14, 18, True)
"""On paper as small as A5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHead:
    """What a document's head says.  `qr` are the facts of its QR code (`paper_code`), `mark` is a
    state that must not be overlooked (draft, copy), `watermark` a word across every page, `told`
    further facts of the QR code, `signed` its signature, `for_merchant` whether merchants see the
    paper."""

    title: Words
    number: str = ""
    meta: Words = NOTHING
    qr: str = ""
    mark: Words = NOTHING
    watermark: Words = NOTHING
    told: str = ""
    signed: str = ""
    for_merchant: bool = True


def numbered(head: DocumentHead, code: str, at: datetime, sha256: str) -> DocumentHead:
    """The head with a number to file and scan the paper by.  A list has none of its own: it gets
    the code of its kind, its day and the beginning of the hash of its content."""
    if head.number:
        return head
    return replace(head, number=f"{code}-{filed_day(at)}-{sha256[:8].upper()}")


class PageFrame:
    """Head and foot of one document on one paper.  `at` is the moment its facts are of."""

    def __init__(
        self,
        page: PageSize,
        t: DocumentLanguages,
        house: Issuer,
        head: DocumentHead,
        sha256: str,
        at: datetime,
    ) -> None:
        self.page = page
        self._house = house
        self._head = head
        self._qr = 0.0 if not head.qr else _SIGNED_QR if head.signed else _QR
        self._room = min(_ROOM, page.inner * 0.42) + max(0.0, page.inner - _NARROW) * 0.6
        self._right = self._right_lines()
        self._left = self._left_lines()
        self._foot = _foot_lines(t, house, page.inner - 62 * MM, for_merchant=head.for_merchant)
        self._code = paper_code(head.qr, sha256, head.signed)
        self._check = (t("Content"), f"{sha256[:8]} {sha256[8:16]}")
        self._as_of = t("As of {moment}", moment=to_the_second(at))
        self._watermark = _watermark_lines(head.watermark, page)
        self._t = t
        logo = _LOGO[1] + 1.5 * MM if house.logo else 0
        left = sum(line.leading for line in self._left) + logo
        right = sum(line.leading for line in self._right) + (
            _BARCODE + 2 * MM if head.number else 0
        )
        self._head_height = max(left, right, self._qr) + 2 * MM

    @property
    def first_top(self) -> float:
        """Where the body begins on the first page."""
        return self.page.top + self._head_height + 3 * MM

    @property
    def next_top(self) -> float:
        """Where the body begins on later pages."""
        return self.page.top + SMALL.leading + 5 * MM

    @property
    def bottom(self) -> float:
        """Where the body ends."""
        return self.page.height - self.page.bottom - self._foot_height - 4 * MM

    @property
    def _foot_height(self) -> float:
        return max(sum(line.leading for line in self._foot), 2 * SMALL.leading)

    def _right_lines(self) -> list[TextLine]:
        head, room = self._head, self._room
        lines = break_lines(head.number, room, NUMBER)
        for text in head.meta.lines:
            told = _names(text) if self._house.saves_pages else text
            lines += break_lines(told, room, SUBTITLE)
        return lines

    def _left_lines(self) -> list[TextLine]:
        head, right = self._head, self._room
        if self._house.holds_together:
            # A title keeps its words together where less stands at the right than might.
            code = min(_WIDEST_BARCODE, self._room) if head.number else 0.0
            right = max((code, *(line.width for line in self._right)))
        room = self.page.inner - (self._qr + 4 * MM if self._qr else 0) - right - 4 * MM
        lines = break_lines(self._house.company, room, SUBTITLE)
        title = TITLE if self.page.inner >= _SMALL else _SMALL_TITLE
        lines += break_lines(head.title.first, room, title)
        for text in head.title.lines[1:]:
            lines += break_lines(text, room, SUBTITLE)
        for i, text in enumerate(head.mark.lines):
            lines += break_lines(text, room, WARNING if i == 0 else SMALL)
        return lines

    def draw(self, canvas: PageCanvas, number: int, count: int, document: Element) -> None:
        """Head and foot of page `number` of `count` of a `document`; drawn first, so a watermark
        lies below.  Only the first head is a part of what is read."""
        self._draw_watermark(canvas)
        if number == 1:
            self._draw_head(canvas, document)
        else:
            self._draw_running_head(canvas)
        self._draw_foot(canvas, number, count)

    def _draw_head(self, canvas: PageCanvas, document: Element) -> None:
        with canvas.as_part(Element("H1", document)):
            self._draw_title(canvas)
        with canvas.as_part(Element("P", document)):
            self._draw_number(canvas)
        page = self.page
        canvas.rule(page.left, page.top + self._head_height, page.inner, width=FIRM, colour=INK)

    def _draw_title(self, canvas: PageCanvas) -> None:
        page = self.page
        y = page.top
        logo = self._house.logo
        if logo is not None:
            scale = min(_LOGO[0] / logo.width, _LOGO[1] / logo.height)
            size = (logo.width * scale, logo.height * scale)
            with canvas.figure(self._house.company):
                canvas.image(logo, (page.left, y), size)
            y += _LOGO[1] + 1.5 * MM
        _stack(canvas, self._left, page.left, y)

    def _draw_number(self, canvas: PageCanvas) -> None:
        page, head = self.page, self._head
        edge = page.width - page.right
        if head.qr:
            draw_qr(canvas, (edge - self._qr, page.top), self._qr, *self._code)
            edge -= self._qr + 4 * MM
        y = page.top
        for line in self._right:
            line.draw(canvas, edge - line.width, y)
            y += line.leading
        widest = min(_WIDEST_BARCODE, self._room)
        if head.number and head.number.isascii() and head.number.isprintable():
            draw_code128(canvas, (edge, y + 1.5 * MM), _BARCODE, head.number, widest)

    def _draw_running_head(self, canvas: PageCanvas) -> None:
        page = self.page
        left = break_lines([*self._head.title.spans(SMALL)], page.inner * 0.7, SMALL)[:1]
        _stack(canvas, left, page.left, page.top)
        for line in break_lines(TextSpan(self._head.number, _bold(SMALL)), page.inner * 0.3, SMALL)[
            :1
        ]:
            line.draw(canvas, page.width - page.right - line.width, page.top)
        canvas.rule(page.left, page.top + SMALL.leading + 1.5 * MM, page.inner, colour=LINE)

    def _draw_foot(self, canvas: PageCanvas, number: int, count: int) -> None:
        page = self.page
        top = page.height - page.bottom - self._foot_height
        canvas.rule(page.left, top - 1.5 * MM, page.inner, colour=LINE)
        _stack(canvas, self._foot, page.left, top)
        label, check = self._check
        t = self._t
        where = t("Page {page} of {pages}", page=number, pages=count)
        texts = [TextSpan(f"{label.first} {check}　{where.first}", SMALL)]
        for line in break_lines(texts, 62 * MM, SMALL):
            line.draw(canvas, page.width - page.right - line.width, top)
        below = f"{self._as_of.first}　{where.second}" if where.second else self._as_of.first
        for line in break_lines(below, 62 * MM, NOTE)[:1]:
            line.draw(canvas, page.width - page.right - line.width, top + SMALL.leading)

    def _draw_watermark(self, canvas: PageCanvas) -> None:
        page = self.page
        middle = (page.width / 2, page.height / 2)
        tall = sum(line.leading for line in self._watermark)
        with canvas.turned(_SLOPE, middle):
            top = middle[1] - tall / 2
            for line in self._watermark:
                line.draw(canvas, middle[0] - line.width / 2, top)
                top += line.leading


_SLOPE = 35.0
_PALE = (0.9, 0.9, 0.9)
"""Light enough that print and handwriting above a watermark stay readable on a fax."""


def _watermark_lines(words: Words, page: PageSize) -> list[TextLine]:
    if not words.first:
        return []
    lines = []
    for i, text in enumerate(words.lines):
        size = (110.0 if i == 0 else 40.0) * min(1.0, page.width / (210 * MM))
        style = Style(size, size * 1.2, True, _PALE)
        lines += break_lines(text, page.height, style)
    return lines


def _bold(style: Style) -> Style:
    return Style(style.size, style.leading, True, style.colour)


def _stack(canvas: PageCanvas, lines: Sequence[TextLine], x: float, top: float) -> None:
    for line in lines:
        line.draw(canvas, x, top)
        top += line.leading


def _foot_lines(
    t: DocumentLanguages, house: Issuer, room: float, *, for_merchant: bool
) -> list[TextLine]:
    """The notice, in the house's own wording where it has one; it speaks to merchants, and papers
    they do not see tell the company instead."""
    if not for_merchant and house.edition > 1:
        return break_lines(" · ".join(filter(None, (house.company, house.phone))), room, NOTE)
    if house.notice:
        notice = t.pick(house.notice)
    elif house.phone:
        notice = t(
            "The technician never asks for PIN or CVV; verify this order at {phone}.",
            phone=house.phone,
        )
    else:
        notice = t("The technician never asks for PIN or CVV.")
    lines: list[TextLine] = []
    for i, text in enumerate(notice.lines):
        lines += break_lines(text, room, SMALL if i == 0 else NOTE)
    return lines


def _names(text: str) -> list[TextSpan]:
    """What stands under the number: no name is cut, a line ends between two."""
    return [
        TextSpan(part, SUBTITLE, whole=not part.isspace())
        for part in re.findall(r"[^、\s]+、?|、|\s+", text)
    ]
