"""Lays a sheet out on pages, scaled down a little where that saves a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow
from app.reports.documents.page_frame import PageFrame
from app.reports.typeset.flow import PlacedItem, paginate
from app.reports.typeset.style import MM, PageSize

SCALES = (0.96, 0.93, 0.9)
"""Sizes a compact document tries before it takes a second page.  Body text stays above 8 pt."""


_LONGEST = 14_000.0
"""Points a page may be high (ISO 32000-1, annex C)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Flow items on their pages; `scale` is that of the first page, `height` that of a page as long
    as what is on it, 0 where the paper says it."""

    pages: list[list[PlacedItem]]
    scale: float = 1.0
    height: float = 0


def lay_out(
    kind: DocumentKind, sheet: Any, flow: DocumentFlow, page: PageSize, frame: PageFrame | None
) -> Layout:
    """Compose the sheet into the empty `flow` and place its items."""
    if frame is None and kind.receipt is not None:
        flow.tallest = _LONGEST
        kind.receipt(sheet, flow)
        height = page.top + _height(flow) + page.bottom
        return Layout(paginate(flow.items, page.top, page.top, height), height=height)
    if frame is None:
        flow.tallest = flow.first_room = flow.next_room = page.height
        kind.compose(sheet, flow)
        return Layout(paginate(flow.items, page.top, page.top, page.height - page.bottom))
    flow.first_room, flow.next_room = frame.bottom - frame.first_top, frame.bottom - frame.next_top
    flow.tallest = flow.next_room * 0.9
    _composed(kind, sheet, flow)
    if kind.compact or flow.house.saves_pages:
        compact = _compact(kind, sheet, flow, frame)
        if compact is not None:
            return compact
    return Layout(paginate(flow.items, frame.first_top, frame.next_top, frame.bottom))


_BELOW_HEADING = 9 * MM
"""How much stands below a heading at the foot of a page at least: two lines."""


def _composed(kind: DocumentKind, sheet: Any, flow: DocumentFlow) -> None:
    """The sheet in the flow; every heading has some of what follows it on its page."""
    kind.compose(sheet, flow)
    if not flow.house.holds_together:
        return
    held = 0.0
    for i, item in enumerate(flow.items):
        if item.element is not None and item.element.role == "H2":
            held = _BELOW_HEADING
        elif held > 0:
            held -= item.before + item.height
            if held > 0:
                flow.items[i] = replace(item, keep=True)


def _compact(kind: DocumentKind, sheet: Any, flow: DocumentFlow, frame: PageFrame) -> Layout | None:
    """The main part on one page by making it smaller, when it just does not fit."""
    room = frame.bottom - frame.first_top
    needed = _height(flow)
    if not room < needed <= room / SCALES[-1] ** 2:
        return None
    rest = flow.items[flow.main_end or len(flow.items) :]
    for scale in SCALES:
        smaller = replace(flow, width=flow.width / scale, items=[], main_end=None)
        _composed(kind, sheet, smaller)
        main = smaller.items[: smaller.main_end]
        bottom = frame.first_top + room / scale
        placed = paginate(main, frame.first_top, frame.first_top, bottom)
        if len(placed) == 1:
            more = paginate(rest, frame.next_top, frame.next_top, frame.bottom) if rest else []
            return Layout([*placed, *more], scale)
    return None


def _height(flow: DocumentFlow) -> float:
    return sum(item.before + item.height for item in flow.items[: flow.main_end])
