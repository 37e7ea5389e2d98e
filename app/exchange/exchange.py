"""The exchange of packages as people see it: write a package, look into one, take it in, decide
what did not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from app import __version__
from app.domain.errors import InvalidInput, NotFound
from app.domain.operations.operation import Operation
from app.exchange import laptop, office
from app.exchange.conflict_sides import ConflictSides
from app.exchange.conflicts import (
    SettledTogether,
    Unsettled,
    settle,
    settle_all_of,
    settle_together,
)
from app.exchange.identity import Identity
from app.exchange.intake import Build, Intake, blobs_of
from app.exchange.keys import KeyPair
from app.exchange.package import Manifest
from app.exchange.package_file import (
    DEFAULT_LIMITS,
    Limits,
    PackageContents,
    PackageReader,
    Step,
    WrittenPackage,
    open_package,
    write_package,
)
from app.exchange.reading import READ, exchange_reader, readable_sides
from app.exchange.stations import ARRANGE, Station, Stations
from app.exchange.status import (
    ExchangeStatus,
    only_home,
    status,
    waiting_here,
    with_trusted,
)
from app.services import Services
from app.services.core.blobs import BlobStore
from app.services.core.import_columns import stopping
from app.services.core.rights import require
from app.services.core.stored_files import named_files
from app.services.core.trail_entries import names_of
from app.services.settling import Settlement
from db.keys import first_key
from db.migrate import HEAD

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedPackage:
    """The package that was written, for whom, and how many attachments are lost or damaged here
    and so not inside; `brought` as in `app.exchange.laptop.Outgoing`."""

    package: WrittenPackage
    to: str
    snapshot: bool
    lacking: int
    brought: Mapping[str, int] = field(default_factory=dict)


class Exchange:
    """Use cases of the exchange of packages.

    `build` makes services over another database, for nothing but applying operations.
    """

    def __init__(
        self,
        services: Services,
        *,
        identity: Identity,
        blobs: BlobStore,
        build: Build,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._services = services
        self.identity = identity
        self._blobs = blobs
        self._build = build
        self._limits = limits
        self.stations = Stations(services.context)

    def begin_office(self) -> None:
        """Make this database the one that orders everybody's work.  Raises `InvalidInput`,
        `NotPermitted`."""
        require(self._services.context, ARRANGE)
        if self.stations.office() is not None:
            raise InvalidInput.of("office", "exchange.has_an_office")
        office.begin(self._services)

    @property
    def is_office(self) -> bool:
        """Whether this database is the office's."""
        return office.is_office(self._services)

    def status(self) -> ExchangeStatus:
        """What waits here, and how far every other computer is, under the names they are known by
        here; also those trusted that never sent anything.  Who may read only their own gets what
        waits here and how far the office is.  Raises `NotPermitted`."""
        whose, trusted = exchange_reader(self._services.context), self.stations.listed()
        found = with_trusted(status(self._services), trusted)
        return found if whose is None else only_home(found, trusted)

    @property
    def waiting(self) -> int:
        """How many operations of this computer the office does not have."""
        return waiting_here(self._services)

    # --- packages -------------------------------------------------------------------------------

    def export(
        self,
        path: Path,
        to: str = "",
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> ExportedPackage:
        """Write a package: on a laptop for its office, in the office for the laptop called `to`.

        Raises `InvalidInput` (``exchange.no_office``, ``exchange.choose_recipient``,
        ``exchange.revoked_recipient``), `NotFound`, `Unavailable`, `Cancelled`; no file is
        written then.
        """
        recipient, own = self._recipient(to), self.identity.pair()
        step = stopping(progress, cancelled)
        if self.is_office:
            return self._answer(path, recipient, own, step)
        outgoing = laptop.outgoing(self._services)
        manifest = replace(
            self._manifest(own, recipient),
            first_seq=min((one.station_seq for one in outgoing.operations), default=0),
            last_seq=max((one.station_seq for one in outgoing.operations), default=0),
            acknowledged=outgoing.acknowledged,
            anchor=outgoing.anchor,
        )
        named = _blobs(outgoing.operations)
        made = self._write(path, manifest, outgoing.operations, named, (recipient, own, step))
        return replace(made, brought=outgoing.brought)

    def _answer(self, path: Path, recipient: Station, own: KeyPair, step: Step) -> ExportedPackage:
        answer = office.answer_for(self._services, recipient.key.station)
        manifest = replace(self._manifest(own, recipient), head=answer.head, digest=answer.digest)
        if not answer.snapshot:
            others = [one for one in answer.operations if one.station != recipient.key.station]
            return self._write(
                path, manifest, answer.operations, _blobs(others), (recipient, own, step)
            )
        with office.state_to_pack(self._services) as (state, head):
            same = head.seq == answer.head
            manifest = replace(
                manifest,
                head=head.seq,
                snapshot=head.seq,
                digest=answer.digest if same else "",
            )
            with self._services.context.read() as session:
                named = [
                    sha256
                    for file in named_files(session)
                    for sha256 in (file.sha256, file.print_sha256)
                    if sha256
                ]
            return self._write(path, manifest, (), named, (recipient, own, step), state)

    def _write(
        self,
        path: Path,
        manifest: Manifest,
        operations: tuple[Operation, ...],
        named: Iterable[str],
        between: tuple[Station, KeyPair, Step],
        snapshot: Path | None = None,
    ) -> ExportedPackage:
        recipient, own, step = between
        wanted = dict.fromkeys(named)
        whole = [sha256 for sha256 in wanted if not self._blobs.fault(sha256, thorough=True)]
        contents = PackageContents(
            operations=operations, snapshot=snapshot, blobs=whole, read_blob=self._blobs.get
        )
        written = write_package(path, manifest, contents, key=own, to=recipient.key, step=step)
        return ExportedPackage(
            package=written,
            to=recipient.name,
            snapshot=snapshot is not None,
            lacking=len(wanted) - len(whole),
        )

    def take_in(
        self,
        path: Path,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Intake:
        """Take in a package; with `dry_run` only find out what that would do.

        Raises `InvalidInput` (codes of `app.exchange.package_file.open_package`,
        ``exchange.not_for_us`` …), `NotFound`, `Unavailable`, `Cancelled`: nothing is applied then.
        """
        with self.opened(path, progress=progress, cancelled=cancelled) as package:
            sender = self.stations.named(package.manifest.sender)
            if sender.is_office and package.manifest.sender_role != "office":
                raise InvalidInput.of("file", "exchange.two_offices", name=sender.name)
            take = self._from_office if sender.is_office else self._from_laptop
            found = take(
                package,
                dry_run=dry_run,
                progress=progress or (lambda _done, _of: None),
                cancelled=cancelled or (lambda: False),
            )
            state = package.manifest.snapshot is not None
        return replace(found, sender_name=sender.name, state=state and not found.refused)

    def opened(
        self,
        path: Path,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> PackageReader:
        """A package whose sender and content were checked.  Raises as `take_in`."""
        return open_package(
            path,
            own=self.identity.pair(),
            renewed_at=self.identity.renewed_at(),
            trusted=self.stations.sender,
            limits=self._limits,
            step=stopping(progress, cancelled),
        )

    def _from_office(
        self, package: PackageReader, *, dry_run: bool, progress: Progress, cancelled: Cancelled
    ) -> Intake:
        return laptop.take_answer(
            self._services,
            package,
            build=self._build,
            blobs=self._blobs,
            dry_run=dry_run,
            progress=progress,
            cancelled=cancelled,
        )

    def _from_laptop(
        self, package: PackageReader, *, dry_run: bool, progress: Progress, cancelled: Cancelled
    ) -> Intake:
        if not self.is_office:
            if (
                package.manifest.office != self.identity.station()
                or self.stations.office() is not None
            ):
                raise InvalidInput.of("file", "exchange.not_an_office")
            # A laptop we trust names this computer as its office, so it is one from now on.
            if not dry_run:
                office.begin(self._services)
        return office.take_in(
            self._services,
            package,
            build=self._build,
            blobs=self._blobs,
            dry_run=dry_run,
            progress=progress,
            cancelled=cancelled,
        )

    # --- conflicts ------------------------------------------------------------------------------

    def conflicts(self) -> tuple[Unsettled, ...]:
        """What waits for a decision; for who may read only their own, what they have part in.
        Raises `NotPermitted`."""
        return tuple(one.unsettled for one in self.sides())

    def sides(self) -> tuple[ConflictSides, ...]:
        """The same with what both sides said, who and when."""
        return readable_sides(self._services)

    def record_names(self, entries: Iterable[Unsettled]) -> dict[str, str]:
        """What people call the records that entries are about, by the keys of the records."""
        return self.names_of(one.operation for one in entries)

    def names_of(self, operations: Iterable[Operation]) -> dict[str, str]:
        """What people call the records that operations are about, by the keys of the records."""
        with self._services.context.read() as session:
            return names_of(session, ((one.subject_kind, one.subject_id) for one in operations))

    def settle(self, unsettled_id: str, how: Settlement) -> None:
        """Decide one.  Raises `NotFound`, and what doing it again raises."""
        if unsettled_id not in {one.id for one in self.conflicts()}:
            raise NotFound("conflict", unsettled_id)
        settle(self._services, unsettled_id, how)

    def settle_all_of(self, actor: str, how: Settlement) -> SettledTogether:
        """Decide alike about all that waits of a person, by code; see `conflicts.settle_all_of`."""
        return settle_all_of(self._services, actor, how)

    def settle_these(self, ids: Iterable[str], how: Settlement) -> SettledTogether:
        """Decide alike about those of `ids` that still wait; see `conflicts.settle_together`."""
        chosen = frozenset(ids)
        wanted = [one for one in self.conflicts() if one.id in chosen]
        return settle_together(self._services, wanted, how)

    # --- own work that was not sent ---------------------------------------------------------------

    def pending(self) -> tuple[Operation, ...]:
        """What was done here and the office has not placed in its order yet, oldest first:
        everybody here sees it.  Raises `NotPermitted` while nobody is signed in who has to be."""
        require(self._services.context, READ, own=True)
        return laptop.pending(self._services)

    def fitting_no_longer(self, operation_id: str) -> tuple[Unsettled, ...]:
        """What would wait for a decision once one of them was taken back.  Raises `InvalidInput`
        (``exchange.no_office_yet``), `Unavailable`."""
        return laptop.fitting_no_longer(self._services, operation_id, build=self._build)

    def withdraw(self, operation_id: str) -> None:
        """Take back one of them.  Raises `NotFound`, `InvalidInput` (``operation.already_sent``,
        ``exchange.no_office_yet``), `Unavailable`."""
        laptop.withdraw(self._services, operation_id, build=self._build)

    def before_joining(self, *, leave: bool = False) -> Mapping[str, int]:
        """How much this computer held before it joined an office that goes with the next package,
        by sort of record; with `leave` it stays behind.  Raises `Unavailable`."""
        if leave:
            return laptop.bring(self._services, leave=True)
        return laptop.to_bring(self._services)

    def bring_back(self, old: Path) -> int:
        """Do again what a database that a backup replaced holds of this computer's unsent work;
        returns how many operations.  Raises `InvalidInput` (``exchange.no_office_yet``),
        `NotFound`, `Unavailable`."""
        return laptop.bring_back(self._services, old, build=self._build)

    # --- inside ---------------------------------------------------------------------------------

    def _recipient(self, to: str) -> Station:
        home = self.stations.office()
        if to:
            found = self.stations.named(to)
        elif self.is_office:
            found = self._only_laptop()
        elif home is None:
            raise InvalidInput.of("to", "exchange.no_office")
        else:
            found = home
        if found.revoked_at is not None:
            raise InvalidInput.of(
                "to", "exchange.revoked_recipient", name=found.name, since=found.revoked_at
            )
        if not self.is_office and not found.is_office:
            raise InvalidInput.of("to", "exchange.only_to_the_office", name=found.name)
        return found

    def _only_laptop(self) -> Station:
        trusted = [one for one in self.stations.listed() if one.revoked_at is None]
        if len(trusted) == 1:
            return trusted[0]
        if not trusted:
            raise InvalidInput.of("to", "exchange.nobody_trusted")
        names = ", ".join(one.name for one in trusted)
        raise InvalidInput.of("to", "exchange.choose_recipient", names=names)

    def _manifest(self, own: KeyPair, recipient: Station) -> Manifest:
        home = recipient if recipient.is_office else None
        return Manifest(
            id=first_key(),
            made_at=self._services.context.now(),
            program=__version__,
            schema=HEAD,
            sender=own.station,
            sender_name=self.identity.name,
            sender_role=self.identity.role,
            office=home.key.station if home else own.station,
            to=recipient.key.station,
        )


def _blobs(operations: Iterable[Operation]) -> Iterable[str]:
    return (sha256 for one in operations for sha256 in blobs_of(one))
