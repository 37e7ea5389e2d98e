"""The newest schema of a database file as one list of statements, so that a new file is made at
once and not by every migration in turn.

``python -m db.revise newest`` prints it anew after a new migration; a test holds it to what the
migrations make, and while it is of another revision they are used.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

FILE = Path(__file__).parent / "migrations" / "newest.json"


def written(connection: Connection, revision: str) -> str:
    """The file's text for the schema of a database that was just made by the migrations."""
    made = connection.exec_driver_sql(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    ).all()
    virtual = [name for _, name, _, sql in made if sql.startswith("CREATE VIRTUAL TABLE")]
    own = [
        (kind, name, sql)
        for kind, name, table, sql in made
        # What stands behind a full-text table comes with it.
        if not any(table.startswith(f"{of}_") for of in virtual) and not name.startswith("sqlite_")
    ]
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
