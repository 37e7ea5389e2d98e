"""Care of the data: the journal kept beside the backups, proof of the state."""

from __future__ import annotations

from app.services.core.backups import Backups
from app.services.core.context import ServiceContext
from app.services.keeping.journal import JOURNAL, Journal
from app.services.keeping.proof import Proof, prove
from app.services.keeping.rebuilding import Build


class DataCare:
    """`build` makes services over a database of one's own, to apply operations to it."""

    def __init__(self, context: ServiceContext, backups: Backups, build: Build) -> None:
        self._context = context
        self._backups = backups
        self._build = build
        self.journal = Journal(context, backups.folder / JOURNAL)

    def prove(self) -> Proof | None:
        """Rebuild the database from the journal and compare.  Raises `Unavailable`."""
        return prove(self._context, self.journal, self._build)
