"""Long lists in pages: an anchor every page, so that any place is one indexed query away.

A list of a million rows costs one pass in the database to build and nothing in memory but its
anchors; no page is ever found by counting past the rows before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from db.together import together

PAGE = 256
"""Rows in a page."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """The shape of a filtered, sorted list: how many rows, and where each page starts."""

    count: int
    anchors: tuple[tuple[Any, ...], ...]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self.anchors)


@dataclass(frozen=True, slots=True)
class ListQuery(Generic[T]):
    """A list as SQL: what to select, in which order, and how a row becomes a value.

    `order` are non-null expressions ending in a unique one, all in one direction.
    """

    rows: sa.Select[Any]
    order: tuple[Any, ...]
    make: Callable[[Any], T]
    descending: bool = False

    def listing(self, session: Session) -> Listing[T]:
        """Count the rows and find where pages start."""
        ordering = [key.desc() if self.descending else key.asc() for key in self.order]
        keys = [key.label(f"k{n}") for n, key in enumerate(self.order)]
        place = sa.func.row_number().over(order_by=ordering).label("place")
        numbered = self.rows.with_only_columns(*keys, place).order_by(None).subquery()
        starts = (
            sa.select(numbered).where((numbered.c.place - 1) % PAGE == 0).order_by(numbered.c.place)
        )
        found, counted = together(session, (starts, {}), (self._counting(), {}))
        return Listing(int(counted[0][0]), tuple(tuple(row[:-1]) for row in found))

    def count(self, session: Session) -> int:
        """How many rows there are."""
        return int(session.execute(self._counting()).scalar_one())

    def _counting(self) -> sa.Select[Any]:
        return self.rows.with_only_columns(sa.func.count()).order_by(None)

    def page(self, session: Session, listing: Listing[T], number: int) -> tuple[T, ...]:
        """The rows of page `number` (from 0); empty past the end."""
        if not 0 <= number < listing.pages:
            return ()
        query = self._ordered().where(self._from(listing.anchors[number]))
        if number + 1 < listing.pages:
            query = query.where(sa.not_(self._from(listing.anchors[number + 1])))
        return self._values(session, query.limit(PAGE))

    def first(self, session: Session, limit: int = PAGE) -> tuple[T, ...]:
        """The first rows, without building the listing."""
        return self._values(session, self._ordered().limit(limit))

    def _ordered(self) -> sa.Select[Any]:
        return self.rows.order_by(
            *(key.desc() if self.descending else key.asc() for key in self.order)
        )

    def _from(self, anchor: Sequence[Any]) -> sa.ColumnElement[bool]:
        here = sa.tuple_(*self.order)
        there = sa.tuple_(*anchor, types=[key.type for key in self.order])
        return here <= there if self.descending else here >= there

    def _values(self, session: Session, query: sa.Select[Any]) -> tuple[T, ...]:
        return tuple(self.make(row) for row in session.execute(query))
