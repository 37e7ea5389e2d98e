"""Writes packages and takes them in, whoever works here.

It asks no right: the background exchange goes on while anybody is signed in, or nobody.  What a
person does goes through `app.exchange.exchange.Exchange`, which asks first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from app import __version__
from app.domain.errors import InvalidInput
from app.domain.operations.operation import Operation
from app.exchange import laptop, office
from app.exchange.identity import Identity
from app.exchange.intake import Build, Cancelled, Intake, Progress, blobs_of, never, unmoved
from app.exchange.keys import KeyPair
from app.exchange.package import Manifest
from app.exchange.package_entries import Limits
from app.exchange.package_file import (
    PackageContents,
    PackageReader,
    Step,
    WrittenPackage,
    open_package,
    write_package,
)
from app.exchange.stations import ARRANGE, Station, Stations
from app.services import Services
from app.services.core.blobs import BlobStore
from app.services.core.import_columns import stopping
from app.services.core.rights import require
from app.services.core.stored_files import named_files
from db.keys import first_key
from db.migrate import HEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedPackage:
    """The package that was written, for whom, and how many attachments are lost or damaged here
    and so not inside; `brought` as in `app.exchange.laptop.Outgoing`."""

    package: WrittenPackage
    to: str
    snapshot: bool
    lacking: int
    brought: Mapping[str, int] = field(default_factory=dict)


class PackageExchange:
    """The packages of one computer."""

    def __init__(
        self,
        services: Services,
        *,
        identity: Identity,
        blobs: BlobStore,
        build: Build,
        limits: Limits,
    ) -> None:
        self._services = services
        self._identity = identity
        self._blobs = blobs
        self._build = build
        self._limits = limits
        self._stations = Stations(services.context)

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
        recipient, own = self._recipient(to), self._identity.pair()
        step = stopping(progress, cancelled)
        if office.is_office(self._services):
            return self._answer(path, recipient, own, step)
        outgoing = laptop.outgoing(self._services)
        manifest = replace(
            self._manifest(own, recipient),
            made_at=outgoing.made_at,
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
            sender = self._stations.named(package.manifest.sender)
            if sender.is_office and package.manifest.sender_role != "office":
                raise InvalidInput.of("file", "exchange.two_offices", name=sender.name)
            if not sender.is_office:
                self._become_office(package, dry_run=dry_run)
            take = laptop.take_answer if sender.is_office else office.take_in
            found = take(
                self._services,
                package,
                build=self._build,
                blobs=self._blobs,
                dry_run=dry_run,
                progress=progress or unmoved,
                cancelled=cancelled or never,
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
            own=self._identity.pair(),
            renewed_at=self._identity.renewed_at(),
            trusted=self._stations.sender,
            limits=self._limits,
            step=stopping(progress, cancelled),
        )

    def _become_office(self, package: PackageReader, *, dry_run: bool) -> None:
        """A laptop we trust names this computer as its office, so it is one from now on; that is
        never done in the background."""
        if office.is_office(self._services):
            return
        if (
            package.manifest.office != self._identity.station()
            or self._stations.office() is not None
        ):
            raise InvalidInput.of("file", "exchange.not_an_office")
        if not dry_run:
            require(self._services.context, ARRANGE)
            office.begin(self._services)

    def _recipient(self, to: str) -> Station:
        home = self._stations.office()
        if to:
            found = self._stations.named(to)
        elif office.is_office(self._services):
            found = self._only_laptop()
        elif home is None:
            raise InvalidInput.of("to", "exchange.no_office")
        else:
            found = home
        if found.revoked_at is not None:
            raise InvalidInput.of(
                "to", "exchange.revoked_recipient", name=found.name, since=found.revoked_at
            )
        if not office.is_office(self._services) and not found.is_office:
            raise InvalidInput.of("to", "exchange.only_to_the_office", name=found.name)
        return found

    def _only_laptop(self) -> Station:
        trusted = [one for one in self._stations.listed() if one.revoked_at is None]
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
            sender_name=self._identity.name,
            sender_role=self._identity.role,
            office=home.key.station if home else own.station,
            to=recipient.key.station,
        )


def _blobs(operations: Iterable[Operation]) -> Iterable[str]:
    return (sha256 for one in operations for sha256 in blobs_of(one))
