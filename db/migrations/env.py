"""Alembic environment: one transaction on the connection `db.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from db import types
from db.models.everything import metadata

_NAMES = {
    types.Key: "KEY",
    types.Moment: "MOMENT",
    types.DayText: "DAY",
    types.Flag: "FLAG",
    types.Real: "REAL",
    types.JsonText: "DOCUMENT",
    types.TextColumn: "sa.Text()",
}
"""How a generated migration writes our types: by the names its template defines."""


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Keep generated migrations free of project and SQLModel imports."""
    if kind == "type" and type(item) in _NAMES:
        return _NAMES[type(item)]
    return False


def include_object(_item: Any, name: str | None, kind: str, _reflected: bool, _to: Any) -> bool:
    """The search index is made by hand, per engine; autogenerate must not touch it."""
    return not (name or "").startswith(("search_fts", "ix_search_document_tokens"))


def run() -> None:
    """Migrate on the given connection; the caller owns the transaction."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        include_object=include_object,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
        compare_type=True,
    )
    context.run_migrations()


run()
