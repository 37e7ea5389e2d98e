"""A statement is compiled once in the process, whatever database it is sent to."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import CacheStats

from db.dialects import FileDialect, ServerDialect
from db.engine import Database
from db.models.register import AreaRow


def test_what_was_compiled_for_one_database_serves_the_next(template: Path, tmp_path: Path) -> None:
    found = []

    def note(*given: Any) -> None:
        if "FROM area" in given[2]:
            found.append(given[4].cache_hit)

    for n, name in enumerate(("浦东新区", "昆山市")):
        path = tmp_path / f"{n}.db"
        shutil.copyfile(template, path)
        database = Database(path)
        with database.write() as session:
            session.add(AreaRow(name=name))
        event.listen(database.engine, "before_cursor_execute", note)
        with database.read() as session:
            wanted = sa.select(AreaRow.name).where(AreaRow.name == name)  # type: ignore[call-overload]
            assert session.execute(wanted).scalars().all() == [name]
        database.close()
    assert len(found) == 2
    assert found[-1] is CacheStats.CACHE_HIT


def test_only_dialects_that_compile_the_same_are_equal() -> None:
    one, other = ServerDialect(), ServerDialect()
    assert one == other
    assert FileDialect() == FileDialect()
    assert one != FileDialect()
    one.server_version_info = (14, 1)
    other.server_version_info = (17, 0)
    assert one != other
