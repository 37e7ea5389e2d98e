"""A session of random work on one computer."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.domain.errors import Rejected
from app.services import Services
from tests.conftest import FrozenClock
from tests.exchange.histories import VERBS
from tests.factories import make_technician, make_terminal


@dataclass
class Person:
    """Who works at one computer."""

    services: Services
    clock: FrozenClock
    letter: str = "L7"


@pytest.fixture
def work(services: Services, clock: FrozenClock) -> Callable[[int, int], None]:
    """Do so many random things, beginning with a seed; time goes on meanwhile."""
    person = Person(services, clock)

    def do(seed: int, amount: int) -> None:
        chance = random.Random(seed)
        make_terminal(services)
        make_technician(services, f"T{seed:02d}")
        for verb in chance.choices(VERBS, k=amount):
            clock.forward(minutes=chance.randrange(90))
            with contextlib.suppress(Rejected):
                verb(person, chance.randrange(40))  # type: ignore[arg-type]

    return do
