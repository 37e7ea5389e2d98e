"""The exchange of packages as people see it: write a package, look into one, take it in, decide
what did not fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from app import chosen_files
from app.domain.errors import InvalidInput, NotFound
from app.domain.operations.operation import Operation
from app.domain.operations.settlement import Settlement
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
from app.exchange.intake import Build, Cancelled, Intake, Progress
from app.exchange.package_entries import DEFAULT_LIMITS, Limits
from app.exchange.package_exchange import ExportedPackage, PackageExchange
from app.exchange.reading import READ, exchange_reader, readable_sides
from app.exchange.stations import ARRANGE, CARRY, Stations
from app.exchange.status import (
    ExchangeStatus,
    only_home,
    status,
    waiting_here,
    with_trusted,
)
from app.services import Services
from app.services.core.blobs import BlobStore
from app.services.core.rights import require
from app.services.core.trail_entries import names_also_given_out, names_of


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
        self._build = build
        self.packages = PackageExchange(
            services, identity=identity, blobs=blobs, build=build, limits=limits
        )
        """For the background exchange: it asks no right."""
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
        now = self._services.context.now()
        found = with_trusted(status(self._services), trusted, now)
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
        """Write a package, as `PackageExchange.export` does.  Raises `NotPermitted`, too."""
        require(self._services.context, CARRY)
        chosen_files.check(path)
        return self.packages.export(path, to, progress=progress, cancelled=cancelled)

    def take_in(
        self,
        path: Path,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Intake:
        """Take in a package, as `PackageExchange.take_in` does; with `dry_run` only find out what
        that would do.  Raises `NotPermitted`, too."""
        require(self._services.context, CARRY)
        return self.packages.take_in(path, dry_run=dry_run, progress=progress, cancelled=cancelled)

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
        with self._services.context.read() as session:
            named = ((one.operation.subject_kind, one.subject_id) for one in entries)
            return names_also_given_out(session, named)

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
        (``exchange.no_office_yet``), `Unavailable`, `NotPermitted`."""
        require(self._services.context, READ, own=True)
        return laptop.fitting_no_longer(self._services, operation_id, build=self._build)

    def withdraw(self, operation_id: str) -> None:
        """Take back one of them.  Raises `NotFound`, `InvalidInput` (``operation.already_sent``,
        ``exchange.no_office_yet``), `Unavailable`, `NotPermitted`."""
        require(self._services.context, "operation.withdraw")
        laptop.withdraw(self._services, operation_id, build=self._build)

    def before_joining(self, *, leave: bool = False) -> Mapping[str, int]:
        """How much this computer held before it joined an office that goes with the next package,
        by sort of record; with `leave` it stays behind.  Raises `Unavailable`, `NotPermitted`."""
        if leave:
            require(self._services.context, ARRANGE)
            return laptop.bring(self._services, leave=True)
        return laptop.to_bring(self._services)

    def bring_back(self, old: Path) -> int:
        """Do again what a database that a backup replaced holds of this computer's unsent work;
        returns how many operations.  Raises `InvalidInput` (``exchange.no_office_yet``),
        `NotFound`, `Unavailable`, `NotPermitted`."""
        require(self._services.context, "backup.restore")
        return laptop.bring_back(self._services, old, build=self._build)
