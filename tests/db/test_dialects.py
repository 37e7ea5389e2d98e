"""A statement is compiled once in the process, whatever database it is sent to."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import CacheStats

from db.dialects import FileDialect
from db.engine import Database
from db.models.register import AreaRow
from db.server_dialect import ServerDialect


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


def test_a_file_is_opened_without_what_a_server_needs(template: Path) -> None:
    program = (
        "import sys; from db.engine import Database; from pathlib import Path;"
        f"Database(Path({str(template)!r})).close();"
        "print([one for one in sys.modules if 'dialects.postgresql' in one or 'psycopg' in one])"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"
