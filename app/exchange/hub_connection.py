"""What an exchange server is asked, a method each: `resources/hub/schema.sql` answers."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from app.domain.errors import Unavailable
from app.exchange.hub_address import ANSWER_WITHIN, HubAddress, connection_options
from app.exchange.hub_faults import fault_of
from db.server_refusals import OLDEST_SERVER

if TYPE_CHECKING:
    import psycopg

VERSION = 1
"""Of the functions on the server this program calls (`hub.facts`); raised when a program with the
number before could not work with them, and then everybody is asked to update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingParcel:
    """A parcel that waits for this computer: the station it is from, the SHA-256 of its content in
    hexadecimal digits, and its size in bytes."""

    sender: str
    id: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A parcel this computer sends: the SHA-256 of its content in hexadecimal digits, its bytes,
    the station it is for (empty on a laptop: its office), and the mark it is known by later."""

    id: str
    size: int
    to: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentParcel:
    """The server on a parcel of this computer: whether all of it arrived, and, once it was taken,
    the code of why it was refused (empty when it was not).  `again` says that it was taken some
    time ago, so that it may be sent anew."""

    complete: bool
    taken: bool
    outcome: str
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HubGreeting:
    """What the server knows of this computer: its station, name and role there; the station of the
    office, empty when there is none; the parcel it was asked about; what waits."""

    station: str
    name: str
    role: str
    office: str
    sent: SentParcel | None
    waiting: tuple[WaitingParcel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HubDevice:
    """A computer the server admits or admitted.  `to_office` and `to_device` are the parcels that
    wait, `mark` the mark of the last one to it (None before the first).  Moments are by the clock
    of the server."""

    station: str
    login: str
    name: str
    role: str
    revoked_at: datetime | None
    last_contact: datetime | None
    to_office: int
    to_device: int
    mark: str | None


def connect(address: HubAddress, password: str) -> psycopg.Connection[Any]:
    """A connection of the driver, each statement a transaction.  Raises `Unavailable`."""
    try:
        import psycopg
        from psycopg.conninfo import make_conninfo
    except ModuleNotFoundError as failure:
        raise Unavailable("db.no_driver", driver=failure.name or "psycopg") from failure
    try:
        options = connection_options(address, password)
        made = psycopg.connect(make_conninfo("", **options), autocommit=True)
    except psycopg.Error as failure:
        raise fault_of(failure, address) or failure from failure
    version = made.info.server_version // 10000
    if version < OLDEST_SERVER:
        made.close()
        raise Unavailable("hub.old_server", server=address.server, version=version)
    return made


class HubConnection:
    """An open connection to the server; use it in a ``with`` block, in one thread.

    Every method raises `Unavailable` with a code of `app.exchange.hub_faults`.
    """

    def __init__(self, address: HubAddress, password: str) -> None:
        self.address = address
        self._connection = connect(address, password)
        self._errors = type(self._connection).Error
        self._ending = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Disconnect."""
        with self._ending:
            self._connection.close()

    def cut(self) -> None:
        """End the connection from another thread; whatever waits for an answer fails with
        ``hub.cut``."""
        # Not while it is closed: its number may be that of another connection by then.
        with self._ending, contextlib.suppress(OSError, self._errors):
            line = socket.socket(fileno=self._connection.fileno())
            try:
                line.shutdown(socket.SHUT_RDWR)
            finally:
                line.detach()

    # --- what is asked --------------------------------------------------------------------------

    def hello(self, mark: str = "") -> HubGreeting:
        """Who this computer is to the server, what became of the last parcel it sent with a mark,
        and what waits here."""
        found = self.ask("SELECT hub.hello(%s)", mark)
        if found["version"] != VERSION:
            raise self._fault("hub.older" if found["version"] < VERSION else "hub.newer")
        known = found["sent"]
        return HubGreeting(
            station=found["station"],
            name=found["name"],
            role=found["role"],
            office=found["office"] or "",
            sent=SentParcel(
                complete=known["complete"],
                taken=known["taken_at"] is not None,
                outcome=known["outcome"],
                again=bool(known["again"]),
            )
            if known
            else None,
            waiting=tuple(WaitingParcel(**one) for one in found["waiting"]),
        )

    def push(self, shipment: Shipment, at: int, content: bytes) -> int:
        """Bytes of a parcel from `at` on; returns how many the server holds without a gap.  Called
        without bytes it only tells that."""
        return int(
            self.ask(
                "SELECT hub.push(%b, %s, %s, %s, %s, %b)",
                bytes.fromhex(shipment.id),
                shipment.to or None,
                shipment.size,
                shipment.mark,
                at,
                content,
            )
        )

    def pull(self, parcel: WaitingParcel, at: int, most: int) -> bytes | None:
        """Up to `most` bytes of a parcel from `at` on; None when it is no longer there."""
        found = self.ask(
            "SELECT hub.pull(%s, %b, %s, %s)",
            parcel.sender,
            bytes.fromhex(parcel.id),
            at,
            most,
            binary=True,
        )
        return None if found is None else bytes(found)

    def take(self, parcel: WaitingParcel, outcome: str = "") -> None:
        """The parcel was taken in, or is refused for the reason whose code is `outcome`."""
        self.ask("SELECT hub.take(%s, %b, %s)", parcel.sender, bytes.fromhex(parcel.id), outcome)

    def devices(self) -> tuple[HubDevice, ...]:
        """For the office: every computer the server knows."""
        return tuple(
            HubDevice(
                **one
                | {
                    name: datetime.fromisoformat(one[name]) if one[name] else None
                    for name in ("revoked_at", "last_contact")
                }
            )
            for one in self.ask("SELECT hub.devices()")
        )

    def revoke(self, station: str) -> None:
        """For the office: let a laptop in no longer."""
        self.ask("SELECT hub.revoke(%s)", station)

    def take_turn(self) -> bool:
        """For the office: whether nobody else works for it; held until this connection ends."""
        return bool(self.ask("SELECT hub.take_turn()"))

    # --- inside ---------------------------------------------------------------------------------

    def ask(self, query: Any, *values: object, binary: bool = False) -> Any:
        """What a statement gives that gives one value; of bytes with `binary`."""
        try:
            with self._within(ANSWER_WITHIN):
                row = self._connection.execute(query, values, binary=binary).fetchone()
        except self._errors as failure:
            raise self._meant(failure) from failure
        return row[0] if row else None

    @contextlib.contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """The driver waits for an answer for ever, and a server that hangs still keeps the line."""
        watch = threading.Timer(seconds, self.cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _meant(self, failure: Exception) -> Exception:
        return fault_of(failure, self.address) or failure

    def _fault(self, code: str, **more: object) -> Unavailable:
        params: Mapping[str, object] = {"server": self.address.server, **more}
        return Unavailable(code, **params)
