"""From a sheet to pages: composed, and drawn a little smaller where that saves a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from app.reports.documents.kind import DocumentKind
from app.reports.documents.page_frame import PageFrame
from app.reports.typeset.flow import Flow, Placed, paginate
from app.reports.typeset.style import PageSize

SCALES = (0.96, 0.93, 0.9)
"""Sizes a compact document tries before it takes a second page.  Body text stays above 8 pt."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Strips on their pages; `scale` is that of the first page."""

    pages: list[list[Placed]]
    scale: float = 1.0


def lay_out(
    kind: DocumentKind, sheet: Any, flow: Flow, page: PageSize, frame: PageFrame | None
) -> Layout:
    """Compose the sheet into the empty `story` and place its strips."""
    if frame is None:
        flow.tallest = page.height
        kind.compose(sheet, flow)
        return Layout(paginate(flow.strips, page.top, page.top, page.height - page.bottom))
    flow.tallest = (frame.bottom - frame.next_top) * 0.9
    kind.compose(sheet, flow)
    if kind.compact:
        compact = _compact(kind, sheet, flow, frame)
        if compact is not None:
            return compact
    return Layout(paginate(flow.strips, frame.first_top, frame.next_top, frame.bottom))


def _compact(kind: DocumentKind, sheet: Any, flow: Flow, frame: PageFrame) -> Layout | None:
    """The main part on one page by making it smaller, when it just does not fit."""
    room = frame.bottom - frame.first_top
    needed = _height(flow)
    if not room < needed <= room / SCALES[-1] ** 2:
        return None
    rest = flow.strips[flow.main_end or len(flow.strips) :]
    for scale in SCALES:
        smaller = replace(flow, width=flow.width / scale, strips=[], main_end=None)
        kind.compose(sheet, smaller)
        main = smaller.strips[: smaller.main_end]
        bottom = frame.first_top + room / scale
        placed = paginate(main, frame.first_top, frame.first_top, bottom)
        if len(placed) == 1:
            more = paginate(rest, frame.next_top, frame.next_top, frame.bottom) if rest else []
            return Layout([*placed, *more], scale)
    return None


def _height(flow: Flow) -> float:
    return sum(strip.before + strip.height for strip in flow.strips[: flow.main_end])
