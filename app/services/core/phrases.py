"""Quick phrases of a person: lines that go into any note by a key.

They belong to one person and change no record, so they are kept in this database and not in the
log; on a server they are the same at every seat.
"""

from __future__ import annotations

from app.domain import text
from app.domain.errors import Problems
from app.services.core.context import ServiceContext
from db.models.office import AppStateRow

MOST = 40
"""Phrases of one person."""


class Phrases:
    """Use cases of quick phrases."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    @property
    def _name(self) -> str:
        return f"phrases/{self._context.actor}"

    def mine(self) -> tuple[str, ...] | None:
        """Those of who works here, in their order; None while none were ever saved."""
        with self._context.read() as session:
            row = session.get(AppStateRow, self._name)
            return None if row is None else tuple(row.value)

    def save(self, lines: str) -> tuple[str, ...]:
        """Keep these, one a line, each once; returns them.  Raises `InvalidInput`."""
        problems = Problems()
        found: list[str] = []
        with problems.field("phrases"):
            found = [text.free_line(line) for line in lines.splitlines()]
        kept = list(dict.fromkeys(filter(None, found)))
        if len(kept) > MOST:
            problems.add("phrases", "phrases.too_many", count=len(kept), most=MOST)
        problems.raise_if_any()
        with self._context.write_locally() as unit:
            row = unit.session.get(AppStateRow, self._name)
            if row is None:
                unit.session.add(AppStateRow(name=self._name, value=kept))
            else:
                row.value = kept
        return tuple(kept)
