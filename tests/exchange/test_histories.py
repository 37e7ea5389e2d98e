"""Whatever happens on the way between office and laptops: nothing is lost, nothing is doubled."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings

from tests.exchange.conftest import Joined
from tests.exchange.histories import Act, histories, hold


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
