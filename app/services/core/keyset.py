"""Long lists in pages: an anchor every page, so that any place is one indexed query away.

A list of a million rows costs one pass in the database to build and nothing in memory but its
anchors; no page is ever found by counting past the rows before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import coercions, roles, visitors
from sqlmodel import Session

from db.prepared import connection_of, is_file
from db.queries import Join
from db.together import Asked, send_ahead, together
from db.types import TextColumn

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery(Generic[T]):
    """A list as SQL: what to select, in which order, and how a row becomes a value.

    `source` is what the rows are of, `key` its primary key, `joins` what is looked up beside it:
    each finds one row at most and takes none away, and stands after those its condition names.
    `order` are expressions ending in a unique one, all in one direction, and never NULL; with
    `empty_last` the first may be, and rows without it come last.

    Which rows are in a page is found out before anything is looked up beside them, with only the
    joins that conditions and order ask for: sorting a million rows is sorting keys.
    """

    columns: tuple[Any, ...]
    source: Any
    key: Any
    order: tuple[Any, ...]
    make: Callable[[Any], T]
    joins: tuple[Join, ...] = ()
    conditions: tuple[Any, ...] = ()
    descending: bool = False
    empty_last: bool = False

    def where(self, *conditions: Any) -> ListQuery[T]:
        """The same list with less in it."""
        return replace(self, conditions=(*self.conditions, *conditions))

    def listing(self, session: Session) -> Listing[T]:
        """Count the rows and find where pages start."""
        parts = self._parts()
        counts = [self._counting(part) for part in parts]
        starts = [self._starts(part, counts[:n]) for n, part in enumerate(parts)]
        found = together(session, *((query, {}) for query in (*starts, *counts)))
        anchors: list[tuple[Any, ...]] = []
        for part, rows in zip(parts, found, strict=False):
            missing = (None,) * (len(self.order) - len(part.order))
            anchors += [(*missing, *row[:-1]) for row in rows]
        return Listing(sum(int(rows[0][0]) for rows in found[len(parts) :]), tuple(anchors))

    def count(self, session: Session) -> int:
        """How many rows there are."""
        return int(session.execute(self._counting(_Part(self.order))).scalar_one())

    def page(self, session: Session, listing: Listing[T], number: int) -> tuple[T, ...]:
        """The rows of page `number` (from 0); empty past the end."""
        if not 0 <= number < listing.pages:
            return ()
        parts = self._parts()
        begin = listing.anchors[number]
        end = listing.anchors[number + 1] if number + 1 < listing.pages else None
        first = self._part_of(parts, begin)
        last = len(parts) - 1 if end is None else self._part_of(parts, end)
        queries = []
        for place in range(first, last + 1):
            part = parts[place]
            within: list[Any] = []
            if end is not None and place == last:
                within.append(sa.not_(self._from(part, end)))
            start = begin if place == first else None
            queries.append(self._rows(session, part, PAGE, *within, start=start))
        return self._in_turn(session, queries, PAGE)

    def first(self, session: Session, limit: int = PAGE) -> tuple[T, ...]:
        """The first rows, without building the listing."""
        return self._in_turn(session, self._first_rows(session, limit), limit)

    def look_for_first(self, session: Session, limit: int) -> None:
        """Ask a server for what `first` needs with whatever is read next."""
        send_ahead(session, *((query, {}) for query in self._first_rows(session, limit)))

    def _first_rows(self, session: Session, limit: int) -> list[sa.Select[Any]]:
        return [self._rows(session, part, limit) for part in self._parts()]

    def _in_turn(
        self, session: Session, queries: Sequence[sa.Select[Any]], limit: int
    ) -> tuple[T, ...]:
        """Rows of the first query, and of the next where those are not enough; a server is asked
        for all in one round trip."""
        if is_file(connection_of(session)):
            found: list[Any] = []
            for query in queries:
                if len(found) < limit:
                    found += session.execute(query).all()
        else:
            answers = together(session, *((query, {}) for query in queries))
            found = [row for rows in answers for row in rows]
        return tuple(self.make(row) for row in found[:limit])

    def all(self, session: Session) -> tuple[T, ...]:
        """Every row of a list that is known to be short."""
        return self.made(together(session, *self.asked()))

    def asked(self) -> list[Asked]:
        """What `all` asks, to be asked with other queries; `made` turns the answers into values."""
        return [
            (
                self._joined(self.joins, self.columns)
                .where(*self.conditions, *part.rows)
                .order_by(*self._ordering(part)),
                {},
            )
            for part in self._parts()
        ]

    def made(self, answers: Iterable[Sequence[Any]]) -> tuple[T, ...]:
        """The values of rows that came as answers to `asked`."""
        return tuple(self.make(row) for rows in answers for row in rows)

    # --- parts ---------------------------------------------------------------------------------

    def _parts(self) -> tuple[_Part, ...]:
        """Rows that have the first key, and those that lack it: each has an index in its order."""
        if not self.empty_last:
            return (_Part(self.order),)
        first, *rest = self.order
        # Of text a range says the same as IS NOT NULL, and is what SQLite begins with an index for.
        known = first >= "" if isinstance(first.type, TextColumn) else first.is_not(None)
        parts = (
            _Part(self.order, (known,), self._needed((first,))),
            _Part(tuple(rest), (first.is_(None),)),
        )
        return parts[::-1] if self.descending else parts

    def _part_of(self, parts: Sequence[_Part], anchor: Sequence[Any]) -> int:
        lacking = anchor[0] is None
        return next(
            n for n, part in enumerate(parts) if (len(part.order) < len(self.order)) == lacking
        )

    # --- statements ----------------------------------------------------------------------------

    def _counting(self, part: _Part) -> sa.Select[Any]:
        where = (*self.conditions, *part.rows)
        return self._joined(self._needed(where), (sa.func.count(),), part).where(*where)

    def _starts(self, part: _Part, above: Sequence[sa.Select[Any]]) -> sa.Select[Any]:
        """Where pages start; `above` count the rows that stand before this part."""
        where = (*self.conditions, *part.rows)
        keys = [key.label(f"k{n}") for n, key in enumerate(part.order)]
        place = sa.func.row_number().over(order_by=self._ordering(part)).label("place")
        joins = self._needed((*where, *part.order))
        numbered = self._joined(joins, (*keys, place), part).where(*where).subquery()
        before: Any = numbered.c.place - 1
        for counted in above:
            before = before + counted.scalar_subquery()
        return sa.select(numbered).where(before % PAGE == 0).order_by(numbered.c.place)

    def _rows(
        self,
        session: Session,
        part: _Part,
        limit: int,
        *within: Any,
        start: Sequence[Any] | None = None,
    ) -> sa.Select[Any]:
        rows = part.rows if start is None else self._reached(part, start)
        where = (*self.conditions, *rows, *within)
        ordering = self._ordering(part)
        joins = self._needed((*where, *part.order))
        only_ordered = not self.conditions and 0 < len(joins) == len(part.present)
        if only_ordered and is_file(connection_of(session)):
            found = self._from_order(joins).where(*where)
        else:
            found = self._joined(joins, (self.key,), part).where(*where)
        keys = found.order_by(*ordering).limit(limit)
        query = self._joined(self.joins, self.columns).where(self.key.in_(keys))
        return query.order_by(*ordering)

    def _joined(
        self, joins: Sequence[Join], columns: Sequence[Any], part: _Part | None = None
    ) -> sa.Select[Any]:
        present = part.present if part is not None else ()
        query = sa.select(*columns).select_from(self.source)
        for join in joins:
            target, condition = join
            query = query.join(target, condition, isouter=not any(join is one for one in present))
        return query

    def _from_order(self, joins: Sequence[Join]) -> sa.Select[Any]:
        """The keys of all rows, read in the order of the last join, whose index then gives the
        first page at once.  SQLite, which keeps no statistics here, would sort every row; a server
        finds this out itself."""
        targets = [target for target, _condition in joins]
        whole: Any = sa.inspect(targets[-1]).selectable
        for target, (_, condition) in zip(
            (*targets[-2::-1], self.source), reversed(joins), strict=True
        ):
            whole = _InOrder(whole, sa.inspect(target).selectable, condition)
        return sa.select(self.key).select_from(whole)

    def _needed(self, expressions: Sequence[Any]) -> tuple[Join, ...]:
        """The joins these expressions ask for, and those whose conditions ask for them."""
        named = set().union(*map(_tables, expressions))
        needed: list[Join] = []
        for join in reversed(self.joins):
            target, condition = join
            if sa.inspect(target).local_table.name in named:
                needed.append(join)
                named |= _tables(condition)
        return tuple(reversed(needed))

    def _ordering(self, part: _Part) -> list[Any]:
        return [key.desc() if self.descending else key.asc() for key in part.order]

    def _reached(self, part: _Part, anchor: Sequence[Any]) -> tuple[Any, ...]:
        """Rows from an anchor on.  The first key is compared alone as well: what is spread over
        two tables no index is begun with."""
        first, known = part.order[0], anchor[len(anchor) - len(part.order)]
        alone = first <= known if self.descending else first >= known
        lacking = part.rows if len(part.order) < len(self.order) else ()
        return (*lacking, alone, self._from(part, anchor))

    def _from(self, part: _Part, anchor: Sequence[Any]) -> sa.ColumnElement[bool]:
        known = anchor[len(anchor) - len(part.order) :]
        here = sa.tuple_(*part.order)
        there = sa.tuple_(*known, types=[key.type for key in part.order])
        return here <= there if self.descending else here >= there


class _InOrder(sa.Join):
    """An inner join whose left side is read first."""

    inherit_cache = True


@compiles(_InOrder, "sqlite")
def _in_order(join: _InOrder, compiler: Any, **options: Any) -> str:
    whole: str = compiler.visit_join(join, **options)
    left: str = compiler.process(join.left, **{**options, "asfrom": True})
    return left + whole.removeprefix(left).replace(" JOIN ", " CROSS JOIN ", 1)


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of a list that stand together, and what they are ordered by."""

    order: tuple[Any, ...]
    rows: tuple[Any, ...] = ()
    present: tuple[Join, ...] = ()
    """Joins that find a row for each of them."""


def _tables(expression: Any) -> set[str]:
    """Names of the tables an expression reads."""
    clause = coercions.expect(roles.ExpressionElementRole, expression)
    found = (element for element in visitors.iterate(clause) if isinstance(element, sa.Column))
    return {element.table.name for element in found}
