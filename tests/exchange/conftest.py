"""Fixtures of the exchange between computers."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import paths
from tests.exchange.network import Network
from tests.factories import make_technician, make_terminal

Joined = Callable[[], Network]


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
