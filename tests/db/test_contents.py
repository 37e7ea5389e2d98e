"""The hash of a state is that of its rows as canonical JSON, whatever writes the JSON."""

from __future__ import annotations

import hashlib
import json
import random

import sqlalchemy as sa

from db import contents
from db.engine import Database
from tests.db.full_tables import Schema

_ODD = '“引号" \\ 反斜线\t\n换行\x7f　\u2028😀'


def test_the_hash_is_that_of_canonical_lines(database: Database) -> None:
    with database.connect() as connection:
        Schema(connection).fill(connection, random.Random(11))
        connection.execute(sa.text("UPDATE incident SET symptom = :odd"), {"odd": _ODD})
        connection.commit()
    with database.read() as session:
        connection = session.connection()
        text, rows = "", 0
        without = contents.OF_THIS_COMPUTER | contents.COUNTERS | contents.LOG
        for table in contents.tables(without=without):
            for at, row in enumerate(contents.rows_of(connection, table)):
                title = "" if at else f"\n{table.name}\n"
                plain = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                text, rows = f"{text}{title}{plain}\n", rows + 1
        assert rows > 100
        assert contents.digest(connection) == hashlib.sha256(text.encode()).hexdigest()
