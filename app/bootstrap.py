"""The composition root: settings, clock and database in, working services out.  The only wiring."""

from __future__ import annotations

import functools
import logging
from pathlib import Path

from app import paths
from app.domain.errors import Unavailable
from app.domain.evidence import Reasoner
from app.domain.knowledge import Knowledge
from app.services import Services
from app.services.care import Care
from app.services.diagnosis import Diagnosis
from app.services.directory import Directory
from app.services.drafts import Drafts
from app.services.history_import import HistoryImport
from app.services.incident_work import IncidentWork
from app.services.incidents import Incidents
from app.services.terminal_import import TerminalImport
from app.services.terminals import Terminals
from app.services.workplace import Clock, Workplace, system_clock
from app.settings import Settings
from db import backup, migrate, storage
from db.engine import Database

log = logging.getLogger(__name__)


def open_database(target: str, clock: Clock = system_clock) -> Database:
    """The database at `target` (path or URL), created or brought to the present schema.

    Raises `Unavailable` with the reason and nothing changed.
    """
    if "://" not in target and target != ":memory:":
        storage.check_place(Path(target))
    database = Database(target)
    try:
        migrate.prepare(
            database,
            lambda: (
                backup.make(database, paths.backups(), clock(), "upgrade")
                if database.path
                else None
            ),
        )
    except Unavailable:
        database.close()
        raise
    log.info("database open: %s", database)
    return database


def upgrade_server(settings: Settings) -> None:
    """Bring the schema of a server to this version; the administrator's job.  Raises
    `Unavailable`."""
    database = Database(settings.database or str(paths.database_file()))
    try:
        migrate.upgrade(database)
    finally:
        database.close()


@functools.cache
def knowledge() -> Knowledge:
    """The fault catalogue, read when first needed.  Raises `BadKnowledge`."""
    from app.knowledge import load_knowledge

    return load_knowledge(paths.resources() / "knowledge")


@functools.cache
def reasoner() -> Reasoner:
    """The catalogue ready to reason with, made when first needed.  Raises `BadKnowledge`."""
    return Reasoner(knowledge())


def build(
    settings: Settings, *, clock: Clock = system_clock, database: Database | None = None
) -> Services:
    """All services over one database.  Raises `Unavailable`."""
    if database is None:
        database = open_database(settings.database or str(paths.database_file()), clock)
    workplace = Workplace(database, clock=clock, device=settings.device, actor=settings.technician)
    terminals = Terminals(workplace)
    second = Path(settings.backup_folder) if settings.backup_folder else None
    return Services(
        workplace=workplace,
        terminals=terminals,
        terminal_import=TerminalImport(workplace),
        history_import=HistoryImport(workplace),
        directory=Directory(workplace),
        incidents=Incidents(workplace, terminals, knowledge),
        work=IncidentWork(workplace),
        diagnosis=Diagnosis(workplace, reasoner),
        drafts=Drafts(workplace),
        care=Care(workplace, paths.backups(), second),
    )
