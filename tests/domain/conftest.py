"""The shipped catalogue, read once for all rules that reason with it."""

from __future__ import annotations

import pytest

from app import paths
from app.domain.diagnosis.evidence import Reasoner
from app.knowledge import load_knowledge


@pytest.fixture(scope="session")
def reasoner() -> Reasoner:
    """The shipped catalogue, ready to reason with."""
    return Reasoner(load_knowledge(paths.resources() / "knowledge"))
