"""Fixtures of the exchange between computers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.exchange.network import Network


@pytest.fixture
def network(template: Path, tmp_path: Path) -> Iterator[Network]:
    """An office with two terminals and a technician, and three laptops that joined it."""
    made = Network(tmp_path / "network", template)
    yield made
    made.close()
