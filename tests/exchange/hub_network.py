"""The same office and laptops, with PostgreSQL instead of files between them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from app.exchange.exchange import Exchange
from app.exchange.hub import Hub, HubRun
from app.exchange.hub_address import HubAddress
from app.exchange.hub_admin import HubAdministration, HubLogin
from app.exchange.hub_connection import HubConnection, connect
from app.exchange.identity import Identity
from app.exchange.keys import KeyRing, read_key
from app.secret_store import SecretStore
from app.services.core.blobs import BlobStore
from tests.exchange.cutting_proxy import CuttingProxy
from tests.exchange.network import Network, Station
from tests.postgres import PORT, Server


def exchange_of(one: Station) -> Exchange:
    """The exchange of a computer, with keys and photos of its own."""
    keys = KeyRing(SecretStore(one.folder / "keys", key_store=False))
    return Exchange(
        one.services,
        identity=Identity(one.services, keys, lambda: one.letter),
        blobs=BlobStore(one.folder / "blobs"),
        build=one.build,
    )


class HubNetwork(Network):
    """An office and laptops whose packages go through a server.

    `address` tells how a login reaches it; everybody is let in by `admit`.
    """

    def __init__(
        self, folder: Path, template: Path, address: Callable[[str], HubAddress], laptops: int = 3
    ) -> None:
        super().__init__(folder, template, laptops)
        self.address = address
        self.logins: dict[str, HubLogin] = {}
        self.ways: dict[str, Callable[[HubAddress], HubAddress]] = {}
        """How a computer reaches the server when not as everybody does."""

    def begin(self) -> None:
        """Everybody trusts whom they need to; the server is set up and lets everybody in."""
        with HubAdministration(self.address("postgres"), "") as server:
            server.set_up()
        for one in (self.office, *self.laptops):
            self.admit(one)

    def admit(self, one: Station) -> None:
        """Trust each other, and let a computer in."""
        office = exchange_of(self.office)
        if one is not self.office:
            office.stations.trust(read_key(exchange_of(one).identity.key().text), name=one.letter)
            exchange_of(one).stations.trust(read_key(office.identity.key().text), office=True)
        with HubAdministration(self.address("postgres"), "") as server:
            role = "office" if one is self.office else "laptop"
            self.logins[one.letter] = server.admit(one.key, one.letter, role)

    def hub(self, one: Station) -> Hub:
        """The hub as a computer that just started has it."""
        login = self.logins[one.letter]
        address = self.address(login.login)
        return Hub(
            one.services,
            exchange_of(one),
            address=self.ways.get(one.letter, lambda near: near)(address),
            password=login.password,
            folder=one.folder / "hub",
        )

    def passed(self, one: Station) -> HubRun:
        """One pass of one computer."""
        self.world.tick()
        return self.hub(one).run()

    def line(self, one: Station) -> HubConnection:
        """A connection as this computer has it."""
        login = self.logins[one.letter]
        return HubConnection(self.address(login.login), login.password)

    @staticmethod
    def elsewhere(near: HubAddress, host: str) -> HubAddress:
        """The same at another host."""
        return replace(near, host=host, certificate=__file__)

    def session(self) -> psycopg.Connection[Any]:
        """A session of the administrator of the server."""
        return connect(self.address("postgres"), "")

    def administer(self, statement: str, *values: object) -> None:
        """Let the administrator of the server do something."""
        with self.session() as connection:
            connection.execute(statement.encode(), values)

    def settle_down(self) -> None:
        """Everything everybody did reaches everybody."""
        for _round in range(8):
            runs = [self.passed(one) for one in (*self.laptops, self.office)]
            if not any(one.sent or one.arrived for one in runs):
                return


def at(server: Server, url: str) -> Callable[[str], HubAddress]:
    """How a login reaches a database of a server through its socket file."""
    name = make_url(url).database or ""

    def address(user: str) -> HubAddress:
        return HubAddress(host=str(server.sockets), port=PORT, database=name, user=user)

    return address


@contextlib.contextmanager
def behind_a_proxy(network: HubNetwork, sockets: Path) -> Iterator[CuttingProxy]:
    """A bad network between the laptops and the server; the office is near it."""
    proxy = CuttingProxy(sockets / f".s.PGSQL.{PORT}")
    for one in network.laptops:
        network.ways[one.letter] = lambda near: replace(near, host="127.0.0.1", port=proxy.port)
    try:
        yield proxy
    finally:
        proxy.close()
