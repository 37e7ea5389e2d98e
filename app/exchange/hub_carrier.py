"""Carries files to and from the exchange server over a connection that may end at any byte.

Every question to the server may be asked twice, so one whose answer got lost is asked again over a
new connection, and a file goes on from what the other side says it has.
"""

from __future__ import annotations

import enum
import random
import threading
from collections.abc import Callable
from typing import TypeVar

from app.domain.errors import Cancelled, Unavailable
from app.exchange.hub_connection import HubConnection, Shipment, WaitingParcel
from app.exchange.hub_faults import PASSING
from app.exchange.hub_parcels import ParcelFolder
from app.exchange.package_file import Step

_LEAST_PART, _FIRST_PART, _MOST_PART = 512, 128 << 10, 1 << 20
"""Bytes in one answer or question.  A line that breaks often gets small ones."""
_ATTEMPTS = 6
"""How often in a row a question fails before the person is told."""
LONGEST_WAIT = 4.0
"""Seconds between two attempts."""

_Answer = TypeVar("_Answer")


def jittered(seconds: float) -> float:
    """Somewhat more or less, so that laptops that failed together do not come back together."""
    return seconds * random.uniform(0.5, 1.0)


class Fetched(enum.Enum):
    """How a parcel arrived: as it was sent; not at all, because a newer one or another taker took
    it away; otherwise than it was sent."""

    WHOLE = enum.auto()
    GONE = enum.auto()
    DAMAGED = enum.auto()


class Carrier:
    """A line to the server that comes back.  `connect` opens it.  In one thread; only `stop` may be
    called from others."""

    def __init__(self, connect: Callable[[], HubConnection]) -> None:
        self._connect = connect
        self._line: HubConnection | None = None
        self._part = _FIRST_PART
        self._failures = 0
        self._stopped = threading.Event()

    def close(self) -> None:
        """Disconnect."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Make whatever waits for the server end with `Cancelled`."""
        self._stopped.set()
        line = self._line
        if line is not None:
            line.cut()

    def ask(self, question: Callable[[HubConnection], _Answer]) -> _Answer:
        """The answer to a question that may be asked twice; a line that breaks is opened again, at
        growing intervals.  Raises `Unavailable`, `Cancelled`."""
        while True:
            if self._stopped.is_set():
                raise Cancelled
            try:
                if self._line is None:
                    self._line = self._connect()
                answer = question(self._line)
            except Unavailable as fault:
                was_there = self._line is not None or self._failures > 0
                self.close()
                if self._stopped.is_set():
                    raise Cancelled from fault
                self._failures += 1
                if fault.code not in PASSING or not was_there or self._failures >= _ATTEMPTS:
                    raise
                self._part = max(_LEAST_PART, self._part // 4)
                self._stopped.wait(jittered(min(LONGEST_WAIT, 0.125 * 2**self._failures)))
            else:
                self._failures = 0
                return answer

    def send(self, shipment: Shipment, folder: ParcelFolder, step: Step) -> None:
        """All bytes of a parcel to the server.  Raises `Unavailable`, `Cancelled`; it goes on from
        there the next time."""
        with folder.path(shipment).open("rb") as file:

            def push(line: HubConnection) -> int:
                file.seek(held)
                return line.push(shipment, held, file.read(self._part))

            held = self.ask(lambda line: line.push(shipment, 0, b""))
            while held < shipment.size:
                step(held, shipment.size)
                held = self.ask(push)
                self._grow()
        step(shipment.size, shipment.size)

    def fetch(self, parcel: WaitingParcel, folder: ParcelFolder, step: Step) -> Fetched:
        """All bytes of a parcel from the server into its file.  Raises `Unavailable`,
        `Cancelled`; it goes on from there the next time."""
        with folder.receiving(parcel) as file:

            def pull(line: HubConnection) -> bytes | None:
                return line.pull(parcel, file.tell(), self._part)

            while file.tell() < parcel.size:
                step(file.tell(), parcel.size)
                part = self.ask(pull)
                if not part:
                    folder.done(parcel)
                    return Fetched.GONE
                file.write(part)
                self._grow()
        step(parcel.size, parcel.size)
        return Fetched.WHOLE if folder.is_whole(parcel) else Fetched.DAMAGED

    def _grow(self) -> None:
        self._part = min(_MOST_PART, self._part * 2)
