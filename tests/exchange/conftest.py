"""Fixtures of the exchange between computers."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import paths
from app.exchange import hub_carrier
from tests.exchange.cutting_proxy import CuttingProxy
from tests.exchange.hub_network import HubNetwork, at, behind_a_proxy
from tests.exchange.network import Network
from tests.factories import make_technician, make_terminal
from tests.postgres import Server

Joined = Callable[[], Network]
HubJoined = Callable[[int], HubNetwork]


@pytest.fixture(scope="session")
def joined_folder(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """An office with two terminals and a technician, and three laptops that have its state."""
    folder = tmp_path_factory.mktemp("network")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(folder / "home"))
        network = Network(folder / "joined", template)
        for n in (1, 2):
            make_terminal(network.office.services, serial=f"OFFICE{n:06d}", tid=f"7000000{n}")
        make_technician(network.office.services)
        network.join_all()
        network.close()
    return folder / "joined"


@pytest.fixture
def joined(joined_folder: Path, template: Path, tmp_path: Path) -> Iterator[Joined]:
    """Makes networks of an office and three laptops that joined it."""
    made: list[Network] = []
    numbers = itertools.count(1)

    def make() -> Network:
        for one in made:
            one.close()
        made.clear()
        folder = tmp_path / f"network{next(numbers)}"
        shutil.copytree(joined_folder, folder)
        network = Network(folder, template)
        made.append(network)
        return network

    yield make
    for one in made:
        one.close()


@pytest.fixture
def network(joined_folder: Path, template: Path, tmp_path: Path) -> Iterator[Network]:
    """An office and two laptops that joined it."""
    shutil.copytree(joined_folder, tmp_path / "network")
    made = Network(tmp_path / "network", template, laptops=2)
    yield made
    made.close()


@pytest.fixture
def hub_joined(
    joined_folder: Path,
    template: Path,
    tmp_path: Path,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[HubJoined]:
    """Makes networks of an office and so many laptops that joined it, each with an exchange server
    of its own.  Nobody waits before trying again."""
    monkeypatch.setattr(hub_carrier, "LONGEST_WAIT", 0.0)
    numbers = itertools.count(1)
    with contextlib.ExitStack() as opened:

        def make(laptops: int = 3) -> HubNetwork:
            opened.close()
            folder = tmp_path / f"hub{next(numbers)}"
            shutil.copytree(joined_folder, folder)
            url = opened.enter_context(server.empty_database())
            made = HubNetwork(folder, template, at(server, url), laptops)
            opened.callback(made.close)
            made.begin()
            return made

        yield make


@pytest.fixture
def hub(hub_joined: HubJoined) -> HubNetwork:
    """An office and a laptop that joined it, with a server between them."""
    return hub_joined(1)


@pytest.fixture
def far(hub: HubNetwork, server: Server) -> Iterator[CuttingProxy]:
    """A bad network between the laptop of `hub` and the server."""
    with behind_a_proxy(hub, server.sockets) as proxy:
        yield proxy
