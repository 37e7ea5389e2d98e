"""A read nobody waits for any more ends while the database is at it, and spoils nothing."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from app.domain.errors import Cancelled
from app.domain.still_wanted import while_wanted
from db.engine import Database

_ENDLESS = sa.text(
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
)


def test_an_endless_read_ends_once_nobody_waits(sqlite_database: Database) -> None:
    unwanted, began = threading.Event(), threading.Event()
    ended: list[BaseException] = []

    def look() -> bool:
        began.set()
        return unwanted.is_set()

    def read() -> None:
        try:
            with while_wanted(look), sqlite_database.read() as session:
                session.execute(_ENDLESS)
        except Cancelled as given_up:
            ended.append(given_up)

    reading = threading.Thread(target=read)
    reading.start()
    began.wait()
    unwanted.set()
    reading.join()
    assert [type(one) for one in ended] == [Cancelled]


def test_what_is_wanted_and_what_comes_after_is_read_to_the_end(sqlite_database: Database) -> None:
    counted = sa.text(
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
        " SELECT max(i) FROM n"
    )
    with pytest.raises(Cancelled), while_wanted(lambda: True), sqlite_database.read() as session:
        session.execute(_ENDLESS)
    with while_wanted(lambda: False), sqlite_database.read() as session:
        assert session.execute(counted).scalar_one() == 300_000
    # The same connection, by somebody who gives nothing up.
    with sqlite_database.read() as session:
        assert session.execute(counted).scalar_one() == 300_000
    with while_wanted(lambda: True), sqlite_database.write() as session:
        assert session.execute(counted).scalar_one() == 300_000, "a save is never given up"
