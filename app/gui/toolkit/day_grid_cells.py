"""The cells of a grid of days, finished for painting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.gui.toolkit.theme import Badge


@dataclass(frozen=True, slots=True)
class Chip:
    """One line in a cell: a piece of work, or several of a kind.  Symbol, words and tint say how
    it stands; `ids` are the records it stands for."""

    badge: Badge
    ids: tuple[str, ...] = ()
    movable: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """A day, or a technician's day.  `load` is how full it is, above 1 overfull; `away` says that
    the technician is on leave."""

    day: date
    technician_id: str | None = None
    title: str = ""
    note: str = ""
    chips: tuple[Chip, ...] = ()
    off: bool = False
    outside: bool = False
    today: bool = False
    away: bool = False
    load: float | None = None
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class GridContent:
    """Rows of cells with their headings."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[tuple[GridCell, ...], ...]


NO_GRID = GridContent((), (), ())
"""The content of a view without cells."""
