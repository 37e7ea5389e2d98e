"""The composition root: settings, clock and database in, working services out.  The only wiring."""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app import files, paths, unlocking, working_folders
from app import settings as settings_file
from app.domain.documents import Letterhead
from app.domain.errors import AppError, BadKnowledge, Unavailable
from app.domain.missing_database import DatabaseMissing, Leftover
from app.domain.office_zone import zone_named
from app.domain.people.rights import Standing
from app.languages import LocalizedText
from app.secret_store import SecretStore, of_this_user
from app.server_password import with_password
from app.services import Services
from app.services.core.backups import JOURNAL, Backups
from app.services.core.blobs import BlobStore
from app.services.core.context import Clock, ServiceContext, system_clock
from app.services.core.log_beginning import begin_log
from app.settings import Settings
from db import backup, migrate, restoring, storage
from db.engine import Database, database_url, file_of
from db.leftovers import KnownDatabases, left_beside
from db.leftovers import find as find_remains
from db.locking import DatabaseLock
from db.server import without_password
from db.viewing import ViewedDatabase

if TYPE_CHECKING:
    from app.domain.diagnosis.evidence import Reasoner
    from app.exchange.exchange import Exchange
    from app.exchange.hub import Hub
    from app.exchange.hub_address import HubAddress
    from app.exchange.seat_copy import SeatCopy
    from app.knowledge.overlay import LayeredCatalogue
    from app.knowledge.plan_pack import PlanPack

log = logging.getLogger(__name__)


def open_database(target: str, clock: Clock = system_clock, *, name: str = "POSCare") -> Database:
    """The database at `target` (path or URL), created or brought to the present schema.  Others
    know whoever opens it as `name`.  One that cannot be written is opened to be looked at only.

    Raises `Unavailable` with the reason and nothing changed; `EncryptionLocked` when somebody has
    to unlock the data first; `DatabaseMissing` when it was here before: only a place where there
    never was a database gets a new one.
    """
    unlocking.unlock_by_key_store()
    path = file_of(target)
    if path is None:
        if database_url(target).get_backend_name() == "sqlite":
            raise Unavailable("db.bad_address")  # in memory: nothing outlasts the program
        return prepared(Database(with_password(target), name), clock)
    storage.check_place(path)
    with unlocking.explained():
        return _opened(path, target, clock, name)


def _opened(path: Path, target: str, clock: Clock, name: str) -> Database:
    if storage.can_only_be_read(path):
        return _viewed(path, name)
    try:
        lock = DatabaseLock(path, name)
    except Unavailable as refusal:
        # Windows tells only by trying whether a folder takes files.
        if refusal.code == "db.folder_unwritable" and path.is_file():
            return _viewed(path, name)
        raise
    # One after the other: of two first starts at once, the second finds what the first made.
    with contextlib.closing(lock), lock.gate():
        restoring.finish(lock)
        _check_missing(path)
        database = prepared(Database(target, name), clock)
        storage.keep_private(path, paths.home())
        _sweep()
        try:
            KnownDatabases(paths.known_databases()).add(path)
        except Unavailable:
            database.close()
            raise
    return database


def _sweep() -> None:
    """Remove what those left behind who were killed: while they made a backup or a journal, wrote
    settings or keys, and folders they worked in."""
    working_folders.sweep()
    for folder in (paths.home(), paths.keys()):
        files.remove_abandoned(folder, ".*.tmp")
    backup.sweep(paths.backups())
    files.remove_abandoned(paths.backups() / JOURNAL, ".*.tmp")


def _viewed(path: Path, name: str) -> Database:
    working_folders.sweep()
    database = ViewedDatabase(path, name)
    try:
        migrate.prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def prepared(database: Database, clock: Clock) -> Database:
    """A database brought to the present schema, after a backup; closed when that fails.  Raises
    `Unavailable`."""
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
        raise DatabaseMissing(code, str(path), remains_of(path))


def _was_here(path: Path) -> bool:
    """Whether there was a database, though no list says so: the list is younger than the program,
    and settings or list can be lost with the file."""
    if left_beside(path):
        return True
    if path != paths.database_file():
        return False
    return bool(backup.existing(paths.backups())) or any(paths.attachments().glob("??/*"))


def remains_of(path: Path) -> tuple[Leftover, ...]:
    """What a database could be put back from."""
    try:
        second = settings_file.load(paths.settings_file()).backup_folder
    except AppError:
        second = ""
    return find_remains(path, [paths.backups(), *([Path(second)] if second else [])])


def file_of_settings(settings: Settings) -> Path:
    """The database file of the settings.  Raises `Unavailable` for a server."""
    path = file_of(settings.database or str(paths.database_file()))
    if path is None:
        raise Unavailable("backup.not_a_file")
    return path


def upgrade_server(settings: Settings, seats: str = "") -> None:
    """Set up the empty database of a server, or bring an old one to this version; done by whoever
    may change tables there.  Members of the role `seats` may work with it, and only append to the
    log.  A file needs no asking: it is upgraded whenever it is opened.

    Raises `Unavailable`.
    """
    target = settings.database or str(paths.database_file())
    if file_of(target) is not None:
        return
    from app.services.incidents.incident_index import index_upgraded

    opened = Database(with_password(target), "poscare check --upgrade")
    with contextlib.closing(opened) as database:
        index_upgraded(database, migrate.upgrade_server(database, seats))


def check_address(target: str) -> Unavailable | None:
    """What has to be done before a database at a path or URL can be opened (`TO_BE_MADE_READY`),
    None for nothing.  Nothing is made or changed.  Raises `Unavailable`."""
    path = file_of(target)
    if path is not None:
        storage.check_place(path)
        return None
    database = Database(with_password(target))
    try:
        migrate.check_server(database)
    except Unavailable as error:
        if error.code not in TO_BE_MADE_READY:
            raise
        return error
    finally:
        database.close()
    return None


TO_BE_MADE_READY = frozenset({"db.server_empty", "db.upgrade_needed"})
"""Codes of a server that `upgrade_server` makes ready."""


@functools.cache
def catalogue() -> LayeredCatalogue:
    """The fault catalogue, read when first needed.  Raises `BadKnowledge`."""
    from app.knowledge.overlay import LayeredCatalogue

    return LayeredCatalogue(paths.resources() / "knowledge")


def reasoner() -> Reasoner:
    """The catalogue as it is shipped, ready to reason with.  Raises `BadKnowledge`."""
    return catalogue().reasoner()


def hazards_in(code: str, text: str) -> tuple[LocalizedText, ...]:
    """Why a hard stop makes a report urgent; nothing when the catalogue cannot be read, for a
    report must never be lost over it."""
    from app.domain.diagnosis.reported_stops import reported_stops

    try:
        return tuple(stop.log for stop in reported_stops(reasoner(), code, text))
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
    opened = database
    if opened is None:
        target = settings.database or str(paths.database_file())
        opened = open_database(target, clock, name=name)
    context = ServiceContext(
        database=opened,
        clock=clock,
        device=settings.device,
        actor=settings.technician,
        letterhead=letterhead(settings),
        targets=settings.targets,
        zone=zone_named(settings.zone),
    )
    if isinstance(opened, ViewedDatabase):
        context.standing = Standing(view_only=True, server_away=opened.of_server)
    elif database is None:
        try:
            begin_log(context)
        except BaseException:
            opened.close()
            raise
    second = Path(settings.backup_folder) if settings.backup_folder else None
    key_file = paths.encryption_keys()
    blobs = BlobStore(paths.attachments())
    return Services(
        context,
        files=paths.attachments(),
        backups=Backups(context, blobs, paths.backups(), second, key_file),
        secrets=secrets(),
        catalogue=catalogue,
        hazards=hazards_in,
        plan_pack=plan_pack,
        build=builder(settings, clock),
        horizon_days=settings.horizon_days,
        # A database somebody rebuilds or tries something in is not the one that is used.
        remembers_outside=database is None,
    )


def exchange(services: Services, settings: Settings) -> Exchange:
    """Packages to and from other computers.  This one is called by its device letter and the name
    of its technician until somebody gives it another name."""
    from app.exchange.exchange import Exchange
    from app.exchange.identity import Identity
    from app.exchange.keys import KeyRing

    def called() -> str:
        code = services.context.actor
        names = {one.code: one.name for one in services.directory.technicians()}
        return f"{services.context.device} {names.get(code, code)}".strip()

    return Exchange(
        services,
        identity=Identity(services, KeyRing(secrets()), called),
        blobs=BlobStore(paths.attachments()),
        build=builder(settings, services.context.clock),
    )


def seat_copy(settings: Settings) -> SeatCopy | None:
    """The copy this seat keeps of its server; None where it is a file or none is wanted."""
    from app.exchange.seat_copy import SeatCopy

    target = settings.database or str(paths.database_file())
    if file_of(target) is not None or settings.seat_copy == "none":
        return None
    return SeatCopy(paths.seat_copy(), without_password(target), builder(settings), secrets())


HUB_PASSWORD = "hub-password"
"""The name under which the password of this computer on the exchange server is kept."""


def hub(services: Services, settings: Settings, password: str | None = None) -> Hub | None:
    """The exchange through the server of the settings, None when none is set.  Without a `password`
    the one that was kept is used.

    Raises `InvalidInput` about the settings, `Unavailable` (``secrets.no_key_store``).
    """
    from app.exchange.hub import Hub

    if not settings.hub_server:
        return None
    address = hub_address_of(settings)
    kept = secrets().get(HUB_PASSWORD) if password is None else password
    return Hub(
        services,
        exchange(services, settings),
        address=address,
        password=kept or "",
        folder=paths.hub(),
    )


def hub_address_of(settings: Settings) -> HubAddress:
    """Where the exchange server of the settings is.  Raises `InvalidInput`."""
    from app.exchange.hub_address import hub_address

    return hub_address(
        settings.hub_server, settings.hub_database, settings.hub_user, settings.hub_certificate
    )


def secrets() -> SecretStore:
    """The private keys and passwords of this user."""
    return of_this_user()


def builder(settings: Settings, clock: Clock = system_clock) -> Callable[[Database], Services]:
    """Makes services over a database of one's own, such as one that operations are applied to."""

    def over(database: Database) -> Services:
        return build(settings, clock=clock, database=database)

    return over


def letterhead(settings: Settings) -> Letterhead:
    """What documents show of the settings."""
    return Letterhead(
        company=settings.company_name,
        phone=settings.company_phone,
        logo=settings.company_logo,
        notice=settings.report_notice,
        closing=settings.report_closing,
        language=settings.report_language,
        paper=settings.paper,
        sums_in_words=settings.sums == "words",
    )
