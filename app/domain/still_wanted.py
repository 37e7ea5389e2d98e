"""Whether somebody still waits for what a thread is reading.

Who has work done says how to find out (`while_wanted`); who reads for long asks (`nobody_waits`)
and gives up with `Cancelled`.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Callable, Iterator

_unwanted: contextvars.ContextVar[Callable[[], bool] | None] = contextvars.ContextVar(
    "unwanted", default=None
)


@contextlib.contextmanager
def while_wanted(unwanted: Callable[[], bool]) -> Iterator[None]:
    """What this thread reads inside may be given up once `unwanted` says so."""
    token = _unwanted.set(unwanted)
    try:
        yield
    finally:
        _unwanted.reset(token)


def nobody_waits() -> Callable[[], bool] | None:
    """What to ask whether the reading may be given up; None where somebody always waits."""
    return _unwanted.get()
