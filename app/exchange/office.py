"""The office: takes in what laptops did, puts it in order, and answers with what they lack.

The office applies operations in the order of their arrival, each in one transaction, and that order
is everybody's.  Whatever is interrupted is simply done again: an operation is known by its id.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from app.domain.errors import Conflict, InvalidInput, NotFound, Unavailable
from app.domain.operations.operation import CARRIED, WITHDRAW, WITHDRAWN, Operation
from app.exchange import contacts
from app.exchange.conflicts import listed
from app.exchange.contacts import Contact
from app.exchange.intake import (
    ALTERED,
    GAP,
    NEWER,
    Build,
    Cancelled,
    Intake,
    Progress,
    Refused,
    Sorted,
    blobs_of,
    never,
    sort_out,
    unmoved,
)
from app.exchange.package import Manifest, Package
from app.exchange.record_counts import count_records
from app.services import Services
from app.services.core import log_reading, operation_log
from app.services.core.blobs import BlobStore
from app.services.core.changes import Change
from app.services.core.judgement import Judgement, judgement_of
from app.services.core.log_reading import Head
from app.services.incidents.incident_index import index_everything
from app.services.joining.joining import carried
from app.services.replay import Replay, known_kinds
from app.working_folders import WorkingFolder
from db import contents, snapshots
from db.cipher import key_of
from db.copying import plain_copy
from db.durability import flushed_together
from db.engine import Database
from db.migrate import HEAD
from db.stations import STATION


def begin(services: Services) -> None:
    """Make this database the one that orders all operations; those it has come first.

    Raises `InvalidInput` (``exchange.has_an_office``) on a laptop that belongs to another office.
    """
    with services.context.write_trust() as unit:
        if operation_log.fact(unit.session, BELONGS_TO) is not None:
            raise InvalidInput.of("office", "exchange.has_an_office")
        if operation_log.fact(unit.session, operation_log.OFFICE) is not None:
            return
        operation_log.station_of(unit.session)
        operation_log.order_all(unit.session)
        operation_log.keep_fact(
            unit.session, operation_log.OFFICE, {"since": services.context.now().isoformat()}
        )
        unit.touched("exchange")


BELONGS_TO = "exchange:office"
"""The fact of a laptop's database that names the station of its office."""


def is_office(services: Services) -> bool:
    """Whether this database orders all operations."""
    with services.context.read() as session:
        return operation_log.fact(session, operation_log.OFFICE) is not None


def take_in(  # noqa: PLR0913 - what is taken in, with what, and who is told, by name
    services: Services,
    package: Package,
    *,
    build: Build,
    blobs: BlobStore | None = None,
    dry_run: bool = False,
    progress: Progress = unmoved,
    cancelled: Cancelled = never,
) -> Intake:
    """Apply what a laptop sends.  With `dry_run` on a copy, so that nothing is changed here.

    Raises `InvalidInput` (``exchange.not_an_office``), `Unavailable`; what was applied until then
    stays, and taking the package in again goes on from there.
    """
    if not dry_run and not is_office(services):
        raise InvalidInput.of("office", "exchange.not_an_office")
    sender = package.manifest.sender
    with services.context.read() as session:
        contact = contacts.contact_with(session, sender)
        heard = contact.first_at if contact is not None else services.context.now()
        judgement = judgement_of(session, sender, heard)
    work = _Work(build, judgement, progress, cancelled)
    if dry_run:
        with WorkingFolder("tried") as folder:
            return _tried(services, package, folder, work)
    return _take_in(services, package, work, blobs)


@dataclass(frozen=True, slots=True)
class _Work:
    """How operations are applied: with what services, by what judgement; who is told, and who may
    end it."""

    build: Build
    judgement: Judgement
    progress: Progress
    cancelled: Cancelled


def _tried(services: Services, package: Package, folder: Path, work: _Work) -> Intake:
    path = folder / "tried.db"
    write_state(services, path)
    tried = work.build(Database(path))
    try:
        begin(tried)
        return _take_in(tried, package, work, None)
    finally:
        tried.close()


def write_state(services: Services, path: Path, cancelled: Cancelled = never) -> Head:
    """The state of the office as a new file; returns where in the order it stands.  Raises
    `Unavailable`, `errors.Cancelled`."""
    try:
        snapshots.write_snapshot(services.context.database, path, cancelled)
    except OSError as failure:
        raise Unavailable("files.failed", path=str(path), detail=failure.strerror or "") from None
    if not services.context.database.is_sqlite:
        # What a server finds words by is of no use to a file.
        copy = Database(path)
        try:
            with copy.write() as session:
                index_everything(session)
        finally:
            copy.close()
    return Head(*snapshots.head_in(path))


@contextlib.contextmanager
def state_to_pack(services: Services) -> Iterator[tuple[Path, Head]]:
    """The state of the office as a file that goes into a package, and where in the order it stands.
    It is plain, for the package is opened with keys of another computer; so it lies beside the
    database, where what a killed process leaves is removed.  Raises `Unavailable`."""
    with WorkingFolder("answer", beside=services.context.database.path) as folder:
        own, plain = folder / "own.db", folder / "state.db"
        head = write_state(services, own)
        if key_of(own) is None:
            yield own, head
        else:
            plain_copy(own, plain)
            yield plain, head


def _take_in(services: Services, package: Package, work: _Work, blobs: BlobStore | None) -> Intake:
    manifest = package.manifest
    operations = tuple(package.operations())
    plan = _planned(services, package, operations)
    intake = Intake(
        sender=manifest.sender,
        sender_name=manifest.sender_name,
        operations=len(operations),
        already=plan.already,
        refused=plan.refused,
        put_back=_stands_before(services, manifest),
    )
    if plan.fatal:
        return intake
    before = count_records(services)
    # A photo first: a record never names one that is not here though it was sent.
    lacking = stored_blobs(package, operations, blobs)
    applied = _applied(services, plan.fresh, work)
    last = plan.fresh[applied - 1].station_seq if applied else 0
    complete = applied == len(plan.fresh) and not plan.refused
    until = _remember(services, package, plan, complete=complete)
    return replace(
        intake,
        applied=applied,
        before=before,
        after=count_records(services) if plan.fresh else before,
        conflicts=listed(services, frozenset(one.id for one in plan.fresh[:applied])),
        lacking=lacking,
        complete_until=until if complete else None,
        refused=plan.refused if applied == len(plan.fresh) else (*plan.refused, _stopped(last)),
    )


def _stands_before(services: Services, manifest: Manifest) -> bool:
    """Whether the sender has had of us what we no longer have."""
    if manifest.acknowledged == 0:
        return False
    with services.context.read() as session:
        return log_reading.hash_at(session, manifest.acknowledged) != manifest.anchor


def _stopped(last: int) -> Refused:
    return Refused("exchange.stopped", last + 1, 0)


def _planned(services: Services, package: Package, operations: tuple[Operation, ...]) -> Sorted:
    manifest = package.manifest
    if manifest.schema > HEAD:
        refused = Refused(NEWER, params={"program": manifest.program})
        return Sorted(fresh=(), already=0, refused=(refused,))
    with services.context.read() as session:
        known = log_reading.known_among(session, [one.id for one in operations])
        end = log_reading.end_of_chain(session, manifest.sender)
    plan = sort_out(manifest.sender, operations, known, end, known_kinds(services))
    sent_until = max((one.station_seq for one in operations), default=0)
    if not plan.refused and manifest.last_seq > max(end.seq, sent_until):
        missing = Refused(GAP, max(end.seq, sent_until) + 1, manifest.last_seq)
        return replace(plan, refused=(missing,))
    return plan


def _applied(services: Services, fresh: tuple[Operation, ...], work: _Work) -> int:
    """Apply operations in order, each in its transaction; returns how many."""
    if not fresh:
        return 0
    applying = work.build(services.context.database)
    kinds: set[str] = set()
    applying.context.feed.subscribe(lambda change: kinds.update(change.kinds))
    try:
        # What is missing after a power failure is sent and applied again; `_remember` flushes it
        # before anybody is told.
        with flushed_together():
            replay = Replay(applying, judgement=work.judgement)
            # Before the first one, too: what is applied when a process is killed or the disk is
            # full is no longer fresh the next time.
            replay.finished(one.at for one in fresh)
            return _applied_one_by_one(services, fresh, replay, work)
    finally:
        # Once, not for each of thousands: every screen asks again.
        services.context.feed.announce(Change(frozenset(kinds)))


def _applied_one_by_one(
    services: Services,
    fresh: tuple[Operation, ...],
    replay: Replay,
    work: _Work,
) -> int:
    withdrawn = {one.subject_id for one in fresh if one.kind == WITHDRAW}
    brought = carried(fresh)
    for done, one in enumerate(fresh):
        if work.cancelled():
            replay.finished(one.at for one in fresh[:done])
            return done
        try:
            if one.id in withdrawn:
                replay.keep(one, WITHDRAWN)
            elif one.id in brought:
                replay.keep(one, CARRIED)
            else:
                replay.apply(one)
        except (IntegrityError, Conflict):
            if not _is_here(services, one):
                raise
            # Somebody else took the same package in at the same time.
        work.progress(done + 1, len(fresh))
    replay.finished(one.at for one in fresh)
    return len(fresh)


def _is_here(services: Services, one: Operation) -> bool:
    with services.context.read() as session:
        return log_reading.known_among(session, [one.id]).get(one.id) == one.hash


def stored_blobs(
    package: Package, operations: tuple[Operation, ...], blobs: BlobStore | None
) -> tuple[str, ...]:
    """Store the attachments inside; returns those the operations name that are nowhere.

    Raises `Unavailable`, `InvalidInput` (``exchange.altered``).
    """
    if blobs is None:
        return ()
    inside = frozenset(package.blobs)
    for sha256 in sorted(inside):
        if blobs.fault(sha256) and blobs.put(package.blob(sha256)) != sha256:
            raise InvalidInput.of("package", ALTERED)
    named = dict.fromkeys(name for one in operations for name in blobs_of(one))
    return tuple(name for name in named if name not in inside and blobs.fault(name))


def _remember(
    services: Services, package: Package, plan: Sorted, *, complete: bool
) -> datetime | None:
    """Keep what the package says of its sender; returns the moment until which all that one did
    is here."""
    manifest, now = package.manifest, services.context.now()
    believed = manifest.made_at <= now + contacts.MOST_AHEAD
    gaps = [one for one in plan.refused if one.code == GAP]
    with services.context.write_locally() as unit:
        before = contacts.contact_with(unit.session, manifest.sender)
        newest = before is None or contacts.is_later(manifest.made_at, before, now)
        until = before.complete_until if before else None
        if complete and believed and (until is None or manifest.made_at > until):
            until = manifest.made_at
        end = log_reading.end_of_chain(unit.session, manifest.sender)
        missing = (gaps[0].first, gaps[0].last) if gaps else before.missing if before else None
        if missing is not None and missing[1] <= end.seq:
            missing = None
        shown = manifest if newest or before is None else before
        contacts.remember(
            unit.session,
            Contact(
                station=manifest.sender,
                name=manifest.sender_name,
                at=now,
                made_at=shown.made_at,
                last_seq=end.seq,
                missing=missing,
                acknowledged=shown.acknowledged,
                anchor=shown.anchor,
                complete_until=until,
            ),
        )
        unit.touched("exchange")
    return until


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeAnswer:
    """What a station lacks: the ordered operations after `after` up to `head`, or everything as a
    snapshot.  `digest` is that of the state at `head`."""

    station: str
    after: int
    head: int
    snapshot: bool
    digest: str
    operations: tuple[Operation, ...]

    def blobs(self) -> Iterator[str]:
        """The attachments its operations name."""
        for one in self.operations:
            yield from blobs_of(one)


def answer_for(services: Services, station: str) -> OfficeAnswer:
    """What a station does not have yet, from what it acknowledged in its last package.

    A snapshot for one that has nothing, and for one that knows another order than ours: this
    database was put back to an older state since.  Raises `InvalidInput`
    (``exchange.not_an_office``), `NotFound`.
    """
    with services.context.read() as session:
        if operation_log.fact(session, operation_log.OFFICE) is None:
            raise InvalidInput.of("office", "exchange.not_an_office")
        if station == operation_log.fact(session, STATION):
            raise NotFound("station", station)
        contact = contacts.contact_with(session, station)
        after = contact.acknowledged if contact else 0
        head = log_reading.head_of(session)
        ours = log_reading.hash_at(session, after) if after else ""
        agrees = after > 0 and contact is not None and contact.anchor == ours
        return OfficeAnswer(
            station=station,
            after=after,
            head=head.seq,
            snapshot=not agrees,
            digest=contents.digest(session.connection()),
            operations=tuple(log_reading.ordered_after(session, after)) if agrees else (),
        )
