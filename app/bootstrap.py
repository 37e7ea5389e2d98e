"""The composition root: settings, clock and database in, working services out.  The only wiring."""

from __future__ import annotations

import contextlib
import functools
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app import paths
from app import settings as settings_file
from app.domain.documents import Letterhead
from app.domain.errors import AppError, BadKnowledge, InvalidInput, Unavailable
from app.domain.faults import Text
from app.domain.remains import DatabaseMissing, Remain
from app.services import Later, Services
from app.services.blobs import BlobStore
from app.services.care import Care, put_back
from app.services.directory import Directory
from app.services.drafts import Drafts
from app.services.incident_work import IncidentWork
from app.services.incidents import Incidents
from app.services.service_gate import InspectionGate
from app.services.terminals import Terminals
from app.services.workplace import Clock, Workplace, system_clock
from app.settings import Settings
from db import backup, migrate, restoring, storage
from db.engine import Database, file_of
from db.locking import DatabaseLock
from db.remains import KnownDatabases, left_beside
from db.remains import find as find_remains

if TYPE_CHECKING:
    from app.domain.evidence import Reasoner
    from app.domain.knowledge import Knowledge
    from app.knowledge.plan_pack import PlanPack
    from app.services.diagnosis import Diagnosis
    from app.services.exchange import Exchange
    from app.services.insight import Insight
    from app.services.models import Models
    from app.services.paperwork import Paperwork
    from app.services.upkeep import Upkeep

log = logging.getLogger(__name__)


def open_database(target: str, clock: Clock = system_clock, *, name: str = "POSCare") -> Database:
    """The database at `target` (path or URL), created or brought to the present schema.  Others
    know whoever opens it as `name`.

    Raises `Unavailable` with the reason and nothing changed; `DatabaseMissing` when it was here
    before: only a place where there never was a database gets a new one.
    """
    path = file_of(target)
    if path is None:
        return _prepared(Database(target, name), clock)
    storage.check_place(path)
    lock = DatabaseLock(path, name)
    # One after the other: of two first starts at once, the second finds what the first made.
    with contextlib.closing(lock), lock.gate():
        restoring.finish(lock)
        _check_missing(path)
        database = _prepared(Database(target, name), clock)
        try:
            KnownDatabases(paths.known_databases()).add(path)
        except Unavailable:
            database.close()
            raise
    return database


def _prepared(database: Database, clock: Clock) -> Database:
    try:
        migrate.prepare(
            database,
            lambda: (
                backup.make(database, paths.backups(), clock(), "upgrade")
                if database.path
                else None
            ),
        )
    except BaseException:
        database.close()
        raise
    log.info("database open: %s", database)
    return database


def _check_missing(path: Path) -> None:
    empty = path.exists() and path.stat().st_size == 0
    if path.exists() and not empty:
        return
    if empty or path in KnownDatabases(paths.known_databases()) or _was_here(path):
        code = "db.empty_file" if empty else "db.vanished"
        raise DatabaseMissing(code, str(path), _remains(path))


def _was_here(path: Path) -> bool:
    """Whether there was a database, though no list says so: the list is younger than the program,
    and settings or list can be lost with the file."""
    if left_beside(path):
        return True
    if path != paths.database_file():
        return False
    return bool(backup.existing(paths.backups())) or any(paths.attachments().glob("??/*"))


def _remains(path: Path) -> tuple[Remain, ...]:
    try:
        second = settings_file.load(paths.settings_file()).backup_folder
    except AppError:
        second = ""
    return find_remains(path, [paths.backups(), *([Path(second)] if second else [])])


def remains(settings: Settings) -> tuple[Remain, ...]:
    """What the database of the settings could be put back from.  Raises `Unavailable`."""
    return _remains(_file_of(settings))


def _file_of(settings: Settings) -> Path:
    path = file_of(settings.database or str(paths.database_file()))
    if path is None:
        raise Unavailable("backup.not_a_file")
    return path


def restore(
    settings: Settings, copy: Path, *, name: str, clock: Clock = system_clock
) -> Path | None:
    """Put a copy in place of the database, whether that is sound, damaged or missing; returns where
    the old one went, if there was one.

    Raises `NotFound`, `Unavailable`; also while anybody has the database open.
    """
    path = _file_of(settings)
    storage.check_place(path)
    lock = DatabaseLock(path, name)
    with contextlib.closing(lock), lock.alone():
        restoring.finish(lock)
        replaced = put_back(copy, lock, BlobStore(paths.attachments()), clock())
        KnownDatabases(paths.known_databases()).add(path)
    return replaced


def begin_empty(
    settings: Settings, device: str, *, name: str, clock: Clock = system_clock
) -> Settings:
    """Give up a missing database: the next start begins an empty one, whose numbers bear the new
    `device` letter, so that none is given out twice.  Returns the settings, which are saved.

    Raises `InvalidInput`, `Unavailable`.
    """
    path = _file_of(settings)
    if path.exists() and path.stat().st_size:
        raise InvalidInput.of("database", "restore.not_missing", path=str(path))
    chosen = settings_file.check(replace(settings, device=device))
    if chosen.device == settings.device:
        raise InvalidInput.of("device", "restore.same_letter", device=chosen.device)
    storage.check_place(path)
    lock = DatabaseLock(path, name)
    with contextlib.closing(lock), lock.alone():
        restoring.set_aside(lock, clock())
        settings_file.save(chosen, paths.settings_file())
        _prepared(Database(path, name), clock).close()
        KnownDatabases(paths.known_databases()).add(path)
    return chosen


def upgrade_server(settings: Settings) -> None:
    """Bring the schema of a server to this version; the administrator's job.  Raises
    `Unavailable`."""
    database = Database(settings.database or str(paths.database_file()), "poscare check --upgrade")
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
    from app.domain.evidence import Reasoner

    return Reasoner(knowledge())


def hazards_in(code: str, text: str) -> tuple[Text, ...]:
    """Why a hard stop makes a report urgent; nothing when the catalogue cannot be read, for a
    report must never be lost over it."""
    from app.domain.interview import begin

    try:
        return tuple(stop.log for stop in begin(reasoner(), code, text).stops)
    except BadKnowledge:
        return ()


@functools.cache
def plan_pack() -> PlanPack:
    """The recommended maintenance plans, read when first needed.  Raises `BadKnowledge`."""
    from app.knowledge.plan_pack import load_plan_pack

    return load_plan_pack(paths.resources() / "plans")


def build(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    database: Database | None = None,
    name: str = "POSCare",
) -> Services:
    """All services over one database; `name` tells others who has it open.

    Raises `Unavailable`, `DatabaseMissing`.
    """
    if database is None:
        target = settings.database or str(paths.database_file())
        database = open_database(target, clock, name=name)
    workplace = Workplace(
        database,
        clock=clock,
        device=settings.device,
        actor=settings.technician,
        letterhead=letterhead(settings),
    )
    terminals = Terminals(workplace, InspectionGate(workplace))
    incidents = Incidents(workplace, terminals, knowledge, hazards=hazards_in)
    second = Path(settings.backup_folder) if settings.backup_folder else None
    return Services(
        workplace=workplace,
        terminals=terminals,
        directory=Directory(workplace),
        incidents=incidents,
        work=IncidentWork(workplace),
        drafts=Drafts(workplace),
        care=Care(workplace, BlobStore(paths.attachments()), paths.backups(), second),
        open_diagnosis=Later(lambda: open_diagnosis(workplace)),
        open_papers=Later(lambda: open_papers(workplace)),
        open_upkeep=Later(lambda: open_upkeep(workplace, incidents, terminals, settings)),
        open_exchange=Later(lambda: open_exchange(workplace)),
        open_models=Later(lambda: open_models(workplace)),
        open_insight=Later(lambda: open_insight(workplace)),
    )


def open_diagnosis(workplace: Workplace) -> Diagnosis:
    """The services of guided diagnosis."""
    from app.services.diagnosis import Diagnosis

    return Diagnosis(workplace, Directory(workplace), reasoner)


def open_exchange(workplace: Workplace) -> Exchange:
    """The services of imports and exports."""
    from app.services.exchange import Exchange
    from app.services.history_import import HistoryImport
    from app.services.terminal_export import TerminalExport
    from app.services.terminal_import import TerminalImport

    return Exchange(
        TerminalImport(workplace), TerminalExport(workplace), HistoryImport(workplace)
    )  # fmt: skip


def open_models(workplace: Workplace) -> Models:
    """The service of makers and models."""
    from app.services.models import Models

    return Models(workplace)


def open_insight(workplace: Workplace) -> Insight:
    """The service of figures over many incidents."""
    from app.services.insight import Insight

    return Insight(workplace)


def open_upkeep(
    workplace: Workplace, incidents: Incidents, terminals: Terminals, settings: Settings
) -> Upkeep:
    """The services of maintenance."""
    from app.services.checklists import Checklists
    from app.services.compliance import ComplianceBook
    from app.services.extra_visits import ExtraVisits
    from app.services.generation import Generation
    from app.services.leave import Leave
    from app.services.levelling import Levelling
    from app.services.meters import Meters
    from app.services.plans import Plans
    from app.services.schedule_export import ScheduleExport
    from app.services.upkeep import Upkeep
    from app.services.visits import Visits
    from app.services.work_days import WorkDays

    visits, work_days = Visits(workplace), WorkDays(workplace)
    return Upkeep(
        plans=Plans(workplace, plan_pack),
        generation=Generation(workplace, settings.horizon_days),
        visits=visits,
        extras=ExtraVisits(workplace),
        checklists=Checklists(workplace, visits, incidents, terminals),
        levelling=Levelling(workplace, visits),
        work_days=work_days,
        leave=Leave(workplace, visits, work_days),
        meters=Meters(workplace),
        compliance=ComplianceBook(workplace),
        schedules=ScheduleExport(workplace),
    )


def letterhead(settings: Settings) -> Letterhead:
    """What documents show of the settings."""
    return Letterhead(
        company=settings.company_name,
        phone=settings.company_phone,
        logo=settings.company_logo,
        notice_zh=settings.report_notice_zh,
        notice_en=settings.report_notice_en,
        closing_zh=settings.report_closing_zh,
        closing_en=settings.report_closing_en,
        language=settings.report_language,
        paper=settings.paper,
    )


def open_papers(workplace: Workplace) -> Paperwork:
    """The services of documents."""
    from app.services.attachments import Attachments
    from app.services.letterhead import Printers
    from app.services.paperwork import Paperwork
    from app.services.photos import Darkroom
    from app.services.proving import Proving
    from app.services.reporting import Reporting
    from app.services.signatures import Signatures

    blobs, darkroom = BlobStore(paths.attachments()), Darkroom()
    printers = Printers(blobs, darkroom)
    return Paperwork(
        reporting=Reporting(workplace, blobs, printers, knowledge),
        proving=Proving(workplace),
        attachments=Attachments(workplace, blobs, darkroom),
        signatures=Signatures(workplace),
        darkroom=darkroom,
    )
