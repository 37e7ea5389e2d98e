"""The same random histories with a server between office and laptops, and what servers do."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.domain.errors import Unavailable
from app.exchange.hub_connection import HubConnection
from app.exchange.hub_faults import PASSING
from app.exchange.hub_parcels import ParcelFolder
from tests.exchange.cutting_proxy import CuttingProxy
from tests.exchange.histories import STEPS, Act, Run, Step
from tests.exchange.hub_network import HubNetwork
from tests.exchange.network import Station

HUB_STEPS = {
    "hub-parcel-written": Step(ParcelFolder, "add", after=True),
    "hub-before-push": Step(HubConnection, "push", after=False),
    "hub-pushed": Step(HubConnection, "push", after=True),
    "hub-pulled": Step(HubConnection, "pull", after=True),
    "hub-before-taken": Step(HubConnection, "take", after=False),
    "hub-taken": Step(HubConnection, "take", after=True),
}
_TABLES = ("device", "parcel", "part")


class RunByServer(Run):
    """Carries a history out through a server.

    What is a package sent in a history of files is a pass of one computer here; what is a lost
    package is a server that loses a parcel, is put back to an older backup, or dies at once.
    `crash` stops and starts the server; `proxy` is the network of the laptops.
    """

    steps = STEPS | HUB_STEPS

    def __init__(self, network: HubNetwork, proxy: CuttingProxy, crash: Callable[[], None]) -> None:
        super().__init__(network)
        self.hubs = network
        self.crashes = 0
        self._proxy, self._crash = proxy, crash
        network.administer("CREATE SCHEMA kept")
        self._keep()

    def _passed(self, *whose: Station) -> None:
        for one in whose:
            try:
                self.hubs.passed(one)
            except Unavailable as fault:
                if fault.code not in PASSING:
                    raise

    def _send(self, one: Station, act: Act) -> None:
        with self._cut(act.pick):
            self._passed(one)

    def _answer(self, one: Station, act: Act) -> None:
        self._passed(self.network.office)

    def _deliver(self, _one: Station, act: Act) -> None:
        with self._cut(act.pick // 4):
            self._passed(self.stations[act.pick % len(self.stations)])

    def _lose(self, _one: Station, act: Act) -> None:
        if act.pick % 4 == 0:
            self._put_back()
        elif act.pick % 4 == 1:
            self._keep()
        elif act.pick % 4 == 2:
            self.crashes += 1
            self._crash()
        else:
            self.hubs.administer(
                "DELETE FROM hub.parcel WHERE number = (SELECT number FROM hub.parcel"
                " ORDER BY number OFFSET %s LIMIT 1)",
                act.pick % 7,
            )

    def _exchange(self, one: Station, act: Act) -> None:
        if act.pick % 5:
            self._passed(one, self.network.office, one)
            return
        with self._dying(act.pick % 4 + 1):
            self._passed(one, self.network.office, one)

    def _killed_exchange(self, one: Station, act: Act) -> None:
        # A history names steps of the exchange by file: two of three kills are put to the server's.
        step, nth = act.step, act.pick
        if nth > 1:
            step = list(HUB_STEPS)[(list(STEPS).index(step) + nth) % len(HUB_STEPS)]
            nth -= 1
        with self._killing(step, nth, one, self.network.office):
            self._passed(one, self.network.office, one)

    @contextlib.contextmanager
    def _dying(self, nth: int) -> Iterator[None]:
        """The server dies at once when it is asked for something for the `nth` time."""
        real, asked = HubConnection.ask, itertools.count(1)

        def ask(line: HubConnection, query: str, *values: object, binary: bool = False) -> Any:
            if next(asked) == nth:
                self.crashes += 1
                self._crash()
            return real(line, query, *values, binary=binary)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(HubConnection, "ask", ask)
            yield

    @contextlib.contextmanager
    def _cut(self, pick: int) -> Iterator[None]:
        """Of three passes one over a line that breaks, in the one direction or the other."""
        if pick % 3 == 0:
            budget, all_of_it = 2_000 + 997 * pick, 1 << 40
            cut = (budget, all_of_it) if pick % 2 else (all_of_it, budget)
            self._proxy.cutting([cut] * 12)
        yield
        self._proxy.cutting([])

    def _keep(self) -> None:
        """A backup of the server is made."""
        for table in _TABLES:
            self.hubs.administer(f"DROP TABLE IF EXISTS kept.{table}")
            self.hubs.administer(f"CREATE TABLE kept.{table} AS TABLE hub.{table}")

    def _put_back(self) -> None:
        """The server is put back to its last backup."""
        for table in reversed(_TABLES):
            self.hubs.administer(f"DELETE FROM hub.{table}")
        for table in _TABLES:
            self.hubs.administer(
                f"INSERT INTO hub.{table} OVERRIDING SYSTEM VALUE TABLE kept.{table}"
            )
