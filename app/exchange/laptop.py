"""A laptop: sends what the office has not placed in its order yet, and takes in the answer.

Beside its database a laptop keeps the state the office last confirmed.  An answer moves that state
on by the operations inside; the new database is that state with the laptop's own unsent operations
applied on top, so that nobody's own work leaves the screen.  Both files take the place of the old
ones together; killed at any moment, the laptop has both old or both new.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from app.domain.errors import InvalidInput, Unavailable
from app.domain.operations.clock import reading_of
from app.domain.operations.operation import APPLIED, WITHDRAW, Operation, hash_of
from app.exchange import contacts
from app.exchange.conflicts import Unsettled, listed
from app.exchange.contacts import Contact
from app.exchange.intake import (
    ALTERED,
    NEWER,
    Build,
    Cancelled,
    Intake,
    Progress,
    Refused,
    never,
    understood,
    unmoved,
    why_not_kept,
)
from app.exchange.office import BELONGS_TO, is_office, stored_blobs
from app.exchange.package import Package
from app.exchange.rebase import (
    START_ANEW,
    Rebase,
    confirmed_head,
    file_of_laptop,
)
from app.exchange.record_counts import RecordCounts, count_records
from app.services import Services
from app.services.core import log_reading, operation_log
from app.services.core.blobs import BlobStore
from app.services.joining.joining import bring_own, counted, is_due
from app.services.replay import Diverged, known_kinds
from app.working_folders import WorkingFolder
from db import snapshots
from db.copying import check_file, copy_database, working_copy
from db.engine import Database
from db.migrate import HEAD

DIVERGED = "exchange.diverged"
OTHER_OFFICE = "exchange.other_office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What a package to the office holds: the operations it has not placed yet, and the last one
    of its order that is known here.  `made_at` is when they were read: nothing that is not among
    them reads as early.  `brought` counts the records from before this computer joined that go with
    it for the first time, by sort."""

    made_at: datetime
    operations: tuple[Operation, ...]
    acknowledged: int
    anchor: str
    brought: Mapping[str, int] = field(default_factory=dict)


def outgoing(services: Services) -> Outgoing:
    """What to send, at first also what was here before this computer joined the office.  From now
    on everything done here reads later than this moment.  Raises `Unavailable`."""
    brought = bring(services)
    head = confirmed_head(services)
    with services.context.write_locally() as unit:
        station = operation_log.station_of(unit.session)
        shown = reading_of(unit.now)
        before = operation_log.fact(unit.session, operation_log.CLOCK_SHOWN) or 0
        operation_log.keep_fact(unit.session, operation_log.CLOCK_SHOWN, max(shown, before))
        waiting = tuple(log_reading.unsent(unit.session, station))
    return Outgoing(
        made_at=unit.now,
        operations=waiting,
        acknowledged=head.seq,
        anchor=head.hash,
        brought=brought,
    )


def take_answer(  # noqa: PLR0913 - what is taken in, where, and how it is told
    services: Services,
    package: Package,
    *,
    build: Build,
    blobs: BlobStore | None = None,
    dry_run: bool = False,
    progress: Progress = unmoved,
    cancelled: Cancelled = never,
) -> Intake:
    """Take in what the office answered; the database of `services` is another file afterwards.
    With `dry_run` it is put together and thrown away, so that nothing is changed here.

    Raises `InvalidInput` (``exchange.is_the_office``, ``exchange.other_office``), `Unavailable`;
    nothing has happened then.
    """
    manifest = package.manifest
    operations = tuple(sorted(package.operations(), key=lambda one: one.office_seq or 0))
    intake = Intake(
        sender=manifest.sender, sender_name=manifest.sender_name, operations=len(operations)
    )
    before = _check_sender(services, manifest.sender)
    known = confirmed_head(services).seq
    state = manifest.snapshot
    if before and manifest.made_at <= before.made_at and state is not None and state <= known:
        # An old state: taking it in would take away what came after it.
        return replace(intake, operations=state, already=state, state=True)
    if refused := _not_understood(services, package, operations):
        return replace(intake, refused=(refused,))
    lacking = () if dry_run else stored_blobs(package, operations, blobs)
    brought, counts = to_bring(services), count_records(services)
    if not dry_run:
        bring(services)
    with (
        WorkingFolder("exchange", beside=file_of_laptop(services)) as folder,
        _own_side(services, build, folder, bringing=dry_run and bool(brought)) as own,
    ):
        work = Rebase(own, build, folder)
        try:
            taken = work.confirm(package, operations, progress, cancelled)
        except Diverged:
            if not dry_run:
                _ask_anew(services)
            return replace(intake, refused=(Refused(DIVERGED),))
        if isinstance(taken, Refused):
            return replace(intake, refused=(taken,))
        fresh = frozenset(one.id for one in operations[len(operations) - taken :])
        if not dry_run:
            work.swap(manifest)
        conflicts, after = work.tried(fresh) if dry_run else _here(services, fresh | work.unsent)
    return replace(
        work.told(intake, taken),
        before=counts,
        after=after,
        conflicts=conflicts,
        lacking=lacking,
        brought=brought,
        state=state is not None,
    )


def _here(services: Services, about: frozenset[str]) -> tuple[tuple[Unsettled, ...], RecordCounts]:
    """What waits for a decision about these operations, and how many records there are now."""
    return listed(services, about), count_records(services)


@contextlib.contextmanager
def _own_side(
    services: Services, build: Build, folder: Path, *, bringing: bool
) -> Iterator[Services]:
    """What own operations are read from: the database itself, or where something is only tried that
    is brought along, a copy in which it is brought."""
    if not bringing:
        yield services
        return
    path = folder / "brought.db"
    copy_database(services.context.database, path)
    copy = build(Database(path))
    try:
        bring(copy)
        yield copy
    finally:
        copy.close()


def to_bring(services: Services) -> Mapping[str, int]:
    """What this computer held before it joined an office and its operations do not tell, by sort of
    record; nothing once it was brought or left behind, and in the office."""
    with services.context.read() as session:
        if operation_log.fact(session, operation_log.OFFICE) is not None:
            return {}
        if operation_log.fact(session, BELONGS_TO) is not None or not is_due(session):
            return {}
        return counted(session)


def bring(services: Services, *, leave: bool = False) -> Mapping[str, int]:
    """Bring it to the office with what is sent next, or `leave` it behind; returns how much that
    is.  Raises `Unavailable`."""
    found = to_bring(services)
    if found:
        bring_own(services.context, leave=leave)
    return found


def put_together_again(services: Services, *, build: Build) -> None:
    """Make the database anew from what the office confirmed and the laptop's own operations, so
    that those taken back no longer show.  Raises `Unavailable`."""
    with WorkingFolder("exchange", beside=file_of_laptop(services)) as folder:
        work = Rebase(services, build, folder)
        work.confirm_nothing()
        work.swap()


def pending(services: Services) -> tuple[Operation, ...]:
    """What was done here and the office has not placed in its order yet, oldest first; without
    what was taken back."""
    with services.context.read() as session:
        own = tuple(log_reading.unsent(session, operation_log.station_of(session)))
    withdrawn = {one.subject_id for one in own if one.kind == WITHDRAW}
    return tuple(one for one in own if one.kind != WITHDRAW and one.id not in withdrawn)


def withdraw(services: Services, operation_id: str, *, build: Build) -> None:
    """Take back an operation that was not sent yet.  Raises `NotFound`, `InvalidInput`
    (``operation.already_sent``), `Unavailable`."""
    if confirmed_head(services).seq == 0:
        raise InvalidInput.of("office", "exchange.no_office_yet")
    services.settling.withdraw(operation_id)
    put_together_again(services, build=build)


def fitting_no_longer(
    services: Services, operation_id: str, *, build: Build
) -> tuple[Unsettled, ...]:
    """What was done after an operation that was not sent yet and would no longer fit without it:
    it would wait for a decision.  Found by trying it in files of their own.  Raises `InvalidInput`
    (``exchange.no_office_yet``), `Unavailable`."""
    before = {one.id for one in listed(services)}
    with WorkingFolder("exchange", beside=file_of_laptop(services)) as folder:
        work = Rebase(services, build, folder)
        work.confirm_nothing()
        return tuple(
            one for one in work.tried(frozenset(), operation_id)[0] if one.id not in before
        )


def unsent_missing_in(copy: Path, old: Path) -> int:
    """How many operations that were done here and that no office has yet are in the database `old`
    and not in a backup: where the backup takes its place they are off the screen until
    `bring_back`.  0 for a computer without an office, and when a file cannot be read."""
    from sqlcipher3 import dbapi2

    try:
        return snapshots.unsent_only_in(old, copy)
    except (dbapi2.Error, OSError, Unavailable):
        return 0


def bring_back(services: Services, old: Path, *, build: Build) -> int:
    """Apply what a database that was moved away holds of this computer's own operations and this
    one lacks; returns how many.  Raises `InvalidInput` (``exchange.no_office_yet``), `NotFound`,
    `Unavailable`."""
    check_file(old)
    with WorkingFolder("exchange", beside=file_of_laptop(services)) as folder:
        work = Rebase(services, build, folder)
        working_copy(old, folder / "old.db")
        before = Database(folder / "old.db")
        try:
            with before.read() as session:
                lost = list(log_reading.unsent(session, operation_log.station_of(session)))
        finally:
            before.close()
        with services.context.read() as session:
            known = log_reading.known_among(session, [one.id for one in lost])
        lost = [one for one in lost if one.id not in known]
        work.confirm_nothing(lost)
        work.swap()
    return len(lost)


def _check_sender(services: Services, sender: str) -> Contact | None:
    """The last contact with the office.  Raises `InvalidInput` when it is another one."""
    if is_office(services):
        raise InvalidInput.of("office", "exchange.is_the_office")
    with services.context.read() as session:
        known = operation_log.fact(session, BELONGS_TO)
        if known not in (None, sender):
            raise InvalidInput.of("office", OTHER_OFFICE)
        return contacts.contact_with(session, sender)


def _not_understood(
    services: Services, package: Package, operations: tuple[Operation, ...]
) -> Refused | None:
    """Nothing is half understood: a newer program comes first."""
    manifest = package.manifest
    if manifest.schema > HEAD:
        return Refused(NEWER, params={"program": manifest.program})
    if any(hash_of(one) != one.hash for one in operations):
        return Refused(ALTERED)
    kinds = known_kinds(services)
    if not all(one.outcome != APPLIED or understood(one, kinds) for one in operations):
        return Refused(NEWER, params={"program": manifest.program})
    for one in operations:
        if unkept := why_not_kept(one):
            return Refused(unkept, one.station_seq, one.station_seq)
    return None


def _ask_anew(services: Services) -> None:
    with services.context.write_trust() as unit:
        operation_log.keep_fact(unit.session, START_ANEW, value=True)
