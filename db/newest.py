"""The newest schema of a database file as one list of statements, so that a new file is made at
once and not by every migration in turn.

``python -m db.revise newest`` prints it anew after a new migration; a test holds it to what the
migrations make, and while it is of another revision they are used.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

FILE = Path(__file__).parent / "migrations" / "newest.json"


def written(connection: Connection, revision: str) -> str:
    """The file's text for the schema of a database that was just made by the migrations."""
    own = _own(connection)
    virtual = {name for _, name, sql in own if sql.startswith(_VIRTUAL)}
    rows: dict[str, list[list[Any]]] = {}
    columns: dict[str, list[str]] = {}
    for kind, name, _ in own:
        if kind == "table" and name not in virtual:
            found = connection.execute(sa.select(sa.text("*")).select_from(sa.table(name))).all()
            if found:
                columns[name] = [str(key) for key in found[0]._fields]
                rows[name] = [list(row) for row in found]
    content: dict[str, Any] = {"revision": revision, "statements": [sql for *_, sql in own]}
    content |= {"columns": columns, "rows": rows}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


_VIRTUAL = "CREATE VIRTUAL TABLE"


def _own(connection: Connection) -> list[tuple[str, str, str]]:
    """Kind, name and statement of everything in a database but what stands behind a full-text
    table, which comes with it, and SQLite's own."""
    made = connection.exec_driver_sql(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    ).all()
    virtual = tuple(f"{name}_" for _, name, _, sql in made if sql.startswith(_VIRTUAL))
    return [
        (kind, name, sql)
        for kind, name, table, sql in made
        if (kind == "trigger" or not table.startswith(virtual)) and not name.startswith("sqlite_")
    ]


def parts(statement: str) -> tuple[str, ...]:
    """A statement without the order of columns and rules, which rebuilding a table shuffles."""
    return tuple(sorted(re.split(r",\s+|\s*\n\)", statement)))


def deviations(connection: Connection) -> list[str]:
    """The names of tables, indexes, triggers and views of a file that are not as in the newest
    schema, are not of it, or are missing."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    wanted = {(*_named(one), parts(one)) for one in content["statements"]}
    there = {(kind, name, parts(sql)) for kind, name, sql in _own(connection)}
    astray = connection.exec_driver_sql(_ASTRAY).scalars()
    return sorted({name for _, name, _ in wanted ^ there} | set(astray))


_NAME = re.compile(r'CREATE (?:UNIQUE |VIRTUAL )?(\w+) "?(\w+)')
_ASTRAY = (
    "SELECT name FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_' AND tbl_name NOT IN"
    " (SELECT name FROM sqlite_master WHERE type IN ('table', 'view'))"
)


def _named(statement: str) -> tuple[str, str]:
    """Kind and name of what a statement makes."""
    kind, name = _NAME.findall(statement)[0]
    return kind.lower(), name


def make(connection: Connection, revision: str) -> bool:
    """Make the tables of `revision` in an empty database; False when the file is of another."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    if content["revision"] != revision:
        return False
    for statement in content["statements"]:
        connection.exec_driver_sql(statement)
    for table, rows in content["rows"].items():
        for row in rows:
            values = dict(zip(content["columns"][table], row, strict=True))
            columns: list[Any] = [sa.column(name) for name in values]
            connection.execute(sa.insert(sa.table(table, *columns)).values(values))
    return True
