"""Work carried by the exchange server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.exchange.hub_address import HubAddress
from tests.exchange.hub_network import HubNetwork
from tests.exchange.test_sync_cases import assert_equal, report
from tests.postgres import Server

pytestmark = pytest.mark.postgres


@pytest.fixture
def hub(
    joined_folder: Path, template: Path, tmp_path: Path, server: Server
) -> Iterator[HubNetwork]:
    """An office and two laptops that joined it, with a server between them."""
    shutil.copytree(joined_folder, tmp_path / "network")
    with server.empty_database() as url:
        name = make_url(url).database or ""

        def address(user: str) -> HubAddress:
            return HubAddress(host=str(server.sockets), port=54321, database=name, user=user)

        made = HubNetwork(tmp_path / "network", template, address, laptops=2)
        made.begin()
        yield made
        made.close()


def test_work_goes_both_ways_and_then_nothing_more_is_sent(hub: HubNetwork) -> None:
    one, two = hub.laptops
    report(one)
    report(hub.office)
    hub.settle_down()
    assert_equal(hub)
    for station in (hub.office, one, two):
        assert hub.passed(station).sent == 0
