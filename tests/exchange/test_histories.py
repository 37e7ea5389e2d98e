"""Whatever happens on the way between office and laptops: nothing is lost, nothing is doubled."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.exchange.conftest import HubJoined, Joined
from tests.exchange.histories import Act, histories, hold
from tests.exchange.hub_histories import RunByServer
from tests.exchange.hub_network import behind_a_proxy
from tests.postgres import Server


@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.generate],  # to make a history smaller takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories)
def test_every_history_ends_with_equal_replicas(joined: Joined, history: list[Act]) -> None:
    """Packages lost, repeated, reordered and overlapping, clocks an hour off, a process killed at
    any named step: every operation somebody was told is saved is there exactly once."""
    hold(joined(), history)


@pytest.mark.postgres
@settings(
    max_examples=2,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories)
def test_every_history_through_a_server_ends_with_equal_replicas(
    hub_joined: HubJoined, server: Server, history: list[Act]
) -> None:
    """The same with a server between them that loses parcels, is put back to an older backup and
    dies at once, and lines that are cut after some bytes."""
    network = hub_joined(3)
    with behind_a_proxy(network, server.sockets) as proxy:
        hold(network, history, lambda given: RunByServer(given, proxy, server.crash))
