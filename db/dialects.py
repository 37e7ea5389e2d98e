"""The dialects of the two engines, made so that a statement is compiled once in a process.

SQLAlchemy keeps compiled statements by engine and by dialect object, so every database that is
opened, a copy, a package or the same one again, begins with compiling everything anew; that costs
some ten times what most of the statements take.  Here engines of one kind share the compiled
statements: dialects of one class that speak to the same version of a database are equal, for what
they compile is.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, Engine
from sqlalchemy.util import LRUCache

_KEPT = 1000
"""Statements; the program has some hundreds of forms of them."""
_COMPILED: LRUCache[Any, Any] = LRUCache(_KEPT)


class FileDialect(SQLiteDialect_pysqlite):
    """SQLite; its version is that of the one library in the process."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


registry.register("sqlite.poscare", __name__, FileDialect.__name__)
# Loaded with the first server: most computers have none.
registry.register("postgresql.poscare", "db.server_dialect", "ServerDialect")


def create_engine(url: URL, **options: Any) -> Engine:
    """An engine of SQLAlchemy that shares its compiled statements with the others.  Raises what
    `sqlalchemy.create_engine` does."""
    return sa.create_engine(
        url.set(drivername=f"{url.get_backend_name()}+poscare"),
        execution_options={"compiled_cache": _COMPILED},
        hide_parameters=True,
        **options,
    )
