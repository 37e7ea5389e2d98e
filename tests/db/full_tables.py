"""Rows in every table of a database, whichever revision it is of."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from db.keys import new_key
from db.models.everything import metadata
from db.types import BigNumber, DayText, Digest, Flag, JsonText, Key, Moment, Payload, Real

EACH = 2
MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
_TRIES = 400
Row = dict[str, Any]
Rows = dict[tuple[str, ...], Row]


class Schema:
    """The tables a revision has, parents first, but for what only finds words and the revision."""

    def __init__(self, connection: sa.Connection) -> None:
        found = sa.MetaData()
        found.reflect(connection)
        self._tables = [
            table
            for table in found.sorted_tables
            if not table.name.startswith(("search_", "alembic_"))
        ]
        checks = sa.inspect(connection).get_multi_check_constraints()
        self._columns = {
            table.name: _columns(table, checks.get((None, table.name), []))
            for table in self._tables
        }

    def fill(self, connection: sa.Connection, chance: random.Random) -> None:
        """`EACH` more rows in every table; what may be empty is so in some."""
        keys: dict[str, list[str]] = {}
        for table, columns in self._columns.items():
            for _ in range(EACH):
                row = _inserted(connection, table, columns, keys, chance)
                if "id" in row:
                    keys.setdefault(table, []).append(row["id"])

    def stored(self, connection: sa.Connection) -> dict[str, Rows]:
        """Every row of every table by its key, as the database holds it."""
        found: dict[str, Rows] = {}
        for table in self._tables:
            names = [column.name for column in table.primary_key]
            read = connection.execute(sa.text(f"SELECT * FROM {table.name}"))
            found[table.name] = {
                tuple(str(row[name]) for name in names): dict(row) for row in read.mappings()
            }
        return found


def _columns(table: sa.Table, checks: Iterable[Any]) -> dict[str, _Column]:
    rules = {str(rule["name"]): _plain(str(rule["sqltext"])) for rule in checks}
    return {column.name: _Column(column, rules) for column in table.c}


def _plain(rule: str) -> str:
    """A rule without what PostgreSQL writes around it: types and brackets of numbers."""
    rule = re.sub(r"::(?:double precision|\w+)", "", rule)
    return re.sub(r"\('?(-?\d+)'?\)", r"\1", rule)


def _inserted(
    connection: sa.Connection,
    table: str,
    columns: dict[str, _Column],
    keys: dict[str, list[str]],
    chance: random.Random,
) -> Row:
    """Try a row; while a rule of the table refuses it, draw anew the columns of that rule."""
    target = sa.table(table, *(sa.column(name, one.type) for name, one in columns.items()))
    row = {name: one.value(keys, chance) for name, one in columns.items()}
    refused: Exception | None = None
    for _ in range(_TRIES):
        for name, one in columns.items():
            if one.capitals_of:
                row[name] = row[one.capitals_of]
        try:
            with connection.begin_nested():
                connection.execute(sa.insert(target), row)
        except IntegrityError as failure:
            refused = failure
            said = str(failure.orig)
            named = {one.drawn_as for one in columns.values() if one.is_meant_by(said)}
            for name in named or columns:
                row[name] = columns[name].value(keys, chance)
            continue
        return row
    raise AssertionError(f"no row fits into {table}: {refused}")


class _Column:
    """A column of an old schema; its type is that of the newest, where it still is."""

    def __init__(self, found: sa.Column[Any], checks: dict[str, str]) -> None:
        self.name, self._empty = found.name, bool(found.nullable)
        newest = metadata.tables.get(found.table.name)
        known = newest.c.get(found.name) if newest is not None else None
        self.type: Any = found.type if known is None else known.type
        self._refers = next((key.column.table.name for key in found.foreign_keys), "")
        own = {
            name: text
            for name, text in checks.items()
            if re.search(rf"\b{re.escape(found.name)}\b", text)
        }
        self._rules = set(own)
        text = " ".join(own.values())
        self._words = sorted(set(re.findall(r"'([^']*)'", text)))
        longest = re.search(rf"length\({found.name}\) <= (\d+)", text)
        self._longest = int(longest[1]) if longest else 0
        self._hash = re.search(r"\b64\b", text) is not None
        least = re.search(rf"\b{found.name} (?:BETWEEN|>=) (-?\d+)", text)
        most = re.search(rf"\b{found.name} (?:BETWEEN -?\d+ AND|<=) (\d+)", text)
        self._from = int(least[1]) if least else 1
        self._to = min(int(most[1]) if most else 900, 100_000)
        capitals = re.search(rf"\b{found.name} = upper\((\w+)\)", text)
        self.capitals_of = capitals[1] if capitals else ""
        self.drawn_as = self.capitals_of or self.name
        self._are_capitals = f"upper({found.name})" in text

    def is_meant_by(self, refusal: str) -> bool:
        """Whether a refusal of the database names this column or a rule over it."""
        words = set(re.findall(r"\w+", refusal))
        return self.name in words or bool(self._rules & words)

    def value(self, keys: dict[str, list[str]], chance: random.Random) -> Any:
        """Something that may stand there."""
        if self._empty and chance.random() < 0.4:
            return None
        if self._refers:
            known = keys.get(self._refers, [])
            return chance.choice(known) if known else None
        return self._own(chance)

    def _own(self, chance: random.Random) -> Any:
        n = chance.randint(self._from, self._to)
        match self.type:
            case Key():
                return new_key()
            case Moment():
                return MOMENT + timedelta(minutes=n)
            case DayText():
                return date(2026, 1, 1) + timedelta(days=n % 900)
            case Flag():
                return chance.random() < 0.5
            case Real():
                return float(n)
            case Digest() | sa.LargeBinary():
                return chance.randbytes(32)
            case Payload() | JsonText():
                return {"n": n}
            case BigNumber() | sa.Integer():
                return n
        return self._text(chance, n)

    def _text(self, chance: random.Random, n: int) -> str:
        if self._hash:
            return hashlib.sha256(str(n).encode()).hexdigest()
        if self._are_capitals:
            return f"SN{chance.randrange(10**6):06d}"
        if self._words:
            return str(chance.choice(self._words))
        said = f"{self.name} {n} 字"
        # Now and then as long as it may be: what a migration puts together must fit, too.
        return said.ljust(self._longest, "x") if chance.random() < 0.1 else said
