"""The exchange through a server: the packages of `app.exchange`, carried by PostgreSQL.

A laptop sends what its office lacks and takes in what lies there for it; the office takes in what
lies there and answers every laptop that is behind.  What a package does is decided by `Exchange`
alone, so file and server end in the same state.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import Cancelled as Stopped
from app.domain.errors import InvalidInput, NotFound, Rejected, Unavailable
from app.exchange import contacts
from app.exchange.exchange import Exchange
from app.exchange.hub_address import HubAddress
from app.exchange.hub_carrier import Carrier, Fetched, jittered
from app.exchange.hub_connection import (
    HubConnection,
    HubDevice,
    HubGreeting,
    SentParcel,
    WaitingParcel,
)
from app.exchange.hub_parcels import ParcelFolder
from app.exchange.intake import NEWER, Cancelled, Intake, Progress, never, unmoved
from app.exchange.reading import READ
from app.exchange.rebase import confirmed_head
from app.exchange.stations import ARRANGE
from app.services import Services
from app.services.core import log_reading
from app.services.core.import_columns import stopping
from app.services.core.rights import require

DAMAGED = "hub.parcel_damaged"
"""Why a parcel is refused that is not what was sent; its sender sends it anew at once."""
POLL_EVERY = 20.0
"""Seconds between two passes when there was nothing to do."""
POLL_SOON = 3.0
"""Seconds after a pass that carried something, for an answer follows."""
TOLD_AGAIN = 900.0
"""Seconds after which a laptop that did nothing tells that, so that the office knows until when it
has everything of it."""
LONGEST_PAUSE = 300.0
"""Seconds between two passes at most, however often they fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRun:
    """What one pass did: packages sent, what came of those that arrived, and why others could not
    be taken in.  `refused` is the code of why the office refused what this laptop sent last,
    empty when it did not.  `elsewhere` tells that another seat of the office does its work now."""

    sent: int = 0
    arrived: tuple[Intake, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    refused: str = ""
    elsewhere: bool = False


def _to_be_sent_again(known: SentParcel, unplaced: int) -> bool:
    """Whether what was sent did not reach the office after all: it arrived in part or damaged, or
    was taken some time ago and refused, or did not bring the own work into the office's order (an
    office that was put back to an older backup forgets what it took)."""
    if not known.complete or known.outcome == DAMAGED:
        return True
    return known.again and bool(known.outcome or unplaced)


@dataclass(frozen=True, slots=True)
class _Watch:
    """Who is told how far a pass is, and who may end it."""

    progress: Progress
    cancelled: Cancelled


class Hub:
    """The exchange through one server.

    For a worker thread: `run` does everything that can be done now and returns; `pause` says how
    many seconds later to call it again.  What interrupts it (`Unavailable`, `Cancelled`) loses
    nothing: the next call goes on from there.  `stop` may be called from any thread.  It works
    whoever is signed in, for what a package may do here was decided when its computer was trusted.
    """

    def __init__(
        self,
        services: Services,
        exchange: Exchange,
        *,
        address: HubAddress,
        password: str,
        folder: Path,
    ) -> None:
        self.address = address
        self._services = services
        self._exchange = exchange
        self._password = password
        self._folder = folder
        self._carrier = Carrier(self._connected)
        self._failures = 0
        self._busy = False

    # --- use cases ------------------------------------------------------------------------------

    def check(self) -> HubGreeting:
        """Connect, and find out who this computer is to the server.  Nothing is sent or changed.

        Raises `Unavailable` with the code of what is wrong (`app.exchange.hub_faults`,
        ``hub.other_station``, ``hub.other_office``).
        """
        with HubConnection(self.address, self._password) as line:
            return self._known(line.hello())

    def run(self, progress: Progress | None = None, cancelled: Cancelled | None = None) -> HubRun:
        """One pass: on a laptop its work to the office and the office's to it, in the office
        everybody's in and an answer to everybody who is behind.

        `progress` is told of each transfer in bytes and of each package in operations.  Raises
        `Unavailable`, `InvalidInput` (``exchange.no_office`` …), `Cancelled`.
        """
        watch = _Watch(progress or unmoved, lambda: self._carrier.stopped or (cancelled or never)())
        try:
            if self._exchange.is_office:
                done = self._office_pass(watch)
            else:
                done = self._laptop_pass(watch)
        except _WorkedElsewhere:
            # At the beginning, or by the time a line that broke was open again.
            done = HubRun(elsewhere=True)
        except BaseException:
            self._failures += 1
            raise
        finally:
            self._carrier.close()
        self._failures = 0
        self._busy = bool(done.sent or done.arrived)
        return done

    @property
    def pause(self) -> float:
        """Seconds until the next pass: longer after every failure, never the same for two."""
        if self._busy and not self._failures:
            return jittered(POLL_SOON)
        return jittered(min(LONGEST_PAUSE, POLL_EVERY * 2.0 ** min(self._failures, 8)))

    def stop(self) -> None:
        """End what is under way, with `Cancelled`, and do nothing afterwards."""
        self._carrier.stop()

    def devices(self) -> tuple[HubDevice, ...]:
        """For the office: the computers the server knows.  Raises `Unavailable`, `NotPermitted`."""
        require(self._services.context, READ)
        with HubConnection(self.address, self._password) as line:
            return line.devices()

    def revoke(self, station: str) -> None:
        """For the office: the server lets a laptop in no longer.  Raises `Unavailable`,
        `NotPermitted`."""
        require(self._services.context, ARRANGE)
        with HubConnection(self.address, self._password) as line:
            line.revoke(station)

    # --- a laptop -------------------------------------------------------------------------------

    def _laptop_pass(self, watch: _Watch) -> HubRun:
        mark, unplaced = self._state_to_tell()
        greeting = self._known(self._carrier.ask(lambda line: line.hello(mark)))
        sent, known = 0, greeting.sent
        if known is None or _to_be_sent_again(known, unplaced):
            sent = self._send("", mark, watch)
        arrived, rejected = self._take_in(greeting.waiting, watch)
        return HubRun(
            sent=sent,
            arrived=arrived,
            rejected=rejected,
            refused=known.outcome if known else "",
        )

    def _state_to_tell(self) -> tuple[str, int]:
        """What a package to the office would say, in short: where the own work ends and what of the
        office's is known.  As long as it stays the same nothing has to be sent, for `TOLD_AGAIN` at
        most.  And how many operations the office has not placed."""
        station = self._exchange.identity.station()
        head = confirmed_head(self._services)
        with self._services.context.read() as session:
            end = log_reading.end_of_chain(session, station)
            unplaced = log_reading.waiting(session, station).amount
        told = f"{station} {end.seq} {end.hash.hex()} {head.seq} {head.hash} {self._turn(station)}"
        return hashlib.sha256(told.encode()).hexdigest(), unplaced

    def _turn(self, station: str) -> int:
        """The number of the span of `TOLD_AGAIN` now is in; those of laptops begin at moments of
        their own, so that they do not all come at once."""
        apart = random.Random(station).random()
        return int(self._services.context.now().timestamp() / TOLD_AGAIN + apart)

    # --- the office -----------------------------------------------------------------------------

    def _office_pass(self, watch: _Watch) -> HubRun:
        self._check_key()
        greeting = self._known(self._carrier.ask(lambda line: line.hello()))
        arrived, rejected = self._take_in(greeting.waiting, watch)
        sent = 0
        trusted = {one.key.station: one for one in self._exchange.stations.listed()}
        for device in self._carrier.ask(lambda line: line.devices()):
            found = trusted.get(device.station)
            if device.role != "laptop" or device.revoked_at or found is None:
                continue
            if found.revoked_at is not None:
                # Revoked here while the server was away, or it was put back to an older state.
                self._revoked_there(device.station)
                continue
            mark = self._answer_due(device.station)
            if mark and mark != device.mark:
                sent += self._send(device.station, mark, watch)
        return HubRun(sent=sent, arrived=arrived, rejected=rejected)

    def _check_key(self) -> None:
        """A seat without the office's key leaves the turn to one that has it.  Raises
        `Unavailable`."""
        try:
            self._exchange.identity.pair()
        except Unavailable as fault:
            if fault.code != "exchange.key_missing":
                raise
            raise Unavailable("hub.no_key_here") from fault

    def _revoked_there(self, station: str) -> None:
        self._carrier.ask(lambda line: line.revoke(station))

    def _answer_due(self, station: str) -> str:
        """What an answer to a laptop would say, in short; empty when it has everything, or never
        told what it has."""
        with self._services.context.read() as session:
            contact = contacts.contact_with(session, station)
            head = log_reading.head_of(session)
        if contact is None:
            return ""
        if head.seq and (contact.acknowledged, contact.anchor) == (head.seq, head.hash):
            return ""
        # With the moment of what it sent last: one that asks for everything anew gets it again.
        asked = contact.made_at.isoformat()
        told = f"{head.seq} {head.hash} {contact.acknowledged} {contact.anchor} {asked}"
        return hashlib.sha256(told.encode()).hexdigest()

    # --- both -----------------------------------------------------------------------------------

    def _parcels(self) -> ParcelFolder:
        return ParcelFolder(self._folder / self._exchange.identity.station())

    def _send(self, to: str, mark: str, watch: _Watch) -> int:
        """Send what was begun before, then what is to be told now; returns how many parcels."""
        folder, step = self._parcels(), stopping(watch.progress, watch.cancelled)
        sent, last = 0, ""
        while (begun := folder.begun(to)) is not None:
            self._carrier.send(begun, folder, step)
            folder.sent(begun)
            sent, last = sent + 1, begun.mark
        if last != mark:

            def write(path: Path) -> None:
                self._exchange.packages.export(
                    path, to, progress=watch.progress, cancelled=watch.cancelled
                )

            made = folder.add(to, mark, write)
            self._carrier.send(made, folder, step)
            folder.sent(made)
            sent += 1
        return sent

    def _take_in(
        self, waiting: tuple[WaitingParcel, ...], watch: _Watch
    ) -> tuple[tuple[Intake, ...], tuple[Rejected, ...]]:
        """Take in what waits; what cannot be is refused with its code, and blocks nothing."""
        folder, step = self._parcels(), stopping(watch.progress, watch.cancelled)
        folder.forget_others(waiting)
        arrived: list[Intake] = []
        rejected: list[Rejected] = []
        for parcel in waiting:
            fetched = self._carrier.fetch(parcel, folder, step)
            if fetched is Fetched.GONE:
                continue
            try:
                if fetched is Fetched.DAMAGED:
                    raise InvalidInput.of("file", DAMAGED, server=self.address.server)
                intake = self._exchange.packages.take_in(
                    folder.arriving(parcel), progress=watch.progress, cancelled=watch.cancelled
                )
                if watch.cancelled():
                    raise Stopped
                arrived.append(intake)
                outcome = next((one.code for one in intake.refused), "")
            except (InvalidInput, NotFound) as refusal:
                outcome = refusal.code
                rejected.append(refusal)
            if outcome != NEWER:
                # What a newer program sent stays there until this one is updated.
                self._taken(parcel, outcome)
                folder.done(parcel)
        return tuple(arrived), tuple(rejected)

    def _taken(self, parcel: WaitingParcel, outcome: str) -> None:
        self._carrier.ask(lambda line: line.take(parcel, outcome))

    def _connected(self) -> HubConnection:
        line = HubConnection(self.address, self._password)
        try:
            if self._exchange.is_office and not line.take_turn():
                raise _WorkedElsewhere
        except BaseException:
            line.close()
            raise
        return line

    def _known(self, greeting: HubGreeting) -> HubGreeting:
        """Raises `Unavailable` when the server takes this computer for another one."""
        if greeting.station != self._exchange.identity.station():
            raise Unavailable("hub.other_station", server=self.address.server, name=greeting.name)
        office = self._exchange.stations.office()
        if office is not None and greeting.office not in ("", office.key.station):
            raise Unavailable("hub.other_office", server=self.address.server, name=office.name)
        return greeting


class _WorkedElsewhere(Exception):
    """Another seat of the office has the turn."""
