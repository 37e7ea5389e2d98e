"""Rows in every table of a database, whichever revision it is of."""

from __future__ import annotations

import hashlib
import json
import random
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from db.keys import new_key
from db.models.everything import metadata
from db.types import BigNumber, DayText, Digest, Flag, JsonText, Key, Moment, Payload, Real

EACH = 3
MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
_TRIES = 4_000
"""A check over two columns is met by chance."""
Rows = dict[tuple[Any, ...], dict[str, Any]]


def reflected(connection: sa.Connection) -> list[sa.Table]:
    """The tables a revision has, parents first, but for what only finds words and the revision."""
    found = sa.MetaData()
    found.reflect(connection)
    kept = (table for table in found.sorted_tables)
    return [one for one in kept if not one.name.startswith(("search_", "alembic_"))]


def fill(connection: sa.Connection, chance: random.Random) -> None:
    """Some rows in every table; what may be empty is so in some."""
    keys: dict[str, list[str]] = {}
    for table in reflected(connection):
        checks = [
            str(check["sqltext"])
            for check in sa.inspect(connection).get_check_constraints(table.name)
        ]
        columns = [_Column(one, checks) for one in table.c]
        for _ in range(EACH):
            row = _inserted(connection, table.name, columns, keys, chance)
            if "id" in row:
                keys.setdefault(table.name, []).append(row["id"])


def stored(connection: sa.Connection) -> dict[str, Rows]:
    """Every row of every table by its key, as the database holds it."""
    found: dict[str, Rows] = {}
    for table in reflected(connection):
        names = [column.name for column in table.primary_key]
        read = connection.execute(sa.select(sa.text("*")).select_from(sa.table(table.name)))
        found[table.name] = {
            tuple(str(row[name]) for name in names): dict(row) for row in read.mappings()
        }
    return found


def _inserted(
    connection: sa.Connection,
    name: str,
    columns: list[_Column],
    keys: dict[str, list[str]],
    chance: random.Random,
) -> dict[str, Any]:
    target = sa.table(name, *(sa.column(one.name, one.type) for one in columns))
    refused: Exception | None = None
    for _ in range(_TRIES):
        row = {one.name: one.value(keys, chance) for one in columns}
        try:
            with connection.begin_nested():
                connection.execute(sa.insert(target), row)
        except IntegrityError as failure:
            refused = failure
            continue
        return row
    raise AssertionError(f"no row fits into {name}: {refused}")


class _Column:
    """A column of an old schema; its type is that of the newest, where it still is."""

    def __init__(self, found: sa.Column[Any], checks: list[str]) -> None:
        self.name, self._empty = found.name, bool(found.nullable)
        newest = metadata.tables.get(found.table.name)
        known = newest.c.get(found.name) if newest is not None else None
        self.type: Any = found.type if known is None else known.type
        self._refers = next((key.column.table.name for key in found.foreign_keys), "")
        own = [one for one in checks if re.search(rf"\b{re.escape(found.name)}\b", one)]
        words = {word for one in own for word in re.findall(r"'([^']*)'", one)}
        self._words = sorted(words)
        self._numbers = sorted(
            {int(number) for one in own for number in re.findall(r"(?<![\w.])\d{1,6}\b", one)}
        )
        self._hash = any("64" in one and "length" in one for one in own)

    def value(self, keys: dict[str, list[str]], chance: random.Random) -> Any:
        """Something that may stand there."""
        if self._empty and chance.random() < 0.4:
            return None
        if self._refers:
            known = keys.get(self._refers, [])
            return chance.choice(known) if known else None
        return self._own(chance)

    def _own(self, chance: random.Random) -> Any:
        n = chance.randrange(1, 900)
        match self.type:
            case Key():
                return new_key()
            case Moment():
                return MOMENT + timedelta(minutes=n)
            case DayText():
                return date(2026, 1, 1) + timedelta(days=n)
            case Flag():
                return chance.random() < 0.5
            case Real():
                return n / 8
            case Digest():
                return chance.randbytes(32)
            case Payload() | JsonText():
                return {"n": n}
            case BigNumber() | sa.Integer():
                return chance.choice([*self._numbers, n])
        return self._text(chance, n)

    def _text(self, chance: random.Random, n: int) -> Any:
        if self._hash:
            return hashlib.sha256(str(n).encode()).hexdigest()
        if self.name == "value":
            return json.dumps(n)
        return chance.choice(self._words) if self._words else f"{self.name} {n} 字"
