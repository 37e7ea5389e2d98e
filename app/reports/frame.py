"""What stands around the body of every page: head, running head, foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.codes import draw_code128, draw_qr
from app.reports.pen import Pen
from app.reports.sheets import House
from app.reports.style import (
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
    Page,
    Style,
)
from app.reports.text import Line, Span, lay
from app.reports.words import NOTHING, Speech, Words

_QR = 21 * MM
_BARCODE = 5.5 * MM
_LOGO = (42 * MM, 12 * MM)
_ROOM = 74 * MM
"""For what stands at the right of a head; wide paper gives it most of what it has more."""
_NARROW = 180 * MM


@dataclass(frozen=True, slots=True)
class Head:
    """What a document's head says.  `mark` is a state that must not be overlooked (draft, copy)."""

    title: Words
    number: str = ""
    meta: Words = NOTHING
    qr: str = ""
    mark: Words = NOTHING


class Frame:
    """Head and foot of one document on one paper."""

    def __init__(self, page: Page, t: Speech, house: House, head: Head, sha256: str) -> None:
        self.page = page
        self._house = house
        self._head = head
        self._room = _ROOM + max(0.0, page.inner - _NARROW) * 0.6
        self._right = self._right_lines()
        self._left = self._left_lines()
        self._foot = _foot_lines(t, house, page.inner - 62 * MM)
        self._check = (t("Content"), f"{sha256[:8]} {sha256[8:16]}")
        self._t = t
        logo = _LOGO[1] + 1.5 * MM if house.logo else 0
        left = sum(line.leading for line in self._left) + logo
        right = sum(line.leading for line in self._right) + (
            _BARCODE + 2 * MM if head.number else 0
        )
        self._head_height = max(left, right, _QR if head.qr else 0) + 2 * MM

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
        return max(sum(line.leading for line in self._foot), SMALL.leading)

    def _right_lines(self) -> list[Line]:
        head, room = self._head, self._room
        lines = lay(head.number, room, NUMBER)
        for text in head.meta.lines:
            lines += lay(text, room, SUBTITLE)
        return lines

    def _left_lines(self) -> list[Line]:
        room = self.page.inner - (_QR + 4 * MM if self._head.qr else 0) - self._room - 4 * MM
        head = self._head
        lines = lay(self._house.company, room, SUBTITLE)
        lines += lay(head.title.first, room, TITLE)
        for text in head.title.lines[1:]:
            lines += lay(text, room, SUBTITLE)
        for i, text in enumerate(head.mark.lines):
            lines += lay(text, room, WARNING if i == 0 else SMALL)
        return lines

    def draw(self, pen: Pen, number: int, count: int) -> None:
        """Head and foot of page `number` of `count`."""
        if number == 1:
            self._draw_head(pen)
        else:
            self._draw_running_head(pen)
        self._draw_foot(pen, number, count)

    def _draw_head(self, pen: Pen) -> None:
        page, head = self.page, self._head
        y = page.top
        logo = self._house.logo
        if logo is not None:
            scale = min(_LOGO[0] / logo.width, _LOGO[1] / logo.height)
            size = (logo.width * scale, logo.height * scale)
            pen.image(logo, (page.left, y), size)
            y += _LOGO[1] + 1.5 * MM
        _stack(pen, self._left, page.left, y)
        edge = page.width - page.right
        if head.qr:
            draw_qr(pen, (edge - _QR, page.top), _QR, head.qr)
            edge -= _QR + 4 * MM
        y = page.top
        for line in self._right:
            line.draw(pen, edge - line.width, y)
            y += line.leading
        if head.number and head.number.isascii() and head.number.isprintable():
            draw_code128(pen, (edge, y + 1.5 * MM), _BARCODE, head.number, 60 * MM)
        pen.rule(page.left, page.top + self._head_height, page.inner, width=FIRM, colour=INK)

    def _draw_running_head(self, pen: Pen) -> None:
        page = self.page
        left = lay([*self._head.title.spans(SMALL)], page.inner * 0.7, SMALL)[:1]
        _stack(pen, left, page.left, page.top)
        for line in lay(Span(self._head.number, _bold(SMALL)), page.inner * 0.3, SMALL)[:1]:
            line.draw(pen, page.width - page.right - line.width, page.top)
        pen.rule(page.left, page.top + SMALL.leading + 1.5 * MM, page.inner, colour=LINE)

    def _draw_foot(self, pen: Pen, number: int, count: int) -> None:
        page = self.page
        top = page.height - page.bottom - self._foot_height
        pen.rule(page.left, top - 1.5 * MM, page.inner, colour=LINE)
        _stack(pen, self._foot, page.left, top)
        label, check = self._check
        t = self._t
        where = t("Page {page} of {pages}", page=number, pages=count)
        texts = [Span(f"{label.first} {check}　{where.first}", SMALL)]
        for line in lay(texts, 62 * MM, SMALL):
            line.draw(pen, page.width - page.right - line.width, top)
        if where.second:
            for line in lay(where.second, 62 * MM, NOTE):
                line.draw(pen, page.width - page.right - line.width, top + SMALL.leading)


def _bold(style: Style) -> Style:
    return Style(style.size, style.leading, True, style.colour)


def _stack(pen: Pen, lines: Sequence[Line], x: float, top: float) -> None:
    for line in lines:
        line.draw(pen, x, top)
        top += line.leading


def _foot_lines(t: Speech, house: House, room: float) -> list[Line]:
    """The notice, in the house's own wording where it has one."""
    if house.notice_zh or house.notice_en:
        notice = t.pick(house.notice_zh, house.notice_en)
    elif house.phone:
        notice = t(
            "The technician never asks for PIN or CVV; verify this order at {phone}.",
            phone=house.phone,
        )
    else:
        notice = t("The technician never asks for PIN or CVV.")
    lines: list[Line] = []
    for i, text in enumerate(notice.lines):
        lines += lay(text, room, SMALL if i == 0 else NOTE)
    return lines
