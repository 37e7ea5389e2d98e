"""Of many alike cases `make test` takes some and `make torture` all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def some_of(cases: Iterable[Any], *, every: int) -> list[Any]:
    """The cases for `pytest.mark.parametrize`: the first and each `every`-th after it are always
    run, the others are `thorough`."""
    return [
        case if place % every == 0 else pytest.param(case, marks=pytest.mark.thorough)
        for place, case in enumerate(cases)
    ]
